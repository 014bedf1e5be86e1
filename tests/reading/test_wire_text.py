"""Corrections and kills are recognized in headlines, keywords and notes."""

from datetime import UTC, datetime

import pytest

from bot.model import Status
from bot.reading import read
from bot.reading.wire_text import is_correction, notes_correction, status_in


@pytest.mark.parametrize(
    ("headline", "corrects"),
    [
        ("CORRECTED-Ferry port to get nine berths", True),
        ("UPDATE 2-CORRECTED-Ferry port to get nine berths", True),
        ("Correction: Ferry port", True),
        ("(Berichtigung: 2. Absatz)", True),
        ("RECTIFICATIF - Le port", True),
        ("CORRECTION ET MISE À JOUR - Le port", True),
        ("Rättelse: hamnen", True),
        ("2ND LEAD CORRECTION", True),
        ("Clarification: the port", True),
        ("Corrections officers strike", False),
        ("Corrected accounts please the bank", False),
        ("Correction facility burns", False),
        ("Port corrects its books", False),
        (None, False),
    ],
)
def test_a_headline_marks_a_correction_at_its_start(
    headline: str | None, *, corrects: bool
) -> None:
    """Only the keyword by itself marks a correction, not news about corrections."""
    assert is_correction(headline) is corrects


@pytest.mark.parametrize(
    ("note", "corrects"),
    [
        ("Eds: CORRECTS the number of berths.", True),
        ("(In May 2 story, corrects number of berths in second paragraph)", True),
        ("(Adds detail, corrects a name)", True),
        ("Korjattu aiempaa uutista.", True),
        ("Adds full-year results.", False),
        ("Corrective action was taken.", False),
        ("", False),
    ],
)
def test_a_note_tells_what_was_corrected(note: str, *, corrects: bool) -> None:
    """The correction is read from notes to editors, and from a bracketed note above a text."""
    assert notes_correction(note) is corrects


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("BULLETIN KILL", Status.CANCELED),
        ("MANDATORY KILL", Status.CANCELED),
        ("KILL", Status.CANCELED),
        ("KILL: the story about the port", Status.CANCELED),
        ("EDITORS: Please kill BC-Harbor Wall", Status.CANCELED),
        ("ATTENTION EDITORS - STORY WITHDRAWN", Status.CANCELED),
        ("WITHDRAWN: the story about the port", Status.CANCELED),
        ("Harbor to shut - STORY KILLED", Status.CANCELED),
        ("ANULADA: Puerto cerrado", Status.CANCELED),
        ("WITHHOLD", Status.WITHHELD),
        ("ATTENTION EDITORS: the port story will be updated", Status.WITHHELD),
        ("ACHTUNG REDAKTIONEN: Meldung nicht verwenden!", Status.WITHHELD),
        ("Withdrawn: how a bill failed", Status.USABLE),
        ("Attention editors: a museum wants your pens", Status.USABLE),
        ("Kill Bill opens today", Status.USABLE),
        ("KILLERS OF THE DEEP", Status.USABLE),
        ("Storms Sweep the Coast, Kill 3", Status.USABLE),
        ("Police kill two", Status.USABLE),
        ("Eds: With photos.", Status.USABLE),
    ],
)
def test_key_words_kill_and_withhold(line: str, status: Status) -> None:
    """Keywords in capitals kill or withhold, where a wire has no field; headlines do not."""
    assert status_in(line) is status
    mail = f"From: a@b.example\nTo: c@d.example\nDate: x\nSubject: {line}\n\nText, he said."
    assert read(mail.encode()).articles[0].status is status


def test_a_slug_kills() -> None:
    """A wire's slug may have the key word Kill; a headline like that is news."""
    assert status_in(slug="BC-Harbor Wall, Kill,120") is Status.CANCELED
    assert status_in("BC-Harbor Wall, Kill") is Status.USABLE


def test_a_note_in_brackets_above_the_text_marks_any_article() -> None:
    """In any format, a first paragraph "(Corrects …)" marks a correction; a quotation does not."""
    headline = b"Ferry port to get nine berths\n\n"
    corrected = headline + b"(Corrects the number of berths)\n\nThe port will have nine, it said."
    other = headline + b'"Corrects nothing," he said.\n\nThe port will have nine, it said.'
    assert [read(text).articles[0].correction for text in (corrected, other)] == [True, False]


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        ("131137 GMT Nov 13", 11),
        ("131137 MEZ Nov. 13", 10),
        ("131137 EST novembre 13", 16),
        ("131137 QQQ Nov 13", 10),
    ],
)
def test_the_line_behind_a_telex_says_when(line: str, hour: int) -> None:
    """Months and zones are read as in any other time; in a zone nobody knows, in the source's."""
    telex = f"\x01orm0001 4 pl 90 orm 0001\n\n\x02Lake drained =\n\nIt is dry, he said.\x03{line}"
    (article,) = read(telex.encode(), zone="Europe/Berlin").articles
    assert article.published == datetime(2013, 11, 13, hour, 37, tzinfo=UTC)


def test_a_telex_may_have_a_month_with_an_accent() -> None:
    """The month of French wires is read, "fév" and "aoû" as well."""
    start = "\x01orm0001 4 pl 90 orm 0001\n\n\x02Lac vide =\n\nIl est vide, dit-il.\x03131137 GMT"
    read_months = [
        read(f"{start} {month} 13".encode()).articles[0].published for month in ("fév", "août")
    ]
    assert [time and time.month for time in read_months] == [2, 8]
