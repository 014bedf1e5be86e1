"""Turn bytes into Articles, or raise SourceUnreadable in a person's words. Pure functions."""

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.model import Article, Turn
from bot.model.errors import SourceUnreadable
from bot.model.messages import Messages

if TYPE_CHECKING:
    from bot.reading.sniffing import read

__all__ = ["article_json", "messages", "read", "unreadable"]

messages = Messages("bot.reading")

# Order matters to whoever reads the output of `dateline parse --json`.
_JSON_FIELDS = (
    "guid version headline byline source published updated language url status embargoed body"
    " digital_source_type"
)


def __getattr__(name: str) -> Any:
    """Load the readers when `read` is asked for: analysis needs the marks of turns alone."""
    if name == "read":
        return import_module("bot.reading.sniffing").read
    raise AttributeError(name)


def unreadable(key: str, **values: object) -> SourceUnreadable:
    """Return the error that says so in the words of `data/messages.toml`, to be raised."""
    return SourceUnreadable(messages.text(key, **values))


def article_json(article: Article) -> dict[str, Any]:
    """Return an article as plain data, its fields in a fixed order, times in ISO 8601.

    A transcript has its "turns" as well, with offsets into "body".
    """
    values = ((name, getattr(article, name)) for name in _JSON_FIELDS.split())
    fields = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values
    }
    return fields | {"turns": list(map(_turn_json, article.turns))} if article.turns else fields


def _turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "kind": turn.kind,
        "speaker": turn.speaker.text if turn.speaker else None,
        "role": turn.role.text if turn.role else None,
        "seconds": turn.times[0][1] if turn.times else None,
        "words": [{"text": w.text, "start": w.start, "end": w.end} for w in turn.words],
    }
