"""Statements are credited to the right actor in the hard cases of data/naming.txt."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements


@dataclass(frozen=True)
class NamingCase:
    """What one statement must be credited with; None stands for "none"."""

    title: str
    text: str
    words: str
    actor: str | None
    role: str | None
    kind: str | None


def read_cases() -> list[NamingCase]:
    """Return one case for every expectation in the file."""
    file = Path(__file__).parent / "data" / "naming.txt"
    return [
        case
        for block in file.read_text(encoding="utf-8").split("\n## ")[1:]
        for case in read_block(block)
    ]


def read_block(block: str) -> list[NamingCase]:
    """Read a title line, a text of one or more paragraphs, and its expectations."""
    title, *lines = block.strip().split("\n")
    text = "\n".join(line for line in lines if not line.startswith("> ")).strip()
    expected = [line[2:].split(" | ") for line in lines if line.startswith("> ")]
    return [
        NamingCase(title, text, words, *(None if x == "-" else x for x in rest))
        for words, *rest in expected
    ]


CASES = read_cases()


def test_there_are_enough_cases() -> None:
    """There are at least 150 cases."""
    assert len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.title}: {case.words}")
def test_the_right_actor_is_credited(case: NamingCase) -> None:
    """The statement with these words has this actor, role and kind."""
    statements = find_statements(case.text, split_sentences(case.text))
    found = [s for s in statements if any(case.words in span.text for span in s.content)]
    # The tightest statement, where one is told inside another.
    statement = min(found, key=lambda s: sum(len(span.text) for span in s.content), default=None)
    assert statement is not None, [span.text for s in statements for span in s.content]
    actor = statement.actor
    name = actor.name.text if actor else None
    role = actor.role.text if actor and actor.role else None
    assert (name, role, actor.kind.value if actor else None) == (case.actor, case.role, case.kind)
