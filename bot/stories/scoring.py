"""Score stories for a channel: each rule gives points and says in words what for.

The facts are summaries of articles, which the store keeps in a narrow table: by them the thousands
of stories of some days are scored, the likeliest are read whole, and are then scored by the same
rules with what only their texts tell.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log2
from operator import itemgetter
from typing import NamedTuple

from bot.model import ArticleSummary, StoredArticle, StoryFilter, StorySummary
from bot.stories import messages
from bot.stories.filters import TopicMatch, find_best_topic, weight_in_summary
from bot.stories.outlets import count_distinct
from bot.stories.people import is_any_actor, last_words, normalize_text
from bot.stories.repetition import ARTICLES_READ, outlet_keys
from bot.stories.verdicts import Opinions, most_similar, named_actors, speaker_surnames

# For half a day a story of two outlets and two speakers beats a fresher one of a single outlet.
_OUTLETS, _SPEAKERS, _STATEMENTS, _FRESHNESS, _TOPIC = 1.0, 0.5, 0.5, 1.0, 2.0
_FADING_SECONDS = timedelta(hours=12).total_seconds()
_FOLLOWED = 1.5  # as much as two more outlets; what was called useful weighs less than half
_USEFUL, _NOT_USEFUL = 0.7, -1.2
# What was published so long before it came in is no news: it stands below everything that is.
OLD_AFTER = timedelta(days=30)
_OLD, _OLD_SECONDS = -20.0, OLD_AFTER.total_seconds()
_MIN_LIKENESS = 0.25  # below it a story is about something else


class Reason(NamedTuple):
    """Points that a rule gave (or took), and what for."""

    points: float
    key: str
    fields: Mapping[str, object] = {}

    @property
    def words(self) -> str:
        """Say what for; thousands of stories are scored, and few are asked why."""
        match self:
            case Reason(key="sources" | "speakers", fields={"count": int(count)}):
                return messages.count(self.key, count)
            case Reason(key="independent_sources", fields={"count": int(count), **others}):
                sources = messages.count("sources", count)
                return messages.text(self.key, sources=sources, **others)
        return messages.text(self.key, **self.fields)


def summarize(stored: StoredArticle, dated: datetime | None = None) -> ArticleSummary:
    """Derive the facts of an article that scoring needs; `dated` as the store dates it."""
    if stored.summary is not None:
        return stored.summary
    article, statements = stored.article, stored.analysis.statements
    published = article.published
    return ArticleSummary(
        story=stored.story,
        article=stored.id,
        seen=stored.seen.timestamp(),
        published=None if published is None else published.timestamp(),
        dated=(dated or stored.seen).timestamp(),
        best=max((statement.score for statement in statements), default=0.0),
        outlet="\n".join((_outlet_words(stored), *outlet_keys(stored))),
        opening=stored.analysis.title.text if article.headline is None else article.headline,
        names="\n".join(sorted({s.actor.name.text for s in statements if s.actor})),
        speakers="\n".join(sorted(speaker_surnames([stored]))),
    )


def _outlet_words(stored: StoredArticle) -> str:
    """Return the name or address in which a subscription's sources are looked up."""
    return (stored.article.source or stored.article.url or "").casefold()


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
    outlets = count_distinct(summary.outlet.split("\n") for summary in articles)
    reasons = [outlets_reason(outlets, outlets), _speakers_reason(articles)]
    if statements := _STATEMENTS * min(1.0, sum([s.best for s in articles]) / len(articles)):
        reasons.append(Reason(statements, "telling_statements"))
    reasons.append(_freshness_reason(articles, now))
    if all(s.published is not None and s.published < s.seen - _OLD_SECONDS for s in articles):
        reasons.append(Reason(_OLD, "old_when_it_came"))
    if topic:
        reasons.append(Reason(_TOPIC * topic.weight, "about_topic", {"topic": topic.topic}))
    if followed:
        reasons.append(followed)
    opinions = (_USEFUL, "like_useful"), (_NOT_USEFUL, "like_not_useful")
    for alike, (weight, key) in zip(likeness, opinions, strict=True):
        if alike >= _MIN_LIKENESS:
            reasons.append(Reason(weight * alike, key))
    return tuple(reasons)


def score_whole(
    articles: Sequence[StoredArticle], story_filter: StoryFilter, now: datetime, opinions: Opinions
) -> tuple[Reason, ...]:
    """Score a story whose articles were read; `opinions` are made of the filter's verdicts."""
    return score(
        [summarize(stored) for stored in articles],
        now.timestamp(),
        topic=find_best_topic(story_filter.topics, articles),
        followed=_find_followed(articles, story_filter.followed),
        likeness=most_similar(articles, opinions),
    )


def outlets_reason(outlets: int, independent: int) -> Reason:
    """Weigh how many outlets tell the story in words of their own."""
    points = _OUTLETS * log2(1 + independent)
    if independent == outlets:
        return Reason(points, "sources", {"count": outlets})
    return Reason(points, "independent_sources", {"count": outlets, "independent": independent})


def publication_time(stored: StoredArticle, now: datetime) -> datetime:
    """Return when an article was published, or first seen if it says nothing or a time to come."""
    published = stored.article.published
    return published if published is not None and published <= now else min(stored.seen, now)


def _speakers_reason(articles: Sequence[ArticleSummary]) -> Reason:
    surnames = {name for s in articles if s.speakers for name in s.speakers.split("\n")}
    count = len(surnames)
    if not count:
        return Reason(0.0, "no_speakers")
    return Reason(_SPEAKERS * log2(1 + count), "speakers", {"count": count})


def _freshness_reason(articles: Sequence[ArticleSummary], now: float) -> Reason:
    # As in `publication_time`, in seconds since 1970.
    times = [s.seen if s.published is None or s.published > now else s.published for s in articles]
    age = round(now - min(max(times), now), 3)
    minutes = int(age // 60)
    key, units = "days_old", minutes // 1440
    if minutes < 48 * 60:
        key, units = ("minutes_old", minutes) if minutes < 60 else ("hours_old", minutes // 60)
    return Reason(_FRESHNESS * exp(-age / _FADING_SECONDS), key, {"age": units})


def _find_followed(articles: Sequence[StoredArticle], followed: Sequence[str]) -> Reason | None:
    """Weigh whether a followed actor speaks in the articles, or is named."""
    if not followed:
        return None
    names = set(named_actors(articles))
    for actor in followed:
        if is_any_actor(actor, names):
            return Reason(_FOLLOWED, "followed_speaks", {"name": actor})
    if named := find_best_topic(followed, articles):
        return Reason(_FOLLOWED * named.weight, "followed_named", {"name": named.topic})
    return None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Stories that a choice may take, likeliest first; a few it will still refuse.

    `points` are what their summaries give each: without any filter no story gets more when read.
    `updates` are the numbers of those of which the channel has seen something. `to_read` are the
    articles to be read whole.
    """

    stories: tuple[StorySummary, ...]
    points: tuple[float, ...]
    updates: Collection[int]
    to_read: Collection[int] = ()

    def count_unread(self, read: int) -> int:
        """Count the stories after the first `read` that a digest could hold.

        Updates are not counted: most only repeat what was posted, which takes reading them to tell.
        """
        return sum(story.story not in self.updates for story in self.stories[read:])


def shortlist(
    summaries: Iterable[StorySummary],
    *,
    posted: Collection[int],
    now: datetime,
    story_filter: StoryFilter,
    mentioning: Collection[int] = (),
    may_repeat: bool = False,
) -> Shortlist:
    """Return the stories that `choose` may take, those with most points first.

    `mentioning` are the articles that may be on one of the topics. Where in a body a topic stands,
    the channel's opinion of similar stories, and copies of one text take reading the articles to
    tell.
    """
    topics, sources = story_filter.topics, last_words(story_filter.sources)
    followed = last_words(story_filter.followed)
    seen, mentioned = frozenset(() if may_repeat else posted), frozenset(mentioning)
    updates: set[int] = set()
    ranked: list[tuple[bool, float, int, StorySummary]] = []
    for story in summaries:
        articles = [summary for summary in story.articles if summary.article not in seen]
        if not articles or (topics and mentioned.isdisjoint([s.article for s in articles])):
            continue
        if len(articles) < len(story.articles):
            updates.add(story.story)
        topic = TopicMatch("", _topic_weight(articles, topics)) if topics else None
        reason = (
            Reason(_FOLLOWED, "followed_named")
            if followed and _may_name(articles, followed)
            else None
        )
        reasons = score(articles, now.timestamp(), topic=topic, followed=reason)
        is_wanted = any(word in summary.outlet for summary in articles for word in sources)
        ranked.append((is_wanted, sum([reason.points for reason in reasons]), story.story, story))
    ranked.sort(key=itemgetter(0, 1, 2), reverse=True)
    stories, points = [story for *_, story in ranked], [points for _, points, *_ in ranked]
    large = [story for story in stories if len(story.articles) > ARTICLES_READ]
    relevant = find_relevant(large, mentioned, story_filter.followed)
    to_read = pick_articles_to_read(stories, posted, relevant)
    return Shortlist(tuple(stories), tuple(points), updates, to_read)


def pick_articles_to_read(
    stories: Iterable[StorySummary], posted: Collection[int], relevant: Collection[int]
) -> frozenset[int]:
    """Return the articles that a digest reads: of each story the newest few of three kinds.

    Those that are new to the channel, those it was shown (`posted`), and the `relevant` ones, which
    are on its topics. Of the others the summary is enough. A small story is read whole.
    """
    picked: set[int] = set()
    for story in stories:
        if len(story.articles) <= ARTICLES_READ:
            picked.update([summary.article for summary in story.articles])
            continue
        newest_first = sorted(
            [(summary.dated, summary.article) for summary in story.articles], reverse=True
        )
        ids = [article for _, article in newest_first]
        for kind in (
            [article for article in ids if article not in posted],
            [article for article in ids if article in posted],
            [article for article in ids if article in relevant],
        ):
            picked.update(kind[:ARTICLES_READ])
    return frozenset(picked)


def find_relevant(
    stories: Iterable[StorySummary], mentioning: Collection[int], followed: Sequence[str]
) -> frozenset[int]:
    """Return the articles in `mentioning`, and those that may name one of the followed actors."""
    surnames = last_words(followed)
    naming = {s.article for story in stories for s in story.articles if _may_name([s], surnames)}
    return frozenset(mentioning) | naming


def _topic_weight(articles: Sequence[ArticleSummary], topics: Sequence[str]) -> float:
    return max([weight_in_summary(topics, s.opening, s.names) for s in articles])


def _may_name(articles: Sequence[ArticleSummary], surnames: Sequence[str]) -> bool:
    text = normalize_text("\n".join([f"{s.names}\n{s.opening}" for s in articles]))
    return any(word in text for word in surnames)
