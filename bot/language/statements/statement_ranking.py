"""Rank statements by how likely an editor is to show them in a digest.

statements, article -> facts about each (`FACTS`) -> weights -> a chance, 0 to 1 -> best first

What is no whole statement (a deed, a wish, a scrap) and unlikely too has a chance of 0: it is
found, and never shown. The weights are learned by logistic regression from what an editor would
show of articles, with our own pairs of statements beside them: `python -m training.ranking DATA`
learns and cross-validates them, and `python -m tests.bench.ranking DATA` prints what each is worth.
The parts of `topic` are weighed by hand, about as likeness to highlights weighs them: the editor's
articles are too few to tell them apart.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language.lexicon import EVIDENCE, FUNCTION_WORDS, PLEASANTRIES
from bot.language.roles import head_of
from bot.language.statements.sameness import WORD, content_words
from bot.model import QuotationType, Statement
from bot.model.transcripts import is_question

# What each fact adds to the log odds.
BIAS = -8.90
WEIGHTS = {
    "direct": 1.28,  # all of it is quoted
    "certain": 0.39,  # log odds that the reading is right
    "spoken": 1.39,  # by a word of speech, not of thought, deed or evidence
    "length": 3.52,  # in words, up to 12
    "role": 0.54,  # the speaker's is told
    "actor": 1.05,  # somebody said it
    "topic": 2.12,  # it is what the story is about
    "aside": -2.80,  # a question, or thanks
}
FACTS = tuple(WEIGHTS)
# The chance below which nothing is shown, and that for what is no whole statement.
MIN_CHANCE, MIN_CHANCE_OF_FRAGMENT = 0.1, 0.3
MIN_CERTAINTY = 0.5  # of a whole statement
# What makes a statement's topic the story's.
CENTRAL_WEIGHT = 1.0  # words that the article repeats
EARLY_WEIGHT = 0.3  # its place
HEADLINE_WEIGHT = 0.4
OPENING_WEIGHT = 0.4
_COUNTED_WORDS = 6  # more central words than these add nothing
_COUNTED_HEADLINE_WORDS = 3
_ENOUGH_WORDS = 12
_MIN_DOUBT = 0.01
_OPENING_CHARS = 500
_MAX_HEADLINE_WORDS = 20
_SENTENCE_ENDS = '.!"”'


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A statement with what its grammar tells about it.

    `certainty` is how surely it was read rightly, 0 to 1; `is_spoken`, whether a verb of speech, a
    mark or "according to" reports it; `has_verb`, whether what was said has a verb. `weight` is
    less than 1 for what tells a reader of a transcript less.
    """

    statement: Statement
    certainty: float
    is_spoken: bool
    has_verb: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Topic:
    """What an article is about.

    `weights` says how central each word is, 1 for the most frequent; `headline` and `opening` are
    the words of these.
    """

    weights: dict[str, float]
    headline: frozenset[str]
    opening: frozenset[str]
    chars: int
    function_words: frozenset[str]


def rank_statements(
    found: Sequence[FoundStatement],
    body: str,
    headline: str | None = None,
    function_words: frozenset[str] = FUNCTION_WORDS,
) -> tuple[Statement, ...]:
    """Return the statements with their scores, 0 to 1, best first.

    Without a headline the body's first line is taken for it if it looks like one. The function
    words are those of the text's language.
    """
    facts_of_each = find_facts(found, body, headline, function_words)
    scored = [
        replace(each.statement, score=_score(each, facts))
        for each, facts in zip(found, facts_of_each, strict=True)
    ]
    return tuple(sorted(scored, key=lambda s: (-s.score, s.content[0].start)))


def find_facts(
    found: Sequence[FoundStatement],
    body: str,
    headline: str | None = None,
    function_words: frozenset[str] = FUNCTION_WORDS,
) -> list[dict[str, float]]:
    """Return the facts about each statement that its score is computed from."""
    topic = _find_topic(body, headline, function_words)
    return [_find_facts(each, topic) for each in found]


def _score(found: FoundStatement, facts: dict[str, float]) -> float:
    odds = BIAS + sum(WEIGHTS[name] * fact for name, fact in facts.items())
    return round(gate(found, 1 / (1 + math.exp(-odds))) * found.weight, 4)


def gate(found: FoundStatement, chance: float) -> float:
    """Return the chance that a statement is shown, or 0 for what should never be.

    What nobody is told to have said, by no word of speech, never is, nor what data show.
    """
    is_nobodys = found.statement.actor is None and not found.is_spoken
    if is_nobodys or _is_evidence(found.statement):
        return 0.0
    least = MIN_CHANCE if _is_whole(found) else MIN_CHANCE_OF_FRAGMENT
    return chance if chance >= least else 0.0


def _is_evidence(statement: Statement) -> bool:
    """Return whether data without a name tell it in nobody's words: "a new poll", "research"."""
    if statement.actor is None or statement.form is QuotationType.DIRECT:
        return False
    words = head_of(statement.actor.name.text).split()
    while words and words[-1].endswith("ed"):  # "a poll | conducted by"
        words.pop()
    is_named = any(word[0].isupper() for word in statement.actor.name.text.split()[1:])
    return not is_named and not EVIDENCE.isdisjoint(word.lower() for word in words[-1:])


def _is_whole(found: FoundStatement) -> bool:
    """Return whether somebody likely said something with a verb, or words that are quoted."""
    statement = found.statement
    is_complete = found.has_verb or statement.form is QuotationType.DIRECT
    is_sure = found.is_spoken and found.certainty >= MIN_CERTAINTY
    return is_sure and is_complete and statement.actor is not None


def _find_facts(found: FoundStatement, topic: _Topic) -> dict[str, float]:
    statement = found.statement
    certainty = min(1 - _MIN_DOUBT, max(_MIN_DOUBT, found.certainty))
    words = sum(len(WORD.findall(span.text)) for span in statement.content)
    return {
        "direct": float(statement.form is QuotationType.DIRECT),
        "certain": math.log(certainty / (1 - certainty)),
        "spoken": float(found.is_spoken),
        "length": min(1.0, words / _ENOUGH_WORDS),
        "role": float(statement.actor is not None and statement.actor.role is not None),
        "actor": float(statement.actor is not None),
        "topic": _measure_topic(statement, topic),
        "aside": float(_is_aside(statement)),
    }


def _is_aside(statement: Statement) -> bool:
    """Return whether a statement asks, greets or thanks."""
    asks = is_question(statement.content[-1].text)
    return asks or not content_words(statement).isdisjoint(PLEASANTRIES)


def _measure_topic(statement: Statement, topic: _Topic) -> float:
    """Return how much of the story's topic is in a statement."""
    words = content_words(statement) - topic.function_words
    weights = sorted((topic.weights.get(word, 0.0) for word in words), reverse=True)
    in_headline = min(_COUNTED_HEADLINE_WORDS, len(words & topic.headline))
    in_opening = min(_COUNTED_WORDS, len(words & topic.opening))
    return (
        CENTRAL_WEIGHT * sum(weights[:_COUNTED_WORDS]) / _COUNTED_WORDS
        + EARLY_WEIGHT * (1 - statement.content[0].start / max(1, topic.chars))
        + HEADLINE_WEIGHT * in_headline / _COUNTED_HEADLINE_WORDS
        + OPENING_WEIGHT * in_opening / _COUNTED_WORDS
    )


def _find_topic(body: str, headline: str | None, function_words: frozenset[str]) -> _Topic:
    lower = body.lower()
    counts = Counter(word for word in WORD.findall(lower) if word not in function_words)
    most = math.log1p(max(counts.values(), default=1))
    weights = {word: math.log1p(count) / most for word, count in counts.items()}
    headline_words = WORD.findall((headline or _headline_of(body)).lower())
    opening = WORD.findall(lower, 0, _OPENING_CHARS)
    return _Topic(weights, frozenset(headline_words), frozenset(opening), len(body), function_words)


def _headline_of(body: str) -> str:
    """Return the first line of a body if it is no sentence, else ""."""
    line = body.strip().partition("\n")[0].rstrip()
    is_headline = line[-1:] not in _SENTENCE_ENDS and len(line.split()) <= _MAX_HEADLINE_WORDS
    return line if is_headline else ""
