"""What each word looks like from each cue: columns of small numbers, one row a pair of cue and word near it.

words of a text -> columns a word -> windows of cues -> columns a pair, so that numpy does the looking up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.language.lexicon import VERB_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bot.language.constructions import Report
    from bot.language.signs import Signs

    Column = NDArray[np.int64]
    Window = tuple[int, int, int]

NOWHERE = -1
_SHAPE = {dep: 1 << k for k, dep in enumerate(("nsubj", "mark", "aux", "relcl", "appos", "pobj", "pcomp"))}
_PAUSES = frozenset(",;:")
_HEIGHTS = 16  # a path is a dependency and how many steps above the cue it joins
_ABOVE = 5  # the cue and so many words above it, at which paths join
_DEEPEST = 64  # a parse tree deeper than this is no sentence
_FAR, _CLOSE, _EARLY = 9, 12, 6
_RULE = {"-": 0, "o": 1, "c": 2, "s": 3}


class _Numbers(dict[str, int]):
    """Gives what it has not met the next number."""

    def __missing__(self, string: str) -> int:
        self[string] = number = len(self)
        return number


class Vocabulary:
    """Numbers for strings: grammar's names, our own words; 0 is the empty one."""

    def __init__(self) -> None:
        self._numbers = _Numbers({"": 0})

    def number(self, string: str) -> int:
        """The string's number, a new one where it has none."""
        return self._numbers[string]

    def numbers(self, strings: Iterable[str]) -> Column:
        """The numbers of many."""
        return np.array(list(map(self._numbers.__getitem__, strings)), dtype=np.int64)

    def strings(self) -> list[str]:
        """Every string by its number."""
        return list(self._numbers)


class Words:
    """A text's words as columns, with what any cue may ask of them."""

    def __init__(self, signs: Signs, vocabulary: Vocabulary) -> None:
        parsed = signs.parsed
        self.signs, self.vocabulary = signs, vocabulary
        count = len(parsed)
        self.sign = vocabulary.numbers(signs.sign)
        self.tag = vocabulary.numbers(parsed.tag)
        self.dep = vocabulary.numbers(parsed.dep)
        self.head = np.array(parsed.head, dtype=np.int64)
        self.inside = np.array(parsed.inside, dtype=np.int64)
        self.sentence = np.array(parsed.sentence, dtype=np.int64)
        self.role = vocabulary.numbers(signs.role)
        self.cues_before = np.array(signs.cues_before, dtype=np.int64)
        self.is_verb = np.fromiter((low in VERB_CLASS for low in parsed.low), dtype=np.int64, count=count)
        self.shape = self._shapes()
        self.first, self.last = self._edges()
        self.pauses = np.cumsum(np.fromiter((low in _PAUSES for low in parsed.low), dtype=np.int64, count=count))
        self.after_pause = _shifted(np.diff(self.pauses, prepend=0), 1)
        times = np.concatenate(([0], np.cumsum(self.sign == vocabulary.number("TIME"))))
        self.tells_time = (times[np.minimum(self.first + _EARLY, self.last + 1)] > times[self.first]).astype(np.int64)

    def _shapes(self) -> Column:
        """Which of the telling dependencies hang on each word, as bits."""
        shape = np.zeros(len(self.head), dtype=np.int64)
        own = np.arange(len(self.head))
        for dep, bit in _SHAPE.items():
            heads = self.head[(self.dep == self.vocabulary.number(dep)) & (self.head != own)]
            shape[heads] |= bit
        return shape

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


def word_columns(words: Words) -> dict[str, Column]:
    """What a word tells whatever the cue: itself, its head and its neighbours; one row a word."""
    return {
        "sign": words.sign,
        "sign-": _shifted(words.sign, 1),
        "sign+": _shifted(words.sign, -1),
        "tag": words.tag,
        "tag-": _shifted(words.tag, 1),
        "tag+": _shifted(words.tag, -1),
        "dep": words.dep,
        "headsign": words.sign[words.head],
    }


def _shifted(column: Column, by: int) -> Column:
    moved = np.zeros_like(column)
    if by > 0:
        moved[by:] = column[:-by]
    else:
        moved[:by] = column[-by:]
    return moved


def pair_columns(words: Words, windows: Sequence[Window]) -> tuple[Column, dict[str, Column]]:
    """Each window's words, one window (cue, start, end) after the other, and what they look like from their cue."""
    counts = np.array([end - start for _, start, end in windows])
    begins = np.array([start for _, start, _ in windows])
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begins, counts)
    cue = np.repeat(np.array([cue for cue, _, _ in windows]), counts)
    columns = _path_columns(words, at, cue, counts, [window[0] for window in windows])
    columns |= _rule_columns(words, windows, counts)
    columns |= _place_columns(words, at, cue)
    near = np.repeat([_nearest_quote(words.signs.parsed.inside, *window) for window in windows], counts)
    inside = words.inside[at]
    columns["quote"] = np.where(inside == 0, 0, np.where(inside == near, 1, 2))
    columns |= {name: np.repeat(column, counts) for name, column in _cue_columns(words, windows).items()}
    columns["place"] = columns["path"] * 2 + columns["side"]
    return at, columns


def _place_columns(words: Words, at: Column, cue: Column) -> dict[str, Column]:
    distance = np.abs(at - cue)
    pauses = np.abs(words.pauses[at] - words.pauses[cue])
    between = np.abs(words.cues_before[at] - words.cues_before[cue + (at > cue)])
    return {
        "side": (at >= cue).astype(np.int64),
        "distance": np.minimum(_FAR, distance),
        "pauses": np.where(distance < _CLOSE, pauses, _CLOSE),
        "between": np.minimum(2, between),
        "role": words.role[at],
        "here": (words.sentence[at] == words.sentence[cue]).astype(np.int64),
        "sign": words.sign[at],
        "tag": words.tag[at],
        "dep": words.dep[at],
    }


def _cue_columns(words: Words, windows: Sequence[Window]) -> dict[str, Column]:
    """What the cue itself tells, one row a window."""
    parsed, signs, number = words.signs.parsed, words.signs, words.vocabulary.number
    rows = []
    for cue, start, end in windows:
        deps = {parsed.dep[k] for k in parsed.kids[cue]}
        quoted = any(parsed.inside[start:end])
        shape = 4 * bool(deps & {"nsubj", "nsubjpass", "csubj"}) + 2 * ("ccomp" in deps) + quoted
        above = parsed.head[cue]
        updep = parsed.dep[cue] + "/" + parsed.dep[above] if above != cue and parsed.head[above] != above else ""
        updep = updep or (parsed.dep[cue] if above != cue else "")
        own = (number(signs.sign[cue]), number(signs.kind[cue]), shape, bool(parsed.inside[cue]))
        rows.append((*own, number(parsed.tag[cue]), number(parsed.dep[cue]), number(updep)))
    names = ("own", "kind", "shape", "quoted", "cuetag", "cuedep", "updep")
    return dict(zip(names, np.array(rows, dtype=np.int64).T, strict=True))


def _path_columns(words: Words, at: Column, cue: Column, counts: Column, cues: list[int]) -> dict[str, Column]:
    """How each word hangs on the cue: the branch it is of, that branch's top word and the second on the way down."""
    number = words.vocabulary.number
    above = np.array([_above(words.signs.parsed.head, i) for i in cues])
    path = np.full(len(at), number("far") * _HEIGHTS)
    tops, seconds = np.full(len(at), NOWHERE), np.full(len(at), NOWHERE)
    offset = words.sentence[at] - words.sentence[cue]
    path[offset != 0] = number("S") * _HEIGHTS + 8 + offset[offset != 0]
    rows = np.flatnonzero(offset == 0)
    near = np.repeat(above, counts, axis=0)[rows]
    now = at[rows]
    top, second = np.full(len(rows), NOWHERE), np.full(len(rows), NOWHERE)
    for _ in range(_DEEPEST):
        met = near == now[:, None]
        done = met.any(axis=1)
        height = met.argmax(axis=1)[done]
        own = top[done] == NOWHERE
        path[rows[done]] = np.where(own, number("self"), words.dep[top[done]]) * _HEIGHTS + height
        tops[rows[done]], seconds[rows[done]] = top[done], second[done]
        on = ~done & (words.head[now] != now)
        if not on.any():
            break
        rows, near, second, top = rows[on], near[on], top[on], now[on]
        now = words.head[top]
    return {"path": path, **_branch_columns(words, at, tops), **_twig_columns(words, cue, seconds)}


def _above(head: Sequence[int], cue: int) -> list[int]:
    chain = [cue]
    while head[chain[-1]] != chain[-1] and len(chain) < _ABOVE:
        chain.append(head[chain[-1]])
    return chain + [NOWHERE] * (_ABOVE - len(chain))


def _branch_columns(words: Words, at: Column, tops: Column) -> dict[str, Column]:
    return {
        "branch": (tops != NOWHERE).astype(np.int64),
        "toptag": words.tag[tops],
        "topsign": words.sign[tops],
        "topshape": words.shape[tops],
        "topverb": words.is_verb[tops] * (tops != NOWHERE),
        "istop": (at == tops).astype(np.int64),
    }


def _twig_columns(words: Words, cue: Column, seconds: Column) -> dict[str, Column]:
    """The second word's branch: whether it comes after a comma, ends the sentence, tells a time."""
    bounds = np.array([last for _, last in words.signs.parsed.bounds])
    ends = words.last[seconds] >= bounds[words.sentence[cue]] - 2
    comma = words.after_pause[words.first[seconds]]
    return {
        "twig": (seconds != NOWHERE).astype(np.int64),
        "twigdep": words.dep[seconds],
        "twigsign": words.sign[seconds],
        "edge": 4 * comma + 2 * ends + words.tells_time[seconds],
    }


def _rule_columns(words: Words, windows: Sequence[Window], counts: Column) -> dict[str, Column]:
    """What the rules made of each word and its neighbours, for this cue."""
    labels = [_rule_labels(words.signs.reports.get(cue), start, end) for cue, start, end in windows]
    threes = [16 * label[:-2] + 4 * label[1:-1] + label[2:] for label in labels]
    reports = [words.signs.reports.get(cue) for cue, _, _ in windows]
    rules = [report.rule.replace(" ", "-") if report else "" for report in reports]
    return {
        "ruled": np.concatenate([label[1:-1] for label in labels]),
        "three": np.concatenate(threes),
        "rule": np.repeat(words.vocabulary.numbers(rules), counts),
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
