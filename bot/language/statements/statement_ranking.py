"""Rank statements by how much a reader needs them: named people, on the topic.

statements, article -> scores by speaker, central words, place, certainty -> best first
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language.lexicon import FIRST_AND_SECOND_PERSON, FUNCTION_WORDS
from bot.language.statements.sameness import content_words
from bot.model import ActorKind, Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_APOSTROPHE = re.compile("['’]")
# What each fact adds to a score.
SPEAKER_WEIGHTS = {
    ActorKind.PERSON: 0.30,
    ActorKind.ORGANISATION: 0.22,
    ActorKind.GROUP: 0.10,
    ActorKind.UNNAMED: 0.06,
}
ROLE_WEIGHT = 0.10
CENTRAL_WEIGHT = 0.40  # for words that the article repeats
OPENING_WEIGHT = 0.20  # for words of the article's opening, which says what it is about
FIGURE_WEIGHT = 0.05  # a figure is seldom an aside
EARLY_WEIGHT = 0.10
CERTAINTY_WEIGHT = 0.15
# What each takes away. A statement about oneself, or to "you", is often an aside.
PERSONAL_PENALTY = 0.05
SHORT_PENALTY, LONG_PENALTY = 0.25, 0.10
_MIN_WORDS, _MAX_WORDS = 4, 60
_COUNTED_WORDS = 6  # more central words than these add nothing
_OPENING_CHARS = 500
_MAX_SCORE = (
    SPEAKER_WEIGHTS[ActorKind.PERSON] + ROLE_WEIGHT + CENTRAL_WEIGHT + OPENING_WEIGHT
    + FIGURE_WEIGHT + EARLY_WEIGHT + CERTAINTY_WEIGHT
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Topic:
    """What an article is about.

    `weights` says how central each word is, 1 for the most frequent; `opening` are its first words.
    """

    weights: dict[str, float]
    opening: frozenset[str]
    chars: int


def rank_statements(
    statements: Sequence[tuple[Statement, float]], body: str
) -> tuple[Statement, ...]:
    """Return the statements with their scores, 0 to 1, best first.

    Each comes with how certain it is that somebody said it, 0 to 1.
    """
    if not statements:
        return ()
    topic = _find_topic(body)
    scored = [replace(s, score=_score(s, certainty, topic)) for s, certainty in statements]
    return tuple(sorted(scored, key=lambda s: (-s.score, s.content[0].start)))


def _score(statement: Statement, certainty: float, topic: _Topic) -> float:
    actor, start = statement.actor, statement.content[0].start
    score = CERTAINTY_WEIGHT * certainty
    if actor:
        score += SPEAKER_WEIGHTS[actor.kind] + ROLE_WEIGHT * (actor.role is not None)
    words = content_words(statement)
    weights = sorted((topic.weights.get(word, 0.0) for word in words), reverse=True)
    in_opening = min(_COUNTED_WORDS, len(words & topic.opening))
    score += CENTRAL_WEIGHT * sum(weights[:_COUNTED_WORDS]) / _COUNTED_WORDS
    score += OPENING_WEIGHT * in_opening / _COUNTED_WORDS
    score += EARLY_WEIGHT * (1 - start / max(1, topic.chars))
    said = [m.group().lower() for span in statement.content for m in _WORD.finditer(span.text)]
    is_personal = any(_APOSTROPHE.split(word)[0] in FIRST_AND_SECOND_PERSON for word in said)
    score += FIGURE_WEIGHT * any(word[0].isdigit() for word in said)
    score -= PERSONAL_PENALTY * is_personal
    score -= SHORT_PENALTY * (len(said) < _MIN_WORDS) + LONG_PENALTY * (len(said) > _MAX_WORDS)
    return round(max(0.0, score) / _MAX_SCORE, 4)


def _find_topic(body: str) -> _Topic:
    lower = body.lower()
    counts = Counter(word for word in _WORD.findall(lower) if word not in FUNCTION_WORDS)
    most = math.log1p(max(counts.values(), default=1))
    weights = {word: math.log1p(count) / most for word, count in counts.items()}
    return _Topic(weights, frozenset(_WORD.findall(lower, 0, _OPENING_CHARS)), len(body))
