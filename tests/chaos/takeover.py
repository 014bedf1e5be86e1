"""Another clock takes over when the leading one dies or freezes; measure how soon."""

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta

from bot.app.roles import HEARTBEAT_SECONDS
from tests.chaos.chaos_env import ChaosEnv

LONGEST = 30.0  # seconds: what the README promises
_LINES = {"this clock ticks": True, "another clock ticks": False}


async def take_over_repeatedly(env: ChaosEnv, deaths: int) -> str:
    """Kill the leading of two clocks again and again, and freeze the last; return the figures."""
    await env.start_process("worker")
    await env.start_process("clock", level="info")
    env.drop(1)
    assert await env.until(env.is_idle, within=60)
    took: list[float] = []
    for turn in range(deaths + 1):
        frozen = turn == deaths
        await env.ready(await env.start_process("clock", level="info"))
        ticking = await find_leader(env)
        await env.subscribe(turn + 1, datetime.now(UTC) + timedelta(hours=1), timedelta(hours=12))
        os.kill(ticking, signal.SIGSTOP if frozen else signal.SIGKILL)
        began = time.monotonic()
        env.sql(f"UPDATE subscriptions SET next_due = now() WHERE channel = 'C{turn:05}'")  # noqa: S608 - ours
        assert await env.until(lambda turn=turn: count_deliveries(env) > turn, within=LONGEST)  # type: ignore[misc]
        took.append(time.monotonic() - began)
        if frozen:
            os.kill(ticking, signal.SIGCONT)
        else:
            assert await env.watch(ticking, 30) == "dead"
    assert await env.until(env.is_idle, within=60)
    report = await env.report()
    assert report.faults() == [], report.faults()
    *killed, froze = took
    times = ", ".join(f"{seconds:.1f}" for seconds in killed)
    return (
        f"the ticking one of two clocks killed {deaths} times: "
        f"the other claimed what was due after {times} s; "
        f"frozen: after {froze:.1f} s; {report.summary()}"
    )


def count_deliveries(env: ChaosEnv) -> int:
    """Return how many slots were claimed."""
    [(count,)] = env.sql("SELECT count(*) FROM deliveries")
    return int(count)


async def find_leader(env: ChaosEnv) -> int:
    """Wait until one clock alone has led for a while; return its pid.

    One that just started may not know of the other yet.
    """
    alone: list[tuple[int, float]] = []

    def settled() -> bool:
        leaders = [pid for pid in env.alive & env.logs.keys() if is_leading(env, pid)]
        if [pid for pid, _ in alone] != leaders or len(leaders) != 1:
            alone[:] = [(pid, time.monotonic()) for pid in leaders]
        return len(alone) == 1 and time.monotonic() - alone[0][1] > 2 * HEARTBEAT_SECONDS

    assert await env.until(settled, within=90)
    return alone[0][0]


def is_leading(env: ChaosEnv, pid: int) -> bool:
    """Return whether the process last logged that it leads."""
    log = env.logs[pid]
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events = [
        json.loads(line).get("event")
        for line in lines
        if line.startswith("{") and line.endswith("}")
    ]
    return next((_LINES[event] for event in reversed(events) if event in _LINES), False)
