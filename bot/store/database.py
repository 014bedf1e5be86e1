"""Connections to SQLite and PostgreSQL: short reads, atomic writes, errors in plain words."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model.errors import SettingsError, StoreUnavailable
from bot.model.messages import Messages
from bot.model.wordlists import load_tables

messages = Messages("bot.store")

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}

# How long a writer waits for another process that writes to the same SQLite file.
SQLITE_LOCK_TIMEOUT_SECONDS = 30.0

# Our transactions only run queries: PostgreSQL rolls back one that is silent for so long, since the
# process that began it may be frozen.
_IDLE_IN_TRANSACTION_TIMEOUT = "15s"

# Whoever waits so long for a lock that all processes share gives up until the next tick. Processes
# that freeze while they wait would each get the lock in turn, and keep it for the timeout above.
_LOCK_TIMEOUT = "10s"

# Each connection has a cache of its own of SQLite's usual 2 MB, so that few are kept open; the
# system keeps the file's pages for all of them.
_SQLITE_CONNECTIONS = 3
_SQLITE_PRAGMAS = (
    "auto_vacuum=INCREMENTAL",
    "journal_mode=WAL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=FAST",
)

# A part of the database's error message -> what the operator can do.
_CURES: dict[str, str] = load_tables("bot.store", "data/database_cures.toml")["cures"]

# Keys of PostgreSQL's advisory locks. The first is held while an article is grouped, so that two
# workers cannot split one event into two stories.
GROUPING_LOCK = 0x6461_7465_0001
MIGRATION_LOCK = 0x6461_7465_0002


def database_url(text: str) -> sa.URL:
    """Parse a DATABASE_URL and set its driver.

    Raise SettingsError for what is neither a SQLite file nor a PostgreSQL address.
    """
    try:
        url = make_url(text)
        driver = _DRIVERS[url.get_backend_name()]
    except (sa.exc.ArgumentError, KeyError, ValueError):
        # Without its cause, which would show the address with its password.
        raise SettingsError([messages.text("unknown_database")]) from None
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise SettingsError([messages.text("no_database_file")])
    return url.set(drivername=driver)


def libpq_url(text: str) -> str:
    """Return a DATABASE_URL in the form that libpq and psycopg understand."""
    return database_url(text).set(drivername="postgresql").render_as_string(hide_password=False)


class _ReadConnection(AsyncConnection):
    """Runs each query to its end, even when its task is cancelled.

    SQLite would keep the snapshot of a query that was left half read for as long as anything refers
    to it.
    """

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        query = asyncio.ensure_future(super().execute(statement, parameters, **options))
        try:
            return await asyncio.shield(query)
        except asyncio.CancelledError:
            await asyncio.wait({query})
            raise


class Database:
    """An engine and two ways to use it: `reading` changes nothing, `writing` is atomic."""

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.sqlite else _postgresql_engine(self.url)
        # SQLite's own queue of writers polls, in no order; in PostgreSQL's every waiting task would
        # hold a connection. So the tasks of this process queue here.
        self._writer = asyncio.Lock()
        # Each read is one query, so a transaction would only add two round trips.
        options = {"reading": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(**options)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for reads, without a transaction: each query sees the newest state."""
        with translated_errors():
            async with _ReadConnection(self._reader) as connection:
                yield connection

    @asynccontextmanager
    async def writing(self, lock: int | None = None) -> AsyncIterator[AsyncConnection]:
        """Open a connection in a transaction, committed when the block ends without an error.

        `lock` excludes every other transaction with the same key, in any process. SQLite has one
        writer at a time anyway.
        """
        queue = self._writer if self.sqlite or lock is not None else nullcontext()
        with translated_errors():
            async with queue, self.engine.begin() as connection:
                if lock is not None and not self.sqlite:
                    timeout = sa.func.set_config("lock_timeout", _LOCK_TIMEOUT, sa.true())
                    await connection.execute(
                        sa.select(timeout, sa.func.pg_advisory_xact_lock(lock))
                    )
                yield connection

    async def run_maintenance(self, script: str) -> None:
        """Run SQLite statements that are not allowed in a transaction, to their end."""
        with translated_errors():
            async with self._writer, self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                await driver.executescript(script)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class Repository:
    """Base of the stores: statements on connections of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _fetch_all(self, query: sa.Executable) -> Sequence[sa.Row[Any]]:
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()

    async def _fetch_first(self, query: sa.Executable) -> sa.Row[Any] | None:
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first()

    async def _fetch_values(self, query: sa.Executable) -> Sequence[Any]:
        """Return the first column of each row."""
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalars().all()

    async def _fetch_value(self, query: sa.Executable) -> Any:
        """Return the first column of the only row; None where there is no row."""
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def _execute(self, statement: sa.Executable) -> int:
        """Run a statement in a transaction; return how many rows it changed."""
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise StoreUnavailable, with what to do, for faults of the database, not for ours."""
    try:
        yield
    except (sa.exc.DataError, sa.exc.IntegrityError, sa.exc.ProgrammingError) as e:
        # Before any statement: the address holds an option that the driver does not know.
        if e.statement is None:
            raise StoreUnavailable(_describe(e.orig)) from e
        raise
    except (sa.exc.DatabaseError, sa.exc.InterfaceError) as e:
        raise StoreUnavailable(_describe(e.orig)) from e
    except sqlite3.Error as e:
        raise StoreUnavailable(_describe(e)) from e
    except sa.exc.TimeoutError as e:
        raise StoreUnavailable(messages.text("too_busy")) from e
    except OSError as e:
        raise StoreUnavailable(_describe(e)) from e


def union_of(queries: Iterable[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    """Return all rows of queries that each have their own order and limit, which SQLite forbids."""
    return sa.union_all(*(sa.select(query.subquery()) for query in queries))


def insert_new(
    target: AsyncConnection | AsyncEngine,
    table: sa.Table,
    row: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> sqlite.Insert | postgresql.Insert:
    """Build an INSERT that skips rows whose key exists; its `rowcount` is how many are new."""
    insert = _insert(target, table).values(row).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)


def upsert(
    target: AsyncConnection | AsyncEngine,
    table: sa.Table,
    row: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
) -> sqlite.Insert | postgresql.Insert:
    """Build an INSERT that replaces the row of the same key, or applies `changes` to it."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    insert = _insert(target, table).values(row)
    return insert.on_conflict_do_update(index_elements=key, set_=changes or rest)


def _insert(
    target: AsyncConnection | AsyncEngine, table: sa.Table
) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if target.dialect.name == "sqlite" else postgresql.insert(table)


def _describe(error: BaseException | None) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    problem = reason or str(error).strip().partition("\n")[0]
    default = messages.text("other_cure", problem=problem)
    cure = next((cure for part, cure in _CURES.items() if part in problem), default)
    return messages.text("unusable", cure=cure)


def _sqlite_engine(url: sa.URL) -> AsyncEngine:
    # `hide_parameters`: article texts never reach a log or an error. `pool_use_lifo`: the
    # connection used last has the warmest cache.
    options = {"timeout": SQLITE_LOCK_TIMEOUT_SECONDS}
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_use_lifo=True,
        pool_size=_SQLITE_CONNECTIONS,
        connect_args=options,
    )
    create_file = partial(_create_file, Path(url.database or ""))
    sa.event.listen(engine.sync_engine, "do_connect", create_file)
    sa.event.listen(engine.sync_engine, "connect", _configure)
    sa.event.listen(engine.sync_engine, "invalidate", _roll_back)
    sa.event.listen(engine.sync_engine, "handle_error", _discard_readonly)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _create_file(path: Path, *_: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A new file is its owner's alone, and so are the ones that SQLite makes beside it.
    with suppress(OSError):  # SQLite says why, in words that _CURES knows
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    # Where this fails, aiosqlite would leave a thread behind that prints a traceback of its own.
    sqlite3.connect(path).close()


def _configure(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late: two processes would lose each other's writes.
    connection.isolation_level = None
    try:
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise


def _roll_back(connection: Any, *_: object) -> None:
    # A task was cancelled inside the driver. A closed connection whose cursor a traceback still
    # references keeps its transaction open, and so blocks every writer.
    connection.rollback()


def _discard_readonly(context: sa.ExceptionContext) -> None:
    # A connection that was opened while its disk was read-only stays so after the disk has
    # recovered.
    if "readonly" in str(context.original_exception):
        context.is_disconnect = True


def _begin(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engine(url: sa.URL) -> AsyncEngine:
    # A prepared statement is soon planned without its values: a search for a common word then runs
    # as if it were a rare one. Besides, poolers in front of PostgreSQL lose prepared statements.
    engine = create_async_engine(
        url, hide_parameters=True, pool_pre_ping=True, connect_args={"prepare_threshold": None}
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def limit_idle_transactions(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        timeout = _IDLE_IN_TRANSACTION_TIMEOUT
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{timeout}'")
        cursor.close()
        connection.commit()

    return engine
