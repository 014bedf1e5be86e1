"""An analysis as the store keeps it: codec's JSON without the words, which stand in the body anyway.

Written out, an article's sentences, extract and statements repeat its body three times over; without
them a row is half as long, and reading ten of them touches half as many pages.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from threading import Lock
from typing import Any

from bot import codec
from bot.model import Analysis, Span

_PLACE = {"start", "end"}
# A day's news that several channels are told of in one minute; some 20 KB each.
_KEPT = 1_000


def pack(analysis: Analysis, body: str) -> str:
    """JSON in which a span of the body has lost its text; any other span keeps its own."""
    return json.dumps(_without_words(codec.dump(analysis), body), separators=(",", ":"))


def unpack(data: str, body: str) -> Analysis:
    """Slice the words out of the body again."""

    def with_words(found: dict[str, Any]) -> dict[str, Any]:
        if found.keys() == _PLACE:
            found["text"] = body[found["start"] : found["end"]]
        return found

    return codec.load(Analysis, json.loads(data, object_hook=with_words))


class Unpacked:
    """Analyses that were unpacked of late: one story is read for many channels, and its row never changes but once.

    Used from several threads.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[int, tuple[str, Analysis]] = OrderedDict()
        self._lock = Lock()

    def unpack(self, article: int, data: str, body: str) -> Analysis:
        """As the function; what an article was once found to hold is given again while its row stays as it is."""
        with self._lock:
            known, found = self._held.get(article, ("", None))
            if found is not None and known == data:
                self._held.move_to_end(article)
                return found
        found = unpack(data, body)
        with self._lock:
            self._held[article] = (data, found)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return found


def _without_words(data: Any, body: str) -> Any:
    if isinstance(data, list):
        return [_without_words(each, body) for each in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {*_PLACE, "text"} and Span(**data).holds_in(body):
        return {"start": data["start"], "end": data["end"]}
    return {name: _without_words(value, body) for name, value in data.items()}
