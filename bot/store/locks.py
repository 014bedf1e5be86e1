"""Locks over all processes: lost when their process dies, kept while it is frozen.

On PostgreSQL a lock is a session advisory lock. One session holds all locks of a process, so that a
worker that posts to fifty channels at once takes one connection. SQLite serves one process, which
takes a file lock at its start; there only tasks need to be kept apart.
"""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.model.errors import LockTaken, SettingsError
from bot.store.database import Database, database_url, messages, translated_errors

# Returns whether a lock is still held.
LockCheck = Callable[[], Coroutine[object, object, bool]]

# A delivery that has waited so long is left to a later tick: the holder may be frozen.
WAIT_TIMEOUT_SECONDS = 60.0
_FIRST_RETRY_SECONDS, _MAX_RETRY_SECONDS = 0.2, 1.0
# A connection that does not answer in this time may be gone, and its locks with it.
_ANSWER_TIMEOUT_SECONDS = 5.0
# A machine that vanished loses its locks after 10 + 3 x 5 s; by default it would take two hours.
_KEEPALIVES = (
    "SELECT set_config('tcp_keepalives_idle', '10', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)

# A session's advisory lock on one BIGINT (PostgreSQL's manual, 53.13 pg_locks).
_HOLDS_LOCK = sa.text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks"
    " WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key)"
)
_TRY_LOCK = sa.text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(:key)")


class Locks:
    """Locks by name: to post to a channel, to take a file, to be the clock."""

    def __init__(self, database: Database) -> None:
        self._local: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._session = None if database.sqlite else _LockSession(database)

    @asynccontextmanager
    async def hold(self, name: str, *, wait: bool = True) -> AsyncIterator[LockCheck]:
        """Hold a lock for a block; its value answers whether the lock is still held.

        Ask it just before what cannot be undone. Raise LockTaken where another process holds the
        lock: at once, or with `wait` after a minute.
        """
        # One session may take an advisory lock many times, so our tasks are kept apart here.
        lock = self._local.setdefault(name, asyncio.Lock())
        if not wait and lock.locked():
            raise LockTaken(name)
        async with lock:
            if self._session is None:
                yield _always_held
                return
            key = _key(name)
            connection = await self._session.acquire(name, key, wait=wait)
            try:
                yield partial(self._session.is_held, connection, key)
            finally:
                await asyncio.shield(self._session.release(connection, key))

    async def close(self) -> None:
        """Release all locks."""
        if self._session:
            await self._session.close()


class _LockSession:
    """One connection, opened when first needed; when it fails, every lock that it held is lost.

    A task cancelled inside the driver would break the connection for all others, so its queries are
    shielded and run to their end.
    """

    def __init__(self, database: Database) -> None:
        # A connection of its own: tasks that wait must not use up the pool that the ledger needs.
        self._engine = create_async_engine(
            database.url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._in_use = asyncio.Lock()
        self._connection: AsyncConnection | None = None

    async def acquire(self, name: str, key: int, *, wait: bool) -> AsyncConnection:
        """Return the connection whose session now holds the lock; raise LockTaken."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (WAIT_TIMEOUT_SECONDS if wait else 0)
        pause = _FIRST_RETRY_SECONDS
        while (connection := await self._try_acquire(key)) is None:
            if loop.time() >= deadline:
                raise LockTaken(name)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _MAX_RETRY_SECONDS)
        return connection

    async def _try_acquire(self, key: int) -> AsyncConnection | None:
        attempt = asyncio.ensure_future(self._connect_and_lock(key))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            if connection := await attempt:
                await self.release(connection, key)
            raise

    async def is_held(self, connection: AsyncConnection, key: int) -> bool:
        """Return whether this session is alive and holds the lock."""
        query = asyncio.ensure_future(self._ask(connection, _HOLDS_LOCK, key))
        return bool(await asyncio.shield(query))

    async def release(self, connection: AsyncConnection, key: int) -> None:
        """Release a lock; with a session that has ended it is gone already."""
        await self._ask(connection, _UNLOCK, key)

    async def close(self) -> None:
        """End the session."""
        async with self._in_use:
            await self._disconnect()
        await self._engine.dispose()

    async def _connect_and_lock(self, key: int) -> AsyncConnection | None:
        async with self._in_use:
            with translated_errors():
                if self._connection is None:
                    connection = await self._engine.connect()
                    await connection.execute(sa.text(_KEEPALIVES))
                    self._connection = connection
                acquired = await self._run(self._connection, _TRY_LOCK, key)
            return self._connection if acquired else None

    async def _ask(self, connection: AsyncConnection, query: sa.Executable, key: int) -> object:
        """Run a query in the session; return None once the session has ended."""
        async with self._in_use:
            if connection is not self._connection:
                return None
            try:
                return await self._run(connection, query, key)
            except (SQLAlchemyError, OSError):
                return None

    async def _run(self, connection: AsyncConnection, query: sa.Executable, key: int) -> object:
        """Run a query; an error or no answer in time ends the session."""
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_SECONDS):
                return (await connection.execute(query, {"key": key})).scalar_one()
        except BaseException:
            await self._disconnect()
            raise

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # There is nothing to roll back, and the server may not answer.
            await connection.invalidate()
            await connection.close()


async def _always_held() -> bool:
    return True


def _key(name: str) -> int:
    """Hash a name to a BIGINT, the same in all processes."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@contextmanager
def sole_service(url: str) -> Iterator[None]:
    """Lock a SQLite database for a block, so that no second service posts the same digests.

    The lock is the kernel's (flock): it ends with its process, however that ends, and a lock file
    left behind means nothing. On PostgreSQL this does nothing. Raise SettingsError where another
    service holds the lock, or the file cannot be written.
    """
    address = database_url(url)
    if address.get_backend_name() != "sqlite":
        yield
        return
    # Two names of one file, by a link, have one lock.
    path = Path(f"{Path(address.database or '').resolve()}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as e:
        raise SettingsError([messages.text("lock_file", path=path, reason=e.strerror)]) from e
    try:
        _lock_file(handle, path)
        yield
    finally:
        os.close(handle)


def _lock_file(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
        database = path.with_suffix("")
        fault = messages.text("second_service", holder=holder, database=database)
        raise SettingsError([fault]) from e
    os.truncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
