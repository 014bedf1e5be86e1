"""Find the names of persons and organizations in a text, whole: with initials, nicknames and "Jr.".

runs of capitalized words -> cut between names -> without titles -> persons, bodies, groups
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from bot.language import lexicon
from bot.language.name_words import (
    FIRST_NAMES,
    INITIALS,
    MAX_NAME_WORDS,
    NEXT_WORD,
    SURE_FIRST_NAMES,
    SURNAMES,
    THE,
    TITLES,
    cut_suffixes,
    is_first_name,
    is_national,
    is_organization,
    is_team,
    low_of,
    may_be_called,
    strip_words,
    title_end,
)
from bot.language.roles import (
    Range,
    is_body_apposition,
    role_after,
    role_before,
    role_before_comma,
    role_of_titles,
    word_before,
)
from bot.model import ActorKind, Span
from bot.model.first_names import FEMALE_NAMES, MALE_NAMES

# Words are judged by so many characters around them: names run on for pages in hostile texts.
_CONTEXT_CHARS = 80
_MAX_RUN_WORDS = 25
_MIN_HEADLINE_WORDS = 4
_MIN_CAPITALIZED_SHARE = 0.7  # of a headline's words have a capital

_UPPER = "".join(chr(c) for c in range(0x250) if chr(c).isupper())
_NAME_WORD = (
    rf"(?:[{_UPPER}]\.(?:[{_UPPER}]\.)*"
    rf"|(?:al-|el-|d['’]|O['’])?[{_UPPER}][\w]*"
    rf"(?:(?:[-'’&]|\.(?![{_UPPER}]))[{_UPPER}\w][\w]*)*"
    rf"(?:\.|(?<=s)['’](?=[ \u00a0][{_UPPER}]))?)"
)
_PARTICLE = (
    r"(?:de la|de|del|della|der|di|da|dos|du|la|le|van der|van den|van|von der|von|bin|ibn|al"
    r"|of the|of|and|&)"
)
_NICKNAME = rf"[\"“‘'](?:{_NAME_WORD}[ \u00a0]?){{1,3}}[\"”’'][ \u00a0]"
_NAME_RUN = re.compile(
    rf"(?<![\w’'@])(?!Q[ \u00a0]){_NAME_WORD}"
    rf"(?:(?:[ \u00a0]|,[ \u00a0](?=[JS]r\b))(?:{_PARTICLE}[ \u00a0]|{_NICKNAME})?{_NAME_WORD})*"
)
_IN_QUOTES = re.compile(_NICKNAME)
_GAP = re.compile(r"['’]s?[ \u00a0]|\.[ \u00a0]|[ \u00a0](?:and|of|of the)[ \u00a0]")
_CAPITALIZED = re.compile(_NAME_WORD)
_LETTER = re.compile(r"[^\W_]")
_FULL_STOP_OF_NAME = re.compile(r"(?:\w\.){2}$|\b[A-Z]\.$|\b(?:Jr|Sr|Inc|Corp|Ltd|Co)\.$")
# "McAllister's said", "Lottie's called the claim a hoax": there the ending belongs to a brand.
_VERB_AFTER_BRAND = re.compile(
    r"[ \u00a0](?:(?:said|says|told|has|had|was|is|will|would|did|does)\b"
    r"|[a-z]+ed (?:the|an?|its?|that|to|on|in)\b)"
)
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]cross|[Nn]ear|[Tt]hroughout|[Oo]utside) "
    rf"([{_UPPER}]\w+(?:[ \u00a0][{_UPPER}]\w+)?)(?!\w|['’]s|[ \u00a0][{_UPPER}])"
)
_WHICH = re.compile(r",[ \u00a0]which\b")
_WHO = re.compile(r"(?:[ \u00a0]\([^()\n]{1,40}\))?,[ \u00a0](?:who|whose|\d\d)\b")
_ABBREVIATIONS = TITLES | {"jr", "sr", "st", "no", "mt"}
_BODIES_WITH_AND = tuple(sorted(name for name in lexicon.BODIES if " and " in name))
_GROUP_ENDINGS = ("ans", "ists", "ers", "crats", "ese", "ians")


class Gender(Enum):
    """The gender that a name or title tells."""

    FEMALE = "female"
    MALE = "male"


_COMMON_WORDS = lexicon.TIMES | lexicon.ROLES | lexicon.FUNCTION_WORDS
_GENDERS = dict.fromkeys(lexicon.MALE_TITLES | MALE_NAMES, Gender.MALE)
_GENDERS |= dict.fromkeys(lexicon.FEMALE_TITLES | FEMALE_NAMES, Gender.FEMALE)


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
    is_definite: bool  # "the" stands before it
    suffix: str | None = None  # "jr", "iii"

    @property
    def last(self) -> str:
        """The word that later mentions use, in lower case."""
        return self.words[-1].lower()

    @property
    def text(self) -> str:
        """Its words in a row."""
        return " ".join(self.words)

    @property
    def low_words(self) -> frozenset[str]:
        """Its words in lower case, without full stops."""
        return frozenset(word.lower().rstrip(".") for word in self.words)

    def span_in(self, body: str) -> Span:
        """Return the name as it stands in its text."""
        return Span.of(body, self.start, self.end)


def find_mentions(body: str, sentences: Sequence[Span]) -> list[Mention]:
    """Return every name of a person or organization, in text order."""
    # There a capital tells nothing; by its place, whether the sentence asks.
    first_letters = {
        letter.start(): sentence.text.endswith("?")
        for sentence in sentences
        if (letter := _LETTER.search(body, sentence.start, sentence.end))
    }
    mentions = [
        mention
        for run in _NAME_RUN.finditer(body)
        for start, end in _split_run(body, *run.span())
        if (mention := _read_mention(body, start, end, first_letters))
    ]
    mentions = _cut_headlines(body, sentences, mentions)
    surnames = {
        mention.last
        for mention in mentions
        if mention.kind is ActorKind.PERSON and (len(mention.words) > 1 or mention.has_title)
    }
    places = {place.lower().replace("\u00a0", " ") for place in _PLACE.findall(body)} - surnames
    return [
        _correct_kind(body, mention, places, surnames)
        for mention in mentions
        if not _is_common_word(mention) or mention.last in surnames
    ]


def _cut_headlines(
    body: str, sentences: Sequence[Span], mentions: Sequence[Mention]
) -> list[Mention]:
    """Keep in lines where every word has a capital only names that stand elsewhere too.

    "Karen Lee Calls Plan A Joke" begins with one.
    """
    is_headline = [_is_title_case(sentence.text) for sentence in sentences]
    starts = [sentence.start for sentence in sentences]
    sentence_of = [max(0, bisect_right(starts, mention.start) - 1) for mention in mentions]
    pairs = [(m, is_headline[k]) for m, k in zip(mentions, sentence_of, strict=True)]
    names = {
        m.words[i:]
        for m, is_in_headline in pairs
        if m.kind is ActorKind.PERSON and not is_in_headline
        for i in (0, len(m.words) - 1)
    }
    cut = (_cut_headline(body, m, names) if is_in_headline else m for m, is_in_headline in pairs)
    return [mention for mention in cut if mention]


def _is_title_case(text: str) -> bool:
    words = [word for word in text.split() if word[0].isalpha()]
    capitalized = [word for word in words if word[0].isupper()]
    return len(words) >= _MIN_HEADLINE_WORDS and len(capitalized) > _MIN_CAPITALIZED_SHARE * len(
        words
    )


def _cut_headline(body: str, mention: Mention, names: set[tuple[str, ...]]) -> Mention | None:
    """Return the known name that a run of words in a headline begins with, or the run as it is."""
    if mention.words in names or len(mention.words) == 1:
        return mention
    for length in range(min(len(mention.words), MAX_NAME_WORDS), 0, -1):
        if (words := mention.words[:length]) in names:
            end = _end_of_words(body, mention, length)
            return replace(mention, end=end, words=words, kind=ActorKind.PERSON, role=None)
    is_proven = mention.has_title or mention.words[0].lower() in SURE_FIRST_NAMES
    return mention if is_proven or mention.kind is not ActorKind.PERSON else None


def _end_of_words(body: str, mention: Mention, length: int) -> int:
    words = list(_CAPITALIZED.finditer(body, mention.start, mention.end))
    return words[min(length, len(words)) - 1].end()


def gender_of(words: Sequence[str]) -> Gender | None:
    """Return the gender that the first title, role or first name among words tells."""
    # "Jean-Luc" tells it by its last part, as "Anna-Lena" does.
    genders = (
        _GENDERS.get(part.lower().rstrip("."))
        for word in words
        for part in (word, word.rpartition("-")[2])
    )
    return next(filter(None, genders), None)


def may_be_same(gender: Gender | None, other: Gender | None) -> bool:
    """Return whether two names may be of one gender; None is one that nothing tells."""
    return None in {gender, other} or gender is other


def _is_common_word(mention: Mention) -> bool:
    """Return whether nothing but another mention can show that this is a name: May, Judge."""
    if len(mention.words) > 1 or mention.has_title:
        return False
    return mention.last in _COMMON_WORDS


def _split_run(body: str, start: int, end: int) -> Iterator[Range]:
    """Cut a run of capitalized words where one name ends and another begins."""
    nickname = _IN_QUOTES.search(body, start, end)
    quoted = range(*nickname.span()) if nickname else range(0)
    for gap in _GAP.finditer(body, start, end):
        if gap.start() not in quoted and _is_between_names(body, start, gap, end):
            yield start, gap.start()
            start = gap.end()
    name = body[start:end]
    if not _is_brand(body, start, end):
        for ending in ("'s", "’s", "'", "’"):
            name = name.removesuffix(ending)
    if name.endswith(".") and not _FULL_STOP_OF_NAME.search(name):
        name = name[:-1]
    yield start, start + len(name)


def _is_brand(body: str, start: int, end: int) -> bool:
    """Return whether a name with "'s" is the subject of a verb, as that of a shop is."""
    return body.endswith(("'s", "’s"), start, end) and bool(_VERB_AFTER_BRAND.match(body, end))


def _is_between_names(body: str, start: int, gap: re.Match[str], end: int) -> bool:
    """Return whether a possessive, stop, "and" or "of" stands between two names, not in one."""
    before = body[max(start, gap.start() - _CONTEXT_CHARS) : gap.start()]
    mark = gap[0].strip()
    if mark == ".":
        word = before.rstrip(".").split()[-1].lower()
        return not INITIALS.fullmatch(word) and word not in _ABBREVIATIONS
    if mark == "and":
        name = body[max(start, gap.start() - _CONTEXT_CHARS) : min(end, gap.end() + _CONTEXT_CHARS)]
        if not lexicon.ORGANIZATION_WORDS.isdisjoint(name.lower().split()):
            return False
        return (
            not body[start : min(end, start + _CONTEXT_CHARS)].lower().startswith(_BODIES_WITH_AND)
        )
    if mark.startswith("of"):
        # "University of Amar", "Secretary of State", not "Mayor Karen Lee of Velm".
        last = before.lower().split()[-1:]
        return not (last and (last[0] in lexicon.ORGANIZATION_WORDS or last[0] in lexicon.ROLES))
    # "Seafarers' Union" is one name.
    following = _CAPITALIZED.match(body, gap.end(), end)
    is_organization = following and following[0].lower() in lexicon.ORGANIZATION_WORDS
    return not (before.endswith("s") and is_organization)


def _read_mention(
    body: str, start: int, end: int, first_letters: Mapping[int, bool]
) -> Mention | None:
    nickname = _IN_QUOTES.search(body, start, end)
    quoted = range(*nickname.span()) if nickname else range(0)
    unquoted = (w for w in _CAPITALIZED.finditer(body, start, end) if w.start() not in quoted)
    words = strip_words(body, list(islice(unquoted, _MAX_RUN_WORDS)), first_letters)
    if not words:
        return None
    words, office, suffix = cut_suffixes(words)
    end = suffix.end() if suffix else words[-1].end()
    cut = title_end(body, words)
    if cut == len(words):
        if len(words) > 1 or low_of(words[0]) not in SURNAMES:
            return None
        cut = 0  # "Judge", if one is called so
    texts = [word[0].rstrip("'’") for word in words]
    first, *others = texts[cut:]
    name = tuple(text for text in others if text.lower() not in lexicon.NAME_PARTICLES)
    # "Al Varga" has a first name, "al-Varga" a particle.
    is_named = first[0].isupper() and first.lower() in MALE_NAMES
    if is_named or not name or first.lower() not in lexicon.NAME_PARTICLES:
        name = (first, *name)
    has_title = cut > 0
    start = words[cut].start()
    role = role_of_titles(body, words, cut) if has_title else role_before(body, start)
    role = role or office or role_after(body, end)
    role = role or role_before_comma(body, _start_with_article(body, words[0].start()), end)
    kind = _kind_of_name(body[start:end], name, is_titled=has_title or role is not None)
    is_first_word = len(name) == 1 and start in first_letters
    if kind is ActorKind.PERSON and is_first_word and role is None and not gender_of(texts):
        # "Analysts say": only a name that stands elsewhere too can be told from a first word.
        kind = ActorKind.UNNAMED
    is_definite = THE.search(body, max(0, start - 5), start) is not None
    if kind is not ActorKind.PERSON:
        return Mention(start, end, name, kind, None, None, has_title, is_definite)
    # A lone word may be a last name that is also somebody's first name: Lee.
    told = gender_of(texts[:cut] if len(name) == 1 else [*texts[:cut], name[0]])
    gender = _gender_of_epithet(body, words[0].start()) or told
    if gender is None and role:
        gender = gender_of(body[slice(*role)].split())
    return Mention(
        start, end, name, kind, gender, role, has_title, is_definite, suffix and low_of(suffix)
    )


def _gender_of_epithet(body: str, start: int) -> Gender | None:
    """Return the gender that the word before a name tells: the widow | Terry Lind."""
    before = word_before(body, start)
    return gender_of([before[1]]) if before and before[1] in lexicon.EPITHETS else None


def _start_with_article(body: str, start: int) -> int:
    return start - 4 if THE.search(body, max(0, start - 5), start) else start


def _kind_of_name(text: str, name: tuple[str, ...], *, is_titled: bool) -> ActorKind:
    low = [word.lower().rstrip(".") for word in name]
    if text.lower() in lexicon.GROUPS or (not is_titled and low[-1] in lexicon.GROUPS):
        return ActorKind.GROUP
    if "&" in text.split() or text.endswith(("'s", "’s")) or text.lower() in lexicon.BODIES:
        return ActorKind.ORGANISATION
    has_first_name = len(name) > 1 and is_first_name(low[0]) and not is_team(low)
    is_named = is_titled or has_first_name
    is_body = is_organization(low) and not (is_titled and low[-1] in SURNAMES)
    if is_named and len(name) <= MAX_NAME_WORDS and not is_body:
        return ActorKind.PERSON
    if _has_acronym(text, name) or len(name) > MAX_NAME_WORDS or not may_be_called(low):
        return ActorKind.ORGANISATION
    is_group = len(name) == 1 and low[0].endswith(_GROUP_ENDINGS)
    return ActorKind.GROUP if is_group else ActorKind.PERSON


def _has_acronym(text: str, name: tuple[str, ...]) -> bool:
    """Return whether a name is or holds an acronym, not one in a line of capitals."""
    if len(name) == 1:
        return len(text.strip(".")) > 1 and text.isupper()
    acronyms = (word for word in name if word.isupper() and len(word) > 2 and "." not in word)
    return any(acronyms) and not text.isupper()


def _correct_kind(body: str, mention: Mention, places: set[str], surnames: set[str]) -> Mention:
    """Take for an organization what looks like a person, and the other way round."""
    kind = mention.kind
    if kind is ActorKind.PERSON and not mention.has_title:
        kind = _kind_by_context(body, mention, places)
    elif kind is ActorKind.GROUP and mention.last in surnames and not mention.is_definite:
        kind = ActorKind.PERSON
    elif kind is ActorKind.ORGANISATION and len(mention.words) in {2, 3}:
        may_be_called = mention.words[0].lower() in FIRST_NAMES and mention.last in SURNAMES
        if may_be_called and _WHO.match(body, mention.end):
            kind = ActorKind.PERSON
    role = mention.role if kind is ActorKind.PERSON else None
    return mention if kind is mention.kind else replace(mention, kind=kind, role=role)


def _kind_by_context(body: str, mention: Mention, places: set[str]) -> ActorKind:
    before = word_before(body, mention.start)
    is_introduced = before is not None and before[1] in lexicon.INTRODUCE_BODIES
    if len(mention.words) == 1 and is_introduced:
        return ActorKind.ORGANISATION
    if mention.role:
        return ActorKind.PERSON
    if mention.is_definite and len(mention.words) == 1 and mention.last.endswith("s"):
        return ActorKind.GROUP  # "the Lees"
    if mention.is_definite and is_national(mention.text):
        return ActorKind.UNNAMED
    is_known = mention.words[0].lower() in SURE_FIRST_NAMES and len(mention.words) > 1
    if gender_of(mention.words[:1]) or is_known:
        return ActorKind.PERSON
    is_place = mention.text.lower() in places
    is_body = is_place or _WHICH.match(body, mention.end) or is_introduced
    is_body = is_body or _is_told_as_body(body, mention)
    return ActorKind.ORGANISATION if is_body else ActorKind.PERSON


def _is_told_as_body(body: str, mention: Mention) -> bool:
    """Return whether "the" before a name or a noun behind it makes it a body's."""
    if is_body_apposition(body, mention.end):
        return True
    if not mention.is_definite:
        return False
    # "the Holt report" is somebody's, and "the Trump" nobody.
    after = NEXT_WORD.match(body, mention.end)
    return len(mention.words) > 1 or after is None or after[1] in lexicon.VERB_CLASS
