"""Candidates for grouping: recent articles that share rare terms with a new one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from math import log
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Candidate, NewArticle
from bot.store.database import union_of
from bot.store.tables import article_summaries, article_terms, articles

# Articles further apart are not on one event (NewsBlur's window; docs/design.md).
_WINDOW = timedelta(hours=120)
# More candidates than this, those that share most first, change no choice.
_MAX_CANDIDATES = 120
# Only so many of a term's articles are looked at, the newest: a term of more tells no event.
_MAX_ARTICLES_PER_TERM = 120
# The stories of so many nearest articles are read whole, up to so many more of their articles: what
# a story took in wrongly can leave only where all of it is at hand.
_NEAREST, _MAX_OTHERS_OF_STORIES = 30, 40
_INDEXED_TERMS = 30  # of an article, the weightiest: by these it is found


async def find_candidates(connection: AsyncConnection, new: NewArticle) -> list[Candidate]:
    """Return the articles that share most terms with this one, then others of their stories.

    A term weighs more the rarer it is. Each term leads to its newest articles only, so that the
    work does not grow with the store.
    """
    weights = dict(new.analysis.terms[:_INDEXED_TERMS])
    if not weights:
        return []
    holders: dict[str, list[int]] = defaultdict(list)
    parameters: dict[str, Any] = {"since": new.seen - _WINDOW, "teams": ["", new.team or ""]}
    parameters |= {f"term{number}": term for number, term in enumerate(weights)}
    query = _select_holders(len(weights), _MAX_ARTICLES_PER_TERM)
    for term, article in await connection.execute(query, parameters):
        holders[term].append(article)
    worth: dict[int, float] = defaultdict(float)
    for term, ids in holders.items():
        rarity = log(2 * _MAX_ARTICLES_PER_TERM / len(ids))
        for article in ids:
            worth[article] += (weights[term] * rarity) ** 2
    best_first = sorted(worth, key=lambda article: (worth[article], article), reverse=True)
    near = await _read(connection, best_first[:_MAX_CANDIDATES])
    at_hand = Counter(each.story for each in near)
    partly = {each.story for each in near[:_NEAREST] if at_hand[each.story] < each.story_size}
    if not partly:
        return near
    recent = articles.c.seen >= parameters["since"]
    others = sa.select(articles.c.id).where(articles.c.story.in_(partly), recent, *_shown())
    others = others.where(articles.c.id.not_in(each.article for each in near))
    others = others.order_by(articles.c.seen.desc(), articles.c.id.desc())
    found = others.limit(_MAX_OTHERS_OF_STORIES)
    rows = await connection.scalars(found, {"teams": parameters["teams"]})
    return [*near, *await _read(connection, list(rows))]


async def save_terms(connection: AsyncConnection, article: int, new: NewArticle) -> None:
    """Let a new article be found by its weightiest terms."""
    if terms := {term for term, _ in new.analysis.terms[:_INDEXED_TERMS]}:
        rows = [{"term": term, "seen": new.seen, "article": article} for term in terms]
        await connection.execute(sa.insert(article_terms), rows)


@cache
def _select_holders(terms: int, limit: int) -> sa.Select[Any]:
    """Return the query for the newest articles of each of so many terms.

    To build it takes milliseconds.
    """
    newest_first = article_terms.c.seen.desc(), article_terms.c.article.desc()
    recent = sa.select(article_terms).where(article_terms.c.seen >= sa.bindparam("since"))
    recent = recent.order_by(*newest_first).limit(limit)
    of_term = [article_terms.c.term == sa.bindparam(f"term{number}") for number in range(terms)]
    newest = union_of(recent.where(condition) for condition in of_term).subquery()
    columns = sa.select(newest.c.term, newest.c.article)
    return columns.join(articles, articles.c.id == newest.c.article).where(*_shown())


def _shown() -> tuple[sa.ColumnElement[bool], ...]:
    return articles.c.live, articles.c.team.in_(sa.bindparam("teams", expanding=True))


async def _read(connection: AsyncConnection, ids: list[int]) -> list[Candidate]:
    names = "id", "story", "title", "seen", "published", "team", "terms"
    query = sa.select(*(articles.c[name] for name in names)).where(articles.c.id.in_(ids))
    rows = {row.id: row for row in await connection.execute(query)}
    facts = await _read_stories(connection, {row.story for row in rows.values()})
    return [_candidate(rows[article], facts.get(rows[article].story, {})) for article in ids]


def _candidate(row: Any, story: Mapping[str, Any]) -> Candidate:
    return Candidate(
        article=row.id,
        story=row.story,
        headline=row.title,
        terms=row.terms,
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
