"""IPTC 7901: the text wire of the telex age, which dpa and others still speak.

SOH header line, slug, STX headline and text ETX time; notes for editors after "# Notebook".
"""

import re
from datetime import datetime

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.document import Document
from bot.reading.notices import is_correction, status_in
from bot.reading.times import parse_time
from bot.reading.wire_text import without_sign_off
from bot.reading.wrapping import unwrap

_FRAME = re.compile(r"\s*\x01([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL)
_SOURCE = re.compile(r"([A-Za-z][\w.-]{1,20})\s+\d{1,5}\s*$")
# What follows is for editors: "# dpa-Notizblock", "## Internet", "* * * *", "The following … is not for publication".
_NOTES = re.compile(
    r"^[ \t]*(?:#{1,3}[ \t]*[A-Za-z]|\*(?:[ \t]*\*){2,}[ \t]*$|the following information is not (?:intended )?for pub)",
    re.IGNORECASE | re.MULTILINE,
)
_TAKE_KEY = re.compile(
    r"(?:\d+(?:st|nd|rd|th)\s+(?:lead|ld|add|roundup|net|snap)|(?:refile|urgent|lead|correction|update|repetition|extra"
    r"|kill|mandatory kill|bulletin kill|withhold)s?\b)[^a-z]*",
    re.IGNORECASE,
)
# The same at the start of the headline's own line.
_PREFIX = re.compile(r"(?:EXTRA|URGENT|FLASH|\(Achtung\)|\(EILMELDUNG\)|\(Wiederholung\))\s+")
_IN_BRACKETS = re.compile(r"\([^()]{1,200}\)")
_PATH = re.compile(r"/[^ ].{0,120}/")
_BYLINE = re.compile(r"(?:By|Von|Par)\s+\S.*")
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)\s*([A-Z]{3,4})?\s+([A-Za-zäÄ]{3})\w*\.?\s+(\d\d)\b")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_OTHER_MONTHS = {
    "mär": "mar",
    "mrz": "mar",
    "mai": "may",
    "okt": "oct",
    "dez": "dec",
    "fév": "feb",
    "avr": "apr",
    "aoû": "aug",
}
_OFFSETS = {"GMT": "+0000", "UTC": "+0000", "CET": "+0100", "CEST": "+0200"}
# "bdt0123 4 pl 211 abc 0456": message, priority, category, words, agency and its number.
_HEADER = re.compile(
    r"[a-z]{2,4}\d{3,5} +\d +[a-z]{1,3} +\d{1,5} +[A-Za-z][\w.-]{1,20} +\d{1,5}[ \t]*\r?\n"
)
_PADDING = "\x00\x7f\r\n "
# The top ends at a blank line, or with "=" at a line's end.
_TOP_END = re.compile(r"[ \t]*=[ \t]*(?:\n|$)|\n[ \t]*\n")


def detect(document: Document) -> Format | None:
    """The control characters that frame it (ANPA's begin with SYN)."""
    text = document.text[:4_000].lstrip(_PADDING)
    framed = (text.startswith("\x01") and "\x02" in text) or _HEADER.match(text)
    return Format.IPTC7901 if framed else None


def articles(document: Document) -> list[Article]:
    """The one article of the transmission."""
    header, text, trailer = _frame(document.text.lstrip(_PADDING))
    if trailer is None:
        raise SourceUnreadable(
            "This IPTC 7901 file ends in the middle: it has no end of text. Drop the complete file again."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    end = _TOP_END.search(text)
    top, body = (text[: end.start()], text[end.end() :]) if end else (text, "")
    headline, byline, keys = _top(top)
    source = _SOURCE.search(header.strip().splitlines()[0]) if header.strip() else None
    agency = source.group(1) if source else None
    return [
        Article(
            body=_body(body, agency),
            headline=headline,
            byline=byline,
            source=agency,
            published=_time(trailer, document.zone),
            status=status_in(*keys),
            correction=is_correction(*keys),
        )
    ]


def _frame(text: str) -> tuple[str, str, str | None]:
    """Header, text and what follows the text. Some gateways take the control characters out of all three."""
    if framed := _FRAME.match(text):
        return framed.group(1), framed.group(2), framed.group(3)
    header = _HEADER.match(text)
    if header is None:
        raise SourceUnreadable("This IPTC 7901 file has no start of text.")
    rest, _, last = text[header.end() :].rstrip().rpartition("\n")
    return header.group(), rest, last if _TIME.match(last) else None


def _top(text: str) -> tuple[str | None, str | None, list[str]]:
    """Headline, byline and take keys ("2ND LEAD", "(Berichtigung: …)"): the lines before the first blank one."""
    lines = [line.strip() for line in text.strip().removesuffix("=").splitlines() if line.strip()]
    lines = [line for line in lines if not _PATH.fullmatch(line)]
    byline = next((line for line in lines[1:] if _BYLINE.fullmatch(line)), None)
    keys = [line for line in lines if _TAKE_KEY.fullmatch(line) or _IN_BRACKETS.fullmatch(line)]
    heads = [line for line in lines if line != byline and line not in keys]
    return line_or_none(_PREFIX.sub("", " ".join(heads))), line_or_none(byline), keys


def _body(text: str, agency: str | None) -> str:
    """The text without notes to editors, and without the desk's signature ("dpa hm bs")."""
    notes = _NOTES.search(text)
    body = without_sign_off(clean_body(unwrap(text[: notes.start()] if notes else text)))
    before, _, last = body.rpartition("\n\n")
    signed = agency and re.fullmatch(rf"{re.escape(agency)}(?: [a-z]{{2,4}}){{1,9}}", last)
    return before if before and signed else body


def _time(trailer: str, zone: str) -> datetime | None:
    """Day, hour and minute, then the month and the year: "131137 GMT Nov 13"."""
    match = _TIME.search(trailer)
    if not match:
        return None
    day, hour, minute, named, month, year = match.groups()
    short = _OTHER_MONTHS.get(month.lower(), month.lower())
    if short not in _MONTHS.split():
        return None
    number = _MONTHS.split().index(short) + 1
    return parse_time(
        f"20{year}{number:02d}{day}T{hour}{minute}00{_OFFSETS.get(named or '', '')}", zone
    )
