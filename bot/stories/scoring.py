"""Score stories for a channel: each rule gives points and says in words what for.

The facts are summaries of articles, which the store keeps in a narrow table: by them the thousands
of stories of some days are scored, the likeliest are read whole, and are then scored by the same
rules with what only their texts tell.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from math import exp, inf, log2
from typing import NamedTuple

from bot.model import ArticleSummary, StoredArticle, StoryFilter, StorySummary
from bot.stories.filters import (
    GUESS,
    MOST_IN_BODY,
    TopicMatch,
    find_best_topic,
    weight_in_body,
    weight_in_summary,
)
from bot.stories.people import is_any_actor, last_words, normalize_text
from bot.stories.repetition import outlet_name
from bot.stories.verdicts import Opinions, build_profile, named_actors, speaker_surnames

# For half a day a story of two outlets and two speakers beats a fresher one of a single outlet.
_OUTLETS, _SPEAKERS, _STATEMENTS, _FRESHNESS, _TOPIC = 1.0, 0.5, 0.5, 1.0, 2.0
_FADING_SECONDS = timedelta(hours=12).total_seconds()
_FOLLOWED = 1.5  # as much as two more outlets; what was called useful weighs less than half
_USEFUL, _NOT_USEFUL = 0.7, -1.2
_MIN_LIKENESS = 0.25  # below it a story is about something else
_ROUNDING = 1e-9  # points by which two sums of the same numbers may differ


class Reason(NamedTuple):
    """Points that a rule gave (or took), and what for."""

    points: float
    words: str


def summarize(stored: StoredArticle, dated: datetime | None = None) -> ArticleSummary:
    """Derive the facts of an article that scoring needs; `dated` as the store dates it."""
    article, statements = stored.article, stored.analysis.statements
    published = article.published
    return ArticleSummary(
        story=stored.story,
        article=stored.id,
        seen=stored.seen.timestamp(),
        published=None if published is None else published.timestamp(),
        dated=(dated or stored.seen).timestamp(),
        best=max((statement.score for statement in statements), default=0.0),
        outlet=outlet_name(stored),
        opening=stored.analysis.title.text if article.headline is None else article.headline,
        names="\n".join(sorted({s.actor.name.text for s in statements if s.actor})),
        speakers="\n".join(sorted(speaker_surnames([stored]))),
    )


def score(
    articles: Sequence[ArticleSummary],
    now: float,
    *,
    topic: TopicMatch | None = None,
    followed: Reason | None = None,
    likeness: tuple[float, float] = (0.0, 0.0),
) -> tuple[Reason, ...]:
    """Return what each rule gives a story of these articles; the outlets' reason comes first.

    `now` is in seconds since 1970. `topic` and `followed` are what was found of the channel's
    topics and followed actors, `likeness` (0 to 1) is to the story most like this one that the
    channel called useful, and to the one that it called not useful.
    """
    outlets = len({summary.outlet for summary in articles})
    reasons = [outlets_reason(outlets, outlets), _speakers_reason(articles)]
    if statements := _STATEMENTS * min(1.0, sum([s.best for s in articles]) / len(articles)):
        reasons.append(Reason(statements, "telling statements"))
    reasons.append(_freshness_reason(articles, now))
    if topic:
        reasons.append(Reason(_TOPIC * topic.weight, f"about “{topic.topic}”"))
    if followed:
        reasons.append(followed)
    opinions = (_USEFUL, "useful"), (_NOT_USEFUL, "not useful")
    for alike, (weight, opinion) in zip(likeness, opinions, strict=True):
        if alike >= _MIN_LIKENESS:
            reasons.append(Reason(weight * alike, f"like a story called {opinion} here"))
    return tuple(reasons)


def score_whole(
    articles: Sequence[StoredArticle], story_filter: StoryFilter, now: datetime, opinions: Opinions
) -> tuple[Reason, ...]:
    """Score a story whose articles were read; `opinions` are those of the filter's verdicts."""
    return score(
        [summarize(stored) for stored in articles],
        now.timestamp(),
        topic=find_best_topic(story_filter.topics, articles),
        followed=_find_followed(articles, story_filter.followed),
        likeness=opinions.most_similar(build_profile(articles)) if opinions else (0.0, 0.0),
    )


def outlets_reason(outlets: int, independent: int) -> Reason:
    """Weigh how many outlets tell the story in words of their own."""
    if outlets == 1:
        words = "one outlet"
    elif independent == outlets:
        words = f"{outlets} outlets"
    else:
        words = f"{outlets} outlets, {independent} independent"
    return Reason(_OUTLETS * log2(1 + independent), words)


def publication_time(stored: StoredArticle, now: datetime) -> datetime:
    """Return when an article was published, or first seen if it says nothing or a time to come."""
    published = stored.article.published
    return published if published is not None and published <= now else min(stored.seen, now)


def _publication_time(summary: ArticleSummary, now: float) -> float:
    """Return when its article was published, as `publication_time` does, in seconds since 1970."""
    published = summary.published
    return published if published is not None and published <= now else min(summary.seen, now)


def _speakers_reason(articles: Sequence[ArticleSummary]) -> Reason:
    surnames = {name for s in articles if s.speakers for name in s.speakers.split("\n")}
    count = len(surnames)
    words = f"{count} named speaker{'s' * (count > 1)}" if count else "nobody named speaks"
    return Reason(_SPEAKERS * log2(1 + count), words)


def _freshness_reason(articles: Sequence[ArticleSummary], now: float) -> Reason:
    age = round(now - max([_publication_time(summary, now) for summary in articles]), 3)
    minutes = int(age // 60)
    if minutes < 60:
        words = f"{minutes} min old"
    else:
        words = f"{minutes // 60} h old" if minutes < 48 * 60 else f"{minutes // 1440} days old"
    return Reason(_FRESHNESS * exp(-age / _FADING_SECONDS), words)


def _find_followed(articles: Sequence[StoredArticle], followed: Sequence[str]) -> Reason | None:
    """Weigh whether a followed actor speaks in the articles, or is named."""
    if not followed:
        return None
    names = set(named_actors(articles))
    for actor in followed:
        if is_any_actor(actor, names):
            return Reason(_FOLLOWED, f"{actor} speaks, who is followed")
    if named := find_best_topic(followed, articles):
        return Reason(_FOLLOWED * named.weight, f"names {named.topic}, who is followed")
    return None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Stories that a choice may take, likeliest first, with the `points` that their summaries give.

    `updates` are those of which the channel has seen something. `certain`: read whole, no story
    gets more points than here (once `with_bodies` was called), and none but updates is refused.
    `guessed` names the articles of stories whose topic may stand anywhere in a body.
    """

    points: Mapping[int, float]
    updates: Collection[int]
    summaries: Mapping[int, StorySummary]
    certain: bool
    guessed: Mapping[int, tuple[int, ...]]

    @property
    def stories(self) -> tuple[int, ...]:
        """The stories, likeliest first."""
        return tuple(self.points)

    def count_unread(self, read: int) -> int:
        """Count the stories after the first `read` that a digest could hold.

        Updates are not counted: most only repeat what was posted, which takes reading them to tell.
        """
        return sum(story not in self.updates for story in self.stories[read:])

    def may_beat(self, score: float, read: int, first: int) -> bool:
        """Whether one of the `first` stories, after those `read`, may have more points."""
        most = max(islice(self.points.values(), read, first), default=-inf)
        return not self.certain or most > score - _ROUNDING

    def get_bodies_needed(self, first: int) -> tuple[int, ...]:
        """Return the articles whose bodies `with_bodies` needs for the first so many."""
        stories = self.stories[:first]
        return tuple(article for story in stories for article in self.guessed.get(story, ()))

    def with_bodies(
        self, first: int, topics: Sequence[str], bodies: Mapping[int, str]
    ) -> "Shortlist":
        """Weigh the first so many by where a topic stands in their bodies; drop those without.

        Later stories count as if it stood at the beginning.
        """
        points = dict(islice(self.points.items(), first))
        for story in self.guessed.keys() & points.keys():
            texts = [bodies[article] for article in self.guessed[story] if article in bodies]
            if weight := max([weight_in_body(topics, text) for text in texts], default=0.0):
                points[story] += _TOPIC * (weight - GUESS)
            else:
                del points[story]
        bonus = _TOPIC * (MOST_IN_BODY - GUESS)
        later = {
            story: known + bonus * (story in self.guessed)
            for story, known in islice(self.points.items(), first, None)
        }
        return replace(self, points=_likeliest_first(points) | later, guessed={})


def shortlist(
    summaries: Iterable[StorySummary],
    *,
    posted: Collection[int],
    now: datetime,
    story_filter: StoryFilter,
    mentioning: Collection[int] = (),
    may_repeat: bool = False,
) -> Shortlist:
    """Return the stories that `choose` may take, likeliest first; a few it will still refuse.

    `mentioning` are the articles that may be on one of the topics. Where in a body a topic stands,
    the channel's opinion of similar stories, and copies of one text take reading the articles to
    tell.
    """
    topics = story_filter.topics
    stories, updates = _without_posted(
        _keep_mentioning(summaries, mentioning) if topics else summaries,
        frozenset() if may_repeat else frozenset(posted),
    )
    if topics and updates:
        stories = {story.story: story for story in _keep_mentioning(stories.values(), mentioning)}
    followed = last_words(story_filter.followed)
    points: dict[int, float] = {}
    guessed = {}
    for number, story in stories.items():
        topic = TopicMatch("", _topic_weight(story, topics)) if topics else None
        reason = Reason(_FOLLOWED, "") if followed and _may_name(story, followed) else None
        reasons = score(story.articles, now.timestamp(), topic=topic, followed=reason)
        points[number] = sum([points for points, _ in reasons])
        if topic and topic.weight == GUESS:
            guessed[number] = tuple([article for article in story.ids if article in mentioning])
    points = _likeliest_first(points)
    if sources := last_words(story_filter.sources):
        first = sorted(points, key=lambda story: not _may_be_from(stories[story], sources))
        points = {story: points[story] for story in first}
    return Shortlist(
        points,
        updates.keys() & stories.keys(),
        stories | updates,
        certain=story_filter == StoryFilter(topics),
        guessed=guessed,
    )


def _keep_mentioning(
    summaries: Iterable[StorySummary], mentioning: Collection[int]
) -> list[StorySummary]:
    wanted = frozenset(mentioning)
    return [story for story in summaries if not wanted.isdisjoint(story.ids)]


def _without_posted(
    summaries: Iterable[StorySummary], posted: frozenset[int]
) -> tuple[dict[int, StorySummary], dict[int, StorySummary]]:
    """Return the stories without posted articles, and whole those of which some were."""
    stories, updates = {}, {}
    for story in summaries:
        if posted.isdisjoint(story.ids):
            stories[story.story] = story
        elif new := [summary for summary in story.articles if summary.article not in posted]:
            stories[story.story] = StorySummary.of(new)
            updates[story.story] = story
    return stories, updates


def _likeliest_first(points: Mapping[int, float]) -> dict[int, float]:
    """Sort stories by points; of equal ones the newest comes first."""
    return dict(sorted(points.items(), key=lambda item: (item[1], item[0]), reverse=True))


def _topic_weight(story: StorySummary, topics: Sequence[str]) -> float:
    return max([weight_in_summary(topics, s.opening, s.names) for s in story.articles])


def _may_name(story: StorySummary, surnames: Sequence[str]) -> bool:
    text = normalize_text("\n".join([f"{s.names}\n{s.opening}" for s in story.articles]))
    return any(word in text for word in surnames)


def _may_be_from(story: StorySummary, sources: Sequence[str]) -> bool:
    return any(word in summary.outlet for summary in story.articles for word in sources)
