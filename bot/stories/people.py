"""Tell actors apart by their names, and find who is who among the speakers of many articles.

Full names join over all articles, surnames alone only within a story.
statements -> each one's full name (spellings made one) -> persons and what they said
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from bot.model import ActorKind, SourcedStatement

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


def is_same_actor(first: str, second: str) -> bool:
    """Whether one name holds all of the other: "Kallas" and "Kaja" both are Kaja Kallas.

    The shorter must begin or end the longer: "the Ministry of Finance" is no "Finance Ministry".
    """
    shorter, longer = sorted((name_words(first), name_words(second)), key=len)
    return bool(shorter) and shorter in (longer[: len(shorter)], longer[-len(shorter) :])


@dataclass(frozen=True, slots=True)
class Directory:
    """The actors that the operator knows under several spellings: name -> its spellings."""

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def canonical(self, name: str) -> str:
        """Return the name that a spelling stands for, else the name itself."""
        words = name_words(name)
        for actor, spellings in self.actors.items():
            if any(words == name_words(one) for one in (actor, *spellings)):
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
            if words and any(words <= set(name_words(one)) for one in every):
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
    named = [
        one
        for one in statements
        if one.statement.actor and one.statement.actor.kind is not ActorKind.UNNAMED
    ]
    full_names = _find_full_names(named, directory)
    groups: dict[tuple[str, ...], list[SourcedStatement]] = defaultdict(list)
    names: dict[tuple[str, ...], str] = {}
    for one in named:
        name = directory.canonical(_actor_name(one))
        if _is_surname(one, name):
            candidates = full_names[one.article.story, name_words(name)[-1]]
            name = next(iter(candidates)) if len(candidates) == 1 else name
        key = name_words(name)
        names.setdefault(key, name)
        groups[key].append(one)
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
    exact = [one for one in people if name_words(one.name) == name]
    if exact and len(words) > 1:
        return tuple(exact)
    fit = [
        one
        for one in people
        if set(words).issubset(
            word
            for spelling in (one.name, *directory.actors.get(one.name, ()))
            for word in name_words(spelling)
        )
    ]
    full = [one for one in fit if len(name_words(one.name)) > 1 or one.name in directory.actors]
    return tuple(full or fit)


def _find_full_names(
    statements: Iterable[SourcedStatement], directory: Directory
) -> dict[tuple[int, str], set[str]]:
    """Return the full names of persons by story and surname."""
    names: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in statements:
        name = directory.canonical(_actor_name(one))
        if len(name_words(name)) > 1:
            for spelling in (name, *directory.actors.get(name, ())):
                names[one.article.story, name_words(spelling)[-1]].add(name)
    return names


def _is_surname(one: SourcedStatement, name: str) -> bool:
    actor = one.statement.actor
    return actor is not None and actor.kind is ActorKind.PERSON and len(name_words(name)) == 1


def _actor_name(one: SourcedStatement) -> str:
    actor = one.statement.actor
    return " ".join(actor.name.text.split()) if actor else ""


def _find_role(statements: Sequence[SourcedStatement]) -> str | None:
    roles = (one.statement.actor.role for one in statements if one.statement.actor)
    return next((" ".join(role.text.split()) for role in roles if role), None)
