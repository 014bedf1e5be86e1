"""What SQLAlchemy made of a query once serves every engine of a test run, and each test opens an engine of its own."""

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot.store import database

_COMPILED: LRUCache[Any, Any] = LRUCache(5_000)


def _remembering(*args: Any, **options: Any) -> AsyncEngine:
    engine = create_async_engine(*args, **options)
    engine.sync_engine._compiled_cache = _COMPILED
    return engine


def remember_queries() -> None:
    """Let engines share what was compiled: it is kept by dialect, and all of one kind are set up alike."""
    for dialect in (PGDialectAsync_psycopg, SQLiteDialect_aiosqlite):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    database.create_async_engine = _remembering
