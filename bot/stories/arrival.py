"""Which story does an article belong to as it arrives? That of the recent articles that share its words.

Judged by the average over a story's articles, not its middle: against the nearest centroid, stories grow into
each other (B-cubed .69 against .94). By the terms that were stored alone: this runs in the service itself, which
loads neither sumy nor a grammar; articles all at hand are grouped in `grouping.py`.
"""

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from bot.model import Candidate

_WINDOW_HOURS = 120.0  # NewsBlur's; two articles further apart tell of two events
_JOINS = 0.16  # average likeness that makes an article join a story as it arrives
_HEADED, _JOINS_HEADED = 20, 0.14  # one of no more terms than that is little more than its headline
_DOUBT = 0.4  # one shared term proves little: n of them count for n / (n + this)
_PRIOR = 20  # stories assumed beyond the candidates': a term shared by the only candidate still tells something
_WEIGHED = 120  # candidates looked at closely
_HEADLINE_SHARE = 0.6  # of the shorter headline's words, three at least (NewsBlur's rule)
_WORD = re.compile(r"[^\W_]+")


def choose_story(
    terms: Sequence[tuple[str, float]],
    headline: str | None,
    published: datetime | None,
    candidates: Sequence[Candidate],
) -> int | None:
    """Give the story that the article belongs to, None for one of its own.

    What a term is worth is read off the candidates: one that many stories share tells little. Between equals
    the older story (lower number) wins; the order of the candidates does not matter.
    """
    mine, words = dict(terms), headline_words(headline)
    near = _likeliest(mine, [one for one in candidates if in_window(published, one.published)])
    worth = _worth(near)
    size = _size(mine, worth)
    likeness: dict[int, list[float]] = defaultdict(list)
    for candidate in near:
        alike = _likeness(mine, dict(candidate.terms), worth, size)
        same = _same_headline(words, headline_words(candidate.headline))
        likeness[candidate.story].append(max(alike, 2 * _JOINS) if same else alike)
    averages = {story: sum(sorted(found)) / len(found) for story, found in likeness.items()}
    best = min(averages, key=lambda story: (-averages[story], story), default=None)
    bar = _JOINS if len(mine) > _HEADED else _JOINS_HEADED
    return best if best is not None and averages[best] >= bar else None


def _likeliest(mine: Mapping[str, float], candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Keep those that share most, by number where they share the same: the cost of an article stays bounded."""
    if len(candidates) <= _WEIGHED:
        return candidates
    shared = {
        one.article: sum(mine[term] * w for term, w in one.terms if term in mine)
        for one in candidates
    }
    return heapq.nsmallest(
        _WEIGHED, candidates, key=lambda one: (-shared[one.article], one.article)
    )


def _worth(near: Sequence[Candidate]) -> dict[str, float]:
    """Weigh the candidates' terms, 0 to 1, by how few stories hold them."""
    holders: dict[str, set[int]] = defaultdict(set)
    for candidate in near:
        for term, _ in candidate.terms:
            holders[term].add(candidate.story)
    stories = _PRIOR + 1 + len({candidate.story for candidate in near})
    return {
        term: math.log(stories / (1 + len(found))) / math.log(stories)
        for term, found in holders.items()
    }


def _size(terms: Mapping[str, float], worth: Mapping[str, float]) -> float:
    return sum((weight * worth.get(term, 1.0)) ** 2 for term, weight in terms.items())


def _likeness(
    mine: Mapping[str, float], other: Mapping[str, float], worth: Mapping[str, float], size: float
) -> float:
    """Give the cosine, less where few terms are shared: two headlines with one name in common are not one story.

    `size` is that of `mine`.
    """
    both = mine.keys() & other.keys()
    shared = sum(sorted(mine[term] * other[term] * worth[term] ** 2 for term in both))
    if not shared:
        return 0.0
    return shared / math.sqrt(size * _size(other, worth)) * len(both) / (len(both) + _DOUBT)


def _same_headline(one: frozenset[str], other: frozenset[str]) -> bool:
    shared, smaller = len(one & other), min(len(one), len(other))
    return (one == other and shared > 1) or (shared >= 3 and shared >= _HEADLINE_SHARE * smaller)


@lru_cache(maxsize=2_000)  # the newest are candidates for one article after another
def headline_words(headline: str | None) -> frozenset[str]:
    """Give the words that tell one headline from another: those of four letters or more."""
    return frozenset(word for word in _WORD.findall((headline or "").lower()) if len(word) > 3)


def in_window(one: datetime | None, other: datetime | None) -> bool:
    """Say whether two articles are close enough in time to tell of one event; a time not given is no bar."""
    return (
        one is None or other is None or abs((one - other).total_seconds()) <= _WINDOW_HOURS * 3600
    )
