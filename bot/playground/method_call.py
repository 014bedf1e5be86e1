"""A call of a Web API method, and the error that Slack answers instead of a result."""

import json
from typing import Any

from bot.playground.slack_objects import BOT_USER_ID, JsonObject
from bot.playground.workspace import Channel, SlackUser, Workspace


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


class MethodCall:
    """A call by its arguments; every method that reads them raises ApiError for a bad one.

    A JSON body holds `values`, a form body only strings. `number` is the call's in the workspace.
    """

    def __init__(self, workspace: Workspace, values: JsonObject, number: int | None = None) -> None:
        self.workspace, self.values, self.number = workspace, values, number

    def has(self, key: str) -> bool:
        """Return whether the argument was given."""
        return self.values.get(key) is not None

    def text(self, key: str, default: str = "") -> str:
        """Return a string."""
        return str(self.values[key]) if self.has(key) else default

    def required_text(self, key: str) -> str:
        """Return a string that is not empty."""
        value = self.text(key)
        if not value:
            raise ApiError("invalid_arguments", f"[ERROR] missing required field: {key}")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, by default False; a form writes "true" or "1"."""
        return self.text(key).lower() in {"true", "1"}

    def integer(self, key: str, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.text(key) or default)
        except ValueError as e:
            raise ApiError("invalid_arguments", f"[ERROR] must be an integer: {key}") from e

    def json(self, key: str, error: str) -> Any:
        """Return a JSON value, which a form sends as a string; `error` names what is none."""
        value = self.values.get(key)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as e:
            raise ApiError(error, f"[ERROR] not valid JSON: {key}") from e

    def get_user(self, user: str) -> SlackUser:
        """Return a user by id."""
        if user not in self.workspace.users:
            raise ApiError("user_not_found")
        return self.workspace.users[user]

    def get_channel(self) -> Channel:
        """Return the channel, if the bot may know of it."""
        channel = self.workspace.find_channel(self.text("channel"))
        if channel is None or (channel.kind == "private" and BOT_USER_ID not in channel.members):
            raise ApiError("channel_not_found")
        return channel

    def get_writable_channel(self) -> Channel:
        """Return the channel, if the bot may write to it."""
        channel = self.get_channel()
        if channel.archived:
            raise ApiError("is_archived")
        if BOT_USER_ID not in channel.members and "chat:write.public" not in self.workspace.scopes:
            raise ApiError("not_in_channel")
        return channel

    def require_scope(self, scope: str) -> None:
        """Raise ApiError if the app was not granted a scope."""
        granted = self.workspace.scopes
        if scope not in granted:
            raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(granted)))
