"""Read the single phrases of a schedule, such as `weekdays`, `at 8:30`, `in Tallinn` or `top 5`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from bot.listeners.zones import find_zone, suggest_zone
from bot.model import EVERY_DAY, WEEKDAYS, Hours

MAX_STORIES = 10
MAX_TIMES_PER_DAY = 24
MIN_INTERVAL = timedelta(minutes=1)
MAX_INTERVAL = timedelta(hours=24)
DAYTIME_HOURS = Hours(time(7), time(22))
PARTS_OF_DAY = {"morning": "at 08:30", "afternoon": "at 15:00", "evening": "at 18:00"}
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_SETS = {
    "daily": EVERY_DAY,
    "weekday": WEEKDAYS,
    "workday": WEEKDAYS,
    "weekend": frozenset({5, 6}),
}
_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNIT_LENGTHS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
# More of any unit is longer than MAX_INTERVAL; timedelta overflows beyond.
_MAX_UNITS = 10**6

# --- patterns that several phrases share; CLOCK is a time that can be nothing but a time ----------

DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_AM_PM = r"\s*[ap]\.?m\b\.?"
TIME = rf"(?:noon|midnight|\d{{4}}|\d{{1,2}}(?:[:.h]\d{{2}})?(?:{_AM_PM}|\s*o'clock\b)?)(?![\w:])"
CLOCK = (
    rf"(?:noon|midnight|\d{{1,2}}[:.]\d{{2}}(?:{_AM_PM})?"
    rf"|\d{{1,2}}(?:{_AM_PM}|\s*o'clock\b))(?![\w:])"
)
AND = r"(?:\s*(?:,|;|&|\+|\band\b)\s*|\s+)"
_TO = r"\s*(?:-|\bto\b|\btill\b|\buntil\b|\band\b)\s*"
_UNITS = r"(m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|w|weeks?)"
EVERY_N_UNITS = rf"(?:every|each)\s+(?:(\d{{1,9}}|{'|'.join(_NUMBER_WORDS)})\s*)?{_UNITS}\b"
EVERY_HALF_HOUR = r"(?:every|each)\s+half(?:\s+an?)?[\s-]+hour\b|half-?hourly\b"
ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
FROM_TO = rf"(?:only\s+)?(?:from|between)\s+({TIME}){_TO}({TIME})"
NOT = r"(?:but\s+)?(?:not|except|without|excluding)"
QUIET = rf"(?:quiet|silent|not)(?:\s+hours)?(?:\s+(?:from|between))?\s+({TIME}){_TO}({TIME})"
QUIET_NIGHT = r"(?:quiet|silent|not)\s+(?:at|by|during\s+the)\s+nights?\b"
QUIET_WEEKEND = r"(?:quiet|silent|not)\s+(?:(?:at|on|over)\s+)?(?:the\s+)?weekends?\b"


class UnclearPhraseError(Exception):
    """The text within `span` is not understood; with `replacement` in its place it may be."""

    def __init__(self, problem: str, span: tuple[int, int], replacement: str = "") -> None:
        self.problem, self.span, self.replacement = problem, span, replacement
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class ParsedPhrase:
    """The fields of `SubscriptionChange` that a phrase sets, and where in the text it ends."""

    fields: dict[str, Any]
    end: int


PhraseParser = Callable[[re.Match[str]], ParsedPhrase]


def constant(**fields: Any) -> PhraseParser:
    """Return the parser of a phrase that always sets the same fields."""
    return lambda match: ParsedPhrase(fields, match.end())


def parse_number(word: str) -> int | None:
    """Return the value of `12` or `twelve`, or None for any other word."""
    if word.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS.index(word.lower())
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None


def parse_times(match: re.Match[str]) -> ParsedPhrase:
    """Read `at 8:30 and 17:00`."""
    texts = (found[0] for found in re.finditer(TIME, match[1], re.IGNORECASE))
    times = {_parse_time(text, match.span()) for text in texts}
    return ParsedPhrase({"times": tuple(sorted(times))}, match.end())


def _parse_time(text: str, span: tuple[int, int]) -> time:
    """Read `8:30`, `8.30`, `0830`, `8am` or `noon`; `span` is the whole phrase's."""
    word = text.lower().replace(".m", "m").replace("o'clock", "").strip()
    if word in {"noon", "midnight"}:
        return time(12 if word == "noon" else 0)
    digits = re.findall(r"\d+", word)
    if len(digits[0]) == 4:
        digits = [digits[0][:-2], digits[0][-2:]]
    hour, minute = int(digits[0]), int("".join(digits[1:]) or "0")
    half = re.search(r"[ap]", word)
    if hour > (12 if half else 23) or (half and hour < 1) or minute > 59:
        raise _not_a_time(text.strip(), span)
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return time(hour, minute)


def _not_a_time(text: str, span: tuple[int, int]) -> UnclearPhraseError:
    return UnclearPhraseError(f"“{text}” is no time of day.", span, "at 08:30")


def refuse_time(match: re.Match[str]) -> ParsedPhrase:
    """Refuse `at dawn`."""
    raise _not_a_time(match[1][:40], match.span())


def refuse_part_of_day(match: re.Match[str]) -> ParsedPhrase:
    """Refuse `in the morning`, which does not say when."""
    part = match[1].lower()
    raise UnclearPhraseError(f"At what time in the {part}?", match.span(), PARTS_OF_DAY[part])


def parse_hours(match: re.Match[str]) -> ParsedPhrase:
    """Read `from 9 to 17`, `9-17` or `between 9am and 5pm`."""
    first, last = (_parse_time(match[group], match.span()) for group in (1, 2))
    if _is_bare_hour(match[1]) and _is_bare_hour(match[2]) and last < first:
        last = _to_afternoon(last)  # `from 9 to 5`
    elif (
        _is_bare_hour(match[1])
        and re.search(_AM_PM, match[2], re.IGNORECASE)
        and _to_afternoon(first) < last
    ):
        first = _to_afternoon(first)  # `1-5pm`
    return _hours(first, last, match)


def parse_quiet_hours(match: re.Match[str]) -> ParsedPhrase:
    """Read `quiet from 22 to 7`: digests come from 7 to 22."""
    first, last = (_parse_time(match[group], match.span()) for group in (1, 2))
    if _is_bare_hour(match[1]) and _is_bare_hour(match[2]) and last < first:
        first = _to_afternoon(first)  # `quiet from 10 to 7` is the night
    return _hours(last, first, match)


def _hours(first: time, last: time, match: re.Match[str]) -> ParsedPhrase:
    if first == last:
        problem = "Hours that end when they begin are none."
        raise UnclearPhraseError(problem, match.span(), "around the clock")
    return ParsedPhrase({"hours": Hours(first, last)}, match.end())


def _is_bare_hour(text: str) -> bool:
    """Whether this is an hour from 1 to 12 alone, which may be meant as one of the afternoon."""
    return bool(re.fullmatch(r"\s*(?:[1-9]|1[0-2])\s*", text))


def _to_afternoon(moment: time) -> time:
    return moment.replace(hour=moment.hour + 12) if moment.hour < 12 else moment


def parse_interval(match: re.Match[str]) -> ParsedPhrase:
    """Read `every 4h`; refuse more than a day."""
    number, unit = parse_number(match[1] or "1") or 0, match[2][0].lower()
    if unit == "d" and number == 1:
        return ParsedPhrase({"days": EVERY_DAY}, match.end())
    if unit in "dw":
        problem = "The longest step is a day; name the days instead."
        raise UnclearPhraseError(problem, match.span(), "mon" if unit == "w" else "daily")
    return ParsedPhrase({"interval": _interval(number, unit, match)}, match.end())


def _interval(number: int, unit: str, match: re.Match[str]) -> timedelta:
    interval = _UNIT_LENGTHS[unit] * min(number, _MAX_UNITS)
    if interval < MIN_INTERVAL:
        raise UnclearPhraseError("The shortest step is one minute.", match.span(), "every 1m")
    if interval > MAX_INTERVAL:
        raise UnclearPhraseError("The longest step is a day.", match.span(), "daily")
    return interval


def parse_min_interval(match: re.Match[str]) -> ParsedPhrase:
    """Read `at most one digest every 10m`."""
    if match[1] is None:
        return ParsedPhrase({"min_interval": timedelta(hours=1)}, match.end())
    unit = match[3][0].lower()
    if unit not in "mh":
        problem = "Name the pause between digests in minutes or hours."
        raise UnclearPhraseError(problem, match.span(), "at most one every 10m")
    interval = _interval(parse_number(match[2] or "1") or 0, unit, match)
    return ParsedPhrase({"min_interval": interval}, match.end())


def parse_every_other(match: re.Match[str]) -> ParsedPhrase:
    """Read `every other hour`; refuse every other day or week, of which we keep no count."""
    ordinal, unit = match[1].lower(), match[2].lower()
    hour_or_minute = re.fullmatch(r"(m|h)(?:in|our|inute)?s?", unit)
    if ordinal in {"other", "second", "2nd"} and hour_or_minute:
        return ParsedPhrase({"interval": _interval(2, hour_or_minute[1], match)}, match.end())
    if re.fullmatch(DAY, unit):
        nearest = DAY_NAMES[_day_number(unit)]
    else:
        nearest = {"week": "mon", "weekend": "sat"}.get(unit, "daily")
    problem = (
        f"I keep no count of days or weeks, so “{match[0][:40]}” is more than I can do; "
        "name the days."
    )
    raise UnclearPhraseError(problem, match.span(), nearest)


def parse_times_per_day(match: re.Match[str]) -> ParsedPhrase:
    """Read `once a day`; refuse `twice a day`, which does not say when."""
    frequency, unit = match[1].lower(), match[2].lower()
    if frequency == "once" and unit == "day":
        return ParsedPhrase({"days": EVERY_DAY}, match.end())
    if frequency == "once" and unit == "hour":
        return ParsedPhrase({"interval": timedelta(hours=1)}, match.end())
    nearest = {"day": "at 08:30,17:00", "hour": "every 30m"}.get(unit, "mon")
    problem = f"“{match[0][:40]}” does not say when."
    raise UnclearPhraseError(problem, match.span(), nearest)


def refuse_weekly(match: re.Match[str]) -> ParsedPhrase:
    """Refuse `weekly`, which does not say on which day."""
    raise UnclearPhraseError(f"“{match[0]}” does not say on which day.", match.span(), "mon")


def parse_day_set(match: re.Match[str]) -> ParsedPhrase:
    """Read `weekdays` or `daily`."""
    days = _DAY_SETS.get(match[1].lower().rstrip("s"), EVERY_DAY)
    return ParsedPhrase({"days": days}, match.end())


def parse_day_range(match: re.Match[str]) -> ParsedPhrase:
    """Read `mon-fri`."""
    first, last = _day_number(match[1]), _day_number(match[2])
    days = frozenset((first + offset) % 7 for offset in range((last - first) % 7 + 1))
    return ParsedPhrase({"days": days}, match.end())


def parse_day(match: re.Match[str]) -> ParsedPhrase:
    """Read `mondays`."""
    return ParsedPhrase({"days": frozenset({_day_number(match[1])})}, match.end())


def _day_number(word: str) -> int:
    return DAY_NAMES.index(word[:3].lower())


def parse_channel(match: re.Match[str]) -> ParsedPhrase:
    """Read a channel as Slack writes it."""
    return ParsedPhrase({"channel": match[1]}, match.end())


def refuse_channel_name(match: re.Match[str]) -> ParsedPhrase:
    """Refuse a bare `#name`, from which no channel can be told."""
    problem = f"A channel subscribes itself: type it in {match[0][:80]}."
    raise UnclearPhraseError(problem, match.span())


def parse_zone(match: re.Match[str]) -> ParsedPhrase:
    """Read `in Europe/Tallinn`; a zone's name takes up to three words of what follows `in`."""
    words = list(re.finditer(r"[^\s,;]+", match[1]))[:3]
    for last in reversed(words):
        if zone := find_zone(match[1][: last.end()]):
            return ParsedPhrase({"zone": zone}, match.start(1) + last.end())
    span = match.start(), match.start(1) + words[0].end()
    suggestion = suggest_zone(words[0][0])
    raise unknown_zone(words[0][0], span, f"in {suggestion}" if suggestion else "")


def unknown_zone(name: str, span: tuple[int, int], replacement: str) -> UnclearPhraseError:
    """Return the error for a time zone that does not exist."""
    problem = f"I don't know the time zone “{name[:40]}”; its name has the form Europe/Tallinn."
    return UnclearPhraseError(problem, span, replacement)


def parse_utc(match: re.Match[str]) -> ParsedPhrase:
    """Read `utc` or `gmt`."""
    return ParsedPhrase({"zone": match[0].upper()}, match.end())


def parse_top(match: re.Match[str]) -> ParsedPhrase:
    """Read `top 5`."""
    number = parse_number(match[1])
    if number is None or not 1 <= number <= MAX_STORIES:
        nearest = 5 if number is None else min(max(number, 1), MAX_STORIES)
        problem = f"A digest has 1 to {MAX_STORIES} stories."
        raise UnclearPhraseError(problem, match.span(), f"top {nearest}")
    return ParsedPhrase({"top": number}, match.end())


_CONFLICTS = {
    "times": {"interval", "at_once", "min_interval", "hours", "all_day"},
    "interval": {"times", "at_once", "min_interval"},
    "at_once": {"times", "interval"},
    "min_interval": {"times", "interval"},
    "hours": {"times", "all_day"},
    "all_day": {"times", "hours"},
}
_TITLES = {
    "times": "a time of day",
    "interval": "a step",
    "at_once": "“at once”",
    "min_interval": "a pause between digests",
    "hours": "hours",
    "all_day": "“around the clock”",
}


def add_fields(fields: dict[str, Any], more: dict[str, Any], span: tuple[int, int]) -> None:
    """Add a phrase's fields to `fields`: days and times add up, anything else is named once."""
    for name, value in more.items():
        for other in _CONFLICTS.get(name, set()) & fields.keys():
            problem = f"Name {_TITLES[other]} or {_TITLES[name]}, not both."
            raise UnclearPhraseError(problem, span)
        known = fields.get(name, value)
        if name == "days":
            fields[name] = known | value
        elif name == "times":
            fields[name] = tuple(sorted({*known, *value}))
            if len(fields[name]) > MAX_TIMES_PER_DAY:
                raise UnclearPhraseError("That is more than 24 times a day.", span, "hourly")
        elif known != value:
            raise UnclearPhraseError("The same thing is named twice, and differently.", span)
        else:
            fields[name] = value
