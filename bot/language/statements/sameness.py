"""Are two statements one, told twice? The one place that says so, within an article and across outlets.

"the bridge is safe", said Lee  =  "the bridge is safe and open", Lee said
"the bridge is safe", said Lee  ≠  "the bridge is not safe", said Lee  ≠  "the bridge is safe", said Berg
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.language.words.lexicon import FUNCTION_WORDS
from bot.model import ActorKind, Stance, Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SHARED = 0.55  # of the shorter one's words, where one voice speaks
_SHARED_BY_NOBODY = 0.8  # the same where a nameless voice repeats another
_FEWEST, _FEWEST_BY_NOBODY = (
    2,
    3,
)  # fewer words than these prove nothing, unless they are all there is
_NEGATIONS = frozenset(
    ["not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot"]
)
NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "dozens": "dozens",
    "hundred": "hundred", "hundreds": "hundreds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gist:
    """What tells a statement from others: whose it is ("" for a voice without a name), its words, its numbers.

    `told` are all its words in order; `negated` says whether they deny something, `denied` whether its cue does.
    """

    speaker: str
    told: str
    words: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    denied: bool

    @classmethod
    def of(cls, statement: Statement) -> "Gist":
        """The gist of a statement."""
        cue = statement.cue.text if statement.cue else ""
        return gist(
            _speaker(statement), (span.text for span in statement.content), cue, statement.stance
        )

    def is_same(self, other: "Gist") -> bool:
        """Whether one voice says the same twice: nearly the same words and the same numbers, neither denying it.

        Two people with names never share a statement; a nameless voice may repeat a named one.
        """
        if self.speaker and other.speaker and self.speaker != other.speaker:
            return False
        if self._contradicts(other) or not (
            self.numbers <= other.numbers or other.numbers <= self.numbers
        ):
            return False
        one_voice = bool(self.speaker) and self.speaker == other.speaker
        fewest, share = (_FEWEST, _SHARED) if one_voice else (_FEWEST_BY_NOBODY, _SHARED_BY_NOBODY)
        shorter = min(len(self.words), len(other.words))
        if shorter < fewest:
            return self.words == other.words
        return len(self.words & other.words) >= share * shorter

    def _contradicts(self, other: "Gist") -> bool:
        """Whether one denies what the other says; a copy that was cut before its "and nobody would" does not."""
        if (self.negated != self.denied) == (other.negated != other.denied):
            return False
        shorter, longer = sorted((self.told, other.told), key=len)
        return self.denied != other.denied or not longer.startswith(f"{shorter} ")


def gist(speaker: str, texts: Iterable[str], cue: str, stance: Stance) -> Gist:
    """The gist of words, by the last word of whoever said them."""
    told = " ".join(_WORD.findall(" ".join(texts))).lower()
    words = told.split()
    each = frozenset(words)
    numbers = frozenset(
        [NUMBER_WORDS.get(w, w) for w in each if w in NUMBER_WORDS or w[0].isdigit()]
    )
    denied = _is_negated(_WORD.findall(cue.lower())) is not (stance is Stance.DENIES)
    return Gist(speaker, told, each - FUNCTION_WORDS or each, numbers, _is_negated(words), denied)


def same_statement(one: Statement, other: Statement) -> bool:
    """Whether two statements are one, told twice; see `Gist.is_same`."""
    return Gist.of(one).is_same(Gist.of(other))


def content_words(statement: Statement) -> frozenset[str]:
    """The words of what was said, in lower case, without those that only hold a sentence together."""
    words = (m.group().lower() for span in statement.content for m in _WORD.finditer(span.text))
    return frozenset(w for w in words if w not in FUNCTION_WORDS)


def last_word(name: str) -> str:
    """By which a voice is known: the last word of a name."""
    return next(reversed(name.casefold().split()), "")


def _speaker(statement: Statement) -> str:
    """The last word of a name; nothing for a voice without one."""
    actor = statement.actor
    nameless = actor is None or actor.kind in {ActorKind.UNNAMED, ActorKind.GROUP}
    return "" if actor is None or nameless else last_word(actor.name.text)


def _is_negated(told: Iterable[str]) -> bool:
    """Whether words deny what they would affirm: two negations lift each other."""
    return len([w for w in told if w in _NEGATIONS or w.endswith(("n't", "n’t"))]) % 2 == 1
