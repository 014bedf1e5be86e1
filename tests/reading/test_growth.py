"""No reader's time grows with the square of a file's length: what was slow once is a case here."""

from contextlib import suppress

import pytest

from bot.model.errors import SourceUnreadable
from bot.reading import read
from tests.timing import processor_seconds

SIZE = 60_000
ITEM = '{"uri": "urn:a:1", "headline": "A", "versioncreated": "2026-05-08T10:30:00Z", "body_html": "<p>a%sb</p>"}'


@pytest.mark.parametrize(
    ("frame", "piece"),
    [
        pytest.param(ITEM, " ", id="white space in HTML, before a declaration that never comes"),
        pytest.param(ITEM, "\\n ", id="line ends in HTML"),
        pytest.param("<nitf><body><body.content><p>a%sb</p></body.content></body></nitf>", "\n ", id="lines in NITF"),
        pytest.param("# A\n\n%s", "[a](", id="links that never end in Markdown"),
        pytest.param("%s", "(in ", id="brackets above a text"),
        pytest.param("Subject: a\nFrom: a@b.example\nDate: x\nContent-Type: text/plain%s\n\nA.", ";",
                     id="parameters of a mail"),
        pytest.param("Subject: a\nFrom: a@b.example\nDate: x\n\n%s", "unsubscribe\n\n", id="a footer of a mail"),
        pytest.param("<rss><channel><item><title>a</title><description>%s</description></item></channel></rss>", "[a ",
                     id="short codes that never end"),
        pytest.param("<rss><channel><item><title>a</title><description>%s</description></item></channel></rss>",
                     "[caption]", id="captions that never end"),
        pytest.param("\x16\x16\x01a1\x1f\r\n\x02^A<\r\n%s\x03", "^a\n", id="heads of a telex wire"),
    ],
)  # fmt: skip
def test_time_does_not_grow_with_the_square(frame: str, piece: str) -> None:
    """A file of 60 KB of one repeated piece is read or refused within a second of computing."""
    data = (frame % (piece * (SIZE // len(piece)))).encode()

    def reading() -> None:
        with suppress(SourceUnreadable):
            read(data)

    assert processor_seconds(reading, times=1) < 1
