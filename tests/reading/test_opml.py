"""Feed lists are exported and imported as OPML, and hostile ones are harmless."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.errors import SourceUnreadable
from bot.reading.opml import read_opml, write_opml

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1
).filter(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS.map(lambda word: f"https://feeds.example/{word.strip()}"))))
def test_what_is_written_is_read(feeds: list[tuple[str, str]]) -> None:
    """Every address comes back once, in order."""
    assert read_opml(write_opml(feeds).encode()) == tuple(
        dict.fromkeys(address for _, address in feeds)
    )


@pytest.mark.parametrize(
    "data", [b"", b"no xml", b"<rss/>", b"<opml><body>"], ids=["empty", "text", "rss", "half"]
)
def test_anything_but_opml_is_refused(data: bytes) -> None:
    """Anything but OPML is refused in plain words."""
    with pytest.raises(SourceUnreadable, match="isn't OPML"):
        read_opml(data)


def test_folders_of_feeds_are_opened() -> None:
    """Nested outlines, as readers export them, give their feeds."""
    inner = b'<outline text="a"><outline xmlUrl=" https://x.example/rss "/></outline>'
    assert read_opml(b'<opml version="2.0"><body>' + inner + b"</body></opml>") == (
        "https://x.example/rss",
    )


def test_feeds_that_are_commented_out_are_not_followed() -> None:
    """A commented outline is left out with all below it, as OPML says, and others stay."""
    kept = b'<outline xmlUrl="https://a.example/rss" isComment="false"/>'
    child = b'<outline text="b"><outline xmlUrl="https://b.example/rss"/></outline>'
    commented = b'<outline text="old" isComment="true">' + child + b"</outline>"
    alone = b'<outline isComment="true" xmlUrl="https://c.example/rss"/>'
    data = b'<opml version="2.0"><body>' + commented + kept + alone + b"</body></opml>"
    assert read_opml(data) == ("https://a.example/rss",)


def test_no_file_of_this_machine_is_read(tmp_path: Path) -> None:
    """An external entity in an address is refused, and a DTD in a file is not read."""
    marker = tmp_path / "marker.txt"
    marker.write_text('<!ENTITY e "MARKER">')
    feeds = b'<opml><body><outline xmlUrl="https://x.example/&e;"/></body></opml>'
    entity = f'<!DOCTYPE opml [<!ENTITY e SYSTEM "{marker.as_uri()}">]>'
    with pytest.raises(SourceUnreadable, match="isn't OPML"):
        read_opml(entity.encode() + feeds)
    dtd = f'<!DOCTYPE opml SYSTEM "{marker.as_uri()}">'
    assert read_opml(dtd.encode() + feeds) == ("https://x.example/",)
