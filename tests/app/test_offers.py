"""A clock enqueues what is due, once, however many there are, and takes over from a frozen one."""

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
    """`ports.JobQueue` that only takes notes."""

    def __init__(self) -> None:
        self.enqueued: list[tuple[str, int]] = []
        self.dead_jobs: dict[int, int] = {}

    async def enqueue(self, job: str, number: int) -> bool:
        """Note it."""
        self.enqueued.append((job, number))
        return True

    async def list_dead(self, job: str) -> dict[int, int]:
        """What died of these."""
        assert job == "deliver"
        return dict(self.dead_jobs)

    async def delete_dead(self, job_id: int) -> None:
        """Forget it."""
        del self.dead_jobs[job_id]


class NoFeeds(FeedPoller):
    """Without feeds."""

    def __init__(self) -> None: ...


def clock(
    env: DeliveryEnv, queue: FakeQueue, name: str = "one", store: object = None
) -> Dispatcher:
    """A clock on the env's store, or on a store of its own."""
    own = store or env.store
    heartbeat = Heartbeat(own, env.clock, Role.CLOCK)  # type: ignore[arg-type]
    heartbeat.process = replace(heartbeat.process, name=name)
    return Dispatcher(own, env.start(store=own), NoFeeds(), queue, heartbeat, env.clock)  # type: ignore[arg-type]


async def test_every_slot_is_offered_once(env: DeliveryEnv) -> None:
    """More channels than one look finds, and two leading clocks: each has one delivery, once."""
    for number in range(110):
        await env.subscribe(f"C{number:04}")
    queue = FakeQueue()
    both = [clock(env, queue), clock(env, queue, "two")]
    for one in both:
        one.is_leader = True
    await asyncio.gather(*(one.dispatch_due() for one in both))
    assert sorted(queue.enqueued) == [("deliver", number) for number in range(1, 111)]


async def test_a_clock_that_does_not_tick_offers_nothing(env: DeliveryEnv) -> None:
    """It leaves what is due to the other."""
    await env.subscribe()
    queue = FakeQueue()
    await clock(env, queue).dispatch_due()
    assert queue.enqueued == []


async def test_what_was_left_is_offered_again(env: DeliveryEnv) -> None:
    """A delivery whose job was lost is offered once it has been still for a while."""
    await env.subscribe()
    queue = FakeQueue()
    one = clock(env, queue)
    one.is_leader = True
    await one.dispatch_due()
    await one.dispatch_unfinished()
    env.clock.forward(seconds=31)
    await one.dispatch_unfinished()
    assert queue.enqueued == [("deliver", 1)] * 2


async def test_a_dead_job_is_forgotten_once_its_delivery_is_over(env: DeliveryEnv) -> None:
    """Whoever is woken for dead jobs finds those alone that still stand in somebody's way."""
    await env.news()
    await env.subscribe()
    queue = FakeQueue()
    one = clock(env, queue)
    queue.dead_jobs = {71: 1, 72: 4711}
    one.is_leader = True
    await one.dispatch_due()
    await one.delete_settled_jobs()
    assert queue.dead_jobs == {71: 1}  # 4711 is no delivery any more
    await env.start().advance(1)
    one.is_leader = False
    await one.delete_settled_jobs()
    assert queue.dead_jobs == {71: 1}  # another clock ticks
    one.is_leader = True
    await one.delete_settled_jobs()
    assert queue.dead_jobs == {}


@asynccontextmanager
async def leading(dispatcher: Dispatcher) -> AsyncIterator[Dispatcher]:
    """A clock that decides for itself."""
    task = asyncio.create_task(dispatcher.take_part_in_election())
    try:
        yield dispatcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def wait_for_leader(dispatcher: Dispatcher, *, so: bool) -> None:
    """Wait until it ticks, or does not."""
    async with asyncio.timeout(60):
        while dispatcher.is_leader is not so:  # noqa: ASYNC110 - the other side is a database
            await asyncio.sleep(0.01)


@on_postgresql
async def test_one_clock_ticks_and_another_takes_over(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second clock waits while the first leads, and leads when that ends or is frozen."""
    monkeypatch.setattr(roles, "HEARTBEAT_SECONDS", 0.02)
    queue = FakeQueue()
    async with AsyncExitStack() as stack:
        other = await open_store(env.url)
        stack.push_async_callback(other.close)
        first, second = clock(env, queue), clock(env, queue, "two", other)
        async with leading(first):
            await wait_for_leader(first, so=True)
            await first.dispatch_due()
            await first._heartbeat.beat()
            await stack.enter_async_context(leading(second))
            await asyncio.sleep(0.2)
            assert not second.is_leader
            # Frozen: it has the right, and has not ticked for long.
            env.clock.time += timedelta(seconds=25)
            await wait_for_leader(second, so=True)
            await first.dispatch_due()
            await first._heartbeat.beat()
            await wait_for_leader(second, so=False)
        await wait_for_leader(second, so=True)
