"""Pick the sentences that tell a story below its headline, out of all its articles.

extracts -> what is new, neither in the headline nor by who is muted -> what covers most of the
story -> at most two that read together
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from bot.language.concept_coverage import choose_together
from bot.language.readability import reads_after
from bot.model import ArticlePart, Citation, Span, StoredArticle
from bot.stories.people import is_muted
from bot.stories.quote_check import is_record
from bot.stories.repetition import SeenContent, lower_words

_SENTENCES = 2
_MAX_CHARS = 420  # of both sentences; those of news have some 300
_MAX_WORDS = _MAX_CHARS // 6
_REPEATED_SHARE = 0.8  # of a sentence's words, or of a headline's that is a sentence itself
_QUOTED_SHARE = 0.5  # of a sentence's characters
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"“”»]")
_TOLD_SHARE = 0.5  # of the shorter of two outlets' sentences: both tell the same


class _Candidate(NamedTuple):
    """A sentence of an article's extract, and the number of its article among those read."""

    article: int
    sentence: Span


def pick_extract(
    articles: Sequence[StoredArticle],
    headline: Citation,
    *,
    quoted: Sequence[str],
    muted: Collection[str],
    seen: SeenContent,
) -> tuple[Citation, ...]:
    """Return one or two sentences of a story's articles, the first of which gave the headline.

    None repeats the headline, what an earlier digest showed, or another outlet's sentence. The best
    one stands, and beside it one that is none of the `quoted` words below it. Each names whom it
    means, or follows the one that does. What `muted` actors say never stands.
    """
    fresh = [
        _Candidate(number, sentence)
        for number, stored in enumerate(articles)
        for sentence in _fresh_sentences(stored, headline, muted, seen)
    ]
    chosen: list[_Candidate] = []
    for candidate in _order(articles, fresh):
        if len(chosen) == _SENTENCES:
            break
        if _goes_with(candidate, chosen, quoted, articles[candidate.article]):
            chosen.append(candidate)
    first = {candidate.article: -number for number, candidate in enumerate(reversed(chosen))}
    chosen.sort(key=lambda candidate: (first[candidate.article], candidate.sentence.start))
    return tuple(
        Citation(articles[candidate.article].id, ArticlePart.BODY, candidate.sentence)
        for candidate in chosen
    )


def _fresh_sentences(
    stored: StoredArticle, headline: Citation, muted: Collection[str], seen: SeenContent
) -> Iterator[Span]:
    silent = [spoken.sentence for spoken in stored.analysis.statements if is_muted(spoken, muted)]
    for sentence in stored.analysis.extract:
        is_headline = (
            headline.part is ArticlePart.BODY
            and headline.article == stored.id
            and sentence.overlaps(headline.span)
        )
        if not (
            is_headline
            or _repeats(sentence, headline)
            or seen.has_sentence(sentence)
            or any(map(sentence.overlaps, silent))
        ):
            yield sentence


def _order(articles: Sequence[StoredArticle], fresh: Sequence[_Candidate]) -> list[_Candidate]:
    """Return first the best of the headline's article, then what covers most of a story, then rest.

    What somebody says is color beside the news, and has its place below: it comes last.
    """
    lead = sorted((each for each in fresh if each.article == 0), key=_is_color)
    if len(articles) == 1:
        return lead
    others = [each for each in fresh if not any(_tell_same(each, told) for told in lead[:1])]
    best = choose_together(
        [stored.analysis.sentences for stored in articles],
        others,
        language=articles[0].analysis.language,
        max_sentences=_SENTENCES,
        max_words=_MAX_WORDS,
    )
    order = dict.fromkeys([*lead[:1], *(others[i] for i in best), *fresh])
    return sorted(order, key=_is_color)


def _is_color(candidate: _Candidate) -> bool:
    """Return whether most of a sentence is quoted."""
    text = candidate.sentence.text
    return sum(map(len, _QUOTED.findall(text))) > _QUOTED_SHARE * len(text)


def _goes_with(
    candidate: _Candidate,
    chosen: Sequence[_Candidate],
    quoted: Sequence[str],
    stored: StoredArticle,
) -> bool:
    text = " ".join(lower_words(candidate.sentence.text))
    is_quoted = any(words in text for words in quoted)
    if is_quoted and is_record(stored):  # its extract is made of statements
        return False
    if chosen:
        chars = sum(len(other.sentence.text) for other in (*chosen, candidate))
        if chars > _MAX_CHARS or is_quoted or any(_tell_same(candidate, o) for o in chosen):
            return False
    before = [other.sentence for other in chosen if other.article == candidate.article]
    return reads_after(stored.article.body, candidate.sentence, before, stored.analysis.language)


def _tell_same(one: _Candidate, other: _Candidate) -> bool:
    """Return whether two outlets' sentences share most words; one outlet's extract repeats none."""
    if one.article == other.article:
        return False
    words, others = set(lower_words(one.sentence.text)), set(lower_words(other.sentence.text))
    return len(words & others) > _TOLD_SHARE * min(len(words), len(others))


def _repeats(sentence: Span, headline: Citation) -> bool:
    """Return whether the headline says a sentence, or is cut from one that says the same."""
    words, others = set(lower_words(sentence.text)), set(lower_words(headline.span.text))
    shorter = min(len(words), len(others)) if headline.is_cut else len(words)
    return bool(words) and len(words & others) >= _REPEATED_SHARE * shorter
