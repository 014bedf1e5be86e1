"""Other people's words stay words: nothing in them acts, and a cut never changes them."""

import re
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.block_kit import (
    age_markup,
    cut_text,
    escape,
    format_age,
    isolate_direction,
    plain_text,
    rich_link,
    rich_text,
    text_fragment_url,
    web_url,
)
from tests.builders import NOON

PAGE = "https://wire.example/harbour"


def visible(text: str) -> str:
    """What a reader sees of escaped text."""
    return (
        text.replace("\N{WORD JOINER}", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


@given(st.text())
def test_escaping_keeps_the_words(text: str) -> None:
    """Whatever the text, a reader sees the same characters, and no mark-up bracket is left."""
    text = re.sub("[\N{WORD JOINER}\u202a-\u202e\u2066-\u2069]", "", text)
    escaped = escape(text)
    assert visible(escaped) == text
    assert "<" not in escaped
    assert ">" not in escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<!channel> & <@U123>", "&lt;!channel&gt; &amp; &lt;@U123&gt;"),
        ("<https://bad.example|Bank>", "&lt;https://bad.example|Bank&gt;"),
        ("a :tada: b", "a :\u2060tada: b"),
        (":+1::skin-tone-2:", ":\u2060+1::\u2060skin-tone-2:"),
        ("at 12:30", "at 12:30"),
        ("*bold* a_b _it_", "\u2060*\u2060bold\u2060*\u2060 a_b \u2060_\u2060it\u2060_\u2060"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_nothing_acts(text: str, escaped: str) -> None:
    """Mentions, links, emoji codes and format marks are text."""
    assert escape(text) == escaped


def test_plain_text_keeps_emoji_codes() -> None:
    """In plain_text emoji codes are not turned into pictures; rich text is literal by itself."""
    assert plain_text(":tada: <b>") == {"type": "plain_text", "text": ":tada: <b>", "emoji": False}
    assert rich_text(":tada: <!here>") == {"type": "text", "text": ":tada: <!here>"}


@given(st.text(min_size=1), st.integers(1, 80))
def test_a_cut_is_an_opening_that_fits(text: str, room: int) -> None:
    """The result is the text's unchanged beginning, no longer than allowed; whole if it fits."""
    words, shorter = cut_text(text, room)
    assert text.startswith(words)
    assert len(words) <= room
    assert shorter == (len(text) > room)
    if not shorter:
        assert words == text


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (200, "The wall, which has cost nine million crowns, will stand by winter, the mayor said"),
        (75, "The wall, which has cost nine million crowns, will stand by winter"),
        (60, "The wall, which has cost nine million crowns"),
        (40, "The wall, which has cost nine million"),
        (9, "The wall"),
        (2, "Th"),
    ],
)
def test_a_cut_ends_with_a_clause_or_a_word(room: int, words: str) -> None:
    """It ends at a clause where one fits half the room, else with a whole word."""
    text = "The wall, which has cost nine million crowns, will stand by winter, the mayor said"
    assert cut_text(text, room)[0] == words


def test_a_cut_keeps_letters_whole() -> None:
    """An accent is not cut from its letter."""
    assert cut_text("e\u0301" * 10, 5)[0] == "e\u0301" * 2


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2, minutes=59), "2 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_ago(since: timedelta, words: str) -> None:
    """How long ago, in the largest unit that says it."""
    assert format_age(NOON - since, NOON) == words


def test_slack_keeps_ago_right() -> None:
    """In a message the age is a date of Slack's, the words its fallback."""
    assert (
        age_markup(NOON - timedelta(hours=2), NOON)
        == f"<!date^{int(NOON.timestamp()) - 7200}^{{ago}}|2 h ago>"
    )


def test_right_to_left_words_stay_in_their_place() -> None:
    """Arabic and Hebrew words are isolated from what stands around them; others are left alone."""
    assert isolate_direction("שלום") == "\u2068שלום\u2069"
    assert isolate_direction("plain – “words”") == "plain – “words”"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://wire.example/a?b=1&c=%20#d", "https://wire.example/a?b=1&c=%20#d"),
        ("http://wire.example/ä b|c<d>", "http://wire.example/%C3%A4%20b%7Cc%3Cd%3E"),
        ("javascript:alert(1)", None),
        ("slack://open", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("https://[broken", None),
        ("/relative", None),
        ("https://wire.example/" + "a" * 3000, None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, address: str | None) -> None:
    """Only http and https, encoded so that nothing ends the link early, and not too long."""
    assert web_url(url) == address
    assert ("url" in rich_link("words", url)) == (address is not None)


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("the wall will stand", ":~:text=the%20wall%20will%20stand"),
        ("“a well-known wall, & more”", ":~:text=a%20well%2Dknown%20wall%2C%20%26%20more"),
        ("one two three four five six seven eight nine ten eleven twelve thirteen",
         ":~:text=one%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20thirteen"),
        ("first line\n\nsecond paragraph here now too it",
         ":~:text=first%20line,paragraph%20here%20now%20too%20it"),
    ],
)  # fmt: skip
def test_words_link_to_themselves(words: str, fragment: str) -> None:
    """Short words whole, long ones by their first and last; dash, comma and ampersand encoded."""
    assert text_fragment_url(PAGE, words) == f"{PAGE}#{fragment}"


def test_a_fragment_joins_one_that_is_there() -> None:
    """An address with a fragment keeps it."""
    assert text_fragment_url(f"{PAGE}#top", "the wall") == f"{PAGE}#top:~:text=the%20wall"


@given(st.text(min_size=1, max_size=200))
def test_a_fragment_is_one_address(words: str) -> None:
    """Whatever the words, the link is ASCII without spaces, and short words can be read back."""
    linked = text_fragment_url(PAGE, words)
    assert linked is not None
    assert linked.isascii()
    assert " " not in linked
    if ":~:text=" in linked and "," not in linked.split(":~:text=")[1]:
        assert unquote(urlsplit(linked).fragment.removeprefix(":~:text=")) in " ".join(
            words.split()
        )
