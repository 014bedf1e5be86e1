"""Laws that hold for any bytes: only SourceUnreadable escapes a reader, and a cleaned body stays as it is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import SourceUnreadable
from bot.reading import read
from bot.reading.charset import decode
from bot.reading.cleaning import clean_body
from bot.reading.times import read_time
from bot.reading.wrapping import unwrap

DATA = Path(__file__).parent / "data"
SAMPLES = {path.name: path.read_bytes() for path in DATA.iterdir() if not path.name.endswith(".expected.json")}
HOSTILE = [
    *(b"<", b">", b"&", b'"', b"]]>", b"<![CDATA[", b"<p>", b"</p>", b"<!DOCTYPE x [", b"xmlns:a='", b"&#x110000;"),
    *(b"\x00", b"\xff\xfe", b"\x02", b"\x03", b"^", b"\n\n", b"{", b"[", b"9" * 400, b"--b1", b"&#55296;", b"T25:61"),
    "\u202e\u0300".encode(),
]


def reads_or_refuses(data: bytes) -> None:
    """Read; what is read keeps the article's own rules."""
    try:
        parsed = read(data)
    except SourceUnreadable:
        return
    assert parsed.articles
    for article in parsed.articles:
        assert clean_body(article.body) == article.body
        assert article.headline is None or clean_body(article.headline) == article.headline
        for time in (article.published, article.updated, article.embargoed):
            assert time is None or time.utcoffset() is not None


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_damaged_sample_is_read_or_refused(name: str, draw: st.DataObject) -> None:
    """Cut, doubled or with hostile bytes put in, each format ends in articles or in SourceUnreadable."""
    data = SAMPLES[name]
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.integers(0, len(data)))
        match draw.draw(st.sampled_from(["insert", "cut", "drop", "double"])):
            case "insert":
                data = data[:place] + draw.draw(st.sampled_from(HOSTILE)) + data[place:]
            case "cut":
                data = data[:place]
            case "drop":
                data = data[:place] + data[place + draw.draw(st.integers(1, 60)) :]
            case _:
                data = data[:place] + data[place : place + 80] + data[place:]
    reads_or_refuses(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing else escapes, whatever the bytes."""
    reads_or_refuses(data)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else escapes, whatever the text."""
    reads_or_refuses(text.encode("utf-8", "surrogatepass"))


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A cleaned body stays as it is, and has no white space but single spaces and one or two line ends."""
    cleaned = clean_body(text)
    assert clean_body(cleaned) == cleaned
    assert not any(mark in cleaned for mark in ("\t", "\r", "  ", "\n\n\n", "\u202e", "\x00", "\ufeff"))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], include_characters="\n")))
def test_unwrapping_keeps_every_word(text: str) -> None:
    """Lines are joined and parted; no word is lost, added or moved."""
    assert unwrap(text).split() == text.split()


@given(st.binary())
def test_decoding_never_fails(data: bytes) -> None:
    """Any bytes stand for some text."""
    assert isinstance(decode(data, "utf-8"), str)


@given(st.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    """A time is aware and in UTC; what is no time is None."""
    time = read_time(text, "Europe/Tallinn")
    assert time is None or str(time.tzinfo) == "UTC"
