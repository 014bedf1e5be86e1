"""Wherever a process dies, the next one finishes the digest, and each part is posted once."""

import shutil
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.digests import UNANSWERED_CALL_GRACE, Digests
from bot.model import DeliveryState
from tests.crash_points import CrashPointProxy, CrashPointStore
from tests.delivery_env import TEAM, ZONE, DeliveryEnv, FakeClock, open_env
from tests.slack_server import CHANNEL


class Death(BaseException):
    """The process ends here: nothing catches it."""


class Doomed:
    """Lets the process die at one of the points before and after each step, counted from 1."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.dies_at, self.passed = dies_at, 0
        self.where: list[str] = []

    def point(self, name: str) -> None:
        """Pass a point, or die at it; the dead do nothing more."""
        self.passed += 1
        self.where.append(name)
        if self.dies_at is not None and self.passed >= self.dies_at:
            raise Death(name)


def doomed(env: DeliveryEnv, doom: Doomed) -> Digests:
    """A process that will die."""
    return env.start(CrashPointStore(env.store, doom.point), CrashPointProxy(env.chat, doom.point))


async def run(digests: Digests) -> None:
    """A process until its end: a tick."""
    await digests.recover()
    await digests.deliver_due()


async def dies(env: DeliveryEnv, doom: Doomed) -> bool:
    """Run a process; whether it died."""
    try:
        await run(doomed(env, doom))
    except BaseExceptionGroup as e:
        died, others = e.split(Death)
        assert others is None
        return died is not None
    except Death:
        return True
    return False


async def next_tick(env: DeliveryEnv) -> None:
    """Let a minute pass and tick."""
    env.clock.forward(seconds=UNANSWERED_CALL_GRACE.total_seconds() + 31)
    await run(env.start())


async def points_of_a_tick(url: str) -> list[str]:
    """The points that a process passes while it posts what is due."""
    doom = Doomed()
    async with AsyncExitStack() as stack:
        env = await open_env(stack, url)
        await env.news()
        await env.subscribe()
        assert not await dies(env, doom)
    return doom.where


async def test_a_process_may_die_at_any_step(
    sqlite_template: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Before and after each step of the ledger and of Slack.

    One more tick, and each part stands there once.
    """

    def database(name: object) -> str:
        return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / f'{name}.db')}"

    where = await points_of_a_tick(database("whole"))
    assert {"before post", "after post", "before record", "after finish"} <= set(where)
    for dies_at, name in enumerate(where, 1):
        url = database(dies_at)
        with subtests.test(f"{dies_at}: {name}"):
            async with AsyncExitStack() as stack:
                env = await open_env(stack, url)
                await env.news()
                await env.subscribe()
                assert await dies(env, Doomed(dies_at))
                await next_tick(env)
                assert [part for _, part in sorted(env.parts())] == [0, 1, 2]
                [delivery] = await env.store.deliveries.get_history(TEAM, CHANNEL)
                assert delivery.state is DeliveryState.POSTED
                await next_tick(env)
                assert len(env.parts()) == 3


class Running(FakeClock):
    """A clock that goes on between any two looks at it, as real ones do."""

    def now(self) -> datetime:
        """Give the time, a microsecond later each time."""
        self.time += timedelta(microseconds=1)
        return self.time


async def test_recovery_goes_on_by_a_running_clock(
    env: DeliveryEnv, sqlite_template: Path, tmp_path: Path
) -> None:
    """What a crash left in "sending" is not taken for something that Slack asked to leave alone."""
    env.clock = Running(env.clock.now())
    await env.news()
    await env.subscribe()
    where = await points_of_a_tick(
        f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'whole.db')}"
    )
    assert await dies(env, Doomed(where.index("after post") + 1))
    await next_tick(env)
    assert [part for _, part in sorted(env.parts())] == [0, 1, 2]


async def test_a_process_may_die_while_it_recovers(env: DeliveryEnv) -> None:
    """A process that dies at each step in turn, each time a step later, posts each part once."""
    await env.news()
    await env.subscribe()
    deaths = 0
    while await dies(env, Doomed(2)):
        deaths += 1
        env.clock.forward(minutes=1)
        assert deaths < 100, "no progress"
        if not await env.store.subscriptions.get_due(env.clock.now()) and deaths > 1:
            break
    for _ in range(30):
        await dies(env, Doomed(4))
        env.clock.forward(minutes=1)
    assert [part for _, part in sorted(env.parts())] == [0, 1, 2]


async def test_a_command_lost_before_it_was_composed_says_so(env: DeliveryEnv) -> None:
    """What a command asked for dies with its process.

    The ledger says so, and the command can be given again.
    """
    await env.news()
    with pytest.raises(Death):
        await doomed(env, Doomed(3)).post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    await next_tick(env)
    lost = await env.start().post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert lost.state is DeliveryState.FAILED
    assert "Ask for it again" in (lost.reason or "")
    assert (
        await env.start().post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    ).state is DeliveryState.POSTED
    assert len(env.slack.posted()) == 1
