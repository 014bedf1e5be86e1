"""How much does each sentence of an article tell? Numbers only: features, times weights learned elsewhere.

Every feature is about place, length, shared words or typography, never about which words: a ranker that knew
words had learned one outlet's habits and lost to the first three sentences everywhere else.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMPARED = 200  # sentences compared with each other; what comes later in a text is judged by its place alone
_DAMPING = 0.85
_ROUNDS = 20
_SHORT, _LONG = 8, 40  # words
_QUOTED = re.compile(r"[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What ranking looks at; `stems` are the words less stop words, `document` tells several apart."""

    text: str
    stems: tuple[str, ...]
    opens_paragraph: bool
    document: int = 0


def similarities(bags: Sequence[Sequence[str]]) -> Floats:
    """Give each pair's TF-IDF cosine, the diagonal left at 0."""
    vectors = _vectors(bags)
    found = vectors @ vectors.T
    np.fill_diagonal(found, 0.0)
    return found


def _vectors(bags: Sequence[Sequence[str]]) -> Floats:
    spread = Counter(word for bag in bags for word in set(bag))
    place = {word: i for i, word in enumerate(spread)}
    idf = {word: math.log((1 + len(bags)) / (0.5 + found)) for word, found in spread.items()}
    vectors = np.zeros((len(bags), max(len(place), 1)))
    for row, bag in enumerate(bags):
        for word, count in Counter(bag).items():
            vectors[row, place[word]] = (1 + math.log(count)) * idf[word]
    lengths = np.sqrt((vectors * vectors).sum(axis=1))
    lengths[lengths == 0] = 1.0
    vectors /= lengths[:, None]
    return vectors


def centrality(similar: Floats) -> Floats:
    """LexRank without a threshold: how likely a reader who follows likeness stands at each sentence; mean 1."""
    count = len(similar)
    sums = similar.sum(axis=1)
    step = similar / np.where(sums == 0, 1.0, sums)[:, None]
    rank = np.full(count, 1.0)
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) + _DAMPING * (rank @ step + rank[sums == 0].sum() / count)
    return rank


def features(sentences: Sequence[Sentence], title: Sequence[str]) -> Floats:
    """Give one row a sentence, one column a name in FEATURES, each within about -1 to 3."""
    place = _places(sentences)
    words = np.array([sentence.text.count(" ") + 1 for sentence in sentences], dtype=float)
    central, ahead, shared = _likeness(sentences, place)
    columns = [
        place == 0,
        -np.log1p(place) / 3,
        central,
        ahead,
        shared,
        _title_share(sentences, title),
        np.log(words / 20),
        words < _SHORT,
        words > _LONG,
        np.array([_QUOTED.search(sentence.text) is not None for sentence in sentences]),
        np.array([sentence.text.endswith("?") for sentence in sentences]),
        np.array([sentence.opens_paragraph for sentence in sentences]),
    ]
    return np.column_stack([column.astype(float) for column in columns])


FEATURES = (
    "lead", "early", "central", "ahead", "shared", "title", "length", "short", "long", "quote", "question",
    "paragraph",
)  # fmt: skip
# By training/summaries.py.
WEIGHTS = np.array([
    0.3, 1.0, 1.0, 0.0, 0.5, 0.3, 0.3, 0.5, 0.2, -0.5, -0.3, -0.2, -0.5, 0.1,
])  # fmt: skip


def scores(sentences: Sequence[Sentence], title: Sequence[str]) -> Floats:
    """Give how much each sentence tells; only the order and the distances mean something."""
    return features(sentences, title) @ WEIGHTS if sentences else np.zeros(0)


def _places(sentences: Sequence[Sentence]) -> Floats:
    """Give each sentence's place in its own document, from 0."""
    seen: dict[int, Iterator[int]] = defaultdict(itertools.count)
    return np.array([next(seen[sentence.document]) for sentence in sentences], dtype=float)


def _likeness(sentences: Sequence[Sentence], place: Floats) -> tuple[Floats, Floats, Floats]:
    """Give centrality (log, 0 at the mean), likeness to what follows less to what came before, words shared."""
    compared = np.sort(np.argsort(place, kind="stable")[:COMPARED])
    bags = [sentences[i].stems for i in compared]
    similar = similarities(bags)
    central, ahead, shared = (np.zeros(len(sentences)) for _ in range(3))
    central[compared] = np.log(np.maximum(centrality(similar), 0.05))
    ahead[compared] = np.triu(similar).sum(axis=1) - 0.5 * np.tril(similar).sum(axis=1)
    shared[compared] = _shared(bags)
    return central, ahead, shared


def _shared(bags: Sequence[Sequence[str]]) -> Floats:
    """Give how much of a sentence's words the other sentences use too (log)."""
    spread = Counter(word for bag in bags for word in set(bag))
    return np.log1p([sum(math.log(spread[word]) for word in set(bag)) for bag in bags])


def _title_share(sentences: Sequence[Sentence], title: Sequence[str]) -> Floats:
    wanted = frozenset(title)
    return np.array([len(wanted.intersection(s.stems)) / max(len(wanted), 1) for s in sentences])
