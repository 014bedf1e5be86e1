"""Which sentences carry one article, or several on one story? Sentences as they stand, in text order.

documents -> sentences -> what cannot be shown left out -> ranked -> chosen one by one: each must read
with what was chosen before it, must not repeat it, and must fit
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bot.language.summaries import methods, ranking
from bot.language.summaries.coverage import Told, cover
from bot.language.summaries.readable import Reading, readings
from bot.language.texts.boilerplate import is_boilerplate, opens_with_dateline, without_dateline
from bot.language.texts.clauses import cut_at_words
from bot.language.texts.detection import detect_language
from bot.language.texts.sentences import sentences_by_paragraph
from bot.language.texts.tokens import words_of
from bot.model import Span

METHODS = ("lead", *methods.NAMES)
# Two sentences that share this much of the shorter one's words tell the same; two outlets say it more differently.
_REPEATS, _REPEATS_ELSEWHERE = 0.75, 0.5
_COMPARED = 100  # sentences that sumy's methods are asked about
_CONSIDERED = 300  # sentences of several articles together, the first of each before the second
_ENDLESS = 10**9
_TELLING = (
    200  # characters of each document that tell its language: of 1,000 articles that of every one
)


@dataclass(frozen=True, slots=True)
class Document:
    """A text to summarize, and its headline if it has one."""

    text: str
    title: str | None = None


class Chosen(NamedTuple):
    """A sentence of document number `document`; the span slices its text."""

    document: int
    span: Span


class Piece(NamedTuple):
    """A sentence that may be chosen; `before` is the number of the one just before it, if that may be too.

    `wired`: a dateline stood before it, as wires put one before a report's first sentence.
    """

    chosen: Chosen
    paragraph: int
    reading: Reading
    before: int | None
    wired: bool = False


def summarize(
    documents: Sequence[Document],
    *,
    sentences: int | None = 3,
    words: int | None = None,
    method: str = "dateline",
    language: str | None = None,
) -> tuple[Chosen, ...]:
    """Choose at most so many sentences and at most so many words, in text order.

    Where not even the best sentence fits `words` it is cut at a clause. A text of nothing but headings
    and promos is summarized from those. Raises KeyError for a method that is not in METHODS.
    """
    best = best_first(documents, sentences=sentences, words=words, method=method, language=language)
    return tuple(sorted(best, key=lambda chosen: (chosen.document, chosen.span.start)))


def best_first(
    documents: Sequence[Document],
    *,
    sentences: int | None = 3,
    words: int | None = None,
    method: str = "dateline",
    language: str | None = None,
) -> tuple[Chosen, ...]:
    """Choose as `summarize` does, best first: every start of the answer reads by itself in text order."""
    if method not in METHODS:
        raise KeyError(method)
    pool = pool_of(documents)
    most = len(pool) if sentences is None else max(sentences, 0)
    room = _ENDLESS if words is None else max(words, 0)
    if not pool or not most or not room:
        return ()
    language = language or detect_language(
        "\n".join([document.text[:_TELLING] for document in documents])
    )
    readable = method == "dateline"
    if readable and len(documents) > 1:
        order = _together(pool, most, room, language)
    else:
        order = _order(method, documents, pool, language)
    picked = (
        _readable(order, pool, most, room, language)
        if readable
        else _plain(order, pool, most, room)
    )
    if not picked:  # nothing fits, or no sentence reads by itself
        first = pool[order[0]].chosen
        return (
            Chosen(first.document, cut_at_words(documents[first.document].text, first.span, room)),
        )
    return tuple(pool[i].chosen for i in picked)


def pool_of(documents: Sequence[Document]) -> list[Piece]:
    """Give every sentence that may be shown, in order."""
    pool: list[Piece] = []
    for number, document in enumerate(documents):
        blocks = sentences_by_paragraph(document.text)
        told = [[not is_boilerplate(sentence.text) for sentence in block] for block in blocks]
        if not any(map(any, told)):
            told = [[True] * len(block) for block in blocks]
        _add_pieces(pool, number, document.text, blocks, told)
    return pool


def _add_pieces(
    pool: list[Piece],
    number: int,
    text: str,
    blocks: Sequence[Sequence[Span]],
    told: Sequence[Sequence[bool]],
) -> None:
    before = None
    for paragraph, (block, kept) in enumerate(zip(blocks, told, strict=True)):
        for sentence, reading, tells in zip(block, readings(block), kept, strict=True):
            if not tells:
                before = None
                continue
            shown = without_dateline(text, sentence)
            wired = shown is not sentence and opens_with_dateline(sentence.text)
            pool.append(Piece(Chosen(number, shown), paragraph, reading, before, wired))
            before = len(pool) - 1


def _order(
    method: str, documents: Sequence[Document], pool: Sequence[Piece], language: str
) -> list[int]:
    """Give the pool's numbers, best first; what a method does not rank follows in reading order."""
    titles = [document.title for document in documents if document.title]
    if method == "dateline":
        return methods.ranked(method, lines_of(pool), titles, language)
    reading = _reading_order(pool)
    if method == "lead":
        return reading
    # sumy's methods compare each sentence with each (KL: cubed); ours bounds itself.
    asked = sorted(reading[:_COMPARED])
    first = [
        asked[i]
        for i in methods.ranked(method, lines_of([pool[i] for i in asked]), titles, language)
    ]
    taken = frozenset(first)
    return [*first, *(i for i in reading if i not in taken)]


def _together(pool: Sequence[Piece], most: int, room: int, language: str) -> list[int]:
    """Give the pool's numbers: those that read alone and tell most of the story together, then the rest."""
    reading = _reading_order(pool)
    near = reading[:_CONSIDERED]
    stop = methods.stop_words(language)
    words = [words_of(pool[i].chosen.span.text.lower()) for i in near]
    stems = [[None if word in stop else methods.prefix(word) for word in each] for each in words]
    central = ranking.log_centrality([list(filter(None, each)) for each in stems])
    seen: Counter[int] = Counter()
    told, numbers = [], []
    for i, each, small, middle in zip(near, words, stems, central.tolist(), strict=True):
        piece = pool[i]
        document = piece.chosen.document
        if piece.reading.whole and not piece.reading.leans:
            told.append(Told(document, seen[document], _size(piece), _pairs(each, small), middle))
            numbers.append(i)
        seen[document] += 1
    first = [numbers[k] for k in cover(told, most=most, room=room)]
    taken = frozenset(first)
    return [*first, *(i for i in reading if i not in taken)]


def _pairs(words: Sequence[str], stems: Sequence[str | None]) -> frozenset[tuple[str, str]]:
    """Give neighbouring words, by their stems, but for two small ones."""
    named = [stem or word for word, stem in zip(words, stems, strict=True)]
    return frozenset(
        pair
        for pair, one, other in zip(pairwise(named), stems, stems[1:], strict=False)
        if one or other
    )


def _reading_order(pool: Sequence[Piece]) -> list[int]:
    """Give every document's first sentence, then every second one, and so on."""
    seen: Counter[int] = Counter()
    places = []
    for piece in pool:
        places.append(seen[piece.chosen.document])
        seen[piece.chosen.document] += 1
    return sorted(range(len(pool)), key=places.__getitem__)


def lines_of(pool: Sequence[Piece]) -> list[methods.Line]:
    """Give sentences as `methods` takes them."""
    return [
        methods.Line(piece.chosen.span.text, piece.chosen.document, piece.paragraph, piece.wired)
        for piece in pool
    ]


def _plain(order: Sequence[int], pool: Sequence[Piece], most: int, room: int) -> list[int]:
    picked: list[int] = []
    for i in order:
        size = _size(pool[i])
        if len(picked) < most and size <= room:
            picked.append(i)
            room -= size
    return picked


def _size(piece: Piece) -> int:
    return len(piece.chosen.span.text.split())


def _readable(
    order: Sequence[int], pool: Sequence[Piece], most: int, room: int, language: str
) -> list[int]:
    """Pick down the order what reads with what was picked before, does not repeat it, and fits."""
    picked: list[int] = []
    said: list[tuple[int, frozenset[str]]] = []
    waiting: dict[int, list[int]] = {}
    for i in order:
        for ready in _ready(i, pool, picked, waiting):
            if len(picked) == most:
                return picked
            size = _size(pool[ready])
            if size > room:
                continue
            telling = (pool[ready].chosen.document, _stems(pool[ready], language))
            if any(_repeats(telling, other) for other in said):
                continue
            picked.append(ready)
            said.append(telling)
            room -= size
    return picked


def _ready(
    i: int, pool: Sequence[Piece], picked: list[int], waiting: dict[int, list[int]]
) -> Iterator[int]:
    """Give `i` if it reads with what was picked, then those that waited for it; else let it wait."""
    piece = pool[i]
    if not piece.reading.whole:
        return
    if piece.reading.leans and piece.before not in picked:
        if piece.before is not None:
            waiting.setdefault(piece.before, []).append(i)
        return
    yield i
    if i in picked:
        for later in waiting.pop(i, ()):
            yield from _ready(later, pool, picked, waiting)


def _stems(piece: Piece, language: str) -> frozenset[str]:
    stop = methods.stop_words(language)
    return frozenset(
        methods.prefix(word)
        for word in map(str.lower, words_of(piece.chosen.span.text))
        if word not in stop
    )


def _repeats(one: tuple[int, frozenset[str]], other: tuple[int, frozenset[str]]) -> bool:
    (document, stems), (elsewhere, others) = one, other
    smaller, most = (
        min(len(stems), len(others)),
        _REPEATS if document == elsewhere else _REPEATS_ELSEWHERE,
    )
    return stems == others or (smaller > 2 and len(stems & others) > most * smaller)
