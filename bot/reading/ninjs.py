"""ninjs 1 to 3 (IPTC): news in JSON."""

from typing import Any

from bot.model import Article, Format, Status
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import html_text
from bot.reading.notices import tells_correction
from bot.reading.times import parse_time
from bot.reading.wire_text import embargo, plain_or_marked, status_of

_TOLD_BY = {
    "headline", "headlines", "body_html", "body_text", "body_xhtml", "bodies", "versioncreated", "versionCreated",
    "pubstatus", "pubStatus", "description_text",
}  # fmt: skip
_NO_TEXT_KINDS = {
    "picture",
    "audio",
    "video",
    "graphic",
    "event",
    "planning",
    "component",
    "animation",
}
_PACKAGES = {"composite", "package"}
# Where services put the items of a page of them.
_LISTS = ("items", "item", "_items")
_MOST_ITEMS = 2_000


def detect(document: Document) -> Format | None:
    """An object (or a list of them) with ninjs's names in it."""
    if not document.looks_like_json or not any(
        name in document.text for name in ('"guid"', '"uri"', '"headline')
    ):
        return None
    return Format.NINJS if any(_is_ninjs(item) for item in _items(document.json)) else None


def articles(document: Document) -> list[Article]:
    """Every text, and then what is associated with it: texts as they are, a picture or the like withheld."""
    items = [item for item in _items(document.json) if _is_ninjs(item)][:_MOST_ITEMS]
    texts = [item for item in items if not _is_beside(item)]
    if not texts:
        raise SourceUnreadable(
            "This ninjs holds no text (pictures, films and events are not read)."
        )
    beside = [other for item in texts for other in _associated(item) if _is_ninjs(other)][
        :_MOST_ITEMS
    ]
    return [_article(item, document.zone) for item in (*texts, *beside)]


def _items(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and not _is_ninjs(data):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), data)
    return [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]


def _associated(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Named ones in ninjs 1, a list in 2 and 3."""
    told = item.get("associations")
    values = (
        list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else []
    )
    return [value for value in values if isinstance(value, dict)]


def _is_beside(item: dict[str, Any]) -> bool:
    return item.get("type") in _NO_TEXT_KINDS


def _is_ninjs(item: dict[str, Any]) -> bool:
    return bool(_TOLD_BY & item.keys()) and ("guid" in item or "uri" in item or "headline" in item)


def _article(item: dict[str, Any], zone: str) -> Article:
    changed = parse_time(_one(item, "versioncreated", "versionCreated"), zone)
    created = parse_time(
        _one(item, "firstcreated", "firstCreated", "contentcreated", "contentCreated"), zone
    )
    body = "" if _is_beside(item) else _body(item)
    referring = _is_beside(item) or (item.get("type") in _PACKAGES and not body)
    told = status_of(_one(item, "pubstatus", "pubStatus"))
    return Article(
        body=body,
        headline=line_or_none(
            html_text(_one(item, "headline") or _valued(item, "headlines") or "")
        ),
        byline=line_or_none(_one(item, "byline", "by")),
        source=line_or_none(_one(item, "source")) or _provider(item),
        guid=line_or_none(_one(item, "guid") or _one(item, "uri"), 2000),
        version=_version(item),
        published=created or changed,
        updated=changed if created else None,
        language=line_or_none(item.get("language"), 20),
        url=_address(item),
        status=Status.WITHHELD if referring and told is Status.USABLE else told,
        embargoed=embargo(parse_time(_one(item, "embargoed", "embargoedUntil"), zone), None),
        correction=tells_correction(_one(item, "ednote", "edNote")),
        replaces=tuple(guid for guid in (_one(item, "evolvedfrom", "evolvedFrom"),) if guid),
    )


def _one(item: dict[str, Any], *names: str) -> str | None:
    return next(
        (value for name in names if isinstance(value := item.get(name), str) and value.strip()),
        None,
    )


def _valued(item: dict[str, Any], name: str) -> str | None:
    """In ninjs 2 and 3 a field has a list of values, the main one first or named so."""
    told = item.get(name)
    values = [
        entry
        for entry in (told if isinstance(told, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("value"), str)
    ]
    main = [entry for entry in values if "main" in str(entry.get("role", "")).lower()]
    return next((entry["value"] for entry in (*main, *values)), None)


def _body(item: dict[str, Any]) -> str:
    """The text: marked up before plain, whole before a summary (the one thing that some senders send)."""
    marked = (name for name in item if name.startswith("body_") and name != "body_text")
    for name in ("body_html", "body_xhtml", *marked):
        if (markup := _one(item, name)) and (body := html_text(markup)):
            return body
    texts = (
        _one(item, "body_text"),
        _valued(item, "bodies"),
        _one(item, "description_text"),
        _valued(item, "descriptions"),
    )
    return next((body for text in texts if text and (body := plain_or_marked(text))), "")


def _provider(item: dict[str, Any]) -> str | None:
    for name in ("infoSources", "infosources", "infosource", "provider"):
        value = item.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and (
            told := line_or_none(first.get("name") or first.get("literal"))
        ):
            return told
    return None


def _version(item: dict[str, Any]) -> str | None:
    version = item.get("version")
    return (
        line_or_none(str(version))
        if isinstance(version, str | int) and not isinstance(version, bool)
        else None
    )


def _address(item: dict[str, Any]) -> str | None:
    url = _one(item, "url", "canonical", "link")
    return line_or_none(url, 2000) if url and url.startswith(("http://", "https://")) else None
