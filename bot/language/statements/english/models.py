"""Apply the learned models: two small neural networks and a set of decision trees, all in numpy.

a word's features -> its own row -> the row in its context -> cue network: is it a cue?
cue and word -> the features of the pair -> three convolutions along the sentence
             -> label network: other, source or content
features of a reading -> decision trees: how well it is likely to agree with an annotation

training/network.py holds the same networks in the form that can be trained.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from bot.language.statements.english.pair_features import (
    PAIR_FEATURES,
    PairColumns,
    Window,
    find_pair_columns,
)
from bot.language.statements.english.reading_features import READING_FEATURES
from bot.language.statements.english.token_features import (
    TOKEN_CATEGORIES,
    TOKEN_FLAGS,
    IntArray,
    TokenColumns,
)
from bot.language.statements.english.word_vectors import FloatArray

STRIDES = (1, 2, 4)  # how far apart the words are that each convolution joins
POOLED_LAYER = 1  # after this convolution each word learns the strongest values of its window
GAP_ROWS = max(STRIDES)  # empty rows between windows, so that none sees another
_MAX_BLOCK_WORDS = 8_000  # computed at once: bounds the memory a long text takes
_MAX_BATCH_PAIRS = 20_000
_MAX_TREE_DEPTH = 6  # steps from a root to any leaf, and one to spare
_PACKED_STEPS = 2047  # whole numbers that a packed array uses on either side of 0


class Models:
    """The learned models, from the data of the weights file.

    The file is gzipped JSON: "features" as `feature_names` gives them; "vocabularies", the strings
    of each category; "cue" and "label", the networks' packed arrays by name; "trees", lists of
    nodes (feature number, threshold, left, right), or (-1, value, 0, 0) for a leaf; "base", what
    the trees add to; "min_quality", below which a reading is not believed.
    Raise ValueError when the models were trained on other features than this program computes.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        check_features(data.get("features", {}))
        self.network = Network(data)
        self.trees = Trees(data["base"], data["trees"], data["min_quality"])


@cache
def load_models() -> Models:
    """Load the models from the file beside this module, once a process."""
    file = files("bot.language.statements.english") / "weights.json.gz"
    return Models(json.loads(gzip.decompress(file.read_bytes())))


def feature_names() -> dict[str, Any]:
    """Return the names of all features in their order, as the weights file stores them."""
    return {
        "token_categories": list(TOKEN_CATEGORIES),
        "token_flags": list(TOKEN_FLAGS),
        "pair_features": {name: dict(parts) for name, parts in PAIR_FEATURES.items()},
        "reading_features": list(READING_FEATURES),
    }


def check_features(trained: Mapping[str, Any]) -> None:
    """Raise ValueError naming the differences from the features that models were trained on."""
    for group, computed in feature_names().items():
        stored = trained.get(group, [])
        if json.dumps(stored) != json.dumps(computed):
            missing = [name for name in stored if name not in computed]
            new = [name for name in computed if name not in stored]
            raise ValueError(
                f"The weights were trained on other {group}: not computed any more: {missing}, "
                f"not in the weights: {new}, else order or sizes differ. Train them again with "
                "`python -m training.statements`."
            )


class Network:
    """The two networks: which words are cues, and what the words around a cue are to it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.vocabularies = {
            name: {string: number for number, string in enumerate(strings, 1)}
            for name, strings in data["vocabularies"].items()
        }
        self._cue = {name: unpack_array(packed) for name, packed in data["cue"].items()}
        self._label = {name: unpack_array(packed) for name, packed in data["label"].items()}
        self._convolutions = [
            [np.ascontiguousarray(part) for part in np.split(self._label[name], 3, axis=1)]
            for name in convolution_names()
        ]

    def score_cues(self, tokens: TokenColumns, candidates: Sequence[int]) -> list[float]:
        """Return how likely each candidate reports something, 0 to 1."""
        if not candidates:
            return []
        encoder = _Encoder(self._cue, tokens)
        hidden = _relu(_linear(self._cue, "hidden", encoder.rows(np.array(candidates))))
        odds = _linear(self._cue, "score", hidden)[:, 0].astype(float)
        scores: list[float] = (1 / (1 + np.exp(-odds))).tolist()
        return scores

    def label_words(self, tokens: TokenColumns, windows: Sequence[Window]) -> Iterator[FloatArray]:
        """Yield for each window the chances of `LABELS` of each of its words, one row a word."""
        if not windows:
            return
        weights = self._label
        rows = _Encoder(weights, tokens).rows(np.arange(len(tokens.head)))
        # One more row, of zeros, for the number NO_WORD.
        sides = {
            name: np.pad(_linear(weights, name, rows), ((0, 1), (0, 0)))
            for name in ("word", "upper_root", "lower_root")
        }
        for batch in _split_windows(windows):
            yield from self._label_batch(tokens, batch, rows, sides)

    def _label_batch(
        self,
        tokens: TokenColumns,
        windows: Sequence[Window],
        rows: FloatArray,
        sides: Mapping[str, FloatArray],
    ) -> Iterator[FloatArray]:
        counts = np.array([end - start for _, start, end in windows])
        window = np.repeat(np.arange(len(windows)), counts)
        cue_rows = rows[[cue for cue, _, _ in windows]]
        pairs = self._encode_pairs(find_pair_columns(tokens, windows), sides, cue_rows, window)
        joined = self._convolve(pairs, np.arange(len(window)) + GAP_ROWS * (window + 1), counts)
        chances = _softmax(_linear(self._label, "output", joined))
        yield from np.split(chances, np.cumsum(counts)[:-1])

    def _encode_pairs(
        self,
        pairs: PairColumns,
        sides: Mapping[str, FloatArray],
        cue_rows: FloatArray,
        window: IntArray,
    ) -> FloatArray:
        """Return a row a pair; the cue decides how much the path counts."""
        weights = self._label
        rows = sides["word"][pairs.word] + _linear(weights, "cue", cue_rows)[window]
        rows += sides["upper_root"][pairs.upper_root]
        rows += sides["lower_root"][pairs.lower_root]
        gate = (1 + _linear(weights, "path_gate", cue_rows))[window]
        for feature, values in pairs.features.items():
            table = weights[f"pair.{feature}"][values]
            rows += table * gate if feature == "path" else table
        return _relu(rows)

    def _convolve(self, pairs: FloatArray, rows: IntArray, counts: IntArray) -> FloatArray:
        """Join each pair with those around it, window by window; `rows` leave gaps between them."""
        weights = self._label
        height = int(counts.sum()) + GAP_ROWS * (len(counts) + 1)
        joined = np.zeros((height, pairs.shape[1]), dtype=np.float32)
        joined[rows] = pairs
        gaps = np.setdiff1d(np.arange(height), rows, assume_unique=True)
        starts = np.cumsum(counts + GAP_ROWS) - counts
        layers = zip(STRIDES, convolution_names(), self._convolutions, strict=True)
        for layer, (stride, name, (before, middle, after)) in enumerate(layers):
            normal = _normalize(joined)
            change = normal @ middle
            change[stride:] += normal[:-stride] @ before
            change[:-stride] += normal[stride:] @ after
            change += weights[f"{name}.bias"]
            if layer == POOLED_LAYER:
                strongest = np.maximum.reduceat(joined, starts)
                change[rows] += np.repeat(_linear(weights, "pool", strongest), counts, axis=0)
            change[gaps] = 0
            joined += _relu(change)
        convolved: FloatArray = joined[rows]
        return convolved


def convolution_names() -> list[str]:
    """Return the names of the convolutions' arrays."""
    return [f"convolution{layer}" for layer in range(len(STRIDES))]


class _Encoder:
    """A network's first layers: each word alone, and with its neighbors, head and children."""

    def __init__(self, weights: Mapping[str, FloatArray], tokens: TokenColumns) -> None:
        self._weights, self._head = weights, tokens.head
        own = _normalize(tokens.vectors) @ weights["token.vector"]
        own = own + tokens.flags @ weights["token.flags"] + weights["token.bias"]
        for name in TOKEN_CATEGORIES:
            own += weights[f"token.{name}"][tokens.categories[name]]
        self._own = _relu(own)
        self._children = np.zeros_like(own)
        if len(tokens.children):
            children = _relu(_linear(weights, "child", own))[tokens.children]
            self._children[tokens.parents] = np.add.reduceat(children, tokens.first_children)
        self._padded = np.pad(own, ((2, 2), (0, 0)))

    def rows(self, words: IntArray) -> FloatArray:
        """Return the rows of some words: alone, and in their context."""
        blocks = np.split(words, range(_MAX_BLOCK_WORDS, len(words), _MAX_BLOCK_WORDS))
        return np.concatenate([self._block_rows(block) for block in blocks])

    def _block_rows(self, words: IntArray) -> FloatArray:
        own, padded, head = self._own, self._padded, self._head[words]
        parts = (
            own[head], self._children[words], own[self._head[head]],
            padded[words + 1], padded[words + 3], padded[words], padded[words + 4],
        )  # fmt: skip
        context = _relu(_linear(self._weights, "context", np.concatenate(parts, axis=1)))
        return np.concatenate((own[words], context), axis=1)


class Trees:
    """Boosted decision trees that tell how well a reading is likely to agree with an annotation."""

    def __init__(
        self, base: float, trees: Sequence[Sequence[Sequence[float]]], min_quality: float
    ) -> None:
        self.min_quality = min_quality
        self._base = base
        roots: list[int] = []
        nodes: list[tuple[float, ...]] = []
        for tree in trees:
            first = len(nodes)
            roots.append(first)
            # A leaf leads to itself, so that every walk may take as many steps as the deepest.
            nodes += [
                (0, 0.0, node, node, value)
                if feature < 0
                else (feature, value, first + left, first + right, 0.0)
                for node, (feature, value, left, right) in enumerate(tree, first)
            ]
        columns = [np.array(column) for column in zip(*nodes, strict=True)]
        self._roots = np.array(roots, dtype=np.intp)
        self._feature, self._left, self._right = (columns[k].astype(np.intp) for k in (0, 2, 3))
        self._threshold, self._value = columns[1], columns[4]

    def score(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return the quality of readings with these features, 0 to 1."""
        values = np.array(rows)
        reading = np.arange(len(rows))[:, None]
        node = np.tile(self._roots, (len(rows), 1))
        for _ in range(_MAX_TREE_DEPTH):
            goes_left = values[reading, self._feature[node]] <= self._threshold[node]
            node = np.where(goes_left, self._left[node], self._right[node])
        qualities = self._base + self._value[node].sum(axis=1)
        return [float(quality) for quality in np.clip(qualities, 0.0, 1.0)]


def unpack_array(packed: Mapping[str, Any]) -> FloatArray:
    """Return an array from its shape, its whole numbers and the unit to multiply them with."""
    whole = np.array(packed["values"], dtype=np.float32).reshape(packed["shape"])
    array: FloatArray = whole * np.float32(packed["unit"])
    return array


def pack_array(array: FloatArray) -> dict[str, Any]:
    """Return an array as JSON data for `unpack_array`, rounded to `_PACKED_STEPS` steps."""
    unit = float(f"{max(float(np.abs(array).max()), 1e-9) / _PACKED_STEPS:.6g}")
    values = np.rint(array / unit).astype(int).ravel().tolist()
    return {"shape": list(array.shape), "unit": unit, "values": values}


def _linear(weights: Mapping[str, FloatArray], name: str, rows: FloatArray) -> FloatArray:
    result: FloatArray = rows @ weights[name] + weights[f"{name}.bias"]
    return result


def _relu(rows: FloatArray) -> FloatArray:
    """Set negative numbers to 0, in place."""
    result: FloatArray = np.maximum(rows, 0, out=rows)
    return result


def _normalize(rows: FloatArray) -> FloatArray:
    """Return each row with mean 0 and variance 1 (layer normalization)."""
    width = rows.shape[1]
    # Twice as fast as numpy's own mean of an axis.
    mean = rows @ np.full(width, 1 / width, dtype=np.float32)
    centered: FloatArray = rows - mean[:, None]
    variance = np.einsum("ij,ij->i", centered, centered) / np.float32(width)
    centered *= (1 / np.sqrt(variance + np.float32(1e-5)))[:, None]
    return centered


def _softmax(rows: FloatArray) -> FloatArray:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    result: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return result


def _split_windows(windows: Sequence[Window]) -> Iterator[list[Window]]:
    batch: list[Window] = []
    pairs = 0
    for window in windows:
        batch.append(window)
        pairs += window[2] - window[1]
        if pairs > _MAX_BATCH_PAIRS:
            yield batch
            batch, pairs = [], 0
    if batch:
        yield batch
