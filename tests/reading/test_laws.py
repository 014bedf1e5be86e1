"""Properties that hold for any bytes, found by Hypothesis."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading.charset import decode
from bot.reading.cleaning import clean_body, unwrap
from bot.reading.times import parse_time
from tests.mutations import damaged
from tests.reading_laws import read_or_refused

DATA = Path(__file__).parent / "data"
SAMPLES = {
    path.name: path.read_bytes()
    for path in DATA.iterdir()
    if not path.name.endswith(".expected.json")
}


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), other=st.sampled_from(sorted(SAMPLES)))
def test_a_damaged_sample_is_read_or_refused(name: str, random: Random, other: str) -> None:
    """A cut, repeated, swapped, nested or mixed sample is read, or SourceUnreadable is raised."""
    read_or_refused(damaged(SAMPLES[name], random, SAMPLES[other]))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Any bytes are read, or SourceUnreadable is raised."""
    read_or_refused(data)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any text is read, or SourceUnreadable is raised."""
    read_or_refused(text.encode("utf-8", "surrogatepass"))


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Cleaning a clean body changes nothing; its white space is single spaces and line ends."""
    cleaned = clean_body(text)
    assert clean_body(cleaned) == cleaned
    assert not any(
        mark in cleaned for mark in ("\t", "\r", "  ", "\n\n\n", "\u202e", "\x00", "\ufeff")
    )


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], include_characters="\n")))
def test_unwrapping_keeps_every_word(text: str) -> None:
    """Lines are joined and split; no word is lost, added or moved."""
    assert unwrap(text).split() == text.split()


@given(st.binary())
def test_decoding_never_fails(data: bytes) -> None:
    """Any bytes decode to some text."""
    assert isinstance(decode(data, "utf-8"), str)


@given(st.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    """A parsed time is in UTC, and any other text is None."""
    time = parse_time(text, "Europe/Tallinn")
    assert time is None or str(time.tzinfo) == "UTC"
