"""How the database is reached, and what is said when it is not."""

import asyncio
import os
import sqlite3
import sys
import traceback
from dataclasses import astuple
from pathlib import Path
from select import POLLIN, poll
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from bot.model.errors import SettingsError, StoreUnavailable
from bot.store import Store, open_store
from bot.store import database as database_module
from bot.store.database import Database, database_url
from tests.builders import NOON, article, choose_new_story, new_article, subscription


class TestAddresses:
    """What DATABASE_URL may say."""

    @pytest.mark.parametrize(
        ("given", "driver", "name"),
        [
            ("sqlite:///var/dateline.db", "sqlite+aiosqlite", "var/dateline.db"),
            ("sqlite:////srv/dateline.db", "sqlite+aiosqlite", "/srv/dateline.db"),
            ("postgresql://dateline@db.example/news", "postgresql+psycopg", "news"),
            (
                "postgres://dateline:pw@db.example:5433/news?sslmode=require",
                "postgresql+psycopg",
                "news",
            ),
            ("postgresql+psycopg://dateline@db.example/news", "postgresql+psycopg", "news"),
        ],
    )
    def test_an_address_gets_its_driver(self, given: str, driver: str, name: str) -> None:
        """The forms that hosts hand out all work."""
        url = database_url(given)
        assert (url.drivername, url.database) == (driver, name)

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "var/dateline.db",
            "mysql://root:hunter2@db/news",
            "sqlite://",
            "sqlite:///:memory:",
            "postgres://a:hunter2@b:x/c",
        ],
    )
    def test_any_other_is_refused_without_its_password(self, given: str) -> None:
        """The error names the variable and the right form, and shows no part of the address."""
        with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
            database_url(given)
        assert "sqlite:///var/dateline.db" in str(refused.value)
        assert "hunter2" not in "".join(traceback.format_exception(refused.value))

    async def test_an_option_that_postgresql_does_not_know_is_told(self) -> None:
        """In words and without the address: nobody is there to be asked, and no trace is shown."""
        with pytest.raises(StoreUnavailable, match='option "bogus"') as told:
            await open_store("postgresql://dateline:pl4nted@127.0.0.1:9/news?bogus=1")
        assert "pl4nted" not in str(told.value)

    async def test_the_folder_of_the_file_is_made(self, tmp_path: Path) -> None:
        """A first start needs no preparation."""
        store = await open_store(f"sqlite:///{tmp_path}/var/deep/dateline.db")
        await store.close()
        assert (tmp_path / "var/deep/dateline.db").exists()


class TestTroubles:
    """Faults of the database become StoreUnavailable, with what to do."""

    async def test_a_server_that_is_not_there(self) -> None:
        """The error says so, without the password."""
        address = "postgresql://dateline:{}@127.0.0.1:1/news"
        with pytest.raises(StoreUnavailable, match="DATABASE_URL is right") as refused:
            await open_store(address.format("hunter2"))
        assert "hunter2@" not in "".join(traceback.format_exception(refused.value))

    async def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        """Something else has that name."""
        (tmp_path / "notes.txt").write_text(
            "Not a database, but long enough to be looked at as one. " * 9
        )
        with pytest.raises(StoreUnavailable, match="isn't a SQLite database"):
            await open_store(f"sqlite:///{tmp_path}/notes.txt")

    async def test_a_name_that_is_a_folder(self, tmp_path: Path) -> None:
        """It cannot be opened, and the error says what to name instead."""
        with pytest.raises(StoreUnavailable, match="set DATABASE_URL to a file"):
            await open_store(f"sqlite:///{tmp_path}")

    async def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        """A file stands where the folder would be."""
        (tmp_path / "var").write_text("")
        with pytest.raises(StoreUnavailable):
            await open_store(f"sqlite:///{tmp_path}/var/dateline.db")

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    async def test_a_full_disk(self, store: Store) -> None:
        """A write fails in words, nothing of it stays, and what was there can still be read."""
        held = await store.articles.put(new_article(article(guid="a")), choose_new_story)
        async with store._database.reading() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(StoreUnavailable, match="disk is full; free up some space"):
            await fill(store)
        assert astuple(await store.articles.get(held.id)) == astuple(held)

    async def test_a_writer_that_does_not_end(
        self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another process writes for longer than we wait: the error names it, reads go on."""
        monkeypatch.setattr(database_module, "SQLITE_LOCK_TIMEOUT_SECONDS", 0.1)
        store = await open_store(sqlite_url)
        path = sqlite_url.removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process has been writing"):
            await store.ping()
        assert await store.articles.get_stories(None, NOON, NOON) == ()
        other.execute("ROLLBACK")
        other.close()
        await store.ping()
        await store.close()

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    async def test_a_server_that_was_restarted(self, store: Store, database_url: str) -> None:
        """Connections that died while idle are replaced: the next question is answered."""
        await store.ping()
        with psycopg.connect(database_url, autocommit=True) as admin:
            # Waits until each has ended.
            admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await store.ping()

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    async def test_a_connection_that_only_has_news_is_kept(
        self, store: Store, database_url: str
    ) -> None:
        """What a server says on an idle connection is not always a farewell.

        The next question goes over it.
        """
        async with store._database.reading() as connection:
            idle: Any = (await connection.get_raw_connection()).driver_connection
            await connection.execute(text("LISTEN news"))
        with psycopg.connect(database_url, autocommit=True) as admin:
            admin.execute("NOTIFY news")
        listener = poll()
        listener.register(idle.fileno(), POLLIN)
        assert listener.poll(5_000)
        async with store._database.reading() as connection:
            assert (await connection.get_raw_connection()).driver_connection is idle

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    async def test_a_connection_that_dies_at_work(self, store: Store, database_url: str) -> None:
        """The server goes away in the middle of a transaction.

        StoreUnavailable, and it is not half done.
        """

        def kill(_: object) -> None:
            with psycopg.connect(database_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        with pytest.raises(StoreUnavailable):
            await store.articles.put(new_article(article(guid="a")), kill)
        assert await store.articles.find_version(None, "a") is None

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    async def test_a_server_that_takes_no_writes(self, store: Store) -> None:
        """A standby answers questions, but is not ready."""
        async with store._database.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            name = (await autocommit.execute(text("SELECT current_database()"))).scalar_one()
            await autocommit.execute(
                text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            )
        try:
            await store._database.engine.dispose()
            with pytest.raises(StoreUnavailable, match="read-only"):
                await store.ping()
        finally:
            async with store._database.engine.connect() as connection:
                autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await autocommit.execute(text("SET default_transaction_read_only = off"))
                await autocommit.execute(
                    text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
                )

    async def test_a_task_stopped_at_any_point_stops_nobody_else(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However far a cancelled write came, others write at once, its traceback held or not."""
        monkeypatch.setattr(database_module, "SQLITE_LOCK_TIMEOUT_SECONDS", 0.5)
        store = await open_store(database_url)
        await store.ping()
        stopped = []
        for steps in range(1, 60):
            put = asyncio.create_task(
                store.articles.put(new_article(article(guid=f"{steps}")), choose_new_story)
            )
            for _ in range(steps):
                await asyncio.sleep(0)
            put.cancel()
            await asyncio.wait({put})
            stopped.append(put)
            await store.ping()
        assert sum(put.cancelled() for put in stopped) > 20
        await store.close()

    async def test_no_article_text_in_an_error(self, store: Store) -> None:
        """Errors of the database are raised without what was to be written."""
        new = new_article(article(body="The secret harbour plan is out, Mara Ilves said."))
        async with store._database.writing() as connection:
            await connection.execute(text("ALTER TABLE searchable RENAME TO mislaid"))
        with pytest.raises(Exception, match="searchable") as failed:
            await store.articles.put(new, choose_new_story)
        shown = "".join(traceback.format_exception(failed.value))
        assert "secret" not in shown
        async with store._database.writing() as connection:
            await connection.execute(text("ALTER TABLE mislaid RENAME TO searchable"))


async def fill(store: Store) -> None:
    """Put articles until there is no room."""
    for n in range(1000):
        await store.articles.put(new_article(article(guid=f"{n}")), choose_new_story)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestTwoProcessesOnOneFile:
    """The command line reads and writes beside the running bot."""

    async def test_a_reader_stops_nobody(self, store: Store, database_url: str) -> None:
        """While one reads, another writes.

        Each question is answered with what is there when it is asked.
        """
        other = Database(database_url)
        async with other.reading() as connection:
            count = text("SELECT count(*) FROM subscriptions")
            assert (await connection.execute(count)).scalar_one() == 0
            await store.subscriptions.save(subscription())
            assert (await connection.execute(count)).scalar_one() == 1
        await other.close()

    async def test_no_writer_loses_anothers_work(self, database_url: str) -> None:
        """Two processes count up the same row a hundred times each: two hundred."""
        code = (
            "import asyncio, sys; from bot.store import open_store\n"
            "async def main():\n"
            "    store = await open_store(sys.argv[1])\n"
            "    for _ in range(100): await store.ping()\n"
            "    await store.close()\n"
            "asyncio.run(main())"
        )
        root = Path(__file__).parents[2]
        counting = [
            await asyncio.create_subprocess_exec(sys.executable, "-c", code, database_url, cwd=root)
            for _ in range(2)
        ]
        assert [await process.wait() for process in counting] == [0, 0]
        database = Database(database_url)
        async with database.reading() as connection:
            assert (
                await connection.execute(text("SELECT probes FROM write_probes"))
            ).scalar_one() == 200
        await database.close()


async def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else may read the database or what SQLite keeps beside it, whatever the umask."""
    before = os.umask(0)
    try:
        store = await open_store(f"sqlite:///{tmp_path}/news.db")
        await store.ping()
        modes = {each.name: each.stat().st_mode & 0o777 for each in os.scandir(tmp_path)}
        await store.close()
    finally:
        os.umask(before)
    assert modes.keys() >= {"news.db", "news.db-wal"}
    assert set(modes.values()) == {0o600}
