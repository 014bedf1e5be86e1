"""End a content where its speaker's words end: at another's clause, announcement, a loose word.

he had written a note | ; the other was too weak
was not for sale | , a day after
"Odd," Lee said of Marsh, who shouts: | "Out!"
"""

from dataclasses import replace

from bot.language.lexicon import STATING
from bot.language.statements.english.attribution_rules import SUBJECT_DEPS, Attribution
from bot.language.statements.english.parsing import FINITE_VERB_TAGS, ParsedText, Run

_LOOSE_TAGS = frozenset(["DT", "IN", "PRP$", "CC", "PDT"])
_MAX_LOOSE_WORDS = 4  # between the last comma and what a run must not end with


def trim_ends(parsed: ParsedText, attribution: Attribution) -> Attribution:
    """Return the attribution with contents that end with their clause and phrase."""
    opening, *others = attribution.content
    kept = [run for run in others if not _is_announced(parsed, run[0], attribution.cue)]
    runs = [_without_next_clause(parsed, run) for run in (opening, *kept)]
    return replace(attribution, content=[_without_loose_end(parsed, run) for run in runs])


def _is_announced(parsed: ParsedText, first: int, cue: int) -> bool:
    """Return whether another verb than the cue, and a colon, stand before a quotation."""
    if not parsed.quotation[first]:
        return False
    colon = parsed.quotation_bounds[parsed.quotation[first] - 1][0] - 1
    is_marked = colon - 1 > cue and parsed.word[colon] == ":"
    return is_marked and parsed.is_unquoted_verb(colon - 1, STATING)


def _without_next_clause(parsed: ParsedText, run: Run) -> Run:
    """End a run at a semicolon behind which another clause begins: he had written; Ray was."""
    first, last = run
    for mark in range(first + 1, last):
        if parsed.word[mark] == ";" and not parsed.quotation[mark]:
            verbs = (i for i in range(mark, last) if parsed.tag[i] in FINITE_VERB_TAGS)
            subjects = (k for i in verbs for k in parsed.children_by(i, *SUBJECT_DEPS))
            if any(k > mark and not parsed.quotation[k] for k in subjects):
                return first, mark
    return run


def _without_loose_end(parsed: ParsedText, run: Run) -> Run:
    """End no run in the middle of a phrase: was not for sale | , a day after."""
    first, last = run
    end = last
    is_cut = last < len(parsed) and parsed.word[last][0].isalnum()
    while is_cut and end - 1 > first and parsed.tag[end - 1] in _LOOSE_TAGS:
        end -= 1
    if end == last or parsed.quotation[end - 1]:
        return run
    commas = (i for i in range(end - 1, max(first, end - _MAX_LOOSE_WORDS), -1))
    return first, next((i for i in commas if parsed.word[i] == ","), end)
