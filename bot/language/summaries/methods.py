"""sumy, and nothing else of it elsewhere: stop words, stemmers and each of its ways to choose sentences.

Its summarizers answer with sentences compared by their words; ours are numbered, so that twice the same
sentence stays two.
"""

import random
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple

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

from bot.language.summaries import ranking
from bot.language.texts.tokens import MOST_WORDS, Tokenizer, words_of

_KEPT = 60_000  # words whose stems are remembered

# ISO 639-1 to sumy's names; what it names by itself goes through pycountry, which takes 50 ms to load.
LANGUAGES = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "he": "hebrew", "hu": "hungarian", "it": "italian", "ja": "japanese",
    "ko": "korean", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sk": "slovak", "sv": "swedish", "th": "thai", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the words that tell nothing of a text's subject; none where sumy has no list."""
    try:
        return frozenset(get_stop_words(LANGUAGES[language]))
    except (KeyError, LookupError):
        return frozenset()


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """Give a remembering function from a lower-case word to its stem; itself where sumy has no stemmer."""
    try:
        stem = Stemmer(LANGUAGES[language])
        stem(
            "news"
        )  # for Greek and Polish sumy wants a package more, and says so only when asked for a stem
    except (KeyError, LookupError, ValueError):
        stem = null_stemmer
    return lru_cache(maxsize=_KEPT)(stem)


def prefix(word: str) -> str:
    """Give what our ranker takes for a stem: as good as Snowball to it (ROUGE-2 14.9 both), at a tenth of the time."""
    return word[:6]


class _Numbered(Sentence):  # type: ignore[misc]
    """A sentence that is itself and no other, even with the same words."""

    def __init__(
        self, index: int, text: str, tokenizer: Tokenizer, *, is_heading: bool = False
    ) -> None:
        super().__init__(text, tokenizer, is_heading)
        self.index = index

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class _SeededRandom(RandomSummarizer):  # type: ignore[misc]
    """The same choice each time, for comparing with."""

    def _get_random_ratings(self, sentences: Sequence[Any]) -> dict[Any, int]:
        ratings = list(range(len(sentences)))
        random.Random(len(sentences)).shuffle(ratings)  # noqa: S311 - a baseline, no secret
        return dict(zip(sentences, ratings, strict=True))


class Line(NamedTuple):
    """A sentence to rank, with the numbers of its document and paragraph; `wired` as in `ranking.Sentence`."""

    text: str
    document: int = 0
    paragraph: int = 0
    wired: bool = False


class DatelineSummarizer(AbstractSummarizer):  # type: ignore[misc]
    """Our own ranker, usable wherever one of sumy's is: place and centrality first, then how a sentence is made."""

    def __init__(self, stemmer: Callable[[str], str] = null_stemmer) -> None:
        super().__init__(stemmer)
        self.stop_words: frozenset[str] = frozenset()

    def __call__(self, document: Any, sentences_count: Any) -> tuple[Any, ...]:
        """Give the best sentences in text order, as every summarizer of sumy does."""
        lines = [
            Line(str(sentence), paragraph=number)
            for number, paragraph in enumerate(document.paragraphs)
            for sentence in paragraph.sentences
        ]
        scores = ranking.scores(*self.ranking_input(lines, map(str, document.headings)))
        ratings = dict(zip(document.sentences, scores, strict=True))
        best: tuple[Any, ...] = self._get_best_sentences(
            document.sentences, sentences_count, ratings
        )
        return best

    def best_first(self, lines: Sequence[Line], titles: Iterable[str]) -> list[int]:
        """Give the lines' numbers; sumy's model of a document in between would take as long as the ranking."""
        order: list[int] = np.argsort(
            -ranking.scores(*self.ranking_input(lines, titles)), kind="stable"
        ).tolist()
        return order

    def ranking_input(
        self, lines: Sequence[Line], titles: Iterable[str]
    ) -> tuple[list[ranking.Sentence], list[str]]:
        """Give the sentences, and the headlines' stems, as ranking takes them."""
        pool, before, known = [], None, _stems(self._stemmer, self.stop_words)
        for line in lines:
            place = (line.document, line.paragraph)
            stems = known.of(line.text)
            pool.append(ranking.Sentence(line.text, stems, place != before, line.wired))
            before = place
        return pool, [stem for title in titles for stem in known.of(title)]


@lru_cache(maxsize=8)
def _stems(stem: Callable[[str], str], stop: frozenset[str]) -> "_Stems":
    return _Stems(stem, stop)


class _Stems(dict[str, str]):
    """Words' stems, each asked for once; a stop word has none."""

    def __init__(self, stem: Callable[[str], str], stop: frozenset[str]) -> None:
        super().__init__()
        self._stem, self._stop = stem, stop

    def __missing__(self, word: str) -> str:
        """Ask for a word that was not seen yet."""
        if len(self) >= _KEPT:
            self.clear()
        found = "" if word in self._stop else self._stem(word)
        self[word] = found
        return found

    def of(self, text: str) -> tuple[str, ...]:
        """Give the stems of a sentence's first words."""
        return tuple(filter(None, map(self.__getitem__, words_of(text.lower())[:MOST_WORDS])))


_METHODS: dict[str, type[AbstractSummarizer]] = {
    "dateline": DatelineSummarizer,
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
NAMES = tuple(_METHODS)

# Edmundson's cue method wants words that lift and words that lower a sentence; these are ours.
_LIFTING = frozenset(
    {"announced", "said", "first", "new", "killed", "agreed", "decision", "according", "million"}
)
_LOWERING = frozenset(
    {"hardly", "perhaps", "meanwhile", "photo", "click", "read", "video", "subscribe"}
)


def ranked(method: str, lines: Sequence[Line], titles: Sequence[str], language: str) -> list[int]:
    """Give the numbers of all lines, best first."""
    summarizer = _summarizer(method, language)
    if isinstance(summarizer, DatelineSummarizer):
        return summarizer.best_first(lines, titles)
    found: list[int] = []

    def take_all(infos: Sequence[Any]) -> Sequence[Any]:
        found.extend(info.sentence.index for info in infos)
        return infos

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter(
            "ignore", UserWarning
        )  # LSA warns of a text with few words, and still answers
        summarizer(_document(lines, titles), take_all)
    return found


def features(lines: Sequence[Line], titles: Sequence[str], language: str) -> Any:
    """Give what our own ranker looks at, for training its weights."""
    return ranking.features(*_summarizer("dateline", language).ranking_input(lines, titles))


def _summarizer(method: str, language: str) -> Any:
    summarizer = _METHODS[method](prefix if method == "dateline" else stemmer(language))
    stop = stop_words(language)
    if method == "edmundson":
        summarizer.bonus_words = _LIFTING
        summarizer.stigma_words = _LOWERING
        summarizer.null_words = stop or {"the"}
    elif method != "random":
        summarizer.stop_words = stop
    return summarizer


def _document(lines: Sequence[Line], titles: Sequence[str]) -> ObjectDocumentModel:
    tokenizer = Tokenizer()
    headings = [_Numbered(-1, title, tokenizer, is_heading=True) for title in titles if title]
    numbered = [_Numbered(number, line.text, tokenizer) for number, line in enumerate(lines)]
    paragraphs = groupby(
        numbered, lambda one: (lines[one.index].document, lines[one.index].paragraph)
    )
    return ObjectDocumentModel(
        [Paragraph(headings), *(Paragraph(list(held)) for _, held in paragraphs)]
    )
