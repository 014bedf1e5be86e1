"""Drop the texts of articles whose license ends after some days; the proof of them stays."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.model import Policy
from bot.store.articles import ArticleStore

log = structlog.get_logger(__name__)

# Small enough for other writers to come in between.
_BATCH_ARTICLES = 200


async def drop_expired_texts(
    articles: ArticleStore, policies: Mapping[str, Policy], now: datetime
) -> None:
    """Drop each source's texts that are older than it allows; any number of processes may."""
    for source, policy in policies.items():
        if not policy.keep_days:
            continue
        before, dropped = now - timedelta(days=policy.keep_days), 0
        while count := await articles.drop_texts(source, before, now, _BATCH_ARTICLES):
            dropped += count
        if dropped:
            log.info("texts dropped", source=source, kept_days=policy.keep_days, articles=dropped)
