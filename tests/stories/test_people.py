"""Full names join across articles, surnames only within a story.

The operator's spellings are one actor.
"""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SourcedStatement
from bot.stories.people import Directory, Person, group_by_person, match_people
from tests.builders import StoryBuilder, statement

DIRECTORY = Directory(
    {
        "Olena Marsh": ("Helena Marsch", "Marsh Olena"),
        "NATO": ("North Atlantic Treaty Organization",),
    }
)
_numbers = count(1)


def spoken(*names: tuple[str, int]) -> list[SourcedStatement]:
    """A statement of each name, in its story."""
    builder = StoryBuilder()
    found = []
    for name, story in names:
        body = f"{name} said word {next(_numbers)}."
        held = builder.article(body, statement(body, name, "word"), story=story)
        found.append(SourcedStatement(held.analysis.statements[0], held))
    return found


def names(found: tuple[Person, ...]) -> dict[str, int]:
    """How often each was heard."""
    return {one.name: len(one.said) for one in found}


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ([("Kai Lund", 1), ("Kai Lund", 2)], {"Kai Lund": 2}),
        ([("Kai Lund", 1), ("Lund", 1)], {"Kai Lund": 2}),
        ([("Kai Lund", 1), ("Lund", 2)], {"Kai Lund": 1, "Lund": 1}),
        (
            [("Lund", 1), ("Kai Lund", 1), ("Ada Lund", 1)],
            {"Lund": 1, "Kai Lund": 1, "Ada Lund": 1},
        ),
        ([("KAI LUND", 1), ("Kai Lund", 2)], {"KAI LUND": 2}),
        ([("Olena Marsh", 1), ("Helena Marsch", 2), ("Marsch", 2)], {"Olena Marsh": 3}),
    ],
)
def test_who_is_who(heard: list[tuple[str, int]], expected: dict[str, int]) -> None:
    """Each person is one, and nobody is two."""
    assert names(group_by_person(spoken(*heard), DIRECTORY)) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Lund", ["Kai Lund", "Ada Lund"]),
        ("ada lund", ["Ada Lund"]),
        ("Ada", ["Ada Lund"]),
        ("Marsch", ["Olena Marsh"]),
        ("helena marsch", ["Olena Marsh"]),
        ("Berg", ["Berg"]),
        ("Nobody", []),
    ],
)
def test_whom_the_words_mean(asked: str, expected: list[str]) -> None:
    """Several where several fit; a full name means one.

    A surname alone stands where there is no full name.
    """
    found = group_by_person(
        spoken(("Kai Lund", 1), ("Ada Lund", 2), ("Lund", 3), ("Helena Marsch", 4), ("Berg", 5)),
        DIRECTORY,
    )
    assert [one.name for one in match_people(found, asked, DIRECTORY)] == expected


def test_every_spelling_is_looked_for() -> None:
    """The asked words first, then all that the actors they may mean are written as."""
    assert DIRECTORY.spellings("marsch") == (
        "marsch",
        "Olena Marsh",
        "Helena Marsch",
        "Marsh Olena",
    )
    assert DIRECTORY.spellings("Lund") == ("Lund",)
    assert DIRECTORY.canonical("north atlantic treaty organization") == "NATO"


@given(
    st.lists(
        st.tuples(st.sampled_from(["Kai Lund", "Ada Lund", "Lund", "Berg"]), st.integers(1, 3))
    )
)
def test_nothing_said_is_lost_or_told_twice(heard: list[tuple[str, int]]) -> None:
    """However names meet: each statement is exactly one person's."""
    found = group_by_person(spoken(*heard), DIRECTORY)
    assert sum(len(one.said) for one in found) == len(heard)
