"""Find what is said by a noun or an adjective: "die Ansicht, dass", "ist überzeugt, dass"."""

from bot.language.statements.german.attribution import GermanAttribution
from bot.language.statements.german.contents import is_infinitive
from bot.language.statements.german.cues import opener_of
from bot.language.statements.german.lexicon import (
    AUXILIARIES,
    CONTENT_OPENERS,
    COORDINATORS,
    CUE_ADJECTIVES,
    CUE_NOUNS,
    GENITIVE,
    RELATIVES,
    SUBORDINATORS,
    SUPPORT_VERBS,
    VERBS,
)
from bot.language.statements.german.people import may_speak
from bot.language.statements.german.phrases import noun_phrase, opening_phrase, phrase_from
from bot.language.statements.german.subjects import is_object_first, with_apposition
from bot.language.statements.german.words import GermanText, Run, trim_end

_COPULAS = frozenset(["ist", "war", "lautet", "lautete", "sei"])
_JUDGING = frozenset(["deny", "call", "ask"])
_REFUSES = frozenset(["verbat", "verbaten", "verbittet", "verwahrte", "verwahrten", "verwahrt"])
_BEHIND_NOUNS = frozenset(
    ["auf", "ab", "aus", "an", "darauf", "dafür", "davon", "dazu", "dagegen", "darüber"]
)
_IMPERSONAL = frozenset(
    ["bekannt", "klar", "unklar", "deutlich", "fraglich", "wichtig", "ungewiss"]
)


def find_by_nouns(text: GermanText, sentence: Run, clauses: list[Run]) -> list[GermanAttribution]:
    """Return what nouns and adjectives report in a sentence."""
    found = []
    for k, clause in enumerate(clauses[:-1]):
        content = _content(text, sentence, clauses, k)
        if content is None:
            continue
        noun = _cue_noun(text, clause)
        if noun is not None:
            source = (
                find_owner(text, noun, clause)
                or _supporter(text, sentence, clause, noun)
                or _telling_noun(text, clause, noun)
            )
            is_plan = is_infinitive(text, clauses[k + 1])
            rule = "noun with zu" if is_plan else "noun"
            if source:
                found.append(GermanAttribution((noun, noun + 1), source, content, rule))
            continue
        adjective = _cue_adjective(text, clause)
        if adjective is not None and _may_be_felt(text, adjective, content[0]):
            source = None
            if text.lower[adjective] not in _IMPERSONAL:
                source = _supporter(text, sentence, clause, adjective)
                if source is None or text.lower[source[0]] in {"es", "das"}:
                    continue
            elif text.lower[adjective] != "bekannt":
                continue
            found.append(
                GermanAttribution((adjective, adjective + 1), source, content, "adjective")
            )
    return found


def _may_be_felt(text: GermanText, adjective: int, run: Run) -> bool:
    """Return whether an adjective takes words: "sicher, dass", "zuversichtlich, … zu können"."""
    first = run[0]
    if text.lower[first] in CONTENT_OPENERS or text.word[first - 1] == ":":
        return True
    is_sure = text.lower[adjective] in {"überzeugt", "zuversichtlich", "sicher"}
    return is_sure and is_infinitive(text, run)


def _content(text: GermanText, sentence: Run, clauses: list[Run], k: int) -> tuple[Run, ...] | None:
    first, end = clauses[k + 1]
    if text.word[first - 1] == ":" and text.quotation[first]:
        return (text.quotations[text.quotation[first] - 1],)
    if text.word[first - 1] not in ",:":
        return None
    if text.quotation[first] and text.lower[first + 1] in CONTENT_OPENERS:
        return (text.quotations[text.quotation[first] - 1],)
    lower = text.lower[first]
    is_said = lower in CONTENT_OPENERS or is_infinitive(text, (first, end))
    if not is_said:
        if lower in SUBORDINATORS | COORDINATORS:
            return None
        reported = [i for i in range(first, end - 1) if text.is_subjunctive(i)]
        phrase = noun_phrase(text, first, end)
        is_relative = lower in RELATIVES and (phrase is None or phrase[1] - phrase[0] == 1)
        if not reported or is_relative or text.quotation[reported[0]]:
            return None
    stop = sentence[1]
    for start, _ in clauses[k + 2 :]:
        is_quoted = text.word[start - 1] == ":" and text.quotation[start]
        if is_quoted or (text.finite_at(start) and not text.is_subjunctive(start)):
            stop = start - 1
            break
    return ((first, trim_end(text, first, stop)),)


def _cue_noun(text: GermanText, clause: Run) -> int | None:
    """Return the noun whose phrase, with what modifies it, ends a clause but for a verb."""
    for i in range(clause[1] - 1, clause[0] - 1, -1):
        if text.quotation[i] or not text.is_capitalized(i):
            continue
        if text.lower[i - 1] == "in" and text.word[i] == "Frage":
            continue  # "stellte den Plan in Frage"
        if text.word[i] in CUE_NOUNS or text.word[i].rpartition("-")[2] in CUE_NOUNS:
            last = noun_phrase(text, i, clause[1])
            end = last[1] if last else i + 1
            while end < clause[1] and _closes(text, end):
                end += 1
            return i if end >= clause[1] else None
    return None


def _closes(text: GermanText, i: int) -> bool:
    return text.lower[i] in SUPPORT_VERBS | AUXILIARIES | _BEHIND_NOUNS


def _cue_adjective(text: GermanText, clause: Run) -> int | None:
    for i in range(clause[1] - 1, max(clause[0], clause[1] - 3) - 1, -1):
        if text.lower[i] in CUE_ADJECTIVES and text.word[i][0].islower():
            helped = any(
                text.lower[k] in AUXILIARIES or text.lower[k].startswith("zeig")
                for k in range(*clause)
            )
            return i if helped else None
    return None


def find_owner(text: GermanText, noun: int, clause: Run) -> Run | None:
    """Return whose claim it is: "die Forderung der Gewerkschaft", "von Ida Berg"."""
    i = noun + 1
    if i < clause[1] and text.lower[i] in GENITIVE:
        owner = noun_phrase(text, i, clause[1])
        is_own = text.lower[i] in {"seiner", "ihrer"}  # "sah eine Bestätigung ihrer Sorge"
        return None if owner and is_own and not may_speak(text, owner) else owner
    if i + 1 < clause[1] and text.lower[i] in {"von", "vom", "aus"}:
        return noun_phrase(text, i + 1, clause[1])
    return None


def _telling_noun(text: GermanText, clause: Run, noun: int) -> Run | None:
    """Return the phrase of a noun that is its own clause's subject: "Ihre Aussage ist, dass"."""
    phrase = opening_phrase(text, opener_of(text, clause), clause[1])
    is_subject = phrase and phrase[0] <= noun < phrase[1] < clause[1]
    return phrase if is_subject and phrase and text.lower[phrase[1]] in _COPULAS else None


def _turns_against(text: GermanText, first: int, finite: int, noun: int) -> bool:
    """Return whether a claim is somebody else's: "hielt den Vorwurf", "wandte sich gegen die"."""
    readings = VERBS.get(text.lower[finite], ())
    is_judged = any(each.verb_class in _JUDGING and not each.particle for each in readings)
    return is_judged or text.lower[finite] in _REFUSES or "gegen" in text.lower[first:noun]


def _supporter(text: GermanText, sentence: Run, clause: Run, noun: int) -> Run | None:
    """Return the subject of the verb that goes with a noun: "Ida Berg vertritt die Ansicht"."""
    opener = opener_of(text, clause)
    finite = next((i for i in range(opener, clause[1]) if text.finite_at(i)), None)
    if finite is None or _turns_against(text, opener, finite, noun):
        return None
    lower = text.lower[opener]
    if lower in RELATIVES and finite >= clause[1] - 2 and opener > sentence[0]:
        return opener, opener + 1
    phrase = opening_phrase(text, opener, finite) if finite > opener else None
    if phrase and phrase[0] <= noun < phrase[1]:
        return None
    if phrase is None:
        phrase = phrase_from(text, finite + 1, clause[1])
        if phrase and phrase[0] <= noun < phrase[1]:
            return None
    elif (after := phrase_from(text, finite + 1, noun)) and is_object_first(text, phrase, after):
        phrase = after  # "Den Streit beendete Ida Berg mit dem Satz"
    return with_apposition(text, phrase, sentence)
