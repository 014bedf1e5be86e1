"""SQLite's thread is asked as seldom as can be, and whoever stops in the middle leaves nothing open."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database

_FILL = text(
    "INSERT INTO numbers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
)
_ALL = text("SELECT i FROM numbers")
_COUNT = text("SELECT count(*) FROM numbers")
_PUT = text("INSERT INTO numbers VALUES (:i)")


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """Give a database with one table."""
    database = Database(sqlite_url)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE numbers (i INTEGER UNIQUE)"))
    yield database
    await database.close()


async def asked(connection: AsyncConnection) -> list[Any]:
    """Note from now on what the connection's thread is asked."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    notes: list[Any] = []
    put = driver._tx.put_nowait

    class Noted:
        def put_nowait(self, item: Any) -> None:
            notes.append(item)
            put(item)

    driver._tx = Noted()
    return notes


class TestQuestions:
    """What goes to the thread, and what comes back."""

    async def test_a_read_is_one_question(self, database: Database) -> None:
        """The statement, with all its rows: it has no beginning and no end. A read that asked nothing is none."""
        async with database.writing() as connection:
            await connection.execute(_FILL)
        async with database.reading() as connection:
            notes = await asked(connection)
            rows = (await connection.execute(_ALL)).scalars().all()
            assert len(rows) == 5000
            assert len(notes) == 1
        assert len(notes) == 1
        async with database.reading():
            pass
        assert len(notes) == 1

    async def test_what_cursors_tell_is_told(self, database: Database) -> None:
        """How many rows were changed, which key a row got, and what RETURNING gives."""
        async with database.writing() as connection:
            many = await connection.execute(_FILL)
            assert many.rowcount == 5000
            one = await connection.execute(
                text("INSERT INTO numbers VALUES (6000) RETURNING rowid")
            )
            assert one.scalar_one() == 5001
            last = await connection.execute(text("INSERT INTO numbers VALUES (7000)"))
            assert last.lastrowid == 5002
            several = text("UPDATE numbers SET i = :new WHERE i = :old")
            await connection.execute(
                several, [{"old": 6000, "new": 8000}, {"old": 7000, "new": 9000}]
            )
            newest = await connection.execute(text("SELECT i FROM numbers ORDER BY i DESC LIMIT 2"))
            assert newest.scalars().all() == [9000, 8000]


class TestStopped:
    """Nothing stays open, however a transaction ends."""

    async def test_a_statement_that_fails(self, database: Database) -> None:
        """What was written before it is undone, and the connection goes on."""
        with pytest.raises(IntegrityError, match="UNIQUE"):
            await put_twice(database)
        async with database.reading() as connection:
            assert (await connection.execute(_COUNT)).scalar_one() == 0

    async def test_a_reader_stopped_at_any_point_holds_no_moment(
        self, database: Database, sqlite_url: str
    ) -> None:
        """However far a cancelled read came, the log of writes can be emptied at once."""
        path = sqlite_url.removeprefix("sqlite:///")
        stopped = []
        for steps in range(1, 30):
            reading = asyncio.create_task(read(database))
            for _ in range(steps):
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.wait({reading})
            stopped.append(reading)
            async with database.writing() as connection:
                await connection.execute(_PUT, {"i": steps})
            other = sqlite3.connect(path)
            busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            other.close()
            assert not busy, f"after {steps} steps"
        assert sum(reading.cancelled() for reading in stopped) > 10


async def read(database: Database) -> None:
    """Read twice in one transaction."""
    async with database.reading() as connection:
        await connection.execute(_COUNT)
        await connection.execute(_ALL)


async def put_twice(database: Database) -> None:
    """Write, and then what cannot be."""
    async with database.writing() as connection:
        await connection.execute(_PUT, {"i": 1})
        await connection.execute(_PUT, {"i": 1})
