"""Read and write a schedule in words: `weekdays at 08:30 in Europe/Tallinn about ukraine top 5`.

text -> the first row of PHRASES that matches, again and again -> SubscriptionChange -> text
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches

from bot.listeners import messages
from bot.listeners import schedule_phrases as phrases
from bot.listeners.schedule_lists import LISTS, parse_list, render_list
from bot.listeners.schedule_phrases import DAY, TIME, Fields, Match, UnclearPhraseError, constant
from bot.model import EVERY_DAY, WEEKDAYS, Hours
from bot.model.errors import UsageError
from bot.model.wordlists import load_tables

EXAMPLE = "subscribe weekdays at 08:30"
_MAX_REPAIRS = 7
_DATA = load_tables("bot.listeners", "data/schedule_help.toml")
# Examples of phrases and their meaning, as the manual shows them.
PHRASE_HELP: list[tuple[list[str], str]] = [
    (row["examples"], row["meaning"]) for row in _DATA["phrases"]
]


VOCABULARY: list[str] = _DATA["vocabulary"]


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


# Returns the fields of a phrase, and where in the text it ends.
_Reader = Callable[[Match], tuple[Fields, int]]


def _row(pattern: str, parse: phrases.PhraseParser) -> tuple[re.Pattern[str], _Reader]:
    """Return the row of a phrase that `pattern` matches as a whole."""
    return _open_row(pattern, lambda match: (parse(match), match.end()))


def _open_row(pattern: str, read: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL), read


_MORNINGS = r"(?:\s+mornings?)?"
_ON = r"(?:(?:on|every|each)\s+)?"

# Tried from the first row on: what stands further down may look like the beginning of another.
_PHRASES = (
    _open_row(r"(about)\b(.*)", parse_list),
    _row(r"(?:to\s+)?me\b", constant(me=True)),
    _row(r"<#(\w+)(?:\|[^>]*)?>", lambda match: {"channel": match[1]}),
    _row(r"#[\w-]+", phrases.refuse("channel_subscribes_itself")),
    _row(phrases.AT_ONCE, constant(at_once=True)),
    _row(
        rf"at\s+most\s+(?:(?:one|1)(?:\s+digest)?\s+|once\s+)?"
        rf"(?:hourly\b|({phrases.EVERY_N_UNITS}))",
        phrases.parse_min_interval,
    ),
    _row(phrases.AT_MOST, phrases.parse_top),
    _row(phrases.FROM_TO, phrases.parse_hours),
    _row(phrases.QUIET, phrases.parse_quiet_hours),
    _row(phrases.QUIET_NIGHT, constant(hours=phrases.DAYTIME_HOURS)),
    _row(phrases.QUIET_WEEKEND, constant(days=WEEKDAYS)),
    _row(rf"({TIME})\s*(?:-|\bto\b|\btill\b|\buntil\b)\s*({TIME})", phrases.parse_hours),
    _row(r"around\s+the\s+clock\b|all\s+day\b|24/7\b", constant(all_day=True)),
    _row(phrases.AT_TIMES, phrases.parse_times),
    _row(rf"({phrases.CLOCK}(?:{phrases.AND}{phrases.CLOCK})*)", phrases.parse_times),
    _row(r"at\s+([^\s,;]+)", phrases.refuse_time),
    _row(r"hourly\b", constant(interval=timedelta(hours=1))),
    _row(
        r"(?:weekly|(?:bi|fort)\w*ly|monthly|quarterly|yearly)\b"
        r"|(?:every|each)\s+(?:fortnight|month|quarter|year)\b",
        phrases.refuse("no_day"),
    ),
    _row(phrases.EVERY_HALF_HOUR, constant(interval=timedelta(minutes=30))),
    _row(
        r"(?:every|each)\s+(other|second|third|fourth|2nd|3rd|4th)\s+(\w+)",
        phrases.parse_every_other,
    ),
    _row(
        rf"(?:on\s+)?(?:the\s+)?({phrases.ORDINAL})\s+({DAY}|day|week)\b"
        r"(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+\w+)?",
        phrases.parse_every_other,
    ),
    _row(
        r"(once|twice|thrice|\w+\s+times)\s+(?:an?|per|each|every)\s+(hour|day|week|month)\b",
        phrases.parse_times_per_day,
    ),
    _row(phrases.EVERY_N_UNITS, phrases.parse_interval),
    _row(
        rf"{_ON}(daily|every\s?day|every\s+morning|(?:week|work)days?|weekends?)\b{_MORNINGS}",
        phrases.parse_day_set,
    ),
    _row(
        rf"(?:(?:on|every|each|from)\s+)?({DAY})\s*(?:-|to|till|until|through)\s*({DAY})\b"
        + _MORNINGS,
        phrases.parse_days,
    ),
    _row(rf"{_ON}({DAY})\b{_MORNINGS}", phrases.parse_days),
    _row(rf"(?:in\s+the\s+)?({'|'.join(phrases.PARTS_OF_DAY)})s?\b", phrases.refuse_part_of_day),
    _open_row(r"in\s+([^\s,;].*)", phrases.parse_zone),
    _open_row(r"([a-z]+/[a-z_+/-]+)", phrases.parse_zone),
    _row(r"(?:utc|gmt)\b", lambda match: {"zone": match[0].upper()}),
    _row(r"top\s+([^\s,;]+)", phrases.parse_top),
    _open_row(rf"({phrases.NOT}\s+from)\s(.*)", parse_list),
    _open_row(r"(from)\b(.*)", parse_list),
    _open_row(rf"({phrases.NOT})\s(.*)", parse_list),
    _row(r"(?:and|please|here|this\s+channel)\b", constant()),
)


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
        start, end = error.span or (0, 0)
        text = text[:start] + error.replacement + text[end:]
        try:
            return _parse(text)
        except UnclearPhraseError as e:
            error = e
    return None


def _parse(text: str) -> SubscriptionChange:
    """Read phrase after phrase; raise UnclearPhraseError with its span."""
    fields: Fields = {}
    position = 0
    while blank := re.compile(r"[\s,;/+&]*").match(text, position):
        position = blank.end()
        if position == len(text):
            break
        more, end = _parse_phrase(text, position)
        phrases.add_fields(fields, more, (position, end))
        position = end
    return SubscriptionChange(**fields)


def _parse_phrase(text: str, start: int) -> tuple[Fields, int]:
    for pattern, read in _PHRASES:
        if match := pattern.match(text, start):
            try:
                return read(match)
            except UnclearPhraseError as e:
                e.span = e.span or match.span()
                raise
    word = text[start:].split(maxsplit=1)[0].rstrip(",;")
    problem = messages.text("unclear_word", word=word[:40])
    raise UnclearPhraseError(problem, _suggest(word), (start, start + len(word)))


def _suggest(word: str) -> str:
    """Return what a stray word may have been meant as: a misspelt one, an hour, or a topic."""
    near = get_close_matches(word.lower()[:40], VOCABULARY, n=1)
    if near and near[0] != word.lower():
        return near[0]
    if re.fullmatch(r"\d{1,2}", word):
        return f"at {word}"
    return f"about {word}" if word[0].isalpha() and not near else ""


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
