"""Find noun phrases in German words, and the phrase that is a verb's subject."""

import re

from bot.language.statements.german.lexicon import (
    ADVERBS,
    AUXILIARIES,
    COORDINATORS,
    CUE_ADJECTIVES,
    DETERMINERS,
    FINITE,
    GENITIVE,
    MODALS,
    NAME_PARTICLES,
    OBLIQUE,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    SMALL_NAMES,
    SOURCE_NOUNS,
    SUBORDINATORS,
    TIMES,
    VERBS,
    VerbForm,
    may_be_finite,
)
from bot.language.statements.german.people import is_group, is_role, name_gender
from bot.language.statements.german.words import GermanText, Run

_ATTRIBUTIVE = ("e", "en", "er", "es", "em")
_PARTICIPLES = ("te", "ten", "ter", "tes", "ene", "enen", "ener", "ende", "enden", "ender")
# Of what may end words within a phrase; an article before them lets adjectives in, too:
# "der in Halvenport ansässigen Firma".
_ENDINGS_INSIDE = {False: _PARTICIPLES, True: ("e", "en", "er")}
_STILL_TO_BE = ("nde", "nden", "nder", "ndes", "ndem")  # "der zu bauende Steg"
_MAX_WITHIN = 9
_SOURCE_ENDINGS = (
    "berichten", "angaben", "meldungen", "aussagen", "informationen", "ansicht", "meinung",
    "auffassung", "einschätzung", "schätzungen", "bericht", "meldung", "umfrage", "studie",
    "berichte", "umfragen", "studien", "befund", "befunde", "stellungnahme", "gesetz", "entwurf",
    "erkenntnisstand", "ergebnis", "dokument", "plan",
)  # fmt: skip
# "aus Sicht der Fischer"
VIEWS = frozenset(["Sicht", "Perspektive", "Blickwinkel"])
_MAX_ADJECTIVES = 6
_MAX_BRACKET = 10
_MAX_QUOTED_NAME = 8
_MEDIA_WORDS = frozenset(["magazin", "magazins", "magazines", "zeitung", "sender", "senders"])
_PRESS = ("agentur", "agenturen", "blatt", "magazin", "presse", "zeitung", "zeitungen", "“")
_MAX_TIME = 3  # words
_MAX_BARE_NAME = 6  # with its marks, and no article before it
_FOCUS = frozenset(["auch", "selbst", "sogar", "nur", "allein", "zumindest"])
# What may stand behind an article: "die beiden Leute".
_SECOND = frozenset(["beiden", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "zehn"])
_MAX_ADVERBS = 3
_NO_NAMES = ("ungen", "ionen", "heiten", "keiten")
_WEB_NAME = re.compile(r"[\w-]+\.(?:de|at|ch|net|com|org|tv|info|eu)")
# What no noun is, though a sentence may open with it.
_NO_NOUNS = (
    ADVERBS | PREPOSITIONS | SUBORDINATORS | CUE_ADJECTIVES | QUESTION_WORDS | PRONOUNS
    | DETERMINERS | AUXILIARIES | COORDINATORS
    | MODALS | {"passend", "ebenso", "offen", "verglichen"}
)  # fmt: skip
_ADVERB_ENDINGS = (
    "falls",
    "erweise",
    "gemäß",
    "mäß",
    "maßen",
    "lich",
    "isch",
    "erend",
    "lang",
    "seits",
)
_NO_ADJECTIVES = ADVERBS | PRONOUNS | PREPOSITIONS | DETERMINERS
# What begins inside a phrase: "die am Montag gezeigte Studie", "die das Boot führende Frau".
_INSIDE = PREPOSITIONS | DETERMINERS | {"sich"}
_OF = frozenset(["von", "vom", "für"])


def is_source_noun(text: GermanText, n: int) -> bool:
    """Return whether a noun tells that its owner said something: "Angaben", "Ansicht"."""
    word = text.word[n]
    return word in SOURCE_NOUNS or text.lower[n].endswith(_SOURCE_ENDINGS)


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
    if text.lower[i] in PRONOUNS - DETERMINERS:
        return i, i + 1
    first = i
    while first < end and text.lower[first] in (_SECOND if first > i else DETERMINERS):
        first += 1
    if first > i and (inner := _participle_before_noun(text, first, end)):
        return i, _nouns_end(text, inner, end, is_bare=False)
    j = _adjectives_end(text, i, first, end)
    if j > i and (inner := _participle_before_noun(text, j, end)):
        j = inner
    noun = _nouns_end(text, j, end, is_bare=j == i)
    if noun > j:
        return i, noun
    if j > first and text.word[j - 1][0].isdigit() and "-" in text.word[j - 1]:
        return i, j  # "der 81-jährige"
    return (i, i + 1) if text.lower[i] in PRONOUNS else None


def _adjectives_end(text: GermanText, i: int, first: int, end: int) -> int:
    """Return the word after the adjectives from `first` on, in a phrase that begins at `i`."""
    j = first
    while i < j < end - 1 and j - first < _MAX_ADVERBS and text.lower[j] in ADVERBS:
        j += 1
    if j > first and not (_is_attributive(text, j) or _joins_adjectives(text, j, j)):
        j = first
    last = min(end, j + _MAX_ADJECTIVES)
    while j < last and (_is_attributive(text, j) or _joins_adjectives(text, j, first)):
        j += 1
    return j


def _joins_adjectives(text: GermanText, j: int, first: int) -> bool:
    """Return whether "und" or an adverb stands before an adjective: "der erste rein blaue Kahn"."""
    if not first <= j < len(text.word) - 2 or not _is_attributive(text, j + 1):
        return False
    if text.lower[j + 1] in DETERMINERS:
        return False
    if text.lower[j] in {"und", "oder"}:
        return text.word[j - 1].islower() and j > first
    if text.lower[j] == "zu":
        return text.lower[j + 1].endswith(_STILL_TO_BE)
    is_other = text.lower[j] in PREPOSITIONS | DETERMINERS | PRONOUNS or text.finite_at(j)
    return text.word[j].islower() and not is_other and text.is_capitalized(j + 2)


def _participle_before_noun(text: GermanText, j: int, end: int) -> int | None:
    """Return the noun of "die am Montag veröffentlichte Studie", if such words begin at `j`."""
    if j >= end or text.lower[j] not in _INSIDE:
        return None
    is_inside = text.lower[j] in PREPOSITIONS and j > 0 and text.lower[j - 1] in DETERMINERS
    for m in range(j + 2, min(end - 1, j + _MAX_WITHIN)):
        if not text.is_word(m) or text.lower[m] in FINITE:
            return None
        is_adjective = text.word[m].islower() and text.lower[m] not in _NO_ADJECTIVES
        is_wide = is_inside and text.is_capitalized(m - 1)
        is_participle = is_adjective and text.lower[m].endswith(_ENDINGS_INSIDE[is_wide])
        has_noun = any(text.is_capitalized(i) for i in range(j + 1, m))
        if is_participle and has_noun and text.is_capitalized(m + 1):
            return m + 1
    return None


def _is_attributive(text: GermanText, j: int) -> bool:
    word = text.word[j]
    if word[0].isdigit():
        return True
    lower = text.lower[j]
    is_other = lower in PREPOSITIONS or lower in FINITE or _is_small_name(word)
    if not word[0].islower() or is_other:
        return False
    if lower in DETERMINERS:
        return True
    if may_be_finite(lower):
        return False
    return word.endswith(_ATTRIBUTIVE) and lower not in SUBORDINATORS


def _nouns_end(text: GermanText, j: int, end: int, *, is_bare: bool) -> int:
    """Return the word after the nouns and names that begin at a word, else that word."""
    first = j
    while j < end:
        step = _name_step(text, j, end) if text.quotation[j] else 0
        if not step:
            step = _noun_step(text, j, end) if j == first else _next_step(text, j, end)
        elif is_bare and j == first and step > _MAX_BARE_NAME:
            break
        if not step:
            break
        if j > first and text.quotation[j - 1] and text.word[j][0] != "-":
            break  # „Die Welt“ | Anna Berg
        j += step
    return j


def _name_step(text: GermanText, j: int, end: int) -> int:
    """Return the length of a short quotation that begins at a token: a name."""
    first, last = text.quotations[text.quotation[j] - 1]
    if _is_no_name(text, first, last):
        return 0
    return last - first if first == j and last - first <= _MAX_QUOTED_NAME and last <= end else 0


def _is_no_name(text: GermanText, first: int, last: int) -> bool:
    """Return whether quoted words begin small and name nothing: „auch in Zukunft“."""
    word = text.word[first + 1]
    if not word[0].islower() or text.lower[first - 1] in _MEDIA_WORDS:
        return False
    is_adjective = word.endswith(_ATTRIBUTIVE) and text.is_capitalized(first + 2)
    names_nothing = not _NO_ADJECTIVES.isdisjoint(text.lower[first:last])
    return (is_adjective or names_nothing) and word != "heute"


def _noun_step(text: GermanText, j: int, end: int) -> int:
    """Return how many words a noun takes at a word, 0 if it is none."""
    if text.lower[j] in SMALL_NAMES or _is_small_name(text.word[j]):
        return 1
    if not text.is_capitalized(j) or _opens_otherwise(text, j):
        return 0
    if text.word[j][-1] != "-":
        return 1
    # "Innen- und Außenministerin"
    return 3 if j + 2 < end and text.lower[j + 1] in {"und", "oder"} else 0


def _next_step(text: GermanText, j: int, end: int) -> int:
    """Return how many words go on with a noun: more nouns, particles, a number."""
    word, lower = text.word[j], text.lower[j]
    if text.is_capitalized(j) and word[-1] != "-":
        return 0 if _is_another_noun(text, j) else 1
    if word == "&" and j + 1 < end and text.is_capitalized(j + 1):
        return 2
    if lower == "ohne" and text.lower[j + 1 : j + 2] == ["grenzen"]:
        return 2  # "Ärzte ohne Grenzen"
    is_particle = lower in NAME_PARTICLES and _is_in_name(text, j, end)
    is_number = word.replace("-", "").isdigit() and not _counts(text, j, end)
    if is_particle or is_number or word[0] == "-":
        return 1
    return _noun_step(text, j, end)


def _is_another_noun(text: GermanText, j: int) -> bool:
    """Return whether a noun begins another phrase: "fordern die Verbände Bürger auf"."""
    before, word = text.word[j - 1], text.word[j]
    if before.endswith(("inten", "ischen")):
        return False  # "die Vereinten Nationen"
    if word.endswith(_NO_NAMES):
        return True  # "laut Nordbahn Bestellungen"
    is_plural = is_group(before) or before.endswith("ionen")
    return is_group(word) and is_plural and not is_role(before)


def _is_small_name(word: str) -> bool:
    """Return whether a word that begins small is a name: "al-Haruni", "eBay", "ver-News.de"."""
    is_arabic = word[:3].lower() in {"al-", "as-", "el-"} and len(word) > 4
    return is_arabic or any(map(str.isupper, word[1:])) or bool(_WEB_NAME.fullmatch(word))


def _counts(text: GermanText, j: int, end: int) -> bool:
    """Return whether a number counts what follows: "laut dpa 62 Personen"."""
    return j + 1 < end and text.is_word(j + 1) and text.lower[j + 1] not in PREPOSITIONS


def _is_in_name(text: GermanText, j: int, end: int) -> bool:
    """Return whether "von" or the like stands in a name: a name on both sides, no article."""
    k = j + 1
    if k < end and text.lower[k] in {"der", "den", "la", "al"}:
        k += 1
    is_name = k < end and text.is_capitalized(k)
    if text.lower[j] in {"von", "zu", "vom", "zur", "den", "der"}:
        return is_name and name_gender(text.word[j - 1]) is not None
    return is_name


def _opens_otherwise(text: GermanText, j: int) -> bool:
    """Return whether a capitalized word is none of a noun: it opens a sentence."""
    lower = text.lower[j]
    return lower in _NO_NOUNS or lower.endswith(_ADVERB_ENDINGS) or _is_participle(lower)


def _is_participle(lower: str) -> bool:
    return any(reading.form is VerbForm.PARTICIPLE for reading in VERBS.get(lower, ()))


def _postmodifier(text: GermanText, j: int, end: int) -> int | None:
    """Return where what modifies a phrase ends that ends before word `j`, if anything does."""
    if j >= end:
        return None
    if text.word[j] == "(":
        closing = (k for k in range(j + 1, min(end, j + _MAX_BRACKET)) if text.word[k] == ")")
        return next((k + 1 for k in closing), None)
    if text.lower[j] in GENITIVE:
        return _genitive_end(text, j, end)
    if text.lower[j] in _OF or text.lower[j] in {"und", "sowie"}:
        return _joined_end(text, j, end)
    is_adjective = text.lower[j].endswith("er") and text.word[j][0].islower()
    if is_adjective and text.lower[j] not in _NO_ADJECTIVES and _is_attributive(text, j):
        return _core_end(text, j, end)  # "Schätzungen französischer Behörden"
    return None


def _core_end(text: GermanText, j: int, end: int) -> int | None:
    core = _core(text, j, end)
    return core[1] if core else None


def _genitive_end(text: GermanText, j: int, end: int) -> int | None:
    """Return the end of "der Polizei" behind a noun; "der überwiegende Teil" is a subject."""
    last = _core_end(text, j, end)
    if last is None or last - j < 2:
        return None
    if text.lower[j] != "der":
        return last
    is_named = j > 1 and name_gender(text.word[j - 2]) is not None and text.is_capitalized(j - 1)
    if is_named and text.lower[last - 1].endswith(_PRESS):
        return None  # "sagte Ida Berg der Zeitung"
    begins_subject = text.lower[j + 1].endswith("e") and text.word[j + 1][0].islower()
    return None if begins_subject or _is_masculine_role(text.word[last - 1]) else last


def _is_masculine_role(word: str) -> bool:
    """Return whether a noun behind "der" is one man: "laut Satzung der Präsident"."""
    return is_role(word) and not word.endswith(("en", "er", "in", "frau"))


def _joined_end(text: GermanText, j: int, end: int) -> int | None:
    """Return the end of "von der Polizei" or "und Karl Brandt" behind a noun."""
    last = _core_end(text, j + 1, end)
    if last is None:
        return None
    if text.lower[j] in _OF:
        return None if text.lower[last - 1] in TIMES else last
    is_pronoun = text.lower[j + 1] in PRONOUNS and last == j + 2
    return None if is_pronoun or text.lower[j + 1] in OBLIQUE else last


def _is_nominative(text: GermanText, run: Run) -> bool:
    """Return whether a phrase may be a subject by its first words."""
    first, end = run
    if text.lower[first] == "der" and end - first > 2:
        second = text.word[first + 1]
        if second[0].islower() and second.endswith("en"):
            return False  # "der großen Zeitung"
    return text.lower[first] not in OBLIQUE | {"folgendes"}


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
        if _is_nominative(text, phrase) and not _is_time(text, phrase):
            return phrase
        i = phrase[1]
    return None


def opening_phrase(text: GermanText, i: int, end: int) -> Run | None:
    """Return the phrase that opens a clause, if it may be its subject."""
    while i + 1 < end and text.lower[i] in _FOCUS:
        i += 1
    phrase = noun_phrase(text, i, end)
    if phrase is None or not _is_nominative(text, phrase):
        return None
    return None if _is_time(text, phrase) and phrase[1] - phrase[0] <= _MAX_TIME else phrase


def _is_time(text: GermanText, phrase: Run) -> bool:
    """Return whether a phrase tells a time: "letzte Woche", "Ende Januar 2006"."""
    last = phrase[1] - 1
    if text.word[last].isdigit() and last > phrase[0]:
        last -= 1
    return text.lower[last] in TIMES
