"""Tell actors apart by their names, and find who is who among the speakers of many articles.

Full names join over all articles, surnames alone only within a story.
statements -> each one's full name (spellings made one) -> persons and what they said
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from bot.model import ActorKind, SourcedStatement, Statement

_WORD = re.compile(r"[^\W_]+")
# Combining marks: what is left of an accent once its letter stands apart.
_ACCENT = re.compile("[\u0300-\u036f]")


def normalize_text(text: str) -> str:
    """Return a text without case and accents."""
    return text.lower() if text.isascii() else _ACCENT.sub("", normalize("NFKD", text).casefold())


@lru_cache(maxsize=4096)  # 10 to 20 times as fast: the same names are compared again and again
def name_words(name: str) -> tuple[str, ...]:
    """Return the words by which two spellings of a name are compared."""
    return tuple(_WORD.findall(normalize_text(name)))


def last_words(names: Iterable[str]) -> list[str]:
    """Return the last word of each name, which tells speakers apart; none for a name without."""
    return [words[-1] for name in names if (words := name_words(name))]


def is_named(statement: Statement) -> bool:
    """Return whether the speaker has a name."""
    return statement.actor is not None and statement.actor.kind is not ActorKind.UNNAMED


def is_same_actor(first: str, second: str) -> bool:
    """Return whether one name holds all of the other: "Kallas" and "Kaja" both are Kaja Kallas.

    The shorter must begin or end the longer: "the Ministry of Finance" is no "Finance Ministry".
    """
    shorter, longer = sorted((name_words(first), name_words(second)), key=len)
    return bool(shorter) and shorter in (longer[: len(shorter)], longer[-len(shorter) :])


def is_any_actor(name: str, others: Iterable[str]) -> bool:
    """Return whether one of the other names is the same actor's."""
    return any(is_same_actor(name, other) for other in others)


@dataclass(frozen=True, slots=True)
class Directory:
    """The actors that the operator knows under several spellings: name -> its spellings."""

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def canonical(self, name: str) -> str:
        """Return the name that a spelling stands for, else the name itself."""
        words = name_words(name)
        for actor, spellings in self.actors.items():
            if words in map(name_words, (actor, *spellings)):
                return actor
        return name

    def spellings_of(self, name: str) -> tuple[str, ...]:
        """Return every way to write the actor of this very name."""
        actor = self.canonical(name)
        return tuple(dict.fromkeys((name, actor, *self.actors.get(actor, ()))))

    def spellings(self, query: str) -> tuple[str, ...]:
        """Return every spelling of the actors that the words may mean, the words first."""
        words = set(name_words(query))
        names = [query]
        for actor, spellings in self.actors.items():
            every = (actor, *spellings)
            if words and any(words.issubset(name_words(spelling)) for spelling in every):
                names.extend(every)
        return tuple(dict.fromkeys(names))


EMPTY_DIRECTORY = Directory()


@dataclass(frozen=True, slots=True)
class Person:
    """An actor over many articles; `said` is in the order given, `role` the first one named."""

    name: str
    role: str | None
    said: tuple[SourcedStatement, ...]


def group_by_person(
    statements: Iterable[SourcedStatement], directory: Directory = EMPTY_DIRECTORY
) -> tuple[Person, ...]:
    """Group statements by named speaker, in the order in which speakers first appear."""
    named = [sourced for sourced in statements if is_named(sourced.statement)]
    full_names = _find_full_names(named, directory)
    groups: dict[tuple[str, ...], list[SourcedStatement]] = defaultdict(list)
    names: dict[tuple[str, ...], str] = {}
    for sourced in named:
        name = directory.canonical(_actor_name(sourced))
        if _is_surname(sourced, name):
            candidates = full_names[sourced.article.story, name_words(name)[-1]]
            name = next(iter(candidates)) if len(candidates) == 1 else name
        key = name_words(name)
        names.setdefault(key, name)
        groups[key].append(sourced)
    return tuple(
        Person(names[key], _find_role(group), tuple(group)) for key, group in groups.items() if key
    )


def match_people(
    people: Sequence[Person], query: str, directory: Directory = EMPTY_DIRECTORY
) -> tuple[Person, ...]:
    """Return whom the words may mean: that very name, else all whose name holds the words.

    Somebody named by a surname alone is meant only where no full name holds it.
    """
    words, name = name_words(query), name_words(directory.canonical(query))
    exact = [person for person in people if name_words(person.name) == name]
    if exact and len(words) > 1:
        return tuple(exact)
    fit = []
    for person in people:
        spellings = (person.name, *directory.actors.get(person.name, ()))
        if set(words) <= {word for spelling in spellings for word in name_words(spelling)}:
            fit.append(person)
    full = [
        person
        for person in fit
        if len(name_words(person.name)) > 1 or person.name in directory.actors
    ]
    return tuple(full or fit)


def _find_full_names(
    statements: Iterable[SourcedStatement], directory: Directory
) -> dict[tuple[int, str], set[str]]:
    """Return the full names of persons by story and surname."""
    names: dict[tuple[int, str], set[str]] = defaultdict(set)
    for sourced in statements:
        name = directory.canonical(_actor_name(sourced))
        if len(name_words(name)) > 1:
            for surname in last_words((name, *directory.actors.get(name, ()))):
                names[sourced.article.story, surname].add(name)
    return names


def _is_surname(sourced: SourcedStatement, name: str) -> bool:
    actor = sourced.statement.actor
    return actor is not None and actor.kind is ActorKind.PERSON and len(name_words(name)) == 1


def _actor_name(sourced: SourcedStatement) -> str:
    actor = sourced.statement.actor
    return " ".join(actor.name.text.split()) if actor else ""


def _find_role(statements: Sequence[SourcedStatement]) -> str | None:
    actors = (sourced.statement.actor for sourced in statements)
    roles = (actor.role for actor in actors if actor and actor.role)
    return next((" ".join(role.text.split()) for role in roles), None)


def is_muted(statement: Statement, muted: Collection[str]) -> bool:
    """Return whether a statement's speaker is one of the `muted` actors."""
    actor = statement.actor
    return actor is not None and is_any_actor(actor.name.text, muted)
