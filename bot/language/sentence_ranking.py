"""Score the sentences of an article by how much of it they tell: features times learned weights.

Every feature is about place, length, shared words or typography, never about which words: a ranker
that knew words had learned one outlet's habits and lost to the first three sentences elsewhere.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from bot.language.sentences import prefix_stem, split_words

Floats = NDArray[np.float64]

MAX_WORDS = 120  # of a sentence that are looked at
_MAX_COMPARED = 200  # sentences; later ones are judged by their place alone
_USUAL_WORDS = 20  # of a sentence of news
_QUOTE_MARK = re.compile(r"[\"“”„«»]")
_OPENING_SENTENCES = 3  # in which a report that tells all at once does so

FEATURES = (
    "early", "ahead", "shared", "title", "length", "odd_length", "quote", "question", "paragraph",
    "lure", "opening",
)  # fmt: skip
# By training/summaries.py, which fixes "opening".
WEIGHTS = np.array([1.027, 0.208, 0.696, 0.586, -0.506, -0.400, -0.192, -0.999, 0.335, -0.646, 0.6])


@dataclass(frozen=True, slots=True)
class RankableSentence:
    """A sentence to rank, with the numbers of its document and paragraph.

    `after_dateline`: a wire's dateline stands before it.
    """

    text: str
    document: int = 0
    paragraph: int = 0
    after_dateline: bool = False


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
    texts = [sentence.text for sentence in sentences]
    stems = [content_stems(text, stop_words, MAX_WORDS) for text in texts]
    title = frozenset(
        stem for text in titles for stem in content_stems(text, stop_words, MAX_WORDS)
    )
    lengths = np.log([(text.count(" ") + 1) / _USUAL_WORDS for text in texts])
    places = [(sentence.document, sentence.paragraph) for sentence in sentences]
    features = np.zeros((len(sentences), len(FEATURES)))
    features[:, 0] = -np.log1p(np.arange(len(sentences), dtype=float)) / 3
    features[:_MAX_COMPARED, 1:3] = _compare(stems[:_MAX_COMPARED])
    features[:, 3] = [len(title.intersection(row)) / max(len(title), 1) for row in stems]
    features[:, 4], features[:, 5] = lengths, lengths**2
    features[:, 6] = [_QUOTE_MARK.search(text) is not None for text in texts]
    features[:, 7] = [text.endswith("?") for text in texts]
    features[:, 8] = [True, *(place != before for before, place in pairwise(places))]
    at_once = _tells_all_at_once(sentences)
    features[0, 9] = 1 - at_once
    features[:_OPENING_SENTENCES, 10] = at_once
    return features


def content_stems(text: str, stop_words: frozenset[str], max_words: int | None = None) -> list[str]:
    """Return the stems of the first `max_words` words of a text, less stop words."""
    words = split_words(text.lower())[:max_words]
    return [prefix_stem(word) for word in words if word not in stop_words]


def _compare(stems: Sequence[Sequence[str]]) -> Floats:
    """Return likeness to later less to earlier sentences, and log shared words."""
    cosines = _cosines(stems)
    ahead = 1.5 * np.triu(cosines).sum(axis=1) - 0.5 * cosines.sum(axis=1)
    spread = _count_sentences(stems)
    shared = [math.log1p(sum(math.log(spread[stem]) for stem in set(row))) for row in stems]
    return np.column_stack([ahead, shared])


def _count_sentences(stems: Sequence[Sequence[str]]) -> Counter[str]:
    """Return in how many sentences each stem stands."""
    return Counter(chain.from_iterable(map(dict.fromkeys, stems)))


def _cosines(stems: Sequence[Sequence[str]]) -> Floats:
    """Return the matrix of TF-IDF cosines of sentences, with a diagonal of 0."""
    spread = _count_sentences(stems)
    idf = {stem: math.log((1 + len(stems)) / (0.5 + count)) for stem, count in spread.items()}
    # A stem of one sentence alone lengthens its vector and meets nothing: it needs no column.
    shared = (stem for stem, count in spread.items() if count > 1)
    columns = {stem: column for column, stem in enumerate(shared)}
    vectors = np.zeros((len(stems), len(columns)), dtype=np.float32)
    for vector, row in zip(vectors, stems, strict=True):
        weights = {stem: idf[stem] * (1 + math.log(n)) for stem, n in Counter(row).items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        for stem in weights.keys() & columns.keys():
            vector[columns[stem]] = weights[stem] / length
    cosines: Floats = (vectors @ vectors.T).astype(float)
    np.fill_diagonal(cosines, 0.0)
    return cosines


def _tells_all_at_once(sentences: Sequence[RankableSentence]) -> float:
    """Return how far an article's form says that its first sentences tell all, from 0 to 1.

    So do a wire's report, a brief, and an article whose every sentence is a paragraph.
    """
    if sentences[0].after_dateline:
        return 1.0
    paragraphs = len({(sentence.document, sentence.paragraph) for sentence in sentences})
    is_brief = (14 - len(sentences)) / 6  # from 8 sentences to 14
    is_set_apart = (1.5 - len(sentences) / paragraphs) / 0.3  # from 1.2 sentences to 1.5
    return min(max(is_brief, is_set_apart, 0.0), 1.0)
