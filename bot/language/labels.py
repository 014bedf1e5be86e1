"""Which words around a cue are its source and its content: a linear chain over three labels.

windows of a text's cues -> columns -> codes of features -> scores, all cues at once -> best chain of each
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.language.codes import CodeTable, code_of, codes_of
from bot.language.views import Vocabulary, Words, pair_columns, word_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.language.codes import Codes, Column
    from bot.language.signs import Signs
    from bot.language.views import Window

    Scores = Sequence[float]

OTHER, SOURCE, CONTENT = 0, 1, 2
LABELS = "OSC"
_BEFORE, _AFTER = 3, 5  # sentences of the paragraph that a quotation may run over
_TOGETHER = 20_000  # words of windows looked up at once: bounds the memory a long text takes
_CUE = "cue"

# A feature is one of these with the values of its columns; those of the second kind ask the word alone.
PAIRS = {
    "p": "place", "lp": "own place", "cp": "kind place", "q": "quote side", "qp": "quote place",
    "cq": "quoted quote place", "hs": "shape place", "ls": "own side quote", "cs": "kind side quote",
    "ch": "kind shape place", "hq": "shape quote place", "rc": "ruled kind",
    "up": "updep place", "ct": "cuetag place", "cd": "cuedep place",
    "pd": "path dep", "pt": "path tag", "pw": "path sign",
    "tl": "branch path topsign", "tt": "branch path toptag side", "lt": "branch own path toptag",
    "ctt": "branch kind path toptag", "tc": "branch path topshape side", "top": "istop path", "vb": "topverb path",
    "ds": "side distance", "bt": "pauses", "in": "here", "bs": "side pauses",
    "r3": "three", "rr": "three rule", "rq": "ruled quote", "r3q": "three quote",
    "rp": "ruled place", "rru": "ruled rule place", "rw": "three sign",
    "2d": "twig place twigdep", "2w": "twig place twigdep twigsign", "2e": "twig place twigdep edge",
    "2we": "twig twigdep twigsign edge",
    "b": "side between", "bq": "side between quote", "o": "role ruled", "ob": "role ruled between",
    "obi": "role between side here",
}  # fmt: skip
ALONE = {
    "w": "sign", "w+": "sign+", "w0+": "sign sign+", "w-": "sign-", "w-0": "sign- sign", "t-": "tag-", "t": "tag",
    "t+": "tag+", "d": "dep", "h1": "headsign",
}  # fmt: skip
_GATES = frozenset(["branch", "twig", "istop", "topverb"])  # where such a column is 0 the feature is absent
_WORDS = frozenset(
    ["own", "kind", "cuetag", "cuedep", "updep", "dep", "tag", "sign", "topsign", "toptag", "twigdep", "twigsign",
     "rule", "role", "sign-", "sign+", "tag-", "tag+", "headsign"]
)  # fmt: skip
_PATHS = {"path": 1, "place": 2}
_HEIGHTS = 16
_TEMPLATES = {name: (number, columns.split()) for number, (name, columns) in enumerate({**PAIRS, **ALONE}.items())}


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


def _write(column: str, value: int, strings: Sequence[str]) -> str:
    """A column's value as a feature's name has it."""
    if column in _WORDS:
        return strings[value]
    if column in _PATHS:
        path, side = divmod(value, _PATHS[column])
        dep, height = divmod(path, _HEIGHTS)
        return f"{strings[dep]}^{height}" + ("LR"[side] if column == "place" else "")
    return str(value)


def _read(column: str, text: str, vocabulary: Vocabulary) -> int:
    """The value that a feature's name gives a column."""
    if column in _WORDS:
        return vocabulary.number(text)
    if column in _PATHS:
        dep, height = text.rstrip("LR").rsplit("^", 1)
        return (vocabulary.number(dep) * _HEIGHTS + int(height)) * _PATHS[column] + (text[-1] == "R")
    return int(text)


def _codes(columns: Mapping[str, Column], templates: Mapping[str, str]) -> Codes:
    """One row a template, one column a row of `columns`; 0 where the feature is absent."""
    rows = []
    for name in templates:
        number, wanted = _TEMPLATES[name]
        codes = codes_of(number, [columns[column] for column in wanted])
        if wanted[0] in _GATES:
            codes[columns[wanted[0]] == 0] = 0
        rows.append(codes)
    return np.array(rows)


def _name(template: str, values: Sequence[int], strings: Sequence[str]) -> str:
    columns = _TEMPLATES[template][1]
    parts = (_write(column, value, strings) for column, value in zip(columns, values, strict=True))
    return " ".join((template, *parts))


def label_features(signs: Signs, windows: Sequence[Window], vocabulary: Vocabulary) -> Iterator[list[list[str]]]:
    """The names of everything that tells each word's label, window by window; for training."""
    words = Words(signs, vocabulary)
    at, columns = pair_columns(words, windows)
    alone = {name: column[at] for name, column in word_columns(words).items()}
    names: list[list[str]] = [[] for _ in at]
    strings = vocabulary.strings()
    for templates, source in ((PAIRS, columns), (ALONE, alone)):
        for name in templates:
            wanted = _TEMPLATES[name][1]
            values = list(zip(*(source[column].tolist() for column in wanted), strict=True))
            written = {own: _name(name, own, strings) for own in set(values)}
            for row, own in zip(names, values, strict=True):
                if wanted[0] not in _GATES or own[0]:
                    row.append(written[own])
    first = 0
    for cue, start, end in windows:
        rows = names[first : first + end - start]
        rows[cue - start] = [_CUE]
        yield rows
        first += end - start


class Labelled(NamedTuple):
    """The best chain of labels of a cue's window, and by how much it beats calling every word OTHER."""

    start: int
    labels: list[int]
    gain: float


class Labeller:
    """Learned weights of the chain, by code."""

    def __init__(self, states: Mapping[str, Sequence[float]], transitions: Sequence[Sequence[float]]) -> None:
        self._vocabulary = Vocabulary()
        self._transitions = transitions
        self._cue = states.get(_CUE, (0.0, 0.0, 0.0))
        self._table = CodeTable({self._code(name): row for name, row in states.items() if name != _CUE})

    def _code(self, name: str) -> int:
        template, *parts = name.split(" ")
        number, columns = _TEMPLATES[template]
        values = [_read(column, part, self._vocabulary) for column, part in zip(columns, parts, strict=True)]
        return code_of(number, values)

    def label(self, signs: Signs, cues: Sequence[int]) -> Iterator[Labelled]:
        """Label each cue's window, in the order asked."""
        if not cues:
            return
        words = Words(signs, self._vocabulary)
        alone = self._table.add_up(_codes(word_columns(words), ALONE))
        for windows in _batches((cue, *window(signs, cue)) for cue in cues):
            at, columns = pair_columns(words, windows)
            scores = self._table.add_up(_codes(columns, PAIRS)) + alone[at]
            first = 0
            for cue, start, end in windows:
                own = scores[first : first + end - start]
                own[cue - start] = self._cue
                first += end - start
                yield Labelled(start, *_best_chain(own.tolist(), self._transitions))


def _batches(windows: Iterator[Window]) -> Iterator[list[Window]]:
    batch: list[Window] = []
    size = 0
    for one in windows:
        batch.append(one)
        size += one[2] - one[1]
        if size > _TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _best_chain(scores: Sequence[Scores], transitions: Sequence[Sequence[float]]) -> tuple[list[int], float]:
    """Viterbi's walk, written out for three labels: it runs once a cue over every word of its window."""
    (oo, os, oc), (so, ss, sc), (co, cs, cc) = transitions
    o, s, c = scores[0]
    plain = o
    back: list[tuple[int, int, int]] = []
    for eo, es, ec in scores[1:]:
        plain += oo + eo
        to_o, from_o = _best(o + oo, s + so, c + co)
        to_s, from_s = _best(o + os, s + ss, c + cs)
        to_c, from_c = _best(o + oc, s + sc, c + cc)
        o, s, c = to_o + eo, to_s + es, to_c + ec
        back.append((from_o, from_s, from_c))
    best, label = _best(o, s, c)
    chain = [label]
    for step in reversed(back):
        label = step[label]
        chain.append(label)
    chain.reverse()
    return chain, best - plain


def _best(o: float, s: float, c: float) -> tuple[float, int]:
    if o >= s and o >= c:
        return o, OTHER
    return (s, SOURCE) if s >= c else (c, CONTENT)
