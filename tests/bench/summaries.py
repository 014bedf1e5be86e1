"""`python -m tests.bench.summaries DATA`: our ranker, the first three sentences and each of sumy's methods.

DATA holds dev.jsonl, lines of {"id", "title", "category", "paragraphs": [[sentence, ...], ...], "references": [...]}.
ROUGE-2 F1 with Porter stems at full length, three sentences; intervals by bootstrap over articles. Articles a
second are of processor time, from raw text to chosen spans.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from nltk.stem.porter import PorterStemmer
from rich.console import Console
from rich.table import Table

from bot.language.summary import METHODS, Document, summarize

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")
_SLOW = {"kl": 100, "reduction": 300}  # articles they are asked about; the rest of the table says how many
_RESAMPLED = 1_000


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
    mine, found = pairs(own), []
    for reference in references:
        wanted = pairs(reference)
        found.append(200 * (mine & wanted).total() / max(mine.total() + wanted.total(), 1))
    return float(np.mean(found))


def interval(values: np.ndarray) -> tuple[float, float]:
    """Give the middle 95 % of resampled means."""
    picks = np.random.default_rng(0).integers(0, len(values), (_RESAMPLED, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def measure(records: Sequence[dict[str, Any]], method: str) -> tuple[np.ndarray, float]:
    """Give each article's score, and articles a second."""
    documents = [Document("\n\n".join(" ".join(p) for p in one["paragraphs"]), one.get("title")) for one in records]
    summarize(documents[:1], method=method)
    began = time.process_time()
    chosen = [summarize([document], method=method) for document in documents]
    seconds = time.process_time() - began
    texts = [" ".join(one.span.text for one in found) for found in chosen]
    scores = [rouge_2(text, one["references"]) for text, one in zip(texts, records, strict=True)]
    return np.array(scores), len(records) / seconds


def main(data: str) -> None:
    """Print one table of methods and one of categories."""
    lines = Path(data, "dev.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    console = Console()
    table = Table("method", "articles", "ROUGE-2 F1", "95 %", "articles/s")
    found: dict[str, np.ndarray] = {}
    for method in METHODS:
        part = records[: _SLOW.get(method, len(records))]
        found[method], speed = measure(part, method)
        low, high = interval(found[method])
        table.add_row(method, str(len(part)), f"{found[method].mean():.2f}", f"{low:.2f}-{high:.2f}", f"{speed:.0f}")
    console.print(table)
    console.print(by_category(records, found["dateline"], found["lead"]))


def by_category(records: Sequence[dict[str, Any]], ours: np.ndarray, lead: np.ndarray) -> Table:
    """Set our ranker beside the first three sentences, category by category."""
    table = Table("category", "articles", "dateline", "lead", "difference")
    categories = np.array([one.get("category", "") for one in records])
    for category in sorted(set(categories)):
        inside = categories == category
        mine, first = ours[inside].mean(), lead[inside].mean()
        table.add_row(category, str(inside.sum()), f"{mine:.2f}", f"{first:.2f}", f"{mine - first:+.2f}")
    return table


if __name__ == "__main__":
    main(sys.argv[1])
