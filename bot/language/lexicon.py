"""Our own lists of English words, by what they tell: who speaks, what reports, what is abbreviated.

They lie in `data/`, all written by hand. Words are in lower case unless their list says otherwise.
"""

from collections.abc import Iterable, Iterator

from bot.model import Stance
from bot.model.wordlists import load_line_lists, load_word_lists

_PACKAGE = "bot.language"


def _verb_forms(verb: str, irregular_forms: dict[str, list[str]]) -> Iterator[str]:
    """Yield the forms that a text may hold; only irregular ones double a consonant."""
    yield verb
    if verb in irregular_forms:
        yield from irregular_forms[verb]
    elif verb.endswith("e"):
        yield from (verb + "s", verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        yield from (verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    elif verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        yield from (verb + "es", verb + "ed", verb + "ing")
    else:
        yield from (verb + "s", verb + "ed", verb + "ing")


def _noun_forms(noun: str) -> Iterator[str]:
    yield noun
    if noun.endswith("man"):
        yield noun[:-3] + "men"
    elif noun.endswith("y") and noun[-2] not in "aeiou":
        yield noun[:-1] + "ies"
    elif noun.endswith(("s", "sh", "ch", "x")):
        yield noun + "es"
    else:
        yield noun + "s"


def _classify_verbs(lists: dict[str, frozenset[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return each form's classes, joined by "+", and the verb that it is a form of."""
    lines = load_line_lists(_PACKAGE, "data/irregular_verbs.txt", "forms")["forms"]
    irregular_forms = {verb: forms for verb, *forms in map(str.split, lines)}
    classes: dict[str, dict[str, None]] = {}
    lemmas: dict[str, str] = {}
    for name, verbs in lists.items():
        for verb in sorted(verbs, reverse=True):  # "lambasted" is of "lambaste", not of "lambast"
            for form in _verb_forms(verb, irregular_forms):
                lemmas.setdefault(form, verb)
                classes.setdefault(form, {})[name] = None
    return {form: "+".join(names) for form, names in classes.items()}, lemmas


def _classify_nouns(lists: dict[str, frozenset[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the first list that holds each form, and the form's singular."""
    classes: dict[str, str] = {}
    lemmas: dict[str, str] = {}
    for name, nouns in lists.items():
        for noun in sorted(nouns):
            for form in _noun_forms(noun):
                classes.setdefault(form, name)
                lemmas.setdefault(form, noun)
    return classes, lemmas


def _with_plurals(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in (word, word + "s"))


# Abbreviations by what may follow their full stop, as they are written.
_abbreviations = load_word_lists(
    _PACKAGE,
    "data/abbreviations.txt",
    "before a name",
    "before a number",
    "within a name",
    "openers",
    "particles",
    "after a clock time",
    "after a german ordinal",
)
BEFORE_NAME = _abbreviations["before a name"]
BEFORE_NUMBER = _abbreviations["before a number"]
WITHIN_NAME = _abbreviations["within a name"]
OPENERS = _abbreviations["openers"]
PARTICLES = _abbreviations["particles"]
CLOCK_FOLLOWERS = _abbreviations["after a clock time"]
ORDINAL_FOLLOWERS = _abbreviations["after a german ordinal"]

# Roles and titles of persons.
_roles = load_word_lists(
    _PACKAGE,
    "data/roles.txt",
    "roles",
    "role modifiers",
    "courtesies",
    "abbreviated roles",
    "female titles",
    "male titles",
    "titles",
    "nameless",
    "not in roles",
    "of anyone",
)
ROLES = _roles["roles"]
ROLE_MODIFIERS = _roles["role modifiers"]
COURTESIES = _roles["courtesies"]
ABBREVIATED_ROLES = _roles["abbreviated roles"]
FEMALE_TITLES = _roles["female titles"]
MALE_TITLES = _roles["male titles"]
TITLES = _roles["titles"]
NAMELESS = _roles["nameless"]
NOT_IN_ROLES = _roles["not in roles"]
ROLES_OF_ANYONE = _roles["of anyone"]

# What names persons, places, organizations and outlets.
_names = load_word_lists(
    _PACKAGE, "data/names.txt", "female", "male", "particles", "open before names"
)
FEMALE_NAMES = _names["female"]
MALE_NAMES = _names["male"]
NAME_PARTICLES = _names["particles"]
OPEN_BEFORE_NAMES = _names["open before names"]
PLACES = load_word_lists(_PACKAGE, "data/places.txt", "places")["places"]
_organizations = load_word_lists(
    _PACKAGE, "data/organizations.txt", "press", "in names", "alone", "public", "firms"
)
PRESS_NOUNS = _organizations["press"]
BODIES = PRESS_NOUNS | _organizations["in names"]
BODY_NOUNS = _organizations["alone"]
PUBLIC_BODIES = _organizations["public"]
FIRM_NOUNS = _organizations["firms"]
OUTLETS = load_line_lists(_PACKAGE, "data/outlets.txt", "outlets")["outlets"]

# What reports, each form as it stands in a text.
VERB_CLASS, VERB_LEMMA = _classify_verbs(
    load_word_lists(
        _PACKAGE,
        "data/reporting_verbs.txt",
        "say",
        "tell",
        "add",
        "state",
        "reply",
        "voice",
        "admit",
        "deny",
        "complain",
        "ask",
        "urge",
        "promise",
        "judge",
        "name",
        "show",
        "think",
        "feel",
        "spread",
    )
)
VERB_CLASSES = {form: frozenset(names.split("+")) for form, names in VERB_CLASS.items()}
# Classes whose verbs report speech in any construction; the others need a complement to do so.
STATING = frozenset(
    ["say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask"]
)
TAKES_OBJECT = frozenset(
    ["urge", "promise", "judge", "name", "deny", "feel", "show", "complain", "reply"]
)
NOUN_CLASS, NOUN_LEMMA = _classify_nouns(
    load_word_lists(_PACKAGE, "data/reporting_nouns.txt", "saying", "urging", "thought")
)
SPEAKER_CLASS, _ = _classify_nouns(
    load_word_lists(_PACKAGE, "data/speakers.txt", "person", "body", "paper")
)
_common_words = load_word_lists(
    _PACKAGE,
    "data/common_words.txt",
    "function words",
    "times",
    "states of mind",
    "pointing back",
    "needing the next word",
    "in every article",
)
FUNCTION_WORDS = _common_words["function words"]
POINT_BACK = _common_words["pointing back"]
NEED_NEXT_WORD = _common_words["needing the next word"]
IN_EVERY_ARTICLE = _common_words["in every article"]
TIMES = _with_plurals(_common_words["times"])
ADJECTIVE_CLASS = dict.fromkeys(_common_words["states of mind"], "mind")
# The stance of a speaker that the verb or noun tells; every other one just says.
STANCE = {
    word: Stance(name)
    for name, words in load_word_lists(
        _PACKAGE, "data/stances.txt", "denies", "warns", "promises", "asks", "accuses"
    ).items()
    for word in words
}
# Words by which statements are read.
_statement_words = load_word_lists(
    _PACKAGE,
    "data/statement_words.txt",
    "infinitive verbs",
    "auxiliaries",
    "viewing forms",
    "clause openers",
    "negations",
    "first and second person",
)
INFINITIVE_VERBS = _statement_words["infinitive verbs"]
AUXILIARIES = _statement_words["auxiliaries"]
VIEWING_FORMS = _statement_words["viewing forms"]
CLAUSE_OPENERS = _statement_words["clause openers"]
NEGATIONS = _statement_words["negations"]
FIRST_AND_SECOND_PERSON = _statement_words["first and second person"]
