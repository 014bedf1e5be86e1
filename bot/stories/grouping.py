"""Do two articles tell of one event? By the words that tell it, against every article of a story, not its middle.

A nearest-centroid rule was rejected: it let stories grow into each other (B-cubed .69 against .94 for the
average over a story's articles).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.ports import Candidate

_ALIKE = 0.30  # average likeness of a story's articles that makes a new one join
_WINDOW_HOURS = 120.0
_HEADLINES_SHARE = 0.6  # of the shorter headline's telling words, at least _HEADLINE_WORDS of them (NewsBlur's rule)
_HEADLINE_WORDS = 3
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORD = 3


def choose_story(
    terms: Sequence[tuple[str, float]],
    headline: str | None,
    published: datetime | None,
    candidates: Sequence[Candidate],
) -> int | None:
    """Give the story that the article belongs to, None for one of its own.

    The likeness to a story is the average over its articles among the candidates, so that a story
    keeps its number whatever comes later; between equals the older story (lower number) wins.
    """
    mine, words = dict(terms), _headline_words(headline)
    found: dict[int, list[float]] = defaultdict(list)
    for candidate in candidates:
        if _in_window(published, candidate.published):
            found[candidate.story].append(_likeness(mine, words, candidate))
    averages = {story: sum(values) / len(values) for story, values in found.items()}
    best = min(averages, key=lambda story: (-averages[story], story), default=None)
    return best if best is not None and averages[best] >= _ALIKE else None


def _likeness(mine: dict[str, float], words: frozenset[str], candidate: Candidate) -> float:
    cosine = sum(mine.get(term, 0.0) * weight for term, weight in candidate.terms)
    return max(cosine, 0.6 * _same_headline(words, _headline_words(candidate.headline)))


def _same_headline(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    smaller = min(len(one), len(other))
    return (one == other and shared > 1) or (shared >= _HEADLINE_WORDS and shared >= _HEADLINES_SHARE * smaller)


def _headline_words(headline: str | None) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall((headline or "").lower()) if len(word) > _SMALL_WORD)


def _in_window(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs((one - other).total_seconds()) <= _WINDOW_HOURS * 3600
