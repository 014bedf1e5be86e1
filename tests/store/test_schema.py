"""The tables: migrated or made anew they are the same, and only one process at a time migrates."""

import asyncio
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from bot.model.errors import SettingsError
from bot.store import open_store
from bot.store.database import Database
from bot.store.migrations.versions import r0004_identities_of_pages
from bot.store.schema import alembic_config, newest_revision
from bot.store.tables import article_aliases, metadata
from tests.databases import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a % folder/new.db"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


def on_sqlite(connection: Connection) -> list[Any]:
    """Every table with its columns, in whatever order they came to be, and every index as SQL."""
    query = (
        "SELECT name, type, sql FROM sqlite_master"
        " WHERE tbl_name <> 'alembic_version' ORDER BY name"
    )
    return [
        (
            name,
            columns_on_sqlite(connection, name)
            if kind == "table"
            else " ".join((sql or "").split()),
        )
        for name, kind, sql in connection.execute(text(query)).all()
    ]


def columns_on_sqlite(connection: Connection, table: str) -> list[Any]:
    """Each column with its type, default and keys; what it refers to; of what kind its table is."""
    queries = (
        (
            'SELECT name, type, "notnull", dflt_value, pk, hidden'
            " FROM pragma_table_xinfo(:table) ORDER BY name"
        ),
        'SELECT "from", "table", "to" FROM pragma_foreign_key_list(:table)',
        "SELECT wr, strict FROM pragma_table_list WHERE name = :table",
    )
    return [
        tuple(row) for query in queries for row in connection.execute(text(query), {"table": table})
    ]


def on_postgresql(connection: Connection) -> list[Any]:
    """Every column, index and constraint."""
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    indexes = (
        "SELECT tablename, indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = 'public' ORDER BY 1, 2"
    )
    constraints = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
    )
    rows = [
        tuple(row)
        for query in (columns, indexes, constraints)
        for row in connection.execute(text(query))
    ]
    return [
        row
        for row in rows
        if row[0] != "alembic_version" and not row[0].startswith("procrastinate_")
    ]


async def shape(database: Database) -> list[Any]:
    """All that the database has, as it tells it."""
    async with database.reading() as connection:
        return await connection.run_sync(on_sqlite if database.sqlite else on_postgresql)


async def test_migrations_build_what_the_tables_say(empty_url: str) -> None:
    """The migrated schema and the one made from tables.py are the same, to the last index."""
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    made = await shape(database)
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE searchable"))
        await connection.run_sync(metadata.drop_all)
    await upgrade(empty_url)
    assert await shape(database) == made
    assert len(made) > 20
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def differences(connection: Connection) -> list[Any]:
    """What Alembic would write into the next step.

    Neither search nor the job queue is in its metadata.
    """

    def ours(_: object, name: str | None, *__: object) -> bool:
        return not (name or "").startswith(("searchable", "procrastinate_", "idx_procrastinate_"))

    context = MigrationContext.configure(connection, opts={"include_object": ours})
    return list(compare_metadata(context, metadata))


def test_the_newest_migration_is_known_by_its_file() -> None:
    """The revision that a start expects, without Alembic, is Alembic's newest."""
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [newest_revision()]


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    """An up-to-date database stays as it is, with what is in it."""
    await upgrade(empty_url)
    store = await open_store(empty_url)
    await store.ping()
    await store.close()
    await upgrade(empty_url)
    database = Database(empty_url)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT probes FROM write_probes"))).scalar_one() == 1
    await database.close()


async def test_a_newer_database_is_refused(empty_url: str) -> None:
    """An older program says that it is older, and touches nothing."""
    await upgrade(empty_url)
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match=r"newer Dateline .*9999.*Update Dateline"):
        await open_store(empty_url)
    async with database.reading() as connection:
        assert (
            await connection.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar_one() == "9999"
    await database.close()


async def test_a_database_of_an_older_commit_is_refused(empty_url: str) -> None:
    """One from before the first release is left as it is, and the error says what to do."""
    await upgrade(empty_url)
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0016'"))
    made = await shape(database)
    with pytest.raises(SettingsError, match=r"older commit .*0016.*Name a new database.*export"):
        await upgrade(empty_url)
    assert await shape(database) == made
    await database.close()


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    """Two processes, this and another, open the same empty database at once: both come up."""
    code = (
        "import asyncio, alembic.command, tests.databases as s; print(flush=True);"
        f" asyncio.run(s.upgrade({empty_url!r}))"
    )
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"\n"
    await upgrade(empty_url)
    _, errors = await other.communicate()
    assert other.returncode == 0, errors.decode()
    store = await open_store(empty_url)
    await store.ping()
    await store.close()


async def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """SQLite too makes all tables or none: here one of them is in the way."""
    path = tmp_path / "half.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE write_probes (id INTEGER)")
    connection.close()
    with pytest.raises(Exception, match="write_probes"):
        await upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    assert [name for name, _ in await shape(database)] == ["write_probes"]
    await database.close()


async def test_identities_by_address_are_rewritten(empty_url: str) -> None:
    """What an older version stored by address is found again, so no feed comes in twice."""
    database, old, new = Database(empty_url), "url:http://www.orm.example/a/", "url:orm.example/a"
    rows = [(old, old), (old.replace("http:", "https:"), old), ("guid:tag:1", old)]
    rows += [("url:https://orm.example/?p=1", "guid:www.orm.example:1")]

    def migrate(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            r0004_identities_of_pages.upgrade()

    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
        for own, identity in rows:
            values = {"own": own, "team": None, "identity": identity}
            await connection.execute(article_aliases.insert().values(values))
        await connection.run_sync(migrate)
        query = select(article_aliases.c.own, article_aliases.c.identity)
        assert {tuple(row) for row in await connection.execute(query)} == {
            (new, new),
            ("guid:tag:1", new),
            ("url:orm.example?p=1", "guid:orm.example:1"),
        }
    await database.close()
