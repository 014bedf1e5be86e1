"""Learn the weights of the sentence ranker: python -m training.summaries DATA.

DATA is a folder that holds dev.jsonl, as `tests.bench.summaries` reads it.

A softmax over each article's sentences is fitted to how much each one shares with the reference;
convex, so the same data give the same numbers. Articles are also shown cut short and without their
headline, because wire copy is. Training straight for ROUGE (CMA-ES) was tried: +0.4 on the articles
it saw, -0.1 on others. Prints the weights for bot/language/sentence_ranking.py, and ROUGE-2 F1
where each group of categories was left out.
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
from bot.language.summaries import Document, pool_sentences, summarize
from bot.language.sumy_methods import stop_words

GROUPS = (
    {"world", "us"},
    {"health", "living", "travel"},
    {"opinion", "justice"},
    {"politics", "business"},
    {"showbiz", "sport", "tech"},
)
# CNN's highlights avoid the first sentence, which other outlets' summaries begin with: what either
# gains from this weight stands in docs/summaries.md.
FIXED_WEIGHTS = {"lure": -0.8, "early": 1.1}
CUT_SENTENCES = 10  # of an article cut short
SHARPNESS = 1.5  # of the target: how much the best sentence counts over the next
L2 = 1e-3
STEPS = 250
_WORD = re.compile(r"[a-z0-9]+")


@dataclass
class Example:
    """An article's features and what each sentence shares with the reference."""

    category: str
    rows: Floats
    gains: Floats


def examples(
    records: Iterable[dict[str, object]], *, titled: bool, cut: int | None
) -> list[Example]:
    """Run articles, or their first `cut` sentences, through the bot's pipeline to features."""
    return [_example(record, titled=titled, cut=cut) for record in records]


def _example(record: dict, *, titled: bool, cut: int | None) -> Example:
    sentences = pool_sentences([Document(_body(record))])[:cut]
    titles = [record["title"]] if titled else []
    rows = compute_features(sentences, titles, stop_words("en"))
    wanted = _bigrams("\n".join(record["references"]))
    gains = [_gain(_bigrams(sentence.text), wanted) for sentence in sentences]
    return Example(record["category"], rows, np.array(gains))


def _body(record: dict) -> str:
    return "\n\n".join(" ".join(paragraph) for paragraph in record["paragraphs"])


def _gain(own: Counter, wanted: Counter) -> float:
    """Return the F1 that three sentences like this one would reach."""
    return 2 * (own & wanted).total() / max(3 * own.total() + wanted.total(), 1)


def _bigrams(text: str) -> Counter:
    words = [word[:6] for word in _WORD.findall(text.lower())]
    return Counter(pairwise(words))


def fit(train: Sequence[Example]) -> Floats:
    """Fit the softmax by Adam; features are scaled for it and the weights scaled back."""
    train = [example for example in train if example.gains.sum() > 0]
    free = np.array([name not in FIXED_WEIGHTS for name in FEATURES])
    held = np.array([FIXED_WEIGHTS.get(name, 0.0) for name in FEATURES])
    rows = np.vstack([example.rows[:, free] for example in train])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    rows = (rows - mean) / scale
    sizes = np.array([len(example.gains) for example in train])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    target = np.concatenate([e.gains**SHARPNESS / (e.gains**SHARPNESS).sum() for e in train])
    worth = np.array([example.gains.max() for example in train])
    worth = np.repeat(worth / worth.mean(), sizes)
    weights, first, second = (np.zeros(rows.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        chance = _softmax(rows @ weights, starts, sizes)
        slope = rows.T @ (worth * (chance - target)) / len(train) + L2 * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        weights -= 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    held[free] = weights / scale
    return held


def _softmax(values: Floats, starts: Floats, sizes: Floats) -> Floats:
    powers = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), sizes))
    return powers / np.repeat(np.add.reduceat(powers, starts), sizes)


def mixture(records: list[dict]) -> list[Example]:
    """Show each article whole, without its headline, and cut short."""
    return [
        *examples(records, titled=True, cut=None),
        *examples(records, titled=False, cut=None),
        *examples(records, titled=True, cut=CUT_SENTENCES),
    ]


def report(records: list[dict]) -> None:
    """Print ROUGE-2 F1 per group of categories, with weights that never saw it, and of lead-3."""
    for group in GROUPS:
        inside = [record for record in records if record["category"] in group]
        weights = fit(mixture([record for record in records if record["category"] not in group]))
        ours, lead = _rouge(inside, weights), _rouge(inside, None)
        sys.stdout.write(
            f"{' '.join(sorted(group)):24} n={len(inside):4}  left out {ours:5.2f}"
            f"  first three {lead:5.2f}\n"
        )


def _rouge(records: list[dict], weights: Floats | None) -> float:
    scores = []
    for record in records:
        document = Document(_body(record), record["title"])
        with ranking_by(weights):
            method = "lead" if weights is None else "dateline"
            chosen = summarize([document], method=method, language="en")
        own = _bigrams("\n".join(sentence.span.text for sentence in chosen))
        wanted = _bigrams("\n".join(record["references"]))
        shared, total = (own & wanted).total(), own.total() + wanted.total()
        scores.append(200 * shared / max(total, 1))
    return float(np.mean(scores))


@contextmanager
def ranking_by(weights: Floats | None) -> Iterator[None]:
    """Let the bot's pipeline rank with these weights within the context."""
    before = sentence_ranking.WEIGHTS
    sentence_ranking.WEIGHTS = before if weights is None else weights
    try:
        yield
    finally:
        sentence_ranking.WEIGHTS = before


def main(data: str) -> None:
    """Print the weights."""
    records = [
        json.loads(line)
        for line in Path(data, "dev.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    report(records)
    weights = fit(mixture(records))
    for name, weight in zip(FEATURES, weights, strict=True):
        sys.stdout.write(f"{weight:8.3f},  # {name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
