"""Commands on digests: what one would hold now, and whether one holds word for word."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import (
    out,
    parse_age,
    print_error,
    read_article_file,
    read_bytes,
    write_json_line,
)
from bot.model import ArticlePart, Digest, StoredArticle, codec
from bot.model.errors import NotFound, SourceUnreadable, UsageError

if TYPE_CHECKING:
    from bot.store import Store
    from bot.stories.choice import Choice


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
    since: Annotated[
        str | None,
        typer.Option(help="how far back: 90m, 24h, 3d, 2w (as in Slack, if not given)"),
    ] = None,
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
    lookback = None if since is None else parse_age(since)
    choice, made = asyncio.run(_build(lookback, topic, top, channel, explain=explain))
    if choice:
        _print_explanation(choice, made, face)
    else:
        _print_digest(made, face)
    if not made.entries:
        print_error("The store holds no such story. Take files in with `dateline ingest PATH`.")


def _print_explanation(choice: Choice, made: Digest, face: Face) -> None:
    from bot.cli.explanation import as_data, tables

    if face is Face.JSON:
        write_json_line(as_data(choice, made))
    else:
        for table in tables(choice, made):
            out.print(table)


def _print_digest(made: Digest, face: Face) -> None:
    from bot.blocks.digest import digest_messages, digest_text

    if face is Face.JSON:
        write_json_line(codec.dump(made))
    elif face is Face.BLOCKS:
        messages = digest_messages(made, channel_title="Dateline")
        write_json_line(
            {"messages": [{"text": one.text, "blocks": one.blocks} for one in messages]}
        )
    elif face is Face.HTML:
        sys.stdout.write(asyncio.run(_page(made)))
    else:
        out.print(digest_text(made), soft_wrap=True)


async def _build(
    lookback: timedelta | None,
    topic: str | None,
    top: int | None,
    place: str | None,
    *,
    explain: bool,
) -> tuple[Choice | None, Digest]:
    """Build the digest as the bot does, with the choice behind it where `explain` is set."""
    from bot import settings
    from bot.app.storage import SystemClock, opened_store
    from bot.delivery.digest_builder import DigestBuilder
    from bot.stories.people import Directory

    loaded, clock = settings.load(), SystemClock()
    config = loaded.config.digest
    team, channel = _split_place(place)
    async with opened_store(loaded) as store:
        builder = DigestBuilder(
            store,
            clock,
            lookback=timedelta(hours=config.lookback_hours),
            top=config.top,
            actors=Directory(loaded.actors.actors),
        )
        history = await builder.get_history(team, channel)
        request = builder.request(history.subscription, topic, "UTC")
        request = replace(request, top=top or request.top)
        since = builder.get_start(history.last) if lookback is None else clock.now() - lookback
        if explain:
            return await builder.explain(team, channel, request, history, since)
        return None, await builder.build(team, channel, request, history, since)


def _split_place(place: str | None) -> tuple[str | None, str]:
    """Split TEAM/CHANNEL; return no team for None."""
    if place is None:
        return None, ""
    team, slash, channel = place.partition("/")
    if not (team and slash and channel):
        raise UsageError(
            f"{place!r} names no channel.", "Write TEAM/CHANNEL, such as T012AB3C4/C012AB3C4."
        )
    return team, channel


async def _page(made: Digest) -> str:
    from bot.app.storage import opened_store
    from bot.blocks.digest_html import digest_html

    async with opened_store() as store:
        stored = await _get_cited(store, made)
    return digest_html(made, {number: one.article for number, one in stored.items()})


async def _get_cited(store: Store, digest: Digest) -> dict[int, StoredArticle]:
    """Return the articles that a digest cites, without those that this store does not have."""
    articles = {}
    for number in sorted({citation.article for citation in digest.citations()}):
        with suppress(NotFound):
            articles[number] = await store.articles.get(number)
    return articles


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

    Of an article whose source's days are over the text is gone, and its fingerprint left: give its
    file to prove it.
    """
    wrong, dropped, checked = asyncio.run(_verify(digest, text or []))
    for line in wrong:
        print_error(line)
    for reason, spans in Counter(dropped).items():
        print_error(f"{reason}: {spans} spans can be looked up with --text FILE alone")
    right = checked - len(wrong) - len(dropped)
    out.print(f"{right} of {checked} spans stand word for word in their articles.")
    raise typer.Exit(1 if wrong else 0)


async def _verify(name: str, texts: list[str]) -> tuple[list[str], list[str], int]:
    """Return what is wrong, what cannot be checked as its text was dropped, and the span count."""
    from bot.app.storage import opened_store
    from bot.stories.citations import find_mismatches

    bodies = await _read_fingerprints(texts)
    stored: dict[int, StoredArticle] = {}
    async with opened_store() as store:
        digests = await _load_digests(store, name)
        for one in digests:
            stored |= await _get_cited(store, one)
    articles, gone = {}, {}
    for number, article in stored.items():
        articles[number] = article.article
        if article.dropped and article.fingerprint in bodies:
            articles[number] = replace(article.article, body=bodies[article.fingerprint])
        elif article.dropped:
            gone[number] = (
                f"article {number}: its text (SHA-256 {article.fingerprint}) was dropped on "
                f"{article.dropped:%Y-%m-%d}, as its source asks"
            )
    citations = [citation for one in digests for citation in one.citations()]
    in_body = [c.article for c in citations if c.part is ArticlePart.BODY]
    wrong = [
        f"article {c.article} is not in this store" for c in citations if c.article not in articles
    ]
    wrong += [
        f"article {c.article}, {c.part}, characters {c.span.start} to {c.span.end}: "
        "other words stand there"
        for one in digests
        for c in find_mismatches(one, articles)
        if c.article in articles and not (c.article in gone and c.part is ArticlePart.BODY)
    ]
    return wrong, [gone[number] for number in in_body if number in gone], len(citations)


async def _read_fingerprints(names: list[str]) -> dict[str | None, str]:
    """Return the texts of these files, read as intake reads them, by their SHA-256."""
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


async def _load_digests(store: Store, name: str) -> list[Digest]:
    """Return a delivery's digest as posted and, where it was edited since, as it stands.

    Or that of a file.
    """
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
