"""Commands on digests: what one would hold now and why, and whether one holds word for word."""

from __future__ import annotations

import hashlib
import json
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
from bot.cli.console import argument, messages, option
from bot.model import ArticlePart, Digest, StoredArticle, codec
from bot.model.errors import NotFound, SourceUnreadable, UsageError
from bot.model.ids import is_row_id

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
    since: Annotated[str | None, option("digest_since")] = None,
    topic: Annotated[str | None, option("digest_topic")] = None,
    face: Annotated[Face, option("digest_format", "--format")] = Face.TEXT,
    top: Annotated[int | None, option("digest_top", min=1, max=20)] = None,
    channel: Annotated[str | None, option("digest_channel", metavar="TEAM/CHANNEL")] = None,
    explain: Annotated[bool, option("digest_explain")] = False,
) -> None:
    """What a digest would hold now, from the store."""
    from bot import settings
    from bot.delivery.digest_builder import DigestBuilder
    from bot.stories.people import Directory

    if explain and face not in {Face.TEXT, Face.JSON}:
        raise UsageError(*messages.pair("no_such_explanation", form=face.value))
    lookback = None if since is None else console.parse_age(since)
    loaded = settings.load()
    config = loaded.config.digest
    team, channel_id = _split_place(channel)
    async with console.opened_store(loaded) as store:
        actors = Directory(loaded.actors.actors)
        reach = timedelta(hours=config.lookback_hours)
        builder = DigestBuilder(store, store.clock, lookback=reach, top=config.top, actors=actors)
        request, history = await builder.request(team, channel_id, topic, "UTC")
        request = replace(request, top=top or request.top)
        start = None if lookback is None else store.clock.now() - lookback
        if explain:
            choice, built = await builder.explain(request, history, start)
            if face is Face.JSON:
                console.write_json_line(explanation_data(choice, built))
            for table in explanation_tables(choice, built) if face is Face.TEXT else ():
                console.out.print(table)
        else:
            built = await builder.build(request, history, start)
            await _print_digest(built, face, store)
    if not built.entries:
        console.print_error(messages.text("no_story"))


def _split_place(place: str | None) -> tuple[str | None, str]:
    """Split TEAM/CHANNEL; return no team for None."""
    if place is None:
        return None, ""
    team, slash, channel = place.partition("/")
    if not (team and slash and channel):
        raise UsageError(*messages.pair("no_channel", place=place))
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


def explanation_tables(choice: Choice, digest: Digest) -> Iterator[Table]:
    """Yield a table of the stories taken, and one of those left out if there are any."""
    count = len(choice.picked) + len(choice.passed)
    since = f"{digest.since:%Y-%m-%d %H:%M}"
    title = messages.text("picked_title", picked=len(choice.picked), count=count, since=since)
    picked = _table(title, messages.text("picked_why"))
    for place, pick in enumerate(choice.picked, start=1):
        name = _name(pick.story, messages.text("update_mark") if pick.update else "")
        picked.add_row(str(place), name, f"{pick.score:.2f}", _lines(pick.reasons))
    if choice.picked:
        yield picked
    passed = _table(messages.text("passed_title"), messages.text("passed_why"))
    for left in choice.passed[:_MAX_PASSED]:
        points = f"{sum(reason.points for reason in left.reasons):.2f}" if left.reasons else ""
        passed.add_row("", _name(left.story), points, left.why)
    if len(choice.passed) > _MAX_PASSED:
        more = len(choice.passed) - _MAX_PASSED
        passed.caption = messages.text("passed_more", count=more)
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
    table = Table(title=title, title_justify="left", title_style="bold", expand=True)
    table.box = box.SIMPLE_HEAD
    table.add_column("", justify="right", style="bold")
    table.add_column(messages.text("column_story"), ratio=3)
    table.add_column(messages.text("column_points"), justify="right", no_wrap=True)
    table.add_column(why, ratio=4)
    return table


def _name(story: Story, addition: str = "") -> Text:
    number = messages.text("story_number", number=story.id)
    headline, articles = _headline(story), messages.count("article", len(story.articles))
    if len(headline) > _MAX_HEADLINE_CHARS:
        headline = f"{headline[:_MAX_HEADLINE_CHARS].rsplit(' ', 1)[0]} …"
    return Text.assemble(headline, (f"{addition}\n{number}, {articles}", "dim"))


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
    facts = [{"points": round(reason.points, 3), "words": reason.words} for reason in reasons]
    data = {"story": story.id, "headline": _headline(story), "articles": len(story.articles)}
    return data | fields | {"reasons": facts}


@console.run_async
async def verify(
    digest: Annotated[str, argument("verify_digest")],
    *,
    text: Annotated[list[str] | None, option("verify_text")] = None,
) -> None:
    """Slice every shown span out of its stored article again; exit 1 on any mismatch.

    Of an article whose source's days are over the text is gone, and its fingerprint left: give its
    file to prove it.
    """
    wrong, dropped, checked = await _verify(digest, text or [])
    for line in wrong:
        console.print_error(line)
    for reason, spans in Counter(dropped).items():
        console.print_error(messages.text("text_needed", reason=reason, spans=spans))
    right = checked - len(wrong) - len(dropped)
    console.out.print(messages.text("verified", right=right, checked=checked))
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
            day, mark = f"{article.dropped:%Y-%m-%d}", article.fingerprint
            gone[number] = messages.text("text_dropped", article=number, fingerprint=mark, day=day)
    citations = [citation for digest in digests for citation in digest.citations()]
    in_body = [c.article for c in citations if c.part is ArticlePart.BODY]
    unknown = [c.article for c in citations if c.article not in articles]
    wrong = [messages.text("not_in_store", article=number) for number in unknown]
    for c in (c for digest in digests for c in find_mismatches(digest, articles)):
        if c.article in articles and not (c.article in gone and c.part is ArticlePart.BODY):
            place = {"article": c.article, "part": c.part, "start": c.span.start, "end": c.span.end}
            wrong.append(messages.text("other_words", **place))
    return wrong, [gone[number] for number in in_body if number in gone], len(citations)


async def _read_fingerprints(names: list[str]) -> dict[str | None, str]:
    """Return the texts of these files, read as intake reads them, by their SHA-256."""
    from bot.intake.workers import ReaderPool

    with closing(ReaderPool()) as pool:
        try:
            parsed = [await pool.parse(console.read_article_file(name)) for name in names]
        except OSError as e:
            problem = messages.text("cannot_open", name=e.filename, reason=e.strerror)
            raise UsageError(problem) from e
    bodies = [article.body for file in parsed for article in file.articles]
    return {hashlib.sha256(body.encode()).hexdigest(): body for body in bodies}


async def _load_digests(store: Store, name: str) -> list[Digest]:
    """Return the digest of a file, or a delivery's as posted and, where edited since, as it is."""
    if is_row_id(name):
        delivery = await store.deliveries.get(int(name))
        if delivery.digest is None:
            raise NotFound(messages.text("never_composed", number=name))
        return [delivery.digest, *([delivery.edited] if delivery.edited else [])]
    try:
        return [codec.load(Digest, json.loads(console.read_bytes(name)))]
    except OSError as e:
        raise UsageError(messages.text("cannot_open", name=name, reason=e.strerror)) from e
    except ValueError as e:
        raise SourceUnreadable(messages.text("not_json", name=name, fault=e)) from e
