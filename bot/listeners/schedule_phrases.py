"""Read the single phrases of a schedule, such as `weekdays`, `at 8:30`, `in Tallinn` or `top 5`."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from bot.listeners import messages
from bot.listeners.zones import find_zone, suggest_zone
from bot.model import EVERY_DAY, WEEKDAYS, Hours

MAX_STORIES = 10
MAX_TIMES_PER_DAY = 24
MIN_INTERVAL = timedelta(minutes=1)
MAX_INTERVAL = timedelta(hours=24)
DAYTIME_HOURS = Hours(time(7), time(22))
PARTS_OF_DAY = {"morning": "at 08:30", "afternoon": "at 15:00", "evening": "at 18:00"}
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_SETS = {"weekday": WEEKDAYS, "workday": WEEKDAYS, "weekend": frozenset({5, 6})}
_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
# More of any unit is longer than MAX_INTERVAL; timedelta overflows beyond.
_MAX_UNITS = 10**6


DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_AM_PM = r"\s*[ap]\.?m\b\.?"
# A time after a word that asks for one ("at"): "9", "9am", "0930", "9:30", "9.30", "9h30", "noon".
TIME = rf"(?:noon|midnight|\d{{4}}|\d{{1,2}}(?:[:.h]\d{{2}})?(?:{_AM_PM}|\s*o'clock\b)?)(?![\w:])"
# A time anywhere else. A bare number is not read as one: it may count stories or days.
CLOCK = (
    rf"(?:noon|midnight|\d{{1,2}}[:.]\d{{2}}(?:{_AM_PM})?"
    rf"|\d{{1,2}}(?:{_AM_PM}|\s*o'clock\b))(?![\w:])"
)
AND = r"(?:\s*(?:,|;|&|\+|\band\b)\s*|\s+)"
_TO = r"\s*(?:-|\bto\b|\btill\b|\buntil\b|\band\b)\s*"
_UNIT = r"(m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|w|weeks?)"
EVERY_N_UNITS = rf"(?:every|each)\s+(?:(\d{{1,9}}|{'|'.join(_NUMBER_WORDS)})\s*)?{_UNIT}\b"
EVERY_HALF_HOUR = r"(?:every|each)\s+half(?:\s+an?)?[\s-]+hour\b|half-?hourly\b"
ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
AT_ONCE = (
    r"at\s+once\b|immediately\b|instantly\b|as\s+(?:stories|they)\s+(?:arrive|come(?:\s+in)?)\b"
)
AT_MOST = r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)\b"
AT_TIMES = rf"at\s+({TIME}(?:{AND}{TIME})*)"
FROM_TO = rf"(?:only\s+)?(?:from|between)\s+({TIME}){_TO}({TIME})"
NOT = r"(?:but\s+)?(?:not|except|without|excluding)"
QUIET = rf"(?:quiet|silent|not)(?:\s+hours)?(?:\s+(?:from|between))?\s+({TIME}){_TO}({TIME})"
QUIET_NIGHT = r"(?:quiet|silent|not)\s+(?:at|by|during\s+the)\s+nights?\b"
QUIET_WEEKEND = r"(?:quiet|silent|not)\s+(?:(?:at|on|over)\s+)?(?:the\s+)?weekends?\b"

Match = re.Match[str]
# Values of `SubscriptionChange`, by the names of its fields.
Fields = dict[str, Any]
# Reads a phrase; raises UnclearPhraseError.
PhraseParser = Callable[[Match], Fields]


class UnclearPhraseError(Exception):
    """A phrase is not understood; with `replacement` in place of it, or of `span`, it may be."""

    def __init__(
        self, problem: str, replacement: str = "", span: tuple[int, int] | None = None
    ) -> None:
        self.problem, self.replacement, self.span = problem, replacement, span
        super().__init__(problem)


def constant(**fields: Any) -> PhraseParser:
    """Return the parser of a phrase that always sets the same fields."""
    return lambda _: fields


def refuse(key: str) -> PhraseParser:
    """Return the parser of a phrase that is not clear, as the message of this key says."""

    def parse(match: Match) -> Fields:
        raise UnclearPhraseError(*messages.pair(key, phrase=match[0][:80]))

    return parse


def parse_number(word: str) -> int | None:
    """Return the value of `12` or `twelve`, or None for any other word."""
    if word.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS.index(word.lower())
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None


def parse_times(match: Match) -> Fields:
    """Read `at 8:30 and 17:00`."""
    texts = (part[0] for part in re.finditer(TIME, match[1], re.IGNORECASE))
    return {"times": tuple(sorted({_parse_time(text) for text in texts}))}


def _parse_time(text: str) -> time:
    """Read `8:30`, `8.30`, `0830`, `8am` or `noon`."""
    word = text.lower().replace(".m", "m").replace("o'clock", "").strip()
    if word in {"noon", "midnight"}:
        return time(12 if word == "noon" else 0)
    digits = re.findall(r"\d+", word)
    if len(digits[0]) == 4:
        digits = [digits[0][:-2], digits[0][-2:]]
    hour, minute = int(digits[0]), int("".join(digits[1:]) or "0")
    half = re.search(r"[ap]", word)
    if hour > (12 if half else 23) or (half and hour < 1) or minute > 59:
        raise not_a_time(text.strip())
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return time(hour, minute)


def not_a_time(text: str) -> UnclearPhraseError:
    """Return the error for what stands in the place of a time."""
    return UnclearPhraseError(*messages.pair("not_a_time", text=text[:40]))


def refuse_time(match: Match) -> Fields:
    """Refuse `at dawn`."""
    raise not_a_time(match[1])


def refuse_part_of_day(match: Match) -> Fields:
    """Refuse `in the morning`, which does not say when."""
    part = match[1].lower()
    raise UnclearPhraseError(messages.text("what_time_of_day", part=part), PARTS_OF_DAY[part])


def parse_hours(match: Match) -> Fields:
    """Read `from 9 to 17`, `9-17` or `between 9am and 5pm`."""
    first, last = _parse_time(match[1]), _parse_time(match[2])
    is_bare = _is_bare_hour(match[1])
    if is_bare and _is_bare_hour(match[2]) and last < first:
        last = _to_afternoon(last)  # `from 9 to 5`
    elif is_bare and re.search(_AM_PM, match[2], re.IGNORECASE) and _to_afternoon(first) < last:
        first = _to_afternoon(first)  # `1-5pm`
    return _hours(first, last)


def parse_quiet_hours(match: Match) -> Fields:
    """Read `quiet from 22 to 7`: digests come from 7 to 22."""
    first, last = _parse_time(match[1]), _parse_time(match[2])
    if _is_bare_hour(match[1]) and _is_bare_hour(match[2]) and last < first:
        first = _to_afternoon(first)  # `quiet from 10 to 7` is the night
    return _hours(last, first)


def _hours(first: time, last: time) -> Fields:
    if first == last:
        raise UnclearPhraseError(*messages.pair("empty_hours"))
    return {"hours": Hours(first, last)}


def _is_bare_hour(text: str) -> bool:
    """Return whether this is an hour from 1 to 12 alone, which may mean the afternoon."""
    return bool(re.fullmatch(r"\s*(?:[1-9]|1[0-2])\s*", text))


def _to_afternoon(moment: time) -> time:
    return moment.replace(hour=moment.hour + 12) if moment.hour < 12 else moment


def parse_interval(match: Match) -> Fields:
    """Read `every 4h`; refuse more than a day."""
    number, unit = parse_number(match[1] or "1") or 0, match[2][0].lower()
    if unit == "d" and number == 1:
        return {"days": EVERY_DAY}
    if unit in "dw":
        problem = messages.text("step_over_a_day")
        raise UnclearPhraseError(problem, "mon" if unit == "w" else "daily")
    return {"interval": _interval(number, unit)}


def _interval(number: int, unit: str) -> timedelta:
    interval = _UNITS[unit] * min(number, _MAX_UNITS)
    if interval < MIN_INTERVAL:
        raise UnclearPhraseError(*messages.pair("step_too_short"))
    if interval > MAX_INTERVAL:
        raise UnclearPhraseError(*messages.pair("step_too_long"))
    return interval


def parse_min_interval(match: Match) -> Fields:
    """Read `at most one digest every 10m`."""
    if match[1] is None:
        return {"min_interval": timedelta(hours=1)}
    unit = match[3][0].lower()
    if unit not in "mh":
        raise UnclearPhraseError(*messages.pair("unclear_pause"))
    return {"min_interval": _interval(parse_number(match[2] or "1") or 0, unit)}


def parse_every_other(match: Match) -> Fields:
    """Read `every other hour`; refuse every other day or week, of which we keep no count."""
    ordinal, unit = match[1].lower(), match[2].lower()
    hour_or_minute = re.fullmatch(r"(m|h)(?:in|our|inute)?s?", unit)
    if ordinal in {"other", "second", "2nd"} and hour_or_minute:
        return {"interval": _interval(2, hour_or_minute[1])}
    if re.fullmatch(DAY, unit):
        nearest = unit[:3]
    else:
        nearest = {"week": "mon", "weekend": "sat"}.get(unit, "daily")
    raise UnclearPhraseError(messages.text("no_count_of_days", phrase=match[0][:40]), nearest)


def parse_times_per_day(match: Match) -> Fields:
    """Read `once a day`; refuse `twice a day`, which does not say when."""
    frequency, unit = match[1].lower(), match[2].lower()
    if frequency == "once" and unit == "day":
        return {"days": EVERY_DAY}
    if frequency == "once" and unit == "hour":
        return {"interval": timedelta(hours=1)}
    nearest = {"day": "at 08:30,17:00", "hour": "every 30m"}.get(unit, "mon")
    raise UnclearPhraseError(messages.text("does_not_say_when", phrase=match[0][:40]), nearest)


def parse_day_set(match: Match) -> Fields:
    """Read `weekdays` or `daily`."""
    return {"days": _DAY_SETS.get(match[1].lower().rstrip("s"), EVERY_DAY)}


def parse_days(match: Match) -> Fields:
    """Read `mondays` or `mon-fri`."""
    words = match[1], match[match.re.groups]  # the last group is the first where it is one day
    first, last = (DAY_NAMES.index(word[:3].lower()) for word in words)
    return {"days": frozenset((first + offset) % 7 for offset in range((last - first) % 7 + 1))}


def parse_zone(match: Match) -> tuple[Fields, int]:
    """Read `in Europe/Tallinn`, and return where it ends: after up to three words behind `in`."""
    words = list(re.finditer(r"[^\s,;]+", match[1]))[:3]
    for last in reversed(words):
        if zone := find_zone(match[1][: last.end()]):
            return {"zone": zone}, match.start(1) + last.end()
    span = match.start(), match.start(1) + words[0].end()
    raise unknown_zone(words[0][0], suggest_zone(words[0][0]), span)


def unknown_zone(
    name: str, suggestion: str | None, span: tuple[int, int] | None = None
) -> UnclearPhraseError:
    """Return the error for a time zone that does not exist."""
    problem = messages.text("unknown_zone", name=name[:40])
    return UnclearPhraseError(problem, f"in {suggestion}" if suggestion else "", span)


def parse_top(match: Match) -> Fields:
    """Read `top 5`."""
    number = parse_number(match[1])
    if number is None or not 1 <= number <= MAX_STORIES:
        nearest = 5 if number is None else min(max(number, 1), MAX_STORIES)
        problem = messages.text("too_many_stories", most=MAX_STORIES)
        raise UnclearPhraseError(problem, f"top {nearest}")
    return {"top": number}


# The fields that cannot be set together.
_CONFLICTS = {
    "times": ("interval", "at_once", "min_interval", "hours", "all_day"),
    "interval": ("times", "at_once", "min_interval"),
    "at_once": ("times", "interval"),
    "min_interval": ("times", "interval"),
    "hours": ("times", "all_day"),
    "all_day": ("times", "hours"),
}


def add_fields(fields: Fields, more: Fields, span: tuple[int, int]) -> None:
    """Add a phrase's fields to `fields`: days and times add up, anything else is named once."""
    for name, value in more.items():
        for other in _CONFLICTS.get(name, ()):
            if other in fields:
                titles = (messages.text(f"field_{field}") for field in (other, name))
                problem = messages.text("not_both", fields=messages.text("or_between").join(titles))
                raise UnclearPhraseError(problem, span=span)
        if name == "days":
            fields[name] = fields.get(name, frozenset()) | value
        elif name == "times":
            fields[name] = tuple(sorted({*fields.get(name, ()), *value}))
            if len(fields[name]) > MAX_TIMES_PER_DAY:
                raise UnclearPhraseError(*messages.pair("too_many_times"), span)
        elif fields.setdefault(name, value) != value:
            raise UnclearPhraseError(messages.text("named_twice"), span=span)
