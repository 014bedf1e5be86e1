"""An environment for chaos tests: a fake Slack, processes to kill, a database, a feed folder."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from bot.blocks.digest import digest_messages
from bot.model import AtIntervals, Subscription, codec
from bot.store import open_store
from tests.service import ROOT, environment
from tests.slack_server import SIGNING_SECRET, TOKEN

TEAM = "T0PLAYGRND"
OPEN = "'claimed', 'composed', 'sending'"


@dataclass
class HelperProcess:
    """A program that answers each line with a line."""

    process: asyncio.subprocess.Process

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Send a command and wait for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        return await self.receive()

    async def receive(self) -> dict[str, Any]:
        """Return the next line."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        assert line, "a helper of the chaos ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class ChaosEnv:
    """The processes, files and database of a chaos test."""

    folder: Path
    url: str
    address: str
    fork_server: HelperProcess
    alive: set[int] = field(default_factory=set)
    logs: dict[int, Path] = field(default_factory=dict)
    child: int = 0
    dropped: int = 0

    # --- births and deaths ---

    async def start_process(self, role: str = "run", **order: Any) -> int:
        """Start a bot process; return its pid."""
        settings = environment(self.folder) | {
            "DATABASE_URL": order.pop("url", self.url),
            "SLACK_API_URL": f"{self.address}/api/",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "DATELINE_CONFIG": str(self.folder / "chaos.toml"),
        }
        self.child += 1
        log = self.folder / f"{self.child}-{role}.log"
        order |= {"settings": settings, "log": str(log)}
        child = await self.fork_server.ask(do="start", role=role, **order)
        pid: int = child["pid"]
        self.alive.add(pid)
        self.logs[pid] = log
        return pid

    async def ready(self, pid: int) -> str:
        """Wait until the process serves, which it must log at "info"; return its address."""
        assert await self.until(lambda: self.ready_address(pid) is not None, within=60)
        address = self.ready_address(pid)
        assert address is not None
        return address

    def ready_address(self, pid: int) -> str | None:
        """Return the address of a process that serves, None of one that does not yet."""
        text = self.logs[pid].read_text(encoding="utf-8") if self.logs[pid].exists() else ""
        lines = (
            json.loads(row)
            for row in text.splitlines()
            if row.startswith("{") and row.endswith("}")
        )
        return next((str(line["address"]) for line in lines if line.get("event") == "ready"), None)

    async def watch(self, pid: int, seconds: float, **order: float) -> str:
        """Wait until the process is dead, frozen, or has used `cpu` seconds; return its state."""
        state: str = (await self.fork_server.ask(do="watch", pid=pid, seconds=seconds, **order))[
            "state"
        ]
        if state == "dead":
            self.alive.discard(pid)
        return state

    async def kill(self, pid: int, how: int = signal.SIGKILL) -> None:
        """Kill the process and wait for its end."""
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        assert await self.watch(pid, 30) == "dead"

    # --- the world ---

    def drop(self, count: int) -> None:
        """Add files to the feed folder, each with its own story."""
        feed = self.folder / "feed"
        feed.mkdir(exist_ok=True)
        for _ in range(count):
            self.dropped += 1
            number = self.dropped
            place, thing = f"Port{number}haven", f"Ferry{number}line"
            text = f"{thing} to stop at {place}\n\n"
            text += f"The {thing} will stop at {place}, Mara Ilves{number} said."
            beside = feed / f".{number}.txt"
            beside.write_text(text, encoding="utf-8")
            beside.rename(feed / f"{number}.txt")

    def drop_story(self, count: int) -> None:
        """Add files to the feed folder that all tell one event."""
        feed = self.folder / "feed"
        for number in range(count):
            self.dropped += 1
            text = "Velmbridge harbour closed after flood\n\n"
            text += "The harbour of Velmbridge closed after the flood, Orla Tarnwick said. "
            text += f"Sandbags number {number} arrived."
            (feed / f".story-{number}.txt").write_text(text, encoding="utf-8")
            (feed / f".story-{number}.txt").rename(feed / f"story-{number}.txt")

    async def subscribe(
        self, channels: int, due: datetime, step: timedelta, *, top: int = 1
    ) -> None:
        """Subscribe channels with a digest now and then after each interval."""
        store = await open_store(self.url)
        for number in range(channels):
            await store.subscriptions.save(
                Subscription(
                    TEAM, f"C{number:05}", "U0WREN", AtIntervals(step), "UTC", top=top, next_due=due
                )
            )
        await store.close()

    async def set_faults(self, failing: int, seed: int = 1) -> None:
        """Let so many of a hundred calls to Slack fail."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.address}/weather", json={"failing": failing, "seed": seed}
            ) as answer,
        ):
            assert answer.status == 200

    async def seen(self) -> dict[str, Any]:
        """Return what the fake Slack saw: each message as (channel, delivery, part, ts)."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.address}/seen") as answer,
        ):
            data: dict[str, Any] = await answer.json()
            return data

    # --- the books ---

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Query or change the database directly."""
        if self.url.startswith("sqlite"):
            with (
                closing(
                    sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=60)
                ) as database,
                database,
            ):
                return database.execute(query).fetchall()
        with psycopg.connect(self.url) as database:
            done = database.execute(query)  # type: ignore[call-overload]
            return done.fetchall() if done.description else []

    async def until(self, condition: Callable[[], bool], within: float, look: float = 0.2) -> bool:
        """Poll until the condition is true; return False after `within` seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while not condition():
            if loop.time() > until:
                return False
            await asyncio.sleep(look)
        return True

    def is_idle(self) -> bool:
        """Return whether nothing is due, in progress or in the folder."""
        waits = [path for path in (self.folder / "feed").glob("*") if path.is_file()]
        [(still_open,)] = self.sql(f"SELECT count(*) FROM deliveries WHERE state IN ({OPEN})")  # noqa: S608 - ours
        return not waits and not still_open

    async def report(self) -> "ChaosReport":
        """Compare what Slack saw with the ledger, and the articles with the files."""
        seen = await self.seen()
        messages = [tuple(mark) for mark in seen["marks"]]
        parts = Counter((channel, delivery, part) for channel, delivery, part, _ in messages)
        recorded = {
            (channel, delivery, part): ts
            for channel, delivery, part, ts in self.sql(
                "SELECT channel, delivery, part, ts FROM delivery_parts"
                " JOIN deliveries ON deliveries.id = delivery"
            )
        }
        copies = self.sql(
            "SELECT identity, count(*) FROM articles GROUP BY identity HAVING count(*) > 1"
        )
        [(articles,)] = self.sql("SELECT count(DISTINCT identity) FROM articles")
        processed = Counter(
            path.name for path in (self.folder / "feed" / "_PROCESSED").rglob("*.txt")
        )
        times: dict[str, list[float]] = {}
        for channel, _, _, ts in messages:
            times.setdefault(channel, []).append(float(ts))
        gaps = [
            later - earlier
            for moments in times.values()
            for earlier, later in pairwise(sorted(moments))
        ]
        return ChaosReport(
            unsettled=self._unsettled(parts),
            posted=len(messages),
            doubled=sorted(key for key, times_seen in parts.items() if times_seen > 1),
            unrecorded=sorted(parts.keys() - recorded.keys()),
            unseen=sorted(recorded.keys() - parts.keys()),
            states=dict(self.sql("SELECT state, count(*) FROM deliveries GROUP BY state")),
            files=self.dropped,
            articles=articles,
            copies=len(copies),
            put_away=len(processed),
            closest=min(gaps, default=None),
            called=seen["called"],
            failed=seen["failed"],
        )

    def _unsettled(self, seen: Counter[tuple[str, int, int]]) -> list[str]:
        """Describe each delivery that failed or lacks parts, with what Slack saw and the log."""
        problems = []
        for row in self.sql(
            "SELECT id, channel, key, state, touched, reason, digest FROM deliveries ORDER BY id"
        ):
            number, state, digest = row[0], row[3], row[6]
            stood = sorted(part for _, delivery, part in seen if delivery == number)
            wants = count_messages(digest) if state == "posted" else 0
            if state not in {"posted", "skipped"} or len(stood) < wants:
                problems.append(
                    f"{row[:6]}, Slack saw its parts {stood}; {self._lines_about(number)}"
                )
        return problems

    def _lines_about(self, delivery: int) -> list[str]:
        """Return what the processes logged of a delivery, each with its log file."""
        return [
            f"{log.name}: {line}"
            for log in self.logs.values()
            if log.exists()
            for line in log.read_text(encoding="utf-8").splitlines()
            if f'"delivery": {delivery},' in line or f'"delivery": {delivery}}}' in line
        ]


def count_messages(digest: Any) -> int:
    """Return how many messages a digest of the ledger becomes."""
    # SQLite gives JSON, PostgreSQL what it says.
    stored = json.loads(digest) if isinstance(digest, str) and digest[:1] == '"' else digest
    return sum(1 for _ in digest_messages(codec.unpack(stored), channel_title=""))


@dataclass
class ChaosReport:
    """The results of a chaos test."""

    unsettled: list[str]
    posted: int
    doubled: list[tuple[str, int, int]]
    unrecorded: list[tuple[str, int, int]]
    unseen: list[tuple[str, int, int]]
    states: dict[str, int]
    files: int
    articles: int
    copies: int
    put_away: int
    closest: float | None
    called: int
    failed: int

    def faults(self) -> list[str]:
        """Return everything that is not as it should be."""
        checks = {
            f"parts posted twice: {self.doubled}": bool(self.doubled),
            f"parts that no record knows: {self.unrecorded}": bool(self.unrecorded),
            f"parts recorded and not posted: {self.unseen}": bool(self.unseen),
            f"deliveries {self.states}, of them not ended well: {self.unsettled}": bool(
                self.unsettled
            ),
            f"{self.files} files, {self.articles} articles": self.files != self.articles,
            f"{self.copies} articles stored twice": bool(self.copies),
            f"{self.files} files, {self.put_away} put away": self.files != self.put_away,
        }
        return [fault for fault, is_so in checks.items() if is_so]

    def summary(self) -> str:
        """Return one line of figures."""
        closest = (
            ""
            if self.closest is None
            else f"; closest two messages of a channel {self.closest:.2f} s"
        )
        return (
            f"{self.files} files, {self.articles} articles stored, {self.copies} twice, "
            f"{self.put_away} put away; "
            f"{sum(self.states.values())} deliveries {self.states}, {self.posted} messages, "
            f"{len(self.doubled)} twice, {len(self.unseen) + len(self.unrecorded)} missing; "
            f"{self.failed} of {self.called} calls failed{closest}"
        )


@asynccontextmanager
async def open_env(folder: Path, url: str, channels: int) -> AsyncIterator[ChaosEnv]:
    """Open the environment for a block, and kill what still runs at its end."""
    (folder / "chaos.toml").write_text(
        "[folder]\nscan_seconds = 0.2\n[digest]\ntop = 1\n", encoding="utf-8"
    )
    slack = await _start_helper("tests.chaos.fake_slack", str(channels))
    fork_server = await _start_helper("tests.chaos.fork_server")
    env = ChaosEnv(folder, url, (await slack.receive())["address"], fork_server)
    try:
        yield env
    finally:
        for pid in list(env.alive):
            await env.kill(pid)
        for helper in (slack, fork_server):
            with suppress(ProcessLookupError):
                helper.process.kill()
            await helper.process.wait()


async def _start_helper(module: str, *arguments: str) -> HelperProcess:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    return HelperProcess(process)
