"""NewsML-G2 (IPTC): items alone, in a message, or referred to by a package."""

import re
from datetime import datetime
from typing import Any

from bot.model import Article, Format, Status
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import children, first, found, local, words
from bot.reading.notices import tells_correction
from bot.reading.times import parse_time
from bot.reading.wire_text import (
    attribute,
    byline_in,
    byline_of,
    embargo,
    named,
    plain_or_marked,
    status_of,
    wire_body,
)

_ROOTS = {"newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem"}
_MOST_ITEMS = 2_000
# What an item carries inline besides these (results in SportsML, events, company figures) is no text to quote.
_REPLACING = {"evolvedfrom", "previousversion", "corrects", "replaces"}
_TEXT_ROOTS = {"html", "nitf", "body", "div", "section", "article", "p"}
_ACCOUNT = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[A-Z]{1,4}")


def detect(document: Document) -> Format | None:
    """The root element tells."""
    return Format.NEWSML_G2 if document.root in _ROOTS else None


def articles(document: Document) -> list[Article]:
    """Every text item; a package, which only refers to articles, as a withheld article without text."""
    items = list(found(document.tree, "newsItem", "packageItem"))[:_MOST_ITEMS]
    read = [_article(item, document.zone) for item in items if _is_text(item)]
    if not read:
        raise SourceUnreadable(
            "This NewsML-G2 holds no text item (pictures, films and concepts are not read)."
        )
    return read


def _is_text(item: Any) -> bool:
    kind = (attribute(first(item, "itemMeta", "itemClass"), "qcode") or "text").rpartition(":")[2]
    return kind in {"text", "composite"}


def _article(item: Any, zone: str) -> Article:
    meta, content = first(item, "itemMeta"), first(item, "contentMeta")
    package = local(item) == "packageItem"
    published = _time(
        zone, (meta, "firstCreated"), (content, "contentCreated"), (meta, "versionCreated")
    )
    body = "" if package else _body(first(item, "contentSet"))
    until, untold = _embargo(meta, zone)
    return Article(
        body=body,
        headline=_headline(item, meta, content, package=package),
        byline=_byline(content)
        or byline_in(body)
        or byline_of(first(item, "contentSet", "body.head", "byline")),
        source=_source(item, meta, content),
        guid=attribute(item, "guid"),
        version=attribute(item, "version"),
        published=published,
        updated=_updated(published, zone, meta, content),
        language=attribute(first(content, "language") if content is not None else None, "tag")
        or attribute(item, "lang"),
        status=_status(meta, withheld=package or untold),
        embargoed=until,
        correction=_is_correction(meta),
        replaces=_replaced(meta),
    )


def _is_correction(meta: Any | None) -> bool:
    """By a signal (sig:correction), by a link to what it corrects, or by the note to editors."""
    if meta is None:
        return False
    signals = {(attribute(one, "qcode", "uri") or "").lower() for one in found(meta, "signal")}
    links = {_relation(link) for link in children(meta, "link")}
    return (
        any(signal.endswith(("correction", "corrected")) for signal in signals)
        or "corrects" in links
        or tells_correction(*(words(note) for note in found(meta, "edNote")))
    )


def _replaced(meta: Any | None) -> tuple[str, ...]:
    """The items that this one evolved from, corrects or replaces (IPTC's item relations)."""
    links = children(meta, "link") if meta is not None else ()
    told = (attribute(link, "residref", "href") for link in links if _relation(link) in _REPLACING)
    return tuple(dict.fromkeys(guid for guid in told if guid))


def _relation(link: Any) -> str:
    return (attribute(link, "rel", "reluri") or "").rpartition(":")[2].rpartition("/")[2].lower()


def _status(meta: Any | None, *, withheld: bool) -> Status:
    told = status_of(_code(meta, "pubStatus"))
    return Status.WITHHELD if withheld and told is Status.USABLE else told


def _embargo(meta: Any | None, zone: str) -> tuple[datetime | None, bool]:
    """The hour an embargo ends; or whether there is one whose end only the note to editors tells.

    The standard lets `embargoed` be empty for that; senders who always write the element mean nothing by it.
    """
    until = embargo(_time(zone, (meta, "embargoed")), None)
    notes = (words(note).casefold() for note in found(meta, "edNote")) if meta is not None else ()
    empty = meta is not None and first(meta, "embargoed") is not None
    return until, empty and until is None and any("embargo" in note for note in notes)


def _code(holder: Any | None, name: str) -> str | None:
    return attribute(first(holder, name), "qcode", "uri") if holder is not None else None


def _time(zone: str, *places: tuple[Any | None, str]) -> datetime | None:
    texts = (words(first(holder, name)) for holder, name in places if holder is not None)
    return next((time for text in texts if (time := parse_time(text, zone))), None)


def _updated(
    published: datetime | None, zone: str, meta: Any | None, content: Any | None
) -> datetime | None:
    """The version's time; where that is missing or earlier, the content's."""
    times = (
        _time(zone, place) for place in ((meta, "versionCreated"), (content, "contentModified"))
    )
    return next((time for time in times if time and published and time > published), None)


def _headline(item: Any, meta: Any | None, content: Any | None, *, package: bool) -> str | None:
    main = [
        line
        for line in (children(content, "headline") if content is not None else ())
        if "sub" not in (attribute(line, "role") or "").lower()
    ]
    title = line_or_none(words(first(meta, "title"))) if meta is not None else None
    told = next((line for element in main if (line := line_or_none(words(element)))), None)
    inner = line_or_none(words(first(item, "contentSet", "hl1"))) or line_or_none(
        words(first(item, "contentSet", "head", "title"))
    )
    return (title or told) if package else (told or title or inner)


def _byline(content: Any | None) -> str | None:
    """The byline as written; else the creators' names (a literal, "m.lind" or "ML" is a desk's code)."""
    if content is None:
        return None
    written = line_or_none(words(first(content, "by")))
    names = [
        words(name).strip()
        for creator in children(content, "creator")
        for name in children(creator, "name")
    ]
    return written or line_or_none(
        ", ".join(name for name in names if not _ACCOUNT.fullmatch(name))
    )


def _source(item: Any, meta: Any | None, content: Any | None) -> str | None:
    source = named(first(content, "infoSource")) if content is not None else None
    provider = first(meta, "provider") if meta is not None else None
    code = attribute(provider, "qcode")
    return (
        source
        or named(provider)
        or named(first(item, "rightsInfo", "copyrightHolder"))
        or (code.rpartition(":")[2] if code else None)
    )


def _body(content: Any | None) -> str:
    """The first content that has text; inline XML before inline data."""
    if content is None:
        return ""
    texts = (wire_body(inline) for inline in children(content, "inlineXML") if _is_words(inline))
    plain = (
        plain_or_marked(words(inline))
        for inline in children(content, "inlineData")
        if _is_plain(inline)
    )
    return next((text for text in (*texts, *plain) if text), "")


def _is_words(inline: Any) -> bool:
    return len(inline) == 0 or any(local(child).lower() in _TEXT_ROOTS for child in inline)


def _is_plain(inline: Any) -> bool:
    """Whether inline data is text (it may also be a picture in base64)."""
    kind = attribute(inline, "contenttype") or "text/plain"
    return kind.startswith("text/") and attribute(inline, "encoding") is None
