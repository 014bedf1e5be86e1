"""Which of the proposed statements to believe: each cue's readings, scored by small decision trees.

cue -> readings (the labels', the same without words of surer cues, the rules') -> chance -> taken, best first
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.language.constructions import Report, noun_phrase, runs, subject_of
from bot.language.cues import candidates, score_cue
from bot.language.labels import CONTENT, SOURCE, window
from bot.language.lexicon import NOUN_CLASS, VERB_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.language.labels import Labeller
    from bot.language.signs import Signs

LEAST_CUE = 0.12  # below this hardly any cue is one
_CLASSES = (
    "say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask", "urge", "promise", "judge",
    "name", "show", "think", "feel", "spread",
)  # fmt: skip
_DEPS = ("ROOT", "ccomp", "advcl", "relcl", "conj", "acl", "parataxis", "xcomp", "amod", "dobj", "pobj", "prep")
_TAGS = ("VBD", "VBZ", "VBG", "VBN", "VBP", "VB", "NN", "NNS", "JJ")
_NEIGHBOURS = 12  # cues on either side that may want the same words
_READINGS = ("labels", "trimmed", "rules", "sourced")


@dataclass(slots=True)
class Reading:
    """One way to read a cue: its report, and what speaks for it."""

    report: Report
    cue_score: float
    gain: float
    kind: str
    words: frozenset[int]
    chance: float = 0.0


@dataclass(slots=True)
class Trees:
    """Boosted decision trees: in each node a feature, a threshold, two children; a leaf has feature -1."""

    base: float
    trees: Sequence[Sequence[Sequence[float]]]
    threshold: float = 0.5
    _flat: list[list[tuple[int, float, int, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nodes as tuples, which are quicker to walk."""
        self._flat = [[(int(f), float(t), int(a), int(b)) for f, t, a, b in tree] for tree in self.trees]

    def chance(self, values: Sequence[float]) -> float:
        """How likely these values are those of a true reading."""
        total = self.base
        for tree in self._flat:
            feature, threshold, left, right = tree[0]
            while feature >= 0:
                feature, threshold, left, right = tree[left if values[feature] <= threshold else right]
            total += threshold
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def choose(readings: Sequence[Reading], least: float) -> list[Report]:
    """Take the likeliest reading of each cue, unless a likelier one has said the same words already."""
    taken: list[Reading] = []
    cues: set[int] = set()
    for reading in sorted(readings, key=lambda r: (-r.chance, r.report.cue)):
        if reading.chance < least:
            break
        if reading.report.cue in cues or any(_overlap(reading.words, other.words) > 0.6 for other in taken):
            continue
        cues.add(reading.report.cue)
        taken.append(reading)
    return [reading.report for reading in taken]


def propose(signs: Signs, cue_weights: Mapping[str, float], labeller: Labeller) -> list[Reading]:
    """Every reading of every likely cue, the surest cue first."""
    scored = sorted(
        ((score_cue(signs, i, cue_weights), i) for i in candidates(signs)), key=lambda pair: (-pair[0], pair[1])
    )
    readings: list[Reading] = []
    taken: set[int] = set()
    for score, cue in scored:
        if score < LEAST_CUE:
            break
        own = _readings(signs, cue, score, labeller, taken)
        readings += own
        if own:
            taken.update(own[0].words, (cue,))
            if own[0].report.source:
                taken.update(range(*own[0].report.source))
    return readings


def _readings(signs: Signs, cue: int, score: float, labeller: Labeller, taken: set[int]) -> list[Reading]:
    start, end = window(signs, cue)
    labels, gain = labeller.label(signs, cue, start, end)
    content = [start + k for k, label in enumerate(labels) if label == CONTENT]
    sources = runs(signs.parsed, [start + k for k, label in enumerate(labels) if label == SOURCE])
    source = min(sources, key=lambda run: min(abs(run[0] - cue), abs(run[1] - 1 - cue)), default=None)
    found = [_reading(signs, cue, source, content, score, gain, "labels")]
    free = [i for i in content if i not in taken]
    if len(free) < len(content):
        found.append(_reading(signs, cue, source, free, score, gain, "trimmed"))
    if source is None:
        found.append(_reading(signs, cue, _source_by_grammar(signs, cue), content, score, gain, "sourced"))
    rule = signs.reports.get(cue)
    if rule:
        by_rule = [i for a, b in rule.content for i in range(a, b)]
        if by_rule != content or rule.source != source:
            found.append(_reading(signs, cue, rule.source, by_rule, score, gain, "rules"))
    return [reading for reading in found if reading.words and (reading.kind != "sourced" or reading.report.source)]


def _source_by_grammar(signs: Signs, cue: int) -> tuple[int, int] | None:
    """The subject of a verb, the owner of a noun."""
    parsed = signs.parsed
    owners = parsed.kids_by(cue, "poss")
    head = subject_of(parsed, cue) if parsed.tag[cue][:1] == "V" else next(iter(owners), None)
    phrase = noun_phrase(parsed, head, cue) if head is not None and head != cue else None
    return phrase if phrase and not phrase[0] <= cue < phrase[1] else None


def _reading(
    signs: Signs, cue: int, source: tuple[int, int] | None, content: list[int], score: float, gain: float, kind: str
) -> Reading:
    pieces = runs(signs.parsed, content)
    words = frozenset(i for a, b in pieces for i in range(a, b))
    return Reading(Report(cue, source, pieces, score, kind), score, gain, kind, words)


def reading_values(signs: Signs, readings: Sequence[Reading]) -> list[list[float]]:
    """What the trees look at, one row a reading."""
    rivals = _Rivals([r for r in readings if r.kind == "labels"])
    return [_own_values(signs, r) + _cue_values(signs, r.report.cue) + rivals.values(r) for r in readings]


def _own_values(signs: Signs, r: Reading) -> list[float]:
    parsed, cue = signs.parsed, r.report.cue
    words = r.words
    first, last = min(words), max(words)
    sentence = parsed.sentence[cue]
    begin, end = parsed.bounds[sentence]
    quoted = sum(1 for i in words if parsed.inside[i])
    rule = signs.reports.get(cue)
    rule_words = frozenset(i for a, b in rule.content for i in range(a, b)) if rule else frozenset()
    before = parsed.low[first - 1] if first > begin else ""
    return [
        math.log(r.cue_score / (1 - min(0.999999, r.cue_score))),
        r.gain,
        r.gain / len(words),
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
        *_source_values(signs, r),
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


class _Rivals:
    """How a reading stands to the other cues' words: nested in them, around them, or fighting for them."""

    def __init__(self, firsts: list[Reading]) -> None:
        self._by_cue = sorted(firsts, key=lambda r: r.report.cue)
        self._cues = [r.report.cue for r in self._by_cue]

    def values(self, r: Reading) -> list[float]:
        cue, words = r.report.cue, r.words
        surer = weaker = surer_score = taken = is_source = in_source = 0.0
        nested: list[float] = []
        around: list[float] = []
        for other in self._near(cue):
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

    def _near(self, cue: int) -> list[Reading]:
        at = bisect_left(self._cues, cue)
        return [r for r in self._by_cue[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1] if r.report.cue != cue]


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
