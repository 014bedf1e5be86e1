"""The readers of where, on whose clocks, and how much."""

import re

from bot.listeners.schedule_parser.joining import Match, UnclearError
from bot.listeners.schedule_parser.words import MOST_STORIES, read_number
from bot.listeners.zones import find_zone, nearest_zone


def read_nothing(found: re.Match[str]) -> Match:
    """`please`: a word that says nothing of the order."""
    return Match({}, found.end())


def read_me(found: re.Match[str]) -> Match:
    """`me`."""
    return Match({"me": True}, found.end())


def read_channel(found: re.Match[str]) -> Match:
    """A channel as Slack writes it."""
    return Match({"channel": found[1]}, found.end())


def read_channel_name(found: re.Match[str]) -> Match:
    """A channel by its mere name cannot be told from others."""
    raise UnclearError(f"A channel subscribes itself: type it in {found[0][:80]}.", *found.span())


def read_zone(found: re.Match[str]) -> Match:
    """`in Europe/Tallinn`; of what follows, as many words as make a zone."""
    names = list(re.finditer(r"[^\s,;]+", found[1]))[:3]
    for last in reversed(names):
        if zone := find_zone(found[1][: last.end()]):
            return Match({"zone": zone}, found.start(1) + last.end())
    typed, near = names[0][0], nearest_zone(names[0][0])
    end = found.start(1) + names[0].end()
    raise UnclearError(no_zone(typed), found.start(), end, f"in {near}" if near else "")


def no_zone(typed: str) -> str:
    """Say that there is no such zone."""
    return f"I don't know the time zone “{typed[:40]}”; its name has the form Europe/Tallinn."


def read_bare_zone(found: re.Match[str]) -> Match:
    """`utc`."""
    return Match({"zone": found[0].upper()}, found.end())


def read_top(found: re.Match[str]) -> Match:
    """`top 5`."""
    return Match({"top": story_count(found[1], *found.span())}, found.end())


def story_count(word: str, start: int, end: int) -> int:
    """How many stories a digest may have; `start` and `end` are the phrase's, for the error."""
    number = read_number(word)
    if number is None or not 1 <= number <= MOST_STORIES:
        best = 5 if number is None else min(max(number, 1), MOST_STORIES)
        raise UnclearError(f"A digest has 1 to {MOST_STORIES} stories.", start, end, f"top {best}")
    return number
