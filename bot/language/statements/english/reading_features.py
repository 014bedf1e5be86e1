"""Compute what the decision trees see of a reading: one named number for each of READING_FEATURES.

reading -> agreement with the networks -> its words -> its source -> its cue -> rival cues

A reading is one way to understand a cue: which words are its source, which its content.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from bot.language.lexicon import CLAUSE_OPENERS, NOUN_CLASS
from bot.language.statements.english.attribution_rules import Attribution, words_of
from bot.language.statements.english.pair_features import CONTENT, OTHER, SOURCE
from bot.language.statements.english.parsing import ParsedText, Run
from bot.language.statements.english.token_features import TokenFeatures
from bot.language.statements.english.word_vectors import FloatArray

READING_KINDS = ("network", "generous", "careful", "rules")
_VERB_CLASSES = (
    "say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask", "urge",
    "promise", "judge", "name", "show", "think", "feel", "spread",
)  # fmt: skip
_CUE_DEPS = (
    "ROOT", "ccomp", "advcl", "relcl", "conj", "acl", "parataxis", "xcomp", "amod", "dobj", "pobj",
    "prep",
)  # fmt: skip
_CUE_TAGS = ("VBD", "VBZ", "VBG", "VBN", "VBP", "VB", "NN", "NNS", "JJ")
_PAUSES = frozenset(",;:.—–")
_OPENERS = frozenset([",", ":", "that", "“", '"'])
_NO_SOURCE: dict[str, float] = {
    "has_source": 0.0, "source_words": 0.0, "source_distance": 0.0, "source_kind": -1.0,
    "source_is_argument": 0.0, "source_is_quoted": 0.0, "source_in_content": 0.0,
}  # fmt: skip
_OTHER_SOURCE, _LISTED_SOURCE, _NAMED_SOURCE, _PRONOUN_SOURCE = 0.0, 1.0, 2.0, 3.0
_NONE = -1.0  # the value of a feature that does not apply
_MIN_CHANCE = 1e-3  # no chance counts for less, nor for more than its opposite
_MAX_CUE_SCORE = 0.999999
_MAX_WORDS, _MAX_GAP_WORDS, _MAX_EDGE_WORDS, _MAX_ROOTS = 80, 20, 30, 6
_NEIGHBOR_CUES = 12  # on either side, that may want the same words


@dataclass(frozen=True, slots=True)
class CueWindow:
    """A likely cue, and what each word of its window, from `start` on, is likely to be to it.

    One value a word: `label` is its likeliest label, `source` and `content` are the chances of
    these, `content_odds` the log odds of content, `log_chances` the logarithm of each label's.
    """

    cue: int
    score: float
    start: int
    label: list[int]
    source: list[float]
    content: list[float]
    content_odds: list[float]
    log_chances: list[list[float]]

    @classmethod
    def from_chances(cls, cue: int, score: float, start: int, chances: FloatArray) -> "CueWindow":
        """Return the window for the label network's chances, one row a word."""
        content = chances[:, CONTENT]
        return cls(
            cue,
            score,
            start,
            chances.argmax(axis=1).tolist(),
            chances[:, SOURCE].tolist(),
            content.tolist(),
            np.log((content + _MIN_CHANCE) / (1 - content + _MIN_CHANCE)).tolist(),
            np.log(np.maximum(chances, _MIN_CHANCE)).tolist(),
        )


@dataclass(slots=True)
class Reading:
    """One way to understand a cue; `words` are those of the content, `quality` is set by the trees.

    `kind` is one of `READING_KINDS`.
    """

    attribution: Attribution
    window: CueWindow
    kind: str
    words: frozenset[int]
    quality: float = 0.0

    @property
    def cue(self) -> int:
        """Return the word number of the cue."""
        return self.attribution.cue

    def bounds(self) -> Run:
        """Return the first and the last word of content, cue and source."""
        source = self.attribution.source
        ends = (source[0], source[1] - 1) if source else ()
        places = (self.cue, min(self.words), max(self.words), *ends)
        return min(places), max(places)


# The names of all features, in the order in which the trees number them.
READING_FEATURES = (
    # agreement with the networks
    "content_overlap", "content_chance", "expected_content_words", "max_content_chance_outside",
    "first_content_chance", "last_content_chance", "content_chance_before", "content_chance_after",
    "mean_source_chance", "max_source_chance", "max_source_chance_outside", "sum_log_chance",
    "min_log_chance",
    # the content: size, quotation marks, place, agreement with the rules
    "log_odds_of_cue", "content_words", "content_runs", "share_quoted", "starts_quoted",
    "share_in_sentence", "overlap_with_rule", "has_source_of_rule", "distance_from_cue",
    "follows_opener", "has_that", "reaches_sentence_end", "opens_sentence", "ends_quoted", "kind",
    "roots", "next_word_belongs", "previous_word_belongs", "what_follows", "words_to_sentence_end",
    "words_from_sentence_start", "skipped_words", "cuts_quotation",
    # the source
    *_NO_SOURCE,
    # the cue
    *(f"is_verb_of_class_{name}" for name in _VERB_CLASSES),
    "no_verb_class", "is_listed_noun", "is_according", "is_punctuation", "cue_dep", "cue_tag",
    "is_negated", "has_auxiliary", "has_subject", "has_clause", "has_object", "has_infinitive",
    "cue_is_quoted", "in_first_paragraph",
    # rival cues: those in whose words it stands, those in its words, those that want the same
    "overlap_with_surer", "score_of_surer", "share_taken_by_surer", "overlap_with_weaker",
    "cues_around", "max_score_around", "cues_inside", "max_score_inside", "cue_in_source",
    "holds_source",
)  # fmt: skip
_in_order = itemgetter(*READING_FEATURES)


def find_reading_features(
    features: TokenFeatures, readings: Sequence[Reading]
) -> list[list[float]]:
    """Return the values of `READING_FEATURES`, one row a reading."""
    by_cue: dict[int, Reading] = {}
    for reading in readings:
        by_cue.setdefault(reading.cue, reading)
    rivals = _RivalFinder(by_cue.values())
    cues = {cue: _describe_cue(features.parsed, cue) for cue in by_cue}
    rows = (
        _measure_agreement(reading)
        | _describe_words(features, reading)
        | _describe_source(features, reading)
        | cues[reading.cue]
        | rivals.compare(reading)
        for reading in readings
    )
    return [list(_in_order(row)) for row in rows]


def _measure_agreement(reading: Reading) -> dict[str, float]:
    window, size = reading.window, len(reading.window.label)
    source_words = reading.attribution.source_words()
    label = [
        CONTENT if i in reading.words else SOURCE if i in source_words else OTHER
        for i in range(window.start, window.start + size)
    ]
    words = list(zip(label, window.content, window.source, window.log_chances, strict=True))
    places = [i for i, kind in enumerate(label) if kind == CONTENT]
    inside, expected = sum(window.content[i] for i in places), sum(window.content)
    outside = [0.0 if kind == CONTENT else content for kind, content, _, _ in words]
    sources = [source for kind, _, source, _ in words if kind == SOURCE]
    logs = [log_chances[kind] for kind, _, _, log_chances in words]
    first, last = (places[0], places[-1]) if places else (0, 0)
    return {
        "content_overlap": inside / (len(reading.words) + expected - inside),
        "content_chance": inside / len(reading.words),
        "expected_content_words": expected,
        "max_content_chance_outside": max(outside),
        "first_content_chance": window.content[first],
        "last_content_chance": window.content[last],
        "content_chance_before": outside[first - 1] if first else 0.0,
        "content_chance_after": outside[last + 1] if last + 1 < size else 0.0,
        "mean_source_chance": sum(sources) / len(sources) if sources else _NONE,
        "max_source_chance": max(sources, default=_NONE),
        "max_source_chance_outside": max(
            0.0 if kind == SOURCE else source for kind, _, source, _ in words
        ),
        "sum_log_chance": sum(logs),
        "min_log_chance": min(logs),
    }


def _describe_words(features: TokenFeatures, reading: Reading) -> dict[str, float]:
    parsed, cue, words = features.parsed, reading.cue, reading.words
    lower, quotation, head = parsed.lower, parsed.quotation, parsed.head
    first, last = min(words), max(words)
    begin, end = parsed.sentence_of(cue)
    following = _next_word(parsed, range(last + 1, end))
    preceding = _next_word(parsed, range(first - 1, begin - 1, -1), cue)
    before = lower[first - 1] if first > begin else ""
    after = lower[last + 1] if last + 1 < len(parsed) else ""
    opens_clause = following is not None and lower[following] in CLAUSE_OPENERS
    gaps = (i for i in range(first, last + 1) if i not in words and i != cue)
    overlap_with_rule, has_source_of_rule = _agreement_with_rule(features, reading)
    score = reading.window.score
    return {
        "log_odds_of_cue": math.log(score / (1 - min(_MAX_CUE_SCORE, score))),
        "content_words": min(_MAX_WORDS, len(words)),
        "content_runs": len(reading.attribution.content),
        "share_quoted": sum(1 for i in words if quotation[i]) / len(words),
        "starts_quoted": quotation[first] > 0,
        "share_in_sentence": sum(1 for i in words if begin <= i < end) / len(words),
        "overlap_with_rule": overlap_with_rule,
        "has_source_of_rule": has_source_of_rule,
        "distance_from_cue": first - cue if first > cue else min(0, last - cue),
        "follows_opener": before in _OPENERS,
        "has_that": before == "that" or lower[first] == "that",
        "reaches_sentence_end": last >= end - 2,
        "opens_sentence": first == begin,
        "ends_quoted": quotation[last] > 0,
        "kind": READING_KINDS.index(reading.kind),
        "roots": min(_MAX_ROOTS, sum(1 for i in words if head[i] not in words or head[i] == i)),
        "next_word_belongs": following is not None and head[following] in words,
        "previous_word_belongs": preceding is not None and head[preceding] in words,
        "what_follows": (after in _PAUSES) + 2 * opens_clause,
        "words_to_sentence_end": (
            min(_MAX_EDGE_WORDS, end - last - 1) if begin <= last < end else _NONE
        ),
        "words_from_sentence_start": (
            min(_MAX_EDGE_WORDS, first - begin) if begin <= first < end else _NONE
        ),
        "skipped_words": min(_MAX_GAP_WORDS, sum(1 for i in gaps if parsed.word[i][0].isalnum())),
        "cuts_quotation": (
            quotation[last] > 0 and quotation[last : last + 2].count(quotation[last]) > 1
        ),
    }


def _next_word(parsed: ParsedText, places: range, cue: int = -1) -> int | None:
    """Return the first of these words that is no punctuation and not the cue."""
    return next((i for i in places if parsed.word[i][0].isalnum() and i != cue), None)


def _agreement_with_rule(features: TokenFeatures, reading: Reading) -> tuple[float, float]:
    rule = features.attributions.get(reading.cue)
    if rule is None:
        return _NONE, _NONE
    words = frozenset(words_of(rule.content))
    return overlap(reading.words, words), rule.source == reading.attribution.source


def _describe_source(features: TokenFeatures, reading: Reading) -> dict[str, float]:
    source, parsed, cue = reading.attribution.source, features.parsed, reading.cue
    if source is None:
        return _NO_SOURCE
    first, last = source
    heads = (
        i for i in range(first, last) if not first <= parsed.head[i] < last or parsed.head[i] == i
    )
    head = next(heads, last - 1)
    return {
        "has_source": 1.0,
        "source_words": last - first,
        "source_distance": first - cue if first > cue else last - 1 - cue,
        "source_kind": _source_kind(parsed.tag[head], features.categories["masked_word"][head]),
        "source_is_argument": parsed.dep[head] in {"nsubj", "pobj", "poss"},
        "source_is_quoted": parsed.quotation[head] > 0,
        "source_in_content": any(i in reading.words for i in range(first, last)),
    }


def _source_kind(tag: str, masked_word: str) -> float:
    if tag == "PRP":
        return _PRONOUN_SOURCE
    if masked_word == "Xx":
        return _NAMED_SOURCE
    return _LISTED_SOURCE if masked_word.startswith("src:") else _OTHER_SOURCE


def _describe_cue(parsed: ParsedText, cue: int) -> dict[str, float]:
    tag, lower, dep = parsed.tag[cue], parsed.lower[cue], parsed.dep[cue]
    classes = parsed.verb_classes(cue) if tag[:1] == "V" else frozenset()
    deps = {parsed.dep[child] for child in parsed.children[cue]}
    return {
        **{f"is_verb_of_class_{name}": name in classes for name in _VERB_CLASSES},
        "no_verb_class": not classes,
        "is_listed_noun": lower in NOUN_CLASS and tag[:1] == "N",
        "is_according": lower == "according",
        "is_punctuation": not lower[0].isalnum(),
        "cue_dep": _CUE_DEPS.index(dep) if dep in _CUE_DEPS else _NONE,
        "cue_tag": _CUE_TAGS.index(tag) if tag in _CUE_TAGS else _NONE,
        "is_negated": "neg" in deps,
        "has_auxiliary": "aux" in deps,
        "has_subject": bool(deps & {"nsubj", "nsubjpass"}),
        "has_clause": "ccomp" in deps,
        "has_object": "dobj" in deps,
        "has_infinitive": "xcomp" in deps,
        "cue_is_quoted": parsed.quotation[cue] > 0,
        "in_first_paragraph": parsed.paragraph[parsed.sentence[cue]] == 0,
    }


class _RivalFinder:
    """Compare readings with the first readings of the other cues close by."""

    def __init__(self, firsts: Iterable[Reading]) -> None:
        self._by_cue = sorted(firsts, key=lambda reading: reading.cue)
        self._bounds = [reading.bounds() for reading in self._by_cue]

    def compare(self, reading: Reading) -> dict[str, float]:
        cue, words, score = reading.cue, reading.words, reading.window.score
        surer = surer_score = weaker = taken = in_source = holds_source = 0.0
        around: list[float] = []
        inside: list[float] = []
        for rival in self._near(reading):
            rival_score, source = rival.window.score, rival.attribution.source
            shared = len(words & rival.words)
            if cue in rival.words:
                around.append(rival_score)
            if rival.cue in words:
                inside.append(rival_score)
            if source:
                in_source = max(in_source, source[0] <= cue < source[1])
                held = sum(1 for i in range(*source) if i in words)
                holds_source = max(holds_source, held / (source[1] - source[0]))
            common = shared / (len(words) + len(rival.words) - shared)
            if (rival_score, -rival.cue) <= (score, -cue):
                weaker = max(weaker, common * rival_score)
                continue
            taken = max(taken, shared / len(words))
            if common > surer:
                surer, surer_score = common, rival_score
        return {
            "overlap_with_surer": surer,
            "score_of_surer": surer_score,
            "share_taken_by_surer": taken,
            "overlap_with_weaker": weaker,
            "cues_around": len(around),
            "max_score_around": max(around, default=0.0),
            "cues_inside": len(inside),
            "max_score_inside": max(inside, default=0.0),
            "cue_in_source": in_source,
            "holds_source": holds_source,
        }

    def _near(self, reading: Reading) -> Iterator[Reading]:
        """Yield the first readings of cues close by whose words may touch this reading's."""
        first, last = reading.bounds()
        at = bisect_left(self._by_cue, reading.cue, key=lambda rival: rival.cue)
        near = slice(max(0, at - _NEIGHBOR_CUES), at + _NEIGHBOR_CUES + 1)
        for rival, (begin, end) in zip(self._by_cue[near], self._bounds[near], strict=True):
            if begin <= last and first <= end and rival.cue != reading.cue:
                yield rival


def overlap(words: frozenset[int], others: frozenset[int]) -> float:
    """Return how many words two readings share, of all their words."""
    shared = len(words & others)
    return shared / (len(words) + len(others) - shared) if shared else 0.0
