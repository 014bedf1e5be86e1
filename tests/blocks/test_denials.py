"""Where a "not" stands before the words, no place shows the words without it."""

import json
from dataclasses import replace

from bot.blocks.statement import sentence_elements
from bot.stories.citations import cite_statement
from tests.builders import statement

BODY = (
    "Ida Lehm never said that the pier was safe, and so she told the harbour board twice on Monday."
)


def test_a_sentence_that_is_too_long_keeps_its_denial() -> None:
    """Without a line of its own a statement is shown by its sentence, cut at its end."""
    denied = replace(statement(BODY, "Ida Lehm", "the pier was safe"), line=(), introduction=None)
    shown = json.dumps(sentence_elements(cite_statement(denied, 1), 40))
    assert "never said" in shown
