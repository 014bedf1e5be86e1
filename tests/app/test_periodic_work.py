"""Whatever the deployment, what must happen again and again does, in one of its processes."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import service, tasks
from bot.app.tasks import AsyncioTasks
from bot.model.errors import StoreUnavailable


class Named:
    """Stands for anything: only the names of the ticks are looked at."""

    def __getattr__(self, name: str) -> Any:
        return Named()

    def __gt__(self, other: object) -> bool:
        return False


class NotedTasks:
    """Notes the names of periodic tasks, and runs none."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def every(self, _seconds: object, name: str, _work: object) -> None:
        """As bot.app.tasks.PeriodicTasks."""
        self.names.add(name)


@pytest.mark.parametrize("name", ["count what waits", "forget what is kept no longer"])
def test_house_is_kept_in_one_process_and_in_many(name: str) -> None:
    """`run` does it itself; of three roles the clock does."""
    one, many = NotedTasks(), NotedTasks()
    service._schedule_deliveries(
        SimpleNamespace(periodic=one, settings=Named(), components=Named(), services=Named())
    )  # type: ignore[arg-type]
    service._schedule_dispatch(
        SimpleNamespace(periodic=many, settings=Named(), components=Named(), services=Named()),
        Named(),
        Named(),
    )  # type: ignore[arg-type]
    assert name in one.names & many.names


class Wall:
    """A clock that can be set; it starts now, or the scheduler would make up for years."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        """Give the time."""
        return self.moment


async def test_what_stays_wrong_is_said_once_a_minute() -> None:
    """A fault is logged when it begins, when it changes, after a minute, and when it comes back.

    Two that take turns, as SQLite's words for a read-only disk do, are each logged once a minute.
    """
    clock, background = Wall(), AsyncioTasks()
    periodic = tasks.PeriodicTasks(background, clock)
    faults = ["full", "locked"] * 9 + ["a minute on"] + ["locked"] * 8 + [""] + ["locked"] * 9
    over = asyncio.Event()

    async def fail() -> None:
        if not faults:
            over.set()
            return
        if (fault := faults.pop(0)) == "a minute on":
            clock.moment += timedelta(minutes=1)
            fault = "locked"
        if fault:
            raise StoreUnavailable(fault)

    with capture_logs() as logs:
        periodic.every(0.01, "look", fail)
        periodic.start()
        async with asyncio.timeout(30):
            await over.wait()
        periodic.stop()
        await background.finish(5)
    assert [(line["event"], line["reason"]) for line in logs] == [
        ("job failed", fault) for fault in ("full", "locked", "locked", "locked")
    ]
