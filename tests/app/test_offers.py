"""A clock offers what is due, once, however many clocks there are, and takes over from one that is gone or frozen."""

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
from tests.bureau import DeliveryEnv, bureau, bureau_url, on_postgresql

__all__ = ["bureau", "bureau_url"]


class Board:
    """`ports.Queue` that only notes."""

    def __init__(self) -> None:
        self.offered: list[tuple[str, int]] = []
        self.died: dict[int, int] = {}

    async def offer(self, job: str, number: int) -> bool:
        """Note it."""
        self.offered.append((job, number))
        return True

    async def dead(self, job: str) -> dict[int, int]:
        """What died of these."""
        assert job == "deliver"
        return dict(self.died)

    async def drop(self, number: int) -> None:
        """Forget it."""
        del self.died[number]


class NoFeeds(FeedPoller):
    """Without feeds."""

    def __init__(self) -> None: ...


def clock(bureau: DeliveryEnv, board: Board, name: str = "one", store: object = None) -> Dispatcher:
    """A clock on the bureau's store, or on a store of its own."""
    own = store or bureau.store
    presence = Heartbeat(own, bureau.hands, Role.CLOCK)  # type: ignore[arg-type]
    presence.me = replace(presence.me, name=name)
    return Dispatcher(own, bureau.start(store=own), NoFeeds(), board, presence, bureau.hands)  # type: ignore[arg-type]


async def test_every_slot_is_offered_once(bureau: DeliveryEnv) -> None:
    """More channels than one look finds, and two clocks that both tick: each has one delivery, offered once."""
    for number in range(110):
        await bureau.subscribe(f"C{number:04}")
    board = Board()
    both = [clock(bureau, board), clock(bureau, board, "two")]
    for one in both:
        one.ticks = True
    await asyncio.gather(*(one.due() for one in both))
    assert sorted(board.offered) == [("deliver", number) for number in range(1, 111)]


async def test_a_clock_that_does_not_tick_offers_nothing(bureau: DeliveryEnv) -> None:
    """It leaves what is due to the other."""
    await bureau.subscribe()
    board = Board()
    await clock(bureau, board).due()
    assert board.offered == []


async def test_what_was_left_is_offered_again(bureau: DeliveryEnv) -> None:
    """A delivery whose job was lost is offered once it has been still for a while."""
    await bureau.subscribe()
    board = Board()
    one = clock(bureau, board)
    one.ticks = True
    await one.due()
    await one.left()
    bureau.hands.forward(seconds=31)
    await one.left()
    assert board.offered == [("deliver", 1)] * 2


async def test_a_dead_job_is_forgotten_once_its_delivery_is_over(bureau: DeliveryEnv) -> None:
    """Whoever is woken for dead jobs finds those alone that still stand in somebody's way."""
    await bureau.news()
    await bureau.subscribe()
    board = Board()
    one = clock(bureau, board)
    board.died = {71: 1, 72: 4711}
    one.ticks = True
    await one.due()
    await one.bury()
    assert board.died == {71: 1}  # 4711 is no delivery any more
    await bureau.start().carry(1)
    one.ticks = False
    await one.bury()
    assert board.died == {71: 1}  # another clock ticks
    one.ticks = True
    await one.bury()
    assert board.died == {}


@asynccontextmanager
async def leading(offers: Dispatcher) -> AsyncIterator[Dispatcher]:
    """A clock that decides for itself."""
    task = asyncio.create_task(offers.lead())
    try:
        yield offers
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ticks(offers: Dispatcher, *, so: bool) -> None:
    """Wait until it ticks, or does not."""
    async with asyncio.timeout(60):
        while offers.ticks is not so:  # noqa: ASYNC110 - the other side is a database
            await asyncio.sleep(0.01)


@on_postgresql
async def test_one_clock_ticks_and_another_takes_over(
    bureau: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits while the first ticks, ticks when that ends, and when it only seems to be there."""
    monkeypatch.setattr(roles, "BEAT", 0.02)
    board = Board()
    async with AsyncExitStack() as stack:
        other = await open_store(bureau.url)
        stack.push_async_callback(other.close)
        first, second = clock(bureau, board), clock(bureau, board, "two", other)
        async with leading(first):
            await ticks(first, so=True)
            await first.due()
            await first._presence.beat()
            await stack.enter_async_context(leading(second))
            await asyncio.sleep(0.2)
            assert not second.ticks
            # Frozen: it has the right, and has not ticked for long.
            bureau.hands.at += timedelta(seconds=25)
            await ticks(second, so=True)
            await first.due()
            await first._presence.beat()
            await ticks(second, so=False)
        await ticks(second, so=True)
