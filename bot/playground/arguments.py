"""The arguments of a Web API call, and the error that Slack answers instead of a result."""

import json
from typing import Any

from bot.playground.workspace import JsonObject


class ApiError(Exception):
    """Slack's answer to a call that failed; `error` is Slack's name for the reason.

    `messages` go into the answer's `response_metadata`, `fields` into the answer itself.
    """

    def __init__(self, error: str, *messages: str, status: int = 200, **fields: object) -> None:
        self.error, self.messages, self.status = error, messages, status
        self.answer: JsonObject = {"ok": False, "error": error, **fields}
        if messages:
            self.answer["response_metadata"] = {"messages": list(messages)}
        super().__init__(error)


class Arguments:
    """The arguments of a call: a JSON body holds values, a form body only strings."""

    def __init__(self, values: JsonObject) -> None:
        self.values = values

    def has(self, key: str) -> bool:
        """Whether the argument was given."""
        return self.values.get(key) is not None

    def text(self, key: str, default: str = "") -> str:
        """Return a string."""
        return str(self.values[key]) if self.has(key) else default

    def required_text(self, key: str) -> str:
        """Return a string; raise ApiError if it is missing or empty."""
        value = self.text(key)
        if not value:
            raise ApiError("invalid_arguments", f"[ERROR] missing required field: {key}")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, by default False; a form writes "true" or "1"."""
        return self.text(key).lower() in {"true", "1"}

    def integer(self, key: str, default: int) -> int:
        """Return a whole number; raise ApiError for anything else."""
        try:
            return int(self.text(key) or default)
        except ValueError as e:
            raise ApiError("invalid_arguments", f"[ERROR] must be an integer: {key}") from e

    def json(self, key: str, error: str) -> Any:
        """Return a JSON value, which a form sends as a string; raise ApiError named `error`."""
        value = self.values.get(key)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as e:
            raise ApiError(error, f"[ERROR] not valid JSON: {key}") from e
