"""Find the feeds that a page links to (https://www.rssboard.org/rss-autodiscovery).

By patterns alone, each linear in time, because this runs outside the worker process that may be
killed.
"""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from bot.model.hosts import is_below, site_of

_PAGE_BYTES = 300_000
_MAX_FEED_LINKS = 5
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(base|link|a)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))",
    re.IGNORECASE,
)
_FEED_TYPE = re.compile(
    r"(?:application|text)/(?:(?:rss|atom|rdf)\+xml|feed\+json|xml)\s*(?:;.*)?", re.IGNORECASE
)
# Of these a page has many that are no feeds.
_JSON_TYPE = re.compile(r"application/json\s*(?:;.*)?", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"/(?:feeds?|rss2?|atom|rdf)(?:\.(?:xml|json|php|aspx?))?/?$|\.(?:rss|atom|rdf)$"
    r"|/[\w-]{0,40}(?:feed|rss|atom|index)[\w-]{0,40}\.(?:xml|json)$|/(?:rss|feeds?)/[^/]+/?$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|output|alt)=(?:rss2?|atom|rdf|feed)\b", re.IGNORECASE
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|web ?feed|news ?feed|feed)\b", re.IGNORECASE)
# "feed://host/path" and "feed:https://host/path", as some sites still write.
_FEED_SCHEME = re.compile(r"feed:(?://(?=https?:))?(?=https?:)|feed:(?=//)", re.IGNORECASE)
_FEED_HOSTS = ("feeds.", "feed.", "rss.")
_ANCHOR_TEXT = re.compile(r"(.{0,300}?)</a\b", re.DOTALL | re.IGNORECASE)


def find_feed_links(data: bytes, address: str) -> tuple[str, ...]:
    """Return the first few feeds that the page at `address` links to, without those of comments.

    What its head names comes first, then links in its text that look like feeds of its own site.
    """
    text = _COMMENT.sub(" ", data[:_PAGE_BYTES].decode("utf-8", "replace"))
    tags = [(tag, _attributes(tag)) for tag in _TAG.finditer(text)]
    bases = (values.get("href") for tag, values in tags if _name(tag) == "base")
    base = _join(address, next(filter(None, bases), "")) or address
    named: list[str] = []
    own: list[str] = []
    for tag, values in tags:
        link = _join(base, values.get("href", ""))
        if link is None:
            continue
        if _name(tag) == "link" and _names_feed(values):
            named.append(link)
        elif _name(tag) == "a" and _is_own(link, address) and _looks_like_feed(link, tag, values):
            own.append(link)
    links = dict.fromkeys(link for link in (*named, *own) if "comment" not in link.lower())
    return tuple(links)[:_MAX_FEED_LINKS]


def _name(tag: re.Match[str]) -> str:
    return tag.group(1).lower()


def _attributes(tag: re.Match[str]) -> dict[str, str]:
    return {
        name.lower(): unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(tag.group(2))
    }


def _join(base: str, link: str) -> str | None:
    try:
        return urljoin(base, _FEED_SCHEME.sub("", link.strip()))
    except ValueError:
        return None


def _names_feed(link: dict[str, str]) -> bool:
    """Return whether a link element is for a feed, by its relation and type."""
    kinds, href = link.get("rel", "").lower().split(), link.get("href", "")
    told = f"{href} {link.get('title', '')}".lower()
    if not href or "comment" in told:
        return False
    if {"feed", "service.feed"} & set(kinds):
        return True
    mime = link.get("type", "").strip()
    is_json = _JSON_TYPE.fullmatch(mime) is not None and "feed" in told
    is_untyped = not mime and _has_feed_address(href)
    return "alternate" in kinds and bool(_FEED_TYPE.fullmatch(mime) or is_json or is_untyped)


def _has_feed_address(link: str) -> bool:
    parts = urlsplit(link)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def _is_own(link: str, address: str) -> bool:
    """Return whether a link stays on its site, or on a host that only serves feeds."""
    site, own = site_of(link), site_of(address)
    is_near = is_below(site, [own]) or is_below(own, [site])
    return bool(site) and (is_near or site.startswith(_FEED_HOSTS))


def _looks_like_feed(link: str, tag: re.Match[str], values: dict[str, str]) -> bool:
    """Return whether an anchor leads to a feed, by its address, its type, or the words on it."""
    if _FEED_TYPE.fullmatch(values.get("type", "")):
        return True
    text = _ANCHOR_TEXT.match(tag.string, tag.end())
    words = f"{text.group(1) if text else ''} {values.get('title', '')}"
    if "comment" in words.lower():
        return False
    is_data = urlsplit(link).path.lower().endswith((".xml", ".json"))
    is_data |= site_of(link).startswith(_FEED_HOSTS)
    return _has_feed_address(link) or bool(is_data and _FEED_WORD.search(words))
