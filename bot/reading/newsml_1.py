"""NewsML 1.x (IPTC), as AFP and others still send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import SourceUnreadable
from bot.model import Article, Format, Status
from bot.reading.cleaning import line_or_none
from bot.reading.markup import first, found, words
from bot.reading.times import read_time
from bot.reading.wire_text import attribute, byline_in, status_of, wire_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.reading.material import Material

_NO_TEXT_KINDS = {"photo", "picture", "graphic", "video", "audio", "animation", "illustration"}


def recognises(material: Material) -> Format | None:
    """The root element tells."""
    return Format.NEWSML_1_2 if material.root == "NewsML" else None


def articles(material: Material) -> list[Article]:
    """Every item with a headline or text."""
    read = [_article(item, material.zone) for item in found(material.tree, "NewsItem")]
    kept = [article for article in read if article.headline or article.body]
    if not kept:
        raise SourceUnreadable("This NewsML holds no text item.")
    return kept


def _article(item: Any, zone: str) -> Article:
    told = attribute(first(item, "NewsManagement", "Status"), "FormalName")
    until = _embargo(item, zone)
    body = next((text for content in _contents(item) if (text := wire_body(content))), "")
    return Article(
        body=body,
        headline=_words(item, "NewsLines", "HeadLine"),
        byline=_words(item, "NewsLines", "ByLine") or byline_in(body),
        source=_source(item),
        guid=_words(item, "NewsIdentifier", "PublicIdentifier"),
        version=_words(item, "NewsIdentifier", "RevisionId"),
        published=read_time(_words(item, "NewsManagement", "FirstCreated"), zone),
        updated=read_time(_words(item, "NewsManagement", "ThisRevisionCreated"), zone),
        language=attribute(first(item, "DescriptiveMetadata", "Language"), "FormalName") or attribute(item, "lang"),
        status=Status.WITHHELD if (told or "").lower() == "embargoed" and until is None else status_of(told),
        embargoed=until,
    )


def _words(item: Any, *path: str) -> str | None:
    return line_or_none(words(first(item, *path)), 2000)


def _source(item: Any) -> str | None:
    parties = (attribute(first(item, holder, "Party"), "FormalName") for holder in ("Provider", "Source", "Creator"))
    return next((party for party in parties if party), None) or _words(item, "CopyrightHolder")


def _embargo(item: Any, zone: str) -> datetime | None:
    """When a status of "Embargoed" is to become "Usable"."""
    if (attribute(first(item, "NewsManagement", "Status"), "FormalName") or "").lower() != "embargoed":
        return None
    return read_time(_words(item, "StatusWillChange", "DateAndTime"), zone)


def _contents(item: Any) -> Iterator[Any]:
    """The data of each content item that may be text."""
    for content in found(item, "ContentItem"):
        if (attribute(first(content, "MediaType"), "FormalName") or "text").lower() not in _NO_TEXT_KINDS:
            yield first(content, "DataContent")
