"""Compare our ranker, the lead and each of sumy's methods: `python -m tests.bench.summaries DATA`.

DATA is a folder as `training.summaries` reads it: articles of up to three kinds with references.
ROUGE-2 F1 with Porter stems at full length, the mean over references, three sentences; intervals by
bootstrap over articles. Articles per second are of processor time, from raw text to chosen spans.
Then the clusters, 100 words each, ROUGE-2 recall.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from nltk.stem.porter import PorterStemmer
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.tokenize.punkt import PunktSentenceTokenizer
from rich.console import Console
from rich.table import Table
from sumy.nlp.stemmers import Stemmer
from sumy.parsers.plaintext import PlaintextParser
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words

from bot.language import sentence_ranking
from bot.language.summaries import METHODS, Document, summarize
from training.coverage import Cluster, covering_by, read_clusters, to_example
from training.coverage import fit as fit_coverage
from training.summaries import (
    FOLDS,
    KINDS,
    Record,
    fit,
    ranking_by,
    read_records,
    to_examples,
)

_WORD = re.compile(r"[a-z0-9]+")
_MAX_ARTICLES_FOR = {"kl": 100, "reduction": 300}  # which are slow
_RESAMPLES = 1_000
_CLUSTER_WORDS = 100
_TIMED_ARTICLES, _TIMED_ROUNDS = 100, 3
_STOCK_WORD = re.compile(r"^[^\W\d_](?:[^\W\d_]|['-])*$")
Weights = np.ndarray


@cache
def stem(word: str) -> str:
    """Leave short words as they are, as the usual scorer does."""
    return PorterStemmer().stem(word) if len(word) > 3 else word


@cache
def pairs(text: str) -> Counter[tuple[str, str]]:
    """Count neighboring stems."""
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


def main(data: str) -> None:
    """Print one table a kind, one of categories, one of other requests, one of clusters."""
    console = Console()
    records = read_records(Path(data))
    unseen = Unseen.learn(records)
    for kind in KINDS:
        if inside := [record for record in records if record.kind == kind]:
            console.print(compare_methods(kind, inside, unseen))
    whole = [record for record in records if record.kind == "dev"]
    console.print(by_category(whole, unseen), elsewhere(whole, unseen), compare_speed(whole))
    if clusters := read_clusters(Path(data, "clusters.jsonl")):
        console.print(several(clusters))


@dataclass(frozen=True, slots=True)
class Unseen:
    """Weights learned without an article's fold of its kind, or without its kind."""

    by_fold: dict[tuple[str, int], Weights]
    by_kind: dict[str, Weights]

    @classmethod
    def learn(cls, records: Sequence[Record]) -> "Unseen":
        """Learn the weights anew for each fold of each kind, and for each kind."""
        examples = to_examples(records)
        kinds = {record.kind for record in records}
        by_fold = {
            (kind, fold): fit(
                [e for e in examples if (e.record.kind, e.record.fold) != (kind, fold)]
            )
            for kind in kinds
            for fold in range(FOLDS)
        }
        if len(kinds) == 1:
            return cls(by_fold, {})
        by_kind = {kind: fit([e for e in examples if e.record.kind != kind]) for kind in kinds}
        return cls(by_fold, by_kind)

    def of(self, record: Record) -> Weights:
        """Return the weights that never saw the record's fold."""
        return self.by_fold[record.kind, record.fold]


def score(
    record: Record,
    weights: Weights | None = None,
    *,
    method: str = "dateline",
    sentences: int = 3,
    cut: int | None = None,
    titled: bool = True,
) -> float:
    """Give ROUGE-2 F1 of so many sentences; `cut` keeps the article's first paragraphs alone."""
    text = "\n\n".join(record.document.text.split("\n\n")[:cut])
    document = Document(text, record.document.title if titled else None)
    with ranking_by(sentence_ranking.WEIGHTS if weights is None else weights):
        chosen = summarize([document], sentences=sentences, method=method, language="en")
    return rouge_2(" ".join(sentence.span.text for sentence in chosen), record.references)


def compare_methods(kind: str, records: Sequence[Record], unseen: Unseen) -> Table:
    """Set all methods beside the lead, ours also with weights that saw neither article nor kind."""
    table = Table(
        "method", "articles", "ROUGE-2 F1", "beside the lead", "95 %", "articles/s",
        title=f"{kind}.jsonl: three sentences",
    )  # fmt: skip
    lead = np.array([score(record, method="lead") for record in records])

    def add(name: str, scores: Sequence[float], speed: float | None = None) -> None:
        difference = np.array(scores) - lead[: len(scores)]
        low, high = interval(difference)
        table.add_row(
            name, str(len(scores)), f"{np.mean(scores):.2f}", f"{difference.mean():+.2f}",
            f"{low:+.2f} to {high:+.2f}", "" if speed is None else f"{speed:.0f}",
        )  # fmt: skip

    add("dateline, unseen", [score(record, unseen.of(record)) for record in records])
    if records[0].document.title:
        without = [score(record, unseen.of(record), titled=False) for record in records]
        add("  without headlines", without)
    if kind in unseen.by_kind:
        other = unseen.by_kind[kind]
        add("  nothing of its kind learned", [score(record, other) for record in records])
    for method in METHODS:
        part = records[: _MAX_ARTICLES_FOR.get(method, len(records))]
        score(part[0], method=method)
        began = time.process_time()
        for record in part:
            summarize([record.document], method=method)
        seconds = time.process_time() - began
        add(method, [score(record, method=method) for record in part], len(part) / seconds)
    return table


class StockTokenizer:
    """NLTK's tokenizers, as sumy uses them; its Punkt untrained, since no data is at hand."""

    def __init__(self) -> None:
        self._sentences, self._words = PunktSentenceTokenizer(), NLTKWordTokenizer()

    def to_sentences(self, paragraph: str) -> tuple[str, ...]:
        """Split a paragraph."""
        return tuple(map(str.strip, self._sentences.tokenize(paragraph)))

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Split a sentence; keep what is a word."""
        return tuple(filter(_STOCK_WORD.match, self._words.tokenize(sentence)))


def stock_lex_rank(document: Document) -> None:
    """Summarize as sumy's own page shows."""
    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    summarizer(PlaintextParser.from_string(document.text, StockTokenizer()).document, 3)


def compare_speed(records: Sequence[Record]) -> Table:
    """Time ours, the lead and LexRank in turns; each article's best counts."""
    ways = {
        "lead": lambda document: summarize([document], method="lead"),
        "dateline": lambda document: summarize([document]),
        "lex-rank, over our sentences": lambda document: summarize([document], method="lex-rank"),
        "lex-rank, stock sumy": stock_lex_rank,
    }
    seconds = dict.fromkeys(ways, 0.0)
    for record in records[:_TIMED_ARTICLES]:
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(_TIMED_ROUNDS):
            for name, way in ways.items():
                began = time.process_time()
                way(record.document)
                best[name] = min(best[name], time.process_time() - began)
        for name in ways:
            seconds[name] += best[name]
    table = Table("in turns, best of three", "articles/s", "ours is times as fast")
    for name, taken in seconds.items():
        speed = len(records[:_TIMED_ARTICLES]) / taken
        table.add_row(name, f"{speed:.0f}", f"{taken / seconds['dateline']:.1f}")
    return table


def by_category(records: Sequence[Record], unseen: Unseen) -> Table:
    """Set our ranker beside the first three sentences, category by category."""
    table = Table("category", "articles", "dateline", "lead", "difference", "95 %")
    for category in sorted({record.category for record in records}):
        inside = [record for record in records if record.category == category]
        _compare(table, (category, str(len(inside))), [_both(one, unseen) for one in inside])
    return table


def elsewhere(records: Sequence[Record], unseen: Unseen) -> Table:
    """Compare our ranker with the lead on other lengths and wire copy."""
    table = Table("otherwise asked", "dateline", "lead", "difference", "95 %")
    ways: dict[str, dict[str, Any]] = {
        **{f"{n} sentences": {"sentences": n} for n in (1, 2, 5)},
        **{f"its first {n} paragraphs, 2 sentences": {"sentences": 2, "cut": n} for n in (6, 10)},
    }
    for name, how in ways.items():
        _compare(table, (name,), [_both(record, unseen, **how) for record in records])
    return table


def _both(record: Record, unseen: Unseen, **how: Any) -> tuple[float, float]:
    return score(record, unseen.of(record), **how), score(record, method="lead", **how)


def _compare(table: Table, names: Sequence[str], scores: Sequence[tuple[float, float]]) -> None:
    both = np.array(scores)
    low, high = interval(both[:, 0] - both[:, 1])
    ours, lead = both.mean(axis=0)
    table.add_row(
        *names, f"{ours:.2f}", f"{lead:.2f}", f"{ours - lead:+.2f}", f"{low:+.2f} to {high:+.2f}"
    )


def several(clusters: Sequence[Cluster]) -> Table:
    """Extract 100 words from each cluster; ROUGE-2 recall."""
    table = Table(
        "method", "ROUGE-2 recall", "95 %", "ms a cluster",
        title=f"100 words from each of {len(clusters)} clusters",
    )  # fmt: skip
    add = partial(_add_recalls, table, clusters)
    examples = [to_example(cluster) for cluster in clusters]
    weights = [
        fit_coverage([example for k, example in enumerate(examples) if k % FOLDS != fold])
        for fold in range(FOLDS)
    ]
    chosen = []
    for number, cluster in enumerate(clusters):
        with covering_by(weights[number % FOLDS]):
            chosen.append(_hundred_words(cluster, "dateline"))
    add("dateline, unseen", chosen)
    for method in (method for method in METHODS if method != "kl"):  # 43 s a cluster
        began = time.process_time()
        chosen = [_hundred_words(cluster, method) for cluster in clusters]
        add(method, chosen, time.process_time() - began)
    return table


def _hundred_words(cluster: Cluster, method: str) -> str:
    chosen = summarize(cluster.documents, sentences=None, words=_CLUSTER_WORDS, method=method)
    return " ".join(sentence.span.text for sentence in chosen)


def _add_recalls(
    table: Table,
    clusters: Sequence[Cluster],
    name: str,
    chosen: Sequence[str],
    seconds: float | None = None,
) -> None:
    recalls = [
        recall(text, cluster.references) for text, cluster in zip(chosen, clusters, strict=True)
    ]
    low, high = interval(np.array(recalls))
    speed = "" if seconds is None else f"{1000 * seconds / len(clusters):.1f}"
    table.add_row(name, f"{np.mean(recalls):.2f}", f"{low:.2f} to {high:.2f}", speed)


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


if __name__ == "__main__":
    main(sys.argv[1])
