"""How we speak to SQLite and PostgreSQL: one engine, short reads, whole writes, errors in words."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from select import POLLIN, poll
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, ExceptionContext, Table, event, func, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model.errors import SettingsError, StoreUnavailable
from bot.store import sqlite_driver

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_FORMS = "write it as sqlite:///var/dateline.db or postgresql://user:password@host/name"

# Seconds that a writer waits for another process on the same SQLite file.
_PATIENCE = 30.0

# A transaction of ours does nothing but ask: one that is silent for so long is rolled back by PostgreSQL.
_LONGEST_PAUSE = "15s"

# Whoever waits for so long for a lock that all share gives up, and comes again with the next tick. Processes that are
# frozen while they wait would each be given it in turn, and keep it for as long as the pause above.
_LONGEST_WAIT = "10s"

# What the database says -> what the operator can do.
_CURES = (
    (
        "lock timeout",
        "another process has kept all others waiting for ten seconds; if it hangs it loses its turn",
    ),
    (
        "locked",
        "another process has been writing to it for half a minute; stop that process or wait",
    ),
    ("full", "its disk is full; free some space"),
    (
        "unable to open",
        "it cannot be opened; let DATABASE_URL name a file in a folder that Dateline may write to",
    ),
    (
        "readonly",
        "it may not be written to: its disk turned read-only, or Dateline lacks the right to write there",
    ),
    (
        "disk I/O error",
        "its disk failed or turned read-only; the machine's own log (dmesg) says which",
    ),
    ("malformed", "its file is damaged; put a backup in its place"),
    ("not a database", "its file is no SQLite database; let DATABASE_URL name another"),
)
_ELSE = "see that it runs and takes writes, and that DATABASE_URL leads to it"

# Taken before articles are grouped, so that two workers cannot split one event into two stories.
GROUPING_LOCK = 0x6461_7465_0001
MIGRATION_LOCK = 0x6461_7465_0002


def database_url(text: str) -> URL:
    """Give a DATABASE_URL its driver; raise SettingsError for what is neither SQLite nor PostgreSQL."""
    try:
        url = make_url(text)
        driver = _DRIVERS[url.get_backend_name()]
    except (ArgumentError, KeyError, ValueError):
        # Without its cause: that would show the address, which holds a password.
        raise SettingsError(
            [f"DATABASE_URL names no database that Dateline knows: {_FORMS}."]
        ) from None
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise SettingsError([f"DATABASE_URL names no file: {_FORMS}."])
    return url.set(drivername=driver)


def plain_address(text: str) -> str:
    """A DATABASE_URL as PostgreSQL's own programs read it, for those who come without SQLAlchemy."""
    return database_url(text).set(drivername="postgresql").render_as_string(hide_password=False)


# To take a connection from the pool and give it back costs as much as a small question; on PostgreSQL, twice as much.
_held: "ContextVar[tuple[Database | None, AsyncConnection | None]]" = ContextVar(
    "held", default=(None, None)
)


class Database:
    """An engine and the two ways to use it: `reading` changes nothing, `writing` is all or nothing."""

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.sqlite else _postgresql_engine(self.url)
        # SQLite's own queue for writers polls, and not in order; PostgreSQL's would have every waiting
        # task hold a connection. Between our tasks we keep one.
        self._writer = asyncio.Lock()
        # Each question sees a moment of its own, so a transaction would only be two more ways there and back.
        its = {"reading": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(**its)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that only reads; each question sees a moment of its own."""
        database, held = _held.get()
        with translated():
            if held is not None and database is self:
                yield held
                return
            async with self._reader.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator[None]:
        """Let all that this task reads in the block go over one connection; it must not ask two things at once."""
        fault: OSError | None = None
        async with self.reading() as connection:
            before = _held.set((self, connection))
            try:
                yield
            except (
                OSError
            ) as e:  # not the database's: what is read in the block is translated there
                fault = e
            finally:
                _held.reset(before)
        if fault:
            raise fault

    @asynccontextmanager
    async def writing(self, lock: int | None = None) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is committed when the block ends well.

        `lock` keeps out every other transaction that names it, in any process; SQLite has one writer anyway.
        """
        queue = self._writer if self.sqlite or lock is not None else nullcontext()
        with translated():
            async with queue, self.engine.begin() as connection:
                if lock is not None and not self.sqlite:
                    wait = func.set_config("lock_timeout", _LONGEST_WAIT, true())
                    await connection.execute(select(wait, func.pg_advisory_xact_lock(lock)))
                yield connection

    async def tend(self, script: str) -> None:
        """Have SQLite do what it does outside of a transaction alone, and to its end."""
        with translated():
            async with self._writer, self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                await driver.executescript(script)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreUnavailable, with what to do, for the database's own troubles; our mistakes stay as they are."""
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError) as e:
        if (
            e.statement is None
        ):  # nothing was asked yet: the address holds what the driver does not know
            raise StoreUnavailable(_in_words(e.orig)) from e
        raise
    except (DatabaseError, InterfaceError) as e:
        raise StoreUnavailable(_in_words(e.orig)) from e
    except sqlite3.Error as e:
        raise StoreUnavailable(_in_words(e)) from e
    except PoolTimeout as e:
        raise StoreUnavailable(
            "The database is too busy: all connections have been in use for half a minute."
        ) from e
    except OSError as e:
        raise StoreUnavailable(f"The database cannot be used: {e.strerror or e}; {_ELSE}.") from e


def insert_new(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> sqlite.Insert | postgresql.Insert:
    """Build an INSERT of a row, or several, that leaves what stands there already as it is."""
    return _insert(connection, table).values(row).on_conflict_do_nothing()


def upsert(
    connection: AsyncConnection,
    table: Table,
    row: Mapping[str, Any],
    instead: Mapping[str, Any] | None = None,
) -> sqlite.Insert | postgresql.Insert:
    """Build an INSERT that replaces the row with the same primary key; or changes it so `instead`."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    return (
        _insert(connection, table)
        .values(row)
        .on_conflict_do_update(index_elements=key, set_=instead or rest)
    )


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _in_words(error: BaseException | None) -> str:
    said = str(error).strip().partition("\n")[0]
    cure = next((cure for mark, cure in _CURES if mark in said), f"{said}; {_ELSE}")
    return f"The database cannot be used: {cure}."


def _sqlite_engine(url: URL) -> AsyncEngine:
    # Parameters are article texts: they never reach a log or an error. The connection used last goes first: what it
    # has read lies in its cache, and the others need none.
    engine = create_async_engine(
        url, hide_parameters=True, pool_use_lifo=True, connect_args={"timeout": _PATIENCE}
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def make_file(_: object, __: object, ___: object, options: dict[str, Any]) -> None:
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Where this fails, aiosqlite would leave a thread behind that prints a trace of its own.
        sqlite3.connect(path).close()
        options["async_creator_fn"] = sqlite_driver.connect

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # The driver's own transactions begin too late: two processes then lose each other's writes.
        connection.isolation_level = None
        try:
            # Its 2 MB of cache, as it comes, would send most look-ups of a grown store to the disk; and each connection
            # of the pool fills one of its own.
            for setting in (
                "auto_vacuum=INCREMENTAL",
                "journal_mode=WAL",
                "foreign_keys=ON",
                "cache_size=-8192",
                "temp_store=MEMORY",
                "secure_delete=FAST",
            ):
                connection.execute(f"PRAGMA {setting}").close()
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "invalidate")
    def roll_back(connection: Any, *_: object) -> None:
        # A task was cancelled inside the driver. A closed connection that somebody's traceback still
        # holds a cursor of keeps its transaction, and with it everybody else from writing.
        connection.rollback()

    @event.listens_for(engine.sync_engine, "handle_error")
    def distrust(failed: ExceptionContext) -> None:
        # A connection that was opened while its disk was read-only stays so when the disk is well again.
        if "readonly" in str(failed.original_exception):
            failed.is_disconnect = True

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: URL) -> AsyncEngine:
    # A prepared statement is soon planned without its values, and a search for a common word then as if
    # it were a rare one; besides, poolers in front of PostgreSQL lose prepared statements.
    unprepared = {"prepare_threshold": None}
    engine = create_async_engine(url, hide_parameters=True, connect_args=unprepared)
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkout")
    def distrust(connection: Any, *_: object) -> None:
        # A server that ends a connection says so on it. To ask each time would be one more question for every few.
        if _has_spoken(connection.driver_connection):
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as e:
                raise DisconnectionError from e

    @event.listens_for(engine.sync_engine, "connect")
    def limit(connection: Any, _: object) -> None:
        # A process that is frozen in the middle of a transaction would keep its locks for as long as that lasts.
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_LONGEST_PAUSE}'")
        cursor.close()
        connection.commit()

    return engine


def _has_spoken(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Whether there is something to read from an idle connection: a farewell, or a notice; or it is closed already."""
    if connection.closed:
        return True
    listener = poll()
    listener.register(connection.fileno(), POLLIN)
    return bool(listener.poll(0))
