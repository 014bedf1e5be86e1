"""How soon `/digest` is acked under load: fifty commands a second, five hundred articles.

`python -m tests.bench.acks`; a part of `make bench`.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from pathlib import Path

from tests.service import Service, credentials, running
from tests.slack_server import SlackServer, slack_server

ARTICLES = 500
A_SECOND = 50
SECONDS = 20
LINES = (
    "help",
    "who Tarr",
    "status",
    "list",
    "search harbour",
    "subscribe weekdays at 8:30",
    "history",
    "nwo",
)


def drop_all(service: Service) -> None:
    """Put the articles into the feed folder at once."""
    for number in range(ARTICLES):
        title = f"Berth {number} opens again after works"
        said = f"The works at berth {number} cost {number} thousand, "
        said += "harbour master Olen Tarr said on Tuesday."
        service.drop_file(
            f"bench-{number}.txt",
            f"{title}\n\n{said} The council had waited {number} days for it.\n",
        )


async def time_command(slack: SlackServer, line: str, user: str, begin: float) -> float:
    """Send a command at its time; return the milliseconds until its ack."""
    await asyncio.sleep(max(0.0, begin - time.perf_counter()))
    reply = await slack.command(f"/digest {line}", user=user)
    return reply.request.took * 1000 if reply.problem is None else float("inf")


async def measure(folder: Path) -> tuple[list[float], int, float]:
    """Return each ack in milliseconds, how many articles were read meanwhile, and the seconds."""
    async with (
        slack_server(timeout=30.0) as slack,
        running(folder, **credentials(slack)) as service,
    ):
        slack.connect(f"{service.address}/slack/events")
        await slack.command("/digest help")
        drop_all(service)
        await service.wait_for_line(lambda line: line["event"] == "file taken", within=120)
        users = [slack.add_user(f"U0ACK{number}") for number in range(A_SECOND)]
        begin = time.perf_counter()
        lines = itertools.islice(itertools.cycle(LINES), A_SECOND * SECONDS)
        took = await asyncio.gather(
            *(
                time_command(slack, line, users[n % len(users)], begin + n / A_SECOND)
                for n, line in enumerate(lines)
            )
        )
        read = sum(line["event"] == "file taken" for line in service.lines)
        return list(took), read, time.perf_counter() - begin


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a `share` of the values are."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def row() -> tuple[str, str, str]:
    """Measure, and return a row of the bench's table."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        took, read, seconds = asyncio.run(measure(Path(folder)))
    told = f"p50 {percentile(took, 0.5):.0f} ms, p99 {percentile(took, 0.99):.0f} ms, "
    told += f"most {max(took):.0f} ms"
    how = f"{len(took)} signed commands in {seconds:.0f} s, "
    how += f"{read} of {ARTICLES} articles read meanwhile"
    return "/digest ack under load", told, how


if __name__ == "__main__":
    sys.stdout.write(" | ".join(row()) + "\n")
