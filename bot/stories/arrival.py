"""Choose the story of an article as it arrives: that of the recent articles that share its words.

Judged by the average over a story's articles: against the nearest centroid, stories grow into each
other (B-cubed .69 against .94). Only stored terms are used, since this runs in the service itself,
which loads neither sumy nor a grammar; articles all at hand are grouped in `grouping.py`.
"""

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import Candidate

_WINDOW = timedelta(hours=120)  # NewsBlur's; two articles further apart report two events
# Average likeness that makes an article join; one of few terms is little more than its headline.
_MIN_LIKENESS = 0.16
_FEW_TERMS, _MIN_LIKENESS_OF_FEW = 20, 0.14
_DOUBT = 0.4  # one shared term proves little: n of them count for n / (n + this)
_PRIOR_STORIES = 20  # assumed beyond the candidates', so that a term of only one still counts
_MAX_COMPARED = 120  # candidates
# Of one story are headlines that share so many words, and such a share of the shorter's (NewsBlur).
_SHARED_WORDS, _SHARED_SHARE = 3, 0.6
_MIN_WORD_CHARS = 4
_WORD = re.compile(r"[^\W_]+")


def choose_story(
    terms: Sequence[tuple[str, float]],
    headline: str | None,
    published: datetime | None,
    candidates: Sequence[Candidate],
) -> int | None:
    """Return the story that the article belongs to, None for one of its own.

    What a term is worth is read off the candidates: one that many stories share says little.
    Between equals the older story (lower number) wins; the order of the candidates does not matter.
    """
    own, words = dict(terms), headline_words(headline)
    in_time = [other for other in candidates if in_window(published, other.published)]
    near = _pick_nearest(own, in_time)
    worth = _term_worth(near)
    size = _squared_norm(own, worth)
    likeness: dict[int, list[float]] = defaultdict(list)
    for candidate in near:
        alike = _likeness(own, dict(candidate.terms), worth, size)
        if _is_same_headline(words, headline_words(candidate.headline)):
            alike = max(alike, 2 * _MIN_LIKENESS)
        likeness[candidate.story].append(alike)
    averages = {story: sum(sorted(values)) / len(values) for story, values in likeness.items()}
    best = min(averages, key=lambda story: (-averages[story], story), default=None)
    needed = _MIN_LIKENESS if len(own) > _FEW_TERMS else _MIN_LIKENESS_OF_FEW
    return best if best is not None and averages[best] >= needed else None


def _pick_nearest(own: Mapping[str, float], candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Keep the candidates that share most, so that the cost of an article stays bounded."""
    if len(candidates) <= _MAX_COMPARED:
        return candidates

    def rank(candidate: Candidate) -> tuple[float, int]:
        shared = sum(own[term] * weight for term, weight in candidate.terms if term in own)
        return -shared, candidate.article

    return heapq.nsmallest(_MAX_COMPARED, candidates, key=rank)


def _term_worth(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Weigh the candidates' terms, 0 to 1, by how few stories hold them."""
    holders: dict[str, set[int]] = defaultdict(set)
    for candidate in candidates:
        for term, _ in candidate.terms:
            holders[term].add(candidate.story)
    count = _PRIOR_STORIES + 1 + len({candidate.story for candidate in candidates})
    return {
        term: math.log(count / (1 + len(stories))) / math.log(count)
        for term, stories in holders.items()
    }


def _squared_norm(terms: Mapping[str, float], worth: Mapping[str, float]) -> float:
    return sum((weight * worth.get(term, 1.0)) ** 2 for term, weight in terms.items())


def _likeness(
    own: Mapping[str, float], other: Mapping[str, float], worth: Mapping[str, float], size: float
) -> float:
    """Return the cosine, less where few terms are shared; `size` is `own`'s squared norm."""
    both = own.keys() & other.keys()
    shared = sum(sorted(own[term] * other[term] * worth[term] ** 2 for term in both))
    if not shared:
        return 0.0
    cosine = shared / math.sqrt(size * _squared_norm(other, worth))
    return cosine * len(both) / (len(both) + _DOUBT)


def _is_same_headline(first: frozenset[str], second: frozenset[str]) -> bool:
    shared, smaller = len(first & second), min(len(first), len(second))
    if first == second:
        return shared > 1
    return shared >= _SHARED_WORDS and shared >= _SHARED_SHARE * smaller


def headline_words(headline: str | None) -> frozenset[str]:
    """Return the words that tell one headline from another: the longer ones."""
    words = _WORD.findall((headline or "").lower())
    return frozenset(word for word in words if len(word) >= _MIN_WORD_CHARS)


def in_window(first: datetime | None, second: datetime | None) -> bool:
    """Whether two articles may report one event, an unknown time being no bar."""
    return first is None or second is None or abs(first - second) <= _WINDOW
