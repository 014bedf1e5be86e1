"""Commands on where articles come from: ingest, sources, feeds."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bot.cli.printing import STANDARD_INPUT, err, out, read_bytes, read_source, tell
from bot.cli.spans import this_moment
from bot.model.errors import BotError, NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.intake.intake import Intake, PreparedFile

feeds = typer.Typer(help="The remote feeds that Dateline follows.", no_args_is_help=True)

# So many files are read and analysed ahead of the one that is stored.
_AHEAD = 6


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(ingest)
    app.command()(sources)
    app.add_typer(feeds, name="feeds")


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="files and folders, or - for standard input"),
    ],
) -> None:
    """Take files in now, without the folder; they stay where they are."""
    failed = asyncio.run(_ingest(paths))
    raise typer.Exit(1 if failed else 0)


async def _ingest(paths: list[Path]) -> int:
    from bot.app.components import open_components

    files = sorted((file for path in paths for file in _files(path)), key=_age_of)
    failed, articles = 0, 0
    async with open_components() as components:
        intake = components.intake
        with Progress(console=err, transient=True) as progress:
            ahead: deque[tuple[Path, asyncio.Task[PreparedFile]]] = deque()
            rest = iter(files)
            for _ in progress.track(files, description="Reading"):
                for source, path in islice(rest, _AHEAD - len(ahead)):
                    ahead.append((path, asyncio.create_task(_prepare(intake, source, path))))
                path, preparing = ahead.popleft()
                try:
                    articles += len((await intake.store(await preparing)).articles)
                except OSError as e:
                    failed += 1
                    tell(f"{path}: {e.strerror}")
                except BotError as e:
                    failed += 1
                    tell(f"{path}: {e}")
    new = "1 new article" if articles == 1 else f"{articles} new articles"
    tell(f"Taken in: {new}, from {len(files) - failed} of {len(files)} files. Failed: {failed}.")
    return failed


async def _prepare(intake: Intake, source: str | None, path: Path) -> PreparedFile:
    return await intake.prepare(
        await asyncio.to_thread(read_source, str(path)), name=path.name, source=source
    )


def _age_of(file: tuple[str | None, Path]) -> float:
    """When it was last written, for a story to come before its correction; what cannot be looked at comes first."""
    try:
        return file[1].stat().st_mtime
    except OSError:
        return 0.0


def _files(path: Path) -> Iterator[tuple[str | None, Path]]:
    """Files with their source, the first sub-folder's name; what the feed folder leaves alone is left alone."""
    if not path.is_dir():
        yield None, path
        return
    from bot.intake.feed_folder import files_in

    for file in files_in(path):
        inside = file.relative_to(path).parts
        yield inside[0] if len(inside) > 1 else None, file


def sources() -> None:
    """Each source: when it last gave something, whether it has gone quiet, and its files that could not be read."""
    asyncio.run(_sources())


async def _sources() -> None:
    from bot.app.storage import opened_store
    from bot.intake.source_health import check_quiet

    now = this_moment()
    async with opened_store() as store:
        habits, kept = await store.sources.get_habits(now), await store.sources.get_files()
    for habit in habits:
        found = check_quiet(habit, now)
        quiet = (
            f"QUIET: its longest pause was {found.longest_pause.total_seconds() / 3600:.0f} h"
            if found
            else "ok"
        )
        came = f"{habit.articles} article{'s' * (habit.articles != 1)} in its last four weeks"
        told = [habit.origin, habit.name or "", habit.team or "", came]
        told += [f"last {habit.last:%Y-%m-%d %H:%M} UTC", quiet]
        out.print("  ".join(word for word in told if word), soft_wrap=True)
    for file in kept:
        if file.reason:
            tell(f"{file.path}: {file.reason}")
    if not habits:
        tell("No source has given anything yet. Drop files into a sub-folder of the feed folder.")


@feeds.command("add")
def feeds_add(url: str) -> None:
    """Follow a feed, or the feed that a page names."""
    asyncio.run(_feeds_add(url))


async def _feeds_add(url: str) -> None:
    from bot.app.components import open_components

    async with open_components() as components:
        feed = await components.poller.add(url, None)
    out.print(f"{feed.id}  {feed.url}", soft_wrap=True)


@feeds.command("list")
def feeds_list() -> None:
    """The feeds, how they fare, and when each is looked at next."""
    asyncio.run(_feeds_list())


async def _feeds_list() -> None:
    from bot.app.storage import opened_store

    async with opened_store() as store:
        found = await store.feeds.get_all(None)
    for feed in found:
        when = f"next look {feed.next_check:%Y-%m-%d %H:%M} UTC" if feed.next_check else "ended"
        ill = f"{feed.failures} failures in a row: " if feed.failures and feed.next_check else ""
        told = [
            str(feed.id),
            feed.title or "",
            feed.url,
            when,
            f"{ill}{feed.last_error}" if feed.last_error else "ok",
        ]
        out.print("  ".join(word for word in told if word), soft_wrap=True)
    if not found:
        tell("No feeds yet. Follow one with `dateline feeds add URL`.")


@feeds.command("remove")
def feeds_remove(number: Annotated[int, typer.Argument(min=1, max=2**31 - 1)]) -> None:
    """Follow a feed no more; its articles stay."""
    asyncio.run(_feeds_remove(number))


async def _feeds_remove(number: int) -> None:
    from bot.app.storage import opened_store

    async with opened_store() as store:
        if not await store.feeds.remove(number, None):
            raise NotFound(f"There is no feed {number}. `dateline feeds list` shows them.")


@feeds.command("import")
def feeds_import(
    path: Annotated[str, typer.Argument(help="an OPML file, or -")] = "config/feeds.opml",
) -> None:
    """Follow every feed of an OPML file."""
    asyncio.run(_feeds_import(path))


async def _feeds_import(path: str) -> None:
    from bot.app.storage import opened_store
    from bot.reading.opml import read_opml

    try:
        urls = read_opml(read_bytes(path))
    except OSError as e:
        raise UsageError(f"{path}: {e.strerror}.") from e
    async with opened_store() as store:
        for url in urls:
            await store.feeds.add(url, None, this_moment())
    tell(f"{len(urls)} feeds of {STANDARD_INPUT if path == STANDARD_INPUT else path} are followed.")


@feeds.command("export")
def feeds_export() -> None:
    """Print the feeds as OPML."""
    asyncio.run(_feeds_export())


async def _feeds_export() -> None:
    from bot.app.storage import opened_store
    from bot.reading.opml import write_opml

    async with opened_store() as store:
        found = await store.feeds.get_all(None)
    sys.stdout.write(write_opml([(feed.title or feed.url, feed.url) for feed in found]))
