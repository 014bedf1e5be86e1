"""What agents are given is verbatim, and never the contrary of what was said."""

from dataclasses import replace

import pytest

from bot.blocks.agent_answers import (
    article_answer,
    articles_text,
    statement_fields,
    statements_text,
)
from bot.language.analysis import analyse
from bot.model import StoredArticle
from bot.model.errors import SpanMismatch
from tests.builders import NOON, article

DENIALS = {
    "Runa Solberg denied that the pier is safe.": "denied",
    "The mayor, Odd Falk, refused to say the ferries would sail.": "refused",
    "Runa Solberg said she did not expect the pier to open.": "not",
    "Odd Falk never claimed that the planks were sound, he said on Monday.": "never",
}


def read(body: str) -> StoredArticle:
    """Return an article with what the analysis finds in it."""
    text = f"{body} The harbor office gave no date for the repairs on Monday."
    new = article(text, url="https://harbour-gazette.example/pier")
    return StoredArticle(1, 1, None, NOON, new, analyse(new))


@pytest.mark.parametrize(("body", "verb"), DENIALS.items())
def test_a_denial_keeps_its_verb(body: str, verb: str) -> None:
    """Wherever a statement is found in such a sentence, its words and its line say so."""
    kept = read(body)
    assert kept.analysis.statements
    for statement in kept.analysis.statements:
        fields = statement_fields(statement, kept)
        assert verb in fields["words"]
        assert verb in fields["line"]


def test_each_piece_of_words_stands_in_the_article() -> None:
    """Words in several pieces are joined by a mark, and are slices of the body all the same."""
    kept = read(
        "“The pier is closed,” said Runa Solberg, the harbor master,"
        " “and it will stay closed until May.”"
    )
    answer = article_answer(kept, kept.analysis.statements)
    assert answer["statements"]
    for said in answer["statements"]:
        words = said["words"].removeprefix("said: ")
        assert all(piece in kept.article.body for piece in words.split(" … "))
        assert said["speaker"] in kept.article.body
        assert said["link"].startswith("https://harbour-gazette.example/pier#:~:text=")
        for text in (
            statements_text("Title", answer["statements"]),
            articles_text("Title", [answer]),
        ):
            assert said["line"] in text
            assert said["link"] in text
    assert all(sentence in kept.article.body for sentence in answer["sentences"])


def test_an_attribution_is_no_word_of_the_speaker() -> None:
    """The words "according to" stand in the line alone."""
    kept = read("According to Odd Falk, the planks are rotten.")
    fields = statement_fields(kept.analysis.statements[0], kept)
    assert fields["words"] == "the planks are rotten"
    assert fields["line"].startswith("According to Odd Falk: ")
    assert fields["reported"] is True


def test_changed_words_are_not_passed_on() -> None:
    """A statement whose article has other words in its place is refused."""
    kept = read("Runa Solberg said the pier is closed.")
    other = replace(kept, article=replace(kept.article, body=kept.article.body.upper()))
    with pytest.raises(SpanMismatch):
        statement_fields(kept.analysis.statements[0], other)
