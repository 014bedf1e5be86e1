"""Has a source gone quiet for longer than is its habit? Then it is told of, once a silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import structlog
from prometheus_client import Gauge

from bot.model import Habit
from bot.model.ports import Clock
from bot.store import SourceStore

log = structlog.get_logger(__name__)

_QUIET = Gauge("dateline_quiet_sources", "Sources that are silent for longer than is their habit.")
_NEWEST = Gauge(
    "dateline_newest_article_timestamp_seconds", "When the newest article came in, from any source."
)
# Less than this is no habit: so many hours with articles, over so long.
_HOURS, _KNOWN_FOR = 8, timedelta(days=7)
# A source may be late by so much of its longest pause, and by so much at least.
_LATE, _LATE_AT_LEAST = 0.5, timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class QuietSource:
    """A source that should have given something. `pause` is its longest one in four weeks."""

    habit: Habit
    since: datetime
    longest_pause: timedelta


def check_quiet(habit: Habit, now: datetime) -> QuietSource | None:
    """Whether its silence is longer than any of the four weeks before, weekends among them, by half again."""
    if len(habit.hours) < _HOURS or habit.hours[-1] - habit.hours[0] < _KNOWN_FOR:
        return None
    longest_pause = max(later - earlier for earlier, later in pairwise(habit.hours))
    if now - habit.last <= longest_pause + max(_LATE * longest_pause, _LATE_AT_LEAST):
        return None
    return QuietSource(habit, habit.last, longest_pause)


async def find_quiet_sources(
    sources: SourceStore, now: datetime, team: str | None = None
) -> tuple[QuietSource, ...]:
    """The sources of a team, and of the operator, that are quiet now (`/digest status`, App Home, `/metrics`)."""
    found = [
        check_quiet(habit, now)
        for habit in await sources.get_habits(now)
        if habit.team in {None, team}
    ]
    return tuple(one for one in found if one is not None)


class SourceHealthMonitor:
    """Tells the operator, in the log, of each source that has gone quiet; `look` is called again and again."""

    def __init__(self, sources: SourceStore, clock: Clock) -> None:
        self._sources, self._clock = sources, clock

    async def look(self) -> int:
        """How many silences were told of just now."""
        now, told = self._clock.now(), 0
        quiet = [
            found
            for habit in await self._sources.get_habits(now)
            if (found := check_quiet(habit, now))
        ]
        _QUIET.set(len(quiet))
        newest = await self._sources.get_latest_arrival()
        _NEWEST.set(newest.timestamp() if newest else 0.0)
        for found in quiet:
            if found.habit.reported is None and await self._sources.mark_reported(found.habit, now):
                told += 1
                since, longest_pause = _hours(now - found.since), _hours(found.longest_pause)
                log.warning(
                    "source quiet",
                    source=found.habit.origin,
                    quiet_hours=since,
                    longest_pause_hours=longest_pause,
                )
        return told


def _hours(span: timedelta) -> int:
    return round(span / timedelta(hours=1))
