"""Decide what German words tell was not said at all: futures, conditions, questions, nobody."""

from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.lexicon import (
    CONDITIONS,
    CONTENT_OPENERS,
    COORDINATORS,
    NEGATIONS,
    NOBODY,
    SECOND_SUBJUNCTIVE,
    WOULD,
)
from bot.language.statements.german.words import GermanText

_WILL = frozenset(["wird", "werden"])
_WANTS = frozenset(["will", "wollen", "wollte", "wollten", "wolle"])
_UNREAL = frozenset(["hätte", "hätten"])
_WRONGLY = frozenset(["fälschlich", "fälschlicherweise", "irrtümlich", "unrecht"])
_UNTRUE = frozenset(["falsch", "unwahr", "erfunden", "gelogen", "lüge"])
_TRUE = frozenset(["wahr", "stimmt", "stimme", "richtig", "korrekt", "fall", "zu"])
# "nicht ohne Stolz", "nicht nur": what follows was said.
_NEVER = frozenset(["nicht", "nie", "niemals"])
_NO_DENIAL_BEFORE = frozenset(["ohne", "nur", "zuletzt", "allein", "bloß"])
_MAX_VERDICT = 8  # words of "es ist nicht wahr"


def is_unsaid(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether an attribution tells of nothing that was said."""
    source = attribution.source
    if source and (text.lower[source[0]] in NOBODY or _is_ours(text, source[0])):
        return True
    if not attribution.verb:
        return False
    return any(
        is_so(text, attribution)
        for is_so in (_is_of_nobody, _is_unreal, _is_question, _is_wrong, _is_never_quoted)
    )


def _is_ours(text: GermanText, i: int) -> bool:
    """Return whether a source is the writer's or the reader's: "meiner Ansicht nach", "Ihrer"."""
    if text.quotation[i]:
        return False
    is_yours = text.word[i].startswith("Ihre") and i != text.sentence_at(i)[0]
    return is_yours or text.lower[i].startswith(("meine", "unsere", "eurer", "deine"))


def _is_of_nobody(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether a clause opens with "weder", "kaum jemand" or "nicht Ida Berg"."""
    first, second = text.lower[attribution.opener], attribution.opener + 1
    if first in {"weder", "kaum"}:
        return True
    return first == "nicht" and (text.is_capitalized(second) or text.lower[second] == "einmal")


def _is_unreal(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether it is still to come, may be, or hangs on a condition."""
    finite = text.lower[attribution.finite]
    is_helped = attribution.finite != attribution.verb_at
    is_to_come = finite in _WILL and not attribution.is_passive  # "wird sagen"
    is_wanted = finite in _WANTS and not is_negated(text, attribution)
    if attribution.verb_class == "think":
        is_wanted = False  # "wollte wissen, ob"
    if is_helped and (finite in WOULD | _UNREAL or is_to_come or is_wanted):
        return True
    opening = text.sentence_at(attribution.cue[0])[0]
    is_condition = opening < min(attribution.opener, attribution.content[0][0])
    if is_condition and text.lower[opening] in SECOND_SUBJUNCTIVE | WOULD:
        return True  # "Wäre Ida Berg hier, sagte sie: …"
    return text.lower[attribution.opener] in CONDITIONS and attribution.rule != "wie"


def _is_question(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether a clause asks whether something was said: "Sagte sie, dass …?"."""
    sentence = text.sentence_at(attribution.cue[0])
    last = sentence[1] - 1
    return text.word[last] == "?" and not text.quotation[last]


def _is_wrong(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether it is told to be untrue: "es stimmt nicht, dass sie sagte"."""
    first, end = attribution.clause
    if attribution.verb in {"zitieren", "heißen"}:
        return not _WRONGLY.isdisjoint(text.lower[first:end])
    if text.lower[attribution.opener] not in CONTENT_OPENERS:
        return False
    start = max(text.sentence_at(first)[0], first - _MAX_VERDICT)
    before = set(text.lower[start:first])
    is_denied = not before.isdisjoint(NEGATIONS)
    return not before.isdisjoint(_TRUE if is_denied else _UNTRUE)


def _is_never_quoted(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether quoted words were not said: "das hat sie nie gesagt"."""
    if attribution.verb_class != "say":
        return False
    words = [i for run in attribution.content for i in range(*run) if text.is_word(i)]
    behind = range(attribution.finite + 1, attribution.clause[1])
    is_denied = any(text.lower[i] in _NEVER and not text.quotation[i] for i in behind)
    return is_denied and is_negated(text, attribution) and all(text.quotation[i] for i in words)


def is_negated(text: GermanText, attribution: GermanAttribution) -> bool:
    """Return whether the clause of the verb denies it: "sagte nicht", "wollte nicht bestätigen"."""
    if not attribution.verb:
        return False
    first, end = attribution.clause
    joined = (i for i in range(first, attribution.finite) if text.lower[i] in COORDINATORS)
    first = max((i for i in joined if not text.quotation[i]), default=first)
    said = {i for run in attribution.content for i in range(*run)}
    return any(
        text.lower[i] in NEGATIONS
        and i not in said
        and not text.quotation[i]
        and _NO_DENIAL_BEFORE.isdisjoint(text.lower[i + 1 : i + 2])
        for i in range(first, end)
    )
