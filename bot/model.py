"""The nouns Dateline speaks of: frozen, without behaviour beyond what they say of themselves.

bytes -> Article -> Analysis (sentences, statements) -> Story -> Digest -> Delivery
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Words and where they stand: `text == source[start:end]`, in code points."""

    start: int
    end: int
    text: str

    @classmethod
    def of(cls, source: str, start: int, end: int) -> Span:
        """Slice `source`; the only way the pure core makes a span."""
        return cls(start, end, source[start:end])

    def holds_in(self, source: str) -> bool:
        """Whether the words still stand at this very place of `source`."""
        return 0 <= self.start < self.end <= len(source) and source[self.start : self.end] == self.text


# --- articles -----------------------------------------------------------------------------------


class Format(StrEnum):
    """What a file's content is, whatever its name ends in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    RSS = "rss"
    ATOM = "atom"
    JSONFEED = "jsonfeed"
    NEWSML_G2 = "newsml-g2"
    NEWSML_1_2 = "newsml-1.2"
    NITF = "nitf"
    NINJS = "ninjs"
    MAIL = "mail"
    ANPA = "anpa"
    IPTC7901 = "iptc7901"


class Status(StrEnum):
    """Whether an article may be shown (IPTC publishing status)."""

    USABLE = "usable"
    CANCELED = "canceled"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a source gave it, cleaned once; everything later quotes this `body`.

    `body` is plain text, its paragraphs parted by one blank line. Times are aware, in UTC. What the
    source did not say is None (`headline` and `source` too), never a guess. `correction`: its source marks
    it as one. `replaces` has the guids of earlier articles that it stands in for; of one that is canceled,
    those that go with it.
    """

    body: str
    headline: str | None = None
    byline: str | None = None
    source: str | None = None
    guid: str | None = None
    version: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    url: str | None = None
    status: Status = Status.USABLE
    embargoed: datetime | None = None
    correction: bool = False
    replaces: tuple[str, ...] = ()


class Show(StrEnum):
    """How much of a source's text its licence lets a reader see.

    All of it; picked sentences and statements; or the headline with its link, and then the store hands on
    neither extract nor statements.
    """

    FULL = "full"
    EXTRACT = "extract"
    LINK = "link"


class Trust(StrEnum):
    """How far the operator trusts a source; where outlets tell the same, the more trusted one is shown."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Policy:
    """How one source's articles are handled, by the operator's word (config/dateline.toml).

    `keep_days`: after so many days the texts of its articles are dropped; None keeps them.
    """

    trust: Trust = Trust.NORMAL
    show: Show = Show.FULL
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the reading room made of one file: its format and the articles in it, at least one."""

    format: Format
    articles: tuple[Article, ...]


# --- language -----------------------------------------------------------------------------------


class ActorKind(StrEnum):
    """What kind of speaker an actor is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"
    UNNAMED = "unnamed"


class Form(StrEnum):
    """How words are reported: inside quote marks, in the reporter's words, or both."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Stance(StrEnum):
    """What the speaker does by speaking, where the verb tells."""

    SAYS = "says"
    DENIES = "denies"
    WARNS = "warns"
    PROMISES = "promises"
    ASKS = "asks"
    ACCUSES = "accuses"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks, as this article names them best: both spans slice its body."""

    name: Span
    role: Span | None
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing somebody said: every span slices the article's body.

    `speaker` is the words beside the verb ("He"), `actor` whom they stand for (Anders Fogh Rasmussen).
    `content` is in text order, split where the reporting clause stands inside; it keeps the source's
    quote marks where a piece is quoted whole. `sentence` is the
    sentence (or run of sentences) it stands in. `via` is the outlet that the article credits.
    `score` is how much a reader needs it, 0 to 1. `found_by` names the rule, for `--explain`.
    """

    content: tuple[Span, ...]
    form: Form
    stance: Stance
    sentence: Span
    speaker: Span | None = None
    actor: Actor | None = None
    cue: Span | None = None
    via: Span | None = None
    score: float = 0.0
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the language room found in one article's body.

    `title` is a span to head the article with where its source gave no headline: its first sentence,
    cut at a clause. `extract` holds the sentences that carry the article, best first. `statements`
    are all of them, best first. `terms` weigh the words that tell its event (for grouping), best first.
    """

    language: str
    title: Span
    sentences: tuple[Span, ...]
    extract: tuple[Span, ...]
    statements: tuple[Statement, ...]
    terms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article in the store. `team` is None where every team may see it (the operator's sources).

    `origin` is where it came in: the source's folder, "//host" of a feed, "" for the rest. `policy` is that
    source's as it is set now, not as it was then. `dropped` is when its text was, its source's days being over:
    the body is empty then, places stay, and `fingerprint` (SHA-256 of the body's UTF-8, in hex) proves the text
    to whoever still has it.
    """

    id: int
    story: int
    team: str | None
    seen: datetime
    article: Article
    analysis: Analysis
    origin: str = ""
    policy: Policy = Policy()
    dropped: datetime | None = None
    fingerprint: str | None = None

    def __hash__(self) -> int:
        """By its number: what is found in an article is remembered for it, and a hash of all its words is slow."""
        return self.id


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event, newest first, at least one; only what the asking team may see."""

    id: int
    articles: tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with the article it stands in (`who`, `search`, export)."""

    statement: Statement
    article: StoredArticle

    @property
    def when(self) -> datetime:
        """When its article was published, or first seen where that was earlier or nothing is told."""
        return min(self.article.seen, self.article.article.published or self.article.seen)


# --- digests ------------------------------------------------------------------------------------


class Part(StrEnum):
    """Which text of an article a citation slices."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words shown to a reader, with the proof: this span, of this part, of this stored article."""

    article: int
    part: Part
    span: Span


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same actor said before on the topic, as an earlier article has it."""

    content: tuple[Citation, ...]
    form: Form
    said: datetime
    outlet: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement as a digest shows it; its words carry the source's own quote marks, and no others.

    `sentence` is the sentence (or run of sentences) it stands in, which the thread shows whole. `before` is
    what its actor said earlier. `outlets` is how many of the story's outlets carry it.
    """

    content: tuple[Citation, ...]
    form: Form
    stance: Stance
    name: Citation | None
    role: Citation | None
    cue: Citation | None
    via: Citation | None
    sentence: Citation | None = None
    before: Earlier | None = None
    outlets: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """An article that a digest entry rests on. `show` is how much of its text may stand in Slack."""

    article: int
    outlet: str | None
    headline: Citation
    url: str | None
    published: datetime | None
    show: Show = Show.FULL
    correction: bool = False


class Change(StrEnum):
    """What a source did to an article after it was posted."""

    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Revision:
    """Why a posted story was edited, when, and whose articles changed."""

    change: Change
    at: datetime
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One story of a digest: headline, extract, key statements, sources.

    `independent` counts outlets whose text is their own: copies of one agency's text count once.
    `rest` are the statements that the thread shows beyond the key ones. `update` marks a story that
    this channel has seen before. `revision` says why the story no longer stands as it was posted.
    """

    story: int
    headline: Citation
    url: str | None
    published: datetime
    extract: tuple[Citation, ...]
    statements: tuple[Quote, ...]
    rest: tuple[Quote, ...]
    sources: tuple[Source, ...]
    outlets: int
    independent: int
    update: bool = False
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel is shown: the best stories it has not seen, best first. Empty has no entries."""

    made: datetime
    zone: str
    since: datetime
    topic: str | None
    entries: tuple[Entry, ...]
    left_out: int = 0

    @property
    def article_ids(self) -> tuple[int, ...]:
        """The articles that posting this digest marks as seen."""
        return tuple(source.article for entry in self.entries for source in entry.sources)

    def citations(self) -> Iterator[Citation]:
        """Every span that a reader is shown."""
        for entry in self.entries:
            yield entry.headline
            yield from entry.extract
            yield from (source.headline for source in entry.sources)
            for quote in (*entry.statements, *entry.rest):
                yield from quote.content
                yield from (c for c in (quote.name, quote.role, quote.cue, quote.via, quote.sentence) if c)
                yield from quote.before.content if quote.before else ()


# --- subscriptions ------------------------------------------------------------------------------


EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
# Stories in a digest where neither operator nor channel says otherwise.
TOP = 5


@dataclass(frozen=True, slots=True)
class AtTimes:
    """At these local times on these days (Monday is 0)."""

    days: frozenset[int] = WEEKDAYS
    times: tuple[time, ...] = (time(8, 30),)


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of each day in which digests come, both ends included; over midnight where `last` is the earlier."""

    first: time
    last: time


@dataclass(frozen=True, slots=True)
class Every:
    """At each multiple of `step` since local midnight, or since `hours` begin and within them, on these days."""

    step: timedelta
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Each matching story as it comes, at most one digest in `gap`; what comes outside of days and hours waits."""

    gap: timedelta = timedelta(minutes=3)
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


Cadence = AtTimes | Every | AtOnce


@dataclass(frozen=True, slots=True)
class Verdict:
    """A channel's word on a story, with what the story was about: the terms and named actors that tell its like.

    `bot.stories.verdicts.verdict_on` makes one.
    """

    story: int
    useful: bool
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taste:
    """What a channel wants to read; nothing in it asks for everything.

    `topics` and `excluded` are words, phrases and actors' names alike: a story must be about one of the first (if
    there are any) and about none of the second. `sources` and `excluded_sources` name outlets, their hosts or the
    agency whose text it is. `followed` and `muted` are actors' names. `verdicts` are recent ones, newest first.
    """

    topics: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    excluded_sources: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


# A subscription's fields that hold words to choose stories by.
FILTERS = ("topics", "excluded", "sources", "excluded_sources")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel's (or person's) standing order. `next_due` is the schedule; None while paused.

    `topics` to `excluded_sources` are what a `Taste` of these names says. `last_result` is what became of the last
    delivery, in words, for `/digest list` and App Home.
    """

    team: str
    channel: str
    created_by: str
    cadence: Cadence
    zone: str
    topics: tuple[str, ...] = ()
    top: int = TOP
    paused: bool = False
    next_due: datetime | None = None
    last_result: str | None = None
    excluded: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    excluded_sources: tuple[str, ...] = ()

    @property
    def taste(self) -> Taste:
        """What the order itself asks for; whom the channel follows, and what it called useful, is kept elsewhere."""
        return Taste(self.topics, self.excluded, self.sources, self.excluded_sources)


# --- who may change what ---------------------------------------------------------------------------


class Rule(StrEnum):
    """Who may subscribe a channel, and change or end what it is subscribed to; admins always may."""

    ANYONE = "anyone"
    MEMBERS = "members"
    MANAGERS = "managers"


# --- what a channel wants more and less of ---------------------------------------------------------


class Leaning(StrEnum):
    """What a channel wants of an actor: more of what they say, or none of it."""

    FOLLOW = "follow"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Wish:
    """A channel follows or mutes an actor; whoever asked for it last is named."""

    team: str
    channel: str
    name: str
    leaning: Leaning
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person in a channel thought of a story there, and what it was about then: its terms and actors."""

    team: str
    channel: str
    story: int
    useful: bool
    person: str
    at: datetime
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()


# --- messages -----------------------------------------------------------------------------------


Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: Block Kit blocks, and the `text` that notifications and screen readers take."""

    text: str
    blocks: tuple[Block, ...] = ()


# --- deliveries ---------------------------------------------------------------------------------


class DeliveryKind(StrEnum):
    """What asked for a digest; with team, channel and key it names a delivery for good."""

    SCHEDULED = "scheduled"
    COMMAND = "command"


class DeliveryState(StrEnum):
    """due -> claimed -> composed -> sending -> posted | failed | skipped | unsure."""

    CLAIMED = "claimed"
    COMPOSED = "composed"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest on its way to one channel; a row of the ledger.

    `key` is the slot (ISO 8601, UTC) or the command's id. `posted` has one Slack `ts` a message part,
    in order; the part at index `len(posted)` is the next one to send. `reason` says why it failed or
    was skipped, in a person's words. `touched` is when its state last changed. `edited` is what its messages
    say since sources changed what it cites; `digest` stays what was posted.
    """

    id: int
    team: str
    channel: str
    kind: DeliveryKind
    key: str
    state: DeliveryState
    since: datetime
    digest: Digest | None = None
    posted: tuple[str, ...] = ()
    reason: str | None = None
    touched: datetime | None = None
    edited: Digest | None = None

    @property
    def shown(self) -> Digest | None:
        """What the channel sees now."""
        return self.edited or self.digest


# --- sources ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Habit:
    """In which `hours` of the four weeks up to its `last` article a source gave some, oldest first; never empty.

    `reported` is when its present silence was told of, if it was.
    """

    origin: str
    team: str | None
    name: str | None
    hours: tuple[datetime, ...]
    articles: int
    last: datetime
    reported: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that stays in the feed folder, as it was when it was taken in; `reason` where it could not be read."""

    path: str
    size: int
    modified: int
    reason: str | None = None


# --- remote feeds -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """A remote feed and how it fares. `team` is None for the operator's; `next_check` None once ended.

    `asked_by` is the channel that hears when it breaks, `told` when it was told so.
    """

    id: int
    url: str
    team: str | None
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_check: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    added: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))
    asked_by: str | None = None
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that added Dateline, and the token it gave us; the newest installation of the workspace counts.

    `expires` and `refresh_token` are set where the app's tokens rotate: https://docs.slack.dev/authentication/using-token-rotation
    """

    team: str
    name: str
    app: str
    bot: str
    bot_user: str
    installer: str
    scopes: tuple[str, ...]
    installed: datetime
    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    enterprise: str | None = None
