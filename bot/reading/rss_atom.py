"""RSS 0.9 to 2.0, RDF, Atom and WordPress exports, through feedparser; it is given bytes and never fetches."""

import io
import re
import warnings
from calendar import timegm
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

import feedparser

from bot.model import Article, Format, Status
from bot.model.errors import FeedEmpty, SourceUnreadable
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import html_text, is_overloaded, sound_entities
from bot.reading.times import parse_time

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_ITEM_END = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_FEED_END = re.compile(
    r"</(?:[\w.-]{1,20}:)?(?:rss|rdf|feed)\s*>\s*(?:<!--.{0,2000}?-->\s*)*$",
    re.IGNORECASE | re.DOTALL,
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PILED_UP = re.compile(r"(?:<[A-Za-z][^<>]{0,100}>\s*){300}")
# One such sign makes feedparser leave its strict parser for a slow one.
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)")
_ROOT = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|rdf|feed)\b", re.IGNORECASE)
_SHORT_CODE = re.compile(r"\[/?([a-z][a-z0-9_-]{1,40})( [^\[\]]{0,500})?\]")
_CAPTION = re.compile(
    r"\[caption\b[^\[\]]{0,500}\](?:(?!\[/?caption).){0,3000}\[/caption\]", re.DOTALL
)
_CLOSING = re.compile(r"\[/([a-z][a-z0-9_-]{1,40})\]")
_WEB = ("http://", "https://")
_DELETED = re.compile(r"<(?:[\w.-]{1,20}:)?deleted-entry\b([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*[\"']([^\"'<>]{0,2000})[\"']")
_MOST_ITEMS = 2_000
_ROOTS = {"rss": Format.RSS, "rdf": Format.RSS, "feed": Format.ATOM}
_WORDPRESS_TEXTS = {"post", "page", None}
_WORDPRESS_SHOWN = {"publish", "inherit", None}


def detect(document: Document) -> Format | None:
    """The root element tells."""
    return _ROOTS.get((document.root or "").lower())


def articles(document: Document) -> list[Article]:
    """Every item; a feed without one is an error."""
    text = _bounded(document.text)
    data = b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8")
    headers = {"content-type": "application/xml; charset=utf-8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        feed = _parsed(data, headers)
        items = [
            _article(entry, feed.feed, document.zone) for entry in feed.entries if _is_text(entry)
        ]
    kept = [item for item in items if item.headline or item.body] + _deleted(text, document.zone)
    if not kept:
        raise FeedEmpty
    return kept


def _deleted(text: str, zone: str) -> list[Article]:
    """The entries that an Atom feed takes back (RFC 6721)."""
    marks = (
        {name: unescape(value) for name, value in _ATTRIBUTE.findall(mark)}
        for mark in _DELETED.findall(text)
    )
    told = [
        (line_or_none(mark.get("ref"), 2000), parse_time(mark.get("when"), zone)) for mark in marks
    ]
    return [
        Article("", guid=guid, updated=when, status=Status.CANCELED) for guid, when in told if guid
    ][:_MOST_ITEMS]


def _parsed(data: bytes, headers: dict[str, str]) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(data),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        AssertionError,
    ) as e:
        # feedparser means to read anything, but its loose parser still trips over what nobody has tried.
        raise SourceUnreadable("This feed is broken in a way that cannot be mended.") from e


def _bounded(text: str) -> str:
    """Caps before feedparser sees it: no DOCTYPE, no giant tag, not too many items, no item cut in the middle."""
    text = _ILLEGAL.sub("", _DECLARATION.sub("", text, count=1))
    root = _ROOT.search(text)
    text = (
        text[root.start() :] if root else text
    )  # DOCTYPE, comments and instructions before it say nothing
    if is_overloaded(text):
        raise SourceUnreadable("One tag of this feed has thousands of attributes: this is no news.")
    if _PILED_UP.search(text):
        raise SourceUnreadable("This feed is nested too deeply to hold news.")
    text = _BARE_AMPERSAND.sub("&amp;", sound_entities(text))
    ends = [
        match.end() for match, _ in zip(_ITEM_END.finditer(text), range(_MOST_ITEMS), strict=False)
    ]
    if not ends and _FEED_END.search(text[-4000:]):
        if _DELETED.search(text):
            return text
        raise FeedEmpty
    if not ends:
        raise SourceUnreadable("This feed holds no complete article.")
    return text if len(ends) < _MOST_ITEMS and _FEED_END.search(text[-4000:]) else text[: ends[-1]]


def _article(entry: Any, feed: Any, zone: str) -> Article:
    guid = line_or_none(entry.get("id"), 2000)
    source = entry.get("source") or {}
    return Article(
        body=_body(entry),
        headline=line_or_none(html_text(str(entry.get("title") or ""))),
        byline=_byline(entry),
        source=line_or_none(html_text(str(source.get("title") or feed.get("title") or ""))),
        guid=guid,
        published=_time(entry, "published", zone) or _time(entry, "updated", zone),
        updated=_time(entry, "updated", zone) if entry.get("published") else None,
        language=_language(entry, feed),
        url=_address(entry.get("link"), feed.get("link")),
        status=Status.USABLE if _is_shown(entry) else Status.WITHHELD,
    )


def _address(link: Any, base: Any) -> str | None:
    """The item's address; a relative one is beside the feed's own page."""
    if not isinstance(link, str) or not link:
        return None
    try:
        address = urljoin(base, link) if isinstance(base, str) and base.startswith(_WEB) else link
    except ValueError:
        return None
    return address if address.startswith(_WEB) else None


def _is_shown(entry: Any) -> bool:
    """Whether WordPress shows it to everyone: published, and without a password."""
    return entry.get("wp_status") in _WORDPRESS_SHOWN and not entry.get("wp_post_password")


def _body(entry: Any) -> str:
    """The longest text the item has: its content, else its summary."""
    texts = [str(content.get("value") or "") for content in entry.get("content") or []]
    texts.append(str(entry.get("summary") or ""))
    return max((_plain(text) for text in texts), key=len)


def _plain(text: str) -> str:
    """WordPress's short codes go ("[gallery ids=1]", "[b]…[/b]"); words in brackets, which are the reporter's, stay."""
    text = _CAPTION.sub("", text) if "[caption" in text else text
    closed = set(_CLOSING.findall(text)) if "[/" in text else set()

    def kept(code: re.Match[str]) -> str:
        name, told = code.group(1), code.group(2) or ""
        return (
            ""
            if code.group().startswith("[/") or name in closed or "_" in name or "=" in told
            else code.group()
        )

    return html_text(_SHORT_CODE.sub(kept, text) if "[" in text else text)


def _byline(entry: Any) -> str | None:
    names = [author.get("name") for author in entry.get("authors") or [] if author.get("name")]
    return line_or_none(html_text(", ".join(names or [str(entry.get("author") or "")])))


def _time(entry: Any, name: str, zone: str) -> datetime | None:
    """Our own reading of the time, which knows the source's zone; feedparser's where we cannot."""
    if read := parse_time(entry.get(name), zone):
        return read
    parsed = entry.get(f"{name}_parsed")
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _language(entry: Any, feed: Any) -> str | None:
    content = (entry.get("content") or [{}])[0]
    return line_or_none(
        content.get("language")
        or entry.get("title_detail", {}).get("language")
        or feed.get("language"),
        20,
    )


def _is_text(entry: Any) -> bool:
    """Leave out the pictures of a WordPress export."""
    return entry.get("wp_post_type") in _WORDPRESS_TEXTS
