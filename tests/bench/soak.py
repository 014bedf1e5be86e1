"""`make soak`: memory and lateness under steady load for MINUTES.

Two articles and five commands a second, every command among them, stories that grow to two hundred
articles, thirty subscriptions that are due every two minutes: the real program on SQLite, a fake
Slack, files dropped into the feed folder in batches, and signed commands. Memory is counted as PSS:
what processes share counts once. Writes the curve to docs/images/soak.png and prints a line for
docs/reliability.md.

    python -m tests.bench.soak [MINUTES]
"""

import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.model import AtIntervals, Subscription
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from bot.playground.workspace import HUMAN_IDS, Channel
from bot.store import open_store
from tests.bench.__main__ import machine
from tests.bench.acks import percentile
from tests.bench.processes import descendants, memory, shared_memory
from tests.bench.store import made_up_word
from tests.service import ROOT, Service, credentials, running
from tests.slack_server import SlackServer, slack_server

ARTICLES, COMMANDS, CHANNELS, EVERY_MINUTES = 2, 5, 30, 2
# So many stories run at a time, each until it has so many articles.
STORIES, ARTICLES_OF_STORY = 12, 200
LOOK = 5.0  # seconds between two looks at memory and metrics
PICTURE = ROOT / "docs" / "images" / "soak.png"
# What is asked most, and what comes once between each round of that. `{page}` is a web page.
USUAL = ("", "status", "list", "who Solberg", "search harbour")
OTHERS = (
    *("chart", "now", "history", "help", "feeds", "feeds add {page}", "read {page}"),
    *("follow Solberg", "mute Tarr", "unfollow Tarr", "settings"),
    *("subscribe hourly about harbour", "pause", "resume", "unsubscribe"),
)
PEOPLE = 11


@dataclass
class Run:
    """At each look the minute, memory in MiB (`service`: the main process), articles, lateness."""

    minutes: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    service: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    late: list[tuple[float, float]] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)


def metric(text: str, name: str) -> float:
    """Return the sum of a metric over its labels."""
    return sum(
        float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
    )


async def drop_articles(service: Service, until: float) -> None:
    """Drop a JSON Feed of a few articles each second."""
    chance, number = random.Random(5), 0
    running_stories: list[tuple[list[str], int]] = []
    while time.monotonic() < until:
        began = time.monotonic()
        now = datetime.now(UTC).isoformat()
        items = []
        for _ in range(ARTICLES):
            number += 1
            if len(running_stories) < STORIES:
                running_stories.append((_words(chance, 40), 0))
            words, count = running_stories.pop(chance.randrange(len(running_stories)))
            if count + 1 < ARTICLES_OF_STORY:
                running_stories.append((words, count + 1))
            lines = [
                f"The {a} of {b.capitalize()} will {c} its {d} in May, {e.capitalize()} said."
                for a, b, c, d, e in _fives(words)
            ]
            # News of its own: a digest skips a story whose statements its channel has seen.
            place, verb, thing = _words(chance, 3)
            place = place.capitalize()
            own = f"Nobody in {place} will {verb} a {thing}, {place}s said."
            title = f"{words[0].capitalize()} to {words[2]} {words[3]} of {words[1].capitalize()}"
            text = " ".join([*chance.sample(lines, len(lines)), own])
            told = {"id": f"urn:soak:{number}", "title": title, "content_text": text}
            items.append({**told, "date_published": now})
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Soak", "items": items}
        service.drop_file(f"outlet-{number % 16}/soak-{number}.json", json.dumps(feed))
        await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))


def _words(chance: random.Random, count: int) -> list[str]:
    return [made_up_word(chance.randrange(10**6)) for _ in range(count)]


def _fives(words: list[str]) -> list[list[str]]:
    return [words[at : at + 5] for at in range(0, len(words), 5)]


async def send_commands(slack: SlackServer, run: Run, until: float) -> None:
    """Send five commands a second, of eleven people in turn."""
    number = 0
    people = [slack.add_user(f"U0SOAK{number}") for number in range(PEOPLE)]
    lines = [line for other in OTHERS for line in (*USUAL, other)]
    while time.monotonic() < until:
        began = time.monotonic()
        line = lines[number % len(lines)].format(page=slack.base_url)
        reply = await slack.command(f"/digest {line}", user=people[number % PEOPLE])
        run.acks.append(reply.request.took * 1000)
        number += 1
        await asyncio.sleep(max(0.0, 1 / COMMANDS - (time.monotonic() - began)))


async def sample(service: Service, run: Run, until: float, began: float) -> None:
    """Sample memory and /metrics every few seconds."""
    digests = lateness = 0.0
    while time.monotonic() < until:
        await asyncio.sleep(LOOK)
        text = await asyncio.to_thread(_metrics, service.address)
        minute = (time.monotonic() - began) / 60
        run.minutes.append(minute)
        run.service.append(memory(service.process.pid))
        run.memory.append(
            sum(map(shared_memory, [service.process.pid, *descendants(service.process.pid)]))
        )
        run.stored.append(metric(text, "dateline_articles_total"))
        count = metric(text, "dateline_digest_lateness_seconds_count")
        total = metric(text, "dateline_digest_lateness_seconds_sum")
        if count > digests:
            run.late.append((minute, (total - lateness) / (count - digests)))
        digests, lateness = count, total


def _metrics(address: str) -> str:
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:  # noqa: S310 - our own, on loopback
        return str(answer.read().decode())


async def subscribe(folder: Path, slack: SlackServer) -> None:
    """Subscribe the channels before the program takes SQLite."""
    data = folder / "var"
    data.mkdir(parents=True)
    store = await open_store(f"sqlite:///{data / 'dateline.sqlite3'}")
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
    for number in range(CHANNELS):
        name = f"C0SOAK{number:03}"
        slack.workspace.channels[name] = Channel(
            name, f"soak-{number}", "public", {*HUMAN_IDS, BOT_USER_ID}
        )
        slack.workspace.messages[name] = []
        await store.subscriptions.save(
            Subscription(
                TEAM_ID,
                name,
                "U0WREN",
                AtIntervals(timedelta(minutes=EVERY_MINUTES)),
                "UTC",
                next_due=start,
            )
        )
    await store.close()


def draw(run: Run, minutes: float) -> None:
    """Draw memory and lateness over time."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(8, 5), layout="constrained")
    upper.plot(run.minutes, run.memory, color="#1264a3", label="with its reading processes")
    upper.plot(run.minutes, run.service, color="#616061", label="the service alone")
    upper.legend(loc="lower right")
    upper.set_ylabel("memory, MiB")
    upper.set_ylim(bottom=0)
    lower.plot(
        [at for at, _ in run.late], [late for _, late in run.late], color="#e01e5a", marker="."
    )
    lower.set_ylabel("lateness of digests, s")
    load = f"{ARTICLES} articles/s offered, {CHANNELS} channels, {COMMANDS} commands/s"
    lower.set_xlabel(f"minutes of {minutes:g}: {load}")
    lower.set_ylim(bottom=0)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


async def soak(minutes: float) -> Run:
    """Run the program and all its load for so many minutes."""
    run = Run()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        async with slack_server() as slack:
            await subscribe(folder, slack)
            async with running(
                folder, **credentials(slack), DATELINE_ALLOW_HOSTS="127.0.0.1"
            ) as service:
                slack.connect(f"{service.address}/slack/events")
                began = time.monotonic()
                until = began + minutes * 60
                async with asyncio.TaskGroup() as group:
                    group.create_task(drop_articles(service, until))
                    group.create_task(send_commands(slack, run, until))
                    group.create_task(sample(service, run, until, began))
    return run


def _thirds(memory: Sequence[float]) -> str:
    size = max(1, len(memory) // 3)
    means = (statistics.mean(memory[at : at + size]) for at in range(0, 3 * size, size))
    return " / ".join(f"{mean:.0f}" for mean in means) + " MiB in each third"


def main() -> None:
    """Run, draw and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    run = asyncio.run(soak(minutes))
    draw(run, minutes)
    late = [seconds for _, seconds in run.late]
    console = Console()
    told = (
        f"{minutes:g} minutes; {run.stored[-1]:,.0f} articles taken in",
        f"memory {_thirds(run.memory)}, of the service alone {_thirds(run.service)}",
        f"lateness of digests (mean of {LOOK:g} s) p50 {percentile(late, 0.5):.1f} s, "
        f"most {max(late):.1f} s"
        if late
        else "no digest ended in this time",
        (
            f"ack of {len(run.acks)} commands p50 {percentile(run.acks, 0.5):.0f}, "
            f"p99 {percentile(run.acks, 0.99):.0f} ms"
        ),
        f"load average {os.getloadavg()[0]:.1f}",
    )
    console.print("; ".join(told) + f". On {machine()}.", soft_wrap=True)


if __name__ == "__main__":
    main()
