"""What a page or feed says about feeds: where a page's feeds are, and how long a feed stays good.

By patterns alone, each linear in time: this runs outside the killable worker.
"""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

_HEAD = 300_000
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-z-]{1,20})\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,2000}))",
    re.IGNORECASE,
)
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
)
_COMMENTS = re.compile(r"comment", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_MOST = 3


def feed_addresses(data: bytes, base: str) -> tuple[str, ...]:
    """The feeds that a page links to as its alternates (rel=alternate), those of comments left out; a few at most."""
    found = {}
    for link in _LINK.findall(data[:_HEAD].decode("utf-8", "replace")):
        told = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(link)}
        if "alternate" not in told.get("rel", "").lower() or not told.get(
            "type", ""
        ).lower().startswith(_FEED_TYPES):
            continue
        if told.get("href") and not _COMMENTS.search(told["href"] + told.get("title", "")):
            found[_joined(base, told["href"])] = True
    return tuple(address for address in found if address)[:_MOST]


def time_to_live(data: bytes) -> timedelta | None:
    """How long RSS says that it stays the same (its ttl, in minutes)."""
    ttl = _TTL.search(data[:20_000].decode("utf-8", "replace"))
    return timedelta(minutes=int(ttl.group(1))) if ttl else None


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
