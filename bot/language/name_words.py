"""Tell what each word of a run of capitalized words is: a title, a name, or neither.

"The | Secretary of State | Colin Harper | Jr."      "| Will Lee |", "| Ann Church |", "In | May"
"""

import re
from collections.abc import Mapping
from itertools import takewhile

from bot.language import lexicon
from bot.language.roles import Range, word_before
from bot.model.first_names import FEMALE_NAMES, MALE_NAMES

Words = list[re.Match[str]]  # the words of one name, each at its place in the text
MAX_NAME_WORDS = 4  # of a person
INITIALS = re.compile(r"(?:\w\.)*\w")
_COUNTRY_INITIALS = frozenset(["u.s", "u.k", "u.n", "e.u", "u.s.a"])
_OF = frozenset(["of", "of the"])
THE = re.compile(r"\b[Tt]he[ \u00a0]$")
NEXT_WORD = re.compile(r"[ \u00a0]([\w’'-]+)")
_DAY = re.compile(r"[ \u00a0]\d")
_CONTRACTION = re.compile(r"(?:i|you|s?he|it|we|they|that|t?here|who|what|let)['’]\w+|\w+n['’]t")
TITLES = lexicon.COURTESIES | lexicon.ABBREVIATED_ROLES
# Words that are capitalized beside names without being part of them.
_BESIDE_NAMES = (
    lexicon.FUNCTION_WORDS
    | lexicon.OPEN_BEFORE_NAMES
    | lexicon.MONTH_ABBREVIATIONS
    | (lexicon.TIMES - {"april", "june"})
)
_ORGANIZATIONS_OF = frozenset(["ministry", "department", "bank", "university", "office"])
_ORGANIZATIONS_AND_PLACES = lexicon.ORGANIZATION_WORDS | lexicon.PLACES
SURNAMES = lexicon.SURNAMES_THAT_ARE_WORDS
FIRST_NAMES = FEMALE_NAMES | MALE_NAMES | lexicon.FIRST_NAMES_THAT_ARE_WORDS
SURE_FIRST_NAMES = FIRST_NAMES - lexicon.PLACES
_NO_NAME_BEFORE_SURNAME = (
    _ORGANIZATIONS_AND_PLACES | lexicon.ROLES | lexicon.ROLE_MODIFIERS | lexicon.COMPASS
)
_DEMONYM = re.compile(r".+(?:ian|ean|ese|ish|ican|ani|lander)s?")
_NATIONAL = re.compile(
    r"[A-Z][a-z]+(?:(?:sh|ch|s|e)(?:man|woman)|lander)|Briton|Spaniard|Swede|Dane|Finn|Serb|Croat"
)
_DESCRIBERS = lexicon.PARTY_MEMBERS | frozenset(
    ["democratic", "gop", "house", "labour", "labor", "parliamentary", "senate"]
)


def low_of(word: re.Match[str]) -> str:
    """Return a word in lower case without its full stop."""
    return word[0].lower().rstrip(".")


def strip_words(body: str, words: Words, first_letters: Mapping[int, bool]) -> Words:
    """Drop the words at either end that are capitalized for another reason."""
    if len(words) == 1 and low_of(words[0]) in SURNAMES:
        return words if _may_be_alone(body, words[0], first_letters) else []
    if len(words) > 1 and words[0].start() in first_letters and _is_past(low_of(words[0])):
        words = words[1:]  # "Continued Lee"
    while words and _is_beside_names(words[0][0].lower()):
        if words[0][0].lower() == "former" and len(words) > 1:
            break
        if _is_first_name(words, is_question=first_letters.get(words[0].start(), False)):
            break
        words = words[1:]
    while words and _is_beside_names(low_of(words[-1])):
        if _is_surname(body, words, len(words) - 1):
            break
        words = words[:-1]
    return words


def _is_beside_names(word: str) -> bool:
    return word in _BESIDE_NAMES or _CONTRACTION.fullmatch(word) is not None


def _is_past(word: str) -> bool:
    return word in lexicon.VERB_CLASS and (word.endswith("ed") or word in {"said", "told", "wrote"})


def _may_be_alone(body: str, word: re.Match[str], first_letters: Mapping[int, bool]) -> bool:
    """Return whether a lone word may be a surname: "May said", not "in May" or "May 5"."""
    if low_of(word) not in _BESIDE_NAMES:
        return True
    after = NEXT_WORD.match(body, word.end())
    if word.start() in first_letters:
        return after is not None and after[1] in lexicon.VERB_CLASS
    before = word_before(body, word.start())
    is_time = before is not None and before[1].lower() in lexicon.BEFORE_TIMES
    return not is_time and _DAY.match(body, word.end()) is None


def _is_first_name(words: Words, *, is_question: bool) -> bool:
    """Return whether a word that is also a verb or month is a first name here: "Will Tarn"."""
    if len(words) == 1 or is_question or low_of(words[0]) not in FIRST_NAMES:
        return False
    following = low_of(words[1])
    return following not in _BESIDE_NAMES - SURNAMES and following not in lexicon.PLACES


def _is_surname(body: str, words: Words, i: int) -> bool:
    """Return whether a word that is also a role, month or body is somebody's last name here."""
    if low_of(words[i]) not in SURNAMES:
        return False
    if i == len(words) - 1 and low_of(words[i - 1]) in lexicon.COURTESIES:
        return i > 0  # "Ms Major"
    titles = takewhile(lambda word: low_of(word) in TITLES | lexicon.ROLES, words[:i])
    first = len(list(titles))
    words, i = words[first:], i - first
    low = [low_of(word) for word in words]
    if i == 0 or (low[i] in lexicon.TIMES and _DAY.match(body, words[i].end())):
        return False
    if low[0] in SURE_FIRST_NAMES:
        return low[i - 1] not in lexicon.ROLES
    return (
        i == len(low) - 1 <= 2
        and low[i] not in lexicon.ORGANIZATION_WORDS
        and _NO_NAME_BEFORE_SURNAME.isdisjoint(low[:i])
        and not any(word in _BESIDE_NAMES or _DEMONYM.fullmatch(word) for word in low[:i])
        and not THE.search(body, max(0, words[0].start() - 5), words[0].start())
    )


def cut_suffixes(words: Words) -> tuple[Words, Range | None, re.Match[str] | None]:
    """Return the words before "Jr." and "PhD", the place of an "MP" after a name, and the "Jr."."""
    office = suffix = None
    while len(words) > 1:
        last = words[-1][0].rstrip(".")
        if last.isupper() and last.lower() in lexicon.OFFICES_AFTER_NAME:
            office = words[-1].span()
        elif last.lower() in lexicon.NAME_SUFFIXES:
            suffix = words[-1]
        elif last.lower() not in lexicon.LETTERS_AFTER_NAME:
            break
        words = words[:-1]
    return words, office, suffix


def title_end(body: str, words: Words) -> int:
    """Return how many words at the front are titles: "Secretary of State | Colin Powell"."""
    low = [low_of(word) for word in words]
    if is_organization(low):
        return 0
    titles = [
        i
        for i, word in enumerate(low)
        if (_is_title(word) or (i == 0 and _is_title(word.rpartition("-")[2])))
        and not _is_surname(body, words, i)
    ]
    cut = titles[-1] + 1 if titles else _describers(low)
    while 0 < cut < len(words) and _is_of(body, words, cut):
        cut += _office_length(low[cut:])
    return cut


def _is_title(word: str) -> bool:
    return word in lexicon.ROLES or word in TITLES


def _describers(low: list[str]) -> int:
    """Return how many words before a first name tell of a party or country: Tory | Ann Lee."""
    first = next((i for i, word in enumerate(low[:-1]) if word in SURE_FIRST_NAMES), 0)
    if len(low) == first + len(("first", "last")) >= MAX_NAME_WORDS:
        return first  # "New York City Public Advocate | Ann Lee"
    if len(low) == len(("party", "last")) and low[0].removesuffix("s") in lexicon.PARTY_MEMBERS:
        return int(low[0].endswith("s") and " ".join(low) not in lexicon.GROUPS)
    is_described = all(word in _DESCRIBERS or _DEMONYM.fullmatch(word) for word in low[:first])
    # What is left of a dateline: "London | Rita Coll"; "Paris" may be a name.
    is_place = " ".join(low[:first]) in lexicon.PLACES and low[0] not in FIRST_NAMES
    return first if is_described or is_place else 0


def _is_of(body: str, words: Words, i: int) -> bool:
    """Return whether "of" stands before a word."""
    return body[words[i - 1].end() : words[i].start()].strip() in _OF


def _office_length(low: list[str]) -> int:
    """Return how many of the words after "Secretary of" are no name: State | Colin Powell."""
    first = (i for i, word in enumerate(low) if i and word in FIRST_NAMES)
    if (at := next(first, 0)) or len(low) > 2:
        return at or len(low) - 2
    return 1 if low[0] in lexicon.ROLE_MODIFIERS | {"state"} else len(low)


def is_organization(low: list[str]) -> bool:
    """Return whether the words of a name are those of a body: "Velm Church", not "Ann Church"."""
    is_called_so = low[0] in SURE_FIRST_NAMES or low[0] in lexicon.COURTESIES
    if low[-1] in SURNAMES and is_called_so:
        return False
    return low[-1] in lexicon.ORGANIZATION_WORDS or (len(low) > 2 and low[0] in _ORGANIZATIONS_OF)


def is_first_name(word: str) -> bool:
    """Return whether a lower-case word is a first name or the initials of some: "j.k"."""
    is_initials = INITIALS.fullmatch(word) is not None and word not in _COUNTRY_INITIALS
    return word in FIRST_NAMES or is_initials


def is_team(low: list[str]) -> bool:
    """Return whether a place and a plural name a team: "Dallas Cowboys"."""
    is_plural = low[-1].endswith("s") and not low[-1].endswith("ss") and low[-1] not in SURNAMES
    return low[0] in lexicon.PLACES and is_plural


def may_be_called(low: list[str]) -> bool:
    """Return whether a person may be called so: "Jarl London", not "London" or "South London"."""
    if len(low) == 2 and low[1] in lexicon.PLACES:
        return _NO_NAME_BEFORE_SURNAME.isdisjoint(low[:1]) and not _DEMONYM.fullmatch(low[0])
    return _ORGANIZATIONS_AND_PLACES.isdisjoint(low)


def is_national(word: str) -> bool:
    """Return whether a capitalized noun means somebody of a nation: Irishman, Swede."""
    return _NATIONAL.fullmatch(word) is not None
