"""What a channel does not want to see: which articles of a story are left for it, and why none is."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from bot.model import StoredArticle, Story, StoryFilter
from bot.stories.people import is_same_actor, name_words, normalize_text
from bot.stories.repetition import agency_of
from bot.stories.verdicts import named_actors

# An article is about what its headline, its speakers or its opening lines name; what stands further down it mentions.
_OPENING = 400  # characters
_ABOUT = 0.5
_IN_HEADLINE, _IN_NAMES = 1.0, 0.8
GUESS, MOST_IN_BODY = 0.4, 0.6  # somewhere in a body that was not read


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A topic found in a story, and how much it is the story's subject: 1 in a headline, less further down."""

    topic: str
    weight: float


def split_topics(typed: str | None) -> tuple[str, ...]:
    """Part what a person typed into topics: "ukraine, nato" is two."""
    return tuple(topic for part in (typed or "").split(",") if (topic := " ".join(part.split())))


def find_best_topic(topics: Iterable[str], articles: Iterable[StoredArticle]) -> TopicMatch | None:
    """Give the topic that these articles are most about; None when they speak of none."""
    wanted = tuple(topics)
    return _best_match(wanted, tuple(articles)) if wanted else None


@lru_cache(maxsize=8)  # of few: each holds its articles
def _best_match(topics: tuple[str, ...], articles: tuple[StoredArticle, ...]) -> TopicMatch | None:
    """Asked twice of each story: whether a digest may take it, and how much that is worth."""
    patterns = {topic: words for topic in topics if (words := _pattern(topic))}
    found = [
        TopicMatch(topic, weight)
        for stored in (articles if patterns else ())
        for topic, weight in _weights(patterns, stored)
    ]
    return max(found, key=lambda match: match.weight, default=None)


def weight_in_summary(topics: Iterable[str], opening: str, names: str) -> float:
    """Give the weight that `best_match` finds where a headline or a name tells; a guess where only the body can."""
    plain_opening, plain_names = normalize_text(opening), normalize_text(names)
    found = [GUESS]
    for words in filter(None, map(_pattern, topics)):
        found += [_IN_HEADLINE] * bool(words.search(plain_opening)) + [_IN_NAMES] * bool(
            words.search(plain_names)
        )
    return max(found)


def weight_in_body(topics: Iterable[str], body: str) -> float:
    """Give the weight that `best_match` finds where neither headline nor name tells; 0 where the body has no topic."""
    text = normalize_text(body)
    found = [words.search(text) for words in filter(None, map(_pattern, topics))]
    return max((_place_weight(place.start(), len(text)) for place in found if place), default=0.0)


def find_subject(topics: Iterable[str], stored: StoredArticle) -> str | None:
    """Give the topic that this article is about, not one that it only mentions; None when there is none."""
    match = find_best_topic(topics, [stored])
    return match.topic if match and match.weight >= _ABOUT else None


def _weights(
    patterns: Mapping[str, re.Pattern[str]], stored: StoredArticle
) -> Iterator[tuple[str, float]]:
    article = stored.article
    opening = normalize_text(
        stored.analysis.title.text if article.headline is None else article.headline
    )
    actors = normalize_text(
        "\n".join({s.actor.name.text for s in stored.analysis.statements if s.actor})
    )
    body = normalize_text(article.body)
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
    words = [re.escape(word) for word in normalize_text(topic).split()]
    if not words:
        return None
    # What stands before the first word is looked at behind it: a pattern that begins with letters is found 15 times as
    # fast as one that begins with a condition.
    alone = rf"{words[0]}(?<!\w{words[0]})"
    return re.compile(r"\s+".join([alone, *words[1:]]) + r"(?!\w)")


def wanted_articles(
    articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> tuple[StoredArticle, ...]:
    """Leave out the articles of sources that the channel does not read."""
    return tuple(
        stored
        for stored in articles
        if (not story_filter.sources or is_from(stored, story_filter.sources))
        and not is_from(stored, story_filter.excluded_sources)
    )


def find_objection(
    story: Story, articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> str | None:
    """Say why the channel does not want a story of these articles; None when it may."""
    if any(verdict.story == story.id and not verdict.useful for verdict in story_filter.verdicts):
        return "called not useful here"
    if excluded := _excluded(articles, story_filter):
        return f"about “{excluded}”, which is excluded"
    return _muted(articles, story_filter)


def is_from(stored: StoredArticle, sources: Iterable[str]) -> bool:
    """Whether one of these names the article's outlet, the host of its address, or the agency whose text it is."""
    if not sources:
        return False
    host = urlsplit(stored.article.url or "").hostname or ""
    names = [name for name in (stored.article.source, agency_of(stored)) if name]
    return any(
        any(is_same_actor(source, name) for name in names) or (host and _is_host(source, host))
        for source in sources
    )


def is_muted(name: str, story_filter: StoryFilter) -> bool:
    """Whether the channel does not want to hear this actor."""
    return any(is_same_actor(name, muted) for muted in story_filter.muted)


def _is_host(source: str, host: str) -> bool:
    source = source.strip().lower().removeprefix("www.")
    return "." in source and (host == source or host.endswith(f".{source}"))


def _excluded(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Give what at least half of the articles are about: one stray article should not hide a story."""
    if not story_filter.excluded:
        return None
    found = [topic for stored in articles if (topic := find_subject(story_filter.excluded, stored))]
    return (
        Counter(found).most_common(1)[0][0] if 2 * len(found) >= len(articles) and found else None
    )


def _muted(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Say that muted actors alone speak, or that every headline names one."""
    if not story_filter.muted:
        return None
    names = set(named_actors(articles))
    if names and all(is_muted(name, story_filter) for name in names):
        return (
            f"only {min(names)} speaks, who is muted"
            if len(names) == 1
            else "only muted actors speak"
        )
    for muted in story_filter.muted:
        if all(_names(stored.article.headline, muted) for stored in articles):
            return f"about {muted}, who is muted"
    return None


def _names(headline: str | None, actor: str) -> bool:
    """Whether a headline names an actor, by the whole name or its last word."""
    words, wanted = name_words(headline or ""), name_words(actor)
    return bool(wanted) and (
        wanted[-1] in words if len(wanted[-1]) > 2 else set(wanted) <= set(words)
    )
