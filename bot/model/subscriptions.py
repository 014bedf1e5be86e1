"""What a channel or workspace wants: subscriptions, preferences, permissions, installations."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

# Monday is 0.
EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))

# How many stories a digest has where neither operator nor channel says otherwise.
DEFAULT_TOP_STORIES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """A channel's vote on a story, with the terms and actors by which similar ones are found."""

    story: int
    useful: bool
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """What a channel wants to read; an empty filter passes every story.

    A story must be about one of `topics` (if there are any) and none of `excluded`: words, phrases
    or actors' names. `sources` and `excluded_sources` name outlets, their hosts or the agency that
    wrote the text. `followed` and `muted` are actors' names. `verdicts` are recent, newest first.
    """

    topics: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    excluded_sources: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


class PreferenceKind(StrEnum):
    """What a channel wants of an actor: more of what they say, or none of it."""

    FOLLOW = "follow"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class ActorPreference:
    """A channel follows or mutes an actor; `person` asked for it last."""

    team: str
    channel: str
    name: str
    kind: PreferenceKind
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoryVote:
    """What one person in a channel thought of a story, and what it was about then."""

    team: str
    channel: str
    story: int
    useful: bool
    person: str
    at: datetime
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtTimes:
    """At these local times on these days (Monday is 0)."""

    days: frozenset[int] = WEEKDAYS
    times: tuple[time, ...] = (time(8, 30),)


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of a day in which digests come, both ends included; it may include midnight."""

    first: time
    last: time


@dataclass(frozen=True, slots=True)
class AtIntervals:
    """Every `interval` from local midnight, or within `hours` from their start, on these days."""

    interval: timedelta
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class AtOnce:
    """As stories come, one digest per `min_interval` at most, within these days and hours."""

    min_interval: timedelta = timedelta(minutes=3)
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


Cadence = AtTimes | AtIntervals | AtOnce

# A subscription's fields that hold words to choose stories by.
FILTERS = ("topics", "excluded", "sources", "excluded_sources")


@dataclass(frozen=True, slots=True)
class Subscription:
    """The digest of a channel or person. `next_due` is when it is due next; None while paused.

    `topics` to `excluded_sources` are as in `StoryFilter`. `last_result` is what became of the last
    delivery, for `/digest list` and App Home.
    """

    team: str
    channel: str
    created_by: str
    cadence: Cadence
    zone: str
    topics: tuple[str, ...] = ()
    top: int = DEFAULT_TOP_STORIES
    paused: bool = False
    next_due: datetime | None = None
    last_result: str | None = None
    excluded: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    excluded_sources: tuple[str, ...] = ()

    @property
    def story_filter(self) -> StoryFilter:
        """The filter without the channel's preferences, which are stored apart."""
        return StoryFilter(self.topics, self.excluded, self.sources, self.excluded_sources)


class AnswerAudience(StrEnum):
    """Who sees the answer to a mention in a channel."""

    EVERYONE = "everyone"
    ASKER = "asker"


class EditPermission(StrEnum):
    """Who may create, change or end a channel's subscription; admins always may."""

    ANYONE = "anyone"
    MEMBERS = "members"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that installed the app, last, and the token that it granted.

    `expires` and `refresh_token` are set where the app's tokens rotate:
    https://docs.slack.dev/authentication/using-token-rotation
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
