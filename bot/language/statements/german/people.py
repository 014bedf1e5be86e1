"""Read who a German phrase names: a person's name and role, a body, a group, or nobody by name."""

from dataclasses import dataclass

from bot.language.lexicon import BODIES, PLACES
from bot.language.mentions import Gender
from bot.language.statements.german.lexicon import (
    DETERMINERS,
    NAME_PARTICLES,
    SEVERAL,
    load,
)
from bot.language.statements.german.words import GermanText, Run
from bot.model import ActorKind
from bot.model.first_names import FEMALE_NAMES, MALE_NAMES

_people = load("people", "roles", "courtesies", "bodies", "groups", "media", "female", "male")
_ROLES, _COURTESIES, _BODY_WORDS = _people["roles"], _people["courtesies"], _people["bodies"]
_GROUPS, _MEDIA = _people["groups"], _people["media"]
_FEMALE = _people["female"] | {name.capitalize() for name in FEMALE_NAMES}
_MALE = (_people["male"] | {name.capitalize() for name in MALE_NAMES}) - _FEMALE
_ROLE_ENDINGS = tuple(sorted(role for role in _ROLES if len(role) > 4))
_BODY_ENDINGS = tuple(sorted(word for word in _BODY_WORDS if len(word) > 2))
_GROUP_ENDINGS = tuple(sorted(word for word in _GROUPS if len(word) > 5))
_INDEFINITE = frozenset(["ein", "eine", "einer", "einem", "eines", "kein", "keine"])
_DEFINITE = frozenset(["der", "die", "das", "dem", "den", "des", "dieser", "diese"])
_MAX_BARE_NAME = 2  # words of a body or a person without an article
MAX_BACK_WORDS = 160  # from "er" or a last name to the last mention of whom it stands for
_FEMALE_ENDINGS = ("in", "frau")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a phrase says of who speaks: runs of words.

    `name` is whole, `role` is None where none is told. `is_proper` says whether the name is a
    person's own.
    """

    name: Run
    role: Run | None
    kind: ActorKind
    gender: Gender | None = None
    is_proper: bool = False


def read_naming(text: GermanText, phrase: Run) -> Naming:
    """Return whom a noun phrase names, with what stands behind a comma in it."""
    parts = list(text.clauses(phrase)) or [phrase]
    readings = [_read_part(text, part) for part in parts]
    people = [each for each in readings if each.is_proper]
    if not people:
        return readings[0]
    person = people[0]
    role = person.role or next(
        (_without_article(text, each.name) for each in readings if each is not person), None
    )
    gender = next((each.gender for each in (person, *readings) if each.gender), None)
    return Naming(person.name, role, ActorKind.PERSON, gender, is_proper=True)


def may_speak(text: GermanText, phrase: Run) -> bool:
    """Return whether a phrase names who can say something: "die Untersuchung" hardly can."""
    naming = read_naming(text, phrase)
    if naming.is_proper or text.lower[phrase[0]] in SEVERAL:
        return True
    start = phrase[0]
    while start < phrase[1] - 1 and text.lower[start] in DETERMINERS:
        start += 1
    word = text.word[_head(text, start, phrase[1])]
    is_listed = (
        is_aged(word) or is_role(word) or is_body(word) or is_group(word) or word.lower() in PLACES
    )
    is_bare = start == phrase[0] and phrase[1] - start <= _MAX_BARE_NAME
    return is_listed or word.isupper() or (is_bare and word[0].isupper())


def is_named_before(text: GermanText, i: int) -> bool:
    """Return whether a word stood behind a first name or a role not long ago: "Jonas Vik … Vik"."""
    word = text.word[i]
    return any(
        text.word[k] == word and (name_gender(text.word[k - 1]) or is_role(text.word[k - 1]))
        for k in range(max(1, i - MAX_BACK_WORDS), i)
    )


def is_role(word: str) -> bool:
    """Return whether a noun is what somebody does or is: "Innenministerin", "SPD-Politiker"."""
    lower = word.lower()
    return lower in _ROLES or lower.endswith(_ROLE_ENDINGS)


def is_aged(word: str) -> bool:
    """Return whether a word tells somebody's age: "44-Jährige"."""
    return word[0].isdigit() and "-jährige" in word.lower()


def _role_gender(word: str) -> Gender | None:
    """Return the gender that a noun for a role shows."""
    return Gender.FEMALE if word.lower().endswith(_FEMALE_ENDINGS) else Gender.MALE


def name_gender(word: str) -> Gender | None:
    """Return the gender of a first name."""
    first = word.split("-", maxsplit=1)[0]
    if word in _FEMALE or first in _FEMALE:
        return Gender.FEMALE
    return Gender.MALE if word in _MALE or first in _MALE else None


def _read_part(text: GermanText, part: Run) -> Naming:
    first, end = part
    end = _without_bracket(text, first, end)
    start = first
    is_frau = text.word[start] in {"Frau", "Herr", "Herrn"}
    determiner = text.lower[start] if text.lower[start] in DETERMINERS else ""
    while start < end - 1 and text.lower[start] in DETERMINERS and start - first < 2:
        start += 1
    name = _find_name(text, start, end)
    if name:
        role = (start, name[0]) if name[0] > start and not is_frau else None
        gender = _gender_before(text, start, name[0]) or name_gender(text.word[name[0]])
        return Naming(name, _trim_role(text, role), ActorKind.PERSON, gender, is_proper=True)
    return Naming(
        (first, end),
        None,
        _kind_without_name(text, first, start, end, determiner),
        _gender_before(text, start, end),
    )


def _without_bracket(text: GermanText, first: int, end: int) -> int:
    return next((i for i in range(first + 1, end) if text.word[i] == "("), end)


def _without_article(text: GermanText, run: Run) -> Run:
    first, end = run
    while first < end - 1 and text.lower[first] in DETERMINERS:
        first += 1
    return first, end


def _trim_role(text: GermanText, role: Run | None) -> Run | None:
    """Return a role without courtesies: the role of "Prof. Dr. Berg" is none."""
    if role is None:
        return None
    first, end = role
    while end > first and (text.word[end - 1] in _COURTESIES or not text.is_word(end - 1)):
        end -= 1
    return (first, end) if end > first else None


def _find_name(text: GermanText, start: int, end: int) -> Run | None:
    """Return the person's name in a phrase: behind its role, or at its first name.

    Quoted words name a body: the newspaper „Anna Berg“.
    """
    end = next((i for i in range(start, end) if text.quotation[i]), end)
    known = next(
        (i for i in range(start, end) if name_gender(text.word[i]) and _names_on(text, i, end)),
        None,
    )
    if known is not None:
        return known, _name_end(text, known, end)
    roles = [i for i in range(start, end) if text.is_capitalized(i) and is_role(text.word[i])]
    for i in reversed(roles):
        k = i + 1
        while k < end and text.word[k] in _COURTESIES:
            k += 1
        if k < end and _may_be_name(text, k):
            return k, _name_end(text, k, end)
    k = start
    while k < end and text.word[k] in _COURTESIES:
        k += 1
    if start < k < end and _may_be_name(text, k):
        return k, _name_end(text, k, end)
    if start == k and start and not roles and _is_bare_name(text, start, end):
        return start, end
    return None


def _names_on(text: GermanText, i: int, end: int) -> bool:
    return i + 1 < end and (_may_be_name(text, i + 1) or text.lower[i + 1] in NAME_PARTICLES)


def _may_be_name(text: GermanText, i: int) -> bool:
    word = text.word[i]
    is_upper = word.isupper() and len(word) > 2
    return word[0].isupper() and not is_upper and not is_role(word) and not is_body(word)


def _name_end(text: GermanText, first: int, end: int) -> int:
    i = first + 1
    while i < end:
        if (text.is_capitalized(i) and text.is_word(i)) or (
            text.lower[i] in NAME_PARTICLES and i + 1 < end and _goes_on(text, i, end)
        ):
            i += 1
        else:
            break
    return i


def _goes_on(text: GermanText, i: int, end: int) -> bool:
    """Return whether "von" or "der" stands in a name: "Ursula von der Tann"."""
    if text.lower[i] in {"der", "den", "la"}:
        return text.lower[i - 1] in NAME_PARTICLES and text.is_capitalized(i + 1)
    k = i + 2 if text.lower[i + 1] in {"der", "den", "la"} else i + 1
    is_from = text.lower[i] in {"von", "vom", "zu", "zur"}
    return k < end and text.is_capitalized(k) and not (is_from and is_body(text.word[k]))


def _is_bare_name(text: GermanText, start: int, end: int) -> bool:
    """Return whether words alone are likely a person's name: two, capitalized, no body's."""
    words = [text.word[i] for i in range(start, end)]
    if not 2 <= len(words) <= 4 or " ".join(words) in BODIES:
        return False
    are_capitalized = all(word[0].isupper() or word in NAME_PARTICLES for word in words)
    return are_capitalized and not any(
        is_body(word) or word.isupper() or word.lower() in PLACES or is_group(word)
        for word in words
    )


def is_body(word: str) -> bool:
    """Return whether a noun is a body's: "Innenministerium", "Hafenbehörde"."""
    lower = word.lower()
    return lower in _BODY_WORDS or lower.endswith(_BODY_ENDINGS)


def is_group(word: str) -> bool:
    """Return whether a noun means many people: "Anwohner", "Umweltexperten"."""
    lower = word.lower()
    return lower in _GROUPS or lower.endswith(_GROUP_ENDINGS)


def _kind_without_name(
    text: GermanText, first: int, start: int, end: int, determiner: str
) -> ActorKind:
    word = text.word[_head(text, start, end)]
    is_definite = determiner in _DEFINITE
    if text.lower[first] in SEVERAL:
        return ActorKind.GROUP
    if is_aged(word):
        return ActorKind.UNNAMED
    if word.lower() in _MEDIA or (determiner in _INDEFINITE and not is_body(word)):
        return ActorKind.UNNAMED
    if is_body(word) or word.isupper() or word.lower() in PLACES:
        return ActorKind.ORGANISATION
    if is_role(word) and is_definite:
        is_plural = determiner == "die" and not word.endswith(("in", "e", "frau"))
        return ActorKind.GROUP if is_plural else ActorKind.UNNAMED
    otherwise = ActorKind.ORGANISATION if is_definite else ActorKind.UNNAMED
    return ActorKind.GROUP if is_group(word) else otherwise


def _head(text: GermanText, start: int, end: int) -> int:
    """Return the noun that a phrase is about: the first, before what modifies it."""
    head = next((i for i in range(start, end) if text.is_capitalized(i)), start)
    while head + 1 < end and text.is_capitalized(head + 1) and is_role(text.word[head + 1]):
        head += 1
    return head


def _gender_before(text: GermanText, start: int, end: int) -> Gender | None:
    """Return the gender that a role or a courtesy before a name shows."""
    for i in range(start, end):
        if text.word[i] == "Frau":
            return Gender.FEMALE
        if text.word[i] in {"Herr", "Herrn"}:
            return Gender.MALE
        if text.is_capitalized(i) and is_role(text.word[i]):
            return _role_gender(text.word[i])
    return None
