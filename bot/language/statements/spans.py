"""Find the spans of a text that statements of any language need."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from bot.language.sentences import sentence_at
from bot.model import QuotationType, Span, Statement

# No article is longer. The rest is not searched; `count_unsearched` says how much that is.
MAX_TEXT_CHARS = 100_000


def count_unsearched(body: str) -> int:
    """Return how many characters at the end of a text `find_statements` does not search."""
    return max(0, len(body) - MAX_TEXT_CHARS)


def searched_sentences(body: str, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences that begin within the searched part, the last one cut at its end."""
    searched = [s for s in sentences if s.start < MAX_TEXT_CHARS]
    if searched and searched[-1].end > MAX_TEXT_CHARS:
        searched[-1] = Span.of(body, searched[-1].start, MAX_TEXT_CHARS)
    return searched


def sentence_around(text: str, sentences: Sequence[Span], parts: Sequence[Span]) -> Span:
    """Return the sentence, or the run of sentences, that holds all parts of a statement."""
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    first = sentence_at(sentences, start)
    last = min(len(sentences) - 1, bisect_left(sentences, end, key=lambda s: s.end))
    return Span.of(text, min(start, sentences[first].start), max(end, sentences[last].end))


def quotation_type(quoted: Sequence[bool]) -> QuotationType:
    """Return the form of what was said, by whether each of its words stands in quote marks."""
    if not any(quoted):
        return QuotationType.INDIRECT
    return QuotationType.DIRECT if all(quoted) else QuotationType.MIXED


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """Return one element of "statements" in `dateline statements --jsonl`: code point offsets."""
    actor = statement.actor
    return {
        "speaker": _span_to_json(statement.speaker),
        "actor": actor
        and {
            "name": actor.name.text,
            "role": actor.role.text if actor.role else None,
            "kind": actor.kind.value,
        },
        "cue": _span_to_json(statement.cue),
        "content": [_span_to_json(span) for span in statement.content],
        "form": statement.form.value,
        "stance": statement.stance.value,
        "via": statement.via.text if statement.via else None,
        "score": statement.score,
        "line": [_span_to_json(span) for span in statement.shown],
    }


def _span_to_json(span: Span | None) -> dict[str, Any] | None:
    return {"text": span.text, "start": span.start, "end": span.end} if span else None
