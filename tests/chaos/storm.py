"""Kill after kill: each life ends at a named point or at a random moment, and the next takes over."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.stage import Account, Stage

CHANNELS = 4
STEPS = ("claim_due", "compose", "start_sending", "post", "record", "finish", "find", "put")
POINTS = tuple(f"{when} {step}" for step in STEPS for when in ("before", "after"))


# A Dateline is ready after so much processor time (seconds), and has done what waits for it after so much more.
YOUTH, AGE = 0.15, 0.6
# One that idles is not waited for.
PATIENCE = 5.0


async def storm(
    stage: Stage, kills: int, *, seed: int, role: str = "run", first: int = 0
) -> tuple[Account, Counter[str]]:
    """Let so many Datelines die, then let one live until all is done; what came of it, and where they died.

    `first` is the number of the first point.
    """
    dice = random.Random(seed)
    await stage.subscribe(CHANNELS, datetime.now(UTC), timedelta(hours=12))
    deaths: Counter[str] = Counter()
    for number in range(kills):
        stage.drop(dice.choice([0, 1, 2]))
        make_due(stage, dice.sample(range(CHANNELS), 2))
        # Every other one dies at a random moment; the rest at each point in turn, at its first to third passage.
        point = POINTS[(first + number // 2) % len(POINTS)] if number % 2 else None
        pid = await stage.bear(role, point=point, nth=dice.choice([1, 1, 2, 3]), hurry=1.0)
        lives = AGE if point else dice.uniform(YOUTH, AGE)
        if await stage.watch(pid, PATIENCE, cpu=lives) == "running":
            await stage.kill(pid)
            point = None
        deaths[point or "at a random moment"] += 1
    survivor = await stage.bear(role, hurry=1.0)
    assert await stage.until(stage.at_rest, within=180), stage.logs[survivor].read_text()[-3000:]
    await stage.kill(survivor)
    return await stage.account(), deaths


def make_due(stage: Stage, channels: list[int]) -> None:
    """Let the slots of these channels be now; a slot of its own each time."""
    now = datetime.now(UTC).isoformat(sep=" ")
    moment = now.removesuffix("+00:00") if stage.url.startswith("sqlite") else now
    names = ", ".join(f"'C{number:05}'" for number in channels)
    stage.sql(f"UPDATE subscriptions SET next_due = '{moment}' WHERE channel IN ({names})")  # noqa: S608 - ours
