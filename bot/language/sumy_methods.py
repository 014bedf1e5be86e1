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
from sumy.summarizers.random import RandomSummarizer
from sumy.summarizers.reduction import ReductionSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from bot.language.sentence_ranking import MAX_WORDS, RankableSentence
from bot.language.sentences import split_words

_MAX_CACHED_STEMS = 60_000

# ISO 639-1 to sumy's names, without pycountry, which sumy would ask and which takes 50 ms to load.
LANGUAGES = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "he": "hebrew", "hu": "hungarian",
    "it": "italian", "ja": "japanese", "ko": "korean", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak",
    "sv": "swedish", "th": "thai", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip


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


class _NumberedSentence(Sentence):  # type: ignore[misc]
    """A sentence that equals no other, even with the same words."""

    def __init__(
        self, number: int, text: str, tokenizer: Tokenizer, *, is_heading: bool = False
    ) -> None:
        super().__init__(text, tokenizer, is_heading)
        self.number = number

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class _SeededRandom(RandomSummarizer):  # type: ignore[misc]
    """A random choice that is the same each time, as a baseline."""

    def _get_random_ratings(self, sentences: Sequence[Any]) -> dict[Any, int]:
        ratings = list(range(len(sentences)))
        random.Random(len(sentences)).shuffle(ratings)  # noqa: S311 - a baseline, no secret
        return dict(zip(sentences, ratings, strict=True))


_METHODS: dict[str, type[AbstractSummarizer]] = {
    "lex-rank": LexRankSummarizer,
    "text-rank": TextRankSummarizer,
    "lsa": LsaSummarizer,
    "luhn": LuhnSummarizer,
    "kl": KLSummarizer,
    "sum-basic": SumBasicSummarizer,
    "reduction": ReductionSummarizer,
    "edmundson": EdmundsonSummarizer,
    "random": _SeededRandom,
}
SUMY_METHODS = tuple(_METHODS)

# Edmundson's cue method wants words that raise and words that lower a score; these are ours.
_BONUS_WORDS = frozenset(
    {"announced", "said", "first", "new", "killed", "agreed", "decision", "according", "million"}
)
_STIGMA_WORDS = frozenset(
    {"hardly", "perhaps", "meanwhile", "photo", "click", "read", "video", "subscribe"}
)


def rank_by_sumy(
    method: str, sentences: Sequence[RankableSentence], titles: Sequence[str], language: str
) -> list[int]:
    """Return the numbers of all sentences, best first. Raise KeyError for an unknown method."""
    summarizer: Any = _METHODS[method](load_stemmer(language))
    if method == "edmundson":
        summarizer.bonus_words = _BONUS_WORDS
        summarizer.stigma_words = _STIGMA_WORDS
        summarizer.null_words = stop_words(language) or {"the"}
    elif method != "random":
        summarizer.stop_words = stop_words(language)
    order: list[int] = []

    def take_all(infos: Sequence[Any]) -> Sequence[Any]:
        order.extend(info.sentence.number for info in infos)
        return infos

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # LSA warns of a text with few words, and still answers.
        warnings.simplefilter("ignore", UserWarning)
        summarizer(_build_document(sentences, titles), take_all)
    return order


def _build_document(
    sentences: Sequence[RankableSentence], titles: Sequence[str]
) -> ObjectDocumentModel:
    tokenizer = Tokenizer()
    headings = [
        _NumberedSentence(-1, title, tokenizer, is_heading=True) for title in titles if title
    ]
    numbered = [_NumberedSentence(i, item.text, tokenizer) for i, item in enumerate(sentences)]
    places = [(sentence.document, sentence.paragraph) for sentence in sentences]
    paragraphs = groupby(numbered, key=lambda sentence: places[sentence.number])
    return ObjectDocumentModel(
        [Paragraph(headings), *(Paragraph(list(group)) for _, group in paragraphs)]
    )
