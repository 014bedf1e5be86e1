"""How much does each sentence of an article tell? Numbers only: features, times weights learned elsewhere.

Every feature is about place, length, shared words or typography, never about which words: a ranker that knew
words had learned one outlet's habits and lost to the first three sentences everywhere else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


COMPARED = 200  # sentences compared with each other; what comes later in a text is judged by its place alone
_DAMPING = 0.85
_ROUNDS = 20
_LEAST = 0.05  # of centrality, before its logarithm is taken
_SHORT, _LONG = 8, 40  # words
_QUOTED = re.compile(r"[\"“”„«»]")


class Sentence(NamedTuple):
    """What ranking looks at; `stems` are the words less stop words.

    `wired`: a wire's dateline stands before it. What follows one is written so that its first lines tell it all.
    """

    text: str
    stems: tuple[str, ...]
    opens_paragraph: bool
    wired: bool = False


@dataclass(frozen=True, slots=True)
class Bags:
    """Which words stand in which sentences: entry k says that word `words[k]` is `counts[k]` times in `rows[k]`.

    `spread` is in how many sentences each word stands.
    """

    size: int
    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    counts: NDArray[np.int64]
    spread: NDArray[np.int64]

    @classmethod
    def of(cls, bags: Sequence[Sequence[str]]) -> "Bags":
        """Count the words of each bag."""
        flat = list(chain.from_iterable(bags))
        number = {word: i for i, word in enumerate(dict.fromkeys(flat))}
        words = np.fromiter(map(number.__getitem__, flat), dtype=np.int64, count=len(flat))
        rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
        width = max(len(number), 1)
        pairs, counts = np.unique(rows * width + words, return_counts=True)
        rows, words = pairs // width, pairs % width
        return cls(len(bags), rows, words, counts, np.bincount(words, minlength=width))


def similarities(bags: Bags) -> Floats:
    """Give each pair's TF-IDF cosine, the diagonal left at 0."""
    weights = np.log((1 + bags.size) / (0.5 + bags.spread))[bags.words] * (1 + np.log(bags.counts))
    lengths = np.sqrt(np.bincount(bags.rows, weights * weights, minlength=bags.size))
    lengths[lengths == 0] = 1.0
    # Words of one sentence alone lengthen its vector and meet nothing: they need no column.
    meeting = bags.spread > 1
    column = np.cumsum(meeting) - 1
    kept = meeting[bags.words]
    vectors = np.zeros((bags.size, max(int(meeting.sum()), 1)), dtype=np.float32)
    vectors[bags.rows[kept], column[bags.words[kept]]] = (weights / lengths[bags.rows])[kept]
    found: Floats = (vectors @ vectors.T).astype(float)
    np.fill_diagonal(found, 0.0)
    return found


def centrality(similar: Floats) -> Floats:
    """LexRank without a threshold: how likely a reader who follows likeness stands at each sentence; mean 1."""
    count = len(similar)
    sums = similar.sum(axis=1)
    step = similar / np.where(sums == 0, 1.0, sums)[:, None]
    step[sums == 0] = 1 / count  # a sentence like no other leads anywhere
    step *= _DAMPING
    rank = np.full(count, 1.0)
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) + rank @ step
    return rank


def log_centrality(bags: Sequence[Sequence[str]]) -> Floats:
    """Give how far each bag of stems lies above (or below) the middling one, in steps of its kind."""
    central: Floats = np.log(np.maximum(centrality(similarities(Bags.of(bags))), _LEAST))
    steps: Floats = (central - central.mean()) / (central.std() or 1.0)
    return steps


def features(sentences: Sequence[Sentence], title: Sequence[str]) -> Floats:
    """Give one row a sentence, one column a name in FEATURES, each within about -1 to 3."""
    place = np.arange(len(sentences), dtype=float)
    texts = [sentence.text for sentence in sentences]
    words = np.array([text.count(" ") + 1 for text in texts], dtype=float)
    central, ahead, shared = _likeness(sentences)
    found = np.zeros((len(sentences), len(FEATURES)))
    found[0, 0] = _luring(sentences)
    found[:, 1] = -np.log1p(place) / 3
    found[:, 2], found[:, 3], found[:, 4] = central, ahead, shared
    found[:, 5] = _title_share(sentences, title)
    found[:, 6] = np.log(words / 20)
    found[:, 7], found[:, 8] = words < _SHORT, words > _LONG
    found[:, 9] = [_QUOTED.search(text) is not None for text in texts]
    found[:, 10] = [text.endswith("?") for text in texts]
    found[:, 11] = [sentence.opens_paragraph for sentence in sentences]
    return found


FEATURES = (
    "lure", "early", "central", "ahead", "shared", "title", "length", "short", "long", "quote", "question",
    "paragraph",
)  # fmt: skip
# By training/summaries.py, which holds "lure" and "early" where other outlets than its own need them.
WEIGHTS = np.array([-0.8, 1.1, 0.068, 0.656, 0.392, 0.692, -0.304, -0.913, -0.121, -0.169, -1.131, 0.334])  # fmt: skip


def scores(sentences: Sequence[Sentence], title: Sequence[str]) -> Floats:
    """Give how much each sentence tells; only the order and the distances mean something."""
    if not sentences:
        return np.zeros(0)
    weighed: Floats = features(sentences, title) @ WEIGHTS
    return weighed


def _luring(sentences: Sequence[Sentence]) -> float:
    """Give how far a lead may only lure: -0.5 in a short report and on a wire, 1 in a long piece."""
    length = 0 if sentences[0].wired else len(sentences)
    return min(max((length - 8) / 16, -0.5), 1.0)


def _likeness(sentences: Sequence[Sentence]) -> tuple[Floats, Floats, Floats]:
    """Give centrality (log, 0 at the mean), likeness to what follows less to what came before, words shared."""
    compared = slice(0, COMPARED)
    bags = Bags.of([sentence.stems for sentence in sentences[:COMPARED]])
    similar = similarities(bags)
    central, ahead, shared = (np.zeros(len(sentences)) for _ in range(3))
    central[compared] = np.log(np.maximum(centrality(similar), _LEAST))
    ahead[compared] = 1.5 * np.triu(similar).sum(axis=1) - 0.5 * similar.sum(axis=1)
    shared[compared] = _shared(bags)
    return central, ahead, shared


def _shared(bags: Bags) -> Floats:
    """Give how much of a sentence's words the other sentences use too (log)."""
    shared: Floats = np.log1p(
        np.bincount(bags.rows, np.log(bags.spread[bags.words]), minlength=bags.size)
    )
    return shared


def _title_share(sentences: Sequence[Sentence], title: Sequence[str]) -> list[float]:
    wanted = frozenset(title)
    most = max(len(wanted), 1)
    return [len(wanted.intersection(sentence.stems)) / most for sentence in sentences]
