"""Characters, times, lines, charsets and HTML are normalized."""

import json

import pytest

from bot.intake.feed_pages import time_to_live
from bot.reading import markup, read
from bot.reading.charset import decode
from bot.reading.cleaning import clean_body, line_or_none, unwrap
from bot.reading.markup import has_too_many_attributes, html_text
from bot.reading.plain_text import parse_text
from bot.reading.times import parse_time

SENTENCE = (
    "The council voted on Monday to keep the market open, its chairwoman said after a meeting of"
    " four hours."
)
LONG = f"{SENTENCE} {SENTENCE}"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("said \u202eeht taht\u202c bridge", "said eht taht bridge"),
        ("co\u00adop\u200berate\ufeff", "cooperate"),
        ("cafe\u0301", "café"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n \n\n two\u2029three", "one\n\ntwo\n\nthree"),
        ("a\x00b\x1bc\x9f", "abc"),
        ("👨\u200d👩 می\u200cخواهم", "👨\u200d👩 می\u200cخواهم"),
    ],
)
def test_characters_are_cleaned(raw: str, clean: str) -> None:
    """White space is normalized, control and bidi characters are removed, needed joiners stay."""
    assert clean_body(raw) == clean


def test_a_line_too_long_is_no_headline() -> None:
    """A headline over the limit is None, not shortened."""
    assert line_or_none("h" * 501) is None
    assert line_or_none(" Short\n one ") == "Short one"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-17T09:00:00+02:00", "2026-03-17T07:00:00+00:00"),
        ("20160908T132446+0100", "2016-09-08T12:24:46+00:00"),
        ("2026-03-17T09:00:00.123Z", "2026-03-17T09:00:00+00:00"),
        ("Tue, 17 Mar 2026 10:00:00 EST", "2026-03-17T15:00:00+00:00"),
        ("17 March 2026, 10:15 am", "2026-03-17T08:15:00+00:00"),
        ("17 March 2026 10:15 +0100", "2026-03-17T09:15:00+00:00"),
        ("17 March 2026 10:15 XST", "2026-03-17T08:15:00+00:00"),
        ("March 17, 2026", "2026-03-16T22:00:00+00:00"),
        ("2026-03-17", "2026-03-16T22:00:00+00:00"),
        ("YYYYMMDD000000-HHMM", None),
        ("9999-99-99T00:00:00Z", None),
        ("Tue, 17 Mar 2026 9:05 PM", "2026-03-17T19:05:00+00:00"),
        ("17 March 2026, 12:05 a.m.", "2026-03-16T22:05:00+00:00"),
        ("17 March 2026 12:05pm", "2026-03-17T10:05:00+00:00"),
        ("Mar 17, 2026 at 9 p.m. EDT", "2026-03-18T01:00:00+00:00"),
        ("2026-03-17 09:00:00 UTC", "2026-03-17T09:00:00+00:00"),
        ("2026-03-17 09:00:00.25 +0100 CET m=+0.5", "2026-03-17T08:00:00+00:00"),
        ("2026-03-17T09:00:00+01:00[Europe/Berlin]", "2026-03-17T08:00:00+00:00"),
        ("March 17, 2026 · 9:05 AM", "2026-03-17T07:05:00+00:00"),
        ("Tue Mar 17 09:00:00 UTC 2026", "2026-03-17T09:00:00+00:00"),
        ("Tue Mar 17 2026 09:00:00 GMT+0100 (Some Time)", "2026-03-17T08:00:00+00:00"),
        ("Tuesday, 17-Mar-26 09:00:00 GMT", "2026-03-17T09:00:00+00:00"),
        ("17-03-2026 09:00 +0100", "2026-03-17T08:00:00+00:00"),
        ("03/17/2026 09:00", "2026-03-17T07:00:00+00:00"),
        ("Di, 17 Mär 2026 09:00:00 +0100", "2026-03-17T08:00:00+00:00"),
        ("17. März 2026, 9.05 Uhr", "2026-03-17T07:05:00+00:00"),
        ("mar, 17 mar 2026 09:00:00 +0100", "2026-03-17T08:00:00+00:00"),
        ("mardi 17 mars 2026 à 9 h 05", "2026-03-17T07:05:00+00:00"),
        ("tiistaina 17. maaliskuuta 2026 klo 9.05", "2026-03-17T07:05:00+00:00"),
        ("17 de marzo de 2026", "2026-03-16T22:00:00+00:00"),
        ("вівторок, 17 березня 2026 р., 09:05", "2026-03-17T07:05:00+00:00"),
        ("2026年3月17日 09:05", "2026-03-17T07:05:00+00:00"),
        ("Tuesday at ten", None),
        ("Tue, 17 Mar 2026 25:10:00 GMT", None),
        ("31 April 2026", None),
        ("17 lip 2026", None),
        ("1773738000", None),
        ("T09:00", None),
        ("-0001-11-30T00:00:00+00:00", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1969-12-31T19:00:00-05:00", None),
        ("Harbour fair, 17 March 2026", None),
        ("1", None),
        ("", None),
        (None, None),
    ],
)
def test_times(text: str | None, utc: str | None) -> None:
    """Times in any notation are converted to UTC, and what is none, or not set, is no time."""
    time = parse_time(text, "Europe/Tallinn")
    assert (time.isoformat() if time else None) == utc


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Décès".encode(), "iso-8859-1", "Décès"),
        ("Décès".encode("latin-1"), "iso-8859-1", "Décès"),
        ("“Oui”".encode("cp1252"), "iso-8859-1", "“Oui”"),
        ("Тепло сегодня".encode("koi8-r"), "koi8-r", "Тепло сегодня"),
        (b"\xef\xbb\xbfhello", None, "hello"),
        ("hello".encode("utf-16"), None, "hello"),
        (b"Thomas M\xfcller lives here", None, "Thomas Müller lives here"),
        (b"caf\xe9", "x-none-such", "café"),
        (b"caf\xe9 and cr\xe8me", "utf-8", "café and crème"),
        ("crème, entrée, ".encode() + b"caf\xe9 au", "utf-8", "crème, entrée, caf\ufffd au"),
        (
            b'<meta charset="windows-1251">\xd2\xe5\xef\xeb\xee',
            None,
            '<meta charset="windows-1251">Тепло',
        ),
    ],
)  # fmt: skip
def test_charsets(data: bytes, declared: str | None, text: str) -> None:
    """Valid UTF-8 has precedence over a declared charset, and that over a guess."""
    assert decode(data, declared) == text


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One paragraph a line, " + "word " * 30 + "end.\nAnother, " + "word " * 30 + "end.", 2),
        (
            ("This one is wrapped at a margin over here,\nand now it goes on until here, where\n"
            "it ends.\n\nNext one."),
            2,
        ),
        (
            ("   First, set in by three and wrapping right\nhere, as wires do.\n"
            "   Second, set in, and we see\nit."),
            2,
        ),
        ("Orm 3 4\nHessel 2 2\nTarn 1 0", 3),
    ],
)  # fmt: skip
def test_paragraphs_of_laid_out_text(text: str, paragraphs: int) -> None:
    """Wrapped lines are joined; blank lines, indents and unwrapped lines separate paragraphs."""
    assert len(unwrap(text).split("\n\n")) == paragraphs


@pytest.mark.parametrize(
    ("text", "headline", "byline"),
    [
        (f"Market stays open\n\n{SENTENCE}", "Market stays open", None),
        (f"Market stays open\n{LONG}", "Market stays open", None),
        (
            f"Will the market stay open?\n\nBy Ann Orr\n\n{SENTENCE}",
            "Will the market stay open?",
            "By Ann Orr",
        ),
        (f"{SENTENCE}\n{SENTENCE}", None, None),
        (f"He left early.\n\n{SENTENCE}", None, None),
        (f"By noon the market was full.\n\n{SENTENCE}", None, None),
        ("Market stays open", None, None),
        (
            f"The council voted on Monday to\nkeep the market open, its head said.\n\n{SENTENCE}",
            None,
            None,
        ),
    ],
)
def test_a_headline_is_only_what_stands_apart(
    text: str, headline: str | None, byline: str | None
) -> None:
    """A separate short line that is not a sentence is the headline; a first paragraph is not."""
    article = parse_text(text, "UTC")
    assert (article.headline, article.byline) == (headline, byline)
    assert article.body


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>One <b>bold</b> word.</p><p>Two &amp; three.</p>", "One bold word.\n\nTwo & three."),
        ("A line.<br>Another.<br><br>A paragraph.", "A line.\nAnother.\n\nA paragraph."),
        ("Plain.\n\nWordPress <em>way</em>.", "Plain.\n\nWordPress way."),
        ("<script>alert(1)</script><style>p{}</style><p>Text.</p>", "Text."),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        (
            "<table><tr><td>Orm</td><td>3</td></tr><tr><td>Tarn</td><td>1</td></tr></table>",
            "Orm 3\n\nTarn 1",
        ),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 2", "5 < 6 && 7 > 2"),
        ("", ""),
    ],
)
def test_html_becomes_paragraphs(fragment: str, text: str) -> None:
    """Blocks become paragraphs, breaks become line ends, code and markup are removed."""
    assert html_text(fragment) == text


def test_a_long_tag_is_no_danger_in_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """An inline picture or a long script leaves a page readable."""
    monkeypatch.setattr(markup, "MAX_ATTRIBUTES", 3)
    picture = f'<img src="data:image/png;base64,{"A" * 17_000}">'
    script = f"<script>if (a<b) {{{'var x = 1; ' * 2_000}}}</script>"
    assert not has_too_many_attributes(picture + script + "<p>Text.</p>")


def test_the_ttl_of_a_feed() -> None:
    """RSS's ttl is in minutes."""
    ttl = time_to_live(b"<rss><channel><ttl> 45 </ttl></channel></rss>")
    assert ttl is not None
    assert ttl.total_seconds() == 45 * 60
    assert time_to_live(b"<rss/>") is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://courier.example/a?b=1#c", True),
        ("http://[bad", False),
        ("http://ex\u2100mple.example/", False),
        ("javascript:alert(1)", False),
        ("https:///nowhere", False),
    ],
)
def test_an_unparsable_address_is_none(url: str, *, kept: bool) -> None:
    """An address whose host cannot be parsed is None."""
    feed = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "url": url, "content_text": "It rained."}],
        }
    )
    [article] = read(feed.encode()).articles
    assert article.url == (url if kept else None)
