"""Summarize an article, or several on one story, by their own sentences, in text order.

documents -> sentences that may be shown -> ranked -> chosen one by one: each must read with what
was chosen before it, must not repeat it, and must fit
"""

import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bot.language.concept_coverage import CandidateSentence, choose_covering, stem_pairs
from bot.language.language_detection import detect_language
from bot.language.readability import (
    find_whole,
    needs_context,
    reads_after,
)
from bot.language.sentence_ranking import (
    RankableSentence,
    content_stems,
    rank_sentences,
)
from bot.language.sentences import sentences_by_paragraph
from bot.language.sumy_methods import SUMY_METHODS, rank_by_sumy, stop_words
from bot.language.trimming import (
    cut_at_clause,
    cut_at_words,
    news_sentences,
    opens_with_dateline,
    strip_dateline,
)
from bot.model import Span

METHODS = ("lead", "dateline", *SUMY_METHODS)
# Two sentences that share more than this of the shorter one's words tell the same; two outlets say
# it in more different words.
_REPEAT_SHARE, _REPEAT_SHARE_ELSEWHERE = 0.75, 0.65
# Sumy's methods compare each with each (KL: cubed); ours bounds itself.
_MAX_SENTENCES_FOR_SUMY = 100
_MAX_SENTENCES_TOGETHER = 300  # of several articles, the first of each before the second
_MAX_TITLE_CHARS = 160
_EXTRA_TITLE_CHARS = 100  # for a whole sentence in which no clause ends in time
_MIN_TITLE_WORDS = 3  # fewer, as in "Letters.", head a section
_OPENING_SENTENCES = 10  # the title is mostly one of these
# An article may open with so many sentences of color, and tell its news behind, with the day.
_MAX_COLOR_SENTENCES = 5
_MAX_COLOR_CHARS = 110
_MIN_SHARED_WITH_HEADLINE = 0.35  # of its words
_PROSE = re.compile(r"(?:The|An?|It|There)\b|\b(?:the|an?|it|his|her|their|its|was|were|had|has)\b")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_HARD_NEWS = re.compile(
    rf"{_WEEKDAY.pattern}|\b(?:said|says|announced|according|reported|ruled|told)\b"
)
_NUMBER_OR_NAME = re.compile(r"\d|[a-z,] [A-Z]")
_LANGUAGE_SAMPLE_CHARS = 200  # of each document: enough for every one of 1,000 articles


@dataclass(frozen=True, slots=True)
class Document:
    """A text to summarize, and its headline if it has one.

    `heading` is the part of the text that stands above it as its headline, if any: the summary is
    read below it.
    """

    text: str
    title: str | None = None
    heading: Span | None = None


class ChosenSentence(NamedTuple):
    """A sentence of document number `document`; the span slices its text."""

    document: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledSentence(RankableSentence):
    """A sentence that may be chosen: number `place` of those of its document, with `size` words.

    `previous` numbers the one just before it in the text, if that may be chosen too.
    """

    span: Span
    is_whole: bool
    place: int
    size: int
    previous: int | None


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
    samples = [document.text[:_LANGUAGE_SAMPLE_CHARS] for document in documents]
    language = language or detect_language("\n".join(samples))
    pool = pool_sentences(documents)
    max_sentences = len(pool) if sentences is None else max(sentences, 0)
    max_words = sys.maxsize if words is None else max(words, 0)
    if not pool or not max_sentences or not max_words:
        return ()
    titles = [document.title for document in documents if document.title]
    stop = stop_words(language)
    if method != "dateline":
        order = _rank_by_baseline(method, titles, pool, language)
        chosen = _choose_fitting(order, pool, max_sentences, max_words)
    else:
        if len(documents) > 1:
            order = _rank_together(pool, language, max_sentences, max_words)
        else:
            order = _put_headings_last(documents, pool, rank_sentences(pool, titles, stop))
            if language == "en":
                news = _find_late_news(documents[0].text, [each.span for each in pool])
                order = (
                    order if news is None else sorted(order, key=lambda i: (i != news, i < news))
                )
        texts = [document.text for document in documents]
        chosen = _choose_readable(order, pool, texts, language, max_sentences, max_words)
    if not chosen:  # nothing fits, or no sentence reads by itself
        best = pool[order[0]]
        cut = cut_at_words(documents[best.document].text, best.span, max_words)
        return (ChosenSentence(best.document, cut),)
    chosen = chosen if best_first else sorted(chosen)
    return tuple(ChosenSentence(pool[i].document, pool[i].span) for i in chosen)


def pool_sentences(documents: Sequence[Document]) -> list[PooledSentence]:
    """Return every sentence that may be shown, in text order."""
    pool: list[PooledSentence] = []
    for number, document in enumerate(documents):
        paragraphs = sentences_by_paragraph(document.text)
        news = {
            sentence
            for paragraph in paragraphs
            for sentence in news_sentences(document.text, paragraph)
        }
        first, previous = len(pool), None
        for index, paragraph in enumerate(paragraphs):
            for sentence, is_whole in zip(paragraph, find_whole(paragraph), strict=True):
                if news and sentence not in news:
                    previous = None
                    continue
                span = strip_dateline(document.text, sentence)
                after_dateline = span is not sentence and opens_with_dateline(sentence.text)
                pooled = PooledSentence(
                    span.text,
                    number,
                    index,
                    after_dateline,
                    span=span,
                    is_whole=is_whole,
                    place=len(pool) - first,
                    size=len(span.text.split()),
                    previous=previous,
                )
                previous = len(pool)
                pool.append(pooled)
    return pool


def _rank_by_baseline(
    method: str, titles: Sequence[str], pool: Sequence[PooledSentence], language: str
) -> list[int]:
    """Return the pool's numbers, best first; what sumy does not rank follows in reading order."""
    reading_order = _reading_order(pool)
    if method == "lead":
        return reading_order
    compared = sorted(reading_order[:_MAX_SENTENCES_FOR_SUMY])
    ranked = rank_by_sumy(method, [pool[i] for i in compared], titles, language)
    return _put_first([compared[i] for i in ranked], reading_order)


def _put_first(first: Sequence[int], order: Sequence[int]) -> list[int]:
    taken = frozenset(first)
    return [*first, *(i for i in order if i not in taken)]


def _find_late_news(text: str, sentences: Sequence[Span]) -> int | None:
    """Return the number of the sentence that tells the news of an article that opens with color.

    That is the first one that opens a paragraph and names a weekday, after two sentences or more,
    all of them color. The first is no headline, which does without articles and shares words with
    the news. None for another article.
    """
    early = sentences[: _MAX_COLOR_SENTENCES + 1]
    if not early or not _PROSE.search(early[0].text):
        return None
    for number, (before, news) in enumerate(pairwise(early), start=1):
        if not _is_color(before.text):
            return None
        opens_paragraph = "\n" in text[before.end : news.start]
        if opens_paragraph and _WEEKDAY.search(news.text) and not needs_context(news.text):
            stop = stop_words("en")
            first = frozenset(content_stems(early[0].text, stop))
            shared = first.intersection(content_stems(news.text, stop))
            is_headline = len(shared) >= _MIN_SHARED_WITH_HEADLINE * len(first)
            return None if is_headline or number == 1 else number
    return None


def _is_color(sentence: str) -> bool:
    """Return whether a sentence is short, or has no number nor name, and tells no day or source."""
    is_short = len(sentence) < _MAX_COLOR_CHARS
    return not _HARD_NEWS.search(sentence) and (is_short or not _NUMBER_OR_NAME.search(sentence))


def _put_headings_last(
    documents: Sequence[Document], pool: Sequence[PooledSentence], order: Sequence[int]
) -> list[int]:
    """Return the order with what stands above a text last, so that it keeps no sentence out."""

    def is_heading(i: int) -> bool:
        heading = documents[pool[i].document].heading
        return heading is not None and pool[i].span.overlaps(heading)

    return sorted(order, key=is_heading)


def _rank_together(
    pool: Sequence[PooledSentence], language: str, max_sentences: int, max_words: int
) -> list[int]:
    """Return the pool's numbers: first those that together tell most of the story."""
    reading_order = _reading_order(pool)
    best = choose_covering(
        to_candidates(pool, language), max_sentences=max_sentences, max_words=max_words
    )
    return _put_first([reading_order[k] for k in best], reading_order)


def to_candidates(pool: Sequence[PooledSentence], language: str = "en") -> list[CandidateSentence]:
    """Return several articles' first sentences as coverage sees them, in reading order.

    One that leans on another may not stand.
    """
    return [
        CandidateSentence(
            sentence.place,
            sentence.size,
            stem_pairs(sentence.text),
            may_stand=sentence.is_whole and not needs_context(sentence.text, language),
        )
        for sentence in (pool[i] for i in _reading_order(pool)[:_MAX_SENTENCES_TOGETHER])
    ]


def _reading_order(pool: Sequence[PooledSentence]) -> list[int]:
    """Return the number of every document's first sentence, then of every second one, and so on."""
    return sorted(range(len(pool)), key=lambda i: pool[i].place)


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
    texts: Sequence[str],
    language: str,
    max_sentences: int,
    max_words: int,
) -> list[int]:
    """Choose down the order what reads with the sentences before, repeats none, and fits."""
    chosen: list[int] = []
    stop = stop_words(language)
    waiting: dict[int | None, list[int]] = defaultdict(list)  # by the sentence that they need
    stems: dict[int, frozenset[str]] = {}
    for ranked in order:
        stack = [ranked]
        while stack and len(chosen) < max_sentences:
            i = stack.pop()
            sentence = pool[i]
            if sentence.size > max_words or not sentence.is_whole:
                continue
            if needs_context(sentence.text, language):
                if sentence.previous not in chosen:
                    waiting[sentence.previous].append(i)
                    continue
                shown = [pool[k].span for k in chosen if pool[k].document == sentence.document]
                if not reads_after(texts[sentence.document], sentence.span, shown, language):
                    continue
            stems[i] = frozenset(content_stems(sentence.text, stop))
            if not any(_is_repeat(pool, stems, i, other) for other in chosen):
                chosen.append(i)
                max_words -= sentence.size
                stack += reversed(waiting[i])
    return chosen


def _is_repeat(
    pool: Sequence[PooledSentence], stems: dict[int, frozenset[str]], i: int, other: int
) -> bool:
    same_document = pool[i].document == pool[other].document
    share = _REPEAT_SHARE if same_document else _REPEAT_SHARE_ELSEWHERE
    shorter = min(len(stems[i]), len(stems[other]))
    shared = len(stems[i] & stems[other])
    return stems[i] == stems[other] or (shorter > 2 and shared > share * shorter)


def make_title(body: str, sentences: Sequence[Span], language: str = "en") -> Span:
    """Return the first sentence that is news, cut where it is long, or an empty span for no text.

    It goes before one that means somebody whom it does not name. One closing full stop is dropped.
    """
    if not sentences:
        return Span.of(body, 0, 0)
    news = news_sentences(body, sentences[:_OPENING_SENTENCES]) or news_sentences(body, sentences)
    told = [sentence for sentence in news if sentence.text.count(" ") >= _MIN_TITLE_WORDS - 1]
    named = [sentence for sentence in told if not needs_context(sentence.text, language)]
    if language == "en":
        late = _find_late_news(body, told)
        named = named if late is None else [told[late]]
    sentence = strip_dateline(body, [*named, *told, *news, sentences[0]][0])
    title = cut_at_clause(body, sentence, _MAX_TITLE_CHARS, extra_chars=_EXTRA_TITLE_CHARS)
    # One closing full stop is dropped, as headlines do; "U.S." keeps its own.
    last_word = "".join(title.text.rsplit(maxsplit=1)[-1:])
    is_whole = title.end == sentence.end and title.text != "."
    if is_whole and last_word.endswith(".") and last_word.count(".") == 1:
        return Span.of(body, title.start, title.end - 1)
    return title
