"""Slack's Web API over HTTP at /api/{method}, and the response_url addresses at /response/…."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground import channel_methods, chat_methods, view_methods
from bot.playground.files import FileUploads
from bot.playground.method_call import ApiError, MethodCall
from bot.playground.slack_objects import JsonObject
from bot.playground.workspace import ApiCall, Workspace

Method = Callable[[MethodCall], JsonObject]

# Each method with the scope that it needs; "" where none, or where it depends on the channel.
METHODS: Mapping[str, tuple[Method, str]] = {
    "agents.sessions.setStatus": (view_methods.set_session_status, "chat:write"),
    "assistant.threads.setSuggestedPrompts": (
        view_methods.set_suggested_prompts,
        "assistant:write",
    ),
    "auth.test": (channel_methods.auth_test, ""),
    "blocks.validate": (view_methods.validate_blocks, ""),
    "bots.info": (channel_methods.bot_info, "users:read"),
    "chat.postEphemeral": (chat_methods.post_ephemeral, "chat:write"),
    "chat.postMessage": (chat_methods.post_message, "chat:write"),
    "chat.unfurl": (chat_methods.unfurl, "links:write"),
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


class WebApi:
    """The methods behind one bot token; every call is recorded in the workspace."""

    def __init__(self, workspace: Workspace, token: str, files: FileUploads) -> None:
        self._workspace, self._token, self._files = workspace, token, files
        self._methods: Mapping[str, tuple[Method, str]] = {
            **METHODS,
            "files.getUploadURLExternal": (files.get_upload_url, "files:write"),
            "files.completeUploadExternal": (files.complete, "files:write"),
        }

    def routes(self) -> list[Route]:
        """Return the routes that the bot calls."""
        return [
            Route("/api/{method}", self._answer_method, methods=["GET", "POST"]),
            Route("/response/{key:path}", self._answer_response_url, methods=["POST"]),
            *self._files.routes(),
        ]

    async def _answer_method(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            values = await parse_arguments(request)
        except (ValueError, RecursionError):
            return self._answer(self._record(name, {}), {"ok": False, "error": "invalid_json"})
        token = values.pop("token", None) or _bearer_token(request)
        call = self._record(name, values)
        return self._carry_out(call, lambda: self._call(call, token))

    async def _answer_response_url(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            call = self._record("response_url", {})
            return self._answer(call, {"ok": False, "error": "invalid_payload"}, 400)
        call = self._record("response_url", body if isinstance(body, dict) else {})
        key, answer = request.path_params["key"], chat_methods.answer_response_url
        return self._carry_out(call, lambda: answer(self._method_call(call), key))

    def _carry_out(self, call: ApiCall, act: Callable[[], JsonObject]) -> Response:
        try:
            return self._answer(call, {"ok": True} | act())
        except ApiError as e:
            return self._answer(call, e.answer, e.status)

    def _call(self, call: ApiCall, token: str | None) -> JsonObject:
        if token != self._token:
            raise ApiError("invalid_auth" if token else "not_authed")
        if call.method not in self._methods:
            raise ApiError("unknown_method", req_method=call.method)
        method_call, (act, scope) = self._method_call(call), self._methods[call.method]
        if scope:
            method_call.require_scope(scope)
        return act(method_call)

    def _method_call(self, call: ApiCall) -> MethodCall:
        return MethodCall(self._workspace, call.args, call.number)

    def _record(self, method: str, args: JsonObject) -> ApiCall:
        call = ApiCall(self._workspace.next_number(), self._workspace.clock(), method, args)
        self._workspace.calls.append(call)
        return call

    def _answer(self, call: ApiCall, answer: JsonObject, status: int = 200) -> Response:
        call.answer, call.status = answer, status
        self._workspace.notify({"type": "call", "number": call.number})
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))}
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
