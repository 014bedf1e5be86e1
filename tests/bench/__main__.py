"""`make bench`: the main figures, measured now, with the real program and a fake Slack.

Start to ready, file dropped to article stored, words a second of the language part, ack of
`/digest`, peak memory.
"""

import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import acks
from tests.bench.acks import percentile
from tests.bench.processes import descendants, memory
from tests.service import ROOT, Service, running
from tests.slack_server import SlackServer, slack_server

COMMANDS = 200
FILES = 20
ROUNDS = 20


def machine() -> str:
    """Describe the machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    parts = ", ".join(
        f"{name} {version(name)}" for name in ("spacy", "sumy", "slack-bolt", "sqlalchemy")
    )
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {system}; {parts}; SQLite"


def words_a_second() -> tuple[float, int]:
    """Analyse the seeds repeatedly on one core; return words a second, and the words."""
    from bot.language.analysis import analyse
    from bot.reading import read

    files = [path for path in sorted((ROOT / "seeds").glob("*/*")) if path.is_file()]
    articles = [article for path in files for article in read(path.read_bytes()).articles]
    words = sum(len(article.body.split()) for article in articles)
    for article in articles:
        analyse(article)
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for article in articles:
            analyse(article)
        best = max(best, words / (time.perf_counter() - began))
    return best, words


def peak_memory(pid: int) -> float:
    """Return the summed peak memory of a process and its descendants, in MiB; Linux only."""
    return sum(memory(each, "VmHWM") for each in (pid, *descendants(pid)))


async def dropped_to_stored(service: Service) -> list[float]:
    """Drop files one after another; return the seconds until each was taken."""
    times = []
    for number in range(FILES):
        name = f"bench-{number}.txt"
        text = f"Harbour note {number}\n\n"
        text += f"The harbour master said that berth {number} was open again on Tuesday.\n"
        began = time.perf_counter()
        service.drop_file(name, text)
        await service.wait_until_taken(name)
        times.append(time.perf_counter() - began)
    return times


async def idle_acks(slack: SlackServer) -> list[float]:
    """Return the milliseconds until each `/digest help` was acknowledged."""
    times = []
    for _ in range(COMMANDS):
        reply = await slack.command("/digest help")
        times.append(reply.request.took * 1000)
    return times


async def measure(folder: Path) -> list[tuple[str, str, str]]:
    """Run the service once and take every figure that needs it."""
    async with slack_server() as slack:
        settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        }
        began = time.perf_counter()
        async with running(folder, **settings) as service:
            ready = time.perf_counter() - began
            slack.connect(f"{service.address}/slack/events")
            stored = await dropped_to_stored(service)
            took = await idle_acks(slack)
            memory = peak_memory(service.process.pid)
    return [
        ("start to ready", f"{ready:.1f} s", "process started until it serves"),
        (
            "file dropped to stored",
            f"{statistics.median(stored):.1f} s median, {max(stored):.1f} s most",
            f"{FILES} files; a file must stand still for 2 s before it is taken",
        ),
        (
            "/digest ack",
            f"p50 {percentile(took, 0.5):.0f} ms, p99 {percentile(took, 0.99):.0f} ms",
            f"{COMMANDS} signed commands",
        ),
        ("peak memory", f"{memory:.0f} MiB", "the service and its worker processes together"),
    ]


def main() -> None:
    """Measure and print."""
    console = Console()
    speed, words = words_a_second()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder)))
    rows.insert(
        2,
        (
            "language part",
            f"{speed:,.0f} words/s",
            f"best of {ROUNDS} rounds over the seeds' {words:,} words, one core",
        ),
    )
    rows.append(acks.row())
    table = Table("figure", "measured", "how")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print(f"On {machine()}.", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
