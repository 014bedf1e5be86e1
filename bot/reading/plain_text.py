"""Plain text: paragraphs, and at its top perhaps a headline, a byline and a date."""

import re

from bot.model import Article, Format
from bot.reading.cleaning import MAX_LANGUAGE_CHARS, clean_body, clean_line, line_or_none, unwrap
from bot.reading.document import SourceDocument
from bot.reading.times import parse_time

_MAX_HEADLINE_CHARS = 160
_MAX_HEADLINE_WORDS = 30
_MAX_LABEL_LINE_CHARS = 200
_MAX_DATE_LINE_CHARS = 60
_MAX_TOP_LINES = 12
_SENTENCE_END = re.compile(r"[.:;,…][\"'”’»)\]]*$|\)$")
_BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s+(?=[^\W\d_])[^.!?]{2,120}$", re.IGNORECASE)
_LABEL = re.compile(
    r"(headline|title|by|byline|author|source|outlet|date|published|updated|url|link|language)"
    r"\s*:\s*(\S.*)$",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://\S+$")
_LABEL_FIELDS = {
    "title": "headline",
    "by": "byline",
    "author": "byline",
    "outlet": "source",
    "date": "published",
    "link": "url",
}


def detect(document: SourceDocument) -> Format | None:
    """Recognize whatever is not blank; what is not text was refused before."""
    return Format.TEXT if document.text.strip() else None


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article that the text is."""
    return [parse_text(document.text, document.zone)]


def parse_text(text: str, zone: str) -> Article:
    """Parse the lines at the top of `text`, and take what follows as the article's body."""
    blocks = clean_body(text).split("\n\n")[:_MAX_TOP_LINES]
    lines = [line for block in blocks for line in (*block.split("\n")[:_MAX_TOP_LINES], "")]
    fields, count = _read_top(lines, zone)
    body = clean_body(unwrap(_skip_lines(text, count)))
    if not body:
        fields, body = {}, clean_body(unwrap(text))
    url = fields.get("url", "")
    return Article(
        body=body,
        headline=line_or_none(fields.get("headline")),
        byline=line_or_none(fields.get("byline")),
        source=line_or_none(fields.get("source")),
        published=parse_time(fields.get("published"), zone),
        updated=parse_time(fields.get("updated"), zone),
        language=line_or_none(fields.get("language"), MAX_LANGUAGE_CHARS),
        url=url if _URL.match(url) else None,
    )


def _read_top(lines: list[str], zone: str) -> tuple[dict[str, str], int]:
    """Return the fields at the top, and how many lines that are not blank they take up."""
    fields: dict[str, str] = {}
    for at, line in enumerate(lines):
        if not line:
            continue
        name, value = _read_field(line, zone) or ("", line)
        if not name or name in fields:
            if "headline" in fields or not _is_headline(lines, at, zone):
                break
            name, value = "headline", line
        fields[name] = value
    # A byline alone may be a sentence that begins with "By".
    return ({}, 0) if set(fields) == {"byline"} else (fields, len(fields))


def _read_field(line: str, zone: str) -> tuple[str, str] | None:
    """Return the name and value of the field that a line sets, or None where it sets none."""
    label = _LABEL.match(line)
    if label and len(line) <= _MAX_LABEL_LINE_CHARS:
        word, value = label.group(1).lower(), label.group(2)
        name = _LABEL_FIELDS.get(word, word)
        is_bad_time = name in {"published", "updated"} and parse_time(value, zone) is None
        return None if is_bad_time else (name, value)
    if _BYLINE.match(line):
        return "byline", line
    if _URL.match(line):
        return "url", line
    is_date = len(line) <= _MAX_DATE_LINE_CHARS and parse_time(line, zone) is not None
    return ("published", line) if is_date else None


def _is_headline(lines: list[str], at: int, zone: str) -> bool:
    """Return whether a line is short, no sentence, and stands apart.

    Below it comes a blank line, a byline or the like, or a long paragraph.
    """
    line, following = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    if not 1 < len(line.split()) <= _MAX_HEADLINE_WORDS or len(line) > _MAX_HEADLINE_CHARS:
        return False
    if _SENTENCE_END.search(line) or not any(lines[at + 1 :]):
        return False
    stands_apart = not following or len(following) > _MAX_HEADLINE_CHARS
    return stands_apart or _read_field(following, zone) is not None


def _skip_lines(text: str, count: int) -> str:
    """Return the text after its first `count` lines that hold words."""
    lines = text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        if count == 0:
            return "".join(lines[at:])
        count -= bool(clean_line(line))
    return ""
