"""Decide whether two statements are the same, within an article and across outlets.

"the bridge is safe", said Lee  =  "the bridge is safe and open", Lee said
"the bridge is safe", said Lee  ≠  "the bridge is not safe", said Lee
"the bridge is safe", said Lee  ≠  "the bridge is safe", said Berg
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.language.lexicon import FUNCTION_WORDS, NEGATIONS, OTHER_NEGATIONS
from bot.model import ActorKind, Stance, Statement

_DENYING = NEGATIONS | OTHER_NEGATIONS  # in whatever language
WORD = re.compile(r"\w+(?:['’]\w+)*")
# The share of the shorter statement's words that the longer one must hold, and how few words
# prove nothing unless they are equal. An unnamed speaker needs more of both.
_MIN_SHARED, _MIN_SHARED_UNNAMED = 0.55, 0.8
_MIN_WORDS, _MIN_WORDS_UNNAMED = 2, 3
NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "dozens": "dozens",
    "hundred": "hundred", "hundreds": "hundreds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementFingerprint:
    """The facts that tell a statement from others.

    `speaker` is the last word of the speaker's name, "" for an unnamed one. `text` holds all words
    in order, `words` the content words, `numbers` the numbers as figures. `is_negated` says whether
    the content denies something, `cue_denies` whether the cue does.
    """

    speaker: str
    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    is_negated: bool
    cue_denies: bool

    @classmethod
    def from_statement(cls, statement: Statement) -> "StatementFingerprint":
        """Return the fingerprint of a statement."""
        cue = statement.cue.text if statement.cue else ""
        texts = (span.text for span in statement.content)
        return cls.from_words(_speaker_name(statement), texts, cue, statement.stance)

    @classmethod
    def from_words(
        cls, speaker: str, texts: Iterable[str], cue: str, stance: Stance
    ) -> "StatementFingerprint":
        """Return the fingerprint of words said by `speaker`, the last word of a name or ""."""
        text = " ".join(WORD.findall(" ".join(texts))).lower()
        words = text.split()
        distinct = frozenset(words)
        numbers = frozenset(
            NUMBER_WORDS.get(word, word)
            for word in distinct
            if word in NUMBER_WORDS or word[0].isdigit()
        )
        cue_denies = _is_negated(WORD.findall(cue.lower())) is not (stance is Stance.DENIES)
        content = distinct - FUNCTION_WORDS or distinct
        return cls(speaker, text, content, numbers, _is_negated(words), cue_denies)

    def is_same(self, other: "StatementFingerprint") -> bool:
        """Return whether both are one statement: nearly the same words, no other number or denial.

        Two named people never share a statement; an unnamed speaker may repeat a named one.
        """
        if self.speaker and other.speaker and self.speaker != other.speaker:
            return False
        if self._contradicts(other):
            return False
        if not (self.numbers <= other.numbers or other.numbers <= self.numbers):
            return False
        one_speaker = bool(self.speaker) and self.speaker == other.speaker
        min_words = _MIN_WORDS if one_speaker else _MIN_WORDS_UNNAMED
        min_shared = _MIN_SHARED if one_speaker else _MIN_SHARED_UNNAMED
        shorter = min(len(self.words), len(other.words))
        if shorter < min_words:
            return self.words == other.words
        return len(self.words & other.words) >= min_shared * shorter

    def _contradicts(self, other: "StatementFingerprint") -> bool:
        """Return whether one denies what the other says.

        A copy that was cut before its "and nobody would" contradicts nothing.
        """
        if (self.is_negated != self.cue_denies) == (other.is_negated != other.cue_denies):
            return False
        shorter, longer = sorted((self.text, other.text), key=len)
        return self.cue_denies != other.cue_denies or not longer.startswith(f"{shorter} ")


def content_words(statement: Statement) -> frozenset[str]:
    """Return the lower-case words of what was said, without function words."""
    words = (m.group().lower() for span in statement.content for m in WORD.finditer(span.text))
    return frozenset(word for word in words if word not in FUNCTION_WORDS)


def last_name(name: str) -> str:
    """Return the last word of a name in lower case, "" for an empty name."""
    return next(reversed(name.casefold().split()), "")


def _speaker_name(statement: Statement) -> str:
    actor = statement.actor
    if actor is None or actor.kind in {ActorKind.UNNAMED, ActorKind.GROUP}:
        return ""
    return last_name(actor.name.text)


def _is_negated(words: Iterable[str]) -> bool:
    """Return whether an odd number of words negate: two negations cancel out."""
    return sum(word in _DENYING or word.endswith(("n't", "n’t")) for word in words) % 2 == 1
