"""Read our own short articles that mark which statements a reader needs most."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model import Statement

FILE = Path(__file__).parent / "language" / "data" / "needed.txt"


@dataclass(frozen=True)
class StatementPair:
    """Words of two statements of a text; the first must rank above the second."""

    title: str
    text: str
    needed: str
    other: str

    def __str__(self) -> str:
        return f"{self.title}: {self.needed} > {self.other}"


@dataclass(frozen=True)
class NeededCase:
    """A text, with words of the statements that must rank above the others."""

    title: str
    text: str
    needed: tuple[str, ...]
    others: tuple[str, ...]

    def pairs(self) -> list[StatementPair]:
        """Return each needed statement with each other one."""
        return [
            StatementPair(self.title, self.text, needed, other)
            for needed in self.needed
            for other in self.others
        ]


def read_needed_cases(file: Path = FILE) -> list[NeededCase]:
    """Read every block of the file."""
    return [_read_block(block) for block in file.read_text(encoding="utf-8").split("\n## ")[1:]]


def _read_block(block: str) -> NeededCase:
    title, *lines = block.strip().split("\n")
    text = "\n".join(line for line in lines if line[:2] not in {"+ ", "- "}).strip()
    needed = tuple(line[2:] for line in lines if line.startswith("+ "))
    return NeededCase(
        title, text, needed, tuple(line[2:] for line in lines if line.startswith("- "))
    )


def find_rank(words: str, statements: Sequence[Statement]) -> int | None:
    """Return the rank of the best statement with these words, or None if there is none."""
    return next(
        (k for k, s in enumerate(statements) if any(words in span.text for span in s.content)), None
    )


def count_ordered_pairs(need: NeededCase, statements: Sequence[Statement]) -> tuple[int, int]:
    """Return how many pairs are in order, and of how many.

    A needed statement that is not found counts as out of order.
    """
    pairs = [
        (find_rank(pair.needed, statements), find_rank(pair.other, statements))
        for pair in need.pairs()
    ]
    met = sum(1 for a, b in pairs if a is not None and (b is None or a < b))
    return met, len(pairs)
