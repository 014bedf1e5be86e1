"""When a digest is due next, by the local clock of whoever reads it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from bot.model import EVERY_DAY, WEEKDAYS, AtIntervals, AtOnce, AtTimes, Cadence, Hours
from bot.model.messages import messages

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def next_due(cadence: Cadence, zone: str, after: datetime) -> datetime:
    """Return the first slot strictly later than `after`, in UTC.

    Slots are local times of the IANA zone `zone`. One that daylight saving skips comes once, at the
    moment of the change; one that occurs twice comes the first time. Slots that coincide are one.
    """
    zone_info = ZoneInfo(zone)
    if isinstance(cadence, AtOnce):
        return _next_open(cadence, zone_info, after.astimezone(UTC) + cadence.min_interval)
    return _next_slot(cadence, zone_info, after)


def _next_slot(cadence: AtTimes | AtIntervals, zone_info: ZoneInfo, after: datetime) -> datetime:
    today, slots = after.astimezone(zone_info).date(), _local_slots(cadence)
    # A week, and two days more: a zone may skip a whole day (Samoa, 2011).
    for day in (today + _DAY * ahead for ahead in range(10)):
        if day.weekday() in cadence.days and (slot := _first_on(day, slots, zone_info, after)):
            return slot
    raise ValueError("a cadence without days or times is never due")


def _next_open(cadence: AtOnce, zone_info: ZoneInfo, moment: datetime) -> datetime:
    """Return the first moment from this one on that is within the days and hours."""
    if _is_open(cadence, moment.astimezone(zone_info)):
        return moment
    hours = cadence.hours
    # Hours that include midnight are open when a day begins, too.
    over_midnight = hours is None or hours.last < hours.first
    openings = [*([hours.first] if hours else []), *([time()] if over_midnight else [])]
    following = _next_slot(AtTimes(cadence.days, tuple(openings)), zone_info, moment)
    # Where clocks go back before, they may show open hours again: at once, or from an opening on.
    today = moment.astimezone(zone_info)
    days = (today.date(), today.date() + _DAY)
    again = [
        datetime.combine(day, at, zone_info).replace(fold=1).astimezone(UTC)
        for day in days
        for at in openings
    ]
    if _offset(following.astimezone(zone_info)) < _offset(today):
        again.append(_find_change(moment, following, zone_info))
    opens = (at for at in again if at > moment and _is_open(cadence, at.astimezone(zone_info)))
    return min([following, *opens])


def _is_open(cadence: AtOnce, local: datetime) -> bool:
    at = local.time().replace(second=0, microsecond=0)
    return local.weekday() in cadence.days and (
        cadence.hours is None or _is_within_hours(at, cadence.hours)
    )


def _is_within_hours(at: time, hours: Hours) -> bool:
    if hours.first <= hours.last:
        return hours.first <= at <= hours.last
    return at >= hours.first or at <= hours.last


def next_dues(cadence: Cadence, zone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """Return the next `count` slots, in UTC."""
    dues: list[datetime] = []
    for _ in range(count):
        after = next_due(cadence, zone, after)
        dues.append(after)
    return tuple(dues)


def describe(cadence: Cadence, zone: str) -> str:
    """Return a schedule as `/digest subscribe` takes it: "weekdays at 08:30, Europe/Tallinn"."""
    match cadence:
        case AtOnce(interval, days, hours):
            limits, interval_text = _describe_limits(days, hours), _describe_interval(interval)
            if not limits:
                return messages.text("at_once", interval=interval_text)
            parts = {"limits": limits, "interval": interval_text, "zone": zone}
            return messages.text("at_once_within", **parts)
        case AtIntervals(interval, days, hours):
            parts = {"limits": _describe_limits(days, hours), "zone": zone}
            return messages.text("at_intervals", interval=_describe_interval(interval), **parts)
        case AtTimes(days, times):
            clock = messages.join("and_between", [f"{at:%H:%M}" for at in sorted(times)])
            return messages.text("at_times", days=_describe_days(days), times=clock, zone=zone)


def _describe_limits(days: frozenset[int], hours: Hours | None) -> str:
    when = ""
    if hours:
        first, last = f"{hours.first:%H:%M}", f"{hours.last:%H:%M}"
        when = messages.text("from_to", first=first, last=last)
    return when if days == EVERY_DAY else when + messages.text("on_days", days=_describe_days(days))


def _first_on(
    day: date, slots: Sequence[timedelta], zone_info: ZoneInfo, after: datetime
) -> datetime | None:
    midnight = datetime.combine(day, time())
    # A change of the clocks may merge slots of a day, but keeps their order.
    index = bisect_right(slots, after, key=lambda local: _to_utc(midnight + local, zone_info))
    return _to_utc(midnight + slots[index], zone_info) if index < len(slots) else None


def _local_slots(cadence: AtTimes | AtIntervals) -> tuple[timedelta, ...]:
    """Return a day's slots as local time since midnight, in order."""
    if isinstance(cadence, AtTimes):
        return tuple(sorted({_since_midnight(at) for at in cadence.times}))
    if cadence.hours is None:
        return tuple(cadence.interval * n for n in range(ceil(_DAY / cadence.interval)))
    first, last = _since_midnight(cadence.hours.first), _since_midnight(cadence.hours.last)
    count = (last - first) % _DAY // cadence.interval + 1
    return tuple(sorted({(first + cadence.interval * n) % _DAY for n in range(count)}))


def _since_midnight(at: time) -> timedelta:
    return datetime.combine(date.min, at) - datetime.combine(date.min, time())


def _to_utc(local: datetime, zone_info: ZoneInfo) -> datetime:
    first = local.replace(tzinfo=zone_info, fold=0)
    second = local.replace(tzinfo=zone_info, fold=1)
    if _offset(first) < _offset(second):
        return _find_change(second.astimezone(UTC), first.astimezone(UTC), zone_info)
    return first.astimezone(UTC)


def _find_change(before: datetime, after: datetime, zone_info: ZoneInfo) -> datetime:
    """Return the moment between the two at which the clocks go forward."""
    start = before.replace(microsecond=0)
    old = _offset(start.astimezone(zone_info))

    def is_changed(seconds: int) -> bool:
        return _offset((start + _SECOND * seconds).astimezone(zone_info)) != old

    seconds = bisect_left(range((after - start) // _SECOND + 1), x=True, key=is_changed)
    return start + _SECOND * seconds


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _describe_interval(interval: timedelta) -> str:
    minutes = interval // timedelta(minutes=1)
    if minutes % 60 == 0:
        return messages.count("hours", minutes // 60)
    return messages.count("minutes", minutes)


def _describe_days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return messages.text("daily")
    names = messages.text("day_names").split()
    is_week = days == WEEKDAYS
    on_days = messages.join("and_between", [names[day] for day in sorted(days)])
    return messages.text("weekdays") if is_week else on_days
