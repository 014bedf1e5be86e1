"""Which of the proposed statements to believe: each cue's readings, scored by small decision trees.

readings of each cue -> their values -> chance of each -> taken, best first
"""

from collections.abc import Sequence

import numpy as np

from bot.language.statements.constructions import Report
from bot.language.statements.readings import Reading
from bot.language.statements.signs import Signs
from bot.language.statements.values import overlap, reading_values

_USUAL = 0.02  # by so much another reading must be likelier than the network's own
_SAME = 0.6  # of all their words: two readings that share more are one statement
_DEEPEST = 6  # steps from a root to any leaf, and one to spare
_TOGETHER = 500  # readings judged at once: bounds the memory a long text takes
_HOW = {
    "labels": "learned bounds",
    "wide": "generous learned bounds",
    "narrow": "careful learned bounds",
}


class Trees:
    """Boosted decision trees: a node is a feature, a threshold and two children; a leaf is -1 and its value."""

    def __init__(
        self, base: float, trees: Sequence[Sequence[Sequence[float]]], least: float
    ) -> None:
        self.least = least
        self._base = base
        first, roots, nodes = 0, [], []
        for tree in trees:
            roots.append(first)
            # A leaf leads to itself, so that every walk may take as many steps as the deepest.
            nodes += [(0, 0.0, own, own, value) if f < 0 else (f, value, first + left, first + right, 0.0)
                      for own, (f, value, left, right) in enumerate(tree, first)]  # fmt: skip
            first += len(tree)
        columns = list(zip(*nodes, strict=True))
        self._roots = np.array(roots, dtype=np.intp)
        self._feature, self._left, self._right = (
            np.array(columns[k], dtype=np.intp) for k in (0, 2, 3)
        )
        self._threshold, self._value = np.array(columns[1]), np.array(columns[4])

    def qualities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """How well readings with these values are likely to agree with a person's, 0 to 1."""
        values = np.array(rows)
        every = np.arange(len(rows))[:, None]
        at = np.tile(self._roots, (len(rows), 1))
        for _ in range(_DEEPEST):
            lower = values[every, self._feature[at]] <= self._threshold[at]
            at = np.where(lower, self._left[at], self._right[at])
        totals = self._base + self._value[at].sum(axis=1)
        return [float(total) for total in np.clip(totals, 0.0, 1.0)]


def judge(signs: Signs, readings: Sequence[Reading], trees: Trees) -> None:
    """Give each reading its chance."""
    rows = reading_values(signs, readings)
    for first in range(0, len(readings), _TOGETHER):
        some = readings[first : first + _TOGETHER]
        for reading, quality in zip(
            some, trees.qualities(rows[first : first + _TOGETHER]), strict=True
        ):
            reading.chance = quality


def choose(readings: Sequence[Reading], least: float) -> list[Report]:
    """Take the likeliest reading of each cue, unless a likelier one has said the same words already."""
    taken: list[Reading] = []
    cues: set[int] = set()
    holders: dict[int, list[Reading]] = {}
    for reading in sorted(
        readings, key=lambda r: (-r.chance - _USUAL * (r.kind == "labels"), r.report.cue)
    ):
        if reading.chance < least:
            continue
        if reading.report.cue in cues:
            continue
        rivals = {id(r): r for i in reading.words for r in holders.get(i, ())}
        if any(overlap(reading.words, r.words) > _SAME for r in rivals.values()):
            continue
        cues.add(reading.report.cue)
        taken.append(reading)
        for i in reading.words:
            holders.setdefault(i, []).append(reading)
    return [_explained(reading) for reading in taken]


def _explained(reading: Reading) -> Report:
    """The report with what speaks for it, for `--explain`."""
    report = reading.report
    how = _HOW.get(reading.kind, report.rule)
    rule = f"{how}; cue {reading.cue_score:.2f}, reading {reading.chance:.2f}"
    return Report(report.cue, report.source, list(report.content), reading.chance, rule)
