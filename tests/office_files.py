"""Small PDF and DOCX files of our own words, built part by part, and why such a file is refused."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import pytest

from bot.model.errors import SourceUnreadable
from bot.reading import read

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def show(x: float, y: float, text: str, size: float = 11, operators: str = "") -> str:
    """Return the operators that show one line of text with its baseline's start at (x, y)."""
    codes = text.encode("cp1252").hex()
    return f"q BT /F1 {size} Tf {operators} 1 0 0 1 {x} {y} Tm <{codes}> Tj ET Q\n"


def show_lines(x: float, y: float, lines: Iterable[str], size: float = 11, step: float = 14) -> str:
    """Return the operators that show lines below each other."""
    return "".join(show(x, y - at * step, line, size) for at, line in enumerate(lines))


def pdf(
    *pages: str,
    catalog: str = "",
    page: str = "",
    resources: str = "",
    objects: Sequence[str] = (),
    font: bytes = _FONT,
) -> bytes:
    """Return a PDF of A4 pages with these content streams.

    `catalog`, `page` and `resources` are entries of those dictionaries; `objects` are numbered from
    4 on, the font is object 3.
    """
    kids, bodies = [], [b"", b"", font, *(each.encode("latin-1") for each in objects)]
    for content in pages:
        stream = content.encode("latin-1")
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        entries = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(bodies)} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>{resources}>>{page}>>"
        )
        bodies.append(entries.encode())
        kids.append(f"{len(bodies)} 0 R")
    bodies[0] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode()
    bodies[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    data, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(data)


_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, style: str = "") -> str:
    """Return a paragraph of runs; one that is no XML is a run of that text."""
    content = "".join(each if each.startswith("<") else run(each) for each in runs)
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{content}</w:p>"


def docx(*content: str, section: str = "", **parts: str) -> bytes:
    """Return a document of paragraphs and other XML.

    `parts` are the contents of other parts by their names without ending ("header1"), to which
    `section` may refer by the same names.
    """
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}{name.rstrip("0123456789")}"'
        f' Target="{name}.xml"/>'
        for name in parts
    )
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}{kind}+xml"/>'
        for name in (*parts, "document")
        for kind in ("document.main" if name == "document" else name.rstrip("0123456789"),)
    )
    roots = {"header": "hdr", "footer": "ftr"}
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{_RELATIONS}officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_W}><w:body>{''.join(content)}"
        f"<w:sectPr>{section}</w:sectPr></w:body></w:document>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        f'package/2006/relationships">{relations}</Relationships>',
    }
    for name, inner in parts.items():
        kind = name.rstrip("0123456789")
        root = roots.get(kind, kind)
        files[f"word/{name}.xml"] = f"<w:{root} {_W}>{inner}</w:{root}>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(SourceUnreadable) as caught:
        read(data)
    return caught.value.reason
