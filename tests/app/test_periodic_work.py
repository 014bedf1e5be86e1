"""Every deployment runs each periodic task in exactly one of its processes."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import service, tasks
from bot.app.tasks import AsyncioTasks
from bot.model.errors import StoreUnavailable
from tests.delivery_env import FakeClock


class AnyComponent:
    """Stands for any component, because only the names of the tasks are compared."""

    def __getattr__(self, name: str) -> Any:
        return AnyComponent()

    def __gt__(self, other: object) -> bool:
        return False


class RecordedTasks:
    """Records the names of periodic tasks and runs none."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def every(self, _seconds: object, name: str, _work: object) -> None:
        """Record the name; the arguments are those of `PeriodicTasks.every`."""
        self.names.add(name)


@pytest.mark.parametrize("name", ["count what waits", "forget what is kept no longer"])
def test_each_periodic_task_has_a_process(name: str) -> None:
    """`run` runs all the periodic tasks; of the three roles, the clock runs the upkeep."""
    one, many = RecordedTasks(), RecordedTasks()
    service._schedule_deliveries(
        SimpleNamespace(
            periodic=one,
            settings=AnyComponent(),
            components=AnyComponent(),
            services=AnyComponent(),
        )
    )  # type: ignore[arg-type]
    service._schedule_dispatch(
        SimpleNamespace(
            periodic=many,
            settings=AnyComponent(),
            components=AnyComponent(),
            services=AnyComponent(),
        ),
        AnyComponent(),
        AnyComponent(),
    )  # type: ignore[arg-type]
    assert name in one.names & many.names


async def test_a_lasting_fault_is_logged_once_a_minute() -> None:
    """A fault is logged when it begins or changes, after each minute, and when it returns.

    Two faults that alternate, as SQLite's for a disk that turned read-only do, are each logged once
    a minute.
    """
    # The real time: the scheduler would make up for missed runs.
    clock, background = FakeClock(datetime.now(UTC)), AsyncioTasks()
    periodic = tasks.PeriodicTasks(background, clock)
    faults = ["full", "locked"] * 9 + ["a minute on"] + ["locked"] * 8 + [""] + ["locked"] * 9
    over = asyncio.Event()

    async def fail() -> None:
        if not faults:
            over.set()
            return
        if (fault := faults.pop(0)) == "a minute on":
            clock.forward(minutes=1)
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
