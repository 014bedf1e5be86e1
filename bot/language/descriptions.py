"""Find whom an article means by "the prime minister", "the 43-year-old", "the latter", "the group".

What a phrase adds must fit: "the Arvan minister" is no other country's, "the deputy" no minister.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bot.language import lexicon
from bot.language.actor_kinds import DETERMINER
from bot.language.entities import Entities, PersonEntity, last_before, recent_before
from bot.language.mentions import Mention, gender_of, may_be_same
from bot.language.name_words import is_national
from bot.language.roles import PARTY, head_of, role_noun
from bot.model import Span

_POINTING = ("the ", "this ", "that ")
_MAX_BODY_WORDS = 6  # of a name; more are a headline
_MAX_NAMES = 400  # of organizations among which a longer name is looked for
_MAX_SENTENCES_BACK = 2  # that "the billionaire" can reach
_MAX_SENTENCES_OF_BODY = 3  # that "the group" can reach
_MAX_BESIDE_CHARS = 60  # between a name and what says that it is a Democrat's
_DEFINITE = re.compile(r"(?:the|this|that|his|her|its|their) ", re.IGNORECASE)
_OWNED = re.compile(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?['’]s? ")
_AGE = re.compile(r"the (\d{1,3})-year-old\b", re.IGNORECASE)
_AGE_BESIDE = re.compile(r"(?:[ \u00a0]\([^()\n]{1,30}\))?,? \(?(?:aged )?(\d{1,3})\b(?!-)")
_SOMEBODY = r"\b(?:[Aa]n?|[Oo]ne|[Aa]nother)(?: [\w.’'-]+){0,5}?"
_STUDY = re.compile(
    r"\b(?!The|This|That|An?\b)(?:[A-Z][\w.]*[ \u00a0])+(?:report|study|survey|review|analysis)\b"
)
_SUCCESSOR = re.compile(r"\b(?:[Hh]is|[Hh]er) successor,? \Z|\b(?:succeeded|replaced) by \Z")
_NAME = r"[A-Z][\w’'-]*(?: (?:(?:of|for|and|al)[ -])?[A-Z][\w’'-]*)*"
_TWO = ("the former", "the latter")
_CAPITALIZED = re.compile(r"\b[A-Z][\w’'-]+")
_PUBLIC_WORDS = lexicon.PLACES | lexicon.PUBLIC_ORGANIZATIONS | lexicon.PRESS_NOUNS


class _Role(NamedTuple):
    """The words of a role before its first preposition, and all of them, in lower case."""

    head: frozenset[str]
    all: frozenset[str]


class Descriptions:
    """Finds whom descriptions in one text mean."""

    def __init__(self, body: str, entities: Entities, subjects: frozenset[int]) -> None:
        """Take a text, whom it names, and where subjects' names stand."""
        self._body = body
        self._entities = entities
        self._subjects = subjects

    # Persons

    def find_person(self, phrase: Span, head: str) -> PersonEntity | None:
        """Return the person whom a phrase means; `head` is it up to its first preposition."""
        low = head.lower()
        if low in _TWO:
            return self._of_two(phrase.start, is_first=low == _TWO[0])
        is_definite = _DEFINITE.match(head)
        if not (is_definite or _OWNED.match(head) or role_noun(low) == low):
            return None
        age = _AGE.match(head)
        if age and low.endswith("-year-old"):
            return self._of_age(phrase.start, age[1])
        return self._of_role(phrase, head) or (
            # "Her father" is not who was named just before.
            self._of_epithet(phrase.start, head) if low.startswith(_POINTING) else None
        )

    def _of_two(self, place: int, *, is_first: bool) -> PersonEntity | None:
        """Return the first or second of the two persons whom the sentence before names."""
        for persons in self._named_before(place):
            return persons[0 if is_first else 1] if len(persons) == len(_TWO) else None
        return None

    def _named_before(self, place: int) -> Iterator[list[PersonEntity]]:
        """Yield whom each of the last sentences names that names anybody, the last first."""
        here = self._entities.sentence_of(place)
        for sentence in range(here, max(-1, here - _MAX_SENTENCES_BACK - 1), -1):
            if persons := self._named_in(sentence, place):
                yield persons

    def _named_in(self, sentence: int, until: int) -> list[PersonEntity]:
        """Return whom a sentence names outside quotations before a place, in text order."""
        if sentence < 0:
            return []
        start, end = map(self._entities.start_of_sentence, (sentence, sentence + 1))
        mentions = self._entities.mentions_between(start, min(until, end))
        persons = (p for start, _, p in mentions if not self._entities.is_quoted(start))
        return list(dict.fromkeys(persons))

    def _of_age(self, place: int, age: str) -> PersonEntity | None:
        """Return the last person before a place beside whose name this age stands."""
        for _, mention, person in recent_before(self._entities.person_mentions, place):
            beside = _AGE_BESIDE.match(self._body, mention.end)
            if beside and beside[1] == age:
                return person
        return None

    def _of_role(self, phrase: Span, head: str) -> PersonEntity | None:
        """Return whom "the prime minister" means: the last before whose role fits best."""
        noun = role_noun(head)
        if noun is None:
            return None
        asked = _read_role(phrase.text if len(phrase.text) > len(head) else head, head)
        recent = recent_before(self._entities.person_mentions, phrase.start)
        persons = dict.fromkeys(person for _, _, person in recent if person.role)
        roles = {person: self._roles_of(person) for person in persons}  # the last named first
        names = frozenset(word.lower() for word in _CAPITALIZED.findall(phrase.text[1:]))
        fitting = [p for p, role in roles.items() if _fits(noun, asked, names, role)]
        if heir := self._heir_of(fitting, phrase.start, is_new="new" in asked.head):
            return heir
        if fitting:
            # Who held an office is meant by it where nobody holds it: "the former mayor ... she".
            office = _same_roles(noun)
            fit = {p: len(asked.head & roles[p].head - office) for p in fitting}
            return max(fitting, key=lambda p: (fit[p], "former" not in roles[p].head))
        if noun not in lexicon.ROLES_OF_ANYONE:
            return None
        # "the leader", "the Norlandish leader"
        return next((p for p, role in roles.items() if asked.head - {noun} <= role.all), None)

    def _heir_of(
        self, fitting: Sequence[PersonEntity], place: int, *, is_new: bool
    ) -> PersonEntity | None:
        """Return who was named since as successor of the one who fits: her successor, | Jo Park.

        "The new mayor" is that one, whoever was named since.
        """
        for start, _, person in recent_before(self._entities.person_mentions, place):
            if person in fitting and not is_new:
                return None
            if fitting and _SUCCESSOR.search(self._body[max(0, start - _MAX_BESIDE_CHARS) : start]):
                return person
        return None

    def _roles_of(self, person: PersonEntity) -> _Role:
        texts = [self._body[slice(*m.role)] for m in person.mentions if m.role]
        roles = [_read_role(text, head_of(text)) for text in texts]
        return _Role(
            frozenset().union(*(role.head for role in roles)),
            frozenset().union(*(role.all for role in roles)),
        )

    def _of_epithet(self, place: int, head: str) -> PersonEntity | None:
        """Return whom "the billionaire" or "the Democrat" means: the only one named just before."""
        noun = head.lower().split()[-1]
        if noun in lexicon.PARTY_MEMBERS:
            for _, mention, person in recent_before(self._entities.person_mentions, place):
                if self._is_of_party(mention, noun):
                    return person
        elif not is_epithet(head):
            return None
        gender = gender_of([noun])
        for persons in self._named_before(place):
            person = persons[0]
            fits = may_be_same(gender, person.gender)
            return person if len(persons) == 1 and fits and not person.is_doubtful else None
        return None

    def _is_of_party(self, mention: Mention, noun: str) -> bool:
        """Return whether a name stands beside its party: "a Democrat", "(R-Ohio)"."""
        beside = PARTY.match(self._body, mention.end)
        if beside:
            return beside[0].strip(" ,(")[:1].lower() == noun[:1]
        after = self._body[mention.end : mention.end + _MAX_BESIDE_CHARS].lower()
        return re.match(rf", an? (?:[\w-]+ )?{noun}\b", after) is not None

    def find_introduced(self, place: int, noun: str) -> Span | None:
        """Return the phrase that brought in "the official": "a senior official", without a name."""
        first = self._entities.start_of_reach(place, _MAX_SENTENCES_OF_BODY)
        pattern = re.compile(rf"{_SOMEBODY} {re.escape(noun)}\b(?! [A-Z])")
        phrase = next(reversed([*pattern.finditer(self._body, first, place)]), None)
        if phrase is None:
            return None
        for _, mention, _ in self._entities.mentions_between(first, place):
            start, end = mention.role or (0, 0)
            if end > phrase.start() and role_noun(self._body[start:end]) == noun:
                return None
        return Span.of(self._body, *phrase.span())

    # Bodies

    def find_named_body(self, speaker: Span, head_end: int) -> Mention | None:
        """Return the body that a phrase names at its end or behind: "the firm Zipline"."""
        mention = self._entities.organization_ending_at(head_end)
        if mention and speaker.start <= mention.start:
            return mention
        noun = "".join(self._body[speaker.start : head_end].lower().split()[-1:])
        if noun not in lexicon.ORGANIZATION_NOUNS | lexicon.INTRODUCE_BODIES:
            return None
        bodies = last_before(self._entities.organizations, speaker.end)
        names = [m for _, m, _ in self._entities.mentions_between(head_end, speaker.end)]
        for mention in [*filter(None, [bodies]), *names]:
            is_behind_comma = self._body[head_end : mention.start] == ", "
            if is_behind_comma and self._body[mention.end : speaker.end][:1] in {"", ","}:
                return mention
        return None

    def find_body(self, phrase: Span, head: str) -> Span | None:
        """Return the fullest name of an organization: "the ministry" -> "Defence Ministry"."""
        article = DETERMINER.match(head)
        words = DETERMINER.sub("", head).split()
        if not words:
            return None
        if len(words) == 1 and _DEFINITE.match(head):
            noun = words[0].lower()
            called = self._called_body(phrase.start, noun) if noun in lexicon.BODY_NOUNS else None
            mention = self._body_of_noun(phrase.start, noun)
            if called and (mention is None or mention.start < called.start):
                return called
            if mention:
                return mention.span_in(self._body)
            if words[0].lower() in lexicon.STUDY_NOUNS:
                return self._last_study(phrase.start)
        is_name = words[0][0].isupper()
        start = phrase.start + (article.end() if article and is_name else 0)
        fuller = self._fuller_name(start, words)
        if fuller:
            return fuller.span_in(self._body)
        return Span.of(self._body, start, phrase.start + len(head)) if is_name else None

    def _body_of_noun(self, place: int, noun: str) -> Mention | None:
        """Return which body "the ministry", "the company", "the paper" or "the group" means."""
        if noun in lexicon.ORGANIZATION_NOUNS:
            mention = last_before(self._entities.organizations_by_word.get(noun, []), place)
            if mention or noun in lexicon.FIRM_NOUNS:
                return mention or self._last_body(place, _may_be_firm)
        if noun in lexicon.OUTLET_NOUNS:
            return self._last_body(place, _may_be_paper)
        return self._last_group(place) if noun in lexicon.BODY_NOUNS else None

    def _called_body(self, place: int, noun: str) -> Span | None:
        """Return the last name behind such a noun, near: "the radical group | Red Tide"."""
        first = self._entities.start_of_reach(place, _MAX_SENTENCES_OF_BODY)
        names = re.finditer(rf"\b{re.escape(noun)} ({_NAME})", self._body[first:place])
        spans = (Span.of(self._body, first + m.start(1), first + m.end(1)) for m in names)
        outside = [span for span in spans if not self._entities.is_quoted(span.start)]
        return outside[-1] if outside else None

    def _last_study(self, place: int) -> Span | None:
        """Return the last study with a name that a place can mean: the Velm Council report."""
        first = self._entities.start_of_reach(place, _MAX_SENTENCES_OF_BODY)
        studies = [*_STUDY.finditer(self._body, first, place)]
        return Span.of(self._body, *studies[-1].span()) if studies else None

    def _last_body(self, place: int, may_be: Callable[[Mention], bool]) -> Mention | None:
        """Return the last subject among some organizations, else the last one named."""
        bodies = list(filter(may_be, recent_before(self._entities.organizations, place)))
        subjects = filter(self._is_subject, bodies)
        return next(subjects, bodies[0] if bodies else None)

    def _last_group(self, place: int) -> Mention | None:
        """Return the body that was last a subject in the sentences before."""
        first = self._entities.sentence_of(place) - _MAX_SENTENCES_OF_BODY
        bodies = recent_before(self._entities.organizations, place)
        near = (
            m for m in bodies if self._entities.sentence_of(m.start) >= first and _may_be_group(m)
        )
        told = (m for m in near if not self._entities.is_quoted(m.start))
        return next(filter(self._is_subject, told), None)

    def _is_subject(self, body: Mention) -> bool:
        """Return whether a body acts or opens its sentence: not every sentence is parsed."""
        opening = self._entities.start_of_reach(body.start, 0)
        return body.start in self._subjects or body.start - opening <= len("The ")

    def fullest(self, body: Mention) -> Span:
        """Return the fullest name of a body that a text names: "United" -> "Dunmere United"."""
        return (self._fuller_name(body.start, list(body.words)) or body).span_in(self._body)

    def _fuller_name(self, start: int, words: list[str]) -> Mention | None:
        """Return the longer name that begins so, here ("National Bank | of Amar") or elsewhere.

        A lone word may also end it: "United" for "Dunmere United".
        """
        mentions = self._entities.organizations_by_word.get(words[0].lower(), [])
        here = last_before(mentions, start + 1)
        if here and here.start == start and len(words) < len(here.words) <= _MAX_BODY_WORDS:
            return None if self._is_headline(here) else here
        length = len(words)
        longer = [
            mention
            for mention in mentions[:_MAX_NAMES]
            if length < len(mention.words) <= _MAX_BODY_WORDS and not self._is_headline(mention)
        ]
        begins = (m for m in longer if list(m.words[:length]) == words)
        ends = (
            m for m in longer if length == 1 and m.start < start and m.words[-1:] == (words[0],)
        )
        return next(begins, None) or next(ends, None)

    def _is_headline(self, mention: Mention) -> bool:
        return self._body[mention.start : mention.end].isupper()


def is_epithet(head: str) -> bool:
    """Return whether a phrase is used of somebody for variety: the billionaire, the Swede."""
    last = head.rsplit(maxsplit=1)[-1]
    return last.lower() in lexicon.EPITHETS or (
        bool(_DEFINITE.match(head)) and is_national(last) and last not in lexicon.OUTLETS
    )


def _read_role(text: str, head: str) -> _Role:
    return _Role(_words_of_role(head), _words_of_role(text))


def _words_of_role(text: str) -> frozenset[str]:
    words = DETERMINER.sub("", text).lower().replace("’s", "").replace("'s", "").split()
    return frozenset(word.strip(".,") for word in words)


def _same_roles(noun: str) -> frozenset[str]:
    return frozenset([noun]).union(*(words for words in lexicon.SAME_ROLES if noun in words))


def _fits(noun: str, asked: _Role, names: frozenset[str], role: _Role) -> bool:
    """Return whether a phrase with this noun may mean who has a role."""
    if _same_roles(noun).isdisjoint(role.head):
        return False
    ranks = lexicon.RANKS & asked.head ^ lexicon.RANKS & role.head
    is_other_rank = ranks and not (ranks == {"former"} and "former" in role.head)
    portfolios = (
        (asked.head & lexicon.ROLE_MODIFIERS) - lexicon.RANKS - lexicon.MODIFIERS_OF_ANY_ROLE
    )
    named = {word.removesuffix("'s").removesuffix("’s") for word in names} - {noun}
    return not is_other_rank and portfolios <= role.all and named <= role.all | {noun}


def _may_be_firm(organization: Mention) -> bool:
    """Return whether a named organization is no ministry, party, paper or the like."""
    words = organization.low_words
    is_listed = organization.text.lower() in lexicon.BODIES
    is_firm = not words.isdisjoint(lexicon.ORGANIZATION_WORDS) or is_listed
    return words.isdisjoint(_PUBLIC_WORDS) and is_firm


def _may_be_paper(organization: Mention) -> bool:
    is_press = organization.last in lexicon.PRESS_NOUNS
    return is_press or organization.text in lexicon.OUTLETS


def _may_be_group(organization: Mention) -> bool:
    is_state = organization.text.lower() in lexicon.STATES
    is_public = not organization.low_words.isdisjoint(_PUBLIC_WORDS)
    return not (is_public or is_state or _may_be_paper(organization))
