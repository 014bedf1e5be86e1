"""Which articles hold all these words? The same folded words on both databases, newest first.

PostgreSQL's index of words has no order: the newest of the thousands that hold a common word would be found by
sorting them all. So each article also has the week and the day of its date for words, and the last days are asked
first, then the last weeks, and only where those do not hold enough, all.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article
from bot.store.tables import Utc, articles, visible_when_asked

_WORD = re.compile(r"[^\W_]+")
# More words than anyone types; a pasted page would only slow the query.
_MOST_WORDS = 32
# PostgreSQL refuses a lexeme over 2 KiB; nobody searches for a longer one.
_LONGEST_WORD = 200

# Whatever sorts before it stands on no other letter: most of a text need not be asked.
_FIRST_ACCENT = "\u0300"

# How far back PostgreSQL is asked before it is asked for all.
_DAYS, _WEEKS = 2, 3
_DAY = 24 * 60 * 60
_MOST_MARKS = 30

# FTS5 gives its rows in order of rowid for nothing: seconds of the article's date, then its id.
_ID_BITS = 30

_sqlite = table("searchable", column("rowid", Integer), column("words", Text))
_postgresql = table("searchable", column("article", Integer), column("dated", Utc), column("words"))


def fold(words: str) -> tuple[str, ...]:
    """Words without case, accents or marks, each once, in order; safe to put into any query."""
    plain = words
    if not words.isascii():
        apart = unicodedata.normalize("NFKD", words)
        plain = "".join(c for c in apart if c < _FIRST_ACCENT or not unicodedata.combining(c))
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in _WORD.findall(plain.casefold())))


def row(article: int, dated: datetime, content: Article, *, sqlite: bool) -> dict[str, Any]:
    """Give what makes an article findable."""
    words = fold(f"{content.headline or ''}\n{content.body}")
    if sqlite:
        return {"rowid": _rowid(dated, article), "words": " ".join(words)}
    return {"article": article, "dated": dated, "words": [*words, *_marks(dated)]}


async def remember(
    connection: AsyncConnection, article: int, dated: datetime, content: Article
) -> None:
    """Make a stored article findable."""
    if connection.dialect.name == "sqlite":
        await connection.execute(insert(_sqlite), row(article, dated, content, sqlite=True))
    else:
        told = row(article, dated, content, sqlite=False)
        told["words"] = func.array_to_tsvector(cast(told["words"], ARRAY(Text)))
        await connection.execute(insert(_postgresql).values(told))


async def forget(
    connection: AsyncConnection, article: int, dated: datetime, content: Article
) -> None:
    """Let a stored article be found no more; SQLite must be told the very words that it was given."""
    if connection.dialect.name == "sqlite":
        words = " ".join(fold(f"{content.headline or ''}\n{content.body}"))
        gone = "INSERT INTO searchable(searchable, rowid, words) VALUES('delete', :row, :words)"
        await connection.execute(text(gone), {"row": _rowid(dated, article), "words": words})
    else:
        await connection.execute(delete(_postgresql).where(_postgresql.c.article == article))


async def find(
    connection: AsyncConnection, team: str | None, words: str, now: datetime, limit: int
) -> tuple[int, ...]:
    """Ids of visible articles that hold all the words, newest first; none for no words."""
    folded = fold(words)[:_MOST_WORDS]
    if not folded:
        return ()
    asked = {"team": team, "now": now, "limit": limit}
    if connection.dialect.name == "sqlite":
        found = await connection.execute(_NEWEST_ON_SQLITE, asked | {"words": _for_sqlite(folded)})
        return tuple(found.scalars().all())
    numbers: Sequence[int] = ()
    for mark, count in (("d", _DAYS), ("w", _WEEKS), ("", 0)):
        marked = _for_postgresql(folded, _last(mark, count, now))
        numbers = (
            (await connection.execute(_NEWEST_ON_POSTGRESQL, asked | {"words": marked}))
            .scalars()
            .all()
        )
        if len(numbers) == limit:
            break
    return tuple(numbers)


async def since(
    connection: AsyncConnection, team: str | None, words: str, since: datetime, now: datetime
) -> frozenset[int]:
    """Ids of visible articles dated since then that hold all the words; none for no words."""
    folded = fold(words)[:_MOST_WORDS]
    if not folded:
        return frozenset()
    asked: dict[str, Any] = {"team": team, "now": now}
    if connection.dialect.name == "sqlite":
        query, asked = (
            _SINCE_ON_SQLITE,
            asked | {"words": _for_sqlite(folded), "oldest": _rowid(since, 0)},
        )
    else:
        words = _for_postgresql(folded, _days_since(since, now))
        query, asked = _SINCE_ON_POSTGRESQL, asked | {"words": words, "oldest": since}
    return frozenset((await connection.execute(query, asked)).scalars())


def _on_sqlite() -> Select[int]:
    """Build the query for `words`; to build one takes longer than to ask it."""
    found = _sqlite.join(articles, articles.c.id == _sqlite.c.rowid.op("&")((1 << _ID_BITS) - 1))
    match = literal_column("searchable").op("MATCH")(bindparam("words", type_=Text))
    return select(articles.c.id).select_from(found).where(match, visible_when_asked())


def _on_postgresql() -> Select[int]:
    """Build the query for `words`."""
    found = _postgresql.join(articles, articles.c.id == _postgresql.c.article)
    match = _postgresql.c.words.op("@@")(cast(bindparam("words", type_=Text), TSQUERY))
    return select(articles.c.id).select_from(found).where(match, visible_when_asked())


def _for_sqlite(words: Sequence[str]) -> str:
    return " ".join(f'"{word}"' for word in words)


def _for_postgresql(words: Sequence[str], marks: Sequence[str]) -> str:
    asked = " & ".join(f"'{word}'" for word in words)
    if marks:
        asked += " & (" + " | ".join(f"'{mark}'" for mark in marks) + ")"
    return asked


def _marks(dated: datetime) -> tuple[str, str]:
    """Give the day and the week of a date as words that no text holds."""
    day = int(dated.timestamp()) // _DAY
    return f"#d{day}", f"#w{day // 7}"


def _last(mark: str, count: int, now: datetime) -> tuple[str, ...]:
    """Give the marks of so many days or weeks up to now, and the next: a date may be a little ahead of our clock."""
    day = int(now.timestamp()) // _DAY
    newest = day // 7 if mark == "w" else day
    return (
        tuple(f"#{mark}{number}" for number in range(newest - count + 1, newest + 2))
        if mark
        else ()
    )


def _days_since(since: datetime, now: datetime) -> tuple[str, ...]:
    """Give the marks of the days from then on, of weeks where the days are many, none where the weeks are."""
    days = (now - since).days + 2
    if days <= _MOST_MARKS:
        return _last("d", days, now)
    return _last("w", days // 7 + 2, now) if days <= 7 * _MOST_MARKS else ()


def _rowid(dated: datetime, article: int) -> int:
    return int(dated.timestamp()) << _ID_BITS | article


_limit: BindParameter[int] = bindparam("limit")
_NEWEST_ON_SQLITE = _on_sqlite().order_by(_sqlite.c.rowid.desc()).limit(_limit)
_SINCE_ON_SQLITE = _on_sqlite().where(_sqlite.c.rowid >= bindparam("oldest", type_=Integer))
_NEWEST_ON_POSTGRESQL = (
    _on_postgresql()
    .order_by(_postgresql.c.dated.desc(), _postgresql.c.article.desc())
    .limit(_limit)
)
# By its index on dates PostgreSQL would look for the words in each text of those days, which it has to unpack.
_NO_INDEX = _postgresql.c.dated + literal_column("interval '0'")
_SINCE_ON_POSTGRESQL = _on_postgresql().where(bindparam("oldest", type_=Utc) <= _NO_INDEX)
