"""Whom a speaker's words stand for: names joined over the article, roles, "the minister", he, she and they.

names -> Cast (one Person a name, with the fullest mention and the first role) -> `resolve` in text order
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.language.actors.names import Gender, Mention, find_names, gender_of, role_noun
from bot.language.words.gazetteer import BODIES, BODY_NOUNS, NAMELESS, OUTLETS, PLACES, PRESS_NOUNS, ROLES
from bot.language.words.lexicon import NOUN_CLASS, SPEAKER_CLASS
from bot.model import Actor, ActorKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PRONOUNS = {"he": Gender.MALE, "him": Gender.MALE, "his": Gender.MALE, "she": Gender.FEMALE, "her": Gender.FEMALE}
_NO_ACTOR = frozenset(["i", "we", "you", "who", "which", "that", "this", "what", "me", "us", "my", "our", "one"])
_HEAD_END = re.compile(
    r",|;|:|\(| [—–-] |--"
    r"| (?:of|for|at|in|with|from|on|to|who|whom|whose|which|that|as|about|under|by|near|including"
    r"|along|across|around|inside|outside|between|within|close|familiar|involved|representing)\b"
)
_ARTICLE = re.compile(r"(?:the|a|an|this|that|these|those|its|his|her|their|both|all) ", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:the|this|that|his|her|its|their) ", re.IGNORECASE)
_SPOKES = frozenset(["spokesman", "spokeswoman", "spokesperson"])
_GENERIC = frozenset(["leader", "politician", "official", "statesman", "stateswoman", "veteran", "man", "woman"])
_OUTLETS = frozenset(OUTLETS)
_NAMESAKES = 20  # more people of one name no article tells apart
_REACH = 130  # characters between a role and the name it belongs to
_REMEMBERED = 400  # names back that "the minister" can reach
# "The company" is a firm, and these are none.
_FIRMS = frozenset("company firm carrier retailer manufacturer maker operator airline supplier publisher".split())  # noqa: SIM905
_PUBLIC = frozenset(
    """administration agency army assembly authority bureau cabinet chamber church commission committee congress council
    court department directorate embassy federation force forces government guard hospital intelligence league
    legislature ministry mission movement nato navy office ombudsman parliament party pentagon police prosecutor school
    secretariat senate tribunal union university watchdog""".split()  # noqa: SIM905 - a word list reads as words
)
_ELSEWHERE = 8  # sentences after which a pronoun reaches nobody
_SOON = 2  # sentences within which a pronoun's person is named, where nobody was before


def _place(mention: Mention | Span) -> int:
    return mention.start


@dataclass(slots=True)
class Person:
    """Everyone of one name in the article: how it names them best."""

    name: Mention
    role: tuple[int, int] | None
    gender: Gender | None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def last(self) -> str:
        """The word that later mentions use."""
        return self.name.last

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing says that this is a person: one word, without a title, a role or a known first name."""
        return len(self.name.words) == 1 and self.gender is None and self.role is None and not self.name.titled

    def met_before(self, at: int) -> int:
        """Where the last mention before a place stands, or -1."""
        before = bisect_left(self.mentions, at, key=_place) - 1
        return self.mentions[before].start if before >= 0 else -1


@dataclass(slots=True)
class Cast:
    """The people and bodies of an article, and who spoke where; ask in text order."""

    body: str
    starts: list[int]
    people: list[Person] = field(default_factory=list)
    bodies: list[Mention] = field(default_factory=list)
    subjects: frozenset[int] = frozenset()
    leading: frozenset[int] = frozenset()
    quoted: Sequence[tuple[int, int]] = ()
    groups: Sequence[Span] = ()
    spoken: list[tuple[int, Actor, Person | None]] = field(default_factory=list)
    spoke_at: set[int] = field(default_factory=set)
    placed: list[tuple[int, Mention, Person]] = field(default_factory=list)
    by_word: dict[str, list[Person]] = field(default_factory=dict)
    body_by_word: dict[str, list[Mention]] = field(default_factory=dict)

    def resolve(self, speaker: Span) -> Actor | None:
        """Give the actor behind a speaker's words, and remember that this one spoke here."""
        actor, person = self._look_up(speaker)
        if actor is not None:
            self.spoken.append((speaker.start, actor, person))
            self.spoke_at.add(speaker.start)
        return actor

    def sentence_of(self, at: int) -> int:
        """The number of the sentence that holds a place."""
        return bisect_right(self.starts, at) - 1

    def is_quoted(self, at: int) -> bool:
        """Whether a place is inside quote marks."""
        before = bisect_right(self.quoted, at, key=itemgetter(0)) - 1
        return before >= 0 and at < self.quoted[before][1]

    def _look_up(self, speaker: Span) -> tuple[Actor | None, Person | None]:
        speaker = self._with_first_name(_without_possessive(self.body, speaker))
        words = speaker.text.lower().split()
        if not words:
            return None, None
        if len(words) == 1 and words[0] in _PRONOUNS:
            return self._as_person(self._pronoun(speaker.start, _PRONOUNS[words[0]]))
        if len(words) == 1 and words[0] in {"they", "it", "them", "its", "their"}:
            return self._body_or_group(speaker.start, plural=words[0] not in {"it", "its"}), None
        if len(words) == 1 and words[0] in _NO_ACTOR:
            return None, None
        head_end = self._head_end(speaker)
        named = self._named(speaker, head_end)
        if named:
            return self._as_person(named)
        return self._phrase(speaker, head_end)

    def _between(self, start: int, end: int) -> list[tuple[Mention, Person]]:
        """The people named from one place to another, in text order."""
        first = bisect_left(self.placed, start, key=itemgetter(0))
        last = bisect_left(self.placed, end, key=itemgetter(0))
        return [(mention, person) for _, mention, person in self.placed[first:last]]

    def _since(self, at: int) -> int:
        """Where the sentences begin that a pronoun at a place can reach."""
        return self.starts[max(0, self.sentence_of(at) - _ELSEWHERE)]

    def _with_first_name(self, speaker: Span) -> Span:
        """Reach out to the start of a name whose end the speaker's words are."""
        for mention, _ in self._between(speaker.start - _REACH, speaker.start):
            if speaker.start < mention.end <= speaker.end:
                return Span.of(self.body, mention.start, speaker.end)
        return speaker

    def _as_person(self, person: Person | None) -> tuple[Actor | None, Person | None]:
        if person is None:
            return None, None
        role = Span.of(self.body, *person.role) if person.role else None
        return Actor(Span.of(self.body, person.name.start, person.name.end), role, ActorKind.PERSON), person

    def _head_end(self, speaker: Span) -> int:
        cut = _HEAD_END.search(self.body, speaker.start + 1, speaker.end)
        return cut.start() if cut else speaker.end

    def _named(self, speaker: Span, head_end: int) -> Person | None:
        """The person whose name ends the head of the phrase, if there is just one."""
        inside = [(m, p) for m, p in self._between(speaker.start, speaker.end) if m.end <= speaker.end]
        ends_head = [pair for pair in inside if pair[0].end == head_end]
        joined = [pair for pair in inside if pair[0].end < head_end and _joined(self.body[pair[0].end : head_end])]
        if ends_head and not joined and not self._joined_before(speaker, ends_head[0][0]):
            return ends_head[0][1]
        return None if joined else self._in_apposition(speaker, head_end)

    def _joined_before(self, speaker: Span, mention: Mention) -> bool:
        """Whether somebody else stands before the name: "Orsland and Norrmark", not "founder and owner Karen Lee"."""
        first = mention.role[0] if mention.role and mention.role[0] < mention.start else mention.start
        return _joined(self.body[speaker.start : first])

    def _in_apposition(self, speaker: Span, head_end: int) -> Person | None:
        """Whose role the phrase is, where the name stands behind it: "its spokesman, | Karen Lee"."""
        for mention, person in self._between(head_end, head_end + _REACH):
            role = mention.role
            if role and speaker.start <= role[0] < head_end <= role[1] < mention.start:
                return person
        return None

    def _phrase(self, speaker: Span, head_end: int) -> tuple[Actor | None, Person | None]:
        """A speaker without a person's name: a role that somebody here has, a body, a group, or nobody known."""
        head = self.body[speaker.start : head_end]
        low = head.lower()
        noun = low.split()[-1].strip("'’s") if low.split() else ""
        holder = next(
            (
                p
                for p in self.people
                for m in p.mentions
                if m.role and m.role[1] == head_end and speaker.start <= m.role[0]
            ),
            None,
        )
        if holder:
            return self._as_person(holder)
        if _DEFINITE.match(head) or role_noun(low) == low:
            person = self._by_role(speaker.start, low)
            if person:
                return self._as_person(person)
        kind = _kind_of(head, low.split()[-1] if low.split() else noun)
        name = self._fullest_body(speaker, head) if kind is ActorKind.ORGANISATION else None
        if head_end < speaker.end and self.body[head_end] == ",":
            name = name or Span.of(self.body, speaker.start, head_end)
        return Actor(name or speaker, None, kind), None

    def _fullest_body(self, speaker: Span, head: str) -> Span | None:
        """The longest earlier name of the body: "the ministry" -> "Defence Ministry", "the EU" -> itself."""
        words = _ARTICLE.sub("", head).split()
        if not words:
            return None
        noun = words[-1].lower()
        definite = _DEFINITE.match(head) is not None and len(words) == 1 and noun in BODY_NOUNS
        known = self.body_by_word.get(noun, []) if definite else []
        before = bisect_left(known, speaker.start, key=_place) - 1
        if before >= 0:
            return Span.of(self.body, known[before].start, known[before].end)
        if definite and noun in _FIRMS:
            firm = self._firm_before(speaker.start)
            if firm:
                return Span.of(self.body, firm.start, firm.end)
        match = _ARTICLE.match(head)
        first = speaker.start + (match.end() if match and words[0][0].isupper() else 0)
        fuller = self._fuller_body(first, words)
        if fuller:
            return Span.of(self.body, fuller.start, fuller.end)
        return Span.of(self.body, first, speaker.start + len(head)) if words[0][0].isupper() else None

    def _fuller_body(self, first: int, words: list[str]) -> Mention | None:
        """The body whose name begins so, here ("National Bank | of Amar") or elsewhere ("Dunmere | Storage")."""
        same = self.body_by_word.get(words[0].lower(), [])
        at = bisect_left(same, first, key=_place)
        if at < len(same) and same[at].start == first and len(same[at].words) > len(words):
            return None if self.body[same[at].start : same[at].end].isupper() else same[at]
        start = tuple(words)
        longer = (m for m in same[:_REMEMBERED] if len(m.words) > len(start) and m.words[: len(start)] == start)
        longer = (m for m in longer if not self.body[m.start : m.end].isupper())  # a headline, not a name
        return next(longer, None)

    def _firm_before(self, at: int) -> Mention | None:
        """Whom "the company" means: the last firm that was a subject, else the last one named."""
        last = bisect_left(self.bodies, at, key=_place)
        firms = [m for m in self.bodies[max(0, last - _REMEMBERED) : last] if not _is_public(m)]
        return next((m for m in reversed(firms) if m.start in self.subjects), firms[-1] if firms else None)

    def _by_role(self, at: int, phrase: str) -> Person | None:
        """Whom "the prime minister" means: the last one before here with such a role, "the leader" anyone with one."""
        noun = role_noun(phrase)
        if noun is None:
            return None
        wanted = set(_ARTICLE.sub("", phrase).replace("’s", "").replace("'s", "").split())
        before = self._titled_before(at)
        scored = [(len(wanted & self._role_words(p)), p) for _, p in before if noun in self._role_words(p)]
        if scored:
            best = max(score for score, _ in scored)
            return next(p for score, p in scored if score == best)
        if noun in _SPOKES:
            return next((p for _, p in before if _SPOKES & self._role_words(p)), None)
        return before[0][1] if noun in _GENERIC and before and len(wanted) == 1 else None

    def _role_words(self, person: Person) -> set[str]:
        if person.role is None:
            return set()
        return set(self.body[slice(*person.role)].lower().replace("’s", "").replace("'s", "").split())

    def _titled_before(self, at: int) -> list[tuple[int, Person]]:
        """The people with a role who were named before a place, the last named first."""
        last = bisect_left(self.placed, at, key=itemgetter(0))
        latest: dict[int, tuple[int, Person]] = {}
        for start, _, person in reversed(self.placed[max(0, last - _REMEMBERED) : last]):
            if person.role:
                latest.setdefault(id(person), (start, person))
        return list(latest.values())

    def _pronoun(self, at: int, gender: Gender) -> Person | None:
        """Whom "he" or "she" means: near, a subject, speaking already, not only quoted about."""
        here = self.sentence_of(at)
        best: tuple[float, int] | None = None
        chosen = None
        for mention, person in self._between(self._since(at), at):
            if person.gender not in {None, gender} or not self._has_acted(person):
                continue
            rank = (self._salience(mention, person, here, gender), mention.start)
            if best is None or rank > best:
                best, chosen = rank, person
        spoke = self._last_speaker(at, gender)
        if (
            spoke
            and (best is None or here - self.sentence_of(spoke[0]) <= 1)
            and self._still_speaking(spoke, best, here)
        ):
            chosen = spoke[1]
        chosen = chosen or self._named_soon(at, gender)
        if chosen is not None and chosen.gender is None:
            chosen.gender = gender
        return chosen

    def _has_acted(self, person: Person) -> bool:
        """Whether a name that nothing else says is a person's was ever the subject of a verb: places seldom are."""
        return not person.is_doubtful or any(m.start in self.subjects for m in person.mentions)

    def _named_soon(self, at: int, gender: Gender) -> Person | None:
        """Whom "he" means where nobody was named yet: the first person of the next sentences."""
        until = self.sentence_of(at) + _SOON
        end = self.starts[until + 1] if until + 1 < len(self.starts) else len(self.body)
        coming = (person for _, person in self._between(at + 1, end))
        return next((person for person in coming if person.gender in {None, gender}), None)

    def _salience(self, mention: Mention, person: Person, here: int, gender: Gender) -> float:
        distance = here - self.sentence_of(mention.start)
        score = -float(distance)
        score += 1.2 * (mention.start in self.subjects or mention.start in self.leading)
        score += 0.5 * (person.gender is gender)
        score += 0.8 * (mention.start in self.spoke_at)
        score -= 2.5 * self.is_quoted(mention.start)
        score -= 2.5 * person.is_doubtful
        return score

    def _last_speaker(self, at: int, gender: Gender) -> tuple[int, Person] | None:
        for start, _, person in self._lately_spoken(at):
            if person is not None and person.gender in {None, gender}:
                return start, person
        return None

    def _still_speaking(self, spoke: tuple[int, Person], best: tuple[float, int] | None, here: int) -> bool:
        """Whether the one who spoke last outweighs the best name since: a chain of "he said" stays with one."""
        if best is None:
            return True
        return 1.5 - (here - self.sentence_of(spoke[0])) > best[0]

    def _body_or_group(self, at: int, *, plural: bool) -> Actor | None:
        wanted = {ActorKind.GROUP, ActorKind.ORGANISATION, ActorKind.UNNAMED} if plural else {ActorKind.ORGANISATION}
        lately = ((start, actor) for start, actor, _ in self._lately_spoken(at) if actor.kind in wanted)
        start, actor = next(
            ((start, actor) for start, actor in lately if not (plural and actor.name.text in _OUTLETS)), (-1, None)
        )
        if plural:
            return self._group_since(start, at) or actor
        if actor:
            return actor
        before = bisect_left(self.bodies, at, key=_place) - 1
        if before < 0 or self.bodies[before].start < self._since(at):
            return None
        return Actor(
            Span.of(self.body, self.bodies[before].start, self.bodies[before].end), None, ActorKind.ORGANISATION
        )

    def _group_since(self, start: int, at: int) -> Actor | None:
        """Whom "they" means where several did something after the last of them spoke: "Two divers rose. They said"."""
        before = bisect_left(self.groups, at, key=_place) - 1
        if before < 0:
            return None
        group = self.groups[before]
        if group.start <= start or self.sentence_of(at) - self.sentence_of(group.start) > 1:
            return None
        return self._phrase(group, self._head_end(group))[0]

    def _lately_spoken(self, at: int) -> Iterator[tuple[int, Actor, Person | None]]:
        """Who spoke within a pronoun's reach, the last first."""
        since = self._since(at)
        for spoken in reversed(self.spoken):
            if spoken[0] < since:
                return
            if spoken[0] < at:
                yield spoken


def find_cast(
    body: str,
    sentences: Sequence[Span],
    *,
    subjects: Iterable[int] = (),
    groups: Sequence[Span] = (),
    quoted: Sequence[tuple[int, int]] = (),
) -> Cast:
    """Join the names of an article to people and bodies.

    `subjects` are places where a subject's name may stand, `groups` the phrases of subjects in the plural.
    """
    cast = Cast(body, [s.start for s in sentences], subjects=frozenset(subjects), quoted=quoted, groups=groups)
    mentions = find_names(body, sentences)
    people = [m for m in mentions if m.kind is ActorKind.PERSON]
    for mention in sorted(people, key=lambda m: -len(m.words)):
        if len(mention.words) > 1:
            _join(cast, mention)
    for mention in mentions:
        if len(mention.words) == 1 and mention.kind is not ActorKind.GROUP:
            _join_single(cast, mention)
        elif mention.kind is ActorKind.ORGANISATION:
            cast.bodies.append(mention)
    _index(cast)
    return cast


def _index(cast: Cast) -> None:
    """Describe everyone by all their mentions, and make places quick to look up."""
    for person in cast.people:
        _describe(cast, person)
    cast.placed = sorted(((m.start, m, p) for p in cast.people for m in p.mentions), key=itemgetter(0))
    cast.leading = _leading(cast)
    cast.bodies.sort(key=_place)
    for mention in cast.bodies:
        for word in {mention.words[0].lower(), mention.last}:
            cast.body_by_word.setdefault(word, []).append(mention)


def _leading(cast: Cast) -> frozenset[int]:
    """Where each sentence first names whom we know for a person."""
    first: dict[int, int] = {}
    for at, _, person in cast.placed:
        if not person.is_doubtful:
            first.setdefault(cast.sentence_of(at), at)
    return frozenset(first.values())


def _join(cast: Cast, mention: Mention) -> None:
    """A name of several words joins the longer name that ends alike and does not contradict it."""
    for person in cast.by_word.get(mention.last, [])[:_NAMESAKES]:
        if _same_name(person.name.words, mention.words) and not _contradict(person, mention):
            insort(person.mentions, mention, key=_place)
            return
    _introduce(cast, Person(mention, None, mention.gender, [mention]))


def _introduce(cast: Cast, person: Person) -> None:
    cast.people.append(person)
    for word in {person.last, person.name.words[0].lower()}:
        cast.by_word.setdefault(word, []).append(person)


def _same_name(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    a, b = [w.lower().rstrip(".") for w in longer], [w.lower().rstrip(".") for w in shorter]
    ends_alike = a[-1] == b[-1] and (set(b) <= set(a) or a[0] == b[0] or _initial(a[0], b[0]))
    family = len(b) > 1 and a[-len(b) :] == b
    return ends_alike or family


def _initial(a: str, b: str) -> bool:
    return min(len(a), len(b)) == 1 and a[0] == b[0]


def _join_single(cast: Cast, mention: Mention) -> None:
    """A single word joins the person of that last name met before it (else after it), or stands for itself."""
    alike = cast.by_word.get(mention.last, [])[:_NAMESAKES]
    people = [p for p in alike if p.last == mention.last and not _contradict(p, mention)]
    people = people or [p for p in alike if not mention.titled]
    if people:
        nearest = max(people, key=lambda p: p.met_before(mention.start))
        insort(nearest.mentions, mention, key=_place)
    elif mention.kind is ActorKind.PERSON:
        _introduce(cast, Person(mention, None, mention.gender or gender_of(mention.words), [mention]))
    elif mention.kind is ActorKind.ORGANISATION:
        cast.bodies.append(mention)


def _contradict(person: Person, mention: Mention) -> bool:
    return None not in {person.gender, mention.gender} and person.gender is not mention.gender


def _describe(cast: Cast, person: Person) -> None:
    """Take the first role beside any mention, told as fully as anywhere, and the first gender that a title gives.

    What quoted words add after a name, "Donald Lee, a hater", is somebody's opinion.
    """
    roles = [m.role for m in person.mentions if m.role and not (m.role[0] > m.start and cast.is_quoted(m.start))]
    person.role = _fullest_role(cast.body, roles)
    person.gender = next((m.gender for m in person.mentions if m.gender), person.gender)
    longest = max(len(m.words) for m in person.mentions)
    person.name = next(m for m in person.mentions if len(m.words) == longest)


def _fullest_role(body: str, roles: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first role, or the longest telling of it: "mayor of Dunmere" for "Mayor"."""
    if not roles:
        return None
    noun = role_noun(body[slice(*roles[0])])
    same = [role for role in roles if role_noun(body[slice(*role)]) == noun]
    return max(same or roles[:1], key=lambda role: len(body[slice(*role)].split()))


def _is_public(body: Mention) -> bool:
    low = {word.lower().rstrip(".") for word in body.words}
    return bool(low & (PLACES | _PUBLIC | PRESS_NOUNS)) or low & BODIES == set()


def _without_possessive(body: str, speaker: Span) -> Span:
    """Give "the minister" for "the minister's", whose claim it was."""
    cut = 2 if speaker.text.endswith(("'s", "’s")) else int(speaker.text.endswith(("s'", "s’")))
    return Span.of(body, speaker.start, speaker.end - cut)


def _kind_of(head: str, noun: str) -> ActorKind:
    """What kind of speaker a phrase without a person's name is; `noun` is its head in lower case."""
    last = head.rsplit(maxsplit=1)[-1] if head.split() else ""
    plural = _is_plural(last, noun)
    if " and " in head or " or " in head:
        return ActorKind.GROUP
    if _ARTICLE.sub("", head) in _OUTLETS:
        return ActorKind.ORGANISATION
    nameless = noun in NAMELESS or (noun in NOUN_CLASS and SPEAKER_CLASS.get(noun) != "paper")
    if nameless or (noun in ROLES and head == last):
        return ActorKind.UNNAMED
    if plural:
        return ActorKind.GROUP
    lone_name = head == last and last[:1].isupper() and not last.isupper() and noun not in SPEAKER_CLASS
    if lone_name and noun not in BODY_NOUNS | PLACES | BODIES:
        return ActorKind.PERSON
    is_body = noun in BODY_NOUNS or SPEAKER_CLASS.get(noun) == "paper" or last[:1].isupper()
    return ActorKind.ORGANISATION if is_body else ActorKind.UNNAMED


def _is_plural(last: str, noun: str) -> bool:
    if noun in BODY_NOUNS | PLACES | BODIES or last.isupper() or SPEAKER_CLASS.get(noun) == "paper":
        return False
    return noun.endswith(("s", "men")) or noun in {"people", "media"}


def _joined(gap: str) -> bool:
    return re.search(r"\b(?:and|or)\b", gap) is not None
