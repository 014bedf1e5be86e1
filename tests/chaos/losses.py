"""What a machine may lose: its database for a while, its connections, a minute of its life."""

import asyncio
import os
import random
import signal
from datetime import UTC, datetime, timedelta

from tests.chaos.postgresql import Cable, Server
from tests.chaos.stage import Stage
from tests.chaos.storm import WORKER_POINTS, dies_at, led_to

FROZEN = timedelta(seconds=60)
# Where a worker is frozen, and where a clock is.
POINTS = [("clock", f"{when} claim_due") for when in ("before", "after")] + [
    ("worker", point) for point in WORKER_POINTS
]


async def restarts(stage: Stage, server: Server, channels: int, times: int) -> str:
    """PostgreSQL goes away in the middle of the posting, and comes back."""
    for role in ("clock", "clock", "worker", "worker"):
        await stage.bear(role, hurry=4.0)
    stage.drop(4)
    assert await stage.until(stage.at_rest, within=60)
    await stage.subscribe(channels, datetime.now(UTC), timedelta(hours=12))
    for turn in range(1, times + 1):
        await messages(stage, turn * channels // (times + 1))
        server.stop(signal.SIGINT if turn % 2 else signal.SIGQUIT)
        await asyncio.sleep(3)
        await asyncio.to_thread(server.start)
    return (
        f"PostgreSQL restarted {times} times while it was posted: {await all_well(stage, channels)}"
    )


async def cuts(stage: Stage, cable: Cable, url: str, channels: int, times: int) -> str:
    """Every connection between workers and database breaks, again and again."""
    dice = random.Random(5)
    await stage.bear("clock", hurry=2.0)
    for _ in range(3):
        await stage.bear("worker", hurry=2.0, url=url)
    stage.drop(4)
    assert await stage.until(stage.at_rest, within=60)
    await stage.subscribe(channels, datetime.now(UTC), timedelta(hours=12))
    broken = 0
    for turn in range(1, times + 1):
        await messages(stage, turn * channels // (times + 1))
        await asyncio.sleep(dice.uniform(0, 0.3))
        broken += cable.cut()
    return f"{times} cuts broke {broken // 2} connections of workers: {await all_well(stage, channels)}"


async def freezes(stage: Stage) -> str:
    """A process is frozen for a minute at every point, while others work on; then all wake at once."""
    await stage.subscribe(len(POINTS), datetime.now(UTC) + timedelta(hours=1), timedelta(hours=12))
    frozen: list[tuple[int, str]] = []
    clock = 0
    for channel, (role, point) in enumerate(POINTS):
        if role == "worker" and not clock:
            clock = await stage.bear("clock", hurry=1.0)
        pid = await frozen_at(stage, role, point, channel)
        frozen.append((pid, point))
    last = asyncio.get_running_loop().time()
    for _ in range(2):
        await stage.bear("worker", hurry=1.0)
    await asyncio.sleep(last + FROZEN.total_seconds() - asyncio.get_running_loop().time())
    meanwhile = len((await stage.seen())["marks"])
    for pid, _ in frozen:
        os.kill(pid, signal.SIGCONT)
    told = await all_well(stage, len(POINTS))
    what = f"{len(frozen)} processes frozen for a minute, one at each of {len(POINTS)} points, then woken"
    return f"{what}; {meanwhile} messages by the others meanwhile: {told}"


async def frozen_at(stage: Stage, role: str, point: str, channel: int) -> int:
    """See somebody freeze at a point, in a channel of its own."""
    if "find" in point:
        await dies_at(stage, role, "after post", channel)
    # Those frozen before it may each hold the intake's lock for a quarter of a minute, one after another.
    return await led_to(stage, role, point, channel, signal.SIGSTOP)


async def messages(stage: Stage, count: int) -> None:
    """Wait until Slack has so many."""
    async with asyncio.timeout(180):
        while len((await stage.seen())["marks"]) < count:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def all_well(stage: Stage, channels: int) -> str:
    """Wait for the end, and take account."""

    def over() -> bool:
        return stage.at_rest() and stage.sql("SELECT count(*) FROM deliveries")[0][0] >= channels

    assert await stage.until(over, within=180, look=1.0), stage.sql(
        "SELECT * FROM deliveries WHERE state <> 'posted'"
    )
    account = await stage.account()
    assert account.faults() == [], account.faults()
    return account.told()
