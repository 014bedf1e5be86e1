"""Score the sentences of an article by how much of it they tell: features times learned weights.

Every feature is about place, length, shared words or typography, never about which words: a ranker
that knew words had learned one outlet's habits and lost to the first three sentences elsewhere.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.sentences import split_words

Floats = NDArray[np.float64]

MAX_WORDS = 120  # of a sentence that are looked at
_MAX_COMPARED = (
    200  # sentences compared with each other; later ones are judged by their place alone
)
_DAMPING = 0.85
_ITERATIONS = 20
_MIN_CENTRALITY = 0.05  # before its logarithm is taken
_SHORT_WORDS, _LONG_WORDS = 8, 40
_QUOTE_MARK = re.compile(r"[\"“”„«»]")

FEATURES = (
    "lure", "early", "central", "ahead", "shared", "title", "length", "short", "long", "quote",
    "question", "paragraph",
)  # fmt: skip
# By training/summaries.py, which fixes "lure" and "early" for the sake of other outlets.
WEIGHTS = np.array(
    [-0.8, 1.1, 0.068, 0.656, 0.392, 0.692, -0.304, -0.913, -0.121, -0.169, -1.131, 0.334]
)


class RankableSentence(NamedTuple):
    """A sentence to rank, with the numbers of its document and paragraph.

    `after_dateline`: a wire's dateline stands before it; its text tells all in its first sentences.
    """

    text: str
    document: int = 0
    paragraph: int = 0
    after_dateline: bool = False


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Sparse word counts: sentence `rows[k]` has word `words[k]` `counts[k]` times.

    `spread` is in how many sentences each word stands.
    """

    size: int
    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    counts: NDArray[np.int64]
    spread: NDArray[np.int64]

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> "WordCounts":
        """Count the words of each sentence."""
        flat = list(chain.from_iterable(sentences))
        numbers = {word: i for i, word in enumerate(dict.fromkeys(flat))}
        words = np.fromiter(map(numbers.__getitem__, flat), dtype=np.int64, count=len(flat))
        rows = np.repeat(np.arange(len(sentences)), [len(words) for words in sentences])
        width = max(len(numbers), 1)
        pairs, counts = np.unique(rows * width + words, return_counts=True)
        rows, words = pairs // width, pairs % width
        return cls(len(sentences), rows, words, counts, np.bincount(words, minlength=width))


def rank_sentences(
    sentences: Sequence[RankableSentence], titles: Iterable[str], stop_words: frozenset[str]
) -> list[int]:
    """Return the numbers of all sentences, best first; `titles` are their documents' headlines."""
    if not sentences:
        return []
    scores = compute_features(sentences, titles, stop_words) @ WEIGHTS
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return order


def compute_features(
    sentences: Sequence[RankableSentence], titles: Iterable[str], stop_words: frozenset[str]
) -> Floats:
    """Return a row per sentence and a column per name in FEATURES, each within about -1 to 3."""
    stems = [content_stems(sentence.text, stop_words) for sentence in sentences]
    title = frozenset(stem for text in titles for stem in content_stems(text, stop_words))
    texts = [sentence.text for sentence in sentences]
    words = np.array([text.count(" ") + 1 for text in texts], dtype=float)
    places = [sentence[1:3] for sentence in sentences]
    features = np.zeros((len(sentences), len(FEATURES)))
    features[0, 0] = _lure(sentences)
    features[:, 1] = -np.log1p(np.arange(len(sentences), dtype=float)) / 3
    features[:_MAX_COMPARED, 2:5] = _likeness(stems[:_MAX_COMPARED])
    features[:, 5] = [len(title.intersection(words)) / max(len(title), 1) for words in stems]
    features[:, 6] = np.log(words / 20)
    features[:, 7], features[:, 8] = words < _SHORT_WORDS, words > _LONG_WORDS
    features[:, 9] = [_QUOTE_MARK.search(text) is not None for text in texts]
    features[:, 10] = [text.endswith("?") for text in texts]
    features[:, 11] = [
        place != before for before, place in zip([None, *places], places, strict=False)
    ]
    return features


def content_stems(text: str, stop_words: frozenset[str]) -> list[str]:
    """Return the stems of the first words of a text, less stop words."""
    words = split_words(text.lower())[:MAX_WORDS]
    return [prefix_stem(word) for word in words if word not in stop_words]


def prefix_stem(word: str) -> str:
    """Return a stem as good as Snowball's here (ROUGE-2 14.9 both), in a tenth of the time."""
    return word[:6]


def log_centrality(stems: Sequence[Sequence[str]]) -> Floats:
    """Return each sentence's log centrality in standard deviations from the mean."""
    central: Floats = _log_centrality(similarities(WordCounts.of(stems)))
    deviations: Floats = (central - central.mean()) / (central.std() or 1.0)
    return deviations


def similarities(counts: WordCounts) -> Floats:
    """Return the matrix of TF-IDF cosines, with a diagonal of 0."""
    weights = np.log((1 + counts.size) / (0.5 + counts.spread))[counts.words]
    weights *= 1 + np.log(counts.counts)
    lengths = np.sqrt(np.bincount(counts.rows, weights * weights, minlength=counts.size))
    lengths[lengths == 0] = 1.0
    # Words of one sentence alone lengthen its vector and meet nothing: they need no column.
    is_shared = counts.spread > 1
    columns = np.cumsum(is_shared) - 1
    kept = is_shared[counts.words]
    vectors = np.zeros((counts.size, max(int(is_shared.sum()), 1)), dtype=np.float32)
    vectors[counts.rows[kept], columns[counts.words[kept]]] = (weights / lengths[counts.rows])[kept]
    cosines: Floats = (vectors @ vectors.T).astype(float)
    np.fill_diagonal(cosines, 0.0)
    return cosines


def centrality(cosines: Floats) -> Floats:
    """Return LexRank without a threshold (Erkan and Radev 2004), scaled to a mean of 1."""
    count = len(cosines)
    sums = cosines.sum(axis=1)
    transition = cosines / np.where(sums == 0, 1.0, sums)[:, None]
    transition[sums == 0] = 1 / count  # a sentence like no other leads anywhere
    transition *= _DAMPING
    rank = np.full(count, 1.0)
    for _ in range(_ITERATIONS):
        rank = (1 - _DAMPING) + rank @ transition
    return rank


def _log_centrality(cosines: Floats) -> Floats:
    logarithm: Floats = np.log(np.maximum(centrality(cosines), _MIN_CENTRALITY))
    return logarithm


def _lure(sentences: Sequence[RankableSentence]) -> float:
    """Return how far a lead may only lure: -0.5 in a short or wire report, 1 in a long piece."""
    length = 0 if sentences[0].after_dateline else len(sentences)
    return min(max((length - 8) / 16, -0.5), 1.0)


def _likeness(stems: Sequence[Sequence[str]]) -> Floats:
    """Return log centrality, likeness to later less to earlier sentences, log shared words."""
    counts = WordCounts.of(stems)
    cosines = similarities(counts)
    ahead = 1.5 * np.triu(cosines).sum(axis=1) - 0.5 * cosines.sum(axis=1)
    spread = np.log(counts.spread[counts.words])
    shared = np.log1p(np.bincount(counts.rows, spread, minlength=counts.size))
    return np.column_stack([_log_centrality(cosines), ahead, shared])
