"""IPTC 7901: the text wire of the telex age, which dpa and others still speak.

SOH header line, slug, STX headline and text ETX time; notes for editors after "# Notebook".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.errors import SourceUnreadable
from bot.model import Article, Format
from bot.reading.cleaning import clean_body, line_or_none
from bot.reading.times import read_time
from bot.reading.wire_text import without_sign_off
from bot.reading.wrapping import unwrap

if TYPE_CHECKING:
    from datetime import datetime

    from bot.reading.material import Material

_FRAME = re.compile(r"\s*\x01([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL)
_SOURCE = re.compile(r"([A-Za-z][\w.-]{1,20})\s+\d{1,5}\s*$")
# What follows is for editors: "# dpa NOTEBOOK", "The following information is not for publication".
_NOTES = re.compile(
    r"^[ \t]*(?:#+[ \t]*(?:\w+[ \t]+)?notebook\b|\*(?:[ \t]*\*){2,}[ \t]*$"
    r"|the following information is not (?:intended )?for pub)",
    re.IGNORECASE | re.MULTILINE,
)
_TAKE_KEY = re.compile(
    r"(?:\d+(?:st|nd|rd|th)\s+(?:lead|ld|add|roundup)|(?:refile|urgent|lead|correction|update|repetition)s?\b)[^a-z]*",
    re.IGNORECASE,
)
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
_SIGNED = re.compile(r"dpa(?: [a-z]{2,4})+")


def recognises(material: Material) -> Format | None:
    """The control characters that frame it (ANPA's begin with SYN)."""
    text = material.text[:4_000].lstrip("\x00\r\n ")
    return Format.IPTC7901 if text.startswith("\x01") and "\x02" in text else None


def articles(material: Material) -> list[Article]:
    """The one article of the transmission."""
    frame = _FRAME.match(material.text.lstrip("\x00"))
    if frame is None:
        raise SourceUnreadable("This IPTC 7901 file has no start of text.")
    header, text, trailer = frame.groups()
    if trailer is None:
        raise SourceUnreadable(
            "This IPTC 7901 file ends in the middle: it has no end of text. Drop the complete file again."
        )
    top, _, body = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").partition("\n\n")
    headline, byline = _top(top)
    source = _SOURCE.search(header.strip().splitlines()[0]) if header.strip() else None
    return [
        Article(
            body=_body(body),
            headline=headline,
            byline=byline,
            source=source.group(1) if source else None,
            published=_time(trailer, material.zone),
        )
    ]


def _top(text: str) -> tuple[str | None, str | None]:
    """Headline and byline: the lines before the first blank one, without their take key."""
    lines = [line.strip() for line in text.strip().removesuffix("=").splitlines() if line.strip()]
    byline = next((line for line in lines[1:] if _BYLINE.fullmatch(line)), None)
    heads = [line for line in lines if line != byline and not _TAKE_KEY.fullmatch(line)]
    return line_or_none(" ".join(heads)), line_or_none(byline)


def _body(text: str) -> str:
    notes = _NOTES.search(text)
    body = without_sign_off(clean_body(unwrap(text[: notes.start()] if notes else text)))
    before, _, last = body.rpartition("\n\n")
    return before if before and _SIGNED.fullmatch(last) else body


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
    return read_time(f"20{year}{number:02d}{day}T{hour}{minute}00{_OFFSETS.get(named or '', '')}", zone)
