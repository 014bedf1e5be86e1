"""What the trees look at to judge a reading: numbers, one row a reading.

its words, their place and marks -> how well it agrees with the network -> its source -> its cue -> its rivals
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bot.language.lexicon import NOUN_CLASS, VERB_CLASSES
from bot.language.statements.network import CONTENT, OTHER, SOURCE
from bot.language.statements.readings import Reading
from bot.language.statements.signs import Signs

_CLASSES = (
    "say", "tell", "add", "state", "reply", "voice", "admit", "deny", "complain", "ask", "urge", "promise", "judge",
    "name", "show", "think", "feel", "spread",
)  # fmt: skip
_DEPS = (
    "ROOT",
    "ccomp",
    "advcl",
    "relcl",
    "conj",
    "acl",
    "parataxis",
    "xcomp",
    "amod",
    "dobj",
    "pobj",
    "prep",
)
_TAGS = ("VBD", "VBZ", "VBG", "VBN", "VBP", "VB", "NN", "NNS", "JJ")
_PAUSES = frozenset(",;:.—–")
_OPENERS = frozenset([",", ":", "that", "“", '"'])
_NEIGHBOURS = 12  # cues on either side that may want the same words
_READINGS = ("labels", "wide", "narrow", "rules")
_CLAUSE_STARTS = frozenset(
    [
        "which",
        "who",
        "where",
        "when",
        "while",
        "although",
        "though",
        "but",
        "and",
        "after",
        "as",
        "because",
    ]
)


def reading_values(signs: Signs, readings: Sequence[Reading]) -> list[list[float]]:
    """What the trees look at, one row a reading."""
    firsts = list(_firsts(readings))
    rivals = _Rivals(firsts)
    cues = {first.report.cue: _cue_values(signs, first.report.cue) for first in firsts}
    return [[*_own_values(signs, r), *cues[r.report.cue], *rivals.values(r)] for r in readings]


def _own_values(signs: Signs, r: Reading) -> list[float]:
    parsed, cue, words = signs.parsed, r.report.cue, r.words
    word, low, inside = parsed.word, parsed.low, parsed.inside
    first, last = min(words), max(words)
    sentence = parsed.sentence[cue]
    begin, end = parsed.bounds[sentence]
    after = next((i for i in range(last + 1, end) if word[i][0].isalnum()), -1)
    ahead = next(
        (i for i in range(first - 1, begin - 1, -1) if word[i][0].isalnum() and i != cue), -1
    )
    follower = low[last + 1] if last + 1 < len(parsed) else ""
    before = low[first - 1] if first > begin else ""
    gaps = (i for i in range(first, last + 1) if i not in words and i != cue)
    return [
        math.log(r.cue_score / (1 - min(0.999999, r.cue_score))),
        *_agreement(r),
        float(min(80, len(words))),
        float(len(r.report.content)),
        sum(1 for i in words if inside[i]) / len(words),
        float(inside[first] > 0),
        sum(1 for i in words if begin <= i < end) / len(words),
        *_by_rule(signs, r),
        float(first - cue if first > cue else min(0, last - cue)),
        float(before in _OPENERS),
        float(before == "that" or low[first] == "that"),
        float(last >= end - 2),
        float(first == begin),
        float(inside[last] > 0),
        float(_READINGS.index(r.kind)),
        float(min(6, sum(1 for i in words if parsed.head[i] not in words or parsed.head[i] == i))),
        float(after >= 0 and parsed.head[after] in words),
        float(ahead >= 0 and parsed.head[ahead] in words),
        float(follower in _PAUSES) + 2.0 * (after >= 0 and low[after] in _CLAUSE_STARTS),
        float(min(30, end - last - 1)) if begin <= last < end else -1.0,
        float(min(30, first - begin)) if begin <= first < end else -1.0,
        float(min(20, sum(1 for i in gaps if word[i][0].isalnum()))),
        float(inside[last] > 0 and last + 1 < len(parsed) and inside[last + 1] == inside[last]),
        *_source_values(signs, r),
    ]


def _by_rule(signs: Signs, r: Reading) -> tuple[float, float]:
    """How far the words, and whether the source, are those that a rule found for this cue."""
    rule = signs.reports.get(r.report.cue)
    if rule is None:
        return -1.0, -1.0
    words = frozenset(i for a, b in rule.content for i in range(a, b))
    return overlap(r.words, words), float(rule.source == r.report.source)


def _agreement(r: Reading) -> list[float]:
    """How well a reading agrees with what the network makes of each word."""
    near, size = r.near, len(r.near.label)
    label = [OTHER] * size
    for kind, pieces in (
        (SOURCE, [r.report.source] if r.report.source else []),
        (CONTENT, r.report.content),
    ):
        for a, b in pieces:
            for i in range(max(0, a - near.start), min(size, b - near.start)):
                label[i] = kind
    place = [i for i, kind in enumerate(label) if kind == CONTENT]
    inside, every = sum(near.content[i] for i in place), sum(near.content)
    outside = [
        0.0 if kind == CONTENT else chance for kind, chance in zip(label, near.content, strict=True)
    ]
    elsewhere = [
        0.0 if kind == SOURCE else chance for kind, chance in zip(label, near.source, strict=True)
    ]
    told = [chance for kind, chance in zip(label, near.source, strict=True) if kind == SOURCE]
    likely = [logs[kind] for logs, kind in zip(near.logs, label, strict=True)]
    first, last = (place[0], place[-1]) if place else (0, 0)
    return [
        inside / (len(r.words) + every - inside),
        inside / len(r.words),
        every,
        max(outside),
        near.content[first],
        near.content[last],
        outside[first - 1] if first else 0.0,
        outside[last + 1] if last + 1 < size else 0.0,
        sum(told) / len(told) if told else -1.0,
        max(told, default=-1.0),
        max(elsewhere),
        sum(likely),
        min(likely),
    ]


def _source_values(signs: Signs, r: Reading) -> list[float]:
    source, parsed = r.report.source, signs.parsed
    if source is None:
        return [0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0]
    a, b = source
    heads = [i for i in range(a, b) if not a <= parsed.head[i] < b or parsed.head[i] == i]
    head = heads[0] if heads else b - 1
    sign = signs.sign[head]
    kind = (
        3.0
        if parsed.tag[head] == "PRP"
        else 2.0
        if sign == "Xx"
        else 1.0
        if sign.startswith("src:")
        else 0.0
    )
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
    classes = (
        VERB_CLASSES.get(parsed.low[cue], frozenset())
        if parsed.tag[cue][:1] == "V"
        else frozenset()
    )
    deps = {parsed.dep[k] for k in parsed.kids[cue]}
    return [
        *[float(name in classes) for name in _CLASSES],
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
            common = shared / (len(words) + len(other.words) - shared)
            if (other.cue_score, -other.report.cue) <= (r.cue_score, -cue):
                weaker = max(weaker, common * other.cue_score)
                continue
            taken = max(taken, shared / len(words))
            if common > surer:
                surer, surer_score = common, other.cue_score
        counts = [
            float(len(nested)),
            max(nested, default=0.0),
            float(len(around)),
            max(around, default=0.0),
        ]
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


def overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """The words that two readings share, of all their words."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
