"""NITF 3 (IPTC): one article a file."""

from datetime import datetime
from typing import Any

from bot.model import Article, Format, Status
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import children, first, found, words
from bot.reading.notices import tells_correction
from bot.reading.times import parse_time
from bot.reading.wire_text import attribute, byline_in, byline_of, embargo, status_of, wire_body


def detect(document: Document) -> Format | None:
    """The root element tells."""
    return Format.NITF if document.root == "nitf" else None


def articles(document: Document) -> list[Article]:
    """The one article that the document is."""
    return [_article(document.tree, document.zone)]


def _article(root: Any, zone: str) -> Article:
    docdata = first(root, "docdata")
    holder = docdata if docdata is not None else root
    told = attribute(docdata, "management-status")
    issued = parse_time(attribute(first(holder, "date.issue"), "norm"), zone)
    released = embargo(parse_time(attribute(first(holder, "date.release"), "norm"), zone), issued)
    body = wire_body(_content(root))
    corrected = [attribute(one, "id-string") for one in found(holder, "correction")]
    return Article(
        body=body,
        headline=line_or_none(words(first(root, "hedline", "hl1")))
        or line_or_none(words(first(root, "hedline", "hl2")))
        or line_or_none(words(first(root, "head", "title"))),
        byline=byline_of(first(root, "body.head", "byline")) or byline_in(body),
        source=_source(root),
        guid=attribute(first(holder, "doc-id"), "id-string")
        or attribute(first(holder, "du-key"), "key"),
        version=attribute(first(holder, "du-key"), "version", "generation"),
        published=issued or _dated(root, zone),
        updated=_revised(root, issued, zone),
        language=_language(root),
        # Embargoed without an hour: only its source can say when.
        status=Status.WITHHELD if told == "embargoed" and released is None else status_of(told),
        embargoed=released,
        correction=bool(corrected) or tells_correction(*_notes(root)),
        replaces=tuple(guid for guid in corrected if guid),
    )


def _dated(root: Any, zone: str) -> datetime | None:
    """When the story was written, else when it was printed, where nothing says when it was issued."""
    places = (("story.date", "norm"), ("pubdata", "date.publication"))
    times = (parse_time(attribute(first(root, name), key), zone) for name, key in places)
    return next((time for time in times if time), None)


def _revised(root: Any, issued: datetime | None, zone: str) -> datetime | None:
    """The last of the revisions, where one came after the issue."""
    times = [
        parse_time(attribute(revision, "norm"), zone)
        for revision in found(root, "revision-history")
    ]
    return max((time for time in times if time and issued and time > issued), default=None)


def _language(root: Any) -> str | None:
    """The language of the text: of the body, else of the whole."""
    places = (first(root, "body.content"), first(root, "body"), root)
    return next((tag for place in places if (tag := attribute(place, "lang"))), None) or attribute(
        root, "baselang"
    )


def _notes(root: Any) -> list[str | None]:
    """What is said to editors: never shown, but it tells of corrections."""
    told = [attribute(note, "info") for note in found(root, "ed-msg")]
    return [*told, *(attribute(one, "comment") for one in found(root, "revision-history"))]


def _content(root: Any) -> Any | None:
    """The body's own content; notes to editors have a content of theirs."""
    body = next((body for body in found(root, "body")), None)
    return next(children(body, "body.content"), None) if body is not None else None


def _source(root: Any) -> str | None:
    """Who moved it, else who distributes it, else whose copyright it is."""
    movers = (attribute(mover, "src-name") for mover in found(root, "from-src"))
    return (
        next((mover for mover in movers if mover), None)
        or line_or_none(words(first(root, "body.head", "distributor")))
        or attribute(first(root, "doc.copyright"), "holder")
    )
