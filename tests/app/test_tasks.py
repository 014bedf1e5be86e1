"""Background jobs run to their end, and periodic ones never overlap themselves."""

import asyncio
from datetime import datetime, timedelta, tzinfo

import pytest
from structlog.testing import capture_logs

from bot.app.tasks import AsyncioTasks, PeriodicTasks
from bot.model.errors import StoreUnavailable
from bot.store.clock import SystemClock


async def test_finish_waits_for_running_work() -> None:
    """`finish` waits for work that was started before it."""
    tasks, done = AsyncioTasks(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(True)

    tasks.start("work", work())
    await tasks.finish(timeout_seconds=5)
    assert done == [True]


async def test_work_that_hangs_is_cancelled_and_named() -> None:
    """After its timeout `finish` cancels what still runs, and logs its name."""
    tasks = AsyncioTasks()
    tasks.start("hanging", asyncio.Event().wait())  # type: ignore[arg-type]
    with capture_logs() as logs:
        await tasks.finish(timeout_seconds=0.01)
    assert [(line["event"], line["job"]) for line in logs] == [
        ("job cancelled at shutdown", "hanging")
    ]


async def test_an_error_in_a_job_is_logged() -> None:
    """A failing job is logged by name, and does not end the process."""
    tasks = AsyncioTasks()

    async def fail() -> None:
        raise ValueError("no")

    with capture_logs() as logs:
        tasks.start("failing", fail())
        await tasks.finish(timeout_seconds=5)
    assert [(line["event"], line["job"]) for line in logs] == [("job failed", "failing")]


async def test_messages_of_foreign_errors_are_not_logged() -> None:
    """A foreign error is logged by type and place, because its message may hold an article's words.

    Our own errors are logged with their message.
    """
    tasks = AsyncioTasks()

    async def fail(error: Exception) -> None:
        raise error

    with capture_logs() as logs:
        tasks.start("theirs", fail(ValueError("the mayor said")))
        tasks.start(
            "many",
            fail(
                ExceptionGroup("", [ValueError("the mayor said"), StoreUnavailable("It is full.")])
            ),
        )
        tasks.start("ours", fail(StoreUnavailable("It is full.")))
        await tasks.finish(timeout_seconds=5)
    assert "mayor" not in str(logs)
    theirs, many, ours = logs
    assert "in fail" in theirs["trace"]
    assert "It is full." in many["held"]
    assert (ours["log_level"], ours["reason"]) == ("warning", "It is full.")


async def test_a_periodic_task_never_overlaps_itself() -> None:
    """While a run lasts, the next ones are skipped; afterwards they run again."""
    tasks, running, most, runs = AsyncioTasks(), 0, 0, 0
    periodic = PeriodicTasks(tasks, SystemClock())
    enough = asyncio.Event()

    async def slow() -> None:
        nonlocal running, most, runs
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        runs += 1
        if runs == 3:
            enough.set()

    periodic.every(0.01, "slow", slow)
    periodic.start()
    await asyncio.wait_for(enough.wait(), timeout=60)
    periodic.stop()
    await tasks.finish(timeout_seconds=5)
    assert most == 1
    assert periodic.last_tick is not None


async def test_a_failing_periodic_task_runs_again() -> None:
    """An error in one run does not end a periodic task."""
    tasks, runs, again = AsyncioTasks(), 0, asyncio.Event()
    periodic = PeriodicTasks(tasks, SystemClock())

    async def fail() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            again.set()
        raise ValueError("no")

    with capture_logs():
        periodic.every(0.01, "failing", fail)
        periodic.start()
        await asyncio.wait_for(again.wait(), timeout=60)
        periodic.stop()
        await tasks.finish(timeout_seconds=5)
    assert runs >= 2


@pytest.mark.parametrize("set_by", [timedelta(hours=-3), timedelta(days=3650)])
async def test_tasks_go_on_where_the_clock_is_set(
    set_by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task neither waits until a clock set back is there again, nor makes up for years."""
    offset = timedelta(0)

    class Wall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + offset

    def seconds_off() -> float:
        return offset.total_seconds()

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    monkeypatch.setattr("bot.app.tasks.datetime", Wall)
    monkeypatch.setattr("bot.app.tasks.wall_minus_monotonic", seconds_off)
    monkeypatch.setattr("bot.app.tasks._FOLLOW_SECONDS", 0.05)
    tasks, ticks = AsyncioTasks(), asyncio.Queue[None]()
    periodic = PeriodicTasks(tasks, SystemClock())

    async def tick() -> None:
        ticks.put_nowait(None)

    periodic.every(0.01, "tick", tick)
    periodic.start()
    async with asyncio.timeout(60):
        await ticks.get()
        offset = set_by
        for _ in range(50):
            await ticks.get()
    periodic.stop()
    await tasks.finish(timeout_seconds=5)
