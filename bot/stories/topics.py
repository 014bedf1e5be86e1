"""Which words of a story a topic is found in: whole words, whatever their case or accents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import StoredArticle


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
    found = [Match(topic, weight) for stored in articles for topic in topics if (weight := _weight(topic, stored))]
    return max(found, key=lambda match: match.weight, default=None)


def _weight(topic: str, stored: StoredArticle) -> float:
    words = _pattern(topic)
    if words is None:
        return 0.0
    article = stored.article
    opening = stored.analysis.title.text if article.headline is None else article.headline
    if words.search(_plain(opening)):
        return 1.0
    actors = (statement.actor.name.text for statement in stored.analysis.statements if statement.actor)
    if any(words.search(_plain(name)) for name in actors):
        return 0.8
    found = words.search(_plain(article.body))
    return 0.0 if found is None else 0.6 - 0.4 * found.start() / len(article.body)


@lru_cache(maxsize=512)
def _pattern(topic: str) -> re.Pattern[str] | None:
    words = _plain(topic).split()
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)") if words else None


def _plain(text: str) -> str:
    return "".join(mark for mark in normalize("NFKD", text).casefold() if not combining(mark))
