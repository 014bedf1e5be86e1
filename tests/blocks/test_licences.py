"""What a source's licence keeps from readers is in no window either."""

import json
from dataclasses import replace

import pytest

from bot.blocks.modals import in_text_modal
from bot.blocks.story import SpanReference
from bot.model import DisplayLevel, Policy, QuotationType
from tests.builders import BODY, NOON, article, later, span, statement, stored

PARAGRAPH = f"Before it all was calm. {BODY.split(chr(10))[0]} After it nobody spoke."
WORDS = "will not close its harbour"


@pytest.mark.parametrize(
    ("show", "sentence", "rest"),
    [
        (DisplayLevel.FULL, True, True),
        (DisplayLevel.EXTRACT, True, False),
        (DisplayLevel.LINK, False, False),
    ],
)
def test_words_are_shown_with_as_much_around_them_as_may_be(
    show: DisplayLevel, *, sentence: bool, rest: bool
) -> None:
    """Full: the paragraph; extracts: the sentence; link-only: the headline with its link."""
    held = replace(stored(article(PARAGRAPH)), policy=Policy(show=show))
    place = span(PARAGRAPH, WORDS)
    shown = json.dumps(
        in_text_modal([(held, SpanReference(held.id, place.start, place.end))], NOON)
    )
    assert (WORDS in shown) is sentence
    assert ("Prime Minister Mara Ilves said" in shown) is sentence
    assert ("Before it all was calm" in shown) is rest
    assert ("After it nobody spoke" in shown) is rest
    assert "https://courier.example/harbour" in shown


def test_a_dropped_text_leaves_headline_and_link() -> None:
    """An old message's menu still works: it says why there is no more to see."""
    held = stored(article(PARAGRAPH))
    gone = replace(held, article=replace(held.article, body=""), dropped=later(days=30))
    shown = json.dumps(in_text_modal([(gone, SpanReference(gone.id, 10, 20))], later(days=31)))
    assert "Its text was deleted" in shown
    assert "Farland keeps its harbour open" in shown


def test_only_the_words_of_a_statement_are_bold() -> None:
    """The "he said" between two pieces stands in the paragraph as all else does."""
    body = '"We sail," said Olen Tarr on the pier, "or we starve." Nobody laughed.'
    first, second = span(body, '"We sail,"'), span(body, '"or we starve."')
    told = statement(body, "Olen Tarr", '"We sail,"', form=QuotationType.DIRECT)
    held = stored(article(body))
    held = replace(
        held, analysis=replace(held.analysis, statements=(replace(told, content=(first, second)),))
    )
    [words, *_] = in_text_modal([(held, SpanReference(held.id, first.start, second.end))], NOON)[
        "blocks"
    ]
    shown = words["elements"][1]["elements"]
    assert [one["text"] for one in shown if one.get("style") == {"bold": True}] == [
        first.text,
        second.text,
    ]
    assert "".join(one["text"] for one in shown) == body
