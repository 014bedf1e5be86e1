"""What a digest holds: how far back it reaches, what its channel wants and has had, and the stories that come of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.model import (
    EVERY_DAY,
    ActorPreference,
    AtOnce,
    Cadence,
    ChannelHistory,
    Digest,
    DigestEntry,
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
from bot.stories.shortlist import Shortlist, shortlist

LOOKBACK = timedelta(hours=24)
# A channel that had no digest for long (a holiday, a pause) is told a week of news, not a year of it.
_LONGEST_LOOKBACK = timedelta(days=7)
# What comes at once should be new: the first one brings the last hour's stories only.
_AT_ONCE_LOOKBACK = timedelta(hours=1)
# Between composing and the record of the last part news may have come in.
_OVERLAP = timedelta(hours=1)
# What a channel was shown so long ago tells nothing of today's news, but of stories that have run since: of these it is
# asked how far back they go. By then a newer version of an article that it was shown is news.
_REACH = timedelta(days=14)
# Two machines' clocks may differ by so much.
_SKEW = timedelta(hours=1)
# Stories read whole for each that a digest takes: choice.py compares four. Where filters turn so many away that too
# few are left, more are read, up to the second number; where a few beyond those taken settle it, only these.
_READ_A_STORY, _MOST_READ, _SPARE = 4, 800, 3
# A vote on a story weighs for so long.
REMEMBERED = timedelta(days=90)
# Of each speaker's earlier statements, the newest so many are looked through for one on the topic.
_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a digest is to hold."""

    zone: str
    story_filter: StoryFilter
    top: int
    may_repeat: bool = False


def subscription_request(subscription: Subscription) -> DigestRequest:
    """What a subscription orders."""
    return DigestRequest(subscription.zone, subscription.story_filter, subscription.top)


class DigestBuilder:
    """Chooses and composes; marks nothing, and posts nothing."""

    def __init__(
        self, store: Store, clock: Clock, *, lookback: timedelta, top: int, actors: Directory
    ) -> None:
        """`lookback` is how far back a digest reaches at least, `top` how many stories it holds where nothing says."""
        self._store, self._clock, self._lookback, self._top, self._actors = (
            store,
            clock,
            lookback,
            top,
            actors,
        )

    def asked(
        self, subscription: Subscription | None, topic: str | None, zone: str
    ) -> DigestRequest:
        """Give what is ordered by whoever asks in a channel: its subscription's wishes, but on a topic of theirs."""
        topics = split_topics(topic)
        if subscription is None:
            return DigestRequest(zone, StoryFilter(topics), self._top, may_repeat=bool(topics))
        story_filter = (
            replace(subscription.story_filter, topics=topics)
            if topics
            else subscription.story_filter
        )
        return DigestRequest(zone, story_filter, subscription.top, may_repeat=bool(topics))

    def since(self, last: datetime | None, cadence: Cadence | None = None) -> datetime:
        """Give how far back a digest reaches: a day at least, else to the last digest, a week at most."""
        now = self._clock.now()
        shortest, longest = self._lookback, _LONGEST_LOOKBACK
        if isinstance(cadence, AtOnce):
            # What came in quiet hours or over a quiet weekend waited for their end.
            waits = cadence.hours is not None or cadence.days != EVERY_DAY
            shortest, longest = _AT_ONCE_LOOKBACK, _LONGEST_LOOKBACK if waits else LOOKBACK
        since = now - shortest if last is None else min(now - shortest, last - _OVERLAP)
        return max(since, now - max(shortest, longest))

    async def past(self, team: str, channel: str) -> ChannelHistory:
        """Give what the channel ordered and had of late; `composed` asks for more where it takes more."""
        return await self._store.deliveries.get_channel_history(
            team, channel, self._clock.now() - _REACH
        )

    async def composed(
        self, team: str, channel: str, order: DigestRequest, past: ChannelHistory, since: datetime
    ) -> Digest:
        """Give the digest of what the channel has not had of the news since then."""
        now = self._clock.now()
        if past.leans:
            story_filter = await load_story_filter(
                self._store.preferences, team, channel, order.story_filter, now, self._actors
            )
            order = replace(order, story_filter=story_filter)
        glances = await self._store.articles.get_story_summaries(team, since, now)
        seen = await self._seen(team, channel, past, glances)
        choice, left_out = await self._choice(team, order, seen, glances)
        topic = ", ".join(order.story_filter.topics) or None
        digest = compose(
            choice,
            now=now,
            zone=order.zone,
            since=since,
            topic=topic,
            muted=order.story_filter.muted,
        )
        told = {one.story.id: one.story for one in choice.picked}
        return await add_earlier_statements(
            replace(digest, left_out=left_out), self._store.articles, team, now, told
        )

    async def _seen(
        self, team: str, channel: str, past: ChannelHistory, glances: Collection[StorySummary]
    ) -> frozenset[int]:
        """Give what the channel was shown of these, however old the stories."""
        if not glances:
            return past.articles
        begun = datetime.fromtimestamp(min([one.seen for one in glances]), UTC) - _SKEW
        if begun >= self._clock.now() - _REACH:
            return past.articles
        return (await self._store.deliveries.get_channel_history(team, channel, begun)).articles

    async def _choice(
        self,
        team: str,
        order: DigestRequest,
        seen: frozenset[int],
        glances: Collection[StorySummary],
    ) -> tuple[Choice, int]:
        """Choose among the likeliest stories, as many as it takes; give with it how many would have done as well."""
        now, top = self._clock.now(), order.top
        most = _READ_A_STORY * top
        fit = await self._shortlist(team, order, seen, glances, most)
        read = top + _SPARE if fit.certain else most
        while True:
            glanced = [fit.glanced[number] for number in fit.stories[:read]]
            stories = await self._store.articles.load_stories(team, glanced, now)
            choice = choose(
                stories,
                posted=seen,
                now=now,
                story_filter=order.story_filter,
                top=top,
                may_repeat=order.may_repeat,
            )
            full = len(choice.picked) >= top
            settled = read >= most or (
                full and not fit.beats(min(one.score for one in choice.picked), read, most)
            )
            if (full and settled) or read >= min(len(fit.stories), _MOST_READ):
                return choice, choice.left_out + fit.unread(read)
            read = most if read < most else 4 * read

    async def _shortlist(
        self,
        team: str,
        order: DigestRequest,
        seen: frozenset[int],
        glances: Collection[StorySummary],
        most: int,
    ) -> Shortlist:
        """Give the stories a digest may hold, likeliest first; how far `most` of them are on a topic is known."""
        now, articles, story_filter = self._clock.now(), self._store.articles, order.story_filter
        mentioning: frozenset[int] = frozenset()
        if story_filter.topics and glances:
            oldest = datetime.fromtimestamp(min([one.dated for one in glances]), UTC)
            mentioning = await articles.find_mentioning(team, story_filter.topics, oldest, now)
        fit = shortlist(
            glances,
            posted=seen,
            now=now,
            story_filter=story_filter,
            mentioning=mentioning,
            may_repeat=order.may_repeat,
        )
        if not (fit.certain and fit.guessed):
            return fit
        told = await articles.get_texts(fit.bodies(most))
        return fit.get_visible_article(
            most, story_filter.topics, {number: article.body for number, article in told.items()}
        )


async def load_story_filter(
    preferences: PreferenceStore,
    team: str,
    channel: str,
    asked: StoryFilter,
    now: datetime,
    actors: Directory = EMPTY_DIRECTORY,
) -> StoryFilter:
    """Add to what was asked for whom the channel follows and mutes, in every spelling, and what it called useful."""
    wishes = await preferences.get_actors(team, channel)
    votes = await preferences.get_votes(team, channel, now - REMEMBERED)
    return replace(
        asked,
        followed=_names(wishes, PreferenceKind.FOLLOW, actors),
        muted=_names(wishes, PreferenceKind.MUTE, actors),
        verdicts=tuple(Verdict(vote.story, vote.useful, vote.terms, vote.actors) for vote in votes),
    )


def _names(
    wishes: Iterable[ActorPreference], leaning: PreferenceKind, actors: Directory
) -> tuple[str, ...]:
    return tuple(
        name
        for wish in wishes
        if wish.leaning is leaning
        for name in actors.spellings_of(wish.name)
    )


async def add_earlier_statements(
    digest: Digest,
    articles: ArticleStore,
    team: str | None,
    now: datetime,
    stories: Mapping[int, Story],
) -> Digest:
    """Put beside each key statement what its actor said before, as far as this team may see it."""
    since = {entry.story: get_cutoff(entry, stories[entry.story]) for entry in digest.entries}
    wanted = {
        (name, since[entry.story]) for entry in digest.entries for name in speaker_names(entry)
    }
    heard = await articles.find_earlier_statements(team, wanted, now, _LOOKED_AT)
    found: dict[int, dict[str, tuple[StatementRef, ...]]] = {
        entry.story: pick_candidates(
            entry,
            stories[entry.story],
            {name: heard[name, since[entry.story]] for name in speaker_names(entry)},
        )
        for entry in digest.entries
    }
    read = [trace for by_name in found.values() for traces in by_name.values() for trace in traces]
    said = await articles.load_statements(team, read, now) if read else {}
    return replace(
        digest,
        entries=tuple(
            _with_memory(one, stories[one.story], found[one.story], said) for one in digest.entries
        ),
    )


def _with_memory(
    entry: DigestEntry,
    story: Story,
    found: Mapping[str, Sequence[StatementRef]],
    said: Mapping[tuple[int, int], SourcedStatement],
) -> DigestEntry:
    told = {
        name: [said[place] for one in traces if (place := (one.article, one.place)) in said]
        for name, traces in found.items()
    }
    return add_earlier(entry, story, told)
