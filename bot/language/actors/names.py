"""Which names stand in a text, with the roles beside them: capitals, our short lists, and commas.

"Ukrainian Foreign Minister | Dmytro Kuleba"    role before the name
"Karen Lee, | a spokeswoman for the port, |"    role after it
"the port's director, | Karen Lee"              role before a comma
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.language.lexicon import (
    ABBREVIATED_ROLES,
    BODIES,
    COURTESIES,
    FEMALE_NAMES,
    FEMALE_TITLES,
    FUNCTION_WORDS,
    MALE_NAMES,
    MALE_TITLES,
    PLACES,
    ROLE_MODIFIERS,
    ROLES,
    TIMES,
    VERB_CLASS,
)
from bot.model import ActorKind, Span

_UPPER = "".join(chr(c) for c in range(0x250) if chr(c).isupper())
_WORD = rf"(?:[{_UPPER}]\.(?:[{_UPPER}]\.)*|(?:al-|el-|d['’]|O['’])?[{_UPPER}][\w]*(?:[-'’.&][{_UPPER}\w][\w]*)*\.?)"
_LINK = r"(?:de la|de|del|della|der|di|da|dos|du|la|le|van der|van den|van|von der|von|bin|ibn|al|of the|of|and)"
_SEQUENCE = re.compile(rf"(?<![\w’']){_WORD}(?:[ \u00a0](?:{_LINK}[ \u00a0])?{_WORD})*")
_GAP = re.compile(r"['’]s?[ \u00a0]|\.[ \u00a0]|[ \u00a0](?:and|of|of the)[ \u00a0]")
_CAPITAL_WORD = re.compile(_WORD)
_LOWER_BEFORE = re.compile(r"([A-Za-z][\w’'-]*)[ \u00a0]$")
_APPOSITION = re.compile(
    r"(?:,|[ \u00a0][—–-])[ \u00a0](?:\d{1,3}, )?((?:who (?:is|was|serves as) )?(?:the |a |an )?)"
    r"([^,;:.()\n—–“”\"]{3,90})(?=[,;.)\n—–]|$)"
)
_IS = re.compile(
    r"[ \u00a0](?:is|has been|serves as|works as) ((?:the |a |an )?)([^,;:.()\n—–“”\"]{3,60}?)"
    r"(?=[,;.\n]|$| (?:and|who|which|that|when|since|but) )"
)
_ROLE_COMMA = re.compile(
    r"(?:^|[\s“\"(])((?:[Tt]he |[Aa]n? |[Aa]nother )?)([^,;:.()\n“”\"]{3,80}),[ \u00a0]$"
)
_ABBREVIATION_END = re.compile(r"(?:^|[ .\u00a0])(?:\w|[A-Z][a-z]{1,3})\.$")
_FEMALE, _MALE = "female", "male"
_FAMILY_LINKS = frozenset("de del della der di da dos du la le van von bin ibn al den".split())  # noqa: SIM905
_NEVER_NAMES = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905
_PHRASE_END = re.compile(r"\b(?:of|for|by|at|in|with|from|on|to|who|which|that|and)\b")
_PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]cross|[Nn]ear|[Tt]hroughout|[Oo]utside) ([{_UPPER}]\w+(?:[ \u00a0][{_UPPER}]\w+)?)"
    rf"(?!\w|['’]s|[ \u00a0][{_UPPER}])"
)
_WHICH = re.compile(r",[ \u00a0]which\b")
_TITLES = COURTESIES | ABBREVIATED_ROLES
_SHORTENED = _TITLES | {"jr", "sr", "st", "no", "mt"}
_OWNER = re.compile(r"(?:its|his|her|their|our) ", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:the|a|an|another|its|his|her|their)\b", re.IGNORECASE)
# "a night watchman", "a curator": what follows a name and an article is a trade, whatever its word.
_TRADE = re.compile(
    r".{2,}(?:er|or|ist|ian|man|woman|person|master|mistress|keeper|hand|ant|yst|ee|eer|smith|wright)"
)
_BREAKERS = frozenset(
    [
        "to",
        "by",
        "from",
        "with",
        "that",
        "and",
        "when",
        "where",
        "as",
        "after",
        "before",
        "but",
        "while",
        "via",
        "than",
        "then",
    ]
)
_LIFTED = frozenset(
    """according speaking asked meanwhile however former late then both even despite amid amidst besides unlike
    alongside across beyond behind near around inside outside throughout following citing quoting regarding concerning
    earlier later today yesterday instead recently moreover indeed perhaps""".split()  # noqa: SIM905 - words read as words
)


class Gender(Enum):
    """What pronoun a name or title lets expect."""

    FEMALE = _FEMALE
    MALE = _MALE


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands at one place: its words, and the place of its role where one stands beside it."""

    start: int
    end: int
    words: tuple[str, ...]
    kind: ActorKind
    gender: Gender | None
    role: tuple[int, int] | None
    titled: bool

    @property
    def last(self) -> str:
        """The word that a later mention will use."""
        return self.words[-1].lower()


def find_names(body: str, sentences: Sequence[Span]) -> list[Mention]:
    """Every name of a person or body, in text order."""
    opening = _openings(body, sentences)
    mentions = [
        m for s in _SEQUENCE.finditer(body) for m in _mentions(body, s.start(), s.end(), opening)
    ]
    surnames = {
        m.last for m in mentions if m.kind is ActorKind.PERSON and (len(m.words) > 1 or m.titled)
    }
    places = {place.lower().replace("\u00a0", " ") for place in _PLACE.findall(body)} - surnames
    return [
        _in_context(body, m, places) for m in mentions if m.last not in TIMES or m.last in surnames
    ]


def _in_context(body: str, mention: Mention, places: set[str]) -> Mention:
    """Take for a body what only looked like a person: a name that things happen in, a name with "which"."""
    certain = mention.titled or mention.role or gender_of(mention.words[:1])
    if mention.kind is not ActorKind.PERSON or certain:
        return mention
    is_place = " ".join(mention.words).lower() in places
    if is_place or _WHICH.match(body, mention.end):
        return replace(mention, kind=ActorKind.ORGANISATION)
    return mention


def role_noun(phrase: str) -> str | None:
    """The role word that a phrase in lower case is headed by: "the Estonian prime minister" -> "minister"."""
    head = _PHRASE_END.split(phrase.lower(), maxsplit=1)[0].split()
    last = head[-1].strip("’'") if head else ""
    for word in (last, last.removesuffix("s")):
        if word in ROLES:
            return word
    return last.rsplit("-", 1)[-1] if last.rsplit("-", 1)[-1] in ROLES else None


def gender_of(words: Sequence[str]) -> Gender | None:
    """What the first word that tells says: a title, a role or a first name."""
    for word in words:
        low = word.lower().rstrip(".")
        if low in FEMALE_TITLES or low in FEMALE_NAMES:
            return Gender.FEMALE
        if low in MALE_TITLES or low in MALE_NAMES:
            return Gender.MALE
    return None


def _openings(body: str, sentences: Sequence[Span]) -> frozenset[int]:
    """Where a capital tells nothing: the first letter of a sentence, or after its opening mark."""
    places = set()
    for sentence in sentences:
        i = sentence.start
        while i < sentence.end and not body[i].isalnum():
            i += 1
        places.add(i)
    return frozenset(places)


def _mentions(body: str, start: int, end: int, opening: frozenset[int]) -> Iterator[Mention]:
    for first, last in _split_sequence(body, start, end):
        words = list(_CAPITAL_WORD.finditer(body, first, last))
        spans = _strip(body, [w.span() for w in words])
        if spans:
            mention = _mention(body, spans, lone_opening=len(spans) == 1 and spans[0][0] in opening)
            if mention:
                yield mention


def _split_sequence(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at a possessive, at a full stop that ends a sentence, and at "and" between two names."""
    cut = start
    for gap in _GAP.finditer(body, start, end):
        at = gap.start()
        ends_sentence = gap.group()[0] == "." and not _abbreviated(body[cut : at + 1])
        joins = gap.group().strip() == "and" and not _names_a_body(body[cut:end])
        belongs = gap.group().strip().startswith("of") and not _takes_of(body[cut:at])
        owns = gap.group()[0] in "'’" and not _guild(body, at, gap.end(), end)
        if owns or ends_sentence or joins or belongs:
            yield cut, at
            cut = gap.end()
    tail = body[cut:end]
    for ending in ("'s", "’s", "'", "’"):
        tail = tail.removesuffix(ending)
    if tail.endswith(".") and not re.search(
        r"(?:\w\.){2}$|\b[A-Z]\.$|\b(?:Jr|Sr|Inc|Corp|Ltd|Co)\.$", tail
    ):
        tail = tail[:-1]
    yield cut, cut + len(tail)


def _takes_of(text: str) -> bool:
    """Whether a name goes on over "of": "University of Amar", "Secretary of State", not "Mayor Karen Lee of Velm"."""
    words = text.lower().split()
    return bool(words) and (words[-1] in BODIES or words[-1] in ROLES)


def _guild(body: str, at: int, after: int, end: int) -> bool:
    """Whether an apostrophe stands inside a body's name: "Seafarers' Union"."""
    following = _CAPITAL_WORD.match(body, after, end)
    return body[at - 1] == "s" and following is not None and following.group().lower() in BODIES


def _abbreviated(text: str) -> bool:
    word = text.rstrip(".").rsplit(" ", 1)[-1].lower()
    return word in _SHORTENED or (_ABBREVIATION_END.search(text) is not None and len(word) == 1)


def _names_a_body(text: str) -> bool:
    return any(word.lower() in BODIES for word in text.split())


def _strip(body: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop words at either end that are capitals by accident: the sentence's first word, days, months."""

    def accidental(span: tuple[int, int]) -> bool:
        word = body[slice(*span)].lower()
        return (
            word in FUNCTION_WORDS
            or word in _LIFTED
            or (word in TIMES and word not in {"april", "may", "june"})
            or word in _NEVER_NAMES
        )

    while (
        spans
        and accidental(spans[0])
        and not (body[slice(*spans[0])].lower() == "former" and len(spans) > 1)
    ):
        spans = spans[1:]
    while spans and accidental(spans[-1]):
        spans = spans[:-1]
    return spans


def _mention(body: str, spans: list[tuple[int, int]], *, lone_opening: bool) -> Mention | None:
    words = [body[a:b] for a, b in spans]
    low = [w.lower().rstrip(".") for w in words]
    titles = [k for k, w in enumerate(low) if w in ROLES or w in _TITLES]
    cut = titles[-1] + 1 if titles and not _is_body(low) else 0
    if cut == len(words):
        return None
    start, end = spans[cut][0], spans[-1][1]
    name = tuple(w for w in words[cut:] if w.lower() not in _FAMILY_LINKS) or tuple(words[cut:])
    titled = cut > 0
    role = _role_before(body, spans, cut, titles)
    if role is None or not titled:
        role = role or _role_after(body, end) or _role_before_comma(body, start)
    kind = _kind(name, titled=titled or role is not None)
    if (
        lone_opening
        and kind is ActorKind.PERSON
        and not titled
        and low[0] not in FEMALE_NAMES
        and low[0] not in MALE_NAMES
        and role is None
    ):
        # "Analysts say": only a name that stands elsewhere too can be told from a first word.
        kind = ActorKind.UNNAMED
    # A lone word may be a last name that is also somebody's first name: Lee.
    telling = words[:cut] if len(name) == 1 else [*words[:cut], name[0]]
    gender = gender_of(telling) if kind is ActorKind.PERSON else None
    if kind is not ActorKind.PERSON:
        role = None
    if gender is None and role:
        gender = gender_of(body[slice(*role)].split())
    return Mention(start, end, name, kind, gender, role, titled)


def _is_body(low: list[str]) -> bool:
    return low[-1] in BODIES or (
        len(low) > 2 and low[0] in {"ministry", "department", "bank", "university", "office"}
    )


def _kind(name: tuple[str, ...], *, titled: bool) -> ActorKind:
    low = [w.lower().rstrip(".") for w in name]
    if titled and len(name) <= 4 and low[-1] not in BODIES:
        return ActorKind.PERSON
    first_name = low[0] in FEMALE_NAMES or low[0] in MALE_NAMES
    if first_name and 2 <= len(name) <= 4 and low[-1] not in BODIES:
        return ActorKind.PERSON
    acronym = len(name) == 1 and len(name[0].strip(".")) > 1 and name[0].isupper()
    if acronym or any(w in BODIES or w in PLACES for w in low):
        return ActorKind.ORGANISATION
    if any(w.isupper() and len(w) > 2 for w in name) or len(name) > 4:
        return ActorKind.ORGANISATION
    if len(name) == 1 and low[0].endswith(("ans", "ists", "ers", "crats", "ese", "ians")):
        return ActorKind.GROUP
    return ActorKind.PERSON


def _role_before(
    body: str, spans: list[tuple[int, int]], cut: int, titles: list[int]
) -> tuple[int, int] | None:
    """The role words that touch the name from the left, capital or not: "deputy port director Karen Lee"."""
    start = spans[0][0]
    low = [body[a:b].lower().rstrip(".") for a, b in spans]
    if cut:
        worth = any(low[k] in ROLES or low[k] in ABBREVIATED_ROLES for k in titles)
        first = _reach_left(body, start)
        office = body[first:start].rstrip()
        if all(word in ABBREVIATED_ROLES for word in low[:cut]) and role_noun(office):
            return first, first + len(office)  # an office says more than the rank after it
        end = spans[cut - 1][1]
        while cut and low[cut - 1] in COURTESIES and cut > 1:
            cut -= 1
            end = spans[cut - 1][1]
        return (first, end) if worth else None
    match = _LOWER_BEFORE.search(body, max(0, start - 40), start)
    if not match or role_noun(match.group(1)) is None:
        return None
    return _reach_left(body, start), match.end(1)


def _reach_left(body: str, start: int) -> int:
    """Go left over words that may belong to a role."""
    for _ in range(8):
        match = _LOWER_BEFORE.search(body, max(0, start - 40), start)
        if not match:
            break
        word = match.group(1)
        low = word.lower()
        known = (
            low in ROLE_MODIFIERS
            or role_noun(low) is not None
            or low.rsplit("-", 1)[-1] in ROLE_MODIFIERS
        )
        proper = (
            word[0].isupper()
            and low not in FUNCTION_WORDS
            and low not in TIMES
            and not low.endswith(("'s", "’s"))
        )
        opening = word[0].isupper() and low in FUNCTION_WORDS
        if opening or not (known or proper):
            break
        start = match.start(1)
    return start


def _role_after(body: str, end: int) -> tuple[int, int] | None:
    match = _APPOSITION.match(body, end, end + 130)
    if not match or not (
        role_noun(match.group(2)) or (match.group(1) and _is_trade(match.group(2)))
    ):
        match = _IS.match(body, end, end + 100)
        if not match or role_noun(match.group(2)) is None or _is_plural(match.group(2)):
            return None
    return match.start(2), match.start(2) + len(_unbroken(match.group(2).rstrip()))


def _unbroken(phrase: str) -> str:
    """A role without a clause that ends in a title whose full stop cut it short: "plumber | who came with Mr"."""
    if phrase.rsplit(" ", 1)[-1].lower() not in _TITLES:
        return phrase
    return _PHRASE_END.split(phrase, maxsplit=1)[0].rstrip()


def _is_trade(phrase: str) -> bool:
    head = _PHRASE_END.split(phrase, maxsplit=1)[0].split()
    return (
        bool(head)
        and head[-1].islower()
        and head[-1] not in TIMES
        and _TRADE.fullmatch(head[-1]) is not None
    )


def _role_before_comma(body: str, start: int) -> tuple[int, int] | None:
    """Read "Ukraine's foreign minister, Dmytro Kuleba": the longest phrase before the comma that is a role."""
    follows = (
        body[max(0, start - 2) : start - 1] == ","
    )  # asked first: a search from everywhere costs more
    match = _ROLE_COMMA.search(body, max(0, start - 90), start) if follows else None
    if not match:
        return None
    first, last = match.span(2)
    for at in _role_starts(body, first, last):
        phrase = body[at:last]
        head = _PHRASE_END.split(phrase.lower(), maxsplit=1)[0].split()
        told = any(_breaks(word) for word in head) or any(
            _DETERMINER.fullmatch(word) for word in head[1:]
        )
        if (
            role_noun(phrase) is not None
            and len(phrase.split()) <= 8
            and not told
            and not _is_plural(phrase)
        ):
            owner = _OWNER.match(phrase)
            return (at + owner.end() if owner else at), last
    return None


def _breaks(low: str) -> bool:
    """Whether a word cannot stand in a role: verbs that report, prepositions and the like."""
    return low in _BREAKERS or (
        low in VERB_CLASS and low not in ROLES and low not in ROLE_MODIFIERS
    )


def _is_plural(phrase: str) -> bool:
    """Whether it is the role of several: "asked by reporters, Karen Lee said"."""
    head = _PHRASE_END.split(phrase.lower(), maxsplit=1)[0].split()
    return head[-1] not in ROLES and head[-1].removesuffix("s") in ROLES


def _role_starts(body: str, first: int, last: int) -> Iterator[int]:
    """Where a role may begin: with the phrase, with an article in it, after a word that cannot be in a role."""
    opens = True
    for word in re.finditer(r"\S+", body[first:last]):
        low = word.group().lower()
        breaks = _breaks(low)
        if (opens or _DETERMINER.fullmatch(low)) and not breaks:
            yield first + word.start()
        opens = breaks
