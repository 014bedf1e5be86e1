"""ANPA 1312, the American text wire: lines that begin with ^ are heads and notes."""

import re

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import clean_body, join_paragraphs, line_or_none
from bot.reading.document import SourceDocument
from bot.reading.times import parse_time
from bot.reading.wire_text import is_correction, notes_correction, status_in, without_sign_off

_FRAME = re.compile(
    r"[\x00\s]*(?:\x16[\x16\x01]|\x01)([^\x02]{0,2000})\x02(.*?)(?:\x03(.*))?$", re.DOTALL
)
_TRAILER = re.compile(r"([A-Z][A-Za-z]{1,9})-[A-Z]{2}-(\d\d)-(\d\d)-(\d\d)\s+(\d{4})\s*GMT")
_SLUG = re.compile(
    r"\^?\*?\d{0,6}<?\s*\^?[^<^]{3,200},\s*\d{1,5}$|[^ ]{2,12}--.{2,120}|[A-Z]{2}-[^ ]{3,60}"
    r"|.*--.*,$"
)
_NOTE = re.compile(
    r"\(?(?:Eds|Editors?|AP (?:Photo|Graphic|Video|Audio)s?|With AP|Note)\b.*|END|\*\d+",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"By [A-Z].*")
# Below a byline stands an outlet, or the reporter's job title, which names no outlet.
_JOB_TITLE = re.compile(
    r".*\b(?:Writer|Editor|Correspondent|Columnist|Critic|Analyst|Researcher)s?", re.IGNORECASE
)
_TABLE_ROW = "\x08"
_UNIT_SEPARATOR = "\x1f"
_SNIFFED_CHARS = 4_000


def detect(document: SourceDocument) -> Format | None:
    """Recognize SYN SYN SOH at the start and STX soon after.

    Some senders leave SYN out, but then have US in the first line.
    """
    text = document.text[:_SNIFFED_CHARS].lstrip("\x00\x7f\r\n ")
    is_framed = text.startswith(("\x16\x16", "\x16\x01")) or (
        text.startswith("\x01") and _UNIT_SEPARATOR in text.split("\n")[0]
    )
    return Format.ANPA if is_framed and "\x02" in text else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article of the transmission."""
    frame = _FRAME.match(document.text.lstrip("\x7f"))
    if frame is None:
        raise SourceUnreadable("This ANPA 1312 file has no start of text.")
    header, text, trailer = frame.groups()
    if trailer is None:
        raise SourceUnreadable(
            "This ANPA 1312 file ends in the middle: it has no end of text. "
            "Drop the complete file again."
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heads, notes, plain = _split_lines(lines)
    rest = heads[1:] if heads and _SLUG.fullmatch(heads[0]) else heads
    headline = next((head for head in rest if not _BYLINE.fullmatch(head)), None)
    rest = rest[1:] if headline and rest[0] == headline else rest
    byline = next((head for head in rest if _BYLINE.fullmatch(head)), None)
    below_byline = rest[rest.index(byline) + 1 :] if byline else []
    outlet = below_byline[0] if below_byline and _is_outlet(below_byline[0]) else None
    agency = published = None
    if match := _TRAILER.search(trailer):
        agency, month, day, year, time = match.groups()
        published = parse_time(f"20{year}{month}{day}T{time}00Z", document.zone)
    return [
        Article(
            # Where only heads came, those after the headline are the body.
            body=_body(plain)
            or join_paragraphs(_print_characters(head) for head in rest if head != byline),
            headline=line_or_none(_print_characters(headline or "")),
            byline=line_or_none(byline),
            source=line_or_none(outlet) or agency,
            published=published,
            status=status_in(*header.splitlines()[1:], *heads[:3], *notes),
            correction=notes_correction(*notes) or _is_correction_slug(heads),
        )
    ]


def _is_correction_slug(heads: list[str]) -> bool:
    """Return whether the slug is marked as a correction: "BC-US--Harbour, Correction,210"."""
    return bool(heads) and is_correction(*(word.strip() for word in heads[0].split(",")[1:]))


def _split_lines(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the heads, the notes to editors, and the lines of the text."""
    marked = [line for line in lines if _is_marked(line) and not line.startswith(f"^{_TABLE_ROW}")]
    stripped = list(map(_strip_marks, marked))
    heads = [head for head in stripped if head and not _NOTE.fullmatch(head)]
    notes = [head for head in stripped if _NOTE.fullmatch(head)]
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
    return not _JOB_TITLE.fullmatch(line) and not line.isupper() and len(line) > 3


def _strip_marks(line: str) -> str:
    return clean_body(line).rpartition("^")[2].rstrip("<= ").strip()


def _body(lines: list[str]) -> str:
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
    """Return the wire's six-bit characters as they are printed: quotation marks and the dash."""
    return text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")
