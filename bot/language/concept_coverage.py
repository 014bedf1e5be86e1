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
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from bot.language.readability import needs_context
from bot.language.sentences import prefix_stem, sentence_at, split_words
from bot.model import Span

StemPair = tuple[str, str]

PAIR_FEATURES = (
    "sentences", "earliest place", "sentences of its first word", "of its second",
    "letters of the first", "of the second", "in a first sentence", "short words",
)  # fmt: skip
_SHORT_WORD_CHARS = 3  # such words mostly tell nothing, in any language
# By training/coverage.py: the logit of the share of people who tell a pair.
PAIR_WEIGHTS = (0.885, -0.451, 0.257, 0.274, 0.107, 0.143, 0.317, 0.140)
PAIR_BIAS = -6.680

_LENGTH_EXPONENT = 0.6  # of a sentence's words: 0 is the most covered at all, 1 the most per word
_MAX_STORY_SENTENCES = 120  # of several articles, the first of each before the second
_MAX_EXCHANGES = 20
_MAX_SENTENCES = 50  # chosen so; who asks for more takes the rest as it comes


class CandidateSentence(NamedTuple):
    """A sentence, whose document's sentence number `place` it is.

    `size` is its words. One that `may_stand` may be chosen; all say what the story is about.
    """

    place: int
    size: int
    pairs: frozenset[StemPair]
    may_stand: bool = True


def stem_pairs(text: str) -> frozenset[StemPair]:
    """Return the pairs of neighboring words, by their stems."""
    return frozenset(pairwise(map(prefix_stem, split_words(text.lower()))))


def pair_weights(sentences: Iterable[CandidateSentence]) -> dict[StemPair, float]:
    """Estimate by the learned weights how likely an editor tells each pair."""
    return {
        pair: 1 / (1 + math.exp(-PAIR_BIAS - math.fsum(map(mul, PAIR_WEIGHTS, values))))
        for pair, values in pair_features(sentences).items()
    }


def pair_features(sentences: Iterable[CandidateSentence]) -> dict[StemPair, tuple[float, ...]]:
    """Return the values of PAIR_FEATURES for each pair; counts and places are logarithms."""
    stems: Counter[str] = Counter()
    found: dict[StemPair, tuple[int, int]] = {}
    for sentence in sentences:
        stems.update({stem for pair in sentence.pairs for stem in pair})
        for pair in sentence.pairs:
            spread, earliest = found.get(pair, (0, sentence.place))
            found[pair] = (spread + 1, min(earliest, sentence.place))
    logs = {stem: math.log(count) for stem, count in stems.items()}
    return {
        (one, two): (
            math.log(spread), math.log1p(place), logs[one], logs[two], len(one), len(two),
            float(not place), float(sum(len(stem) <= _SHORT_WORD_CHARS for stem in (one, two))),
        )
        for (one, two), (spread, place) in found.items()
    }  # fmt: skip


def choose_covering(
    sentences: Sequence[CandidateSentence],
    *,
    max_sentences: int,
    max_words: int,
) -> list[int]:
    """Return the numbers of the chosen sentences, those that cover most first."""
    selection = _Selection(sentences, min(max_sentences, _MAX_SENTENCES), max_words)
    selection.fill()
    for _ in range(_MAX_EXCHANGES):
        if not selection.exchange():
            break
        selection.fill()
    return selection.best_first()


def choose_together(
    articles: Sequence[Sequence[Span]],
    candidates: Sequence[tuple[int, Span]],
    *,
    language: str,
    max_sentences: int,
    max_words: int,
) -> list[int]:
    """Return the numbers of the candidates that cover most of a story, those that add most first.

    A candidate is an article's number and one of its sentences, or a part of it; one that leans on
    another is not chosen. The first sentences of all articles say what the story is about.
    """
    numbers = {
        (article, sentence_at(articles[article], span.start)): number
        for number, (article, span) in enumerate(candidates)
    }
    places = ((i, place) for i, sentences in enumerate(articles) for place in range(len(sentences)))
    early = sorted(places, key=lambda place: place[1])[:_MAX_STORY_SENTENCES]
    story = list(dict.fromkeys([*numbers, *early]))
    texts = [
        candidates[numbers[key]][1].text if key in numbers else articles[key[0]][key[1]].text
        for key in story
    ]
    best = choose_covering(
        [
            CandidateSentence(
                place,
                len(text.split()),
                stem_pairs(text),
                may_stand=(article, place) in numbers and not needs_context(text, language),
            )
            for (article, place), text in zip(story, texts, strict=True)
        ],
        max_sentences=max_sentences,
        max_words=max_words,
    )
    return [numbers[story[i]] for i in best]


class _Selection:
    """The sentences chosen so far, how often they cover each pair, and the budgets left."""

    def __init__(
        self,
        sentences: Sequence[CandidateSentence],
        max_sentences: int,
        max_words: int,
    ) -> None:
        self._sentences = sentences
        self._weights = pair_weights(sentences)
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
                candidates,
                key=lambda i: (-gains[i] / self._sentences[i].size ** _LENGTH_EXPONENT, i),
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
