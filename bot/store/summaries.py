"""Summaries of articles: the narrow table by which a digest's stories are chosen."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleSummary, StoredArticle, StorySummary
from bot.store.tables import article_summaries
from bot.stories.scoring import summarize

_columns = [article_summaries.c[name] for name in ArticleSummary._fields]


def summary_row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Build the row of an article that may be shown from `shown_from` on."""
    return summarize(stored, dated)._asdict() | {
        "team": stored.team,
        "shown_from": shown_from.timestamp(),
    }


async def save_summary(
    connection: AsyncConnection, stored: StoredArticle, shown_from: datetime, dated: datetime
) -> None:
    """Insert an article's summary."""
    await connection.execute(insert(article_summaries), summary_row(stored, shown_from, dated))


async def delete_summary(connection: AsyncConnection, story: int, article: int) -> None:
    """Delete the summary of an article that is shown no more."""
    key = article_summaries.c.story == story, article_summaries.c.article == article
    await connection.execute(delete(article_summaries).where(*key))


async def read_summaries(
    connection: AsyncConnection, team: str | None, since: datetime, now: datetime
) -> tuple[StorySummary, ...]:
    """Read every story with an article first shown since then, as the team may see it."""
    summaries = article_summaries.alias()
    visible = and_(
        article_summaries.c.team.in_(["", team or ""]),
        article_summaries.c.shown_from <= now.timestamp(),
    )
    recent = select(summaries.c.story).where(
        summaries.c.team.in_(["", team or ""]),
        summaries.c.shown_from.between(since.timestamp(), now.timestamp()),
    )
    query = select(*_columns).where(article_summaries.c.story.in_(recent), visible)
    grouped: dict[int, list[ArticleSummary]] = defaultdict(list)
    for row in await connection.execute(query):
        summary = ArticleSummary(*row)
        grouped[summary.story].append(summary)
    return tuple([StorySummary.of(articles) for articles in grouped.values()])
