"""The models judge a cue by its own window; their file holds named features and our words only."""

import gzip
import json
from importlib.resources import files
from typing import Any

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
from bot.language.statements.english import models
from bot.language.statements.english.attribution_rules import find_attributions
from bot.language.statements.english.models import (
    Models,
    feature_names,
    load_models,
    pack_array,
    unpack_array,
)
from bot.language.statements.english.pair_features import PATH_DEPS, Window, find_window
from bot.language.statements.english.parsing import load_language, parse
from bot.language.statements.english.reading_features import READING_FEATURES, find_reading_features
from bot.language.statements.english.readings import propose_readings
from bot.language.statements.english.token_features import (
    TOKEN_CATEGORIES,
    TokenColumns,
    TokenFeatures,
    find_cue_candidates,
    find_token_features,
)

TEXT = (
    'Mayor Karen Lee, who grew up on the island, said on Monday that "the pier will hold", '
    "as her father had said.\n\n"
    '"It will hold," she told the board. "It always did." According to the harbour board, '
    "it was built in 1911."
)


def features_of(text: str) -> TokenFeatures:
    """Return the features of a text's words."""
    sentences = split_sentences(text)
    return find_token_features(parse(text, sentences, find_quotations(text, sentences)))


def inputs_of(features: TokenFeatures) -> tuple[TokenColumns, list[int], list[Window]]:
    """Return the networks' input for a text, its candidates and their windows."""
    cues = find_cue_candidates(features.parsed)
    columns = TokenColumns(features, load_models().network.vocabularies)
    windows = [(cue, *find_window(features.parsed, cue)) for cue in cues]
    return columns, cues, windows


def stored_data() -> dict[str, Any]:
    """Return the content of the weights file."""
    file = files("bot.language.statements.english") / "weights.json.gz"
    data: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return data


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=40))
def test_numbers_are_read_as_they_were_written(numbers: list[float]) -> None:
    """A packed and unpacked array differs by at most half a step of its unit."""
    array = np.array(numbers, dtype=np.float32)
    packed = pack_array(array)
    assert np.abs(unpack_array(packed) - array).max() <= packed["unit"] * 0.5001 + 1e-6


def test_a_window_is_read_alike_alone_and_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window's probabilities are the same alone, together or in small blocks."""
    network = load_models().network
    tokens, cues, windows = inputs_of(features_of(TEXT))
    together = list(network.label_words(tokens, windows))
    scores = network.score_cues(tokens, cues)
    assert len(together) == len(windows) > 4
    monkeypatch.setattr(models, "_MAX_BLOCK_WORDS", 7)
    monkeypatch.setattr(models, "_MAX_BATCH_PAIRS", 30)
    for alone in (
        (next(network.label_words(tokens, [window])) for window in windows),
        network.label_words(tokens, windows),
    ):
        for one, other in zip(alone, together, strict=True):
            assert one == pytest.approx(other, abs=1e-5)
    assert network.score_cues(tokens, cues) == pytest.approx(scores, abs=1e-5)


def test_probabilities_are_valid() -> None:
    """Each word's three probabilities sum to one, and a cue's score is between 0 and 1."""
    network = load_models().network
    tokens, cues, windows = inputs_of(features_of(TEXT))
    labels = network.label_words(tokens, windows)
    for (_, start, end), chances in zip(windows, labels, strict=True):
        assert chances.shape == (end - start, 3)
        assert chances.sum(axis=1) == pytest.approx(np.ones(end - start), abs=1e-5)
    assert all(0 <= score <= 1 for score in network.score_cues(tokens, cues))


@pytest.mark.parametrize("text", ["", "The sea.", "!", "“”"])
def test_empty_input_has_empty_output(text: str) -> None:
    """A text without words or candidates has no scores and no labels."""
    tokens, _, _ = inputs_of(features_of(text))
    assert load_models().network.score_cues(tokens, []) == []
    assert list(load_models().network.label_words(tokens, [])) == []


def test_each_reading_has_a_value_for_each_named_feature() -> None:
    """A row has as many numbers as there are names, and no name stands twice."""
    features = features_of(TEXT)
    readings = propose_readings(features, load_models().network)
    rows = find_reading_features(features, readings)
    assert rows
    assert {len(row) for row in rows} == {len(READING_FEATURES)}
    assert len(set(READING_FEATURES)) == len(READING_FEATURES)


@pytest.mark.parametrize("group", feature_names())
def test_weights_of_other_features_are_refused(group: str) -> None:
    """Weights whose features differ in a name or in order, or have no names, raise an error."""
    data = stored_data()
    names = data["features"][group]
    other = dict(reversed(names.items())) if isinstance(names, dict) else names[::-1]
    renamed = {**names, "mood": {}} if isinstance(names, dict) else [*names[:-1], "mood"]
    for changed in (other, renamed, []):
        data["features"][group] = changed
        with pytest.raises(ValueError, match=f"trained on other {group}"):
            Models(data)


def test_the_file_holds_no_word_but_ours() -> None:
    """Every string of the file is a grammar name, a word of our lists or a mark."""
    lists = load_models().network.vocabularies
    grammar = (
        set(load_language().get_pipe("tagger").labels)
        | set(load_language().get_pipe("parser").labels)
        | {"", "ROOT"}
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
    assert set(lists) == set(TOKEN_CATEGORIES)
    assert {sign for sign in lists["masked_word"] if len(sign) > 1} <= signs
    assert {kind for kind in lists["word_class"] if len(kind) > 1} <= kinds
    assert set(lists["tag"]) <= grammar
    assert set(lists["dep"]) <= grammar | set(PATH_DEPS)
    assert set(lists["rule_role"]) <= set("-kcs")
    rules = {a.rule for a in find_attributions(features_of(TEXT).parsed)}
    assert rules <= set(lists["rule"])
    assert all(rule.islower() and len(rule.split()) < 3 for rule in lists["rule"] if rule)
