"""Our own short articles with the statements that a reader needs, and how many come first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model import Statement

FILE = Path(__file__).parent / "language" / "data" / "needed.txt"


@dataclass(frozen=True)
class Pair:
    """Words of two statements of a text; the first must stand above the second."""

    title: str
    text: str
    needed: str
    other: str

    def __str__(self) -> str:
        return f"{self.title}: {self.needed} > {self.other}"


@dataclass(frozen=True)
class Need:
    """A text, with words of the statements that must stand above those of others."""

    title: str
    text: str
    needed: tuple[str, ...]
    others: tuple[str, ...]

    def pairs(self) -> list[Pair]:
        """Each needed statement beside each other one."""
        return [
            Pair(self.title, self.text, needed, other)
            for needed in self.needed
            for other in self.others
        ]


def read_needs(file: Path = FILE) -> list[Need]:
    """Every block of the file."""
    return [_read_block(block) for block in file.read_text(encoding="utf-8").split("\n## ")[1:]]


def _read_block(block: str) -> Need:
    title, *lines = block.strip().split("\n")
    text = "\n".join(line for line in lines if line[:2] not in {"+ ", "- "}).strip()
    needed = tuple(line[2:] for line in lines if line.startswith("+ "))
    return Need(title, text, needed, tuple(line[2:] for line in lines if line.startswith("- ")))


def place_of(words: str, statements: Sequence[Statement]) -> int | None:
    """Where the best statement with these words stands, or None where none was found."""
    return next(
        (k for k, s in enumerate(statements) if any(words in span.text for span in s.content)), None
    )


def preferences_met(need: Need, statements: Sequence[Statement]) -> tuple[int, int]:
    """Return how many pairs stand in order, and of how many; a needed one not found meets none."""
    pairs = [
        (place_of(pair.needed, statements), place_of(pair.other, statements))
        for pair in need.pairs()
    ]
    met = sum(1 for a, b in pairs if a is not None and (b is None or a < b))
    return met, len(pairs)
