"""A statement as the plain data of the command line's contract: words with their places, names in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.model import Span, Statement


def statement_json(statement: Statement) -> dict[str, Any]:
    """Give JSON-ready data; every {"text", "start", "end"} slices the text that was read."""
    actor = statement.actor
    return {
        "speaker": _place(statement.speaker),
        "actor": actor
        and {"name": actor.name.text, "role": actor.role.text if actor.role else None, "kind": actor.kind.value},
        "cue": _place(statement.cue),
        "content": [_place(span) for span in statement.content],
        "form": statement.form.value,
        "stance": statement.stance.value,
        "via": statement.via.text if statement.via else None,
        "score": round(statement.score, 4),
    }


def _place(span: Span | None) -> dict[str, Any] | None:
    return {"text": span.text, "start": span.start, "end": span.end} if span else None
