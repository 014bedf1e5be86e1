"""What each word looks like, alone and from each cue: columns of small numbers, so that numpy does the looking up.

words of a text -> columns a word -> windows of cues -> columns a pair of a cue and a word near it
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.language.lexicon import VERB_CLASS
from bot.language.statements.constructions import Report
from bot.language.statements.parsed import VECTOR_WIDTH
from bot.language.statements.signs import Signs

Column = NDArray[np.int64]
Numbers = NDArray[np.float32]
Window = tuple[int, int, int]
Lists = Mapping[str, Mapping[str, int]]


NAMED = (
    "sign",
    "tag",
    "dep",
    "kind",
    "role",
    "rule",
)  # columns of strings, by their place in a list; 0 is any other
PATHS = (
    "self",
    "far",
    "S",
)  # what a path is where no dependency tops it: the cue above, too far, another sentence
FLAGS = 10
HEIGHTS = 16  # a path is a dependency and how many steps above the cue it joins
EDGES = 8
RULED = 4
SIZES = {"distance": 40, "pauses": 80, "three": 64, "near": 24}  # how many values a column may have

NOWHERE = -1
_BEFORE, _AFTER = 3, 5  # sentences of the paragraph that a quotation may run over
_PAUSES = frozenset(",;:")
_ABOVE = 5  # the cue and so many words above it, at which paths join
_DEEPEST = 64  # a parse tree deeper than this is no sentence
_MOST_PAUSES, _EARLY = 12, 6
_STEPS = np.array([*range(1, 11), 12, 15, 20, 25, 30, 40, 60, 80, 120])
_RULE = {"-": 0, "o": 1, "c": 2, "s": 3}


class Words:
    """A text's words as columns, with what any cue may ask of them."""

    def __init__(self, signs: Signs, lists: Lists) -> None:
        parsed = signs.parsed
        rules = [
            "" if report is None else report.rule
            for report in map(signs.reports.get, range(len(parsed)))
        ]
        strings = (signs.sign, parsed.tag, parsed.dep, signs.kind, signs.role, rules)
        self.signs, self.lists = signs, lists
        self.named = {
            name: _numbers(lists[name], some) for name, some in zip(NAMED, strings, strict=True)
        }
        self.dep, self.role = self.named["dep"], self.named["role"]
        self.head = np.array(parsed.head, dtype=np.int64)
        self.inside = np.array(parsed.inside, dtype=np.int64)
        self.sentence = np.array(parsed.sentence, dtype=np.int64)
        self.bounds = np.array(parsed.bounds, dtype=np.int64).reshape(-1, 2)
        self.vectors = np.concatenate(
            [np.zeros((0, VECTOR_WIDTH), dtype=np.float32), *parsed.vectors]
        )
        self.cues_before = np.array(signs.cues_before, dtype=np.int64)
        self.is_verb = np.array([low in VERB_CLASS for low in parsed.low], dtype=np.int64)
        self.first, self.last = self._edges()
        marks = np.array([low in _PAUSES for low in parsed.low], dtype=np.int64)
        self.pauses = np.cumsum(marks)
        self.after_pause = np.concatenate(([0], marks))[: len(marks)]
        times = np.concatenate(
            ([0], np.cumsum([sign == "TIME" for sign in signs.sign], dtype=np.int64))
        )
        self.tells_time = (
            times[np.minimum(self.first + _EARLY, self.last + 1)] > times[self.first]
        ).astype(np.int64)

    def _edges(self) -> tuple[Column, Column]:
        """The first and the last word below each word."""
        first = np.arange(len(self.head))
        last = first.copy()
        for _ in range(_DEEPEST):
            lower, upper = first.copy(), last.copy()
            np.minimum.at(first, self.head, lower)
            np.maximum.at(last, self.head, upper)
            if np.array_equal(first, lower) and np.array_equal(last, upper):
                break
        return first, last

    def flags(self) -> Numbers:
        """Where each word stands: quoted, in a sentence with quotes or with a colon at its end, how far in it."""
        parsed, own, sentence = self.signs.parsed, np.arange(len(self.head)), self.sentence
        if not len(own):
            return np.zeros((0, FLAGS), dtype=np.float32)
        begin, end = self.bounds[sentence].T
        quoted = np.concatenate(([0], np.cumsum(self.inside > 0)))
        colon = np.array(
            [last > first and parsed.low[last - 1] == ":" for first, last in parsed.bounds]
        )
        opening = np.array(parsed.paragraphs) == 0
        reports = [self.signs.reports.get(i) for i in own.tolist()]
        rows = (
            self.inside > 0, quoted[end] > quoted[begin], colon[sentence], opening[sentence], own == begin,
            np.minimum(own - begin, 10) / 10, np.minimum(end - 1 - own, 10) / 10,
            [report is not None for report in reports], [bool(report and report.source) for report in reports],
            np.minimum(end - begin, 60) / 60,
        )  # fmt: skip
        return np.array(rows, dtype=np.float32).T


def _numbers(listed: Mapping[str, int], strings: Sequence[str]) -> Column:
    return np.array([listed.get(string, 0) for string in strings], dtype=np.int64)


def window(signs: Signs, cue: int) -> tuple[int, int]:
    """The words that a cue may reach: its sentence, and quoted ones next to it in the paragraph."""
    parsed = signs.parsed
    at = parsed.sentence[cue]
    first = last = at
    while first > max(0, at - _BEFORE) and _reached(signs, first - 1, at):
        first -= 1
    while last < min(len(parsed.bounds) - 1, at + _AFTER) and _reached(signs, last + 1, at):
        last += 1
    return parsed.bounds[first][0], parsed.bounds[last][1]


def _reached(signs: Signs, sentence: int, at: int) -> bool:
    parsed = signs.parsed
    begin, end = parsed.bounds[sentence]
    return parsed.paragraphs[sentence] == parsed.paragraphs[at] and any(parsed.inside[begin:end])


def pair_columns(words: Words, windows: Sequence[Window]) -> dict[str, Column]:
    """Each window's words, one window (cue, start, end) after the other, and what they look like from their cue.

    `at`, `cue`, `top` and `second` are word numbers, the last two perhaps NOWHERE; all else are places in tables.
    """
    counts = np.array([end - start for _, start, end in windows])
    begins = np.array([start for _, start, _ in windows])
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begins, counts)
    cue = np.repeat(np.array([cue for cue, _, _ in windows]), counts)
    columns = _path_columns(words, at, cue, counts, [window[0] for window in windows])
    columns |= _rule_columns(words, windows, counts)
    near = np.repeat(
        [_nearest_quote(words.signs.parsed.inside, *window) for window in windows], counts
    )
    inside = words.inside[at]
    quote = np.where(inside == 0, 0, np.where(inside == near, 1, 2))
    side = (at >= cue).astype(np.int64)
    columns["place"] = columns.pop("path") * 2 + side
    return {
        "at": at,
        "cue": cue,
        **columns,
        **_place_columns(words, at, cue, columns["top"], quote, side),
    }


def _place_columns(
    words: Words, at: Column, cue: Column, top: Column, quote: Column, side: Column
) -> dict[str, Column]:
    pauses = np.minimum(_MOST_PAUSES, np.abs(words.pauses[at] - words.pauses[cue]))
    between = np.minimum(2, np.abs(words.cues_before[at] - words.cues_before[cue + (at > cue)]))
    here = words.sentence[at] == words.sentence[cue]
    is_top, top_verb = at == top, words.is_verb[top] * (top != NOWHERE)
    return {
        "distance": np.searchsorted(_STEPS, np.abs(at - cue), side="right") * 2 + side,
        "pauses": (pauses * 3 + quote) * 2 + side,
        "near": ((between * 2 + here) * 2 + is_top) * 2 + top_verb,
        "role": words.role[at],
    }


def _path_columns(
    words: Words, at: Column, cue: Column, counts: Column, cues: list[int]
) -> dict[str, Column]:
    """How each word hangs on the cue: the branch it is of, that branch's top word and the second on the way down."""
    number = words.lists["dep"]
    above = np.array([_above(words.signs.parsed.head, i) for i in cues])
    path = np.full(len(at), number["far"] * HEIGHTS)
    tops, seconds = np.full(len(at), NOWHERE), np.full(len(at), NOWHERE)
    offset = words.sentence[at] - words.sentence[cue]
    path[offset != 0] = number["S"] * HEIGHTS + 8 + offset[offset != 0]
    rows = np.flatnonzero(offset == 0)
    near = np.repeat(above, counts, axis=0)[rows]
    now = at[rows]
    top, second = np.full(len(rows), NOWHERE), np.full(len(rows), NOWHERE)
    for _ in range(_DEEPEST):
        met = near == now[:, None]
        done = met.any(axis=1)
        height = met.argmax(axis=1)[done]
        own = top[done] == NOWHERE
        path[rows[done]] = np.where(own, number["self"], words.dep[top[done]]) * HEIGHTS + height
        tops[rows[done]], seconds[rows[done]] = top[done], second[done]
        on = ~done & (words.head[now] != now)
        if not on.any():
            break
        rows, near, second, top = rows[on], near[on], top[on], now[on]
        now = words.head[top]
    return {"path": path, "top": tops, "second": seconds, "twig": _twigs(words, cue, seconds)}


def _above(head: Sequence[int], cue: int) -> list[int]:
    chain = [cue]
    while head[chain[-1]] != chain[-1] and len(chain) < _ABOVE:
        chain.append(head[chain[-1]])
    return chain + [NOWHERE] * (_ABOVE - len(chain))


def _twigs(words: Words, cue: Column, seconds: Column) -> Column:
    """The second word's branch: its dependency, whether it comes after a comma, ends the sentence, tells a time."""
    ends = words.last[seconds] >= words.bounds[words.sentence[cue], 1] - 2
    comma = words.after_pause[words.first[seconds]]
    twig = words.dep[seconds] * EDGES + 4 * comma + 2 * ends + words.tells_time[seconds]
    return np.where(seconds == NOWHERE, 0, twig)


def _rule_columns(words: Words, windows: Sequence[Window], counts: Column) -> dict[str, Column]:
    """What the rules made of each word and its neighbours, for this cue."""
    labels = [_rule_labels(words.signs.reports.get(cue), start, end) for cue, start, end in windows]
    rules = np.repeat(words.named["rule"][[cue for cue, _, _ in windows]], counts)
    return {
        "rule": rules * RULED + np.concatenate([label[1:-1] for label in labels]),
        "three": np.concatenate(
            [16 * label[:-2] + 4 * label[1:-1] + label[2:] for label in labels]
        ),
    }


def _rule_labels(report: Report | None, start: int, end: int) -> Column:
    """The rules' own labels for the window, with one more at each end; nothing where they found nothing."""
    if report is None:
        return np.zeros(end - start + 2, dtype=np.int64)
    labels = np.full(end - start + 2, _RULE["o"])
    for a, b in report.content:
        labels[max(0, max(a, start) - start) + 1 : max(0, min(b, end) - start) + 1] = _RULE["c"]
    if report.source:
        a, b = report.source
        labels[max(0, max(a, start) - start) + 1 : max(0, min(b, end) - start) + 1] = _RULE["s"]
    return labels


def _nearest_quote(inside: Sequence[int], cue: int, start: int, end: int) -> int:
    if not any(inside[start:end]):
        return 0
    for distance in range(max(cue - start, end - cue) + 1):
        for i in (cue - distance, cue + distance):
            if start <= i < end and inside[i]:
                return inside[i]
    return 0
