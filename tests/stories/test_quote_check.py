"""A quotation is checked against the transcript: word for word, and by the same speaker."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from bot.blocks.modals import in_text_modal
from bot.blocks.story import SpanReference, origin, thread_blocks
from bot.language.analysis import analyse
from bot.model import Article, Digest, DisplayLevel, Policy, QuotationType, StoredArticle, Story
from bot.playground.blockcheck import check_view
from bot.reading import read
from bot.stories.choice import Choice, FitStory
from bot.stories.citations import find_mismatches
from bot.stories.composition import compose
from bot.stories.quote_check import Record, is_record, quoted_parts
from bot.stories.revision import revise
from tests.builders import NOON

TRANSCRIPT = (
    "Ferry briefing by Minister Ida Roe\n\n"
    "MS. ROE:  The north pier will not close before the winter is over.\n\n"
    "Q   Will you promise that to the islanders of Skarn?\n\n"
    "MS. ROE:  I promise it -- and you may write down -- every word of it.  (Laughter.)  "
    "Nobody on Skarn will wait for a boat in the snow.\n\n"
    "MR. FELD:  The cranes have failed all of their tests since the spring."
)
HEADLINE = "Ferry briefing by Minister Ida Roe"


@cache
def transcript() -> StoredArticle:
    """Return the transcript as stored."""
    return stored(Article(body=TRANSCRIPT, headline=HEADLINE, source="Ministry"), 1)


def stored(article: Article, number: int) -> StoredArticle:
    """Return an article as the store returns it, with its real analysis."""
    article = replace(article, published=NOON, url=f"https://paper.example/{number}")
    return StoredArticle(number, 1, None, NOON, article, analyse(article))


def report(quotation: str, name: str = "Minister Ida Roe") -> StoredArticle:
    """Return an article of one quotation."""
    body = f"The pier stays open in Velm. “{quotation},” {name} said on Monday in Velm."
    return stored(Article(body=body, headline="Pier stays open", source="Gull Herald"), 2)


def found(quotation: str, name: str = "Minister Ida Roe") -> str | None:
    """Return the words of the transcript that a quotation has word for word."""
    (statement,) = [
        each
        for each in report(quotation, name).analysis.statements
        if each.form is not QuotationType.INDIRECT
    ]
    span = Record(transcript()).find(statement)
    return span.text if span else None


@pytest.mark.parametrize(
    ("quotation", "words"),
    [
        (
            "The north pier will not close before the winter is over",
            "The north pier will not close before the winter is over",
        ),
        (
            "the north pier will not close … before the winter is over",
            "The north pier will not close",
        ),
        (
            "Nobody on [the island of] Skarn will wait for a boat in the snow",
            "Skarn will wait for a boat in the snow",
        ),
    ],
)
def test_words_are_found_whatever_their_case_and_ellipses(quotation: str, words: str) -> None:
    """The longest part is shown; each part must be there."""
    assert found(quotation) == words


@pytest.mark.parametrize(
    ("quotation", "name"),
    [
        ("The north pier will close before the winter is over", "Minister Ida Roe"),
        ("The north pier will not close before the winter was over", "Minister Ida Roe"),
        ("The cranes have failed all of their tests since the spring", "Minister Ida Roe"),
        ("Will you promise that to the islanders of Skarn", "Minister Ida Roe"),
        ("The north pier will not close before the winter is over", "Mayor Tom Hale"),
    ],
)
def test_other_words_and_other_mouths_are_not_found(quotation: str, name: str) -> None:
    """One word less or changed, another speaker's words, and a reporter's question."""
    assert found(quotation, name) is None


def test_few_words_and_reported_ones_are_not_checked() -> None:
    """Three words are said by anybody, and an indirect statement quotes nothing."""
    short = report("It is safe").analysis.statements
    assert [quoted_parts(each) for each in short] == [[] for _ in short]


def digest(*articles: StoredArticle) -> Digest:
    """Return a digest of a story of these articles."""
    told = Story(1, articles)
    choice = Choice((FitStory(told, told.articles),))
    return compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)


QUOTED = "Nobody on Skarn will wait for a boat in the snow"


def test_a_digest_says_that_a_quotation_was_found() -> None:
    """The context line says so, the thread links the words, and each word can be proved."""
    articles = transcript(), report(QUOTED)
    made = digest(*articles)
    (entry,) = made.entries
    assert origin(entry).endswith("quote found in the transcript")
    assert any(quote.record and quote.record.span.text == QUOTED for quote in entry.statements)
    assert {source.article for source in entry.sources} == {1, 2}
    assert not find_mismatches(made, {each.id: each.article for each in articles})


def test_a_digest_says_nothing_of_what_was_not_found() -> None:
    """Nor is there a note where the story has no transcript."""
    changed = report("Nobody on Skarn will wait for a ship in the snow")
    for articles in ((transcript(), changed), (report(QUOTED),)):
        assert "transcript" not in origin(digest(*articles).entries[0])


def test_a_withdrawn_transcript_proves_nothing() -> None:
    """What was posted loses the note with the transcript."""
    revised = revise(digest(transcript(), report(QUOTED)), {1}, {}, now=NOON)
    assert "transcript" not in origin(revised.entries[0])


def test_a_source_that_may_only_be_linked_is_no_record() -> None:
    """Its words may not be shown."""
    assert is_record(transcript())
    assert not is_record(replace(transcript(), policy=Policy(show=DisplayLevel.LINK)))


def window(held: StoredArticle, words: str, *story: StoredArticle) -> str:
    """Return "Show in text" of the statement with these words, as JSON."""
    (statement,) = [s for s in held.analysis.statements if words in s.content[-1].text]
    start, end = statement.content[0].start, statement.content[-1].end
    view = in_text_modal([(held, SpanReference(held.id, start, end))], NOON, {1: story})
    assert check_view(view, "modal") == []
    return json.dumps(view, ensure_ascii=False)


def test_show_in_text_says_where_a_quotation_stands() -> None:
    """It names the transcript and links it, whether the words were found or not."""
    held = report(QUOTED)
    shown = window(held, "Nobody on Skarn", transcript(), held)
    assert "word for word: " in shown
    assert HEADLINE in shown
    assert "https://paper.example/1#:~:text=" in shown
    changed = report("Nobody on Skarn will wait for a ship in the snow")
    assert "Not found word for word" in window(changed, "Nobody", transcript(), changed)
    assert "word for word" not in window(held, "Nobody on Skarn", held)


def test_show_in_text_shows_the_question_of_an_answer() -> None:
    """A speech that answers nothing has none."""
    assert "Will you promise that" in window(transcript(), "Nobody on Skarn")
    assert "Asked: " not in window(transcript(), "before the winter")


def test_a_place_in_a_recording_is_linked_by_its_time() -> None:
    """The thread and the window open the recording where the words were said."""
    captions = (
        b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:09.000\n<v Ida Roe>The pier will not close before "
        b"the winter is over.\n\n2\n01:02:09.500 --> 01:02:12.000\n<v Tom Hale>Nobody in Velm "
        b"believes that the pier will stay open."
    )

    held = stored(replace(read(captions).articles[0], headline="Pier evening"), 1)
    assert "Open the recording at 1:02:09" in window(held, "Nobody in Velm")
    assert "https://paper.example/1#t=3729" in window(held, "Nobody in Velm")
    thread = json.dumps(thread_blocks(digest(held).entries[0], "UTC", opening=False))
    assert "https://paper.example/1#t=3729" in thread


@pytest.mark.parametrize(
    "quotation",
    [
        "Nobody on Skarn will … write down every word of it",
        "The north pier will not … wait for a boat in the snow",
        "I promise … before the winter is over",
    ],
)
def test_parts_of_several_turns_are_no_quotation(quotation: str) -> None:
    """Put together from several turns, or in another order, they may say what nobody said."""
    assert found(quotation) is None


def test_a_sum_in_another_currency_is_another() -> None:
    """Signs of money and of a share in a hundred count as words do."""
    body = "MS. ROE:  The pier cost us $40 million and 5% of the tax.\n\nMR. FELD:  It was less."
    record = Record(stored(Article(body=body, headline="Remarks"), 1))
    same = report("The pier cost us $40 million and 5% of the tax", "Ida Roe")
    other = report("The pier cost us €40 million and 5% of the tax", "Ida Roe")
    less = report("The pier cost us $40 million and 5 of the tax", "Ida Roe")
    found_in = [record.find(each.analysis.statements[0]) for each in (same, other, less)]
    assert [bool(span) for span in found_in] == [True, False, False]


def test_a_minus_counts_and_a_hyphen_does_not() -> None:
    """A number below zero is another number; dashes between numbers and words are punctuation."""
    body = (
        "MS. ROE:  It will be −5 degrees on the north pier. We ended the well known year at -€3 "
        "million. The boats go from 5–7 each day of it.\n\nMR. FELD:  It was less."
    )
    record = Record(stored(Article(body=body, headline="Remarks"), 1))

    def are_found(*quotations: str) -> list[bool]:
        reports = [report(quotation, "Ida Roe") for quotation in quotations]
        return [record.find(each.analysis.statements[0]) is not None for each in reports]

    assert all(
        are_found(
            "It will be -5 degrees on the north pier",
            "It will be –5 degrees on the north pier",
            "We ended the well-known year at −€3 million",
            "The boats go from 5-7 each day of it",
            "The boats go from 5 - 7 each day of it",
        )
    )
    assert not any(
        are_found(
            "It will be 5 degrees on the north pier",
            "We ended the well-known year at €3 million",
            "The boats go from -5 7 each day of it",
        )
    )


def test_namesakes_are_told_apart() -> None:
    """Where two speakers share a last name, the first names must be the same."""
    body = (
        "IDA ROE:  We will build the second pier in the spring.\n\n"
        "JON ROE:  Nobody here wants a second pier.\n\nIDA ROE:  I do."
    )
    record = Record(stored(Article(body=body, headline="Debate"), 1))
    words = "We will build the second pier in the spring"
    own, other = (report(words, name).analysis.statements[0] for name in ("Ida Roe", "Jon Roe"))
    assert record.find(own)
    assert record.find(other) is None
    assert record.find_other(other)


def test_nothing_is_said_of_a_translation() -> None:
    """Words in another language than the transcript's cannot stand in it."""
    body = (
        "Der Pier bleibt offen. „Der Nordpier wird vor dem Winter nicht schließen“, sagte Ida Roe."
    )
    held = stored(Article(body=body, headline="Pier bleibt offen", language="de"), 2)
    shown = window(held, "Der Nordpier", transcript(), held)
    assert "word for word" not in shown


def test_words_of_somebody_else_are_told_as_such() -> None:
    """Who is named for another speaker's words does not have them in the transcript."""
    held = report("The cranes have failed all of their tests since the spring")
    shown = window(held, "The cranes have", transcript(), held)
    assert "MR. FELD says these words, not the person named here" in shown
    assert "Quote found" not in shown
    asked = report("Will you promise that to the islanders of Skarn")
    assert "Not found word for word" in window(asked, "Will you", transcript(), asked)
