"""When the next digest is due, on the clocks of the place where it is read."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from zoneinfo import ZoneInfo

from bot.model import EVERY_DAY, WEEKDAYS, AtIntervals, AtOnce, AtTimes, Cadence, Hours

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def next_due(cadence: Cadence, zone: str, after: datetime) -> datetime:
    """Give the first slot strictly later than `after`, in UTC.

    Slots are times on the wall of `zone`. One that the clocks skip comes once, at the moment they
    jump; one that they show twice comes at its first showing. Slots that fall together are one.
    """
    place = ZoneInfo(zone)
    if isinstance(cadence, AtOnce):
        return _next_open(cadence, place, after.astimezone(UTC) + cadence.min_interval)
    return _next_slot(cadence, place, after)


def _next_slot(cadence: AtTimes | AtIntervals, place: ZoneInfo, after: datetime) -> datetime:
    today = after.astimezone(place).date()
    # A week holds every day there is; two more, since a zone may have skipped a whole one (Samoa, 2011).
    for day in (today + _DAY * ahead for ahead in range(10)):
        if day.weekday() in cadence.days and (slot := _first_on(day, cadence, place, after)):
            return slot
    raise ValueError("a cadence without days or times is never due")


def _next_open(cadence: AtOnce, place: ZoneInfo, moment: datetime) -> datetime:
    """Give the first moment from this one on that lies within the days and hours."""
    local = moment.astimezone(place)
    hours = cadence.hours
    if local.weekday() in cadence.days and (
        hours is None or _is_within(local.time().replace(second=0), hours)
    ):
        return moment
    # Hours that run over midnight are open when a day begins, too.
    over_midnight = hours is None or hours.last < hours.first
    openings = {*([hours.first] if hours else []), *([time()] if over_midnight else [])}
    return _next_slot(AtTimes(cadence.days, tuple(sorted(openings))), place, moment)


def _is_within(at: time, hours: Hours) -> bool:
    if hours.first <= hours.last:
        return hours.first <= at <= hours.last
    return at >= hours.first or at <= hours.last


def next_dues(cadence: Cadence, zone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """Give the next `count` slots."""
    dues: list[datetime] = []
    for _ in range(count):
        after = next_due(cadence, zone, after)
        dues.append(after)
    return tuple(dues)


def describe(cadence: Cadence, zone: str) -> str:
    """Say a schedule in words: "weekdays at 08:30 and 17:00, Europe/Tallinn"; `/digest subscribe` understands them."""
    match cadence:
        case AtOnce(gap, days, hours):
            within = _within(days, hours)
            place = f", {zone}" if within else ""
            return f"at once{within}, at most one digest {_interval(gap)}{place}"
        case AtIntervals(step, days, hours):
            return f"{_interval(step)}{_within(days, hours)}, {zone}"
        case AtTimes(days, times):
            return f"{_days(days)} at {_joined([f'{at:%H:%M}' for at in sorted(times)])}, {zone}"


def _within(days: frozenset[int], hours: Hours | None) -> str:
    when = f" from {hours.first:%H:%M} to {hours.last:%H:%M}" if hours else ""
    return when if days == EVERY_DAY else f"{when} on {_days(days)}"


def _first_on(
    day: date, cadence: AtTimes | AtIntervals, place: ZoneInfo, after: datetime
) -> datetime | None:
    walls = _walls(cadence)
    midnight = datetime.combine(day, time())
    # Clocks only ever merge slots of a day, never swap them: its instants are in order.
    place_in_order = bisect_right(walls, after, key=lambda wall: _instant(midnight + wall, place))
    return (
        _instant(midnight + walls[place_in_order], place) if place_in_order < len(walls) else None
    )


@lru_cache(maxsize=256)
def _walls(cadence: AtTimes | AtIntervals) -> tuple[timedelta, ...]:
    """Give a day's slots as what the clock shows, counted from midnight, in order."""
    if isinstance(cadence, AtTimes):
        return tuple(sorted({_since_midnight(at) for at in cadence.times}))
    if cadence.hours is None:
        return tuple(cadence.interval * n for n in range(ceil(_DAY / cadence.interval)))
    first, last = _since_midnight(cadence.hours.first), _since_midnight(cadence.hours.last)
    length = (last - first) % _DAY
    return tuple(
        sorted(
            {(first + cadence.interval * n) % _DAY for n in range(length // cadence.interval + 1)}
        )
    )


def _since_midnight(at: time) -> timedelta:
    return timedelta(
        hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond
    )


def _instant(wall: datetime, place: ZoneInfo) -> datetime:
    first = wall.replace(tzinfo=place, fold=0)
    second = wall.replace(tzinfo=place, fold=1)
    if _offset(first) < _offset(second):
        return _jump(second.astimezone(UTC), first.astimezone(UTC), place)
    return first.astimezone(UTC)


def _jump(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """Find the moment between the two at which the clocks of `place` go forward."""
    old = _offset(before.astimezone(place))
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if _offset(middle.astimezone(place)) == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _interval(step: timedelta) -> str:
    minutes = step // timedelta(minutes=1)
    if minutes % 60 == 0:
        return "hourly" if minutes == 60 else f"every {minutes // 60} hours"
    return "every minute" if minutes == 1 else f"every {minutes} minutes"


def _days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "daily"
    return "weekdays" if days == WEEKDAYS else _joined([_NAMES[day] for day in sorted(days)])


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
