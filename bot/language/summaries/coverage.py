"""Which sentences of several articles tell most of their story together, and fit? Those that cover the most.

pairs of neighbouring stems -> each weighed by the articles that hold it -> sentences that cover the most weight

What several outlets carry counts by their number, what stands early in them more, and all of it once: so nothing is
told twice. The concepts are those of Gillick and Favre (2009), who solve exactly what is here filled and then bettered
by exchange.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Pair = tuple[str, str]


# By hand, where several corpora of other outlets agreed (docs/summaries.md).
_EARLY = 1.5  # what the first sentence's pairs weigh over those of the last
_FADES = 6.0  # sentences after which that is down to a third
_CARRIED = 1.5  # power of the number of articles: three that tell it weigh 5.2 times one
_SPACE = 0.45  # power of a sentence's words: between the most told at all (0) and the most told a word (1)
_CENTRAL = 0.06  # of what a telling sentence covers, for each step of centrality
_TELLING = 5  # sentences whose mean says how much that is
_ROUNDS = 20  # exchanges at most
_MOST = 50  # sentences chosen so; who asks for more takes the rest as it comes


class Told(NamedTuple):
    """A sentence that may be chosen: its article, its place in that, its words, what it tells, how central it is."""

    document: int
    place: int
    size: int
    pairs: frozenset[Pair]
    central: float = 0.0


def cover(sentences: Sequence[Told], *, most: int, room: int) -> list[int]:
    """Give the numbers of at most `most` sentences of at most `room` words in all, those that tell most first."""
    chosen = _Chosen(sentences, min(most, _MOST), room)
    chosen.fill(range(len(sentences)))
    for _ in range(_ROUNDS):
        if not chosen.exchange():
            break
        chosen.fill(range(len(sentences)))
    return chosen.best_first()


def pair_weights(sentences: Iterable[Told]) -> dict[Pair, float]:
    """Weigh each pair by the articles that hold it, more where it stands early in them; each article counts once."""
    held: dict[Pair, dict[int, float]] = {}
    for one in sentences:
        early = 1 + _EARLY * math.exp(-one.place / _FADES)
        for pair in one.pairs:
            articles = held.setdefault(pair, {})
            if early > articles.get(one.document, 0.0):
                articles[one.document] = early
    return {pair: sum(sorted(articles.values())) ** _CARRIED for pair, articles in held.items()}


class _Chosen:
    """What is chosen so far, how often each pair is told by it, and the words left.

    A pair of one sentence alone is that sentence's own, whatever else is chosen: only shared ones are followed.
    """

    def __init__(self, sentences: Sequence[Told], most: int, room: int) -> None:
        self._weights = weights = pair_weights(sentences)
        spread = Counter(pair for one in sentences for pair in one.pairs)
        self._shared = [sorted(pair for pair in one.pairs if spread[pair] > 1) for one in sentences]
        whole = [math.fsum(map(weights.__getitem__, one.pairs)) for one in sentences]
        telling = sorted(whole)[-_TELLING:]
        step = _CENTRAL * math.fsum(telling) / max(len(telling), 1)
        self._own = [
            all_of_it - sum(map(weights.__getitem__, shared)) + step * one.central
            for one, shared, all_of_it in zip(sentences, self._shared, whole, strict=True)
        ]
        self._sizes = [one.size for one in sentences]
        self._told: dict[Pair, int] = defaultdict(int)
        self._picked: list[int] = []
        self._places, self._room = most, room

    def fill(self, candidates: Iterable[int]) -> None:
        """Take the sentence that adds most for its words, and again, until none fits or adds anything."""
        open_to = set(candidates) - set(self._picked)
        while self._places and open_to:
            gains = {i: self._gain(i) for i in open_to if self._sizes[i] <= self._room}
            open_to = {i for i, gain in gains.items() if gain > 0}
            if not open_to:
                return
            self._take(min(open_to, key=lambda i: (-gains[i] / self._sizes[i] ** _SPACE, i)))
            open_to -= set(self._picked)

    def exchange(self) -> bool:
        """Put another sentence in one's place where that tells more; say whether one was found."""
        for old in tuple(self._picked):
            self._drop(old)
            fit = [
                i
                for i, size in enumerate(self._sizes)
                if size <= self._room and i not in self._picked
            ]
            best = max(fit, key=lambda i: (self._gain(i), i == old, -i))
            better = self._gain(best) > self._gain(old) + 1e-9
            self._take(best if better else old)
            if better:
                return True
        return False

    def best_first(self) -> list[int]:
        """Give what is chosen in the order in which each adds most."""
        picked, self._picked = self._picked, []
        self._told.clear()
        while left := [i for i in picked if i not in self._picked]:
            self._take(max(left, key=lambda i: (self._gain(i), -i)))
        return self._picked

    def _gain(self, i: int) -> float:
        return self._own[i] + sum(
            [self._weights[pair] for pair in self._shared[i] if not self._told[pair]]
        )

    def _take(self, i: int) -> None:
        self._picked.append(i)
        self._count(i, 1)

    def _drop(self, i: int) -> None:
        self._picked.remove(i)
        self._count(i, -1)

    def _count(self, i: int, by: int) -> None:
        for pair in self._shared[i]:
            self._told[pair] += by
        self._places -= by
        self._room -= by * self._sizes[i]
