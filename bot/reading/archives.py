"""Recognize PDF and DOCX, and unpack a gzip or ZIP of articles within a cap.

Each file of an archive is read as if it came alone.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from importlib import import_module

from bot.model import Format
from bot.model.errors import SourceUnreadable
from bot.reading import unreadable
from bot.reading.document import FormatReader, SourceDocument

# PDFium, too, looks for the header among the first bytes only (ISO 32000-1, annex H).
_PDF_HEADER_BYTES = 1_024
_BEFORE_PDF = b"\xef\xbb\xbf \t\r\n\0"
DOCX_BODY = "word/document.xml"
# The first entry of an Open Document or EPUB, and that of Microsoft's formats.
_OFFICE_ENTRIES = {"mimetype", "[Content_Types].xml"}
GZIP_START, ZIP_START = b"\x1f\x8b", b"PK\x03\x04"
MAX_FILES = 1_000


def unpack(data: bytes, max_bytes: int) -> list[bytes]:
    """Return the files in an archive, of `max_bytes` at most, or raise SourceUnreadable."""
    if data.startswith(GZIP_START):
        return [_gunzip(data, max_bytes)]
    try:
        return list(_unzip(data, max_bytes))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as e:
        raise unreadable("archive_broken") from e


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = engine.decompress(data, max_bytes + 1)
    except zlib.error as e:
        raise unreadable("archive_broken") from e
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    if not engine.eof:
        raise unreadable("archive_broken")
    return content


def _unzip(data: bytes, max_bytes: int) -> Iterator[bytes]:
    """Yield the content of each file, oldest first."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if _is_article(member)]
        if any(member.flag_bits & 1 for member in members):
            raise unreadable("archive_locked")
        if len(members) > MAX_FILES:
            count = {"count": len(members), "most": MAX_FILES}
            raise unreadable("archive_too_many", **count)
        bytes_left = max_bytes
        for member in sorted(members, key=lambda member: member.date_time):
            with archive.open(member) as file:
                content = file.read(bytes_left + 1)
            bytes_left -= len(content)
            if bytes_left < 0:
                raise _too_large(max_bytes)
            yield content


def _is_article(member: zipfile.ZipInfo) -> bool:
    """Leave out folders and what operating systems put beside files."""
    names = member.filename.split("/")
    return not member.is_dir() and not any(name.startswith((".", "__MACOSX")) for name in names)


def _too_large(max_bytes: int) -> SourceUnreadable:
    return unreadable("archive_too_large", size=max_bytes / 2**20)


def detect_office(document: SourceDocument) -> FormatReader | None:
    """Recognize PDF and DOCX. Raise SourceUnreadable for other files of Office programs.

    What reads them is loaded only now: most workers never meet one.
    """
    data = document.data
    if data[:_PDF_HEADER_BYTES].lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return Format.PDF, import_module("bot.reading.pdf").read_articles
    if not data.startswith(ZIP_START):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    if _OFFICE_ENTRIES.isdisjoint(names):
        return None
    if DOCX_BODY not in names:
        raise unreadable("not_docx")
    return Format.DOCX, import_module("bot.reading.docx").read_articles
