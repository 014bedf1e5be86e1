"""Two statements are the same or not: our own pairs, and laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.language.statements.sameness import StatementFingerprint
from bot.stories.composition import key_statements


def only(text: str) -> StatementFingerprint:
    """Return the one statement of a sentence, as it is compared."""
    (statement,) = find_statements(text, split_sentences(text))
    return StatementFingerprint.from_statement(statement)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Karen Lee said the pier was safe.", "Mayor Karen Lee said the pier was safe.", True),
        (
            "Karen Lee said the pier was safe.",
            "Karen Lee told reporters that the pier was safe for all.",
            True,
        ),
        ("Karen Lee said the pier was safe.", "Karen Lee said the pier was not safe.", False),
        ("Karen Lee said the pier was safe.", "Karen Lee denied that the pier was safe.", False),
        ("Karen Lee said the pier was not safe.", "Karen Lee denied that the pier was safe.", True),
        ("Karen Lee said the pier was safe.", "Karen Lee never said the pier was safe.", False),
        ("Karen Lee said the pier was safe.", "Ida Berg said the pier was safe.", False),
        ("Karen Lee said the pier was safe.", "Officials said the pier was safe.", True),
        ("Karen Lee said 40 people had drowned.", "Karen Lee said 14 people had drowned.", False),
        (
            "Karen Lee said four people had drowned.",
            "Karen Lee said five people had drowned.",
            False,
        ),
        ("Karen Lee said four people had drowned.", "Karen Lee said 4 people had drowned.", True),
        (
            "Two officials said the pier was safe for carts.",
            "Fishermen said the pier was closed to carts.",
            False,
        ),
        ("Karen Lee said the pier was safe.", "Karen Lee said the ferry would be late.", False),
    ],
)
def test_same_speaker_and_meaning(one: str, other: str, *, same: bool) -> None:
    """Nearly equal words of one speaker are one statement, if denial, number and name agree."""
    assert only(one).is_same(only(other)) is same


PLACES = st.sampled_from(["pier", "ferry", "bridge", "harbour"])
NAMES = st.sampled_from(["Karen Lee", "Ida Berg", "Officials"])
VERBS = st.sampled_from(["said", "denied", "warned", "never said"])


@given(st.tuples(NAMES, VERBS, PLACES), st.tuples(NAMES, VERBS, PLACES))
@settings(max_examples=15, deadline=None)
def test_sameness_is_symmetric_and_reflexive(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """The order of the two does not matter, and each statement is the same as itself."""
    first, second = (only("{} {} the {} was safe.".format(*words)) for words in (one, other))
    assert first.is_same(second) is second.is_same(first)
    assert first.is_same(first)


def test_contradicting_speakers_are_both_kept() -> None:
    """Two people who contradict each other in the same words are both kept."""
    text = (
        "Dockers' leader Liam Crowe said the strike would go on until the docks paid in full. "
        "Docks manager Edith Oswin said the docks could not pay in full."
    )
    names = {
        s.actor.name.text
        for s in key_statements(find_statements(text, split_sentences(text)))
        if s.actor
    }
    assert names == {"Liam Crowe", "Edith Oswin"}
