"""The readers of `about`, `not`, `from` and `not from`: where a list ends, and what of it is a phrase of its own."""

import re
from typing import Any

from bot.listeners.schedule_parser.hours import (
    read_day_set,
    read_hourly,
    read_hours,
    read_quiet,
    read_quiet_night,
    read_quiet_weekend,
    read_times,
)
from bot.listeners.schedule_parser.joining import Match, UnclearError, join
from bot.listeners.schedule_parser.places import no_zone, story_count
from bot.listeners.schedule_parser.words import (
    AND,
    DAY,
    FROM_TO,
    LIST_WORDS,
    LONGEST_NAME,
    LONGEST_TOPIC,
    MOST_NAMES,
    MOST_TOPICS,
    NIGHT,
    NO_LIST,
    NOT,
    QUIET,
    TIME,
    WEEKEND,
    quoted,
    read_number,
)
from bot.listeners.zones import find_full_zone, nearest_zone

_LIST_TITLES = {"topics": "topics", "excluded": "words to leave out", "sources": "sources"}


def read_list(found: re.Match[str]) -> Match:
    """Read `about`, `not`, `from` or `not from` and what is listed after it, up to the next such word."""
    field = _list_field(found[1])
    start, rest = found.start(2), " " + found[2]
    following = next(
        (each for each in _NEXT_LIST.finditer(rest) if rest[: each.start()].count('"') % 2 == 0),
        None,
    )
    end = start - 1 + following.start() if following else found.end()
    rest = rest[: following.start()] if following else rest
    named: dict[str, Any] = {}
    while tail := _find_tail(rest):
        more = _read_tail(tail, start - 1)
        if not more:
            break
        join(named, more, start - 1 + tail.start(), end)
        rest = rest[: tail.start()]
    named[field] = _listed(rest, field, found.start(), end)
    return Match(named, end)


def _list_field(word: str) -> str:
    is_source, is_not = (
        "from" in word.lower(),
        "about" not in word.lower() and word.lower() != "from",
    )
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
        return {"top": _top_number(tail[1], *span)} if read_number(tail[1]) is not None else {}
    if tail.re is _ZONE_TAIL:
        return _zone_tail(tail, at)
    phrase = tail[0].strip(" ,")
    try:
        return next(
            read(found) for form, read in _TAIL_PHRASES if (found := form.match(phrase))
        ).named
    except UnclearError as e:
        raise UnclearError(e.problem, at + tail.start() + 1, at + tail.end(), e.better) from None


def _zone_tail(tail: re.Match[str], at: int) -> dict[str, Any]:
    zone = find_full_zone(tail[1])
    if (
        zone is None
        and re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+", tail[1])
        and (near := nearest_zone(tail[1]))
    ):
        raise UnclearError(no_zone(tail[1]), at + tail.start(1), at + tail.end(1), near)
    return {"zone": zone} if zone else {}


def _top_number(word: str, start: int, end: int) -> int:
    try:
        return story_count(word, start, end)
    except UnclearError as e:
        raise UnclearError(e.problem, start, end, e.better.removeprefix("top ")) from None


def _listed(text: str, field: str, start: int, end: int) -> tuple[str, ...]:
    text = re.sub(r"[\s,]+(?:and|but)\s*\Z", "", text, flags=re.IGNORECASE)
    pieces = (
        " ".join((quoted or plain).split())
        for quoted, plain in re.findall(r'"([^"]*)"|([^,"]+)', text)
    )
    topics = tuple({piece.casefold(): piece for piece in pieces if piece}.values())
    word, (most, longest) = LIST_WORDS[field], _room(field)
    if not topics:
        example = (
            "reuters" if "sources" in field else "sport" if field == "excluded" else "ukraine, nato"
        )
        raise UnclearError(f"{word.capitalize()} what?", start, end, f"{word} {example}")
    if len(topics) > most or any(len(topic) > longest for topic in topics):
        kept = ", ".join(quoted(topic[:longest].strip()) for topic in topics[:most])
        title = _LIST_TITLES.get(field, "sources")
        raise UnclearError(
            f"At most {most} {title} of {longest} letters.", start, end, f"{word} {kept}"
        )
    return () if text.strip(" ,").casefold() in NO_LIST[field] else topics


def _room(field: str) -> tuple[int, int]:
    return (MOST_TOPICS, LONGEST_TOPIC) if field == "topics" else (MOST_NAMES, LONGEST_NAME)


# Where the next list begins: not at the hours of `from 9 to 17`, nor at those of `not at night`.
_NEXT_LIST = re.compile(
    rf"[\s,](?={NOT}\s|about\s|from\s)"
    rf"(?!{FROM_TO}|{QUIET}|{NIGHT}|{WEEKEND}|from\s+{DAY}\b)",
    re.IGNORECASE,
)


def _tail(form: str) -> re.Pattern[str]:
    return re.compile(rf"[\s,](?:{form})\s*$", re.IGNORECASE)


_TOP_TAIL, _MOST_TAIL = (
    _tail(r"top\s+(\w+)"),
    _tail(r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)"),
)
_ZONE_TAIL = _tail(r'in\s+([^\s,"]+)')
_AT_TAIL = rf"at\s+({TIME}(?:{AND}{TIME})*)"
_TAIL_PHRASES = tuple(
    (re.compile(form, re.IGNORECASE), read)
    for form, read in (
        (_AT_TAIL, read_times),
        (FROM_TO, read_hours),
        (QUIET, read_quiet),
        (NIGHT, read_quiet_night),
        (WEEKEND, read_quiet_weekend),
        (r"(?:on\s+)?(weekdays|daily)", read_day_set),
        (r"hourly", read_hourly),
    )
)

_TAILS = (_TOP_TAIL, _MOST_TAIL, _ZONE_TAIL, *(_tail(form.pattern) for form, _ in _TAIL_PHRASES))
