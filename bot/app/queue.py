"""The job queue of many machines: Procrastinate, on the PostgreSQL database that they share.

    a clock enqueues (job, subject_id) -> a row in the queue -> some worker calls the job's handler

A job is only a wake-up call. What is to do stands in the ledger, and a clock enqueues again
whatever is left undone: a lost job costs a little time, one that runs twice finds nothing to do.
docs/queue.md says who claims what.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import structlog
from procrastinate import App, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, JobAborted
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy
from procrastinate.schema import SchemaManager
from prometheus_client import Gauge
from psycopg_pool import PoolTimeout

from bot import settings as settings_module
from bot.app import messages
from bot.model.errors import BotError, NotFound, StoreUnavailable, UsageError, log_fields
from bot.model.ports import Clock
from bot.settings import Settings
from bot.store.clock import SystemClock
from bot.store.database import MIGRATION_LOCK, libpq_url

log = structlog.get_logger(__name__)

_JOBS = Gauge("dateline_jobs", "Jobs in the queue of many processes, by state.", ["state"])
_OLDEST_JOB_AGE = Gauge(
    "dateline_jobs_waiting_age_seconds", "How long the oldest job that may begin has waited."
)

# A failing job is tried again after 3, 9, 27 and 81 seconds; then it is dead until a person looks.
_MAX_TRIES = 5
_BACKOFF_BASE_SECONDS = 3
_MAX_CONNECTIONS = 2
_CONNECTION_TIMEOUT_SECONDS = 30
_IDLE_IN_TRANSACTION_TIMEOUT: LiteralString = "10s"
# Workers are woken by NOTIFY; they look this often in case a notification was lost.
_POLL_INTERVAL_SECONDS = 1.0
_MAX_RESTART_DELAY_SECONDS = 15.0

JobHandler = Callable[[int], Awaitable[object]]


class JobFailed(BotError):
    """A job failed for good. Says nothing of the reason: Procrastinate logs the message."""


class _RetryAfterShutdown(BaseRetryStrategy):
    """Put a job back that a shutdown interrupted; `ProcrastinateQueue` retries other failures."""

    def get_retry_decision(self, *, exception: BaseException, **_: object) -> RetryDecision | None:
        interrupted = isinstance(exception, (asyncio.CancelledError, JobAborted))
        return RetryDecision(retry_in={"seconds": 0}) if interrupted else None


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job as an operator sees it; `state` is todo, doing or failed, `tries` counts failures."""

    id: int
    job: str
    subject_id: int
    state: str
    tries: int


class ProcrastinateQueue:
    """The queue of jobs, which may get lost or run twice: clocks enqueue them again."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Take the address of the database, in libpq's form, and its clock."""
        self._url, self._clock = url, clock
        self._app = self._create_app()
        self._handlers: Mapping[str, JobHandler] = {}

    @asynccontextmanager
    async def opened(self) -> "AsyncIterator[ProcrastinateQueue]":
        """Bring the queue's tables up to date and connect, until the block ends."""
        with _translated():
            await upgrade_queue_schema(self._url)
            await self._app.open_async()
        try:
            yield self
        finally:
            await self._app.close_async()

    async def enqueue(
        self, job: str, subject_id: int, *, tries: int = 0, delay_seconds: int = 0
    ) -> bool:
        """Have the handler of `job` called with `subject_id`, the id of a delivery or feed host.

        Return False where the same job is already waiting; one already running does not count,
        since it may have looked before there was work. `tries` is how often it failed.
        """
        now = self._clock.now()
        deferrer = self._app.configure_task(
            "do",
            queue=job,
            queueing_lock=f"{job}:{subject_id}",
            schedule_at=now + timedelta(seconds=delay_seconds) if delay_seconds else None,
            allow_unknown=False,
        )
        with _translated():
            try:
                await deferrer.defer_async(
                    job=job,
                    subject_id=subject_id,
                    tries=tries,
                    enqueued=now.isoformat(),
                )
            except AlreadyEnqueued:
                return False
        return True

    async def work(self, handlers: Mapping[str, tuple[JobHandler, int]], *, grace: float) -> None:
        """Run jobs until cancelled; then finish what was begun within `grace` seconds.

        `handlers` has each job's handler and how many of the job may run at once. Procrastinate's
        worker gives up after half a minute without its database; it is started again.
        """
        self._handlers = {job: handler for job, (handler, _) in handlers.items()}
        loop, delay = asyncio.get_running_loop(), 1.0
        while True:
            started = loop.time()
            try:
                # A new app each time: the pool of the last one may be beyond repair.
                app = self._create_app()
                async with app.open_async(), asyncio.TaskGroup() as workers:
                    for job, (_, concurrency) in handlers.items():
                        workers.create_task(_run_worker(app, job, concurrency, grace))
            except Exception as e:  # noqa: BLE001 - whatever it is, the next try may do better
                log.warning("queue lost", **log_fields(e))
            lasted = loop.time() - started > _MAX_RESTART_DELAY_SECONDS
            delay = 1.0 if lasted else min(delay * 2, _MAX_RESTART_DELAY_SECONDS)
            await asyncio.sleep(delay)

    async def requeue_stalled(self) -> int:
        """Put the jobs of workers that died back into the queue; return how many.

        So are those that a clock which was ahead put off, for they keep out the same job.
        """
        requeued, manager = 0, self._app.job_manager
        latest = self._clock.now() + timedelta(seconds=_BACKOFF_BASE_SECONDS**_MAX_TRIES)
        with _translated():
            for job in await manager.list_jobs_async(status=Status.TODO.value):
                if job.scheduled_at and job.scheduled_at > latest:
                    await manager.cancel_job_by_id_async(job.id or 0, delete_job=True)
                    put_off = _to_queued_job(job)
                    await self.enqueue(put_off.job, put_off.subject_id, tries=put_off.tries)
            for job in await manager.get_stalled_jobs():
                try:
                    await manager.retry_job(job)
                    requeued += 1
                except ConnectorException:
                    # It was enqueued again meanwhile, or its worker woke up and ended it.
                    job_id, failed = job.id or 0, Status.FAILED
                    with suppress(ConnectorException):
                        await manager.finish_job_by_id_async(job_id, failed, delete_job=True)
        if requeued:
            log.info("jobs revived", jobs=requeued)
        return requeued

    async def update_metrics(self) -> None:
        """Show in /metrics how many jobs there are, and how long the oldest has waited."""
        with _translated():
            jobs = list(await self._app.job_manager.list_jobs_async())
        now = self._clock.now()
        counts = Counter(job.status for job in jobs)
        for label, status in (("waiting", "todo"), ("doing", "doing"), ("dead", "failed")):
            _JOBS.labels(label).set(counts[status])
        ready = [_ready_since(job) for job in jobs if job.status == Status.TODO.value]
        _OLDEST_JOB_AGE.set(max((now - min(ready, default=now)).total_seconds(), 0.0))

    async def list_jobs(self) -> tuple[QueuedJob, ...]:
        """Return every job that waits, runs or is dead, in order of id."""
        with _translated():
            return tuple(map(_to_queued_job, await self._app.job_manager.list_jobs_async()))

    async def list_dead(self, job: str) -> dict[int, int]:
        """Return the dead jobs of this name: job id -> subject id."""
        with _translated():
            failed = Status.FAILED.value
            jobs = await self._app.job_manager.list_jobs_async(queue=job, status=failed)
        return {dead.id: dead.subject_id for dead in map(_to_queued_job, jobs)}

    async def retry_dead(self, job_id: int) -> None:
        """Enqueue a dead job again, with all its tries; raise NotFound."""
        job = await self.delete_dead(job_id)
        await self.enqueue(job.job, job.subject_id)

    async def delete_dead(self, job_id: int) -> QueuedJob:
        """Delete a dead job and return it; raise NotFound."""
        manager = self._app.job_manager
        with _translated():
            for job in await manager.list_jobs_async(id=job_id, status=Status.FAILED.value):
                # Procrastinate deletes only jobs that wait, and of one lock only one may wait.
                for waiting in await manager.list_jobs_async(
                    queueing_lock=job.queueing_lock, status=Status.TODO.value
                ):
                    await manager.cancel_job_by_id_async(waiting.id or 0, delete_job=True)
                await manager.retry_job(job, retry_at=datetime.now(UTC) + timedelta(days=1))
                await manager.cancel_job_by_id_async(job_id, delete_job=True)
                return _to_queued_job(job)
        raise NotFound(messages.text("no_dead_job", job=job_id))

    async def _run_job(self, job: str, subject_id: int, tries: int, **_: str) -> None:
        """Call the handler; where it fails, enqueue the job again with a delay, a few times.

        The handler's error goes no further, because its message may hold an article's words.
        """
        try:
            await self._handlers[job](subject_id)
        except Exception as e:  # noqa: BLE001 - any failure of a handler is a failed job
            failure = log_fields(e)
        else:
            return
        tries += 1
        if tries < _MAX_TRIES:
            log.warning("job failed", job=job, subject_id=subject_id, tries=tries, **failure)
            delay = _BACKOFF_BASE_SECONDS**tries
            await self.enqueue(job, subject_id, tries=tries, delay_seconds=delay)
            return
        log.error("job dead", job=job, subject_id=subject_id, tries=tries, **failure)
        # While the trouble lasts, clocks enqueue the same again: one dead job is enough to tell.
        if subject_id not in (await self.list_dead(job)).values():
            raise JobFailed(f"{job} {subject_id}")

    def _create_app(self) -> App:
        connector = PsycopgConnector(
            conninfo=self._url,
            min_size=1,
            max_size=_MAX_CONNECTIONS,
            timeout=_CONNECTION_TIMEOUT_SECONDS,
            configure=_limit_idle_transactions,
        )
        app = App(connector=connector)
        app.task(name="do", retry=_RetryAfterShutdown())(self._run_job)
        return app


@asynccontextmanager
async def open_queue(
    settings: Settings | None = None, clock: Clock | None = None
) -> AsyncIterator[ProcrastinateQueue]:
    """Open the job queue, by the store's clock; raise UsageError where it is not PostgreSQL's."""
    settings = settings or settings_module.load()
    if not settings.has_postgresql:
        raise UsageError(*messages.pair("no_queue"))
    url = libpq_url(settings.database_url)
    async with ProcrastinateQueue(url, clock or SystemClock()).opened() as queue:
        yield queue


async def upgrade_queue_schema(url: str) -> None:
    """Create Procrastinate's tables, or apply its migrations that this database has not had.

    Procrastinate keeps no record of which were applied, so the table `queue_migrations` does:
    https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
    """
    migrations = _read_migrations()
    connecting = psycopg.AsyncConnection.connect(url, connect_timeout=_CONNECTION_TIMEOUT_SECONDS)
    async with await connecting as connection:
        await _limit_idle_transactions(connection)
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        await connection.execute("CREATE TABLE IF NOT EXISTS queue_migrations (name text UNIQUE)")
        cursor = await connection.execute("SELECT name FROM queue_migrations")
        applied = {name for (name,) in await cursor.fetchall()}
        cursor = await connection.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
        if await cursor.fetchone() == (False,):
            await connection.execute(SchemaManager.get_schema())
        else:
            for name, statements in migrations.items():
                if name not in applied:
                    await connection.execute(statements)
        for name in migrations.keys() - applied:
            await connection.execute("INSERT INTO queue_migrations VALUES (%s)", (name,))


def _read_migrations() -> dict[str, bytes]:
    folder = Path(SchemaManager.get_migrations_path())
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.sql"))}


async def _run_worker(app: App, job: str, concurrency: int, grace: float) -> None:
    await app.run_worker_async(
        queues=[job],
        concurrency=concurrency,
        fetch_job_polling_interval=_POLL_INTERVAL_SECONDS,
        shutdown_graceful_timeout=grace,
        delete_jobs="successful",
        install_signal_handlers=False,
    )
    raise JobFailed(f"The worker of {job!r} gave up.")


async def _limit_idle_transactions(connection: psycopg.AsyncConnection) -> None:
    # A worker that freezes while it fetches a job locks that row, and who enqueues it would wait.
    timeout = _IDLE_IN_TRANSACTION_TIMEOUT
    await connection.execute(f"SET idle_in_transaction_session_timeout = '{timeout}'")
    if not connection.autocommit:
        await connection.commit()


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreUnavailable for the queue's troubles with the database."""
    try:
        yield
    except (ConnectorException, PoolTimeout, psycopg.Error) as e:
        raise StoreUnavailable(messages.text("queue_unreachable")) from e


def _ready_since(job: Job) -> datetime:
    """Return when the job could first run; the moment of its retry where it is tried again."""
    enqueued = str(job.task_kwargs.get("enqueued") or datetime.now(UTC).isoformat())
    return job.scheduled_at or datetime.fromisoformat(enqueued)


def _to_queued_job(job: Job) -> QueuedJob:
    fields: dict[str, Any] = job.task_kwargs
    state = str(job.status)
    tries = int(fields.get("tries", 0)) + (state == Status.FAILED.value)
    name, subject_id = str(fields.get("job")), int(fields.get("subject_id", 0))
    return QueuedJob(job.id or 0, name, subject_id, state, tries)
