"""Build digests: the one place for the command line, previews, `/digest now` and the schedule.

request and history of a channel -> summaries of stories -> the likeliest, whole -> choice -> digest
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.model import (
    ChannelHistory,
    Digest,
    EmptyReason,
    PreferenceKind,
    StoryFilter,
    Subscription,
    Verdict,
)
from bot.model.ports import Clock
from bot.model.stories import SourcedStatement, StatementRef, Story, StorySummary
from bot.model.subscriptions import DEFAULT_TOP_STORIES, EVERY_DAY, ActorPreference, AtOnce, Cadence
from bot.store import Store
from bot.store.articles import ArticleStore
from bot.stories.choice import Choice, choose
from bot.stories.composition import compose
from bot.stories.earlier_statements import add_earlier, get_cutoff, pick_candidates, speaker_names
from bot.stories.filters import split_topics
from bot.stories.people import EMPTY_DIRECTORY, Directory
from bot.stories.scoring import Shortlist, shortlist

LOOKBACK = timedelta(hours=24)
# A channel that had no digest for long (a holiday, a pause) gets a week of news, not a year of it.
_LONGEST_LOOKBACK = timedelta(days=7)
# What comes at once should be new: the first digest brings the last hour's stories only.
_AT_ONCE_LOOKBACK = timedelta(hours=1)
# News may have come in between composing a digest and recording its last part.
_OVERLAP = timedelta(hours=1)
# How far back a channel's history is read. Older digests matter only for stories that have run
# since; for those the history is read further. A newer version of an article that was shown before
# that counts as news.
_HISTORY = timedelta(days=14)
_CLOCK_SKEW = timedelta(hours=1)  # between two machines
# How long a vote on a story counts.
VOTES_COUNT_FOR = timedelta(days=90)
# Stories read whole for each that a digest takes, since choice.py compares several. Where filters
# reject so many that too few are left, more are read, up to a limit. Without a filter a few spare
# ones do, unless one that was not read may have more points.
_READ_PER_STORY = 4
_SPARE_STORIES = 3
_MAX_STORIES_READ = 800
# Of each speaker's earlier statements, so many of the newest are searched for one on the topic.
_EARLIER_STATEMENTS_READ = 12


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a channel is to be shown; with `may_repeat` also stories that it has seen.

    A `team` of None stands for the whole store, without any channel's history or preferences.
    """

    team: str | None
    channel: str
    zone: str
    story_filter: StoryFilter
    top: int
    may_repeat: bool = False

    @classmethod
    def from_subscription(cls, wanted: Subscription) -> "DigestRequest":
        """Return what a subscription asks for."""
        return cls(wanted.team, wanted.channel, wanted.zone, wanted.story_filter, wanted.top)


@dataclass(frozen=True, slots=True)
class DigestBuilder:
    """Choose stories and compose digests; nothing is posted or marked as seen.

    `lookback` is how far back a digest reaches at least, `top` its number of stories.
    """

    store: Store
    clock: Clock
    lookback: timedelta = LOOKBACK
    top: int = DEFAULT_TOP_STORIES
    actors: Directory = EMPTY_DIRECTORY
    # One after another: it is computing, so that two at once end no sooner, and each holds hundreds
    # of articles.
    _turn: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, 1))

    async def request(
        self, team: str | None, channel: str, topic: str | None, zone: str
    ) -> tuple[DigestRequest, ChannelHistory]:
        """Return what a command asks for, and the channel's history.

        That is what the channel's subscription asks for, but of the command's topics, if any.
        """
        history, topics = await self.get_history(team, channel), split_topics(topic)
        if history.subscription is None:
            request = DigestRequest(team, channel, zone, StoryFilter(), self.top)
        else:
            request = DigestRequest.from_subscription(history.subscription)
        if topics:
            story_filter = replace(request.story_filter, topics=topics)
            request = replace(request, story_filter=story_filter, may_repeat=True)
        return request, history

    def get_start(self, last: datetime | None, cadence: Cadence | None = None) -> datetime:
        """Return from when on a digest shows news.

        From an hour before the last digest, but at least `lookback` and at most a week ago (or
        `lookback`, if that is longer). What comes at once has its own limits: an hour and a day, or
        a week where it waits for the end of quiet hours or days.
        """
        now = self.clock.now()
        shortest, longest = self.lookback, _LONGEST_LOOKBACK
        if isinstance(cadence, AtOnce):
            # What came in quiet hours or over a quiet weekend waited for their end.
            waits = cadence.hours is not None or cadence.days != EVERY_DAY
            shortest, longest = _AT_ONCE_LOOKBACK, _LONGEST_LOOKBACK if waits else LOOKBACK
        since = now - shortest if last is None else min(now - shortest, last - _OVERLAP)
        return max(since, now - max(shortest, longest))

    async def get_history(self, team: str | None, channel: str) -> ChannelHistory:
        """Return the channel's subscription and what it was shown; `build` may read more."""
        if team is None:
            return ChannelHistory(None, None, frozenset())
        oldest = self.clock.now() - _HISTORY
        return await self.store.deliveries.get_channel_history(team, channel, oldest)

    async def build(
        self, request: DigestRequest, history: ChannelHistory, since: datetime | None = None
    ) -> Digest:
        """Return the digest of the news that the channel has not seen.

        It reaches back to `since`, by default as far as `get_start` says.
        """
        async with self._turn:
            return await self._build(request, history, since or self.get_start(history.last))

    async def _build(
        self, request: DigestRequest, history: ChannelHistory, since: datetime
    ) -> Digest:
        now = self.clock.now()
        request = await self._with_preferences(request, now)
        summaries = await self.store.articles.get_story_summaries(request.team, since, now)
        seen = (article.seen for story in summaries for article in story.articles)
        first_seen = min(seen, default=now.timestamp())
        shown_articles = await self._get_shown_articles(
            request, history, datetime.fromtimestamp(first_seen, UTC), now
        )
        choice, left_out = await self._choose(request, shown_articles, summaries, now)
        return await self._compose(request, choice, left_out, since, now)

    async def find_empty_reason(self, request: DigestRequest, since: datetime) -> EmptyReason:
        """Return why `build` finds nothing: whether it would, had the channel seen nothing yet."""
        now = self.clock.now()
        async with self._turn:
            summaries = await self.store.articles.get_story_summaries(request.team, since, now)
            if not summaries:
                return EmptyReason.NOTHING_ARRIVED
            request = replace(await self._with_preferences(request, now), may_repeat=True)
            choice, _ = await self._choose(request, frozenset(), summaries, now)
        return EmptyReason.ALL_POSTED if choice.picked else EmptyReason.NO_MATCH

    async def explain(
        self, request: DigestRequest, history: ChannelHistory, since: datetime | None = None
    ) -> tuple[Choice, Digest]:
        """Return the digest of `build`, and why each of all stories stands in it or not."""
        now, since = self.clock.now(), since or self.get_start(history.last)
        request = await self._with_preferences(request, now)
        stories = await self.store.articles.get_stories(request.team, since, now)
        first_seen = min(
            (article.seen for story in stories for article in story.articles), default=now
        )
        shown_articles = await self._get_shown_articles(request, history, first_seen, now)
        choose_all = partial(_choose_from, explained=True)
        choice = await asyncio.to_thread(choose_all, stories, request, shown_articles, now)
        return choice, await self._compose(request, choice, choice.left_out, since, now)

    async def _with_preferences(self, request: DigestRequest, now: datetime) -> DigestRequest:
        """Add the actors that the channel follows and mutes, and its votes.

        They and the topics stand in every spelling.
        """
        topics, excluded = request.story_filter.topics, request.story_filter.excluded
        spelled = replace(
            request.story_filter,
            topics=spell_topics(topics, self.actors),
            excluded=spell_topics(excluded, self.actors),
        )
        request = replace(request, story_filter=spelled)
        if request.team is None:
            return request
        team, channel, preferences = request.team, request.channel, self.store.preferences
        wishes = await preferences.get_actors(team, channel)
        votes = await preferences.get_votes(team, channel, now - VOTES_COUNT_FOR)
        story_filter = replace(
            request.story_filter,
            followed=find_spellings(wishes, PreferenceKind.FOLLOW, self.actors),
            muted=find_spellings(wishes, PreferenceKind.MUTE, self.actors),
            verdicts=tuple(
                Verdict(vote.story, vote.useful, vote.terms, vote.actors) for vote in votes
            ),
        )
        return replace(request, story_filter=story_filter)

    async def _get_shown_articles(
        self, request: DigestRequest, history: ChannelHistory, first_seen: datetime, now: datetime
    ) -> frozenset[int]:
        """Return the articles that the channel was shown since `first_seen`, or for longer."""
        oldest = first_seen - _CLOCK_SKEW
        if request.team is None or oldest >= now - _HISTORY:
            return history.articles
        deliveries = self.store.deliveries
        return (
            await deliveries.get_channel_history(request.team, request.channel, oldest)
        ).articles

    async def _choose(
        self,
        request: DigestRequest,
        shown_articles: frozenset[int],
        summaries: Collection[StorySummary],
        now: datetime,
    ) -> tuple[Choice, int]:
        """Choose among the likeliest stories; return also how many more would have done as well."""
        fit = await self._shortlist(request, shown_articles, summaries, now)
        top, most = request.top, _READ_PER_STORY * request.top
        read = top + _SPARE_STORIES if request.story_filter == StoryFilter() else most
        while True:
            likeliest = fit.stories[:read]
            load = self.store.articles.load_stories
            stories = await load(request.team, likeliest, now, fit.to_read)
            choice = await asyncio.to_thread(_choose_from, stories, request, shown_articles, now)
            scores = [pick.score for pick in choice.picked]
            all_read = read >= min(len(fit.stories), _MAX_STORIES_READ)
            full = len(scores) >= top
            if all_read or (full and (read >= most or fit.points[read] < min(scores))):
                return choice, choice.left_out + fit.count_unread(read)
            read = most if read < most else 4 * read

    async def _shortlist(
        self,
        request: DigestRequest,
        shown_articles: frozenset[int],
        summaries: Collection[StorySummary],
        now: datetime,
    ) -> Shortlist:
        """Return the likeliest stories, best first, by what is known before they are read."""
        topics, mentioning = request.story_filter.topics, frozenset[int]()
        if topics and summaries:
            oldest = min(article.dated for story in summaries for article in story.articles)
            since = datetime.fromtimestamp(oldest, UTC)
            articles = self.store.articles
            mentioning = await articles.find_mentioning(request.team, topics, since, now)
        return shortlist(
            summaries,
            posted=shown_articles,
            now=now,
            story_filter=request.story_filter,
            mentioning=mentioning,
            may_repeat=request.may_repeat,
        )

    async def _compose(
        self, request: DigestRequest, choice: Choice, left_out: int, since: datetime, now: datetime
    ) -> Digest:
        story_filter = request.story_filter
        digest = await asyncio.to_thread(
            compose,
            choice,
            now=now,
            zone=request.zone,
            since=since,
            topic=", ".join(story_filter.topics) or None,
            muted=story_filter.muted,
            followed=story_filter.followed,
        )
        digest = replace(digest, left_out=left_out)
        stories = {pick.story.id: pick.story for pick in choice.picked}
        articles = self.store.articles
        return await add_earlier_statements(digest, articles, request.team, now, stories)


def _choose_from(
    stories: Sequence[Story],
    request: DigestRequest,
    shown_articles: frozenset[int],
    now: datetime,
    *,
    explained: bool = False,
) -> Choice:
    return choose(
        stories,
        posted=shown_articles,
        now=now,
        story_filter=request.story_filter,
        top=request.top,
        may_repeat=request.may_repeat,
        explained=explained,
    )


def spell_topics(topics: Iterable[str], actors: Directory) -> tuple[str, ...]:
    """Return topics and what else the directory calls them, in whatever language."""
    spelled = (spelling for topic in topics for spelling in actors.spellings_of(topic))
    return tuple(dict.fromkeys(spelled))


def find_spellings(
    preferences: Iterable[ActorPreference], kind: PreferenceKind, actors: Directory
) -> tuple[str, ...]:
    """Return the names of the actors that a channel follows or mutes, in every spelling."""
    names = [preference.name for preference in preferences if preference.kind is kind]
    return tuple(spelling for name in names for spelling in actors.spellings_of(name))


async def add_earlier_statements(
    digest: Digest,
    articles: ArticleStore,
    team: str | None,
    now: datetime,
    stories: Mapping[int, Story],
) -> Digest:
    """Put beside each key statement what its speaker said before, as far as the team may see it."""
    cutoffs = {entry.story: get_cutoff(entry, stories[entry.story]) for entry in digest.entries}
    wanted = {
        (name, cutoffs[entry.story]) for entry in digest.entries for name in speaker_names(entry)
    }
    known = await articles.find_earlier_statements(team, wanted, now, _EARLIER_STATEMENTS_READ)
    candidates: dict[int, dict[str, tuple[StatementRef, ...]]] = {
        entry.story: pick_candidates(
            entry,
            stories[entry.story],
            {name: known[name, cutoffs[entry.story]] for name in speaker_names(entry)},
        )
        for entry in digest.entries
    }
    refs = [ref for by_name in candidates.values() for some in by_name.values() for ref in some]
    statements = await articles.load_statements(team, refs, now) if refs else {}
    entries = tuple(
        add_earlier(entry, stories[entry.story], _loaded(candidates[entry.story], statements))
        for entry in digest.entries
    )
    return replace(digest, entries=entries)


def _loaded(
    candidates: Mapping[str, Sequence[StatementRef]],
    statements: Mapping[tuple[int, int], SourcedStatement],
) -> dict[str, list[SourcedStatement]]:
    """Return the statements by their speaker's name, without those that the team may not see."""
    return {
        name: [statements[key] for ref in refs if (key := (ref.article, ref.place)) in statements]
        for name, refs in candidates.items()
    }
