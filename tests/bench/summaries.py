"""Compare our ranker, the lead and each of sumy's methods: `python -m tests.bench.summaries DATA`.

DATA is a folder. It holds dev.jsonl, lines of {"id", "title", "category",
"paragraphs": [[sentence, ...], ...], "references": [...]}, and may hold clusters.jsonl, lines of
{"docs": [text, ...], "references": [...]}: several articles on one story each. ROUGE-2 F1 with
Porter stems at full length, three sentences; intervals by bootstrap over articles. Articles per
second are of processor time, from raw text to chosen spans.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from nltk.stem.porter import PorterStemmer
from rich.console import Console
from rich.table import Table

from bot.language.sentences import split_sentences
from bot.language.summaries import METHODS, Document, summarize
from training.summaries import GROUPS, fit, mixture, ranking_by

_WORD = re.compile(r"[a-z0-9]+")
_MAX_ARTICLES_FOR = {"kl": 100, "reduction": 300}  # which are slow
_RESAMPLES = 1_000
_MAX_CLUSTERS = 300
_CLUSTER_METHODS = ("dateline", "lead", "lex-rank", "text-rank", "luhn")
_CLUSTER_WORDS = 100


@cache
def stem(word: str) -> str:
    """Leave short words as they are, as the usual scorer does."""
    return PorterStemmer().stem(word) if len(word) > 3 else word


def pairs(text: str) -> Counter[tuple[str, str]]:
    """Count neighbouring stems."""
    words = [stem(word) for word in _WORD.findall(text.lower())]
    return Counter(pairwise(words))


def rouge_2(own: str, references: Sequence[str]) -> float:
    """Give the F1, 0 to 100, averaged over references."""
    mine, scores = pairs(own), []
    for reference in references:
        wanted = pairs(reference)
        scores.append(200 * (mine & wanted).total() / max(mine.total() + wanted.total(), 1))
    return float(np.mean(scores))


def interval(values: np.ndarray) -> tuple[float, float]:
    """Give the middle 95 % of resampled means."""
    picks = np.random.default_rng(0).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def measure(records: Sequence[dict[str, Any]], method: str) -> tuple[np.ndarray, float]:
    """Give each article's score, and articles a second."""
    documents = [
        Document("\n\n".join(" ".join(p) for p in record["paragraphs"]), record.get("title"))
        for record in records
    ]
    summarize(documents[:1], method=method)
    began = time.process_time()
    chosen = [summarize([document], method=method) for document in documents]
    seconds = time.process_time() - began
    texts = [" ".join(sentence.span.text for sentence in summary) for summary in chosen]
    scores = [
        rouge_2(text, record["references"]) for text, record in zip(texts, records, strict=True)
    ]
    return np.array(scores), len(records) / seconds


def main(data: str) -> None:
    """Print one table of methods and one of categories."""
    lines = Path(data, "dev.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    console = Console()
    table = Table("method", "articles", "ROUGE-2 F1", "95 %", "articles/s")
    scores: dict[str, np.ndarray] = {}
    for method in METHODS:
        part = records[: _MAX_ARTICLES_FOR.get(method, len(records))]
        scores[method], speed = measure(part, method)
        low, high = interval(scores[method])
        table.add_row(
            method,
            str(len(part)),
            f"{scores[method].mean():.2f}",
            f"{low:.2f}-{high:.2f}",
            f"{speed:.0f}",
        )
    console.print(table)
    unseen = left_out(records)
    console.print(
        by_category(records, np.array([article.score(3) for article in unseen]), scores["lead"])
    )
    console.print(elsewhere(unseen), several("three parts of one article", cut_up(records)))
    if clusters := read_clusters(Path(data, "clusters.jsonl")):
        console.print(several("clusters of articles", clusters), other_outlets(clusters))


@dataclass(frozen=True, slots=True)
class Unseen:
    """An article with weights that were learned without any article of its group of categories."""

    record: dict[str, Any]
    weights: np.ndarray

    def score(
        self,
        sentences: int,
        *,
        lead: bool = False,
        cut: int | None = None,
        titled: bool = True,
        references: Sequence[str] | None = None,
    ) -> float:
        """Give ROUGE-2 F1 of so many sentences; `cut` keeps the article's first sentences alone."""
        text = "\n\n".join(
            " ".join(paragraph) for paragraph in _cut(self.record["paragraphs"], cut)
        )
        document = Document(text, self.record["title"] if titled else None)
        with ranking_by(self.weights):
            chosen = summarize(
                [document], sentences=sentences, method="lead" if lead else "dateline"
            )
        return rouge_2(
            " ".join(sentence.span.text for sentence in chosen),
            references or self.record["references"],
        )


def _cut(paragraphs: Sequence[Sequence[str]], most: int | None) -> list[Sequence[str]]:
    kept: list[Sequence[str]] = []
    for paragraph in paragraphs:
        left = sys.maxsize if most is None else most - sum(map(len, kept))
        if left > 0:
            kept.append(paragraph[:left])
    return kept


def left_out(records: Sequence[dict[str, Any]]) -> list[Unseen]:
    """Learn the weights anew for each group of categories, from the articles of all others."""
    shown = [mixture([record]) for record in records]
    weights = {}
    for group in GROUPS:
        others = [
            example
            for record, each in zip(records, shown, strict=True)
            if record["category"] not in group
            for example in each
        ]
        weights |= dict.fromkeys(group, fit(others))
    return [Unseen(record, weights[record["category"]]) for record in records]


def elsewhere(unseen: Sequence[Unseen]) -> Table:
    """Compare our ranker with the lead on other lengths, wire copy and other references."""
    table = Table(
        "otherwise asked",
        "dateline",
        "lead",
        "difference",
        "95 %",
        title="weights that never saw the category",
    )
    ways: dict[str, dict[str, Any]] = {
        **{f"{n} sentences": {"sentences": n} for n in (1, 2, 3, 5)},
        **{f"cut to its first {n}, 2 sentences": {"sentences": 2, "cut": n} for n in (6, 10)},
        "without its headline": {"sentences": 3, "titled": False},
    }
    for name, how in ways.items():
        _compare(
            table,
            name,
            [(article.score(**how), article.score(**how, lead=True)) for article in unseen],
        )
    for name, field, how in (
        ("against another person's extract", "extract", {"sentences": 3}),
        ("against the headline, not shown", "title", {"sentences": 1, "titled": False}),
    ):
        pairs_of = []
        for article in unseen:
            wanted = article.record[field]
            options = {
                **how,
                "references": ["\n".join([wanted] if isinstance(wanted, str) else wanted)],
            }
            pairs_of.append((article.score(**options), article.score(**options, lead=True)))
        _compare(table, name, pairs_of)
    return table


def _compare(table: Table, name: str, scores: Sequence[tuple[float, float]]) -> None:
    both = np.array(scores)
    low, high = interval(both[:, 0] - both[:, 1])
    ours, lead = both.mean(axis=0)
    table.add_row(
        name, f"{ours:.2f}", f"{lead:.2f}", f"{ours - lead:+.2f}", f"{low:+.2f} to {high:+.2f}"
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several articles on one story, and what people wrote of them."""

    documents: tuple[Document, ...]
    references: tuple[str, ...]


def cut_up(records: Sequence[dict[str, Any]]) -> list[Cluster]:
    """Cut each article into three interleaved ones: a cluster in which nothing is told twice."""
    clusters = []
    for record in records[:_MAX_CLUSTERS]:
        sentences = [sentence for paragraph in record["paragraphs"] for sentence in paragraph]
        parts = tuple(Document(" ".join(sentences[k::3]), record["title"]) for k in range(3))
        clusters.append(Cluster(parts, tuple(record["references"][:1])))
    return clusters


def read_clusters(path: Path) -> list[Cluster]:
    """Read the articles of other outlets, where somebody has some."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
    return [Cluster(tuple(map(Document, row["docs"])), tuple(row["references"])) for row in lines]


def several(name: str, clusters: Sequence[Cluster]) -> Table:
    """Extract 100 words from each cluster; ROUGE-2 recall."""
    table = Table(
        "method",
        "ROUGE-2 recall",
        "95 %",
        "ms a cluster",
        title=f"100 words from {name}, {len(clusters)}",
    )
    for method in _CLUSTER_METHODS:
        began = time.process_time()
        chosen = [
            summarize(cluster.documents, sentences=None, words=_CLUSTER_WORDS, method=method)
            for cluster in clusters
        ]
        seconds = time.process_time() - began
        recalls = [
            recall(" ".join(sentence.span.text for sentence in picked), cluster.references)
            for picked, cluster in zip(chosen, clusters, strict=True)
        ]
        low, high = interval(np.array(recalls))
        table.add_row(
            method,
            f"{np.mean(recalls):.2f}",
            f"{low:.2f}-{high:.2f}",
            f"{1000 * seconds / len(clusters):.1f}",
        )
    return table


def recall(own: str, references: Sequence[str]) -> float:
    """Return the share of the references' stem pairs in the first words, 0 to 100."""
    mine = pairs(_first_words(own))
    wanted = [pairs(_first_words(reference)) for reference in references]
    return (
        100
        * sum((mine & reference).total() for reference in wanted)
        / max(sum(reference.total() for reference in wanted), 1)
    )


def _first_words(text: str) -> str:
    return " ".join(text.split()[:_CLUSTER_WORDS])


def other_outlets(clusters: Sequence[Cluster]) -> Table:
    """Compare our ranker with the lead on each article of the clusters."""
    table = Table(
        "articles of the clusters",
        "dateline",
        "lead",
        "difference",
        "95 %",
        title="weights that saw none of them",
    )
    articles = [
        (document, cluster.references) for cluster in clusters for document in cluster.documents
    ]
    lengths = [len(split_sentences(document.text)) for document, _ in articles]
    for sentences in (1, 2, 3):
        scores = [
            _beside_lead(document, references, sentences) for document, references in articles
        ]
        _compare(table, f"{sentences} sentences", scores)
        for name, low, high in (
            ("up to 15", 0, 15),
            ("16 to 30", 16, 30),
            ("over 30", 31, sys.maxsize),
        ):
            some = [
                score
                for score, length in zip(scores, lengths, strict=True)
                if low <= length <= high
            ]
            if some:
                _compare(table, f"  of articles of {name} ({len(some)})", some)
    return table


def _beside_lead(
    document: Document, references: Sequence[str], sentences: int
) -> tuple[float, float]:
    wanted = [_first_words(reference) for reference in references]
    ours, lead = (
        rouge_2(
            " ".join(
                sentence.span.text
                for sentence in summarize([document], sentences=sentences, method=method)
            ),
            wanted,
        )
        for method in ("dateline", "lead")
    )
    return ours, lead


def by_category(records: Sequence[dict[str, Any]], ours: np.ndarray, lead: np.ndarray) -> Table:
    """Set our ranker beside the first three sentences, category by category."""
    table = Table("category", "articles", "dateline", "lead", "difference")
    categories = np.array([record.get("category", "") for record in records])
    for category in sorted(set(categories)):
        inside = categories == category
        mine, first = ours[inside].mean(), lead[inside].mean()
        table.add_row(
            category, str(inside.sum()), f"{mine:.2f}", f"{first:.2f}", f"{mine - first:+.2f}"
        )
    return table


if __name__ == "__main__":
    main(sys.argv[1])
