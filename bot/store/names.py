"""Who spoke? Each word of a speaker's name leads to what was said, newest first; and slips of the pen to a name."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, delete, func, insert, literal_column, select, tuple_, union_all

from bot.store import search
from bot.store.database import insert_new
from bot.store.tables import articles, name_words, statements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import StoredArticle

# A word with more statements than this is a common one, and which of two such words is commoner matters little.
_COMMON = 200
# Of the words that look alike so many are tried; three that still lead to a statement are told.
_TRIED, _TOLD = 12, 3
# A slip adds or drops a letter or two, seldom more.
_SLIP = 2
# Of two words: twice the letters that they share in order, among all their letters.
_ALIKE = 0.7


def rows(stored: StoredArticle, dated: datetime) -> list[dict[str, Any]]:
    """Give a row for each word of each speaker's name."""
    return [
        {"word": word, "dated": dated, "article": stored.id, "place": place}
        for place, statement in enumerate(stored.analysis.statements)
        if statement.actor is not None
        for word in search.fold(statement.actor.name.text)
    ]


async def remember(connection: AsyncConnection, stored: StoredArticle, dated: datetime) -> None:
    """Make what was said in an article findable."""
    if not (spoken := rows(stored, dated)):
        return
    await connection.execute(insert(statements), spoken)
    # In one order, or two writers would wait for each other.
    words = [{"word": word, "team": stored.team} for word in sorted({row["word"] for row in spoken})]
    await connection.execute(insert_new(connection, name_words, words))


async def forget(connection: AsyncConnection, stored: StoredArticle, dated: datetime) -> None:
    """Nothing of an article leads anywhere any more."""
    keys = {(spoken["word"], spoken["place"]) for spoken in rows(stored, dated)}
    its = and_(statements.c.dated == dated, statements.c.article == stored.id)
    named = tuple_(statements.c.word, statements.c.place).in_(keys)
    await connection.execute(delete(statements).where(its, named))


async def places(
    connection: AsyncConnection, seen: ColumnElement[bool], words: Sequence[str], limit: int
) -> list[tuple[int, int]]:
    """Where actors speak whose name holds all the words: article and place in it, newest first.

    `seen` says which articles may be.
    """
    if not words:
        return []
    # The rarest leads: nobody wants to wait until every Maria was asked whether she is a Kallas.
    counts = await _counts(connection, words) if len(words) > 1 else {}
    query = _places(seen, sorted(words, key=lambda word: counts.get(word, 0)), limit)
    return [(row.article, row.place) for row in await connection.execute(query)]


async def places_before(
    connection: AsyncConnection,
    seen: ColumnElement[bool],
    given: Mapping[str, Any],
    wanted: Sequence[tuple[Sequence[str], datetime]],
    limit: int,
) -> list[list[tuple[int, int]]]:
    """For each name's words and time, the places in articles dated before then; all of them in two queries.

    `seen` is always the same, and so are the queries, but for what is `given`: to build them takes longer than to ask.
    """
    several = {word for words, _ in wanted if len(words) > 1 for word in words}
    counts = await _counts(connection, sorted(several))
    found: list[list[tuple[int, int]]] = [[] for _ in wanted]
    asked = dict(given)
    for turn, (words, before) in enumerate(wanted):
        ranked = sorted(words, key=lambda word: counts.get(word, 0))
        asked |= {f"before_{turn}": before, **{f"word_{turn}_{at}": word for at, word in enumerate(ranked)}}
    shape = tuple(len(words) for words, _ in wanted)
    if any(shape):
        rows = (await connection.execute(_all_places(seen, shape, limit), asked)).all()
        for row in sorted(rows, key=lambda row: (row.dated, row.article, -row.place), reverse=True):
            found[row.turn].append((row.article, row.place))
    return found


@lru_cache(maxsize=256)
def _all_places(seen: ColumnElement[bool], shape: tuple[int, ...], limit: int) -> CompoundSelect[Any]:
    """Build the query for names of so many words each."""
    queries = []
    for turn, count in enumerate(shape):
        if count:
            words: list[BindParameter[str]] = [bindparam(f"word_{turn}_{at}") for at in range(count)]
            found = _places(seen, words, limit, bindparam(f"before_{turn}")).subquery()
            turns = literal_column(str(turn), Integer).label("turn")
            queries.append(select(turns, found.c.article, found.c.place, found.c.dated))
    return union_all(*queries)


def _places(
    seen: ColumnElement[bool],
    words: Sequence[str] | Sequence[BindParameter[str]],
    limit: int,
    before: BindParameter[datetime] | None = None,
) -> Select[Any]:
    leading, *others = words
    first = statements.alias()
    query = select(first.c.article, first.c.place, first.c.dated).where(first.c.word == leading, seen)
    query = query.join(articles, articles.c.id == first.c.article)
    for word in others:
        other = statements.alias()
        query = query.join(
            other,
            and_(
                other.c.word == word,
                other.c.dated == first.c.dated,
                other.c.article == first.c.article,
                other.c.place == first.c.place,
            ),
        )
    if before is not None:
        query = query.where(first.c.dated < before)
    return query.order_by(first.c.dated.desc(), first.c.article.desc(), first.c.place).limit(limit)


async def like(
    connection: AsyncConnection, team: str | None, seen: ColumnElement[bool], words: Sequence[str]
) -> tuple[str, ...]:
    """Words of names that look like the last one, likeliest first, and lead to something that was said."""
    if not words:
        return ()
    # A slip in the first letter is rare; without it every name that was ever read would be compared.
    wanted, known = words[-1], name_words.c.word
    query = (
        select(known)
        .distinct()
        .where(
            known.startswith(wanted[0], autoescape=True),
            name_words.c.team.in_(["", team or ""]),
            func.length(known).between(len(wanted) - _SLIP, len(wanted) + _SLIP),
        )
    )
    near = get_close_matches(wanted, (await connection.execute(query)).scalars().all(), n=_TRIED, cutoff=_ALIKE)
    found = [word for word in near if await places(connection, seen, [word], 1)]
    return tuple(found[:_TOLD])


async def _counts(connection: AsyncConnection, words: Sequence[str]) -> Mapping[str, int]:
    """How many statements each word leads to, as far as that matters."""
    if not words:
        return {}
    some = [select(statements.c.place).where(statements.c.word == word).limit(_COMMON).subquery() for word in words]
    each = [select(func.count()).select_from(one).scalar_subquery() for one in some]
    return dict(zip(words, (await connection.execute(select(*each))).one(), strict=True))
