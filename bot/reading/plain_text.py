"""Plain text: paragraphs, and at its top perhaps a headline, a byline and a date."""

import re
from dataclasses import dataclass, field

from bot.model import Article, Format
from bot.reading.cleaning import clean_body, clean_line, line_or_none
from bot.reading.document import Document
from bot.reading.times import parse_time
from bot.reading.wrapping import unwrap

_LONGEST_HEADLINE = 160
_LONGEST_LABEL_LINE = 200
_SENTENCE_END = re.compile(r"[.:;,…][\"'”’»)\]]*$|\)$")
_BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s+(?=[^\W\d_])[^.!?]{2,120}$", re.IGNORECASE)
_LABEL = re.compile(
    r"(headline|title|by|byline|author|source|outlet|date|published|updated|url|link|language)\s*:\s*(\S.*)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+$")
_FIELDS = {
    "title": "headline",
    "by": "byline",
    "author": "byline",
    "outlet": "source",
    "date": "published",
    "link": "url",
}
_TOP_LINES = 12


@dataclass
class Top:
    """What stands above the text, as far as it was read."""

    zone: str
    fields: dict[str, str] = field(default_factory=dict)

    def takes(self, line: str) -> bool:
        """Keep `line` if it is a label, byline, date or address; whether it was."""
        labelled = _LABEL.match(line)
        if labelled and len(line) <= _LONGEST_LABEL_LINE:
            name = labelled.group(1).lower()
            name = _FIELDS.get(name, name)
            if (
                name in {"published", "updated"}
                and parse_time(labelled.group(2), self.zone) is None
            ):
                return False
            return self._keep(name, labelled.group(2))
        if _BYLINE.match(line):
            return self._keep("byline", line)
        if _ADDRESS.match(line):
            return self._keep("url", line)
        return (
            len(line) <= 60
            and parse_time(line, self.zone) is not None
            and self._keep("published", line)
        )

    def _keep(self, name: str, value: str) -> bool:
        new = name not in self.fields
        self.fields.setdefault(name, value)
        return new


def detect(document: Document) -> Format | None:
    """Whatever is left is text; what is not text was refused before."""
    return Format.TEXT if document.text.strip() else None


def articles(document: Document) -> list[Article]:
    """The one article that the text is."""
    return [article_of(document.text, document.zone)]


def article_of(text: str, zone: str) -> Article:
    """Read the top of `text`, and take what follows as its body."""
    blocks = clean_body(text).split("\n\n")
    lines = [
        line for block in blocks[:_TOP_LINES] for line in (*block.split("\n")[:_TOP_LINES], "")
    ]
    top, used = _read_top(lines, zone)
    body = clean_body(unwrap(_without_lines(text, used)))
    if not body:
        top, body = Top(zone), clean_body(unwrap(text))
    fields = top.fields
    return Article(
        body=body,
        headline=line_or_none(fields.get("headline")),
        byline=line_or_none(fields.get("byline")),
        source=line_or_none(fields.get("source")),
        published=parse_time(fields.get("published"), zone),
        updated=parse_time(fields.get("updated"), zone),
        language=line_or_none(fields.get("language"), 20),
        url=fields.get("url") if _ADDRESS.match(fields.get("url", "")) else None,
    )


def _read_top(lines: list[str], zone: str) -> tuple[Top, int]:
    """What stands at the top, and how many lines with text it takes up."""
    top, used = Top(zone), 0
    for place, line in enumerate(lines):
        if not line:
            continue
        if not top.takes(line):
            if "headline" in top.fields or used != len([taken for taken in lines[:place] if taken]):
                break
            if not _is_headline(lines, place, zone):
                break
            top.fields["headline"] = line
        used += 1
    if set(top.fields) == {"byline"} and "headline" not in top.fields:
        return Top(zone), 0
    return top, used


def _is_headline(lines: list[str], place: int, zone: str) -> bool:
    """A short line that is no sentence and stands apart: a blank line, a byline or a long paragraph follows."""
    line, following = lines[place], lines[place + 1] if place + 1 < len(lines) else ""
    if (
        not 1 < len(line.split()) <= 30
        or len(line) > _LONGEST_HEADLINE
        or _SENTENCE_END.search(line)
    ):
        return False
    if not any(lines[place + 1 :]):
        return False
    return not following or Top(zone).takes(following) or len(following) > _LONGEST_HEADLINE


def _without_lines(text: str, used: int) -> str:
    """The text after its first `used` lines that hold words."""
    rest = text.splitlines(keepends=True)
    for place, line in enumerate(rest):
        if used == 0:
            return "".join(rest[place:])
        used -= bool(clean_line(line))
    return ""
