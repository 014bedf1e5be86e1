"""Which statements come first: our own short articles, and that each rule of the order earns its place."""

from __future__ import annotations

import pytest

from bot.language.statements.finding import find_statements, key_statements
from bot.language.texts.sentences import split_sentences
from tests.needed_cases import Need, place_of, preferences_met, read_needs

NEEDS = read_needs()


def test_there_are_enough_articles() -> None:
    """The set stays at thirty articles or more."""
    assert len(NEEDS) >= 30


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.title)
def test_what_a_reader_needs_stands_first(need: Need) -> None:
    """Each needed statement stands above each other one, and is among the key ones."""
    found = find_statements(need.text, split_sentences(need.text))
    met, pairs = preferences_met(need, found)
    assert met == pairs
    assert all(place_of(words, key_statements(found)) is not None for words in need.needed)
