"""Whoever waits for a worker gets it by turns, short texts first, and nobody waits for ever."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.fair_queue import FairQueue

Work = tuple[str, int]


async def served(work: list[Work], *, places: int = 1, given_up: frozenset[int] = frozenset()):
    """Return the work in the order in which it had its turn, all of it waiting from the start."""
    queue, order = FairQueue(places), []
    gate = asyncio.Event()

    async def hold() -> None:
        async with queue.take("holder", 0):
            await gate.wait()

    async def do(item: Work) -> None:
        async with queue.take(*item):
            order.append(item)

    holders = [asyncio.create_task(hold()) for _ in range(places)]
    await asyncio.sleep(0)
    tasks = [asyncio.create_task(do(item)) for item in work]
    await asyncio.sleep(0)
    for number in given_up:
        tasks[number].cancel()
    gate.set()
    await asyncio.gather(*holders, *tasks, return_exceptions=True)
    return order


async def test_one_source_cannot_fill_the_queue() -> None:
    """The only text of a source comes after one of the many of another, not after all."""
    order = await served([("flood", 5_000)] * 20 + [("gazette", 5_000)])
    assert order.index(("gazette", 5_000)) <= 1


async def test_a_short_text_passes_long_ones() -> None:
    """A short text goes before the long ones, of its own source too."""
    order = await served([("wire", 200_000)] * 4 + [("wire", 4_000), ("gazette", 4_000)])
    assert set(order[:2]) == {("wire", 4_000), ("gazette", 4_000)}


async def test_a_long_text_is_not_passed_for_ever() -> None:
    """What overtakes a long text counts against its owner, so that the long one has its turn."""
    queue, order = FairQueue(1), []

    async def do(item: Work, more: int = 0) -> None:
        async with queue.take(*item):
            order.append(item)
            if more:  # another short one comes while this is served
                later.append(asyncio.create_task(do(item, more - 1)))
                await asyncio.sleep(0)

    later: list[asyncio.Task[None]] = []
    first = asyncio.create_task(do(("wire", 4_000), 100))
    await asyncio.sleep(0)
    await asyncio.gather(first, do(("wire", 100_000)))
    while len(order) < 102:
        await asyncio.gather(*later)
    assert order.index(("wire", 100_000)) < 25


@settings(max_examples=40, deadline=None)
@given(
    work=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 300_000)), max_size=30),
    places=st.integers(1, 3),
    given_up=st.frozensets(st.integers(0, 29)),
)
def test_each_has_one_turn_and_no_place_is_lost(
    work: list[Work], places: int, given_up: frozenset[int]
) -> None:
    """All that was not given up is served once; whoever gives up takes no place along."""
    cancelled = frozenset(number for number in given_up if number < len(work))
    kept = [item for number, item in enumerate(work) if number not in cancelled]
    order = asyncio.run(served(work, places=places, given_up=cancelled))
    assert sorted(order) == sorted(kept)
