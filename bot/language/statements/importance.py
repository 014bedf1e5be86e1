"""Which statements a reader needs: named and titled before unnamed, central, told in a verb, no two of the same."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.language.statements.sameness import content_words, same_statement
from bot.language.words.lexicon import FUNCTION_WORDS
from bot.model import ActorKind, Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")
# How much a reader needs a voice: somebody to hold to their words, with an office, before nobody in particular.
VOICE = {
    ActorKind.PERSON: 0.30,
    ActorKind.ORGANISATION: 0.22,
    ActorKind.GROUP: 0.10,
    ActorKind.UNNAMED: 0.06,
}
FORM = {Form.DIRECT: 0.08, Form.MIXED: 0.08, Form.INDIRECT: 0.04}
OFFICE = 0.10
OFTEN = 0.04  # for each further statement of that voice in the article, up to three
CENTRAL = 0.20
EARLY = 0.10
SURE = 0.15
TOO_SHORT, TOO_LONG = 0.25, 0.10  # under 4 words, over 60
TURN = 0.12  # what a voice loses for each statement of its own already chosen


def rank(found: Sequence[tuple[Statement, float]], body: str) -> tuple[Statement, ...]:
    """Give each its score, 0 to 1, and put the best first. Each comes with how surely it was said at all, 0 to 1."""
    if not found:
        return ()
    weights = _weights(body)
    voices = Counter(s.actor.name.text for s, _ in found if s.actor)
    scored = [replace(s, score=_score(s, sure, weights, voices, len(body))) for s, sure in found]
    return tuple(sorted(scored, key=lambda s: (-s.score, s.content[0].start)))


def key_statements(statements: Sequence[Statement], limit: int = 3) -> tuple[Statement, ...]:
    """The best that say different things: no near-repeats, and not one voice alone where others spoke."""
    chosen: list[Statement] = []
    waiting = list(statements)
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda s: s.score - TURN * _times_heard(s, chosen))
        waiting.remove(best)
        if not any(same_statement(best, other) for other in chosen):
            chosen.append(best)
    return tuple(chosen)


def _times_heard(statement: Statement, chosen: Sequence[Statement]) -> int:
    name = statement.actor.name.text if statement.actor else ""
    return sum(1 for other in chosen if other.actor and other.actor.name.text == name)


def _score(s: Statement, sure: float, weights: dict[str, float], voices: Counter[str], length: int) -> float:
    score = 0.05 + SURE * sure
    if s.actor:
        score += VOICE[s.actor.kind]
        score += OFFICE * (s.actor.role is not None) + OFTEN * min(3, voices[s.actor.name.text] - 1)
    words = content_words(s)
    if words:
        score += CENTRAL * sum(weights.get(w, 0.0) for w in words) / len(words)
    score += FORM[s.form]
    score += EARLY * (1 - s.content[0].start / max(1, length))
    said = sum(len(_WORD.findall(span.text)) for span in s.content)
    score -= TOO_SHORT * (said < 4) + TOO_LONG * (said > 60)
    return round(min(1.0, max(0.0, score)), 4)


def _weights(body: str) -> dict[str, float]:
    """How central a word is: how often the article says it, 1 for the most frequent."""
    counts = Counter(w for w in _WORD.findall(body.lower()) if w not in FUNCTION_WORDS)
    most = max(counts.values(), default=1)
    return {w: math.log1p(n) / math.log1p(most) for w, n in counts.items()}
