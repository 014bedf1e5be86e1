"""`make bench-scale`: articles and digests with more and more workers, and what each costs.

Where the analysis is a pause of the length of a real one, as on machines of their own, what is
measured is the store: the grouping lock, the database, and the workers' main processes.

Processor time is what a busy machine does not change: docs/scale.md reckons with it.
"""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tests.bench.made_up import make_news
from tests.chaos.__main__ import open_env_on
from tests.chaos.chaos_env import ChaosEnv
from tests.chaos.fork_server import processor_time
from tests.postgres_server import PostgresServer, run_postgres
from tests.service import ROOT, running
from tests.slack_server import SIGNING_SECRET, TOKEN

CHANNELS = 200
FILES = 60
# Longer than a real analysis, so that the cores of one machine carry eight workers.
PAUSE_SECONDS, PAUSED_FILES = 0.5, 30  # files for each worker


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def measure_digests(database: PostgresServer, workers: int) -> None:
    """Make all channels due at once; measure from the first claim to the last message."""
    async with open_env_on(database, CHANNELS) as env:
        clock = await env.start_process("clock", level="info")
        pids = [await env.start_process("worker", level="info") for _ in range(workers)]
        for pid in (clock, *pids):
            await env.ready(pid)
        env.drop(5)
        assert await env.until(env.is_idle, within=60)
        before = {pid: processor_time(pid) for pid in (clock, *pids)}
        began = time.monotonic()
        await env.subscribe(CHANNELS, datetime.now(UTC), timedelta(hours=12))

        def done():
            return env.is_idle() and env.sql("SELECT count(*) FROM deliveries") == [(CHANNELS,)]

        assert await env.until(done, within=300)
        took = time.monotonic() - began
        used = {pid: processor_time(pid) - before[pid] for pid in before}
        posted = len((await env.seen())["marks"])
        cost = sum(used[pid] for pid in pids) / CHANNELS
        connections = count_connections(env)
    say(
        f"digests, {workers} worker(s): {CHANNELS} digests ({posted} messages) in {took:.1f} s = "
        f"{CHANNELS / took * 60:.0f} a minute; "
        f"{cost * 1000:.1f} ms of a worker's processor a digest, "
        f"{used[clock] / CHANNELS * 1000:.1f} ms of the clock's; "
        f"{connections} connections to the database"
    )


def count_connections(env: ChaosEnv) -> int:
    """Return how many connections the database has, without ours."""
    [(count,)] = env.sql(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return int(count)


async def measure_articles(database: PostgresServer, workers: int) -> None:
    """Let real workers share a folder; measure from the first file to the last."""
    async with open_env_on(database, 1) as env, AsyncExitStack() as stack:
        settings = {
            "DATABASE_URL": env.url,
            "SLACK_API_URL": f"{env.address}/api/",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        }
        for _ in range(workers):
            await stack.enter_async_context(running(env.folder, "worker", **settings))
        feed = env.folder / "feed"
        write_files(feed, workers, "warm")
        assert await env.until(lambda: count_articles(env) == workers, within=120)
        write_files(feed, FILES, "news")
        assert await env.until(lambda: count_articles(env) > workers, within=120, look=0.02)
        began, first = time.monotonic(), count_articles(env)
        assert await env.until(
            lambda: count_articles(env) == FILES + workers, within=300, look=0.02
        )
        took = time.monotonic() - began
    rate = (FILES + workers - first) / took
    say(
        f"articles, {workers} worker(s): {FILES} files in {took:.1f} s after the first "
        f"= {rate:.1f} articles/s"
    )


async def measure_paused(database: PostgresServer, workers: int) -> float:
    """Let workers that analyze in a pause share a folder; return their articles a second."""
    async with open_env_on(database, 1) as env:
        pids = [
            await env.start_process("worker", level="info", pause=PAUSE_SECONDS)
            for _ in range(workers)
        ]
        for pid in pids:
            await env.ready(pid)
        feed = env.folder / "feed"
        count = PAUSED_FILES * workers
        before = sum(processor_time(pid) for pid in pids)
        for number, news in enumerate(islice(make_news(), count)):
            # A source for every eight files, or each would wait for the one before it.
            path = feed / f"source-{number // 8}" / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{news.headline}\n\n{news.body}", encoding="utf-8")
        assert await env.until(lambda: count_articles(env) > 0, within=60, look=0.02)
        began, first = time.monotonic(), count_articles(env)
        assert await env.until(lambda: count_articles(env) == count, within=300, look=0.1)
        took = time.monotonic() - began
        used = sum(processor_time(pid) for pid in pids) - before
    say(
        f"articles, analysis a pause of {PAUSE_SECONDS * 1000:.0f} ms, {workers} worker(s): "
        f"{(count - first) / took:.1f} articles/s; "
        f"{used / count * 1000:.1f} ms of the workers' processor an article"
    )
    return (count - first) / took


def write_files(feed: Path, count: int, name: str) -> None:
    """Write files as long as news, each with its own story."""
    source = (ROOT / "seeds" / "press-review" / "nato-ukraine.txt").read_text(encoding="utf-8")
    for number in range(count):
        beside = feed / f".{name}-{number}.txt"
        beside.write_text(
            f"{source}\n\nThis is copy {name} {number} of this text, Odo Merle{number} said.\n",
            "utf-8",
        )
        beside.rename(feed / f"{name}-{number}.txt")


def count_articles(env: ChaosEnv) -> int:
    """Return how many articles are stored."""
    return int(env.sql("SELECT count(*) FROM articles")[0][0])


async def main() -> None:
    """Measure with one worker and with more."""
    say(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began; all on one machine"
    )
    with run_postgres() as database:
        for workers in (1, 2):
            await measure_digests(database, workers)
        for workers in (1, 2):
            await measure_articles(database, workers)
        rates = {workers: await measure_paused(database, workers) for workers in (1, 2, 4, 8)}
        for workers, rate in rates.items():
            say(f"{workers} worker(s): {rate / rates[1] / workers:.2f} of linear")
    say(f"load {os.getloadavg()[0]:.1f} after it")


if __name__ == "__main__":
    asyncio.run(main())
