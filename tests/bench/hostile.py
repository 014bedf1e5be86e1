"""`make bench-hostile DATA=FOLDER`: the cost and the outcome of each hostile file.

Workers read each file and analyze its first article, as the intake does. None may take over ten
seconds of processor time for both, or four for what has up to 200 KB, or over 512 MiB at a worker's
peak.

Then all of them lie in the feed folder, and news of another source arrives: the seconds that each
waits are printed. That is wall time, so the machine should be at rest; beside it stands what the
workers computed meanwhile, which hardly depends on the machine's load.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.intake.feed_folder import FeedFolder
from bot.intake.workers import AnalystPool, ReaderPool
from bot.model import Article
from bot.model.errors import SourceUnreadable
from bot.store.clock import SystemClock
from tests.bench.intake import open_intake
from tests.bench.processes import PeakMemory

MOST_SECONDS, MOST_SECONDS_OF_SMALL, SMALL_BYTES, MOST_MEMORY = 10.0, 4.0, 200 * 1024, 512.0
NEWS, SCAN_SECONDS = 15, 0.2


async def cost(data: bytes) -> tuple[float, float, str]:
    """Return the workers' processor seconds, their peak in MiB, and the outcome."""
    pool, analysts = ReaderPool(), AnalystPool()
    try:
        await pool.parse(b"A worker starts with its first file.")
        await analysts.analyse(Article(body="A worker starts with its first file."))
        async with PeakMemory() as watch:
            try:
                parsed = await pool.parse(data)
                outcome = f"{parsed.format}: {len(parsed.articles)} articles"
                for article in parsed.articles[:1]:
                    analysis = await analysts.analyse(article)
                    outcome += f", {len(analysis.statements)} statements in the first"
            except SourceUnreadable as e:
                outcome = e.reason
        return watch.seconds, watch.peak, outcome
    finally:
        pool.close()
        analysts.close()


async def waits(files: Sequence[Path]) -> list[tuple[float, float]]:
    """Return the seconds that news waits while the feed folder is full of these files.

    Beside each stand the workers' seconds of processor time meanwhile.
    """
    with tempfile.TemporaryDirectory() as temporary:
        async with open_intake(Path(temporary)) as (intake, store, _):
            feed = Path(temporary) / "feed"
            folder = FeedFolder(feed, intake, SystemClock(), store.sources)
            for path in files:
                drop(feed / "hostile" / path.name, path.read_bytes())

            async def scan() -> None:
                while True:
                    await folder.scan()
                    await asyncio.sleep(SCAN_SECONDS)

            scanning = asyncio.create_task(scan())
            waited = []
            for number in range(NEWS):
                began = time.perf_counter()
                news = feed / "gazette" / f"{number}.txt"
                drop(news, f"Ferry {number} sails\n\nIt sails at noon, Ida Berg said.".encode())
                async with PeakMemory() as watch:
                    while news.exists():  # noqa: ASYNC110 - a file
                        await asyncio.sleep(0.02)
                waited.append((time.perf_counter() - began, watch.seconds))
            scanning.cancel()
            await asyncio.gather(scanning, return_exceptions=True)
            await folder.close()
    return sorted(waited)


def drop(path: Path, data: bytes) -> None:
    """Put a file that has settled into the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    settled = time.time() - 60
    os.utime(path, (settled, settled))


def main() -> int:
    """Measure and print; return 1 if a file costs too much."""
    table, failed = Table("file", "seconds", "MiB", "outcome"), 0
    for path in sorted(Path(sys.argv[1]).iterdir()):
        data = path.read_bytes()
        took, memory, outcome = asyncio.run(cost(data))
        most = MOST_SECONDS_OF_SMALL if len(data) <= SMALL_BYTES else MOST_SECONDS
        bad = took > most or memory > MOST_MEMORY
        failed += bad
        table.add_row(
            path.name, f"{took:.1f}", f"{memory:.0f}", ("TOO MUCH  " if bad else "") + outcome
        )
    console = Console(width=140)
    console.print(table)
    waited = asyncio.run(waits(sorted(Path(sys.argv[1]).iterdir())))
    (middle, _), (most, _) = waited[len(waited) // 2], waited[-1]
    console.print(
        f"{NEWS} files of another source waited {middle:.1f} s, at the most {most:.1f} s; "
        f"workers' processor time meanwhile at the most {max(used for _, used in waited):.1f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
