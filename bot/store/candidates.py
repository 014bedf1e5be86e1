"""Candidates for grouping: recent articles that share rare terms with a new one."""

from datetime import timedelta
from functools import lru_cache
from math import log
from typing import Any

from sqlalchemy import (
    BindParameter,
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
from bot.store.article_rows import read_terms
from bot.store.tables import article_terms, articles

# Articles further apart are not on one event (NewsBlur's window; docs/design.md).
_WINDOW = timedelta(hours=120)
# More candidates than this, those that share most first, change no choice.
_MAX_CANDIDATES = 150
# Only so many of a term's articles are looked at, the newest: a term of more tells no event.
_MAX_ARTICLES_PER_TERM = 120


async def find_candidates(connection: AsyncConnection, new: NewArticle) -> list[Candidate]:
    """Return the articles that share most terms with this one; a term weighs more the rarer it is.

    Each term leads to its newest articles only, so that the work does not grow with the store.
    """
    terms = dict(new.analysis.terms)
    parameters: dict[str, Any] = {
        "since": new.seen - _WINDOW,
        "team": new.team or "",
        "per_term": _MAX_ARTICLES_PER_TERM,
        "limit": _MAX_CANDIDATES,
    }
    parameters |= {f"term_{number}": term for number, term in enumerate(terms)}
    rows = await connection.execute(_count_query(len(terms)), parameters) if terms else ()
    counts = {number: count for number, count in rows if count}
    if not counts:
        return []
    for number, weight in enumerate(terms.values()):
        rarity = log(2 * _MAX_ARTICLES_PER_TERM / counts[number]) if number in counts else 0.0
        parameters[f"worth_{number}"] = (weight * rarity) ** 2
    return [
        Candidate(row.id, row.story, row.title, read_terms(row.terms), row.seen, row.published)
        for row in await connection.execute(_candidates_query(len(terms)), parameters)
    ]


# Both queries have a subquery for each of some thirty terms: building one takes longer than a run.
@lru_cache(maxsize=100)
def _count_query(terms: int) -> CompoundSelect[Any]:
    """Build the query for the number of articles that each of so many terms leads to."""
    newest = [_newest_articles(number).subquery() for number in range(terms)]
    return union_all(
        *(
            select(literal_column(str(number), Integer), func.count()).select_from(articles_of)
            for number, articles_of in enumerate(newest)
        )
    )


@lru_cache(maxsize=100)
def _candidates_query(terms: int) -> Select[Any]:
    """Build the query for the articles that share most of so many terms."""
    newest = [_newest_articles(number).subquery() for number in range(terms)]
    shared = union_all(
        *(
            select(articles_of.c.article, _worth(number).label("worth"))
            for number, articles_of in enumerate(newest)
        )
    ).subquery()
    total = func.sum(shared.c.worth).label("total")
    sums = select(shared.c.article, total).group_by(shared.c.article).subquery()
    columns = [articles.c[name] for name in ("id", "story", "title", "seen", "published")]
    return (
        select(*columns, cast(articles.c.terms, Text).label("terms"))
        .join(sums, sums.c.article == articles.c.id)
        .where(articles.c.live, articles.c.team.in_([literal_column("''"), bindparam("team")]))
        .order_by(sums.c.total.desc(), articles.c.id.desc())
        .limit(bindparam("limit"))
    )


def _worth(number: int) -> BindParameter[float]:
    return bindparam(f"worth_{number}", type_=Double())


def _newest_articles(number: int) -> Select[tuple[int]]:
    """Select the newest articles with the term of this number."""
    term: BindParameter[str] = bindparam(f"term_{number}")
    recent = and_(article_terms.c.term == term, article_terms.c.seen >= bindparam("since"))
    return (
        select(article_terms.c.article)
        .where(recent)
        .order_by(article_terms.c.seen.desc(), article_terms.c.article.desc())
        .limit(bindparam("per_term"))
    )
