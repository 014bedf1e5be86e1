"""News in JSON: ninjs 1 to 3 (IPTC), and JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

import re
from typing import Any

from bot.model import Article, Format, Status
from bot.model.errors import FeedEmpty, SourceUnreadable
from bot.reading.cleaning import MAX_URL_CHARS, clean_body, first_line, line_or_none
from bot.reading.document import FormatReader, SourceDocument, json_objects
from bot.reading.holds import hold_article
from bot.reading.markup import html_text
from bot.reading.times import parse_embargo, parse_time
from bot.reading.wire_status import notes_correction, parse_status
from bot.reading.wire_text import WIRE_WORDS, plain_or_html

MAX_ITEMS = 2_000
_FEED_MARK = "jsonfeed.org"
_SNIFFED_FEED_CHARS = 5_000
_TEXT_READERS = {"content_html": html_text, "content_text": clean_body, "summary": clean_body}
_PACKAGES = {"composite", "package"}
# Where services put the items of a page of them.
_LIST_NAMES = ("items", "item", "_items")
_SNIFFED_NAMES = re.compile(r'"(?:guid"|uri"|headline)')
_IDENTIFYING = {"guid", "uri", "headline"}


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize a feed by its `version`, an address, and ninjs by the names of its properties."""
    if not document.looks_like_json:
        return None
    if _FEED_MARK in document.text[:_SNIFFED_FEED_CHARS] and _is_feed(document.json):
        return Format.JSONFEED, _read_feed
    may_be_ninjs = _SNIFFED_NAMES.search(document.text)
    is_ninjs = may_be_ninjs and any(map(_is_ninjs, _items(document.json)))
    return (Format.NINJS, _read_ninjs) if is_ninjs else None


def _is_feed(data: Any) -> bool:
    return isinstance(data, dict) and _FEED_MARK in str(data.get("version", ""))


def _read_feed(document: SourceDocument) -> list[Article]:
    """Return every item. Raise FeedEmpty where there is none."""
    feed = document.json
    items = json_objects(feed.get("items"))[:MAX_ITEMS]
    articles = [_read_feed_item(item, feed, document.zone) for item in items]
    with_content = [article for article in articles if article.headline or article.body]
    if not with_content:
        raise FeedEmpty
    return with_content


def _read_feed_item(item: dict[str, Any], feed: dict[str, Any], zone: str) -> Article:
    guid = item.get("id")
    return Article(
        body=_feed_body(item),
        headline=line_or_none(item.get("title")),
        byline=_feed_byline(item) or _feed_byline(feed),
        source=line_or_none(feed.get("title")),
        guid=line_or_none(str(guid), MAX_URL_CHARS) if guid is not None else None,
        published=parse_time(item.get("date_published"), zone),
        updated=parse_time(item.get("date_modified"), zone),
        language=item.get("language") or feed.get("language"),
        url=line_or_none(item.get("url") or item.get("external_url"), MAX_URL_CHARS),
    )


def _feed_body(item: dict[str, Any]) -> str:
    for name, read_text in _TEXT_READERS.items():
        if isinstance(text := item.get(name), str) and (body := read_text(text)):
            return body
    return ""


def _feed_byline(holder: dict[str, Any]) -> str | None:
    authors = json_objects(holder.get("authors")) + json_objects(holder.get("author"))
    names = (author.get("name") for author in authors)
    return line_or_none(", ".join(dict.fromkeys(name for name in names if isinstance(name, str))))


def _read_ninjs(document: SourceDocument) -> list[Article]:
    """Return every text and then what is associated with it; pictures and the like are withheld.

    Raise SourceUnreadable where there is no text.
    """
    items = [item for item in _items(document.json) if _is_ninjs(item)][:MAX_ITEMS]
    texts = [item for item in items if not _is_media(item)]
    if not texts:
        unread = "(pictures, films and events are not read)"
        raise SourceUnreadable(f"This ninjs holds no text {unread}.")
    associated = [other for item in texts for other in _associated(item) if _is_ninjs(other)]
    return [_read_item(item, document.zone) for item in (*texts, *associated[:MAX_ITEMS])]


def _items(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and not _is_ninjs(data):
        lists = (data[name] for name in _LIST_NAMES if isinstance(data.get(name), list))
        data = next(lists, data)
    return json_objects(data)


def _associated(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the associated items: named in ninjs 1, a list in 2 and 3."""
    items = item.get("associations")
    return json_objects(list(items.values()) if isinstance(items, dict) else items)


def _is_media(item: dict[str, Any]) -> bool:
    return _text(item, "type") in WIRE_WORDS["ninjs media"]


def _is_ninjs(item: dict[str, Any]) -> bool:
    return bool(WIRE_WORDS["ninjs properties"] & item.keys() and _IDENTIFYING & item.keys())


def _read_item(item: dict[str, Any], zone: str) -> Article:
    created = _text(item, "firstcreated", "firstCreated", "contentcreated", "contentCreated")
    changed = parse_time(_text(item, "versioncreated", "versionCreated"), zone)
    published = parse_time(created, zone)
    is_media = _is_media(item)
    body = "" if is_media else _body(item)
    only_refers = is_media or (_text(item, "type") in _PACKAGES and not body)
    status = parse_status(_text(item, "pubstatus", "pubStatus"))
    headline = _text(item, "headline") or _main_value(item, "headlines") or ""
    replaced, version = _text(item, "evolvedfrom", "evolvedFrom"), item.get("version")
    is_version = isinstance(version, str | int) and not isinstance(version, bool)
    note, embargo = _text(item, "ednote", "edNote"), _text(item, "embargoed", "embargoedUntil")
    embargoed = parse_embargo(embargo, zone)
    is_held = only_refers or (embargo is not None and embargoed is None)
    article = Article(
        body=body,
        headline=line_or_none(html_text(headline)),
        byline=line_or_none(_text(item, "byline", "by")),
        source=line_or_none(_text(item, "source")) or _provider(item),
        guid=line_or_none(_text(item, "guid", "uri"), MAX_URL_CHARS),
        version=line_or_none(str(version)) if is_version else None,
        published=published or changed,
        updated=changed if published else None,
        language=item.get("language"),
        url=line_or_none(_text(item, "url", "canonical", "link"), MAX_URL_CHARS),
        status=Status.WITHHELD if is_held and status is Status.USABLE else status,
        embargoed=embargoed,
        correction=notes_correction(note),
        replaces=(replaced,) if replaced else (),
    )
    return hold_article(article, zone, note)


def _text(item: dict[str, Any], *names: str) -> str | None:
    """Return the first of these properties that is a text and not blank."""
    values = (item.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value.strip()), None)


def _main_value(item: dict[str, Any], name: str) -> str | None:
    """Return a field of ninjs 2 and 3: a list of values, the main one first or named so."""
    values = json_objects(item.get(name))
    entries = [entry for entry in values if isinstance(entry.get("value"), str)]
    main = [entry for entry in entries if "main" in str(entry.get("role", "")).lower()]
    return next((entry["value"] for entry in (*main, *entries)), None)


def _body(item: dict[str, Any]) -> str:
    """Return the text: marked up before plain, whole before a summary, which may be all."""
    other = (name for name in item if name.startswith("body_") and name != "body_text")
    for name in ("body_html", "body_xhtml", *other):
        if (markup := _text(item, name)) and (body := html_text(markup)):
            return body
    texts = (
        _text(item, "body_text"),
        _main_value(item, "bodies"),
        _text(item, "description_text"),
        _main_value(item, "descriptions"),
    )
    return next((body for text in texts if text and (body := plain_or_html(text))), "")


def _provider(item: dict[str, Any]) -> str | None:
    names = ("infoSources", "infosources", "infosource", "provider")
    parties = (party for name in names for party in json_objects(item.get(name))[:1])
    return first_line(party.get("name") or party.get("literal") for party in parties)
