"""`make bench-intake`: files a second by format, and a folder of mixed files end to end.

The folder is measured with its memory curve. Each file is a sample of tests/reading/data with its
own words, guid and address, so that none is a duplicate. A reader and an analyst in worker
processes, SQLite and the folder are as in the service.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import structlog
from rich.console import Console
from rich.table import Table

from bot.intake.feed_folder import FeedFolder
from bot.intake.intake import Intake
from bot.intake.web import SafeWeb
from bot.intake.workers import AnalystPool, ReaderPool
from bot.model import Article
from bot.store import Store, open_store
from bot.store.clock import SystemClock
from tests.bench.processes import descendants, memory

DATA = Path(__file__).parent.parent / "reading" / "data"
FILES = 10_000
OF_EACH_FORMAT = 60
WARM_UP = b"The ferry sails at noon, the harbour master said."
console = Console(width=110)


class Sample:
    """A file of which variants can be made, each its own article."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        told = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
        self.format, articles = told["format"], told["articles"]
        self.usable = all(
            article["status"] == "usable" and not article.get("embargoed") for article in articles
        )
        names = {
            article[name] for article in articles for name in ("guid", "url") if article.get(name)
        }
        # What is in the file as it stands; the longest first, for one may hold another.
        self.names = sorted(
            (n.encode() for n in names if n.encode() in self.data), key=len, reverse=True
        )
        words = [
            word.encode()
            for article in articles
            for word in article["body"].split()
            if len(word) > 6
        ]
        self.words = [
            word for word in dict.fromkeys(words) if word.isalpha() and word in self.data
        ][:4]
        self.can_vary = bool(self.words)

    def variant(self, number: int) -> bytes:
        """Return the file with a number in its guids, addresses and some of its words."""
        data = self.data
        for part in (*self.names, *self.words):
            data = data.replace(part, part + str(number).encode())
        return data


def samples() -> dict[str, list[Sample]]:
    """Return the samples with usable articles, by format."""
    found = defaultdict(list)
    for path in sorted(DATA.iterdir()):
        if not path.name.endswith(".expected.json"):
            sample = Sample(path)
            if sample.usable and sample.can_vary:
                found[sample.format].append(sample)
    return found


@asynccontextmanager
async def open_intake(folder: Path) -> AsyncIterator[tuple[Intake, Store, ReaderPool]]:
    """Open an intake as the service has it."""
    store, reader, analyst = (
        await open_store(f"sqlite:///{folder}/bench.db"),
        ReaderPool(),
        AnalystPool(),
    )
    web = SafeWeb()
    try:
        await asyncio.gather(reader.parse(WARM_UP), analyst.analyse(Article(body=WARM_UP.decode())))
        yield Intake(store.articles, reader, analyst, web, SystemClock()), store, reader
    finally:
        reader.close()
        analyst.close()
        await web.close()
        await store.close()


def variants(of: list[Sample], count: int, begin: int) -> Iterator[bytes]:
    """Return so many files, from each sample in turn."""
    for number in range(begin, begin + count):
        yield of[number % len(of)].variant(number)


async def measure_formats(folder: Path) -> None:
    """Print files a second for each format: only read, and read, analysed and stored."""
    table = Table("format", "read, files/s", "taken in, files/s", "new articles")
    async with open_intake(folder) as (intake, _, reader):
        for name, of in sorted(samples().items()):
            files = list(variants(of, OF_EACH_FORMAT, 1_000_000))
            began = time.perf_counter()
            for data in files:
                await reader.parse(data)
            read = time.perf_counter() - began
            began = time.perf_counter()
            new = 0
            for data in files:
                prepared = await intake.prepare(data, name="bench", source=name)
                new += len((await intake.store(prepared)).articles)
            taken = time.perf_counter() - began
            table.add_row(
                name,
                f"{len(files) / read:,.0f}",
                f"{len(files) / taken:,.0f}",
                f"{new} of {len(files)} files",
            )
    console.print(table)


class MemoryCurve:
    """Memory at each line of progress that the folder logs."""

    def __init__(self) -> None:
        self.began, self.points = time.perf_counter(), [(0, 0.0, *self._now())]

    def __call__(
        self, _: object, __: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Record the memory; as a structlog processor, write nothing."""
        if event["event"] == "folder progress":
            self.points.append((event["done"], time.perf_counter() - self.began, *self._now()))
        raise structlog.DropEvent

    @staticmethod
    def _now() -> tuple[float, float]:
        return memory(os.getpid()), sum(memory(pid) for pid in descendants(os.getpid()))


async def measure_folder(folder: Path, count: int) -> None:
    """Drop mixed files, let the folder take them all, and print the speed and the curve."""
    drop = folder / "feed"
    every = [sample for of in samples().values() for sample in of]
    old = time.time() - 100_000
    for number, data in enumerate(variants(every, count, 0)):
        path = drop / f"source-{number % 9}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (old + number, old + number))
    async with open_intake(folder) as (intake, store, _):
        curve = MemoryCurve()
        structlog.configure(processors=[curve])
        watched = FeedFolder(drop, intake, SystemClock(), store.sources)
        await watched.scan()
        began = time.perf_counter()
        result = await watched.scan()
        await watched.close()
        took = time.perf_counter() - began
    table = Table("files", "seconds", "service, MiB", "its workers, MiB")
    for done, seconds, own, workers in curve.points:
        table.add_row(f"{done:,}", f"{seconds:.0f}", f"{own:.0f}", f"{workers:.0f}")
    console.print(table)
    told = f"{result.taken:,} taken, {result.failed} failed, {result.waiting} left"
    console.print(
        f"{count:,} mixed files of {len(every)} samples: {told}; "
        f"{took:.0f} s, {count / took:,.0f} files/s."
    )


def _say_nothing(*_: object) -> NoReturn:
    raise structlog.DropEvent


def main() -> None:
    """Measure and print; the number of files for the folder is an argument."""
    structlog.configure(processors=[_say_nothing])
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    for part in (measure_formats, lambda folder: measure_folder(folder, count)):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(part(Path(folder)))


if __name__ == "__main__":
    main()
