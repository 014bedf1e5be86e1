"""Build digests: the one place for the command line, previews, `/digest now` and the schedule.

request and history of a channel -> summaries of stories -> the likeliest, whole -> choice -> digest
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.model import (
    EVERY_DAY,
    TOP,
    ActorPreference,
    AtOnce,
    Cadence,
    ChannelHistory,
    Digest,
    PreferenceKind,
    SourcedStatement,
    StatementRef,
    Story,
    StoryFilter,
    StorySummary,
    Subscription,
    Verdict,
)
from bot.model.ports import Clock
from bot.store import ArticleStore, PreferenceStore, Store
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
# reject so many that too few are left, more are read, up to a limit; where a few spare ones settle
# the choice, only those are read.
_READ_PER_STORY = 4
_SPARE_STORIES = 3
_MAX_STORIES_READ = 800
# Of each speaker's earlier statements, so many of the newest are searched for one on the topic.
_EARLIER_STATEMENTS_READ = 12


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a digest is asked to hold; with `may_repeat` also stories that the channel has seen."""

    zone: str
    story_filter: StoryFilter
    top: int
    may_repeat: bool = False

    @classmethod
    def from_subscription(cls, subscription: Subscription) -> "DigestRequest":
        """Return what a subscription asks for."""
        return cls(subscription.zone, subscription.story_filter, subscription.top)


class DigestBuilder:
    """Choose stories and compose digests; nothing is posted or marked as seen.

    A `team` of None stands for the whole store, without any channel's history or preferences.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        lookback: timedelta = LOOKBACK,
        top: int = TOP,
        actors: Directory = EMPTY_DIRECTORY,
    ) -> None:
        """`lookback` is how far back a digest reaches at least, `top` its number of stories."""
        self._store, self._clock, self._lookback = store, clock, lookback
        self._top, self._actors = top, actors

    def request(
        self, subscription: Subscription | None, topic: str | None, zone: str
    ) -> DigestRequest:
        """Return what a command asks for: the subscription's filters, but its own topics."""
        topics = split_topics(topic)
        if subscription is None:
            return DigestRequest(zone, StoryFilter(topics), self._top, may_repeat=bool(topics))
        request = DigestRequest.from_subscription(subscription)
        if not topics:
            return request
        return replace(
            request, story_filter=replace(request.story_filter, topics=topics), may_repeat=True
        )

    def get_start(self, last: datetime | None, cadence: Cadence | None = None) -> datetime:
        """Return how far back a digest reaches: to the last one, within lookback and a week."""
        now = self._clock.now()
        shortest, longest = self._lookback, _LONGEST_LOOKBACK
        if isinstance(cadence, AtOnce):
            # What came in quiet hours or over a quiet weekend waited for their end.
            waits = cadence.hours is not None or cadence.days != EVERY_DAY
            shortest, longest = _AT_ONCE_LOOKBACK, _LONGEST_LOOKBACK if waits else LOOKBACK
        since = now - shortest if last is None else min(now - shortest, last - _OVERLAP)
        return max(since, now - max(shortest, longest))

    async def get_history(self, team: str | None, channel: str) -> ChannelHistory:
        """Return the channel's subscription and what it was shown lately.

        `build` reads more where it needs more.
        """
        if team is None:
            return ChannelHistory(None, None, frozenset())
        return await self._store.deliveries.get_channel_history(
            team, channel, self._clock.now() - _HISTORY
        )

    async def build(
        self,
        team: str | None,
        channel: str,
        request: DigestRequest,
        history: ChannelHistory,
        since: datetime,
    ) -> Digest:
        """Return the digest of the news since then that the channel has not seen."""
        now = self._clock.now()
        request = await self._with_preferences(team, channel, request, now)
        summaries = await self._store.articles.get_story_summaries(team, since, now)
        oldest = min((one.seen for one in summaries), default=now.timestamp())
        seen = await self._get_seen(
            team, channel, history, datetime.fromtimestamp(oldest, UTC), now
        )
        choice, left_out = await self._choose(team, request, seen, summaries, now)
        return await self._compose(team, request, choice, left_out, since, now)

    async def explain(
        self,
        team: str | None,
        channel: str,
        request: DigestRequest,
        history: ChannelHistory,
        since: datetime,
    ) -> tuple[Choice, Digest]:
        """Return the digest of `build`, and why each of all stories stands in it or not."""
        now = self._clock.now()
        request = await self._with_preferences(team, channel, request, now)
        stories = await self._store.articles.get_stories(team, since, now)
        oldest = min((article.seen for story in stories for article in story.articles), default=now)
        choice = choose(
            stories,
            posted=await self._get_seen(team, channel, history, oldest, now),
            now=now,
            story_filter=request.story_filter,
            top=request.top,
            may_repeat=request.may_repeat,
            explained=True,
        )
        return choice, await self._compose(team, request, choice, choice.left_out, since, now)

    async def _with_preferences(
        self,
        team: str | None,
        channel: str,
        request: DigestRequest,
        now: datetime,
    ) -> DigestRequest:
        if team is None:
            return request
        story_filter = await load_story_filter(
            self._store.preferences, team, channel, request.story_filter, now, self._actors
        )
        return replace(request, story_filter=story_filter)

    async def _get_seen(
        self,
        team: str | None,
        channel: str,
        history: ChannelHistory,
        oldest: datetime,
        now: datetime,
    ) -> frozenset[int]:
        """Return the articles that the channel was shown, as far back as the oldest at hand."""
        oldest -= _CLOCK_SKEW
        if team is None or oldest >= now - _HISTORY:
            return history.articles
        return (await self._store.deliveries.get_channel_history(team, channel, oldest)).articles

    async def _choose(
        self,
        team: str | None,
        request: DigestRequest,
        seen: frozenset[int],
        summaries: Collection[StorySummary],
        now: datetime,
    ) -> tuple[Choice, int]:
        """Choose among the likeliest stories.

        Return with it how many more would have done as well.
        """
        top = request.top
        most = _READ_PER_STORY * top
        fit = await self._shortlist(team, request, seen, summaries, most, now)
        read = top + _SPARE_STORIES if fit.certain else most
        while True:
            stories = await self._store.articles.load_stories(
                team, [fit.summaries[number] for number in fit.stories[:read]], now
            )
            choice = choose(
                stories,
                posted=seen,
                now=now,
                story_filter=request.story_filter,
                top=top,
                may_repeat=request.may_repeat,
            )
            full = len(choice.picked) >= top
            settled = read >= most or (
                full and not fit.may_beat(min(one.score for one in choice.picked), read, most)
            )
            if (full and settled) or read >= min(len(fit.stories), _MAX_STORIES_READ):
                return choice, choice.left_out + fit.count_unread(read)
            read = most if read < most else 4 * read

    async def _shortlist(
        self,
        team: str | None,
        request: DigestRequest,
        seen: frozenset[int],
        summaries: Collection[StorySummary],
        most: int,
        now: datetime,
    ) -> Shortlist:
        """Return the stories that a digest may hold, likeliest first.

        The first `most` are weighed by their bodies.
        """
        articles, story_filter = self._store.articles, request.story_filter
        mentioning: frozenset[int] = frozenset()
        if story_filter.topics and summaries:
            oldest = datetime.fromtimestamp(min(one.dated for one in summaries), UTC)
            mentioning = await articles.find_mentioning(team, story_filter.topics, oldest, now)
        fit = shortlist(
            summaries,
            posted=seen,
            now=now,
            story_filter=story_filter,
            mentioning=mentioning,
            may_repeat=request.may_repeat,
        )
        if not (fit.certain and fit.guessed):
            return fit
        texts = await articles.get_texts(fit.get_bodies_needed(most))
        return fit.with_bodies(
            most, story_filter.topics, {number: article.body for number, article in texts.items()}
        )

    async def _compose(
        self,
        team: str | None,
        request: DigestRequest,
        choice: Choice,
        left_out: int,
        since: datetime,
        now: datetime,
    ) -> Digest:
        digest = compose(
            choice,
            now=now,
            zone=request.zone,
            since=since,
            topic=", ".join(request.story_filter.topics) or None,
            muted=request.story_filter.muted,
        )
        stories = {one.story.id: one.story for one in choice.picked}
        return await add_earlier_statements(
            replace(digest, left_out=left_out), self._store.articles, team, now, stories
        )


async def load_story_filter(
    preferences: PreferenceStore,
    team: str,
    channel: str,
    story_filter: StoryFilter,
    now: datetime,
    actors: Directory = EMPTY_DIRECTORY,
) -> StoryFilter:
    """Add to a filter the actors a channel follows and mutes, in every spelling, and its votes."""
    wishes = await preferences.get_actors(team, channel)
    votes = await preferences.get_votes(team, channel, now - VOTES_COUNT_FOR)
    return replace(
        story_filter,
        followed=_spellings(wishes, PreferenceKind.FOLLOW, actors),
        muted=_spellings(wishes, PreferenceKind.MUTE, actors),
        verdicts=tuple(Verdict(vote.story, vote.useful, vote.terms, vote.actors) for vote in votes),
    )


def _spellings(
    preferences: Iterable[ActorPreference], kind: PreferenceKind, actors: Directory
) -> tuple[str, ...]:
    names = [one.name for one in preferences if one.kind is kind]
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
        add_earlier(one, stories[one.story], _loaded(candidates[one.story], statements))
        for one in digest.entries
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
