"""Labels: a feature looked up by its number weighs what its name weighs."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.codes import CodeTable, code_of, codes_of
from bot.language.cues import candidates
from bot.language.grammar import parse
from bot.language.labels import CONTENT, LABELS, SOURCE, Labeller, label_features, window
from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.signs import Signs, read_signs
from bot.language.statements import Worth
from bot.language.views import Vocabulary

TEXT = (
    'Mayor Karen Lee, who grew up on the island, said on Monday that "the pier will hold", as her father had said.\n\n'
    '"It will hold," she told the board. "It always did." According to the harbour board, it was built in 1911.'
)


def signs_of(text: str) -> Signs:
    """A text as the weights see it."""
    sentences = split_sentences(text)
    quotations = find_quotations(text, sentences)
    return read_signs(parse(text, sentences, quotations, Worth(text, quotations)))


@given(
    st.dictionaries(st.integers(1, 2**64 - 1), st.lists(st.floats(-5, 5), min_size=3, max_size=3), max_size=50),
    st.lists(st.integers(1, 2**64 - 1), max_size=20),
)
def test_the_table_holds_what_was_put_in_and_nothing_else(weights: dict[int, list[float]], others: list[int]) -> None:
    """Each code gives its own weights, any other code and 0 give none, however codes collide in the table."""
    table = CodeTable(weights)
    for code in [*weights, *others, 0]:
        assert table.add_up(np.array([[code]], dtype=np.uint64))[0] == pytest.approx(weights.get(code, [0, 0, 0]))


@given(st.integers(0, 99), st.lists(st.integers(0, 2**40), min_size=1, max_size=7))
def test_one_code_for_one_feature(template: int, values: list[int]) -> None:
    """Columns of numbers and single numbers give the same code."""
    columns = [np.array([value], dtype=np.int64) for value in values]
    assert int(codes_of(template, columns)[0]) == code_of(template, values)


def test_a_word_scores_what_its_features_names_weigh() -> None:
    """For every word near every cue the chain of greatest sum by names is the chain found by numbers."""
    signs = signs_of(TEXT)
    cues = candidates(signs)
    windows = [(cue, *window(signs, cue)) for cue in cues]
    named = list(label_features(signs, windows, Vocabulary()))
    chance = random.Random(7)
    names = sorted({name for rows in named for row in rows for name in row})
    states = {name: [chance.gauss(0, 1) for _ in LABELS] for name in names if chance.random() < 0.7}
    nothing = [[0.0] * 3] * 3
    for rows, labelled in zip(named, Labeller(states, nothing).label(signs, cues), strict=True):
        sums = [np.sum([states.get(name, [0.0] * 3) for name in row], axis=0) for row in rows]
        assert labelled.labels == [int(np.argmax(one)) for one in sums]
        assert labelled.gain == pytest.approx(sum(one.max() - one[0] for one in sums))


def test_nothing_asked_nothing_labelled() -> None:
    """A text without cues has no chains."""
    labeller = Labeller({"cue": [1.0, 0.0, 0.0]}, [[0.0] * 3] * 3)
    assert list(labeller.label(signs_of("The sea."), [])) == []


def test_transitions_hold_labels_together() -> None:
    """Where changing labels costs, the best chain pays only when the words' own scores outweigh it."""
    signs = signs_of("Karen Lee said it rained.")
    (cue,) = candidates(signs)[:1]
    dear = [[0.0, -9.0, -9.0], [-9.0, 0.0, -9.0], [-9.0, -9.0, 0.0]]
    states = {"w Xx": [0.0, 5.0, 0.0], "t VBD": [0.0, 0.0, 5.0]}
    free = next(iter(Labeller(states, [[0.0] * 3] * 3).label(signs, [cue])))
    held = next(iter(Labeller(states, dear).label(signs, [cue])))
    assert {SOURCE, CONTENT} <= set(free.labels)
    assert set(held.labels) != set(free.labels)
