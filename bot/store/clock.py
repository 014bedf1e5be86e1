"""The clock of a deployment: the machine's, or the database's where several machines share one."""

import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Database, Repository


class SystemClock:
    """Implements `ports.Clock` with the machine's clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)

    async def follow(self) -> None:
        """Do nothing: there is no other clock to go by."""


class DatabaseClock(SystemClock, Repository):
    """Implements `ports.Clock` with PostgreSQL's clock, so that all processes have the same time.

    From one look at it to the next the seconds are counted by the monotonic clock, which nobody
    sets.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._read_at, self._moment = time.monotonic(), datetime.now(UTC)

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._moment + timedelta(seconds=time.monotonic() - self._read_at)

    async def follow(self) -> None:
        """Look at the database's clock again; raise StoreUnavailable."""
        asked = time.monotonic()
        moment: datetime = await self._fetch_value(sa.select(sa.func.clock_timestamp()))
        self._read_at, self._moment = (asked + time.monotonic()) / 2, moment.astimezone(UTC)


def create_clock(database: Database) -> SystemClock:
    """Return the clock that everything about this database goes by."""
    return SystemClock() if database.sqlite else DatabaseClock(database)
