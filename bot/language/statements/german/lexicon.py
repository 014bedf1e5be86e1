"""Our own lists of German words: what reports, and the words that tell a sentence's grammar.

They lie in `data/`, all written by hand. Forms of verbs are made from their infinitives by the
rules of weak conjugation; strong verbs stand with their principal parts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.model.wordlists import load_line_lists, load_word_lists

_PACKAGE = "bot.language.statements.german"
_INSEPARABLE = ("be", "emp", "ent", "er", "ge", "miss", "ver", "zer", "wider", "über", "unter")
_NEEDS_E = ("t", "d", "chn", "ffn", "tm", "gn", "dm", "ckn")


class VerbForm(StrEnum):
    """What a form of a verb may be; a form may be several."""

    SINGULAR = "singular"
    PLURAL = "plural"
    PARTICIPLE = "participle"
    INFINITIVE = "infinitive"


@dataclass(frozen=True, slots=True)
class VerbReading:
    """What a form may be: of which verb, of which class, and the particle that is still to come."""

    verb: str
    verb_class: str
    form: VerbForm
    particle: str = ""

    @property
    def is_finite(self) -> bool:
        """Return whether the form has a subject of its own."""
        return self.form in {VerbForm.SINGULAR, VerbForm.PLURAL}


def load(file: str, *sections: str) -> dict[str, frozenset[str]]:
    """Return the words of each section of one of the German lists."""
    return load_word_lists(_PACKAGE, f"data/{file}.txt", *sections)


_IRREGULAR = {
    infinitive: parts
    for line in load_line_lists(_PACKAGE, "data/irregular_verbs.txt", "forms")["forms"]
    for infinitive, *parts in [line.split()]
}


def _stem(infinitive: str) -> str:
    return infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]


def _conjugate(verb: str) -> Iterator[tuple[str, VerbForm]]:
    """Yield the forms of a verb without its particle."""
    stem = _stem(verb)
    yield verb, VerbForm.PLURAL
    yield verb, VerbForm.INFINITIVE
    yield stem + "e", VerbForm.SINGULAR  # the subjunctive, and "ich"
    if verb in _IRREGULAR:
        present, past, past_plural, participle = _IRREGULAR[verb]
        yield present, VerbForm.SINGULAR
        yield past, VerbForm.SINGULAR
        yield past_plural, VerbForm.PLURAL
        yield participle, VerbForm.PARTICIPLE
        return
    link = "e" if stem.endswith(_NEEDS_E) else ""
    yield f"{stem}{link}t", VerbForm.SINGULAR
    yield f"{stem}{link}te", VerbForm.SINGULAR
    yield f"{stem}{link}ten", VerbForm.PLURAL
    is_bare = verb.startswith(_INSEPARABLE) or verb.endswith("ieren")
    yield f"{'' if is_bare else 'ge'}{stem}{link}t", VerbForm.PARTICIPLE


def _read_verb(entry: str, verb_class: str) -> Iterator[tuple[str, VerbReading]]:
    particle, _, base = entry.rpartition("|")
    verb = particle + base
    for form, kind in _conjugate(base):
        if not particle:
            yield form, VerbReading(verb, verb_class, kind)
            continue
        # "teilte ... mit", but "dass er mitteilte"
        if kind in {VerbForm.SINGULAR, VerbForm.PLURAL}:
            yield form, VerbReading(verb, verb_class, kind, particle)
        yield particle + form, VerbReading(verb, verb_class, kind)
    if particle:
        yield f"{particle}zu{base}", VerbReading(verb, verb_class, VerbForm.INFINITIVE)


VERB_CLASSES = (
    "say", "think", "demand", "promise", "warn", "deny", "accuse", "ask", "show", "call",
)  # fmt: skip


_verb_lists = load("verbs", *VERB_CLASSES, "core", "infinitive")
CORE_VERBS = frozenset(entry.replace("|", "") for entry in _verb_lists["core"])
INFINITIVE_VERBS = frozenset(entry.replace("|", "") for entry in _verb_lists["infinitive"])


def _read_verbs() -> dict[str, tuple[VerbReading, ...]]:
    readings: dict[str, dict[VerbReading, None]] = defaultdict(dict)
    for verb_class in VERB_CLASSES:
        for entry in sorted(_verb_lists[verb_class]):
            for form, reading in _read_verb(entry, verb_class):
                readings[form][reading] = None
    return {form: tuple(found) for form, found in readings.items()}


def _speaker_follows() -> re.Pattern[str]:
    """Return what finds the comma before who said it: ", sagte Ida Berg", ", so er"."""
    forms = (
        form for form, readings in VERBS.items()
        if any(r.is_finite and r.verb_class == "say" and not r.particle for r in readings)
    )  # fmt: skip
    verbs = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(rf",(?= (?:so|{verbs}) (?:[A-ZÄÖÜ]|er\b|sie\b|der |die |das ))")


HE_OR_SHE = frozenset(["er", "sie"])
# What stands somewhere says it: "In dem Bericht heißt es".
STANDING_VERBS = frozenset(["heißen", "stehen", "lauten", "hervorgehen"])
VERBS = _read_verbs()
SPEAKER_FOLLOWS = _speaker_follows()


def may_be_finite(form: str) -> bool:
    """Return whether a form, in lower case, may be a finite one of a verb of our lists."""
    return any(reading.is_finite for reading in VERBS.get(form, ()))


_words = load(
    "words", "subordinators", "content openers", "question words", "relatives", "coordinators",
    "determiners", "oblique", "genitive", "pronouns", "prepositions", "adverbs", "finite",
    "first subjunctive", "second subjunctive", "auxiliaries", "passive", "modals",
    "abbreviations", "source nouns",
    "cue nouns", "cue adjectives", "support", "small names", "negations", "times",
    "name particles", "conditions", "would", "nobody", "places of words", "before names", "manner",
    "several", "separable", "titled",
)  # fmt: skip
SUBORDINATORS = _words["subordinators"]
CONTENT_OPENERS = _words["content openers"]
QUESTION_WORDS = _words["question words"]
RELATIVES = _words["relatives"]
COORDINATORS = _words["coordinators"]
DETERMINERS = _words["determiners"]
OBLIQUE = _words["oblique"]
GENITIVE = _words["genitive"]
PRONOUNS = _words["pronouns"]
PREPOSITIONS = _words["prepositions"]
ADVERBS = _words["adverbs"]
FINITE = _words["finite"]
# The first only reports; the second may be a wish.
REPORTING_MOOD = _words["first subjunctive"]
SECOND_SUBJUNCTIVE = _words["second subjunctive"]
SUBJUNCTIVE = REPORTING_MOOD | SECOND_SUBJUNCTIVE
AUXILIARIES = _words["auxiliaries"]
PASSIVE = _words["passive"]
MODALS = _words["modals"]
ABBREVIATIONS = _words["abbreviations"]
SOURCE_NOUNS = _words["source nouns"]
CUE_NOUNS = _words["cue nouns"]
CUE_ADJECTIVES = _words["cue adjectives"]
SUPPORT_VERBS = _words["support"]
SMALL_NAMES = _words["small names"]
NEGATIONS = _words["negations"]
FUNCTION_WORDS = load("function_words", "function words")["function words"]
TIMES = _words["times"]
NAME_PARTICLES = _words["name particles"]
CONDITIONS = _words["conditions"]
WOULD = _words["would"]
NOBODY = _words["nobody"]
PLACES_OF_WORDS = _words["places of words"]
BEFORE_NAMES = _words["before names"]
MANNER = _words["manner"]
SEVERAL = _words["several"]
SEPARABLE = _words["separable"]
TITLED = tuple(_words["titled"])
