"""Which sentences are tagged and parsed: those that may hold a statement."""

import sys

import pytest

from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements.english.parsing import load_language, parse


@pytest.mark.parametrize(
    ("text", "is_parsed"),
    [
        ("“The pump said no,” Karen Lee said. “The pier will hold.”", [True, False]),
        ("“The pier will hold. I told them so.”", [False, False]),
        ("The pier stood in the rain. Karen Lee denied it.", [False, True]),
        ("She called it “a gamble”. It rained “all night long”.", [True, True]),
    ],
)
def test_only_sentences_that_may_report_are_parsed(text: str, is_parsed: list[bool]) -> None:
    """A listed word, or words inside and outside of quotations, decide."""
    sentences = split_sentences(text)
    parsed = parse(text, sentences, find_quotations(text, sentences))
    assert [any(parsed.tag[first:last]) for first, last in parsed.sentence_bounds] == is_parsed
    assert all(parsed.vectors[k].any() == good for k, good in enumerate(is_parsed))


def test_spacys_command_line_is_not_loaded():
    """The grammar loads without spaCy's command line, whose name stays free for others."""
    load_language()
    assert "spacy.language" in sys.modules
    assert not {"spacy.cli", "spacy.cli.info"} & set(sys.modules)
