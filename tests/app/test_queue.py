"""Jobs on PostgreSQL are queued once, retried, and kept as dead jobs in the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.app import queue as queue_module
from bot.app.queue import ProcrastinateQueue, upgrade_queue_schema
from bot.model.errors import NotFound
from bot.store.clock import SystemClock
from tests.delivery_env import FakeClock


@pytest.fixture
async def queue(postgresql_url: str) -> AsyncIterator[ProcrastinateQueue]:
    """Return a queue on an empty database."""
    async with ProcrastinateQueue(postgresql_url, SystemClock()).opened() as opened:
        yield opened


@asynccontextmanager
async def running_worker(
    queue: ProcrastinateQueue, duty: Callable[[int], Awaitable[object]]
) -> AsyncIterator[None]:
    """Run a worker that does "deliver" jobs during the block."""
    task = asyncio.create_task(queue.work({"deliver": (duty, 2)}, grace=5))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Poll until the condition is true."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - the other side is a database
            await asyncio.sleep(0.02)


async def is_dead(queue: ProcrastinateQueue) -> bool:
    """Return whether the queue has a dead job and no other."""
    return [job.state for job in await queue.list_jobs()] == ["failed"]


async def test_a_waiting_job_is_not_queued_twice(queue: ProcrastinateQueue) -> None:
    """The same job with the same subject waits once; another subject or job is queued beside it."""
    offers = [("deliver", 1), ("deliver", 1), ("deliver", 2), ("fetch", 1)]
    assert [await queue.enqueue(*offer) for offer in offers] == [True, False, True, True]
    assert [(job.job, job.subject_id, job.state) for job in await queue.list_jobs()] == [
        ("deliver", 1, "todo"),
        ("deliver", 2, "todo"),
        ("fetch", 1, "todo"),
    ]


async def test_a_worker_does_and_deletes_its_jobs(queue: ProcrastinateQueue) -> None:
    """Each queued job is done, also one queued while the worker runs, and its row is deleted."""
    done: list[int] = []

    async def deliver(subject_id: int) -> None:
        done.append(subject_id)

    await queue.enqueue("deliver", 1)
    async with running_worker(queue, deliver):
        await queue.enqueue("deliver", 2)

        async def empty() -> bool:
            return not await queue.list_jobs()

        await until(empty)
    assert sorted(done) == [1, 2]


async def test_a_failing_job_is_retried_and_then_dead(
    queue: ProcrastinateQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its last try a job is listed as dead, and no log shows its error's message."""
    monkeypatch.setattr(queue_module, "_MAX_TRIES", 2)
    monkeypatch.setattr(queue_module, "_BACKOFF_BASE_SECONDS", 0)
    tried: list[int] = []
    spoken = "the mayor said".upper()

    async def deliver(subject_id: int) -> None:
        tried.append(subject_id)
        raise ValueError(spoken)

    with capture_logs() as logs:
        async with running_worker(queue, deliver):
            await queue.enqueue("deliver", 7)
            await until(partial(is_dead, queue))
            [job] = await queue.list_jobs()
            await queue.retry_dead(job.id)
            await until(partial(is_dead, queue))
    assert job.tries == 2
    assert tried == [7] * 4
    assert spoken not in str(logs)
    assert [line["event"] for line in logs if line["event"].startswith("job")] == [
        "job failed",
        "job dead",
    ] * 2
    [job] = await queue.list_jobs()
    await queue.delete_dead(job.id)
    assert await queue.list_jobs() == ()
    with pytest.raises(NotFound):
        await queue.delete_dead(job.id)


async def test_one_dead_job_of_a_kind_is_kept(
    queue: ProcrastinateQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the same job is queued again and fails again, only one dead job of it is kept."""
    monkeypatch.setattr(queue_module, "_MAX_TRIES", 1)
    tried: list[int] = []

    async def deliver(subject_id: int) -> None:
        tried.append(subject_id)
        raise ValueError

    async def over(times: int) -> bool:
        states = {job.state for job in await queue.list_jobs()}
        return len(tried) == times and states == {"failed"}

    async with running_worker(queue, deliver):
        for times, number in enumerate((1, 1, 2, 1), start=1):
            await queue.enqueue("deliver", number)
            await until(partial(over, times))
    assert [(job.id, job.subject_id) for job in await queue.list_jobs()] == [(1, 1), (3, 2)]
    assert await queue.list_dead("deliver") == {1: 1, 3: 2}
    assert await queue.list_dead("correct") == {}


async def test_a_dead_job_can_be_deleted_while_the_same_waits(
    queue: ProcrastinateQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead job can be deleted or retried while the same job waits, and at most one is left."""
    monkeypatch.setattr(queue_module, "_MAX_TRIES", 1)

    async def deliver(_: int) -> None:
        raise ValueError

    async with running_worker(queue, deliver):
        await queue.enqueue("deliver", 1)
        await until(partial(is_dead, queue))
    await queue.enqueue("deliver", 1)
    await queue.retry_dead(1)
    assert [(job.subject_id, job.state) for job in await queue.list_jobs()] == [(1, "todo")]


async def test_the_queue_shows_in_the_metrics(
    queue: ProcrastinateQueue, postgresql_url: str
) -> None:
    """The metrics show how many jobs wait or are dead, and the age of the oldest that may start."""
    for number in range(4):
        await queue.enqueue("deliver", number)
    with psycopg.connect(postgresql_url, autocommit=True) as database:
        database.execute(
            "UPDATE procrastinate_jobs SET args = jsonb_set("
            "args, '{enqueued}', to_jsonb(now() - interval '90 seconds')) WHERE id < 3"
        )
        database.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE id = 1"
        )
        database.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = 4")
    await queue.update_metrics()
    states = {
        state: REGISTRY.get_sample_value("dateline_jobs", {"state": state})
        for state in ("waiting", "dead")
    }
    assert states == {"waiting": 3, "dead": 1}
    assert 90 <= (REGISTRY.get_sample_value("dateline_jobs_waiting_age_seconds") or 0) < 150


async def test_jobs_of_a_dead_worker_are_queued_again(
    queue: ProcrastinateQueue, postgresql_url: str
) -> None:
    """A dead worker's job is queued again, unless the same job was queued meanwhile."""
    for number in (1, 2):
        await queue.enqueue("deliver", number)
    with psycopg.connect(postgresql_url, autocommit=True) as database:
        database.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    await queue.enqueue("deliver", 2)
    assert await queue.requeue_stalled() == 1
    assert [(job.subject_id, job.state) for job in await queue.list_jobs()] == [
        (1, "todo"),
        (2, "todo"),
    ]


async def test_a_worker_frozen_while_fetching_does_not_block_the_queue(
    queue: ProcrastinateQueue, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen worker's transaction, which locks a job, is rolled back, and jobs can be queued."""
    monkeypatch.setattr(queue_module, "_IDLE_IN_TRANSACTION_TIMEOUT", "100ms")
    await queue.enqueue("deliver", 1)

    async def freeze() -> None:
        async with (
            ProcrastinateQueue(postgresql_url, SystemClock()).opened() as frozen,
            frozen._app.connector.pool.connection() as connection,
        ):  # type: ignore[attr-defined]
            await connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
            assert not await asyncio.wait_for(queue.enqueue("deliver", 1), 60)

    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        await freeze()
    assert [job.state for job in await queue.list_jobs()] == ["todo"]


async def test_a_worker_survives_lost_connections(
    queue: ProcrastinateQueue, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that lost its connections and its row starts again and does the next job."""
    monkeypatch.setattr(queue_module, "_MAX_RESTART_DELAY_SECONDS", 0.1)
    done: list[int] = []

    async def deliver(subject_id: int) -> None:
        done.append(subject_id)

    async def did(subject_id: int) -> bool:
        return subject_id in done

    async with running_worker(queue, deliver):
        await queue.enqueue("deliver", 1)
        await until(lambda: did(1))
        with psycopg.connect(postgresql_url, autocommit=True) as database:
            database.execute("DELETE FROM procrastinate_workers")
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await queue.enqueue("deliver", 2)
        await until(lambda: did(2))


async def test_processes_that_start_together_create_the_tables_once(
    empty_postgresql_url: str,
) -> None:
    """Processes that start together on an empty database create the tables without an error."""
    await asyncio.gather(*(upgrade_queue_schema(empty_postgresql_url) for _ in range(3)))
    async with ProcrastinateQueue(empty_postgresql_url, SystemClock()).opened() as queue:
        assert await queue.enqueue("deliver", 1)


async def test_a_newer_procrastinate_brings_its_migrations(
    empty_postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New migrations of procrastinate are applied once; those of its first tables never."""
    await upgrade_queue_schema(empty_postgresql_url)
    with psycopg.connect(empty_postgresql_url, autocommit=True) as database:
        applied = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
        (tmp_path / applied).write_text("broken")
        (tmp_path / "99.00.00_01_pre.sql").write_text("CREATE TABLE procrastinate_new (name text)")
        monkeypatch.setattr(SchemaManager, "get_migrations_path", lambda: str(tmp_path))
        await upgrade_queue_schema(empty_postgresql_url)
        await upgrade_queue_schema(empty_postgresql_url)
        assert database.execute("SELECT count(*) FROM procrastinate_new").fetchone() == (0,)


async def test_a_job_put_off_by_a_wrong_clock_is_done(
    queue: ProcrastinateQueue, postgresql_url: str
) -> None:
    """A retry that a clock hours ahead has put off is queued anew: it would keep the job out."""
    done = asyncio.Event()

    async def deliver(_: int) -> None:
        done.set()

    ahead = FakeClock(datetime.now(UTC) + timedelta(hours=3))
    async with ProcrastinateQueue(postgresql_url, ahead).opened() as wrong:
        await wrong.enqueue("deliver", 1, tries=1, delay_seconds=9)
    assert not await queue.enqueue("deliver", 1)
    await queue.requeue_stalled()
    assert [job.tries for job in await queue.list_jobs()] == [1]
    async with running_worker(queue, deliver), asyncio.timeout(60):
        await done.wait()
