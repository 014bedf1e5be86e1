"""How long it takes until another clock ticks in place of one that dies or freezes."""

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta

from bot.app.roles import BEAT
from tests.chaos.stage import Stage

LONGEST = 30.0  # seconds: what the README promises
_LINES = {"this clock ticks": True, "another clock ticks": False}


async def takeovers(stage: Stage, deaths: int) -> str:
    """Of two clocks the ticking one is killed again and again, and at last frozen; each time a digest is due."""
    await stage.bear("worker")
    await stage.bear("clock", level="info")
    stage.drop(1)
    assert await stage.until(stage.at_rest, within=60)
    took: list[float] = []
    for turn in range(deaths + 1):
        frozen = turn == deaths
        await stage.ready(await stage.bear("clock", level="info"))
        ticking = await the_ticking_one(stage)
        await stage.subscribe(turn + 1, datetime.now(UTC) + timedelta(hours=1), timedelta(hours=12))
        os.kill(ticking, signal.SIGSTOP if frozen else signal.SIGKILL)
        began = time.monotonic()
        stage.sql(f"UPDATE subscriptions SET next_due = now() WHERE channel = 'C{turn:05}'")  # noqa: S608 - ours
        assert await stage.until(lambda turn=turn: opened(stage) > turn, within=LONGEST)  # type: ignore[misc]
        took.append(time.monotonic() - began)
        if frozen:
            os.kill(ticking, signal.SIGCONT)
        else:
            assert await stage.watch(ticking, 30) == "dead"
    assert await stage.until(stage.at_rest, within=60)
    account = await stage.account()
    assert account.faults() == [], account.faults()
    *killed, froze = took
    times = ", ".join(f"{seconds:.1f}" for seconds in killed)
    return (
        f"the ticking one of two clocks killed {deaths} times: the other claimed what was due after {times} s; "
        f"frozen: after {froze:.1f} s; {account.told()}"
    )


def opened(stage: Stage) -> int:
    """How many slots were claimed."""
    [(count,)] = stage.sql("SELECT count(*) FROM deliveries")
    return int(count)


async def the_ticking_one(stage: Stage) -> int:
    """Wait until one alone has ticked for a while: one that was just born may not have heard of the other."""
    alone: list[tuple[int, float]] = []

    def settled() -> bool:
        found = [pid for pid in stage.alive & stage.logs.keys() if ticks(stage, pid)]
        if [pid for pid, _ in alone] != found or len(found) != 1:
            alone[:] = [(pid, time.monotonic()) for pid in found]
        return len(alone) == 1 and time.monotonic() - alone[0][1] > 2 * BEAT

    assert await stage.until(settled, within=90)
    return alone[0][0]


def ticks(stage: Stage, pid: int) -> bool:
    """What it said last of whether it ticks."""
    log = stage.logs[pid]
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    events = [
        json.loads(line).get("event")
        for line in lines
        if line.startswith("{") and line.endswith("}")
    ]
    return next((_LINES[event] for event in reversed(events) if event in _LINES), False)
