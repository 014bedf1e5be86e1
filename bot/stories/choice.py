"""Which stories a digest takes: the most important that its channel has not seen, and not five times the same.

stories -> unseen, on topic -> scored -> one after the other, each judged against those already taken
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from math import exp, log2, sqrt
from typing import TYPE_CHECKING

from bot.model import ActorKind
from bot.stories.corroboration import corroborate, outlet
from bot.stories.topics import best_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.model import StoredArticle, Story
    from bot.stories.topics import Match

# A story of two outlets and two speakers should beat a fresher one of a single outlet for half a day, not for ever.
_OUTLETS, _SPEAKERS, _STATEMENTS, _FRESHNESS, _TOPIC = 1.0, 0.5, 0.5, 1.0, 2.0
_FADES_IN = timedelta(hours=12)
# What a story loses when it is wholly like one already taken.
_SAMENESS = 0.7
_KEY_TERMS = 12
# Finding copies takes comparing texts two by two: only for the newest of the stories that may be taken.
_COMPARED = 12
_FINALISTS = 20


@dataclass(frozen=True, slots=True)
class Picked:
    """A story for the digest: the articles to show of it, and why it was taken.

    `update`: the channel has seen the story before, and `articles` are only those that are new to it.
    """

    story: Story
    articles: tuple[StoredArticle, ...]
    update: bool
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories taken, best first, and how many that would have done were left out."""

    picked: tuple[Picked, ...]
    left_out: int


def choose(
    stories: Iterable[Story],
    *,
    posted: frozenset[int],
    now: datetime,
    topics: tuple[str, ...],
    top: int,
    may_repeat: bool = False,
) -> Choice:
    """Take the `top` best stories that hold an article not in `posted`; with `may_repeat` seen ones too.

    A story that the channel has seen is an update: only its new articles count. Without topics
    everything is on topic.
    """
    judged = (_judge(story, posted, now, topics, may_repeat=may_repeat) for story in stories)
    fit = sorted((picked for picked in judged if picked is not None), key=_rank)
    finalists = sorted(map(_corroborated, fit[: max(_FINALISTS, 4 * top)]), key=_rank)
    taken = _varied(finalists, top)
    return Choice(taken, len(fit) - len(taken))


def _rank(picked: Picked) -> tuple[float, int]:
    return -picked.score, -picked.story.id


def _corroborated(picked: Picked) -> Picked:
    """Count copies of one text once: a story that five papers took from one agency is told by one."""
    outlets = len(_outlets(picked.articles))
    if outlets == 1:
        return picked
    independent = corroborate(picked.articles[:_COMPARED]).independent
    return replace(picked, score=picked.score - _weight_of(outlets) + _weight_of(independent))


def _weight_of(outlets: int) -> float:
    return _OUTLETS * log2(1 + outlets)


def appeared(stored: StoredArticle, now: datetime) -> datetime:
    """When an article's news came out, as far as we know; a date in the future is not believed."""
    published = stored.article.published
    return published if published is not None and published <= now else min(stored.seen, now)


def _judge(
    story: Story, posted: frozenset[int], now: datetime, topics: tuple[str, ...], *, may_repeat: bool
) -> Picked | None:
    new = tuple(stored for stored in story.articles if stored.id not in posted)
    shown = story.articles if may_repeat else new
    if not shown:
        return None
    match = best_match(topics, shown)
    if topics and match is None:
        return None
    update = not may_repeat and len(new) < len(story.articles)
    reason = _reason(shown, match, now)
    return Picked(story, shown, update, _score(shown, match, now), f"seen before, now {reason}" if update else reason)


def _score(articles: tuple[StoredArticle, ...], match: Match | None, now: datetime) -> float:
    statements = sum(max((s.score for s in stored.analysis.statements), default=0.0) for stored in articles)
    return weight(
        outlets=len(_outlets(articles)),
        speakers=len(speakers_of(articles)),
        statements=statements / len(articles),
        age=_age(articles, now),
        topic=match.weight if match else 0.0,
    )


def weight(*, outlets: int, speakers: int, statements: float, age: timedelta, topic: float) -> float:
    """How much a story counts: who carries it, who speaks, how good its articles' best statements are, its age."""
    return (
        _weight_of(outlets)
        + _SPEAKERS * log2(1 + speakers)
        + _STATEMENTS * min(1.0, statements)
        + _FRESHNESS * exp(-(age / _FADES_IN))
        + _TOPIC * topic
    )


def _varied(fit: list[Picked], top: int) -> tuple[Picked, ...]:
    """Take the best, then again the best of what is left after a discount for likeness to those taken."""
    left = {picked.story.id: picked for picked in fit}
    profiles = {number: _profile(picked.articles) for number, picked in left.items()}
    likeness = dict.fromkeys(left, 0.0)
    taken: list[Picked] = []
    while left and len(taken) < top:
        best = max(left, key=lambda number: left[number].score * (1 - _SAMENESS * likeness[number]))
        taken.append(left.pop(best))
        for number in left:
            likeness[number] = max(likeness[number], _alike(profiles[number], profiles[best]))
    return tuple(taken)


def _profile(articles: tuple[StoredArticle, ...]) -> Counter[str]:
    weights: Counter[str] = Counter()
    for stored in articles:
        weights.update({term: max(0.0, weight) for term, weight in stored.analysis.terms[:_KEY_TERMS]})
    weights.update(dict.fromkeys(speakers_of(articles), 1.0))
    return weights


def _alike(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other[term] for term, weight in one.items() if term in other)
    size = sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return shared / size if size else 0.0


def _age(articles: tuple[StoredArticle, ...], now: datetime) -> timedelta:
    return now - max(appeared(stored, now) for stored in articles)


def _outlets(articles: tuple[StoredArticle, ...]) -> set[str]:
    return {outlet(stored) for stored in articles}


def speakers_of(articles: tuple[StoredArticle, ...]) -> set[str]:
    """Give the last names of those who are named: enough to tell speakers of one story apart."""
    return {
        words[-1]
        for stored in articles
        for statement in stored.analysis.statements
        if statement.actor and statement.actor.kind is not ActorKind.UNNAMED
        if (words := statement.actor.name.text.casefold().split())
    }


def _reason(articles: tuple[StoredArticle, ...], match: Match | None, now: datetime) -> str:
    outlets, speakers = len(_outlets(articles)), len(speakers_of(articles))
    minutes = _age(articles, now) // timedelta(minutes=1)
    said = [
        f"{outlets} outlets" if outlets > 1 else "one outlet",
        f"{speakers} named speaker{'s' * (speakers > 1)}" if speakers else "nobody named speaks",
        f"{minutes // 60} h old" if minutes >= 60 else f"{minutes} min old",
        f"about “{match.topic}”" if match else "",
    ]
    return ", ".join(filter(None, said))
