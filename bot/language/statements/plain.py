"""A statement as the command line writes it: plain data, offsets in code points."""

from typing import Any

from bot.model import Actor, Span, Statement


def to_json(statement: Statement) -> dict[str, Any]:
    """Give what one element of "statements" holds in `dateline statements --jsonl`."""
    return {
        "speaker": _span(statement.speaker),
        "actor": _actor(statement.actor),
        "cue": _span(statement.cue),
        "content": [_span(span) for span in statement.content],
        "form": statement.form.value,
        "stance": statement.stance.value,
        "via": statement.via.text if statement.via else None,
        "score": statement.score,
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return {"text": span.text, "start": span.start, "end": span.end} if span else None


def _actor(actor: Actor | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    return {
        "name": actor.name.text,
        "role": actor.role.text if actor.role else None,
        "kind": actor.kind.value,
    }
