"""Candidates for grouping: recent articles that share rare terms with a new one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Candidate, NewArticle
from bot.store.article_rows import packed_terms, read_terms
from bot.store.database import union_of
from bot.store.tables import article_summaries, article_terms, articles, owned

# Articles further apart are not on one event (NewsBlur's window; docs/design.md).
_WINDOW = timedelta(hours=120)
# More candidates than this, those that share most first, change no choice.
_MAX_CANDIDATES = 120
# Only so many of a term's articles are looked at, the newest: a term of more tells no event.
_MAX_ARTICLES_PER_TERM = 120
INDEXED_TERMS = 30  # of an article, the weightiest: by these it is found


async def find_candidates(connection: AsyncConnection, new: NewArticle) -> list[Candidate]:
    """Return the articles that share most terms with this one; a term weighs more the rarer it is.

    Each term leads to its newest articles only, so that the work does not grow with the store.
    """
    weights = dict(new.analysis.terms[:INDEXED_TERMS])
    if not weights:
        return []
    holders: dict[str, list[int]] = defaultdict(list)
    newest_first = article_terms.c.seen.desc(), article_terms.c.article.desc()
    recent = sa.select(article_terms).where(article_terms.c.seen >= new.seen - _WINDOW)
    recent = recent.order_by(*newest_first).limit(_MAX_ARTICLES_PER_TERM)
    newest = union_of([recent.where(article_terms.c.term == term) for term in weights]).subquery()
    shown = sa.select(newest.c.term, newest.c.article).join(
        articles, articles.c.id == newest.c.article
    )
    for term, article in await connection.execute(shown.where(articles.c.live, owned(new.team))):
        holders[term].append(article)
    worth: dict[int, float] = defaultdict(float)
    for term, ids in holders.items():
        rarity = log(2 * _MAX_ARTICLES_PER_TERM / len(ids))
        for article in ids:
            worth[article] += (weights[term] * rarity) ** 2
    best_first = sorted(worth, key=lambda article: (worth[article], article), reverse=True)
    return await _read(connection, best_first[:_MAX_CANDIDATES])


async def _read(connection: AsyncConnection, ids: list[int]) -> list[Candidate]:
    names = "id", "story", "title", "seen", "published", "team"
    columns = *(articles.c[name] for name in names), packed_terms
    query = sa.select(*columns).where(articles.c.id.in_(ids))
    rows = {row.id: row for row in await connection.execute(query)}
    facts = await _read_stories(connection, {row.story for row in rows.values()})
    return [_candidate(rows[article], facts.get(rows[article].story, {})) for article in ids]


def _candidate(row: Any, story: Mapping[str, Any]) -> Candidate:
    return Candidate(
        article=row.id,
        story=row.story,
        headline=row.title,
        terms=read_terms(row.terms),
        seen=row.seen,
        published=row.published,
        team=row.team,
        **story,
    )


async def _read_stories(
    connection: AsyncConnection, ids: Collection[int]
) -> dict[int, dict[str, Any]]:
    """Return, by story, when its first and last article were published, and how many it has."""
    summaries = article_summaries.c
    published = sa.func.min(summaries.published), sa.func.max(summaries.published)
    query = sa.select(summaries.story, *published, sa.func.count())
    grouped = query.where(summaries.story.in_(ids)).group_by(summaries.story)
    return {
        story: {
            "story_begun": _to_time(first),
            "story_newest": _to_time(last),
            "story_size": size,
        }
        for story, first, last, size in await connection.execute(grouped)
    }


def _to_time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
