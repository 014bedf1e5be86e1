"""`make bench-hostile DATA=FOLDER`: the cost and the outcome of each hostile file.

A worker reads each file, as `dateline parse` does. None may take it over 10 s, or over 512 MiB at
its peak.
"""

import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.intake.workers import ReaderPool
from bot.model.errors import SourceUnreadable
from tests.bench.processes import PeakMemory

MOST_SECONDS, MOST_MEMORY = 10.0, 512.0


async def cost(data: bytes) -> tuple[float, float, str]:
    """Return seconds from bytes to outcome, the worker's peak in MiB, and the outcome."""
    pool = ReaderPool()
    try:
        await pool.parse(b"A worker starts with its first file.")
        async with PeakMemory() as watch:
            began = time.perf_counter()
            try:
                parsed = await pool.parse(data)
                outcome = f"{parsed.format}: {len(parsed.articles)} articles"
            except SourceUnreadable as e:
                outcome = e.reason
            took = time.perf_counter() - began
        return took, watch.peak, outcome
    finally:
        pool.close()


def main() -> int:
    """Measure and print; return 1 if a file costs too much."""
    table, failed = Table("file", "seconds", "MiB", "outcome"), 0
    for path in sorted(Path(sys.argv[1]).iterdir()):
        took, memory, outcome = asyncio.run(cost(path.read_bytes()))
        bad = took > MOST_SECONDS or memory > MOST_MEMORY
        failed += bad
        table.add_row(
            path.name, f"{took:.1f}", f"{memory:.0f}", ("TOO MUCH  " if bad else "") + outcome
        )
    Console(width=140).print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
