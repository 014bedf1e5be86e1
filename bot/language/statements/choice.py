"""Which of the proposed statements to believe: each cue's readings, scored by small decision trees.

cue -> readings (the network's, the same with more words and with fewer, the rules') -> chance -> taken, best first
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.language.statements.constructions import Report, noun_phrase, runs, subject_of
from bot.language.statements.cues import candidates
from bot.language.statements.network import CONTENT, OTHER, SOURCE, Looks
from bot.language.statements.views import Words, window
from bot.language.words.lexicon import NOUN_CLASS, VERB_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bot.language.statements.network import Network
    from bot.language.statements.signs import Signs
    from bot.language.statements.views import Numbers

    Labels = NDArray[np.intp]

_USUAL = 0.02  # by so much another reading must be likelier than the network's own
_SAME = 0.6  # of all their words: two readings that share more are one statement
_DEEPEST = 6  # steps from a root to any leaf, and one to spare
_TOGETHER = 500  # readings judged at once: bounds the memory a long text takes
LEAST_CUE = 0.15  # below this hardly any cue is one
_CLASSES = (
    "say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask", "urge", "promise", "judge",
    "name", "show", "think", "feel", "spread",
)  # fmt: skip
_DEPS = ("ROOT", "ccomp", "advcl", "relcl", "conj", "acl", "parataxis", "xcomp", "amod", "dobj", "pobj", "prep")
_TAGS = ("VBD", "VBZ", "VBG", "VBN", "VBP", "VB", "NN", "NNS", "JJ")
_PAUSES = frozenset(",;:.—–")
_NEIGHBOURS = 12  # cues on either side that may want the same words
# The chance from which a word is content: in a generous reading and in a careful one.
_BOUNDS = {"wide": 0.25, "narrow": 0.7}
_READINGS = ("labels", "wide", "narrow", "rules")
_HOW = {"labels": "learned bounds", "wide": "generous learned bounds", "narrow": "careful learned bounds"}
_DOUBTFUL = 0.25  # the chance from which a word beside the source is taken for a part of it
_NEVER = 1e-3
_PIECE_COSTS = 4.0  # as log odds: what must speak for one more piece of content
_CLAUSE_STARTS = frozenset(
    ["which", "who", "where", "when", "while", "although", "though", "but", "and", "after", "as", "because"]
)


@dataclass(slots=True)
class Reading:
    """One way to read a cue: its report, and what speaks for it."""

    report: Report
    near: Near
    kind: str
    words: frozenset[int]
    chance: float = 0.0

    @property
    def cue_score(self) -> float:
        """How likely its cue is one."""
        return self.near.score


@dataclass(frozen=True, slots=True)
class Near:
    """A likely cue: its score, and what each word from `start` on is likely to be to it."""

    cue: int
    score: float
    start: int
    chances: Numbers


class Trees:
    """Boosted decision trees: a node is a feature, a threshold and two children; a leaf is -1 and its value."""

    def __init__(self, base: float, trees: Sequence[Sequence[Sequence[float]]], least: float) -> None:
        self.least = least
        self._base = base
        first, roots, nodes = 0, [], []
        for tree in trees:
            roots.append(first)
            # A leaf leads to itself, so that every walk may take as many steps as the deepest.
            nodes += [(0, 0.0, own, own, value) if f < 0 else (f, value, first + left, first + right, 0.0)
                      for own, (f, value, left, right) in enumerate(tree, first)]  # fmt: skip
            first += len(tree)
        columns = list(zip(*nodes, strict=True))
        self._roots = np.array(roots, dtype=np.intp)
        self._feature, self._left, self._right = (np.array(columns[k], dtype=np.intp) for k in (0, 2, 3))
        self._threshold, self._value = np.array(columns[1]), np.array(columns[4])

    def qualities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """How well readings with these values are likely to agree with a person's, 0 to 1."""
        values = np.array(rows)
        every = np.arange(len(rows))[:, None]
        at = np.tile(self._roots, (len(rows), 1))
        for _ in range(_DEEPEST):
            lower = values[every, self._feature[at]] <= self._threshold[at]
            at = np.where(lower, self._left[at], self._right[at])
        totals = self._base + self._value[at].sum(axis=1)
        return [float(total) for total in np.clip(totals, 0.0, 1.0)]


def judge(signs: Signs, readings: Sequence[Reading], trees: Trees) -> None:
    """Give each reading its chance."""
    rows = reading_values(signs, readings)
    for first in range(0, len(readings), _TOGETHER):
        some = readings[first : first + _TOGETHER]
        for reading, quality in zip(some, trees.qualities(rows[first : first + _TOGETHER]), strict=True):
            reading.chance = quality


def choose(readings: Sequence[Reading], least: float) -> list[Report]:
    """Take the likeliest reading of each cue, unless a likelier one has said the same words already."""
    taken: list[Reading] = []
    cues: set[int] = set()
    holders: dict[int, list[Reading]] = {}
    for reading in sorted(readings, key=lambda r: (-r.chance - _USUAL * (r.kind == "labels"), r.report.cue)):
        if reading.chance < least:
            continue
        rivals = {id(r): r for i in reading.words for r in holders.get(i, ())}
        if reading.report.cue in cues or any(_overlap(reading.words, r.words) > _SAME for r in rivals.values()):
            continue
        cues.add(reading.report.cue)
        taken.append(reading)
        for i in reading.words:
            holders.setdefault(i, []).append(reading)
    return [_explained(reading) for reading in taken]


def _explained(reading: Reading) -> Report:
    """The report with what speaks for it, for `--explain`."""
    report = reading.report
    how = _HOW.get(reading.kind, report.rule)
    rule = f"{how}; cue {reading.cue_score:.2f}, reading {reading.chance:.2f}"
    return Report(report.cue, report.source, list(report.content), reading.chance, rule)


def propose(signs: Signs, network: Network) -> list[Reading]:
    """Every reading of every likely cue, the surest cue first."""
    return [reading for near in likely_cues(signs, network) for reading in _readings(signs, near)]


def likely_cues(signs: Signs, network: Network) -> list[Near]:
    """The words that may well report something, the surest first."""
    looks, places = Looks(Words(signs, network.lists)), candidates(signs)
    scored = sorted(zip(network.cue_scores(looks, places), places, strict=True), key=lambda pair: (-pair[0], pair[1]))
    likely = [(score, cue) for score, cue in scored if score >= LEAST_CUE]
    windows = [(cue, *window(signs, cue)) for _, cue in likely]
    chances = network.labels(looks, windows)
    return [Near(cue, score, own[1], some) for (score, cue), own, some in zip(likely, windows, chances, strict=True)]


def _readings(signs: Signs, near: Near) -> list[Reading]:
    """The network's reading first, then what else the cue may mean: other bounds, another source."""
    cue = near.cue
    labels = near.chances.argmax(axis=1)
    source = _likeliest_run(signs, near, labels)
    other_source = _source_by_grammar(signs, cue)
    rule = signs.reports.get(cue)
    found: dict[tuple[tuple[int, int] | None, frozenset[int]], Reading] = {}
    for kind, words in _contents(near, labels):
        for one in dict.fromkeys([source, other_source or source] if kind == "labels" else [source]):
            own = set(range(*one)) | {cue} if one else {cue}
            reading = _reading(signs, near, one, [i for i in words if i not in own], kind)
            if reading.words:
                found.setdefault((one, reading.words), reading)
    if rule:
        by_rule = _reading(signs, near, rule.source, [i for a, b in rule.content for i in range(a, b)], "rules")
        by_rule.report.rule = f"rule, {rule.rule}"
        found.setdefault((rule.source, by_rule.words), by_rule)
    return list(found.values())


def _likeliest_run(signs: Signs, near: Near, labels: Labels) -> tuple[int, int] | None:
    """Of the runs of source words the one that is likeliest the source, with the doubtful words that hang on it."""
    chances, parsed, start = near.chances[:, SOURCE], signs.parsed, near.start
    sure = {start + i for i in np.flatnonzero(labels == SOURCE).tolist()}
    doubtful = (start + i for i in np.flatnonzero((chances > _DOUBTFUL) & (labels == OTHER)).tolist())
    heads = {parsed.head[i] for i in sure}
    words = sorted(sure.union(i for i in doubtful if parsed.head[i] in sure or (i in heads and i - 1 in sure)))

    def weight(run: tuple[int, int]) -> float:
        return float(chances[run[0] - start : run[1] - start].sum())

    told = (run for run in runs(parsed, words) if not sure.isdisjoint(range(*run)))
    return max(told, key=weight, default=None)


def _contents(near: Near, labels: Labels) -> Iterator[tuple[str, list[int]]]:
    """The labelled content, and the same with more and with fewer of the words that may belong to it."""
    content = near.chances[:, CONTENT]
    odds = np.log((content + _NEVER) / (1 - content + _NEVER)).tolist()
    barred = {*np.flatnonzero(labels == SOURCE).tolist(), near.cue - near.start}
    yield "labels", _held_together(np.flatnonzero(labels == CONTENT), odds, barred, near.start)
    for kind, least in _BOUNDS.items():
        yield kind, _held_together(np.flatnonzero(content > least), odds, barred, near.start)


def _held_together(words: Labels, odds: Sequence[float], barred: set[int], start: int) -> list[int]:
    """Fill gaps, and drop pieces, that too little speaks for: a reader wants few pieces."""
    pieces: list[list[int]] = []
    for i in words.tolist():
        gap = range(pieces[-1][1], i) if pieces else range(0)
        if pieces and sum(odds[k] for k in gap) > -_PIECE_COSTS and barred.isdisjoint(gap):
            pieces[-1][1] = i + 1
        else:
            pieces.append([i, i + 1])
    weights = [sum(odds[a:b]) for a, b in pieces]
    least = min(_PIECE_COSTS, max(weights, default=0.0))
    kept = [piece for piece, weight in zip(pieces, weights, strict=True) if weight >= least]
    return [start + i for a, b in kept for i in range(a, b)]


def _source_by_grammar(signs: Signs, cue: int) -> tuple[int, int] | None:
    """The subject of a verb, the owner of a noun."""
    parsed = signs.parsed
    owners = parsed.kids_by(cue, "poss")
    head = subject_of(parsed, cue) if parsed.tag[cue][:1] == "V" else next(iter(owners), None)
    phrase = noun_phrase(parsed, head, cue) if head is not None and head != cue else None
    return phrase if phrase and not phrase[0] <= cue < phrase[1] else None


def _reading(signs: Signs, near: Near, source: tuple[int, int] | None, content: list[int], kind: str) -> Reading:
    pieces = runs(signs.parsed, content)
    words = frozenset(i for a, b in pieces for i in range(a, b))
    return Reading(Report(near.cue, source, pieces, near.score, kind), near, kind, words)


def reading_values(signs: Signs, readings: Sequence[Reading]) -> list[list[float]]:
    """What the trees look at, one row a reading."""
    rivals = _Rivals(list(_firsts(readings)))
    return [_own_values(signs, r) + _cue_values(signs, r.report.cue) + rivals.values(r) for r in readings]


def _own_values(signs: Signs, r: Reading) -> list[float]:
    parsed, cue = signs.parsed, r.report.cue
    words = r.words
    first, last = min(words), max(words)
    sentence = parsed.sentence[cue]
    begin, end = parsed.bounds[sentence]
    quoted = sum(1 for i in words if parsed.inside[i])
    rule = signs.reports.get(cue)
    hull = set(range(first, last + 1)) - words - {cue}
    after = next((i for i in range(last + 1, end) if parsed.word[i][0].isalnum()), -1)
    ahead = next((i for i in range(first - 1, begin - 1, -1) if parsed.word[i][0].isalnum() and i != cue), -1)
    follower = parsed.low[last + 1] if last + 1 < len(parsed) else ""
    rule_words = frozenset(i for a, b in rule.content for i in range(a, b)) if rule else frozenset()
    before = parsed.low[first - 1] if first > begin else ""
    return [
        math.log(r.cue_score / (1 - min(0.999999, r.cue_score))),
        *_agreement(r),
        float(min(80, len(words))),
        float(len(r.report.content)),
        quoted / len(words),
        float(parsed.inside[first] > 0),
        sum(1 for i in words if parsed.sentence[i] == sentence) / len(words),
        _overlap(words, rule_words) if rule else -1.0,
        float(rule.source == r.report.source) if rule else -1.0,
        float(first - cue if first > cue else min(0, last - cue)),
        float(before in {",", ":", "that", "“", '"'}),
        float(before == "that" or parsed.low[first] == "that"),
        float(last >= end - 2),
        float(first == begin),
        float(parsed.inside[last] > 0),
        float(_READINGS.index(r.kind)),
        float(min(6, sum(1 for i in words if parsed.head[i] not in words or parsed.head[i] == i))),
        float(after >= 0 and parsed.head[after] in words),
        float(ahead >= 0 and parsed.head[ahead] in words),
        float(follower in _PAUSES) + 2.0 * (after >= 0 and parsed.low[after] in _CLAUSE_STARTS),
        float(min(30, end - last - 1)) if parsed.sentence[last] == sentence else -1.0,
        float(min(30, first - begin)) if parsed.sentence[first] == sentence else -1.0,
        float(min(20, sum(1 for i in hull if parsed.word[i][0].isalnum()))),
        float(parsed.inside[last] > 0 and last + 1 < len(parsed) and parsed.inside[last + 1] == parsed.inside[last]),
        *_source_values(signs, r),
    ]


def _agreement(r: Reading) -> list[float]:
    """How well a reading agrees with what the network makes of each word."""
    near, chances = r.near, r.near.chances
    place = np.array(sorted(r.words)) - near.start
    place = place[(place >= 0) & (place < len(chances))]
    source = range(*r.report.source) if r.report.source else range(0)
    told = np.array([i - near.start for i in source if 0 <= i - near.start < len(chances)], dtype=np.intp)
    kind = np.full(len(chances), OTHER)
    kind[told] = SOURCE
    kind[place] = CONTENT
    content, sources = chances[:, CONTENT], chances[:, SOURCE]
    inside, every = float(content[place].sum()), float(content.sum())
    outside = np.where(kind == CONTENT, 0, content)
    elsewhere = np.where(kind == SOURCE, 0, sources)
    likely = np.log(np.maximum(chances[np.arange(len(chances)), kind], _NEVER))
    edges = (place.min(), place.max()) if len(place) else (0, 0)
    return [
        inside / (len(r.words) + every - inside),
        inside / len(r.words),
        every,
        float(outside.max()),
        float(content[edges[0]]),
        float(content[edges[1]]),
        float(outside[edges[0] - 1]) if edges[0] else 0.0,
        float(outside[edges[1] + 1]) if edges[1] + 1 < len(chances) else 0.0,
        float(sources[told].mean()) if len(told) else -1.0,
        float(sources[told].max()) if len(told) else -1.0,
        float(elsewhere.max()),
        float(likely.sum()),
        float(likely.min()),
    ]


def _source_values(signs: Signs, r: Reading) -> list[float]:
    source, parsed = r.report.source, signs.parsed
    if source is None:
        return [0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0]
    a, b = source
    heads = [i for i in range(a, b) if not a <= parsed.head[i] < b or parsed.head[i] == i]
    head = heads[0] if heads else b - 1
    sign = signs.sign[head]
    kind = 3.0 if parsed.tag[head] == "PRP" else 2.0 if sign == "Xx" else 1.0 if sign.startswith("src:") else 0.0
    return [
        1.0,
        float(b - a),
        float(a - r.report.cue if a > r.report.cue else b - 1 - r.report.cue),
        kind,
        float(parsed.dep[head] in {"nsubj", "pobj", "poss"}),
        float(parsed.inside[head] > 0),
        float(any(i in r.words for i in range(a, b))),
    ]


def _cue_values(signs: Signs, cue: int) -> list[float]:
    parsed = signs.parsed
    classes = VERB_CLASSES.get(parsed.low[cue], frozenset()) if parsed.tag[cue][:1] == "V" else frozenset()
    deps = {parsed.dep[k] for k in parsed.kids[cue]}
    return [
        *(float(name in classes) for name in _CLASSES),
        float(not classes),
        float(parsed.low[cue] in NOUN_CLASS and parsed.tag[cue][:1] == "N"),
        float(parsed.low[cue] == "according"),
        float(not parsed.low[cue][0].isalnum()),
        float(_DEPS.index(parsed.dep[cue])) if parsed.dep[cue] in _DEPS else -1.0,
        float(_TAGS.index(parsed.tag[cue])) if parsed.tag[cue] in _TAGS else -1.0,
        float("neg" in deps),
        float("aux" in deps),
        float(bool(deps & {"nsubj", "nsubjpass"})),
        float("ccomp" in deps),
        float("dobj" in deps),
        float("xcomp" in deps),
        float(parsed.inside[cue] > 0),
        float(parsed.paragraphs[parsed.sentence[cue]] == 0),
    ]


def _firsts(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Each cue's first reading."""
    seen = -1
    for reading in readings:
        if reading.report.cue != seen:
            seen = reading.report.cue
            yield reading


class _Rivals:
    """How a reading stands to the other cues' words: nested in them, around them, or fighting for them."""

    def __init__(self, firsts: list[Reading]) -> None:
        self._by_cue = sorted(firsts, key=lambda r: r.report.cue)
        self._hulls = [_hull(r) for r in self._by_cue]
        self._cues = [r.report.cue for r in self._by_cue]

    def values(self, r: Reading) -> list[float]:
        cue, words = r.report.cue, r.words
        surer = weaker = surer_score = taken = is_source = in_source = 0.0
        nested: list[float] = []
        around: list[float] = []
        for other in self._near(r):
            shared = len(words & other.words)
            if cue in other.words:
                nested.append(other.cue_score)
            if other.report.cue in words:
                around.append(other.cue_score)
            if other.report.source:
                source = range(*other.report.source)
                in_source = max(in_source, float(cue in source))
                is_source = max(is_source, sum(1 for i in source if i in words) / len(source))
            overlap = shared / (len(words) + len(other.words) - shared)
            if (other.cue_score, -other.report.cue) <= (r.cue_score, -cue):
                weaker = max(weaker, overlap * other.cue_score)
                continue
            taken = max(taken, shared / len(words))
            if overlap > surer:
                surer, surer_score = overlap, other.cue_score
        counts = [float(len(nested)), max(nested, default=0.0), float(len(around)), max(around, default=0.0)]
        return [surer, surer_score, taken, weaker, *counts, in_source, is_source]

    def _near(self, r: Reading) -> Iterator[Reading]:
        """The cues close by whose words may touch this reading's."""
        first, last = _hull(r)
        at = bisect_left(self._cues, r.report.cue)
        for k in range(max(0, at - _NEIGHBOURS), min(len(self._cues), at + _NEIGHBOURS + 1)):
            begin, end = self._hulls[k]
            if begin <= last and first <= end and self._cues[k] != r.report.cue:
                yield self._by_cue[k]


def _hull(r: Reading) -> tuple[int, int]:
    """The first and the last word of a reading, its cue and its source."""
    source = (r.report.source[0], r.report.source[1] - 1) if r.report.source else ()
    places = (r.report.cue, min(r.words), max(r.words), *source)
    return min(places), max(places)


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
