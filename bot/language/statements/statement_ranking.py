"""Which statements a reader needs: people with names, on what the article is about, no two of the same."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language.lexicon import FUNCTION_WORDS
from bot.language.statements.sameness import content_words, is_same_statement
from bot.model import ActorKind, Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_APOSTROPHE = re.compile("['’]")
_ONESELF = frozenset(
    [
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
    ]
)
# How much a reader needs a voice: somebody to hold to their words, with an office, before nobody in particular.
VOICE = {
    ActorKind.PERSON: 0.30,
    ActorKind.ORGANISATION: 0.22,
    ActorKind.GROUP: 0.10,
    ActorKind.UNNAMED: 0.06,
}
OFFICE = 0.10
CENTRAL = 0.40  # where the article says its words again and again
ON_TOPIC = 0.20  # where they stand in the article's opening, which tells what it is about
TELLING = 6  # so many telling words are enough: who says more pays nothing for it, who says less has told less
OPENING = 500  # characters
FIGURE = 0.05  # a figure is seldom an aside
OF_ONESELF = 0.05  # what somebody says of themselves, or to whoever asks, often is
EARLY = 0.10
SURE = 0.15
TOO_SHORT, TOO_LONG = 0.25, 0.10  # under 4 words, over 60
MOST = VOICE[ActorKind.PERSON] + OFFICE + CENTRAL + ON_TOPIC + FIGURE + EARLY + SURE
TURN = 0.09  # what a voice loses for each statement of its own already chosen


def rank(found: Sequence[tuple[Statement, float]], body: str) -> tuple[Statement, ...]:
    """Give each its score, 0 to 1, and put the best first. Each comes with how surely it was said at all, 0 to 1."""
    if not found:
        return ()
    article = _Article.of(body)
    scored = [replace(s, score=_score(s, sure, article)) for s, sure in found]
    return tuple(sorted(scored, key=lambda s: (-s.score, s.content[0].start)))


def key_statements(statements: Sequence[Statement], limit: int = 3) -> tuple[Statement, ...]:
    """The best that say different things: no near-repeats, and not one voice alone where others spoke."""
    chosen: list[Statement] = []
    waiting = list(statements)
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda s: s.score - TURN * _times_heard(s, chosen))
        waiting.remove(best)
        if not any(is_same_statement(best, other) for other in chosen):
            chosen.append(best)
    return tuple(chosen)


def _times_heard(statement: Statement, chosen: Sequence[Statement]) -> int:
    name = statement.actor.name.text if statement.actor else ""
    return sum(1 for other in chosen if other.actor and other.actor.name.text == name)


def _score(s: Statement, sure: float, article: "_Article") -> float:
    score = SURE * sure
    if s.actor:
        score += VOICE[s.actor.kind] + OFFICE * (s.actor.role is not None)
    words = content_words(s)
    weights = sorted((article.weights.get(w, 0.0) for w in words), reverse=True)
    score += CENTRAL * sum(weights[:TELLING]) / TELLING
    score += ON_TOPIC * min(TELLING, len(words & article.opening)) / TELLING
    score += EARLY * (1 - s.content[0].start / max(1, article.length))
    said = [m.group().lower() for span in s.content for m in _WORD.finditer(span.text)]
    score += FIGURE * any(word[0].isdigit() for word in said)
    score -= OF_ONESELF * any(_APOSTROPHE.split(word)[0] in _ONESELF for word in said)
    score -= TOO_SHORT * (len(said) < 4) + TOO_LONG * (len(said) > 60)
    return round(max(0.0, score) / MOST, 4)


@dataclass(frozen=True, slots=True)
class _Article:
    """What the whole is about: how central each word is, 1 for the most frequent, and the words it opens with."""

    weights: dict[str, float]
    opening: frozenset[str]
    length: int

    @classmethod
    def of(cls, body: str) -> "_Article":
        low = body.lower()
        counts = Counter(word for word in _WORD.findall(low) if word not in FUNCTION_WORDS)
        most = math.log1p(max(counts.values(), default=1))
        opening = frozenset(_WORD.findall(low, 0, OPENING))
        return cls({word: math.log1p(n) / most for word, n in counts.items()}, opening, len(body))
