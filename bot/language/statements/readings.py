"""What each likely cue may mean: the network's reading, the same with more words and with fewer, the rules'.

words of a text -> likely cues, with what each word near one is to it -> readings of each
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.language.statements.constructions import Report, noun_phrase, runs, subject_of
from bot.language.statements.cues import candidates
from bot.language.statements.network import CONTENT, OTHER, SOURCE, Looks, Network
from bot.language.statements.signs import Signs
from bot.language.statements.views import Numbers, Words, window

Run = tuple[int, int]


LEAST_CUE = 0.3  # below this hardly any cue is one
NEVER = 1e-3  # no chance is taken for less, nor for more than its opposite
# The chance from which a word is content: in a generous reading and in a careful one.
_BOUNDS = {"wide": 0.25, "narrow": 0.7}
_DOUBTFUL = 0.25  # the chance from which a word beside the source is taken for a part of it
_PIECE_COSTS = 4.0  # as log odds: what must speak for one more piece of content


@dataclass(frozen=True, slots=True)
class Near:
    """A likely cue: its score, and what each word from `start` on is likely to be to it.

    A value a word: its likeliest label, the chances of being source and content, the log odds of being content,
    and the logarithm of each label's chance.
    """

    cue: int
    score: float
    start: int
    label: list[int]
    source: list[float]
    content: list[float]
    odds: list[float]
    logs: list[list[float]]

    @classmethod
    def of(cls, cue: int, score: float, start: int, chances: Numbers) -> "Near":
        """Tell the network's three chances a word, one row a word, in the forms that readings ask for."""
        content = chances[:, CONTENT]
        return cls(
            cue,
            score,
            start,
            chances.argmax(axis=1).tolist(),
            chances[:, SOURCE].tolist(),
            content.tolist(),
            np.log((content + NEVER) / (1 - content + NEVER)).tolist(),
            np.log(np.maximum(chances, NEVER)).tolist(),
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


def propose(signs: Signs, network: Network, least: float = LEAST_CUE) -> list[Reading]:
    """Every reading of every cue that is at least so likely one, the surest cue first."""
    return [
        reading for near in likely_cues(signs, network, least) for reading in _readings(signs, near)
    ]


def likely_cues(signs: Signs, network: Network, least: float = LEAST_CUE) -> list[Near]:
    """The words that may well report something, the surest first."""
    looks, places = Looks(Words(signs, network.lists)), candidates(signs)
    scored = sorted(
        zip(network.cue_scores(looks, places), places, strict=True),
        key=lambda pair: (-pair[0], pair[1]),
    )
    likely = [(score, cue) for score, cue in scored if score >= least]
    windows = [(cue, *window(signs, cue)) for _, cue in likely]
    chances = network.labels(looks, windows)
    return [
        Near.of(cue, score, own[1], some)
        for (score, cue), own, some in zip(likely, windows, chances, strict=True)
    ]


def _readings(signs: Signs, near: Near) -> list[Reading]:
    """The network's reading first, then what else the cue may mean: other bounds, another source."""
    source = _likeliest_run(signs, near)
    sources = {"labels": dict.fromkeys([source, _source_by_grammar(signs, near.cue) or source])}
    wanted = [
        (kind, one, tuple(i for i in words if i != near.cue and not (one and one[0] <= i < one[1])))
        for kind, words in _contents(near)
        for one in sources.get(kind, [source])
    ]
    rule = signs.reports.get(near.cue)
    if rule:
        wanted.append(
            ("rules", rule.source, tuple(i for a, b in rule.content for i in range(a, b)))
        )
    found: dict[tuple[Run | None, frozenset[int]], Reading] = {}
    told: set[tuple[Run | None, tuple[int, ...]]] = set()
    for kind, one, words in wanted:
        if (one, words) not in told:
            told.add((one, words))
            reading = _reading(signs, near, one, words, kind)
            if reading.words:
                found.setdefault((one, reading.words), reading)
    return list(found.values())


def _reading(
    signs: Signs, near: Near, source: Run | None, content: Sequence[int], kind: str
) -> Reading:
    pieces = runs(signs.parsed, content)
    words = frozenset(i for a, b in pieces for i in range(a, b))
    rule = f"rule, {signs.reports[near.cue].rule}" if kind == "rules" else kind
    return Reading(Report(near.cue, source, pieces, near.score, rule), near, kind, words)


def _likeliest_run(signs: Signs, near: Near) -> Run | None:
    """Of the runs of source words the one that is likeliest the source, with the doubtful words that hang on it."""
    start, head = near.start, signs.parsed.head
    sure = {i for i, label in enumerate(near.label, start) if label == SOURCE}
    if not sure:
        return None
    doubtful = [
        start + i
        for i, chance in enumerate(near.source)
        if chance > _DOUBTFUL and near.label[i] == OTHER
    ]
    heads = {head[i] for i in sure}
    words = sorted(
        sure.union(i for i in doubtful if head[i] in sure or (i in heads and i - 1 in sure))
    )

    def weight(run: Run) -> float:
        return sum(near.source[run[0] - start : run[1] - start])

    told = (run for run in runs(signs.parsed, words) if not sure.isdisjoint(range(*run)))
    return max(told, key=weight, default=None)


def _contents(near: Near) -> Iterator[tuple[str, list[int]]]:
    """The labelled content, and the same with more and with fewer of the words that may belong to it."""
    barred = {i for i, label in enumerate(near.label) if label == SOURCE} | {near.cue - near.start}
    yield (
        "labels",
        _held_together(near, [i for i, label in enumerate(near.label) if label == CONTENT], barred),
    )
    for kind, least in _BOUNDS.items():
        yield (
            kind,
            _held_together(
                near, [i for i, chance in enumerate(near.content) if chance > least], barred
            ),
        )


def _held_together(near: Near, words: Sequence[int], barred: set[int]) -> list[int]:
    """Fill gaps, and drop pieces, that too little speaks for: a reader wants few pieces."""
    odds = near.odds
    pieces: list[list[int]] = []
    for i in words:
        end = pieces[-1][1] if pieces else -1
        if i == end or (
            pieces and sum(odds[end:i]) > -_PIECE_COSTS and barred.isdisjoint(range(end, i))
        ):
            pieces[-1][1] = i + 1
        else:
            pieces.append([i, i + 1])
    weights = [sum(odds[a:b]) for a, b in pieces]
    least = min(_PIECE_COSTS, max(weights, default=0.0))
    kept = [piece for piece, weight in zip(pieces, weights, strict=True) if weight >= least]
    return [near.start + i for a, b in kept for i in range(a, b)]


def _source_by_grammar(signs: Signs, cue: int) -> Run | None:
    """The subject of a verb, the owner of a noun."""
    parsed = signs.parsed
    owners = parsed.kids_by(cue, "poss")
    head = subject_of(parsed, cue) if parsed.tag[cue][:1] == "V" else next(iter(owners), None)
    phrase = noun_phrase(parsed, head, cue) if head is not None and head != cue else None
    return phrase if phrase and not phrase[0] <= cue < phrase[1] else None
