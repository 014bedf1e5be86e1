"""What a channel wants: on which topics articles are, and why a story is not wanted.

A topic is found in whole words, whatever their case or accents.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model import SourcedStatement, StoredArticle, Story, StoryFilter
from bot.model.hosts import hostname_of
from bot.stories import messages
from bot.stories.people import is_any_actor, name_words, normalize_text
from bot.stories.repetition import agency_of
from bot.stories.verdicts import named_actors

# How much a topic is an article's subject, by where it stands: an article is about what its
# headline, its speakers or its opening lines name; what stands further down it only mentions.
_IN_HEADLINE, _IN_NAMES = 1.0, 0.8
_OPENING_CHARS = 400
_MOST_IN_BODY, _OPENING_ENDS, _BELOW_OPENING, _BODY_ENDS = 0.6, 0.5, 0.49, 0.2
_GUESS = 0.4  # somewhere in a body that was not read
# So many more people than called it useful keep a story away: one vote only lowers it.
_VOTES_AGAINST = 2
_ABOUT = 0.5  # at least so much where an article is about a topic


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A topic found in a story, and how much it is its subject: 1 in a headline, less below."""

    topic: str
    weight: float


def split_topics(typed: str | None) -> tuple[str, ...]:
    """Split what a person typed into topics: "ukraine, nato" is two."""
    return tuple(topic for part in (typed or "").split(",") if (topic := " ".join(part.split())))


def find_best_topic(topics: Iterable[str], articles: Iterable[StoredArticle]) -> TopicMatch | None:
    """Return the topic that these articles are most about; None when they mention none."""
    patterns = {topic: pattern for topic in topics if (pattern := _topic_pattern(topic))}
    if not patterns:
        return None
    matches = []
    for stored in articles:
        article, analysis = stored.article, stored.analysis
        headline = analysis.title.text if article.headline is None else article.headline
        actors = {spoken.actor.name.text for spoken in analysis.statements if spoken.actor}
        texts = [normalize_text(text) for text in (headline, "\n".join(actors), article.body)]
        for topic, pattern in patterns.items():
            if weight := _weigh(pattern, *texts):
                matches.append(TopicMatch(topic, weight))
    return max(matches, key=lambda match: match.weight, default=None)


def weight_in_summary(topics: Iterable[str], opening: str, names: str) -> float:
    """Return the weight that `find_best_topic` finds in these; a guess if only a body can tell."""
    texts = normalize_text(opening), normalize_text(names)
    patterns = filter(None, map(_topic_pattern, topics))
    return max((_weigh(pattern, *texts) for pattern in patterns), default=0.0) or _GUESS


def find_subject(topics: Iterable[str], stored: StoredArticle) -> str | None:
    """Return the topic that an article is about, if any: one that it only mentions is none."""
    match = find_best_topic(topics, [stored])
    return match.topic if match and match.weight >= _ABOUT else None


def mentions_any(topics: Iterable[str], text: str) -> bool:
    """Return whether a text holds one of the topics."""
    normalized = normalize_text(text)
    return any(pattern.search(normalized) for pattern in filter(None, map(_topic_pattern, topics)))


def is_about_topics(sourced: SourcedStatement, topics: Iterable[str]) -> bool:
    """Return whether a statement names one of the topics, or its article is about one."""
    words = " ".join(span.text for span in sourced.statement.content)
    return mentions_any(topics, words) or find_subject(topics, sourced.article) is not None


def _weigh(pattern: re.Pattern[str], headline: str, names: str, body: str = "") -> float:
    """Weigh the first place of a topic in normalized texts; 0 where it stands in none."""
    if pattern.search(headline):
        return _IN_HEADLINE
    if pattern.search(names):
        return _IN_NAMES
    match = pattern.search(body)
    if not match:
        return 0.0
    place = match.start()
    if place < _OPENING_CHARS:
        return _MOST_IN_BODY - (_MOST_IN_BODY - _OPENING_ENDS) * place / _OPENING_CHARS
    return _BELOW_OPENING - (_BELOW_OPENING - _BODY_ENDS) * (place - _OPENING_CHARS) / len(body)


@lru_cache(maxsize=512)  # 20 times as fast, and a digest asks it of thousands of summaries
def _topic_pattern(topic: str) -> re.Pattern[str] | None:
    words = [re.escape(word) for word in normalize_text(topic).split()]
    if not words:
        return None
    # The condition on what stands before the first word comes after it: a pattern that begins with
    # letters is found 15 times as fast as one that begins with a condition.
    first = rf"{words[0]}(?<!\w{words[0]})"
    return re.compile(r"\s+".join([first, *words[1:]]) + r"(?!\w)")


def wanted_articles(
    articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> tuple[StoredArticle, ...]:
    """Return the articles without those of sources that the channel does not read."""
    return tuple(
        stored
        for stored in articles
        if (not story_filter.sources or is_from(stored, story_filter.sources))
        and not is_from(stored, story_filter.excluded_sources)
    )


def find_objection(
    story: Story, articles: Sequence[StoredArticle], story_filter: StoryFilter
) -> str | None:
    """Return why the channel does not want a story of these articles; None when it may."""
    votes = [verdict.useful for verdict in story_filter.verdicts if verdict.story == story.id]
    if votes.count(False) - votes.count(True) >= _VOTES_AGAINST:
        return messages.text("rated_not_useful")
    if excluded := _find_excluded(articles, story_filter):
        return messages.text("excluded", topic=excluded)
    return _find_muted(articles, story_filter)


def is_from(stored: StoredArticle, sources: Iterable[str]) -> bool:
    """Return whether one of these names the article's outlet, its address's host, or its agency."""
    if not sources:
        return False
    host = hostname_of(stored.article.url or "")
    names = [name for name in (stored.article.source, agency_of(stored)) if name]
    return any(_is_host(source, host) or is_any_actor(source, names) for source in sources)


def _is_host(source: str, host: str) -> bool:
    source = source.strip().lower().removeprefix("www.")
    return "." in source and f".{host}".endswith(f".{source}")


def _find_excluded(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Return what at least half of the articles are about: one stray article hides no story."""
    if not story_filter.excluded:
        return None
    subjects = Counter(find_subject(story_filter.excluded, stored) for stored in articles)
    del subjects[None]
    if not subjects or 2 * subjects.total() < len(articles):
        return None
    return subjects.most_common(1)[0][0]


def _find_muted(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> str | None:
    """Say that only muted actors speak, or that every headline names one."""
    if not story_filter.muted:
        return None
    names = set(named_actors(articles))
    if names and all(is_any_actor(name, story_filter.muted) for name in names):
        if len(names) == 1:
            return messages.text("only_muted_speaks", name=min(names))
        return messages.text("only_muted_speak")
    for muted in story_filter.muted:
        if all(_names(stored.article.headline, muted) for stored in articles):
            return messages.text("about_muted", name=muted)
    return None


def _names(headline: str | None, actor: str) -> bool:
    """Return whether a headline names an actor, by the whole name or its last word."""
    words, wanted = name_words(headline or ""), name_words(actor)
    if not wanted:
        return False
    return wanted[-1] in words if len(wanted[-1]) > 2 else set(wanted) <= set(words)
