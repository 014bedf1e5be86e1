"""Each limit of the readers works, shown on harmless files with the limit lowered.

The limits on a reader's time and memory are tested in tests/intake/test_workers.py.
"""

import gzip
import io
import json
import sys
import zipfile
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from bot.model.errors import SourceUnreadable
from bot.reading import (
    archives,
    cleaning,
    document,
    json_news,
    mail,
    mail_text,
    markup,
    newsml_g2,
    plain_text,
    read,
    rss_atom,
    sniffing,
)
from bot.reading.markup import html_text
from bot.reading.opml import read_opml

DATA = Path(__file__).parent / "data"
SAID = "The tunnel opens in May, the minister said, and it will be dug from both ends at once."
# Words that a tame compressor halves.
TEXT = " ".join(f"{Random(5).random()} and {n}" for n in range(200)).encode()


def rss(*titles: str, doctype: str = "") -> bytes:
    """Return a feed with an item for each title."""
    items = "".join(
        f"<item><title>{title}</title><description>{SAID}</description></item>" for title in titles
    )
    return f"{doctype}<rss><channel><title>c</title>{items}</channel></rss>".encode()


def page(attributes: str) -> bytes:
    """Return a page whose picture has these attributes."""
    return f"<html><body><img {attributes}><p>{SAID}</p></body></html>".encode()


def headlines(data: bytes) -> list[str | None]:
    """Read a file and return its articles' headlines."""
    return [article.headline for article in read(data).articles]


# --- how many, how long, how deep ---


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (rss_atom, rss("One", "Two", "Three")),
        (
            json_news,
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "items": [{"id": n, "title": str(n), "content_text": SAID} for n in range(3)],
                }
            ).encode(),
        ),
        (json_news, json.dumps([{"uri": str(n), "headline": str(n)} for n in range(3)]).encode()),
        (
            newsml_g2,
            b"<newsMessage>"
            + b"".join(
                b"<newsItem guid='%d'><contentMeta><headline>%d</headline></contentMeta></newsItem>"
                % (n, n)
                for n in range(3)
            )
            + b"</newsMessage>",
        ),
    ],
    ids=["rss", "json feed", "ninjs", "newsml-g2"],
)
def test_only_so_many_items_are_taken(
    reader: ModuleType, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of two, the first two of three items are read."""
    assert len(read(data).articles) == 3
    first_two = headlines(data)[:2]
    monkeypatch.setattr(reader, "MAX_ITEMS", 2)
    assert headlines(data) == first_two


def test_only_so_many_messages_and_parts_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an mbox the first messages are read, of a message the first parts."""
    mbox = (DATA / "two.mbox").read_bytes()
    assert len(read(mbox).articles) == 2
    monkeypatch.setattr(mail, "MAX_MESSAGES", 1)
    assert len(read(mbox).articles) == 1
    letter = (
        "From: a@b.example\nSubject: Tunnel\nDate: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: image/png\n\n\n"
        f"--b\nContent-Type: text/plain\n\n{SAID}\n--b--\n"
    ).encode()
    assert read(letter).articles[0].body == SAID
    monkeypatch.setattr(mail_text, "MAX_PARTS", 1)
    assert read(letter).articles[0].body == ""


def test_a_long_header_of_a_part_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Content-Type beyond the limit, here its charset, is not parsed."""
    letter = (
        b"From: a@b.example\nSubject: Tunnel\nDate: x\n"
        b"Content-Type: text/plain; format=flowed; charset=koi8-r\n\n\xf0\xcf\xd2\xd4 open.\n"
    )
    assert read(letter).articles[0].body == "Порт open."
    monkeypatch.setattr(mail, "MAX_PARAMETER_BYTES", 40)
    assert read(letter).articles[0].body != "Порт open."


@pytest.mark.parametrize(
    "data",
    [
        page(f'src="data:image/png;base64,{"A" * 17_000}" alt=a width=1 height=1'),
        page(f'src="data:image/png;base64,{"A" * 17_000}" hidden async defer '),
        rss(f'<![CDATA[x]]></title><media url="{"A" * 17_000}" b="1" c="1" d="1"/><title>'),
    ],
    ids=["page", "page, without values", "feed"],
)
def test_a_tag_with_too_many_attributes_is_refused(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of three, a tag with four attributes is refused."""
    assert read(data).articles
    monkeypatch.setattr(markup, "MAX_ATTRIBUTES", 3)
    with pytest.raises(SourceUnreadable, match="attributes"):
        read(data)


def test_a_deeply_nested_feed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of four nested tags, a feed with five is refused."""
    feed = b"<rss><channel><item><description><p>" + SAID.encode()
    feed += b"</p></description></item></channel></rss>"
    assert read(feed).articles
    monkeypatch.setattr(rss_atom, "MAX_OPEN_TAGS", 5)
    with pytest.raises(SourceUnreadable, match="too deeply"):
        read(feed)


def test_a_deep_page_needs_no_recursion() -> None:
    """A page nested deeper than Python may recurse is read."""
    depth, frame = 0, sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        depth += 1
    limit = sys.getrecursionlimit()
    fragment = "<div>" * 150 + SAID + "</div>" * 150
    html_text(fragment)  # what is imported on the way may need more
    try:
        sys.setrecursionlimit(depth + 100)
        assert html_text(fragment) == SAID
    finally:
        sys.setrecursionlimit(limit)


def test_json_beyond_the_parser_s_depth_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON too deep for Python's parser is refused with a reason."""

    def too_deep(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(document.json, "loads", too_deep)
    with pytest.raises(SourceUnreadable, match="nested too deeply"):
        read(b'{"guid": "x", "headline": "h"}')


def test_markdown_is_rendered_only_so_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of two levels, a third nested quotation is left out."""
    text = f"# Tunnel\n\n{SAID}\n\n> > > The third level.\n".encode()
    assert "The third level." in read(text).articles[0].body
    monkeypatch.setattr(plain_text, "MAX_NESTING", 3)
    assert "The third level." not in read(text).articles[0].body


def test_a_text_too_long_for_an_article_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body over the limit is left out, and a text far over it is not parsed."""
    assert read(SAID.encode()).articles
    monkeypatch.setattr(sniffing, "MAX_BODY_CHARS", 50)
    with pytest.raises(SourceUnreadable, match="has 86 characters; an article has 50 at most"):
        read(SAID.encode())
    monkeypatch.setattr(sniffing, "MAX_BODY_CHARS", 300_000)
    monkeypatch.setattr(sniffing, "_MAX_TEXT_CHARS", 80)
    with pytest.raises(SourceUnreadable, match="86 characters"):
        read(SAID.encode())


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one byte over the limit is refused."""
    monkeypatch.setattr(sniffing, "MAX_BYTES", len(SAID) - 1)
    with pytest.raises(SourceUnreadable, match="is the most"):
        read(SAID.encode())


# --- archives ---


def make_zip(*contents: bytes) -> bytes:
    """Return a ZIP of files with these contents."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.txt", content)
    return data.getvalue()


@pytest.mark.parametrize(
    "data", [gzip.compress(TEXT), make_zip(TEXT), make_zip(TEXT[:4000], TEXT[4000:])]
)
def test_an_archive_that_unpacks_to_too_much_is_refused(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte over the limit is refused, in one file or in several together."""
    assert len(data) < len(TEXT) - 1
    assert sum(map(len, archives.unpack(data, len(TEXT)))) == len(TEXT)
    monkeypatch.setattr(sniffing, "MAX_BYTES", len(TEXT) - 1)
    with pytest.raises(SourceUnreadable, match="Unpacked, this archive is larger than"):
        read(data)


@pytest.mark.parametrize("pack", [gzip.compress, make_zip])
def test_an_archive_is_not_unpacked_beyond_the_cap(
    pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most one byte over the limit is unpacked."""
    asked: list[int] = []
    decompressor, zip_file = archives.zlib.decompressobj, archives.zipfile.ZipExtFile

    class Engine:
        def __init__(self, bits: int) -> None:
            self._engine = decompressor(bits)

        def decompress(self, data: bytes, max_length: int = 0) -> bytes:
            asked.append(max_length)
            return self._engine.decompress(data, max_length)

    def read_some(self: zipfile.ZipExtFile, size: int = -1) -> bytes:
        asked.append(size)
        return original(self, size)

    original = zip_file.read
    packed = pack(TEXT)  # type: ignore[operator]
    if pack is gzip.compress:
        monkeypatch.setattr(archives.zlib, "decompressobj", Engine)
    monkeypatch.setattr(zip_file, "read", read_some)
    with pytest.raises(SourceUnreadable, match="larger"):
        archives.unpack(packed, 1000)
    assert asked == [1001]


def test_an_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of two, an archive of three files is refused."""
    data = make_zip(*[SAID.encode()] * 3)
    assert len(read(data).articles) == 3
    monkeypatch.setattr(archives, "MAX_FILES", 2)
    with pytest.raises(SourceUnreadable, match="2 is the most"):
        read(data)


# --- what a document names and what it defines ---

BODIES = {
    "nitf": f"<nitf><body><body.content><p>{SAID} &e;</p></body.content></body></nitf>",
    "newsml": f"<NewsML><NewsItem><NewsLines><HeadLine>{SAID} &e;</HeadLine></NewsLines></NewsItem>"
    "</NewsML>",
    "rss": f"<rss><channel><item><title>{SAID} &e;</title></item></channel></rss>",
    "html": f"<html><body><p>{SAID} &e;</p></body></html>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_entities_of_files_are_not_read(body: str, tmp_path: Path) -> None:
    """What a document's own entity says lies in a file does not come into an article."""
    marker = tmp_path / "marker.txt"
    marker.write_text("MARKER")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{marker.as_uri()}">]>'
    article = read((doctype + body).encode()).articles[0]
    assert "MARKER" not in repr(article)
    assert "&e;" in repr(article)


@pytest.mark.parametrize("body", ["nitf", "newsml", "rss"])
def test_what_entities_unfold_into_is_bounded(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities are replaced by the words that the document declares, up to a limit."""
    doctype = '<!DOCTYPE x [<!ENTITY e "no &f; &f;"><!ENTITY f "tunnels"><!ENTITY f "boats">]>'
    data = (doctype + BODIES[body]).encode()
    assert "no tunnels tunnels" in repr(read(data).articles[0])
    monkeypatch.setattr(markup, "MAX_EXPANDED_CHARS", 12)
    with pytest.raises(SourceUnreadable, match="unfold"):
        read(data)


def test_external_dtds_are_not_read(tmp_path: Path) -> None:
    """A DTD in a file, which would define the document's entity and attributes, is ignored."""
    marker = tmp_path / "marker.dtd"
    marker.write_text('<!ENTITY e "MARKER"><!ATTLIST nitf baselang CDATA "MARKER">')
    doctype = f'<!DOCTYPE nitf SYSTEM "{marker.as_uri()}">'
    assert "MARKER" not in repr(read((doctype + BODIES["nitf"]).encode()))


@pytest.mark.parametrize(
    ("module", "parser"),
    [(markup.etree, "XMLParser"), (markup.lxml_html, "HTMLParser")],
    ids=["xml", "html"],
)
def test_parsers_use_no_network_or_dtd(
    module: ModuleType, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsers use no network or DTD, and keep libxml2's own limits on depth and size."""
    options: list[dict[str, object]] = []
    original = getattr(module, parser)

    def recording(**given: object) -> object:
        options.append(given)
        return original(**given)

    monkeypatch.setattr(module, parser, recording)
    read(BODIES["nitf" if parser == "XMLParser" else "html"].encode())
    read_opml(b"<opml/>")
    for given in options:
        assert given["no_network"] is True
        assert given["huge_tree"] is False
        assert given.get("load_dtd", False) is False
    assert len(options) == (2 if parser == "XMLParser" else 1)


def test_feedparser_is_given_no_doctype(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything before a feed's root element is removed before feedparser."""
    given: list[bytes] = []
    original = rss_atom.feedparser.parse

    def recording(data: io.BytesIO, **options: object) -> object:
        given.append(data.getvalue())
        return original(data, **options)

    monkeypatch.setattr(rss_atom.feedparser, "parse", recording)
    read(rss("One", doctype='<!DOCTYPE rss [<!ENTITY e "MARKER">]>'))
    assert given
    assert b"DOCTYPE" not in given[0]


def test_a_line_far_too_long_is_not_even_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line twenty times over the limit is dropped without cleaning."""
    cleaned: list[str] = []
    monkeypatch.setattr(cleaning, "clean_line", lambda text: cleaned.append(text) or text)
    assert cleaning.line_or_none("h" * 100, 5) is None
    assert cleaned == ["h" * 100]
    assert cleaning.line_or_none("h" * 101, 5) is None
    assert cleaned == ["h" * 100]


def test_an_anchor_in_front_matter_is_not_followed() -> None:
    """Front matter with a YAML anchor is read as text; without one, as front matter."""
    plain = f"---\ntitle: Tunnel\nsource: Tunnel\n---\n{SAID}".encode()
    assert read(plain).articles[0].source == "Tunnel"
    anchored = f"---\ntitle: &t Tunnel\nsource: *t\n---\n{SAID}".encode()
    assert read(anchored).articles[0].source is None
