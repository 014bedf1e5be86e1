"""`make chaos`: everything at once, bounded in time; one fault in any part fails the run.

python -m tests.chaos [kills] [crowd] [losses] [takeover]

What a failed part leaves behind is kept, and its folder is printed: logs, feed folder, SQLite.
"""

import asyncio
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from bot.store import upgrade
from tests.chaos.chaos_env import ChaosEnv, open_env
from tests.chaos.crowd import crowd
from tests.chaos.kills import CHANNELS, kill_repeatedly
from tests.chaos.outages import POINTS, cuts, freezes, restarts
from tests.chaos.takeover import take_over_repeatedly
from tests.chaos.tcp_proxy import TcpProxy
from tests.postgres_server import PostgresServer, run_postgres

LONGEST = 40 * 60  # seconds for all
KILLS = 100  # of each kind: run on SQLite, run on PostgreSQL, worker on PostgreSQL


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def open_env_on(running: PostgresServer | None, channels: int) -> AsyncIterator[ChaosEnv]:
    """Open an environment with an empty database: on a server, or SQLite."""
    folder = Path(tempfile.mkdtemp(prefix="dateline-chaos-"))
    url = f"sqlite:///{folder}/dateline.db"
    if running:
        name = f"chaos_{uuid.uuid4().hex}"
        with psycopg.connect(f"{running.address}/postgres", autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        url = f"{running.address}/{name}"
    await upgrade(url)
    try:
        async with open_env(folder, url, channels) as env:
            yield env
    except BaseException:
        say(f"what it left is kept in {folder}")
        raise
    shutil.rmtree(folder)


async def kills(running: PostgresServer) -> None:
    """Three hundred deaths by kill -9."""
    for kind, place, role in (
        ("SQLite", None, "run"),
        ("PostgreSQL", running, "run"),
        ("PostgreSQL", running, "worker"),
    ):
        began = time.monotonic()
        async with open_env_on(place, CHANNELS) as env:
            if role == "worker":
                await env.start_process("clock", shorten_times=1.0)
            report, deaths = await kill_repeatedly(env, KILLS, seed=KILLS, role=role)
            assert report.faults() == [], report.faults()
        where = ", ".join(f"{point} {times}" for point, times in deaths.most_common())
        what = f"kill -9, `dateline {role}` on {kind}, {deaths.total()} times "
        what += f"in {time.monotonic() - began:.0f} s"
        say(f"{what}: {report.summary()}")
        say(f"    died {where}")


async def many(running: PostgresServer) -> None:
    """The crowd."""
    async with open_env_on(running, 1000) as env:
        say(await crowd(env, 1000, within=900))


async def lose(running: PostgresServer) -> None:
    """The losses."""
    async with open_env_on(running, 120) as env:
        say(await restarts(env, running, 120, times=3))
    async with open_env_on(running, 120) as env:
        cable = TcpProxy(running.port)
        async with cable.opened_port() as near:
            say(
                await cuts(
                    env, cable, env.url.replace(f":{running.port}/", f":{near}/"), 120, times=20
                )
            )
    async with open_env_on(running, len(POINTS)) as env:
        say(await freezes(env))


async def take_over(running: PostgresServer) -> None:
    """The clocks."""
    async with open_env_on(running, 6) as env:
        say(await take_over_repeatedly(env, deaths=5))


PARTS = {"kills": kills, "crowd": many, "losses": lose, "takeover": take_over}


async def main(names: list[str]) -> None:
    """Play the named parts, or all."""
    with run_postgres() as running:
        async with asyncio.timeout(LONGEST):
            for name in names or PARTS:
                await PARTS[name](running)
    say("chaos: nothing lost, nothing twice")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
