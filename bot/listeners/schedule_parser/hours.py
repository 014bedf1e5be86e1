"""The readers of when: days, times, steps, and the hours within which something comes."""

import re
from datetime import time, timedelta

from bot.listeners.schedule_parser.joining import Match, UnclearError
from bot.listeners.schedule_parser.words import (
    DAY,
    DAY_NAMES,
    HALF,
    LONGEST_STEP,
    SHORTEST_STEP,
    TIME,
    read_number,
)
from bot.model import EVERY_DAY, WEEKDAYS, Hours

_DAY_SETS = {
    "daily": EVERY_DAY,
    "weekday": WEEKDAYS,
    "workday": WEEKDAYS,
    "weekend": frozenset({5, 6}),
}

PARTS = {"morning": "at 08:30", "afternoon": "at 15:00", "evening": "at 18:00"}


def read_at_once(found: re.Match[str]) -> Match:
    """`at once`."""
    return Match({"at_once": True}, found.end())


def read_times(found: re.Match[str]) -> Match:
    """`at 8:30 and 17:00`."""
    return Match({"times": _clock_times(found[1], found.start())}, found.end())


def _clock_times(text: str, start: int) -> tuple[time, ...]:
    return tuple(
        sorted(
            {
                _clock_time(m[0], start, start + len(text))
                for m in re.finditer(TIME, text, re.IGNORECASE)
            }
        )
    )


def _clock_time(text: str, start: int, end: int) -> time:
    """Read `8:30`, `8.30`, `0830`, `8am`, `noon`; `start` and `end` are the phrase's, for the error."""
    word = text.lower().replace(".m", "m").replace("o'clock", "").strip()
    if word in {"noon", "midnight"}:
        return time(12 if word == "noon" else 0)
    digits = re.findall(r"\d+", word)
    hour, minute = (
        (digits[0][:-2], digits[0][-2:])
        if len(digits[0]) == 4
        else (digits[0], "".join(digits[1:]) or "0")
    )
    hours, minutes, half = int(hour), int(minute), re.search(r"[ap]", word)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half[0] == "p" else 0)
    elif half:
        hours = 24
    if hours > 23 or minutes > 59:
        raise UnclearError(f"“{text.strip()}” is no time of day.", start, end, "at 08:30")
    return time(hours, minutes)


def refuse_time(found: re.Match[str]) -> Match:
    """`at` what is no time."""
    raise UnclearError(f"“{found[1][:40]}” is no time of day.", *found.span(), "at 08:30")


def read_step(found: re.Match[str]) -> Match:
    """`every 4h`."""
    number, unit = read_number(found[1] or "1") or 0, found[2][0].lower()
    if unit == "d" and number == 1:
        return Match({"days": EVERY_DAY}, found.end())
    if unit in "dw":
        raise UnclearError(
            "The longest step is a day; name the days instead.",
            *found.span(),
            "mon" if unit == "w" else "daily",
        )
    return Match({"interval": _step(number, unit, *found.span())}, found.end())


def _step(number: int, unit: str, start: int, end: int) -> timedelta:
    step = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}[
        unit
    ] * min(number, 10**6)
    if step < SHORTEST_STEP:
        raise UnclearError("The shortest step is one minute.", start, end, "every 1m")
    if step > LONGEST_STEP:
        raise UnclearError("The longest step is a day.", start, end, "daily")
    return step


def read_half_hour(found: re.Match[str]) -> Match:
    """`every half hour`."""
    return Match({"interval": timedelta(minutes=30)}, found.end())


def read_every_other(found: re.Match[str]) -> Match:
    """Every other hour is every two hours; of days and weeks we keep no count."""
    which, unit = found[1].lower(), found[2].lower()
    if which in {"other", "second", "2nd"} and (
        steps := re.fullmatch(r"(m|h)(?:in|our|inute)?s?", unit)
    ):
        return Match({"interval": _step(2, steps[1], *found.span())}, found.end())
    day = re.fullmatch(DAY, unit)
    better = DAY_NAMES[_day(unit)] if day else {"week": "mon", "weekend": "sat"}.get(unit, "daily")
    problem = f"I keep no count of days or weeks, so “{found[0][:40]}” is more than I can do; name the days."
    raise UnclearError(problem, *found.span(), better)


def read_so_often(found: re.Match[str]) -> Match:
    """`once a day`, `twice a day`: the second does not say when."""
    often, unit = found[1].lower(), found[2].lower()
    if often == "once" and unit in {"day", "hour"}:
        named = {"days": EVERY_DAY} if unit == "day" else {"interval": timedelta(hours=1)}
        return Match(named, found.end())
    better = {"day": "at 08:30,17:00", "hour": "every 30m"}.get(unit, "mon")
    raise UnclearError(f"“{found[0][:40]}” does not say when.", *found.span(), better)


def read_part_of_day(found: re.Match[str]) -> Match:
    """`in the morning` does not say when."""
    part = found[1].lower()
    raise UnclearError(f"At what time in the {part}?", *found.span(), PARTS[part])


def read_gap(found: re.Match[str]) -> Match:
    """Read `at most one digest every 10m` of what comes at once."""
    if found[1] is None:
        return Match({"min_interval": timedelta(hours=1)}, found.end())
    unit = found[3][0].lower()
    if unit not in "mh":
        raise UnclearError(
            "Name the pause between digests in minutes or hours.",
            *found.span(),
            "at most one every 10m",
        )
    return Match(
        {"min_interval": _step(read_number(found[2] or "1") or 0, unit, *found.span())}, found.end()
    )


def read_hours(found: re.Match[str]) -> Match:
    """Read `from 9 to 17`, `9-17`, `between 9am and 5pm`."""
    first, last = _clock_time(found[1], *found.span()), _clock_time(found[2], *found.span())
    if _is_half_day(found[2]) and _is_half_day(found[1]) and last < first:
        last = _afternoon(last)  # `from 9 to 5`
    elif (
        re.search(HALF, found[2], re.IGNORECASE)
        and _is_half_day(found[1])
        and _afternoon(first) < last
    ):
        first = _afternoon(first)  # `1-5pm`
    return Match({"hours": _stretch(first, last, *found.span())}, found.end())


def read_quiet(found: re.Match[str]) -> Match:
    """Read `quiet from 22 to 7`: digests come from 7 to 22."""
    begin, end = _clock_time(found[1], *found.span()), _clock_time(found[2], *found.span())
    if _is_half_day(found[2]) and _is_half_day(found[1]) and end < begin:
        begin = _afternoon(begin)  # `quiet from 10 to 7` is the night
    return Match({"hours": _stretch(end, begin, *found.span())}, found.end())


def read_quiet_night(found: re.Match[str]) -> Match:
    """`quiet at night`."""
    return Match({"hours": Hours(time(7), time(22))}, found.end())


def read_quiet_weekend(found: re.Match[str]) -> Match:
    """`quiet at weekends`."""
    return Match({"days": WEEKDAYS}, found.end())


def _stretch(first: time, last: time, start: int, end: int) -> Hours:
    if first == last:
        raise UnclearError(
            "Hours that end when they begin are none.", start, end, "around the clock"
        )
    return Hours(first, last)


def _is_half_day(text: str) -> bool:
    """Whether a bare hour is meant, by one of whom 5 may be 17."""
    return bool(re.fullmatch(r"\s*(?:[1-9]|1[0-2])\s*", text))


def _afternoon(at: time) -> time:
    return at.replace(hour=at.hour + 12) if at.hour < 12 else at


def read_all_day(found: re.Match[str]) -> Match:
    """`around the clock`."""
    return Match({"all_day": True}, found.end())


def read_hourly(found: re.Match[str]) -> Match:
    """`hourly`."""
    return Match({"interval": timedelta(hours=1)}, found.end())


def read_weekly(found: re.Match[str]) -> Match:
    """`weekly` does not say on which day."""
    raise UnclearError(f"“{found[0]}” does not say on which day.", *found.span(), "mon")


def read_day_set(found: re.Match[str]) -> Match:
    """`weekdays`, `daily`."""
    word = found[1].lower().rstrip("s")
    return Match({"days": _DAY_SETS.get(word, EVERY_DAY)}, found.end())


def read_day_range(found: re.Match[str]) -> Match:
    """`mon-fri`."""
    first, last = _day(found[1]), _day(found[2])
    return Match(
        {"days": frozenset((first + i) % 7 for i in range((last - first) % 7 + 1))}, found.end()
    )


def read_days(found: re.Match[str]) -> Match:
    """`mondays`."""
    return Match({"days": frozenset({_day(found[1])})}, found.end())


def _day(word: str) -> int:
    return DAY_NAMES.index(word[:3].lower())
