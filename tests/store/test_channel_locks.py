"""The lock for posting to a channel: one holder at a time, over tasks and processes."""

import asyncio
from contextlib import AsyncExitStack

import psycopg
import pytest

from bot.model.errors import LockTaken
from bot.store import Store, locks, open_store

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"


async def test_there_is_one_holder_at_a_time(store: Store) -> None:
    """Ten want to post; each is alone while it holds the lock, and all get it."""
    inside: list[int] = []
    most = served = 0

    async def post(number: int) -> None:
        nonlocal most, served
        async with store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
            inside.append(number)
            assert await is_held()
            most, served = max(most, len(inside)), served + 1
            inside.remove(number)

    await asyncio.gather(*(post(number) for number in range(10)))
    assert (most, served) == (1, 10)


async def test_channels_do_not_wait_for_each_other(store: Store) -> None:
    """The lock of one channel leaves every other free."""
    async with (
        store.deliveries.hold_channel(TEAM, CHANNEL) as first,
        store.deliveries.hold_channel(TEAM, "C0OTHER") as other,
        store.deliveries.hold_channel("T0OTHER", CHANNEL) as third,
    ):
        assert [await first(), await other(), await third()] == [True] * 3


async def test_an_error_releases_the_lock(store: Store) -> None:
    """Whoever fails while posting does not keep others out."""
    with pytest.raises(RuntimeError, match="no Slack"):
        async with store.deliveries.hold_channel(TEAM, CHANNEL):
            raise RuntimeError("no Slack")
    async with asyncio.timeout(60), store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
        assert await is_held()


async def test_a_cancelled_holder_releases_the_lock(store: Store) -> None:
    """So does one that is stopped in the middle, and one that is stopped while it waits."""
    started = asyncio.Event()

    async def hold() -> None:
        async with store.deliveries.hold_channel(TEAM, CHANNEL):
            started.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await started.wait()
    waiting = asyncio.create_task(hold())
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    for task in (waiting, holder):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(60), store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
        assert await is_held()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
class TestOverProcesses:
    """PostgreSQL holds the lock for all processes."""

    async def test_another_process_waits(self, store: Store, database_url: str) -> None:
        """A second store gets the lock only when the first lets go."""
        other = await open_store(database_url)
        got_it = asyncio.Event()

        async def wait_for_it() -> None:
            async with other.deliveries.hold_channel(TEAM, CHANNEL):
                got_it.set()

        async with store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
            waiter = asyncio.create_task(wait_for_it())
            done, _ = await asyncio.wait({waiter}, timeout=0.3)
            assert not done
            assert await is_held()
        async with asyncio.timeout(60):
            await got_it.wait()
        await waiter
        await other.close()

    async def test_a_lost_connection_is_noticed_before_the_send(
        self, store: Store, database_url: str
    ) -> None:
        """The server ended the session, so another may hold the lock: the answer is No."""
        other = await open_store(database_url)
        async with store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
            assert await is_held()
            end_lock_sessions(database_url)
            assert not await is_held()
            async with asyncio.timeout(60), other.deliveries.hold_channel(TEAM, CHANNEL) as new:
                assert await new()
                assert not await is_held()
        async with asyncio.timeout(60), store.deliveries.hold_channel(TEAM, CHANNEL) as again:
            assert await again()
        await other.close()

    async def test_waiting_times_out(
        self, store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A holder that is frozen keeps the lock; whoever waits gives up and says why."""
        monkeypatch.setattr(locks, "WAIT_TIMEOUT_SECONDS", 0.05)
        other = await open_store(database_url)
        async with store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
            with pytest.raises(LockTaken, match="Another process"):
                async with other.deliveries.hold_channel(TEAM, CHANNEL):
                    pytest.fail("two held the lock")
            assert await is_held()
        await other.close()

    async def test_without_wait_a_taken_lock_fails_at_once(
        self, store: Store, database_url: str
    ) -> None:
        """A wake-up for what somebody else has in hand is let go, here and in another process."""
        other = await open_store(database_url)
        async with store.deliveries.hold_channel(TEAM, CHANNEL):
            for each in (store, other):
                with pytest.raises(LockTaken):
                    async with each.deliveries.hold_channel(TEAM, CHANNEL, wait=False):
                        pytest.fail("two held the lock")
        async with other.deliveries.hold_channel(TEAM, CHANNEL, wait=False) as is_held:
            assert await is_held()
        await other.close()

    async def test_one_connection_holds_all_locks(self, store: Store, database_url: str) -> None:
        """Fifty channels at once take one session; each has its own lock."""
        async with AsyncExitStack() as stack:
            checks = [
                await stack.enter_async_context(store.deliveries.hold_channel(TEAM, f"C{n}"))
                for n in range(50)
            ]
            assert len(lock_sessions(database_url)) == 1
            assert all(await asyncio.gather(*(is_held() for is_held in checks)))
        assert lock_sessions(database_url) == []

    async def test_a_task_cancelled_while_it_asks_costs_the_others_nothing(
        self, store: Store
    ) -> None:
        """What is asked of the one session runs to its end.

        No lock is lost, and none is left behind.
        """
        async with store.deliveries.hold_channel(TEAM, CHANNEL) as is_held:
            for turns in range(12):
                asking = asyncio.create_task(enter(store, "C0OTHER"))
                for _ in range(turns):
                    await asyncio.sleep(0)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                assert await is_held()
        async with store.deliveries.hold_channel(TEAM, "C0OTHER", wait=False) as other:
            assert await other()


async def enter(store: Store, channel: str) -> None:
    """Hold a lock for a moment."""
    async with store.deliveries.hold_channel(TEAM, channel) as is_held:
        await is_held()


def lock_sessions(database_url: str) -> list[tuple[int]]:
    """Which sessions hold an advisory lock in this database."""
    with psycopg.connect(database_url) as admin:
        return admin.execute(
            "SELECT DISTINCT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        ).fetchall()


def end_lock_sessions(database_url: str) -> None:
    """End every session that holds an advisory lock in this database."""
    with psycopg.connect(database_url, autocommit=True) as admin:
        ended = admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        ).fetchall()
    assert ended == [(True,)]
