"""Commands on where articles come from: ingest, sources, feeds."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bot.cli import console
from bot.cli.console import argument, messages
from bot.model.errors import BotError, NotFound, UsageError, printable_name

if TYPE_CHECKING:
    from bot.intake.intake import Intake, PreparedFile
    from bot.model import Habit

feeds = typer.Typer(help="The remote feeds that Dateline follows.", no_args_is_help=True)

# Files that are read and analysed ahead of the one that is stored.
_MAX_AHEAD = 6


@console.run_async
async def ingest(paths: Annotated[list[Path], argument("ingest_paths", metavar="PATH")]) -> None:
    """Take files in now, without the folder; they stay where they are."""
    from bot.app.components import open_components
    from bot.intake.intake import WITHHELD

    files = sorted((file for path in paths for file in _files(path)), key=_modified)
    failed, articles = 0, 0
    async with open_components() as components:
        intake = components.intake
        with Progress(console=console.err, transient=True) as progress:
            ahead: deque[tuple[Path, asyncio.Task[PreparedFile]]] = deque()
            rest = iter(files)
            for _ in progress.track(files, description="Reading"):
                for source, path in islice(rest, _MAX_AHEAD - len(ahead)):
                    ahead.append((path, asyncio.create_task(_prepare(intake, source, path))))
                path, preparing = ahead.popleft()
                try:
                    result = await intake.store(await preparing)
                    articles += len(result.articles)
                    if result.withheld:
                        console.print_error(f"{path}: {WITHHELD}")
                except (OSError, BotError) as e:
                    failed += 1
                    problem = e.strerror if isinstance(e, OSError) else e
                    console.print_error(f"{path}: {problem}")
    new, done = messages.count("new_article", articles), len(files) - failed
    counts = {"done": done, "files": len(files), "failed": failed}
    console.print_error(messages.text("ingested", articles=new, **counts))
    raise typer.Exit(1 if failed else 0)


async def _prepare(intake: Intake, source: str | None, path: Path) -> PreparedFile:
    data = await asyncio.to_thread(console.read_article_file, str(path))
    return await intake.prepare(data, name=printable_name(path.name), source=source)


def _modified(file: tuple[str | None, Path]) -> float:
    """Return when a file was last written, so that a correction comes after what it corrects."""
    try:
        return file[1].stat().st_mtime
    except OSError:
        return 0.0


def _files(path: Path) -> Iterator[tuple[str | None, Path]]:
    """Yield each file that the feed folder would read, with its source: the first sub-folder."""
    if not path.is_dir():
        yield None, path
        return
    from bot.intake.folder_files import files_in

    for file in files_in(path):
        parts = file.relative_to(path).parts
        yield printable_name(parts[0]) if len(parts) > 1 else None, file


@console.run_async
async def sources() -> None:
    """Each source: its last article, whether it has gone quiet, and its unreadable files."""
    now = console.utc_now()
    async with console.opened_store() as store:
        habits, files = await store.sources.get_habits(now), await store.sources.get_files()
    for habit in habits:
        count = messages.count("recent_article", habit.articles)
        last = messages.text("last_article", time=f"{habit.last:%Y-%m-%d %H:%M}")
        _print_fields(habit.origin, habit.name, habit.team, count, last, _describe_pause(habit))
    for file in files:
        if file.reason:
            console.print_error(f"{file.path}: {file.reason}")
    if not habits:
        console.print_error(messages.text("no_sources"))


def _describe_pause(habit: Habit) -> str:
    from bot.intake.source_health import check_quiet

    quiet = check_quiet(habit, console.utc_now())
    if quiet is None:
        return "ok"
    return messages.text("source_quiet", hours=quiet.longest_pause.total_seconds() / 3600)


def _print_fields(*fields: str | None) -> None:
    console.out.print("  ".join(field for field in fields if field), soft_wrap=True)


@feeds.command("add")
@console.run_async
async def feeds_add(url: str) -> None:
    """Follow a feed, or the feed that a page names."""
    from bot.app.components import open_components

    async with open_components() as components:
        feed = await components.poller.add(url, None)
    _print_fields(str(feed.id), feed.url)


@feeds.command("list")
@console.run_async
async def feeds_list() -> None:
    """The feeds, how they fare, and when each is looked at next."""
    async with console.opened_store() as store:
        subscribed_feeds = await store.feeds.get_all(None)
    for feed in subscribed_feeds:
        when, state = messages.text("feed_ended"), feed.last_error or "ok"
        if feed.next_check:
            when = messages.text("next_look", time=f"{feed.next_check:%Y-%m-%d %H:%M}")
        if feed.next_check and feed.failures and feed.last_error:
            state = messages.text("feed_failures", count=feed.failures, error=state)
        _print_fields(str(feed.id), feed.title, feed.url, when, state)
    if not subscribed_feeds:
        console.print_error(messages.text("no_feeds"))


@feeds.command("remove")
@console.run_async
async def feeds_remove(number: Annotated[int, typer.Argument(min=1, max=2**31 - 1)]) -> None:
    """Follow a feed no more; its articles stay."""
    async with console.opened_store() as store:
        if not await store.feeds.remove(number, None):
            raise NotFound(messages.text("no_such_feed", number=number))


@feeds.command("import")
@console.run_async
async def feeds_import(path: Annotated[str, argument("opml_path")] = "config/feeds.opml") -> None:
    """Follow every feed of an OPML file."""
    from bot.reading.opml import read_opml

    try:
        urls = read_opml(console.read_bytes(path))
    except OSError as e:
        raise UsageError(messages.text("cannot_open", name=path, reason=e.strerror)) from e
    async with console.opened_store() as store:
        for url in urls:
            await store.feeds.add(url, None, console.utc_now())
    console.print_error(messages.text("feeds_imported", count=len(urls), path=path))


@feeds.command("export")
@console.run_async
async def feeds_export() -> None:
    """Print the feeds as OPML."""
    from bot.reading.opml import write_opml

    async with console.opened_store() as store:
        subscribed_feeds = await store.feeds.get_all(None)
    sys.stdout.write(write_opml([(feed.title or feed.url, feed.url) for feed in subscribed_feeds]))
