"""Decide what German words tell was not said at all: futures, conditions, questions, nobody."""

from bot.language.statements.german.attribution import Attribution
from bot.language.statements.german.lexicon import (
    CONDITIONS,
    NEGATIONS,
    NOBODY,
    WOULD,
)
from bot.language.statements.german.words import GermanText

_WILL = frozenset(["wird", "werden"])


def is_unsaid(text: GermanText, attribution: Attribution) -> bool:
    """Return whether an attribution tells of nothing that was said."""
    source = attribution.source
    if source and (text.lower[source[0]] in NOBODY or _is_ours(text, source[0])):
        return True
    if not attribution.verb:
        return False
    return (
        _is_of_nobody(text, attribution)
        or _is_unreal(text, attribution)
        or _is_question(text, attribution)
    )


def _is_ours(text: GermanText, i: int) -> bool:
    """Return whether a source is the writer's or the reader's: "meiner Ansicht nach", "Ihrer"."""
    if text.quotation[i]:
        return False
    is_yours = text.word[i].startswith("Ihre") and i != text.sentence_at(i)[0]
    return is_yours or text.lower[i].startswith(("meine", "unsere", "eurer", "deine"))


def _is_of_nobody(text: GermanText, attribution: Attribution) -> bool:
    """Return whether a clause opens with "weder" or "nicht einmal"."""
    opening = text.lower[attribution.opener : attribution.opener + 2]
    return opening[:1] == ["weder"] or opening == ["nicht", "einmal"]


def _is_unreal(text: GermanText, attribution: Attribution) -> bool:
    """Return whether it is still to come, may be, or hangs on a condition."""
    finite = attribution.finite
    is_helped = finite != attribution.verb_at
    is_to_come = text.lower[finite] in _WILL and not attribution.is_passive  # "wird sagen"
    if is_helped and (text.lower[finite] in WOULD or is_to_come):
        return True
    return text.lower[attribution.opener] in CONDITIONS and attribution.rule != "wie"


def _is_question(text: GermanText, attribution: Attribution) -> bool:
    """Return whether a clause asks whether something was said: "Sagte sie, dass …?"."""
    sentence = text.sentence_at(attribution.cue[0])
    last = sentence[1] - 1
    return text.word[last] == "?" and not text.quotation[last]


def is_negated(text: GermanText, attribution: Attribution) -> bool:
    """Return whether the clause of the verb denies it: "sagte nicht", "wollte nicht bestätigen"."""
    if not attribution.verb:
        return False
    first, end = attribution.clause
    said = {i for run in attribution.content for i in range(*run)}
    return any(
        text.lower[i] in NEGATIONS and i not in said and not text.quotation[i]
        for i in range(first, end)
    )
