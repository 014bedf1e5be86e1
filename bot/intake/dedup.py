"""Decide whether an article is one that we have, by identity, content and version."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from bot.intake.links import page_identity
from bot.model import Article, Status, StoredVersion
from bot.model.hosts import site_of
from bot.stories.repetition import is_copy, lower_words

# NewsML 1 ends its public identifier in the revision (urn:newsml:provider:date:id:revision).
# Some leave the date out; then only the letter behind a number tells that it is a revision.
_NEWSML_REVISION = re.compile(
    r"(urn:newsml(?::[^:]+){3}(?=:\d+[AUN]?$)|urn:newsml(?::[^:]+){2}(?=:\d+[AUN]$)).*"
)
# A shorter body says too little to tell two articles apart ("Full story follows").
_MIN_TELLING_CHARS = 100
# A shorter guid without a colon ("1", "story-7") is unique only within its own source.
_MIN_GLOBAL_GUID_CHARS = 20
_SAME_HEADLINE_WITHIN = timedelta(days=1)
# Of the words of a page, or of its feed item, that the other must have to be a newer version: where
# it is new, so that no teaser or copy is one; and where it has changed, so that no teaser is.
_MORE_TEXT = 1.1
_WHOLE_TEXT = 0.5


class IntakeDecision(StrEnum):
    """What to do with an article, given what the store has of it; the values tell it as done."""

    NEW = "stored"
    NEWER = "updated"
    SAME = "duplicate"
    WITHDRAW = "withdrawn"
    KEEP_OUT = "leftout"
    WITHHOLD = "withheld"


def identify(articles: Sequence[Article], source: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return each article's identity in its file, and the identities of those that it replaces.

    The identity is its guid, else its address, else its text; where the file repeats a guid for
    articles at several addresses, the address goes first. A kill is at none.
    """
    urls = defaultdict(set)
    for article in articles:
        if article.url and article.status is not Status.CANCELED:
            urls[article.guid].add(page_identity(article.url))
    own = (_identity(article, source, len(urls[article.guid])) for article in articles)
    return [(own_id, _replaced(each, source)) for own_id, each in zip(own, articles, strict=True)]


def _identity(article: Article, source: str | None, urls_of_guid: int = 1) -> str:
    """Return an identity that no edit of the headline changes, each outlet's of a text its own."""
    if article.guid and (urls_of_guid <= 1 or not article.url):
        return _guid_identity(article.guid, _guid_scope(article, source))
    if article.url:
        return f"url:{page_identity(article.url)}"
    return f"text:{(article.source or source or '').casefold()}:{content_hash(article)}"


def _replaced(article: Article, source: str | None) -> tuple[str, ...]:
    """Return the identities of the articles that this one replaces, or cancels with itself."""
    scope = _guid_scope(article, source)
    replaced = dict.fromkeys(_guid_identity(guid, scope) for guid in article.replaces)
    replaced.pop(_identity(article, source), None)
    return tuple(replaced)


def address_of(article: Article, identity: str) -> str | None:
    """Return the identity of the page that an article stands on, if its address may be its own.

    A home page is no article's, and a fragment names a part of a page, as in a live blog.
    """
    if not article.url or article.status is not Status.USABLE:
        return None
    page = page_identity(article.url)
    address, fragment = f"url:{page}", article.url.partition("#")[2]
    is_part = bool(fragment) and "=" not in fragment and "#" not in page
    is_home = not {"/", "?", "#"} & set(page)
    return address if address == identity or not (is_part or is_home) else None


def is_same_article(article: Article, other: Article) -> bool:
    """Return whether two articles at one address are one: by their words, else by their headlines.

    One headline comes again where an address is used every day: then their dates tell them apart.
    """
    if is_copy(article.body, other.body):
        return True
    headline, known = (lower_words(each.headline or "") for each in (article, other))
    times = [each.published for each in (article, other) if each.published]
    is_near = max(times) - min(times) < _SAME_HEADLINE_WITHIN if times else True
    return bool(headline) and headline == known and is_near


def newest_of_each(articles: Sequence[Article], source: str | None) -> list[Article]:
    """Return the articles of a file with each identity once: the newest, else the first of them.

    A kill stands beside its article, whatever their order.
    """
    newest: dict[tuple[str, bool], Article] = {}
    for (own, _), article in zip(identify(articles, source), articles, strict=True):
        key = own, article.status is Status.USABLE
        if key not in newest or _is_later(article, newest[key]):
            newest[key] = article
    return list(newest.values())


def _is_later(article: Article, other: Article) -> bool:
    if order := _compare_versions(article.version, other.version):
        return order > 0
    times = [each.updated or each.published for each in (article, other)]
    return bool(times[0] and times[1] and times[0] > times[1])


def content_hash(article: Article) -> str:
    """Return a hash of the words; the headline counts only where the body says little."""
    text = article.body
    if len(text) < _MIN_TELLING_CHARS:
        text = f"{article.headline or ''}\n{text}"
    return hashlib.sha256(" ".join(text.split()).encode("utf-8")).hexdigest()


def decide(article: Article, known: StoredVersion | None, origin: str = "") -> IntakeDecision:
    """Decide about an article from `origin` by what the store has under its identity."""
    if known is not None and not _may_change(known, origin):
        return IntakeDecision.SAME
    if article.status is Status.CANCELED:
        return IntakeDecision.WITHDRAW
    if article.status is Status.WITHHELD:
        is_shown = known is not None and not known.withdrawn
        return IntakeDecision.WITHDRAW if is_shown else IntakeDecision.WITHHOLD
    if known is None:
        return IntakeDecision.NEW
    return IntakeDecision.NEWER if _is_newer(article, known) else IntakeDecision.SAME


def is_remote(origin: str) -> bool:
    """Return whether an article came in by a feed, whose origin is "//" and its host."""
    return origin.startswith("//")


def _may_change(known: StoredVersion, origin: str) -> bool:
    """Return whether articles from `origin` may update or kill a known one.

    A feed may not touch another source's. The folder is the operator's, and wires come in by
    several ways. What was stored before origins were kept has none. A site's own page may take the
    place of an item that links to it.
    """
    if known.joined and known.article.url and origin == f"//{site_of(known.article.url)}":
        return True
    return not is_remote(origin) or known.origin in {origin, ""}


def _is_newer(article: Article, known: StoredVersion) -> bool:
    """Compare by version, else by words.

    A killed article comes back only by a higher version, a replaced one never.
    """
    if known.replaced or known.succeeded:
        return known.succeeded
    order = _compare_versions(article.version, known.version)
    if known.withdrawn:
        return order is not None and order > 0
    if known.joined and not _is_whole(article, known):
        return False
    if order:
        return order > 0
    return not _is_stale(article, known) and content_hash(article) != known.content_hash


def _is_whole(article: Article, known: StoredVersion) -> bool:
    """Return whether it has the text to take the place of what came in another way.

    A text that was dropped after its source's days does not come back so.
    """
    share = _MORE_TEXT if known.content_hash is None else _WHOLE_TEXT
    words = len(known.article.body.split())
    return 0 < share * words <= len(article.body.split())


def _is_stale(article: Article, known: StoredVersion) -> bool:
    """Return whether it is an older copy, as a server may send that has not caught up."""
    if article.updated and known.updated:
        return article.updated < known.updated
    own, other = article.updated or article.published, known.updated or known.published
    return is_remote(known.origin) and bool(own and other and own < other)


def _compare_versions(version: str | None, known: str | None) -> int | None:
    """Return 1 for a higher version, -1 for a lower one, 0 for the same; None if incomparable."""
    if version is None or known is None:
        return None
    if version == known:
        return 0
    if version.isdecimal() and known.isdecimal():
        return 1 if int(version) > int(known) else -1
    return None


def _guid_identity(guid: str, scope: str) -> str:
    if guid.lower().startswith(("http://", "https://")):
        return f"url:{page_identity(guid)}"
    if match := _NEWSML_REVISION.fullmatch(guid):
        guid = match.group(1)
    is_global = ":" in guid or len(guid) >= _MIN_GLOBAL_GUID_CHARS
    return f"guid:{guid}" if is_global else f"guid:{scope}:{guid}"


def _guid_scope(article: Article, source: str | None) -> str:
    """Return the source within which a short guid is unique."""
    return (site_of(article.url or "") or source or article.source or "").casefold()
