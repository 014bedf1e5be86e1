"""What a report's content must not begin with: a verb whose subject was left outside.

were “the last guest”  ->  Wages, which rose, were “the last guest”; where no subject is free:  “the last guest”
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.language.constructions import SUBJECTS, runs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.language.constructions import Report
    from bot.language.grammar import ParsedText

_FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])
_BEING = frozenset("be been is are was were 's ’s 're ’re 'm ’m has have had not n't n’t also".split())  # noqa: SIM905
_RELATIVE = frozenset(["WDT", "WP"])


def with_subjects(parsed: ParsedText, reports: Iterable[Report]) -> list[Report]:
    """Let no content begin with a finite verb: it takes the subject before it, or begins at its quote mark."""
    return [_with_subject(parsed, report) for report in reports]


def _with_subject(parsed: ParsedText, report: Report) -> Report:
    first, last = report.content[0]
    if parsed.tag[first] not in _FINITE or parsed.inside[first]:
        return report
    subject = _subject(parsed, first)
    taken = {report.cue, *(range(*report.source) if report.source else ())}
    if subject and not taken.intersection(subject):
        words = sorted({*subject, *range(first, last)})
        return replace(report, content=[*runs(parsed, words), *report.content[1:]])
    opening = first
    while opening < last and not parsed.inside[opening] and parsed.low[opening] in _BEING:
        opening += 1
    if opening < last and parsed.inside[opening]:
        return replace(report, content=[*runs(parsed, range(opening, last)), *report.content[1:]])
    return report


def _subject(parsed: ParsedText, verb: int) -> list[int]:
    """The words before a verb, or the verb it helps, that are its subject."""
    head = parsed.head[verb] if parsed.dep[verb] in {"aux", "auxpass"} else verb
    for subject in parsed.kids_by(head, *SUBJECTS):
        words = parsed.subtree(subject)
        if words[-1] < verb and parsed.tag[subject] not in _RELATIVE:
            return words
    return []
