"""Two small networks, written out in numpy: how likely a word is a cue, and what each word near a cue is to it.

a word's vector, grammar and signs -> itself -> itself among its neighbours, head and children -> is it a cue?
cue and word, the path between them -> the same along the sentence, thrice -> other, source or content

training/network.py holds the same in the form that can be learned.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bot.language.statements.views import NAMED, Column, Lists, Numbers, Window, Words, pair_columns

OTHER, SOURCE, CONTENT = 0, 1, 2
STRIDES = (1, 2, 4)  # how far apart the words are that each layer along the sentence joins
POOLED = 1  # after this layer each word learns what is strongest in its window
GAP = max(STRIDES)  # empty rows between windows, so that none sees another
TABLES = ("twig", "rule", "distance", "pauses", "three", "near", "role")
_BLOCK = 8_000  # words looked at at once: bounds the memory a long text takes
_TOGETHER = 20_000  # and pairs


class Network:
    """The learned numbers, ready to be multiplied."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.lists: Lists = {
            name: {string: number for number, string in enumerate(strings, 1)}
            for name, strings in data["lists"].items()
        }
        self._cue = {name: unpack(packed) for name, packed in data["cue"].items()}
        self._label = {name: unpack(packed) for name, packed in data["label"].items()}
        self._cue_words, self._label_words = _Encoder(self._cue), _Encoder(self._label)
        along = [self._label[f"along{layer}"] for layer in range(len(STRIDES))]
        self._strides = [
            [np.ascontiguousarray(part) for part in np.split(three, 3, axis=1)] for three in along
        ]

    def cue_scores(self, looks: "Looks", places: Sequence[int]) -> list[float]:
        """How likely each of these words reports something, 0 to 1."""
        if not places:
            return []
        alone = self._cue_words.alone(looks)
        w = self._cue
        found: list[float] = []
        for rows in _blocks(np.array(places)):
            hidden = _relu(_linear(w, "c1", self._cue_words.among(looks, alone, rows)))
            found += (1 / (1 + np.exp(-_linear(w, "c2", hidden)[:, 0].astype(float)))).tolist()
        return found

    def labels(self, looks: "Looks", windows: Sequence[Window]) -> Iterator[Numbers]:
        """What each word of each window (cue, start, end) is to its cue: three chances, one row a word."""
        if not windows:
            return
        alone = self._label_words.alone(looks)
        blocks = _blocks(np.arange(len(looks.head)))
        hidden = np.concatenate([self._label_words.among(looks, alone, rows) for rows in blocks])
        w = self._label
        # The last row is for the number NOWHERE.
        sides = {
            name: np.pad(_linear(w, name, hidden), ((0, 1), (0, 0)))
            for name in ("word", "top", "second")
        }
        for some in _batches(windows):
            yield from self._label_batch(looks.words, some, hidden, sides)

    def _label_batch(
        self, words: Words, windows: Sequence[Window], hidden: Numbers, sides: Mapping[str, Numbers]
    ) -> Iterator[Numbers]:
        w, columns = self._label, pair_columns(words, windows)
        own = hidden[[cue for cue, _, _ in windows]]
        counts = np.array([end - start for _, start, end in windows])
        number = np.repeat(np.arange(len(windows)), counts)
        pairs = sides["word"][columns["at"]] + _linear(w, "cue", own)[number]
        pairs += sides["top"][columns["top"]]
        pairs += sides["second"][columns["second"]]
        pairs += w["place"][columns["place"]] * (1 + _linear(w, "gate", own))[number]
        for name in TABLES:
            pairs += w[name][columns[name]]
        rows = np.arange(len(number)) + GAP * (number + 1)
        chances = _softmax(_linear(w, "out", self._along(_relu(pairs), rows, counts)))
        yield from np.split(chances, np.cumsum(counts)[:-1])

    def _along(self, pairs: Numbers, rows: Column, counts: Column) -> Numbers:
        """Join what is known of each word with what is known of the words around it, window by window."""
        w = self._label
        joined = np.zeros(
            (int(counts.sum()) + GAP * (len(counts) + 1), pairs.shape[1]), dtype=np.float32
        )
        joined[rows] = pairs
        gaps = np.setdiff1d(np.arange(len(joined)), rows, assume_unique=True)
        starts = np.cumsum(counts + GAP) - counts
        for layer, stride in enumerate(STRIDES):
            own = _normal(joined)
            before, middle, behind = self._strides[layer]
            here = own @ middle
            here[stride:] += own[:-stride] @ before
            here[:-stride] += own[stride:] @ behind
            here += w[f"along{layer}.bias"]
            if layer == POOLED:
                here[rows] += np.repeat(
                    _linear(w, "pool", np.maximum.reduceat(joined, starts)), counts, axis=0
                )
            here[gaps] = 0
            joined += _relu(here)
        result: Numbers = joined[rows]
        return result


class Looks:
    """What both networks see of a text's words."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.vectors = _normal(words.vectors)
        self.flags = words.flags()
        head = words.head
        self.head = head
        hanging = np.flatnonzero(head != np.arange(len(head)))
        self.kids = hanging[np.argsort(head[hanging], kind="stable")]
        self.parents, self.firsts = np.unique(head[self.kids], return_index=True)


class _Encoder:
    """A word alone, and among its neighbours, its head and its children."""

    def __init__(self, weights: Mapping[str, Numbers]) -> None:
        self._weights = weights

    def alone(self, looks: Looks) -> tuple[Numbers, Numbers]:
        """Each word's own row, and the sum of its children's."""
        w = self._weights
        own = looks.vectors @ w["vector"] + looks.flags @ w["flags"] + w["alone.bias"]
        for name in NAMED:
            own += w[f"alone.{name}"][looks.words.named[name]]
        own = _relu(own)
        kids = np.zeros_like(own)
        if len(looks.kids):
            kids[looks.parents] = np.add.reduceat(
                _relu(_linear(w, "kid", own))[looks.kids], looks.firsts
            )
        return own, kids

    def among(self, looks: Looks, alone: tuple[Numbers, Numbers], rows: Column) -> Numbers:
        """Some words' rows: alone, and among the others."""
        own, kids = alone
        padded = np.pad(own, ((2, 2), (0, 0)))
        head = looks.head[rows]
        parts = (
            own[head], kids[rows], own[looks.head[head]],
            padded[rows + 1], padded[rows + 3], padded[rows], padded[rows + 4],
        )  # fmt: skip
        among = _relu(_linear(self._weights, "among", np.concatenate(parts, axis=1)))
        return np.concatenate((own[rows], among), axis=1)


def unpack(packed: Mapping[str, Any]) -> Numbers:
    """An array from its shape, its whole numbers and what they are to be multiplied with."""
    whole = np.array(packed["values"], dtype=np.float32).reshape(packed["shape"])
    found: Numbers = whole * np.float32(packed["unit"])
    return found


def pack(array: Numbers, steps: int = 2047) -> dict[str, Any]:
    """The same to write down: whole numbers of at most so many steps."""
    unit = float(f"{max(float(np.abs(array).max()), 1e-9) / steps:.6g}")
    return {
        "shape": list(array.shape),
        "unit": unit,
        "values": np.rint(array / unit).astype(int).ravel().tolist(),
    }


def _linear(weights: Mapping[str, Numbers], name: str, rows: Numbers) -> Numbers:
    found: Numbers = rows @ weights[name] + weights[f"{name}.bias"]
    return found


def _relu(rows: Numbers) -> Numbers:
    found: Numbers = np.maximum(rows, 0, out=rows)
    return found


def _normal(rows: Numbers) -> Numbers:
    """Each row with mean 0 and variance 1."""
    width = rows.shape[1]
    mean = rows @ np.full(
        width, 1 / width, dtype=np.float32
    )  # twice as fast as numpy's own mean of an axis
    centred: Numbers = rows - mean[:, None]
    variance = np.einsum("ij,ij->i", centred, centred) / np.float32(width)
    centred *= (1 / np.sqrt(variance + np.float32(1e-5)))[:, None]
    return centred


def _softmax(rows: Numbers) -> Numbers:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    found: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return found


def _blocks(rows: Column) -> list[Column]:
    return [rows[first : first + _BLOCK] for first in range(0, len(rows), _BLOCK)]


def _batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    batch: list[Window] = []
    size = 0
    for one in windows:
        batch.append(one)
        size += one[2] - one[1]
        if size > _TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
