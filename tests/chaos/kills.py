"""Kill processes at named points or random moments, and let the next one take over."""

import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.chaos.chaos_env import OPEN, ChaosEnv, ChaosReport

CHANNELS = 4
STEPS = ("claim_due", "compose", "start_sending", "post", "record", "finish", "find", "put")
POINTS = tuple(f"{when} {step}" for step in STEPS for when in ("before", "after"))
# Slots are claimed by the clock.
WORKER_POINTS = tuple(point for point in POINTS if "claim_due" not in point)


# A process is ready after so many seconds of processor time, and done after so many more.
YOUTH, AGE = 0.15, 0.6
# One that idles is not waited for.
PATIENCE = 5.0
# A named point is reached, however busy the machine is.
TRIES = 48


async def kill_repeatedly(
    env: ChaosEnv,
    kills: int,
    *,
    seed: int,
    role: str = "run",
    first: int = 0,
    at_random: bool = True,
) -> tuple[ChaosReport, Counter[str]]:
    """Kill so many processes, then let one run until all is done; return the report and the deaths.

    Every other one dies at a point: at each in turn, for certain; then at its first to third
    passage. The others die at a random moment; without `at_random` there are no others. `first` is
    the index of the first point.
    """
    stride = 2 if at_random else 1
    dice = random.Random(seed)
    await env.subscribe(CHANNELS, datetime.now(UTC), timedelta(hours=12))
    points = WORKER_POINTS if role == "worker" else POINTS
    deaths: Counter[str] = Counter()
    for turn in range(kills):
        nth, is_random = divmod(turn, stride)
        point = None if is_random else points[(first + nth) % len(points)]
        if point and nth < len(points):
            deaths += await kill_at(env, role, point, dice.randrange(CHANNELS))
        else:
            deaths[await kill_somewhere(env, role, point, dice)] += 1
    survivor = await env.start_process(role, shorten_times=1.0)
    assert await env.until(env.is_idle, within=180), await describe_survivor(env, survivor)
    await env.kill(survivor)
    return await env.report(), deaths


async def kill_at(env: ChaosEnv, role: str, point: str, channel: int) -> Counter[str]:
    """Kill a process at this point; return where it, and those that had to die before it, died."""
    deaths: Counter[str] = Counter([point])
    if "find" in point:  # only who follows a dead one looks for its message
        deaths += await kill_at(env, role, "after post", channel)
    await run_to_point(env, role, point, channel, signal.SIGKILL)
    return deaths


async def run_to_point(env: ChaosEnv, role: str, point: str, channel: int, end: int) -> int:
    """Give a process work until it reaches a point and sends itself a signal; return its pid."""
    ended = "dead" if end == signal.SIGKILL else "stopped"
    pid = await env.start_process(role, shorten_times=1.0, point=point, end=end)
    for _ in range(TRIES):
        if "find" not in point:
            # A file that comes late leaves a digest without news: then another, and another slot.
            env.drop(1)
            make_due(env, [channel])
        if await env.watch(pid, PATIENCE) == ended:
            return pid
    raise AssertionError(point)


async def kill_somewhere(env: ChaosEnv, role: str, point: str | None, dice: random.Random) -> str:
    """Kill a process at a random moment, or at a point if it comes first; return where."""
    env.drop(dice.choice([0, 1, 2]))
    make_due(env, dice.sample(range(CHANNELS), 2))
    pid = await env.start_process(
        role, point=point, nth=dice.choice([1, 1, 2, 3]), shorten_times=1.0
    )
    lives = AGE if point else dice.uniform(YOUTH, AGE)
    if await env.watch(pid, PATIENCE, cpu=lives) == "running":
        await env.kill(pid)
        point = None
    return point or "at a random moment"


async def describe_survivor(env: ChaosEnv, survivor: int) -> str:
    """Return what keeps an environment from becoming idle."""
    waits = [path.name for path in (env.folder / "feed").glob("*") if path.is_file()]
    still_open = env.sql(
        f"SELECT id, channel, key, state, touched FROM deliveries WHERE state IN ({OPEN})"  # noqa: S608
    )
    log = env.logs[survivor].read_text(encoding="utf-8")[-3000:]
    return (
        f"at {datetime.now(UTC)} still open: {still_open}; files: {waits}; "
        f"the survivor's log: {log}"
    )


def make_due(env: ChaosEnv, channels: list[int]) -> None:
    """Make slots of these channels due now, a new one each time."""
    now = datetime.now(UTC).isoformat(sep=" ")
    moment = now.removesuffix("+00:00") if env.url.startswith("sqlite") else now
    names = ", ".join(f"'C{number:05}'" for number in channels)
    env.sql(f"UPDATE subscriptions SET next_due = '{moment}' WHERE channel IN ({names})")  # noqa: S608 - ours
