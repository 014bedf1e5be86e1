"""A digest: its entries and what they cite; and its delivery to a channel, step by step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from bot.model.articles import DisplayLevel, QuotationType, Span, Stance
from bot.model.subscriptions import Subscription

Block = Mapping[str, Any]


class NewBlock(StrEnum):
    """Blocks that not every workspace's Slack takes, by their `type`."""

    CONTAINER = "container"
    DATA_TABLE = "data_table"
    DATA_VISUALIZATION = "data_visualization"


class EmptyReason(StrEnum):
    """Why a digest holds no stories."""

    NOTHING_ARRIVED = "nothing_arrived"
    ALL_POSTED = "all_posted"
    NO_MATCH = "no_match"


class ArticlePart(StrEnum):
    """Which text of an article a citation slices."""

    HEADLINE = "headline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Citation:
    """Words shown to a reader, with the proof: a span of a part of a stored article.

    `is_cut`: a headline made of the start of a longer sentence, which "…" tells a reader.
    """

    article: int
    part: ArticlePart
    span: Span
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class EarlierStatement:
    """What the same actor said before on the topic, in an earlier article.

    `line` and `introduction` are those of a Quote.
    """

    content: tuple[Citation, ...]
    form: QuotationType
    said: datetime
    outlet: str | None = None
    url: str | None = None
    line: tuple[Citation, ...] = ()
    introduction: Citation | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement as a digest shows it, with the source's own quote marks and no others.

    `sentence` is the sentence, or run of sentences, that it stands in; the thread shows it whole.
    `before` is what its actor said earlier. `outlets` is how many of the story's outlets carry it.
    `line` is what stands after the name, with its verb unless that is the `introduction`, which a
    colon follows; () shows the sentence instead. `record` are the words of a transcript that
    this, or an article that quotes this, has word for word. `seconds` is its place in a recording.
    """

    content: tuple[Citation, ...]
    form: QuotationType
    stance: Stance
    name: Citation | None
    role: Citation | None
    cue: Citation | None
    via: Citation | None
    sentence: Citation | None = None
    before: EarlierStatement | None = None
    outlets: int = 1
    line: tuple[Citation, ...] = ()
    introduction: Citation | None = None
    record: Citation | None = None
    seconds: float | None = None

    def citations(self) -> Iterator[Citation]:
        """Yield all that it cites."""
        parts = (self.name, self.role, self.cue, self.via, self.sentence, self.introduction)
        yield from (*self.content, *self.line)
        yield from filter(None, (*parts, self.record))
        if self.before:
            yield from (*self.before.content, *self.before.line)
            yield from filter(None, [self.before.introduction])


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article of a digest's story.

    `show` is how much of its text may be shown, `language` an ISO 639-1 code.
    """

    article: int
    outlet: str | None
    headline: Citation
    url: str | None
    published: datetime | None
    show: DisplayLevel = DisplayLevel.FULL
    correction: bool = False
    digital_source_type: str | None = None
    language: str | None = None


class SourceChange(StrEnum):
    """What a source did to an article after it was posted."""

    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Revision:
    """Why a posted story was edited, when, and which outlets' articles changed."""

    change: SourceChange
    at: datetime
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One story of a digest: headline, extract, key statements, sources.

    `independent` counts outlets with a text of their own (copies of an agency's text count once),
    among those that were read, so that it is a lower bound. `sources` are the cited articles and
    the newest; `unlisted` the story's others, which are only counted. `rest` are statements that
    only the thread shows. `update` marks a story that this channel has seen before. `revision`
    says why the story no longer stands as it was posted. `picture` is the address of its headline's
    article's own picture, which nobody but Slack fetches.
    """

    story: int
    headline: Citation
    url: str | None
    published: datetime
    extract: tuple[Citation, ...]
    statements: tuple[Quote, ...]
    rest: tuple[Quote, ...]
    sources: tuple[SourceArticle, ...]
    outlets: int
    independent: int
    update: bool = False
    revision: Revision | None = None
    unlisted: tuple[int, ...] = ()
    picture: str | None = None

    @property
    def articles(self) -> tuple[int, ...]:
        """The ids of all its articles."""
        return (*(source.article for source in self.sources), *self.unlisted)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel is shown: the best stories that it has not seen, best first; or none.

    `folded` lays each story out in a container below its headline, where its Slack takes those;
    `pictured` shows the pictures of their articles. `empty` says why there are no stories, where
    a person asked.
    """

    made: datetime
    zone: str
    since: datetime
    topic: str | None
    entries: tuple[DigestEntry, ...]
    left_out: int = 0
    folded: bool = False
    pictured: bool = False
    empty: EmptyReason | None = None

    @property
    def article_ids(self) -> tuple[int, ...]:
        """The ids of the articles that the channel has seen once this is posted."""
        return tuple(article for entry in self.entries for article in entry.articles)

    def citations(self) -> Iterator[Citation]:
        """Yield every citation that a reader is shown."""
        for entry in self.entries:
            yield entry.headline
            yield from entry.extract
            yield from (source.headline for source in entry.sources)
            for quote in (*entry.statements, *entry.rest):
                yield from quote.citations()


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: Block Kit blocks, and the `text` for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...] = ()


class DeliveryKind(StrEnum):
    """What asked for a digest; team, channel, kind and key identify a delivery."""

    SCHEDULED = "scheduled"
    COMMAND = "command"


class DeliveryState(StrEnum):
    """How far a delivery is; `TRANSITIONS` has the order."""

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

    `key` is the slot (ISO 8601, UTC) or the command's id. `part_timestamps` has the Slack `ts` of
    each part that was posted, in order; the part at index `len(part_timestamps)` is next. `reason`
    says why it failed or was skipped, for people. `touched` is when its state last changed.
    `digest` is what was posted; `edited` what its messages say since sources changed what it cites.
    """

    id: int
    team: str
    channel: str
    kind: DeliveryKind
    key: str
    state: DeliveryState
    since: datetime
    digest: Digest | None = None
    part_timestamps: tuple[str, ...] = ()
    reason: str | None = None
    touched: datetime | None = None
    edited: Digest | None = None

    @property
    def shown(self) -> Digest | None:
        """What the channel sees now."""
        return self.edited or self.digest


class ChannelHistory(NamedTuple):
    """A channel's subscription, its last digest's time, and all versions of what it was shown."""

    subscription: Subscription | None
    last: datetime | None
    articles: frozenset[int]


_CLAIMED, _COMPOSED, _SENDING = DeliveryState.CLAIMED, DeliveryState.COMPOSED, DeliveryState.SENDING
# The states of a delivery that is not over.
OPEN = frozenset({_CLAIMED, _COMPOSED, _SENDING})


class Step(StrEnum):
    """What can happen to a delivery; docs/delivery.md draws it."""

    COMPOSE = "compose"  # what will be posted is stored
    SEND = "send"  # a part is being sent
    RESEND = "resend"  # the same part is sent again: Slack did not take it
    RECORD = "record"  # that part is in the channel
    FINISH = "finish"  # it ends: all parts are in the channel, or all that will ever be
    FAIL = "fail"  # it ends with nothing in the channel
    SKIP = "skip"  # it ends because there was nothing to say
    DOUBT = "doubt"  # it ends with nobody knowing whether the first part is there


@dataclass(frozen=True, slots=True)
class Transition:
    """The states that a step starts from, and the one it leads to."""

    sources: frozenset[DeliveryState]
    target: DeliveryState


# A delivery that is only due is not stored: it is a subscription whose `next_due` has come.
TRANSITIONS: dict[Step, Transition] = {
    Step.COMPOSE: Transition(frozenset({_CLAIMED}), _COMPOSED),
    Step.SEND: Transition(frozenset({_COMPOSED}), _SENDING),
    Step.RESEND: Transition(frozenset({_SENDING}), _SENDING),
    Step.RECORD: Transition(frozenset({_SENDING}), _COMPOSED),
    Step.FINISH: Transition(frozenset({_COMPOSED, _SENDING}), DeliveryState.POSTED),
    Step.FAIL: Transition(OPEN, DeliveryState.FAILED),
    Step.SKIP: Transition(frozenset({_CLAIMED, _COMPOSED}), DeliveryState.SKIPPED),
    Step.DOUBT: Transition(frozenset({_SENDING}), DeliveryState.UNSURE),
}

# The step that ends a delivery in each of its final states.
ENDS: dict[DeliveryState, Step] = {
    transition.target: step
    for step, transition in TRANSITIONS.items()
    if transition.target not in OPEN
}
