"""Which articles may tell of the same event as a new one: those that share its rare terms, of late."""

from datetime import timedelta
from functools import lru_cache
from math import log
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Double,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Candidate, NewArticle
from bot.store import names
from bot.store.tables import article_terms, articles, owned_when_asked

# Articles further apart are not on one event (NewsBlur's window; docs/design.md).
_SAME_EVENT = timedelta(hours=120)
# Sorted by how much they share, more candidates than this change no choice.
_MOST_CANDIDATES = 150
# Articles of a term that are looked at, the newest: a term of more tells no event.
_FOLLOWED = 120


async def candidates(connection: AsyncConnection, new: NewArticle) -> list[Candidate]:
    """Give the articles that share most terms with this one: a term weighs more the fewer articles it finds.

    Each term is followed to its newest articles only, so that the work does not grow with the store.
    """
    terms = dict(new.analysis.terms)
    asked: dict[str, Any] = {"since": new.seen - _SAME_EVENT, "team": new.team}
    asked |= {"followed": _FOLLOWED, "most": _MOST_CANDIDATES}
    asked |= {f"term_{place}": term for place, term in enumerate(terms)}
    counts = await connection.execute(_counting(len(terms)), asked) if terms else ()
    found = {place: count for place, count in counts if count}
    if not found:
        return []
    for place, weight in enumerate(terms.values()):
        asked[f"worth_{place}"] = (
            (weight * log(2 * _FOLLOWED / found[place])) ** 2 if place in found else 0.0
        )
    return [
        Candidate(
            row.id, row.story, row.title, names.read_terms(row.terms), row.seen, row.published
        )
        for row in await connection.execute(_sharing(len(terms)), asked)
    ]


@lru_cache(maxsize=100)
def _counting(terms: int) -> CompoundSelect[Any]:
    """Build the query for how many articles each of so many terms finds; that takes longer than to ask it."""
    newest = [_newest_with(place).subquery() for place in range(terms)]
    return union_all(
        *(select(_place(i), func.count()).select_from(each) for i, each in enumerate(newest))
    )


@lru_cache(maxsize=100)
def _sharing(terms: int) -> Select[Any]:
    """Build the query for the articles that share most of so many terms."""
    newest = [_newest_with(place).subquery() for place in range(terms)]
    worth: list[BindParameter[float]] = [
        bindparam(f"worth_{place}", type_=Double()) for place in range(terms)
    ]
    each = union_all(
        *(select(one.c.article, worth[i].label("worth")) for i, one in enumerate(newest))
    ).subquery()
    sharing = (
        select(each.c.article, func.sum(each.c.worth).label("shared"))
        .group_by(each.c.article)
        .subquery()
    )
    columns = [articles.c[name] for name in ("id", "story", "title", "seen", "published")]
    return (
        select(*columns, cast(articles.c.terms, Text).label("terms"))
        .join(sharing, sharing.c.article == articles.c.id)
        .where(articles.c.live, owned_when_asked(articles.c.team))
        .order_by(sharing.c.shared.desc(), articles.c.id.desc())
        .limit(bindparam("most"))
    )


def _newest_with(place: int) -> Select[tuple[int]]:
    term: BindParameter[str] = bindparam(f"term_{place}")
    its = and_(article_terms.c.term == term, article_terms.c.seen >= bindparam("since"))
    query = select(article_terms.c.article).where(its)
    return query.order_by(article_terms.c.seen.desc(), article_terms.c.article.desc()).limit(
        bindparam("followed")
    )


def _place(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)
