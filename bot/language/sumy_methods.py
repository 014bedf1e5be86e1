"""Adapt sumy, used nowhere else: stop words, stemmers, and each of its methods to rank sentences.

Its summarizers tell sentences apart by their words; ours are numbered, so that the same words twice
stay two sentences.
"""

import random
import warnings
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer, null_stemmer
from sumy.summarizers import AbstractSummarizer
from sumy.summarizers.edmundson import EdmundsonSummarizer
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from bot.language.sentence_ranking import MAX_WORDS, RankableSentence
from bot.language.sentences import split_words
from bot.model.wordlists import load_line_lists, load_word_lists

_MAX_CACHED_STEMS = 60_000

# ISO 639-1 to sumy's names, without pycountry, which sumy would ask and which takes 50 ms to load.
LANGUAGES = dict(
    line.split()
    for line in load_line_lists("bot.language", "data/sumy_languages.txt", "languages")["languages"]
)
_CUE_WORDS = load_word_lists("bot.language", "data/cue_words.txt", "bonus", "stigma")


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words that tell nothing of a text's subject; none where sumy has no list."""
    try:
        return frozenset(get_stop_words(LANGUAGES[language]))
    except (KeyError, LookupError):
        return frozenset()


@cache
def load_stemmer(language: str) -> Callable[[str], str]:
    """Return a caching stemmer of lower-case words; the identity where sumy has none."""
    try:
        stem = Stemmer(LANGUAGES[language])
        stem("news")  # sumy says only now that Greek and Polish need a package that is missing
    except (KeyError, LookupError, ValueError):
        stem = null_stemmer
    return lru_cache(maxsize=_MAX_CACHED_STEMS)(stem)


class Tokenizer:
    """What sumy asks of a tokenizer; its own raises LookupError where NLTK's data is missing."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Return the first words of a sentence."""
        return tuple(split_words(sentence)[:MAX_WORDS])


class _DistinctSentence(Sentence):  # type: ignore[misc]
    """A sentence that equals no other, even with the same words."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


_SUMMARIZERS: dict[str, type[AbstractSummarizer]] = {
    "lex-rank": LexRankSummarizer,
    "text-rank": TextRankSummarizer,
    "lsa": LsaSummarizer,
    "luhn": LuhnSummarizer,
    "kl": KLSummarizer,
    "sum-basic": SumBasicSummarizer,
    "reduction": ReductionSummarizer,
    "edmundson": EdmundsonSummarizer,
}
SUMY_METHODS = (*_SUMMARIZERS, "random")


def rank_by_sumy(
    method: str, sentences: Sequence[RankableSentence], titles: Sequence[str], language: str
) -> list[int]:
    """Return the numbers of all sentences, best first. Raise KeyError for an unknown method."""
    order = list(range(len(sentences)))
    if method == "random":  # the same each time, as a baseline
        ratings = list(order)
        random.Random(len(order)).shuffle(ratings)  # noqa: S311 - a baseline, no secret
        return sorted(order, key=ratings.__getitem__, reverse=True)
    summarizer: Any = _SUMMARIZERS[method](load_stemmer(language))
    if method == "edmundson":
        summarizer.bonus_words = _CUE_WORDS["bonus"]
        summarizer.stigma_words = _CUE_WORDS["stigma"]
        summarizer.null_words = stop_words(language) or {"the"}
    else:
        summarizer.stop_words = stop_words(language)
    tokenizer = Tokenizer()
    numbers = {_DistinctSentence(item.text, tokenizer): i for i, item in enumerate(sentences)}
    places = [(sentence.document, sentence.paragraph) for sentence in sentences]
    paragraphs = groupby(numbers, key=lambda sentence: places[numbers[sentence]])
    headings = [Sentence(title, tokenizer, is_heading=True) for title in titles]
    document = ObjectDocumentModel(
        [Paragraph(headings), *(Paragraph(list(group)) for _, group in paragraphs)]
    )

    def take_all(infos: Sequence[Any]) -> Sequence[Any]:
        order[:] = [numbers[info.sentence] for info in infos]
        return infos

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # LSA warns of a text with few words, and still answers.
        warnings.simplefilter("ignore", UserWarning)
        summarizer(document, take_all)
    return order
