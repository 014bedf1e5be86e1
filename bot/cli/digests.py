"""Commands on digests: what one would hold now and why, and whether one holds word for word."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli import console
from bot.model import ArticlePart, Digest, StoredArticle, codec
from bot.model.errors import NotFound, SourceUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.model import Story
    from bot.store import Store
    from bot.stories.choice import Choice
    from bot.stories.scoring import Reason

_MAX_HEADLINE_CHARS = 110
_MAX_PASSED = 30  # those that found no room stand first


class Face(StrEnum):
    """How a digest is printed."""

    TEXT = "text"
    BLOCKS = "blocks"
    JSON = "json"
    HTML = "html"


@console.run_async
async def digest(
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
    from bot import settings
    from bot.app.storage import SystemClock
    from bot.delivery.digest_builder import DigestBuilder
    from bot.stories.people import Directory

    if explain and face not in {Face.TEXT, Face.JSON}:
        raise UsageError(f"An explanation has no form {face.value}.", "Take --format text or json.")
    lookback = None if since is None else console.parse_age(since)
    loaded, clock = settings.load(), SystemClock()
    config = loaded.config.digest
    team, channel_id = _split_place(channel)
    async with console.opened_store(loaded) as store:
        builder = DigestBuilder(
            store,
            clock,
            lookback=timedelta(hours=config.lookback_hours),
            top=config.top,
            actors=Directory(loaded.actors.actors),
        )
        request, history = await builder.request(team, channel_id, topic, "UTC")
        request = replace(request, top=top or request.top)
        start = None if lookback is None else clock.now() - lookback
        if explain:
            choice, built = await builder.explain(request, history, start)
            _print_explanation(choice, built, face)
        else:
            built = await builder.build(request, history, start)
            await _print_digest(built, face, store)
    if not built.entries:
        console.print_error(
            "The store holds no such story. Take files in with `dateline ingest PATH`."
        )


def _split_place(place: str | None) -> tuple[str | None, str]:
    """Split TEAM/CHANNEL; return no team for None."""
    if place is None:
        return None, ""
    team, slash, channel = place.partition("/")
    if not (team and slash and channel):
        problem = f"{place!r} names no channel."
        raise UsageError(problem, "Write TEAM/CHANNEL, such as T012AB3C4/C012AB3C4.")
    return team, channel


async def _print_digest(digest: Digest, face: Face, store: Store) -> None:
    from bot.blocks.digest import digest_messages, digest_text
    from bot.blocks.digest_html import digest_html

    match face:
        case Face.JSON:
            console.write_json_line(codec.dump(digest))
        case Face.BLOCKS:
            messages = digest_messages(digest, channel_title="Dateline")
            fields = [{"text": message.text, "blocks": message.blocks} for message in messages]
            console.write_json_line({"messages": fields})
        case Face.HTML:
            cited = await _get_cited(store, digest)
            articles = {number: stored.article for number, stored in cited.items()}
            sys.stdout.write(digest_html(digest, articles))
        case Face.TEXT:
            console.out.print(digest_text(digest), soft_wrap=True)


async def _get_cited(store: Store, digest: Digest) -> dict[int, StoredArticle]:
    """Return the articles that a digest cites, without those that this store does not have."""
    articles = {}
    for number in sorted({citation.article for citation in digest.citations()}):
        with suppress(NotFound):
            articles[number] = await store.articles.get(number)
    return articles


# --- why a digest is as it is ---------------------------------------------------------------------


def _print_explanation(choice: Choice, digest: Digest, face: Face) -> None:
    if face is Face.JSON:
        console.write_json_line(explanation_data(choice, digest))
    else:
        for table in explanation_tables(choice, digest):
            console.out.print(table)


def explanation_tables(choice: Choice, digest: Digest) -> Iterator[Table]:
    """Yield a table of the stories taken, and one of those left out if there are any."""
    count = len(choice.picked) + len(choice.passed)
    since = f"since {digest.since:%Y-%m-%d %H:%M} UTC"
    picked = _table(f"{len(choice.picked)} of {count} stories {since}", "why it stands here")
    for place, pick in enumerate(choice.picked, start=1):
        name = _name(pick.story, " (update)" if pick.update else "")
        picked.add_row(str(place), name, f"{pick.score:.2f}", _lines(pick.reasons))
    if choice.picked:
        yield picked
    passed = _table("Left out", "why")
    for left in choice.passed[:_MAX_PASSED]:
        points = f"{sum(reason.points for reason in left.reasons):.2f}" if left.reasons else ""
        passed.add_row("", _name(left.story), points, left.why)
    if len(choice.passed) > _MAX_PASSED:
        passed.caption = f"and {len(choice.passed) - _MAX_PASSED} more"
    if choice.passed:
        yield passed


def explanation_data(choice: Choice, digest: Digest) -> dict[str, Any]:
    """Return the same as JSON-ready data."""
    picked = [
        _story_data(pick.story, pick.reasons, update=pick.update, points=round(pick.score, 3))
        for pick in choice.picked
    ]
    passed = [
        _story_data(left.story, left.reasons, why=left.why, fits=left.fits)
        for left in choice.passed
    ]
    return {"since": digest.since.isoformat(), "picked": picked, "passed": passed}


def _table(title: str, why: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True
    )
    table.add_column("", justify="right", style="bold")
    table.add_column("story", ratio=3)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column(why, ratio=4)
    return table


def _name(story: Story, addition: str = "") -> Text:
    headline, count = _headline(story), len(story.articles)
    if len(headline) > _MAX_HEADLINE_CHARS:
        headline = f"{headline[:_MAX_HEADLINE_CHARS].rsplit(' ', 1)[0]} …"
    articles = "one article" if count == 1 else f"{count} articles"
    return Text.assemble(headline, (f"{addition}\nstory {story.id}, {articles}", "dim"))


def _headline(story: Story) -> str:
    from bot.stories.citations import cite_headline

    return " ".join(cite_headline(story.articles[0]).span.text.split())


def _lines(reasons: Sequence[Reason]) -> Text:
    """Write each reason on a line, its points first, negative ones in red."""
    lines = []
    for reason in reasons:
        points = f"{reason.points:+.2f}", "red" if reason.points < 0 else "green"
        lines.append(Text.assemble(points, f" {reason.words}"))
    return Text("\n").join(lines)


def _story_data(story: Story, reasons: Sequence[Reason], **fields: Any) -> dict[str, Any]:
    return {
        "story": story.id,
        "headline": _headline(story),
        "articles": len(story.articles),
        **fields,
        "reasons": [
            {"points": round(reason.points, 3), "words": reason.words} for reason in reasons
        ],
    }


# --- whether a digest holds word for word ---------------------------------------------------------


@console.run_async
async def verify(
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
    wrong, dropped, checked = await _verify(digest, text or [])
    for line in wrong:
        console.print_error(line)
    for reason, spans in Counter(dropped).items():
        console.print_error(f"{reason}: {spans} spans can be looked up with --text FILE alone")
    right = checked - len(wrong) - len(dropped)
    console.out.print(f"{right} of {checked} spans stand word for word in their articles.")
    raise typer.Exit(1 if wrong else 0)


async def _verify(name: str, texts: list[str]) -> tuple[list[str], list[str], int]:
    """Return what is wrong, what cannot be checked as its text was dropped, and the span count."""
    from bot.stories.citations import find_mismatches

    bodies = await _read_fingerprints(texts)
    stored: dict[int, StoredArticle] = {}
    async with console.opened_store() as store:
        digests = await _load_digests(store, name)
        for digest in digests:
            stored |= await _get_cited(store, digest)
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
    citations = [citation for digest in digests for citation in digest.citations()]
    in_body = [c.article for c in citations if c.part is ArticlePart.BODY]
    wrong = [
        f"article {c.article} is not in this store" for c in citations if c.article not in articles
    ]
    wrong += [
        f"article {c.article}, {c.part}, characters {c.span.start} to {c.span.end}: "
        "other words stand there"
        for digest in digests
        for c in find_mismatches(digest, articles)
        if c.article in articles and not (c.article in gone and c.part is ArticlePart.BODY)
    ]
    return wrong, [gone[number] for number in in_body if number in gone], len(citations)


async def _read_fingerprints(names: list[str]) -> dict[str | None, str]:
    """Return the texts of these files, read as intake reads them, by their SHA-256."""
    from bot.intake.workers import ReaderPool

    with closing(ReaderPool()) as pool:
        try:
            parsed = [await pool.parse(console.read_article_file(name)) for name in names]
        except OSError as e:
            raise UsageError(f"{e.filename}: {e.strerror}.") from e
    bodies = [article.body for file in parsed for article in file.articles]
    return {hashlib.sha256(body.encode()).hexdigest(): body for body in bodies}


async def _load_digests(store: Store, name: str) -> list[Digest]:
    """Return the digest of a file, or a delivery's as posted and, where edited since, as it is."""
    if re.fullmatch(r"[0-9]{1,9}", name):
        delivery = await store.deliveries.get(int(name))
        if delivery.digest is None:
            raise NotFound(f"Delivery {name} has no digest: it was never composed.")
        return [delivery.digest, *([delivery.edited] if delivery.edited else [])]
    try:
        return [codec.load(Digest, json.loads(console.read_bytes(name)))]
    except OSError as e:
        raise UsageError(f"{name}: {e.strerror}.") from e
    except ValueError as e:
        raise SourceUnreadable(f"{name} is not JSON: {e}") from e
