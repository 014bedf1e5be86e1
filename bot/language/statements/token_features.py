"""Compute what the models see of each word: grammar, position, punctuation and our own lists.

ParsedText -> masked words, word classes, what the rules found -> cue candidates
           -> TokenColumns: the same as arrays of numbers, the input of both networks

A word of our lists keeps its lemma ("v:say"), a function word itself; every other word is only
capitalized, lower-case, number or punctuation. So no weight can hold a word of the training texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.language.lexicon import (
    ADJECTIVE_CLASS,
    FUNCTION_WORDS,
    NOUN_CLASS,
    NOUN_LEMMA,
    SPEAKER_CLASS,
    TIMES,
    TITLES,
    VERB_CLASS,
    VERB_LEMMA,
)
from bot.language.statements.attribution_rules import Attribution, find_attributions, words_of
from bot.language.statements.parsing import VECTOR_WIDTH, FloatArray, ParsedText

IntArray = NDArray[np.int64]
# The number of each string of a categorical feature, from 1 on; 0 is any other string.
Vocabularies = Mapping[str, Mapping[str, int]]

# Categorical features of a word, each with a vocabulary.
TOKEN_CATEGORIES = ("masked_word", "tag", "dep", "word_class", "rule_role", "rule")
# Features between 0 and 1, in the order of their columns.
TOKEN_FLAGS = (
    "in_quotation",
    "sentence_has_quotation",
    "sentence_ends_with_colon",
    "in_first_paragraph",
    "opens_sentence",
    "words_from_start",
    "words_to_end",
    "is_cue_by_rule",
    "has_source_by_rule",
    "sentence_words",
)
_MAX_DISTANCE_WORDS, _MAX_SENTENCE_WORDS = 10, 60  # counted in flags
_MAX_TREE_DEPTH = 64  # a deeper parse tree is no sentence
_MAX_CACHED_WORDS = 20_000  # most words of a text have been in another one before
_PUNCTUATION = frozenset("“”\"'‘’«»„.,;:!?()[]–—―-…$%&/*#|•")
_PAUSES = frozenset(",;:")
_OPENING_WORDS = 6  # of a branch, in which it names a time
_CUE_PUNCTUATION = frozenset([":", "according", "-", "—", "–", "--", "―"])


@dataclass(slots=True)
class TokenFeatures:
    """A text as the models see it: the categorical features, a string a word, and the rules' finds.

    `attributions` are the rules' by cue; `cues_before[i]` counts their cues before word i.
    """

    parsed: ParsedText
    masked_word: list[str]
    word_class: list[str]
    attributions: dict[int, Attribution]
    cues_before: IntArray
    rule_role: list[str]

    def categories(self) -> dict[str, Sequence[str]]:
        """Return the strings of each of `TOKEN_CATEGORIES`, one a word."""
        rules = [""] * len(self.parsed)
        for cue, attribution in self.attributions.items():
            rules[cue] = attribution.rule
        parsed = self.parsed
        columns = (
            self.masked_word, parsed.tag, parsed.dep, self.word_class, self.rule_role, rules,
        )  # fmt: skip
        return dict(zip(TOKEN_CATEGORIES, columns, strict=True))


def find_token_features(parsed: ParsedText) -> TokenFeatures:
    """Mask the words of a text, and find what the rules make of them."""
    attributions = find_attributions(parsed)
    return TokenFeatures(
        parsed,
        list(map(_mask_word, parsed.word, parsed.lower, parsed.tag)),
        list(map(_classify_word, parsed.lower, parsed.tag)),
        {attribution.cue: attribution for attribution in attributions},
        _count_cues_before(parsed, attributions),
        _find_rule_roles(parsed, attributions),
    )


def find_cue_candidates(parsed: ParsedText) -> list[int]:
    """Return the words that may report: verbs, our nouns and adjectives, colons and dashes."""
    return [
        i
        for i, (tag, lower) in enumerate(zip(parsed.tag, parsed.lower, strict=True))
        if tag
        and (
            tag[0] == "V"
            or (tag[0] == "N" and lower in NOUN_CLASS)
            or (tag[0] == "J" and lower in ADJECTIVE_CLASS)
            or lower in _CUE_PUNCTUATION
        )
    ]


@lru_cache(_MAX_CACHED_WORDS)
def _mask_word(word: str, lower: str, tag: str) -> str:
    first = lower[0]
    if not first.isalnum() and lower not in FUNCTION_WORDS:
        return lower if lower in _PUNCTUATION or lower == "--" else ".,"
    if listed := _listed_word(word, lower, tag[:1]):
        return listed
    return "9" if first.isdigit() else "Xx" if word[0].isupper() else "xx"


def _listed_word(word: str, lower: str, tag: str) -> str | None:
    """Return the name of a word in our lists, the most telling list first."""
    is_title = lower.rstrip(".") in TITLES and word[0].isupper()
    names = (
        "v:" + VERB_LEMMA[lower] if tag == "V" and lower in VERB_CLASS else None,
        lower if lower in FUNCTION_WORDS else None,
        "TITLE" if is_title else None,
        "TIME" if lower in TIMES else None,
        "src:" + SPEAKER_CLASS[lower] if tag == "N" and lower in SPEAKER_CLASS else None,
        "n:" + NOUN_LEMMA[lower] if tag == "N" and lower in NOUN_CLASS else None,
        "a:" + lower if tag == "J" and lower in ADJECTIVE_CLASS else None,
    )
    return next(filter(None, names), None)


@lru_cache(_MAX_CACHED_WORDS)
def _classify_word(lower: str, tag: str) -> str:
    tag = tag[:1]
    if tag == "V":
        return VERB_CLASS.get(lower, "V0")
    if tag == "N":
        return NOUN_CLASS.get(lower, SPEAKER_CLASS.get(lower, "N0"))
    if tag == "J":
        return ADJECTIVE_CLASS.get(lower, "J0")
    return lower if lower in FUNCTION_WORDS else tag or "0"


def _count_cues_before(parsed: ParsedText, attributions: Sequence[Attribution]) -> IntArray:
    is_after_cue = np.zeros(len(parsed) + 1, dtype=np.int64)
    is_after_cue[[attribution.cue + 1 for attribution in attributions]] = 1
    return np.cumsum(is_after_cue)


def _find_rule_roles(parsed: ParsedText, attributions: Sequence[Attribution]) -> list[str]:
    """Return what each word is by the rules: "k" cue, "s" source, "c" content, "-" nothing."""
    roles = ["-"] * len(parsed)
    for attribution in attributions:
        for i in words_of(attribution.content):
            roles[i] = "c"
    for attribution in attributions:
        for i in range(*attribution.source) if attribution.source else ():
            roles[i] = "s"
        roles[attribution.cue] = "k"
    return roles


class TokenColumns:
    """The features of a text's words as arrays, one element or row a word.

    `categories` has the vocabulary numbers of each of `TOKEN_CATEGORIES`, `flags` a column for each
    of `TOKEN_FLAGS`, `vectors` spaCy's vectors. `first_below` and `last_below` are the first and
    the last word of each word's branch; `opens_with_time` tells whether one of its first words is
    a time. `pauses_up_to` and `cues_before` count pauses up to and rules' cues before each word.
    """

    def __init__(self, features: TokenFeatures, vocabularies: Vocabularies) -> None:
        parsed = features.parsed
        self.features, self.vocabularies = features, vocabularies
        self.categories = {
            name: _numbers(vocabularies[name], strings)
            for name, strings in features.categories().items()
        }
        self.head = np.array(parsed.head, dtype=np.int64)
        self.quotation = np.array(parsed.quotation, dtype=np.int64)
        self.sentence = np.array(parsed.sentence, dtype=np.int64)
        self.sentence_bounds = np.array(parsed.sentence_bounds, dtype=np.int64).reshape(-1, 2)
        self.vectors = np.concatenate(
            [np.zeros((0, VECTOR_WIDTH), dtype=np.float32), *parsed.vectors]
        )
        self.first_below, self.last_below = _branch_ends(self.head)
        self.cues_before = features.cues_before
        self.is_listed_verb = np.array([low in VERB_CLASS for low in parsed.lower], dtype=np.int64)
        pauses = np.array([low in _PAUSES for low in parsed.lower], dtype=np.int64)
        self.pauses_up_to = np.cumsum(pauses)
        self.is_after_pause = np.concatenate(([0], pauses))[: len(pauses)]
        self.opens_with_time = self._opens_with_time()
        self.flags = self._flags() if len(parsed) else np.zeros((0, len(TOKEN_FLAGS)), np.float32)

    def _opens_with_time(self) -> IntArray:
        is_time = [masked == "TIME" for masked in self.features.masked_word]
        times_before = np.concatenate(([0], np.cumsum(is_time, dtype=np.int64)))
        end = np.minimum(self.first_below + _OPENING_WORDS, self.last_below + 1)
        return (times_before[end] > times_before[self.first_below]).astype(np.int64)

    def _flags(self) -> FloatArray:
        features, parsed, sentence = self.features, self.features.parsed, self.sentence
        word = np.arange(len(parsed))
        begin, end = self.sentence_bounds[sentence].T
        quoted_before = np.concatenate(([0], np.cumsum(self.quotation > 0)))
        ends_with_colon = np.array(
            [
                last > first and parsed.lower[last - 1] == ":"
                for first, last in parsed.sentence_bounds
            ]
        )
        attributions = [features.attributions.get(i) for i in word.tolist()]
        flags = {
            "in_quotation": self.quotation > 0,
            "sentence_has_quotation": quoted_before[end] > quoted_before[begin],
            "sentence_ends_with_colon": ends_with_colon[sentence],
            "in_first_paragraph": (np.array(parsed.paragraph) == 0)[sentence],
            "opens_sentence": word == begin,
            "words_from_start": np.minimum(word - begin, _MAX_DISTANCE_WORDS) / _MAX_DISTANCE_WORDS,
            "words_to_end": np.minimum(end - 1 - word, _MAX_DISTANCE_WORDS) / _MAX_DISTANCE_WORDS,
            "is_cue_by_rule": [a is not None for a in attributions],
            "has_source_by_rule": [a is not None and a.source is not None for a in attributions],
            "sentence_words": np.minimum(end - begin, _MAX_SENTENCE_WORDS) / _MAX_SENTENCE_WORDS,
        }
        return np.array([flags[name] for name in TOKEN_FLAGS], dtype=np.float32).T


def _numbers(vocabulary: Mapping[str, int], strings: Sequence[str]) -> IntArray:
    return np.array([vocabulary.get(string, 0) for string in strings], dtype=np.int64)


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
