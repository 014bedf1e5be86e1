"""Printed records: the Congressional Record's text, and hearings set like it.

lines -> without page marks and times -> paragraphs by their indent -> which of them nobody speaks:
what is between bullets was handed in -> turns by marks with a full stop ("Mr. McALLEN.")

https://www.govinfo.gov/help/crec
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import chain, groupby

from bot.model import Article, Format, Span, Turn, TurnKind
from bot.reading.briefings import STOP_MARK, find_turns
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
_TAG = re.compile(r"<(?!/?bullet>)[/!a-zA-Z][^<>\n]{0,300}>")
# It stands where the indent would, and behind the last word.
_BULLET = re.compile(r"</?bullet>")
_INDENT_BULLET = re.compile(r"^[ \t]{0,4}<bullet>[ \t]*", re.MULTILINE)
_NARRATIVE = re.compile("|".join(f"(?:{line})" for line in WORDS["narrative"]))
_MIN_MARKS = 2
_SNIFFED_CHARS = 200_000
_BLOCK_INDENT, _CENTERED_INDENT = 5, 8
_MAX_HEADLINE_CHARS = 200
_PART_CHARS = 150_000  # of a long sitting, after which the next heading begins another article


@dataclass(frozen=True, slots=True)
class _Bullet:
    """A bullet that opens or closes what was handed in, before the paragraph of a number."""

    place: int
    is_opening: bool


@dataclass(slots=True)
class _IndentedParagraph:
    """Lines joined; `indent` is that of the first. `is_inserted`: it was handed in, not spoken."""

    text: str
    indent: int
    is_inserted: bool = False


def detect(document: SourceDocument) -> FormatReader | None:
    """Recognize the head of an issue, or several indented marks with a full stop."""
    text = document.text[:_SNIFFED_CHARS]
    is_record = _ISSUE.search(text[:5000]) or len(_MARK_LINE.findall(text)) >= _MIN_MARKS
    return (Format.RECORD, _read_record) if is_record else None


def _read_record(document: SourceDocument) -> list[Article]:
    text = document.text.replace("\r\n", "\n")
    issue, title = _ISSUE.search(text[:5000]), _TITLE.search(text[:5000])
    printed = "\n".join(_PRE.findall(text)) or text
    printed = unescape(_TAG.sub("", printed)).expandtabs()
    lines = _INDENT_BULLET.sub("  <bullet>", printed).split("\n")
    base = Article(
        body="",
        headline=line_or_none(title[1]) if title else None,
        source=line_or_none(issue[1]) if issue else None,
        published=parse_time(issue[2], document.zone) if issue else None,
    )
    paragraphs = _mark_inserted(_paragraphs(_without_page_marks(lines)))
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
    unspoken: set[int] = set()
    inserted: set[int] = set()
    place = 0
    for paragraph in paragraphs:
        end = place + len(paragraph.text) + 2
        if _is_unspoken(paragraph):
            unspoken.add(place)
        if paragraph.is_inserted:
            inserted.update(range(place, end))
        place = end
    turns = tuple(
        each for turn in find_turns(body, unspoken) for each in _part(body, turn, inserted)
    )
    return replace(base, body=body, headline=heading or base.headline, turns=turns)


def _part(body: str, turn: Turn, inserted: Collection[int]) -> Iterator[Turn]:
    """Yield a turn in parts: what was spoken, and what was handed in, by where words begin."""
    if not turn.words:
        yield turn
    groups = groupby(turn.words, lambda words: words.start in inserted)
    for number, (is_inserted, group) in enumerate(groups):
        words = tuple(group)
        mark = Span.of(body, words[0].start, words[0].start) if number else turn.mark
        kind = TurnKind.WRITTEN if is_inserted else turn.kind
        yield replace(turn, kind=kind, mark=mark, words=words)


def _mark_inserted(paragraphs: Iterable[_IndentedParagraph]) -> list[_IndentedParagraph]:
    """Return the paragraphs parted at their bullets, those between two of them as inserted."""
    parted: list[_IndentedParagraph] = []
    bullets: list[_Bullet] = []
    for paragraph in paragraphs:
        texts = [text.strip() for text in _BULLET.split(paragraph.text)]
        for number, text in enumerate(texts):
            if number:
                is_behind, is_before = any(texts[:number]), any(texts[number:])
                is_open = bool(bullets) and bullets[-1].is_opening
                is_opening = is_before if is_before != is_behind else not is_open
                bullets.append(_Bullet(len(parted), is_opening))
            if text:
                parted.append(replace(paragraph, text=text))
    for start, end in _inserted_ranges(parted, bullets):
        for paragraph in parted[start:end]:
            paragraph.is_inserted = True
    return parted


def _inserted_ranges(
    paragraphs: Sequence[_IndentedParagraph], bullets: Sequence[_Bullet]
) -> Iterator[tuple[int, int]]:
    """Yield what bullets bracket, by numbers of paragraphs.

    They stand round whole statements. So one that nothing opened ends that of the last speaker. One
    that nothing closes holds for a statement at its mark, inside of one for its paragraph.
    """
    marks = [number for number, each in enumerate(paragraphs) if STOP_MARK.match(f"{each.text} ")]
    following: Iterable[_Bullet | None] = chain(bullets[1:], [None])
    is_opened = False
    for bullet, after in zip(bullets, following, strict=False):
        place = bullet.place
        at = bisect_left(marks, place)
        if bullet.is_opening and (after is None or after.is_opening):
            is_statement = place in marks[at : at + 1]
            yield place, [*marks, len(paragraphs)][at + 1] if is_statement else place + 1
        elif bullet.is_opening and after:
            yield place, after.place
        elif not is_opened:
            yield marks[at - 1] if at else place - 1, place
        is_opened = bullet.is_opening


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
