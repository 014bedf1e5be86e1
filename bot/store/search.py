"""Which articles hold all these words? The same folded words on both databases, newest first."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, cast, column, delete, func, insert, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from bot.store.tables import Utc, articles, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Article

_WORD = re.compile(r"[^\W_]+")
# More words than anyone types; a pasted page would only slow the query.
_MOST_WORDS = 32
# PostgreSQL refuses a lexeme over 2 KiB; nobody searches for a longer one.
_LONGEST_WORD = 200

# FTS5 gives its rows in order of rowid for nothing: seconds of the article's date, then its id.
_ID_BITS = 30

_sqlite = table("searchable", column("rowid", Integer), column("words", Text))
_postgresql = table("searchable", column("article", Integer), column("dated", Utc), column("words"))


def fold(words: str) -> tuple[str, ...]:
    """Words without case, accents or marks, each once, in order; safe to put into any query."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in _WORD.findall(plain.casefold())))


async def remember(connection: AsyncConnection, article: int, dated: datetime, content: Article) -> None:
    """Make a stored article findable."""
    words = fold(f"{content.headline or ''}\n{content.body}")
    if connection.dialect.name == "sqlite":
        row: dict[str, object] = {"rowid": _rowid(dated, article), "words": " ".join(words)}
        await connection.execute(insert(_sqlite).values(row))
    else:
        vector = func.array_to_tsvector(cast(list(words), ARRAY(Text)))
        row = {"article": article, "dated": dated, "words": vector}
        await connection.execute(insert(_postgresql).values(row))


async def forget(connection: AsyncConnection, article: int, dated: datetime, content: Article) -> None:
    """Let a stored article be found no more; SQLite must be told the very words that it was given."""
    if connection.dialect.name == "sqlite":
        words = " ".join(fold(f"{content.headline or ''}\n{content.body}"))
        gone = "INSERT INTO searchable(searchable, rowid, words) VALUES('delete', :row, :words)"
        await connection.execute(text(gone), {"row": _rowid(dated, article), "words": words})
    else:
        await connection.execute(delete(_postgresql).where(_postgresql.c.article == article))


async def find(connection: AsyncConnection, team: str | None, words: str, now: datetime, limit: int) -> tuple[int, ...]:
    """Ids of visible articles that hold all the words, newest first; none for no words."""
    folded = fold(words)[:_MOST_WORDS]
    if not folded:
        return ()
    query = _sqlite_query(folded) if connection.dialect.name == "sqlite" else _postgresql_query(folded)
    rows = await connection.execute(query.where(visible(team, now)).limit(limit))
    return tuple(rows.scalars().all())


def _sqlite_query(words: Sequence[str]) -> Select[int]:
    asked = " ".join(f'"{word}"' for word in words)
    found = _sqlite.join(articles, articles.c.id == _sqlite.c.rowid.op("&")((1 << _ID_BITS) - 1))
    return (
        select(articles.c.id)
        .select_from(found)
        .where(literal_column("searchable").op("MATCH")(asked))
        .order_by(_sqlite.c.rowid.desc())
    )


def _postgresql_query(words: Sequence[str]) -> Select[int]:
    asked = " & ".join(f"'{word}'" for word in words)
    found = _postgresql.join(articles, articles.c.id == _postgresql.c.article)
    return (
        select(articles.c.id)
        .select_from(found)
        .where(_postgresql.c.words.op("@@")(cast(asked, TSQUERY)))
        .order_by(_postgresql.c.dated.desc(), _postgresql.c.article.desc())
    )


def _rowid(dated: datetime, article: int) -> int:
    return int(dated.timestamp()) << _ID_BITS | article
