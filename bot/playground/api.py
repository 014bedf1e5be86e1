"""Slack's Web API over HTTP at /api/{method}, and the response_url addresses at /response/….

Tests may order calls to fail: see `FaultInjector`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.playground import channel_methods, chat_methods, view_methods
from bot.playground.arguments import ApiError, Arguments
from bot.playground.files import FileUploads
from bot.playground.workspace import ApiCall, JsonObject, Workspace

# A method gets the workspace, the arguments, and the number of the call.
Method = Callable[[Workspace, Arguments, int], JsonObject]

# Each method with the scope that it needs; "" where none, or where it depends on the channel.
METHODS: Mapping[str, tuple[Method, str]] = {
    "auth.test": (channel_methods.auth_test, ""),
    "blocks.validate": (view_methods.validate_blocks, ""),
    "bots.info": (channel_methods.bot_info, "users:read"),
    "chat.postEphemeral": (chat_methods.post_ephemeral, "chat:write"),
    "chat.postMessage": (chat_methods.post_message, "chat:write"),
    "chat.update": (chat_methods.update_message, "chat:write"),
    "conversations.history": (channel_methods.channel_history, ""),
    "conversations.info": (channel_methods.channel_info, ""),
    "conversations.open": (channel_methods.open_direct_channel, "im:write"),
    "conversations.replies": (channel_methods.thread_replies, ""),
    "users.conversations": (channel_methods.user_channels, ""),
    "users.info": (channel_methods.user_info, "users:read"),
    "views.open": (view_methods.open_view, ""),
    "views.publish": (view_methods.publish_view, ""),
    "views.push": (view_methods.push_view, ""),
    "views.update": (view_methods.update_view, ""),
}


# --- injected faults ------------------------------------------------------------------------------


class FailureMode(StrEnum):
    """The ways in which a call fails."""

    ERROR = "error"  # a refusal in Slack's own shape
    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After
    STATUS = "status"  # another HTTP status and no JSON
    HANG_BEFORE = "hang_before"  # nothing is done, nothing is answered
    HANG_AFTER = "hang_after"  # it is done, but nothing is answered
    DROP_BEFORE = "drop_before"  # nothing is done, the connection breaks
    DROP_AFTER = "drop_after"  # it is done, the connection breaks in the answer


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure to come.

    `code` is Slack's error name; `retry_after` is in seconds.
    """

    how: FailureMode
    code: str = "fatal_error"
    status: int = 500
    retry_after: int = 1


class FaultInjector:
    """Failures ordered for calls to come; the first one ordered is the first to happen."""

    def __init__(self) -> None:
        self.pending: list[tuple[str, Fault]] = []

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        """Make the next `times` calls of a method fail; "*" is any method."""
        self.pending += [(method, fault)] * times

    def take(self, method: str) -> Fault | None:
        """Return the failure of this call, if one was ordered."""
        for index, (name, fault) in enumerate(self.pending):
            if name in {method, "*"}:
                del self.pending[index]
                return fault
        return None

    def clear(self) -> None:
        """Cancel all failures."""
        self.pending.clear()


class _BrokenResponse(Response):
    """A response that is shorter than it says: the server then closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


async def _fail_silently(request: Request, fault: Fault) -> Response:
    """Send nothing until the caller gives up, or break the connection in the answer."""
    if fault.how in {FailureMode.HANG_BEFORE, FailureMode.HANG_AFTER}:
        while (await request.receive())["type"] != "http.disconnect":
            pass
    return _BrokenResponse()


# --- calls ----------------------------------------------------------------------------------------


class WebApi:
    """The methods behind one bot token; every call is recorded in the workspace."""

    def __init__(
        self, workspace: Workspace, token: str, faults: FaultInjector, files: FileUploads
    ) -> None:
        self.workspace, self.faults, self.files = workspace, faults, files
        self._methods: Mapping[str, tuple[Method, str]] = {
            **METHODS,
            "files.getUploadURLExternal": (files.get_upload_url, "files:write"),
            "files.completeUploadExternal": (files.complete, "files:write"),
        }
        self._token = token
        self._last_post: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """Return the routes that the bot calls."""
        return [
            Route("/api/{method}", self._answer_method, methods=["GET", "POST"]),
            Route("/response/{key:path}", self._answer_response_url, methods=["POST"]),
            *self.files.routes(),
        ]

    async def _answer_method(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            values = await parse_arguments(request)
        except (ValueError, RecursionError):
            return self._answer(self._record(name, {}), {"ok": False, "error": "invalid_json"})
        token = values.pop("token", None) or _bearer_token(request)
        call = self._record(name, values)
        return await self._carry_out(request, call, lambda: self._call(call, token))

    async def _answer_response_url(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            call = self._record("response_url", {})
            return self._answer(call, {"ok": False, "error": "invalid_payload"}, 400)
        call = self._record("response_url", body if isinstance(body, dict) else {})
        key, args = request.path_params["key"], Arguments(call.args)
        answer = chat_methods.answer_response_url
        return await self._carry_out(
            request, call, lambda: answer(self.workspace, key, args, call.number)
        )

    async def _carry_out(
        self, request: Request, call: ApiCall, act: Callable[[], JsonObject]
    ) -> Response:
        """Carry out a call, unless it was ordered to fail."""
        fault = self.faults.take(call.method)
        if fault and fault.how in {FailureMode.HANG_BEFORE, FailureMode.DROP_BEFORE}:
            call.answer, call.status = {"ok": False, "error": str(fault.how)}, 0
            return await _fail_silently(request, fault)
        if fault and fault.how not in {FailureMode.HANG_AFTER, FailureMode.DROP_AFTER}:
            return self._refuse(call, fault)
        try:
            answer, status = {"ok": True} | act(), 200
        except ApiError as e:
            answer, status = e.answer, e.status
        response = self._answer(call, answer, status)
        return await _fail_silently(request, fault) if fault else response

    def _refuse(self, call: ApiCall, fault: Fault) -> Response:
        if fault.how is FailureMode.RATE_LIMITED:
            return self._answer(call, {"ok": False, "error": "ratelimited"}, 429, fault.retry_after)
        if fault.how is FailureMode.ERROR:
            return self._answer(call, {"ok": False, "error": fault.code})
        self._answer(call, {"ok": False, "error": f"http_{fault.status}"}, fault.status)
        return PlainTextResponse("Something went wrong here.", fault.status)

    def _call(self, call: ApiCall, token: str | None) -> JsonObject:
        if token != self._token:
            raise ApiError("invalid_auth" if token else "not_authed")
        if call.method not in self._methods:
            raise ApiError("unknown_method", req_method=call.method)
        act, scope = self._methods[call.method]
        if scope:
            channel_methods.require_scope(self.workspace, scope)
        if call.method == "chat.postMessage":
            self._limit_rate(str(call.args.get("channel")))
        return act(self.workspace, Arguments(call.args), call.number)

    def _limit_rate(self, channel: str) -> None:
        """Refuse a second message within `pace` seconds, if the workspace has a pace."""
        pace, now = self.workspace.pace, self.workspace.clock()
        if pace and now - self._last_post.get(channel, 0.0) < pace:
            raise ApiError("ratelimited", status=429)
        self._last_post[channel] = now

    def _record(self, method: str, args: JsonObject) -> ApiCall:
        call = ApiCall(self.workspace.next_number(), self.workspace.clock(), method, args)
        self.workspace.calls.append(call)
        return call

    def _answer(
        self, call: ApiCall, answer: JsonObject, status: int = 200, retry_after: int = 1
    ) -> Response:
        call.answer, call.status = answer, status
        self.workspace.notify({"type": "call", "number": call.number})
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes))}
        if status == 429:
            headers["Retry-After"] = str(retry_after)
        return JSONResponse(answer, status, headers)


async def parse_arguments(request: Request) -> dict[str, Any]:
    """Return the arguments in the query and in the body, a form or JSON.

    Raise ValueError or RecursionError for a body that is not a JSON object or not UTF-8.
    """
    values: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        fields = json.loads(body or b"{}")
        if not isinstance(fields, dict):
            raise ValueError(fields)
        return values | fields
    return values | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _bearer_token(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None
