"""The database restarts, its connections break, and processes freeze for a minute."""

import asyncio
import os
import random
import signal
from datetime import UTC, datetime, timedelta

from tests.chaos.chaos_env import ChaosEnv
from tests.chaos.kills import WORKER_POINTS, kill_at, run_to_point
from tests.chaos.tcp_proxy import TcpProxy
from tests.postgres_server import PostgresServer

FROZEN = timedelta(seconds=60)
# Where a worker is frozen, and where a clock is.
POINTS = [("clock", f"{when} claim_due") for when in ("before", "after")] + [
    ("worker", point) for point in WORKER_POINTS
]


async def restart_database(env: ChaosEnv, server: PostgresServer, channels: int, times: int) -> str:
    """Restart PostgreSQL several times while digests are posted."""
    for role in ("clock", "clock", "worker", "worker"):
        await env.start_process(role, shorten_times=4.0)
    env.drop(4)
    assert await env.until(env.is_idle, within=60)
    await env.subscribe(channels, datetime.now(UTC), timedelta(hours=12))
    for turn in range(1, times + 1):
        await messages(env, turn * channels // (times + 1))
        server.stop(signal.SIGINT if turn % 2 else signal.SIGQUIT)
        await asyncio.sleep(3)
        await asyncio.to_thread(server.start)
    return (
        f"PostgreSQL restarted {times} times while it was posted: {await check_all(env, channels)}"
    )


async def cut_connections(
    env: ChaosEnv, proxy: TcpProxy, url: str, channels: int, times: int
) -> str:
    """Cut every connection between workers and database, again and again."""
    dice = random.Random(5)
    await env.start_process("clock", shorten_times=2.0)
    for _ in range(3):
        await env.start_process("worker", shorten_times=2.0, url=url)
    env.drop(4)
    assert await env.until(env.is_idle, within=60)
    await env.subscribe(channels, datetime.now(UTC), timedelta(hours=12))
    broken = 0
    for turn in range(1, times + 1):
        await messages(env, turn * channels // (times + 1))
        await asyncio.sleep(dice.uniform(0, 0.3))
        broken += proxy.cut()
    return (
        f"{times} cuts broke {broken // 2} connections of workers: {await check_all(env, channels)}"
    )


async def freeze_processes(env: ChaosEnv) -> str:
    """Freeze a process at every point while others work on; then resume all at once."""
    await env.subscribe(len(POINTS), datetime.now(UTC) + timedelta(hours=1), timedelta(hours=12))
    frozen: list[tuple[int, str]] = []
    clock = 0
    for channel, (role, point) in enumerate(POINTS):
        if role == "worker" and not clock:
            clock = await env.start_process("clock", shorten_times=1.0)
        pid = await freeze_at(env, role, point, channel)
        frozen.append((pid, point))
    last = asyncio.get_running_loop().time()
    for _ in range(2):
        await env.start_process("worker", shorten_times=1.0)
    await asyncio.sleep(last + FROZEN.total_seconds() - asyncio.get_running_loop().time())
    meanwhile = len((await env.seen())["marks"])
    for pid, _ in frozen:
        os.kill(pid, signal.SIGCONT)
    summary = await check_all(env, len(POINTS))
    what = f"{len(frozen)} processes frozen for a minute, "
    what += f"one at each of {len(POINTS)} points, then woken"
    return f"{what}; {meanwhile} messages by the others meanwhile: {summary}"


async def freeze_at(env: ChaosEnv, role: str, point: str, channel: int) -> int:
    """Freeze a process at a point, in its own channel."""
    if "find" in point:
        await kill_at(env, role, "after post", channel)
    # Those that were frozen may each hold the intake's lock for a quarter of a minute.
    return await run_to_point(env, role, point, channel, signal.SIGSTOP)


async def messages(env: ChaosEnv, count: int) -> None:
    """Wait until Slack has so many messages."""
    async with asyncio.timeout(180):
        while len((await env.seen())["marks"]) < count:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def check_all(env: ChaosEnv, channels: int) -> str:
    """Wait for the end, and check the report."""

    def over() -> bool:
        return env.is_idle() and env.sql("SELECT count(*) FROM deliveries")[0][0] >= channels

    assert await env.until(over, within=180, look=1.0), env.sql(
        "SELECT * FROM deliveries WHERE state <> 'posted'"
    )
    report = await env.report()
    assert report.faults() == [], report.faults()
    return report.summary()
