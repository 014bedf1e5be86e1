"""Clean the text of a source once, so that everything later can quote the result.

raw text -> broken lines joined -> no control or bidi characters -> NFC -> single spaces
-> paragraphs separated by one blank line
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from urllib.parse import urljoin, urlsplit

MAX_URL_CHARS = 2_000
# Control characters, soft hyphens, zero-width spaces, bidi marks and overrides, annotation and
# tag characters, surrogates, noncharacters. The zero-width joiners stay: Persian and emoji are
# wrong without them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
# Python holds these to be printable; all others of them it does not.
_PRINTABLE_INVISIBLE = re.compile("[\u034f\u180b-\u180d\u180f\U000e0100-\U000e01ef]")
# White space that is not already one space.
_SPACES = re.compile(r" [^\S\n]+|[^\S\n ][^\S\n]*")
_AROUND_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n\n+")
# The widest margin that people and wire machines wrap at; a longer line is a paragraph.
_MAX_MARGIN_CHARS = 100
# Lines that are all shorter than this are a table or a list.
_MIN_MARGIN_CHARS = 40
# How far from the margin a wrapped line may end beyond the word that did not fit.
_MARGIN_SLACK_CHARS = 4
_MIN_INDENT_CHARS = 2


def clean_body(text: str) -> str:
    """Clean text whose paragraphs are separated by blank lines; keep single line ends."""
    is_printable = text.replace("\n", "").isprintable()
    if not is_printable or not (text.isascii() or _PRINTABLE_INVISIBLE.search(text) is None):
        text = _LINE_END.sub("\n", text.replace("\u2029", "\n\n"))
        text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", _AROUND_LINE_END.sub("\n", text))
    return text.strip()


def clean_line(text: str) -> str:
    """Clean a text of one line, such as a headline or a name."""
    return " ".join(clean_body(text).split())


def line_or_none(text: object, max_chars: int = 500) -> str | None:
    """Return the cleaned line, or None where it is empty, too long, or not a string."""
    # A text that is far too long is not even cleaned.
    if not isinstance(text, str) or len(text) > max_chars * 20:
        return None
    line = clean_line(text)
    return line if 0 < len(line) <= max_chars else None


def first_line(texts: Iterable[object], max_chars: int = 500) -> str | None:
    """Return the first of `texts` that `line_or_none` accepts, or None."""
    return next((line for text in texts if (line := line_or_none(text, max_chars))), None)


def web_url_or_none(url: str | None) -> str | None:
    """Return `url` where it is a valid http or https address, else None ("http://[" is none)."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def resolve_link(base: str | None, link: object) -> str | None:
    """Return the web address that a link on a page at `base` leads to, or None."""
    if not isinstance(link, str) or not link.strip() or len(link) > MAX_URL_CHARS:
        return None
    try:
        return web_url_or_none(urljoin(web_url_or_none(base) or "", link.strip()))
    except ValueError:
        return None


def language_tag_or_none(text: object) -> str | None:
    """Return the first language tag in a field (BCP 47), also with "_"; None for a name."""
    first = text.replace("_", "-").split(",")[0].strip() if isinstance(text, str) else ""
    return first if _LANGUAGE_TAG.fullmatch(first) else None


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    """Clean each paragraph and separate them by one blank line."""
    cleaned = (_BLANK_LINES.sub("\n", clean_body(paragraph)) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in cleaned if paragraph)


def unwrap(text: str) -> str:
    """Join lines that were broken at a margin, and separate paragraphs by a blank line.

    A line was broken where the next word would not have fitted. Without blank lines, or between
    long lines, each line that was not broken is a paragraph; other line ends stay as they are.
    """
    lines = [line.expandtabs().rstrip() for line in text.splitlines()]
    margin = _find_margin(lines)
    has_blank_lines = any(not line for line in lines[1:-1])
    return "\n\n".join(
        paragraph
        for has_words, block in groupby(lines, bool)
        if has_words
        for paragraph in _split_paragraphs(list(block), margin, has_blank_lines=has_blank_lines)
    )


def _find_margin(lines: Sequence[str]) -> int | None:
    """Return the width in characters that the text is wrapped at, or None where it is not."""
    widths = [len(line) for line in lines if line]
    short = [width for width in widths if width <= _MAX_MARGIN_CHARS]
    if not short or max(short) < _MIN_MARGIN_CHARS:
        return None
    return max(short) if len(widths) - len(short) <= len(widths) // 10 else None


def _split_paragraphs(
    block: Sequence[str], margin: int | None, *, has_blank_lines: bool
) -> Iterator[str]:
    paragraph = block[0].strip()
    # Where paragraphs begin with an indent, a line without one continues its paragraph.
    indents_mark_paragraphs = _is_indented(block[0]) and not all(map(_is_indented, block))
    for line, following in pairwise(block):
        starts_paragraph = _is_indented(following) and (
            indents_mark_paragraphs or not _is_indented(line)
        )
        are_short = max(len(line), len(following)) <= _MAX_MARGIN_CHARS
        if starts_paragraph:
            separator = None
        elif margin and (indents_mark_paragraphs or _was_broken(line, following, margin)):
            separator = " "
        else:
            separator = "\n" if has_blank_lines and are_short else None
        if separator is None:
            yield paragraph
            paragraph = following.strip()
        else:
            paragraph += separator + following.strip()
    yield paragraph


def _is_indented(line: str) -> bool:
    return len(line) - len(line.lstrip()) >= _MIN_INDENT_CHARS


def _was_broken(line: str, following: str, margin: int) -> bool:
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > margin - _MARGIN_SLACK_CHARS
