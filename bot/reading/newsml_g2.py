"""NewsML-G2 (IPTC): items alone, in a message, or referred to by a package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import SourceUnreadable
from bot.model import Article, Format, Status
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.markup import children, first, found, words
from bot.reading.times import read_time
from bot.reading.wire_text import attribute, byline_in, embargo, named, status_of, wire_body
from bot.reading.wrapping import unwrap

if TYPE_CHECKING:
    from datetime import datetime

    from bot.reading.material import Material

_ROOTS = {"newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem"}
_MOST_ITEMS = 2_000


def recognises(material: Material) -> Format | None:
    """The root element tells."""
    return Format.NEWSML_G2 if material.root in _ROOTS else None


def articles(material: Material) -> list[Article]:
    """Every text item; a package, which only refers to articles, as a withheld article without text."""
    items = list(found(material.tree, "newsItem", "packageItem"))[:_MOST_ITEMS]
    read = [_article(item, material.zone) for item in items if _is_text(item)]
    if not read:
        raise SourceUnreadable("This NewsML-G2 holds no text item (pictures, films and concepts are not read).")
    return read


def _is_text(item: Any) -> bool:
    kind = (attribute(first(item, "itemMeta", "itemClass"), "qcode") or "text").rpartition(":")[2]
    return kind in {"text", "composite"}


def _article(item: Any, zone: str) -> Article:
    meta, content = first(item, "itemMeta"), first(item, "contentMeta")
    package = item.tag.endswith("packageItem")
    published = _time(zone, (meta, "firstCreated"), (content, "contentCreated"), (meta, "versionCreated"))
    body = "" if package else _body(first(item, "contentSet"))
    return Article(
        body=body,
        headline=_headline(item, meta, content, package=package),
        byline=_byline(content) or byline_in(body),
        source=_source(item, meta, content),
        guid=attribute(item, "guid"),
        version=attribute(item, "version"),
        published=published,
        updated=_updated(published, zone, meta, content),
        language=attribute(first(content, "language") if content is not None else None, "tag")
        or attribute(item, "lang"),
        status=Status.WITHHELD if package else status_of(_code(meta, "pubStatus")),
        embargoed=embargo(_time(zone, (meta, "embargoed")), None),
    )


def _code(holder: Any | None, name: str) -> str | None:
    return attribute(first(holder, name), "qcode", "uri") if holder is not None else None


def _time(zone: str, *places: tuple[Any | None, str]) -> datetime | None:
    texts = (words(first(holder, name)) for holder, name in places if holder is not None)
    return next((time for text in texts if (time := read_time(text, zone))), None)


def _updated(published: datetime | None, zone: str, meta: Any | None, content: Any | None) -> datetime | None:
    """The version's time; where that is missing or earlier, the content's."""
    times = (_time(zone, place) for place in ((meta, "versionCreated"), (content, "contentModified")))
    return next((time for time in times if time and published and time > published), None)


def _headline(item: Any, meta: Any | None, content: Any | None, *, package: bool) -> str | None:
    main = [
        line
        for line in (children(content, "headline") if content is not None else ())
        if "sub" not in (attribute(line, "role") or "").lower()
    ]
    title = line_or_none(words(first(meta, "title"))) if meta is not None else None
    told = next((line for element in main if (line := line_or_none(words(element)))), None)
    inner = line_or_none(words(first(item, "contentSet", "hl1")))
    return (title or told) if package else (told or title or inner)


def _byline(content: Any | None) -> str | None:
    """The byline as written; else the creators' names (a literal there is a desk's code)."""
    if content is None:
        return None
    written = line_or_none(words(first(content, "by")))
    creators = [words(name) for creator in children(content, "creator") for name in children(creator, "name")]
    return written or line_or_none(", ".join(creators))


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
    texts = [wire_body(inline) for inline in children(content, "inlineXML")]
    texts += [clean_body(unwrap(words(inline))) for inline in children(content, "inlineData")]
    return next((text for text in texts if text), "")
