"""Keep what press offices set around their text out of it: "FOR IMMEDIATE RELEASE", "###".

a line -> the mark of a release, whom to ask, or the end -> neither headline nor text
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.model import Article
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import line_or_none
from bot.reading.times import parse_time

_LISTS = load_line_lists("bot.reading", "data/press_releases.txt", "marks", "ends", "contacts")
_MARK = re.compile(rf"[\W_]*(?:{'|'.join(_LISTS['marks'])})(?!\w)", re.IGNORECASE)
_END = re.compile("|".join(_LISTS["ends"]), re.IGNORECASE)
_CONTACT = re.compile("|".join(_LISTS["contacts"]), re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:n[or]\.?|n[°º]|№|#|number)?\s*[A-Z]{0,5}[-/ ]?\d[\w./-]{0,20}(?=\W|$)\s*", re.IGNORECASE
)
_BEFORE_DATE = re.compile(r"(?:dated|of|on|vom|du|del?|di|van|af|från|от|від)\s+", re.IGNORECASE)
_SPACED_START = re.compile(r"[\W_]*\w \w\b")
_SPACED_LETTERS = re.compile(r"(?<=\b\w) (?=\w\b)")
# By which somebody is reached: an address, or a number of a telephone.
_REACH = re.compile(r"@|https?:|www\.|\d[\d ()/.-]{5,}")
_SEPARATORS = " \t.,:;|/–—-*_()[]"
_STARTS_WITH_SEPARATOR = re.compile(r"\s*[:|/–—-]")
# Marks stand among the first paragraphs, and lines with a contact are short.
_TOP_PARAGRAPHS = 5
_TOP_LINES = 12
_MAX_HEADLINE_LINES = 3
# A headline that goes on below fills most of its line.
_MIN_BROKEN_CHARS = 30
_MAX_LINE_CHARS = 300
_MAX_END_CHARS = 60
_MAX_HEADLINE_CHARS = 200
_ABOUT = re.compile(
    r"(?:About|ABOUT|Über|Sobre|À propos de) (?:the |die |das )?([A-Z][^.!?\n]{1,60})"
)
_SENTENCE_END = re.compile(r"[.:;,…!?][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class ReleaseMark:
    """The mark of a release in a line: the date that it names, and the rest of the line."""

    published: datetime | None = None
    rest: str = ""


def find_release_mark(line: str, zone: str) -> ReleaseMark | None:
    """Return the mark that a line is or begins with, or None: "Press release row" is none."""
    if len(line) > _MAX_LINE_CHARS:
        return None
    match = _MARK.match(line)
    if match is None and _SPACED_START.match(line):
        match = _MARK.match(_SPACED_LETTERS.sub("", line))
    if match is None:
        return None
    after = match.string[match.end() :]
    rest = after.strip(_SEPARATORS)
    for piece in (rest, _NUMBER.sub("", rest, count=1).strip(_SEPARATORS)):
        published = parse_time(_BEFORE_DATE.sub("", piece, count=1), zone)
        if not piece or published or is_contact(piece):
            return ReleaseMark(published)
        if mark := find_release_mark(piece, zone):
            return mark
    is_apart = _STARTS_WITH_SEPARATOR.match(after)
    return ReleaseMark(rest=rest) if is_apart else None


def is_contact(line: str) -> bool:
    """Return whether a line says whom to ask about a release."""
    return len(line) <= _MAX_LINE_CHARS and _CONTACT.match(line) is not None


def read_release_top(text: str, zone: str) -> tuple[str, datetime | None]:
    """Return a text whose headline stands apart at its top, and the date that its mark names.

    Where no line at the top is the mark of a release, that is the text as it is.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    top = [at for at, line in enumerate(lines) if line][:_TOP_LINES]
    marks: dict[int, ReleaseMark] = {}
    for previous, at in zip([-1, *top], top, strict=False):
        line = lines[at].strip()
        if mark := find_release_mark(line, zone):
            marks[at] = mark
        elif previous in marks and _NUMBER.fullmatch(line):
            marks[at] = ReleaseMark()
    if not marks:
        return text, None
    for at, mark in marks.items():
        # The mark ends what stands above it, such as "Source: ...".
        lines[at] = f"\n{mark.rest}\n" if mark.rest else ""
    end = top[-1] + 1
    blocks = re.split(r"\n(?:[ \t]*\n)+", "\n".join(lines[:end]).strip("\n"))
    contactless = [_without_contacts(block.split("\n")) for block in blocks]
    above = "\n\n".join(_join_headline(block) for block in contactless if block)
    published = next((mark.published for mark in marks.values() if mark.published), None)
    return "\n".join((above, *lines[end:])), published


def set_release_end_apart(text: str) -> str:
    """Return a text in which the line that ends a release stands apart, as a paragraph does."""
    lines = text.splitlines()
    return "\n".join(f"\n{line}\n" if is_release_end(line) else line for line in lines)


def _without_contacts(block: list[str]) -> list[str]:
    """Return the lines of a block without those that say whom to ask, and how."""
    if not is_contact(block[0].strip()):
        return block
    has_name = block[0].rstrip()[-1] != ":"
    last = max(at for at, line in enumerate(block) if at == 0 or _REACH.search(line))
    return block[max(last, 0 if has_name else 1) + 1 :]


def _join_headline(block: list[str]) -> str:
    """Join the lines of a headline that is set on two or three; other lines stay as they are."""
    if not 1 < len(block) <= _MAX_HEADLINE_LINES or _SENTENCE_END.search(block[-1]):
        return "\n".join(block)
    joined = " ".join(map(str.strip, block))
    is_one = len({line.isupper() for line in block}) == 1 and len(joined) <= _MAX_HEADLINE_CHARS
    was_broken = all(len(line) >= _MIN_BROKEN_CHARS for line in block[:-1])
    return joined if is_one and was_broken else "\n".join(block)


def without_release_marks(article: Article, zone: str) -> Article:
    """Return the article without the marks of a release, and without what is for editors below it.

    Where only a mark stands as headline, a first paragraph that is no sentence takes its place.
    """
    marks: list[ReleaseMark] = []
    headline = article.headline
    if headline and (mark := find_release_mark(headline, zone)):
        marks.append(mark)
        headline = line_or_none(mark.rest)
    paragraphs = article.body.split("\n\n")
    top = [_without_marks(paragraph, zone, marks) for paragraph in paragraphs[:_TOP_PARAGRAPHS]]
    paragraphs = [*filter(None, top), *paragraphs[_TOP_PARAGRAPHS:]]
    before = list(_before_end(_without_about(paragraphs)))
    has_end = before != paragraphs
    if not marks and not has_end:
        return article
    while len(before) > 1 and is_contact(before[-1]):
        before.pop()
    if marks and headline is None and len(before) > 1 and _may_be_headline(before[0]):
        headline = line_or_none(before.pop(0))
    published = next((mark.published for mark in marks if mark.published), None)
    return replace(
        article,
        headline=headline,
        body="\n\n".join(before),
        published=article.published or published,
    )


def _without_marks(paragraph: str, zone: str, marks: list[ReleaseMark]) -> str:
    """Add the marks of a paragraph's lines to `marks`, and return it without them."""
    lines = []
    for line in paragraph.split("\n"):
        if mark := find_release_mark(line, zone):
            marks.append(mark)
            lines += [mark.rest] if mark.rest else []
        else:
            lines.append(line)
    return "\n".join(lines)


def _without_about(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs without what a sender says of itself below: About Velm Lines."""
    for at, (heading, following) in enumerate(pairwise(paragraphs)):
        about = _ABOUT.fullmatch(heading)
        if about and 2 * at >= len(paragraphs) - 1 and following.startswith(about[1]):
            return paragraphs[:at]
    return paragraphs


def _before_end(paragraphs: list[str]) -> Iterator[str]:
    """Yield the paragraphs up to the end of the release; where more follows, only drop its mark.

    A mark that comes again and again parts a text and does not end it.
    """
    total, chars = sum(map(len, paragraphs)), 0
    parting: set[str] = set()
    for paragraph in paragraphs:
        lines = paragraph.split("\n")
        end = next((at for at, line in enumerate(lines) if is_release_end(line)), None)
        chars += len(paragraph)
        if end is None:
            yield paragraph
            continue
        if kept := "\n".join(lines[:end]):
            yield kept
        if total - chars <= chars and lines[end] not in parting:
            return
        parting.add(lines[end])
        if rest := "\n".join(lines[end + 1 :]):
            yield rest


def is_release_end(line: str) -> bool:
    """Return whether a line alone says that a release ends, as "###" does."""
    return len(line) <= _MAX_END_CHARS and _END.fullmatch(line.strip()) is not None


def _may_be_headline(paragraph: str) -> bool:
    is_short = len(paragraph) <= _MAX_HEADLINE_CHARS and len(paragraph.split()) > 1
    return is_short and not _SENTENCE_END.search(paragraph)
