"""Find noun phrases in German words, and the phrase that is a verb's subject."""

from bot.language.statements.german.lexicon import (
    ADVERBS,
    CUE_ADJECTIVES,
    DETERMINERS,
    FINITE,
    GENITIVE,
    OBLIQUE,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    SMALL_NAMES,
    SUBORDINATORS,
    VERBS,
    VerbForm,
)
from bot.language.statements.german.words import GermanText, Run

_ATTRIBUTIVE = ("e", "en", "er", "es", "em")
_NAME_PARTICLES = frozenset("von van de del della di da dos du zu zur vom bin ibn al el la le ten ter den".split())
_PARTICIPLES = ("te", "ten", "ter", "tes", "ene", "enen", "ener", "ende", "enden", "ender")
_MAX_WITHIN = 9
_MAX_ADJECTIVES = 6
_MAX_BRACKET = 10
_MAX_QUOTED_NAME = 8
_MAX_BARE_NAME = 6  # with its marks, and no article before it
_TIMES = frozenset(
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar märz april"
    " mai juni juli august september oktober november dezember tag abend morgen nachmittag nacht"
    " vormittag mittag woche jahr monat wochenende jahren uhr rande anschluss interview gespräch"
    " stunden tage tagen monate monaten wochen jahre minuten"
    " montagabend dienstagabend mittwochabend donnerstagabend freitagabend samstagabend sonntagabend"
    .split()
)
_FOCUS = frozenset("auch selbst sogar nur allein zumindest".split())
_OF = frozenset(["von", "vom", "für"])


def noun_phrase(text: GermanText, i: int, end: int) -> Run | None:
    """Return the whole noun phrase that begins at a word, with what belongs to it."""
    core = _core(text, i, end)
    if core is None:
        return None
    j = core[1]
    if j - i == 1 and text.lower[i] in PRONOUNS and text.lower[i] not in DETERMINERS:
        return core
    while (more := _postmodifier(text, j, end)) is not None:
        j = more
    return i, j


def _core(text: GermanText, i: int, end: int) -> Run | None:
    """Return determiner, adjectives and nouns; or a pronoun alone."""
    if i >= end:
        return None
    j = i
    if text.lower[i] in PRONOUNS - DETERMINERS:
        return i, i + 1
    while j < end and text.lower[j] in DETERMINERS and j - i < 2:
        j += 1
    first = j
    while i < j < end - 1 and j - first < 3 and text.lower[j] in ADVERBS:
        j += 1
    if j > first and not _is_attributive(text, j):
        j = first
    adjectives = 0
    while j < end and adjectives < _MAX_ADJECTIVES and _is_attributive(text, j):
        j += 1
        adjectives += 1
    if j > i and (inner := _participle_before_noun(text, j, end)):
        j = inner
    noun = _nouns_end(text, j, end)
    if noun > j:
        return i, noun
    if adjectives and text.word[j - 1][0].isdigit() and "-" in text.word[j - 1]:
        return i, j  # "der 81-jährige"
    if text.lower[i] in PRONOUNS:
        return i, i + 1
    return None


def _participle_before_noun(text: GermanText, j: int, end: int) -> int | None:
    """Return the noun of "die am Montag veröffentlichte Studie", if such words begin at `j`."""
    if text.lower[j : j + 1] == [] or text.lower[j] not in PREPOSITIONS:
        return None
    for m in range(j + 2, min(end - 1, j + _MAX_WITHIN)):
        if not text.is_word(m) or text.lower[m] in FINITE:
            return None
        is_participle = text.word[m][0].islower() and text.lower[m].endswith(_PARTICIPLES)
        if is_participle and text.is_capitalized(m + 1):
            return m + 1
    return None


def _is_attributive(text: GermanText, j: int) -> bool:
    word = text.word[j]
    if word[0].isdigit():
        return True
    lower = text.lower[j]
    if not word[0].islower() or lower in PREPOSITIONS or lower in FINITE:
        return False
    if lower in DETERMINERS:
        return True
    if any(reading.is_finite for reading in VERBS.get(lower, ())):
        return False
    return word.endswith(_ATTRIBUTIVE) and lower not in SUBORDINATORS


def _nouns_end(text: GermanText, j: int, end: int) -> int:
    """Return the word after the nouns and names that begin at a word, else that word."""
    first = j
    while j < end:
        lower = text.lower[j]
        if text.word[j] in "„“\"»«‚‘”":
            closed = _quoted_name_end(text, j, end)
            if closed is None or (j == first and closed - j > _MAX_BARE_NAME):
                break
            j = closed
            continue
        if text.lower[j] in SMALL_NAMES or _is_arabic(text.word[j]):
            j += 1
        elif text.is_capitalized(j) and text.word[j][-1] != "-":
            if j == first and _opens_otherwise(text, j):
                break
            j += 1
        elif text.is_capitalized(j) and j + 2 < end and text.lower[j + 1] in {"und", "oder"}:
            j += 3  # "Innen- und Außenministerin"
        elif j > first and lower in _NAME_PARTICLES and _is_in_name(text, j, end):
            j += 1
        elif j > first and text.word[j][0] == "-":
            j += 1
        elif j > first and text.word[j].isdigit() and not _counts(text, j, end):
            j += 1
        elif j > first and lower == "ohne" and text.lower[j + 1 : j + 2] == ["grenzen"]:
            j += 2
        else:
            break
    return j


def _is_arabic(word: str) -> bool:
    return word[:3].lower() in {"al-", "as-", "el-"} and len(word) > 4


def _counts(text: GermanText, j: int, end: int) -> bool:
    """Return whether a number counts what follows: "laut dpa 62 Personen"."""
    return j + 1 < end and text.is_word(j + 1) and text.lower[j + 1] not in PREPOSITIONS


def _is_in_name(text: GermanText, j: int, end: int) -> bool:
    """Return whether "von" or the like stands in a name: a name on both sides, no article."""
    k = j + 1
    if k < end and text.lower[k] in {"der", "den", "la", "al"}:
        k += 1
    is_name = k < end and text.is_capitalized(k)
    if text.lower[j] in {"von", "zu", "vom", "zur", "den"}:
        return is_name and text.is_capitalized(j - 1) and _is_given_name(text, j - 1)
    return is_name


def _is_given_name(text: GermanText, i: int) -> bool:
    return text.word[i] in _GIVEN_NAMES


_GIVEN_NAMES = frozenset(
    "Ursula Klaus Karl-Theodor Guido Hans Friedrich Otto Karl Carl Wolfgang Alexander Johann Max"
    " Ludwig Wilhelm Georg Philipp Christian Andreas Hermann Heinrich Ernst Franz Beatrix Richard"
    " Thomas Michael Peter Stefan Stephan Rupert Konrad Anna Maria Sophie Marie".split()
)


def _opens_otherwise(text: GermanText, j: int) -> bool:
    """Return whether a capitalized word is none of a noun: it opens a sentence."""
    lower = text.lower[j]
    return (
        lower in ADVERBS or lower in PREPOSITIONS or lower in SUBORDINATORS
        or lower in CUE_ADJECTIVES or _is_participle(lower)
        or lower.endswith(("falls", "erweise", "gemäß", "mäß", "maßen", "lich", "isch")) or lower in {"passend", "ebenso"}
        or lower in QUESTION_WORDS or lower in PRONOUNS or lower in DETERMINERS or lower in FINITE
    )


def _is_participle(lower: str) -> bool:
    return any(reading.form is VerbForm.PARTICIPLE for reading in VERBS.get(lower, ()))


def _quoted_name_end(text: GermanText, j: int, end: int) -> int | None:
    number = text.quotation[j]
    if not number:
        return None
    first, last = text.quotations[number - 1]
    if first != j or last - first > _MAX_QUOTED_NAME or last > end:
        return None
    return last


def _postmodifier(text: GermanText, j: int, end: int) -> int | None:
    """Return where what modifies a phrase ends that ends before word `j`, if anything does."""
    if j >= end:
        return None
    lower = text.lower[j]
    if text.word[j] == "(":
        for k in range(j + 1, min(end, j + _MAX_BRACKET)):
            if text.word[k] == ")":
                return k + 1
        return None
    if lower in GENITIVE and (core := _core(text, j, end)) and core[1] - j > 1:
        is_nominative = lower == "der" and text.lower[j + 1].endswith("e")
        if not (is_nominative and text.word[j + 1][0].islower()):
            return core[1]
        return None
    if (
        lower.endswith("er") and text.word[j][0].islower() and lower not in ADVERBS | PRONOUNS
        and lower not in PREPOSITIONS | DETERMINERS
        and j + 1 < end and _is_attributive(text, j) and (core := _core(text, j, end))
    ):
        return core[1]
    if lower in _OF and (core := _core(text, j + 1, end)):
        if text.lower[core[1] - 1] in _TIMES:
            return None
        return core[1]
    if lower in {"und", "sowie"} and (core := _core(text, j + 1, end)):
        if text.lower[j + 1] in PRONOUNS and core[1] == j + 2:
            return None
        if text.lower[j + 1] in OBLIQUE:
            return None
        return core[1]
    return None


def is_nominative(text: GermanText, run: Run) -> bool:
    """Return whether a phrase may be a subject by its first word."""
    return text.lower[run[0]] not in OBLIQUE


def skip_prepositional(text: GermanText, i: int, end: int) -> int:
    """Return the word after a preposition and its phrase."""
    phrase = noun_phrase(text, i + 1, end)
    return phrase[1] if phrase else i + 1


def phrase_from(text: GermanText, i: int, end: int) -> Run | None:
    """Return the first phrase from a word on that may be a subject."""
    while i < end and not text.parts(i):
        lower = text.lower[i]
        if not text.is_word(i) and noun_phrase(text, i, end) is None:
            if text.quotation[i]:
                return None
            i += 1
            continue
        if lower in PREPOSITIONS:
            i = skip_prepositional(text, i, end)
            continue
        if lower in ADVERBS and not text.is_capitalized(i):
            i += 1
            continue
        phrase = noun_phrase(text, i, end)
        if phrase is None:
            i += 1
            continue
        if is_nominative(text, phrase) and text.lower[phrase[1] - 1] not in _TIMES:
            return phrase
        i = phrase[1]
    return None


def opening_phrase(text: GermanText, i: int, end: int) -> Run | None:
    """Return the phrase that opens a clause, if it may be its subject."""
    while i + 1 < end and text.lower[i] in _FOCUS:
        i += 1
    phrase = noun_phrase(text, i, end)
    if phrase is None or not is_nominative(text, phrase):
        return None
    if text.lower[phrase[1] - 1] in _TIMES and phrase[1] - phrase[0] <= 3:
        return None
    return phrase
