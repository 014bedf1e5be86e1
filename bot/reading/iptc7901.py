"""IPTC 7901, the text wire of the telex age, which dpa and others still send.

SOH header line, slug, STX headline and text ETX time; notes for editors after "# Notebook".
"""

import re
from datetime import datetime

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import clean_body, line_or_none, unwrap
from bot.reading.document import SourceDocument
from bot.reading.times import parse_time
from bot.reading.wire_text import is_correction, status_in, without_sign_off

_FRAME = re.compile(r"\s*\x01([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL)
_AGENCY = re.compile(r"([A-Za-z][\w.-]{1,20})\s+\d{1,5}\s*$")
# What follows is for editors: "# dpa-Notizblock", "## Internet", "* * * *", "The following
# information is not for publication".
_NOTES_START = re.compile(
    r"^[ \t]*(?:#{1,3}[ \t]*[A-Za-z]|\*(?:[ \t]*\*){2,}[ \t]*$"
    r"|the following information is not (?:intended )?for pub)",
    re.IGNORECASE | re.MULTILINE,
)
_TAKE_KEY = re.compile(
    r"(?:\d+(?:st|nd|rd|th)\s+(?:lead|ld|add|roundup|net|snap)"
    r"|(?:refile|urgent|lead|correction|update|repetition|extra"
    r"|kill|mandatory kill|bulletin kill|withhold)s?\b)[^a-z]*",
    re.IGNORECASE,
)
# A take key at the start of the headline's own line.
_HEADLINE_PREFIX = re.compile(
    r"(?:EXTRA|URGENT|FLASH|\(Achtung\)|\(EILMELDUNG\)|\(Wiederholung\))\s+"
)
_BRACKETED = re.compile(r"\([^()]{1,200}\)")
_PATH = re.compile(r"/[^ ].{0,120}/")
_BYLINE = re.compile(r"(?:By|Von|Par)\s+\S.*")
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)\s*([A-Z]{3,4})?\s+([A-Za-zäÄ]{3})\w*\.?\s+(\d\d)\b")
# January to December, in English, German and French.
_MONTH_NAMES = "jan feb|fév mar|mär|mrz apr|avr may|mai jun jul aug|aoû sep oct|okt nov dec|dez"
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split(), start=1)
    for name in names.split("|")
}
_OFFSETS = {"GMT": "+0000", "UTC": "+0000", "CET": "+0100", "CEST": "+0200"}
# "bdt0123 4 pl 211 abc 0456": message, priority, category, words, agency and its number.
_HEADER = re.compile(
    r"[a-z]{2,4}\d{3,5} +\d +[a-z]{1,3} +\d{1,5} +[A-Za-z][\w.-]{1,20} +\d{1,5}[ \t]*\r?\n"
)
_PADDING = "\x00\x7f\r\n "
_SNIFFED_CHARS = 4_000
# The top ends at a blank line, or with "=" at a line's end.
_TOP_END = re.compile(r"[ \t]*=[ \t]*(?:\n|$)|\n[ \t]*\n")


def detect(document: SourceDocument) -> Format | None:
    """Recognize the control characters that frame it (ANPA's begin with SYN)."""
    text = document.text[:_SNIFFED_CHARS].lstrip(_PADDING)
    is_framed = (text.startswith("\x01") and "\x02" in text) or _HEADER.match(text)
    return Format.IPTC7901 if is_framed else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article of the transmission."""
    header, text, trailer = _split_frame(document.text.lstrip(_PADDING))
    if trailer is None:
        raise SourceUnreadable(
            "This IPTC 7901 file ends in the middle: it has no end of text. "
            "Drop the complete file again."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    end = _TOP_END.search(text)
    top, body = (text[: end.start()], text[end.end() :]) if end else (text, "")
    headline, byline, take_keys = _read_top(top)
    match = _AGENCY.search(header.strip().splitlines()[0]) if header.strip() else None
    agency = match.group(1) if match else None
    return [
        Article(
            body=_body(body, agency),
            headline=headline,
            byline=byline,
            source=agency,
            published=_parse_trailer_time(trailer, document.zone),
            status=status_in(*take_keys),
            correction=is_correction(*take_keys),
        )
    ]


def _split_frame(text: str) -> tuple[str, str, str | None]:
    """Return header, text and what follows the text, which is None where it is missing.

    Some gateways remove the control characters that separate the three.
    """
    if match := _FRAME.match(text):
        header, body, trailer = match.groups()
        return header, body, trailer
    header = _HEADER.match(text)
    if header is None:
        raise SourceUnreadable("This IPTC 7901 file has no start of text.")
    rest, _, last = text[header.end() :].rstrip().rpartition("\n")
    return header.group(), rest, last if _TIME.match(last) else None


def _read_top(text: str) -> tuple[str | None, str | None, list[str]]:
    """Return headline, byline and take keys ("2ND LEAD", "(Berichtigung: …)") above the text."""
    lines = [line.strip() for line in text.strip().removesuffix("=").splitlines() if line.strip()]
    lines = [line for line in lines if not _PATH.fullmatch(line)]
    byline = next((line for line in lines[1:] if _BYLINE.fullmatch(line)), None)
    take_keys = [line for line in lines if _TAKE_KEY.fullmatch(line) or _BRACKETED.fullmatch(line)]
    heads = [line for line in lines if line != byline and line not in take_keys]
    return line_or_none(_HEADLINE_PREFIX.sub("", " ".join(heads))), line_or_none(byline), take_keys


def _body(text: str, agency: str | None) -> str:
    """Return the text without notes to editors and the desk's signature ("dpa hm bs")."""
    notes = _NOTES_START.search(text)
    body = without_sign_off(clean_body(unwrap(text[: notes.start()] if notes else text)))
    before, _, last = body.rpartition("\n\n")
    is_signed = agency and re.fullmatch(rf"{re.escape(agency)}(?: [a-z]{{2,4}}){{1,9}}", last)
    return before if before and is_signed else body


def _parse_trailer_time(trailer: str, zone: str) -> datetime | None:
    """Parse day, hour and minute, then month and year: "131137 GMT Nov 13"."""
    match = _TIME.search(trailer)
    if not match:
        return None
    day, hour, minute, zone_name, name, year = match.groups()
    month, offset = _MONTHS.get(name.lower()), _OFFSETS.get(zone_name or "", "")
    if month is None:
        return None
    return parse_time(f"20{year}{month:02d}{day}T{hour}{minute}00{offset}", zone)
