"""A licence may end after some days: then the texts of that source's articles are dropped, and the proof is kept."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.model import Policy
from bot.model.ports import Clock
from bot.store import ArticleStore

log = structlog.get_logger(__name__)

# Other writers come in between.
_AT_ONCE = 200


class ExpiredTextPruner:
    """Drops what may be kept no longer; `prune` is called again and again, by any number of processes."""

    def __init__(
        self, articles: ArticleStore, policies: Mapping[str, Policy], clock: Clock
    ) -> None:
        self._articles, self._clock = articles, clock
        self._days = {
            source: policy.keep_days for source, policy in policies.items() if policy.keep_days
        }

    async def prune(self) -> int:
        """How many texts were dropped."""
        return sum(
            [await self._prune(source, timedelta(days=days)) for source, days in self._days.items()]
        )

    async def _prune(self, source: str, kept: timedelta) -> int:
        now, dropped = self._clock.now(), 0
        while some := await self._articles.drop_texts(source, now - kept, now, _AT_ONCE):
            dropped += some
        if dropped:
            log.info("texts dropped", source=source, kept_days=kept.days, articles=dropped)
        return dropped
