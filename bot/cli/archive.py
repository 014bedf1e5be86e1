"""Commands on the store: digest, verify, export, ingest, feeds, db."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import re
import sys
from collections import Counter, deque
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bot import codec
from bot.cli.printing import STANDARD_INPUT, complain, err, out, read_bytes, read_source, write_line
from bot.errors import BotError, NotFound, SourceUnreadable, UsageError
from bot.model import Digest, Part, Taste

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.intake.intake import Intake, Prepared
    from bot.model import Article, Said
    from bot.ports import Forgotten, Store
    from bot.stories.choice import Choice

export = typer.Typer(help="Take what is in the store out.", no_args_is_help=True)
feeds = typer.Typer(help="The remote feeds that Dateline follows.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)

_AGE = re.compile(r"(\d+)\s*([mhdw])")
_MOST = 10**6
# So many files are read and analysed ahead of the one that is stored.
_AHEAD = 6
# Further back nothing was stored, and dates come to an end.
_LONGEST = timedelta(weeks=5_000)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Face(StrEnum):
    """How a digest is printed."""

    TEXT = "text"
    BLOCKS = "blocks"
    JSON = "json"
    HTML = "html"


class Table(StrEnum):
    """How statements are exported."""

    CSV = "csv"
    JSONL = "jsonl"


Since = Annotated[str, typer.Option(help="how far back: 90m, 24h, 3d, 2w")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (digest, verify, ingest, sources, forget):
        app.command()(command)
    app.add_typer(export, name="export")
    app.add_typer(feeds, name="feeds")
    app.add_typer(db, name="db")


def _age(text: str) -> timedelta:
    match = _AGE.fullmatch(text.strip().lower())
    if not match:
        raise UsageError(f"{text!r} is no span of time.", "Write one such as 90m, 24h, 3d or 2w.")
    return min(timedelta(**{_UNITS[match[2]]: min(int(match[1]), _MOST)}), _LONGEST)


def _now() -> datetime:
    return datetime.now(UTC)


def digest(
    *,
    since: Since = "24h",
    topic: Annotated[str | None, typer.Option(help="only stories about this")] = None,
    face: Annotated[Face, typer.Option("--format", help="how to print it")] = Face.TEXT,
    top: Annotated[
        int | None, typer.Option(min=1, max=20, help="at most so many stories (5, or as configured)")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="TEAM/CHANNEL", help="what this channel would get: its filters, what it had")
    ] = None,
    explain: Annotated[bool, typer.Option(help="why each story stands where it does, or is left out")] = False,
) -> None:
    """What a digest would hold now, from the store."""
    if explain and face not in {Face.TEXT, Face.JSON}:
        raise UsageError(f"An explanation has no form {face.value}.", "Take --format text or json.")
    choice, made = asyncio.run(_digest(_age(since), topic, top, channel))
    if explain:
        _explain(choice, made, face)
    elif face is Face.JSON:
        write_line(codec.dump(made))
    elif face is Face.BLOCKS:
        from bot.blocks.digest import digest_messages

        messages = digest_messages(made, channel_title="Dateline")
        write_line({"messages": [{"text": message.text, "blocks": message.blocks} for message in messages]})
    elif face is Face.HTML:
        sys.stdout.write(asyncio.run(_page(made)))
    else:
        from bot.blocks.digest import digest_text

        out.print(digest_text(made), soft_wrap=True)
    if not made.entries:
        err.print("Nothing new: the store holds no such story. Take files in with `dateline ingest PATH`.")


def _explain(choice: Choice, made: Digest, face: Face) -> None:
    from bot.cli.explanation import as_data, tables

    if face is Face.JSON:
        write_line(as_data(choice, made))
    else:
        for table in tables(choice, made):
            out.print(table)


async def _digest(since: timedelta, topic: str | None, top: int | None, place: str | None) -> tuple[Choice, Digest]:
    from bot import settings
    from bot.bootstrap import open_archive
    from bot.delivery.memory import with_memory
    from bot.delivery.wishes import had
    from bot.stories.choice import choose
    from bot.stories.composition import compose

    now, loaded = _now(), settings.load()
    team, channel = _place(place)
    async with open_archive(loaded) as store:
        found = await store.articles.stories(team, now - since, now)
        posted = await had(store.deliveries, team, channel) if team else frozenset()
        taste, most = await _wanted(store, team, channel, topic, now)
        choice = choose(found, posted=posted, now=now, taste=taste, top=top or most or loaded.config.digest.top)
        made = compose(choice, now=now, zone="UTC", since=now - since, topic=topic, muted=taste.muted)
        made = await with_memory(made, store.articles, team, now, {one.story.id: one.story for one in choice.picked})
    return choice, made


def _place(place: str | None) -> tuple[str | None, str]:
    """Part TEAM/CHANNEL; no team for none."""
    if place is None:
        return None, ""
    team, slash, channel = place.partition("/")
    if not (team and slash and channel):
        raise UsageError(f"{place!r} names no channel.", "Write TEAM/CHANNEL, such as T012AB3C4/C012AB3C4.")
    return team, channel


async def _wanted(
    store: Store, team: str | None, channel: str, topic: str | None, now: datetime
) -> tuple[Taste, int | None]:
    """Give what to choose by, and the channel's number of stories if it has one; a topic goes before its own."""
    from bot.delivery.wishes import taste_of

    asked, most = Taste(), None
    if team and (subscription := await store.subscriptions.get(team, channel)):
        asked, most = subscription.taste, subscription.top
    if topic:
        asked = replace(asked, topics=(topic,))
    return (await taste_of(store.tastes, team, channel, asked, now) if team else asked), most


async def _page(made: Digest) -> str:
    from bot.blocks.page import page
    from bot.bootstrap import open_archive

    async with open_archive() as store:
        articles = await _cited(store, made)
    return page(made, articles)


async def _cited(store: Store, made: Digest) -> dict[int, Article]:
    """Fetch each article that a digest cites, once; one that is not in this store is left out."""
    articles = {}
    for number in sorted({citation.article for citation in made.citations()}):
        with suppress(NotFound):
            articles[number] = (await store.articles.article(number)).article
    return articles


def verify(
    digest: Annotated[str, typer.Argument(help="a delivery's number, or a file of `digest --format json`, or -")],
    *,
    text: Annotated[
        list[str] | None, typer.Option(help="a file of an article whose text was dropped; may be given again")
    ] = None,
) -> None:
    """Slice every shown span out of its stored article again; exit 1 on any mismatch.

    Of an article whose source's days are over the text is gone, and its fingerprint left: give its file to prove it.
    """
    wrong, dropped, checked = asyncio.run(_verify(digest, text or []))
    for line in wrong:
        complain(line)
    for told, spans in Counter(dropped).items():
        complain(f"{told}: {spans} spans can be looked up with --text FILE alone")
    held = checked - len(wrong) - len(dropped)
    out.print(f"{held} of {checked} spans stand word for word in their articles.")
    raise typer.Exit(1 if wrong else 0)


async def _verify(name: str, texts: list[str]) -> tuple[list[str], list[str], int]:
    """What does not hold, what cannot be told because its text was dropped, and how many spans there are."""
    from bot.bootstrap import open_archive
    from bot.stories.proof import mismatches

    bodies = await _fingerprinted(texts)
    gone = {}
    async with open_archive() as store:
        made = await _stored_digests(store, name)
        articles = {number: article for one in made for number, article in (await _cited(store, one)).items()}
        for number in articles:
            stored = await store.articles.article(number)
            if stored.dropped and stored.fingerprint in bodies:
                articles[number] = replace(stored.article, body=bodies[stored.fingerprint])
            elif stored.dropped:
                when = f"{stored.dropped:%Y-%m-%d}, as its source asks"
                gone[number] = f"article {number}: its text (SHA-256 {stored.fingerprint}) was dropped on {when}"
    citations = [citation for one in made for citation in one.citations()]
    dropped = [gone[c.article] for c in citations if c.article in gone and c.part is Part.BODY]
    lost = [f"article {c.article} is not in this store" for c in citations if c.article not in articles]
    wrong = [
        f"article {c.article}, {c.part}, characters {c.span.start} to {c.span.end}: other words stand there"
        for one in made
        for c in mismatches(one, articles)
        if c.article in articles and not (c.article in gone and c.part is Part.BODY)
    ]
    return lost + wrong, dropped, len(citations)


async def _fingerprinted(names: list[str]) -> dict[str | None, str]:
    """The texts of these files, read as intake reads them, by their fingerprints."""
    from bot.intake.workers import ReaderPool

    pool = ReaderPool()
    try:
        parsed = [await pool.parse(read_source(name)) for name in names]
    except OSError as e:
        raise UsageError(f"{e.filename}: {e.strerror}.") from e
    finally:
        pool.close()
    bodies = [article.body for one in parsed for article in one.articles]
    return {hashlib.sha256(body.encode()).hexdigest(): body for body in bodies}


async def _stored_digests(store: Store, name: str) -> list[Digest]:
    """A delivery's digest as it was posted and, where it was edited since, as it stands; or that of a file."""
    if re.fullmatch(r"[0-9]{1,9}", name):
        delivery = await store.deliveries.get(int(name))
        if delivery.digest is None:
            raise NotFound(f"Delivery {name} has no digest: it was never composed.")
        return [delivery.digest, *([delivery.edited] if delivery.edited else [])]
    try:
        return [codec.load(Digest, json.loads(read_bytes(name)))]
    except OSError as e:
        raise UsageError(f"{name}: {e.strerror}.") from e
    except ValueError as e:
        raise SourceUnreadable(f"{name} is not JSON: {e}") from e


def forget(
    team: Annotated[str, typer.Argument(help="the workspace's id, T0…")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete all that is a workspace's: its sources and their articles, subscriptions, deliveries, tastes, token."""
    if not re.fullmatch(r"[TE][A-Z0-9]{2,30}", team):
        raise UsageError(f"{team!r} is no workspace's id.", "It begins with T (or E), as in Slack's own addresses.")
    if not yes:
        typer.confirm(f"Delete everything of {team}? There is no way back.", abort=True, err=True)
    told = asyncio.run(_forget(team))
    parts = (f"{count} {what}" for what, count in asdict(told).items())
    out.print(f"Forgotten of {team}: {', '.join(parts)}.")


async def _forget(team: str) -> Forgotten:
    from bot.bootstrap import open_archive

    async with open_archive() as store:
        return await store.retention.forget(team)


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="files and folders, or - for standard input")],
) -> None:
    """Take files in now, without the folder; they stay where they are."""
    failed = asyncio.run(_ingest(paths))
    raise typer.Exit(1 if failed else 0)


async def _ingest(paths: list[Path]) -> int:
    from bot.bootstrap import open_intake

    files = sorted((file for path in paths for file in _files(path)), key=_age_of)
    failed, articles = 0, 0
    async with open_intake() as intake:
        with Progress(console=err, transient=True) as progress:
            ahead: deque[tuple[Path, asyncio.Task[Prepared]]] = deque()
            rest = iter(files)
            for _ in progress.track(files, description="Reading"):
                for source, path in islice(rest, _AHEAD - len(ahead)):
                    ahead.append((path, asyncio.create_task(_prepare(intake, source, path))))
                path, preparing = ahead.popleft()
                try:
                    articles += len((await intake.store(await preparing)).articles)
                except OSError as e:
                    failed += 1
                    complain(f"{path}: {e.strerror}")
                except BotError as e:
                    failed += 1
                    complain(f"{path}: {e}")
    err.print(f"Taken in: {articles} new articles, from {len(files) - failed} of {len(files)} files. Failed: {failed}.")
    return failed


async def _prepare(intake: Intake, source: str | None, path: Path) -> Prepared:
    return await intake.prepare(await asyncio.to_thread(read_source, str(path)), name=path.name, source=source)


def _age_of(file: tuple[str | None, Path]) -> float:
    """When it was last written, for a story to come before its correction; what cannot be looked at comes first."""
    try:
        return file[1].stat().st_mtime
    except OSError:
        return 0.0


def _files(path: Path) -> Iterator[tuple[str | None, Path]]:
    """Files with their source: the first sub-folder's name, as in the feed folder."""
    if not path.is_dir():
        yield None, path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).parts
        if file.is_file() and not any(part.startswith((".", "_", "~")) for part in inside):
            yield inside[0] if len(inside) > 1 else None, file


def sources() -> None:
    """Each source: when it last gave something, whether it has gone quiet, and its files that could not be read."""
    asyncio.run(_sources())


async def _sources() -> None:
    from bot.bootstrap import open_archive
    from bot.intake.habits import silence

    now = _now()
    async with open_archive() as store:
        habits, kept = await store.sources.habits(now), await store.sources.files()
    for habit in habits:
        found = silence(habit, now)
        quiet = f"QUIET: its longest pause was {found.pause.total_seconds() / 3600:.0f} h" if found else "ok"
        told = [habit.origin, habit.name or "", habit.team or "", f"{habit.articles} articles in its last four weeks"]
        told += [f"last {habit.last:%Y-%m-%d %H:%M} UTC", quiet]
        out.print("  ".join(word for word in told if word), soft_wrap=True)
    for file in kept:
        if file.reason:
            complain(f"{file.path}: {file.reason}")
    if not habits:
        err.print("No source has given anything yet. Drop files into a sub-folder of the feed folder.")


@export.command("statements")
def export_statements(
    *,
    since: Since = "7d",
    actor: Annotated[str | None, typer.Option(help="only what this actor said")] = None,
    form: Annotated[Table, typer.Option("--format")] = Table.CSV,
) -> None:
    """Every statement with its article, newest first.

    In CSV a cell that a spreadsheet would take for a formula (it begins with = + - or @) has an apostrophe in front,
    which is not the article's; JSON lines have every word as it stands.
    """
    asyncio.run(_export(_age(since), actor, form))


_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
_COLUMNS = ("actor", "role", "kind", "verb", "stance", "form", "words", "via", "outlet", "headline", "url", "published")


async def _export(since: timedelta, actor: str | None, form: Table) -> None:
    from bot.bootstrap import open_archive

    now = _now()
    wanted = set((actor or "").casefold().split())
    table = csv.DictWriter(sys.stdout, _COLUMNS)
    if form is Table.CSV:
        table.writeheader()
    async with open_archive() as store:
        async for said in store.articles.statements(None, now - since, now):
            row = _row(said)
            if not wanted <= set((row["actor"] or "").casefold().split()):
                continue
            if form is Table.CSV:
                table.writerow({column: _unformulated(words) for column, words in row.items()})
            else:
                write_line(dict(row))


def _unformulated(words: str | None) -> str | None:
    """Keep a spreadsheet from reading words as a formula: an apostrophe in front shows them as text.

    https://owasp.org/www-community/attacks/CSV_Injection; tab and line ends too begin a cell anew.
    """
    if not words or not (words[0] in "\t\r\n" or words.lstrip()[:1] in _FORMULA):
        return words
    return f"'{words}"


def _row(said: Said) -> dict[str, str | None]:
    statement, article = said.statement, said.article.article
    actor = statement.actor
    return {
        "actor": actor.name.text if actor else None,
        "role": actor.role.text if actor and actor.role else None,
        "kind": actor.kind if actor else None,
        "verb": statement.cue.text if statement.cue else None,
        "stance": statement.stance,
        "form": statement.form,
        "words": " … ".join(span.text for span in statement.content),
        "via": statement.via.text if statement.via else None,
        "outlet": article.source,
        "headline": article.headline,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
    }


@feeds.command("add")
def feeds_add(url: str) -> None:
    """Follow a feed, or the feed that a page names."""
    asyncio.run(_feeds_add(url))


async def _feeds_add(url: str) -> None:
    from bot.bootstrap import open_poller

    async with open_poller() as poller:
        feed = await poller.add(url, None)
    out.print(f"{feed.id}  {feed.url}", soft_wrap=True)


@feeds.command("list")
def feeds_list() -> None:
    """The feeds, how they fare, and when each is looked at next."""
    asyncio.run(_feeds_list())


async def _feeds_list() -> None:
    from bot.bootstrap import open_archive

    async with open_archive() as store:
        found = await store.feeds.all(None)
    for feed in found:
        when = f"next look {feed.next_check:%Y-%m-%d %H:%M} UTC" if feed.next_check else "ended"
        ill = f"{feed.failures} failures in a row: " if feed.failures and feed.next_check else ""
        told = [str(feed.id), feed.title or "", feed.url, when, f"{ill}{feed.last_error}" if feed.last_error else "ok"]
        out.print("  ".join(word for word in told if word), soft_wrap=True)
    if not found:
        err.print("No feeds yet. Follow one with `dateline feeds add URL`.")


@feeds.command("remove")
def feeds_remove(number: Annotated[int, typer.Argument(min=1, max=2**31 - 1)]) -> None:
    """Follow a feed no more; its articles stay."""
    asyncio.run(_feeds_remove(number))


async def _feeds_remove(number: int) -> None:
    from bot.bootstrap import open_archive

    async with open_archive() as store:
        if not await store.feeds.remove(number, None):
            raise NotFound(f"There is no feed {number}. `dateline feeds list` shows them.")


@feeds.command("import")
def feeds_import(path: Annotated[str, typer.Argument(help="an OPML file, or -")] = "config/feeds.opml") -> None:
    """Follow every feed of an OPML file."""
    asyncio.run(_feeds_import(path))


async def _feeds_import(path: str) -> None:
    from bot.bootstrap import open_archive
    from bot.reading.opml import read_opml

    try:
        urls = read_opml(read_bytes(path))
    except OSError as e:
        raise UsageError(f"{path}: {e.strerror}.") from e
    async with open_archive() as store:
        for url in urls:
            await store.feeds.add(url, None, _now())
    err.print(f"{len(urls)} feeds of {STANDARD_INPUT if path == STANDARD_INPUT else path} are followed.")


@feeds.command("export")
def feeds_export() -> None:
    """Print the feeds as OPML."""
    asyncio.run(_feeds_export())


async def _feeds_export() -> None:
    from bot.bootstrap import open_archive
    from bot.reading.opml import write_opml

    async with open_archive() as store:
        found = await store.feeds.all(None)
    sys.stdout.write(write_opml([(feed.title or feed.url, feed.url) for feed in found]))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema; `run` does it by itself."""
    asyncio.run(_upgrade())


async def _upgrade() -> None:
    from bot.bootstrap import open_archive

    async with open_archive():
        err.print("The database stands at this version's schema.")
