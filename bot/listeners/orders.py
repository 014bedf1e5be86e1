"""What a person can ask of `/digest`, once it is understood."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from bot.model import Hours


@dataclass(frozen=True, slots=True)
class Preview:
    """A digest for this channel, to me only."""


@dataclass(frozen=True, slots=True)
class Now:
    """Post what this channel has not seen, or what there is on a topic."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A standing order; only what was named is not None. No topics at all (`about everything`) is ().

    `all_day` takes the hours away again; `min_interval` is the least time between digests that come at once.
    """

    me: bool = False
    channel: str | None = None
    days: frozenset[int] | None = None
    times: tuple[time, ...] | None = None
    interval: timedelta | None = None
    at_once: bool = False
    min_interval: timedelta | None = None
    hours: Hours | None = None
    all_day: bool = False
    zone: str | None = None
    topics: tuple[str, ...] | None = None
    excluded: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    excluded_sources: tuple[str, ...] | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All of a subscription, in a form to fill in."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """This workspace's subscriptions."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Keep the subscription, post nothing."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Forget the subscription."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """What an actor said lately."""

    name: str


@dataclass(frozen=True, slots=True)
class Search:
    """Articles and statements that hold these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Read:
    """Fetch one article and say what is in it."""

    url: str


class FeedAction(StrEnum):
    """What to do with this workspace's feeds."""

    LIST = "list"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Feeds:
    """See, add (`url`) or remove (`number`) a remote feed."""

    action: FeedAction = FeedAction.LIST
    url: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """Lift an actor in this channel's digests; without a name, see who is lifted or hidden."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Hide an actor in this channel's digests; without a name, see who is lifted or hidden."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Neither lift nor hide an actor any more."""

    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Who was heard over the last days, as a picture; of actors and stories on a topic, or of all."""

    days: int = 7
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What was posted here."""


@dataclass(frozen=True, slots=True)
class Status:
    """How Dateline fares."""


@dataclass(frozen=True, slots=True)
class Help:
    """The commands, or one of them."""

    word: str | None = None


Command = (
    Preview
    | Now
    | Subscribe
    | Settings
    | List
    | Pause
    | Resume
    | Unsubscribe
    | Who
    | Search
    | Read
    | Feeds
    | Follow
    | Mute
    | Unfollow
    | Chart
    | History
    | Status
    | Help
)
