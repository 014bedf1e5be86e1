"""Slack's limits hold for all processes that share a database."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.model.errors import StoreUnavailable
from bot.model.ports import RunningProcess
from bot.store import Store, database, open_store
from bot.store.processes import MAX_PAUSE, MAX_TURN_WAIT
from tests.builders import NOON, later

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"
SECOND = timedelta(seconds=1)


async def test_turns_are_given_one_after_another(store: Store, database_url: str) -> None:
    """Eight ask at once, in two processes: each gets a second of its own, the first at once."""
    other = await open_store(database_url)
    asked = [
        one.limits.reserve_turn(TEAM, CHANNEL, NOON, SECOND)
        for one in (store, other)
        for _ in range(4)
    ]
    assert sorted(await asyncio.gather(*asked)) == [later(seconds=n) for n in range(8)]
    assert await other.limits.reserve_turn(TEAM, "C0OTHER", NOON, SECOND) == NOON
    assert await store.limits.reserve_turn(TEAM, CHANNEL, later(minutes=1), SECOND) == later(
        minutes=1
    )
    await other.close()


async def test_a_rest_is_only_made_longer(store: Store) -> None:
    """Two answers of Slack's: the later end counts, for this method of this workspace."""
    limits, minute = store.limits, timedelta(minutes=1)
    assert await limits.get_pause(TEAM, "chat.postMessage", NOON) == timedelta(0)
    for pause in (2 * minute, minute):
        await limits.block(TEAM, "chat.postMessage", NOON, pause)
    assert await limits.get_pause(TEAM, "chat.postMessage", NOON) == 2 * minute
    assert await limits.get_pause(TEAM, "chat.postMessage", later(minutes=1)) == minute
    assert await limits.get_pause(TEAM, "chat.update", NOON) == timedelta(0)
    assert await limits.get_pause("T0OTHER", "chat.postMessage", NOON) == timedelta(0)


@given(
    jumps=st.lists(st.timedeltas(timedelta(-9999), timedelta(9999)), min_size=1, max_size=8),
    pause=st.timedeltas(timedelta(0), timedelta(9999)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
async def test_no_limit_outlasts_a_clock_that_was_set(
    store: Store, jumps: list[timedelta], pause: timedelta
) -> None:
    """Wherever the clock stands next, a turn is a minute away at most, and a pause ten."""
    now = NOON
    for jump in jumps:
        now = max(min(now + jump, later(days=9999)), later(days=-9999))
        turn = await store.limits.reserve_turn(TEAM, CHANNEL, now, SECOND)
        assert now - timedelta(milliseconds=1) <= turn <= now + MAX_TURN_WAIT
        assert await store.limits.get_pause(TEAM, "chat.update", now) <= MAX_PAUSE
        await store.limits.block(TEAM, "chat.update", now, pause)
        blocked = await store.limits.get_pause(TEAM, "chat.update", now)
        assert blocked >= min(pause, MAX_PAUSE) - timedelta(milliseconds=1)


async def test_who_runs_is_known_by_its_beats(store: Store) -> None:
    """A process is seen while it beats, gone when it leaves.

    And forgotten an hour after its last beat.
    """
    await store.processes.save(RunningProcess("old", "worker", NOON))
    await store.processes.save(RunningProcess("one", "clock", later(minutes=30), later(minutes=29)))
    await store.processes.save(RunningProcess("one", "clock", later(minutes=50), later(minutes=49)))
    assert [one.name for one in await store.processes.get_running(NOON)] == ["one", "old"]
    await store.processes.save(RunningProcess("two", "web", later(minutes=61)))
    assert [one.name for one in await store.processes.get_running(NOON)] == ["one", "two"]
    assert (await store.processes.get_running(NOON))[0].ticked == later(minutes=49)
    await store.processes.remove("two")
    assert [one.name for one in await store.processes.get_running(later(minutes=40))] == ["one"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_frozen_writer_holds_nobody_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who falls silent in a transaction loses it, and its lock goes to the next.

    It is told, and may try again.
    """
    monkeypatch.setattr(database, "_IDLE_IN_TRANSACTION_TIMEOUT", "100ms")
    frozen, other = database.Database(database_url), database.Database(database_url)

    async def fall_silent() -> None:
        async with frozen.writing(database.GROUPING_LOCK) as connection:
            async with asyncio.timeout(60), other.writing(database.GROUPING_LOCK):
                pass
            await connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable):
        await fall_silent()
    async with frozen.writing(database.GROUPING_LOCK):
        pass
    await frozen.close()
    await other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_waits_long_for_its_turn_gives_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that freezes while it waits would be given the lock, and keep it.

    Whoever lives may try again.
    """
    monkeypatch.setattr(database, "_LOCK_TIMEOUT", "100ms")
    busy, other = database.Database(database_url), database.Database(database_url)
    async with busy.writing(database.GROUPING_LOCK):
        with pytest.raises(StoreUnavailable, match="kept the others waiting"):
            async with asyncio.timeout(60), other.writing(database.GROUPING_LOCK):
                pass
    async with other.writing(database.GROUPING_LOCK):
        pass
    async with other.writing() as connection:
        assert (await connection.execute(text("SHOW lock_timeout"))).scalar_one() == "0"
    await busy.close()
    await other.close()
