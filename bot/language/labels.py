"""Which words around a cue are its source and its content: a linear chain over three labels.

window of sentences -> one tuple of keys a word (few distinct ones) -> scores, remembered by key -> best chain
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.language.lexicon import VERB_CLASS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.language.constructions import Report
    from bot.language.signs import Signs

    Key = tuple[object, ...]
    Scores = tuple[float, float, float]

OTHER, SOURCE, CONTENT = 0, 1, 2
LABELS = "OSC"
_BEFORE, _AFTER = 3, 5  # sentences of the paragraph that a quotation may run over
_REMEMBERED = 60_000  # keys a group keeps before it starts afresh
_SHAPE = frozenset(["nsubj", "mark", "aux", "relcl", "appos", "pobj", "pcomp"])
_PAUSES = frozenset(",;:")


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


def word_keys(signs: Signs, cue: int, start: int, end: int) -> list[tuple[Key, ...] | None]:
    """What tells a word's label, as one key a feature group; None is the cue itself."""
    view = _View(signs, cue, start, end)
    return [view.keys(i) if i != cue else None for i in range(start, end)]


class _View:
    """A window as seen from its cue."""

    def __init__(self, signs: Signs, cue: int, start: int, end: int) -> None:
        parsed = signs.parsed
        self.signs, self.parsed, self.cue = signs, parsed, cue
        self.sentence = parsed.sentence[cue]
        self.last = parsed.bounds[self.sentence][1]
        self.near_quote = _nearest_quote(parsed.inside, cue, start, end)
        deps = {parsed.dep[k] for k in parsed.kids[cue]}
        has_subject = bool(deps & {"nsubj", "nsubjpass", "csubj"})
        shape = f"{has_subject:d}{'ccomp' in deps:d}{self.near_quote != 0:d}"
        up = [cue]
        while parsed.head[up[-1]] != up[-1] and len(up) < 5:
            up.append(parsed.head[up[-1]])
        self.branch: dict[int, tuple[str, int, int, int]] = {u: ("self", k, -1, -1) for k, u in enumerate(up)}
        updep = "/".join(parsed.dep[u] for u in up[:-1][:2])
        self.own = (signs.sign[cue], signs.kind[cue], shape, bool(parsed.inside[cue]))
        self.grammar = (parsed.tag[cue], parsed.dep[cue], updep)
        self.rule, self.by_rule = _rule_labels(signs.reports.get(cue), start, end)
        self.start = start
        self.pauses = _count_pauses(parsed.low, start, end)
        self.ends: dict[int, tuple[bool, bool, bool]] = {}
        self.tops: dict[int, Key] = {}

    def keys(self, i: int) -> tuple[Key, ...]:
        parsed, signs, cue = self.parsed, self.signs, self.cue
        sign, tag, dep = signs.sign, parsed.tag, parsed.dep
        in_sentence = parsed.sentence[i] == self.sentence
        if in_sentence:
            top_dep, height, top, second = self._branch(i)
            path = f"{top_dep}^{height}"
        else:
            path, top, second = f"S{parsed.sentence[i] - self.sentence:+d}", -1, -1
        side = "L" if i < cue else "R"
        quote = "0" if not parsed.inside[i] else "n" if parsed.inside[i] == self.near_quote else "o"
        place = path + side
        distance = abs(i - cue)
        at = i - self.start + 1
        pauses = abs(self.pauses[at] - self.pauses[cue - self.start + 1]) if distance < 12 else -1
        if top >= 0:
            branch: Key = (path, side, *self._top(top), i == top)
        else:
            branch = ()
        if second >= 0:
            twig: Key = (place, dep[second], sign[second], *self._edges(second))
        else:
            twig = ()
        rule = self.by_rule
        three = rule[at - 1] + rule[at] + rule[at + 1]
        between = min(2, abs(signs.cues_before[i] - signs.cues_before[cue + (i > cue)]))
        return (
            (place, quote, side, *self.own, rule[at]),
            (place, *self.grammar),
            (path, tag[i], dep[i]),
            (path, sign[i]),
            branch,
            (side, min(9, distance), pauses, in_sentence),
            (three, self.rule, quote),
            (rule[at], place, self.rule),
            (three, sign[i]),
            twig,
            (side, between, signs.role[i], rule[at], quote, in_sentence),
        )

    def _branch(self, i: int) -> tuple[str, int, int, int]:
        """How a word hangs on the cue: top dependency, steps up, the branch's top word and its second."""
        known, head, dep = self.branch, self.parsed.head, self.parsed.dep
        chain = []
        at = i
        while at not in known:
            chain.append(at)
            if head[at] == at:
                known[at] = ("far", 9, -1, -1)
                break
            at = head[at]
        for word in reversed(chain):
            if word in known:
                continue
            name, height, top, second = known[head[word]]
            if name == "self":
                known[word] = (dep[word], height, word, -1)
            elif top == head[word]:
                known[word] = (name, height, top, word)
            else:
                known[word] = (name, height, top, second)
        return known[i]

    def _top(self, top: int) -> Key:
        """What a branch's top word tells of all its words."""
        if top not in self.tops:
            parsed, signs = self.parsed, self.signs
            shape = ",".join(sorted({parsed.dep[k] for k in parsed.kids[top]} & _SHAPE))
            self.tops[top] = (
                parsed.tag[top], signs.sign[top], *self.own[:2], shape, parsed.low[top] in VERB_CLASS,
            )  # fmt: skip
        return self.tops[top]

    def _edges(self, top: int) -> tuple[bool, bool, bool]:
        """Whether a twig comes after a comma, ends the sentence, and tells a time: a trailing adverbial."""
        if top not in self.ends:
            parsed = self.parsed
            words = parsed.subtree(top)
            comma = words[0] > 0 and parsed.low[words[0] - 1] in _PAUSES
            ends = words[-1] >= self.last - 2
            time = any(self.signs.sign[k] == "TIME" for k in words[:6])
            self.ends[top] = (comma, ends, time)
        return self.ends[top]


def _nearest_quote(inside: Sequence[int], cue: int, start: int, end: int) -> int:
    for distance in range(max(cue - start, end - cue) + 1):
        for i in (cue - distance, cue + distance):
            if start <= i < end and inside[i]:
                return inside[i]
    return 0


def _count_pauses(low: Sequence[str], start: int, end: int) -> list[int]:
    counts = [0]
    for i in range(start, end):
        counts.append(counts[-1] + (low[i] in _PAUSES))
    return counts


def _rule_labels(report: Report | None, start: int, end: int) -> tuple[str, list[str]]:
    """The rules' own labels for the window, with one more at each end; all "-" where they found nothing."""
    if report is None:
        return "", ["-"] * (end - start + 2)
    labels = ["o"] * (end - start + 2)
    for a, b in report.content:
        for i in range(max(a, start), min(b, end)):
            labels[i - start + 1] = "c"
    if report.source:
        for i in range(max(report.source[0], start), min(report.source[1], end)):
            labels[i - start + 1] = "s"
    return report.rule, labels


def _by_place(key: Key) -> list[str]:
    place, quote, side, own, cls, shape, cue_quoted, rule = key
    return [
        f"p={place}", f"lp={own}{place}", f"cp={cls}{place}", f"q={quote}{side}", f"qp={quote}{place}",
        f"cq={cue_quoted:d}{quote}{place}", f"hs={shape}{place}", f"ls={own}{side}{quote}", f"cs={cls}{side}{quote}",
        f"ch={cls}{shape}{place}", f"hq={shape}{quote}{place}", f"rc={rule}{cls}",
    ]  # fmt: skip


def _by_cue_grammar(key: Key) -> list[str]:
    place, tag, dep, up = key
    return [f"up={up}{place}", f"ct={tag}{place}", f"cd={dep}{place}"]


def _by_grammar(key: Key) -> list[str]:
    path, tag, dep = key
    return [f"pd={path}{dep}", f"pt={path}{tag}"]


def _by_sign(key: Key) -> list[str]:
    path, sign = key
    return [f"pw={path}{sign}"]


def _by_branch(key: Key) -> list[str]:
    if not key:
        return []
    path, side, tag, sign, own, cls, shape, is_verb, is_top = key
    found = [f"tl={path}{sign}", f"tt={path}{tag}{side}", f"lt={own}{path}{tag}", f"ctt={cls}{path}{tag}"]
    found.append(f"tc={path}|{shape}{side}")
    return found + [f"top={path}"] * bool(is_top) + [f"vb={path}"] * bool(is_verb)


def _by_distance(key: Key) -> list[str]:
    side, distance, pauses, in_sentence = key
    return [f"ds={side}{distance}", f"bt={pauses}", f"in={in_sentence:d}", f"bs={side}{pauses}"]


def _by_rule(key: Key) -> list[str]:
    three, rule, quote = key
    return [f"r3={three}", f"rr={three}{rule}", f"rq={str(three)[1]}{quote}", f"r3q={three}{quote}"]


def _by_rule_place(key: Key) -> list[str]:
    own, place, rule = key
    return [f"rp={own}{place}", f"rru={own}{rule}{place}"]


def _by_rule_sign(key: Key) -> list[str]:
    three, sign = key
    return [f"rw={three}{sign}"]


def _by_twig(key: Key) -> list[str]:
    if not key:
        return []
    place, dep, sign, comma, ends, time = key
    edge = f"{comma:d}{ends:d}{time:d}"
    return [f"2d={place}{dep}", f"2w={place}{dep}{sign}", f"2e={place}{dep}{edge}", f"2we={dep}{sign}{edge}"]


def _by_rivals(key: Key) -> list[str]:
    side, between, role, own, quote, in_sentence = key
    return [
        f"b={side}{between}", f"bq={side}{between}{quote}", f"o={role}{own}", f"ob={role}{own}{between}",
        f"obi={role}{between}{side}{in_sentence:d}",
    ]  # fmt: skip


def _by_next(key: Key) -> list[str]:
    sign, after = key
    return [f"w+={after}", f"w0+={sign}|{after}", f"w={sign}"]


def _by_last(key: Key) -> list[str]:
    before, sign = key
    return [f"w-={before}", f"w-0={before}|{sign}"]


def _by_tags(key: Key) -> list[str]:
    before, tag, after, dep = key
    return [f"t-={before}", f"t+={after}", f"t={tag}", f"d={dep}"]


def _by_head(key: Key) -> list[str]:
    return [f"h1={key[0]}"]


def lone_keys(signs: Signs, i: int) -> tuple[Key, ...]:
    """What a word tells whatever the cue: itself, its head and its neighbours."""
    sign, tag, dep = signs.sign, signs.parsed.tag, signs.parsed.dep
    before = sign[i - 1] if i else ""
    after = sign[i + 1] if i + 1 < len(sign) else ""
    tags = (tag[i - 1] if i else "", tag[i], tag[i + 1] if i + 1 < len(tag) else "", dep[i])
    return (sign[i], after), (before, sign[i]), tags, (sign[signs.parsed.head[i]],)


_CUE_NAMES = ["CUE"]
_Names = Callable[["Key"], list[str]]
_GROUPS: tuple[_Names, ...] = (
    _by_place, _by_cue_grammar, _by_grammar, _by_sign, _by_branch, _by_distance, _by_rule, _by_rule_place,
    _by_rule_sign, _by_twig, _by_rivals,
)  # fmt: skip
_LONE_GROUPS: tuple[_Names, ...] = (_by_next, _by_last, _by_tags, _by_head)


def label_features(signs: Signs, cue: int, start: int, end: int) -> list[list[str]]:
    """The names of everything that tells each word's label in a window; for training."""
    rows = []
    for i, keys in enumerate(word_keys(signs, cue, start, end), start):
        if keys is None:
            rows.append(_CUE_NAMES)
            continue
        grouped = [*zip(keys, _GROUPS, strict=True), *zip(lone_keys(signs, i), _LONE_GROUPS, strict=True)]
        rows.append([name for key, names in grouped for name in names(key)])
    return rows


class Labeller:
    """Learned weights for labels, with the scores of keys met before."""

    def __init__(self, states: Mapping[str, Sequence[float]], transitions: Sequence[Sequence[float]]) -> None:
        self._states = states
        self._transitions = transitions
        self._memory: list[tuple[dict[Key, Scores], _Names]] = [({}, names) for names in _GROUPS]
        self._lone_memory: list[tuple[dict[Key, Scores], _Names]] = [({}, names) for names in _LONE_GROUPS]
        self._cue = self._sum(_CUE_NAMES)

    def label(self, signs: Signs, cue: int, start: int, end: int) -> tuple[list[int], float]:
        """The best chain of labels for a window, and by how much it beats calling every word OTHER."""
        keys = word_keys(signs, cue, start, end)
        scores = [
            self._cue if own is None else self._look_up(own, self._memory, self._lone(signs, i))
            for i, own in enumerate(keys, start)
        ]
        return _best_chain(scores, self._transitions)

    def _lone(self, signs: Signs, i: int) -> Scores:
        """The part of a word's scores that every cue shares, kept with the text."""
        known = signs.lone.get(i)
        if known is None:
            known = signs.lone[i] = self._look_up(lone_keys(signs, i), self._lone_memory, (0.0, 0.0, 0.0))
        return known

    def _look_up(self, keys: tuple[Key, ...], memory: list[tuple[dict[Key, Scores], _Names]], start: Scores) -> Scores:
        other, source, content = start
        for key, (scores, names) in zip(keys, memory, strict=True):
            try:
                o, s, c = scores[key]
            except KeyError:
                if len(scores) > _REMEMBERED:
                    scores.clear()
                o, s, c = scores[key] = self._sum(names(key))
            other += o
            source += s
            content += c
        return other, source, content

    def _sum(self, names: Sequence[str]) -> Scores:
        other = source = content = 0.0
        for o, s, c in filter(None, map(self._states.get, names)):
            other += o
            source += s
            content += c
        return other, source, content


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
