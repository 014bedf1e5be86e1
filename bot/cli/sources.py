"""Commands on where articles come from: ingest, sources, feeds."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from bot.cli import console
from bot.cli.console import argument, messages, option
from bot.model.errors import BotError, NotFound, UsageError, printable_name

if TYPE_CHECKING:
    from bot.intake.intake import Intake, PreparedFile
    from bot.model import Habit

feeds = typer.Typer(help=messages.text("feeds"), no_args_is_help=True)

# A bar that moves too often is drawn for nothing.
_DRAWS_PER_SECOND = 4


@console.run_async
async def ingest(
    paths: Annotated[list[Path], argument("ingest_paths", metavar="PATH")],
    jobs: Annotated[int | None, option("ingest_jobs", "--jobs", "-j", min=1, max=64)] = None,
) -> None:
    """Take files in now, without the folder; they stay where they are."""
    from bot.app.components import open_components
    from bot.intake.file_list import FileList
    from bot.intake.intake import WITHHELD

    # One core is left to whatever else the machine does.
    jobs = jobs or max((os.cpu_count() or 2) - 1, 1)
    failed, articles = 0, 0
    with closing(FileList(paths)) as files, _progress_bar() as progress:
        bar = progress.add_task("", total=len(files), speed="")
        began = time.monotonic()
        async with open_components(analysts=jobs) as components:
            intake = components.intake
            preparing: deque[tuple[Path, asyncio.Task[PreparedFile]]] = deque()
            rest = iter(files)
            # As many again are read and analyzed ahead, so that no process waits for the store.
            while True:
                for source, path in islice(rest, 2 * jobs + 4 - len(preparing)):
                    preparing.append((path, asyncio.create_task(_prepare(intake, source, path))))
                if not preparing:
                    break
                path, task = preparing.popleft()
                try:
                    result = await intake.store(await task)
                    articles += len(result.articles)
                    if result.withheld:
                        console.print_error(f"{path}: {WITHHELD}")
                except (OSError, BotError) as e:
                    failed += 1
                    problem = e.strerror if isinstance(e, OSError) else e
                    console.print_error(f"{path}: {problem}")
                speed = messages.text("ingest_speed", rate=articles / (time.monotonic() - began))
                progress.update(bar, advance=1, speed=speed)
        count = len(files)
    new, done = messages.count("new_article", articles), count - failed
    counts = {"done": done, "files": count, "failed": failed}
    console.print_error(messages.text("ingested", articles=new, **counts))
    raise typer.Exit(1 if failed else 0)


def _progress_bar() -> Progress:
    """Return a bar with files, speed and the time left; none where nobody watches a terminal."""
    columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}")
    return Progress(
        *columns,
        TimeRemainingColumn(),
        console=console.err,
        transient=True,
        disable=not console.err.is_terminal,
        refresh_per_second=_DRAWS_PER_SECOND,
    )


async def _prepare(intake: Intake, source: str | None, path: Path) -> PreparedFile:
    data = await asyncio.to_thread(console.read_article_file, str(path))
    return await intake.prepare(data, name=printable_name(path.name), source=source)


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
        return messages.text("works")
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
        when, state = messages.text("feed_ended"), feed.last_error or messages.text("works")
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
