"""Full-text search: articles that hold all of some folded words, newest first, on both databases.

PostgreSQL's index of words has no order: to find the newest of the thousands of articles that hold
a common word, it would sort them all. So each article is also indexed by the day and the week of
its date, as two more words; the last days are searched first, then the last weeks, and all only
where those do not hold enough.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article
from bot.store.tables import Utc, articles, metadata, visible

_WORD = re.compile(r"[^\W_]+")
# More words than anyone types; a pasted page would only slow the query.
_MAX_QUERY_WORDS = 32
# PostgreSQL refuses a lexeme over 2 KiB.
_MAX_WORD_CHARS = 200
# No character below it is a combining one, so most of a text need not be checked.
_FIRST_COMBINING = "\u0300"

# How far back PostgreSQL searches before it searches all.
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_MAX_DATE_WORDS = 30

# FTS5 returns its rows by rowid at no cost, so a rowid is the article's date in seconds, then its
# id.
_ID_BITS = 30

_SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE searchable USING fts5(words, content='', detail=none, tokenize='ascii')",
)
_POSTGRESQL_TABLE = (
    """
    CREATE TABLE searchable (
        article INTEGER PRIMARY KEY REFERENCES articles (id),
        dated TIMESTAMP WITH TIME ZONE NOT NULL,
        words TSVECTOR NOT NULL
    )
    """,
    "CREATE INDEX searchable_words ON searchable USING gin (words)",
    "CREATE INDEX searchable_by_date ON searchable (dated)",
)
_SQLITE_DELETE = sa.text(
    "INSERT INTO searchable(searchable, rowid, words) VALUES('delete', :rowid, :words)"
)
_sqlite = sa.table("searchable", sa.column("rowid", sa.Integer), sa.column("words", sa.Text))
_postgresql = sa.table(
    "searchable", sa.column("article", sa.Integer), sa.column("dated", Utc), sa.column("words")
)


def _create_table(_: sa.MetaData, connection: sa.Connection, **__: object) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE_TABLE if sqlite else _POSTGRESQL_TABLE:
        connection.execute(sa.text(statement))


sa.event.listen(metadata, "after_create", _create_table)


def fold(words: str) -> tuple[str, ...]:
    """Split into words without case, accents or marks, each once; safe in any query."""
    plain = words
    if not words.isascii():
        decomposed = unicodedata.normalize("NFKD", words)
        plain = "".join(
            c for c in decomposed if c < _FIRST_COMBINING or not unicodedata.combining(c)
        )
    return tuple(dict.fromkeys(word[:_MAX_WORD_CHARS] for word in _WORD.findall(plain.casefold())))


def fold_article(content: Article) -> tuple[str, ...]:
    """Return the words by which an article is found."""
    return fold(f"{content.headline or ''}\n{content.body}")


def search_row(
    article: int, dated: datetime, words: Sequence[str], *, sqlite: bool
) -> dict[str, Any]:
    """Build the row that makes an article findable by words."""
    if sqlite:
        return {"rowid": _rowid(dated, article), "words": " ".join(words)}
    date_words = [*_date_words(dated, dated, _DAY), *_date_words(dated, dated, _WEEK)]
    return {"article": article, "dated": dated, "words": [*words, *date_words]}


async def save(
    connection: AsyncConnection, article: int, dated: datetime, words: Sequence[str]
) -> None:
    """Make a stored article findable by words."""
    if connection.dialect.name == "sqlite":
        row = search_row(article, dated, words, sqlite=True)
        await connection.execute(sa.insert(_sqlite), row)
    else:
        row = search_row(article, dated, words, sqlite=False)
        row["words"] = sa.func.array_to_tsvector(sa.cast(row["words"], ARRAY(sa.Text)))
        await connection.execute(sa.insert(_postgresql).values(row))


async def remove(
    connection: AsyncConnection, article: int, dated: datetime, content: Article
) -> None:
    """Remove an article; SQLite's contentless table needs the very words that it was given."""
    if connection.dialect.name == "sqlite":
        row = search_row(article, dated, fold_article(content), sqlite=True)
        await connection.execute(_SQLITE_DELETE, row)
    else:
        await connection.execute(sa.delete(_postgresql).where(_postgresql.c.article == article))


async def find_newest(
    connection: AsyncConnection, team: str | None, words: str, now: datetime, limit: int
) -> tuple[int, ...]:
    """Return ids of visible articles that hold all the words, newest first; none for no words."""
    if not (folded := fold(words)[:_MAX_QUERY_WORDS]):
        return ()
    if connection.dialect.name == "sqlite":
        query = _select_on_sqlite(folded, team, now).order_by(_sqlite.c.rowid.desc()).limit(limit)
        return tuple((await connection.execute(query)).scalars())
    newest_first = _postgresql.c.dated.desc(), _postgresql.c.article.desc()
    ids: Sequence[int] = ()
    last_days = _date_words(now - _DAY, now + _DAY, _DAY)
    last_weeks = _date_words(now - 2 * _WEEK, now + _WEEK, _WEEK)
    for date_words in (last_days, last_weeks, ()):
        query = _select_on_postgresql(folded, date_words, team, now).order_by(*newest_first)
        ids = (await connection.execute(query.limit(limit))).scalars().all()
        if len(ids) == limit:
            break
    return tuple(ids)


async def find_since(
    connection: AsyncConnection, team: str | None, words: str, since: datetime, now: datetime
) -> frozenset[int]:
    """Return ids of visible articles dated since then that hold all the words, if any."""
    if not (folded := fold(words)[:_MAX_QUERY_WORDS]):
        return frozenset()
    if connection.dialect.name == "sqlite":
        query = _select_on_sqlite(folded, team, now).where(_sqlite.c.rowid >= _rowid(since, 0))
    else:
        # By its index on dates PostgreSQL would unpack each text of those days to look for the
        # words.
        dated_without_index = _postgresql.c.dated + sa.literal_column("interval '0'")
        date_words = _date_words_since(since, now)
        query = _select_on_postgresql(folded, date_words, team, now)
        query = query.where(sa.literal(since, Utc) <= dated_without_index)
    return frozenset((await connection.execute(query)).scalars())


def _select_on_sqlite(words: Sequence[str], team: str | None, now: datetime) -> sa.Select[int]:
    article = _sqlite.c.rowid.op("&")((1 << _ID_BITS) - 1)
    match = sa.literal_column("searchable").op("MATCH")(" ".join(f'"{word}"' for word in words))
    joined = _sqlite.join(articles, articles.c.id == article)
    return sa.select(articles.c.id).select_from(joined).where(match, visible(team, now))


def _select_on_postgresql(
    words: Sequence[str], date_words: Sequence[str], team: str | None, now: datetime
) -> sa.Select[int]:
    condition = " & ".join(f"'{word}'" for word in words)
    if date_words:
        condition += " & (" + " | ".join(f"'{word}'" for word in date_words) + ")"
    match = _postgresql.c.words.op("@@")(sa.cast(condition, TSQUERY))
    joined = _postgresql.join(articles, articles.c.id == _postgresql.c.article)
    return sa.select(articles.c.id).select_from(joined).where(match, visible(team, now))


def _date_words(first: datetime, last: datetime, unit: timedelta) -> tuple[str, ...]:
    """Return a word that no text holds for each day or week from the first to the last."""
    mark, seconds = "#d" if unit == _DAY else "#w", int(unit.total_seconds())
    numbers = range(int(first.timestamp()) // seconds, int(last.timestamp()) // seconds + 1)
    return tuple(f"{mark}{number}" for number in numbers)


def _date_words_since(since: datetime, now: datetime) -> tuple[str, ...]:
    """Return words of the days (of many: weeks) since then and one ahead; none for many weeks."""
    for unit in (_DAY, _WEEK):
        if now - since <= _MAX_DATE_WORDS * unit:
            return _date_words(since, now + unit, unit)
    return ()


def _rowid(dated: datetime, article: int) -> int:
    return int(dated.timestamp()) << _ID_BITS | article
