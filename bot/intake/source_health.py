"""Detect sources that have gone quiet for longer than usual, and report each silence once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import structlog
from prometheus_client import Gauge

from bot.model import Habit
from bot.model.ports import Clock
from bot.store.sources import SourceStore

log = structlog.get_logger(__name__)

_QUIET_SOURCES = Gauge(
    "dateline_quiet_sources", "Sources that are silent for longer than is their habit."
)
_NEWEST_ARTICLE = Gauge(
    "dateline_newest_article_timestamp_seconds", "When the newest article came in, from any source."
)
# A source with fewer hours with articles, or known for less time, has no habit yet.
_MIN_ACTIVE_HOURS, _MIN_KNOWN_TIME = 8, timedelta(days=7)
# How late a source may be: a share of its longest pause, but at least some hours.
_GRACE_SHARE, _MIN_GRACE = 0.5, timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class QuietSource:
    """A source that is overdue; `longest_pause` is its longest one in four weeks."""

    habit: Habit
    since: datetime
    longest_pause: timedelta


def check_quiet(habit: Habit, now: datetime) -> QuietSource | None:
    """Return the source if it is silent for half as long again as ever in four weeks."""
    known_time = habit.hours[-1] - habit.hours[0]
    if len(habit.hours) < _MIN_ACTIVE_HOURS or known_time < _MIN_KNOWN_TIME:
        return None
    longest_pause = max(later - earlier for earlier, later in pairwise(habit.hours))
    grace = max(_GRACE_SHARE * longest_pause, _MIN_GRACE)
    if now - habit.last <= longest_pause + grace:
        return None
    return QuietSource(habit, habit.last, longest_pause)


async def find_quiet_sources(
    sources: SourceStore, now: datetime, team: str | None = None
) -> tuple[QuietSource, ...]:
    """Return the sources of a team, and of the operator, that are quiet now."""
    quiet = await _find_all_quiet(sources, now)
    return tuple(source for source in quiet if source.habit.team in {None, team})


async def _find_all_quiet(sources: SourceStore, now: datetime) -> list[QuietSource]:
    checked = [check_quiet(habit, now) for habit in await sources.get_habits(now)]
    return [source for source in checked if source is not None]


async def report_quiet_sources(sources: SourceStore, clock: Clock) -> int:
    """Update the gauges, log each source that has gone quiet once, and return how many."""
    now = clock.now()
    quiet = await _find_all_quiet(sources, now)
    newest = await sources.get_latest_arrival()
    _QUIET_SOURCES.set(len(quiet))
    _NEWEST_ARTICLE.set(newest.timestamp() if newest else 0.0)
    reported = 0
    for source in quiet:
        habit = source.habit
        if habit.reported is None and await sources.mark_reported(habit, now):
            reported += 1
            silence, pause = _to_hours(now - habit.last), _to_hours(source.longest_pause)
            fields = {"quiet_hours": silence, "longest_pause_hours": pause}
            log.warning("source quiet", source=habit.origin, **fields)
    return reported


def _to_hours(span: timedelta) -> int:
    return round(span / timedelta(hours=1))
