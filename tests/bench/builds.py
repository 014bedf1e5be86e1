"""`make bench-intake AGAINST=COMMIT [DATA=FOLDER]`: this build's `ingest` against another's.

The other commit is checked out into a temporary folder and runs in this environment, so that it
must be able to do with these versions of the libraries. Both take in the same files into an empty
SQLite store, in turn, several times; ratios are of the runs of one round. The files are the seeds
and, of DATA, the first texts of each *.jsonl ({"text": ...} a line); without DATA variants of the
samples of tests/reading/data. What differs in what they stored is listed: statements, extracts,
and which articles are one story.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench.intake import samples, variants
from tests.bench.processes import descendants, processor_time, shared_memory

ROOT = Path(__file__).parents[2]
ROUNDS = 5
TEXTS = 300
_LOOK_SECONDS = 0.25
_LOOKS_A_MEMORY = 4  # to sum up a process's pages takes milliseconds
_MAX_LISTED = 10
console = Console(width=110)


class Run(NamedTuple):
    """Seconds that one `ingest` took, and the most memory of all its processes, in MiB."""

    processor: float
    main: float
    wall: float
    memory: float


class Result(NamedTuple):
    """What a build made of an article: hashes, and the articles of its story."""

    statements: str
    extract: str
    story: frozenset[str]


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Check a commit out into a temporary folder for a block."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "build"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def write_files(feed: Path, data: Path | None) -> int:
    """Write what both builds read, of ages that tell their order; return how many files."""
    shutil.copytree(ROOT / "seeds", feed)
    (feed / "README.md").unlink()
    if data:
        files: Iterator[bytes] = (text.encode() for text in read_texts(data))
    else:
        files = variants([sample for of in samples().values() for sample in of], TEXTS, 0)
    for number, content in enumerate(files):
        path = feed / f"source-{number % 9}" / f"{number:04}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    paths = sorted(path for path in feed.rglob("*") if path.is_file())
    for age, path in enumerate(reversed(paths)):
        modified = time.time() - 100 - age
        os.utime(path, (modified, modified))
    return len(paths)


def read_texts(data: Path) -> list[str]:
    """Return the first texts of each *.jsonl of a folder."""
    lines = [line for path in sorted(data.glob("*.jsonl")) for line in path.open("rb")]
    texts = dict.fromkeys(
        record["text"] for line in lines if "text" in (record := json.loads(line))
    )
    return list(islice(texts, TEXTS))


def ingest(tree: Path, feed: Path, database: Path) -> Run:
    """Let the build in a folder take the files in; raise CalledProcessError where it fails."""
    environment = os.environ | {
        "PYTHONPATH": str(tree),
        "DATABASE_URL": f"sqlite:///{database}",
        "DATELINE_DATA": str(database.parent),
    }
    command = [sys.executable, "-m", "bot", "ingest", str(feed)]
    began, memory, looks = time.monotonic(), 0.0, 0
    seconds: dict[int, float] = {}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=output, stderr=output)
        while process.poll() is None:
            pids = [process.pid, *descendants(process.pid)]
            for pid in pids:
                with suppress(OSError, IndexError):
                    seconds[pid] = processor_time(pid)
            if not (looks := looks + 1) % _LOOKS_A_MEMORY:
                memory = max(memory, sum(map(shared_memory, pids)))
            time.sleep(_LOOK_SECONDS)
        wall = time.monotonic() - began
        if process.returncode < 0 or not database.exists():
            output.seek(0)
            console.print(output.read().decode())
            raise subprocess.CalledProcessError(process.returncode, command)
    return Run(sum(seconds.values()), seconds[process.pid], wall, memory)


def read_results(database: Path) -> dict[str, Result]:
    """Return, by a hash of its text, what is stored of each article."""
    query = "SELECT body, analysis, story FROM articles ORDER BY id"
    with closing(sqlite3.connect(database)) as connection:
        rows = [
            (_hash(body), body, json.loads(packed), story)
            for body, packed, story in connection.execute(query)
        ]
    stories = defaultdict(set)
    for key, *_, story in rows:
        stories[story].add(key)
    return {
        key: Result(
            _hash(
                [_statement(fields, _places(analysis, body)) for fields in analysis["statements"]]
            ),
            _hash([_places(analysis, body)[index] for index in analysis["extract"]]),
            frozenset(stories[story]),
        )
        for key, body, analysis, story in rows
    }


def _places(analysis: dict[str, Any], body: str) -> dict[int | None, str | None]:
    """Return the words of each place that an analysis refers to."""
    places: dict[int | None, str | None] = {None: None}
    for index, (start, end, *text) in enumerate(analysis["places"]):
        places[index] = text[0] if text else body[start:end]
    return places


def _statement(fields: list[Any], places: dict[int | None, str | None]) -> list[Any]:
    """Return what a statement says: its words, form and stance, and whose it is."""
    content, form, stance, _, speaker, actor, _, via, *_ = fields
    name, role, _ = actor or (None, None, None)
    words = [places[index] for index in content]
    return [words, form, stance, places[speaker], places[name], places[role], places[via]]


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


def print_costs(runs: dict[str, list[Run]], files: int) -> None:
    """Print milliseconds a file, and the ratios with the least and the most of any round."""
    other, own = runs.values()
    table = Table("a file", *runs, "ratio", "from", "to")
    names = {"processor": "processor time, ms", "main": "of it the main process, ms",
             "wall": "wall time, ms", "memory": "peak memory of all, MiB"}  # fmt: skip
    for field, name in names.items():
        pairs = [(getattr(a, field), getattr(b, field)) for a, b in zip(other, own, strict=True)]
        ratios = [mine / theirs for theirs, mine in pairs]
        scale = 1 if field == "memory" else 1000 / files
        values = [f"{median(column) * scale:.1f}" for column in zip(*pairs, strict=True)]
        spread = [f"{number:.2f}" for number in (median(ratios), min(ratios), max(ratios))]
        table.add_row(name, *values, *spread)
    console.print(table)


def print_differences(other: dict[str, Result], own: dict[str, Result]) -> None:
    """Print how many results differ, and the first texts of each kind by their hashes."""
    common = [key for key in other if key in own]
    console.print(
        f"{len(common)} texts in both stores; only in the other: {len(other) - len(common)},"
        f" only in this: {len(own) - len(common)}."
    )
    for field in Result._fields:
        differing = [
            key for key in common if getattr(other[key], field) != getattr(own[key], field)
        ]
        listed = " ".join(differing[:_MAX_LISTED]) + (" …" if len(differing) > _MAX_LISTED else "")
        console.print(f"  {field}: {len(differing)} differ {listed}")


def main() -> None:
    """Compare with the commit that is the first argument, on the texts of the second."""
    commit, data = sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    with tempfile.TemporaryDirectory() as folder, checked_out(commit) as tree:
        files = write_files(Path(folder) / "feed", data)
        builds = {commit: tree, "this": ROOT}
        runs: dict[str, list[Run]] = {name: [] for name in builds}
        results: dict[str, dict[str, Result]] = {}
        for number in range(rounds + 1):
            for name, build in builds.items():
                database = Path(folder) / f"{number}-{name}" / "bench.db"
                database.parent.mkdir()
                run = ingest(build, Path(folder) / "feed", database)
                if number:  # the first compiles, and warms the disk's cache
                    runs[name].append(run)
                results[name] = read_results(database)
                shutil.rmtree(database.parent)
        console.print(f"{files} files, {rounds} rounds, {os.cpu_count()} cores")
        print_costs(runs, files)
        print_differences(*results.values())


if __name__ == "__main__":
    main()
