"""Commands on digests: what one would hold now, and whether one holds word for word."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import (
    Since,
    out,
    parse_age,
    print_error,
    read_article_file,
    read_bytes,
    utc_now,
    write_json_line,
)
from bot.model import ArticlePart, Digest, StoryFilter, codec
from bot.model.errors import NotFound, SourceUnreadable, UsageError

if TYPE_CHECKING:
    from bot.store import Store
    from bot.stories.choice import Choice


# Before any digest was posted.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Face(StrEnum):
    """How a digest is printed."""

    TEXT = "text"
    BLOCKS = "blocks"
    JSON = "json"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(digest)
    app.command()(verify)


def digest(
    *,
    since: Since = "24h",
    topic: Annotated[str | None, typer.Option(help="only stories about this")] = None,
    face: Annotated[Face, typer.Option("--format", help="how to print it")] = Face.TEXT,
    top: Annotated[
        int | None,
        typer.Option(min=1, max=20, help="at most so many stories (5, or as configured)"),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            metavar="TEAM/CHANNEL", help="what this channel would get: its filters, what it had"
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option(help="why each story stands where it does, or is left out")
    ] = False,
) -> None:
    """What a digest would hold now, from the store."""
    if explain and face not in {Face.TEXT, Face.JSON}:
        raise UsageError(f"An explanation has no form {face.value}.", "Take --format text or json.")
    choice, made = asyncio.run(_digest(parse_age(since), topic, top, channel))
    if explain:
        _explain(choice, made, face)
    elif face is Face.JSON:
        write_json_line(codec.dump(made))
    elif face is Face.BLOCKS:
        from bot.blocks.digest import digest_messages

        messages = digest_messages(made, channel_title="Dateline")
        write_json_line(
            {"messages": [{"text": message.text, "blocks": message.blocks} for message in messages]}
        )
    elif face is Face.HTML:
        sys.stdout.write(asyncio.run(_page(made)))
    else:
        from bot.blocks.digest import digest_text

        out.print(digest_text(made), soft_wrap=True)
    if not made.entries:
        print_error("The store holds no such story. Take files in with `dateline ingest PATH`.")


def _explain(choice: Choice, made: Digest, face: Face) -> None:
    from bot.cli.explanation import as_data, tables

    if face is Face.JSON:
        write_json_line(as_data(choice, made))
    else:
        for table in tables(choice, made):
            out.print(table)


async def _digest(
    since: timedelta, topic: str | None, top: int | None, place: str | None
) -> tuple[Choice, Digest]:
    from bot import settings
    from bot.app.storage import opened_store
    from bot.delivery.digest_builder import add_earlier_statements
    from bot.stories.choice import choose
    from bot.stories.composition import compose

    now, loaded = utc_now(), settings.load()
    team, channel = _place(place)
    async with opened_store(loaded) as store:
        found = await store.articles.get_stories(team, now - since, now)
        posted = (
            (await store.deliveries.get_channel_history(team, channel, _EVER)).articles
            if team
            else frozenset()
        )
        story_filter, most = await _wanted(store, team, channel, topic, now)
        room = top or most or loaded.config.digest.top
        choice = choose(
            found, posted=posted, now=now, story_filter=story_filter, top=room, explained=True
        )
        made = compose(
            choice, now=now, zone="UTC", since=now - since, topic=topic, muted=story_filter.muted
        )
        made = await add_earlier_statements(
            made, store.articles, team, now, {one.story.id: one.story for one in choice.picked}
        )
    return choice, made


def _place(place: str | None) -> tuple[str | None, str]:
    """Part TEAM/CHANNEL; no team for none."""
    if place is None:
        return None, ""
    team, slash, channel = place.partition("/")
    if not (team and slash and channel):
        raise UsageError(
            f"{place!r} names no channel.", "Write TEAM/CHANNEL, such as T012AB3C4/C012AB3C4."
        )
    return team, channel


async def _wanted(
    store: Store, team: str | None, channel: str, topic: str | None, now: datetime
) -> tuple[StoryFilter, int | None]:
    """Give what to choose by, and the channel's number of stories if it has one; a topic goes before its own."""
    from bot.delivery.digest_builder import load_story_filter

    asked, most = StoryFilter(), None
    if team and (subscription := await store.subscriptions.get(team, channel)):
        asked, most = subscription.story_filter, subscription.top
    if topic:
        asked = replace(asked, topics=(topic,))
    return (
        await load_story_filter(store.preferences, team, channel, asked, now) if team else asked
    ), most


async def _page(made: Digest) -> str:
    from bot.app.storage import opened_store
    from bot.blocks.digest_html import digest_html
    from bot.delivery.cited import cited

    async with opened_store() as store:
        stored = await cited(store.articles, made)
    return digest_html(made, {number: one.article for number, one in stored.items()})


def verify(
    digest: Annotated[
        str, typer.Argument(help="a delivery's number, or a file of `digest --format json`, or -")
    ],
    *,
    text: Annotated[
        list[str] | None,
        typer.Option(help="a file of an article whose text was dropped; may be given again"),
    ] = None,
) -> None:
    """Slice every shown span out of its stored article again; exit 1 on any mismatch.

    Of an article whose source's days are over the text is gone, and its fingerprint left: give its file to prove it.
    """
    wrong, dropped, checked = asyncio.run(_verify(digest, text or []))
    for line in wrong:
        print_error(line)
    for told, spans in Counter(dropped).items():
        print_error(f"{told}: {spans} spans can be looked up with --text FILE alone")
    held = checked - len(wrong) - len(dropped)
    out.print(f"{held} of {checked} spans stand word for word in their articles.")
    raise typer.Exit(1 if wrong else 0)


async def _verify(name: str, texts: list[str]) -> tuple[list[str], list[str], int]:
    """What does not hold, what cannot be told because its text was dropped, and how many spans there are."""
    from bot.app.storage import opened_store
    from bot.delivery.cited import cited
    from bot.stories.citations import find_mismatches

    bodies = await _fingerprinted(texts)
    gone = {}
    async with opened_store() as store:
        made = await _stored_digests(store, name)
        stored = {
            number: one
            for digest in made
            for number, one in (await cited(store.articles, digest)).items()
        }
    articles = {number: one.article for number, one in stored.items()}
    for number, one in stored.items():
        if one.dropped and one.fingerprint in bodies:
            articles[number] = replace(one.article, body=bodies[one.fingerprint])
        elif one.dropped:
            when = f"{one.dropped:%Y-%m-%d}, as its source asks"
            gone[number] = (
                f"article {number}: its text (SHA-256 {one.fingerprint}) was dropped on {when}"
            )
    citations = [citation for one in made for citation in one.citations()]
    dropped = [
        gone[c.article] for c in citations if c.article in gone and c.part is ArticlePart.BODY
    ]
    lost = [
        f"article {c.article} is not in this store" for c in citations if c.article not in articles
    ]
    wrong = [
        f"article {c.article}, {c.part}, characters {c.span.start} to {c.span.end}: other words stand there"
        for one in made
        for c in find_mismatches(one, articles)
        if c.article in articles and not (c.article in gone and c.part is ArticlePart.BODY)
    ]
    return lost + wrong, dropped, len(citations)


async def _fingerprinted(names: list[str]) -> dict[str | None, str]:
    """The texts of these files, read as intake reads them, by their fingerprints."""
    from bot.intake.workers import ReaderPool

    pool = ReaderPool()
    try:
        parsed = [await pool.parse(read_article_file(name)) for name in names]
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
