"""Texts longer than any article are searched so far, in linear time; the rest is counted."""

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements import finding, spans
from bot.language.statements.english.extraction import find_statements
from bot.language.statements.english.parsing import MAX_SENTENCE_CHARS, parse
from bot.language.statements.spans import count_unsearched
from bot.model import Span
from tests.timing import processor_seconds, takes_no_longer


def test_a_sentence_too_long_for_one_is_searched_in_pieces() -> None:
    """A long line without a full stop is searched in pieces, each word in one of them."""
    text = (
        "the sea rose and the wind fell " * 80
        + "; Karen Lee said the pier was safe; "
        + "the sea fell " * 40
    )
    assert len(text) > MAX_SENTENCE_CHARS
    found = find_statements(text, split_sentences(text))
    assert [s.speaker.text for s in found if s.speaker] == ["Karen Lee"]
    assert "the pier was safe" in found[0].content[0].text
    parsed = parse(text, [Span.of(text, 0, len(text))], [])
    assert parsed.word == text.replace(";", " ;").split()


def test_words_without_any_space_are_cut_all_the_same() -> None:
    """A run of letters longer than a sentence is cut."""
    text = "a" * 5_000 + ". Karen Lee said the pier was safe."
    assert any(
        s.speaker and s.speaker.text == "Karen Lee"
        for s in find_statements(text, split_sentences(text))
    )


def test_text_beyond_the_limit_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing beyond the limit is found; a sentence across it is cut, and the rest is counted."""
    text = (
        "Karen Lee said the pier was safe. Ida Berg said the ferry was late. Olga Marin said it "
        "rained."
    )
    reach = text.index("late")
    monkeypatch.setattr(spans, "MAX_TEXT_CHARS", reach)
    found = finding.find_statements(text, split_sentences(text), None, "en")
    assert {s.speaker.text for s in found if s.speaker} == {"Karen Lee", "Ida Berg"}
    assert all(span.end <= reach for s in found for span in s.content)
    assert count_unsearched(text) == len(text) - reach


def test_an_article_is_searched_whole() -> None:
    """An ordinary text is searched completely."""
    assert count_unsearched("Karen Lee said the pier was safe.") == 0


@pytest.mark.parametrize("piece", ["word ", "he said that ", '"'], ids=["words", "claims", "marks"])
def test_one_endless_line_takes_time_by_its_length(piece: str) -> None:
    """Three times the line, about three times the time."""
    small, large = piece * (1_000 // len(piece)), piece * (3_000 // len(piece))

    def find(text: str) -> object:
        return find_statements(text, [Span.of(text, 0, len(text))])

    assert takes_no_longer(
        lambda: find(large), lambda: 6 * processor_seconds(lambda: find(small)) + 0.1
    )
