"""Choose the sentences of several articles that together cover the most of their story and fit.

pairs of neighboring stems -> weighed by the articles that hold them -> sentences that cover most

What several outlets carry counts by their number, what stands early in them more, and all of it
once, so that nothing is told twice. The concepts are those of Gillick and Favre (2009), who solve
exactly what is chosen greedily here and then improved by exchange.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

StemPair = tuple[str, str]

# Set by hand, where several corpora of other outlets agreed (docs/summaries.md).
_EARLY_BONUS = 1.5  # what the first sentence's pairs weigh more than those of the last
_EARLY_SENTENCES = 6.0  # after which that bonus is down to a third
_ARTICLES_POWER = 1.5  # of the number of articles: three that tell it weigh 5.2 times one
_LENGTH_POWER = 0.45  # of a sentence's words: 0 is the most covered at all, 1 the most per word
_CENTRALITY_SHARE = 0.06  # of what a good sentence covers, for each step of centrality
_GOOD_SENTENCES = 5  # whose mean says how much a good sentence covers
_MAX_EXCHANGES = 20
_MAX_SENTENCES = 50  # chosen so; who asks for more takes the rest as it comes


class CandidateSentence(NamedTuple):
    """A sentence that may be chosen; `place` is its number in its document, `size` its words."""

    document: int
    place: int
    size: int
    pairs: frozenset[StemPair]
    centrality: float = 0.0


def choose_covering(
    sentences: Sequence[CandidateSentence], *, max_sentences: int, max_words: int
) -> list[int]:
    """Return the numbers of the chosen sentences, those that cover most first."""
    selection = _Selection(sentences, min(max_sentences, _MAX_SENTENCES), max_words)
    selection.fill()
    for _ in range(_MAX_EXCHANGES):
        if not selection.exchange():
            break
        selection.fill()
    return selection.best_first()


def pair_weights(sentences: Iterable[CandidateSentence]) -> dict[StemPair, float]:
    """Weigh each pair by the articles that hold it, each at the earliest place where it does."""
    weights: dict[StemPair, dict[int, float]] = defaultdict(dict)
    for sentence in sentences:
        weight = 1 + _EARLY_BONUS * math.exp(-sentence.place / _EARLY_SENTENCES)
        for pair in sentence.pairs:
            by_article = weights[pair]
            by_article[sentence.document] = max(weight, by_article.get(sentence.document, 0.0))
    return {
        pair: math.fsum(by_article.values()) ** _ARTICLES_POWER
        for pair, by_article in weights.items()
    }


class _Selection:
    """The sentences chosen so far, how often they cover each pair, and the budgets left."""

    def __init__(
        self, sentences: Sequence[CandidateSentence], max_sentences: int, max_words: int
    ) -> None:
        self._sentences = sentences
        self._weights = weights = pair_weights(sentences)
        self._covered = dict.fromkeys(weights, 0)
        totals = [math.fsum(weights[pair] for pair in sentence.pairs) for sentence in sentences]
        best = sorted(totals)[-_GOOD_SENTENCES:]
        self._centrality_weight = _CENTRALITY_SHARE * math.fsum(best) / max(len(best), 1)
        self._chosen: list[int] = []
        self._sentences_left, self._words_left = max_sentences, max_words

    def fill(self) -> None:
        """Take the sentence that adds most for its length until none fits or adds anything."""
        candidates = set(range(len(self._sentences))) - set(self._chosen)
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
            fitting = set(filter(self._fits, range(len(self._sentences)))).difference(self._chosen)
            best = max(fitting, key=lambda i: (self._gain(i), i == old, -i))
            is_better = self._gain(best) > self._gain(old)
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
        pairs, centrality = self._sentences[i].pairs, self._sentences[i].centrality
        new = math.fsum([self._weights[pair] for pair in pairs if not self._covered[pair]])
        # Rounded, so that the same sentence of two articles adds the same.
        return round(new + self._centrality_weight * centrality, 9)

    def _take(self, i: int) -> None:
        self._chosen.append(i)
        self._count(i, 1)

    def _count(self, i: int, change: int) -> None:
        for pair in self._sentences[i].pairs:
            self._covered[pair] += change
        self._sentences_left -= change
        self._words_left -= change * self._sentences[i].size
