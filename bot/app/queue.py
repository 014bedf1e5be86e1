"""Wake-ups for whichever machine is free: Procrastinate on the same PostgreSQL.

    offer(job, number) -> a row in the queue -> some worker -> the duty of that name, given the number

A job carries a name and a number, and nothing hangs on it: the ledger keeps the truth, and a tick offers
again what is still to do. So no job lock guards anything, a lost job costs a little time, and one that
comes twice finds nothing left to do.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import structlog
from procrastinate import App, PsycopgConnector, RetryDecision
from procrastinate.exceptions import (
    AlreadyEnqueued,
    ConnectorException,
    JobAborted,
    UniqueViolation,
)
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy
from prometheus_client import Gauge
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout

from bot.model.errors import BotError, NotFound, StoreUnavailable, log_fields

Duty = Callable[[int], Awaitable[object]]


log = structlog.get_logger(__name__)

_JOBS = Gauge("dateline_jobs", "Jobs in the queue of many processes, by state.", ["state"])
_OLDEST_JOB_AGE = Gauge(
    "dateline_jobs_waiting_age_seconds", "How long the oldest job that may begin has waited."
)

# A failing job is tried so often, after 3, 9, 27 and 81 seconds; then it is dead, until a person looks.
_TRIES = 5
_BACKOFF = 3
_CONNECTIONS = 2
_LONGEST_PAUSE: LiteralString = "10s"
# Seconds between two looks where no notice came; a wake-up normally comes by NOTIFY.
_POLL = 1.0
# A queue that fails is begun again after 1, 2, 4 … seconds, at most so many.
_LONGEST_REST = 15.0
_DEAD = (Status.FAILED, Status.ABORTED)
# What fails for hours is offered, and dies, again and again: the last tells a person all.
_DIED_BEFORE = """
DELETE FROM procrastinate_jobs AS earlier USING procrastinate_jobs AS later
WHERE earlier.status IN ('failed', 'aborted') AND later.status IN ('failed', 'aborted')
  AND later.queueing_lock = earlier.queueing_lock AND later.id > earlier.id
"""
_COUNTED = """
SELECT count(*) FILTER (WHERE status = 'todo') AS waiting, count(*) FILTER (WHERE status = 'doing') AS doing,
  count(*) FILTER (WHERE status IN ('failed', 'aborted')) AS dead,
  (SELECT coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at))), 0)
   FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
   WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())) AS age
FROM procrastinate_jobs
"""


class JobFailed(BotError):
    """A duty failed; what it failed of is in our own log, for Procrastinate's would print its message."""


class _AfterStop(BaseRetryStrategy):
    """A job that a stop cut short goes back into the queue; other failures are ours to offer again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        cut_short = isinstance(exception, (asyncio.CancelledError, JobAborted))
        return RetryDecision(retry_in={"seconds": 0}) if cut_short else None


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job as an operator sees it. `state`: todo, doing, failed or aborted; `tries` counts those that failed."""

    id: int
    job: str
    number: int
    state: str
    tries: int


class Queue:
    """Implements `ports.Queue`; `work` is the worker's side of it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._app = self._made()
        self._duties: Mapping[str, Duty] = {}

    @asynccontextmanager
    async def opened(self) -> "AsyncIterator[Queue]":
        """Connect for a block."""
        with _translated():
            await self._app.open_async()
        try:
            yield self
        finally:
            await self._app.close_async()

    async def offer(self, job: str, number: int) -> bool:
        """Have `job` done for what has this number; False where it waits in the queue already."""
        return await self._offer(job, number, 0)

    async def work(self, duties: Mapping[str, tuple[Duty, int]], *, grace: float) -> None:
        """Do what is offered, until cancelled; then finish what was begun within `grace` seconds.

        `duties` has each with how many may run at once. Procrastinate's worker gives up after half a minute
        without its database: it is begun again.
        """
        self._duties = {job: duty for job, (duty, _) in duties.items()}
        loop, rest = asyncio.get_running_loop(), 1.0
        while True:
            began = loop.time()
            try:
                # An app of its own: its pool may have given up with it.
                app = self._made()
                async with app.open_async(), asyncio.TaskGroup() as workers:
                    for job, (_, at_once) in duties.items():
                        workers.create_task(_working(app, job, at_once, grace))
            except Exception as e:  # noqa: BLE001 - whatever it is, the next try may do better
                log.warning("queue lost", **log_fields(e))
            rest = 1.0 if loop.time() - began > _LONGEST_REST else min(rest * 2, _LONGEST_REST)
            await asyncio.sleep(rest)

    async def revive(self) -> int:
        """Put jobs of workers that died back into the queue; how many. Of a job's own deaths the last is kept."""
        revived = 0
        with _translated():
            await self._app.connector.execute_query_async(_DIED_BEFORE)
            for job in await self._app.job_manager.get_stalled_jobs():
                try:
                    await self._app.job_manager.retry_job(job)
                    revived += 1
                except (UniqueViolation, ConnectorException):
                    # The same is in the queue again, or its worker woke and ended it.
                    await self._forget(job)
        if revived:
            log.info("jobs revived", jobs=revived)
        return revived

    async def count(self) -> None:
        """Show in /metrics how many jobs there are, and how long the oldest waits."""
        with _translated():
            found = await self._app.connector.execute_query_one_async(_COUNTED)
        for state in ("waiting", "doing", "dead"):
            _JOBS.labels(state).set(found[state])
        _OLDEST_JOB_AGE.set(float(found["age"]))

    async def jobs(self) -> tuple[QueuedJob, ...]:
        """Every job that waits, is being done or is dead, in order of id."""
        with _translated():
            return tuple(_told(job) for job in await self._app.job_manager.list_jobs_async())

    async def dead(self, job: str) -> dict[int, int]:
        """The dead ones among jobs of this name: what each was for, by its id."""
        with _translated():
            found = [
                one
                for state in _DEAD
                for one in await self._app.job_manager.list_jobs_async(
                    queue=job, status=state.value
                )
            ]
        return {told.id: told.number for told in map(_told, found)}

    async def retry(self, number: int) -> None:
        """Offer a dead job again; raise NotFound."""
        job = await self._dead(number)
        await self._offer(job.job, job.number, 0)
        await self.drop(number)

    async def drop(self, number: int) -> None:
        """Forget a dead job; raise NotFound."""
        await self._dead(number)
        with _translated():
            await self._app.connector.execute_query_async(
                "DELETE FROM procrastinate_jobs WHERE id = %(id)s AND status IN ('failed', 'aborted')",
                id=number,
            )

    async def _dead(self, number: int) -> QueuedJob:
        for job in await self.jobs():
            if job.id == number and job.state in {state.value for state in _DEAD}:
                return job
        raise NotFound(f"There is no dead job {number}.")

    async def _offer(self, job: str, number: int, tries: int, *, wait: int | None = None) -> bool:
        # One that waits is enough; one in hand does not count, for it may have looked before there was work.
        deferrer = self._app.configure_task(
            "do",
            queue=job,
            queueing_lock=f"{job}:{number}",
            schedule_in=None if wait is None else {"seconds": wait},
            allow_unknown=False,
        )
        with _translated():
            try:
                await deferrer.defer_async(job=job, number=number, tries=tries)
            except AlreadyEnqueued:
                return False
        return True

    async def _do(self, job: str, number: int, tries: int) -> None:
        """One job: its duty; where that fails, the same again later, a few times."""
        failure = await self._tried(job, number)
        if failure is None:
            return
        tries += 1
        if tries < _TRIES:
            log.warning("job failed", job=job, number=number, tries=tries, **failure)
            await self._offer(job, number, tries, wait=_BACKOFF**tries)
            return
        log.error("job dead", job=job, number=number, tries=tries, **failure)
        raise JobFailed(f"{job} {number}")

    async def _tried(self, job: str, number: int) -> dict[str, str] | None:
        """What may be told of a failure; None where there was none.

        The error itself goes no further: Procrastinate would log its message, which may hold an article's words.
        """
        try:
            await self._duties[job](number)
        except Exception as e:  # noqa: BLE001 - any failure of a duty is a failed job
            return log_fields(e)
        return None

    async def _forget(self, job: Job) -> None:
        if job.id is not None:
            try:
                await self._app.job_manager.finish_job_by_id_async(
                    job.id, Status.FAILED, delete_job=True
                )
            except ConnectorException:
                log.debug("job gone meanwhile", id=job.id)

    def _made(self) -> App:
        app = App(
            connector=PsycopgConnector(
                conninfo=self._url,
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=30.0,
                configure=_limited,
            )
        )
        app.task(name="do", retry=_AfterStop())(self._do)
        return app


async def _working(app: App, job: str, at_once: int, grace: float) -> None:
    await app.run_worker_async(
        queues=[job],
        concurrency=at_once,
        fetch_job_polling_interval=_POLL,
        shutdown_graceful_timeout=grace,
        delete_jobs="successful",
        install_signal_handlers=False,
    )
    raise JobFailed(f"The worker of {job!r} gave up.")


async def _limited(connection: AsyncConnection) -> None:
    # A worker frozen while it fetches a job has that row, and whoever offers the same again would wait for it.
    await connection.execute(f"SET idle_in_transaction_session_timeout = '{_LONGEST_PAUSE}'")
    if not connection.autocommit:
        await connection.commit()


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreUnavailable for the queue's troubles with the database."""
    try:
        yield
    except (UniqueViolation, AlreadyEnqueued):
        raise
    except (ConnectorException, PoolTimeout) as e:
        raise StoreUnavailable("The job queue's database cannot be reached.") from e


def _told(job: Job) -> QueuedJob:
    given: dict[str, Any] = job.task_kwargs
    state = job.status if isinstance(job.status, str) else str(job.status)
    tries = int(given.get("tries", 0)) + (job.status == Status.FAILED.value)
    return QueuedJob(job.id or 0, str(given.get("job")), int(given.get("number", 0)), state, tries)
