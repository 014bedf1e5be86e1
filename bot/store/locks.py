"""Rights that one holder has at a time over all processes: lost when its process dies, kept while it is frozen.

On PostgreSQL a right is a session advisory lock. One session holds all rights of a process, so that a worker
which posts to fifty channels at once takes one connection; in SQLite's one process, tasks alone need parting.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy import Executable, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.model.errors import LockTaken
from bot.store.database import Database, translated

Held = Callable[[], Coroutine[object, object, bool]]


# After this long (seconds) a waiting delivery is left to a later tick: the holder may be frozen.
_PATIENCE = 60.0
_LOOKS = 0.2, 1.0  # seconds between two tries: at first, at most
# A connection that does not answer in this time (seconds) may be gone, and its rights with it.
_ANSWERS_WITHIN = 5.0
# A machine that vanished without a word loses its rights after 10 + 3 x 5 s; unset, that would take two hours.
_KEEPALIVES = (
    "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)

# A session's advisory lock on one BIGINT, as PostgreSQL shows it (its manual, 53.13 pg_locks).
_STILL_HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key)"
)


class Locks:
    """Gives rights by name."""

    def __init__(self, database: Database) -> None:
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._session = None if database.sqlite else _Session(database)

    @asynccontextmanager
    async def hold(self, name: str, *, wait: bool = True) -> AsyncIterator[Held]:
        """Have the right for a block; the value answers whether it is still held.

        Raise RightTaken where another process has it: at once, or with `wait` after a minute.
        """
        # Within a session advisory locks only count up, so its own tasks are parted here.
        lock = self._here.setdefault(name, asyncio.Lock())
        if not wait and lock.locked():
            raise LockTaken(name)
        async with lock:
            if self._session is None:
                yield _always
                return
            key = _key(name)
            connection = await self._taken(self._session, name, key, _PATIENCE if wait else 0)
            try:
                yield partial(self._session.keeps, connection, key)
            finally:
                await asyncio.shield(self._session.give_back(connection, key))

    async def close(self) -> None:
        """Let all rights go."""
        if self._session:
            await self._session.close()

    async def _taken(
        self, session: "_Session", name: str, key: int, patience: float
    ) -> AsyncConnection:
        pause, longest = _LOOKS
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while (connection := await session.take(key)) is None:
            if loop.time() >= until:
                raise LockTaken(name)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)
        return connection


class _Session:
    """One connection, opened when first needed; once it fails, every right that it held is lost.

    A task that is cancelled inside the driver would break the connection for all the others: what is asked of it
    runs to its end.
    """

    def __init__(self, database: Database) -> None:
        # A connection of its own: those who wait must not use up what the ledger needs.
        self._engine = create_async_engine(
            database.url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._turn = asyncio.Lock()
        self._connection: AsyncConnection | None = None

    async def take(self, key: int) -> AsyncConnection | None:
        """Try once; give the connection whose session now holds the lock."""
        taking = asyncio.ensure_future(self._take(key))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            if connection := await taking:
                await self.give_back(connection, key)
            raise

    async def keeps(self, connection: AsyncConnection, key: int) -> bool:
        """Whether this very session is alive and holds the lock."""
        return bool(
            await asyncio.shield(asyncio.ensure_future(self._said(connection, _STILL_HELD, key)))
        )

    async def give_back(self, connection: AsyncConnection, key: int) -> None:
        """Let the lock go; where the session has ended, it has gone with it."""
        await self._said(connection, text("SELECT pg_advisory_unlock(:key)"), key)

    async def close(self) -> None:
        """End the session."""
        async with self._turn:
            await self._drop()
        await self._engine.dispose()

    async def _take(self, key: int) -> AsyncConnection | None:
        async with self._turn:
            with translated():
                connection = await self._standing()
                try:
                    async with asyncio.timeout(_ANSWERS_WITHIN):
                        got = (
                            await connection.execute(select(func.pg_try_advisory_lock(key)))
                        ).scalar_one()
                except BaseException:
                    await self._drop()
                    raise
        return connection if got else None

    async def _standing(self) -> AsyncConnection:
        if self._connection is None:
            connection = await self._engine.connect()
            await connection.execute(text(_KEEPALIVES))
            self._connection = connection
        return self._connection

    async def _said(self, connection: AsyncConnection, query: Executable, key: int) -> object:
        """What the session answers; None once it is gone."""
        async with self._turn:
            if connection is not self._connection:
                return None
            try:
                async with asyncio.timeout(_ANSWERS_WITHIN):
                    return (await connection.execute(query, {"key": key})).scalar_one()
            except (SQLAlchemyError, OSError, TimeoutError):
                await self._drop()
                return None

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # There is nothing to roll back, and nobody may be there to ask.
            await connection.invalidate()
            await connection.close()


async def _always() -> bool:
    return True


def _key(name: str) -> int:
    """A BIGINT that all processes give to this name."""
    return int.from_bytes(
        hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True
    )
