"""ANPA 1312: the American text wire; lines that begin with ^ are heads and notes, the others the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.errors import SourceUnreadable
from bot.model import Article, Format
from bot.reading.cleaning import clean_body, join_paragraphs, line_or_none
from bot.reading.times import read_time

if TYPE_CHECKING:
    from bot.reading.material import Material

_FRAME = re.compile(r"[\x00\s]*\x16[\x16\x01][^\x02]{0,2000}\x02(.*?)(?:\x03(.*))?$", re.DOTALL)
_TRAILER = re.compile(r"([A-Z][A-Za-z]{1,9})-[A-Z]{2}-(\d\d)-(\d\d)-(\d\d)\s+(\d{4})\s*GMT")
_SLUG = re.compile(r"\^?\*?\d{0,6}<?\s*\^?[^<^]{3,200},\s*\d{1,5}$|.*--.*,$")
_NOTE = re.compile(r"\(?(?:Eds|Editors?|AP (?:Photo|Graphic|Video|Audio)s?|With AP|Note)\b.*|END|\*\d+", re.IGNORECASE)
_BYLINE = re.compile(r"By [A-Z].*")


def recognises(material: Material) -> Format | None:
    """SYN SYN SOH at the start, STX soon after."""
    text = material.text[:4_000].lstrip("\x00\r\n ")
    return Format.ANPA if text.startswith(("\x16\x16", "\x16\x01")) and "\x02" in text else None


def articles(material: Material) -> list[Article]:
    """The one article of the transmission."""
    frame = _FRAME.match(material.text)
    if frame is None:
        raise SourceUnreadable("This ANPA 1312 file has no start of text.")
    text, trailer = frame.groups()
    if trailer is None:
        raise SourceUnreadable(
            "This ANPA 1312 file ends in the middle: it has no end of text. Drop the complete file again."
        )
    signed = _TRAILER.search(trailer)
    headline, byline, outlet, body = _parts(text)
    agency, month, day, year, hour = signed.groups() if signed else (None, "", "", "", "")
    return [
        Article(
            body=body,
            headline=headline,
            byline=byline,
            source=outlet or agency,
            published=read_time(f"20{year}{month}{day}T{hour}00Z", material.zone) if signed else None,
        )
    ]


def _parts(text: str) -> tuple[str | None, str | None, str | None, str]:
    """Headline, byline, outlet, body. Where only heads came, those after the headline are the body."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heads = [_bare(line) for line in lines if line.lstrip(" ").startswith("^")]
    heads = [head for head in heads if head and not _NOTE.fullmatch(head)]
    body = [line for line in lines if not line.lstrip(" ").startswith("^")]
    rest = heads[1:] if heads and _SLUG.fullmatch(heads[0]) else heads
    headline = next((head for head in rest if not _BYLINE.fullmatch(head)), None)
    rest = rest[1:] if headline and rest[0] == headline else rest
    byline = next((head for head in rest if _BYLINE.fullmatch(head)), None)
    after = rest[rest.index(byline) + 1 :] if byline else []
    plain = _body(body) or join_paragraphs(_typed(head) for head in rest if head != byline)
    return line_or_none(_typed(headline or "")), line_or_none(byline), line_or_none(after[0]) if after else None, plain


def _bare(line: str) -> str:
    return clean_body(line).rpartition("^")[2].rstrip("<= ").strip()


def _body(lines: list[str]) -> str:
    """A paragraph begins with white space; what does not goes on with the line before."""
    paragraphs: list[str] = []
    for line in lines:
        words = line.rstrip("< ").strip()
        if words and (line[:1].isspace() or not paragraphs):
            paragraphs.append(words)
        elif words:
            paragraphs[-1] += " " + words
    return join_paragraphs(_typed(paragraph) for paragraph in paragraphs)


def _typed(text: str) -> str:
    """The wire's six-bit characters as they are printed: quote marks and the dash."""
    return text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")
