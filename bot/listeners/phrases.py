"""The words of a standing order: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5` and back.

A person's text is read from left to right, one phrase at a time. What is not understood is put right by
the nearest phrase that is, so that every error can show a line which works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bot.errors import UsageError
from bot.listeners.orders import Subscribe
from bot.listeners.zones import find_full_zone, find_zone, nearest_zone
from bot.model import EVERY_DAY, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable


MOST_STORIES = 10
# An Undo button carries all topics, in at most 2,000 characters.
MOST_TOPICS = 12
LONGEST_TOPIC = 60
SHORTEST_STEP = timedelta(minutes=1)
LONGEST_STEP = timedelta(hours=24)
EXAMPLE = "subscribe weekdays at 08:30"

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_TIME = r"(?:noon|midnight|\d{4}|\d{1,2}(?:[:.h]\d{2})?(?:\s*[ap]\.?m\b\.?)?)(?![\w:])"
_CLOCK = r"(?:noon|midnight|\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)(?![\w:])"
_AND = r"(?:\s*(?:,|;|&|\+|\band\b)\s*|\s+)"
_DAY_SETS = {"daily": EVERY_DAY, "weekday": WEEKDAYS, "workday": WEEKDAYS, "weekend": frozenset({5, 6})}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_EVERYTHING = {"everything", "anything", "all", "any topic", "all topics"}
_UNITS = r"(m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|w|weeks?)"
_VOCABULARY = (
    *("me", "weekdays", "weekends", "daily", "hourly", "every", "every 4h", "at", "at once", "in", "about", "top"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", *DAY_NAMES),
)
_PLAIN_TOPIC = re.compile(r"[\w.'-]+(?: [\w.'-]+)*")
_TAIL = re.compile(
    rf'^(?P<topics>.*?)[\s,](?:top\s+(?P<top>\w+)|in\s+(?P<zone>[^\s,"]+)|at\s+(?P<at>{_CLOCK}(?:{_AND}{_TIME})*))\s*$',
    re.IGNORECASE | re.DOTALL,
)


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
    for pattern, read in _PHRASES:
        if found := pattern.match(words, at):
            return read(found)
    end = len(words[at:].split(maxsplit=1)[0]) + at
    word = words[at:end].rstrip(",;")
    raise _UnclearError(f"I don't understand “{word[:40]}”.", at, at + len(word), _likely(word))


def _likely(word: str) -> str:
    """Give what a stray word was meant as: a misspelt one, an hour, a topic."""
    near = get_close_matches(word.lower()[:40], _VOCABULARY, n=1)
    if near and near[0] != word.lower():
        return near[0]
    if re.fullmatch(r"\d{1,2}", word):
        return f"at {word}"
    return f"about {word}" if word[0].isalpha() and not near else ""


_CLASHES = {"times": {"step", "at_once"}, "step": {"times", "at_once"}, "days": {"at_once"}}
_CLASHES["at_once"] = {"times", "step", "days"}
_TITLES = {"times": "a time of day", "step": "a step", "at_once": "“at once”", "days": "days"}


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
    word = text.lower().replace(".m", "m")
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
    number, unit = int(found[1] or 1), found[2][0].lower()
    if unit == "d" and number == 1:
        return _Match({"days": EVERY_DAY}, found.end())
    if unit in "dw":
        raise _UnclearError(
            "The longest step is a day; name the days instead.", *found.span(), "mon" if unit == "w" else "daily"
        )
    step = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}[unit] * min(number, 10**6)
    if step < SHORTEST_STEP:
        raise _UnclearError("The shortest step is one minute.", *found.span(), "every 1m")
    if step > LONGEST_STEP:
        raise _UnclearError("The longest step is a day.", *found.span(), "daily")
    return _Match({"step": step}, found.end())


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


def _read_about(found: re.Match[str]) -> _Match:
    named: dict[str, Any] = {}
    start, rest = found.start(1), " " + found[1]
    while tail := _TAIL.match(rest):
        more = _read_tail(tail, start)
        if not more:
            break
        _join(named, more, start, found.end())
        rest = tail["topics"]
    named["topics"] = _topics(rest, found)
    return _Match(named, found.end())


def _read_tail(tail: re.Match[str], start: int) -> dict[str, Any]:
    """What ends an `about`: `top N`, `at 8:30`, or `in ZONE` where that can be nothing but a zone."""
    at = start - 1
    if tail["at"]:
        return {"times": _clock_times(tail["at"], at + tail.start("at"))}
    if tail["top"]:
        span = at + tail.start("top"), at + tail.end("top")
        return {"top": _top_number(tail["top"], *span)} if _number(tail["top"]) is not None else {}
    zone = find_full_zone(tail["zone"])
    if zone is None and re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+", tail["zone"]) and (near := nearest_zone(tail["zone"])):
        raise _UnclearError(_no_zone(tail["zone"]), at + tail.start("zone"), at + tail.end("zone"), near)
    return {"zone": zone} if zone else {}


def _top_number(word: str, start: int, end: int) -> int:
    try:
        return _top(word, start, end)
    except _UnclearError as e:
        raise _UnclearError(e.problem, start, end, e.better.removeprefix("top ")) from None


def _topics(text: str, found: re.Match[str]) -> tuple[str, ...]:
    pieces = (" ".join((quoted or plain).split()) for quoted, plain in re.findall(r'"([^"]*)"|([^,"]+)', text))
    topics = tuple({piece.casefold(): piece for piece in pieces if piece}.values())
    if not topics:
        raise _UnclearError("About what?", found.start(), found.end(), "about ukraine, nato")
    if len(topics) > MOST_TOPICS or any(len(topic) > LONGEST_TOPIC for topic in topics):
        kept = ", ".join(_quoted(topic[:LONGEST_TOPIC].strip()) for topic in topics[:MOST_TOPICS])
        problem = f"At most {MOST_TOPICS} topics of {LONGEST_TOPIC} letters."
        raise _UnclearError(problem, found.start(), found.end(), "about " + kept)
    return () if text.strip().casefold() in _EVERYTHING else topics


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Match]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), read)
    for pattern, read in (
        (r"about\b(.*)", _read_about),
        (r"(?:to\s+)?me\b", _read_me),
        (r"<#(\w+)(?:\|[^>]*)?>", _read_channel),
        (r"#[\w-]+", _read_channel_name),
        (r"at\s+once\b|immediately\b|instantly\b", _read_at_once),
        (rf"at\s+({_TIME}(?:{_AND}{_TIME})*)", _read_times),
        (rf"({_CLOCK}(?:{_AND}{_CLOCK})*)", _read_times),
        (r"at\s+([^\s,;]+)", _refuse_time),
        (r"hourly\b", _read_hourly),
        (r"(?:weekly|fortnightly|monthly)\b", _read_weekly),
        (rf"(?:every|each)\s+(\d{{1,9}})?\s*{_UNITS}\b", _read_step),
        (r"(?:(?:on|every|each)\s+)?(daily|every\s?day|every\s+morning|(?:week|work)days?|weekends?)\b", _read_day_set),
        (rf"(?:(?:on|every|each|from)\s+)?({_DAY})\s*(?:-|to|till|until|through)\s*({_DAY})\b", _read_day_range),
        (rf"(?:(?:on|every|each)\s+)?({_DAY})\b", _read_days),
        (r"in\s+([^\s,;].*)", _read_zone),
        (r"([a-z]+/[a-z_+/-]+)", _read_zone),
        (r"top\s+([^\s,;]+)", _read_top),
        (r"(?:and|please|here|this\s+channel)\b", _read_nothing),
    )
)


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
        "at " + ",".join(f"{at:%H:%M}" for at in order.times) if order.times else "",
        f"in {order.zone}" if order.zone else "",
        _about_phrase(order.topics) if order.topics is not None else "",
        f"top {order.top}" if order.top else "",
    ]
    return " ".join(phrase for phrase in phrases if phrase)


def _days_phrase(days: frozenset[int]) -> str:
    names = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
    return names.get(days) or ",".join(DAY_NAMES[day] for day in sorted(days))


def _step_phrase(step: timedelta) -> str:
    minutes = step // timedelta(minutes=1)
    if minutes == 60:
        return "hourly"
    return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _about_phrase(topics: tuple[str, ...]) -> str:
    return "about " + (", ".join(_quoted(topic) for topic in topics) or "everything")


def _quoted(topic: str) -> str:
    """Put quote marks round a topic that would be read as something else without them."""
    words = topic.casefold()
    plain = _PLAIN_TOPIC.fullmatch(topic) and words not in _EVERYTHING and not {"top", "in", "at"} & set(words.split())
    return topic if plain else f'"{topic}"'
