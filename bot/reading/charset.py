"""Which characters do these bytes stand for? Valid UTF-8 first, then what is declared, then the likeliest."""

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
# A browser reads these labels as Windows-1252 (WHATWG Encoding Standard), and so do sources mean them.
_LATIN_1 = {"iso8859-1", "latin-1", "ascii", "us-ascii"}
_SHIFTING = ("iso2022", "hz", "utf-7")
_GUESSED_FROM = 100_000
_FEW = 20
_UNDEFINED = re.compile(rb"[\x80-\x84\x86-\x90\x95\x98-\x9f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Give the text of `data`; never fails, for an unreadable byte stands U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, "replace")
    if told := _shifted(data, declared):
        return told
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        mistaken = e.start
    named = _known(declared) or _known(declared_in(data))
    if named == "utf-8" or (named is None and _is_torn_utf8(data, mistaken)):
        return data.decode("utf-8", "replace")
    if named is not None:
        return data.decode(named, "replace")
    return data.decode(_guessed(data[:_GUESSED_FROM]), "replace")


def _shifted(data: bytes, declared: str | None) -> str | None:
    """The text where the declared encoding is one that writes other scripts in seven bits, as mail once had to."""
    named = _known(declared)
    if named is None or not named.startswith(_SHIFTING) or not data.isascii():
        return None
    try:
        return data.decode(named)
    except UnicodeDecodeError:
        return None


def declared_in(data: bytes) -> str | None:
    """The encoding that an XML declaration or an HTML meta element names."""
    found = _XML.match(data[:400].lstrip()) or _META.search(data[:4000])
    return found.group(1).decode("ascii") if found else None


def _guessed(data: bytes) -> str:
    """The likeliest; a few accents in a text of plain letters are too little to tell by, and most often Western."""
    accents = sum(byte >= 0x80 for byte in data)
    if (accents < _FEW or accents * 20 < len(data)) and not _UNDEFINED.search(data):
        return "cp1252"
    best = from_bytes(data).best()
    return best.encoding if best is not None else "cp1252"


def _known(encoding: str | None) -> str | None:
    """Python's name of an encoding of text; None where it has none."""
    try:
        name = codecs.lookup(encoding or "").name
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return "cp1252" if name in _LATIN_1 else name


def _is_torn_utf8(data: bytes, mistaken: int) -> bool:
    """Whether the one mistake is a character cut off at the very end."""
    return mistaken >= len(data) - 3 and mistaken > 0 and not data[:mistaken].isascii()
