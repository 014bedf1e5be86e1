"""Which statements come first, without each rule of ranking in turn.

python -m tests.bench.ranking           our own preferences: tests/language/data/needed.txt and needed_hard.txt
python -m tests.bench.ranking DATA      and, on every other article of DATA/dev.jsonl (as `tests.bench.summaries` reads
                                        it), what people wrote of it: of two statements of an article the one that
                                        shares more words with a sentence of its highlights should stand above the other
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
from bot.language.statements import extraction, statement_ranking
from bot.language.statements.sameness import StatementFingerprint, content_words
from bot.model import Stance, Statement
from tests.needed_cases import FILE, Need, place_of, preferences_met, read_needs

Found = tuple[Sequence[tuple[Statement, float]], str]


RULES: dict[str, dict[str, Any]] = {
    "all of it": {},
    "kind of voice": {"SPEAKER_WEIGHTS": dict.fromkeys(statement_ranking.SPEAKER_WEIGHTS, 0.2)},
    "office": {"ROLE_WEIGHT": 0.0},
    "central words": {"CENTRAL_WEIGHT": 0.0},
    "words of the opening": {"OPENING_WEIGHT": 0.0},
    "figures": {"FIGURE_WEIGHT": 0.0},
    "of oneself": {"PERSONAL_PENALTY": 0.0},
    "early place": {"EARLY_WEIGHT": 0.0},
    "how sure": {"CERTAINTY_WEIGHT": 0.0},
    "length": {"SHORT_PENALTY": 0.0, "LONG_PENALTY": 0.0},
    "turns of voices": {"REPEATED_SPEAKER_PENALTY": 0.0},
    "no two of the same": {"is_same_statement": lambda *_: False},
}
_FEWEST = 4  # statements of an article
_APART = 0.2  # two that are less unlike are no pair


@dataclass(frozen=True)
class Told:
    """An article's statements, unranked, and the words of each sentence of its highlights."""

    found: Found
    highlights: list[frozenset[str]]

    def likeness(self, statement: Statement) -> float:
        """How much of a statement is in a sentence of the highlights and of that in it (F1 of words), at best."""
        words = content_words(statement)
        shared = ((len(words & other), len(words) + len(other)) for other in self.highlights)
        return max((2 * both / of for both, of in shared if of), default=0.0)


def found_in(text: str) -> Found:
    """What `rank` is given for a text."""
    calls: list[Found] = []

    def noted(found: Sequence[tuple[Statement, float]], body: str) -> tuple[Statement, ...]:
        calls.append((found, body))
        return ()

    with patch.object(extraction, "rank_statements", noted):
        extraction.find_statements(text, split_sentences(text))
    return calls[0] if calls else ((), text)


def read_articles(file: Path) -> list[Told]:
    """Every other article, if it has enough statements to put in order."""
    told = []
    for line in file.read_text(encoding="utf-8").splitlines()[::2]:
        record = json.loads(line)
        found = found_in("\n\n".join(" ".join(sentences) for sentences in record["paragraphs"]))
        sentences = [one for text in record["references"] for one in text.splitlines()]
        if len(found[0]) >= _FEWEST:
            told.append(
                Told(
                    found,
                    [
                        StatementFingerprint.from_words("", [one], "", Stance.SAYS).words
                        for one in sentences
                    ],
                )
            )
    return told


def preferences(needs: Sequence[tuple[Need, Found]]) -> tuple[str, str]:
    """Our own pairs in order; needed statements among the first three."""
    ranked = [(need, statement_ranking.rank_statements(*found)) for need, found in needs]
    met, of = map(sum, zip(*(preferences_met(need, order) for need, order in ranked), strict=True))
    kept = [
        place_of(words, statement_ranking.key_statements(order)) is not None
        for need, order in ranked
        for words in need.needed
    ]
    return f"{met} of {of}", f"{sum(kept)} of {len(kept)}"


def by_highlights(articles: Sequence[Told]) -> tuple[str, str]:
    """Pairs in order, and how like the highlights the key statements are."""
    right = of = 0
    key: list[float] = []
    for told in articles:
        order = statement_ranking.rank_statements(*told.found)
        like = [told.likeness(statement) for statement in order]
        apart = [one > other for one, other in combinations(like, 2) if abs(one - other) >= _APART]
        right, of = right + sum(apart), of + len(apart)
        shown = [told.likeness(statement) for statement in statement_ranking.key_statements(order)]
        key.append(sum(shown) / len(shown))
    return f"{right / of:.3f} of {of}", f"{sum(key) / len(key):.4f}"


def rows(
    needs: Sequence[Sequence[tuple[Need, Found]]], articles: Sequence[Told]
) -> Iterator[list[str]]:
    """One line a rule left out."""
    for title, changes in RULES.items():
        with ExitStack() as stack:
            for name, other in changes.items():
                stack.enter_context(patch.object(statement_ranking, name, other))
            told = [preferences(some) for some in needs] + (
                [by_highlights(articles)] if articles else []
            )
        yield [title, *(cell for cells in told for cell in cells)]


def main(data: Sequence[str]) -> None:
    """Print the table."""
    files = (FILE, FILE.with_name("needed_hard.txt"))
    needs = [[(need, found_in(need.text)) for need in read_needs(file)] for file in files]
    articles = read_articles(Path(data[0]) / "dev.jsonl") if data else []
    heads = ["easy pairs", "shown", "hard pairs", "shown"] + (
        ["highlights", "likeness"] if articles else []
    )
    table = Table("without", *heads, box=None)
    for row in rows(needs, articles):
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
