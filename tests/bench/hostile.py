"""`make bench-hostile DATA=FOLDER`: the cost and the outcome of each hostile file.

Workers read each file and analyze its first article, as the intake does. None may take over ten
seconds of processor time for both, or four for what has up to 200 KB, or over 512 MiB at a worker's
peak.
"""

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.intake.workers import AnalystPool, ReaderPool
from bot.model import Article
from bot.model.errors import SourceUnreadable
from tests.bench.processes import PeakMemory

MOST_SECONDS, MOST_SECONDS_OF_SMALL, SMALL_BYTES, MOST_MEMORY = 10.0, 4.0, 200 * 1024, 512.0


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
    Console(width=140).print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
