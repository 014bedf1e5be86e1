"""Archives are unpacked within the limits, and a bad file in one leaves the others."""

import gzip
import io
import zipfile

import pytest

from bot.model import Format
from bot.model.errors import SourceUnreadable
from bot.reading import read

STORY = b"Market stays open\n\nThe council voted to keep the market open, its chairwoman said."


def make_zip(**files: bytes) -> bytes:
    """Return a ZIP of these; in names, two underscores become a slash and one a full stop."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return data.getvalue()


def test_a_packed_file_is_read_as_if_alone() -> None:
    """A text in gzip is read like the text; of a ZIP each file is.

    Folders and hidden files are left out.
    """
    assert read(gzip.compress(STORY)) == read(STORY)
    parsed = read(
        make_zip(a_txt=STORY, sub__b_txt=STORY.replace(b"Market", b"Harbour"), _DS_Store=b"\0\1\2")
    )
    assert parsed.format is Format.TEXT
    assert [article.headline for article in parsed.articles] == [
        "Market stays open",
        "Harbour stays open",
    ]


def test_one_bad_file_leaves_the_others() -> None:
    """An unreadable file of an archive is left out; an archive of such files only is refused."""
    assert len(read(make_zip(a_txt=STORY, b_pdf=b"%PDF-1.4")).articles) == 1
    with pytest.raises(SourceUnreadable, match="This PDF"):
        read(make_zip(b_pdf=b"%PDF-1.4"))
    with pytest.raises(SourceUnreadable, match="no file"):
        read(make_zip(_DS_Store=b"hidden"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(STORY)[:-12], "cut short"),
        (make_zip(a_txt=STORY)[:60], "cut short"),
        (gzip.compress(gzip.compress(STORY)), "archive in an archive"),
        (
            make_zip(mimetype=b"application/vnd.oasis.opendocument.text", content_xml=b"<x/>"),
            "Office",
        ),
    ],
    ids=["torn gzip", "torn zip", "nested", "office"],
)
def test_what_is_no_archive_of_articles_is_refused(data: bytes, reason: str) -> None:
    """Broken archives, nested archives and Office documents are refused with the reason."""
    with pytest.raises(SourceUnreadable, match=reason):
        read(data)
