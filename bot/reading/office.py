"""Recognize PDF and DOCX, and say of other files of offices what would be read in their place."""

import importlib
import io
import zipfile
from collections.abc import Callable

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading import messages
from bot.reading.archives import ZIP_START
from bot.reading.document import FormatReader, SourceDocument

# PDFium, too, looks for the header among the first bytes only (ISO 32000-1, annex H).
_PDF_HEADER_BYTES = 1_024
_BEFORE_PDF = b"\xef\xbb\xbf \t\r\n\0"
DOCX_BODY = "word/document.xml"
# The first entry of an Open Document or EPUB, and that of Microsoft's formats.
_OFFICE_ENTRIES = {"mimetype", "[Content_Types].xml"}


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize PDF and DOCX. Raise SourceUnreadable for other files of Office programs.

    What reads them is loaded only now: most workers never meet one.
    """
    data = document.data
    if data[:_PDF_HEADER_BYTES].lstrip(_BEFORE_PDF).startswith(b"%PDF-"):
        return Format.PDF, _reader("bot.reading.pdf")
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
        raise SourceUnreadable(messages.text("not_docx"))
    return Format.DOCX, _reader("bot.reading.docx")


def _reader(module: str) -> Callable[[SourceDocument], list[Article]]:
    read_articles: Callable[[SourceDocument], list[Article]] = importlib.import_module(
        module
    ).read_articles
    return read_articles
