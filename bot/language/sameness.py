"""Are two statements one, told twice? The one place that says so, within an article and across outlets.

"the bridge is safe", said Lee  =  "the bridge is safe and open", Lee said
"the bridge is safe", said Lee  ≠  "the bridge is not safe", said Lee  ≠  "the bridge is safe", said Berg
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.language.lexicon import FUNCTION_WORDS
from bot.model import ActorKind, Stance

if TYPE_CHECKING:
    from bot.model import Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SHARED = 0.55  # of the shorter one's words, where one voice speaks
_SHARED_BY_NOBODY = 0.8  # the same where a nameless voice repeats another
_NEGATIONS = frozenset(["not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot"])


def same_statement(one: Statement, other: Statement) -> bool:
    """Whether one voice says the same twice: in nearly the same words, with the same numbers, neither denying it.

    Two people with names never share a statement; a nameless voice may repeat a named one.
    """
    if _turned_round(one) != _turned_round(other) or _numbers_differ(one, other):
        return False
    mine, theirs = _speaker(one), _speaker(other)
    if mine and theirs and mine != theirs:
        return False
    a, b = content_words(one), content_words(other)
    share = _SHARED if mine == theirs else _SHARED_BY_NOBODY
    return bool(a and b) and len(a & b) >= share * min(len(a), len(b))


def content_words(statement: Statement) -> frozenset[str]:
    """The words of what was said, in lower case, without those that only hold a sentence together."""
    return frozenset(w for w in _words(statement) if w not in FUNCTION_WORDS)


def _words(statement: Statement) -> list[str]:
    return [m.group().lower() for span in statement.content for m in _WORD.finditer(span.text)]


def _speaker(statement: Statement) -> str:
    """The last word of a name; nothing for a voice without one."""
    actor = statement.actor
    if actor is None or actor.kind in {ActorKind.UNNAMED, ActorKind.GROUP}:
        return ""
    words = actor.name.text.casefold().split()
    return words[-1] if words else ""


def _turned_round(statement: Statement) -> bool:
    """Whether it denies what its words affirm, by a negation in them or by its cue."""
    cue = statement.cue.text.lower() if statement.cue else ""
    told = [*_words(statement), *_WORD.findall(cue)]
    negations = [w for w in told if w in _NEGATIONS or w.endswith(("n't", "n’t"))]
    return bool(len(negations) % 2) is not (statement.stance is Stance.DENIES)


def _numbers_differ(one: Statement, other: Statement) -> bool:
    a, b = ({w for w in _words(s) if w[0].isdigit()} for s in (one, other))
    return bool(a and b) and not (a <= b or b <= a)
