"""Which stories are worth reading whole for a digest? Judged at a glance: thousands of articles in milliseconds.

glances -> by story -> unseen, on topic -> weighed as points.py weighs them -> likeliest first
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from bot.model import Taste
from bot.ports import Glance
from bot.stories.corroboration import outlet
from bot.stories.naming import name_words, plain
from bot.stories.points import FOLLOWED, lasting_points, passing_points, topic_points
from bot.stories.topics import GUESS, MOST_IN_BODY, weight_at_a_glance, weight_in_body
from bot.stories.verdicts import speakers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.model import StoredArticle

_KEPT = 10_000  # stories: some days' news
_ROUNDED = 1e-9  # points, by which two sums of the same numbers may differ


def glance(stored: StoredArticle, dated: datetime) -> Glance:
    """Note what a choice needs to know of an article."""
    article, statements = stored.article, stored.analysis.statements
    published = article.published
    return Glance(
        story=stored.story,
        article=stored.id,
        seen=stored.seen.timestamp(),
        published=None if published is None else published.timestamp(),
        dated=dated.timestamp(),
        best=max((one.score for one in statements), default=0.0),
        outlet=outlet(stored),
        opening=stored.analysis.title.text if article.headline is None else article.headline,
        names="\n".join(sorted({one.actor.name.text for one in statements if one.actor})),
        speakers=tuple(sorted(speakers((stored,)))),
    )


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Stories that a choice may take, likeliest first; `updates` are those that the channel has seen something of.

    `points` are what each has at a glance; `certain` where a choice gives none of them more, once they are `placed`,
    and refuses none but updates. `guessed` names the articles whose bodies alone tell how far a story is on a topic.
    """

    stories: tuple[int, ...]
    points: tuple[float, ...]
    updates: frozenset[int]
    certain: bool
    guessed: Mapping[int, tuple[int, ...]]

    def unread(self, read: int) -> int:
        """How many beyond the first `read` would have done.

        An update is none of them: most only repeat what was posted, and whether this one does takes reading it.
        """
        return sum(story not in self.updates for story in self.stories[read:])

    def beats(self, score: float, read: int, first: int) -> bool:
        """Whether a story after the first `read`, among the `first`, may have more points than this."""
        return not self.certain or max(self.points[read:first], default=-inf) > score - _ROUNDED

    def bodies(self, first: int) -> tuple[int, ...]:
        """Give the articles that `placed` wants the bodies of, for so many stories."""
        return tuple(one for story in self.stories[:first] for one in self.guessed.get(story, ()))

    def placed(self, first: int, topics: Sequence[str], bodies: Mapping[int, str]) -> Shortlist:
        """Weigh the first so many by where a topic stands in their bodies; leave out those that have none.

        Those after them count as if it stood at the beginning.
        """
        told = dict(zip(self.stories[:first], self.points, strict=False))
        for story in self.guessed.keys() & told.keys():
            weight = max(
                (weight_in_body(topics, bodies[one]) for one in self.guessed[story] if one in bodies), default=0
            )
            if weight:
                told[story] += topic_points(weight) - topic_points(GUESS)
            else:
                del told[story]
        ranked, rest = _likeliest_first(told), self.stories[first:]
        more = topic_points(MOST_IN_BODY) - topic_points(GUESS)
        most = [points + more * (one in self.guessed) for one, points in zip(rest, self.points[first:], strict=True)]
        return replace(self, stories=(*ranked, *rest), points=(*map(told.__getitem__, ranked), *most), guessed={})


def shortlist(
    glances: Iterable[Glance],
    *,
    posted: Collection[int],
    now: datetime,
    taste: Taste,
    mentioning: Collection[int] = (),
    may_repeat: bool = False,
) -> Shortlist:
    """Give the stories that `choose` may take, those first that it is likeliest to; a few it will still refuse.

    `mentioning` are the articles that may be on one of the taste's topics. Where a topic stands in a body, what the
    channel thinks of a story's like, and what an article was copied from, cannot be told at a glance.
    """
    moment = now.timestamp()
    stories: dict[int, list[Glance]] = defaultdict(list)
    seen: set[int] = set()
    for one in glances:
        if may_repeat or one.article not in posted:
            stories[one.story].append(one)
        else:
            seen.add(one.story)
    if taste.topics:
        stories = {number: held for number, held in stories.items() if any(one.article in mentioning for one in held)}
    followed = [words[-1] for name in taste.followed if (words := name_words(name))]
    sources = [words[-1] for source in taste.sources if (words := name_words(source))]
    topics = {number: _topic(held, taste.topics) for number, held in stories.items()} if taste.topics else {}
    points = {number: _points(held, moment, topics.get(number, 0.0), followed) for number, held in stories.items()}
    ranked = _likeliest_first(points)
    if sources:
        ranked.sort(key=lambda number: _is_elsewhere(stories[number], sources))
    return Shortlist(
        tuple(ranked),
        tuple([points[number] for number in ranked]),
        frozenset(seen & stories.keys()),
        certain=taste == Taste(taste.topics),
        guessed={
            number: tuple(one.article for one in stories[number] if one.article in mentioning)
            for number, weight in topics.items()
            if weight == GUESS
        },
    )


def _likeliest_first(points: Mapping[int, float]) -> list[int]:
    """Of as many points the newest story: two quick orders of plain numbers."""
    return sorted(sorted(points, reverse=True), key=points.__getitem__, reverse=True)


def _is_elsewhere(held: Sequence[Glance], sources: Sequence[str]) -> bool:
    """Whether no article is of a source that the channel keeps to, as far as its outlet's name tells."""
    return not any(word in one.outlet for one in held for word in sources)


def _topic(held: Sequence[Glance], topics: Sequence[str]) -> float:
    return max([weight_at_a_glance(topics, one.opening, one.names) for one in held])


def _points(held: Sequence[Glance], moment: float, topic: float, followed: Sequence[str]) -> float:
    lasting, newest = _lasting(tuple(held))
    if newest > moment:
        newest = max(_appeared(one, moment) for one in held)
    told = lasting + passing_points(moment - newest) + topic_points(topic)
    if followed and any(last in plain(one.names + one.opening) for one in held for last in followed):
        told += FOLLOWED
    return told


@lru_cache(maxsize=_KEPT)
def _lasting(held: tuple[Glance, ...]) -> tuple[float, float]:
    """Give the points that these have at any time and for any channel, and when the newest says it appeared."""
    speakers = {name for one in held for name in one.speakers}
    points = lasting_points(
        outlets=len({one.outlet for one in held}),
        speakers=len(speakers),
        statements=sum(one.best for one in held) / len(held),
    )
    return points, max(one.seen if one.published is None else one.published for one in held)


def _appeared(one: Glance, moment: float) -> float:
    """As points.appeared."""
    return one.published if one.published is not None and one.published <= moment else min(one.seen, moment)
