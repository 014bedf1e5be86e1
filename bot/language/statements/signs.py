"""What learned weights may see of a word: grammar, place, marks and our own lists, never the word itself.

A word of one of our lists keeps its name ("v:say"), a function word too; every other word is only
capital, small, number or mark. So no weight can hold a word of the texts it was learned from.
"""

from dataclasses import dataclass
from functools import lru_cache

from bot.language.lexicon import (
    ADJECTIVE_CLASS,
    FUNCTION_WORDS,
    NOUN_CLASS,
    NOUN_LEMMA,
    SPEAKER_CLASS,
    TIMES,
    TITLES,
    VERB_CLASS,
    VERB_LEMMA,
)
from bot.language.statements.constructions import Report, find_reports
from bot.language.statements.parsed import ParsedText

_WORDS_KEPT = 20_000  # whose signs are known from texts before: most words come again


@dataclass(slots=True)
class Signs:
    """A text as the weights see it: each word's sign and its coarser class, and what the rules found."""

    parsed: ParsedText
    sign: list[str]
    kind: list[str]
    reports: dict[int, Report]
    cues_before: list[int]
    role: list[str]


def read_signs(parsed: ParsedText) -> Signs:
    """Turn words into signs, and let the rules have their say first."""
    reports = find_reports(parsed)
    return Signs(
        parsed,
        list(map(_sign, parsed.word, parsed.low, parsed.tag)),
        list(map(_kind, parsed.low, parsed.tag)),
        {report.cue: report for report in reports},
        _count_cues(parsed, reports),
        _roles(parsed, reports),
    )


@lru_cache(_WORDS_KEPT)
def _sign(word: str, low: str, tag: str) -> str:  # noqa: PLR0911 - a cascade of lists, the most telling first
    first, tag = low[0], tag[:1]
    if not first.isalnum() and low not in FUNCTION_WORDS:
        return low if len(low) == 1 and low in _MARKS else "--" if low == "--" else ".,"
    if tag == "V" and low in VERB_CLASS:
        return "v:" + VERB_LEMMA[low]
    if low in FUNCTION_WORDS:
        return low
    if low.rstrip(".") in TITLES and word[0].isupper():
        return "TITLE"
    if low in TIMES:
        return "TIME"
    if tag == "N" and low in SPEAKER_CLASS:
        return "src:" + SPEAKER_CLASS[low]
    if tag == "N" and low in NOUN_CLASS:
        return "n:" + NOUN_LEMMA[low]
    if tag == "J" and low in ADJECTIVE_CLASS:
        return "a:" + low
    return "9" if first.isdigit() else "Xx" if word[0].isupper() else "xx"


_MARKS = frozenset("“”\"'‘’«»„.,;:!?()[]–—―-…$%&/*#|•")


@lru_cache(_WORDS_KEPT)
def _kind(low: str, tag: str) -> str:
    tag = tag[:1]
    if tag == "V":
        return VERB_CLASS.get(low, "V0")
    if tag == "N":
        return NOUN_CLASS.get(low, SPEAKER_CLASS.get(low, "N0"))
    if tag == "J":
        return ADJECTIVE_CLASS.get(low, "J0")
    return low if low in FUNCTION_WORDS else tag or "0"


def _count_cues(parsed: ParsedText, reports: list[Report]) -> list[int]:
    """How many of the rules' cues stand before each word: two places' difference counts those between."""
    cues = {report.cue for report in reports}
    counts, seen = [], 0
    for i in range(len(parsed) + 1):
        counts.append(seen)
        seen += i in cues
    return counts


def _roles(parsed: ParsedText, reports: list[Report]) -> list[str]:
    """What the rules make of each word: cue, source or content of some report, or nothing."""
    roles = ["-"] * len(parsed)
    for report in reports:
        for a, b in report.content:
            roles[a:b] = ["c"] * (b - a)
    for report in reports:
        if report.source:
            a, b = report.source
            roles[a:b] = ["s"] * (b - a)
        roles[report.cue] = "k"
    return roles
