"""What a call brings with it, however it was sent, and how a call is refused."""

import json
from typing import Any

from bot.playground.workspace import JsonObject


class Refused(Exception):
    """Slack's answer to a call it does not do. `error` is Slack's name for the reason."""

    def __init__(self, error: str, *messages: str, status: int = 200, **more: object) -> None:
        self.error, self.status = error, status
        self.answer: JsonObject = {"ok": False, "error": error, **more}
        if messages:
            self.answer["response_metadata"] = {"messages": list(messages)}
        super().__init__(error)


class Args:
    """The arguments of a call: JSON bodies hold values, form bodies hold strings."""

    def __init__(self, values: JsonObject) -> None:
        self.values = values

    def has(self, key: str) -> bool:
        """Whether it was given."""
        return self.values.get(key) is not None

    def text(self, key: str, default: str = "") -> str:
        """Give a string."""
        value = self.values.get(key)
        return default if value is None else str(value)

    def needed(self, key: str) -> str:
        """Give a string that must be there."""
        value = self.text(key)
        if not value:
            raise Refused("invalid_arguments", f"[ERROR] missing required field: {key}")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give a boolean; forms write "true" or "1"."""
        value = self.values.get(key)
        return default if value is None else str(value).lower() in {"true", "1"}

    def whole(self, key: str, default: int) -> int:
        """Give a number."""
        try:
            return int(self.text(key) or default)
        except ValueError as e:
            raise Refused("invalid_arguments", f"[ERROR] must be an integer: {key}") from e

    def structure(self, key: str, error: str) -> Any:
        """Give a JSON value, which a form sends as a string; refuse with `error` what is no JSON."""
        value = self.values.get(key)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as e:
            raise Refused(error, f"[ERROR] not valid JSON: {key}") from e
