"""Which digest a channel wants, when, and who may change it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.model.preferences import StoryFilter

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
class AtIntervals:
    """At each multiple of `interval` since local midnight, or since `hours` begin and within them, on these days."""

    interval: timedelta
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Each matching story as it comes, at most one digest in `min_interval`; what comes outside of days and hours waits."""

    min_interval: timedelta = timedelta(minutes=3)
    days: frozenset[int] = EVERY_DAY
    hours: Hours | None = None


Cadence = AtTimes | AtIntervals | AtOnce

# A subscription's fields that hold words to choose stories by.
FILTERS = ("topics", "excluded", "sources", "excluded_sources")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel's (or person's) standing order. `next_due` is the schedule; None while paused.

    `topics` to `excluded_sources` are what a `StoryFilter` of these names says. `last_result` is what became of the last
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
    def story_filter(self) -> StoryFilter:
        """What the order itself asks for; whom the channel follows, and what it called useful, is kept elsewhere."""
        return StoryFilter(self.topics, self.excluded, self.sources, self.excluded_sources)


class EditPermission(StrEnum):
    """Who may subscribe a channel, and change or end what it is subscribed to; admins always may."""

    ANYONE = "anyone"
    MEMBERS = "members"
    MANAGERS = "managers"
