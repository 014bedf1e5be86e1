"""What the use cases need from outside, as Protocols; adapters and fakes both come through this door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime, timedelta

    from bot.model import (
        Analysis,
        Article,
        Delivery,
        DeliveryKind,
        DeliveryState,
        Digest,
        Feed,
        Habit,
        Installation,
        KeptFile,
        Message,
        Parsed,
        Rule,
        Said,
        StoredArticle,
        Story,
        Subscription,
        Vote,
        Wish,
    )


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


class Jobs(Protocol):
    """Work to do after an answer was given; what is started is awaited at shutdown."""

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Run `work` soon, here; an error that escapes it is logged under `name`, never lost."""
        ...


class Queue(Protocol):
    """Wake-ups for whichever process is free. They may get lost and may come twice: a tick offers again what is due."""

    async def offer(self, job: str, number: int) -> bool:
        """Have `job` done for what has this number; False where that waits in the queue already."""
        ...


# --- reading and language, each behind a pool of worker processes --------------------------------


class Reader(Protocol):
    """Bytes to articles, in a process that may die."""

    async def parse(self, data: bytes, *, zone: str = "UTC", encoding: str | None = None) -> Parsed:
        """Raise SourceUnreadable, also when the worker ran out of time or memory.

        `zone` is the IANA zone of times that carry no offset; `encoding` that of files that declare none.
        """
        ...


class Analyst(Protocol):
    """An article's text to what the language room finds in it."""

    async def analyse(self, article: Article) -> Analysis:
        """Never refuse a text; raise SourceUnreadable only when the worker itself failed."""
        ...


# --- the web -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address gave. `url` is where redirects ended; `moved_to` is set when all were permanent.

    `fresh_for` is how long the server says it stays the same (Cache-Control, Expires), if it says so.
    """

    url: str
    data: bytes
    encoding: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed (HTTP 304)."""

    fresh_for: timedelta | None = None


class Web(Protocol):
    """Addresses to bytes, never from a private network."""

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """Raise AddressRefused before anything is sent to a private address, else SourceUnavailable."""
        ...


# --- chat ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stamp:
    """The metadata of a message that a delivery posts; what recovery looks for."""

    delivery: int
    slot: str
    part: int


class Chat(Protocol):
    """Slack, as deliveries and listeners need it. Every method raises PostFailed."""

    async def post(
        self, team: str, channel: str, message: Message, *, stamp: Stamp | None = None, thread: str | None = None
    ) -> str:
        """Post, with `stamp` as its metadata, and give the message's `ts`."""
        ...

    async def update(self, team: str, channel: str, ts: str, message: Message) -> None:
        """Replace a message that we posted."""
        ...

    async def share(
        self, team: str, channel: str, picture: bytes, *, name: str, title: str, alt: str, comment: str
    ) -> None:
        """Post a picture with a comment in markup; `alt` tells who cannot see it what it shows."""
        ...

    async def find(
        self, team: str, channel: str, delivery: int, since: datetime, thread: str | None = None
    ) -> dict[int, str]:
        """The parts of a delivery already in the channel (or thread) since then: part -> ts.

        Raises PostFailed with code "missing_scope" where history may not be read.
        """
        ...

    async def zone(self, team: str, user: str) -> str:
        """The IANA zone of a person's Slack profile."""
        ...

    async def direct(self, team: str, user: str) -> str:
        """The id of our direct-message channel with a person."""
        ...


# --- the store -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of the article that was asked for, as the store has it.

    `replaced`: it is another's, which took the place of the one asked for. `succeeded`: it is one that the new
    article says it replaces, and the new one itself is not known. `origin` is as StoredArticle has it.
    """

    id: int
    version: str | None
    content_hash: str
    withdrawn: bool
    origin: str = ""
    replaced: bool = False
    succeeded: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recent article that shares telling terms with a new one; its story may be the new one's."""

    article: int
    story: int
    headline: str
    terms: tuple[tuple[str, float], ...]
    seen: datetime
    published: datetime | None


class Glance(NamedTuple):
    """What chooses a digest's stories of one article; stories/shortlist.py makes it and reads it.

    Times are seconds since 1970: thousands of these are read for each digest. `opening` is the headline or what
    stands for it, `names` those of all actors, `speakers` what tells the named ones apart, `best` the highest score
    of a statement.
    """

    story: int
    article: int
    seen: float
    published: float | None
    dated: float
    best: float
    outlet: str
    opening: str
    names: str
    speakers: tuple[str, ...]


class Trace(NamedTuple):
    """Where an actor speaks: the article, which of its statements, and the terms that tell its topic."""

    article: int
    place: int
    terms: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to store. `identity` is guid, else URL, else a hash of headline and text.

    With an identity that the store has for this team, it becomes that article's newer version: the
    older row stays for the digests that cite it, but is shown no more. So it does with one of the identities
    that it `replaces`. `origin` is as StoredArticle has it.
    """

    identity: str
    content_hash: str
    article: Article
    analysis: Analysis
    team: str | None
    seen: datetime
    origin: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stories and articles came in, and when the last did."""

    stories: int
    articles: int
    latest: datetime | None


class Articles(Protocol):
    """Articles, their analyses and stories. `team` sees the operator's articles and its own.

    What is superseded, withdrawn or under embargo at `now` is in none of the lists.
    """

    async def known(self, team: str | None, identity: str, replaces: Sequence[str] = ()) -> Known | None:
        """Ask before an article is analysed: new, a duplicate or an update; of itself, or of one it replaces."""
        ...

    async def put(self, new: NewArticle, choose: Callable[[Sequence[Candidate]], int | None]) -> StoredArticle:
        """Store with analysis and story, in one transaction.

        `choose` is given the candidates (of the last 120 h, that share terms, that the owner may see; those that
        share most first, 150 at the most) and answers with the story to join, or None for a new one. A newer
        version keeps its story. Where the newest version is this very article, and was not withdrawn, it is
        given back.
        """
        ...

    async def withdraw(self, team: str | None, identity: str) -> bool:
        """Mark an article, with those it replaced, as killed by its source; whether there was one.

        Of one that was replaced itself, what took its place stays.
        """
        ...

    async def article(self, article: int) -> StoredArticle:
        """One article, whatever its state (for proof); raise NotFound."""
        ...

    async def words(self, numbers: Collection[int]) -> Mapping[int, Article]:
        """Headline and body alone of these articles, as they are stored, whatever their state (for proof)."""
        ...

    async def withdrawn(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these that their source has killed."""
        ...

    async def newest(self, team: str | None, numbers: Collection[int], now: datetime) -> Mapping[int, StoredArticle]:
        """The version of each of these articles that may be shown now: itself or a later one; absent where none may."""
        ...

    async def stories(self, team: str | None, since: datetime, now: datetime) -> tuple[Story, ...]:
        """Stories with an article first seen since then, whole, newest first. None sees the operator's only."""
        ...

    async def glances(self, team: str | None, since: datetime, now: datetime) -> tuple[Glance, ...]:
        """What `stories` would give, article by article in no order, with no more of each than a choice needs."""
        ...

    async def whole(self, team: str | None, numbers: Collection[int], now: datetime) -> tuple[Story, ...]:
        """These stories as the team may see them, newest first; one that it may not see is left out."""
        ...

    async def mentioning(
        self, team: str | None, topics: Collection[str], since: datetime, now: datetime
    ) -> frozenset[int]:
        """Articles dated since then that hold all the words of one of the topics, in whatever order."""
        ...

    async def story(self, team: str | None, story: int, now: datetime) -> Story:
        """One story as the team may see it; raise NotFound."""
        ...

    async def said_by(self, team: str | None, name: str, now: datetime, limit: int = 20) -> tuple[Said, ...]:
        """Statements of actors whose name holds all words of `name` (case and accents aside), newest first."""
        ...

    async def heard_before(
        self, team: str | None, wanted: Collection[tuple[str, datetime]], now: datetime, limit: int = 20
    ) -> dict[tuple[str, datetime], tuple[Trace, ...]]:
        """For each name and time, where to find what `said_by` gives of articles dated before then; newest first.

        All of them in one question, and none of the articles read.
        """
        ...

    async def said(self, team: str | None, traces: Collection[Trace], now: datetime) -> dict[tuple[int, int], Said]:
        """Read the statements that the team may be shown, by article and place."""
        ...

    async def names_like(self, team: str | None, name: str, now: datetime) -> tuple[str, ...]:
        """Words of speaking actors' names that look like the last one of `name`, likeliest first, three at most."""
        ...

    async def search(self, team: str | None, words: str, now: datetime, limit: int = 10) -> tuple[StoredArticle, ...]:
        """Articles that hold all the words, newest first."""
        ...

    def statements(self, team: str | None, since: datetime, now: datetime) -> AsyncIterator[Said]:
        """Every statement of articles first seen since then, newest first (export)."""
        ...

    async def drop_texts(self, source: str, before: datetime, now: datetime, limit: int = 200) -> int:
        """Drop the texts of a source's articles first shown before then; how many, `limit` at the most.

        What was posted of them can be proven still (StoredArticle.fingerprint); shown they are no more.
        """
        ...

    async def tally(self, team: str | None, since: datetime, now: datetime) -> Tally:
        """How much came in since then, and when the last did: without reading any of it."""
        ...

    async def held(self, team: str | None, now: datetime) -> int:
        """How many articles wait for their embargo to end."""
        ...


class Subscriptions(Protocol):
    """Standing orders, one a channel."""

    async def save(self, subscription: Subscription) -> None:
        """Insert, or replace the channel's."""
        ...

    async def get(self, team: str, channel: str) -> Subscription | None:
        """A channel's subscription."""
        ...

    async def of_team(self, team: str) -> tuple[Subscription, ...]:
        """A workspace's subscriptions, in order of channel."""
        ...

    async def remove(self, team: str, channel: str) -> Subscription | None:
        """Forget a channel's subscription; it is given back for Undo."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> tuple[Subscription, ...]:
        """Those with `next_due` at or before now, not paused, longest due first."""
        ...

    async def note(self, team: str, channel: str, result: str, *, pause: bool = False) -> None:
        """Keep what became of the last delivery, and pause the subscription where only a person can help."""
        ...


class Deliveries(Protocol):
    """The ledger. Each step is one conditional UPDATE: it answers whether this caller made it."""

    async def claim_due(
        self, due: Subscription, next_due: datetime | None, since: datetime, now: datetime
    ) -> Delivery | None:
        """Move the subscription's schedule on and open the slot's delivery, in one transaction.

        None when the schedule has moved since `due` was read. None too when the slot has its delivery
        already; the schedule then moves on all the same, or the slot would be due for ever.
        """
        ...

    async def open(
        self, team: str, channel: str, kind: DeliveryKind, key: str, since: datetime, now: datetime
    ) -> Delivery | None:
        """Open a delivery that no schedule asked for; None when this key has one."""
        ...

    async def compose(self, delivery: int, digest: Digest) -> bool:
        """From claimed to composed: keep what will be posted, so that a retry posts the same."""
        ...

    async def start_sending(self, delivery: int, now: datetime) -> bool:
        """From composed to sending: the next part goes out now."""
        ...

    async def record(self, delivery: int, part: int, ts: str) -> bool:
        """A part was posted: keep its ts; only as the next part in order. The state goes back to composed."""
        ...

    async def finish(self, delivery: int, state: DeliveryState, now: datetime, reason: str | None = None) -> bool:
        """End in posted, failed, skipped or unsure. Posted marks the digest's articles as seen in the channel.

        Posted: from composed or sending, with a part recorded. Failed: from any open state. Skipped: from
        claimed or composed. Unsure: from sending.
        """
        ...

    async def get(self, delivery: int) -> Delivery:
        """Raise NotFound."""
        ...

    async def unfinished(self, before: datetime) -> tuple[Delivery, ...]:
        """Deliveries in claimed, composed or sending that nobody touched since `before`, oldest first."""
        ...

    async def waiting(self, before: datetime) -> tuple[datetime, ...]:
        """When each of these was last touched: to count them, without reading what they hold."""
        ...

    async def history(self, team: str, channel: str, limit: int = 10) -> tuple[Delivery, ...]:
        """A channel's deliveries, newest first."""
        ...

    async def of_key(self, team: str, channel: str, kind: DeliveryKind, key: str) -> Delivery | None:
        """The delivery of this key, if it has one."""
        ...

    async def on_the_way(self, team: str, channel: str) -> frozenset[int]:
        """The articles of digests that may stand in the channel or soon will: composed, sending or unsure."""
        ...

    async def last_posted(self, team: str, channel: str) -> datetime | None:
        """When the channel last got a digest."""
        ...

    async def posted_articles(self, team: str, channel: str) -> frozenset[int]:
        """The articles this channel has been shown, and what took their place since: a newer version is no news."""
        ...

    async def outdated(
        self, now: datetime, *, posted: datetime, edited: datetime, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """Posted deliveries that show what their source has changed since, oldest first.

        An article that was killed, always; one with a newer version that may be shown `now`, in deliveries
        posted since `posted` and not edited since `edited`.
        """
        ...

    async def edited(self, delivery: int, shown: Digest, now: datetime) -> None:
        """Its messages now say this; what was taken out of them, its channel has not seen any more."""
        ...

    def posting(
        self, team: str, channel: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[Callable[[], Coroutine[object, object, bool]]]:
        """Hold the right to post to a channel, as `Rights.hold` gives it."""
        ...


class Rights(Protocol):
    """What one holder has at a time, over all processes: to post to a channel, to take a file, to be the clock."""

    def hold(
        self, name: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[Callable[[], Coroutine[object, object, bool]]]:
        """Have the right for a block; it is lost when this process dies, and kept while it is frozen.

        The value answers whether it is still held: asked just before what cannot be undone. Raise RightTaken
        where another process has it: at once, or with `wait` after a minute.
        """
        ...


class Limits(Protocol):
    """Slack's limits, kept by all processes together."""

    async def turn(self, team: str, channel: str, now: datetime, apart: timedelta) -> datetime:
        """Take the channel's next turn, `apart` after the one before; give when it is: now or later."""
        ...

    async def rest(self, team: str, method: str, until: datetime) -> None:
        """Slack asked not to be called again before then."""
        ...

    async def rests_until(self, team: str, method: str) -> datetime | None:
        """When a method may be called again; None where Slack never asked for rest."""
        ...


@dataclass(frozen=True, slots=True)
class Process:
    """One that runs. `ticked`: when it last offered what is due, if it is a clock that does."""

    name: str
    role: str
    seen: datetime
    ticked: datetime | None = None


class Processes(Protocol):
    """Who runs, as they said themselves a few seconds ago."""

    async def beat(self, process: Process) -> None:
        """Say that it runs; forget those that have not said so for an hour."""
        ...

    async def running(self, since: datetime) -> tuple[Process, ...]:
        """Those that were seen since then, in order of role and name."""
        ...

    async def left(self, name: str) -> None:
        """It ended in good order."""
        ...


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of a team was deleted."""

    articles: int
    deliveries: int
    subscriptions: int
    feeds: int


class Retention(Protocol):
    """What is kept no longer."""

    async def prune_deliveries(self, before: datetime) -> int:
        """Forget deliveries that ended before then, and what their channels were shown by them; how many."""
        ...

    async def forget(self, team: str) -> Forgotten:
        """Delete all that is a team's."""
        ...

    async def tidy(self) -> None:
        """Give the disk back what is free."""
        ...


class Feeds(Protocol):
    """Remote feeds and how they fare."""

    async def add(self, url: str, team: str | None, now: datetime, asked_by: str | None = None) -> Feed:
        """Due at once; the feed that stands there already when this owner has it.

        `asked_by` is the channel to tell when it breaks; the first that asked is kept.
        """
        ...

    async def all(self, team: str | None) -> tuple[Feed, ...]:
        """The owner's feeds, in order of id."""
        ...

    async def due(self, now: datetime, limit: int = 50) -> tuple[Feed, ...]:
        """Every owner's feeds with `next_check` at or before now."""
        ...

    async def claim(self, feed: Feed, until: datetime) -> bool:
        """Put a check off, if the feed is as it was read: whether this caller did, and is to check it now."""
        ...

    async def save(self, feed: Feed) -> None:
        """Record how a check went; of a feed that is well its channel may be told again."""
        ...

    async def broken(self, failures: int) -> tuple[Feed, ...]:
        """Feeds that ended, or failed so often in a row, of which the channel that asked was not told."""
        ...

    async def note_told(self, feed: Feed, now: datetime | None) -> bool:
        """Note that the channel is told; whether this caller did. With None it is still to be told."""
        ...

    async def remove(self, feed: int, team: str | None) -> bool:
        """Whether the owner had it."""
        ...


class Sources(Protocol):
    """How sources fare, and which files that stay in the feed folder were taken in."""

    async def habits(self, now: datetime) -> tuple[Habit, ...]:
        """Every source that gave something this quarter, of every owner, by the four weeks up to its last."""
        ...

    async def report(self, habit: Habit, now: datetime) -> bool:
        """Note that its silence is told of; whether nobody had done so, and it is silent still."""
        ...

    async def files(self) -> tuple[KeptFile, ...]:
        """All that are remembered."""
        ...

    async def remember(self, file: KeptFile) -> None:
        """As it is now, whatever was remembered of it."""
        ...

    async def forget(self, paths: Collection[str]) -> None:
        """These are gone."""
        ...


class Rules(Protocol):
    """Who may change what, workspace by workspace."""

    async def of(self, team: str) -> Rule | None:
        """What the workspace's admins have set; None where they have set nothing."""
        ...

    async def set(self, team: str, rule: Rule) -> None:
        """Keep what they have set."""
        ...


class Tastes(Protocol):
    """What channels want more and less of. A name is known by its words, without case and accents."""

    async def wish(self, wish: Wish) -> Wish | None:
        """Keep a wish; give the one that it replaces.

        Raise UsageError where the channel has as many as may be (`MOST_WISHES`), and where the name has no word.
        """
        ...

    async def unwish(self, team: str, channel: str, name: str) -> Wish | None:
        """Forget a wish; give it back for Undo."""
        ...

    async def wishes(self, team: str, channel: str) -> tuple[Wish, ...]:
        """A channel's wishes, in order of name."""
        ...

    async def vote(self, vote: Vote) -> None:
        """Keep a person's opinion of a story in place of their earlier one."""
        ...

    async def unvote(self, team: str, channel: str, story: int, person: str) -> bool:
        """Forget a person's opinion of a story; whether there was one."""
        ...

    async def votes(self, team: str, channel: str, since: datetime, limit: int = 200) -> tuple[Vote, ...]:
        """A channel's votes since then, newest first."""
        ...


class Installations(Protocol):
    """The workspaces that added Dateline; their tokens are sealed at rest."""

    async def save(self, installation: Installation) -> None:
        """Insert, or replace the workspace's."""
        ...

    async def of_team(self, team: str) -> Installation | None:
        """None too where its token was sealed with a key that we no longer have."""
        ...

    async def all(self) -> tuple[tuple[str, str], ...]:
        """Every workspace's id and name, in order of name, whether or not its token can be read."""
        ...

    async def expiring(self, before: datetime) -> tuple[str, ...]:
        """The workspaces whose token ends before then, soonest first."""
        ...

    async def remove(self, team: str, before: datetime) -> bool:
        """Forget a workspace's token; not one of an installation begun after `before`. Whether there was one."""
        ...

    def renewing(self, team: str) -> AbstractAsyncContextManager[None]:
        """Hold the right to renew a workspace's token: a refresh token can be used once."""
        ...

    def issue_state(self, now: datetime) -> str:
        """Give a mark that only we can make, for the way to Slack's consent page and back."""
        ...

    async def take_state(self, state: str, now: datetime) -> bool:
        """Whether we issued it in the last ten minutes and never saw it come back before."""
        ...


class Store(Protocol):
    """The database: SQLite or PostgreSQL, the same contract. Faults of it raise StoreUnavailable."""

    @property
    def articles(self) -> Articles: ...  # noqa: D102
    @property
    def subscriptions(self) -> Subscriptions: ...  # noqa: D102
    @property
    def deliveries(self) -> Deliveries: ...  # noqa: D102
    @property
    def feeds(self) -> Feeds: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
    @property
    def sources(self) -> Sources: ...  # noqa: D102
    @property
    def rules(self) -> Rules: ...  # noqa: D102
    @property
    def rights(self) -> Rights: ...  # noqa: D102
    @property
    def limits(self) -> Limits: ...  # noqa: D102
    @property
    def processes(self) -> Processes: ...  # noqa: D102
    @property
    def tastes(self) -> Tastes: ...  # noqa: D102
    @property
    def installations(self) -> Installations: ...  # noqa: D102

    async def ping(self) -> None:
        """Raise StoreUnavailable unless it can be written to (`/readyz`)."""
        ...

    async def first_time(self, event: str, now: datetime) -> bool:
        """Whether this Slack event (or command) id was never seen before; remembers it for a day."""
        ...
