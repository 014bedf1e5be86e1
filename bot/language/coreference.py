"""Resolve the words for a speaker to an actor: a name, a role, "the minister", he, she, they.

names of the text -> persons and organizations -> `ActorResolver.resolve`, speaker by speaker
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.language import lexicon
from bot.language.actor_kinds import (
    DETERMINER,
    KindJudge,
    Recognizer,
    describes_person,
    is_person_noun,
    is_proven_person,
    kind_of_phrase,
    may_mean_one,
)
from bot.language.descriptions import Descriptions, is_epithet
from bot.language.entities import Entities, PersonEntity, PersonMention, last_before, recent_before
from bot.language.mentions import Gender, gender_of, may_be_same
from bot.language.quotations import Quotation
from bot.language.roles import role_noun
from bot.model import Actor, ActorKind, Span

_MAX_APPOSITION_CHARS = 130  # between a role and the name it belongs to
_MAX_SENTENCES_BACK = 8  # that a pronoun can reach
_MAX_TAKEN_UP_SENTENCES = 3  # sentences after "a senior official" that "the official" can stand
_MAX_SENTENCES_AHEAD = 2  # that a pronoun can reach where nobody was named before it

_ORGANISATION = ActorKind.ORGANISATION
_PRONOUN_GENDERS = {
    **dict.fromkeys(["he", "him", "his"], Gender.MALE),
    **dict.fromkeys(["she", "her"], Gender.FEMALE),
}
_PLURAL_PRONOUNS, _NEUTER_PRONOUNS = frozenset(["they", "them", "their"]), frozenset(["it", "its"])
_NO_ACTOR = frozenset(
    ["i", "we", "you", "who", "which", "that", "this", "what", "me", "us", "my", "our", "one"]
)
_LETTERS_AFTER_NAME = lexicon.LETTERS_AFTER_NAME | lexicon.OFFICES_AFTER_NAME
_BODY_WORDS = lexicon.ORGANIZATION_WORDS | lexicon.ORGANIZATION_NOUNS
_INDEFINITE = frozenset(["A", "An", "One", "Another"])
_OPENING_MARKS = tuple('"“„«‘`')
_HEAD_END = re.compile(
    r",(?!\d)|;|:| ?\(| [—–-] |--"
    r"| (?:of|for|at|in|with|from|on|to|who|whom|whose|which|that|as|about|under|by|near|including"
    r"|along|across|around|inside|outside|between|within|close|familiar|involved|representing)\b"
)
# "an actor | playing Rita Coll"
_DOING = re.compile(r"([\w-]+) [a-z]+ing\b")
_INDIVIDUAL = re.compile(r"(The|An?|One|My|His|Her)((?: [a-z-]+){1,3})\b")
_WORD = re.compile(r"[\w-]+")
_THEY = re.compile(r", who (?:uses|goes by|prefers) (?:the pronouns? )?they\b")
# "analysts and | Ann Lee" are two, "mogul and television star | Ann Lee" is one.
_TWO_VOICES = re.compile(r"\b(?:and|or) (?:[\w'’.-]* )?$|(?:[A-Z][\w’'-]*|s) (?:and|or)\b")
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
        recognize: Recognizer,
    ) -> None:
        """Find the persons and organizations of a text.

        `subjects` are places where a subject's name may stand, `groups` phrases of plural subjects.
        `recognize` is asked for the kinds of doubtful names.
        """
        self._body = body
        self._entities = Entities(body, sentences, quotations)
        self._sentence_of = self._entities.sentence_of
        self._groups = groups
        self._subjects = frozenset(subjects)
        # Where each sentence first names somebody who is a person for sure.
        first_in_sentence = {
            self._sentence_of(start): start
            for start, _, person in reversed(self._entities.person_mentions)
            if not person.is_doubtful
        }
        self._first_in_sentence = frozenset(first_in_sentence.values())
        self._judge = KindJudge(body, sentences, recognize)
        self._is_proven: dict[int, bool] = {}
        self._descriptions = Descriptions(body, self._entities, self._subjects)
        self._speeches: list[_Speech] = []
        self._speech_places: set[int] = set()

    def resolve(self, speaker: Span) -> Actor | None:
        """Return the actor behind a speaker's words, if known, and remember who spoke here."""
        if (referent := self._find_referent(speaker)) is None:
            return None
        if isinstance(referent, PersonEntity) and referent.is_ambiguous:
            referent = self._namesake_who_spoke(referent, speaker.start) or referent
        if isinstance(referent, PersonEntity) and not self._is_person(referent):
            referent = Actor(referent.name.span_in(self._body), None, _ORGANISATION)
        person = referent if isinstance(referent, PersonEntity) else None
        actor = self._to_actor(referent)
        self._speeches.append(_Speech(speaker.start, actor, person))
        self._speech_places.add(speaker.start)
        return actor

    def _find_referent(self, speaker: Span) -> PersonEntity | Actor | None:
        text = speaker.text.rstrip(" ,")
        speaker = Span.of(self._body, speaker.start, speaker.start + len(text))
        if self._entities.organization_ending_at(speaker.end) is None:
            speaker = _without_possessive(self._body, speaker)
        speaker = self._with_whole_name(speaker)
        words = speaker.text.lower().split()
        pronoun = words[0] if len(words) == 1 else ""
        if not words or pronoun in _NO_ACTOR:
            return None
        if pronoun in _PRONOUN_GENDERS:
            gender = _PRONOUN_GENDERS[pronoun]
            return self._resolve_individual(speaker.start, gender) or self._resolve_pronoun(
                speaker.start, gender
            )
        if pronoun in _NEUTER_PRONOUNS:
            return self._resolve_neuter(speaker.start)
        if pronoun in _PLURAL_PRONOUNS:
            return self._resolve_singular_they(speaker.start) or self._resolve_plural(speaker.start)
        end = self._head_end(speaker)
        return self._named_person(speaker, end) or self._described(speaker, end)

    def _namesake_who_spoke(self, named: PersonEntity, place: int) -> PersonEntity | None:
        """Return who of one last name spoke last, if no other of them was named since."""
        for speech in self._speeches_before(place):
            if speech.person and speech.person.name.last == named.name.last:
                since = self._entities.mentions_between(speech.start + 1, place)
                others = {p for _, _, p in since if p.name.last == named.name.last}
                return speech.person if others <= {speech.person, named} else None
        return None

    def _to_actor(self, referent: PersonEntity | Actor) -> Actor:
        if isinstance(referent, Actor):
            return referent
        role = Span.of(self._body, *referent.role) if referent.role else None
        return Actor(referent.name.span_in(self._body), role, ActorKind.PERSON)

    def _reach_start(self, place: int) -> int:
        """Return where the sentences begin that a pronoun at a place can reach."""
        return self._entities.start_of_reach(place, _MAX_SENTENCES_BACK)

    # Names and descriptions

    def _with_whole_name(self, speaker: Span) -> Span:
        """Extend a speaker's words to a whole name where they are the end or start of one."""
        near = self._entities.mentions_between(speaker.start - _MAX_APPOSITION_CHARS, speaker.end)
        for start, mention, _ in near:
            if start < speaker.start < mention.end <= speaker.end:
                return Span.of(self._body, start, speaker.end)
            if start == speaker.start and speaker.end < mention.end:
                return Span.of(self._body, start, mention.end)
        return speaker

    def _head_end(self, speaker: Span) -> int:
        cut = _HEAD_END.search(self._body, speaker.start + 1, speaker.end)
        end = cut.start() if cut else speaker.end
        doing = _DOING.search(self._body, speaker.start, end)
        if doing and doing[1].lower() in lexicon.ROLES | lexicon.SPEAKER_CLASS.keys():
            end = doing.end(1)
        return self._end_of_name(speaker, end)

    def _end_of_name(self, speaker: Span, cut: int) -> int:
        """Return the end of a name that a cut would part ("Lee, | Jr."), else the cut.

        So it does of "Bank of Velm governor Ida Berg", not of "a spokesman for Governor Ida Berg".
        """
        before = self._body[speaker.start : cut]
        is_body = before[:1].isupper() and "".join(before.lower().split()[-1:]) in _BODY_WORDS
        for start, mention, _ in self._entities.mentions_between(speaker.start, speaker.end):
            if start < cut < mention.end <= speaker.end:
                return mention.end
            if self._body[mention.end : cut].strip(" ,.").lower() in _LETTERS_AFTER_NAME:
                return mention.end
            is_behind_role = mention.role is not None and mention.role[1] == start - 1
            if is_body and is_behind_role and "," not in self._body[cut:start]:
                return mention.end
        return cut

    def _named_person(self, speaker: Span, head_end: int) -> PersonEntity | None:
        """Return the person whose name ends the phrase's head or follows it in apposition."""
        mentions = self._entities.mentions_between(speaker.start, speaker.end)
        for _, mention, _ in mentions:
            if mention.end < head_end and _CONJUNCTION.search(self._body[mention.end : head_end]):
                return None
        for start, mention, person in mentions:
            # "Orsland and Norrmark" are two, "founder and owner Karen Lee" is one.
            name_start = min(mention.role[0], start) if mention.role else start
            is_joined = _TWO_VOICES.search(self._body[speaker.start : name_start])
            if mention.end == head_end and not is_joined:
                return person
        # "its spokesman, | Karen Lee"
        near = self._entities.mentions_between(head_end, head_end + _MAX_APPOSITION_CHARS)
        for start, mention, person in near:
            role = mention.role
            if role and speaker.start <= role[0] < head_end <= role[1] < start:
                return person
        return self._person_in_apposition(speaker, head_end)

    def _person_in_apposition(self, speaker: Span, head_end: int) -> PersonEntity | None:
        """Return the person whom a phrase names behind a comma: "a neighbor, | Jo Park"."""
        head = self._body[speaker.start : head_end].lower()
        noun = "".join(head.split()[-1:])
        is_one = describes_person(noun)
        # "a rower, | Jo Park": whatever the noun, unless it is a body's or a paper's.
        is_free = DETERMINER.match(head) and noun not in lexicon.SPEAKER_CLASS
        if _CONJUNCTION.search(speaker.text):
            return None
        for start, mention, person in self._entities.mentions_between(head_end, speaker.end):
            first = min(start, mention.role[0]) if mention.role else start
            is_behind_comma = self._body[head_end:first].endswith(", ")
            is_last = self._body[mention.end : speaker.end][:1] in {"", ","}
            is_meant = is_one or (is_free and person.gender)
            if is_behind_comma and is_last and is_meant and not person.is_doubtful:
                return person
        return None

    def _described(self, speaker: Span, head_end: int) -> PersonEntity | Actor:
        """Return the person whose role a phrase is, else an actor who is no known person."""
        head = self._body[speaker.start : head_end]
        for person in self._entities.persons:
            roles = (mention.role for mention in person.mentions if mention.role)
            if any(speaker.start <= start and end == head_end for start, end in roles):
                return person
        if introduced := self._introduced(speaker.start, head):
            return Actor(introduced, None, ActorKind.UNNAMED)
        described = self._descriptions.find_person(speaker, head)
        if described is None and head[:4].lower() == "the " and is_epithet(head):
            described = self._last_who_spoke(speaker.start, gender_of([head.lower().split()[-1]]))
        if described:
            return described
        start = speaker.start + (article.end() if (article := DETERMINER.match(head)) else 0)
        if self._body[start:head_end].lower() in lexicon.BODIES:
            return Actor(Span.of(self._body, start, head_end), None, _ORGANISATION)
        body = self._descriptions.find_named_body(speaker, head_end)
        if body:
            return Actor(self._descriptions.fullest(body), None, _ORGANISATION)
        kind = kind_of_phrase(head)
        here, place = (speaker.start, head_end), self._sentence_of(speaker.start)
        if kind is ActorKind.PERSON and self._judge.is_body([here], [place]):
            kind = ActorKind.ORGANISATION
        name = self._descriptions.find_body(speaker, head) if kind is _ORGANISATION else None
        is_cut_short = self._body[speaker.end : speaker.end + 2].strip()[:1] in _OPENING_MARKS
        if name is None and (self._body[head_end : speaker.end].startswith(",") or is_cut_short):
            name = Span.of(self._body, speaker.start, head_end)
        return Actor(name or speaker, None, kind)

    def _last_who_spoke(self, place: int, gender: Gender | None) -> PersonEntity | None:
        """Return whom "the Irishman" means: who spoke just before, if nobody was named since."""
        speech = next(self._speeches_before(place), None)
        if speech is None or speech.person is None:
            return None
        is_near = (
            self._sentence_of(place) - self._sentence_of(speech.start) <= _MAX_TAKEN_UP_SENTENCES
        )
        since = self._entities.mentions_between(speech.start, place)
        others = {p for at, _, p in since if not self._entities.is_quoted(at)} - {speech.person}
        fits = may_be_same(gender, speech.person.gender)
        return speech.person if is_near and fits and not others else None

    def _introduced(self, place: int, head: str) -> Span | None:
        """Return the phrase that "the official" takes up: "a senior official", who has no name."""
        article, _, noun = head.lower().rpartition(" ")
        if article != "the" or not (noun in lexicon.ROLES or is_person_noun(noun)):
            return None
        for speech in self._speeches_before(place):
            name = speech.actor.name
            if name.text.endswith(f" {noun}") and name.text.split()[0].title() in _INDEFINITE:
                return name
            if speech.actor.role and role_noun(speech.actor.role.text) == noun:
                return None
        return self._descriptions.find_introduced(place, noun)

    def _is_person(self, person: PersonEntity) -> bool:
        """Return whether a doubtful name is a person's: the first question settles it."""
        if id(person) not in self._is_proven:
            mentions = sorted(person.mentions, key=lambda m: m.start not in self._subjects)
            places = [(mention.start, mention.end) for mention in mentions]
            sentences = [self._sentence_of(start) for start, _ in places]
            proven = is_proven_person(mentions) or person.gender is not None
            self._is_proven[id(person)] = proven or not self._judge.is_body(places, sentences)
        return self._is_proven[id(person)]

    # Pronouns

    def _resolve_pronoun(self, place: int, gender: Gender) -> PersonEntity | None:
        """Return whom "he" or "she" means: near, a subject, a speaker, not named in a quote."""
        scored = [
            (self._salience(mention, place, gender), mention.start, mention.person)
            for mention in self._entities.mentions_between(self._reach_start(place), place)
            if may_be_same(mention.person.gender, gender)
            and not (mention.person.is_doubtful and self._entities.is_quoted(mention.start))
            and self._has_acted(mention.person)
            and not self._entities.is_in_role(mention)
            and self._is_told_of(mention.person)
        ]
        scored.sort(key=lambda row: row[:2], reverse=True)
        fitting = ((score, person) for score, _, person in scored if self._is_person(person))
        best_score, chosen = next(fitting, (-math.inf, None))
        # A chain of "he said" stays with one, unless a name since outweighs who spoke last.
        for speech in self._speeches_before(place):
            if speech.person is not None and may_be_same(speech.person.gender, gender):
                distance = self._entities.told_between(speech.start, place)
                if chosen is None or 1.5 - distance > best_score:
                    chosen = speech.person
                break
        chosen = chosen or self._named_soon(place, gender)
        if chosen:
            chosen.gender = chosen.gender or gender
        return chosen

    def _resolve_individual(self, place: int, gender: Gender) -> PersonEntity | Actor | None:
        """Return whom "he" means after "the driver", who is no name, here or just before."""
        here = self._sentence_of(place)
        if self._entities.is_quoted(place):
            return None
        for speech in self._speeches_before(place):
            is_near = here - self._sentence_of(speech.start) <= _MAX_TAKEN_UP_SENTENCES
            name = speech.actor.name
            if is_near and speech.actor.kind is ActorKind.UNNAMED and may_mean_one(name, gender):
                return None if self._is_anyone_named(speech.start, place, gender) else speech.actor
            break
        for start in self._entities.sentence_starts[max(0, here - 1) : here + 1]:
            opening = _INDIVIDUAL.match(self._body, start, place)
            if opening is None or self._entities.is_quoted(start):
                continue
            ends = [word.end() for word in _WORD.finditer(self._body, *opening.span(2))]
            phrases = (Span.of(self._body, start, end) for end in reversed(ends))
            phrase = next((p for p in phrases if may_mean_one(p, gender)), None)
            named_from = 0 if opening[1] in _INDEFINITE else start
            if phrase and not self._is_anyone_named(named_from, place, gender):
                meant = self._described(phrase, phrase.end)
                fits = not isinstance(meant, PersonEntity) or may_be_same(meant.gender, gender)
                return meant if fits else None
        return None

    def _is_anyone_named(self, start: int, end: int, gender: Gender) -> bool:
        mentions = self._entities.mentions_between(start, end)
        return any(
            may_be_same(person.gender, gender) and not self._entities.is_quoted(at)
            for at, _, person in mentions
        )

    def _resolve_singular_they(self, place: int) -> PersonEntity | None:
        """Return who "uses they and them", if nobody was named since."""
        mentions = self._entities.mentions_between(self._reach_start(place), place)
        named = mentions[-1].person if mentions else None
        is_they = named and any(_THEY.match(self._body, m.end) for m in named.mentions)
        return named if is_they else None

    def _has_acted(self, person: PersonEntity) -> bool:
        """Return whether a doubtful person was ever the subject of a verb: places seldom are."""
        return not person.is_doubtful or any(m.start in self._subjects for m in person.mentions)

    def _is_told_of(self, person: PersonEntity) -> bool:
        """Return whether the narrator names a person, not only those who are quoted."""
        return not all(self._entities.is_quoted(mention.start) for mention in person.mentions)

    def _salience(self, mentioned: PersonMention, place: int, gender: Gender) -> float:
        start, mention, person = mentioned
        first = min(start, mention.role[0]) if mention.role else start
        acts = start in self._subjects or self._body[first - 1 : first] == "\n"
        return (
            -float(self._entities.told_between(start, place))
            + 1.2 * (start in self._subjects or start in self._first_in_sentence)
            + 0.8 * (acts and "\n" not in self._body[start:place])
            + 0.5 * (person.gender is gender)
            + 0.8 * (start in self._speech_places)
            - 2.5 * self._entities.is_quoted(start)
            - 2.5 * person.is_doubtful
        )

    def _named_soon(self, place: int, gender: Gender) -> PersonEntity | None:
        """Return the first person of the next sentences, where nobody was named before."""
        until = self._entities.sentence_of(place) + _MAX_SENTENCES_AHEAD + 1
        end = self._entities.start_of_sentence(until)
        persons = (person for _, _, person in self._entities.mentions_between(place + 1, end))
        fitting = (p for p in persons if may_be_same(p.gender, gender) and not p.is_doubtful)
        return next(filter(self._is_person, fitting), None)

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
        speakers = (speech.actor for speech in self._speeches_before(place))
        if body := next((actor for actor in speakers if actor.kind is _ORGANISATION), None):
            return body
        recent = recent_before(self._entities.organizations, place)
        mention = next((m for m in recent if not self._entities.is_quoted(m.start)), None)
        if mention is None or mention.start < self._reach_start(place):
            return None
        return Actor(mention.span_in(self._body), None, ActorKind.ORGANISATION)

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


def _without_possessive(body: str, speaker: Span) -> Span:
    """Return "the minister" for "the minister's", whose claim it was."""
    text = speaker.text
    cut = 2 if text.endswith(("'s", "’s")) else int(text.endswith(("s'", "s’")))
    name = text[: len(text) - cut].rstrip()
    return Span.of(body, speaker.start, speaker.start + len(name))
