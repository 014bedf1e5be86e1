"""ANPA 1312: the American text wire; lines that begin with ^ are heads and notes, the others the text."""

import re
from typing import NamedTuple

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import clean_body, join_paragraphs, line_or_none
from bot.reading.document import Document
from bot.reading.notices import is_correction, status_in, tells_correction
from bot.reading.times import parse_time
from bot.reading.wire_text import without_sign_off

_FRAME = re.compile(
    r"[\x00\s]*(?:\x16[\x16\x01]|\x01)([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL
)
_TRAILER = re.compile(r"([A-Z][A-Za-z]{1,9})-[A-Z]{2}-(\d\d)-(\d\d)-(\d\d)\s+(\d{4})\s*GMT")
_SLUG = re.compile(
    r"\^?\*?\d{0,6}<?\s*\^?[^<^]{3,200},\s*\d{1,5}$|[^ ]{2,12}--.{2,120}|[A-Z]{2}-[^ ]{3,60}|.*--.*,$"
)
_NOTE = re.compile(
    r"\(?(?:Eds|Editors?|AP (?:Photo|Graphic|Video|Audio)s?|With AP|Note)\b.*|END|\*\d+",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"By [A-Z].*")
# What stands below a byline is an outlet, or the reporter's post: that names no outlet.
_POST = re.compile(
    r".*\b(?:Writer|Editor|Correspondent|Columnist|Critic|Analyst|Researcher)s?", re.IGNORECASE
)
_TABLE = "\x08"
_US = "\x1f"
_LOOKED_AT = 4_000


def detect(document: Document) -> Format | None:
    """SYN SYN SOH at the start and STX soon after; some leave SYN out, but not US in the first line."""
    text = document.text[:_LOOKED_AT].lstrip("\x00\x7f\r\n ")
    framed = text.startswith(("\x16\x16", "\x16\x01")) or (
        text.startswith("\x01") and _US in text.split("\n")[0]
    )
    return Format.ANPA if framed and "\x02" in text else None


def articles(document: Document) -> list[Article]:
    """The one article of the transmission."""
    frame = _FRAME.match(document.text.lstrip("\x7f"))
    if frame is None:
        raise SourceUnreadable("This ANPA 1312 file has no start of text.")
    header, text, trailer = frame.groups()
    if trailer is None:
        raise SourceUnreadable(
            "This ANPA 1312 file ends in the middle: it has no end of text. Drop the complete file again."
        )
    signed = _TRAILER.search(trailer)
    parts = _parts(text)
    agency, month, day, year, hour = signed.groups() if signed else (None, "", "", "", "")
    return [
        Article(
            body=parts.body,
            headline=parts.headline,
            byline=parts.byline,
            source=parts.outlet or agency,
            published=parse_time(f"20{year}{month}{day}T{hour}00Z", document.zone)
            if signed
            else None,
            status=status_in(*header.splitlines()[1:], *parts.heads[:3], *parts.notes),
            correction=tells_correction(*parts.notes) or any(map(_is_marked, parts.heads[:1])),
        )
    ]


class Parts(NamedTuple):
    """What the lines of a transmission say; `notes` are for editors alone."""

    heads: list[str]
    notes: list[str]
    headline: str | None
    byline: str | None
    outlet: str | None
    body: str


def _is_marked(slug: str) -> bool:
    """Whether a slug ends in the mark of a correction: "BC-US--Harbour, Correction,210"."""
    return any(is_correction(word.strip()) for word in slug.split(",")[1:])


def _parts(text: str) -> Parts:
    """What is in it. Where only heads came, those after the headline are the body; of a table its head."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marked = [
        _bare(line)
        for line in lines
        if line.lstrip(" ").startswith("^") and not line.startswith(f"^{_TABLE}")
    ]
    heads = [head for head in marked if head and not _NOTE.fullmatch(head)]
    plain = [line for line in lines if not line.lstrip(" ").startswith("^")]
    if not heads:
        heads, plain = _unmarked(plain)
    rest = heads[1:] if heads and _SLUG.fullmatch(heads[0]) else heads
    headline = next((head for head in rest if not _BYLINE.fullmatch(head)), None)
    rest = rest[1:] if headline and rest[0] == headline else rest
    byline = next((head for head in rest if _BYLINE.fullmatch(head)), None)
    after = rest[rest.index(byline) + 1 :] if byline else []
    body = _body(plain) or join_paragraphs(_typed(head) for head in rest if head != byline)
    notes = [head for head in marked if head and _NOTE.fullmatch(head)]
    return Parts(
        heads,
        notes,
        line_or_none(_typed(headline or "")),
        line_or_none(byline),
        line_or_none(after[0]) if after and _is_outlet(after[0]) else None,
        body,
    )


def _is_outlet(line: str) -> bool:
    return not _POST.fullmatch(line) and not line.isupper() and len(line) > 3


def _unmarked(lines: list[str]) -> tuple[list[str], list[str]]:
    """Heads and text of a wire without ^: its heads begin at the margin, its first paragraph does not."""
    at = next((place for place, line in enumerate(lines) if line[:1].isspace() and line.strip()), 0)
    heads = [head for line in lines[:at] if (head := _bare(line).rstrip("+"))]
    return heads, lines[at:]


def _bare(line: str) -> str:
    return clean_body(line).rpartition("^")[2].rstrip("<= ").strip()


def _body(lines: list[str]) -> str:
    """A paragraph begins with white space, or with the sign of a table's row; what does not goes on with it."""
    paragraphs: list[str] = []
    for line in lines:
        words = line.replace("^", " ").replace(_TABLE, " ").rstrip("< ").strip()
        if words and (line[:1].isspace() or line.startswith(_TABLE) or not paragraphs):
            paragraphs.append(words)
        elif words:
            paragraphs[-1] += " " + words
    return without_sign_off(join_paragraphs(_typed(paragraph) for paragraph in paragraphs))


def _typed(text: str) -> str:
    """The wire's six-bit characters as they are printed: quote marks and the dash."""
    return text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")
