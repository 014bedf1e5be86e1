"""Wake-ups on PostgreSQL: offered once, tried again, dead in the end, and never the bearer of anything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.app import queue as queue_module
from bot.app.queue import Queue
from bot.model.errors import NotFound


@pytest.fixture
async def queue(postgresql_url: str) -> AsyncIterator[Queue]:
    """A queue on an empty database."""
    async with Queue(postgresql_url).opened() as opened:
        yield opened


@asynccontextmanager
async def working(queue: Queue, duty: Callable[[int], Awaitable[object]]) -> AsyncIterator[None]:
    """A worker that does "deliver" for a block."""
    task = asyncio.create_task(queue.work({"deliver": (duty, 2)}, grace=5))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(told: Callable[[], Awaitable[bool]]) -> None:
    """Look until it is so."""
    async with asyncio.timeout(60):
        while not await told():  # noqa: ASYNC110 - the other side is a database
            await asyncio.sleep(0.02)


async def test_what_waits_is_not_offered_twice(queue: Queue) -> None:
    """The same job of the same number waits once; another number, or another job, waits beside it."""
    offers = [("deliver", 1), ("deliver", 1), ("deliver", 2), ("fetch", 1)]
    assert [await queue.offer(*offer) for offer in offers] == [True, False, True, True]
    assert [(one.job, one.number, one.state) for one in await queue.jobs()] == [
        ("deliver", 1, "todo"),
        ("deliver", 2, "todo"),
        ("fetch", 1, "todo"),
    ]


async def test_a_worker_does_what_is_offered_and_forgets_it(queue: Queue) -> None:
    """Each offer is done, also those that come while the worker runs; nothing of them stays."""
    done: list[int] = []

    async def deliver(number: int) -> None:
        done.append(number)

    await queue.offer("deliver", 1)
    async with working(queue, deliver):
        await queue.offer("deliver", 2)

        async def empty() -> bool:
            return not await queue.jobs()

        await until(empty)
    assert sorted(done) == [1, 2]


async def test_a_failing_job_is_tried_again_and_dies_in_the_end(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its last try it stays to be seen, can be offered again or dropped, and no log shows what it said."""
    monkeypatch.setattr(queue_module, "_TRIES", 2)
    monkeypatch.setattr(queue_module, "_BACKOFF", 0)
    tried: list[int] = []
    spoken = "the mayor said".upper()

    async def deliver(number: int) -> None:
        tried.append(number)
        raise ValueError(spoken)

    async def dead() -> bool:
        return [one.state for one in await queue.jobs()] == ["failed"]

    with capture_logs() as logs:
        async with working(queue, deliver):
            await queue.offer("deliver", 7)
            await until(dead)
            [job] = await queue.jobs()
            await queue.retry(job.id)
            await until(dead)
    assert job.tries == 2
    assert tried == [7] * 4
    assert spoken not in str(logs)
    assert [line["event"] for line in logs if line["event"].startswith("job")] == [
        "job failed",
        "job dead",
    ] * 2
    [job] = await queue.jobs()
    await queue.drop(job.id)
    assert await queue.jobs() == ()
    with pytest.raises(NotFound):
        await queue.drop(job.id)


async def test_of_jobs_that_died_again_and_again_the_last_stays(
    queue: Queue, postgresql_url: str
) -> None:
    """What a tick offers anew dies anew while the trouble lasts: one dead job a delivery is kept, not one a try."""
    for number in (1, 1, 2):
        await queue.offer("deliver", number)
        with psycopg.connect(postgresql_url, autocommit=True) as database:
            database.execute(
                "UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'"
            )
    await queue.offer("deliver", 1)
    await queue.revive()
    left = [(one.id, one.number, one.state) for one in await queue.jobs()]
    assert left == [(2, 1, "failed"), (3, 2, "failed"), (4, 1, "todo")]
    assert await queue.dead("deliver") == {2: 1, 3: 2}
    assert await queue.dead("correct") == {}


async def test_the_queue_shows_in_the_figures(queue: Queue, postgresql_url: str) -> None:
    """How many jobs wait and how many are dead, and how long the oldest that may begin has waited."""
    for number in range(4):
        await queue.offer("deliver", number)
    with psycopg.connect(postgresql_url, autocommit=True) as database:
        database.execute(
            "UPDATE procrastinate_events SET at = at - interval '90 seconds' WHERE job_id < 3"
        )
        database.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE id = 1"
        )
        database.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = 4")
    await queue.count()
    states = {
        state: REGISTRY.get_sample_value("dateline_jobs", {"state": state})
        for state in ("waiting", "dead")
    }
    assert states == {"waiting": 3, "dead": 1}
    assert 90 <= (REGISTRY.get_sample_value("dateline_jobs_waiting_age_seconds") or 0) < 150


async def test_jobs_of_a_dead_worker_are_revived(queue: Queue, postgresql_url: str) -> None:
    """A job that its worker took into the grave waits again; one that was offered anew meanwhile is forgotten."""
    for number in (1, 2):
        await queue.offer("deliver", number)
    with psycopg.connect(postgresql_url, autocommit=True) as database:
        database.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    await queue.offer("deliver", 2)
    assert await queue.revive() == 1
    assert [(one.number, one.state) for one in await queue.jobs()] == [(1, "todo"), (2, "todo")]


async def test_a_worker_frozen_as_it_fetches_stops_no_clock(
    queue: Queue, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction holds the job's row; it is rolled back, and what is offered meanwhile comes through."""
    monkeypatch.setattr(queue_module, "_LONGEST_PAUSE", "100ms")
    await queue.offer("deliver", 1)

    async def freeze() -> None:
        async with (
            Queue(postgresql_url).opened() as frozen,
            frozen._app.connector.pool.connection() as connection,
        ):  # type: ignore[attr-defined]
            await connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
            assert not await asyncio.wait_for(queue.offer("deliver", 1), 60)

    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        await freeze()
    assert [one.state for one in await queue.jobs()] == ["todo"]


async def test_a_worker_outlives_its_connections(
    queue: Queue, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off from the database, and forgotten by it, the worker begins anew and does what is offered next."""
    monkeypatch.setattr(queue_module, "_LONGEST_REST", 0.1)
    done: list[int] = []

    async def deliver(number: int) -> None:
        done.append(number)

    async def did(number: int) -> bool:
        return number in done

    async with working(queue, deliver):
        await queue.offer("deliver", 1)
        await until(lambda: did(1))
        with psycopg.connect(postgresql_url, autocommit=True) as database:
            database.execute("DELETE FROM procrastinate_workers")
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await queue.offer("deliver", 2)
        await until(lambda: did(2))
