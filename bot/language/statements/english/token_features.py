"""Compute what the models see of each word: grammar, position, punctuation and our own lists.

ParsedText -> masked words, word classes, what the rules found -> cue candidates
           -> TokenColumns: the same as arrays of numbers, the input of both networks

A word of our lists keeps its lemma ("v:say"), a function word itself; every other word is only
capitalized, lower-case, number or punctuation. So no weight can hold a word of the training texts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.language import lexicon
from bot.language.statements.english.attribution_rules import (
    Attribution,
    find_attributions,
    words_of,
)
from bot.language.statements.english.parsing import VECTOR_WIDTH, ParsedText
from bot.language.statements.english.word_vectors import FloatArray

IntArray = NDArray[np.int64]
# The number of each string of a categorical feature, from 1 on; 0 is any other string.
Vocabularies = Mapping[str, Mapping[str, int]]

# Categorical features of a word, each with a vocabulary.
TOKEN_CATEGORIES = ("masked_word", "tag", "dep", "word_class", "rule_role", "rule")
# Features between 0 and 1, in the order of their columns.
TOKEN_FLAGS = (
    "in_quotation", "sentence_has_quotation", "sentence_ends_with_colon", "in_first_paragraph",
    "opens_sentence", "words_from_start", "words_to_end", "is_cue_by_rule", "has_source_by_rule",
    "sentence_words",
)  # fmt: skip
_MAX_DISTANCE_WORDS, _MAX_SENTENCE_WORDS = 10, 60  # counted in flags
_MAX_TREE_DEPTH = 64  # a deeper parse tree is no sentence
_MAX_CACHED_WORDS = 20_000  # most words of a text have been in another one before
_PUNCTUATION = frozenset("“”\"'‘’«»„.,;:!?()[]–—―-…$%&/*#|•")
_PAUSES = frozenset(",;:")
_OPENING_WORDS = 6  # of a branch, in which it names a time
_CUE_PUNCTUATION = frozenset([":", "according", "-", "—", "–", "--", "―"])


@dataclass(slots=True)
class TokenFeatures:
    """A text as the models see it.

    `categories` has the strings of each of `TOKEN_CATEGORIES`, one a word; `attributions` are those
    that the rules found, by cue.
    """

    parsed: ParsedText
    categories: dict[str, Sequence[str]]
    attributions: dict[int, Attribution]


def find_token_features(parsed: ParsedText) -> TokenFeatures:
    """Mask the words of a text, and find what the rules make of them."""
    attributions = {attribution.cue: attribution for attribution in find_attributions(parsed)}
    categories: dict[str, Sequence[str]] = {
        "masked_word": list(map(_mask_word, parsed.word, parsed.lower, parsed.tag)),
        "tag": parsed.tag,
        "dep": parsed.dep,
        "word_class": list(map(_classify_word, parsed.lower, parsed.tag)),
        "rule_role": _find_rule_roles(parsed, attributions.values()),
        "rule": [attributions[i].rule if i in attributions else "" for i in range(len(parsed))],
    }
    return TokenFeatures(parsed, categories, attributions)


def find_cue_candidates(parsed: ParsedText) -> list[int]:
    """Return the words that may report: verbs, our nouns and adjectives, colons and dashes."""
    return [
        i
        for i, (tag, lower) in enumerate(zip(parsed.tag, parsed.lower, strict=True))
        if tag
        and (
            tag[0] == "V"
            or (tag[0] == "N" and lower in lexicon.NOUN_CLASS)
            or (tag[0] == "J" and lower in lexicon.ADJECTIVE_CLASS)
            or lower in _CUE_PUNCTUATION
        )
    ]


@lru_cache(_MAX_CACHED_WORDS)
def _mask_word(word: str, lower: str, tag: str) -> str:
    first = lower[0]
    if not first.isalnum() and lower not in lexicon.FUNCTION_WORDS:
        return lower if lower in _PUNCTUATION or lower == "--" else ".,"
    if listed := _listed_word(word, lower, tag[:1]):
        return listed
    return "9" if first.isdigit() else "Xx" if word[0].isupper() else "xx"


def _listed_word(word: str, lower: str, tag: str) -> str | None:
    """Return the name of a word in our lists, the most telling list first."""
    is_noun = tag == "N"
    is_title = lower.rstrip(".") in lexicon.TITLES and word[0].isupper()
    names = (
        "v:" + lexicon.VERB_LEMMA[lower] if tag == "V" and lower in lexicon.VERB_CLASS else None,
        lower if lower in lexicon.FUNCTION_WORDS else None,
        "TITLE" if is_title else None,
        "TIME" if lower in lexicon.TIMES else None,
        "src:" + lexicon.SPEAKER_CLASS[lower]
        if is_noun and lower in lexicon.SPEAKER_CLASS
        else None,
        "n:" + lexicon.NOUN_LEMMA[lower] if is_noun and lower in lexicon.NOUN_CLASS else None,
        "a:" + lower if tag == "J" and lower in lexicon.ADJECTIVE_CLASS else None,
    )
    return next(filter(None, names), None)


@lru_cache(_MAX_CACHED_WORDS)
def _classify_word(lower: str, tag: str) -> str:
    tag = tag[:1]
    if tag == "V":
        return lexicon.VERB_CLASS.get(lower, "V0")
    if tag == "N":
        return lexicon.NOUN_CLASS.get(lower, lexicon.SPEAKER_CLASS.get(lower, "N0"))
    if tag == "J":
        return lexicon.ADJECTIVE_CLASS.get(lower, "J0")
    return lower if lower in lexicon.FUNCTION_WORDS else tag or "0"


def _find_rule_roles(parsed: ParsedText, attributions: Iterable[Attribution]) -> list[str]:
    """Return what each word is by the rules: "k" cue, "s" source, "c" content, "-" nothing."""
    roles = ["-"] * len(parsed)
    for attribution in attributions:
        for i in words_of(attribution.content):
            roles[i] = "c"
    for attribution in attributions:
        for i in attribution.source_words():
            roles[i] = "s"
        roles[attribution.cue] = "k"
    return roles


class TokenColumns:
    """The features of a text's words as arrays, one element or row a word.

    `categories` has the vocabulary numbers of each of `TOKEN_CATEGORIES`, `flags` a column for each
    of `TOKEN_FLAGS`, `vectors` spaCy's vectors. `first_below` and `last_below` are the first and
    the last word of each word's branch; `opens_with_time` tells whether one of its first words is
    a time. `pauses_before` and `cues_before` count before each word. `children` are all words with
    a head, those of one word together; `first_children` says where those of `parents` begin.
    """

    def __init__(self, features: TokenFeatures, vocabularies: Vocabularies) -> None:
        parsed = features.parsed
        self.features, self.vocabularies = features, vocabularies
        self.categories = {
            name: np.array(
                [vocabularies[name].get(s, 0) for s in features.categories[name]], np.int64
            )
            for name in TOKEN_CATEGORIES
        }
        self.head = np.array(parsed.head, dtype=np.int64)
        self.quotation = np.array(parsed.quotation, dtype=np.int64)
        self.sentence = np.array(parsed.sentence, dtype=np.int64)
        self.sentence_bounds = np.array(parsed.sentence_bounds, dtype=np.int64).reshape(-1, 2)
        self.vectors = np.concatenate(
            [np.zeros((0, VECTOR_WIDTH), dtype=np.float32), *parsed.vectors]
        )
        dependents = np.flatnonzero(self.head != np.arange(len(parsed)))
        self.children = dependents[np.argsort(self.head[dependents], kind="stable")]
        self.parents, self.first_children = np.unique(self.head[self.children], return_index=True)
        self.first_below, self.last_below = _branch_ends(self.head)
        self.cues_before = _count_before(i in features.attributions for i in range(len(parsed)))
        self.pauses_before = _count_before(lower in _PAUSES for lower in parsed.lower)
        self.is_after_pause = np.diff(self.pauses_before, prepend=0)[:-1]
        self.is_listed_verb = np.array(
            [low in lexicon.VERB_CLASS for low in parsed.lower], dtype=np.int64
        )
        self.opens_with_time = self._opens_with_time()
        self.flags = self._flags()

    def _opens_with_time(self) -> IntArray:
        words = self.features.categories["masked_word"]
        times_before = _count_before(word == "TIME" for word in words)
        end = np.minimum(self.first_below + _OPENING_WORDS, self.last_below + 1)
        return (times_before[end] > times_before[self.first_below]).astype(np.int64)

    def _flags(self) -> FloatArray:
        parsed = self.features.parsed
        word = np.arange(len(parsed))
        begin, end = self.sentence_bounds[self.sentence].T
        quoted_before = _count_before(self.quotation > 0)
        is_colon = np.array([lower == ":" for lower in parsed.lower])
        attributions = [self.features.attributions.get(i) for i in range(len(parsed))]
        flags = {
            "in_quotation": self.quotation > 0,
            "sentence_has_quotation": quoted_before[end] > quoted_before[begin],
            "sentence_ends_with_colon": is_colon[end - 1],
            "in_first_paragraph": np.array(parsed.paragraph)[self.sentence] == 0,
            "opens_sentence": word == begin,
            "words_from_start": np.minimum(word - begin, _MAX_DISTANCE_WORDS) / _MAX_DISTANCE_WORDS,
            "words_to_end": np.minimum(end - 1 - word, _MAX_DISTANCE_WORDS) / _MAX_DISTANCE_WORDS,
            "is_cue_by_rule": [a is not None for a in attributions],
            "has_source_by_rule": [a is not None and a.source is not None for a in attributions],
            "sentence_words": np.minimum(end - begin, _MAX_SENTENCE_WORDS) / _MAX_SENTENCE_WORDS,
        }
        return np.array([flags[name] for name in TOKEN_FLAGS], dtype=np.float32).T


def _count_before(values: Iterable[bool]) -> IntArray:
    """Return how many values before each place, and before the end, are true."""
    return np.cumsum([False, *values], dtype=np.int64)


def _branch_ends(head: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last word below each word."""
    first = np.arange(len(head))
    last = first.copy()
    for _ in range(_MAX_TREE_DEPTH):
        lower, upper = first.copy(), last.copy()
        np.minimum.at(first, head, lower)
        np.maximum.at(last, head, upper)
        if np.array_equal(first, lower) and np.array_equal(last, upper):
            break
    return first, last
