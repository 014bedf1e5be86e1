"""Memory of `dateline run`, all processes, while it takes in 2,000 files: this build and another.

    python -m tests.bench.footprint COMMIT [FILES]

The other commit is checked out into a temporary folder and runs in this environment. SQLite, a fake
Slack, and variants of the samples of tests/reading/data. Memory is PSS: what processes share counts
once.
"""

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench.builds import ROOT, checked_out
from tests.bench.intake import samples, variants
from tests.bench.processes import descendants, shared_memory
from tests.service import credentials, running
from tests.slack_server import slack_server

FILES, AT_A_TIME = 2_000, 100
LOOK_SECONDS = 2.0
console = Console()


async def measure(tree: Path, count: int) -> list[float]:
    """Return the MiB of a build's service at each look, from its start until all files are in."""
    looks: list[float] = []
    files = variants([sample for of in samples().values() for sample in of], count, 0)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        feed = folder / "feed"
        async with (
            slack_server() as slack,
            running(folder, **credentials(slack), PYTHONPATH=str(tree)) as service,
        ):
            for number in range(0, count, AT_A_TIME):
                for place in range(number, min(number + AT_A_TIME, count)):
                    path = feed / f"source-{place % 9}" / f"{place}.txt"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(next(files))
                while _wait(feed):
                    await asyncio.sleep(LOOK_SECONDS)
                    pids = [service.process.pid, *descendants(service.process.pid)]
                    looks.append(sum(map(shared_memory, pids)))
    return looks


def _wait(feed: Path) -> bool:
    """Return whether files wait in the folder."""
    return any(path.is_file() for path in feed.glob("source-*/*.txt"))


def describe(name: str, looks: list[float]) -> str:
    """Return a line about a build's memory."""
    last = statistics.mean(looks[-len(looks) // 10 :])
    return f"{name}: {last:.0f} MiB in the last tenth, {max(looks):.0f} at the most"


async def main() -> None:
    """Measure both builds, one after the other, and print."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else FILES
    with checked_out(sys.argv[1]) as tree:
        builds = {"this build": ROOT, sys.argv[1]: tree}
        looks = {name: await measure(build, count) for name, build in builds.items()}
    lines = [describe(name, each) for name, each in looks.items()]
    console.print(f"{count} files: " + "; ".join(lines), soft_wrap=True)


if __name__ == "__main__":
    asyncio.run(main())
