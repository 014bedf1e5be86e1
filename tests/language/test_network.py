"""The networks: what they say of a cue depends on that cue and its words alone; their file holds our words only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.lexicon import (
    ADJECTIVE_CLASS,
    FUNCTION_WORDS,
    NOUN_CLASS,
    NOUN_LEMMA,
    SPEAKER_CLASS,
    VERB_CLASS,
    VERB_LEMMA,
)
from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements import network
from bot.language.statements.constructions import find_reports
from bot.language.statements.cues import candidates
from bot.language.statements.extraction import Worth
from bot.language.statements.grammar import load, parse
from bot.language.statements.network import Looks, pack, unpack
from bot.language.statements.signs import Signs, read_signs
from bot.language.statements.views import NAMED, PATHS, Words, window
from bot.language.statements.weights import load_weights

TEXT = (
    'Mayor Karen Lee, who grew up on the island, said on Monday that "the pier will hold", as her father had said.\n\n'
    '"It will hold," she told the board. "It always did." According to the harbour board, it was built in 1911.'
)


def signs_of(text: str) -> Signs:
    """A text as the weights see it."""
    sentences = split_sentences(text)
    quotations = find_quotations(text, sentences)
    return read_signs(parse(text, sentences, quotations, Worth(text, quotations)))


def asked(signs: Signs) -> tuple[Looks, list[int], list[tuple[int, int, int]]]:
    """A text's columns, its candidates and their windows."""
    cues = candidates(signs)
    return (
        Looks(Words(signs, load_weights().network.lists)),
        cues,
        [(cue, *window(signs, cue)) for cue in cues],
    )


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=40))
def test_numbers_are_read_as_they_were_written(numbers: list[float]) -> None:
    """What is written down and read again is off by no more than half a step of the array's own measure."""
    array = np.array(numbers, dtype=np.float32)
    packed = pack(array)
    assert np.abs(unpack(packed) - array).max() <= packed["unit"] * 0.5001 + 1e-6


def test_a_window_is_read_alike_alone_and_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window sees another: asked one by one, all together or in small blocks, the chances are the same."""
    weights = load_weights().network
    looks, cues, windows = asked(signs_of(TEXT))
    together = list(weights.labels(looks, windows))
    scores = weights.cue_scores(looks, cues)
    assert len(together) == len(windows) > 4
    monkeypatch.setattr(network, "_BLOCK", 7)
    monkeypatch.setattr(network, "_TOGETHER", 30)
    for alone in (
        (next(weights.labels(looks, [one])) for one in windows),
        weights.labels(looks, windows),
    ):
        for one, other in zip(alone, together, strict=True):
            assert one == pytest.approx(other, abs=1e-5)
    assert weights.cue_scores(looks, cues) == pytest.approx(scores, abs=1e-5)


def test_chances_are_chances() -> None:
    """Each word's three chances sum to one, and a cue's score lies between 0 and 1."""
    looks, cues, windows = asked(signs_of(TEXT))
    for (_, start, end), some in zip(
        windows, load_weights().network.labels(looks, windows), strict=True
    ):
        assert some.shape == (end - start, 3)
        assert some.sum(axis=1) == pytest.approx(np.ones(end - start), abs=1e-5)
    assert all(0 <= score <= 1 for score in load_weights().network.cue_scores(looks, cues))


@pytest.mark.parametrize("text", ["", "The sea.", "!", "“”"])
def test_nothing_asked_nothing_answered(text: str) -> None:
    """A text without words or candidates has no scores and no labels."""
    looks = Looks(Words(signs_of(text), load_weights().network.lists))
    assert load_weights().network.cue_scores(looks, []) == []
    assert list(load_weights().network.labels(looks, [])) == []


def test_the_file_holds_no_word_but_ours() -> None:
    """Every string beside the weights is one of grammar's names, of our lists, or a mark: no word of the news."""
    lists = load_weights().network.lists
    grammar = (
        set(load().get_pipe("tagger").labels) | set(load().get_pipe("parser").labels) | {"", "ROOT"}
    )
    signs = {f"v:{lemma}" for lemma in VERB_LEMMA.values()} | {
        f"n:{lemma}" for lemma in NOUN_LEMMA.values()
    }
    signs |= {f"a:{low}" for low in ADJECTIVE_CLASS} | {
        f"src:{kind}" for kind in SPEAKER_CLASS.values()
    }
    signs |= {"TITLE", "TIME", "Xx", "xx", "9", ".,", "--", *FUNCTION_WORDS}
    kinds = {
        *VERB_CLASS.values(),
        *NOUN_CLASS.values(),
        *SPEAKER_CLASS.values(),
        *ADJECTIVE_CLASS.values(),
    }
    kinds |= {"V0", "N0", "J0", "0", *FUNCTION_WORDS}
    assert set(lists) == set(NAMED)
    assert {sign for sign in lists["sign"] if len(sign) > 1} <= signs
    assert {kind for kind in lists["kind"] if len(kind) > 1} <= kinds
    assert set(lists["tag"]) <= grammar
    assert set(lists["dep"]) <= grammar | set(PATHS)
    assert set(lists["role"]) <= set("-kcs")
    rules = {report.rule for report in find_reports(signs_of(TEXT).parsed)}
    assert rules <= set(lists["rule"])
    assert all(rule.islower() and len(rule.split()) < 3 for rule in lists["rule"] if rule)
