"""Which stories are worth reading whole for a digest? Judged at a glance: thousands of articles in milliseconds.

glances -> by story -> unseen, on topic -> weighed as points.py weighs them -> likeliest first
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

from bot.model import ArticleSummary, StoredArticle, StoryFilter, StorySummary
from bot.stories.filters import GUESS, MOST_IN_BODY, weight_in_body, weight_in_summary
from bot.stories.people import name_words, normalize_text
from bot.stories.points import FOLLOWED, lasting_points, passing_points, topic_points
from bot.stories.repetition import outlet_name
from bot.stories.verdicts import speakers_of

_ROUNDED = 1e-9  # points, by which two sums of the same numbers may differ


def glance(stored: StoredArticle, dated: datetime) -> ArticleSummary:
    """Note what a choice needs to know of an article.

    It is being stored, and whoever reads it will have another object: what is found in it is not remembered for this.
    """
    article, statements = stored.article, stored.analysis.statements
    published = article.published
    return ArticleSummary(
        story=stored.story,
        article=stored.id,
        seen=stored.seen.timestamp(),
        published=None if published is None else published.timestamp(),
        dated=dated.timestamp(),
        best=max((one.score for one in statements), default=0.0),
        outlet=outlet_name(stored),
        opening=stored.analysis.title.text if article.headline is None else article.headline,
        names="\n".join(sorted({one.actor.name.text for one in statements if one.actor})),
        speakers="\n".join(sorted(speakers_of(stored))),
    )


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Stories that a choice may take, likeliest first; `updates` are those that the channel has seen something of.

    `glanced` holds them as they were given, `points` are what each has at a glance; `certain` where a choice gives none
    of them more, once they are `placed`, and refuses none but updates. `guessed` names the articles whose bodies alone
    tell how far a story is on a topic.
    """

    stories: tuple[int, ...]
    points: tuple[float, ...]
    updates: Collection[int]
    glanced: Mapping[int, StorySummary]
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

    def get_visible_article(
        self, first: int, topics: Sequence[str], bodies: Mapping[int, str]
    ) -> "Shortlist":
        """Weigh the first so many by where a topic stands in their bodies; leave out those that have none.

        Those after them count as if it stood at the beginning.
        """
        told = dict(zip(self.stories[:first], self.points, strict=False))
        for story in self.guessed.keys() & told.keys():
            weight = max(
                (
                    weight_in_body(topics, bodies[one])
                    for one in self.guessed[story]
                    if one in bodies
                ),
                default=0,
            )
            if weight:
                told[story] += topic_points(weight) - topic_points(GUESS)
            else:
                del told[story]
        ranked, rest = _likeliest_first(told), self.stories[first:]
        more = topic_points(MOST_IN_BODY) - topic_points(GUESS)
        most = [
            points + more * (one in self.guessed)
            for one, points in zip(rest, self.points[first:], strict=True)
        ]
        return replace(
            self,
            stories=(*ranked, *rest),
            points=(*map(told.__getitem__, ranked), *most),
            guessed={},
        )


def shortlist(
    glances: Iterable[StorySummary],
    *,
    posted: Collection[int],
    now: datetime,
    story_filter: StoryFilter,
    mentioning: Collection[int] = (),
    may_repeat: bool = False,
) -> Shortlist:
    """Give the stories that `choose` may take, those first that it is likeliest to; a few it will still refuse.

    `mentioning` are the articles that may be on one of the taste's topics. Where a topic stands in a body, what the
    channel thinks of a story's like, and what an article was copied from, cannot be told at a glance.
    """
    moment = now.timestamp()
    about = frozenset(mentioning) if story_filter.topics else None
    stories, updates = _untold(
        _about(glances, about), frozenset() if may_repeat else frozenset(posted)
    )
    if updates:
        stories = {one.story: one for one in _about(stories.values(), about)}
    followed = [words[-1] for name in story_filter.followed if (words := name_words(name))]
    sources = [words[-1] for source in story_filter.sources if (words := name_words(source))]
    points = {number: _points(one, moment) for number, one in stories.items()}
    topics = (
        {number: _topic(one.articles, story_filter.topics) for number, one in stories.items()}
        if story_filter.topics
        else {}
    )
    for number, weight in topics.items():
        points[number] += topic_points(weight)
    for number, one in stories.items() if followed else ():
        if _has_any(one, followed):
            points[number] += FOLLOWED
    ranked = _likeliest_first(points)
    if sources:
        ranked.sort(key=lambda number: _is_elsewhere(stories[number].articles, sources))
    return Shortlist(
        tuple(ranked),
        tuple([points[number] for number in ranked]),
        updates.keys() & stories.keys(),
        stories | updates,
        certain=story_filter == StoryFilter(story_filter.topics),
        guessed={
            number: tuple([one for one in stories[number].numbers if one in mentioning])
            for number, weight in topics.items()
            if weight == GUESS
        },
    )


def _about(
    glances: Iterable[StorySummary], wanted: frozenset[int] | None
) -> Iterable[StorySummary]:
    """Give those with one of these articles; all where none are wanted in particular."""
    return (
        glances
        if wanted is None
        else [one for one in glances if not wanted.isdisjoint(one.numbers)]
    )


def _untold(
    glances: Iterable[StorySummary], posted: frozenset[int]
) -> tuple[dict[int, StorySummary], dict[int, StorySummary]]:
    """Give the stories without what was posted of them, and whole those of which something was."""
    stories, updates = {}, {}
    for one in glances:
        if posted.isdisjoint(one.numbers):
            stories[one.story] = one
        elif new := frozenset(one.numbers) - posted:
            stories[one.story] = StorySummary.of(
                [held for held in one.articles if held.article in new]
            )
            updates[one.story] = one
    return stories, updates


def _likeliest_first(points: Mapping[int, float]) -> list[int]:
    """Of as many points the newest story: two quick orders of plain numbers."""
    return sorted(sorted(points, reverse=True), key=points.__getitem__, reverse=True)


def _is_elsewhere(held: Sequence[ArticleSummary], sources: Sequence[str]) -> bool:
    """Whether no article is of a source that the channel keeps to, as far as its outlet's name tells."""
    return not any(word in one.outlet for one in held for word in sources)


def _topic(held: Sequence[ArticleSummary], topics: Sequence[str]) -> float:
    return max([weight_in_summary(topics, one.opening, one.names) for one in held])


def _has_any(story: StorySummary, last_words: Sequence[str]) -> bool:
    """Whether one of these names may stand in it."""
    words = story.plain
    if words is None:  # as names are compared
        words = story.plain = normalize_text(
            "\n".join([f"{one.names}\n{one.opening}" for one in story.articles])
        )
    return any(last in words for last in last_words)


def _points(story: StorySummary, moment: float) -> float:
    if story.reckoned is None:
        story.reckoned = _reckoned(story.articles)
    lasting, newest = story.reckoned
    if newest > moment:
        newest = max(_appeared(one, moment) for one in story.articles)
    return lasting + passing_points(moment - newest)


def _reckoned(held: Sequence[ArticleSummary]) -> tuple[float, float]:
    """Give the points that they have at any time and for any channel, and when the newest says it appeared."""
    speakers = {name for one in held if one.speakers for name in one.speakers.split("\n")}
    points = lasting_points(
        outlets=len({one.outlet for one in held}),
        speakers=len(speakers),
        statements=sum([one.best for one in held]) / len(held),
    )
    return points, max([one.seen if one.published is None else one.published for one in held])


def _appeared(one: ArticleSummary, moment: float) -> float:
    """As points.appeared."""
    return (
        one.published
        if one.published is not None and one.published <= moment
        else min(one.seen, moment)
    )
