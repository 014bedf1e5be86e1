"""Wherever a process dies, the next one finishes the digest, and each part stands in the channel once."""

import shutil
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.digests import SETTLED_AFTER, Digests
from bot.model import DeliveryState
from tests.bureau import TEAM, ZONE, DeliveryEnv, FakeClock, open_bureau
from tests.crash_points import Watched, WatchedStore
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


def doomed(bureau: DeliveryEnv, doom: Doomed) -> Digests:
    """A process that will die."""
    return bureau.start(WatchedStore(bureau.store, doom.point), Watched(bureau.chat, doom.point))


async def run(digests: Digests) -> None:
    """A process until its end: a tick."""
    await digests.recover()
    await digests.deliver_due()


async def dies(bureau: DeliveryEnv, doom: Doomed) -> bool:
    """Run a process; whether it died."""
    try:
        await run(doomed(bureau, doom))
    except BaseExceptionGroup as e:
        died, others = e.split(Death)
        assert others is None
        return died is not None
    except Death:
        return True
    return False


async def next_tick(bureau: DeliveryEnv) -> None:
    """Let a minute pass and tick."""
    bureau.hands.forward(seconds=SETTLED_AFTER.total_seconds() + 31)
    await run(bureau.start())


async def points_of_a_tick(url: str) -> list[str]:
    """The points that a process passes while it posts what is due."""
    doom = Doomed()
    async with AsyncExitStack() as stack:
        bureau = await open_bureau(stack, url)
        await bureau.news()
        await bureau.subscribe()
        assert not await dies(bureau, doom)
    return doom.where


async def test_a_process_may_die_at_any_step(
    sqlite_template: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Before and after each step of the ledger and of Slack: one more tick, and each part stands there once."""

    def database(name: object) -> str:
        return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / f'{name}.db')}"

    where = await points_of_a_tick(database("whole"))
    assert {"before post", "after post", "before record", "after finish"} <= set(where)
    for dies_at, name in enumerate(where, 1):
        url = database(dies_at)
        with subtests.test(f"{dies_at}: {name}"):
            async with AsyncExitStack() as stack:
                bureau = await open_bureau(stack, url)
                await bureau.news()
                await bureau.subscribe()
                assert await dies(bureau, Doomed(dies_at))
                await next_tick(bureau)
                assert [part for _, part in sorted(bureau.parts())] == [0, 1, 2]
                [delivery] = await bureau.store.deliveries.get_history(TEAM, CHANNEL)
                assert delivery.state is DeliveryState.POSTED
                await next_tick(bureau)
                assert len(bureau.parts()) == 3


class Running(FakeClock):
    """A clock that goes on between any two looks at it, as real ones do."""

    def now(self) -> datetime:
        """Give the time, a microsecond later each time."""
        self.at += timedelta(microseconds=1)
        return self.at


async def test_recovery_goes_on_by_a_running_clock(
    bureau: DeliveryEnv, sqlite_template: Path, tmp_path: Path
) -> None:
    """What a crash left in "sending" is not taken for something that Slack asked to leave alone."""
    bureau.hands = Running(bureau.hands.now())
    await bureau.news()
    await bureau.subscribe()
    where = await points_of_a_tick(
        f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'whole.db')}"
    )
    assert await dies(bureau, Doomed(where.index("after post") + 1))
    await next_tick(bureau)
    assert [part for _, part in sorted(bureau.parts())] == [0, 1, 2]


async def test_a_process_may_die_while_it_recovers(bureau: DeliveryEnv) -> None:
    """A process that dies at each step in turn, for ever a step further, still posts each part once."""
    await bureau.news()
    await bureau.subscribe()
    deaths = 0
    while await dies(bureau, Doomed(2)):
        deaths += 1
        bureau.hands.forward(minutes=1)
        assert deaths < 100, "no progress"
        if not await bureau.store.subscriptions.get_due(bureau.hands.now()) and deaths > 1:
            break
    for _ in range(30):
        await dies(bureau, Doomed(4))
        bureau.hands.forward(minutes=1)
    assert [part for _, part in sorted(bureau.parts())] == [0, 1, 2]


async def test_a_command_lost_before_it_was_composed_says_so(bureau: DeliveryEnv) -> None:
    """What a command asked for dies with its process: the ledger says so, and the command can be given again."""
    await bureau.news()
    with pytest.raises(Death):
        await doomed(bureau, Doomed(3)).post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    await next_tick(bureau)
    lost = await bureau.start().post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    assert lost.state is DeliveryState.FAILED
    assert "Ask for it again" in (lost.reason or "")
    assert (
        await bureau.start().post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    ).state is DeliveryState.POSTED
    assert len(bureau.slack.posted()) == 1
