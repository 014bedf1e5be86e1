"""Commands on the store: digest, verify, export, ingest, feeds, db."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bot import codec
from bot.cli.printing import STANDARD_INPUT, complain, err, out, read_bytes, write_line
from bot.errors import BotError, NotFound, SourceUnreadable, UsageError
from bot.model import Digest, Taste

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Article, Said
    from bot.ports import Forgotten, Store

export = typer.Typer(help="Take what is in the store out.", no_args_is_help=True)
feeds = typer.Typer(help="The remote feeds that Dateline follows.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)

_AGE = re.compile(r"(\d+)\s*([mhdw])")
_MOST = 10**6
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
    for command in (digest, verify, ingest, forget):
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
) -> None:
    """What a digest would hold now, from the store."""
    made = asyncio.run(_digest(_age(since), topic, top))
    if face is Face.JSON:
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


async def _digest(since: timedelta, topic: str | None, top: int | None) -> Digest:
    from bot import settings
    from bot.bootstrap import open_archive
    from bot.delivery.memory import with_memory
    from bot.stories.choice import choose
    from bot.stories.composition import compose

    now, loaded = _now(), settings.load()
    async with open_archive(loaded) as store:
        found = await store.articles.stories(None, now - since, now)
        taste = Taste((topic,) if topic else ())
        choice = choose(found, posted=frozenset(), now=now, taste=taste, top=top or loaded.config.digest.top)
        made = compose(choice, now=now, zone="UTC", since=now - since, topic=topic)
        return await with_memory(made, store.articles, None, now, {one.story.id: one.story for one in choice.picked})


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
) -> None:
    """Slice every shown span out of its stored article again; exit 1 on any mismatch."""
    wrong, checked, gone = asyncio.run(_verify(digest))
    for line in wrong:
        complain(line)
    out.print(f"{checked - len(wrong)} of {checked} spans stand word for word in their articles.")
    if gone:
        out.print(f"{gone} more cannot be checked: their sources' texts were let go when their time was up.")
    raise typer.Exit(1 if wrong else 0)


async def _verify(name: str) -> tuple[list[str], int, int]:
    from bot.bootstrap import open_archive
    from bot.stories.proof import mismatches

    async with open_archive() as store:
        made = await _stored_digest(store, name)
        articles = await _cited(store, made)
        gone = await store.retention.gone(articles.keys())
    citations = [c for c in made.citations() if c.article not in gone]
    lost = [f"article {c.article} is not in this store" for c in citations if c.article not in articles]
    wrong = [
        f"article {c.article}, {c.part}, characters {c.span.start} to {c.span.end}: other words stand there"
        for c in mismatches(made, articles)
        if c.article in articles and c.article not in gone
    ]
    return lost + wrong, len(citations), len(list(made.citations())) - len(citations)


async def _stored_digest(store: Store, name: str) -> Digest:
    if re.fullmatch(r"[0-9]{1,9}", name):
        made = (await store.deliveries.get(int(name))).digest
        if made is None:
            raise NotFound(f"Delivery {name} has no digest: it was never composed.")
        return made
    try:
        return codec.load(Digest, json.loads(read_bytes(name)))
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

    files = [file for path in paths for file in _files(path)]
    failed, articles = 0, 0
    async with open_intake() as intake:
        with Progress(console=err, transient=True) as progress:
            for source, path in progress.track(files, description="Reading"):
                try:
                    taken = await intake.take(read_bytes(str(path)), name=path.name, source=source)
                    articles += len(taken.articles)
                except OSError as e:
                    failed += 1
                    complain(f"{path}: {e.strerror}")
                except BotError as e:
                    failed += 1
                    complain(f"{path}: {e}")
    err.print(f"Taken in: {articles} new articles, from {len(files) - failed} of {len(files)} files. Failed: {failed}.")
    return failed


def _files(path: Path) -> Iterator[tuple[str | None, Path]]:
    """Files with their source: the first sub-folder's name, as in the feed folder."""
    if not path.is_dir():
        yield None, path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).parts
        if file.is_file() and not any(part.startswith((".", "_", "~")) for part in inside):
            yield inside[0] if len(inside) > 1 else None, file


@export.command("statements")
def export_statements(
    *,
    since: Since = "7d",
    actor: Annotated[str | None, typer.Option(help="only what this actor said")] = None,
    form: Annotated[Table, typer.Option("--format")] = Table.CSV,
) -> None:
    """Every statement with its article, newest first."""
    asyncio.run(_export(_age(since), actor, form))


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
                table.writerow(row)
            else:
                write_line(dict(row))


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
        told = [str(feed.id), feed.title or "", feed.url, when, feed.last_error or "ok"]
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
