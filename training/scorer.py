"""How well reports agree with an annotation: words compared as sets, reports paired one to one.

A pair's worth is its shared content (IoU), a quarter more where the cues touch, a tenth more where the sources
agree. A report is right where its content shares half or more and both name the same source, or neither any.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Relation = Mapping[str, Any]


_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_STOPS = frozenset(",;:()[]—–")
_TAIL = frozenset(
    """of in at for from to with on by who whom whose which that than as about against among before after during
    including under over near like and or while when where""".split()  # noqa: SIM905 - a word list reads as words
)
_SPEECH = frozenset(
    """say tell add write ask note warn argue explain claim announce insist declare state report tweet reply respond
    acknowledge describe accuse criticize suggest call admit deny concede contend predict recall mention confirm allege
    complain promise vow pledge urge joke quip stress emphasize testify conclude demand reveal boast reiterate maintain
    remark observe continue praise blast slam condemn caution question cite quote""".split()  # noqa: SIM905
)
_IRREGULAR = {
    "said": "say",
    "says": "say",
    "told": "tell",
    "wrote": "write",
    "written": "write",
    "saying": "say",
}
_ENDINGS = (
    ("ied", "y"), ("ies", "y"), ("ted", "t"), ("ing", ""), ("ing", "e"), ("es", "e"), ("ed", ""), ("ed", "e"),
    ("s", ""), ("", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A report as the words of its text."""

    content: frozenset[int]
    source: frozenset[int] | None
    head: int | None
    cue: frozenset[int]
    statement: bool
    form: str
    by_according: bool


class Page:
    """A text's words, and reports placed on them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = [m.span() for m in _WORD.finditer(text)]
        self._ends = [end for _, end in self.spans]

    def words(self, spans: Sequence[Sequence[int]]) -> frozenset[int]:
        """The words that spans touch."""
        found = set()
        for start, end in spans:
            i = bisect_right(self._ends, start)
            while i < len(self.spans) and self.spans[i][0] < end:
                found.add(i)
                i += 1
        return frozenset(found)

    def word(self, i: int) -> str:
        """A word in lower case."""
        return self.text[slice(*self.spans[i])].lower()

    def head(self, span: Sequence[int]) -> int | None:
        """The last word before the first comma, dash, preposition or relative pronoun of a phrase."""
        words = sorted(self.words([span]))
        last = words[0] if words else None
        for before, i in pairwise(words):
            gap = self.text[self.spans[before][1] : self.spans[i][0]]
            if _STOPS & set(gap) or "--" in gap or self.word(i) in _TAIL:
                break
            last = i
        return last

    def place(self, relation: Relation) -> Placed:
        """Read one relation."""
        source = relation.get("source")
        sources = relation.get("source_spans") or ([source] if source else [])
        cues = relation.get("cue_spans") or ([relation["cue"]] if relation.get("cue") else [])
        cue_words = [self.word(i) for i in sorted(self.words(cues))]
        form = self._form(relation["content"])
        according = cue_words[:1] == ["according"]
        speech = any(_lemma(w) in _SPEECH for w in cue_words)
        return Placed(
            self.words(relation["content"]),
            self.words(sources) if sources else None,
            self.head(sources[0]) if sources else None,
            frozenset(i for start, end in cues for i in range(start, end)),
            speech or cue_words == ["according", "to"] or form == "direct",
            form,
            according,
        )

    def _form(self, content: Sequence[Sequence[int]]) -> str:
        start, end = content[0][0], content[-1][1]
        inner = " ".join(self.text[a:b] for a, b in content)
        marks = sum(inner.count(mark) for mark in '"“”')
        opens = set('"“') & set(self.text[max(0, start - 1) : start + 1])
        closes = set('"”') & set(self.text[end - 1 : end + 2])
        if opens and closes and marks <= 2 * len(content):
            return "direct"
        return "mixed" if marks else "indirect"


def pair(gold: Sequence[Placed], found: Sequence[Placed]) -> dict[int, int]:
    """The one-to-one pairing of greatest worth, as gold number -> found number; only where words are shared."""
    worth = [[_worth(g, f) for f in found] for g in gold]
    return {g: f for g, f in _assign(worth).items() if worth[g][f] > 0}


def right(gold: Placed, found: Placed) -> bool:
    """Whether a found report says who said what as the annotation does."""
    return overlap(gold, found) >= 0.5 and (
        same_source(gold, found) or (gold.source is None and found.source is None)
    )


def same_source(gold: Placed, found: Placed) -> bool:
    """Whether each source holds the other's head."""
    if gold.source is None or found.source is None:
        return False
    return gold.head in found.source and found.head in gold.source


def overlap(one: Placed, other: Placed) -> float:
    """Shared content words of all content words."""
    either = len(one.content | other.content)
    return len(one.content & other.content) / either if either else 0.0


@dataclass
class MatchCounts:
    """Right reports among those annotated and those found."""

    right: int = 0
    gold: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """In percent."""
        return 100 * self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """In percent."""
        return 100 * self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """In percent."""
        either = self.gold + self.found
        return 200 * self.right / either if either else 0.0


def score(
    documents: Mapping[str, tuple[str, Sequence[Relation], Sequence[Relation]]],
    *,
    statements_only: bool = False,
) -> dict[str, MatchCounts]:
    """Tallies over documents of (text, annotated, found): of "all", and of each form by the annotation."""
    tallies = {
        name: MatchCounts()
        for name in ("all", "direct", "indirect", "mixed", "according to", "unnamed")
    }
    for text, annotated, found in documents.values():
        page = Page(text)
        gold = [p for p in map(page.place, annotated) if p.content]
        mine = [p for p in map(page.place, found) if p.content]
        if statements_only:
            gold, mine = _statements(gold, mine)
        pairs = pair(gold, mine)
        hits = {g for g, f in pairs.items() if right(gold[g], mine[f])}
        _count(tallies["all"], hits, gold, mine)
        for name in list(tallies)[1:]:
            _count_form(tallies[name], name, hits, gold, mine)
    return tallies


def _count(
    tally: MatchCounts, hits: set[int], gold: Sequence[Placed], mine: Sequence[Placed]
) -> None:
    tally.right += len(hits)
    tally.gold += len(gold)
    tally.found += len(mine)


def _count_form(
    tally: MatchCounts, name: str, hits: set[int], gold: Sequence[Placed], mine: Sequence[Placed]
) -> None:
    def belongs(p: Placed) -> bool:
        return {"according to": p.by_according, "unnamed": p.source is None}.get(
            name, p.form == name
        )

    tally.right += sum(1 for g in hits if belongs(gold[g]))
    tally.gold += sum(map(belongs, gold))
    tally.found += sum(map(belongs, mine))


def _statements(gold: list[Placed], mine: list[Placed]) -> tuple[list[Placed], list[Placed]]:
    """Beliefs, wishes and attitudes count neither way: nor what is found of them."""
    partner = {f: g for g, f in pair(gold, mine).items()}
    kept = [p for f, p in enumerate(mine) if (gold[partner[f]] if f in partner else p).statement]
    return [p for p in gold if p.statement], kept


def _worth(gold: Placed, found: Placed) -> float:
    shared = overlap(gold, found)
    return (
        shared + 0.25 * bool(gold.cue & found.cue) + 0.1 * same_source(gold, found)
        if shared
        else 0.0
    )


def _lemma(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and word[: len(word) - len(ending)] + instead in _SPEECH:
            return word[: len(word) - len(ending)] + instead
    return word


def _assign(worth: Sequence[Sequence[float]]) -> dict[int, int]:  # noqa: C901 - one method, known by its loops
    """The assignment of greatest sum: each row's best column, by shortest augmenting paths (Hungarian method)."""
    rows = len(worth)
    columns = max(rows, len(worth[0])) if rows else 0
    price_row, price_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)

    def cost(r: int, c: int) -> float:
        return -worth[r - 1][c - 1] if c <= len(worth[r - 1]) else 0.0

    for row in range(1, rows + 1):
        owner[0], at = row, 0
        least, used = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while owner[at]:
            used[at] = True
            current, step, following = owner[at], float("inf"), 0
            for column in range(1, columns + 1):
                if used[column]:
                    continue
                reduced = cost(current, column) - price_row[current] - price_column[column]
                if reduced < least[column]:
                    least[column], way[column] = reduced, at
                if least[column] < step:
                    step, following = least[column], column
            for column in range(columns + 1):
                if used[column]:
                    price_row[owner[column]] += step
                    price_column[column] -= step
                else:
                    least[column] -= step
            at = following
        while at:
            owner[at], at = owner[way[at]], way[at]
    return {owner[c] - 1: c - 1 for c in range(1, columns + 1) if owner[c] and c <= len(worth[0])}
