"""`python -m tests.bench.stories [DATA [CAMPAIGN]]`.

How well stories are found, and what an article costs as the store grows.

Quality is measured on events of our own writing (tests/data/events.jsonl): a small set, and an easy
one, since one hand wrote it. With DATA (a folder that holds dev.jsonl, as for the summaries) also
on a stand-in for news: each article is cut into three interleaved parts, each headed by one of its
highlights; its headline and highlights are headlines alone. Where the folder has clusters.jsonl
(events, each told by ten agency articles), on these too. Intervals are of 95 %, by bootstrap over
events. CAMPAIGN holds articles on one affair, {"doc": with a date in it, "text": ...} a line: of
these it is counted how many stand beside one of five days before or after, without times and with
them. Cost is measured on made-up articles of
30 terms in a SQLite store, all within one window: the store's question for candidates and the
choice among them.
"""

import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from bot.model import Analysis, Article, NewArticle, Span
from bot.store import Store, article_rows, open_store
from bot.store.candidates import find_candidates
from bot.store.tables import article_terms, articles, stories
from bot.stories.arrival import place_article
from bot.stories.batch_grouping import Item, group_articles
from tests.databases import upgrade
from tests.stories.test_cross_language import count_pairs
from tests.stories.test_grouping import NOW, TOLD, as_they_come, b_cubed, b_cubed_items, shuffled

Told = tuple[str, str, str]

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
ASKED = 100  # articles timed at each size
STAND_INS = 400  # articles of DATA that are cut up


def made_up(number: int) -> tuple[tuple[str, float], ...]:
    """Thirty terms: some of an event that four articles share, some common ones."""
    event = number // 4
    own = [f"event{event}-{i}" for i in range(12)]
    common = [f"word{(number * 7919 + i * 104_729) % 1_000}" for i in range(18)]
    return tuple((term, 0.18) for term in (*own, *common))


def analysed(number: int) -> Analysis:
    """Give an analysis that holds the terms, and little else."""
    span = Span(0, 4, "Text")
    return Analysis("en", span, (span,), (span,), (), made_up(number))


async def fill(store: Store, numbers: range) -> None:
    """Put articles in as they would lie there, without asking for their stories."""
    rows = iter(numbers)
    while batch := list(islice(rows, 5_000)):
        async with store._database.writing() as connection:
            if events := [{"id": n // 4 + 1, "begun": NOW} for n in batch if n % 4 == 0]:
                await connection.execute(insert(stories), events)
            await connection.execute(insert(articles), [row(n) for n in batch])
            terms = [
                {"term": t, "seen": seen(n), "article": n + 1}
                for n in batch
                for t in dict(made_up(n))
            ]
            await connection.execute(insert(article_terms), terms)


def seen(number: int) -> object:
    """Spread articles over the window."""
    return NOW - timedelta(seconds=4 * (100_000 - number))


def row(number: int) -> dict[str, object]:
    """An article's row."""
    at = seen(number)
    return {
        "id": number + 1, "story": number // 4 + 1, "team": None, "live": True,
        "withdrawn": False, "seen": at,
        "shown_from": at, "dated": at, "published": at, "status": "usable", "identity": f"{number}",
        "own": f"{number}", "origin": "", "correction": False, "replaces": [],
        "content_hash": f"{number}", "title": f"Event {number // 4}", "terms": made_up(number),
        "body": "Text",
        "analysis": article_rows.pack_analysis(analysed(number), "Text"),
    }  # fmt: skip


async def costs() -> Iterator[tuple[int, float, float]]:
    """Return size, and the milliseconds of processor and wall time that grouping takes."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        url, filled = f"sqlite:///{folder}/bench.db", 0
        await upgrade(url)
        store = await open_store(url)
        for size in SIZES:
            await fill(store, range(filled, size))
            filled = size
            found.append((size, *await asked(store, size)))
        await store.close()
    return iter(found)


async def asked(store: Store, size: int) -> tuple[float, float]:
    """Time articles that tell of the newest events, first one unmeasured."""
    numbers = range(size - 4 * ASKED, size, 4)
    began, wall = time.process_time(), time.perf_counter()
    for count, number in enumerate([numbers[0], *numbers]):
        if count == 1:
            began, wall = time.process_time(), time.perf_counter()
        new = NewArticle("new", "new", Article("Text"), analysed(number), None, NOW)
        async with store._database.reading() as connection:
            near = await find_candidates(connection, new)
        place = place_article(new.analysis.terms, f"Event {number // 4}", NOW, near)
        assert place is not None
        assert place.story == number // 4 + 1
    each = 1_000 / len(numbers)
    return each * (time.process_time() - began), each * (time.perf_counter() - wall)


def cut_up(folder: str) -> tuple[list[Told], list[Told]]:
    """Make news of many outlets from articles of one.

    Parts with a highlight each, and headlines alone.
    """
    lines = Path(folder, "dev.jsonl").read_text(encoding="utf-8").splitlines()
    parts: list[Told] = []
    heads: list[Told] = []
    for one in islice(map(json.loads, lines), STAND_INS):
        sentences = [sentence for paragraph in one["paragraphs"] for sentence in paragraph]
        highlights = one["references"][0].split("\n")
        if len(sentences) > 8 and len(highlights) > 2:
            parts += [(one["id"], highlights[k], " ".join(sentences[k::3])) for k in range(3)]
            heads += [(one["id"], words, "") for words in (one["title"], *highlights[:2])]
    return shuffled(parts, 1), shuffled(heads, 1)


def read_clusters(path: Path) -> list[Told]:
    """Read events of several articles each, without headlines."""
    clusters = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(one["id"], "", text) for one in clusters for text in one["docs"]]


def quality(table: Table, name: str, told: Sequence[Told], orders: int) -> None:
    """Add a row: B-cubed as they arrive (worst and mean of some orders), and all at hand."""
    arriving = []
    for seed in range(orders):
        order = shuffled(told, seed)
        events = [event for event, *_ in order]
        found = as_they_come(order)
        arriving.append((b_cubed(events, found), interval(events, found)))
    began = time.process_time()
    found = group_articles([Item(title, text) for _, title, text in told])
    speed = len(told) / (time.process_time() - began)
    events = [event for event, *_ in told]
    worst, mean = min(arriving), sum(f for f, _ in arriving) / orders
    at_hand = f"{b_cubed(events, found):.3f} {interval(events, found)}"
    arrived = f"{worst[0]:.3f} {worst[1]}"
    table.add_row(name, f"{len(told)}", arrived, f"{mean:.3f}", at_hand, f"{speed:.0f}")


def interval(gold: Sequence[str], found: Sequence[int], samples: int = 1_000) -> str:
    """Return the 95 % interval of B-cubed F, by resampling events."""
    per_item = zip(gold, b_cubed_items(gold, found), strict=True)
    by_event: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for event, scores in per_item:
        by_event[event].append(scores)
    events, chance = list(by_event.values()), random.Random(0)
    values = []
    for _ in range(samples):
        items = [item for event in chance.choices(events, k=len(events)) for item in event]
        precision, recall = (sum(scores) / len(items) for scores in zip(*items, strict=True))
        values.append(2 * precision * recall / (precision + recall))
    values.sort()
    return f"({values[samples // 40]:.3f}–{values[-samples // 40]:.3f})"


def count_wrong(path: Path) -> Table:
    """Count the articles of one affair that stand beside one of five days before or after."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    told = sorted((_DATE.findall(one["doc"])[0], "", one["text"]) for one in lines)
    table = Table("", "as they arrive", "all at hand", title=f"wrongly joined, of {len(told)}")
    for name, timed in (("without times", False), ("with times", True)):
        days = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day, *_ in told]
        times = days if timed else [None] * len(told)
        at_hand = group_articles(
            [Item("", text, at) for (*_, text), at in zip(told, times, strict=True)]
        )
        arrived = as_they_come(told, times)
        table.add_row(name, *(f"{_count_far(days, found)}" for found in (arrived, at_hand)))
    return table


def _count_far(days: Sequence[datetime], found: Sequence[int]) -> int:
    by_story: dict[int, list[datetime]] = defaultdict(list)
    for day, story in zip(days, found, strict=True):
        by_story[story].append(day)
    return sum(
        any(abs(day - other) >= timedelta(days=5) for other in by_story[story])
        for day, story in zip(days, found, strict=True)
    )


def main(data: str | None = None, campaign: str | None = None) -> None:
    """Print quality, then cost."""
    columns = "as they arrive: worst order", "mean", "all at hand", "articles/s"
    table = Table("articles", "of them", *columns, title="B-cubed F")
    quality(table, "our own", TOLD, 20)
    quality(
        table,
        "our own, headlines alone",
        [(event, title, "") for event, title, _ in TOLD if title],
        20,
    )
    if data:
        parts, heads = cut_up(data)
        quality(table, "stand-in: parts of one article", parts, 1)
        quality(table, "stand-in: its headline and highlights", heads, 1)
        if (clusters := Path(data, "clusters.jsonl")).exists():
            quality(table, "agencies' clusters", read_clusters(clusters), 20)
    console = Console()
    console.print(table)
    pairs = count_pairs()
    console.print(
        f"in several languages: {pairs.same} of {pairs.events} pairs of one event stand together, "
        f"and {pairs.wrong} of two events, {pairs.wrong_alone} of them in one language"
    )
    if campaign:
        console.print(count_wrong(Path(campaign)))
    curve = Table(
        "articles in the store",
        "ms an article (processor)",
        "ms (wall)",
        title="candidates and choice",
    )
    for size, processor, wall in asyncio.run(costs()):
        curve.add_row(f"{size:,}", f"{processor:.1f}", f"{wall:.1f}")
    console.print(curve)


if __name__ == "__main__":
    main(*sys.argv[1:3])
