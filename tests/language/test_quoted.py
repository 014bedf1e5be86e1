"""Quoted words with a named speaker, on cases of our own in ten languages."""

from pathlib import Path

import pytest

from bot.language.statements.coverage import FULL_LANGUAGES, QUOTED_LANGUAGES, Coverage, coverage_of
from bot.language.statements.quoted.tables import load_table
from bot.model import Statement
from tests.statement_cases import statements_of

FOLDER = Path(__file__).parent / "data" / "quoted"
# What may be missed of what is written, in percent; what is told must be right.
MIN_FOUND = 90
MIN_RIGHT = 95
MIN_CASES = 35

Cases = list[tuple[str, list[str]]]


def read_cases(language: str) -> Cases:
    """Return a language's texts, each with "name | role | words" of what must be told."""
    blocks = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")[1:]
    cases = []
    for block in blocks:
        text, *told = block.split("\n")
        cases.append((text.replace("¶", "\n\n"), [line.removeprefix("> ") for line in told]))
    return cases


def told(statement: Statement) -> str:
    """Return a statement as a case writes it."""
    assert statement.actor
    role = statement.actor.role.text if statement.actor.role else "-"
    words = " ".join(span.text for span in statement.content)
    return f"{statement.actor.name.text} | {role} | {words}"


@pytest.mark.parametrize("language", sorted(QUOTED_LANGUAGES))
def test_what_is_told_is_right(language: str) -> None:
    """Of what is told nearly all is right, and nearly all that is written is told."""
    wrong, missed, right = [], [], 0
    cases = read_cases(language)
    for text, expected in cases:
        found = [told(statement) for statement in statements_of(text, language)]
        right += sum(each in expected for each in found)
        wrong += [(text, each) for each in found if each not in expected]
        missed += [(text, each) for each in expected if each not in found]
    assert len(cases) >= MIN_CASES
    assert 100 * right >= MIN_RIGHT * (right + len(wrong)), wrong
    assert 100 * right >= MIN_FOUND * (right + len(missed)), missed


@pytest.mark.parametrize("language", sorted(QUOTED_LANGUAGES))
def test_spans_slice_the_text(language: str) -> None:
    """Every span slices the text, cut anywhere; the line holds the verb and the words."""
    whole = "\n\n".join(text for text, _ in read_cases(language))
    for end in range(0, len(whole), 191):
        text = whole[:end]
        for statement in statements_of(text, language):
            optional = [statement.speaker, statement.cue, statement.introduction]
            spans = [*statement.content, *statement.line, statement.sentence, *optional]
            assert all(span.holds_in(text) for span in spans if span)


def test_coverage() -> None:
    """Each language is either read in full, for its quoted words, or not at all."""
    assert not FULL_LANGUAGES & QUOTED_LANGUAGES
    assert [coverage_of(code) for code in ("de", "fr", "fi")] == [
        Coverage.FULL,
        Coverage.QUOTED,
        Coverage.NONE,
    ]
    with pytest.raises(KeyError):
        load_table("fi")
