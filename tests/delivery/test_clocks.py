"""Whatever clocks do: each part is posted once, nothing sleeps long, no channel falls silent."""

import asyncio
import shutil
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.delivery.digests import Digests
from bot.model import AtIntervals, DeliveryState
from bot.model.cadence import next_due
from bot.store import Store
from bot.store.clock import create_clock
from tests.crash_points import CrashPointProxy, CrashPointStore
from tests.delivery.test_crashes import Death, Doomed
from tests.delivery_env import TEAM, DeliveryEnv, FakeClock, open_env
from tests.slack_server import CHANNEL

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
EVERY_HOUR = AtIntervals(HOUR)
LONGEST_SLEEP_SECONDS = 60.0


class WrongClock(FakeClock):
    """Shows the true time, but for what it was set forward or back by, and sleeps truly.

    `jumps` has before which look it is set, and by how much.
    """

    def __init__(self, true: FakeClock, jumps: dict[int, timedelta]) -> None:
        super().__init__(true.now())
        self._true, self._jumps, self._looks, self.offset = true, jumps, 0, timedelta(0)
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """Return the time as it is shown."""
        self.offset += self._jumps.get(self._looks, timedelta(0))
        self._looks += 1
        return self._true.now() + self.offset

    async def sleep(self, seconds: float) -> None:
        """Let the true time pass."""
        self.sleeps.append(seconds)
        await self._true.sleep(seconds)


async def run(digests: Digests) -> None:
    """Run all that is periodic, once, until the process dies."""
    try:
        await digests.reschedule()
        await digests.recover()
        await digests.deliver_due()
    except Death:
        return
    except BaseExceptionGroup as e:
        _, others = e.split(Death)
        if others:
            raise others from e


async def go_on(env: DeliveryEnv, clock: WrongClock, *pauses_minutes: int) -> None:
    """Restart, and run after each pause."""
    digests = Digests(env.store, env.chat, clock, sleep=clock.sleep)
    for minutes in pauses_minutes:
        env.clock.forward(minutes=minutes)
        await run(digests)


amounts = st.timedeltas(-10 * YEAR, 10 * YEAR) | st.timedeltas(-3 * HOUR, 3 * HOUR)


@given(
    jumps=st.dictionaries(st.integers(0, 60), amounts, min_size=1, max_size=4),
    dies_at=st.none() | st.integers(1, 40),
)
# Set back while a part is on its way, before its successor's turn is reserved.
@example(jumps={12: -3 * HOUR}, dies_at=None)
# Ahead, and dead once Slack has the first part: the search begins after it.
@example(jumps={0: 3 * HOUR}, dies_at=8)
@example(jumps={0: 3 * HOUR}, dies_at=14)
# The same, and right again before anybody searches; and with the first part recorded.
@example(jumps={0: 3 * HOUR, 12: -3 * HOUR}, dies_at=8)
@example(jumps={0: 3 * HOUR, 16: -3 * HOUR}, dies_at=14)
# Long ago when it was posted, and years ahead when it was claimed.
@example(jumps={8: -14 * 24 * HOUR}, dies_at=None)
@example(jumps={0: 10 * YEAR, 9: -20 * YEAR}, dies_at=None)
# So far ahead that the news is too old for the digest of this hour and of the next.
@example(jumps={4: timedelta(days=1, microseconds=1)}, dies_at=None)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_clocks_may_jump_at_any_point(
    sqlite_template: Path, tmp_path: Path, jumps: dict[int, timedelta], dies_at: int | None
) -> None:
    """A clock is set any number of times in the middle of a delivery, and its process may die.

    While it is wrong, and once it is right again, no part is posted twice, nobody sleeps for over a
    minute, and the news is there, in one digest, within two hours of it being right: a clock ahead
    may have found the next hour's digest empty, and used it up.
    """
    url = f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / f'{uuid4()}.db')}"
    async with AsyncExitStack() as stack:
        env = await open_env(stack, url)
        await env.news()
        await env.subscribe(cadence=EVERY_HOUR)
        clock, doom = WrongClock(env.clock, dict(jumps)), Doomed(dies_at)
        store, chat = CrashPointStore(env.store, doom.point), CrashPointProxy(env.chat, doom.point)
        await run(Digests(store, chat, clock, sleep=clock.sleep))
        await go_on(env, clock, 1, 1, 1)
        right = WrongClock(env.clock, {})
        await go_on(env, right, 1, 1, *[15] * 8, 1, 1)
        scheduled = await env.subscription()
        assert scheduled.next_due is not None
        assert scheduled.next_due <= next_due(EVERY_HOUR, scheduled.zone, env.clock.now())
        assert set(Counter(env.parts()).values()) == {1}
        states = [one.state for one in await env.store.deliveries.get_history(TEAM, CHANNEL)]
        assert [part for _, part in sorted(env.parts())] == [0, 1, 2], states
        assert max([0.0, *clock.sleeps, *right.sleeps]) <= LONGEST_SLEEP_SECONDS


async def test_a_stop_cuts_the_wait_for_a_turn(env: DeliveryEnv) -> None:
    """Whoever waits for a channel's turn lets go of it at once where Dateline is stopping."""
    asleep = asyncio.Event()

    async def sleep(seconds: float) -> None:
        asleep.set()
        await asyncio.sleep(seconds)

    await env.news()
    await env.subscribe()
    for _ in range(40):
        await env.store.limits.reserve_turn(TEAM, CHANNEL, env.clock.now(), timedelta(seconds=1))
    digests = Digests(env.store, env.chat, env.clock, sleep=sleep)
    delivering = asyncio.create_task(digests.deliver_due())
    async with asyncio.timeout(30):
        await asleep.wait()
        await digests.stop(within=30)
        await delivering
    [delivery] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert delivery.state is DeliveryState.COMPOSED


async def test_a_feed_put_off_by_a_wrong_clock_is_due(env: DeliveryEnv) -> None:
    """A feed is never put off for longer than a day, so one that seems to be is due now."""
    feeds, now = env.store.feeds, env.clock.now()
    feed = await feeds.add("https://courier.example/feed", None, now)
    for ahead, due in ((timedelta(days=1), 0), (timedelta(days=1, seconds=1), 1)):
        await feeds.save(replace(feed, next_check=now + ahead))
        assert len(await feeds.get_due(now)) == due


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_databases_clock_is_the_clock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine ten minutes fast the time is PostgreSQL's, and stays so where it is set."""

    class Fast(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(minutes=10)

    monkeypatch.setattr("bot.store.clock.datetime", Fast)
    clock = create_clock(store._database)
    await clock.follow()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(store.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
