"""Reports that marks alone make: "Karen Lee: ...", "... — Karen Lee", and quotations that go on after one.

These need no verb, or stand in a headline ("Pier safe, mayor says"), so that the grammar does not see them; they take
only words that nobody else reports.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.language.lexicon import ROLES, SPEAKER_CLASS, STATING, VERB_CLASSES
from bot.language.statements.constructions import Report, noun_phrase, subject_of
from bot.language.statements.parsed import ParsedText

_DASHES = frozenset(["—", "–", "―", "-", "--"])
_LINKS = frozenset(["of", "the", ".", "de", "van", "von", "der"])
_LONGEST_NAME = 8
_LONGEST_CREDIT = 25
_MOSTLY = 0.8
_ANNOUNCED = 0.8
_HEADLINE = 0.4
_LONGEST_OFFICE = 3  # words of "the finance minister", "police"
_ENDS = frozenset('.!?…”"')


def add_marked(parsed: ParsedText, reports: list[Report], continued: Sequence[int]) -> list[Report]:
    """Add colon and dash reports, and let quotations run on.

    `continued` numbers the quotations that go on from the one before.
    """
    used = _used(parsed, reports)
    _announced(parsed, reports, used)
    _run_on(parsed, reports, used)
    _continue(parsed, reports, used, continued)
    added = []
    for first, last in _paragraphs(parsed):
        if not any(used[first:last]):
            forms = (_dash, _colon, _headline, _says_so)
            report = next((found for form in forms if (found := form(parsed, first, last))), None)
            if report:
                added.append(report)
    return reports + added


def _used(parsed: ParsedText, reports: list[Report]) -> list[bool]:
    used = [False] * len(parsed)
    for report in reports:
        for a, b in [
            *report.content,
            *([report.source] if report.source else []),
            (report.cue, report.cue + 1),
        ]:
            used[a:b] = [True] * (b - a)
    return used


def _paragraphs(parsed: ParsedText) -> Iterator[tuple[int, int]]:
    start = 0
    for k, (_, last) in enumerate(parsed.bounds):
        if k + 1 == len(parsed.bounds) or parsed.paragraphs[k + 1] != parsed.paragraphs[k]:
            if last > start:
                yield start, last
            start = last


def _run_on(parsed: ParsedText, reports: list[Report], used: list[bool]) -> None:
    """Give "B." to the speaker of "A," she said. "B.": quoted sentences that follow in the paragraph."""
    for report in sorted(reports, key=lambda r: r.cue):
        quoted = any(parsed.inside[i] for a, b in report.content for i in range(a, b))
        k = parsed.sentence[report.cue] + 1
        while quoted and not parsed.inside[report.cue] and _follows(parsed, k, used):
            first, last = parsed.bounds[k]
            report.content.append((first, last))
            used[first:last] = [True] * (last - first)
            k += 1


def _announced(parsed: ParsedText, reports: list[Report], used: list[bool]) -> None:
    """Give a quotation to whom the sentence before it announced, be it a paragraph above: Karen Lee said:."""
    cues = {report.cue for report in reports}
    for (begin, end), (first, last) in pairwise(parsed.bounds):
        if (
            first == last
            or begin == end
            or parsed.word[end - 1] != ":"
            or not parsed.inside[first]
            or used[first]
        ):
            continue
        cue = _announcing(parsed, begin, end)
        subject = subject_of(parsed, cue) if cue is not None and cue not in cues else None
        source = (
            noun_phrase(parsed, subject, cue) if cue is not None and subject is not None else None
        )
        if cue is not None and source:
            stop = parsed.quotes[parsed.inside[first] - 1][1]
            reports.append(Report(cue, source, [(first, stop)], _ANNOUNCED, "announced quotation"))
            used[first:stop] = [True] * (stop - first)
            used[slice(*source)] = [True] * (source[1] - source[0])


def _announcing(parsed: ParsedText, begin: int, end: int) -> int | None:
    """The last verb of saying in a sentence that ends with a colon."""
    for i in range(end - 2, begin - 1, -1):
        says = VERB_CLASSES.get(parsed.low[i], frozenset()) & STATING
        if says and parsed.tag[i].startswith("V") and not parsed.inside[i]:
            return i
    return None


def _follows(parsed: ParsedText, k: int, used: list[bool]) -> bool:
    if k >= len(parsed.bounds) or parsed.paragraphs[k] != parsed.paragraphs[k - 1]:
        return False
    first, last = parsed.bounds[k]
    quoted = sum(1 for i in range(first, last) if parsed.inside[i])
    return (
        bool(parsed.inside[first])
        and quoted >= _MOSTLY * (last - first)
        and not any(used[first:last])
    )


def _continue(
    parsed: ParsedText, reports: list[Report], used: list[bool], continued: Sequence[int]
) -> None:
    """Give a quotation that goes on in the next paragraph to whom the one before it belongs."""
    for number in continued:
        first, last = parsed.quotes[number]
        before = range(*parsed.quotes[number - 1])
        if number == 0 or last <= first or any(used[first:last]):
            continue
        owner = next(
            (r for r in reports if any(a < before.stop and b > before.start for a, b in r.content)),
            None,
        )
        if owner:
            owner.content.append((first, last))
            used[first:last] = [True] * (last - first)


def _dash(parsed: ParsedText, first: int, last: int) -> Report | None:
    """Read a quotation, a dash and a name, alone in their paragraph."""
    if not parsed.inside[first]:
        return None
    begin, end = parsed.quotes[parsed.inside[first] - 1]
    dash = next((i for i in range(end, min(last, end + 2)) if parsed.word[i] in _DASHES), None)
    if (
        dash is None
        or not 0 < last - dash - 1 <= _LONGEST_CREDIT
        or not parsed.word[dash + 1][0].isupper()
    ):
        return None
    stop = next((i for i in range(dash + 1, last) if parsed.low[i] in {",", ".", ";"}), last)
    return (
        Report(dash, (dash + 1, stop), [(begin, min(end, dash))], 0.5, "dash and name")
        if stop > dash + 1
        else None
    )


def _colon(parsed: ParsedText, first: int, last: int) -> Report | None:
    """Read a name, a colon and a quotation, or a name all in capitals and a colon: a transcript."""
    colon = next(
        (i for i in range(first, min(last, first + _LONGEST_NAME)) if parsed.low[i] == ":"), None
    )
    if colon is None or colon == first or colon + 1 >= last:
        return None
    name = range(first, colon)
    named = all(parsed.word[i][0].isupper() or parsed.low[i] in _LINKS for i in name)
    transcript = parsed.word[first].isupper() and len(parsed.word[first]) > 2
    if not named or not (parsed.inside[colon + 1] or transcript):
        return None
    return Report(colon, (first, colon), [(colon + 1, last)], 0.5, "name and colon")


def _headline(parsed: ParsedText, first: int, last: int) -> Report | None:
    """Read "Minister: no new tax" and "Harvest is lost - farmers": a line without a full stop, headed by an office."""
    marks = [
        i for i in range(first + 1, last - 1) if parsed.word[i] in _DASHES or parsed.word[i] == ":"
    ]
    if len(marks) != 1 or last - first > _LONGEST_CREDIT or parsed.word[last - 1] in _ENDS:
        return None
    mark = marks[0]
    if parsed.word[mark] == ":":
        source, content = (first, mark), (mark + 1, last)
    else:
        source, content = (mark + 1, last), (first, mark)
    short = source[1] - source[0] <= _LONGEST_OFFICE < content[1] - content[0]
    known = short and _is_office(parsed, source)
    return Report(mark, source, [content], _HEADLINE, "office in a headline") if known else None


def _is_office(parsed: ParsedText, run: tuple[int, int]) -> bool:
    noun = parsed.low[run[1] - 1]
    return noun in ROLES or SPEAKER_CLASS.get(noun) not in {None, "paper"}


def _says_so(parsed: ParsedText, first: int, last: int) -> Report | None:
    """Read "Pier safe, mayor says": a line without a full stop that ends with an office or a name and its verb."""
    cue = last - 1
    comma = next((i for i in range(cue - 1, first, -1) if parsed.low[i] == ","), None)
    if (
        comma is None
        or last - first > _LONGEST_CREDIT
        or not VERB_CLASSES.get(parsed.low[cue], frozenset()) & STATING
    ):
        return None
    source = (comma + 1, cue)
    named = all(parsed.word[i][0].isupper() for i in range(*source))
    if not 0 < cue - comma - 1 <= _LONGEST_OFFICE or not (named or _is_office(parsed, source)):
        return None
    return Report(cue, source, [(first, comma)], _HEADLINE, "who says so ends a headline")
