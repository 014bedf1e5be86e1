"""Who spoke? A speaker's name, and each word of it, leads to what was said, newest first; and a slip to a name."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from sys import intern
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import StoredArticle, Terms
from bot.store import search, tables
from bot.store.database import insert_new
from bot.store.tables import Utc, articles, statements
from bot.stories.people import name_words

# A word with more statements than this is a common one, and which of two such words is commoner matters little.
_COMMON = 200
# Common words that are remembered.
_REMEMBERED = 20_000
# Of the words that look alike so many are tried; three that still lead to a statement are told.
_TRIED, _TOLD = 12, 3
# A slip adds or drops a letter or two, seldom more.
_SLIP = 2
_known = (
    select(tables.name_words.c.word)
    .where(tables.name_words.c.word.in_(bindparam("words", expanding=True)))
    .distinct()
    .subquery()
)
_some = select(statements.c.place).where(statements.c.word == _known.c.word).limit(_COMMON)
_COUNTS = select(
    _known.c.word,
    select(func.count()).select_from(_some.correlate(_known).subquery()).scalar_subquery(),
)
# What a whole name begins with, as no word does.
_WHOLE = "="
# Of two words: twice the letters that they share in order, among all their letters.
_ALIKE = 0.7


def rows(stored: StoredArticle, dated: datetime) -> list[dict[str, Any]]:
    """Give a row for each speaker's name, and one for each word of it."""
    return [
        {"word": word, "dated": dated, "article": stored.id, "place": place}
        for place, statement in enumerate(stored.analysis.statements)
        if statement.actor is not None
        for word in (*search.fold(statement.actor.name.text), *_whole(statement.actor.name.text))
    ]


def words(spoken: Iterable[Mapping[str, Any]]) -> set[str]:
    """Give the single words among these rows."""
    return {word for row in spoken if not (word := row["word"]).startswith(_WHOLE)}


def _whole(name: str) -> tuple[str, ...]:
    """Give what a name is found by as a whole; nothing where no word is in it."""
    found = name_words(name)
    return (_WHOLE + " ".join(found),) if found else ()


async def remember(connection: AsyncConnection, stored: StoredArticle, dated: datetime) -> None:
    """Make what was said in an article findable."""
    if not (spoken := rows(stored, dated)):
        return
    await connection.execute(insert(statements), spoken)
    # In one order, or two writers would wait for each other.
    known = [{"word": word, "team": stored.team} for word in sorted(words(spoken))]
    await connection.execute(insert_new(connection, tables.name_words, known))


async def forget(connection: AsyncConnection, stored: StoredArticle, dated: datetime) -> None:
    """Nothing of an article leads anywhere any more."""
    keys = {(spoken["word"], spoken["place"]) for spoken in rows(stored, dated)}
    its = and_(statements.c.dated == dated, statements.c.article == stored.id)
    named = tuple_(statements.c.word, statements.c.place).in_(keys)
    await connection.execute(delete(statements).where(its, named))


class Common:
    """Tells how common words of names are, as far as that matters; those that are common stay so."""

    def __init__(self) -> None:
        self._common: set[str] = set()

    async def counts(
        self, connection: AsyncConnection, wanted: Iterable[Sequence[str]]
    ) -> Mapping[str, int]:
        """How many statements each word leads to, for names of these words; absent where it leads its name anyway."""
        asked = {word for words in wanted for word in self._unknown(words)}
        counts: dict[str, int] = {}
        if asked:
            rows = await connection.execute(_COUNTS, {"words": sorted(asked)})
            counts = {row[0]: row[1] for row in rows}
            if len(self._common) > _REMEMBERED:
                self._common.clear()
            self._common.update(word for word, count in counts.items() if count >= _COMMON)
        return counts | dict.fromkeys(
            self._common & {word for words in wanted for word in words}, _COMMON
        )

    def _unknown(self, words: Sequence[str]) -> set[str]:
        """Beside a common word the other of two leads, however common it is."""
        unknown = set(words) - self._common
        return set() if len(words) <= 1 or (len(words) == 2 and len(unknown) <= 1) else unknown


async def places(
    connection: AsyncConnection,
    common: Common,
    seen: ColumnElement[bool],
    words: Sequence[str],
    limit: int,
) -> list[tuple[int, int]]:
    """Where actors speak whose name holds all the words: article and place in it, newest first.

    `seen` says which articles may be.
    """
    if not words:
        return []
    # The rarest leads: nobody wants to wait until every Maria was asked whether she is a Kallas.
    counts = await common.counts(connection, [words])
    query = _places(seen, _rarest_first(words, counts), limit)
    return [(row.article, row.place) for row in await connection.execute(query)]


async def places_before(
    connection: AsyncConnection,
    seen: ColumnElement[bool],
    given: Mapping[str, Any],
    wanted: Sequence[tuple[str, datetime]],
    limit: int,
) -> list[list[tuple[int, int]]]:
    """For each name and time, where actors of this very name speak in articles dated before then, newest first.

    `seen` is always the same, and so is the query, but for what is `given`: to build one takes longer than to ask it.
    """
    sqlite = connection.dialect.name == "sqlite"
    asked = {
        slot: ["".join(_whole(name)), _as_compared(before, sqlite=sqlite)]
        for slot, (name, before) in enumerate(wanted)
    }
    rows = await connection.execute(
        _for_each(seen, limit, sqlite=sqlite), {**given, "asked": asked}
    )
    told = {int(slot): list(map(int, (numbers or "").split())) for slot, numbers in rows}
    return [list(zip(told[slot][::2], told[slot][1::2], strict=True)) for slot in asked]


def _as_compared(moment: datetime, *, sqlite: bool) -> str:
    """Write a time as the column compares it: SQLite's holds text."""
    told = moment.astimezone(UTC).isoformat(" ", "microseconds")
    return told.removesuffix("+00:00") if sqlite else told


@lru_cache(maxsize=2_000)
def read_terms(data: str) -> Terms:
    """Read an article's terms from its column; those of the newest and of those who speak often are asked for often."""
    # One word stands in the terms of many articles, and thousands of them are kept.
    return tuple((intern(term), weight) for term, weight in json.loads(data))


@lru_cache(maxsize=4)
def _for_each(seen: ColumnElement[bool], limit: int, *, sqlite: bool) -> Select[str, str]:
    """Build the query for any number of names, each with its time; a row a name, its places as text.

    They are joined in the order in which the inner query sorts them: by PostgreSQL's manual (9.21) that "will usually
    work", SQLite joins what it is given; a test holds both to it.
    """
    asked = func.json_each(bindparam("asked", type_=JSON)).table_valued(
        column("key", Text), column("value", JSON)
    )
    name, before = (asked.c.value[part].as_string() for part in range(2))
    moment: ColumnElement[datetime] = type_coerce(before, Utc) if sqlite else cast(before, Utc)
    places = _places(seen, [name], limit, moment).correlate(asked).subquery()
    both = cast(places.c.article, Text) + " " + cast(places.c.place, Text)
    return select(
        asked.c.key, select(func.aggregate_strings(both, " ")).select_from(places).scalar_subquery()
    )


def _places(
    seen: ColumnElement[bool],
    words: Sequence[str] | Sequence[ColumnElement[str]],
    limit: int,
    before: ColumnElement[datetime] | None = None,
) -> Select[Any]:
    leading, *others = words
    first = statements.alias()
    # Each article is looked up in any case; joined, it would only give PostgreSQL more orders to weigh.
    there = select(seen).where(articles.c.id == first.c.article).scalar_subquery()
    query = select(first.c.article, first.c.place, first.c.dated).select_from(first)
    query = query.where(first.c.word == leading, there)
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
    connection: AsyncConnection,
    common: Common,
    team: str | None,
    seen: ColumnElement[bool],
    words: Sequence[str],
) -> tuple[str, ...]:
    """Words of names that look like the last one, likeliest first, and lead to something that was said."""
    if not words:
        return ()
    # A slip in the first letter is rare; without it every name that was ever read would be compared.
    wanted, known = words[-1], tables.name_words.c.word
    query = (
        select(known)
        .distinct()
        .where(
            known.startswith(wanted[0], autoescape=True),
            tables.name_words.c.team.in_(["", team or ""]),
            func.length(known).between(len(wanted) - _SLIP, len(wanted) + _SLIP),
        )
    )
    some = _sharing_letters(wanted, (await connection.execute(query)).scalars())
    near = get_close_matches(wanted, some, n=_TRIED, cutoff=_ALIKE)
    found = [word for word in near if await places(connection, common, seen, [word], 1)]
    return tuple(found[:_TOLD])


def _sharing_letters(wanted: str, words: Iterable[str]) -> list[str]:
    """Leave out what shares too few letters, in whatever order, to be alike: to compare letter by letter is slow."""
    letters = Counter(wanted).items()
    return [
        word
        for word in words
        if 2 * sum(min(count, word.count(letter)) for letter, count in letters)
        >= _ALIKE * (len(wanted) + len(word))
    ]


def _rarest_first(words: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """Of words that are as common, a surname before a first name."""
    return sorted(words, key=lambda word: (counts.get(word, 0), -words.index(word)))
