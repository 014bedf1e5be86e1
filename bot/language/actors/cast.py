"""Whom a speaker's words stand for: a name, a role, "the minister", he, she, they. `casting.py` says who is there."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from bot.language.actors.kinds import ARTICLE, OUTLET_NAMES, is_public, kind_of
from bot.language.actors.names import Gender, Mention, role_noun
from bot.language.lexicon import BODY_NOUNS
from bot.model import Actor, ActorKind, Span

_PRONOUNS = {
    "he": Gender.MALE,
    "him": Gender.MALE,
    "his": Gender.MALE,
    "she": Gender.FEMALE,
    "her": Gender.FEMALE,
}
_NO_ACTOR = frozenset(
    ["i", "we", "you", "who", "which", "that", "this", "what", "me", "us", "my", "our", "one"]
)
_HEAD_END = re.compile(
    r",|;|:|\(| [—–-] |--"
    r"| (?:of|for|at|in|with|from|on|to|who|whom|whose|which|that|as|about|under|by|near|including"
    r"|along|across|around|inside|outside|between|within|close|familiar|involved|representing)\b"
)
_DEFINITE = re.compile(r"(?:the|this|that|his|her|its|their) ", re.IGNORECASE)
_SPOKES = frozenset(["spokesman", "spokeswoman", "spokesperson"])
_GENERIC = frozenset(
    ["leader", "politician", "official", "statesman", "stateswoman", "veteran", "man", "woman"]
)
_REACH = 130  # characters between a role and the name it belongs to
_REMEMBERED = 400  # names back that "the minister" can reach
# "The company" is a firm, and these are none.
_FIRMS = frozenset(
    [
        "company",
        "firm",
        "carrier",
        "retailer",
        "manufacturer",
        "maker",
        "operator",
        "airline",
        "supplier",
        "publisher",
    ]
)
_ELSEWHERE = 8  # sentences after which a pronoun reaches nobody
_SOON = 2  # sentences within which a pronoun's person is named, where nobody was before


def place(mention: Mention | Span) -> int:
    """Where it begins: what places are ordered by."""
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
        return (
            len(self.name.words) == 1
            and self.gender is None
            and self.role is None
            and not self.name.titled
        )

    def met_before(self, at: int) -> int:
        """Where the last mention before a place stands, or -1."""
        before = bisect_left(self.mentions, at, key=place) - 1
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
    get_visible_article: list[tuple[int, Mention, Person]] = field(default_factory=list)
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
        first = bisect_left(self.get_visible_article, start, key=itemgetter(0))
        last = bisect_left(self.get_visible_article, end, key=itemgetter(0))
        return [(mention, person) for _, mention, person in self.get_visible_article[first:last]]

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
        return Actor(
            Span.of(self.body, person.name.start, person.name.end), role, ActorKind.PERSON
        ), person

    def _head_end(self, speaker: Span) -> int:
        cut = _HEAD_END.search(self.body, speaker.start + 1, speaker.end)
        return cut.start() if cut else speaker.end

    def _named(self, speaker: Span, head_end: int) -> Person | None:
        """The person whose name ends the head of the phrase, if there is just one."""
        inside = [
            (m, p) for m, p in self._between(speaker.start, speaker.end) if m.end <= speaker.end
        ]
        ends_head = [pair for pair in inside if pair[0].end == head_end]
        joined = [
            pair
            for pair in inside
            if pair[0].end < head_end and _joined(self.body[pair[0].end : head_end])
        ]
        if ends_head and not joined and not self._joined_before(speaker, ends_head[0][0]):
            return ends_head[0][1]
        return None if joined else self._in_apposition(speaker, head_end)

    def _joined_before(self, speaker: Span, mention: Mention) -> bool:
        """Whether somebody else stands before the name: "Orsland and Norrmark", not "founder and owner Karen Lee"."""
        first = (
            mention.role[0] if mention.role and mention.role[0] < mention.start else mention.start
        )
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
        kind = kind_of(head, low.split()[-1] if low.split() else noun)
        name = self._fullest_body(speaker, head) if kind is ActorKind.ORGANISATION else None
        if head_end < speaker.end and self.body[head_end] == ",":
            name = name or Span.of(self.body, speaker.start, head_end)
        return Actor(name or speaker, None, kind), None

    def _fullest_body(self, speaker: Span, head: str) -> Span | None:
        """The longest earlier name of the body: "the ministry" -> "Defence Ministry", "the EU" -> itself."""
        words = ARTICLE.sub("", head).split()
        if not words:
            return None
        noun = words[-1].lower()
        definite = _DEFINITE.match(head) is not None and len(words) == 1 and noun in BODY_NOUNS
        known = self.body_by_word.get(noun, []) if definite else []
        before = bisect_left(known, speaker.start, key=place) - 1
        if before >= 0:
            return Span.of(self.body, known[before].start, known[before].end)
        if definite and noun in _FIRMS:
            firm = self._firm_before(speaker.start)
            if firm:
                return Span.of(self.body, firm.start, firm.end)
        match = ARTICLE.match(head)
        first = speaker.start + (match.end() if match and words[0][0].isupper() else 0)
        fuller = self._fuller_body(first, words)
        if fuller:
            return Span.of(self.body, fuller.start, fuller.end)
        return (
            Span.of(self.body, first, speaker.start + len(head)) if words[0][0].isupper() else None
        )

    def _fuller_body(self, first: int, words: list[str]) -> Mention | None:
        """The body whose name begins so, here ("National Bank | of Amar") or elsewhere ("Dunmere | Storage")."""
        same = self.body_by_word.get(words[0].lower(), [])
        at = bisect_left(same, first, key=place)
        if at < len(same) and same[at].start == first and len(same[at].words) > len(words):
            return None if self.body[same[at].start : same[at].end].isupper() else same[at]
        start = tuple(words)
        longer = (
            m
            for m in same[:_REMEMBERED]
            if len(m.words) > len(start) and m.words[: len(start)] == start
        )
        longer = (
            m for m in longer if not self.body[m.start : m.end].isupper()
        )  # a headline, not a name
        return next(longer, None)

    def _firm_before(self, at: int) -> Mention | None:
        """Whom "the company" means: the last firm that was a subject, else the last one named."""
        last = bisect_left(self.bodies, at, key=place)
        firms = [m for m in self.bodies[max(0, last - _REMEMBERED) : last] if not is_public(m)]
        return next(
            (m for m in reversed(firms) if m.start in self.subjects), firms[-1] if firms else None
        )

    def _by_role(self, at: int, phrase: str) -> Person | None:
        """Whom "the prime minister" means: the last one before here with such a role, "the leader" anyone with one."""
        noun = role_noun(phrase)
        if noun is None:
            return None
        wanted = set(ARTICLE.sub("", phrase).replace("’s", "").replace("'s", "").split())
        before = self._titled_before(at)
        scored = [
            (len(wanted & self._role_words(p)), p) for _, p in before if noun in self._role_words(p)
        ]
        if scored:
            best = max(score for score, _ in scored)
            return next(p for score, p in scored if score == best)
        if noun in _SPOKES:
            return next((p for _, p in before if _SPOKES & self._role_words(p)), None)
        return before[0][1] if noun in _GENERIC and before and len(wanted) == 1 else None

    def _role_words(self, person: Person) -> set[str]:
        if person.role is None:
            return set()
        return set(
            self.body[slice(*person.role)].lower().replace("’s", "").replace("'s", "").split()
        )

    def _titled_before(self, at: int) -> list[tuple[int, Person]]:
        """The people with a role who were named before a place, the last named first."""
        last = bisect_left(self.get_visible_article, at, key=itemgetter(0))
        latest: dict[int, tuple[int, Person]] = {}
        for start, _, person in reversed(
            self.get_visible_article[max(0, last - _REMEMBERED) : last]
        ):
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

    def _still_speaking(
        self, spoke: tuple[int, Person], best: tuple[float, int] | None, here: int
    ) -> bool:
        """Whether the one who spoke last outweighs the best name since: a chain of "he said" stays with one."""
        if best is None:
            return True
        return 1.5 - (here - self.sentence_of(spoke[0])) > best[0]

    def _body_or_group(self, at: int, *, plural: bool) -> Actor | None:
        wanted = (
            {ActorKind.GROUP, ActorKind.ORGANISATION, ActorKind.UNNAMED}
            if plural
            else {ActorKind.ORGANISATION}
        )
        lately = (
            (start, actor) for start, actor, _ in self._lately_spoken(at) if actor.kind in wanted
        )
        start, actor = next(
            (
                (start, actor)
                for start, actor in lately
                if not (plural and actor.name.text in OUTLET_NAMES)
            ),
            (-1, None),
        )
        if plural:
            return self._group_since(start, at) or actor
        if actor:
            return actor
        before = bisect_left(self.bodies, at, key=place) - 1
        if before < 0 or self.bodies[before].start < self._since(at):
            return None
        return Actor(
            Span.of(self.body, self.bodies[before].start, self.bodies[before].end),
            None,
            ActorKind.ORGANISATION,
        )

    def _group_since(self, start: int, at: int) -> Actor | None:
        """Whom "they" means where several did something after the last of them spoke: "Two divers rose. They said"."""
        before = bisect_left(self.groups, at, key=place) - 1
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


def _without_possessive(body: str, speaker: Span) -> Span:
    """Give "the minister" for "the minister's", whose claim it was."""
    cut = 2 if speaker.text.endswith(("'s", "’s")) else int(speaker.text.endswith(("s'", "s’")))
    return Span.of(body, speaker.start, speaker.end - cut)


def _joined(gap: str) -> bool:
    return re.search(r"\b(?:and|or)\b", gap) is not None
