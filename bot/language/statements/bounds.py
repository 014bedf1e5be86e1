"""What a report's content must not lose: the subject of the verb it begins with, the verdict of the verb that tells it.

were “the last guest”  ->  Wages, which rose, were “the last guest”; where no subject is free:  “the last guest”
called the plan        ->  called the plan cowardly
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.language.lexicon import VERB_LEMMA
from bot.language.statements.constructions import SUBJECTS, Report, noun_phrase, runs
from bot.language.statements.parsed import ParsedText

_FINITE = frozenset(["VBD", "VBZ", "VBP", "MD"])
_BEING = frozenset(
    [
        "be",
        "been",
        "is",
        "are",
        "was",
        "were",
        "'s",
        "’s",
        "'re",
        "’re",
        "'m",
        "’m",
        "has",
        "have",
        "had",
        "not",
        "n't",
        "n’t",
        "also",
    ]
)
_QUOTING = frozenset(["quote", "cite"])
_CALLING = frozenset(["call", "deem", "label", "brand", "dub"])
_RELATIVE = frozenset(["WDT", "WP"])


def with_verdicts(parsed: ParsedText, reports: Iterable[Report]) -> list[Report]:
    """Let the content of "called the plan cowardly" hold the last word too."""
    return [_with_verdict(parsed, report) for report in reports]


def _with_verdict(parsed: ParsedText, report: Report) -> Report:
    first, last = report.content[-1]
    if VERB_LEMMA.get(parsed.low[report.cue]) not in _CALLING or not report.cue < first:
        return report
    end = last
    while (
        end < len(parsed)
        and parsed.tag[end][:2] in {"RB", "JJ"}
        and parsed.sentence[end] == parsed.sentence[first]
    ):
        end += 1
    verdict = end > last and (
        parsed.tag[end - 1].startswith("JJ") or parsed.low[end - 1].endswith("ly")
    )
    if not verdict:
        return report
    return replace(report, content=[*report.content[:-1], (first, end)])


def as_quoted(parsed: ParsedText, reports: Iterable[Report]) -> list[Report]:
    """Let "Lee was quoted as saying it rained" be Lee's saying."""
    return [_as_quoted(parsed, report) for report in reports]


def _as_quoted(parsed: ParsedText, report: Report) -> Report:
    cue, (first, last) = report.cue, report.content[-1]
    if (
        VERB_LEMMA.get(parsed.low[cue]) not in _QUOTING
        or parsed.low[first] != "saying"
        or last == first + 1
    ):
        return report
    subjects = parsed.kids_by(cue, "nsubjpass")
    source = report.source or (noun_phrase(parsed, subjects[0], cue) if subjects else None)
    return replace(report, cue=first, source=source, content=[(first + 1, last)])


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
