"""Read and write a schedule in words: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5`.

text -> the first row of PHRASES that matches, again and again -> SubscriptionChange -> text
"""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any

from bot.listeners import schedule_phrases as phrases
from bot.listeners.schedule_lists import LISTS, parse_list, render_list
from bot.listeners.schedule_phrases import (
    ParsedPhrase,
    PhraseParser,
    UnclearPhraseError,
    add_fields,
    constant,
)
from bot.model import EVERY_DAY, WEEKDAYS, Hours
from bot.model.errors import UsageError

EXAMPLE = "subscribe weekdays at 08:30"
_MAX_REPAIRS = 7


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """What `subscribe` names: None for what it does not, () for a list that it takes away.

    `all_day` takes the hours away; `min_interval` is the least time between digests that come at
    once.
    """

    me: bool = False
    channel: str | None = None
    days: frozenset[int] | None = None
    times: tuple[time, ...] | None = None
    interval: timedelta | None = None
    at_once: bool = False
    min_interval: timedelta | None = None
    hours: Hours | None = None
    all_day: bool = False
    zone: str | None = None
    topics: tuple[str, ...] | None = None
    excluded: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    excluded_sources: tuple[str, ...] | None = None
    top: int | None = None


# --- the table of phrases -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the table; help shows `examples` with their `meaning`."""

    pattern: re.Pattern[str]
    parse: PhraseParser
    examples: tuple[str, ...] = ()
    meaning: str = ""


def _phrase(pattern: str, parse: PhraseParser, *examples: str, meaning: str = "") -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE | re.DOTALL), parse, examples, meaning)


_MORNINGS = r"(?:\s+mornings?)?"

# Tried from the first row on: what stands further down may look like the beginning of another.
PHRASES: tuple[Phrase, ...] = (
    _phrase(
        r"(about)\b(.*)",
        parse_list,
        *("about ukraine, nato", 'about "the top 5", "bread, butter"', "about everything"),
        meaning="stories on any of these; quote marks keep a topic together; `everything` takes "
        "the topics away again. This list and those of `not` and `from` run to the next of them "
        "or to the end, less `top N`, times, hours or a full zone name",
    ),
    _phrase(
        r"(?:to\s+)?me\b",
        constant(me=True),
        "me",
        meaning="to my direct messages instead of this channel",
    ),
    _phrase(r"<#(\w+)(?:\|[^>]*)?>", phrases.parse_channel),
    _phrase(r"#[\w-]+", phrases.refuse_channel_name),
    _phrase(
        r"at\s+once\b|immediately\b|instantly\b",
        constant(at_once=True),
        "at once",
        meaning="each story as it comes, at most one digest in three minutes",
    ),
    _phrase(
        rf"at\s+most\s+(?:one|1)(?:\s+digest)?\s+(?:hourly\b|({phrases.EVERY_N_UNITS}))",
        phrases.parse_min_interval,
        "at most one every 10m",
        meaning="for what comes at once: the least time between two digests",
    ),
    _phrase(r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)\b", phrases.parse_top),
    _phrase(
        phrases.FROM_TO,
        phrases.parse_hours,
        *("from 9 to 17", "between 9am and 5pm"),
        meaning="for what comes hourly, every so often or at once: within these hours only, "
        "counted from the first",
    ),
    _phrase(
        phrases.QUIET,
        phrases.parse_quiet_hours,
        *("quiet 22:00 to 7:00", "quiet from 10pm to 7am"),
        meaning="the same, told by the hours in which nothing comes",
    ),
    _phrase(
        phrases.QUIET_NIGHT,
        constant(hours=phrases.DAYTIME_HOURS),
        "quiet at night",
        meaning="from 7 to 22",
    ),
    _phrase(
        phrases.QUIET_WEEKEND, constant(days=WEEKDAYS), "quiet at weekends", meaning="on weekdays"
    ),
    _phrase(
        rf"({phrases.TIME})\s*(?:-|\bto\b|\btill\b|\buntil\b)\s*({phrases.TIME})",
        phrases.parse_hours,
    ),
    _phrase(
        r"around\s+the\s+clock\b|all\s+day\b|24/7\b",
        constant(all_day=True),
        "around the clock",
        meaning="at all hours again",
    ),
    _phrase(
        rf"at\s+({phrases.TIME}(?:{phrases.AND}{phrases.TIME})*)",
        phrases.parse_times,
        *("at 08:30", "at 8:30 and 17:00", "8am", "8.30", "noon"),
        meaning="at these times; without any, 08:30",
    ),
    _phrase(rf"({phrases.CLOCK}(?:{phrases.AND}{phrases.CLOCK})*)", phrases.parse_times),
    _phrase(r"at\s+([^\s,;]+)", phrases.refuse_time),
    _phrase(
        r"hourly\b",
        constant(interval=timedelta(hours=1)),
        *("hourly", "every 4h", "every 30m", "every two hours"),
        meaning="at each multiple since local midnight; `every 1m` is the shortest, for trying "
        "things out",
    ),
    _phrase(
        r"(?:weekly|(?:bi|fort)\w*ly|monthly|quarterly|yearly)\b"
        r"|(?:every|each)\s+(?:month|quarter|year)\b",
        phrases.refuse_weekly,
    ),
    _phrase(phrases.EVERY_HALF_HOUR, constant(interval=timedelta(minutes=30))),
    _phrase(
        r"(?:every|each)\s+(other|second|third|fourth|2nd|3rd|4th)\s+(\w+)",
        phrases.parse_every_other,
    ),
    _phrase(
        rf"(?:on\s+)?(?:the\s+)?({phrases.ORDINAL})\s+({phrases.DAY}|day|week)\b"
        r"(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+\w+)?",
        phrases.parse_every_other,
    ),
    _phrase(
        r"(once|twice|thrice|\w+\s+times)\s+(?:an?|per|each|every)\s+(hour|day|week|month)\b",
        phrases.parse_times_per_day,
    ),
    _phrase(phrases.EVERY_N_UNITS, phrases.parse_interval),
    _phrase(
        r"(?:(?:on|every|each)\s+)?"
        rf"(daily|every\s?day|every\s+morning|(?:week|work)days?|weekends?)\b{_MORNINGS}",
        phrases.parse_day_set,
        *("weekdays", "daily", "weekends", "mondays and thursdays"),
        *("mon,thu", "mon-fri", "every monday"),
        meaning="on these days; without any, weekdays",
    ),
    _phrase(
        rf"(?:(?:on|every|each|from)\s+)?({phrases.DAY})\s*(?:-|to|till|until|through)\s*({phrases.DAY})\b"
        rf"{_MORNINGS}",
        phrases.parse_day_range,
    ),
    _phrase(rf"(?:(?:on|every|each)\s+)?({phrases.DAY})\b{_MORNINGS}", phrases.parse_day),
    _phrase(rf"in\s+the\s+({'|'.join(phrases.PARTS_OF_DAY)})s?\b", phrases.refuse_part_of_day),
    _phrase(
        r"in\s+([^\s,;].*)",
        phrases.parse_zone,
        *("in Europe/Tallinn", "in Tallinn"),
        meaning="on the clocks of this place; without it, your own in Slack",
    ),
    _phrase(r"([a-z]+/[a-z_+/-]+)", phrases.parse_zone),
    _phrase(r"(?:utc|gmt)\b", phrases.parse_utc),
    _phrase(
        r"top\s+([^\s,;]+)",
        phrases.parse_top,
        "top 5",
        meaning="at most this many stories, ten being the most",
    ),
    _phrase(
        rf"({phrases.NOT}\s+from)\s(.*)",
        parse_list,
        "not from tass, example.org",
        meaning="nothing of these outlets, sites or agencies; `not from nowhere` ends it",
    ),
    _phrase(
        r"(from)\b(.*)",
        parse_list,
        *("from reuters", "from anywhere"),
        meaning="only of these outlets, sites or agencies; `from anywhere` ends it",
    ),
    _phrase(
        rf"({phrases.NOT})\s(.*)",
        parse_list,
        *("not sport", 'not "royal family", weather', "not nothing"),
        meaning="no stories about these; `not nothing` ends it",
    ),
    _phrase(r"(?:and|please|here|this\s+channel)\b", constant()),
)


# --- reading --------------------------------------------------------------------------------------


def parse_subscribe(text: str) -> SubscriptionChange:
    """Read what follows `subscribe`; raise UsageError whose hint is the nearest line that works."""
    try:
        return _parse(text)
    except UnclearPhraseError as e:
        repaired = _repair(text, e)
        line = render_subscribe(repaired) if repaired else EXAMPLE
        raise UsageError(e.problem, f"/digest {line}") from None


def _repair(text: str, error: UnclearPhraseError) -> SubscriptionChange | None:
    """Put each error's replacement in its place until the text is understood."""
    for _ in range(_MAX_REPAIRS):
        start, end = error.span
        text = text[:start] + error.replacement + text[end:]
        try:
            return _parse(text)
        except UnclearPhraseError as e:
            error = e
    return None


def _parse(text: str) -> SubscriptionChange:
    fields: dict[str, Any] = {}
    position = 0
    while blank := re.compile(r"[\s,;/+&]*").match(text, position):
        position = blank.end()
        if position == len(text):
            break
        phrase = _parse_phrase(text, position)
        add_fields(fields, phrase.fields, (position, phrase.end))
        position = phrase.end
    return SubscriptionChange(**fields)


def _parse_phrase(text: str, start: int) -> ParsedPhrase:
    for phrase in PHRASES:
        if match := phrase.pattern.match(text, start):
            return phrase.parse(match)
    word = text[start:].split(maxsplit=1)[0].rstrip(",;")
    problem = f"I don't understand “{word[:40]}”."
    raise UnclearPhraseError(problem, (start, start + len(word)), _suggest(word))


def _suggest(word: str) -> str:
    """Return what a stray word may have been meant as: a misspelt one, an hour, or a topic."""
    near = get_close_matches(word.lower()[:40], _vocabulary(), n=1)
    if near and near[0] != word.lower():
        return near[0]
    if re.fullmatch(r"\d{1,2}", word):
        return f"at {word}"
    return f"about {word}" if word[0].isalpha() and not near else ""


@cache
def _vocabulary() -> tuple[str, ...]:
    examples = [
        line for phrase in PHRASES if phrase.parse != parse_list for line in phrase.examples
    ]
    words = {word for line in examples for word in re.split(r"[\s,]+", line)}
    longer = {word for word in words if word.isalpha() and len(word) > 2} - {"Tallinn"}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    short = ("me", "at", "in", "about", "not", "at once", "every 4h")
    return (*short, *sorted(longer), *phrases.DAY_NAMES, *days)


# --- writing --------------------------------------------------------------------------------------


def render_subscribe(change: SubscriptionChange) -> str:
    """Write the change as a person would type it; reading it gives an equal one."""
    hours, interval, min_interval = change.hours, change.interval, change.min_interval
    words = [
        "subscribe",
        "me" if change.me else "",
        f"<#{change.channel}>" if change.channel else "",
        _render_days(change.days) if change.days is not None else "",
        _render_interval(interval, "hourly") if interval else "",
        "at once" if change.at_once else "",
        f"at most one {_render_interval(min_interval, 'every 1h')}" if min_interval else "",
        f"from {hours.first:%H:%M} to {hours.last:%H:%M}" if hours else "",
        "around the clock" if change.all_day else "",
        "at " + ",".join(f"{at:%H:%M}" for at in change.times) if change.times else "",
        f"in {change.zone}" if change.zone else "",
        *(render_list(field, getattr(change, name)) for name, field in LISTS.items()),
        f"top {change.top}" if change.top else "",
    ]
    return " ".join(filter(None, words))


def _render_days(days: frozenset[int]) -> str:
    names = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
    return names.get(days) or ",".join(phrases.DAY_NAMES[day] for day in sorted(days))


def _render_interval(interval: timedelta, hourly: str) -> str:
    minutes = interval // timedelta(minutes=1)
    if minutes == 60:
        return hourly
    return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"
