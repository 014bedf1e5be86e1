"""NITF 3 (IPTC): one article a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model import Article, Format, Status
from bot.reading.cleaning import line_or_none
from bot.reading.markup import children, first, found, words
from bot.reading.times import read_time
from bot.reading.wire_text import attribute, byline_in, byline_of, embargo, status_of, wire_body

if TYPE_CHECKING:
    from bot.reading.material import Material


def recognises(material: Material) -> Format | None:
    """The root element tells."""
    return Format.NITF if material.root == "nitf" else None


def articles(material: Material) -> list[Article]:
    """The one article that the document is."""
    return [_article(material.tree, material.zone)]


def _article(root: Any, zone: str) -> Article:
    docdata = first(root, "docdata")
    holder = docdata if docdata is not None else root
    told = attribute(docdata, "management-status")
    issued = read_time(attribute(first(holder, "date.issue"), "norm"), zone)
    released = embargo(read_time(attribute(first(holder, "date.release"), "norm"), zone), issued)
    body = wire_body(_content(root))
    return Article(
        body=body,
        headline=line_or_none(words(first(root, "hedline", "hl1")))
        or line_or_none(words(first(root, "head", "title"))),
        byline=byline_of(first(root, "body.head", "byline")) or byline_in(body),
        source=_source(root),
        guid=attribute(first(holder, "doc-id"), "id-string"),
        version=attribute(first(holder, "du-key"), "version"),
        published=issued or read_time(attribute(first(root, "story.date"), "norm"), zone),
        language=attribute(root, "lang"),
        # Embargoed without an hour: only its source can say when.
        status=Status.WITHHELD if told == "embargoed" and released is None else status_of(told),
        embargoed=released,
    )


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
