"""Drop the texts of articles whose license ends after some days; the proof of them stays."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.model import Policy
from bot.model.ports import Clock
from bot.store import ArticleStore

log = structlog.get_logger(__name__)

# Small enough for other writers to come in between.
_BATCH_ARTICLES = 200


class ExpiredTextPruner:
    """Drop texts that may be kept no longer; any number of processes may call `prune`."""

    def __init__(
        self, articles: ArticleStore, policies: Mapping[str, Policy], clock: Clock
    ) -> None:
        self._articles, self._clock = articles, clock
        self._keep_days = {
            source: policy.keep_days for source, policy in policies.items() if policy.keep_days
        }

    async def prune(self) -> int:
        """Drop the texts that are too old, and return how many."""
        return sum([await self._prune(source, days) for source, days in self._keep_days.items()])

    async def _prune(self, source: str, days: int) -> int:
        now, dropped = self._clock.now(), 0
        before = now - timedelta(days=days)
        while count := await self._articles.drop_texts(source, before, now, _BATCH_ARTICLES):
            dropped += count
        if dropped:
            log.info("texts dropped", source=source, kept_days=days, articles=dropped)
        return dropped
