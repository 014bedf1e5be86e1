"""Link the mentions of a text to the persons and organizations they name.

Each person gets the fullest name and role of its mentions, and the gender that any of them tells.
A last name that may be either of two persons' names nobody but itself.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple, TypeVar

from bot.language import lexicon
from bot.language.mentions import Gender, Mention, find_mentions, gender_of, may_be_same
from bot.language.name_words import FIRST_NAMES
from bot.language.quotations import Quotation
from bot.language.roles import Range, role_noun
from bot.model import ActorKind, Span

_MAX_NAMESAKES = 20  # more people of one name no article tells apart
_MAX_RECENT = 400  # mentions that "the minister" can reach
_MAX_ROLE_CHARS = 90  # between a name in a role and whose it is
_NEAR_CHARS = 400  # within which a namesake may be meant by a last name
_MIN_INITIALS = 3  # of a name that are taken for it
_MIN_LEAD = 1  # mentions more than any namesake has: the article tells of this one
_KIN = r"(?:wife|husband|partner|fianc[eé]e?|mother|father|son|daughter|brother|sister)"

T = TypeVar("T")
start_of = attrgetter("start")


def recent_before(items: Sequence[T], place: int) -> list[T]:
    """Return items whose `start` is before a place, the last first; items are in text order."""
    index = bisect_left(items, place, key=start_of)
    return list(reversed(items[max(0, index - _MAX_RECENT) : index]))


def last_before(items: Sequence[T], place: int) -> T | None:
    """Return the last item whose `start` is before a place; items are in text order."""
    index = bisect_left(items, place, key=start_of)
    return items[index - 1] if index else None


@dataclass(slots=True, eq=False)
class PersonEntity:
    """A person of the article: fullest mention, role, and all mentions in text order."""

    name: Mention
    gender: Gender | None
    role: Range | None = None
    mentions: list[Mention] = field(default_factory=list)
    is_ambiguous: bool = False  # a last name that may be either of two others

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing but one capitalized word says that this is a person."""
        is_lone_word = len(self.name.words) == 1 and not self.name.has_title
        return is_lone_word and self.gender is None and self.role is None


class PersonMention(NamedTuple):
    """A place where the text names a person."""

    start: int
    mention: Mention
    person: PersonEntity


class Entities:
    """The persons and organizations of a text.

    `person_mentions` and `organizations` (one per mention) are in text order;
    `organizations_by_word` has the latter by the first and the last word, in lower case.
    `sentence_starts` has the place of each sentence.
    """

    def __init__(
        self, body: str, sentences: Sequence[Span], quotations: Sequence[Quotation]
    ) -> None:
        self._body = body
        self._quotations = quotations
        self.sentence_starts = [sentence.start for sentence in sentences]
        # How many sentences up to each have words outside quotations.
        told = (not all(map(self.is_quoted, (s.start, s.end - 1))) for s in sentences)
        self._told = [0, *accumulate(told)]
        self.persons: list[PersonEntity] = []
        self._persons_by_word: dict[str, list[PersonEntity]] = defaultdict(list)
        self._persons_by_initials: dict[str, list[PersonEntity]] = defaultdict(list)
        self.organizations: list[Mention] = []
        self.organizations_by_word: dict[str, list[Mention]] = defaultdict(list)
        self._link(find_mentions(body, sentences))
        for person in self.persons:
            self._describe(person, body)
        self.person_mentions = sorted(
            (PersonMention(m.start, m, person) for person in self.persons for m in person.mentions),
            key=start_of,
        )

    def sentence_of(self, place: int) -> int:
        """Return the number of the sentence that a place is in, -1 above the first one."""
        return bisect_right(self.sentence_starts, place) - 1

    def start_of_reach(self, place: int, sentences: int) -> int:
        """Return where so many sentences before that of a place begin."""
        return self.sentence_starts[max(0, self.sentence_of(place) - sentences)]

    def start_of_sentence(self, number: int) -> int:
        """Return where a sentence begins, the text's end for one behind the last."""
        starts = self.sentence_starts
        return starts[number] if number < len(starts) else len(self._body)

    def is_quoted(self, place: int) -> bool:
        """Return whether a place is inside quote marks."""
        quotation = last_before(self._quotations, place + 1)
        return quotation is not None and place < quotation.end

    def told_between(self, start: int, end: int) -> int:
        """Return how many sentences on a place is, of those with words outside quotations."""
        first, last = (self.sentence_of(place) + 1 for place in (start, end))
        return self._told[last] - self._told[first]

    def is_in_role(self, named: PersonMention) -> bool:
        """Return whether a name belongs to somebody's role: | Velm | researcher Ida Berg."""
        after = self.mentions_between(named.start + 1, named.mention.end + _MAX_ROLE_CHARS)
        roles = (mention.role for _, mention, _ in after[:1])
        return any(role and role[0] <= named.start < role[1] for role in roles)

    def organization_ending_at(self, end: int) -> Mention | None:
        """Return the mention of an organization that ends at a place, if one does."""
        mention = last_before(self.organizations, end)
        return mention if mention and mention.end == end else None

    def mentions_between(self, start: int, end: int) -> list[PersonMention]:
        """Return the mentions of persons that begin from one place to another, in text order."""
        first = bisect_left(self.person_mentions, start, key=start_of)
        last = bisect_left(self.person_mentions, end, key=start_of)
        return self.person_mentions[first:last]

    def _link(self, mentions: Sequence[Mention]) -> None:
        """Join full names first, the longest before the others, then single words to them."""
        for mention in sorted(mentions, key=lambda mention: -len(mention.words)):
            if mention.kind is ActorKind.PERSON and len(mention.words) > 1:
                self._link_full_name(mention)
        for mention in mentions:
            is_single = len(mention.words) == 1
            if is_single and mention.kind is not ActorKind.GROUP and self._link_single(mention):
                continue
            if is_single and mention.kind is ActorKind.PERSON:
                self._add_person(mention, mention.gender or gender_of(mention.words))
            elif mention.kind is ActorKind.ORGANISATION:
                self.organizations.append(mention)
                for word in {mention.words[0].lower(), mention.last}:
                    self.organizations_by_word[word].append(mention)

    def _link_full_name(self, mention: Mention) -> None:
        for person in self._persons_by_word[mention.last][:_MAX_NAMESAKES]:
            is_same = _is_same_name(person.name.words, mention.words)
            is_other = (
                person.name.suffix != mention.suffix and person.name.suffix and mention.suffix
            )
            if is_same and not is_other and _may_be(person, mention):
                insort(person.mentions, mention, key=start_of)
                return
        self._add_person(mention, mention.gender)

    def _link_single(self, mention: Mention) -> bool:
        """Link a single word to the person of that last name, else first name, met before it."""
        if mention.is_definite and mention.kind is not ActorKind.PERSON:
            return False  # "the Post" is not Ann Post
        namesakes = self._persons_by_word[mention.last][:_MAX_NAMESAKES]
        persons = [p for p in namesakes if p.name.last == mention.last and _may_be(p, mention)]
        if not persons and mention.has_title:
            is_first_name = mention.last in FIRST_NAMES  # "Dame Sally"
            named = [p for p in namesakes if is_first_name and _may_be(p, mention)]
            persons = named or self._find_kin(mention, namesakes)
        if not persons and not mention.has_title:
            persons = namesakes or self._find_by_initials(mention)
        if mention.last in lexicon.PLACES:
            persons = [
                p for p in persons if _last_met(p, mention.start) > mention.start - _NEAR_CHARS
            ]
        if not persons:
            return False
        person = _likeliest(persons, mention.start)
        if person is None:
            person = next((p for p in persons if p.is_ambiguous), None)
            if person is None:
                self._add_person(replace(mention, gender=None, role=None), None)
                self.persons[-1].is_ambiguous = True
                return True
        insort(person.mentions, mention, key=start_of)
        return True

    def _find_kin(self, mention: Mention, namesakes: Sequence[PersonEntity]) -> list[PersonEntity]:
        """Return the Anna whom "Mrs Holt" means after "Peter Holt and his wife, Anna"."""
        for namesake in namesakes:
            pattern = re.compile(rf",? (?:and )?(?:his|her) {_KIN},? (\w+)")
            for named in namesake.mentions:
                kin = pattern.match(self._body, named.end)
                persons = self._persons_by_word[kin[1].lower()] if kin else []
                found = [p for p in persons if len(p.name.words) == 1 and _may_be(p, mention)]
                if found:
                    return found
        return []

    def _find_by_initials(self, mention: Mention) -> list[PersonEntity]:
        """Return the one person of at least three names whose initials an acronym is."""
        named = self._persons_by_initials[self._body[mention.start : mention.end]]
        return named if len(named) == 1 and named[0].mentions[0].start < mention.start else []

    def _add_person(self, mention: Mention, gender: Gender | None) -> None:
        person = PersonEntity(mention, gender, mentions=[mention])
        self.persons.append(person)
        if len(mention.words) >= _MIN_INITIALS:
            self._persons_by_initials["".join(word[0] for word in mention.words)].append(person)
        for word in {mention.last, mention.words[0].lower()}:
            self._persons_by_word[word].append(person)

    def _describe(self, person: PersonEntity, body: str) -> None:
        """Set role, gender and fullest name of a person from all its mentions."""
        roles = [
            mention.role
            for mention in person.mentions
            if mention.role
            # What quoted words add after a name, "Donald Lee, a hater", is somebody's opinion.
            and not (mention.role[0] > mention.start and self.is_quoted(mention.start))
        ]
        person.role = _fullest_role(body, roles)
        genders = (mention.gender for mention in person.mentions if mention.gender)
        person.gender = next(genders, person.gender)
        person.name = max(person.mentions, key=_fullness)


def _fullness(mention: Mention) -> tuple[int, bool, int]:
    """Return how full a name is, without what stands before a first name: Actress | Jo Park."""
    low = [word.lower() for word in mention.words]
    first = next((i for i, word in enumerate(low[:-1]) if word in FIRST_NAMES), 0)
    return len(low) - 2 * first, not mention.has_title, mention.end - mention.start


def _likeliest(persons: Sequence[PersonEntity], place: int) -> PersonEntity | None:
    """Return whom a last name means: the one whom the article tells of, if none else is near."""
    unclear = max((_last_met(p, place) for p in persons if p.is_ambiguous), default=-1)
    persons = [person for person in persons if not person.is_ambiguous]
    if not persons:
        return None
    nearest = max(persons, key=lambda person: _last_met(person, place))
    if unclear > max(_last_met(nearest, place), place - _NEAR_CHARS):
        return None  # it goes on
    others = [person for person in persons if person is not nearest]
    near = [p for p in others if _last_met(p, place) >= max(0, place - _NEAR_CHARS)]
    if not near:
        return nearest
    counts = {id(p): bisect_left(p.mentions, place, key=start_of) for p in persons}
    leader = max(persons, key=lambda person: counts[id(person)])
    lead = min(counts[id(leader)] - counts[id(p)] for p in persons if p is not leader)
    return leader if lead >= _MIN_LEAD else None


def _last_met(person: PersonEntity, place: int) -> int:
    mention = last_before(person.mentions, place)
    return mention.start if mention else -1


def _is_same_name(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    """Return whether a name of several words may shorten another one, or is its family name."""
    a = [word.lower().rstrip(".") for word in longer]
    b = [word.lower().rstrip(".") for word in shorter]
    is_initial = min(len(a[0]), len(b[0])) == 1 and a[0][0] == b[0][0]
    if a[-1] == b[-1] and (set(b) <= set(a) or a[0] == b[0] or is_initial):
        return True
    return len(b) > 1 and a[-len(b) :] == b


def _may_be(person: PersonEntity, mention: Mention) -> bool:
    return may_be_same(person.gender, mention.gender)


def _fullest_role(body: str, roles: Sequence[Range]) -> Range | None:
    """Return the first office, or the longest form of it: "mayor of Dunmere" for "Mayor"."""
    nouns = {role: role_noun(body[slice(*role)]) for role in roles}
    offices = (role for role in roles if not body.startswith("who ", role[0]))
    first = next(offices, next(iter(roles), None))
    same = [role for role in roles if first and nouns[role] == nouns[first]]
    return max(same, key=lambda role: len(body[slice(*role)].split()), default=None)
