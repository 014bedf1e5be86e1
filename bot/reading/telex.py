"""Telex wires, framed by control characters: ANPA 1312 of American wires, and IPTC 7901.

ANPA 1312: header STX, lines that begin with ^ are heads and notes, text ETX trailer. IPTC 7901:
header line, slug, STX headline and text ETX time; notes for editors after "# Notebook".
"""

import re
from datetime import datetime

from bot.model import Article, Format
from bot.reading import unreadable
from bot.reading.cleaning import clean_body, join_paragraphs, line_or_none, unwrap
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.holds import hold_article, is_hold
from bot.reading.times import parse_time
from bot.reading.wire_text import (
    DESK_PHRASES,
    is_correction,
    notes_correction,
    status_in,
    without_sign_off,
)

_PADDING = "\x00\x7f\r\n "
_SNIFFED_CHARS = 4_000
_FRAME = re.compile(
    r"\s*(?:\x16[\x16\x01]|\x01)([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL
)

# --- ANPA 1312 ---
_UNIT_SEPARATOR = "\x1f"
_TABLE_ROW = "\x08"
_TRAILER = re.compile(r"([A-Z][A-Za-z]{1,9})-[A-Z]{2}-(\d\d)-(\d\d)-(\d\d)\s+(\d{4})\s*GMT")
_ANPA_BYLINE = re.compile(r"By [A-Z].*")

# --- IPTC 7901 ---
# "bdt0123 4 pl 211 abc 0456": message, priority, category, words, agency and its number.
_HEADER = re.compile(
    r"[a-z]{2,4}\d{3,5} +\d +[a-z]{1,3} +\d{1,5} +[A-Za-z][\w.-]{1,20} +\d{1,5}[ \t]*\r?\n"
)
_AGENCY = re.compile(r"([A-Za-z][\w.-]{1,20})\s+\d{1,5}\s*$")
# In small letters or capitals: "Frankfurt (Oder)" is a place.
_DATELINE = re.compile(r"\s*[^\W\d_][^()\n]{1,40} \(([a-z]{2,8}|[A-Z]{2,8})(?:/[A-Za-z]{1,8})*\)\s")
_PATH = re.compile(r"/[^ ].{0,120}/")
_IPTC_BYLINE = re.compile(r"(?:By|Von|Par)\s+\S.*")
# The top ends at a blank line, or with "=" at a line's end.
_TOP_END = re.compile(r"[ \t]*=[ \t]*(?:\n|$)|\n[ \t]*\n")
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)\s*([A-Z]{3,4})?\s+([^\W\d_]{3,})\.?\s+(\d\d)\b")


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize the frame; ANPA's begins with SYN, or has US in its first line instead."""
    text = document.text[:_SNIFFED_CHARS].lstrip(_PADDING)
    is_framed, begins = "\x02" in text, text.startswith("\x01")
    has_units = begins and _UNIT_SEPARATOR in text.split("\n")[0]
    if is_framed and (has_units or text.startswith(("\x16\x16", "\x16\x01"))):
        return Format.ANPA, _read_anpa
    is_iptc = (begins and is_framed) or _HEADER.match(text)
    return (Format.IPTC7901, _read_iptc) if is_iptc else None


def _split_frame(document: SourceDocument, name: str) -> tuple[str, str, str]:
    """Return header, text and what follows it; some gateways remove the signs in between."""
    text = document.text.lstrip(_PADDING)
    trailer: str | None
    if match := _FRAME.match(text):
        header, body, trailer = match.groups()
    elif match := _HEADER.match(text):
        header = match.group()
        body, _, last = text[match.end() :].rstrip().rpartition("\n")
        trailer = last if _TIME.match(last) else None
    else:
        raise unreadable("telex_without_start", name=name)
    if trailer is None:
        raise unreadable("telex_cut_short", name=name)
    return header, body.replace("\r\n", "\n").replace("\r", "\n"), trailer


def _read_anpa(document: SourceDocument) -> list[Article]:
    """Return the one article of the transmission."""
    header, text, trailer = _split_frame(document, "ANPA 1312")
    heads, notes, plain = _split_lines(text.split("\n"))
    rest = heads[1:] if heads and DESK_PHRASES["slug"].fullmatch(heads[0]) else heads
    headline = next((head for head in rest if not _ANPA_BYLINE.fullmatch(head)), None)
    rest = rest[1:] if headline and rest[0] == headline else rest
    byline = next((head for head in rest if _ANPA_BYLINE.fullmatch(head)), None)
    below_byline = rest[rest.index(byline) + 1 :] if byline else []
    outlet = below_byline[0] if below_byline and _is_outlet(below_byline[0]) else None
    agency = published = None
    if match := _TRAILER.search(trailer):
        agency, month, day, year, time = match.groups()
        published = parse_time(f"20{year}{month}{day}T{time}00Z", document.zone)
    # The slug may be marked as a correction: "BC-US--Harbour, Correction,210".
    slug_words = [word.strip() for word in heads[0].split(",")[1:]] if heads else []
    article = Article(
        # Where only heads came, those after the headline are the body.
        body=_anpa_body(plain)
        or join_paragraphs(_print_characters(head) for head in rest if head != byline),
        headline=line_or_none(_print_characters(headline or "")),
        byline=line_or_none(byline),
        source=line_or_none(outlet) or agency,
        published=published,
        status=status_in(
            *header.splitlines()[1:], *heads[:3], *notes, slug=next(iter(heads), None)
        ),
        correction=notes_correction(*notes) or is_correction(*slug_words),
    )
    return [hold_article(article, document.zone, *notes, arrived=document.arrived)]


def _split_lines(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the heads, the notes to editors and holds, and the lines of the text."""
    marked = [line for line in lines if _is_marked(line) and not line.startswith(f"^{_TABLE_ROW}")]
    stripped = list(map(_strip_marks, marked))
    heads = [head for head in stripped if head and not _is_marked_as("note", head)]
    notes = [head for head in stripped if _is_marked_as("note", head)]
    plain = [line for line in lines if not _is_marked(line)]
    if not heads:
        # A wire without ^: only the first paragraph of its text is indented.
        indented = (at for at, line in enumerate(plain) if line[:1].isspace() and line.strip())
        start = next(indented, 0)
        heads = [head for line in plain[:start] if (head := _strip_marks(line).rstrip("+"))]
        plain = plain[start:]
    return heads, notes, plain


def _is_marked(line: str) -> bool:
    return line.lstrip(" ").startswith("^")


def _is_outlet(line: str) -> bool:
    return not DESK_PHRASES["job title"].fullmatch(line) and not line.isupper() and len(line) > 3


def _strip_marks(line: str) -> str:
    return clean_body(line).rpartition("^")[2].rstrip("<= ").strip()


def _anpa_body(lines: list[str]) -> str:
    """Return the paragraphs: each begins with white space, or as a table's row."""
    paragraphs: list[str] = []
    for line in lines:
        words = line.replace("^", " ").replace(_TABLE_ROW, " ").rstrip("< ").strip()
        if words and (line[:1].isspace() or line.startswith(_TABLE_ROW) or not paragraphs):
            paragraphs.append(words)
        elif words:
            paragraphs[-1] += " " + words
    return without_sign_off(join_paragraphs(map(_print_characters, paragraphs)))


def _print_characters(text: str) -> str:
    """Return ANPA's six-bit characters as they are printed: quotation marks and the dash."""
    return text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")


def _read_iptc(document: SourceDocument) -> list[Article]:
    """Return the one article of the transmission."""
    header, text, trailer = _split_frame(document, "IPTC 7901")
    text = text.lstrip("\n")
    end = _TOP_END.search(text)
    top, body = (text[: end.start()], text[end.end() :]) if end else (text, "")
    headline, byline, take_keys = _read_top(top)
    match = _AGENCY.search(header.strip().splitlines()[0]) if header.strip() else None
    agency = match.group(1) if match else None
    article = Article(
        body=_iptc_body(body, agency),
        headline=headline,
        byline=byline,
        source=_dateline_agency(body) or agency,
        published=_parse_trailer_time(trailer, document.zone),
        status=status_in(*take_keys),
        correction=is_correction(*take_keys),
    )
    start = DESK_PHRASES["notes start"].search(body)
    notes = re.split(r"\n[\s#*]*", body[start.start() :]) if start else []
    return [hold_article(article, document.zone, *take_keys, *notes, arrived=document.arrived)]


def _dateline_agency(body: str) -> str | None:
    """Return the agency behind the place where a text begins: "Bern (ats) - …".

    In the header some agencies name the desk instead.
    """
    match = _DATELINE.match(body)
    return match.group(1) if match else None


def _read_top(text: str) -> tuple[str | None, str | None, list[str]]:
    """Return headline, byline and take keys ("2ND LEAD", "(Berichtigung: …)") above the text."""
    lines = [line.strip() for line in text.strip().removesuffix("=").splitlines() if line.strip()]
    lines = [line for line in lines if not _PATH.fullmatch(line)]
    byline = next((line for line in lines[1:] if _IPTC_BYLINE.fullmatch(line)), None)
    take_keys = [line for line in lines if _is_marked_as("take key", line)]
    heads = " ".join(line for line in lines if line != byline and line not in take_keys)
    headline = DESK_PHRASES["headline prefix"].sub("", heads)
    return line_or_none(headline), line_or_none(byline), take_keys


def _is_marked_as(kind: str, line: str) -> bool:
    """Return whether a line is a "note" or a "take key" by its words, or a hold."""
    return DESK_PHRASES[kind].fullmatch(line) is not None or is_hold(line)


def _iptc_body(text: str, agency: str | None) -> str:
    """Return the text without notes to editors and the desk's signature ("dpa hm bs")."""
    notes = DESK_PHRASES["notes start"].search(text)
    body = without_sign_off(clean_body(unwrap(text[: notes.start()] if notes else text)))
    before, _, last = body.rpartition("\n\n")
    is_signed = agency and re.fullmatch(rf"{re.escape(agency)}(?: [a-z]{{2,4}}){{1,9}}", last)
    return before if before and is_signed else body


def _parse_trailer_time(trailer: str, zone: str) -> datetime | None:
    """Parse day, hour and minute, then month and year: "131137 GMT Nov 13"."""
    match = _TIME.search(trailer)
    if not match:
        return None
    day, hour, minute, zone_name, month, year = match.groups()
    return parse_time(f"{day} {month} 20{year} {hour}:{minute} {zone_name or ''}", zone)
