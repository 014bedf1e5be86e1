"""No reader's time grows with the square of a file's length; known cases are kept here.

The files are a few kilobytes of one repeated piece, and four times as many. This is enough to tell
a square (16 times) from a line (4 times).
"""

from contextlib import suppress

import pytest

from bot.model.errors import SourceUnreadable
from bot.reading import read
from tests.timing import processor_seconds, takes_no_longer

SMALL_CHARS, LARGE_CHARS = 2_000, 8_000
# Four times as long, twice that for what the machine does besides, and what every reading costs.
MAX_RATIO, SLACK_SECONDS = 8, 0.03
NINJS = (
    '{"uri": "urn:a:1", "headline": "A", "versioncreated": "2026-05-08T10:30:00Z",'
    ' "body_html": "<p>a%sb</p>"}'
)
RSS = "<rss><channel><item><title>a</title><description>%s</description></item></channel></rss>"
MAIL = "Subject: Fwd: a\nFrom: a@b.example\nDate: x\n\nA text, she said. %s b"
PAGE = "<html><script type='application/ld+json'>{'a': %s}</script><p>A text, she said.</p></html>"
AUTHOR = "<rss><channel><item><title>a</title><author>%s</author></item></channel></rss>@"


@pytest.mark.parametrize(
    ("frame", "piece"),
    [
        pytest.param(NINJS, " ", id="white space in HTML"),
        pytest.param(NINJS, "\\n ", id="line ends in HTML"),
        pytest.param(
            "<nitf><body><body.content><p>a%sb</p></body.content></body></nitf>",
            "\n ",
            id="lines in NITF",
        ),
        pytest.param("%s", "(in May ", id="notes above a text"),
        pytest.param("Subject: a\nFrom: a@b.example\nDate: x\n\n%s", "unsubscribe\n\n",
                     id="footers of a mail"),
        pytest.param(MAIL, "[https://a.example ", id="links in a mail"),
        pytest.param(MAIL, "From: a\n", id="headers in a mail"),
        pytest.param(MAIL, " \t", id="white space in a mail"),
        pytest.param(PAGE, "\n ", id="white space in JSON-LD"),
        pytest.param(PAGE, '"a', id="strings in JSON-LD"),
        pytest.param(PAGE, ",", id="commas in JSON-LD"),
        pytest.param(AUTHOR, " ", id="white space in an author"),
        pytest.param(AUTHOR, "a@b ", id="addresses in an author"),
        pytest.param(RSS, "[the mayor ", id="words in brackets"),
        pytest.param(RSS, "[caption]", id="captions"),
        pytest.param(RSS, "<a:deleted-entry ref='b'>", id="tombstones that do not end"),
        pytest.param("\x16\x16\x01a1\x1f\r\n\x02^A<\r\n%s\x03", "^a\n", id="heads of a telex"),
        pytest.param("%s", "EMBARGO 5 ", id="words of a hold"),
        pytest.param("%s", "A word. ", id="one long line"),
    ],
)  # fmt: skip
def test_time_does_not_grow_with_the_square(frame: str, piece: str) -> None:
    """Four times as much of the same takes no more than eight times as long."""

    def reading(chars: int) -> None:
        with suppress(SourceUnreadable):
            read((frame % (piece * (chars // len(piece)))).encode())

    reading(SMALL_CHARS)  # what is imported when first asked for
    assert takes_no_longer(
        lambda: reading(LARGE_CHARS),
        lambda: MAX_RATIO * processor_seconds(lambda: reading(SMALL_CHARS)) + SLACK_SECONDS,
    )
