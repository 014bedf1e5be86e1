"""`make bench-growth`: what one more article, a digest and a look-up cost as the store grows.

The articles are those of `make bench-store`, as many a day in each store: 10,000 of nine days,
100,000 of ninety, 1,000,000 of nine hundred. SQLite, or PostgreSQL with `postgresql` as the first
argument; the numbers of articles are the other arguments.
"""

import asyncio
import random
import sys
import tempfile
import time
from functools import partial
from itertools import count as counting
from pathlib import Path

from sqlalchemy import text

from bot.model import NewArticle
from bot.store import Store, open_store
from bot.stories.arrival import place_article
from tests.bench.__main__ import machine
from tests.bench.acks import percentile
from tests.bench.scale import say
from tests.bench.store import (
    DAYS,
    NOW,
    ArticleGenerator,
    databases,
    fill,
    look_ups,
    rows,
    time_queries,
)
from tests.databases import upgrade

SIZES = (10_000, 100_000, 1_000_000)
ARTICLES_A_DAY = 100_000 / DAYS
ASKED = 60
LOOKED_AT = ("/digest", "who, by name and surname", "who, by surname", "search")
_ARTICLE = "one more article"


async def measure(url: str, count: int) -> tuple[float, float, dict[str, float]]:
    """Return seconds of filling, MiB a thousand articles, and ms of processor time (median)."""
    press, began = ArticleGenerator(), time.perf_counter()
    await upgrade(url)
    store = await open_store(url)
    try:
        await fill(store, count, press, count / ARTICLES_A_DAY)
        took, size = time.perf_counter() - began, await measure_disk(store)
        looks = look_ups(store, press, count)
        chosen = {name: looks[name] for name in LOOKED_AT}
        times = await time_queries(store, {_ARTICLE: intake(store), **chosen}, ASKED)
    finally:
        await store.close()
    medians = {name: percentile(busy, 0.5) for name, (_, busy) in times.items()}
    return took, size * 1000 / count, medians


def intake(store: Store):
    """Return what stores an article that was analyzed, each time another one."""
    news = rows(ASKED + 2, ArticleGenerator(seed=8), 0.001)
    numbers = counting()

    async def put(_: random.Random) -> None:
        given, _ = next(news)
        name = f"urn:bench:more:{next(numbers)}"
        new = NewArticle(name, name, given.article, given.analysis, None, NOW)
        terms, headline = given.analysis.terms, given.article.headline
        published = given.article.published
        await store.articles.put(new, partial(place_article, terms, headline, published))

    return put


async def measure_disk(store: Store) -> float:
    """Return the MiB of the database on disk."""
    sizes = {
        True: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        False: "SELECT pg_database_size(current_database())",
    }
    async with store._database.reading() as connection:
        found = await connection.execute(text(sizes[store._database.sqlite]))
        return float(found.scalar_one()) / 2**20


def main() -> None:
    """Fill and measure one store after the other."""
    kind, *numbers = [*sys.argv[1:]] or ["sqlite"]
    say(f"{kind}, median processor time of {ASKED} in ms; on {machine()}")
    for count in map(int, numbers or SIZES):
        with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as found:
            [(url, _)] = found.values()
            took, size, medians = asyncio.run(measure(url, count))
        figures = ", ".join(f"{name} {time:.1f}" for name, time in medians.items())
        say(f"{count:,} articles ({took:.0f} s): {size:.1f} MiB a thousand; {figures}")


if __name__ == "__main__":
    main()
