"""The words of a standing order: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5` and back.

A person's text is read from left to right, one phrase at a time. What is not understood is put right by
the nearest phrase that is, so that every error can show a line which works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.errors import UsageError
from bot.listeners.orders import Subscribe
from bot.listeners.zones import find_full_zone, find_zone, nearest_zone
from bot.model import EVERY_DAY, WEEKDAYS, Hours

if TYPE_CHECKING:
    from collections.abc import Callable


MOST_STORIES = 10
# An Undo button carries all of these, in at most 2,000 characters.
MOST_TOPICS, LONGEST_TOPIC = 12, 60
MOST_NAMES, LONGEST_NAME = 6, 40
SHORTEST_STEP = timedelta(minutes=1)
LONGEST_STEP = timedelta(hours=24)
EXAMPLE = "subscribe weekdays at 08:30"

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_HALF = r"\s*[ap]\.?m\b\.?"
_TIME = rf"(?:noon|midnight|\d{{4}}|\d{{1,2}}(?:[:.h]\d{{2}})?(?:{_HALF}|\s*o'clock\b)?)(?![\w:])"
_CLOCK = rf"(?:noon|midnight|\d{{1,2}}[:.]\d{{2}}(?:{_HALF})?|\d{{1,2}}(?:{_HALF}|\s*o'clock\b))(?![\w:])"
_AND = r"(?:\s*(?:,|;|&|\+|\band\b)\s*|\s+)"
_TO = r"\s*(?:-|\bto\b|\btill\b|\buntil\b|\band\b)\s*"
_DAY_SETS = {"daily": EVERY_DAY, "weekday": WEEKDAYS, "workday": WEEKDAYS, "weekend": frozenset({5, 6})}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EVERYTHING = {"everything", "anything", "all", "any topic", "all topics"}
_UNITS = r"(m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|w|weeks?)"
_STEP = rf"(?:every|each)\s+(?:(\d{{1,9}}|{'|'.join(_NUMBERS)})\s*)?{_UNITS}\b"
_HALF_HOUR = r"(?:every|each)\s+half(?:\s+an?)?[\s-]+hour\b|half-?hourly\b"
_ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_PARTS = {"morning": "at 08:30", "afternoon": "at 15:00", "evening": "at 18:00"}
_PLAIN_TOPIC = re.compile(r"[\w.'-]+(?: [\w.'-]+)*")
# Words that end an `about` or begin another phrase: a topic with one of them is written in quote marks.
_TELLING = {"top", "in", "at", "from", "between", "quiet", "not", "except", "without", "but", "about", "up"}
# What takes a list away again.
_NO_LIST = {
    "topics": _EVERYTHING,
    "excluded": {"nothing"},
    "sources": {"anywhere", "everywhere", "any source", "all sources"},
    "excluded_sources": {"nowhere"},
}
_LIST_WORDS = {"topics": "about", "excluded": "not", "sources": "from", "excluded_sources": "not from"}
_LIST_TITLES = {"topics": "topics", "excluded": "words to leave out", "sources": "sources"}


class _UnclearError(Exception):
    """Text from `start` to `end` is not understood; with `better` in its place it may be."""

    def __init__(self, problem: str, start: int, end: int, better: str = "") -> None:
        self.problem, self.start, self.end, self.better = problem, start, end, better
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class _Match:
    """A phrase in the text: what it says of the order, and where it ends."""

    named: dict[str, Any]
    end: int


# --- reading ------------------------------------------------------------------------------------


def read_subscribe(words: str) -> Subscribe:
    """Understand what follows `subscribe`; raise UsageError with a line that works as its hint."""
    try:
        return _scan(words)
    except _UnclearError as unclear:
        nearest = _mend(words, unclear)
        raise UsageError(unclear.problem, "/digest " + (render_subscribe(nearest) if nearest else EXAMPLE)) from None


def _mend(words: str, unclear: _UnclearError, tries: int = 6) -> Subscribe | None:
    mended = words[: unclear.start] + unclear.better + words[unclear.end :]
    try:
        return _scan(mended)
    except _UnclearError as again:
        return _mend(mended, again, tries - 1) if tries else None


def _scan(words: str) -> Subscribe:
    named: dict[str, Any] = {}
    at = 0
    while blank := re.compile(r"[\s,;/+&]*").match(words, at):
        at = blank.end()
        if at == len(words):
            break
        phrase = _next_phrase(words, at)
        _join(named, phrase.named, at, phrase.end)
        at = phrase.end
    return Subscribe(**named)


def _next_phrase(words: str, at: int) -> _Match:
    for phrase in PHRASES:
        if found := phrase.form.match(words, at):
            return phrase.read(found)
    end = len(words[at:].split(maxsplit=1)[0]) + at
    word = words[at:end].rstrip(",;")
    raise _UnclearError(f"I don't understand “{word[:40]}”.", at, at + len(word), _likely(word))


def _likely(word: str) -> str:
    """Give what a stray word was meant as: a misspelt one, an hour, a topic."""
    near = get_close_matches(word.lower()[:40], _vocabulary(), n=1)
    if near and near[0] != word.lower():
        return near[0]
    if re.fullmatch(r"\d{1,2}", word):
        return f"at {word}"
    return f"about {word}" if word[0].isalpha() and not near else ""


_CLASHES = {
    "times": {"step", "at_once", "gap", "hours", "all_day"},
    "step": {"times", "at_once", "gap"},
    "at_once": {"times", "step"},
    "gap": {"times", "step"},
    "hours": {"times", "all_day"},
    "all_day": {"times", "hours"},
}
_TITLES = {
    "times": "a time of day",
    "step": "a step",
    "at_once": "“at once”",
    "gap": "a pause between digests",
    "hours": "hours",
    "all_day": "“around the clock”",
}


def _join(named: dict[str, Any], more: dict[str, Any], start: int, end: int) -> None:
    """Add a phrase to what was named before; days and times add up, anything else is named once."""
    for field, value in more.items():
        for other in _CLASHES.get(field, set()) & named.keys():
            raise _UnclearError(f"Name {_TITLES[other]} or {_TITLES[field]}, not both.", start, end)
        known = named.get(field, value)
        if field == "days":
            value = known | value  # noqa: PLW2901 -- the joined value is the one to keep
        elif field == "times":
            value = _times({*known, *value}, start, end)  # noqa: PLW2901
        elif known != value:
            raise _UnclearError("The same thing is named twice, and differently.", start, end)
        named[field] = value


def _times(times: set[time], start: int, end: int) -> tuple[time, ...]:
    if len(times) > 24:
        raise _UnclearError("That is more than 24 times a day.", start, end, "hourly")
    return tuple(sorted(times))


# --- one reader a phrase ------------------------------------------------------------------------


def _read_nothing(found: re.Match[str]) -> _Match:
    return _Match({}, found.end())


def _read_me(found: re.Match[str]) -> _Match:
    return _Match({"me": True}, found.end())


def _read_channel(found: re.Match[str]) -> _Match:
    return _Match({"channel": found[1]}, found.end())


def _read_channel_name(found: re.Match[str]) -> _Match:
    raise _UnclearError(f"A channel subscribes itself: type it in {found[0][:80]}.", *found.span())


def _read_at_once(found: re.Match[str]) -> _Match:
    return _Match({"at_once": True}, found.end())


def _read_times(found: re.Match[str]) -> _Match:
    return _Match({"times": _clock_times(found[1], found.start())}, found.end())


def _clock_times(text: str, start: int) -> tuple[time, ...]:
    return tuple(sorted({_clock_time(m[0], start, start + len(text)) for m in re.finditer(_TIME, text, re.IGNORECASE)}))


def _clock_time(text: str, start: int, end: int) -> time:
    """Read `8:30`, `8.30`, `0830`, `8am`, `noon`; `start` and `end` are the phrase's, for the error."""
    word = text.lower().replace(".m", "m").replace("o'clock", "").strip()
    if word in {"noon", "midnight"}:
        return time(12 if word == "noon" else 0)
    digits = re.findall(r"\d+", word)
    hour, minute = (digits[0][:-2], digits[0][-2:]) if len(digits[0]) == 4 else (digits[0], "".join(digits[1:]) or "0")
    hours, minutes, half = int(hour), int(minute), re.search(r"[ap]", word)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half[0] == "p" else 0)
    elif half:
        hours = 24
    if hours > 23 or minutes > 59:
        raise _UnclearError(f"“{text.strip()}” is no time of day.", start, end, "at 08:30")
    return time(hours, minutes)


def _refuse_time(found: re.Match[str]) -> _Match:
    raise _UnclearError(f"“{found[1][:40]}” is no time of day.", *found.span(), "at 08:30")


def _read_step(found: re.Match[str]) -> _Match:
    number, unit = _number(found[1] or "1") or 0, found[2][0].lower()
    if unit == "d" and number == 1:
        return _Match({"days": EVERY_DAY}, found.end())
    if unit in "dw":
        raise _UnclearError(
            "The longest step is a day; name the days instead.", *found.span(), "mon" if unit == "w" else "daily"
        )
    return _Match({"step": _step(number, unit, *found.span())}, found.end())


def _step(number: int, unit: str, start: int, end: int) -> timedelta:
    step = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}[unit] * min(number, 10**6)
    if step < SHORTEST_STEP:
        raise _UnclearError("The shortest step is one minute.", start, end, "every 1m")
    if step > LONGEST_STEP:
        raise _UnclearError("The longest step is a day.", start, end, "daily")
    return step


def _read_half_hour(found: re.Match[str]) -> _Match:
    return _Match({"step": timedelta(minutes=30)}, found.end())


def _read_every_other(found: re.Match[str]) -> _Match:
    """Every other hour is every two hours; of days and weeks we keep no count."""
    which, unit = found[1].lower(), found[2].lower()
    if which in {"other", "second", "2nd"} and (steps := re.fullmatch(r"(m|h)(?:in|our|inute)?s?", unit)):
        return _Match({"step": _step(2, steps[1], *found.span())}, found.end())
    day = re.fullmatch(_DAY, unit)
    better = DAY_NAMES[_day(unit)] if day else {"week": "mon", "weekend": "sat"}.get(unit, "daily")
    problem = f"I keep no count of days or weeks, so “{found[0][:40]}” is more than I can do; name the days."
    raise _UnclearError(problem, *found.span(), better)


def _read_so_often(found: re.Match[str]) -> _Match:
    """`once a day`, `twice a day`: the second does not say when."""
    often, unit = found[1].lower(), found[2].lower()
    if often == "once" and unit in {"day", "hour"}:
        named = {"days": EVERY_DAY} if unit == "day" else {"step": timedelta(hours=1)}
        return _Match(named, found.end())
    better = {"day": "at 08:30,17:00", "hour": "every 30m"}.get(unit, "mon")
    raise _UnclearError(f"“{found[0][:40]}” does not say when.", *found.span(), better)


def _read_part_of_day(found: re.Match[str]) -> _Match:
    part = found[1].lower()
    raise _UnclearError(f"At what time in the {part}?", *found.span(), _PARTS[part])


def _read_gap(found: re.Match[str]) -> _Match:
    """Read `at most one digest every 10m` of what comes at once."""
    if found[1] is None:
        return _Match({"gap": timedelta(hours=1)}, found.end())
    unit = found[3][0].lower()
    if unit not in "mh":
        raise _UnclearError(
            "Name the pause between digests in minutes or hours.", *found.span(), "at most one every 10m"
        )
    return _Match({"gap": _step(_number(found[2] or "1") or 0, unit, *found.span())}, found.end())


def _read_hours(found: re.Match[str]) -> _Match:
    """Read `from 9 to 17`, `9-17`, `between 9am and 5pm`."""
    first, last = _clock_time(found[1], *found.span()), _clock_time(found[2], *found.span())
    if _is_half_day(found[2]) and _is_half_day(found[1]) and last < first:
        last = _afternoon(last)  # `from 9 to 5`
    elif re.search(_HALF, found[2], re.IGNORECASE) and _is_half_day(found[1]) and _afternoon(first) < last:
        first = _afternoon(first)  # `1-5pm`
    return _Match({"hours": _stretch(first, last, *found.span())}, found.end())


def _read_quiet(found: re.Match[str]) -> _Match:
    """Read `quiet from 22 to 7`: digests come from 7 to 22."""
    begin, end = _clock_time(found[1], *found.span()), _clock_time(found[2], *found.span())
    if _is_half_day(found[2]) and _is_half_day(found[1]) and end < begin:
        begin = _afternoon(begin)  # `quiet from 10 to 7` is the night
    return _Match({"hours": _stretch(end, begin, *found.span())}, found.end())


def _read_quiet_night(found: re.Match[str]) -> _Match:
    return _Match({"hours": Hours(time(7), time(22))}, found.end())


def _read_quiet_weekend(found: re.Match[str]) -> _Match:
    return _Match({"days": WEEKDAYS}, found.end())


def _stretch(first: time, last: time, start: int, end: int) -> Hours:
    if first == last:
        raise _UnclearError("Hours that end when they begin are none.", start, end, "around the clock")
    return Hours(first, last)


def _is_half_day(text: str) -> bool:
    """Whether a bare hour is meant, by one of whom 5 may be 17."""
    return bool(re.fullmatch(r"\s*(?:[1-9]|1[0-2])\s*", text))


def _afternoon(at: time) -> time:
    return at.replace(hour=at.hour + 12) if at.hour < 12 else at


def _read_all_day(found: re.Match[str]) -> _Match:
    return _Match({"all_day": True}, found.end())


def _read_hourly(found: re.Match[str]) -> _Match:
    return _Match({"step": timedelta(hours=1)}, found.end())


def _read_weekly(found: re.Match[str]) -> _Match:
    raise _UnclearError(f"“{found[0]}” does not say on which day.", *found.span(), "mon")


def _read_day_set(found: re.Match[str]) -> _Match:
    word = found[1].lower().rstrip("s")
    return _Match({"days": _DAY_SETS.get(word, EVERY_DAY)}, found.end())


def _read_day_range(found: re.Match[str]) -> _Match:
    first, last = _day(found[1]), _day(found[2])
    return _Match({"days": frozenset((first + i) % 7 for i in range((last - first) % 7 + 1))}, found.end())


def _read_days(found: re.Match[str]) -> _Match:
    return _Match({"days": frozenset({_day(found[1])})}, found.end())


def _day(word: str) -> int:
    return DAY_NAMES.index(word[:3].lower())


def _read_zone(found: re.Match[str]) -> _Match:
    names = list(re.finditer(r"[^\s,;]+", found[1]))[:3]
    for last in reversed(names):
        if zone := find_zone(found[1][: last.end()]):
            return _Match({"zone": zone}, found.start(1) + last.end())
    typed, near = names[0][0], nearest_zone(names[0][0])
    end = found.start(1) + names[0].end()
    raise _UnclearError(_no_zone(typed), found.start(), end, f"in {near}" if near else "")


def _no_zone(typed: str) -> str:
    return f"I don't know the time zone “{typed[:40]}”; its name has the form Europe/Tallinn."


def _read_bare_zone(found: re.Match[str]) -> _Match:
    return _Match({"zone": found[0].upper()}, found.end())


def _read_top(found: re.Match[str]) -> _Match:
    return _Match({"top": _top(found[1], *found.span())}, found.end())


def _top(word: str, start: int, end: int) -> int:
    number = _number(word)
    if number is None or not 1 <= number <= MOST_STORIES:
        best = 5 if number is None else min(max(number, 1), MOST_STORIES)
        raise _UnclearError(f"A digest has 1 to {MOST_STORIES} stories.", start, end, f"top {best}")
    return number


def _number(word: str) -> int | None:
    if word.lower() in _NUMBERS:
        return _NUMBERS.index(word.lower())
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None


def _read_list(found: re.Match[str]) -> _Match:
    """Read `about`, `not`, `from` or `not from` and what is listed after it, up to the next such word."""
    field = _list_field(found[1])
    start, rest = found.start(2), " " + found[2]
    following = next((each for each in _NEXT_LIST.finditer(rest) if rest[: each.start()].count('"') % 2 == 0), None)
    end = start - 1 + following.start() if following else found.end()
    rest = rest[: following.start()] if following else rest
    named: dict[str, Any] = {}
    while tail := _find_tail(rest):
        more = _read_tail(tail, start - 1)
        if not more:
            break
        _join(named, more, start - 1 + tail.start(), end)
        rest = rest[: tail.start()]
    named[field] = _listed(rest, field, found.start(), end)
    return _Match(named, end)


def _list_field(word: str) -> str:
    is_source, is_not = "from" in word.lower(), "about" not in word.lower() and word.lower() != "from"
    if is_source:
        return "excluded_sources" if is_not else "sources"
    return "excluded" if is_not else "topics"


def _find_tail(rest: str) -> re.Match[str] | None:
    """Find what ends an `about` and is no topic any more: the longest such end."""
    ends = (found for form in _TAILS for found in [form.search(rest)] if found)
    return min(ends, key=lambda found: found.start(), default=None)


def _read_tail(tail: re.Match[str], at: int) -> dict[str, Any]:
    """Read `top N`, a time, hours, or `in ZONE` where that can be nothing but a zone. `at` is where the text begins."""
    if tail.re in {_TOP_TAIL, _MOST_TAIL}:
        span = at + tail.start(1), at + tail.end(1)
        return {"top": _top_number(tail[1], *span)} if _number(tail[1]) is not None else {}
    if tail.re is _ZONE_TAIL:
        return _zone_tail(tail, at)
    phrase = tail[0].strip(" ,")
    try:
        return next(read(found) for form, read in _TAIL_PHRASES if (found := form.match(phrase))).named
    except _UnclearError as e:
        raise _UnclearError(e.problem, at + tail.start() + 1, at + tail.end(), e.better) from None


def _zone_tail(tail: re.Match[str], at: int) -> dict[str, Any]:
    zone = find_full_zone(tail[1])
    if zone is None and re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+", tail[1]) and (near := nearest_zone(tail[1])):
        raise _UnclearError(_no_zone(tail[1]), at + tail.start(1), at + tail.end(1), near)
    return {"zone": zone} if zone else {}


def _top_number(word: str, start: int, end: int) -> int:
    try:
        return _top(word, start, end)
    except _UnclearError as e:
        raise _UnclearError(e.problem, start, end, e.better.removeprefix("top ")) from None


def _listed(text: str, field: str, start: int, end: int) -> tuple[str, ...]:
    text = re.sub(r"[\s,]+(?:and|but)\s*\Z", "", text, flags=re.IGNORECASE)
    pieces = (" ".join((quoted or plain).split()) for quoted, plain in re.findall(r'"([^"]*)"|([^,"]+)', text))
    topics = tuple({piece.casefold(): piece for piece in pieces if piece}.values())
    word, (most, longest) = _LIST_WORDS[field], _room(field)
    if not topics:
        example = "reuters" if "sources" in field else "sport" if field == "excluded" else "ukraine, nato"
        raise _UnclearError(f"{word.capitalize()} what?", start, end, f"{word} {example}")
    if len(topics) > most or any(len(topic) > longest for topic in topics):
        kept = ", ".join(_quoted(topic[:longest].strip()) for topic in topics[:most])
        title = _LIST_TITLES.get(field, "sources")
        raise _UnclearError(f"At most {most} {title} of {longest} letters.", start, end, f"{word} {kept}")
    return () if text.strip(" ,").casefold() in _NO_LIST[field] else topics


def _room(field: str) -> tuple[int, int]:
    return (MOST_TOPICS, LONGEST_TOPIC) if field == "topics" else (MOST_NAMES, LONGEST_NAME)


# --- the table ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the table: what is looked for, who reads it; `shown` are forms to type, `meaning` what help says."""

    form: re.Pattern[str]
    read: Callable[[re.Match[str]], _Match]
    shown: tuple[str, ...] = ()
    meaning: str = ""


def _phrase(form: str, read: Callable[[re.Match[str]], _Match], *shown: str, meaning: str = "") -> Phrase:
    return Phrase(re.compile(form, re.IGNORECASE | re.DOTALL), read, shown, meaning)


_EVERY = r"(?:(?:on|every|each)\s+)?"
_MORNING = r"(?:\s+mornings?)?"
_FROM_TO = rf"(?:only\s+)?(?:from|between)\s+({_TIME}){_TO}({_TIME})"
_NOT = r"(?:but\s+)?(?:not|except|without|excluding)"
_QUIET = rf"(?:quiet|silent|not)(?:\s+hours)?(?:\s+(?:from|between))?\s+({_TIME}){_TO}({_TIME})"

_NIGHT = r"(?:quiet|silent|not)\s+(?:at|by|during\s+the)\s+nights?\b"
_WEEKEND = r"(?:quiet|silent|not)\s+(?:(?:at|on|over)\s+)?(?:the\s+)?weekends?\b"

# Read from the first row on; what stands further down may look like the beginning of another.
PHRASES: tuple[Phrase, ...] = (
    _phrase(
        r"(about)\b(.*)",
        _read_list,
        *("about ukraine, nato", 'about "the top 5", "bread, butter"', "about everything"),
        meaning="stories on any of these; quote marks keep a topic together; `everything` takes the topics away again. "
        "This list and those of `not` and `from` run to the next of them or to the end, less `top N`, times, hours or "
        "a full zone name",
    ),
    _phrase(r"(?:to\s+)?me\b", _read_me, "me", meaning="to my direct messages instead of this channel"),
    _phrase(r"<#(\w+)(?:\|[^>]*)?>", _read_channel),
    _phrase(r"#[\w-]+", _read_channel_name),
    _phrase(
        r"at\s+once\b|immediately\b|instantly\b",
        _read_at_once,
        "at once",
        meaning="each story as it comes, at most one digest in three minutes",
    ),
    _phrase(
        rf"at\s+most\s+(?:one|1)(?:\s+digest)?\s+(?:hourly\b|({_STEP}))",
        _read_gap,
        "at most one every 10m",
        meaning="for what comes at once: the least time between two digests",
    ),
    _phrase(r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)\b", _read_top),
    _phrase(
        _FROM_TO,
        _read_hours,
        *("from 9 to 17", "between 9am and 5pm"),
        meaning="for what comes hourly, every so often or at once: within these hours only, counted from the first",
    ),
    _phrase(
        _QUIET,
        _read_quiet,
        *("quiet 22:00 to 7:00", "quiet from 10pm to 7am"),
        meaning="the same, told by the hours in which nothing comes",
    ),
    _phrase(_NIGHT, _read_quiet_night, "quiet at night", meaning="from 7 to 22"),
    _phrase(_WEEKEND, _read_quiet_weekend, "quiet at weekends", meaning="on weekdays"),
    _phrase(rf"({_TIME})\s*(?:-|\bto\b|\btill\b|\buntil\b)\s*({_TIME})", _read_hours),
    _phrase(
        r"around\s+the\s+clock\b|all\s+day\b|24/7\b",
        _read_all_day,
        "around the clock",
        meaning="at all hours again",
    ),
    _phrase(
        rf"at\s+({_TIME}(?:{_AND}{_TIME})*)",
        _read_times,
        *("at 08:30", "at 8:30 and 17:00", "8am", "8.30", "noon"),
        meaning="at these times; without any, 08:30",
    ),
    _phrase(rf"({_CLOCK}(?:{_AND}{_CLOCK})*)", _read_times),
    _phrase(r"at\s+([^\s,;]+)", _refuse_time),
    _phrase(
        r"hourly\b",
        _read_hourly,
        *("hourly", "every 4h", "every 30m", "every two hours"),
        meaning="at each multiple since local midnight; `every 1m` is the shortest, for trying things out",
    ),
    _phrase(r"(?:weekly|(?:bi|fort)\w*ly|monthly|quarterly|yearly)\b", _read_weekly),
    _phrase(r"(?:every|each)\s+(?:month|quarter|year)\b", _read_weekly),
    _phrase(_HALF_HOUR, _read_half_hour),
    _phrase(r"(?:every|each)\s+(other|second|third|fourth|2nd|3rd|4th)\s+(\w+)", _read_every_other),
    _phrase(
        rf"(?:on\s+)?(?:the\s+)?({_ORDINAL})\s+({_DAY}|day|week)\b(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+\w+)?",
        _read_every_other,
    ),
    _phrase(r"(once|twice|thrice|\w+\s+times)\s+(?:an?|per|each|every)\s+(hour|day|week|month)\b", _read_so_often),
    _phrase(_STEP, _read_step),
    _phrase(
        rf"(?:(?:on|every|each)\s+)?(daily|every\s?day|every\s+morning|(?:week|work)days?|weekends?)\b{_MORNING}",
        _read_day_set,
        *("weekdays", "daily", "weekends", "mondays and thursdays", "mon,thu", "mon-fri", "every monday"),
        meaning="on these days; without any, weekdays",
    ),
    _phrase(
        rf"(?:(?:on|every|each|from)\s+)?({_DAY})\s*(?:-|to|till|until|through)\s*({_DAY})\b{_MORNING}",
        _read_day_range,
    ),
    _phrase(rf"{_EVERY}({_DAY})\b{_MORNING}", _read_days),
    _phrase(rf"in\s+the\s+({'|'.join(_PARTS)})s?\b", _read_part_of_day),
    _phrase(
        r"in\s+([^\s,;].*)",
        _read_zone,
        *("in Europe/Tallinn", "in Tallinn"),
        meaning="on the clocks of this place; without it, your own in Slack",
    ),
    _phrase(r"([a-z]+/[a-z_+/-]+)", _read_zone),
    _phrase(r"(?:utc|gmt)\b", _read_bare_zone),
    _phrase(r"top\s+([^\s,;]+)", _read_top, "top 5", meaning="at most this many stories, ten being the most"),
    _phrase(
        rf"({_NOT}\s+from)\s(.*)",
        _read_list,
        *("not from tass, example.org",),
        meaning="nothing of these outlets, sites or agencies; `not from nowhere` ends it",
    ),
    _phrase(
        r"(from)\b(.*)",
        _read_list,
        *("from reuters", "from anywhere"),
        meaning="only of these outlets, sites or agencies; `from anywhere` ends it",
    ),
    _phrase(
        rf"({_NOT})\s(.*)",
        _read_list,
        *("not sport", 'not "royal family", weather', "not nothing"),
        meaning="no stories about these; `not nothing` ends it",
    ),
    _phrase(r"(?:and|please|here|this\s+channel)\b", _read_nothing),
)


# Where the next list begins: not at the hours of `from 9 to 17`, nor at those of `not at night`.
_NEXT_LIST = re.compile(
    rf"[\s,](?={_NOT}\s|about\s|from\s)"
    rf"(?!{_FROM_TO}|{_QUIET}|{_NIGHT}|{_WEEKEND}|from\s+{_DAY}\b)",
    re.IGNORECASE,
)


def _tail(form: str) -> re.Pattern[str]:
    return re.compile(rf"[\s,](?:{form})\s*$", re.IGNORECASE)


_TOP_TAIL, _MOST_TAIL = _tail(r"top\s+(\w+)"), _tail(r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)")
_ZONE_TAIL = _tail(r'in\s+([^\s,"]+)')
_AT_TAIL = rf"at\s+({_TIME}(?:{_AND}{_TIME})*)"
_TAIL_PHRASES = tuple(
    (re.compile(form, re.IGNORECASE), read)
    for form, read in (
        (_AT_TAIL, _read_times),
        (_FROM_TO, _read_hours),
        (_QUIET, _read_quiet),
        (_NIGHT, _read_quiet_night),
        (_WEEKEND, _read_quiet_weekend),
        (r"(?:on\s+)?(weekdays|daily)", _read_day_set),
        (r"hourly", _read_hourly),
    )
)
_TAILS = (_TOP_TAIL, _MOST_TAIL, _ZONE_TAIL, *(_tail(form.pattern) for form, _ in _TAIL_PHRASES))


@cache
def _vocabulary() -> tuple[str, ...]:
    """Give the words that a misspelt one may have been meant as: those of the table."""
    shown = [re.split(r"[\s,]+", line) for phrase in PHRASES for line in phrase.shown if phrase.read is not _read_list]
    words = {word for line in shown for word in line if word.isalpha() and len(word) > 2}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return ("me", "at", "in", "about", "not", "at once", "every 4h", *sorted(words - {"Tallinn"}), *DAY_NAMES, *days)


# --- writing ------------------------------------------------------------------------------------


def render_subscribe(order: Subscribe) -> str:
    """Write the order as a person would type it; reading it gives an equal order."""
    phrases = [
        "subscribe",
        "me" if order.me else "",
        f"<#{order.channel}>" if order.channel else "",
        _days_phrase(order.days) if order.days is not None else "",
        _step_phrase(order.step) if order.step else "",
        "at once" if order.at_once else "",
        f"at most one {_step_phrase(order.gap, 'every 1h')}" if order.gap else "",
        f"from {order.hours.first:%H:%M} to {order.hours.last:%H:%M}" if order.hours else "",
        "around the clock" if order.all_day else "",
        "at " + ",".join(f"{at:%H:%M}" for at in order.times) if order.times else "",
        f"in {order.zone}" if order.zone else "",
        *(_list_phrase(field, getattr(order, field)) for field in _LIST_WORDS),
        f"top {order.top}" if order.top else "",
    ]
    return " ".join(phrase for phrase in phrases if phrase)


def _days_phrase(days: frozenset[int]) -> str:
    names = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
    return names.get(days) or ",".join(DAY_NAMES[day] for day in sorted(days))


def _step_phrase(step: timedelta, hourly: str = "hourly") -> str:
    minutes = step // timedelta(minutes=1)
    if minutes == 60:
        return hourly
    return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _list_phrase(field: str, items: tuple[str, ...] | None) -> str:
    if items is None:
        return ""
    return f"{_LIST_WORDS[field]} " + (", ".join(map(_quoted, items)) or min(_NO_LIST[field], key=len))


def _quoted(topic: str) -> str:
    """Put quote marks round a topic that would be read as something else without them."""
    words = topic.casefold()
    plain = (
        _PLAIN_TOPIC.fullmatch(topic)
        and words not in set().union(*_NO_LIST.values())
        and not _TELLING & set(words.split())
    )
    return topic if plain else f'"{topic}"'
