"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from typing import Any

from bot.model import Article, Format
from bot.model.errors import FeedEmpty
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.document import Document
from bot.reading.markup import html_text
from bot.reading.times import parse_time

_MOST_ITEMS = 2_000


def detect(document: Document) -> Format | None:
    """An object whose `version` is jsonfeed.org's."""
    if not document.looks_like_json or "jsonfeed.org" not in document.text[:5_000]:
        return None
    data = document.json
    return (
        Format.JSONFEED
        if isinstance(data, dict) and "jsonfeed.org" in str(data.get("version", ""))
        else None
    )


def articles(document: Document) -> list[Article]:
    """Every item; a feed without one is an error."""
    feed = document.json
    items = feed.get("items")
    read = [
        _article(item, feed, document.zone)
        for item in _list(items)[:_MOST_ITEMS]
        if isinstance(item, dict)
    ]
    kept = [article for article in read if article.headline or article.body]
    if not kept:
        raise FeedEmpty
    return kept


def _article(item: dict[str, Any], feed: dict[str, Any], zone: str) -> Article:
    guid = item.get("id")
    return Article(
        body=_body(item),
        headline=line_or_none(item.get("title")),
        byline=_byline(item) or _byline(feed),
        source=line_or_none(feed.get("title")),
        guid=line_or_none(str(guid), 2000) if guid is not None else None,
        published=parse_time(item.get("date_published"), zone),
        updated=parse_time(item.get("date_modified"), zone),
        language=line_or_none(item.get("language") or feed.get("language"), 20),
        url=line_or_none(item.get("url") or item.get("external_url"), 2000),
    )


def _body(item: dict[str, Any]) -> str:
    for key, plain in (
        ("content_html", html_text),
        ("content_text", clean_body),
        ("summary", clean_body),
    ):
        value = item.get(key)
        if isinstance(value, str) and (body := plain(value)):
            return body
    return ""


def _byline(holder: dict[str, Any]) -> str | None:
    authors = [*_list(holder.get("authors")), holder.get("author")]
    names = [
        author["name"]
        for author in authors
        if isinstance(author, dict) and isinstance(author.get("name"), str)
    ]
    return line_or_none(", ".join(dict.fromkeys(names)))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
