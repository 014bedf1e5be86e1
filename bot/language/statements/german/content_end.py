"""Find where what is said ends, and the reporter's own words begin again."""

from bot.language.statements.german.cues import CueVerb, is_verb_final
from bot.language.statements.german.lexicon import FINITE, MODALS, PREPOSITIONS, VERBS
from bot.language.statements.german.phrases import opening_phrase, skip_prepositional
from bot.language.statements.german.quoted_words import is_whole_quotation
from bot.language.statements.german.words import GermanText, Run, trim_end

_PRESENT_HELPERS = frozenset(
    ["ist", "sind", "hat", "haben", "wird", "werden", "kann", "muss", "soll"]
)


def until_end(
    text: GermanText, sentence: Run, clauses: list[Run], n: int, first: int, verb: CueVerb
) -> Run:
    """Return the words from `first` on, up to where the reporter's own begin again."""
    again = _reported_again_at(text, first, clauses[n][1])
    if again is not None:
        return first, again
    is_within = is_verb_final(text, verb)
    for clause in clauses[n + 1 :]:
        is_last = clause == clauses[-1]
        if (is_within and text.is_verb(clause[0])) or _is_reporters(text, clause, is_last=is_last):
            return first, clause[0] - 1
    return first, trim_end(text, first, sentence[1])


def _is_reporters(text: GermanText, clause: Run, *, is_last: bool) -> bool:
    """Return whether a clause behind what is said is no more of it."""
    start, end = clause
    mark, lower = text.word[start - 1], text.lower[start]
    if text.quotation[start]:
        return mark == ":" and is_whole_quotation(text, start)
    if mark == ";":
        return True
    if lower in {"und", "doch", "aber"} and _reports_again(text, (start + 1, end)):
        return True
    if mark == "," and _acts_again(text, start):
        return True
    return lower == "so" and is_last and not any(map(text.finite_at, range(start, end)))


def _acts_again(text: GermanText, i: int) -> bool:
    """Return whether a clause opens with a past verb: "sagte, er sei krank, verließ aber nie"."""
    is_past = text.lower[i].endswith(("te", "ten")) or text.lower[i] in FINITE
    is_other = text.is_subjunctive(i) or text.lower[i] in _PRESENT_HELPERS | MODALS
    return is_past and text.finite_at(i) and not is_other


def _reported_again_at(text: GermanText, first: int, end: int) -> int | None:
    """Return where the reporter goes on: "das Boot sei leck | und fügte hinzu"."""
    for i in range(first, end - 1):
        is_joined = text.lower[i] in {"und", "aber"}
        is_reporters = is_joined and (
            (text.lower[i + 1].endswith(("te", "ten")) and _acts_again(text, i + 1))
            or _reports_again(text, (i + 1, end))
        )
        if is_reporters and not text.quotation[i]:
            return i if any(map(text.is_subjunctive, range(first, i))) else None
    return None


def _reports_again(text: GermanText, run: Run) -> bool:
    """Return whether words behind "und" report: "und kündigte an"."""
    phrase = opening_phrase(text, *run)
    i = phrase[1] if phrase else run[0]
    while i < run[1] and text.lower[i] in PREPOSITIONS:
        i = skip_prepositional(text, i, run[1])
    return (
        i < run[1]
        and any(
            reading.is_finite and reading.verb_class in {"say", "warn", "demand", "deny"}
            for reading in VERBS.get(text.lower[i], ())
        )
        and not text.is_subjunctive(i)
        and (text.lower[i].endswith(("te", "ten")) or not text.lower[i].endswith(("e", "en")))
    )
