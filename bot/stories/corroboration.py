"""How many outlets carry a story, and how many of them wrote their own text? Copies of one text count once."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from urllib.parse import urlsplit

from bot.model import StoredArticle

_WORD = re.compile(r"\w+")
_SHINGLE = 5  # words; shorter runs are shared by texts that nobody copied
_COPIED = 0.5  # of the shorter text's shingles: an agency's text, cut or edited, keeps more; two reporters' share less
_LOOKED_AT = 20_000  # characters of a body
_KEPT = 512  # bodies: a story is compared when it is chosen and again when it is told
_NAMED = 1_000  # articles whose outlet and agency are remembered
_CREDITED = 0.5  # of an article's statements come through one agency: then it is that agency's
_CREDIT = re.compile(r"\(([^\W\d_][\w .&'’-]{1,30})\)(?:\s?(?:--|[–—-])\s|[.\s]*\Z)")
_DATELINE = 100  # characters within which a body's opening credit ends
_AGENCY = re.compile(
    r"\b(Reuters|AP|Associated Press|AFP|Agence France-Presse|dpa|UPI|EFE|ANSA|TASS|Xinhua)\b"
)
_SHORT_NAMES = {"associated press": "ap", "agence france-presse": "afp"}


@dataclass(frozen=True, slots=True)
class Corroboration:
    """`outlets` carry the story; `independent` of them stand for texts of their own."""

    outlets: int
    independent: int


def corroborate(articles: Sequence[StoredArticle]) -> Corroboration:
    """Count outlets, and what is left when copies, and texts of one agency, count once.

    Articles of unknown source count as one outlet together: what we cannot tell we do not claim.
    """
    voices: list[Hashable] = [agency_of(one) or outlet_name(one) for one in articles]
    bodies = [one.article.body for one in articles]
    for i, j in combinations(range(len(articles)), 2):
        if voices[i] != voices[j] and _shares_most(_shingles(bodies[i]), _shingles(bodies[j])):
            voices = [voices[i] if voice == voices[j] else voice for voice in voices]
    outlets = len({outlet_name(one) for one in articles})
    return Corroboration(outlets, min(outlets, len(set(voices))))


def outlet_name(stored: StoredArticle) -> str:
    """Name who published an article, for comparing: its source, else its address's host, else nothing."""
    host = urlsplit(stored.article.url or "").hostname or ""
    return _plain(stored.article.source or host.removeprefix("www."))


@lru_cache(maxsize=_NAMED)
def agency_of(stored: StoredArticle) -> str | None:
    """Name the agency whose text an article says it is: by-line, dateline, closing credit, or most statements."""
    article = stored.article
    if named := _AGENCY.search(article.byline or ""):
        return _plain(named[1])
    head, tail = article.body[:_DATELINE], article.body[-_DATELINE:].rstrip()
    if credit := _CREDIT.search(head) or _CREDIT.search(tail):
        return _plain(credit[1])
    return _mostly_via(stored)


def _mostly_via(stored: StoredArticle) -> str | None:
    statements = stored.analysis.statements
    credited = Counter(_plain(one.via.text) for one in statements if one.via)
    name, count = next(iter(credited.most_common(1)), ("", 0))
    return name if count and count >= _CREDITED * len(statements) else None


def _plain(name: str) -> str:
    name = name.strip(" .").casefold().removeprefix("the ")
    return _SHORT_NAMES.get(name, name)


@lru_cache(maxsize=_KEPT)
def _shingles(body: str) -> frozenset[int]:
    """Give the runs of a body's words, each as a number."""
    words = _WORD.findall(body[:_LOOKED_AT].casefold())
    size = min(_SHINGLE, len(words))
    return frozenset(map(hash, zip(*(words[start:] for start in range(size)), strict=False)))


def _shares_most(one: frozenset[int], other: frozenset[int]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _COPIED * smaller
