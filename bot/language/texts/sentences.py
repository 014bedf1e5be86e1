"""Where does a sentence end? One pass over the text: each mark that may end one is judged by its neighbours.

text -> blocks (blank lines, list items, headings) -> marks . ! ? … -> spans that slice the text

A trained model (Punkt) was rejected: it needs data at run time, and misses "U.S. The" and "No. 10" that
a list and the next word settle. A credit after a full stop, "(Reuters)", is a sentence of its own; a
dateline stays with its sentence.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from bot.language.lexicon import (
    BEFORE_NAME,
    BEFORE_NUMBER,
    CLOCK_FOLLOWERS,
    OPENERS,
    ORDINAL_FOLLOWERS,
    PARTICLES,
    WITHIN_NAME,
)
from bot.model import Span

Range = tuple[int, int]


_SPEECH = "said|says|asked|asks|replied|answered|added|wrote|shouted|told|joked|wondered|cried|exclaimed|responded"

_CLOSERS = "\"'”’»›)\\]}"
_OPENING = "\"'“‘„‚«‹¿¡([{—–-"
_QUOTES = frozenset("\"'“‘”’„‚«»‹›")
# A run of marks is taken whole, possessively: ten thousand dots stay linear, and the search can skip to a mark.
_MARK = re.compile(rf"[.!?…؟۔।։。！？]++(?:[{_CLOSERS}」』）]|[ \u00a0\u202f]»)*+")
_UNSPACED = re.compile(r"[。！？]")  # marks of scripts that put no space after them
_WORD_AFTER = re.compile(rf"\s+([{_OPENING}]*)([^\W_]?[\w’'.-]*)")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ASKED = re.compile(rf"\s+(?:[^\W\d_a-z][\w.’'-]*\s+){{1,4}}(?:{_SPEECH})\b")
_CREDIT = re.compile(r"\s+\([^\W\d_][^()\n]{1,40}\)\.?(?=\s|\Z)")
BULLET = re.compile(r"(?:[-–—*•·▪◦‣]|\d{1,3}[.)]|[a-z]\)|#{1,6})\s")
_WRAPPED = 120  # a longer line is a paragraph of its own, not one of a wrapped text
_SHORT = 0.7  # a line that ends this early, before a capital, was ended on purpose
_CONTEXT = 60  # how far a mark's neighbours are looked at: keeps the pass linear


class _Following(NamedTuple):
    """The word after a mark, and whether a quote opens before it."""

    word: str
    quoted: bool


def split_sentences(text: str) -> tuple[Span, ...]:
    """Cut text into sentences, in order; none crosses a blank line, none is empty."""
    return tuple(sentence for paragraph in sentences_by_paragraph(text) for sentence in paragraph)


def sentences_by_paragraph(text: str) -> tuple[tuple[Span, ...], ...]:
    """Cut text into paragraphs, and each into its sentences."""
    return tuple(
        tuple(Span.of(text, start, end) for start, end in _sentences(text, first, last))
        for first, last in _blocks(text)
    )


def paragraphs(text: str) -> tuple[Span, ...]:
    """Cut text at blank lines, and at line ends that are no mere wrapping (headings, list items)."""
    return tuple(Span.of(text, start, end) for start, end in _blocks(text))


def _blocks(text: str) -> Iterator[Range]:
    run: list[Range] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = _strip(text, start, end)
        if line[0] < line[1]:
            run.append(line)
        elif run:
            yield from _join_wrapped(text, run)
            run = []
        start = end + 1
    if run:
        yield from _join_wrapped(text, run)


def _strip(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _join_wrapped(text: str, lines: list[Range]) -> Iterator[Range]:
    begin, last = lines[0]
    if len(lines) == 1:
        yield begin, last
        return
    width = max(end - start for start, end in lines)
    for line, following in pairwise(lines):
        if (width > _WRAPPED and not text[following[0]].islower()) or _ended_on_purpose(
            text, line, following, width
        ):
            yield begin, last
            begin = following[0]
        last = following[1]
    yield begin, last


def _ended_on_purpose(text: str, line: Range, following: Range, width: int) -> bool:
    if BULLET.match(text, *following):
        return True
    word = text[following[0] : min(following[1], following[0] + _CONTEXT)].split(maxsplit=1)[0]
    return line[1] - line[0] + 1 + len(word) < _SHORT * width and not word[0].islower()


def _sentences(text: str, begin: int, end: int) -> Iterator[Range]:
    for mark in _MARK.finditer(text, begin, end):
        if mark.start() < begin or not _ends_sentence(text, begin, mark, end):
            continue
        yield begin, mark.end()
        begin = _skip_space(text, mark.end(), end)
        if begin < end and text[begin] == "(" and (credit := _CREDIT.match(text, mark.end(), end)):
            yield _strip(text, *credit.span())
            begin = _skip_space(text, credit.end(), end)
    if begin < end:
        yield begin, end


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _ends_sentence(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    if _UNSPACED.search(mark[0]):
        return True
    if not text[mark.end() : mark.end() + 1].isspace():
        return False
    after = _WORD_AFTER.match(text, mark.end(), min(end, mark.end() + _CONTEXT))
    if after is None or not after[2]:
        return True
    if mark.start() - begin <= 3 and not any(map(str.isalnum, text[begin : mark.start()])):
        return False  # nothing but dots and quote marks so far
    word = after[2].rstrip(".-’'")
    if not word or word[0].islower():
        return word[1:2].isupper()  # iPhone, eBay
    return _ends_before(
        text, begin, mark, end, _Following(word, any(quote in _QUOTES for quote in after[1]))
    )


def _ends_before(
    text: str, begin: int, mark: re.Match[str], end: int, following: _Following
) -> bool:
    """Judge a mark before a capital, a number or a script without capitals."""
    if "!" in mark[0] or "?" in mark[0]:
        return mark[0][-1] not in _QUOTES or not _ASKED.match(text, mark.end(), end)
    if (
        mark[0][0] != "."
        or mark[0].startswith("..")
        or any(quote in _QUOTES for quote in mark[0][1:])
    ):
        return True
    before = _word_before(text, begin, mark.start())
    if (
        begin + len(before) == mark.start()
        and len(before) <= 3
        and (before.isdigit() or len(before) == 1)
    ):
        return False  # an item's number, or an initial
    return not before or _ends_after(before, following)


def _word_before(text: str, begin: int, end: int) -> str:
    words = text[max(begin, end - _CONTEXT) : end].rsplit(maxsplit=1)
    return words[-1].lstrip(_OPENING).rsplit("-", 1)[-1] if words else ""


def _ends_after(before: str, following: _Following) -> bool:
    """Judge one full stop by the word it follows."""
    word = following.word
    if before in BEFORE_NAME:
        return False
    if before.isdigit():
        return word not in ORDINAL_FOLLOWERS
    if before in BEFORE_NUMBER:
        return not word[0].isdigit()
    if before.lower() in {"a.m", "p.m"}:
        return word in OPENERS or not (
            word in CLOCK_FOLLOWERS or (word.isupper() and len(word) <= 4)
        )
    if len(before) == 1 and before.isupper():
        return following.quoted or (word in OPENERS and word not in PARTICLES)
    inside = before in WITHIN_NAME or _DOTTED.fullmatch(before) is not None
    return not inside or following.quoted or word in OPENERS
