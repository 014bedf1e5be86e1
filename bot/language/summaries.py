"""Summarize an article, or several on one story, by their own sentences, in text order.

documents -> sentences that may be shown -> ranked -> chosen one by one: each must read with what
was chosen before it, must not repeat it, and must fit
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bot.language.concept_coverage import CandidateSentence, StemPair, choose_covering
from bot.language.language_detection import detect_language
from bot.language.lexicon import POINT_BACK
from bot.language.sentence_ranking import (
    RankableSentence,
    log_centrality,
    prefix_stem,
    rank_sentences,
)
from bot.language.sentences import sentences_by_paragraph, split_words
from bot.language.sumy_methods import SUMY_METHODS, rank_by_sumy, stop_words
from bot.language.trimming import (
    cut_at_words,
    is_boilerplate,
    opens_with_dateline,
    strip_dateline,
)
from bot.model import Span
from bot.model.wordlists import load_line_lists

METHODS = ("lead", "dateline", *SUMY_METHODS)
# Two sentences that share more than this of the shorter one's words tell the same; two outlets say
# it in more different words.
_REPEAT_SHARE, _REPEAT_SHARE_ELSEWHERE = 0.75, 0.5
_MAX_SENTENCES_FOR_SUMY = (
    100  # whose methods compare each with each (KL: cubed); ours bounds itself
)
_MAX_SENTENCES_TOGETHER = 300  # of several articles, the first of each before the second
_LANGUAGE_SAMPLE_CHARS = 200  # of each document: enough for every one of 1,000 articles

_BACK_REFERENCES = load_line_lists("bot.language", "data/back_references.txt", "phrases")["phrases"]
_BACK_REFERENCE = re.compile(rf"(?:{'|'.join(_BACK_REFERENCES)})(?![\w-])", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\W\d_]*+([^\W\d_]++)(?![\w-])")
# «…," he said»: a speaker whom the sentence does not name.
_PRONOUN_SPEAKS = re.compile(
    r"[,?!]['\"”’]+\s(?:(?:he|she|they|it)\s\w+|(?:said|says|added)\s(?:he|she|they)\b)",
    re.IGNORECASE,
)
# "In the letter, she told him": whoever she is, the words before the comma do not name her.
_CALENDAR = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_PRONOUN_FOLLOWS = re.compile(
    rf"[A-Z][a-z]*+(?: (?:[a-z\d][\w'’-]*+|{_CALENDAR})){{0,9}},(?: \d{{4}},)? (?:he|she)\b"
)
# A whole sentence of quote, whose speaker another sentence names.
_UNATTRIBUTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]\W*$")
_QUOTE_MARK = re.compile(r"[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class Document:
    """A text to summarize, and its headline if it has one."""

    text: str
    title: str | None = None


class ChosenSentence(NamedTuple):
    """A sentence of document number `document`; the span slices its text."""

    document: int
    span: Span


class Readability(NamedTuple):
    """How a sentence reads alone.

    It needs context where it points back or leaves out its speaker; it is not whole where a quote
    begins or ends outside it.
    """

    needs_context: bool
    is_whole: bool


class PooledSentence(NamedTuple):
    """A sentence that may be chosen; `previous` numbers the one just before, if that may be too."""

    rankable: RankableSentence
    span: Span
    readability: Readability
    previous: int | None

    @property
    def document(self) -> int:
        """The number of its document."""
        return self.rankable.document

    @property
    def size(self) -> int:
        """The number of its words."""
        return len(self.span.text.split())


def summarize(
    documents: Sequence[Document],
    *,
    sentences: int | None = 3,
    words: int | None = None,
    method: str = "dateline",
    language: str | None = None,
    best_first: bool = False,
) -> tuple[ChosenSentence, ...]:
    """Choose at most so many sentences and at most so many words, in text order or best first.

    Every start of what is chosen best first reads by itself. Where not even the best sentence fits
    `words`, it is cut at a clause. A text of nothing but headings and promos is summarized from
    those. Raise KeyError for a method that is not in METHODS.
    """
    if method not in METHODS:
        raise KeyError(method)
    pool = pool_sentences(documents)
    max_sentences = len(pool) if sentences is None else max(sentences, 0)
    max_words = sys.maxsize if words is None else max(words, 0)
    if not pool or not max_sentences or not max_words:
        return ()
    samples = [document.text[:_LANGUAGE_SAMPLE_CHARS] for document in documents]
    language = language or detect_language("\n".join(samples))
    if method != "dateline":
        order = _rank_by_baseline(method, documents, pool, language)
        chosen = _choose_fitting(order, pool, max_sentences, max_words)
    else:
        if len(documents) > 1:
            order = _rank_together(pool, max_sentences, max_words, language)
        else:
            order = rank_sentences(
                [sentence.rankable for sentence in pool], _titles(documents), stop_words(language)
            )
        chosen = _choose_readable(order, pool, max_sentences, max_words, language)
    if not chosen:  # nothing fits, or no sentence reads by itself
        document, span = pool[order[0]].document, pool[order[0]].span
        return (ChosenSentence(document, cut_at_words(documents[document].text, span, max_words)),)
    chosen = chosen if best_first else sorted(chosen)
    return tuple(ChosenSentence(pool[i].document, pool[i].span) for i in chosen)


def pool_sentences(documents: Sequence[Document]) -> list[PooledSentence]:
    """Return every sentence that may be shown, in text order."""
    pool: list[PooledSentence] = []
    for number, document in enumerate(documents):
        paragraphs = sentences_by_paragraph(document.text)
        show_all = all(is_boilerplate(s.text) for paragraph in paragraphs for s in paragraph)
        previous = None
        for index, paragraph in enumerate(paragraphs):
            judged = zip(paragraph, judge_readability(paragraph), strict=True)
            for sentence, readability in judged:
                if not show_all and is_boilerplate(sentence.text):
                    previous = None
                    continue
                span = strip_dateline(document.text, sentence)
                after_dateline = span is not sentence and opens_with_dateline(sentence.text)
                rankable = RankableSentence(span.text, number, index, after_dateline)
                pool.append(PooledSentence(rankable, span, readability, previous))
                previous = len(pool) - 1
    return pool


def judge_readability(paragraph: Sequence[Span]) -> list[Readability]:
    """Judge the sentences of one paragraph; quotes are followed through it."""
    judged, in_quote = [], False
    for sentence in paragraph:
        marks = _QUOTE_MARK.findall(sentence.text)
        begins_in_quote, in_quote = in_quote, _is_in_quote_after(marks, in_quote=in_quote)
        context = needs_context(sentence.text, has_quote=bool(marks))
        judged.append(Readability(context, not begins_in_quote and not in_quote))
    return judged


def needs_context(sentence: str, *, has_quote: bool) -> bool:
    """Tell whether a sentence points back, or leaves out who speaks or is spoken of."""
    first = _FIRST_WORD.match(sentence)
    if first and (
        first[1].lower() in POINT_BACK or _BACK_REFERENCE.match(sentence, first.start(1))
    ):
        return True
    if (", he" in sentence or ", she" in sentence) and _PRONOUN_FOLLOWS.match(sentence):
        return True
    return has_quote and bool(_UNATTRIBUTED.match(sentence) or _PRONOUN_SPEAKS.search(sentence))


def _is_in_quote_after(marks: Sequence[str], *, in_quote: bool) -> bool:
    for mark in marks:
        # “ closes what „ opened
        in_quote = not in_quote if mark in '"“' else mark in "„«"
    return in_quote


def _titles(documents: Sequence[Document]) -> list[str]:
    return [document.title for document in documents if document.title]


def _rank_by_baseline(
    method: str, documents: Sequence[Document], pool: Sequence[PooledSentence], language: str
) -> list[int]:
    """Return the pool's numbers, best first; what sumy does not rank follows in reading order."""
    reading_order = _reading_order(pool)
    if method == "lead":
        return reading_order
    compared = sorted(reading_order[:_MAX_SENTENCES_FOR_SUMY])
    rankable = [pool[i].rankable for i in compared]
    ranked = rank_by_sumy(method, rankable, _titles(documents), language)
    return _put_first([compared[i] for i in ranked], reading_order)


def _put_first(first: Sequence[int], order: Sequence[int]) -> list[int]:
    taken = frozenset(first)
    return [*first, *(i for i in order if i not in taken)]


def _rank_together(
    pool: Sequence[PooledSentence], max_sentences: int, max_words: int, language: str
) -> list[int]:
    """Return the pool's numbers: first those that together tell most of the story."""
    reading_order = _reading_order(pool)
    compared = reading_order[:_MAX_SENTENCES_TOGETHER]
    stop = stop_words(language)
    words = [split_words(pool[i].span.text.lower()) for i in compared]
    # A stop word has no stem.
    stems = [["" if word in stop else prefix_stem(word) for word in row] for row in words]
    central = log_centrality([list(filter(None, row)) for row in stems]).tolist()
    places: Counter[int] = Counter()
    candidates, numbers = [], []
    for i, row, row_stems, centrality in zip(compared, words, stems, central, strict=True):
        document = pool[i].document
        if pool[i].readability == (False, True):
            pairs = _stem_pairs(row, row_stems)
            candidates.append(
                CandidateSentence(document, places[document], pool[i].size, pairs, centrality)
            )
            numbers.append(i)
        places[document] += 1
    best = choose_covering(candidates, max_sentences=max_sentences, max_words=max_words)
    return _put_first([numbers[k] for k in best], reading_order)


def _stem_pairs(words: Sequence[str], stems: Sequence[str]) -> frozenset[StemPair]:
    """Return neighboring words, by their stems, less pairs of two stop words."""
    named = [stem or word for word, stem in zip(words, stems, strict=True)]
    pairs = zip(pairwise(named), pairwise(stems), strict=True)
    return frozenset(pair for pair, pair_stems in pairs if any(pair_stems))


def _reading_order(pool: Sequence[PooledSentence]) -> list[int]:
    """Return the number of every document's first sentence, then of every second one, and so on."""
    seen: Counter[int] = Counter()
    places = []
    for sentence in pool:
        places.append(seen[sentence.document])
        seen[sentence.document] += 1
    return sorted(range(len(pool)), key=places.__getitem__)


def _choose_fitting(
    order: Sequence[int], pool: Sequence[PooledSentence], max_sentences: int, max_words: int
) -> list[int]:
    chosen: list[int] = []
    for i in order:
        if len(chosen) < max_sentences and pool[i].size <= max_words:
            chosen.append(i)
            max_words -= pool[i].size
    return chosen


def _choose_readable(
    order: Sequence[int],
    pool: Sequence[PooledSentence],
    max_sentences: int,
    max_words: int,
    language: str,
) -> list[int]:
    """Choose down the order what reads with the sentences before, repeats none, and fits."""
    chosen: list[int] = []
    waiting: dict[int, list[int]] = {}
    stems: dict[int, frozenset[str]] = {}
    for ranked in order:
        for i in _readable(ranked, pool, chosen, waiting):
            if len(chosen) == max_sentences:
                return chosen
            if pool[i].size > max_words:
                continue
            stems[i] = _stems(pool[i], language)
            if any(_is_repeat(pool, stems, i, other) for other in chosen):
                continue
            chosen.append(i)
            max_words -= pool[i].size
    return chosen


def _readable(
    i: int, pool: Sequence[PooledSentence], chosen: list[int], waiting: dict[int, list[int]]
) -> Iterator[int]:
    """Yield `i` if it reads with those chosen, then what waited for it; else let it wait."""
    sentence = pool[i]
    if not sentence.readability.is_whole:
        return
    if sentence.readability.needs_context and sentence.previous not in chosen:
        if sentence.previous is not None:
            waiting.setdefault(sentence.previous, []).append(i)
        return
    yield i
    if i in chosen:
        for later in waiting.pop(i, ()):
            yield from _readable(later, pool, chosen, waiting)


def _stems(sentence: PooledSentence, language: str) -> frozenset[str]:
    stop = stop_words(language)
    words = map(str.lower, split_words(sentence.span.text))
    return frozenset(prefix_stem(word) for word in words if word not in stop)


def _is_repeat(
    pool: Sequence[PooledSentence], stems: dict[int, frozenset[str]], i: int, other: int
) -> bool:
    same_document = pool[i].document == pool[other].document
    share = _REPEAT_SHARE if same_document else _REPEAT_SHARE_ELSEWHERE
    shorter = min(len(stems[i]), len(stems[other]))
    shared = len(stems[i] & stems[other])
    return stems[i] == stems[other] or (shorter > 2 and shared > share * shorter)
