"""Take out of a content what is the reporter's: a plea's verb, an announcement, when it was said.

not guilty to | taking bribes
Lee rose and said: | "It leaks" ... he said
"It leaks," Lee said before | the pier closed
"""

from dataclasses import replace

from bot.language.lexicon import STATING
from bot.language.statements.english.attribution_rules import (
    SUBJECT_DEPS,
    Attribution,
    find_subject,
    noun_phrase,
    to_runs,
)
from bot.language.statements.english.governors import POLARITY_WORDS
from bot.language.statements.english.parsing import ParsedText, Run

_OCCASIONS = frozenset(["before", "after", "while", "when", "as", "until", "since", "once"])
_MAX_REPORT_WORDS = 4  # he said; the skipper said


def trim_content(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return the attribution without the reporter's words in its content."""
    attribution = _without_announcement(parsed, _without_plea(parsed, attribution))
    attribution = _without_occasion(parsed, attribution)
    source = attribution.source
    runs = [_without_second_report(parsed, run, source) for run in attribution.content]
    return replace(attribution, content=runs)


def _without_plea(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Take "not guilty to" out of the content of a plea, so that the cue can have it."""
    (first, last), *others = attribution.content
    opening = [parsed.lower[i] for i in range(first, min(first + 3, last))]
    if parsed.lemma(attribution.cue) != "plead" or attribution.cue > first:
        return attribution
    skipped = 0
    for word in opening:
        if word not in POLARITY_WORDS["pleas"] | {"not", "no", "to"}:
            break
        skipped += 1
    if first + skipped == last:
        return attribution
    return replace(attribution, content=[(first + skipped, last), *others])


def _without_announcement(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Read "Lee rose and said: 'It leaks,' he said" as Lee saying that it leaks."""
    (first, last), *others = attribution.content
    if parsed.quotation[first] or attribution.cue < last or not parsed.quotation[last - 1]:
        return attribution
    opening = parsed.quotation_bounds[parsed.quotation[last - 1] - 1][0]
    marks = [i for i in range(first, min(opening, last)) if parsed.word[i] == ":"]
    cue = marks[-1] - 1 if marks else first
    if cue <= first or not parsed.is_unquoted_verb(cue, STATING):
        return attribution
    subject = find_subject(parsed, cue)
    if subject is None:  # got angry and said
        subject = parsed.first_child(parsed.head[cue], "nsubjpass")
    source = noun_phrase(parsed, subject, cue)
    content = [*to_runs(parsed, range(marks[-1] + 1, last)), *others]
    return replace(attribution, cue=cue, source=source, content=content) if source else attribution


def _without_occasion(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Leave out the clause behind "Lee said before", where words of hers are quoted as well."""
    if not any(parsed.quotation[i] for i, _ in attribution.content):
        return attribution
    kept = [
        (first, last)
        for first, last in attribution.content
        if parsed.quotation[first]
        or first <= attribution.cue
        or parsed.lower[first - 1] not in _OCCASIONS
    ]
    return replace(attribution, content=kept)


def _without_second_report(parsed: ParsedText, run: Run, source: Run | None) -> Run:
    """End a run at its quotation where only "he said", or a word of the speaker's name, follows."""
    first, last = run
    end = last
    while end > first and not parsed.quotation[end - 1]:
        end -= 1
    is_report = 0 < last - end <= _MAX_REPORT_WORDS and any(
        parsed.is_unquoted_verb(i, STATING) and parsed.children_by(i, *SUBJECT_DEPS)
        for i in range(end, last)
    )
    is_name = source is not None and source[0] == last and last - end <= _MAX_REPORT_WORDS
    is_cut = (is_report or (is_name and end < last)) and end > first
    return next(iter(to_runs(parsed, range(first, end))), run) if is_cut else run
