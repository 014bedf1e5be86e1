"""Which words of a story a topic is found in: whole words, whatever their case or accents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.model import StoredArticle


# Combining marks: what is left of an accent once its letter stands apart.
_ACCENT = re.compile("[\u0300-\u036f]")


_IN_OPENING, _IN_NAMES = 1.0, 0.8
_GUESS = 0.4  # the middle of a body


@dataclass(frozen=True, slots=True)
class Match:
    """A topic found in a story, and how much it is the story's subject: 1 in a headline, less further down."""

    topic: str
    weight: float


def split_topics(typed: str | None) -> tuple[str, ...]:
    """Part what a person typed into topics: "ukraine, nato" is two."""
    return tuple(topic for part in (typed or "").split(",") if (topic := " ".join(part.split())))


def best_match(topics: Iterable[str], articles: Iterable[StoredArticle]) -> Match | None:
    """Give the topic that these articles are most about; None when they speak of none."""
    patterns = {topic: words for topic in topics if (words := _pattern(topic))}
    found = [
        Match(topic, weight)
        for stored in (articles if patterns else ())
        for topic, weight in _weights(patterns, stored)
    ]
    return max(found, key=lambda match: match.weight, default=None)


def weight_at_a_glance(topics: Iterable[str], opening: str, names: str) -> float:
    """Give the weight that `best_match` finds where a headline or a name tells; a guess where only the body can."""
    plain_opening, plain_names = _plain(opening), _plain(names)
    found = [_GUESS]
    for words in filter(None, map(_pattern, topics)):
        found += [_IN_OPENING] * bool(words.search(plain_opening)) + [_IN_NAMES] * bool(words.search(plain_names))
    return max(found)


def _weights(patterns: Mapping[str, re.Pattern[str]], stored: StoredArticle) -> Iterator[tuple[str, float]]:
    article = stored.article
    opening = _plain(stored.analysis.title.text if article.headline is None else article.headline)
    actors = _plain("\n".join({s.actor.name.text for s in stored.analysis.statements if s.actor}))
    body = _plain(article.body)
    for topic, words in patterns.items():
        if words.search(opening):
            yield topic, _IN_OPENING
        elif words.search(actors):
            yield topic, _IN_NAMES
        elif found := words.search(body):
            yield topic, 0.6 - 0.4 * found.start() / len(body)


@lru_cache(maxsize=512)
def _pattern(topic: str) -> re.Pattern[str] | None:
    words = _plain(topic).split()
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)") if words else None


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else _ACCENT.sub("", normalize("NFKD", text).casefold())
