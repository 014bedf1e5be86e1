"""What a story is worth to a channel: each rule gives points and says in words what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log2

from bot.model import StoredArticle, StoryFilter
from bot.stories.filters import find_best_topic
from bot.stories.people import is_same_actor
from bot.stories.verdicts import Opinions, named_actors, profile, speakers

# A story of two outlets and two speakers should beat a fresher one of a single outlet for half a day, not for ever.
_OUTLETS, _SPEAKERS, _STATEMENTS, _FRESHNESS, _TOPIC = 1.0, 0.5, 0.5, 1.0, 2.0
_FADES_IN = timedelta(hours=12)
_FADES_IN_SECONDS = _FADES_IN.total_seconds()
# Whom a channel follows weighs as much as two more outlets; what it called useful, less than half of that.
FOLLOWED = 1.5
_USEFUL, _NOT_USEFUL = 0.7, 1.2
_LIKE = 0.25  # likeness below which a story tells of something else


@dataclass(frozen=True, slots=True)
class Reason:
    """Points that a rule gave (or took), and what for."""

    points: float
    words: str


def reasons_for(
    articles: Sequence[StoredArticle],
    story_filter: StoryFilter,
    now: datetime,
    outlets: int,
    opinions: Opinions,
) -> tuple[Reason, ...]:
    """Give what each rule says of a story told by these articles of so many outlets; the outlets' reason first.

    `opinions` are the taste's verdicts: the same for every story.
    """
    told = [
        outlets_reason(outlets, outlets),
        _spoken(articles),
        _statements(articles),
        _fresh(articles, now),
        _on_topic(articles, story_filter),
        _followed(articles, story_filter),
        *_verdicts(articles, opinions),
    ]
    return tuple(reason for reason in told if reason is not None)


def lasting_points(*, outlets: int, speakers: int, statements: float) -> float:
    """Give the points of the rules that need no article read, nor the time; `statements` is the mean of each's best."""
    return (
        _OUTLETS * log2(1 + outlets)
        + _SPEAKERS * log2(1 + speakers)
        + _STATEMENTS * min(1.0, statements)
    )


def passing_points(age: float) -> float:
    """Give the points of the rule that depends on the time; `age` is in seconds."""
    return _FRESHNESS * exp(-age / _FADES_IN_SECONDS)


def topic_points(weight: float) -> float:
    """Give the points of a topic found with this weight."""
    return _TOPIC * weight


def outlets_reason(outlets: int, independent: int) -> Reason:
    """Weigh how many outlets tell the story in words of their own."""
    if outlets == 1:
        words = "one outlet"
    elif independent == outlets:
        words = f"{outlets} outlets"
    else:
        words = f"{outlets} outlets, {independent} independent"
    return Reason(_OUTLETS * log2(1 + independent), words)


def appeared(stored: StoredArticle, now: datetime) -> datetime:
    """When an article's news came out, as far as we know; a date in the future is not believed."""
    published = stored.article.published
    return published if published is not None and published <= now else min(stored.seen, now)


def _spoken(articles: Sequence[StoredArticle]) -> Reason:
    count = len(speakers(articles))
    words = f"{count} named speaker{'s' * (count > 1)}" if count else "nobody named speaks"
    return Reason(_SPEAKERS * log2(1 + count), words)


def _statements(articles: Sequence[StoredArticle]) -> Reason | None:
    """Weigh how much a reader needs the best statement of each article, on average."""
    best = sum(
        max((s.score for s in stored.analysis.statements), default=0.0) for stored in articles
    )
    points = _STATEMENTS * min(1.0, best / len(articles))
    return Reason(points, "telling statements") if points > 0 else None


def _fresh(articles: Sequence[StoredArticle], now: datetime) -> Reason:
    age = now - max(appeared(stored, now) for stored in articles)
    return Reason(_FRESHNESS * exp(-(age / _FADES_IN)), f"{_span(age)} old")


def _span(age: timedelta) -> str:
    minutes = age // timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{age.days} days"


def _on_topic(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> Reason | None:
    match = find_best_topic(story_filter.topics, articles)
    return Reason(topic_points(match.weight), f"about “{match.topic}”") if match else None


def _followed(articles: Sequence[StoredArticle], story_filter: StoryFilter) -> Reason | None:
    if not story_filter.followed:
        return None
    speaking = [
        actor
        for actor in story_filter.followed
        if any(is_same_actor(name, actor) for name in set(named_actors(articles)))
    ]
    if speaking:
        return Reason(FOLLOWED, f"{speaking[0]} speaks, who is followed")
    named = find_best_topic(story_filter.followed, articles)
    return (
        Reason(FOLLOWED * named.weight, f"names {named.topic}, who is followed") if named else None
    )


def _verdicts(articles: Sequence[StoredArticle], opinions: Opinions) -> list[Reason]:
    """Weigh likeness to the likest story that the channel called useful, and to the likest that it did not."""
    if not opinions:
        return []
    liked, disliked = opinions.likest(profile(articles))
    told = (liked, _USEFUL, "useful"), (disliked, -_NOT_USEFUL, "not useful")
    return [
        Reason(weight * like, f"like a story called {words} here")
        for like, weight, words in told
        if like >= _LIKE
    ]
