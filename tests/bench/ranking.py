"""Rank statements without each rule of ranking in turn, and print what each is worth.

python -m tests.bench.ranking           by our own preferences: tests/language/data/needed.txt and
                                        needed_hard.txt
python -m tests.bench.ranking DATA      and by what people wrote of every other article of
                                        DATA/dev.jsonl (as `tests.bench.summaries` reads it): of two
                                        statements the one that shares more words with a sentence of
                                        the highlights should stand above the other
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bot.language.sentences import split_sentences
from bot.language.statements.english import extraction, statement_ranking
from bot.language.statements.sameness import StatementFingerprint, content_words
from bot.language.statements.statement_ranking import FoundStatement
from bot.model import Stance, Statement
from bot.stories.composition import key_statements
from tests.needed_cases import FILE, NeededCase, count_ordered_pairs, find_rank, read_needed_cases

Unranked = tuple[Sequence[FoundStatement], str, str | None]


# What makes a rule worth nothing, by the title of its row.
RULES: dict[str, dict[str, Any]] = {
    "all of it": {},
    **{
        name: {"WEIGHTS": {**statement_ranking.WEIGHTS, name: 0.0}}
        for name in statement_ranking.FACTS
    },
    "topic: central words": {"CENTRAL_WEIGHT": 0.0},
    "topic: early place": {"EARLY_WEIGHT": 0.0},
    "topic: headline": {"HEADLINE_WEIGHT": 0.0},
    "topic: opening": {"OPENING_WEIGHT": 0.0},
    "no gate": {"MIN_CHANCE": 0.0, "MIN_CHANCE_OF_FRAGMENT": 0.0},
}
_TABLE_CHARS = 100
_MIN_STATEMENTS = 4  # of an article
_MIN_DIFFERENCE = 0.2  # in likeness, of two statements that make a pair


@dataclass(frozen=True)
class HighlightedArticle:
    """An article's statements, unranked, and the words of each sentence of its highlights."""

    unranked: Unranked
    highlights: list[frozenset[str]]

    def likeness(self, statement: Statement) -> float:
        """Return the best F1 of words that it shares with a sentence of the highlights."""
        words = content_words(statement)
        shared = ((len(words & other), len(words) + len(other)) for other in self.highlights)
        return max((2 * both / total for both, total in shared if total), default=0.0)


def find_unranked(text: str, headline: str | None = None) -> Unranked:
    """Return what `rank_statements` is given for a text: statements, body, headline."""
    calls: list[Unranked] = []

    def record_call(*call: Any) -> tuple[Statement, ...]:
        calls.append(call)
        return ()

    with patch.object(extraction, "rank_statements", record_call):
        extraction.find_statements(text, split_sentences(text), headline)
    return calls[0] if calls else ((), text, headline)


def read_articles(file: Path) -> list[HighlightedArticle]:
    """Read every other article that has enough statements to put in order."""
    articles = []
    for line in file.read_text(encoding="utf-8").splitlines()[::2]:
        record = json.loads(line)
        text = "\n\n".join(" ".join(sentences) for sentences in record["paragraphs"])
        unranked = find_unranked(text, record["title"])
        if len(unranked[0]) >= _MIN_STATEMENTS:
            highlights = [
                StatementFingerprint.from_words("", [sentence], "", Stance.SAYS).words
                for reference in record["references"]
                for sentence in reference.splitlines()
            ]
            articles.append(HighlightedArticle(unranked, highlights))
    return articles


def measure_preferences(needs: Sequence[tuple[NeededCase, Unranked]]) -> tuple[str, str]:
    """Return how many of our pairs are in order, and how many needed statements are shown."""
    ranked = [(need, statement_ranking.rank_statements(*unranked)) for need, unranked in needs]
    counts = [count_ordered_pairs(need, order) for need, order in ranked]
    met, total = map(sum, zip(*counts, strict=True))
    shown = [
        find_rank(words, key_statements(order)) is not None
        for need, order in ranked
        for words in need.needed
    ]
    return f"{met} of {total}", f"{sum(shown)} of {len(shown)}"


def measure_highlights(articles: Sequence[HighlightedArticle]) -> tuple[str, str]:
    """Return how many pairs are in order, and how like the highlights the key statements are."""
    in_order: list[bool] = []
    key: list[float] = []
    for article in articles:
        order = statement_ranking.rank_statements(*article.unranked)
        likeness = [article.likeness(statement) for statement in order]
        in_order += [
            first > second
            for first, second in combinations(likeness, 2)
            if abs(first - second) >= _MIN_DIFFERENCE
        ]
        shown = [article.likeness(s) for s in key_statements(order)]
        if shown:
            key.append(sum(shown) / len(shown))
    share = sum(in_order) / len(in_order)
    return f"{share:.3f} of {len(in_order)}", f"{sum(key) / len(key):.4f}"


def measure_rules(
    needs: Sequence[Sequence[tuple[NeededCase, Unranked]]], articles: Sequence[HighlightedArticle]
) -> Iterator[list[str]]:
    """Yield a row of the table per rule left out."""
    for title, changes in RULES.items():
        with ExitStack() as stack:
            for name, replacement in changes.items():
                stack.enter_context(patch.object(statement_ranking, name, replacement))
            cells = [measure_preferences(group) for group in needs]
            if articles:
                cells.append(measure_highlights(articles))
        yield [title, *(cell for pair in cells for cell in pair)]


def main(data: Sequence[str]) -> None:
    """Print the table."""
    files = (FILE, FILE.with_name("needed_hard.txt"))
    needs = [
        [(need, find_unranked(need.text)) for need in read_needed_cases(file)] for file in files
    ]
    articles = read_articles(Path(data[0]) / "dev.jsonl") if data else []
    heads = ["easy pairs", "shown", "hard pairs", "shown"]
    if articles:
        heads += ["highlights", "likeness"]
    table = Table("without", *heads, box=None)
    for row in measure_rules(needs, articles):
        table.add_row(*row)
    Console(width=_TABLE_CHARS).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
