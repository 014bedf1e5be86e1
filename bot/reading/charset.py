"""Decode bytes: valid UTF-8 first, then the declared encoding, then the likeliest one."""

import codecs
import re
from contextlib import suppress

from charset_normalizer import from_bytes

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
# A browser reads these labels as Windows-1252 (WHATWG Encoding Standard), and sources mean it so.
_LATIN_1_NAMES = {"iso8859-1", "latin-1", "ascii", "us-ascii"}
# Encodings that write other scripts in seven bits, as mail once had to.
_SEVEN_BIT_PREFIXES = ("iso2022", "hz", "utf-7")
_GUESS_SAMPLE_BYTES = 100_000
# Fewer accents than this, or than one byte in twenty, are too few to guess an encoding by.
_MIN_ACCENTS = 20
_UNDEFINED_IN_CP1252 = re.compile(rb"[\x80-\x84\x86-\x90\x95\x98-\x9f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`; never fail, but write U+FFFD for an unreadable byte.

    `declared` is the encoding that a header names, used where the bytes are not valid UTF-8.
    """
    for mark, marked_encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(marked_encoding, "replace")
    encoding = _python_name(declared)
    if encoding and encoding.startswith(_SEVEN_BIT_PREFIXES) and data.isascii():
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        # The one error may be a character cut off at the very end.
        is_torn = e.start >= len(data) - 3 and e.start > 0 and not data[: e.start].isascii()
    encoding = encoding or _python_name(_declared_in(data)) or ("utf-8" if is_torn else None)
    if encoding == "utf-8" and not is_torn and _is_mostly_broken(data):
        encoding = None
    return data.decode(encoding or _guess(data[:_GUESS_SAMPLE_BYTES]), "replace")


def _is_mostly_broken(data: bytes) -> bool:
    """Return whether more characters beyond ASCII are unreadable as UTF-8 than are readable."""
    text = data[:_GUESS_SAMPLE_BYTES].decode("utf-8", "replace")
    beyond_ascii = sum(not character.isascii() for character in text)
    return text.count("\ufffd") * 2 > beyond_ascii


def _declared_in(data: bytes) -> str | None:
    """Return the encoding that an XML declaration or an HTML meta element names, or None."""
    match = _XML_ENCODING.match(data[:400].lstrip()) or _META_CHARSET.search(data[:4000])
    return match.group(1).decode("ascii") if match else None


def _guess(data: bytes) -> str:
    """Return the likeliest encoding; a text with few accents is most often Western."""
    accents = sum(byte >= 0x80 for byte in data)
    has_few = accents < _MIN_ACCENTS or accents * 20 < len(data)
    if has_few and not _UNDEFINED_IN_CP1252.search(data):
        return "cp1252"
    best = from_bytes(data).best()
    return best.encoding if best is not None else "cp1252"


def _python_name(encoding: str | None) -> str | None:
    """Return Python's name of a text encoding, or None where it has none."""
    try:
        name = codecs.lookup(encoding or "").name
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return "cp1252" if name in _LATIN_1_NAMES else name
