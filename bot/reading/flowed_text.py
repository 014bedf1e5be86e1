"""Text of the format "flowed" (RFC 3676): lines that mail software broke are put together again."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from bot.reading.cleaning import clean_body

_QUOTE_MARKS = re.compile(r"(>*)(.*)", re.DOTALL)
# The last character of one line and the first of the next, where a space between them parts words.
_WORD_ENDS = re.compile(r"[^\s\u2e80-\uffef] [^\s>\u2e80-\uffef]")
_SIGNATURE_MARK = "-- "


def join_flowed(text: str, *, delete_space: bool) -> str | None:
    """Return the cleaned text with its paragraphs whole, or None where no line of it was broken.

    `delete_space` is the parameter DelSp: the space that marks a broken line is no space of the
    text, which may be broken inside a word; a space that the next line begins with is one of the
    text, although it may also be stuffing. What is quoted from another message keeps its marks.
    """
    lines = [_split_marks(line) for line in text.splitlines()]
    if not any(_is_broken(content) for _, content in lines):
        return None
    blocks = [
        list(_paragraphs(block, delete_space=delete_space))
        for _, block in groupby(lines, key=itemgetter(0))
    ]
    # Where no blank line parts them, each paragraph has a line of its own.
    is_parted = any(not paragraph for block in blocks for paragraph in block[1:-1])
    separator = "\n" if is_parted else "\n\n"
    return clean_body("\n\n".join(map(separator.join, blocks)))


def _split_marks(line: str) -> tuple[str, str]:
    """Return the quote marks that a line begins with, and the line without them."""
    match = _QUOTE_MARKS.fullmatch(line)
    return (match[1], match[2]) if match else ("", line)


def _is_broken(content: str) -> bool:
    return content.endswith(" ") and content != _SIGNATURE_MARK and bool(content.strip())


def _paragraphs(block: Iterable[tuple[str, str]], *, delete_space: bool) -> Iterator[str]:
    """Yield the paragraphs of lines that are quoted equally deep."""
    prefix = paragraph = ""
    for marks, content in block:
        prefix = f"{marks} " if marks else ""
        is_broken = _is_broken(content)
        line = content[:-1] if is_broken and delete_space else content
        is_spaced = delete_space and _WORD_ENDS.match(paragraph[-1:] + line)
        paragraph += line if is_spaced else line.removeprefix(" ")
        if not is_broken:
            yield prefix + paragraph if paragraph.strip() else ""
            paragraph = ""
    if paragraph.strip():
        yield prefix + paragraph
