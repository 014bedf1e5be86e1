"""Whoever stops in the middle of a query leaves no transaction open in SQLite."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.store.database import Database

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
