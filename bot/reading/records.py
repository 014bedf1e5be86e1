"""Printed records: the Congressional Record's text, and hearings set like it.

lines -> without page marks and times -> paragraphs by their indent -> which of them nobody speaks
-> turns by marks with a full stop ("Mr. McALLEN.", "The CHAIR.")

https://www.govinfo.gov/help/crec
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from bot.model import Article, Format
from bot.reading.briefings import find_turns
from bot.reading.cleaning import clean_line, line_or_none
from bot.reading.document import FormatReader, SourceDocument
from bot.reading.times import parse_time
from bot.reading.turns import WORDS

_PRE = re.compile(r"<pre\b[^<>]{0,200}>(.*?)(?:</pre>|$)", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<>]{1,500})</title>", re.IGNORECASE)
# The head of an issue, whatever the record is called.
_ISSUE = re.compile(
    r"^\[([^\[\]\n]{3,80}?) Volume \d+, Number \d+ \(([^()\n]{6,60})\)\]", re.MULTILINE
)
_HEAD_LINE = re.compile(r"(?:\[[^\[\]]{1,200}\]|From the .{1,200}\[.{1,200}\])$")
_MARK_LINE = re.compile(
    r"^ {2,4}(?:(?:Mr|Mrs|Ms|Miss|Dr)\. [^\W\d_a-z][\w'’-]+(?: of [^\W\d_a-z][\w ]{1,20})?"
    r"|The (?:[A-Za-z]+ ){0,3}(?:SPEAKER|OFFICER|CHAIR(?:MAN|WOMAN)?|PRESIDENT)(?: pro tempore)?"
    r"(?: \([^()\n]{1,60}\))?"
    r"|(?:Chair(?:man|woman)?|Senator|Representative|Secretary) [^\W\d_a-z][\w'’-]+)\. ",
    re.MULTILINE,
)
_DROPPED = re.compile(
    r"^[ \t]*(?:\[\[Page [^\[\]\n]{1,20}\]\]|\{time\}\s*\d{1,4}|_{3,}|\[?pause\]?)[ \t]*$",
    re.MULTILINE,
)
_BULLET = re.compile(r"</?bullet>[ \t]?|<[/!a-zA-Z][^<>\n]{0,300}>")
_NARRATIVE = re.compile("|".join(f"(?:{line})" for line in WORDS["narrative"]))
_MIN_MARKS = 2
_SNIFFED_CHARS = 200_000
_BLOCK_INDENT, _CENTERED_INDENT = 5, 8
_MAX_HEADLINE_CHARS = 200
_PART_CHARS = 150_000  # of a long sitting, after which the next heading begins another article


@dataclass(slots=True)
class _IndentedParagraph:
    """Lines joined; `indent` is that of the first."""

    text: str
    indent: int


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize the head of an issue, or several indented marks with a full stop."""
    text = document.text[:_SNIFFED_CHARS]
    is_record = _ISSUE.search(text[:5000]) or len(_MARK_LINE.findall(text)) >= _MIN_MARKS
    return (Format.RECORD, _read_record) if is_record else None


def _read_record(document: SourceDocument) -> list[Article]:
    text = document.text.replace("\r\n", "\n")
    issue, title = _ISSUE.search(text[:5000]), _TITLE.search(text[:5000])
    printed = "\n".join(_PRE.findall(text)) or text
    lines = unescape(_BULLET.sub("", printed)).expandtabs().split("\n")
    base = Article(
        body="",
        headline=line_or_none(title[1]) if title else None,
        source=line_or_none(issue[1]) if issue else None,
        published=parse_time(issue[2], document.zone) if issue else None,
    )
    paragraphs = list(_paragraphs(_without_page_marks(lines)))
    return [_to_article(part, base) for part in _parts(paragraphs)]


def _parts(paragraphs: Sequence[_IndentedParagraph]) -> Iterator[list[_IndentedParagraph]]:
    """Yield the paragraphs, those of a whole day in parts that each begin with a heading."""
    part: list[_IndentedParagraph] = []
    size = 0
    for paragraph in paragraphs:
        if size > _PART_CHARS and _is_heading(paragraph):
            yield part
            part, size = [], 0
        part.append(paragraph)
        size += len(paragraph.text) + 2
    yield part


def _to_article(paragraphs: Sequence[_IndentedParagraph], base: Article) -> Article:
    heading = next((line_or_none(p.text) for p in paragraphs if _is_heading(p)), None)
    body = "\n\n".join(paragraph.text for paragraph in paragraphs)
    unspoken, place = set(), 0
    for paragraph in paragraphs:
        if _is_unspoken(paragraph):
            unspoken.add(place)
        place += len(paragraph.text) + 2
    headline = heading or base.headline
    return replace(base, body=body, headline=headline, turns=find_turns(body, unspoken))


def _without_page_marks(lines: list[str]) -> Iterator[str]:
    """Yield the lines; a paragraph that a page mark parts goes on at the margin."""
    is_after_mark = is_after_blank = False
    for line in lines:
        if _DROPPED.match(line):
            is_after_mark, is_after_blank = True, False
        elif not line.strip():
            is_after_blank = True
        else:
            if is_after_blank and (not is_after_mark or line[0].isspace()):
                yield ""
            is_after_mark = is_after_blank = False
            yield line.rstrip()


def _paragraphs(lines: Iterator[str]) -> Iterator[_IndentedParagraph]:
    """Yield paragraphs: one begins after a blank line, and where a line is indented anew."""
    current: _IndentedParagraph | None = None
    last_indent = 0
    for line in lines:
        text = clean_line(line)
        indent = len(line) - len(line.lstrip())
        is_head = indent == 0 and _HEAD_LINE.match(text) is not None
        is_block = indent >= _BLOCK_INDENT
        begins = (
            current is None
            or not text
            or is_head
            or indent > last_indent
            or (indent > 0 and not is_block)
            or is_block != (current.indent >= _BLOCK_INDENT)
        )
        if current and begins:
            yield current
            current = None
        if text and not is_head:
            if current is None:
                current = _IndentedParagraph(text, indent)
            else:
                current.text += f" {text}"
        last_indent = indent
    if current:
        yield current


def _is_heading(paragraph: _IndentedParagraph) -> bool:
    text = paragraph.text
    is_set_apart = paragraph.indent >= _CENTERED_INDENT or text.isupper()
    return is_set_apart and len(text) <= _MAX_HEADLINE_CHARS and text[-1] not in ".?!:;,"


def _is_unspoken(paragraph: _IndentedParagraph) -> bool:
    """Return whether a paragraph is a heading, printed matter, or tells what was done."""
    is_block = paragraph.indent >= _BLOCK_INDENT
    return is_block or _NARRATIVE.match(paragraph.text) is not None
