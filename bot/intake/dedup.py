"""Is this article one that we have? Identity, content and version, compared without a store."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from enum import Enum, auto
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.model import Article, Status, StoredVersion

# Query fields that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"utm_\w+|at_\w+|fbclid|gclid|ocid|cmpid|ref|rss|xtor|mc_[ce]id", re.IGNORECASE
)
# NewsML 1 puts the revision at the end of its public identifier (urn:newsml:provider:date:id:revision).
_REVISION = re.compile(r"(urn:newsml:[^:]+:[^:]+:[^:]+):\d+[AUN]?")
# Below this a body says too little to tell two articles apart ("Full story follows").
_TELLING = 100
# A shorter guid without a colon ("1", "story-7") is its own source's number, not the world's.
_WORLDWIDE = 20


class IntakeDecision(Enum):
    """What to do with an article, given what the store knows of it."""

    NEW = auto()
    NEWER = auto()
    SAME = auto()
    WITHDRAW = auto()
    KEEP_OUT = auto()


def identities(articles: Sequence[Article], source: str | None) -> list[str]:
    """Each article's identity: guid, else address, else its text; with the address where a file repeats a guid."""
    urls = defaultdict(set)
    for article in articles:
        urls[article.guid].add(article.url)
    return [
        identity_of(article, source, repeated=len(urls[article.guid]) > 1) for article in articles
    ]


def replaced_by(article: Article, source: str | None) -> tuple[str, ...]:
    """The identities of the articles that this one stands in for, or takes with it when it is canceled."""
    scope, own = _scope(article, source), identity_of(article, source)
    return tuple(
        found
        for found in dict.fromkeys(_of_guid(guid, scope) for guid in article.replaces)
        if found != own
    )


def identity_of(article: Article, source: str | None = None, *, repeated: bool = False) -> str:
    """One article's identity; a headline edit does not change it. Outlets that print one text each keep theirs."""
    if article.guid and not (repeated and article.url):
        return _of_guid(article.guid, _scope(article, source))
    if article.url:
        return f"url:{plain_address(article.url)}"
    return f"text:{(article.source or source or '').casefold()}:{content_hash(article)}"


def content_hash(article: Article) -> str:
    """The same for the same words; the headline counts only where the body says little."""
    text = (
        article.body
        if len(article.body) >= _TELLING
        else f"{article.headline or ''}\n{article.body}"
    )
    return hashlib.sha256(" ".join(text.split()).encode("utf-8")).hexdigest()


def plain_address(url: str) -> str:
    """The address without what only says where a reader came from."""
    try:
        parts = urlsplit(url)
        query = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not _TRACKING.fullmatch(name)
        ]
        return urlunsplit(
            (parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", urlencode(query), "")
        )
    except ValueError:
        return url


def may_change(known: StoredVersion, origin: str) -> bool:
    """Whether what came from `origin` may update or kill an article: a feed may not touch another source's.

    The folder is the operator's, where wires come in by several ways. What came before origins were kept has none.
    """
    return not origin.startswith("//") or known.origin in {origin, ""}


def verdict(article: Article, known: StoredVersion | None, origin: str = "") -> IntakeDecision:
    """Compare with what the store has under this identity."""
    if known is not None and not may_change(known, origin):
        return IntakeDecision.SAME
    if article.status is Status.CANCELED:
        return IntakeDecision.WITHDRAW
    if article.status is Status.WITHHELD:
        return IntakeDecision.WITHDRAW if known and not known.withdrawn else IntakeDecision.KEEP_OUT
    if known is None:
        return IntakeDecision.NEW
    return IntakeDecision.NEWER if _is_newer(article, known) else IntakeDecision.SAME


def _is_newer(article: Article, known: StoredVersion) -> bool:
    """By version, else by words. What was killed comes back by a higher version alone, what was replaced never."""
    if known.replaced or known.succeeded:
        return known.succeeded
    order = _order(article.version, known.version)
    if known.withdrawn:
        return order is not None and order > 0
    return order > 0 if order else content_hash(article) != known.content_hash


def host_of(url: str) -> str:
    """The host of an address as a source's name: "courier.example"; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _of_guid(guid: str, scope: str) -> str:
    if guid.startswith(("http://", "https://")):
        return f"url:{plain_address(guid)}"
    unrevised = _REVISION.fullmatch(guid)
    guid = unrevised.group(1) if unrevised else guid
    return f"guid:{guid}" if ":" in guid or len(guid) >= _WORLDWIDE else f"guid:{scope}:{guid}"


def _scope(article: Article, source: str | None) -> str:
    try:
        host = urlsplit(article.url or "").hostname
    except ValueError:
        host = None
    return (host or source or article.source or "").casefold()


def _order(version: str | None, known: str | None) -> int | None:
    """1 for a higher version, -1 for a lower one, 0 for the same; None where they cannot be compared."""
    if version is None or known is None:
        return None
    if version == known:
        return 0
    if version.isdecimal() and known.isdecimal():
        return 1 if int(version) > int(known) else -1
    return None
