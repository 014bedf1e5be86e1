"""Learn the weights of the sentence ranker: python -m training.summaries DATA.

DATA is a folder that holds one kind of article in each of these files, lines of JSON:
dev.jsonl {"title", "category", "paragraphs": [[sentence, ...], ...], "references": [...]},
writers.jsonl {"text", "references"} and clusters.jsonl {"docs": [text, ...], "references"}.

A softmax over each article's sentences is fitted to how much each one shares with the references;
convex, so the same data give the same numbers. Articles that have a headline are also shown without
it. Training straight for ROUGE (CMA-ES) was tried: +0.4 on the articles it saw, -0.1 on others.
Prints the weights for bot/language/sentence_ranking.py.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.language import sentence_ranking
from bot.language.sentence_ranking import FEATURES, Floats, compute_features
from bot.language.sentences import prefix_stem
from bot.language.summaries import Document, pool_sentences
from bot.language.sumy_methods import stop_words

KINDS = ("dev", "writers", "clusters")
FOLDS = 5
CATEGORY_GROUPS = (
    {"world", "us"},
    {"health", "living", "travel"},
    {"opinion", "justice"},
    {"politics", "business"},
    {"showbiz", "sport", "tech"},
)
# CNN's highlights avoid the first sentence, which other outlets' summaries begin with. That a
# report which tells all at once is told by its first sentences is therefore no matter of learning.
FIXED_WEIGHTS = {"opening": 0.6}
# Of one article, for few are at hand of some kinds; an article of a cluster shares little with
# references that tell of ten.
_KIND_WEIGHTS = {"dev": 1.0, "writers": 5.0, "clusters": 2.5}
_SHARPNESS = 1.5  # of the target: how much the best sentence counts over the next
_L2 = 1e-3
_STEPS = 250
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Record:
    """An article with its references; those of one kind and fold are left out together."""

    kind: str
    fold: int
    category: str
    document: Document
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A record's features and what each sentence shares with the references."""

    record: Record
    rows: Floats
    gains: Floats
    weight: float


def read_records(data: Path) -> list[Record]:
    """Read the articles of all kinds at hand."""
    return [
        record
        for kind in KINDS
        if (path := data / f"{kind}.jsonl").exists()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines())
        for record in _parse(kind, number, json.loads(line))
    ]


def _parse(kind: str, number: int, row: dict) -> list[Record]:
    references = tuple(row["references"])
    fold, category, texts = number % FOLDS, kind, row.get("docs") or [row.get("text")]
    if "paragraphs" in row:
        category = row["category"]
        fold = next(i for i, group in enumerate(CATEGORY_GROUPS) if category in group)
        texts = ["\n\n".join(" ".join(paragraph) for paragraph in row["paragraphs"])]
    title = row.get("title")
    return [Record(kind, fold, category, Document(text, title), references) for text in texts]


def to_examples(records: Iterable[Record]) -> list[Example]:
    """Run articles through the bot's pipeline to features, with and without their headlines."""
    return [example for record in records for example in _show(record)]


def _show(record: Record) -> list[Example]:
    document = record.document
    sentences = pool_sentences([document])
    wanted = [bigrams(reference) for reference in record.references]
    gains = np.array(
        [
            np.mean([_gain(bigrams(sentence.text), each) for each in wanted])
            for sentence in sentences
        ]
    )
    titles = [[document.title], []] if document.title else [[]]
    weight = _KIND_WEIGHTS[record.kind] / len(titles)
    return [
        Example(record, compute_features(sentences, shown, stop_words("en")), gains, weight)
        for shown in titles
        if gains.sum() > 0
    ]


def _gain(own: Counter, wanted: Counter) -> float:
    """Return the F1 that three sentences like this one would reach."""
    return 2 * (own & wanted).total() / max(3 * own.total() + wanted.total(), 1)


def bigrams(text: str) -> Counter:
    """Count neighboring stems."""
    return Counter(pairwise(map(prefix_stem, _WORD.findall(text.lower()))))


def fit(train: Sequence[Example]) -> Floats:
    """Fit the softmax by Adam; features are scaled for it and the weights scaled back."""
    free = np.array([name not in FIXED_WEIGHTS for name in FEATURES])
    weights = np.array([FIXED_WEIGHTS.get(name, 0.0) for name in FEATURES])
    rows = np.vstack([example.rows for example in train])
    given = rows @ weights
    scale = rows[:, free].std(axis=0) + 1e-9
    rows = rows[:, free] / scale
    sizes = np.array([len(example.gains) for example in train])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    target = np.concatenate([e.gains**_SHARPNESS / (e.gains**_SHARPNESS).sum() for e in train])
    worth = np.array([example.weight * example.gains.max() for example in train])
    worth = np.repeat(worth / worth.sum(), sizes)
    learned, first, second = (np.zeros(rows.shape[1]) for _ in range(3))
    for step in range(1, _STEPS + 1):
        chance = _softmax(rows @ learned + given, starts, sizes)
        slope = rows.T @ (worth * (chance - target)) + _L2 * learned
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        learned -= 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    weights[free] = learned / scale
    return weights


def _softmax(values: Floats, starts: Floats, sizes: Floats) -> Floats:
    powers = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), sizes))
    return powers / np.repeat(np.add.reduceat(powers, starts), sizes)


@contextmanager
def ranking_by(weights: Floats) -> Iterator[None]:
    """Let the bot's pipeline rank with these weights within the context."""
    before = sentence_ranking.WEIGHTS
    sentence_ranking.WEIGHTS = weights
    try:
        yield
    finally:
        sentence_ranking.WEIGHTS = before


def main(data: str) -> None:
    """Print the weights."""
    weights = fit(to_examples(read_records(Path(data))))
    for name, weight in zip(FEATURES, weights, strict=True):
        sys.stdout.write(f"{weight:8.3f},  # {name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
