"""Find the names of persons and organizations in a text, with the roles beside them.

"Ukrainian Foreign Minister | Dmytro Kuleba"    role before the name
"Karen Lee, | a spokeswoman for the port, |"    role after it
"the port's director, | Karen Lee"              role before a comma
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.language import lexicon
from bot.model import ActorKind, Span

Range = tuple[int, int]
Words = list[re.Match[str]]  # the words of one name, each at its place in the text

_MAX_NAME_WORDS = 4  # of a person
_MAX_ROLE_WORDS = 8
_MAX_WORD_CHARS = 40
_MAX_ROLE_CHARS = 90
_MAX_APPOSITION_CHARS = 130
_MAX_PREDICATE_CHARS = 100

_UPPER = "".join(chr(c) for c in range(0x250) if chr(c).isupper())
_NAME_WORD = (
    rf"(?:[{_UPPER}]\.(?:[{_UPPER}]\.)*"
    rf"|(?:al-|el-|d['’]|O['’])?[{_UPPER}][\w]*(?:[-'’.&][{_UPPER}\w][\w]*)*\.?)"
)
_PARTICLE = (
    r"(?:de la|de|del|della|der|di|da|dos|du|la|le|van der|van den|van|von der|von|bin|ibn|al"
    r"|of the|of|and)"
)
_NAME_RUN = re.compile(
    rf"(?<![\w’']){_NAME_WORD}(?:[ \u00a0](?:{_PARTICLE}[ \u00a0])?{_NAME_WORD})*"
)
_GAP = re.compile(r"['’]s?[ \u00a0]|\.[ \u00a0]|[ \u00a0](?:and|of|of the)[ \u00a0]")
_CAPITALIZED = re.compile(_NAME_WORD)
_LETTER = re.compile(r"[^\W_]")
_WORD_BEFORE = re.compile(r"([A-Za-z][\w’'-]*)[ \u00a0]$")
_APPOSITION = re.compile(
    r"(?:,|[ \u00a0][—–-])[ \u00a0](?:\d{1,3}, )?((?:who (?:is|was|serves as) )?(?:the |a |an )?)"
    r"([^,;:.()\n—–“”\"]{3,90})(?=[,;.)\n—–]|$)"
)
_IS = re.compile(
    r"[ \u00a0](?:is|has been|serves as|works as) ((?:the |a |an )?)([^,;:.()\n—–“”\"]{3,60}?)"
    r"(?=[,;.\n]|$| (?:and|who|which|that|when|since|but) )"
)
_ROLE_AND_COMMA = re.compile(
    r"(?:^|[\s“\"(])((?:[Tt]he |[Aa]n? |[Aa]nother )?)([^,;:.()\n“”\"]{3,80}),[ \u00a0]$"
)
_FULL_STOP_OF_NAME = re.compile(r"(?:\w\.){2}$|\b[A-Z]\.$|\b(?:Jr|Sr|Inc|Corp|Ltd|Co)\.$")
_HEAD_END = re.compile(r"\b(?:of|for|by|at|in|with|from|on|to|who|which|that|and)\b")
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]cross|[Nn]ear|[Tt]hroughout|[Oo]utside) "
    rf"([{_UPPER}]\w+(?:[ \u00a0][{_UPPER}]\w+)?)(?!\w|['’]s|[ \u00a0][{_UPPER}])"
)
_WHICH = re.compile(r",[ \u00a0]which\b")
_OWNER = re.compile(r"(?:its|his|her|their|our) ", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:the|a|an|another|its|his|her|their)\b", re.IGNORECASE)
# "a night watchman", "a curator": what follows a name and an article is a trade, whatever its word.
_TRADE = re.compile(
    r".{2,}(?:er|or|ist|ian|man|woman|person|master|mistress|keeper|hand|ant|yst|ee|eer|smith"
    r"|wright)"
)
_TITLES = lexicon.COURTESIES | lexicon.ABBREVIATED_ROLES
_ABBREVIATIONS = _TITLES | {"jr", "sr", "st", "no", "mt"}
# Words that are capitalized beside names without being part of them.
_BESIDE_NAMES = (
    lexicon.FUNCTION_WORDS | lexicon.OPEN_BEFORE_NAMES | (lexicon.TIMES - {"april", "may", "june"})
)
_ORGANIZATIONS_OF = frozenset(["ministry", "department", "bank", "university", "office"])
_ORGANIZATIONS_AND_PLACES = lexicon.ORGANIZATION_WORDS | lexicon.PLACES
_FIRST_NAMES = lexicon.FEMALE_NAMES | lexicon.MALE_NAMES
_GROUP_ENDINGS = ("ans", "ists", "ers", "crats", "ese", "ians")


class Gender(Enum):
    """The gender that a name or title tells."""

    FEMALE = "female"
    MALE = "male"


_GENDERS = dict.fromkeys(lexicon.MALE_TITLES | lexicon.MALE_NAMES, Gender.MALE)
_GENDERS |= dict.fromkeys(lexicon.FEMALE_TITLES | lexicon.FEMALE_NAMES, Gender.FEMALE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: `words` without titles, `role` the place of the role beside it."""

    start: int
    end: int
    words: tuple[str, ...]
    kind: ActorKind
    gender: Gender | None
    role: Range | None
    has_title: bool

    @property
    def last(self) -> str:
        """The word that later mentions use, in lower case."""
        return self.words[-1].lower()


def find_mentions(body: str, sentences: Sequence[Span]) -> list[Mention]:
    """Return every name of a person or organization, in text order."""
    # There a capital tells nothing.
    first_letters = {
        letter.start()
        for sentence in sentences
        if (letter := _LETTER.search(body, sentence.start, sentence.end))
    }
    mentions = [
        mention
        for run in _NAME_RUN.finditer(body)
        for start, end in _split_run(body, *run.span())
        if (mention := _read_mention(body, start, end, first_letters))
    ]
    surnames = {
        mention.last
        for mention in mentions
        if mention.kind is ActorKind.PERSON and (len(mention.words) > 1 or mention.has_title)
    }
    places = {place.lower().replace("\u00a0", " ") for place in _PLACE.findall(body)} - surnames
    return [
        _correct_kind(body, mention, places)
        for mention in mentions
        if mention.last not in lexicon.TIMES or mention.last in surnames
    ]


def role_noun(phrase: str) -> str | None:
    """Return the role word that heads a phrase: "the Estonian prime minister" -> "minister"."""
    head = _head(phrase.lower()).split()
    last = head[-1].strip("’'") if head else ""
    for word in (last, last.removesuffix("s"), last.rsplit("-", 1)[-1]):
        if word in lexicon.ROLES:
            return word
    return None


def gender_of(words: Sequence[str]) -> Gender | None:
    """Return the gender that the first title, role or first name among words tells."""
    genders = (_GENDERS.get(word.lower().rstrip(".")) for word in words)
    return next(filter(None, genders), None)


def _head(phrase: str) -> str:
    """Return a phrase up to its first preposition, relative pronoun or "and"."""
    return _HEAD_END.split(phrase, maxsplit=1)[0]


def _split_run(body: str, start: int, end: int) -> Iterator[Range]:
    """Cut a run of capitalized words where one name ends and another begins."""
    for gap in _GAP.finditer(body, start, end):
        if _is_between_names(body, start, gap, end):
            yield start, gap.start()
            start = gap.end()
    name = body[start:end]
    for ending in ("'s", "’s", "'", "’"):
        name = name.removesuffix(ending)
    if name.endswith(".") and not _FULL_STOP_OF_NAME.search(name):
        name = name[:-1]
    yield start, start + len(name)


def _is_between_names(body: str, start: int, gap: re.Match[str], end: int) -> bool:
    """Tell whether a possessive, full stop, "and" or "of" stands between two names, not in one."""
    before = body[start : gap.start()]
    mark = gap[0].strip()
    if mark == ".":
        word = before.rstrip(".").rsplit(" ", 1)[-1].lower()
        return len(word) != 1 and word not in _ABBREVIATIONS
    if mark == "and":
        words = body[start:end].lower().split()
        return lexicon.ORGANIZATION_WORDS.isdisjoint(words)
    if mark.startswith("of"):
        # "University of Amar", "Secretary of State", not "Mayor Karen Lee of Velm".
        last = before.lower().split()[-1:]
        return not (last and (last[0] in lexicon.ORGANIZATION_WORDS or last[0] in lexicon.ROLES))
    # "Seafarers' Union" is one name.
    following = _CAPITALIZED.match(body, gap.end(), end)
    is_organization = following and following[0].lower() in lexicon.ORGANIZATION_WORDS
    return not (before.endswith("s") and is_organization)


def _read_mention(body: str, start: int, end: int, first_letters: set[int]) -> Mention | None:
    words = _strip_words(list(_CAPITALIZED.finditer(body, start, end)))
    texts = [word[0] for word in words]
    low = [text.lower().rstrip(".") for text in texts]
    titles = [i for i, word in enumerate(low) if word in lexicon.ROLES or word in _TITLES]
    cut = titles[-1] + 1 if titles and not _is_organization(low) else 0
    if cut == len(words):
        return None
    name = tuple(text for text in texts[cut:] if text.lower() not in lexicon.NAME_PARTICLES)
    name = name or tuple(texts[cut:])
    has_title = cut > 0
    start, end = words[cut].start(), words[-1].end()
    role = _role_of_titles(body, words, cut, titles) if has_title else _role_before(body, start)
    role = role or _role_after(body, end) or _role_before_comma(body, start)
    kind = _kind_of_name(name, has_title=has_title or role is not None)
    is_first_word = len(words) == 1 and start in first_letters
    if kind is ActorKind.PERSON and is_first_word and role is None and not gender_of(low):
        # "Analysts say": only a name that stands elsewhere too can be told from a first word.
        kind = ActorKind.UNNAMED
    if kind is not ActorKind.PERSON:
        return Mention(start, end, name, kind, None, None, has_title)
    # A lone word may be a last name that is also somebody's first name: Lee.
    gender = gender_of(texts[:cut] if len(name) == 1 else [*texts[:cut], name[0]])
    if gender is None and role:
        gender = gender_of(body[slice(*role)].split())
    return Mention(start, end, name, kind, gender, role, has_title)


def _strip_words(words: Words) -> Words:
    """Drop the words at either end that are capitalized for another reason."""
    while words and words[0][0].lower() in _BESIDE_NAMES:
        if words[0][0].lower() == "former" and len(words) > 1:
            break
        words = words[1:]
    while words and words[-1][0].lower() in _BESIDE_NAMES:
        words = words[:-1]
    return words


def _is_organization(low: list[str]) -> bool:
    return low[-1] in lexicon.ORGANIZATION_WORDS or (len(low) > 2 and low[0] in _ORGANIZATIONS_OF)


def _kind_of_name(name: tuple[str, ...], *, has_title: bool) -> ActorKind:
    low = [word.lower().rstrip(".") for word in name]
    has_first_name = len(name) > 1 and low[0] in _FIRST_NAMES
    is_short = len(name) <= _MAX_NAME_WORDS
    if (has_title or has_first_name) and is_short and low[-1] not in lexicon.ORGANIZATION_WORDS:
        return ActorKind.PERSON
    is_acronym = len(name) == 1 and len(name[0].strip(".")) > 1 and name[0].isupper()
    has_acronym = is_acronym or any(word.isupper() and len(word) > 2 for word in name)
    if has_acronym or not is_short or not _ORGANIZATIONS_AND_PLACES.isdisjoint(low):
        return ActorKind.ORGANISATION
    if len(name) == 1 and low[0].endswith(_GROUP_ENDINGS):
        return ActorKind.GROUP
    return ActorKind.PERSON


def _correct_kind(body: str, mention: Mention, places: set[str]) -> Mention:
    """Take for an organization what looks like a person: a name after "in" or before ", which"."""
    if mention.kind is not ActorKind.PERSON or mention.has_title or mention.role:
        return mention
    is_place = " ".join(mention.words).lower() in places
    if gender_of(mention.words[:1]) or not (is_place or _WHICH.match(body, mention.end)):
        return mention
    return replace(mention, kind=ActorKind.ORGANISATION)


def _role_of_titles(body: str, words: Words, cut: int, titles: list[int]) -> Range | None:
    """Return the place of a role that ends with the first `cut` words, which are titles."""
    low = [word[0].lower().rstrip(".") for word in words]
    start = words[0].start()
    first = _extend_left(body, start)
    office = body[first:start].rstrip()
    if all(word in lexicon.ABBREVIATED_ROLES for word in low[:cut]) and role_noun(office):
        return first, first + len(office)  # an office says more than the rank after it
    if not any(low[i] in lexicon.ROLES or low[i] in lexicon.ABBREVIATED_ROLES for i in titles):
        return None
    while cut > 1 and low[cut - 1] in lexicon.COURTESIES:
        cut -= 1
    return first, words[cut - 1].end()


def _role_before(body: str, start: int) -> Range | None:
    """Return the place of a role in small letters before a name: "port director | Karen"."""
    word = _word_before(body, start)
    if not word or role_noun(word[1]) is None:
        return None
    return _extend_left(body, start), word.end(1)


def _word_before(body: str, start: int) -> re.Match[str] | None:
    return _WORD_BEFORE.search(body, max(0, start - _MAX_WORD_CHARS), start)


def _extend_left(body: str, start: int) -> int:
    """Return where the words begin that stand before `start` and may belong to a role."""
    for _ in range(_MAX_ROLE_WORDS):
        match = _word_before(body, start)
        if not match:
            break
        word = match[1].lower()
        is_capitalized = match[1][0].isupper()
        may_be_name = is_capitalized and not word.endswith(("'s", "’s"))
        is_modifier = not lexicon.ROLE_MODIFIERS.isdisjoint({word, word.rsplit("-", 1)[-1]})
        may_belong = (may_be_name and word not in lexicon.TIMES) or is_modifier or role_noun(word)
        if not may_belong or (is_capitalized and word in lexicon.FUNCTION_WORDS):
            break
        start = match.start(1)
    return start


def _role_after(body: str, end: int) -> Range | None:
    match = _APPOSITION.match(body, end, end + _MAX_APPOSITION_CHARS)
    if not match or not (role_noun(match[2]) or (match[1] and _is_trade(match[2]))):
        match = _IS.match(body, end, end + _MAX_PREDICATE_CHARS)
        if not match or role_noun(match[2]) is None or _is_plural(match[2]):
            return None
    role = match[2].rstrip()
    if role.rsplit(" ", 1)[-1].lower() in _TITLES:
        # A title's full stop has cut the clause short: "plumber | who came with Mr".
        role = _head(role).rstrip()
    return match.start(2), match.start(2) + len(role)


def _is_trade(phrase: str) -> bool:
    last = "".join(_head(phrase).split()[-1:])
    return last.islower() and last not in lexicon.TIMES and _TRADE.fullmatch(last) is not None


def _role_before_comma(body: str, start: int) -> Range | None:
    """Return the place of the longest role before a name and comma: "its mayor, | Karen"."""
    if body[max(0, start - 2) : start - 1] != ",":  # without this, the search takes longer
        return None
    match = _ROLE_AND_COMMA.search(body, max(0, start - _MAX_ROLE_CHARS), start)
    if not match:
        return None
    first, last = match.span(2)
    for at in _role_starts(body, first, last):
        phrase = body[at:last]
        if _is_role(phrase):
            owner = _OWNER.match(phrase)
            return (at + owner.end() if owner else at), last
    return None


def _is_role(phrase: str) -> bool:
    head = _head(phrase.lower()).split()
    return (
        role_noun(phrase) is not None
        and len(phrase.split()) <= _MAX_ROLE_WORDS
        and not any(_cannot_be_in_role(word) for word in head)
        and not any(_DETERMINER.fullmatch(word) for word in head[1:])
        and not _is_plural(phrase)
    )


def _cannot_be_in_role(word: str) -> bool:
    is_verb = (
        word in lexicon.VERB_CLASS
        and word not in lexicon.ROLES
        and word not in lexicon.ROLE_MODIFIERS
    )
    return is_verb or word in lexicon.NOT_IN_ROLES


def _is_plural(phrase: str) -> bool:
    """Tell whether it is the role of several: "asked by reporters, Karen Lee said"."""
    last = _head(phrase.lower()).split()[-1]
    return last not in lexicon.ROLES and last.removesuffix("s") in lexicon.ROLES


def _role_starts(body: str, first: int, last: int) -> Iterator[int]:
    """Yield where a role may begin: at first, at a determiner, after a word that no role holds."""
    may_begin = True
    for word in re.finditer(r"\S+", body[first:last]):
        low = word[0].lower()
        is_outside = _cannot_be_in_role(low)
        if (may_begin or _DETERMINER.fullmatch(low)) and not is_outside:
            yield first + word.start()
        may_begin = is_outside
