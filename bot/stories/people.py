"""Who is who among the speakers of many articles: full names join, surnames alone only within a story.

statements -> each one's full name (spellings made one) -> people, who said what, newest first
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
    """Give a text without case and accents."""
    return text.lower() if text.isascii() else _ACCENT.sub("", normalize("NFKD", text).casefold())


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """Give the words that two spellings of a name are compared by."""
    return tuple(_WORD.findall(normalize_text(name)))


def is_same_actor(one: str, other: str) -> bool:
    """Whether one name holds all of the other: "Kallas" is Kaja Kallas, and so is "Kaja" as somebody types it.

    The shorter must be the longer's beginning or its end: "the Ministry of Finance" is no "Finance Ministry".
    """
    shorter, longer = name_words(one), name_words(other)
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    return bool(shorter) and shorter in (longer[: len(shorter)], longer[-len(shorter) :])


@dataclass(frozen=True, slots=True)
class Directory:
    """The actors that the operator knows under several spellings: name -> its spellings."""

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def canonical(self, name: str) -> str:
        """Give the name that a spelling stands for, else the name itself."""
        words = name_words(name)
        for actor, spellings in self.actors.items():
            if any(words == name_words(one) for one in (actor, *spellings)):
                return actor
        return name

    def spellings_of(self, name: str) -> tuple[str, ...]:
        """Give every way to write the actor of this very name."""
        actor = self.canonical(name)
        return tuple(dict.fromkeys((name, actor, *self.actors.get(actor, ()))))

    def spellings(self, asked: str) -> tuple[str, ...]:
        """Give every way to write those whom the asked words may mean, the asked words first."""
        words = set(name_words(asked))
        found = [asked]
        for actor, spellings in self.actors.items():
            every = (actor, *spellings)
            if words and any(words <= set(name_words(one)) for one in every):
                found.extend(every)
        return tuple(dict.fromkeys(found))


EMPTY_DIRECTORY = Directory()


@dataclass(frozen=True, slots=True)
class Person:
    """An actor over many articles; `said` is in the order in which it was given, `role` the first one named."""

    name: str
    role: str | None
    said: tuple[SourcedStatement, ...]


def group_by_person(
    said: Iterable[SourcedStatement], directory: Directory = EMPTY_DIRECTORY
) -> tuple[Person, ...]:
    """Tell apart who said what, in the order in which they are first heard; unnamed speakers are left out."""
    named = [
        one
        for one in said
        if one.statement.actor and one.statement.actor.kind is not ActorKind.UNNAMED
    ]
    full = _full_names(named, directory)
    heard: dict[tuple[str, ...], list[SourcedStatement]] = defaultdict(list)
    names: dict[tuple[str, ...], str] = {}
    for one in named:
        name = directory.canonical(_name(one))
        if _is_surname(one, name):
            candidates = full.get((one.article.story, name_words(name)[-1]), set())
            name = next(iter(candidates)) if len(candidates) == 1 else name
        key = name_words(name)
        names.setdefault(key, name)
        heard[key].append(one)
    return tuple(
        Person(names[key], _role(found), tuple(found)) for key, found in heard.items() if key
    )


def match_people(
    found: Sequence[Person], asked: str, directory: Directory = EMPTY_DIRECTORY
) -> tuple[Person, ...]:
    """Give whom the asked words may mean: the one of that very name, else all whose name holds the words.

    Somebody named by a surname alone is only meant where no full name holds it.
    """
    words = name_words(asked)
    exact = [one for one in found if name_words(one.name) == name_words(directory.canonical(asked))]
    if exact and len(words) > 1:
        return tuple(exact)
    every = {
        one.name: set().union(*map(name_words, (one.name, *directory.actors.get(one.name, ()))))
        for one in found
    }
    fit = [one for one in found if set(words) <= every[one.name]]
    named = [one for one in fit if len(name_words(one.name)) > 1 or one.name in directory.actors]
    return tuple(named or fit)


def _full_names(
    named: Iterable[SourcedStatement], directory: Directory
) -> dict[tuple[int, str], set[str]]:
    """Give the full names of persons by story and surname."""
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in named:
        name = directory.canonical(_name(one))
        if len(name_words(name)) > 1:
            for spelling in (name, *directory.actors.get(name, ())):
                found[one.article.story, name_words(spelling)[-1]].add(name)
    return found


def _is_surname(one: SourcedStatement, name: str) -> bool:
    actor = one.statement.actor
    return actor is not None and actor.kind is ActorKind.PERSON and len(name_words(name)) == 1


def _name(one: SourcedStatement) -> str:
    actor = one.statement.actor
    return " ".join(actor.name.text.split()) if actor else ""


def _role(found: Sequence[SourcedStatement]) -> str | None:
    roles = (one.statement.actor.role for one in found if one.statement.actor)
    return next((" ".join(role.text.split()) for role in roles if role), None)
