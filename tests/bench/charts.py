"""What `/digest chart` leaves behind in memory: the service before and after COUNT charts.

python -m tests.bench.charts [COUNT]
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench.__main__ import machine
from tests.bench.processes import descendants, memory
from tests.service import HARBOUR, Service, credentials, running
from tests.slack_server import SlackServer, slack_server


def resident(service: Service) -> tuple[float, float]:
    """Return the resident MiB of the service, and of it with its worker processes."""
    pid = service.process.pid
    return memory(pid), sum(map(memory, [pid, *descendants(pid)]))


async def draw_all(slack: SlackServer, count: int) -> None:
    """Ask for charts one after another, each by somebody else."""
    for number in range(count):
        user = slack.add_user(f"U0CHART{number}")
        before = len(slack.posted())
        await slack.command("/digest chart", user=user)
        await slack.wait_for(lambda before=before: len(slack.posted()) > before)


async def measure(folder: Path, count: int) -> tuple[tuple[float, float], ...]:
    """Return `resident` before the charts, after them and half a minute later."""
    async with (
        slack_server(timeout=30.0) as slack,
        running(folder, **credentials(slack)) as service,
    ):
        slack.connect(f"{service.address}/slack/events")
        for number in range(8):
            text = HARBOUR.replace("Ines Valcourt", f"Ines {'ABCDEFGH'[number]}lcourt")
            service.drop_file(f"{number}.txt", f"Berth {number}: {text}")
        await service.wait_until_taken("7.txt")
        await draw_all(slack, 1)
        before = resident(service)
        await draw_all(slack, count)
        after = resident(service)
        await asyncio.sleep(30)
        return before, after, resident(service)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        before, after, later = asyncio.run(measure(Path(folder), count))
    told = (
        f"service {own:.0f} MiB, with its workers {whole:.0f} MiB {when}"
        for (own, whole), when in (
            (before, "after the first chart"),
            (after, f"after {count} more"),
            (later, "half a minute later"),
        )
    )
    Console().print("; ".join(told) + f". On {machine()}.", soft_wrap=True)


if __name__ == "__main__":
    main()
