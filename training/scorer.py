"""Score how well found relations agree with an annotation: words as sets, paired one to one.

A pair's weight is its shared content (IoU), a quarter more where the cues touch, a tenth more where
the sources agree. A relation is right where its content shares half or more and both name the same
source, or neither any.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.model.wordlists import load_word_lists

Relation = Mapping[str, Any]

MIN_OVERLAP = 0.5
CUE_BONUS, SOURCE_BONUS = 0.25, 0.1
FORMS = ("direct", "indirect", "mixed", "according to", "unnamed")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_HEAD_ENDS = frozenset(",;:()[]—–")
_lists = load_word_lists(
    "training", "scorer_words.txt", "after a head", "after a German head", "verbs of speech"
)
_AFTER_HEAD, _SPEECH_VERBS = _lists["after a head"], _lists["verbs of speech"]
AFTER_GERMAN_HEAD = _AFTER_HEAD | _lists["after a German head"]
_IRREGULAR_FORMS = {
    "said": "say", "says": "say", "told": "tell", "wrote": "write", "written": "write",
    "saying": "say",
}  # fmt: skip
_ENDINGS = (
    ("ied", "y"), ("ies", "y"), ("ted", "t"), ("ing", ""), ("ing", "e"), ("es", "e"), ("ed", ""),
    ("ed", "e"), ("s", ""), ("", ""),
)  # fmt: skip


@dataclass(frozen=True)
class PlacedRelation:
    """A relation as word numbers of its text; `cue` holds character offsets.

    `head` is the word that heads the source, `form` says how the content is quoted.
    """

    content: frozenset[int]
    source: frozenset[int] | None
    head: int | None
    cue: frozenset[int]
    is_statement: bool
    form: str
    is_according_to: bool

    def has_form(self, form: str) -> bool:
        """Return whether the relation counts for one of `FORMS`."""
        if form == "according to":
            return self.is_according_to
        return self.source is None if form == "unnamed" else self.form == form


class ScoredText:
    """A text's words, on which relations are placed; `after_head` are words that end a head."""

    def __init__(self, text: str, after_head: frozenset[str] = _AFTER_HEAD) -> None:
        self.text = text
        self._after_head = after_head
        self.spans = [m.span() for m in _WORD.finditer(text)]
        self._ends = [end for _, end in self.spans]

    def words(self, spans: Sequence[Sequence[int]]) -> frozenset[int]:
        """Return the words that spans touch."""
        words = set()
        for start, end in spans:
            i = bisect_right(self._ends, start)
            while i < len(self.spans) and self.spans[i][0] < end:
                words.add(i)
                i += 1
        return frozenset(words)

    def word(self, i: int) -> str:
        """Return a word in lower case."""
        return self.text[slice(*self.spans[i])].lower()

    def head(self, span: Sequence[int]) -> int | None:
        """Return the last word before a phrase's first comma, dash, preposition or relative."""
        words = sorted(self.words([span]))
        head = words[0] if words else None
        for before, i in pairwise(words):
            gap = self.text[self.spans[before][1] : self.spans[i][0]]
            if _HEAD_ENDS & set(gap) or "--" in gap or self.word(i) in self._after_head:
                break
            head = i
        return head

    def place(self, relation: Relation) -> PlacedRelation:
        """Return a relation in word numbers; what it says of its kind itself goes first."""
        source, cue = relation.get("source"), relation.get("cue")
        sources = relation.get("source_spans") or ([source] if source else [])
        cues = relation.get("cue_spans") or ([cue] if cue else [])
        cue_words = [self.word(i) for i in sorted(self.words(cues))]
        form = relation.get("form") or self._form(relation["content"])
        has_speech_verb = any(_lemma(word) in _SPEECH_VERBS for word in cue_words)
        return PlacedRelation(
            self.words(relation["content"]),
            self.words(sources) if sources else None,
            self.head(sources[0]) if sources else None,
            frozenset(i for start, end in cues for i in range(start, end)),
            relation.get(
                "is_statement",
                has_speech_verb or cue_words == ["according", "to"] or form == "direct",
            ),
            form,
            relation.get("is_according_to", cue_words[:1] == ["according"]),
        )

    def _form(self, content: Sequence[Sequence[int]]) -> str:
        start, end = content[0][0], content[-1][1]
        inner = " ".join(self.text[first:last] for first, last in content)
        marks = sum(inner.count(mark) for mark in '"“”')
        opens = set('"“') & set(self.text[max(0, start - 1) : start + 1])
        closes = set('"”') & set(self.text[end - 1 : end + 2])
        if opens and closes and marks <= 2 * len(content):
            return "direct"
        return "mixed" if marks else "indirect"


Relations = Sequence[PlacedRelation]


def pair_relations(gold: Relations, found: Relations) -> dict[int, int]:
    """Return the one-to-one pairing of greatest weight that shares words: gold -> found number."""
    weights = [[_weight(g, f) for f in found] for g in gold]
    return {g: f for g, f in _assign(weights).items() if weights[g][f] > 0}


def is_right(gold: PlacedRelation, found: PlacedRelation) -> bool:
    """Return whether a found relation says who said what as the annotation does."""
    is_unnamed = gold.source is None and found.source is None
    return overlap(gold, found) >= MIN_OVERLAP and (is_same_source(gold, found) or is_unnamed)


def is_same_source(gold: PlacedRelation, found: PlacedRelation) -> bool:
    """Return whether each source holds the other's head."""
    if gold.source is None or found.source is None:
        return False
    return gold.head in found.source and found.head in gold.source


def overlap(gold: PlacedRelation, found: PlacedRelation) -> float:
    """Return the share of content words in common, of all their content words."""
    either = len(gold.content | found.content)
    return len(gold.content & found.content) / either if either else 0.0


@dataclass
class MatchCounts:
    """How many relations were right, annotated and found."""

    right: int = 0
    gold: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """Return the precision in percent."""
        return 100 * self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the recall in percent."""
        return 100 * self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Return the F1 in percent."""
        either = self.gold + self.found
        return 200 * self.right / either if either else 0.0


def score(
    documents: Mapping[str, tuple[str, Sequence[Relation], Sequence[Relation]]],
    *,
    statements_only: bool = False,
    after_head: frozenset[str] = _AFTER_HEAD,
) -> dict[str, MatchCounts]:
    """Count matches in documents of (text, annotated, found), of "all" and of each of `FORMS`."""
    counts = {name: MatchCounts() for name in ("all", *FORMS)}
    for text, annotated, found in documents.values():
        scored_text = ScoredText(text, after_head)
        gold = [r for r in map(scored_text.place, annotated) if r.content]
        placed = [r for r in map(scored_text.place, found) if r.content]
        if statements_only:
            gold, placed = _only_statements(gold, placed)
        pairs = pair_relations(gold, placed)
        right = [gold[g] for g, f in pairs.items() if is_right(gold[g], placed[f])]
        _add_counts(counts["all"], right, gold, placed)
        for form in FORMS:
            parts = ([r for r in some if r.has_form(form)] for some in (right, gold, placed))
            _add_counts(counts[form], *parts)
    return counts


def count_faults(
    documents: Mapping[str, tuple[str, Sequence[Relation], Sequence[Relation]]],
    form: str,
    after_head: frozenset[str] = _AFTER_HEAD,
) -> dict[str, int]:
    """Count why annotated statements of a form, or of "all", were not found rightly.

    "missed": no words in common; "words": less than half in common; "nobody": the annotation names
    no source, and what was found does; "source": another one, or none.
    """
    faults = {"missed": 0, "words": 0, "nobody": 0, "source": 0}
    for text, annotated, found in documents.values():
        scored_text = ScoredText(text, after_head)
        gold = [r for r in map(scored_text.place, annotated) if r.content]
        placed = [r for r in map(scored_text.place, found) if r.content]
        gold, placed = _only_statements(gold, placed)
        pairs = pair_relations(gold, placed)
        for number, relation in enumerate(gold):
            other = placed[pairs[number]] if number in pairs else None
            if form in {"all", relation.form} and (fault := _fault(relation, other)):
                faults[fault] += 1
    return faults


def _fault(gold: PlacedRelation, found: PlacedRelation | None) -> str:
    if found is None:
        return "missed"
    if is_right(gold, found):
        return ""
    if overlap(gold, found) < MIN_OVERLAP:
        return "words"
    return "nobody" if gold.source is None else "source"


def _add_counts(counts: MatchCounts, right: Relations, gold: Relations, found: Relations) -> None:
    counts.right += len(right)
    counts.gold += len(gold)
    counts.found += len(found)


def _only_statements(
    gold: list[PlacedRelation], found: list[PlacedRelation]
) -> tuple[list[PlacedRelation], list[PlacedRelation]]:
    """Drop beliefs, wishes and attitudes, and what is found of them: they count neither way."""
    partner = {f: gold[g] for g, f in pair_relations(gold, found).items()}
    kept = [r for f, r in enumerate(found) if partner.get(f, r).is_statement]
    return [r for r in gold if r.is_statement], kept


def _weight(gold: PlacedRelation, found: PlacedRelation) -> float:
    shared = overlap(gold, found)
    if not shared:
        return 0.0
    bonus = SOURCE_BONUS * is_same_source(gold, found)
    return shared + CUE_BONUS * bool(gold.cue & found.cue) + bonus


def _lemma(word: str) -> str:
    if word in _IRREGULAR_FORMS:
        return _IRREGULAR_FORMS[word]
    for ending, instead in _ENDINGS:
        lemma = word[: len(word) - len(ending)] + instead
        if word.endswith(ending) and lemma in _SPEECH_VERBS:
            return lemma
    return word


def _assign(weights: Sequence[Sequence[float]]) -> dict[int, int]:  # noqa: C901 - one algorithm
    """Return the column of each row in the assignment of greatest sum (Hungarian method)."""
    rows = len(weights)
    columns = max(rows, len(weights[0])) if rows else 0
    price_row, price_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)

    def cost(r: int, c: int) -> float:
        return -weights[r - 1][c - 1] if c <= len(weights[r - 1]) else 0.0

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
    return {owner[c] - 1: c - 1 for c in range(1, columns + 1) if owner[c] and c <= len(weights[0])}
