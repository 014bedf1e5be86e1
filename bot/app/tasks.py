"""Background work of this process: tasks that outlive an answer, and periodic tasks.

What is due is a column in the store; APScheduler only says when to look.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.model.errors import BotError, log_fields
from bot.model.ports import BackgroundTasks, Clock

log = structlog.get_logger(__name__)

# The feed folder is scanned every second: a full disk, which may hold the log too, is logged less.
_LOG_INTERVAL = timedelta(minutes=1)
_FOLLOW_SECONDS = 1.0


def wall_minus_monotonic() -> float:
    """Return the seconds between two clocks, of which only the first is ever set."""
    return time.time() - time.monotonic()


class AsyncioTasks:
    """Implements `ports.BackgroundTasks` in this process."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run `work` soon. The event loop holds tasks weakly, so they are kept here."""
        task = asyncio.get_running_loop().create_task(_log_errors(name, work), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, timeout_seconds: float) -> None:
        """Wait for the running tasks, then cancel and log those that are still running."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=timeout_seconds)
        for task in late:
            log.warning("job cancelled at shutdown", job=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _log_errors(name: str, work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception as e:  # noqa: BLE001 - nobody awaits the task, so its errors end here
        level = logging.WARNING if isinstance(e, BotError) else logging.ERROR
        log.log(level, "job failed", job=name, **log_fields(e))


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires so long after the last time that it was looked at.

    APScheduler's own trigger counts every interval that a clock was set forward by.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Return the time, as APScheduler asks for it."""
        return now + self._interval


class PeriodicTasks:
    """Named tasks that run again and again; one that is still running is not started again.

    A tick only starts a background task: APScheduler's shutdown cancels coroutines that it runs.
    """

    def __init__(self, tasks: BackgroundTasks, clock: Clock) -> None:
        self._tasks, self._clock = tasks, clock
        self._running: set[str] = set()
        self._logged: dict[str, dict[tuple[str, ...], datetime]] = {}
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._follower: asyncio.Task[None] | None = None
        self.last_tick: datetime | None = None

    def every(self, seconds: float, name: str, act: Callable[[], Awaitable[object]]) -> None:
        """Run `act` every so many seconds, from the start on."""
        self._scheduler.add_job(
            self._tick,
            _Every(timedelta(seconds=seconds)),
            args=(name, act),
            id=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Start; call it inside the running event loop."""
        self._scheduler.start()
        self._follower = asyncio.get_running_loop().create_task(self._follow_clock())

    def stop(self) -> None:
        """Start no task any more; those that run are finished as background tasks."""
        if self._follower:
            self._follower.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _follow_clock(self) -> None:
        """Tick at once where the machine's clock was set: APScheduler waits until it says so."""
        began = wall_minus_monotonic()
        while True:
            await asyncio.sleep(_FOLLOW_SECONDS)
            if abs(wall_minus_monotonic() - began) > _FOLLOW_SECONDS:
                began = wall_minus_monotonic()
                log.warning("the machine's clock was set")
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))

    async def _tick(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        self.last_tick = self._clock.now()
        if name not in self._running:
            self._running.add(name)
            self._tasks.start(name, self._run(name, act))

    async def _run(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except BotError as e:
            self._log_failure(name, log_fields(e))
        else:
            self._logged.pop(name, None)
        finally:
            self._running.discard(name)

    def _log_failure(self, name: str, fields: dict[str, str]) -> None:
        """Log each failure of a task when it first occurs, and once a minute while it lasts."""
        now, failure = self._clock.now(), tuple(fields.values())
        logged = self._logged.get(name, {})
        recent = {key: at for key, at in logged.items() if abs(now - at) < _LOG_INTERVAL}
        if failure not in recent:
            log.warning("job failed", job=name, **fields)
        self._logged[name] = {failure: now} | recent
