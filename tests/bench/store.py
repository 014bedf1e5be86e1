"""`make bench-store`.

How long each look-up takes with 100,000 articles and 1,000,000 statements in the store.

Ninety days of made-up news: 2,000 texts of ten statements each, in words of our own that are as
common and as rare as words of news are, each printed fifty times on other days by one of 400
outlets. One article in five is a team's own; half of the stories have more than one article. The
rows are those that the store itself would write.

"CPU" is what Dateline and the database computed for a look-up: what it takes where nobody else uses
the machine.

    python -m tests.bench.store [--articles N] [--asked N] [--only sqlite|postgresql] [--keep FOLDER
    | --at ADDRESS]
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.memory import tune_gc
from bot.delivery.digests import Digests
from bot.listeners.questions import iter_fewer_words
from bot.model import (
    Actor,
    ActorKind,
    ActorPreference,
    Analysis,
    Article,
    AtIntervals,
    NewArticle,
    NewBlock,
    PreferenceKind,
    QuotationType,
    Span,
    Stance,
    Statement,
    StoredArticle,
    Story,
    StoryVote,
    Subscription,
)
from bot.store import (
    Store,
    article_rows,
    names,
    open_store,
    search,
    tables,
)
from bot.store.channels import subscription_row
from bot.store.database import database_url
from bot.stories.verdicts import make_verdict
from tests.bench.__main__ import machine
from tests.bench.acks import percentile
from tests.builders import NOON as NOW
from tests.databases import create_database, upgrade
from tests.delivery_env import FakeClock
from tests.postgres_server import run_postgres

DAYS = 90
TEXTS = 2_000
OUTLETS = 400
PEOPLE = 6_000
WORDS = 30_000
TEAMS = 20
CHANNELS = 200
POSTED = 60  # digests that each channel had
OLD, HOURLY = (
    "COLD",
    9_600,
)  # a channel that has had one each hour, for as long as deliveries are kept
WITH_PREFERENCES, VOTES = "CLEAN", 40  # a channel that follows and mutes people, and has voted
LIMIT = 150.0  # milliseconds of processor time at p99: what the store is held to

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_VERBS = ("said", "warned", "denied", "promised", "asked")


def made_up_word(number: int) -> str:
    """Return a word of no language: syllables that spell the number."""
    syllables = []
    number += 70
    while number:
        number, low = divmod(number, 70)
        syllables.append(_CONSONANTS[low % 14] + _VOWELS[low // 14])
    return "".join(syllables)


class ArticleGenerator:
    """Write texts whose words are as unequally common as real ones (Zipf)."""

    def __init__(self, seed: int = 7) -> None:
        self._chance = random.Random(seed)
        self.words = [made_up_word(n) for n in range(WORDS)]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
        people = [made_up_word(70_000 + n) for n in range(PEOPLE)]
        self.people = [f"{self._first(n)} {last.capitalize()}" for n, last in enumerate(people)]
        self._fame = list(accumulate(1 / (rank + 10) for rank in range(PEOPLE)))

    def _first(self, number: int) -> str:
        return made_up_word(40_000 + number % 300).capitalize()

    def text(self) -> tuple[Article, Analysis]:
        """Return an article of some 400 words with ten statements, and its analysis."""
        body, sentences, statements = "", [], []
        speakers = self._chance.choices(self.people, cum_weights=self._fame, k=4)
        for place in range(22):
            words = " ".join(
                self._chance.choices(
                    self.words, cum_weights=self._weights, k=self._chance.randint(12, 22)
                )
            )
            body += ("" if not body else "\n\n" if place % 3 == 0 else " ") + words.capitalize()
            start = len(body) - len(words)
            content = Span.of(body, start, len(body))
            name = self._chance.choice(speakers)
            if place % 2 == 0 and len(statements) < 10:
                verb = self._chance.choice(_VERBS)
                body += f", minister {name} {verb}."
                statements.append((content, name, verb, start, len(body)))
            else:
                body += "."
            sentences.append((start, len(body)))
        return self._whole(body, sentences, statements)

    def _whole(self, body: str, sentences: list[Any], said: list[Any]) -> tuple[Article, Analysis]:
        spans = tuple(Span.of(body, *place) for place in sentences)
        statements = []
        for content, name, verb, start, end in said:
            at = content.end + 2
            role = Span.of(body, at, at + 8)
            who = Span.of(body, role.end + 1, role.end + 1 + len(name))
            cue = Span.of(body, who.end + 1, who.end + 1 + len(verb))
            actor = Actor(who, role, ActorKind.PERSON)
            statements.append(
                Statement(
                    content=(content,),
                    form=QuotationType.INDIRECT,
                    stance=Stance.SAYS,
                    sentence=Span.of(body, start, end),
                    speaker=who,
                    actor=actor,
                    cue=cue,
                    score=round(self._chance.random(), 3),
                    found_by="bench",
                )
            )
        tokens = sorted(
            set(body.lower().replace(",", "").replace(".", "").split()),
            key=lambda word: (-len(word), word),
        )
        terms = tuple((word, 0.18) for word in self._chance.sample(tokens[:120], 30))
        article = Article(body=body, language="en")
        return article, Analysis("en", spans[0], spans, spans[:5], tuple(statements), terms)


def rows(
    count: int, press: ArticleGenerator, days: float = DAYS
) -> Iterator[tuple[NewArticle, int]]:
    """Yield each article with its story, oldest first, spread over so many days."""
    chance = random.Random(11)
    texts = [press.text() for _ in range(min(TEXTS, count))]
    story = 1
    for number in range(count):
        written, analysis = texts[number % len(texts)] if number % 5 else chance.choice(texts)
        seen = NOW - timedelta(days=days) * (count - number) / count
        team = f"T{chance.randrange(TEAMS)}" if number % 5 == 0 else None
        headline = " ".join(press.words[chance.randrange(3_000)] for _ in range(8)).capitalize()
        article = Article(
            body=written.body,
            headline=headline,
            source=f"Outlet {chance.randrange(OUTLETS)}",
            guid=f"urn:bench:{number}",
            published=seen - timedelta(minutes=chance.randrange(90)),
            language="en",
            url=f"https://outlet.example/{number}",
        )
        if chance.random() < 0.7:
            story += 1
        yield (
            NewArticle(f"urn:bench:{number}", f"hash{number}", article, analysis, team, seen),
            max(1, story),
        )


_BATCH = 1_000
_FILLED = (
    "stories",
    "articles",
    "article_summaries",
    "statement_index",
    "article_terms",
    "name_words",
)


def batches(
    count: int, press: ArticleGenerator, *, sqlite: bool, days: float = DAYS
) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Yield the rows of each table, a thousand articles at a time, as the store writes them."""
    batch: dict[str, list[dict[str, Any]]] = defaultdict(list)
    packed: dict[int, str] = {}
    begun = 0
    words: set[tuple[str, str | None]] = set()
    for number, (new, story) in enumerate(rows(count, press, days), start=1):
        key = id(new.analysis)
        if key not in packed:
            packed[key] = article_rows.pack_analysis(new.analysis, new.article.body)
        row = article_rows.article_row(new, new.identity, story, packed[key])
        stored = StoredArticle(number, story, new.team, new.seen, new.article, new.analysis)
        if story > begun:
            batch["stories"].append({"id": story, "begun": new.seen})
            begun = story
        batch["articles"].append({"id": number, **row})
        batch["article_summaries"].append(
            article_rows.summary_row(stored, row["shown_from"], row["dated"])
        )
        batch["statement_index"] += (
            spoken := names.index_rows(number, new.analysis.statements, row["dated"])
        )
        batch["article_terms"] += [
            {"term": term, "seen": new.seen, "article": number}
            for term in {term for term, _ in new.analysis.terms}
        ]
        fresh = {(word, new.team) for word in names.single_words(spoken)} - words
        words |= fresh
        batch["name_words"] += [
            {"word": word, "team": team} for word, team in sorted(fresh, key=str)
        ]
        batch["searchable"].append(
            search.search_row(number, row["dated"], search.fold_article(new.article), sqlite=sqlite)
        )
        if number % _BATCH == 0 or number == count:
            yield batch
            batch = defaultdict(list)


async def fill(store: Store, count: int, press: ArticleGenerator, days: float = DAYS) -> None:
    """Insert everything, with what channels were shown."""
    database = store._database
    for batch in batches(count, press, sqlite=database.sqlite, days=days):
        async with database.writing() as connection:
            await (_insert if database.sqlite else _copy)(connection, batch)
    await fill_ledger(store, count, press, days)
    async with database.engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        sequences = [
            f"SELECT setval('{table}_id_seq', 1000000)" for table in ("articles", "stories")
        ]
        for sql in ("ANALYZE",) if database.sqlite else ("VACUUM ANALYZE", *sequences):
            await plain.execute(text(sql))


async def _insert(connection: AsyncConnection, batch: dict[str, list[dict[str, Any]]]) -> None:
    for table in _FILLED:
        if batch[table]:
            await connection.execute(insert(tables.metadata.tables[table]), batch[table])
    await connection.execute(insert(search._sqlite), batch["searchable"])


async def _copy(connection: AsyncConnection, batch: dict[str, list[dict[str, Any]]]) -> None:
    """Insert rows by COPY, which on PostgreSQL is several times as fast."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    found = [
        {**one, "words": " ".join(f"'{word}'" for word in one["words"])}
        for one in batch["searchable"]
    ]
    for table, told in (*((name, batch[name]) for name in _FILLED), ("searchable", found)):
        if not told:
            continue
        names = ", ".join(told[0])
        async with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in told:
                await copy.write_row([_plain(name, value) for name, value in row.items()])


def _plain(name: str, value: Any) -> Any:
    if name == "team":
        return value or ""
    if name == "terms":
        value = tables.PackedTerms().process_bind_param(value, postgresql.dialect())
    return json.dumps(value) if isinstance(value, list | tuple) else value


async def fill_ledger(store: Store, count: int, press: ArticleGenerator, days: float) -> None:
    """Give each channel a subscription and its past digests, and one of them preferences."""
    chance = random.Random(13)
    newest = range(max(1, count - int(count / days)), count + 1)
    async with store._database.writing() as connection:
        for channel in range(CHANNELS):
            team, name = f"T{channel % TEAMS}", f"C{channel}"
            due = NOW if channel < 20 else NOW + timedelta(minutes=channel)
            order = Subscription(
                team, name, "U1", AtIntervals(timedelta(hours=1)), "UTC", next_due=due
            )
            await connection.execute(insert(tables.subscriptions).values(subscription_row(order)))
            await _post(
                connection, (team, name), channel * POSTED, POSTED, lambda: chance.sample(newest, 7)
            )
        everything = range(1, count + 1)
        await _post(
            connection, ("T7", OLD), CHANNELS * POSTED, HOURLY, lambda: chance.sample(everything, 7)
        )
    for number in chance.sample(range(200), 4):
        kind = PreferenceKind.FOLLOW if number % 4 else PreferenceKind.MUTE
        await store.preferences.save_actor(
            ActorPreference("T7", WITH_PREFERENCES, press.people[number], kind, "U1", NOW)
        )
    for number, article in enumerate(chance.sample(range(count // 2, count), VOTES)):
        held = await store.articles.get(article)
        told = make_verdict(Story(held.story, (held,)), useful=number % 2 == 0)
        await store.preferences.save_vote(
            StoryVote(
                "T7", WITH_PREFERENCES, held.story, told.useful, "U1", NOW, told.terms, told.actors
            )
        )


async def _post(
    connection: AsyncConnection,
    place: tuple[str, str],
    first: int,
    count: int,
    shown: Callable[[], list[int]],
) -> None:
    """Record so many digests in a channel, an hour apart."""
    sent, marks = [], []
    for age in range(count):
        at = NOW - timedelta(hours=count - age)
        key = {
            "id": first + age + 1,
            "team": place[0],
            "channel": place[1],
            "kind": "scheduled",
            "key": at.isoformat(),
        }
        sent.append(
            {**key, "state": "posted", "since": at, "touched": at, "posted": at, "digest": None}
        )
        marks += [{"delivery": first + age + 1, "article": article} for article in shown()]
    await connection.execute(insert(tables.deliveries), sent)
    await connection.execute(insert(tables.delivery_articles), marks)


# --- queries ---


class NoChat:
    """Stand in for the chat: previews post nothing."""

    async def supported_blocks(self, _: str) -> frozenset[NewBlock]:
        """Return none, as of a workspace without Slack's new blocks."""
        return frozenset()


async def search_fewer_words(store: Store, words: list[str]) -> object:
    """Search as Dateline does where no article has all of the words."""
    for line in iter_fewer_words(f"the {' '.join(words)}"):
        if articles := await store.articles.search("T1", line, NOW):
            return articles
    return None


def look_ups(
    store: Store, press: ArticleGenerator, count: int
) -> dict[str, Callable[[random.Random], Awaitable[object]]]:
    """Return the queries to time, each with its share of hard cases."""
    digests = Digests(store, NoChat(), FakeClock(NOW), lookback=timedelta(hours=72))  # type: ignore[arg-type]

    def channel(chance: random.Random) -> tuple[str, str]:
        number = chance.randrange(CHANNELS)
        return f"T{number % TEAMS}", f"C{number}"

    def name(chance: random.Random) -> str:
        return chance.choices(press.people, cum_weights=press._fame)[0]

    def slip(chance: random.Random) -> str:
        word = name(chance).split()[-1]
        return word[:2] + chance.choice("aeiou") + word[2:]

    def words(chance: random.Random) -> str:
        ranks = [int(chance.paretovariate(0.4)) % WORDS for _ in range(chance.choice((1, 2, 2, 3)))]
        return " ".join(press.words[rank] for rank in ranks)

    def topic(chance: random.Random) -> str:
        return press.words[chance.randrange(20, 3_000)]

    async def digest(chance: random.Random, about: str | None = None) -> object:
        return await digests.preview(*channel(chance), about, zone="UTC")

    async def tick(_: random.Random) -> None:
        await store.subscriptions.get_due(NOW)
        await store.deliveries.get_unfinished(NOW, timedelta(seconds=30))
        await store.deliveries.find_outdated(
            NOW, posted_since=NOW - timedelta(days=3), edited_before=NOW - timedelta(minutes=5)
        )
        await store.feeds.get_due(NOW)

    async def known(chance: random.Random) -> object:
        return await store.articles.find_version(None, f"urn:bench:{chance.randrange(count)}")

    async def story(chance: random.Random) -> object:
        held = await store.articles.get(chance.randrange(1, count))
        return await store.articles.get_story(held.team, held.story, NOW)

    return {
        "/digest": digest,
        "/digest, on a topic": lambda chance: digest(chance, topic(chance)),
        "/digest, in a channel that had 9,600": lambda _: digests.preview("T7", OLD, zone="UTC"),
        "/digest, in a channel with a taste": lambda _: digests.preview(
            "T7", WITH_PREFERENCES, zone="UTC"
        ),
        "/digest on a topic, with a taste": lambda chance: digests.preview(
            "T7", WITH_PREFERENCES, topic(chance), zone="UTC"
        ),
        "who, by name and surname": lambda chance: store.articles.find_statements_by(
            "T1", name(chance), NOW
        ),
        "who, by surname": lambda chance: store.articles.find_statements_by(
            "T1", name(chance).split()[-1], NOW
        ),
        "who, by first name": lambda chance: store.articles.find_statements_by(
            "T1", name(chance).split()[0], NOW
        ),
        "who, with a slip": lambda chance: store.articles.find_similar_names(
            "T1", slip(chance), NOW
        ),
        "search": lambda chance: store.articles.search("T1", words(chance), NOW),
        "search, then with fewer of 5 words": lambda chance: search_fewer_words(
            store, [topic(chance) for _ in range(5)]
        ),
        "a tick's look-ups": tick,
        "is an article known": known,
        "an article and its story": story,
        "history of a channel": lambda chance: store.deliveries.get_history(*channel(chance)),
    }


def computed(pids: list[int]) -> float:
    """Return the milliseconds of processor time of this process and these (on Linux) so far."""
    files = [Path(f"/proc/{pid}/schedstat") for pid in pids]
    return time.process_time() * 1e3 + sum(
        int(file.read_text().split()[0]) / 1e6 for file in files if file.exists()
    )


async def backends(store: Store) -> list[int]:
    """Return the database's processes that serve us."""
    if store._database.sqlite:
        return []
    query = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    async with store._database.reading() as connection:
        return list((await connection.execute(query)).scalars())


Times = dict[str, tuple[list[float], list[float]]]


async def time_queries(
    store: Store, looks: Mapping[str, Callable[[random.Random], Awaitable[object]]], asked: int
) -> Times:
    """Time each query so often, one after another; return wall and processor ms.

    The first two of each are left out.
    """
    times: Times = {}
    tune_gc()
    for what, look in looks.items():
        chance = random.Random(17)
        await look(chance)
        await look(chance)
        pids = await backends(store)
        times[what] = ([], [])
        for _ in range(asked):
            busy, began = computed(pids), time.perf_counter()
            await look(chance)
            times[what][0].append((time.perf_counter() - began) * 1000)
            times[what][1].append(computed(pids) - busy)
    return times


async def measure(url: str, count: int, asked: int, *, filled: bool) -> tuple[float, Times]:
    """Fill a database unless that was done, and time the queries."""
    press = ArticleGenerator()
    began = time.perf_counter()
    await upgrade(url)
    store = await open_store(url)
    if not filled:
        await fill(store, count, press)
    took = time.perf_counter() - began
    try:
        return took, await time_queries(store, look_ups(store, press, count), asked)
    finally:
        await store.close()


@contextmanager
def databases(only: str | None, keep: Path | None) -> Iterator[dict[str, tuple[str, bool]]]:
    """Yield each kind's address, and whether it has the articles already."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "bench.sqlite3"
        found = {"SQLite": (f"sqlite:///{file}", file.exists())}
        if only != "sqlite":
            server = stack.enter_context(run_postgres()).address
            found["PostgreSQL"] = (
                f"{server}/{stack.enter_context(create_database(server))}",
                False,
            )
        yield {kind: where for kind, where in found.items() if only in {None, kind.lower()}}


def main() -> int:
    """Fill, measure, print; exit with 1 if a query passes the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--at", help="address of a database that was filled before")
    options = parser.parse_args()
    console = Console()
    passed = False
    given = nullcontext(
        {database_url(options.at or "sqlite:///x").get_backend_name(): (options.at, True)}
    )
    with given if options.at else databases(options.only, options.keep) as found:
        for kind, (url, filled) in found.items():
            took, times = asyncio.run(measure(url, options.articles, options.asked, filled=filled))
            how = "filled before" if filled else f"filled in {took:.0f} s"
            size = f"{options.articles:,} articles, {options.articles * 10:,} statements"
            title = f"{kind}: {size} ({how})"
            table = Table("look-up", "p50", "p99", "CPU p50", "CPU p99", title=title)
            for what, (waited, busy) in times.items():
                figures = [
                    percentile(each, share) for each in (waited, busy) for share in (0.5, 0.99)
                ]
                passed |= figures[3] > LIMIT
                table.add_row(
                    what,
                    *(f"{figure:.1f} ms" for figure in figures),
                    style="red" * (figures[3] > LIMIT),
                )
            console.print(table)
    load = f"load average {os.getloadavg()[0]:.1f}"
    console.print(
        f"{options.asked} of each, one after the other; {load}. On {machine()}.", soft_wrap=True
    )
    return int(passed)


if __name__ == "__main__":
    sys.exit(main())
