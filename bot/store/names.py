"""The index of speakers: a name, and each word of it, leads to statements, newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Statement, StoredArticle
from bot.store import search
from bot.store.database import insert_new, union_of
from bot.store.tables import articles, name_words, statement_index
from bot.stories.people import name_words as split_name

# So many similar words are checked for statements, and so many are returned.
_MAX_SIMILAR_CHECKED, _MAX_SIMILAR_RETURNED = 12, 3
# A misspelling adds or drops a letter or two, seldom more.
_MAX_LENGTH_DIFFERENCE = 2
# difflib's measure: twice the letters that two words share in order, by all their letters.
_MIN_SIMILARITY = 0.7
# A whole name begins with this, and no word does.
_WHOLE_NAME_PREFIX = "="


def index_rows(
    article: int, statements: Sequence[Statement], dated: datetime
) -> list[dict[str, Any]]:
    """Build a row for each speaker's name, and one for each word of it."""
    return [
        {"word": word, "dated": dated, "article": article, "place": place}
        for place, statement in enumerate(statements)
        if statement.actor and (name := statement.actor.name.text)
        for word in (*search.fold(name), *_whole_name(name))
    ]


def single_words(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the single words among these rows."""
    return {word for row in rows if not (word := row["word"]).startswith(_WHOLE_NAME_PREFIX)}


def _whole_name(name: str) -> tuple[str, ...]:
    """Return the key of a whole name; nothing where it has no word."""
    words = split_name(name)
    return (_WHOLE_NAME_PREFIX + " ".join(words),) if words else ()


async def save(connection: AsyncConnection, stored: StoredArticle, dated: datetime) -> None:
    """Index the speakers of an article."""
    if not (rows := index_rows(stored.id, stored.analysis.statements, dated)):
        return
    await connection.execute(sa.insert(statement_index), rows)
    # Sorted, or two writers could wait for each other.
    words = [{"word": word, "team": stored.team} for word in sorted(single_words(rows))]
    await connection.execute(insert_new(connection, name_words, words))


async def remove(
    connection: AsyncConnection, article: int, statements: Sequence[Statement], dated: datetime
) -> None:
    """Remove the speakers of an article from the index."""
    keys = {(row["word"], row["place"]) for row in index_rows(article, statements, dated)}
    of_article = sa.and_(statement_index.c.dated == dated, statement_index.c.article == article)
    listed = sa.tuple_(statement_index.c.word, statement_index.c.place).in_(keys)
    await connection.execute(sa.delete(statement_index).where(of_article, listed))


async def find_places(
    connection: AsyncConnection, visible: sa.ColumnElement[bool], words: Sequence[str], limit: int
) -> list[tuple[int, int]]:
    """Return article and place of what actors whose names hold all the words say, newest first."""
    if not words:
        return []
    # The last word leads: a common first name would have every bearer checked for the surname.
    query = _select_places(visible, words[::-1], limit)
    return [(row.article, row.place) for row in await connection.execute(query)]


async def find_places_before(
    connection: AsyncConnection,
    visible: sa.ColumnElement[bool],
    queries: Collection[tuple[str, datetime]],
    limit: int,
) -> dict[tuple[str, datetime], list[tuple[int, int]]]:
    """For each name and time, return where actors of that very name speak before, newest first."""
    keys = {query: word for query in queries for word in _whole_name(query[0])}
    if not keys:
        return {query: [] for query in queries}
    numbered = [
        _select_places(visible, [word], limit, before).add_columns(
            sa.literal(number).label("number")
        )
        for number, ((_, before), word) in enumerate(keys.items())
    ]
    rows = (await connection.execute(union_of(numbered))).all()
    newest_first = sorted(rows, key=lambda row: (row.dated, row.article, -row.place), reverse=True)
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in newest_first:
        places[row.number].append((row.article, row.place))
    by_query = {query: places[number] for number, query in enumerate(keys)}
    return {query: by_query.get(query, []) for query in queries}


def _select_places(
    visible: sa.ColumnElement[bool],
    words: Sequence[str],
    limit: int,
    before: datetime | None = None,
) -> sa.Select[Any]:
    leading, *others = words
    first = statement_index.alias()
    # A scalar subquery: to a join PostgreSQL would give more plans to weigh, and none is better.
    shown = sa.select(visible).where(articles.c.id == first.c.article).scalar_subquery()
    query = sa.select(first.c.article, first.c.place, first.c.dated).select_from(first)
    query = query.where(first.c.word == leading, shown)
    for word in others:
        other = statement_index.alias()
        same_statement = sa.and_(
            other.c.word == word,
            other.c.dated == first.c.dated,
            other.c.article == first.c.article,
            other.c.place == first.c.place,
        )
        query = query.join(other, same_statement)
    if before is not None:
        query = query.where(first.c.dated < before)
    return query.order_by(first.c.dated.desc(), first.c.article.desc(), first.c.place).limit(limit)


async def find_similar(
    connection: AsyncConnection,
    team: str | None,
    visible: sa.ColumnElement[bool],
    words: Sequence[str],
) -> tuple[str, ...]:
    """Return words of speakers' names that resemble the last of `words`, best first."""
    if not words:
        return ()
    # Few misspell the first letter; without it every name that was ever read would be compared.
    wanted, known = words[-1], name_words.c.word
    shortest, longest = len(wanted) - _MAX_LENGTH_DIFFERENCE, len(wanted) + _MAX_LENGTH_DIFFERENCE
    query = sa.select(known).where(
        known.startswith(wanted[0], autoescape=True),
        name_words.c.team.in_(["", team or ""]),
        sa.func.length(known).between(shortest, longest),
    )
    query = query.distinct()
    candidates = (await connection.execute(query)).scalars().all()
    similar = get_close_matches(wanted, candidates, n=_MAX_SIMILAR_CHECKED, cutoff=_MIN_SIMILARITY)
    found = [word for word in similar if await find_places(connection, visible, [word], 1)]
    return tuple(found[:_MAX_SIMILAR_RETURNED])
