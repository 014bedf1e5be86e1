"""When do we look? APScheduler ticks; what is due is a column in the store."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.model.errors import BotError, log_fields
from bot.model.ports import Clock, Jobs

log = structlog.get_logger(__name__)

# A folder is looked at every second: while its disk is full, on which the log may stand too, that is said so often.
_SAID_AGAIN = timedelta(minutes=1)


class PeriodicTasks:
    """Named ticks, each running one use case; a tick whose last run is not over is passed by.

    A tick only starts a job: APScheduler's shutdown cancels the coroutines that it runs itself.
    """

    def __init__(self, jobs: Jobs, clock: Clock) -> None:
        self._jobs, self._clock = jobs, clock
        self._busy: set[str] = set()
        self._said: dict[str, dict[tuple[str, ...], datetime]] = {}
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self.last: datetime | None = None

    def every(self, seconds: float, name: str, act: Callable[[], Awaitable[object]]) -> None:
        """Run `act` each so many seconds, from the start on."""
        self._scheduler.add_job(
            self._tick,
            IntervalTrigger(seconds=seconds, timezone="UTC"),
            args=(name, act),
            id=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=self._clock.now(),
        )

    def start(self) -> None:
        """Begin; call inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """No tick after this; what a tick began is the jobs' to finish."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _tick(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        self.last = self._clock.now()
        if name in self._busy:
            return
        self._busy.add(name)
        self._jobs.start(name, self._run(name, act))

    async def _run(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        try:
            await act()
        except BotError as e:
            self._say(name, log_fields(e))
        else:
            self._said.pop(name, None)
        finally:
            self._busy.discard(name)

    def _say(self, name: str, fault: dict[str, str]) -> None:
        """Tell what keeps a tick from its work: when it begins, and once a minute; each fault for itself."""
        now = self._clock.now()
        lately = {
            told: at for told, at in self._said.get(name, {}).items() if now - at < _SAID_AGAIN
        }
        self._said[name] = lately
        if (told := tuple(fault.values())) not in lately:
            lately[told] = now
            log.warning("job failed", job=name, **fault)
