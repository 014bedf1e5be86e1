"""Bylines, captions, promos and credits are recognized, and datelines cut off."""

import pytest

from bot.language.summaries import needs_context
from bot.language.trimming import is_boilerplate, strip_dateline
from bot.model import Span
from tests.timing import processor_seconds

NOTHING = """
By Ann Lee
By Ann Lee and Omar Diaz
Von Anna Weber
Read more: the harbour in pictures.
READ ALSO: What the strike means.
Related: Ferries through the ages.
Photo: The quay at dawn.
Watch: the moment the mast broke.
Sign up for our morning letter.
Follow us for more.
Click here to see the map.
(Tidings)
Editor's note: an earlier version named the wrong ship.
Copyright 2026 Tidings.
Additional reporting by Omar Diaz.
Omar Diaz contributed to this report.
Lesen Sie auch: Der Hafen im Winter.
Lire aussi : le port en hiver.
What comes next
***
12
""".strip().splitlines()

NEWS = """
The harbour closed on Monday.
By Monday the harbour had closed.
Photographs of the quay were found in the archive.
Watchmen saw the mast break.
Relatedness is no crime, the judge said.
Following the vote, the council went home.
Signs of rust were found on the hull.
Read aloud, the letter took an hour.
(The mayor was ill, and nobody had told the council until the evening of the vote itself.)
The council voted by 12 to 3 to close the quay for the winter while engineers test the wall
""".strip().splitlines()


@pytest.mark.parametrize("sentence", NOTHING)
def test_boilerplate_is_recognized(sentence: str):
    """Bylines, captions, promos and credits are boilerplate."""
    assert is_boilerplate(sentence)


@pytest.mark.parametrize("sentence", NEWS)
def test_similar_news_is_not_boilerplate(sentence: str):
    """News that begins with the words of a promo is kept."""
    assert not is_boilerplate(sentence)


@pytest.mark.parametrize(
    "dateline",
    [
        "TALLINN, Nov 22 (Tidings) — ",
        "(TNS) -- ",
        "HARBOR CITY, Ore. (Tidings) - ",
        "PORT VALE – ",
        "BERLIN, 3. März (dpa) - ",
        "Port Vale, March 3 (Tidings) - ",
        "SANKT JOHANN, Dec. 1, 2026 (Tidings) — ",
        "- ",
        "2. ",
    ],
)
def test_a_dateline_is_cut_off(dateline: str):
    """The sentence begins after its dateline, and is still a slice."""
    text = f"{dateline}The ferry sank."
    cut = strip_dateline(text, Span.of(text, 0, len(text)))
    assert cut.text == "The ferry sank."
    assert cut.holds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "NATO — the alliance — met.",
        "The ferry - an old one - sank.",
        "Ann Lee (left) sank it.",
        "(Then) it sank.",
        "- ",
    ],
)
def test_what_is_no_dateline_stays(text: str):
    """A dash or bracket alone does not make a dateline."""
    span = Span.of(text, 0, len(text))
    assert strip_dateline(text, span) == span


@pytest.mark.parametrize(
    "piece", ["A", "A ", "Aa, ", "(", "(A", "-", '"', "'s ", "By A", "A.", "I said, ", " "]
)
def test_repetitive_sentences_cost_little(piece: str):
    """A long sentence of one repeated word is judged at once."""
    text = f"By {piece * (4_000 // len(piece))}!"

    def judging() -> None:
        is_boilerplate(text)
        strip_dateline(text, Span.of(text, 0, len(text)))
        needs_context(text, has_quote=True)

    assert processor_seconds(judging) < 0.1
