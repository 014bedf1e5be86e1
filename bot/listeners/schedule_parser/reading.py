"""From text to order; what is not understood is mended until it is, so that every error shows a line which works."""

import re
from difflib import get_close_matches
from functools import cache
from typing import Any

from bot.listeners.orders import Subscribe
from bot.listeners.schedule_parser.joining import Match, UnclearError, join
from bot.listeners.schedule_parser.lists import read_list
from bot.listeners.schedule_parser.table import PHRASES
from bot.listeners.schedule_parser.words import DAY_NAMES
from bot.listeners.schedule_parser.writing import render_subscribe
from bot.model.errors import UsageError

EXAMPLE = "subscribe weekdays at 08:30"


def read_subscribe(words: str) -> Subscribe:
    """Understand what follows `subscribe`; raise UsageError with a line that works as its hint."""
    try:
        return _scan(words)
    except UnclearError as unclear:
        nearest = _mend(words, unclear)
        raise UsageError(
            unclear.problem, "/digest " + (render_subscribe(nearest) if nearest else EXAMPLE)
        ) from None


def _mend(words: str, unclear: UnclearError, tries: int = 6) -> Subscribe | None:
    mended = words[: unclear.start] + unclear.better + words[unclear.end :]
    try:
        return _scan(mended)
    except UnclearError as again:
        return _mend(mended, again, tries - 1) if tries else None


def _scan(words: str) -> Subscribe:
    named: dict[str, Any] = {}
    at = 0
    while blank := re.compile(r"[\s,;/+&]*").match(words, at):
        at = blank.end()
        if at == len(words):
            break
        phrase = _next_phrase(words, at)
        join(named, phrase.named, at, phrase.end)
        at = phrase.end
    return Subscribe(**named)


def _next_phrase(words: str, at: int) -> Match:
    for phrase in PHRASES:
        if found := phrase.form.match(words, at):
            return phrase.read(found)
    end = len(words[at:].split(maxsplit=1)[0]) + at
    word = words[at:end].rstrip(",;")
    raise UnclearError(f"I don't understand “{word[:40]}”.", at, at + len(word), _likely(word))


def _likely(word: str) -> str:
    """Give what a stray word was meant as: a misspelt one, an hour, a topic."""
    near = get_close_matches(word.lower()[:40], _vocabulary(), n=1)
    if near and near[0] != word.lower():
        return near[0]
    if re.fullmatch(r"\d{1,2}", word):
        return f"at {word}"
    return f"about {word}" if word[0].isalpha() and not near else ""


@cache
def _vocabulary() -> tuple[str, ...]:
    """Give the words that a misspelt one may have been meant as: those of the table."""
    shown = [
        re.split(r"[\s,]+", line)
        for phrase in PHRASES
        for line in phrase.shown
        if phrase.read is not read_list
    ]
    words = {word for line in shown for word in line if word.isalpha() and len(word) > 2}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return (
        "me",
        "at",
        "in",
        "about",
        "not",
        "at once",
        "every 4h",
        *sorted(words - {"Tallinn"}),
        *DAY_NAMES,
        *days,
    )
