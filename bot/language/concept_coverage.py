"""Choose the sentences of several articles that together cover the most of their story and fit.

pairs of neighboring stems -> how likely an editor tells each -> sentences that cover most

What several outlets carry counts more, what stands early in them too, and all of it once, so that
nothing is told twice. The concepts are those of Gillick and Favre (2009), who solve exactly what is
chosen greedily here and then improved by exchange; that their weights are learned is from Li, Qian
and Liu (2013).
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
StemPair = tuple[str, str]

PAIR_FEATURES = (
    "sentences", "earliest place", "sentences of its first word", "of its second",
    "the first is a stop word", "the second is", "its most central sentence",
)  # fmt: skip
# By training/coverage.py: the logit of the share of people who tell a pair.
PAIR_WEIGHTS = np.array([0.751, -0.458, 0.269, 0.308, -0.377, -0.561, 0.338])
PAIR_BIAS = -5.228

_LENGTH_POWER = 0.6  # of a sentence's words: 0 is the most covered at all, 1 the most per word
_MAX_EXCHANGES = 20
_MAX_SENTENCES = 50  # chosen so; who asks for more takes the rest as it comes


class CandidateSentence(NamedTuple):
    """A sentence of document number `document`, whose sentence number `place` it is.

    `size` is its words. One that `may_stand` may be chosen; all tell what the story is about.
    """

    document: int
    place: int
    size: int
    pairs: frozenset[StemPair]
    centrality: float = 0.0
    may_stand: bool = True


def pair_weights(
    sentences: Iterable[CandidateSentence], stop: frozenset[str]
) -> dict[StemPair, float]:
    """Estimate by the learned weights how likely an editor tells each pair."""
    pairs, rows = pair_features(sentences, stop)
    chances = 1 / (1 + np.exp(-(rows @ PAIR_WEIGHTS + PAIR_BIAS)))
    return dict(zip(pairs, chances.tolist(), strict=True))


def pair_features(
    sentences: Iterable[CandidateSentence], stop: frozenset[str]
) -> tuple[list[StemPair], Floats]:
    """Return all pairs, and a row for each with a column per name in PAIR_FEATURES."""
    stems: Counter[str] = Counter()
    found: dict[StemPair, tuple[int, int, float]] = {}
    for sentence in sentences:
        stems.update({stem for pair in sentence.pairs for stem in pair})
        place, central = sentence.place, sentence.centrality
        for pair in sentence.pairs:
            spread, earliest, most = found.get(pair, (0, place, central))
            found[pair] = (spread + 1, min(earliest, place), max(most, central))
    rows = [
        (spread, 1 + place, stems[one], stems[two], one in stop, two in stop, central)
        for (one, two), (spread, place, central) in found.items()
    ]
    features = np.array(rows, dtype=float).reshape(len(rows), len(PAIR_FEATURES))
    features[:, :4] = np.log(features[:, :4])
    return list(found), features


def choose_covering(
    sentences: Sequence[CandidateSentence],
    *,
    max_sentences: int,
    max_words: int,
    stop: frozenset[str] = frozenset(),
) -> list[int]:
    """Return the numbers of the chosen sentences, those that cover most first."""
    selection = _Selection(sentences, stop, min(max_sentences, _MAX_SENTENCES), max_words)
    selection.fill()
    for _ in range(_MAX_EXCHANGES):
        if not selection.exchange():
            break
        selection.fill()
    return selection.best_first()


class _Selection:
    """The sentences chosen so far, how often they cover each pair, and the budgets left."""

    def __init__(
        self,
        sentences: Sequence[CandidateSentence],
        stop: frozenset[str],
        max_sentences: int,
        max_words: int,
    ) -> None:
        self._sentences = sentences
        self._weights = pair_weights(sentences, stop)
        self._covered = dict.fromkeys(self._weights, 0)
        self._eligible = {i for i, sentence in enumerate(sentences) if sentence.may_stand}
        self._chosen: list[int] = []
        self._sentences_left, self._words_left = max_sentences, max_words

    def fill(self) -> None:
        """Take the sentence that adds most for its length until none fits or adds anything."""
        candidates = self._eligible.difference(self._chosen)
        while self._sentences_left and candidates:
            gains = {i: self._gain(i) for i in candidates if self._fits(i)}
            candidates = {i for i, gain in gains.items() if gain > 0}
            if not candidates:
                return
            best = min(
                candidates, key=lambda i: (-gains[i] / self._sentences[i].size ** _LENGTH_POWER, i)
            )
            self._take(best)
            candidates.remove(best)

    def exchange(self) -> bool:
        """Replace one sentence by another that covers more; tell whether there was one."""
        for old in tuple(self._chosen):
            self._chosen.remove(old)
            self._count(old, -1)
            gains = {
                i: self._gain(i) for i in self._eligible.difference(self._chosen) if self._fits(i)
            }
            best = max(gains, key=lambda i: (gains[i], i == old, -i))
            is_better = gains[best] > gains[old]
            self._take(best if is_better else old)
            if is_better:
                return True
        return False

    def best_first(self) -> list[int]:
        """Return what is chosen in the order in which each adds most."""
        left, self._chosen = self._chosen, []
        self._covered = dict.fromkeys(self._weights, 0)
        while left:
            best = max(left, key=lambda i: (self._gain(i), -i))
            self._take(best)
            left.remove(best)
        return self._chosen

    def _fits(self, i: int) -> bool:
        return self._sentences[i].size <= self._words_left

    def _gain(self, i: int) -> float:
        weights, covered = self._weights, self._covered
        # Rounded, so that the same sentence of two articles adds the same.
        pairs = self._sentences[i].pairs
        return round(math.fsum([weights[pair] for pair in pairs if not covered[pair]]), 9)

    def _take(self, i: int) -> None:
        self._chosen.append(i)
        self._count(i, 1)

    def _count(self, i: int, change: int) -> None:
        for pair in self._sentences[i].pairs:
            self._covered[pair] += change
        self._sentences_left -= change
        self._words_left -= change * self._sentences[i].size
