"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from typing import Any

from bot.model import Article, Format
from bot.model.errors import FeedEmpty
from bot.reading.cleaning import MAX_LANGUAGE_CHARS, MAX_URL_CHARS, clean_body, line_or_none
from bot.reading.document import SourceDocument, json_objects
from bot.reading.markup import html_text
from bot.reading.times import parse_time

MAX_ITEMS = 2_000
_SNIFFED_CHARS = 5_000
_TEXT_READERS = {"content_html": html_text, "content_text": clean_body, "summary": clean_body}


def detect(document: SourceDocument) -> Format | None:
    """Recognize an object whose `version` is an address of jsonfeed.org."""
    if not document.looks_like_json or "jsonfeed.org" not in document.text[:_SNIFFED_CHARS]:
        return None
    feed = document.json
    is_feed = isinstance(feed, dict) and "jsonfeed.org" in str(feed.get("version", ""))
    return Format.JSONFEED if is_feed else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return every item. Raise FeedEmpty where there is none."""
    feed = document.json
    items = json_objects(feed.get("items"))[:MAX_ITEMS]
    articles = [_read_item(item, feed, document.zone) for item in items]
    with_content = [article for article in articles if article.headline or article.body]
    if not with_content:
        raise FeedEmpty
    return with_content


def _read_item(item: dict[str, Any], feed: dict[str, Any], zone: str) -> Article:
    guid = item.get("id")
    return Article(
        body=_body(item),
        headline=line_or_none(item.get("title")),
        byline=_byline(item) or _byline(feed),
        source=line_or_none(feed.get("title")),
        guid=line_or_none(str(guid), MAX_URL_CHARS) if guid is not None else None,
        published=parse_time(item.get("date_published"), zone),
        updated=parse_time(item.get("date_modified"), zone),
        language=line_or_none(item.get("language") or feed.get("language"), MAX_LANGUAGE_CHARS),
        url=line_or_none(item.get("url") or item.get("external_url"), MAX_URL_CHARS),
    )


def _body(item: dict[str, Any]) -> str:
    for name, read_text in _TEXT_READERS.items():
        if isinstance(text := item.get(name), str) and (body := read_text(text)):
            return body
    return ""


def _byline(holder: dict[str, Any]) -> str | None:
    authors = json_objects(holder.get("authors")) + json_objects(holder.get("author"))
    names = (author.get("name") for author in authors)
    return line_or_none(", ".join(dict.fromkeys(name for name in names if isinstance(name, str))))
