"""Kill after kill: each life ends at a named point or at a random moment, and the next takes over."""

import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.chaos.stage import OPEN, Account, Stage

CHANNELS = 4
STEPS = ("claim_due", "compose", "start_sending", "post", "record", "finish", "find", "put")
POINTS = tuple(f"{when} {step}" for step in STEPS for when in ("before", "after"))
# Slots are claimed by the clock.
WORKER_POINTS = tuple(point for point in POINTS if "claim_due" not in point)


# A Dateline is ready after so much processor time (seconds), and has done what waits for it after so much more.
YOUTH, AGE = 0.15, 0.6
# One that idles is not waited for.
PATIENCE = 5.0
# A named point is reached, however busy the machine is.
TRIES = 48


async def storm(
    stage: Stage, kills: int, *, seed: int, role: str = "run", first: int = 0
) -> tuple[Account, Counter[str]]:
    """Let so many Datelines die, then let one live until all is done; what came of it, and where they died.

    Every other one dies at a point: at each in turn, for certain; then at its first to third passage, where it comes
    to that. The others die at a random moment. `first` is the number of the first point.
    """
    dice = random.Random(seed)
    await stage.subscribe(CHANNELS, datetime.now(UTC), timedelta(hours=12))
    points = WORKER_POINTS if role == "worker" else POINTS
    deaths: Counter[str] = Counter()
    for turn in range(kills):
        point = points[(first + turn // 2) % len(points)] if turn % 2 == 0 else None
        if point and turn // 2 < len(points):
            deaths += await dies_at(stage, role, point, dice.randrange(CHANNELS))
        else:
            deaths[await dies_somewhere(stage, role, point, dice)] += 1
    survivor = await stage.bear(role, hurry=1.0)
    assert await stage.until(stage.at_rest, within=180), await why_not(stage, survivor)
    await stage.kill(survivor)
    return await stage.account(), deaths


async def dies_at(stage: Stage, role: str, point: str, channel: int) -> Counter[str]:
    """Let one die at this very point; where it and whoever had to die before it did."""
    deaths: Counter[str] = Counter([point])
    if "find" in point:  # only who follows a dead one looks for its message
        deaths += await dies_at(stage, role, "after post", channel)
    await led_to(stage, role, point, channel, signal.SIGKILL)
    return deaths


async def led_to(stage: Stage, role: str, point: str, channel: int, end: int) -> int:
    """Give somebody what to do until it comes past a point, where it sends itself a signal; its process."""
    ended = "dead" if end == signal.SIGKILL else "stopped"
    pid = await stage.bear(role, hurry=1.0, point=point, end=end)
    for _ in range(TRIES):
        if "find" not in point:
            # A file that comes in late leaves a digest without news: then another, and a slot after it.
            stage.drop(1)
            make_due(stage, [channel])
        if await stage.watch(pid, PATIENCE) == ended:
            return pid
    raise AssertionError(point)


async def dies_somewhere(stage: Stage, role: str, point: str | None, dice: random.Random) -> str:
    """Let one die at a random moment, or at a point if it comes there by then; where."""
    stage.drop(dice.choice([0, 1, 2]))
    make_due(stage, dice.sample(range(CHANNELS), 2))
    pid = await stage.bear(role, point=point, nth=dice.choice([1, 1, 2, 3]), hurry=1.0)
    lives = AGE if point else dice.uniform(YOUTH, AGE)
    if await stage.watch(pid, PATIENCE, cpu=lives) == "running":
        await stage.kill(pid)
        point = None
    return point or "at a random moment"


async def why_not(stage: Stage, survivor: int) -> str:
    """Tell what keeps a stage from coming to rest."""
    waits = [path.name for path in (stage.folder / "feed").glob("*") if path.is_file()]
    still_open = stage.sql(
        f"SELECT id, channel, key, state, touched FROM deliveries WHERE state IN ({OPEN})"  # noqa: S608
    )
    log = stage.logs[survivor].read_text(encoding="utf-8")[-3000:]
    return f"at {datetime.now(UTC)} still open: {still_open}; files: {waits}; the survivor's log: {log}"


def make_due(stage: Stage, channels: list[int]) -> None:
    """Let the slots of these channels be now; a slot of its own each time."""
    now = datetime.now(UTC).isoformat(sep=" ")
    moment = now.removesuffix("+00:00") if stage.url.startswith("sqlite") else now
    names = ", ".join(f"'C{number:05}'" for number in channels)
    stage.sql(f"UPDATE subscriptions SET next_due = '{moment}' WHERE channel IN ({names})")  # noqa: S608 - ours
