"""The right to post to a channel: one holder at a time, lost when its process dies, kept while it is frozen."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.store.database import translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.store.database import Database

    Held = Callable[[], Coroutine[object, object, bool]]

# After this long the delivery is left to a later tick: the holder may be frozen.
_PATIENCE = "SET lock_timeout = '60s'"
# A connection that does not answer in this time (seconds) may be gone, and the right with it.
_ANSWERS_WITHIN = 5.0

# A session's advisory lock on one BIGINT, as PostgreSQL shows it (its manual, 53.13 pg_locks).
_STILL_HELD = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key)"
)


class Posting:
    """Gives the right to post: among all processes on PostgreSQL, among the tasks of this one on SQLite."""

    def __init__(self, database: Database) -> None:
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        # Connections of their own: those who wait must not use up what the ledger needs.
        self._engine = (
            None
            if database.sqlite
            else create_async_engine(
                database.url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
            )
        )

    def hold(self, team: str, channel: str) -> AbstractAsyncContextManager[Held]:
        """Wait for the right; the value answers whether it is still held."""
        if self._engine is None:
            return _hold_here(self._locks.setdefault((team, channel), asyncio.Lock()))
        return _hold_everywhere(self._engine, _key(team, channel))


@asynccontextmanager
async def _hold_here(lock: asyncio.Lock) -> AsyncIterator[Held]:
    async with lock:
        yield _always


@asynccontextmanager
async def _hold_everywhere(engine: AsyncEngine, key: int) -> AsyncIterator[Held]:
    with translated():
        connection = await engine.connect()
    try:
        with translated():
            await connection.execute(text(_PATIENCE))
            await connection.execute(select(func.pg_advisory_lock(key)))
        yield partial(_still_held, connection, key)
    finally:
        # The session ends, and its lock with it; there is nothing to roll back, and nobody may be there to ask.
        await connection.invalidate()
        await connection.close()


async def _always() -> bool:
    return True


async def _still_held(connection: AsyncConnection, key: int) -> bool:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            return bool((await connection.execute(_STILL_HELD, {"key": key})).scalar_one())
    except (SQLAlchemyError, OSError, TimeoutError):
        return False


def _key(team: str, channel: str) -> int:
    """A BIGINT that all processes give to this channel."""
    digest = hashlib.blake2b(f"{team}/{channel}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
