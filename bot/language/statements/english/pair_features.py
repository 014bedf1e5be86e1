"""Compute what the models see of a cue and a word near it: the path between them, sides, rules.

windows of cues -> one row for each pair of a cue and a word -> the parts of each feature as numbers
                -> the parts joined to one number: the row in the feature's table of weights
"""

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np

from bot.language.statements.english.attribution_rules import Attribution
from bot.language.statements.english.parsing import ParsedText, Run
from bot.language.statements.english.token_features import IntArray, TokenColumns

Window = tuple[int, int, int]  # a cue, the first word that it may reach, and the one after the last

_MAX_PAUSES, _MAX_CUES = 12, 2  # counted between a cue and a word
# The parts of each feature, with how many values a part has, or the vocabulary that numbers them.
# A path leads up from a word to the cue or a word above it. The last word before it ends is the
# root of the upper branch, the one before that the root of the lower branch. Its height is how far
# above the cue it ends.
PAIR_FEATURES: Mapping[str, Mapping[str, int | str]] = {
    "path": {"path_dep": "dep", "height": 16, "after_cue": 2},
    "lower_branch": {
        "lower_dep": "dep", "after_pause": 2, "ends_sentence": 2, "opens_with_time": 2,
    },
    "rule": {"cue_rule": "rule", "label": 4},
    "distance": {"distance_step": 20, "after_cue": 2},
    "pauses": {"pauses_between": _MAX_PAUSES + 1, "quotation": 3, "after_cue": 2},
    "rule_labels": {"label_before": 4, "label": 4, "label_after": 4},
    "between": {
        "cues_between": _MAX_CUES + 1, "same_sentence": 2, "is_upper_root": 2, "upper_is_verb": 2,
    },
    "rule_role": {"role": "rule_role"},
}  # fmt: skip
# Stands for the dependency where a path ends at the cue, is too long, or leaves the sentence.
PATH_DEPS = ("self", "far", "S")
NO_WORD = -1
# What a word of a window is to the cue: the columns of the label network's output.
OTHER, SOURCE, CONTENT = LABELS = range(3)
_SENTENCES_BEFORE, _SENTENCES_AFTER = 3, 5  # of the paragraph, that a quotation may run over
_SENTENCE_HEIGHT = 8  # "height" of a path within the cue's own sentence, where it leaves that
_WORDS_ABOVE = 5  # the cue and the words above it, at which paths end
_MAX_PATH_WORDS = 64  # a deeper parse tree is no sentence
_ENDING_WORDS = 2  # before the end of a sentence, at which a branch ends it
_DISTANCE_STEPS = np.array([*range(1, 11), 12, 15, 20, 25, 30, 40, 60, 80, 120])
_NO_LABEL, _OTHER_LABEL, _CONTENT_LABEL, _SOURCE_LABEL = range(4)


def part_sizes(feature: str, vocabularies: Mapping[str, Sized]) -> tuple[int, ...]:
    """Return how many values each part of a feature has."""
    return tuple(
        len(vocabularies[size]) + 1 if isinstance(size, str) else size
        for size in PAIR_FEATURES[feature].values()
    )


def find_window(parsed: ParsedText, cue: int) -> Run:
    """Return the words that a cue may reach: its sentence, and quoted ones in its paragraph."""
    at = parsed.sentence[cue]
    first = last = at
    while first > max(0, at - _SENTENCES_BEFORE) and _is_reached(parsed, first - 1, at):
        first -= 1
    limit = min(len(parsed.sentence_bounds) - 1, at + _SENTENCES_AFTER)
    while last < limit and _is_reached(parsed, last + 1, at):
        last += 1
    return parsed.sentence_bounds[first][0], parsed.sentence_bounds[last][1]


def _is_reached(parsed: ParsedText, sentence: int, at: int) -> bool:
    first, last = parsed.sentence_bounds[sentence]
    is_near = parsed.paragraph[sentence] == parsed.paragraph[at]
    return is_near and any(parsed.quotation[first:last])


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Pairs of a cue and a word of its window, window after window, one element a pair.

    `word`, `cue`, `upper_root` and `lower_root` are word numbers, the last two NO_WORD where the
    path has no such word. `features` has the table row of each of `PAIR_FEATURES`.
    """

    word: IntArray
    cue: IntArray
    upper_root: IntArray
    lower_root: IntArray
    features: dict[str, IntArray]


def find_pair_columns(tokens: TokenColumns, windows: Sequence[Window]) -> PairColumns:
    """Return the features of each cue with each word of its window."""
    cues, starts, ends = np.array(windows, dtype=np.int64).T
    counts = ends - starts
    word = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - starts, counts)
    cue = np.repeat(cues, counts)
    above = np.repeat(_words_above(tokens, cues), counts, axis=0)
    upper, lower, path_parts = _find_paths(tokens, word, cue, above)
    parts = {
        **path_parts,
        **_lower_branch_parts(tokens, cue, lower),
        **_rule_parts(tokens, windows, counts),
        **_position_parts(tokens, word, cue, upper),
        "quotation": _quotation_part(tokens, windows, word, counts),
        "role": tokens.categories["rule_role"][word],
    }
    features = {
        feature: np.ravel_multi_index(
            tuple(parts[part] for part in names), part_sizes(feature, tokens.vocabularies)
        )
        for feature, names in PAIR_FEATURES.items()
    }
    return PairColumns(word, cue, upper, lower, features)


def _find_paths(
    tokens: TokenColumns, word: IntArray, cue: IntArray, above: IntArray
) -> tuple[IntArray, IntArray, dict[str, IntArray]]:
    """Return the upper and the lower root of each path, and the parts that describe it.

    `above` has a row a pair: the words at which its path may end.
    """
    vocabulary, dep = tokens.vocabularies["dep"], tokens.categories["dep"]
    offset = tokens.sentence[word] - tokens.sentence[cue]
    path_dep = np.where(offset == 0, vocabulary["far"], vocabulary["S"])
    height = np.where(offset == 0, 0, _SENTENCE_HEIGHT + offset)
    upper, lower = np.full(len(word), NO_WORD), np.full(len(word), NO_WORD)
    rows = np.flatnonzero(offset == 0)
    above, here = above[rows], word[rows]
    previous, before_previous = np.full(len(rows), NO_WORD), np.full(len(rows), NO_WORD)
    for _ in range(_MAX_PATH_WORDS):
        meets = above == here[:, None]
        ends = meets.any(axis=1)
        done, root = rows[ends], previous[ends]
        path_dep[done] = np.where(root == NO_WORD, vocabulary["self"], dep[root])
        height[done] = meets.argmax(axis=1)[ends]
        upper[done], lower[done] = root, before_previous[ends]
        goes_on = ~ends & (tokens.head[here] != here)
        if not goes_on.any():
            break
        rows, above = rows[goes_on], above[goes_on]
        before_previous, previous = previous[goes_on], here[goes_on]
        here = tokens.head[previous]
    return upper, lower, {"path_dep": path_dep, "height": height}


def _words_above(tokens: TokenColumns, cue: IntArray) -> IntArray:
    """Return each cue and the words above it, one row a cue, filled up with NO_WORD."""
    chain = [cue]
    for _ in range(_WORDS_ABOVE - 1):
        above = tokens.head[chain[-1]]
        chain.append(np.where((chain[-1] == NO_WORD) | (above == chain[-1]), NO_WORD, above))
    return np.stack(chain, axis=1)


def _lower_branch_parts(tokens: TokenColumns, cue: IntArray, root: IntArray) -> dict[str, IntArray]:
    sentence_end = tokens.sentence_bounds[tokens.sentence[cue], 1]
    parts = {
        "lower_dep": tokens.categories["dep"][root],
        "after_pause": tokens.is_after_pause[tokens.first_below[root]],
        "ends_sentence": tokens.last_below[root] >= sentence_end - _ENDING_WORDS,
        "opens_with_time": tokens.opens_with_time[root],
    }
    return {part: np.where(root == NO_WORD, 0, values) for part, values in parts.items()}


def _position_parts(
    tokens: TokenColumns, word: IntArray, cue: IntArray, upper: IntArray
) -> dict[str, IntArray]:
    pauses = tokens.pauses_before[1:][word] - tokens.pauses_before[1:][cue]
    cues = tokens.cues_before[word] - tokens.cues_before[cue + (word > cue)]
    return {
        "after_cue": (word >= cue).astype(np.int64),
        "distance_step": np.searchsorted(_DISTANCE_STEPS, np.abs(word - cue), side="right"),
        "pauses_between": np.minimum(_MAX_PAUSES, np.abs(pauses)),
        "cues_between": np.minimum(_MAX_CUES, np.abs(cues)),
        "same_sentence": (tokens.sentence[word] == tokens.sentence[cue]).astype(np.int64),
        "is_upper_root": (word == upper).astype(np.int64),
        "upper_is_verb": tokens.is_listed_verb[upper] * (upper != NO_WORD),
    }


def _quotation_part(
    tokens: TokenColumns, windows: Sequence[Window], word: IntArray, counts: IntArray
) -> IntArray:
    """Return 0 for a word outside quotations, 1 in the one nearest to its cue, 2 in another."""
    numbers = tokens.features.parsed.quotation
    nearest = [_nearest_quotation(numbers, *window) for window in windows]
    quotation = tokens.quotation[word]
    part: IntArray = np.where(quotation == np.repeat(nearest, counts), 1, 2)
    return part * (quotation > 0)


def _nearest_quotation(numbers: Sequence[int], cue: int, start: int, end: int) -> int:
    places = (i for i in range(start, end) if numbers[i])
    nearest = min(places, key=lambda i: abs(i - cue), default=None)
    return 0 if nearest is None else numbers[nearest]


def _rule_parts(
    tokens: TokenColumns, windows: Sequence[Window], counts: IntArray
) -> dict[str, IntArray]:
    """Return what the rules made of each word and its neighbors, for this cue."""
    attributions = tokens.features.attributions
    labels = [_rule_labels(attributions.get(cue), start, end) for cue, start, end in windows]
    cues = [cue for cue, _, _ in windows]
    return {
        "cue_rule": np.repeat(tokens.categories["rule"][cues], counts),
        "label_before": np.concatenate([window[:-2] for window in labels]),
        "label": np.concatenate([window[1:-1] for window in labels]),
        "label_after": np.concatenate([window[2:] for window in labels]),
    }


def _rule_labels(attribution: Attribution | None, start: int, end: int) -> IntArray:
    """Return the rules' labels of a window and of one word more at each end of it."""
    if attribution is None:
        return np.full(end - start + 2, _NO_LABEL)
    labels = np.full(end - start + 2, _OTHER_LABEL)
    runs = [(run, _CONTENT_LABEL) for run in attribution.content]
    runs += [(attribution.source, _SOURCE_LABEL)] if attribution.source else []
    for (first, last), label in runs:
        labels[max(first, start) - start + 1 : max(min(last, end) - start, 0) + 1] = label
    return labels
