"""Asks SQLite's thread once a statement: aiosqlite asks it for a cursor, the statement, its rows and the cursor's end.

Each time costs the processor a tenth of a millisecond, which is more than most statements do.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

Asked = Callable[[sqlite3.Cursor], sqlite3.Cursor]


def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """Give a connection to await, as `aiosqlite.connect` does."""
    connection = _Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=0)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy sets it
    return connection


class _Connection(aiosqlite.Connection):
    def cursor(self) -> "_Cursor":  # type: ignore[override]
        """Give what SQLAlchemy needs of a cursor."""
        return _Cursor(self)

    async def ask(self, asked: Asked) -> "_Answer":
        """Run a statement in the connection's thread, and bring all that comes of it."""
        execute: Callable[..., Awaitable[_Answer]] = self._execute
        return await execute(_answer, self._conn, asked)

    async def commit(self) -> None:
        """Commit, if a transaction is open: what only reads has none."""
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, if a transaction is open: a connection is rolled back once more when it goes back to its pool."""
        if self.in_transaction:
            await super().rollback()


class _Answer:
    """What a statement brought: all its rows, so that no cursor stays open."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid


class _Cursor:
    """What SQLAlchemy needs of a cursor."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._ask(lambda cursor: cursor.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        await self._ask(lambda cursor: cursor.executemany(sql, parameters))

    async def _ask(self, asked: Asked) -> None:
        answer = await self._connection.ask(asked)
        self._rows, self.description = answer.rows, answer.description
        self.rowcount, self.lastrowid = answer.rowcount, answer.lastrowid

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""


def _answer(connection: sqlite3.Connection, asked: Asked) -> _Answer:
    cursor = connection.cursor()
    try:
        return _Answer(asked(cursor))
    finally:
        cursor.close()
