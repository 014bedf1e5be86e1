"""Find the verbs that report in a clause, with their particles and auxiliaries."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.statements.german.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CONTENT_OPENERS,
    COORDINATORS,
    DETERMINERS,
    HE_OR_SHE,
    MODALS,
    PASSIVE,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SEPARABLE,
    SUBORDINATORS,
    VERBS,
    VerbForm,
    VerbReading,
)
from bot.language.statements.german.phrases import noun_phrase
from bot.language.statements.german.words import GermanText, Run, trim_end

_MAX_PARTICLE_WORDS = 40
_PRONOUNS = frozenset(
    ["ihr", "alle", "beide", "das", "dies", "dieser", "einige", "viele", "andere"]
)
_LETTING = frozenset(["lässt", "lassen", "ließ", "ließen"])  # "ließ wissen"
_APART = frozenset(["bekannt", "fest", "klar", "richtig", "nahe", "preis"])
_HELPERS = AUXILIARIES | MODALS | _LETTING
_FORMS_OF_BE = frozenset(["ist", "sind", "war", "waren", "sei", "seien", "wäre", "wären"])
# Of these "sein" makes the perfect: "ist davon ausgegangen".
_MOVING = frozenset(["ausgehen", "fortfahren", "herauskommen", "hervorgehen", "entgegentreten"])
_FORM_ORDER = (VerbForm.PARTICIPLE, VerbForm.INFINITIVE, VerbForm.SINGULAR, VerbForm.PLURAL)
# Also begin phrases: "Als Antwort", "Seit Montag", "Bis Freitag".
_ALSO_PREPOSITIONS = frozenset(["als", "seit", "bis", "während", "da", "ehe"])


@dataclass(frozen=True, slots=True)
class CueVerb:
    """A verb that reports: its reading, its word, its finite word, and where its last word ends."""

    reading: VerbReading
    at: int
    finite: int
    clause: Run
    end: int
    is_passive: bool = False

    @property
    def cue(self) -> Run:
        """Return the words from the first to the last of the verb, without a far particle."""
        if self.finite < self.clause[0] or self.reading.particle:
            return self.at, self.at + 1
        return min(self.at, self.finite), max(self.at, self.finite) + 1


def find_cue_verbs(text: GermanText, clause: Run, sentence: Run) -> Iterator[CueVerb]:
    """Yield the verbs that report in a clause of a sentence, in order."""
    for i in range(*clause):
        if text.quotation[i] or (text.is_capitalized(i) and i > sentence[0]):
            continue
        before = text.word[clause[0] : i]
        if before.count("(") > before.count(")"):
            continue  # "(die Zeitung berichtete)"
        if text.lower[i] in DETERMINERS and not _is_meaning(text, i, clause[1]):
            continue  # "einige"
        readings = _readings_at(text, i)
        for reading in sorted(readings, key=_preference):
            verb = _complete(text, reading, i, clause, sentence)
            if verb is not None:
                yield verb
                break


def _is_meaning(text: GermanText, i: int, end: int) -> bool:
    """Return whether "meinen" is the verb: "meinen die Fischer", "Fischer meinen"."""
    return text.lower[i] == "meinen" and (
        i + 1 >= end or text.lower[i + 1] in DETERMINERS | PRONOUNS | ADVERBS
    )


def _readings_at(text: GermanText, i: int) -> tuple[VerbReading, ...]:
    """Return what a word may be of, also where its particle is written apart: "bekannt gab"."""
    apart = VERBS.get(text.lower[i - 1] + text.lower[i], ()) if text.lower[i - 1] in _APART else ()
    return apart or VERBS.get(text.lower[i], ())


def _preference(reading: VerbReading) -> tuple[bool, int]:
    """Put a verb with its particle first: "rief ... auf" is of "aufrufen"."""
    return not reading.particle, _FORM_ORDER.index(reading.form)


def opener_of(text: GermanText, clause: Run) -> int:
    """Return the first word of a clause behind coordinators, marks and whole quotations."""
    i = clause[0]
    while i < clause[1] - 1 and (
        text.lower[i] in COORDINATORS or not text.is_word(i) or text.quotation[i]
    ):
        if text.quotation[i]:
            quoted = text.quotations[text.quotation[i] - 1]
            if quoted[0] == i and text.is_name(quoted):
                break
        i += 1
    return i


def is_verb_final(text: GermanText, verb: CueVerb) -> bool:
    """Return whether a verb ends a subordinate or relative clause."""
    clause = verb.clause
    opener = opener_of(text, clause)
    lower = text.lower[opener]
    last = max(verb.at, verb.finite)
    # Parted verbs stand second, and so does that of "Als es dunkel war sagte er:".
    if verb.reading.particle or (last + 1 < clause[1] and text.lower[last + 1] in HE_OR_SHE):
        return False
    if lower in SUBORDINATORS:
        is_clause = lower not in _ALSO_PREPOSITIONS or last >= clause[1] - 2
        return is_clause and not _is_joined_anew(text, verb, opener)
    is_behind_mark = clause[0] and text.word[clause[0] - 1] in ",(–—-"
    if not is_behind_mark or text.is_capitalized(opener):
        return False
    return last >= clause[1] - 2 and _opens_relative(text, verb, opener)


def _opens_relative(text: GermanText, verb: CueVerb, opener: int) -> bool:
    """Return whether a clause begins with a relative pronoun: "die angab", "in dem er sagt"."""
    clause = verb.clause
    if text.lower[opener] not in RELATIVES:
        return opener + 1 < clause[1] and text.lower[opener + 1] in RELATIVES - DETERMINERS
    phrase = noun_phrase(text, opener, clause[1])
    if phrase and phrase[1] - phrase[0] > 1 and phrase[1] == verb.finite:
        return False  # "..., die Stadt sagt"
    is_alone = trim_end(text, *clause) - opener == 2  # "ein Junge, der angab, ..."
    return verb.finite > opener + 1 or is_alone


def _is_joined_anew(text: GermanText, verb: CueVerb, opener: int) -> bool:
    """Return whether "und" joins a past verb to the main one: "dass es lecke und betonte"."""
    if text.lower[verb.finite - 1] not in COORDINATORS:
        return False
    return any(map(text.is_subjunctive, range(opener, verb.finite - 1)))


def _complete(
    text: GermanText, reading: VerbReading, i: int, clause: Run, sentence: Run
) -> CueVerb | None:
    """Return the verb with its particle and its finite verb, None if it has none."""
    if _is_attributive(text, i, clause):
        return None
    if reading.particle:
        at = _find_particle(text, reading.particle, i, sentence) if reading.is_finite else None
        return CueVerb(reading, i, i, clause, at + 1) if at is not None else None
    helper = _helper_in_clause(text, i, clause)
    if text.lower[i] in ADVERBS and helper is not None and i + 1 < trim_end(text, *clause):
        return None  # "hat wiederholt Streit gegeben"
    if reading.is_finite:
        is_verb = _is_finite(text, reading, i, clause, is_helped=helper is not None)
        return CueVerb(reading, i, i, clause, i + 1) if is_verb else None
    if helper is None:
        helper = _helper_before(text, i, clause, sentence)
    return _helped(text, reading, i, clause, helper) if helper is not None else None


def _is_finite(
    text: GermanText, reading: VerbReading, i: int, clause: Run, *, is_helped: bool
) -> bool:
    """Return whether a form is finite: none is in "um zu zeigen" and "zeigen zu können"."""
    others = {each.form for each in VERBS[text.lower[i]]}
    is_infinitive = not others.isdisjoint({VerbForm.INFINITIVE, VerbForm.PARTICIPLE})
    is_before_zu = is_infinitive and text.lower[i + 1 : i + 2] == ["zu"]  # "sagte zu ihr"
    if (i and text.lower[i - 1] == "zu") or is_before_zu or _is_parted(text, i, clause):
        return False
    may_be_helped = is_infinitive and reading.form is VerbForm.PLURAL
    return not (is_helped and may_be_helped and not _has_own_subject(text, i, clause))


def _has_own_subject(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether "und" and a phrase stand before a verb: "es war spät und alle sagen"."""
    joins = (k for k in range(i - 1, clause[0], -1) if text.lower[k] in COORDINATORS)
    at = next(joins, None)
    phrase = noun_phrase(text, at + 1, i) if at is not None else None
    return phrase is not None and phrase[1] == i


def _is_parted(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether a clause ends in the particle of another verb: "fand im Park statt".

    It may go on with "und": "erkannte das Gericht nicht an und schwieg".
    """
    end = next((k for k in range(i, clause[1]) if text.word[k] in {"(", "und"}), clause[1])
    end = trim_end(text, i, end)
    is_again = text.lower[end - 2 : end] == ["immer", "wieder"]
    return end - 1 > i and text.word[end - 1] in SEPARABLE and not is_again


def _helped(
    text: GermanText, reading: VerbReading, i: int, clause: Run, finite: int
) -> CueVerb | None:
    """Return a participle or infinitive with the finite verb that helps it, if it may."""
    is_participle = reading.form is VerbForm.PARTICIPLE
    words = {text.lower[k] for k in range(i + 1, min(i + 3, clause[1]))} | {text.lower[finite]}
    if is_participle:
        may_help = text.lower[finite] not in MODALS or bool(words & AUXILIARIES)
    else:
        may_help = text.lower[finite] in MODALS | PASSIVE | _LETTING
    if not may_help:
        return None
    end = max(i, finite) + 1
    while end < clause[1] and text.lower[end] in AUXILIARIES:
        end += 1
    is_state = text.lower[finite] in _FORMS_OF_BE and reading.verb not in _MOVING
    is_passive = is_participle and (bool(words & PASSIVE) or is_state)
    return CueVerb(reading, i, finite, clause, end, is_passive)


def _is_attributive(text: GermanText, i: int, clause: Run) -> bool:
    """Return whether a form stands before a noun: "die geplante Reform", "neu entdeckte Arten"."""
    ends = text.lower[i].endswith(("te", "ten", "e", "en"))
    if not ends or i + 1 >= clause[1] or not text.is_word(i + 1):
        return False
    is_before_noun = text.is_capitalized(i + 1)
    if is_before_noun and i > clause[0] and text.lower[i - 1] in PREPOSITIONS:
        return True  # "von einigen Medien"
    if not is_before_noun and not text.lower[i + 1].endswith(("e", "en", "er")):
        return False
    k = i - 1
    while k >= clause[0] and text.word[k][0].islower() and text.lower[k] in ADVERBS | {"neu"}:
        k -= 1
    is_after_article = k >= clause[0] and text.lower[k] in DETERMINERS - _PRONOUNS
    is_participle = text.lower[i].startswith("ge") and text.lower[i].endswith("te")
    return is_after_article or (is_before_noun and is_participle)


def _find_particle(text: GermanText, particle: str, i: int, sentence: Run) -> int | None:
    """Return where a verb's particle ends its clause."""
    for k in range(i + 1, min(sentence[1], i + _MAX_PARTICLE_WORDS)):
        if text.quotation[k]:
            continue
        if text.lower[k] in CONTENT_OPENERS:
            return None
        if text.word[k] == particle and _ends_there(text, k + 1, sentence):
            return k
    return None


def _ends_there(text: GermanText, k: int, sentence: Run) -> bool:
    if k >= sentence[1] or not text.is_word(k) or text.quotation[k]:
        return True
    return text.lower[k] in COORDINATORS | CONTENT_OPENERS


def _helper_in_clause(text: GermanText, i: int, clause: Run) -> int | None:
    """Return the finite auxiliary or modal of a participle or infinitive within its clause."""
    after = [
        k for k in range(i + 1, min(i + 4, clause[1]))
        if text.lower[k] in _HELPERS and text.lower[k] != "worden" and text.lower[k - 1] != "zu"
    ]  # fmt: skip
    helpers = (k for k in range(clause[0], i) if text.lower[k] in _HELPERS)
    before = next((k for k in helpers if not text.quotation[k]), None)
    is_second = before is not None and text.lower[opener_of(text, clause)] not in SUBORDINATORS
    end = trim_end(text, *clause)
    if after and after[-1] + 1 >= end and after[0] == after[-1] - len(after) + 1:
        return before if is_second else after[-1]  # "hätte sagen können"
    return before


def _helper_before(text: GermanText, i: int, clause: Run, sentence: Run) -> int | None:
    """Return the auxiliary in an earlier clause: "hat Ida Berg, die Ministerin, gesagt"."""
    if i - clause[0] > 3 or i + 1 < clause[1]:
        return None
    for k in range(clause[0] - 1, sentence[0] - 1, -1):
        if text.lower[k] in _HELPERS and not text.quotation[k]:
            return k if not text.parts(k + 1) else None
    return None
