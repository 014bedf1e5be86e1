"""Say whose German words they are: the fullest name, the role, whom "er" or "sie" stands for."""

from bisect import bisect_left
from dataclasses import dataclass

from bot.language.mentions import Gender
from bot.language.statements.german.lexicon import (
    CUE_NOUNS,
    DETERMINERS,
    GENITIVE,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
)
from bot.language.statements.german.people import (
    MAX_BACK_WORDS,
    Naming,
    is_aged,
    is_role,
    name_gender,
    read_naming,
)
from bot.language.statements.german.phrases import VIEWS, is_source_noun, noun_phrase
from bot.language.statements.german.words import GermanText, Run
from bot.model import Actor, ActorKind

_HE = frozenset(["er", "ihm", "seiner", "seinen", "seine"])
_SHE = frozenset(["sie", "ihr", "ihrer", "ihren", "ihre"])
_NOBODY = frozenset(["es", "man", "ihnen", "demnach", "demzufolge", "danach", "wer", "ich", "wir"])
_BEFORE_NOUNS = DETERMINERS | {"am", "im", "zum", "zur", "vom", "beim", "ins"}
_MAX_ANTECEDENT = 12


@dataclass(slots=True)
class _Person:
    """A person of a text: the fullest name, the role, and where each mention begins."""

    name: Run
    role: Run | None
    gender: Gender | None
    mentions: list[int]
    party: str = ""  # or age: what stands in brackets behind the name

    def last_before(self, at: int) -> int:
        """Return where the last mention before a word begins, -1 if there is none."""
        before = bisect_left(self.mentions, at)
        return self.mentions[before - 1] if before else -1


class GermanActors:
    """The people of a text; answers whose a source is, asked in text order."""

    def __init__(self, text: GermanText) -> None:
        """Find the people that a text names with a first name or a role."""
        self._text = text
        self._people: dict[str, _Person] = {}
        self._find_people()

    def resolve(self, source: Run) -> Actor | None:
        """Return the actor of a source, None where nobody is told."""
        text = self._text
        source = self.inner(source)
        lower = text.lower[source[0]]
        if lower in _NOBODY and source[1] - source[0] == 1:
            return None
        if source[1] - source[0] == 1 and lower in RELATIVES:
            antecedent = self._antecedent(source[0])
            return self.resolve(antecedent) if antecedent else None
        if source[1] - source[0] == 1 and lower in _HE | _SHE:
            person = self._whom(source[0], lower)
            return self._as_actor(person) if person else None
        if source[1] - source[0] == 1 and lower in PRONOUNS:
            return None
        naming = read_naming(text, source)
        person = self._known(naming, source)
        if person:
            return self._as_actor(person)
        name = self._without_article(naming)
        role = text.span(naming.role) if naming.role else None
        return Actor(text.span(name), role, naming.kind)

    def _as_actor(self, person: _Person) -> Actor:
        role = self._text.span(person.role) if person.role else None
        return Actor(self._text.span(person.name), role, ActorKind.PERSON)

    def _without_article(self, naming: Naming) -> Run:
        """Return a body's name without its article, as a group or an unnamed one keeps it."""
        first, end = naming.name
        is_body = naming.kind is ActorKind.ORGANISATION
        starts = self._text.lower[first] in {"der", "die", "das", "dem", "den", "des"}
        return (first + 1, end) if is_body and starts and end - first > 1 else (first, end)

    def inner(self, source: Run) -> Run:
        """Return whose "Angaben", "Ansicht" or "Fazit" a source is."""
        text = self._text
        for i in range(*source):
            is_claim = text.word[i] in CUE_NOUNS and self._has_owner(i, source[1])
            is_view = text.word[i] in VIEWS
            if text.quotation[i] or not (is_source_noun(text, i) or is_claim or is_view):
                continue
            if i + 1 >= source[1]:
                return (source[0], source[0] + 1) if text.lower[source[0]] in _HE | _SHE else source
            first = i + 2 if text.lower[i + 1] in PREPOSITIONS else i + 1
            return (first, source[1]) if first < source[1] else source
        return source

    def _has_owner(self, i: int, end: int) -> bool:
        """Return whether whose claim it is stands behind a noun: "das Fazit der Betreiber"."""
        return i + 1 < end and self._text.lower[i + 1] in GENITIVE | {"von", "vom"}

    def _antecedent(self, i: int) -> Run | None:
        """Return the phrase before the comma of a relative pronoun."""
        text = self._text
        end = i - 1
        while end > 0 and not text.is_word(end - 1):
            end -= 1
        for start in range(max(0, end - _MAX_ANTECEDENT), end):
            phrase = noun_phrase(text, start, end)
            if phrase and phrase[1] == end and text.lower[start] not in PREPOSITIONS:
                return phrase
        return None

    def _known(self, naming: Naming, source: Run) -> _Person | None:
        """Return the person of the text whom a name, or a role alone, stands for."""
        text = self._text
        if naming.is_proper:
            return self._add(naming)
        aged = next((i for i in range(*naming.name) if is_aged(text.word[i])), None)
        if aged is not None:
            return self._by_age(aged)
        words = [
            i
            for i in range(*naming.name)
            if text.is_capitalized(i) and text.lower[i] not in DETERMINERS
        ]
        if len(words) == 1 and naming.name[1] - naming.name[0] == 1:
            return self._by_last_name(text.word[words[0]])
        is_definite = text.lower[source[0]] in {"der", "die", "dieser", "diese"}
        if is_definite and words and is_role(text.word[words[0]]):
            return self._by_role(words[0])
        return None

    def _by_last_name(self, word: str) -> _Person | None:
        for name in (word, word.removesuffix("s")):
            if name in self._people:
                return self._people[name]
        return None

    def _by_age(self, at: int) -> _Person | None:
        """Return whom "der 44-Jährige" stands for: "Karl Voss (44)", or the only one so far."""
        age = self._text.word[at].partition("-")[0]
        before = [person for person in self._people.values() if person.last_before(at) >= 0]
        aged = [person for person in before if person.party == age]
        return aged[0] if aged else before[0] if len(before) == 1 else None

    def _by_role(self, at: int) -> _Person | None:
        """Return the last person before a word whose role it is."""
        role = self._text.lower[at]
        party = self._text.word[at].rpartition("-")[0]
        holders = [
            (last, person)
            for person in self._people.values()
            if (last := person.last_before(at)) >= 0
            and (self._has_role(person, role) or (party and person.party == party))
        ]
        return max(holders, key=lambda holder: holder[0])[1] if holders else None

    def _has_role(self, person: _Person, role: str) -> bool:
        words = range(*person.role) if person.role else ()
        return any(self._text.lower[i].endswith(role) for i in words)

    def _whom(self, at: int, pronoun: str) -> _Person | None:
        """Return the last person before a pronoun who may be meant; of those who spoke first."""
        wanted = Gender.MALE if pronoun in _HE else Gender.FEMALE
        fits = [
            (last, person)
            for person in self._people.values()
            if (last := person.last_before(at)) > at - MAX_BACK_WORDS
            and last >= 0
            and person.gender in {wanted, None}
        ]
        sure = [fit for fit in fits if fit[1].gender is wanted] or fits
        if not sure:
            return None
        person = max(sure, key=lambda fit: fit[0])[1]
        if person.gender is None:
            person.gender = wanted
        return person

    def _find_people(self) -> None:
        text = self._text
        for first, end in text.sentences:
            i = first
            while i < end:
                phrase = self._phrase_at(i, end)
                if phrase is None:
                    i += 1
                    continue
                naming = read_naming(text, phrase)
                if naming.is_proper:
                    self._add(naming)
                i = max(i + 1, phrase[1])

    def _phrase_at(self, i: int, end: int) -> Run | None:
        """Return the phrase at a word that may name a person: a role or a first name in it."""
        text = self._text
        if not text.is_capitalized(i) or text.quotation[i]:
            return None
        word = text.word[i]
        if not (is_role(word) or name_gender(word) or self._by_last_name(word)):
            return None
        if i and not is_role(word) and text.lower[i - 1] in _BEFORE_NOUNS:
            return None  # "am Kai von Halvenport"
        known = self._by_last_name(word)
        if known and not is_role(word):
            known.mentions.append(i)
        phrase = noun_phrase(text, i, end)
        if phrase is None:
            return None
        joins = (k for k in range(*phrase) if text.lower[k] in {"und", "sowie"})
        stop = next(joins, phrase[1])
        if stop < end and text.word[stop] == ",":
            more = noun_phrase(text, stop + 1, end)
            if more and more[1] < end and text.word[more[1]] in ",.(":
                nouns = [k for k in range(*more) if text.is_capitalized(k)]
                if nouns and (is_role(text.word[nouns[0]]) or name_gender(text.word[nouns[0]])):
                    stop = more[1]
        return i, stop

    def _add(self, naming: Naming) -> _Person:
        """Return the person of a name, known from now on, with the fuller name and the role."""
        text = self._text
        last = text.word[naming.name[1] - 1]
        key = last.removesuffix("s") if last.removesuffix("s") in self._people else last
        at = naming.name[0]
        known = self._people.get(key)
        party = self._party_behind(naming.name[1])
        if known is None or self._are_two(known, naming):
            known = _Person(naming.name, naming.role, naming.gender, [at], party)
            self._people[key] = known
            return known
        if naming.name[1] - naming.name[0] > known.name[1] - known.name[0]:
            known.name = naming.name
        if naming.role and _length(naming.role) > _length(known.role):
            known.role = naming.role
        known.gender = known.gender or naming.gender
        known.party = known.party or party
        known.mentions.insert(bisect_left(known.mentions, at), at)
        return known

    def _party_behind(self, i: int) -> str:
        """Return what stands in brackets behind a name: "Ida Berg (SPD)"."""
        words = self._text.word[i : i + 3]
        return words[1] if len(words) == 3 and words[0] == "(" and words[2] == ")" else ""

    def _are_two(self, known: _Person, naming: Naming) -> bool:
        """Return whether two of one last name have other first names."""
        one, other = known.name, naming.name
        both = one[1] - one[0] > 1 and other[1] - other[0] > 1
        return both and self._text.word[one[0]] != self._text.word[other[0]]


def _length(role: Run | None) -> int:
    return role[1] - role[0] if role else 0
