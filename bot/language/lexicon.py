"""Our own lists of English words, by what they tell: who speaks, what reports, what is abbreviated.

They lie in `data/`, all written by hand. Words are in lower case unless their list says otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from bot.model import Stance
from bot.model.wordlists import load_line_lists, load_word_lists


def _load(file: str, *sections: str) -> list[frozenset[str]]:
    """Return the words of each section, in the order asked."""
    lists = _load_by_section(file, *sections)
    return [lists[section] for section in sections]


def _load_by_section(file: str, *sections: str) -> dict[str, frozenset[str]]:
    return load_word_lists("bot.language", f"data/{file}.txt", *sections)


def _verb_forms(verb: str) -> Iterator[str]:
    """Yield the forms that a text may hold; only irregular ones double a consonant."""
    yield verb
    if verb in _IRREGULAR_FORMS:
        yield from _IRREGULAR_FORMS[verb]
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


def _classify(
    file: str, find_forms: Callable[[str], Iterator[str]], *sections: str
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the sections that hold each form, in their order, and the word it is a form of."""
    classes: dict[str, list[str]] = defaultdict(list)
    lemmas: dict[str, str] = {}
    for name, words in _load_by_section(file, *sections).items():
        for word in sorted(words, reverse=True):  # "lambasted" is of "lambaste", not of "lambast"
            for form in find_forms(word):
                lemmas.setdefault(form, word)
                if name not in classes[form]:
                    classes[form].append(name)
    return classes, lemmas


_IRREGULAR_FORMS = {
    verb: forms
    for line in load_line_lists("bot.language", "data/irregular_verbs.txt", "forms")["forms"]
    for verb, *forms in [line.split()]
}

_abbreviations = _load(
    "abbreviations", "before name", "before number", "within name", "after clock", "after ordinal",
    "exclaimed",
)  # fmt: skip
ABBREVIATIONS_BEFORE_NAME, ABBREVIATIONS_BEFORE_NUMBER, ABBREVIATIONS_WITHIN_NAME = _abbreviations[
    :3
]
AFTER_CLOCK_TIME, AFTER_GERMAN_ORDINAL, EXCLAIMED_NAMES = _abbreviations[3:]
SENTENCE_OPENERS, OPENERS_AFTER_INITIAL = _load("sentence_openers", "openers", "particles")

_roles = _load(
    "roles", "roles", "role modifiers", "not in roles", "of anyone", "nameless", "appointed",
    "quantifiers", "ranks", "epithets", "parties",
)  # fmt: skip
ROLES, ROLE_MODIFIERS, NOT_IN_ROLES, ROLES_OF_ANYONE, NAMELESS, APPOINTED, QUANTIFIERS = _roles[:7]
RANKS, EPITHETS, PARTY_MEMBERS = _roles[7:]
# What a role may also be called: "the senator" for "Sen.".
_same_roles = load_line_lists("bot.language", "data/same_roles.txt", "same roles")["same roles"]
SAME_ROLES = [frozenset(line.split()) for line in _same_roles]
COURTESIES, ABBREVIATED_ROLES, FEMALE_TITLES, MALE_TITLES, TITLES = _load(
    "titles", "courtesies", "abbreviated", "female", "male", "features"
)
_names = _load(
    "names", "particles", "open before names", "surnames that are words",
    "first names that are words", "suffixes", "letters after a name", "offices after a name",
)  # fmt: skip
NAME_PARTICLES, OPEN_BEFORE_NAMES, SURNAMES_THAT_ARE_WORDS = _names[:3]
FIRST_NAMES_THAT_ARE_WORDS, NAME_SUFFIXES = _names[3:5]
LETTERS_AFTER_NAME, OFFICES_AFTER_NAME = _names[5:]

(PLACES,) = _load("places", "places")
_organizations = _load(
    "organizations", "press", "in names", "alone", "public", "firms", "introduce names"
)
PRESS_NOUNS, _in_names, ORGANIZATION_NOUNS, PUBLIC_ORGANIZATIONS = _organizations[:4]
FIRM_NOUNS, INTRODUCE_BODIES = _organizations[4:]
ORGANIZATION_WORDS = PRESS_NOUNS | _in_names
OUTLETS = load_line_lists("bot.language", "data/outlets.txt", "outlets")["outlets"]
_BODY_SECTIONS = (
    "firms", "parties", "armed groups", "agencies", "charities", "clubs", "universities",
    "other firms", "movements", "states",
)  # fmt: skip
_bodies = load_line_lists("bot.language", "data/bodies.txt", *_BODY_SECTIONS, "groups")
GROUPS = frozenset(name for line in _bodies.pop("groups") for name in line.split(", "))
BODIES = frozenset(
    name for lines in _bodies.values() for line in lines for name in line.split(", ")
)
STATES = frozenset(name for line in _bodies["states"] for name in line.split(", "))
# What somebody or something without a name is called.
OUTLET_NOUNS, STUDY_NOUNS, RECORDINGS, BODY_NOUNS, MODIFIERS_OF_ANY_ROLE = _load(
    "descriptions", "outlets", "studies", "recordings", "bodies", "modifiers of any role"
)

FUNCTION_WORDS, _times, _states_of_mind, MONTH_ABBREVIATIONS, BEFORE_TIMES, COMPASS = _load(
    "common_words", "function words", "times", "states of mind", "month abbreviations",
    "before times", "compass",
)  # fmt: skip
TIMES = frozenset(form for word in _times for form in (word, word + "s"))
POINT_BACK, PERSONS_MET, NO_PERSONS_MET, NEED_NEXT_WORD, IN_EVERY_ARTICLE = _load(
    "context_words", "point back", "persons met", "no persons met", "need next word",
    "in every article",
)  # fmt: skip
# Before the first ones a text may be cut; the second ones make a clause of what stands before.
CLAUSE_STARTS, FINITE_VERBS, CLAUSES_FIRST, TAKE_BACK = _load(
    "clauses", "clause starts", "finite verbs", "clause openers", "take back"
)

# What reports: each form as it stands in a text -> the class of its list, the word it is a form of.
_VERB_SECTIONS = (
    "say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask", "urge",
    "promise", "judge", "name", "show", "think", "feel", "spread",
)  # fmt: skip
_verb_classes, VERB_LEMMA = _classify("reporting_verbs", _verb_forms, *_VERB_SECTIONS)
VERB_CLASS = {form: "+".join(names) for form, names in _verb_classes.items()}
VERB_CLASSES = {form: frozenset(names) for form, names in _verb_classes.items()}
# Classes whose verbs report speech in any construction; the others need a complement to do so.
STATING = frozenset(
    ["say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask"]
)
SPEECH_CLASSES = STATING | {"urge", "judge", "name"}
TAKES_OBJECT = frozenset(
    ["urge", "promise", "judge", "name", "deny", "feel", "show", "complain", "reply"]
)
_noun_classes, NOUN_LEMMA = _classify("reporting_nouns", _noun_forms, "saying", "urging", "thought")
NOUN_CLASS = {form: names[0] for form, names in _noun_classes.items()}
_speaker_classes, _ = _classify("speakers", _noun_forms, "person", "body", "paper")
SPEAKER_CLASS = {form: names[0] for form, names in _speaker_classes.items()}
ADJECTIVE_CLASS = dict.fromkeys(_states_of_mind, "mind")
# The stance of a speaker that the verb or noun tells; every other one just says.
_stances = _load_by_section("stances", "denies", "warns", "promises", "asks", "accuses")
STANCE = {word: Stance(name) for name, words in _stances.items() for word in words}

# Words by which statements are read.
_statement_words = _load(
    "statement_words", "infinitive verbs", "auxiliaries", "viewing forms", "clause openers",
    "negations", "negations of other languages", "pleasantries", "evidence", "prizes",
    "topic verbs",
)  # fmt: skip
INFINITIVE_VERBS, AUXILIARIES, VIEWING_FORMS = _statement_words[:3]
CLAUSE_OPENERS, NEGATIONS, OTHER_NEGATIONS, PLEASANTRIES = _statement_words[3:7]
EVIDENCE, PRIZES, TOPIC_VERBS = _statement_words[7:]
