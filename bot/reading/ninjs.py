"""ninjs 1 to 3 (IPTC): news in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import SourceUnreadable
from bot.model import Article, Format, Status
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.markup import html_text
from bot.reading.times import read_time
from bot.reading.wire_text import embargo, status_of

if TYPE_CHECKING:
    from bot.reading.material import Material

_TOLD_BY = {
    "headline", "headlines", "body_html", "body_text", "body_xhtml", "bodies", "versioncreated", "versionCreated",
    "pubstatus", "pubStatus", "description_text",
}  # fmt: skip
_NO_TEXT_KINDS = {"picture", "audio", "video", "graphic", "event", "planning", "component"}


def recognises(material: Material) -> Format | None:
    """An object (or a list of them) with ninjs's names in it."""
    if not material.looks_like_json or not any(name in material.text for name in ('"guid"', '"uri"', '"headline')):
        return None
    return Format.NINJS if any(_is_ninjs(item) for item in _items(material.json)) else None


def articles(material: Material) -> list[Article]:
    """Every text; what is associated with it (pictures) is left out."""
    items = [item for item in _items(material.json) if _is_ninjs(item)]
    read = [_article(item, material.zone) for item in items if item.get("type") not in _NO_TEXT_KINDS]
    if not read:
        raise SourceUnreadable("This ninjs holds no text (pictures, films and events are not read).")
    return read


def _items(data: Any) -> list[dict[str, Any]]:
    return [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]


def _is_ninjs(item: dict[str, Any]) -> bool:
    return bool(_TOLD_BY & item.keys()) and ("guid" in item or "uri" in item or "headline" in item)


def _article(item: dict[str, Any], zone: str) -> Article:
    changed = read_time(_one(item, "versioncreated", "versionCreated"), zone)
    created = read_time(_one(item, "firstcreated", "firstCreated", "contentcreated", "contentCreated"), zone)
    composite = item.get("type") in {"composite", "package"}
    return Article(
        body=_body(item),
        headline=line_or_none(html_text(_one(item, "headline") or _valued(item, "headlines") or "")),
        byline=line_or_none(_one(item, "byline")) or _authors(item),
        source=line_or_none(_one(item, "source")) or _provider(item),
        guid=line_or_none(_one(item, "guid") or _one(item, "uri"), 2000),
        version=_version(item),
        published=created or changed,
        updated=changed if created else None,
        language=line_or_none(item.get("language"), 20),
        url=_address(item),
        status=Status.WITHHELD if composite else status_of(_one(item, "pubstatus", "pubStatus")),
        embargoed=embargo(read_time(_one(item, "embargoed"), zone), None),
    )


def _one(item: dict[str, Any], *names: str) -> str | None:
    return next((value for name in names if isinstance(value := item.get(name), str) and value.strip()), None)


def _valued(item: dict[str, Any], name: str) -> str | None:
    """In ninjs 2 and 3 a field has a list of values, the main one first or named so."""
    values = [
        entry for entry in item.get(name) or [] if isinstance(entry, dict) and isinstance(entry.get("value"), str)
    ]
    main = [entry for entry in values if "main" in str(entry.get("role", "")).lower()]
    return next((entry["value"] for entry in (*main, *values)), None)


def _body(item: dict[str, Any]) -> str:
    markup = _one(item, "body_html", "body_xhtml") or _valued(item, "bodies")
    body = html_text(markup) if markup else ""
    return body or clean_body(_one(item, "body_text") or "")


def _authors(item: dict[str, Any]) -> str | None:
    """Who wrote it, where ninjs 2 and 3 leave the byline out."""
    if "headlines" not in item or not isinstance(item.get("by"), str):
        return None
    return line_or_none(item["by"])


def _provider(item: dict[str, Any]) -> str | None:
    for name in ("infoSources", "infosources", "provider"):
        value = item.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and (told := line_or_none(first.get("name") or first.get("literal"))):
            return told
    return None


def _version(item: dict[str, Any]) -> str | None:
    version = item.get("version")
    return line_or_none(str(version)) if isinstance(version, str | int) and not isinstance(version, bool) else None


def _address(item: dict[str, Any]) -> str | None:
    url = _one(item, "url", "canonical", "link")
    return line_or_none(url, 2000) if url and url.startswith(("http://", "https://")) else None
