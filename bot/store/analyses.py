"""An analysis as the store keeps it: codec's JSON without the words, which stand in the body anyway.

Written out, an article's sentences, extract and statements repeat its body three times over; without
them a row is half as long, and reading ten of them touches half as many pages.
"""

from __future__ import annotations

import json
from typing import Any

from bot import codec
from bot.model import Analysis, Span

_PLACE = {"start", "end"}
_FIELDS = len(_PLACE)  # to compare sets of names for each of an article's hundred spans took half of the reading


def pack(analysis: Analysis, body: str) -> str:
    """JSON in which a span of the body has lost its text; any other span keeps its own."""
    return json.dumps(_without_words(codec.dump(analysis), body), separators=(",", ":"))


def unpack(data: str, body: str) -> Analysis:
    """Slice the words out of the body again."""

    def with_words(found: dict[str, Any]) -> dict[str, Any]:
        if len(found) == _FIELDS and "start" in found and "end" in found:
            found["text"] = body[found["start"] : found["end"]]
        return found

    return codec.load(Analysis, json.loads(data, object_hook=with_words))


def _without_words(data: Any, body: str) -> Any:
    if isinstance(data, list):
        return [_without_words(each, body) for each in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {*_PLACE, "text"} and Span(**data).holds_in(body):
        return {"start": data["start"], "end": data["end"]}
    return {name: _without_words(value, body) for name, value in data.items()}
