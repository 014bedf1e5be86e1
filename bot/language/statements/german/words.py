"""Cut a German text into words and marks, with its sentences, quotations and clauses."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.language.quotations import Quotation
from bot.language.statements.german.lexicon import (
    ABBREVIATIONS,
    ADVERBS,
    DETERMINERS,
    FINITE,
    PREPOSITIONS,
    SUBJUNCTIVE,
    SUBORDINATORS,
    VERBS,
    may_be_finite,
)
from bot.model import Span

Run = tuple[int, int]  # of words: the first, and the one after the last

_ABBREVIATED = "|".join(re.escape(word) for word in sorted(ABBREVIATIONS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"(?<!\w)(?:{_ABBREVIATED})|(?:[A-ZÄÖÜ]\.)+(?=[ \u00a0]?[A-ZÄÖÜ])"
    r"|\d+(?:[.,:]\d+)+(?:-\w+)*|\d+\.(?=[ \u00a0]?\w)"
    # "ver.di" is one word, "Berg.Danach" is none
    r"|\w+(?:(?:[-‐'’/:]|(?<![a-zäöüß]{2})\.|\.(?![A-ZÄÖÜ]))\w+)*-?"
    r"|(?<=[“”\"])-\w+(?:-\w+)*|\.{2,}|[^\w\s]"
)
_NO_VERBS = ADVERBS | PREPOSITIONS | DETERMINERS | SUBORDINATORS | {"selbst", "erst", "samt"}
_THIRD_PERSONS = frozenset(["er", "sie", "es", "man", "das", "dies"])
_SUBJECTS = frozenset(["er", "es", "man"])
_BEHIND_VERBS = ADVERBS | PREPOSITIONS | DETERMINERS | {"sich", "es", "ihn", "ihm", "ihnen"}
_MAX_NAME = 6  # tokens, with the marks
_SPEAKING = FINITE | {"ich", "wir", "er", "sie", "es", "man", "du", "ihr", "uns", "mir"}
_FINAL_MARKS = frozenset(".!?…")
_MAX_SENTENCE = 300  # tokens
_MAX_BRACKET = 7
_PARTING = frozenset(",;:()[]–—-…")


@dataclass(frozen=True, slots=True)
class GermanText:
    """A text as words and marks.

    `quotation` holds, for each word, the number of the quotation it stands in, from 1, or 0; its
    marks count as inside. `sentences` are runs of words.
    """

    text: str
    word: list[str]
    lower: list[str]
    start: list[int]
    end: list[int]
    quotation: list[int]
    sentences: list[Run]
    quotations: list[Run]

    def span(self, run: Run) -> Span:
        """Return what a run of words slices."""
        return Span.of(self.text, self.start[run[0]], self.end[run[1] - 1])

    def is_word(self, i: int) -> bool:
        """Return whether a token has a letter or digit."""
        return self.word[i][-1].isalnum() or self.word[i][0].isalnum()

    def is_capitalized(self, i: int) -> bool:
        """Return whether a token is a noun or a name, or opens a sentence."""
        return self.word[i][0].isupper()

    def sentence_number(self, i: int) -> int:
        """Return the number of the sentence that a word stands in."""
        return bisect_right(self.sentences, i, key=itemgetter(0)) - 1

    def sentence_at(self, i: int) -> Run:
        """Return the sentence that a word stands in."""
        return self.sentences[self.sentence_number(i)]

    def finite_at(self, i: int) -> bool:
        """Return whether a word may be a finite verb, by our lists or its ending."""
        lower = self.lower[i]
        if self.quotation[i] or not self.word[i][0].islower():
            return False
        if lower in FINITE or may_be_finite(lower) or self._has_subjunctive_ending(i):
            return True
        if not lower.endswith(("te", "ten", "t")) or len(lower) < 4 or lower in _NO_VERBS:
            return False
        if i and self.lower[i - 1] in DETERMINERS | PREPOSITIONS and lower[-1] != "t":
            return False  # "die größte deutsche Bank", "im letzten Satz"
        is_before_noun = i + 1 < len(self.word) and self.is_capitalized(i + 1)
        is_inside = i and not self.is_capitalized(i - 1) and not self.quotation[i - 1]
        return not (is_before_noun and is_inside and lower[-1] != "t")

    def is_verb(self, i: int) -> bool:
        """Return whether a word is a finite verb of our lists."""
        return self.finite_at(i) and (self.lower[i] in FINITE or self.lower[i] in VERBS)

    def is_subjunctive(self, i: int) -> bool:
        """Return whether a word may be a verb in the subjunctive; "Stelle" is a noun."""
        is_listed = self.lower[i] in SUBJUNCTIVE and self.word[i][0].islower()
        return is_listed or self._has_subjunctive_ending(i)

    def _has_subjunctive_ending(self, i: int) -> bool:
        """Return whether a word ends in the first subjunctive's "e": "die Stadt plane ein Fest".

        It stands behind a noun, and before what no adjective stands before.
        """
        word = self.word[i]
        if not word.endswith("e") or word.endswith("te") or not word.islower() or len(word) < 4:
            return False
        if word in _NO_VERBS or not i or i + 1 >= len(self.word) or self.quotation[i]:
            return False
        if self.lower[i - 1] in _SUBJECTS:
            return True  # "er verletze"
        if not (self.is_capitalized(i - 1) or self.lower[i - 1] in _THIRD_PERSONS):
            return False
        after = self.lower[i + 1]
        return after in _BEHIND_VERBS or after[0].isdigit() or after == "„"

    def parts(self, i: int) -> bool:
        """Return whether a mark outside quotations parts clauses."""
        return not self.quotation[i] and self.word[i] in _PARTING

    def is_name(self, quoted: Run) -> bool:
        """Return whether a quotation is short and no sentence: „BBC News“."""
        words = self.lower[slice(*quoted)]
        return len(words) <= _MAX_NAME and _SPEAKING.isdisjoint(words)

    def is_quoted_sentence(self, quoted: Run) -> bool:
        """Return whether a quotation ends with a mark, or with words that somebody speaks."""
        first, end = quoted
        ends = any(mark in _FINAL_MARKS for mark in self.word[max(first, end - 2) : end])
        words = self.lower[first:end]
        return ends or not _SPEAKING.isdisjoint(words) or any(map(may_be_finite, words))

    def clauses(self, run: Run) -> list[Run]:
        """Return the runs between the marks that part clauses, none of them empty."""
        found, first, bracketed = [], run[0], 0
        for i in range(*run):
            if self.word[i] == "(" and not self.quotation[i] and i > first:
                bracketed = self._short_bracket_end(i, run[1])
            if i < bracketed:
                continue
            if self.parts(i):
                if first < i:
                    found.append((first, i))
                first = i + 1
        if first < run[1]:
            found.append((first, run[1]))
        return found

    def _short_bracket_end(self, i: int, end: int) -> int:
        """Return the word after brackets around a few words: "(SPD)", else 0."""
        for k in range(i + 1, min(end, i + _MAX_BRACKET)):
            if self.word[k] == ")":
                return k + 1
        return 0


def trim_end(text: GermanText, first: int, end: int) -> int:
    """Return an end without the marks before it."""
    while end - 1 > first and not text.is_word(end - 1) and not text.quotation[end - 1]:
        end -= 1
    return end


def read_words(text: str, sentences: Sequence[Span], quotations: Sequence[Quotation]) -> GermanText:
    """Return the words of a text's sentences."""
    tokens = [m for s in sentences for m in _TOKEN.finditer(text, s.start, s.end)]
    start, end = [m.start() for m in tokens], [m.end() for m in tokens]
    quotation, runs = [0] * len(tokens), []
    k = 0
    for number, quoted in enumerate(quotations, start=1):
        while k < len(tokens) and start[k] < quoted.start:
            k += 1
        first = k
        while k < len(tokens) and start[k] < quoted.end:
            quotation[k] = number
            k += 1
        runs.append((first, k))
    bounds, k = [], 0
    for sentence in sentences:
        first = k
        while k < len(tokens) and start[k] < sentence.end:
            k += 1
        if first < k:
            bounds += _parted_where_glued(tokens, first, k)
    word = [m.group() for m in tokens]
    lower = [w.lower() for w in word]
    return GermanText(
        text, word, lower, start, end, quotation, _join_quoted(bounds, quotation), runs
    )


def _parted_where_glued(tokens: Sequence[re.Match[str]], first: int, end: int) -> list[Run]:
    """Return the sentences of a run in which a space is missing: "sagte Ida Berg.Danach kam"."""
    found = []
    for i in range(first + 1, end - 1):
        is_end = tokens[i].group() in ".!?" and tokens[i - 1].group()[-1].islower()
        is_glued = is_end and tokens[i].end() == tokens[i + 1].start()
        if is_glued and tokens[i + 1].group()[0].isupper():
            found.append((first, i + 1))
            first = i + 1
    return [*found, (first, end)]


def _join_quoted(bounds: list[Run], quotation: list[int]) -> list[Run]:
    """Return the sentences, joined where one quotation runs over several."""
    joined: list[Run] = []
    for first, end in bounds:
        is_one = joined and quotation[first] and quotation[first] == quotation[joined[-1][1] - 1]
        if is_one and end - joined[-1][0] <= _MAX_SENTENCE:
            joined[-1] = (joined[-1][0], end)
        else:
            joined += _in_pieces(first, end)
    return joined


def _in_pieces(first: int, end: int) -> list[Run]:
    """Return a run cut where it is too long for a sentence, so that reading it stays linear."""
    starts = range(first, end, _MAX_SENTENCE)
    return [(start, min(start + _MAX_SENTENCE, end)) for start in starts]
