"""Weights looked up by columns of numbers: a feature is a template and the values of its columns, hashed together.

"cp kind place" with the numbers of both -> one 64-bit code -> a row of weights, or of zeros where none was learned
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint64]
    Column = NDArray[np.int64]

_MULTIPLIER = 0x9E3779B97F4A7C15  # 2 ** 64 over the golden ratio: neighbouring numbers land far apart
_MASK = (1 << 64) - 1
_ROOM = 4  # places in the table for each code, at least


def code_of(template: int, values: Sequence[int]) -> int:
    """The code of one feature; what `codes_of` gives for columns."""
    return (template + 1 + sum(value * factor for value, factor in zip(values, _factors(len(values)), strict=True))) * (
        _MULTIPLIER
    ) & _MASK


def codes_of(template: int, columns: Sequence[Column]) -> Codes:
    """The codes of a template's feature in each row."""
    total = np.full(len(columns[0]), template + 1, dtype=np.uint64)
    for column, factor in zip(columns, _factors(len(columns)), strict=True):
        total += column.view(np.uint64) * np.uint64(factor)
    return total * np.uint64(_MULTIPLIER)


def _factors(count: int) -> list[int]:
    return [pow(_MULTIPLIER, k + 2, 1 << 64) for k in range(count)]


class CodeTable:
    """Three weights a code: open addressing in arrays, so that many codes are looked up at once."""

    def __init__(self, weights: Mapping[int, Sequence[float]]) -> None:
        size = 1 << max(4, (len(weights) * _ROOM).bit_length())
        self._shift = np.uint64(64 - size.bit_length() + 1)
        self._last = size - 1
        self._codes = np.zeros(size, dtype=np.uint64)
        self._rows = np.zeros((size, 3))
        for code, row in weights.items():
            at = code >> int(self._shift)
            while self._codes[at]:
                at = (at + 1) & self._last
            self._codes[at] = code
            self._rows[at] = row
        self._nowhere = int(np.argmin(self._codes))  # a place without a code: its weights are zero

    def add_up(self, codes: Codes) -> NDArray[np.float64]:
        """The sums of the weights of each column of codes; code 0 stands for no feature."""
        flat = codes.ravel()
        at = (flat >> self._shift).astype(np.intp)
        known = self._codes[at]
        waiting = np.flatnonzero((known != flat) & (known != 0))
        while len(waiting):
            at[waiting] = (at[waiting] + 1) & self._last
            known[waiting] = self._codes[at[waiting]]
            waiting = waiting[(known[waiting] != flat[waiting]) & (known[waiting] != 0)]
        at[known != flat] = self._nowhere
        sums: NDArray[np.float64] = self._rows[at].reshape(*codes.shape, 3).sum(axis=0)
        return sums
