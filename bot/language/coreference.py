"""Resolve the words for a speaker to an actor: a name, a role, "the minister", he, she, they.

names of the text -> persons and organizations -> `ActorResolver.resolve`, speaker by speaker
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.language import lexicon
from bot.language.entities import Entities, PersonEntity, PersonMention, last_before, recent_before
from bot.language.mentions import Gender, Mention, role_noun
from bot.language.quotations import Quotation
from bot.model import Actor, ActorKind, Span

_MAX_APPOSITION_CHARS = 130  # between a role and the name it belongs to
_MAX_NAMES = 400  # of organizations among which a longer name is looked for
_MAX_SENTENCES_BACK = 8  # that a pronoun can reach
_MAX_SENTENCES_AHEAD = 2  # that a pronoun can reach where nobody was named before it

_PRONOUN_GENDERS = {
    **dict.fromkeys(["he", "him", "his"], Gender.MALE),
    **dict.fromkeys(["she", "her"], Gender.FEMALE),
}
_PLURAL_PRONOUNS = frozenset(["they", "them", "their"])
_NEUTER_PRONOUNS = frozenset(["it", "its"])
_NO_ACTOR = frozenset(
    ["i", "we", "you", "who", "which", "that", "this", "what", "me", "us", "my", "our", "one"]
)
_SPOKES = frozenset(["spokesman", "spokeswoman", "spokesperson"])
_ORGANIZATIONS_AND_PLACES = lexicon.ORGANIZATION_WORDS | lexicon.PLACES
_PUBLIC_WORDS = lexicon.PLACES | lexicon.PUBLIC_ORGANIZATIONS | lexicon.PRESS_NOUNS
_HEAD_END = re.compile(
    r",|;|:|\(| [—–-] |--"
    r"| (?:of|for|at|in|with|from|on|to|who|whom|whose|which|that|as|about|under|by|near|including"
    r"|along|across|around|inside|outside|between|within|close|familiar|involved|representing)\b"
)
_DEFINITE = re.compile(r"(?:the|this|that|his|her|its|their) ", re.IGNORECASE)
_DETERMINER = re.compile(
    r"(?:the|a|an|this|that|these|those|its|his|her|their|both|all) ", re.IGNORECASE
)
_CONJUNCTION = re.compile(r"\b(?:and|or)\b")


class _Speech(NamedTuple):
    """A place where somebody spoke; `person` is who, if the actor is a person of the article."""

    start: int
    actor: Actor
    person: PersonEntity | None


class ActorResolver:
    """Resolves the speakers of one text, in text order: earlier results guide later ones."""

    def __init__(
        self,
        body: str,
        sentences: Sequence[Span],
        *,
        subjects: Iterable[int],
        groups: Sequence[Span],
        quotations: Sequence[Quotation],
    ) -> None:
        """Find the persons and organizations of a text.

        `subjects` are places where a subject's name may stand, `groups` phrases of plural subjects.
        """
        self._body = body
        self._sentence_starts = [sentence.start for sentence in sentences]
        self._entities = Entities(body, sentences, quotations)
        self._groups = groups
        self._subjects = frozenset(subjects)
        # Where each sentence first names somebody who is a person for sure.
        first_in_sentence = {
            self._sentence_of(start): start
            for start, _, person in reversed(self._entities.person_mentions)
            if not person.is_doubtful
        }
        self._first_in_sentence = frozenset(first_in_sentence.values())
        self._speeches: list[_Speech] = []
        self._speech_places: set[int] = set()

    def resolve(self, speaker: Span) -> Actor | None:
        """Return the actor behind a speaker's words, if known, and remember who spoke here."""
        referent = self._find_referent(speaker)
        if referent is None:
            return None
        person = referent if isinstance(referent, PersonEntity) else None
        actor = self._to_actor(referent)
        self._speeches.append(_Speech(speaker.start, actor, person))
        self._speech_places.add(speaker.start)
        return actor

    def _find_referent(self, speaker: Span) -> PersonEntity | Actor | None:
        speaker = self._with_first_name(_without_possessive(self._body, speaker))
        words = speaker.text.lower().split()
        pronoun = words[0] if len(words) == 1 else ""
        if not words or pronoun in _NO_ACTOR:
            return None
        if pronoun in _PRONOUN_GENDERS:
            return self._resolve_pronoun(speaker.start, _PRONOUN_GENDERS[pronoun])
        if pronoun in _NEUTER_PRONOUNS:
            return self._resolve_neuter(speaker.start)
        if pronoun in _PLURAL_PRONOUNS:
            return self._resolve_plural(speaker.start)
        head_end = self._head_end(speaker)
        return self._named_person(speaker, head_end) or self._described(speaker, head_end)

    def _to_actor(self, referent: PersonEntity | Actor) -> Actor:
        if isinstance(referent, Actor):
            return referent
        role = Span.of(self._body, *referent.role) if referent.role else None
        return Actor(self._span(referent.name), role, ActorKind.PERSON)

    def _span(self, mention: Mention) -> Span:
        return Span.of(self._body, mention.start, mention.end)

    def _sentence_of(self, place: int) -> int:
        return bisect_right(self._sentence_starts, place) - 1

    def _reach_start(self, place: int) -> int:
        """Return where the sentences begin that a pronoun at a place can reach."""
        first = max(0, self._sentence_of(place) - _MAX_SENTENCES_BACK)
        return self._sentence_starts[first]

    # Names and descriptions

    def _with_first_name(self, speaker: Span) -> Span:
        """Extend a speaker's words to the start of a name whose end they are."""
        near = self._entities.mentions_between(speaker.start - _MAX_APPOSITION_CHARS, speaker.start)
        for start, mention, _ in near:
            if speaker.start < mention.end <= speaker.end:
                return Span.of(self._body, start, speaker.end)
        return speaker

    def _head_end(self, speaker: Span) -> int:
        cut = _HEAD_END.search(self._body, speaker.start + 1, speaker.end)
        return cut.start() if cut else speaker.end

    def _named_person(self, speaker: Span, head_end: int) -> PersonEntity | None:
        """Return the person whose name ends the phrase's head or follows it in apposition."""
        mentions = self._entities.mentions_between(speaker.start, speaker.end)
        for _, mention, _ in mentions:
            if mention.end < head_end and _CONJUNCTION.search(self._body[mention.end : head_end]):
                return None
        for start, mention, person in mentions:
            # "Orsland and Norrmark" are two, "founder and owner Karen Lee" is one.
            name_start = min(mention.role[0], start) if mention.role else start
            is_joined = _CONJUNCTION.search(self._body[speaker.start : name_start])
            if mention.end == head_end and not is_joined:
                return person
        # "its spokesman, | Karen Lee"
        near = self._entities.mentions_between(head_end, head_end + _MAX_APPOSITION_CHARS)
        for start, mention, person in near:
            role = mention.role
            if role and speaker.start <= role[0] < head_end <= role[1] < start:
                return person
        return None

    def _described(self, speaker: Span, head_end: int) -> PersonEntity | Actor:
        """Return the person whose role a phrase is, else an actor who is no known person."""
        head = self._body[speaker.start : head_end]
        low = head.lower()
        for person in self._entities.persons:
            roles = (mention.role for mention in person.mentions if mention.role)
            if any(speaker.start <= start and end == head_end for start, end in roles):
                return person
        if _DEFINITE.match(head) or role_noun(low) == low:
            person_of_role = self._person_of_role(speaker.start, low)
            if person_of_role:
                return person_of_role
        kind = _kind_of_phrase(head)
        name = self._organization_name(speaker, head) if kind is ActorKind.ORGANISATION else None
        if name is None and self._body[head_end : speaker.end].startswith(","):
            name = Span.of(self._body, speaker.start, head_end)
        return Actor(name or speaker, None, kind)

    def _organization_name(self, speaker: Span, head: str) -> Span | None:
        """Return the fullest name of an organization: "the ministry" -> "Defence Ministry"."""
        article = _DETERMINER.match(head)
        words = _DETERMINER.sub("", head).split()
        if not words:
            return None
        noun = words[-1].lower()
        if len(words) == 1 and noun in lexicon.ORGANIZATION_NOUNS and _DEFINITE.match(head):
            named = self._entities.organizations_by_word.get(noun, [])
            mention = last_before(named, speaker.start)
            if mention is None and noun in lexicon.FIRM_NOUNS:
                mention = self._firm_before(speaker.start)
            if mention:
                return self._span(mention)
        is_name = words[0][0].isupper()
        start = speaker.start + (article.end() if article and is_name else 0)
        fuller = self._fuller_name(start, words)
        if fuller:
            return self._span(fuller)
        return Span.of(self._body, start, speaker.start + len(head)) if is_name else None

    def _fuller_name(self, start: int, words: list[str]) -> Mention | None:
        """Return the longer name that begins so, here ("National Bank | of Amar") or elsewhere."""
        mentions = self._entities.organizations_by_word.get(words[0].lower(), [])
        here = last_before(mentions, start + 1)
        if here and here.start == start and len(here.words) > len(words):
            return None if self._is_headline(here) else here
        longer = (
            mention
            for mention in mentions[:_MAX_NAMES]
            if len(mention.words) > len(words)
            and mention.words[: len(words)] == tuple(words)
            and not self._is_headline(mention)
        )
        return next(longer, None)

    def _is_headline(self, mention: Mention) -> bool:
        return self._body[mention.start : mention.end].isupper()

    def _firm_before(self, place: int) -> Mention | None:
        """Return the firm that "the company" means: the last subject, else the last one named."""
        recent = recent_before(self._entities.organizations, place)
        firms = [mention for mention in recent if _may_be_firm(mention)]
        subjects = (firm for firm in firms if firm.start in self._subjects)
        return next(subjects, firms[0] if firms else None)

    def _person_of_role(self, place: int, phrase: str) -> PersonEntity | None:
        """Return whom "the prime minister" means: the last before whose role fits best."""
        noun = role_noun(phrase)
        if noun is None:
            return None
        words = _role_words(_DETERMINER.sub("", phrase))
        role_words = {  # by person, the last named first
            person: _role_words(self._body[slice(*person.role)].lower())
            for _, _, person in recent_before(self._entities.person_mentions, place)
            if person.role
        }
        holders = [person for person in role_words if noun in role_words[person]]
        if holders:
            return max(holders, key=lambda person: len(words & role_words[person]))
        if noun in _SPOKES:
            return next((person for person in role_words if _SPOKES & role_words[person]), None)
        is_anyone = noun in lexicon.ROLES_OF_ANYONE and len(words) == 1
        return next(iter(role_words), None) if is_anyone else None

    # Pronouns

    def _resolve_pronoun(self, place: int, gender: Gender) -> PersonEntity | None:
        """Return whom "he" or "she" means: near, a subject, a speaker, not named in a quote."""
        here = self._sentence_of(place)
        best_score, chosen = -math.inf, None
        for mention in self._entities.mentions_between(self._reach_start(place), place):
            if mention.person.gender in {None, gender} and self._has_acted(mention.person):
                score = self._salience(mention, here, gender)
                if score >= best_score:
                    best_score, chosen = score, mention.person
        # A chain of "he said" stays with one, unless a name since outweighs who spoke last.
        for speech in self._speeches_before(place):
            if speech.person is not None and speech.person.gender in {None, gender}:
                distance = here - self._sentence_of(speech.start)
                if chosen is None or (distance <= 1 and 1.5 - distance > best_score):
                    chosen = speech.person
                break
        chosen = chosen or self._named_soon(place, gender)
        if chosen is not None and chosen.gender is None:
            chosen.gender = gender
        return chosen

    def _has_acted(self, person: PersonEntity) -> bool:
        """Tell whether a doubtful person was ever the subject of a verb: places seldom are."""
        return not person.is_doubtful or any(m.start in self._subjects for m in person.mentions)

    def _salience(self, mentioned: PersonMention, here: int, gender: Gender) -> float:
        start, _, person = mentioned
        return (
            -float(here - self._sentence_of(start))
            + 1.2 * (start in self._subjects or start in self._first_in_sentence)
            + 0.5 * (person.gender is gender)
            + 0.8 * (start in self._speech_places)
            - 2.5 * self._entities.is_quoted(start)
            - 2.5 * person.is_doubtful
        )

    def _named_soon(self, place: int, gender: Gender) -> PersonEntity | None:
        """Return the first person of the next sentences, where nobody was named before."""
        until = self._sentence_of(place) + _MAX_SENTENCES_AHEAD + 1
        starts = self._sentence_starts
        end = starts[until] if until < len(starts) else len(self._body)
        persons = (person for _, _, person in self._entities.mentions_between(place + 1, end))
        return next((person for person in persons if person.gender in {None, gender}), None)

    def _speeches_before(self, place: int) -> Iterator[_Speech]:
        """Yield who spoke within a pronoun's reach, the last first."""
        reach_start = self._reach_start(place)
        for speech in reversed(self._speeches):
            if speech.start < reach_start:
                return
            if speech.start < place:
                yield speech

    def _resolve_neuter(self, place: int) -> Actor | None:
        """Return what "it" means: the last organization that spoke, else the last one named."""
        for speech in self._speeches_before(place):
            if speech.actor.kind is ActorKind.ORGANISATION:
                return speech.actor
        mention = last_before(self._entities.organizations, place)
        if mention is None or mention.start < self._reach_start(place):
            return None
        return Actor(self._span(mention), None, ActorKind.ORGANISATION)

    def _resolve_plural(self, place: int) -> Actor | None:
        """Return whom "they" means: a group that acted since, or the last speaker of several."""
        speeches = (
            speech
            for speech in self._speeches_before(place)
            if speech.actor.kind is not ActorKind.PERSON
            and speech.actor.name.text not in lexicon.OUTLETS
        )
        speech = next(speeches, None)
        group = last_before(self._groups, place)
        if (
            group is not None
            and group.start > (speech.start if speech else -1)
            and self._sentence_of(place) - self._sentence_of(group.start) <= 1
        ):
            # "Two divers rose. They said"
            return self._to_actor(self._described(group, self._head_end(group)))
        return speech.actor if speech else None


def _kind_of_phrase(head: str) -> ActorKind:
    """Tell the kind of speaker that a phrase without a person's name is."""
    last = "".join(head.split()[-1:])
    noun = last.lower()
    is_paper = lexicon.SPEAKER_CLASS.get(noun) == "paper"
    is_organization = noun in lexicon.ORGANIZATION_NOUNS or noun in _ORGANIZATIONS_AND_PLACES
    is_capitalized = last[:1].isupper()
    if " and " in head or " or " in head:
        return ActorKind.GROUP
    if _DETERMINER.sub("", head) in lexicon.OUTLETS:
        return ActorKind.ORGANISATION
    is_nameless = noun in lexicon.NAMELESS or (noun in lexicon.NOUN_CLASS and not is_paper)
    if is_nameless or (noun in lexicon.ROLES and head == last):
        return ActorKind.UNNAMED
    is_plural = noun.endswith(("s", "men")) or noun in {"people", "media"}
    if is_plural and not (is_organization or last.isupper() or is_paper):
        return ActorKind.GROUP
    is_lone_name = head == last and is_capitalized and not last.isupper()
    if is_lone_name and noun not in lexicon.SPEAKER_CLASS and not is_organization:
        return ActorKind.PERSON
    is_known = noun in lexicon.ORGANIZATION_NOUNS or is_paper or is_capitalized
    return ActorKind.ORGANISATION if is_known else ActorKind.UNNAMED


def _may_be_firm(organization: Mention) -> bool:
    """Tell whether a named organization is no ministry, party, paper or the like."""
    words = {word.lower().rstrip(".") for word in organization.words}
    return words.isdisjoint(_PUBLIC_WORDS) and not words.isdisjoint(lexicon.ORGANIZATION_WORDS)


def _role_words(phrase: str) -> set[str]:
    return set(phrase.replace("’s", "").replace("'s", "").split())


def _without_possessive(body: str, speaker: Span) -> Span:
    """Return "the minister" for "the minister's", whose claim it was."""
    text = speaker.text
    cut = 2 if text.endswith(("'s", "’s")) else int(text.endswith(("s'", "s’")))
    return Span.of(body, speaker.start, speaker.end - cut)
