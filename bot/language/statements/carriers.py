"""Who speaks where an outlet only carries it.

"Analysts noted ..., according to Reuters"    "Reuters, citing two officials, reported ..."
report of an outlet -> the report inside its words, or the one whom it quotes; else the outlet's own
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.language.lexicon import SPEAKER_CLASS, VERB_CLASSES
from bot.language.statements.constructions import Report, noun_phrase, report_of_verb, runs
from bot.language.statements.credit import is_outlet
from bot.language.statements.parsed import ParsedText

_QUOTING = frozenset(["citing", "cited", "cites", "quoting", "quoted", "quotes"])
_VIEWING = frozenset(
    [
        "see",
        "sees",
        "saw",
        "hear",
        "hears",
        "heard",
        "view",
        "views",
        "viewed",
        "read",
        "reads",
        "expect",
        "expects",
        "expected",
    ]
)
_SAYING = frozenset(["say", "state", "tell", "add"])


def told_by_speakers(parsed: ParsedText, reports: Iterable[Report]) -> list[Report]:
    """Give each outlet's report to whoever it lets speak."""
    return [
        _speaker_of(parsed, report) if _of_outlet(parsed, report) else report for report in reports
    ]


def _of_outlet(parsed: ParsedText, report: Report) -> bool:
    if report.source is None:
        return False
    first, last = report.source
    return is_outlet(parsed.text[parsed.start[first] : parsed.end[last - 1]])


def _speaker_of(parsed: ParsedText, report: Report) -> Report:
    return _inside(parsed, report) or _viewed(parsed, report) or _quoted(parsed, report) or report


def _inside(parsed: ParsedText, report: Report) -> Report | None:
    """The report that an outlet's words hold: "officials said the fleet turned back"."""
    for first, last in report.content:
        for i in range(first, last):
            if parsed.inside[i] or not VERB_CLASSES.get(parsed.low[i], frozenset()) & _SAYING:
                continue
            inner = report_of_verb(parsed, i) if parsed.tag[i].startswith("V") else None
            if inner and inner.source and inner.content and not _of_outlet(parsed, inner):
                return inner
    return None


def _viewed(parsed: ParsedText, report: Report) -> Report | None:
    """What people hold in an outlet's words: "analysts saw in it an old quarrel"."""
    if parsed.low[report.cue] != "according":
        return None
    for first, last in report.content:
        for i in range(first, last):
            subjects = (
                parsed.kids_by(i, "nsubj")
                if parsed.low[i] in _VIEWING and not parsed.inside[i]
                else []
            )
            source = noun_phrase(parsed, subjects[0], i) if subjects else None
            if (
                source
                and first <= source[0] < i
                and SPEAKER_CLASS.get(parsed.low[subjects[0]]) == "person"
            ):
                held = [k for a, b in report.content for k in range(a, b) if k > i]
                return replace(
                    report,
                    cue=i,
                    source=source,
                    content=runs(parsed, held),
                    rule="view in a report",
                )
    return None


def _quoted(parsed: ParsedText, report: Report) -> Report | None:
    """The report told of whom the outlet cites."""
    first, last = parsed.bounds[parsed.sentence[report.cue]]
    for i in range(first, last):
        cited = (
            parsed.kids_by(i, "dobj") if parsed.low[i] in _QUOTING and not parsed.inside[i] else []
        )
        source = noun_phrase(parsed, cited[0], i) if cited else None
        if source and source[0] > i:
            content = [run for run in report.content if not run[0] <= source[0] < run[1]]
            return replace(report, source=source, content=content) if content else None
    return None
