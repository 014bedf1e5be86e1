"""An article without headline is headed by its own first words, cut where they still read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.sentences import split_sentences
from bot.language.summaries import Document, make_title, summarize
from bot.language.trimming import cut_at_clause, cut_at_words
from bot.model import Span

CASES = [
    ("The ferry sank. All were saved.", "The ferry sank"),
    ("By Ann Lee\n\nThe ferry sank.", "The ferry sank"),
    ("PORT VALE, Nov 22 (Tidings) — The ferry sank.", "The ferry sank"),
    ("Who sank the ferry?", "Who sank the ferry?"),
    ("The ferry sank off the U.S.", "The ferry sank off the U.S."),
    (
        (
            "The old ferry between Port Vale and the islands sank on Monday night, after its mast "
            "had broken in a gale that tore the roofs off a dozen houses in the upper town of the "
            "largest island and of the one beside it where nobody has lived for eleven years."
        ),
        "The old ferry between Port Vale and the islands sank on Monday night",
    ),
    (
        (
            "Prime Minister Mara Ilves told parliament that the harbour would stay open while "
            "talks about pay go on."
        ),
        (
            "Prime Minister Mara Ilves told parliament that the harbour would stay open while "
            "talks about pay go on"
        ),
    ),
    ("Letters.\n\nThe ferry sank on Monday. All were saved.", "The ferry sank on Monday"),
    ("(Tidings)The ferry sank on Monday.", "The ferry sank on Monday"),
    ("PORT VALE (Tidings) _ The ferry sank on Monday.", "The ferry sank on Monday"),
    ("Lisbon The ferry sank on Monday.", "The ferry sank on Monday"),
    ("He was at sea. Ann Lee sailed the ferry home.", "Ann Lee sailed the ferry home"),
]


@pytest.mark.parametrize(("body", "title"), CASES)
def test_titles_read_as_headlines(body: str, title: str):
    """Bylines and datelines are skipped; a long sentence ends at a clause, without a stop."""
    assert make_title(body, split_sentences(body)).text == title


# Twenty stories of ours that open with color, two blank lines between them.
FEATURES = (Path(__file__).parents[1] / "data" / "features.txt").read_text("utf-8").split("\n\n\n")
NEWS_FIRST = [
    (
        "The ferry to Orrvik will not sail this winter.\n\nIt has a leak.\n\n"
        "The ferry to Orrvik lost 80 passengers a day by Friday."
    ),
    (
        "Dockers end strike in Trask.\n\nA dozen men stamp their feet.\n\n"
        "The port of Trask opened again on Tuesday after talks through the night."
    ),
    (
        "The bakers of Velm are leaving.\n\n"
        "Brandt's, the oldest bakery in town, closed on Monday with the loss of 120 jobs."
    ),
    (
        "The mayor of Velm said the bridge was safe.\n\nIt was built by hand.\n\n"
        "Auditors looked at it on Monday and found cracks."
    ),
]


def test_the_news_goes_before_the_color_that_a_story_opens_with():
    """It heads most stories that have no headline, and their extracts where they have."""
    heads = [make_title(body, split_sentences(body)).text for body in FEATURES]
    best = [summarize([Document(body, "News")], sentences=1)[0].span.text for body in FEATURES]
    assert sum("day" in head for head in heads) >= 15
    assert sum("day" in sentence for sentence in best) >= 15


@pytest.mark.parametrize("body", NEWS_FIRST)
def test_news_that_opens_an_article_stays_first(body: str):
    """A short sentence is no color where it has a source, heads the text or has one behind it."""
    assert make_title(body, split_sentences(body)).text == body.partition(".\n")[0]


def test_an_empty_body_has_an_empty_title():
    """An empty body gives an empty title."""
    assert make_title("", ()) == Span(0, 0, "")


@given(
    st.text(alphabet=st.sampled_from(list('ab ,;:—-("“.\n é中')), max_size=300), st.integers(1, 120)
)
def test_a_cut_fits_and_slices(text: str, room: int):
    """Whatever the text, the cut is a start of it, within the room, and never empty."""
    for sentence in split_sentences(text):
        cut = cut_at_clause(text, sentence, room)
        assert cut.start == sentence.start
        assert 0 < len(cut.text) <= max(room, 0)
        assert cut.holds_in(text)


@given(
    st.text(alphabet=st.sampled_from(list('ab ,;:—-("“.\n é中')), max_size=300), st.integers(1, 30)
)
def test_a_cut_at_words_keeps_so_many(text: str, words: int):
    """A budget in words is kept too."""
    for sentence in split_sentences(text):
        assert 0 < len(cut_at_words(text, sentence, words).text.split()) <= words


def test_a_cut_leaves_no_word_that_needs_the_next():
    """Articles, prepositions and conjunctions do not end a title."""
    text = "The council of the old town met the owners of the ferry and the heirs of its captain"
    ends = {
        cut_at_clause(text, Span.of(text, 0, len(text)), room).text.split()[-1]
        for room in range(20, len(text))
    }
    assert not ends & {"the", "of", "and", "its"}
