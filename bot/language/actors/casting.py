"""Who is in an article: its names joined to people and bodies, each with its fullest mention and role.

names -> Cast (one Person a name), which `resolve`s speakers
"""

from bisect import insort
from collections.abc import Iterable, Sequence
from operator import itemgetter

from bot.language.actors.cast import Cast, Person, place
from bot.language.actors.names import Mention, find_names, gender_of, role_noun
from bot.model import ActorKind, Span

_NAMESAKES = 20  # more people of one name no article tells apart


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
    cast = Cast(
        body,
        [s.start for s in sentences],
        subjects=frozenset(subjects),
        quoted=quoted,
        groups=groups,
    )
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
    cast.get_visible_article = sorted(
        ((m.start, m, p) for p in cast.people for m in p.mentions), key=itemgetter(0)
    )
    cast.leading = _leading(cast)
    cast.bodies.sort(key=place)
    for mention in cast.bodies:
        for word in {mention.words[0].lower(), mention.last}:
            cast.body_by_word.setdefault(word, []).append(mention)


def _leading(cast: Cast) -> frozenset[int]:
    """Where each sentence first names whom we know for a person."""
    first: dict[int, int] = {}
    for at, _, person in cast.get_visible_article:
        if not person.is_doubtful:
            first.setdefault(cast.sentence_of(at), at)
    return frozenset(first.values())


def _join(cast: Cast, mention: Mention) -> None:
    """A name of several words joins the longer name that ends alike and does not contradict it."""
    for person in cast.by_word.get(mention.last, [])[:_NAMESAKES]:
        if _same_name(person.name.words, mention.words) and not _contradict(person, mention):
            insort(person.mentions, mention, key=place)
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
        insort(nearest.mentions, mention, key=place)
    elif mention.kind is ActorKind.PERSON:
        _introduce(
            cast, Person(mention, None, mention.gender or gender_of(mention.words), [mention])
        )
    elif mention.kind is ActorKind.ORGANISATION:
        cast.bodies.append(mention)


def _contradict(person: Person, mention: Mention) -> bool:
    return None not in {person.gender, mention.gender} and person.gender is not mention.gender


def _describe(cast: Cast, person: Person) -> None:
    """Take the first role beside any mention, told as fully as anywhere, and the first gender that a title gives.

    What quoted words add after a name, "Donald Lee, a hater", is somebody's opinion.
    """
    roles = [
        m.role
        for m in person.mentions
        if m.role and not (m.role[0] > m.start and cast.is_quoted(m.start))
    ]
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
