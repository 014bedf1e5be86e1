"""A database that is locked, full, read-only or gone for a while.

Told in words, and nothing is lost.
"""

import fcntl
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.model import DeliveryState
from bot.model.errors import StoreUnavailable
from bot.store import Store
from tests.builders import article, choose_new_story, later, new_article
from tests.databases import database_file
from tests.delivery_env import TEAM, DeliveryEnv, open_env
from tests.slack_server import CHANNEL

# As the manual page ioctl_iflags has them.
_GET_FLAGS, _SET_FLAGS, _IMMUTABLE = 0x80086601, 0x40086602, 0x10
BIG = "The ferries sail, Mara Ilves said. " * 4_000


async def settled(env: DeliveryEnv) -> None:
    """Let half an hour of ticks pass."""
    for _ in range(30):
        env.clock.forward(minutes=1)
        await env.digests.recover()
        await env.digests.deliver_due()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_full_disk(store: Store) -> None:
    """What does not fit is refused with a cure, half of it is not there.

    With room again it is taken.
    """

    def fill(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(
            "PRAGMA max_page_count=1"
        ).close()  # SQLite takes that for: no more than there is

    def free(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1000000").close()

    engine = store._database.engine.sync_engine
    event.listen(engine, "checkout", fill)
    with pytest.raises(StoreUnavailable, match="its disk is full; free up some space"):
        await store.articles.put(new_article(article(BIG, guid="a")), choose_new_story)
    assert await store.articles.find_version(None, "a") is None
    assert await store.articles.search(None, "ferries", later(hours=1)) == ()
    event.remove(engine, "checkout", fill)
    event.listen(engine, "checkout", free)
    held = await store.articles.put(new_article(article(BIG, guid="a")), choose_new_story)
    assert (await store.articles.get(held.id)).article.body == BIG


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_database_that_may_only_be_read(store: Store) -> None:
    """/readyz is told how to mend it, and everything can still be looked up."""
    held = await store.articles.put(new_article(article(guid="a")), choose_new_story)

    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON").close()

    engine = store._database.engine.sync_engine
    event.listen(engine, "checkout", forbid)
    with pytest.raises(StoreUnavailable, match="has no permission"):
        await store.ping()
    assert (await store.articles.get(held.id)).id == held.id
    assert await store.articles.search(None, "ferries", later(hours=1))


@contextmanager
def nobody_may_write(path: Path) -> Iterator[None]:
    """Make a database's files unchangeable, to who has them open too.

    As a disk that turns read-only does.
    """
    # Not the -shm beside them: it is mapped into memory, and a write there would be a SIGBUS.
    handles = [file.open("rb") for file in (path, path.with_name(f"{path.name}-wal"))]
    before = [
        struct.unpack("l", fcntl.ioctl(handle, _GET_FLAGS, bytes(8)))[0] for handle in handles
    ]
    try:
        for handle, flags in zip(handles, before, strict=True):
            fcntl.ioctl(handle, _SET_FLAGS, struct.pack("l", flags | _IMMUTABLE))
        yield
    finally:
        for handle, flags in zip(handles, before, strict=True):
            fcntl.ioctl(handle, _SET_FLAGS, struct.pack("l", flags))
            handle.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_disk_that_turns_read_only(store: Store) -> None:
    """With the file open.

    Whoever reads still reads, /readyz is told of the disk, and what is written later stays.

    A connection that was opened meanwhile, which SQLite then may only read with for ever, is not
    used again.
    """
    held = await store.articles.put(new_article(article(guid="a")), choose_new_story)
    try:
        with nobody_may_write(database_file(store)):
            for _ in range(
                3
            ):  # the first connection that fails is not the last: SQLite has two words for it
                with pytest.raises(StoreUnavailable, match="became read-only"):
                    await store.ping()
            assert (await store.articles.get(held.id)).id == held.id
            await store._database.engine.dispose()
            with pytest.raises(StoreUnavailable, match="became read-only"):
                await store.ping()
    except OSError as e:
        pytest.skip(f"no file can be made unchangeable here: {e.strerror}")
    await store.ping()
    assert await store.articles.put(new_article(article(guid="b")), choose_new_story)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_locked_database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot write because another process does says so after its patience.

    And writes when that is over.
    """

    def hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=50").close()

    event.listen(store._database.engine.sync_engine, "checkout", hurry)
    other = sqlite3.connect(database_file(store), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="another process has been writing"):
        await store.ping()
    other.execute("ROLLBACK")
    other.close()
    await store.ping()


@pytest.mark.parametrize("failing", range(1, 7))
async def test_a_disk_that_fills_in_the_middle_of_a_digest(sqlite_url: str, failing: int) -> None:
    """Whichever step finds the disk full, the digest comes once when there is room."""
    steps = 0

    def fill(_: object, __: object, statement: str, *___: object) -> None:
        nonlocal steps
        steps += statement.startswith("UPDATE deliveries")
        if steps == failing and statement.startswith("UPDATE deliveries"):
            raise OperationalError(
                statement, {}, sqlite3.OperationalError("database or disk is full")
            )

    async with AsyncExitStack() as stack:
        env = await open_env(stack, sqlite_url)
        await env.news()
        await env.subscribe()
        engine = env.store._database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", fill)
        with pytest.raises(BaseExceptionGroup) as caught:
            await env.digests.deliver_due()
        assert caught.group_contains(StoreUnavailable, match="free up some space")
        await settled(env)
        assert [part for _, part in sorted(env.parts())] == [0, 1, 2]
        states = {one.state for one in await env.store.deliveries.get_history(TEAM, CHANNEL, 50)}
        assert states <= {DeliveryState.POSTED, DeliveryState.SKIPPED}
