"""Clocks queue each due delivery once, and take over from a clock that is gone or frozen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import roles
from bot.app.roles import Dispatcher, Heartbeat, Role
from bot.intake.feeds import FeedPoller
from bot.store import open_store
from tests.delivery_env import DeliveryEnv, env, env_url, on_postgresql

__all__ = ["env", "env_url"]


class FakeQueue:
    """Record jobs in place of a `ProcrastinateQueue`."""

    def __init__(self) -> None:
        self.enqueued: list[tuple[str, int]] = []
        self.dead_jobs: dict[int, int] = {}

    async def enqueue(self, job: str, subject_id: int) -> bool:
        """Record the job."""
        self.enqueued.append((job, subject_id))
        return True

    async def list_dead(self, job: str) -> dict[int, int]:
        """Return the dead jobs."""
        assert job == "deliver"
        return dict(self.dead_jobs)

    async def delete_dead(self, job_id: int) -> None:
        """Delete a dead job."""
        del self.dead_jobs[job_id]


class NoFeeds(FeedPoller):
    """A poller without feeds."""

    def __init__(self) -> None: ...


def new_dispatcher(
    env: DeliveryEnv, queue: FakeQueue, name: str = "one", store: object = None
) -> Dispatcher:
    """Return a clock's dispatcher on the env's store, or on a store of its own."""
    own = store or env.store
    heartbeat = Heartbeat(own, env.clock, Role.CLOCK)  # type: ignore[arg-type]
    heartbeat.process = replace(heartbeat.process, name=name)
    return Dispatcher(own, env.start(store=own), NoFeeds(), queue, heartbeat, env.clock)  # type: ignore[arg-type]


async def test_each_due_slot_is_queued_once(env: DeliveryEnv) -> None:
    """With two clocks active at once, each of 110 due slots becomes one delivery and one job.

    That is more than one look at the store returns.
    """
    for number in range(110):
        await env.subscribe(f"C{number:04}")
    queue = FakeQueue()
    both = [new_dispatcher(env, queue), new_dispatcher(env, queue, "two")]
    for dispatcher in both:
        dispatcher.is_leader = True
    await asyncio.gather(*(dispatcher.dispatch_due() for dispatcher in both))
    assert sorted(queue.enqueued) == [("deliver", number) for number in range(1, 111)]


async def test_a_standby_clock_queues_nothing(env: DeliveryEnv) -> None:
    """A clock that is not the leader leaves due slots to the other."""
    await env.subscribe()
    queue = FakeQueue()
    await new_dispatcher(env, queue).dispatch_due()
    assert queue.enqueued == []


async def test_a_lost_job_is_queued_again(env: DeliveryEnv) -> None:
    """A delivery whose job was lost is queued again once it has been untouched for 30 seconds."""
    await env.subscribe()
    queue = FakeQueue()
    dispatcher = new_dispatcher(env, queue)
    dispatcher.is_leader = True
    await dispatcher.dispatch_due()
    await dispatcher.dispatch_unfinished()
    env.clock.forward(seconds=31)
    await dispatcher.dispatch_unfinished()
    assert queue.enqueued == [("deliver", 1)] * 2


async def test_a_dead_job_is_deleted_once_its_delivery_ended(env: DeliveryEnv) -> None:
    """The leader deletes dead jobs whose deliveries have ended; alerts then count only others."""
    await env.news()
    await env.subscribe()
    queue = FakeQueue()
    dispatcher = new_dispatcher(env, queue)
    queue.dead_jobs = {71: 1, 72: 4711}
    dispatcher.is_leader = True
    await dispatcher.dispatch_due()
    await dispatcher.delete_settled_jobs()
    assert queue.dead_jobs == {71: 1}  # 4711 is no delivery any more
    await env.start().advance(1)
    dispatcher.is_leader = False
    await dispatcher.delete_settled_jobs()
    assert queue.dead_jobs == {71: 1}  # another clock leads
    dispatcher.is_leader = True
    await dispatcher.delete_settled_jobs()
    assert queue.dead_jobs == {}


@asynccontextmanager
async def in_election(dispatcher: Dispatcher) -> AsyncIterator[Dispatcher]:
    """Let a dispatcher take part in the election during the block."""
    task = asyncio.create_task(dispatcher.take_part_in_election())
    try:
        yield dispatcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def wait_for_leader(dispatcher: Dispatcher, *, so: bool) -> None:
    """Wait until the dispatcher leads, or no longer does."""
    async with asyncio.timeout(60):
        while dispatcher.is_leader is not so:  # noqa: ASYNC110 - the other side is a database
            await asyncio.sleep(0.01)


@on_postgresql
async def test_one_clock_leads_and_another_takes_over(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second clock waits while the first leads, and leads when that one ends or freezes."""
    monkeypatch.setattr(roles, "HEARTBEAT_SECONDS", 0.02)
    queue = FakeQueue()
    async with AsyncExitStack() as stack:
        other = await open_store(env.url)
        stack.push_async_callback(other.close)
        first, second = new_dispatcher(env, queue), new_dispatcher(env, queue, "two", other)
        async with in_election(first):
            await wait_for_leader(first, so=True)
            await first.dispatch_due()
            await first.heartbeat.beat()
            await stack.enter_async_context(in_election(second))
            await asyncio.sleep(0.2)
            assert not second.is_leader
            # Frozen: it holds the lock, and has sent no heartbeat for long.
            env.clock.time += timedelta(seconds=25)
            await wait_for_leader(second, so=True)
            await first.dispatch_due()
            await first.heartbeat.beat()
            await wait_for_leader(second, so=False)
        await wait_for_leader(second, so=True)
