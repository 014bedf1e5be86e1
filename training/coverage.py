"""Learn what telling a pair of stems is worth: python -m training.coverage DATA.

DATA is a folder that holds clusters.jsonl, lines of {"docs": [text, ...], "references": [...]}:
several articles on one story each, and what people wrote of them in 100 words.

A logistic regression finds the share of people who tell a pair, from few features and no word.
Prints the weights for bot/language/concept_coverage.py.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.language import concept_coverage
from bot.language.concept_coverage import PAIR_FEATURES, pair_features, stem_pairs
from bot.language.sentence_ranking import Floats
from bot.language.summaries import Document, pool_sentences, to_candidates

_REFERENCE_WORDS = 100
_RIDGE = 10.0
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several articles on one story, and what people wrote of them."""

    documents: tuple[Document, ...]
    references: tuple[str, ...]


def read_clusters(path: Path) -> list[Cluster]:
    """Read the clusters, where somebody has some."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
    return [Cluster(tuple(map(Document, row["docs"])), tuple(row["references"])) for row in lines]


@dataclass(frozen=True, slots=True)
class CoverageExample:
    """The features of a cluster's pairs, and the share of people who tell each."""

    rows: Floats
    shares: Floats


def to_example(cluster: Cluster) -> CoverageExample:
    """Run a cluster through the bot's pipeline to features."""
    told = [
        stem_pairs(" ".join(reference.split()[:_REFERENCE_WORDS]))
        for reference in cluster.references
    ]
    rows = pair_features(to_candidates(pool_sentences(cluster.documents)))
    shares = [np.mean([pair in each for each in told]) for pair in rows]
    return CoverageExample(np.array(list(rows.values())), np.array(shares))


def fit(examples: Sequence[CoverageExample]) -> Floats:
    """Fit by Newton's method, features scaled for it; return the weights, the bias last."""
    rows = np.vstack([example.rows for example in examples])
    shares = np.concatenate([example.shares for example in examples])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    weights = np.zeros(scaled.shape[1])
    ridge = _RIDGE * np.diag([*np.ones(len(weights) - 1), 0.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (chance - shares) + ridge @ weights
        curvature = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        weights -= np.linalg.solve(curvature, slope)
    free = weights[:-1] / scale
    return np.r_[free, weights[-1] - free @ mean]


@contextmanager
def covering_by(weights: Floats) -> Iterator[None]:
    """Let the bot's pipeline cover with these weights, the bias last, within the context."""
    before = concept_coverage.PAIR_WEIGHTS, concept_coverage.PAIR_BIAS
    concept_coverage.PAIR_WEIGHTS, concept_coverage.PAIR_BIAS = tuple(weights[:-1]), weights[-1]
    try:
        yield
    finally:
        concept_coverage.PAIR_WEIGHTS, concept_coverage.PAIR_BIAS = before


def main(data: str) -> None:
    """Print the weights."""
    weights = fit([to_example(cluster) for cluster in read_clusters(Path(data, "clusters.jsonl"))])
    for name, weight in zip((*PAIR_FEATURES, "bias"), weights, strict=True):
        sys.stdout.write(f"{weight:8.3f},  # {name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
