"""`make chaos`: kill, freeze and disconnect processes; one fault fails the run.

python -m tests.chaos [kills] [crowd] [outages] [takeover] [storm]

Each part is bounded in time and prints its figures. The folder of a part that failed is kept and
named: each process's log, the feed folder, SQLite. The storm lasts DATELINE_STORM_MINUTES (10).
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from tests.chaos.chaos_env import ChaosEnv, open_env
from tests.chaos.crowd import post_to_crowd
from tests.chaos.kills import CHANNELS, kill_repeatedly
from tests.chaos.outages import POINTS, cut_connections, freeze_processes, restart_database
from tests.chaos.storm import CHANNELS as CHANNELS_IN_STORM
from tests.chaos.storm import storm
from tests.chaos.takeover import take_over_repeatedly
from tests.chaos.tcp_proxy import TcpProxy
from tests.databases import upgrade
from tests.postgres_server import PostgresServer, run_postgres

TIMEOUT_SECONDS = 60 * 60
KILLS = 100  # of each kind: run on SQLite, run on PostgreSQL, worker on PostgreSQL


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def open_env_on(running: PostgresServer | None, channels: int) -> AsyncIterator[ChaosEnv]:
    """Open an environment with an empty database, on a server or SQLite."""
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


async def run_kills(running: PostgresServer) -> None:
    """Kill three hundred processes with kill -9."""
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


async def run_crowd(running: PostgresServer) -> None:
    """Let a thousand channels be due at once."""
    async with open_env_on(running, 1000) as env:
        say(await post_to_crowd(env, 1000, within=900))


async def run_outages(running: PostgresServer) -> None:
    """Restart the database, cut its connections, and freeze processes."""
    async with open_env_on(running, 120) as env:
        say(await restart_database(env, running, 120, times=3))
    async with open_env_on(running, 120) as env:
        proxy = TcpProxy(running.port)
        async with proxy.opened_port() as proxy_port:
            say(
                await cut_connections(
                    env,
                    proxy,
                    env.url.replace(f":{running.port}/", f":{proxy_port}/"),
                    120,
                    times=20,
                )
            )
    async with open_env_on(running, len(POINTS)) as env:
        say(await freeze_processes(env))


async def run_takeover(running: PostgresServer) -> None:
    """Kill and freeze the leading clock."""
    async with open_env_on(running, 6) as env:
        say(await take_over_repeatedly(env, deaths=5))


async def run_storm(running: PostgresServer) -> None:
    """Do all of it at once."""
    minutes = float(os.environ.get("DATELINE_STORM_MINUTES", "10"))
    async with open_env_on(running, CHANNELS_IN_STORM) as env:
        say(await storm(env, running, minutes))


PARTS = {
    "kills": run_kills,
    "crowd": run_crowd,
    "outages": run_outages,
    "takeover": run_takeover,
    "storm": run_storm,
}


async def main(names: list[str]) -> None:
    """Run the named parts, or all."""
    with run_postgres() as running:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            for name in names or PARTS:
                await PARTS[name](running)
    say("chaos: nothing lost, nothing twice")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
