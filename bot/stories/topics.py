"""Which words of a story a topic is found in: whole words, whatever their case or accents."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.model import StoredArticle
from bot.stories.naming import plain

# An article is about what its headline, its speakers or its opening lines name; what stands further down it mentions.
_OPENING = 400  # characters
_ABOUT = 0.5
_IN_HEADLINE, _IN_NAMES = 1.0, 0.8
GUESS, MOST_IN_BODY = 0.4, 0.6  # somewhere in a body that was not read


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
    wanted = tuple(topics)
    return _best_match(wanted, tuple(articles)) if wanted else None


@lru_cache(maxsize=8)  # of few: each holds its articles
def _best_match(topics: tuple[str, ...], articles: tuple[StoredArticle, ...]) -> Match | None:
    """Asked twice of each story: whether a digest may take it, and how much that is worth."""
    patterns = {topic: words for topic in topics if (words := _pattern(topic))}
    found = [
        Match(topic, weight)
        for stored in (articles if patterns else ())
        for topic, weight in _weights(patterns, stored)
    ]
    return max(found, key=lambda match: match.weight, default=None)


def weight_at_a_glance(topics: Iterable[str], opening: str, names: str) -> float:
    """Give the weight that `best_match` finds where a headline or a name tells; a guess where only the body can."""
    plain_opening, plain_names = plain(opening), plain(names)
    found = [GUESS]
    for words in filter(None, map(_pattern, topics)):
        found += [_IN_HEADLINE] * bool(words.search(plain_opening)) + [_IN_NAMES] * bool(
            words.search(plain_names)
        )
    return max(found)


def weight_in_body(topics: Iterable[str], body: str) -> float:
    """Give the weight that `best_match` finds where neither headline nor name tells; 0 where the body has no topic."""
    text = plain(body)
    found = [words.search(text) for words in filter(None, map(_pattern, topics))]
    return max((_place_weight(place.start(), len(text)) for place in found if place), default=0.0)


def subject_of(topics: Iterable[str], stored: StoredArticle) -> str | None:
    """Give the topic that this article is about, not one that it only mentions; None when there is none."""
    match = best_match(topics, [stored])
    return match.topic if match and match.weight >= _ABOUT else None


def _weights(
    patterns: Mapping[str, re.Pattern[str]], stored: StoredArticle
) -> Iterator[tuple[str, float]]:
    article = stored.article
    opening = plain(stored.analysis.title.text if article.headline is None else article.headline)
    actors = plain("\n".join({s.actor.name.text for s in stored.analysis.statements if s.actor}))
    body = plain(article.body)
    for topic, words in patterns.items():
        if words.search(opening):
            yield topic, _IN_HEADLINE
        elif words.search(actors):
            yield topic, _IN_NAMES
        elif found := words.search(body):
            yield topic, _place_weight(found.start(), len(body))


def _place_weight(place: int, length: int) -> float:
    """Give 0.6 at the beginning, 0.5 where the opening ends, 0.2 at the end of the body."""
    if place < _OPENING:
        return MOST_IN_BODY - 0.1 * place / _OPENING
    return 0.5 - 0.01 - 0.29 * (place - _OPENING) / length


@lru_cache(maxsize=512)
def _pattern(topic: str) -> re.Pattern[str] | None:
    words = [re.escape(word) for word in plain(topic).split()]
    if not words:
        return None
    # What stands before the first word is looked at behind it: a pattern that begins with letters is found 15 times as
    # fast as one that begins with a condition.
    alone = rf"{words[0]}(?<!\w{words[0]})"
    return re.compile(r"\s+".join([alone, *words[1:]]) + r"(?!\w)")
