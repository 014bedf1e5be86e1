"""Slack's Web API over HTTP at /api/{method}, and the response_url addresses at /response/…."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.playground import channel_methods, chat_methods, view_methods
from bot.playground.arguments import Args, Refused
from bot.playground.faults import Failing, Fault, Faults
from bot.playground.files import Files
from bot.playground.responses import answer_response_url
from bot.playground.workspace import Call, JsonObject, Workspace

Method = Callable[[Workspace, Args, int], JsonObject]


METHODS: Mapping[str, Method] = {
    "api.test": lambda _workspace, args, _call: {"args": args.values},
    "auth.test": channel_methods.auth_test,
    "blocks.validate": view_methods.validate_blocks,
    "bots.info": channel_methods.bot_info,
    "chat.delete": chat_methods.delete,
    "chat.getPermalink": chat_methods.get_permalink,
    "chat.postEphemeral": chat_methods.post_ephemeral,
    "chat.postMessage": chat_methods.post_message,
    "chat.update": chat_methods.update,
    "conversations.history": channel_methods.history,
    "conversations.info": channel_methods.channel_info,
    "conversations.join": channel_methods.join,
    "conversations.leave": channel_methods.leave,
    "conversations.list": channel_methods.list_channels,
    "conversations.members": channel_methods.channel_members,
    "conversations.open": channel_methods.open_direct,
    "conversations.replies": channel_methods.replies,
    "team.info": channel_methods.team_info,
    "users.conversations": channel_methods.channels_of,
    "users.info": channel_methods.person_info,
    "users.list": channel_methods.list_people,
    "views.open": view_methods.open_view,
    "views.publish": view_methods.publish_view,
    "views.push": view_methods.push_view,
    "views.update": view_methods.update_view,
}

# The scope without which Slack refuses a method; the others look at the channel, or need none.
SCOPE_OF = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
}


class WebApi:
    """The methods behind one bot token; every call is recorded in the workspace."""

    def __init__(self, workspace: Workspace, token: str, faults: Faults, files: Files) -> None:
        self.workspace, self.faults, self.files = workspace, faults, files
        self._methods: Mapping[str, Method] = {
            **METHODS,
            "files.getUploadURLExternal": files.get_upload_url,
            "files.completeUploadExternal": files.complete,
        }
        self._token = token
        self._last_post: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """Give the addresses that the bot calls."""
        return [
            Route("/api/{method}", self.method, methods=["GET", "POST"]),
            Route("/response/{key:path}", self.response_url, methods=["POST"]),
            *self.files.routes(),
        ]

    async def method(self, request: Request) -> Response:
        """Answer one call of a method."""
        name = request.path_params["method"]
        try:
            values = await read_arguments(request)
        except (ValueError, RecursionError):
            return self._answer(self._record(name, {}), Refused("invalid_json").answer)
        token = values.pop("token", None) or bearer(request)
        call = self._record(name, values)
        return await self._carry_out(request, call, lambda: self._call(call, token, values))

    async def response_url(self, request: Request) -> Response:
        """Take an answer to an interaction, at the address that came with it."""
        key = request.path_params["key"]
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            return self._answer(
                self._record("response_url", {}), {"ok": False, "error": "invalid_payload"}, 400
            )
        call = self._record("response_url", body if isinstance(body, dict) else {})
        args = Args(call.args)
        return await self._carry_out(
            request, call, lambda: answer_response_url(self.workspace, key, args, call.number)
        )

    async def _carry_out(
        self, request: Request, call: Call, act: Callable[[], JsonObject]
    ) -> Response:
        """Do what was asked, unless it was ordered to go wrong."""
        fault = self.faults.take(call.method)
        if fault and fault.how in {Failing.ERROR, Failing.RATE_LIMITED, Failing.STATUS}:
            return self._refusal(call, fault)
        if fault and fault.how in {Failing.HANG_BEFORE, Failing.DROP_BEFORE}:
            call.answer, call.status = {"ok": False, "error": str(fault.how)}, 0
            return await silence(request, fault)
        try:
            answer, status = {"ok": True} | act(), 200
        except Refused as refused:
            answer, status = refused.answer, refused.status
        response = self._answer(call, answer, status)
        return await silence(request, fault) if fault else response

    def _refusal(self, call: Call, fault: Fault) -> Response:
        if fault.how is Failing.STATUS:
            call.answer, call.status = {"ok": False, "error": f"http_{fault.status}"}, fault.status
            self.workspace.changed({"type": "call", "number": call.number})
            return PlainTextResponse("Something went wrong here.", fault.status)
        if fault.how is Failing.RATE_LIMITED:
            return self._answer(call, {"ok": False, "error": "ratelimited"}, 429, fault.retry_after)
        return self._answer(call, {"ok": False, "error": fault.code})

    def _call(self, call: Call, token: str | None, values: JsonObject) -> JsonObject:
        if not token:
            raise Refused("not_authed")
        if token != self._token:
            raise Refused("invalid_auth")
        act = self._methods.get(call.method)
        if act is None:
            raise Refused("unknown_method", req_method=call.method)
        if scope := SCOPE_OF.get(call.method):
            channel_methods.need_scope(self.workspace, scope)
        if call.method == "chat.postMessage":
            self._keep_pace(str(values.get("channel")))
        return act(self.workspace, Args(values), call.number)

    def _keep_pace(self, channel: str) -> None:
        """Refuse a second message within `pace` seconds, where the workspace is set to."""
        pace, now = self.workspace.pace, self.workspace.clock()
        if pace and now - self._last_post.get(channel, 0.0) < pace:
            raise Refused("ratelimited", status=429)
        self._last_post[channel] = now

    def _record(self, method: str, args: JsonObject) -> Call:
        call = Call(self.workspace.number(), self.workspace.clock(), method, args)
        self.workspace.calls.append(call)
        return call

    def _answer(
        self, call: Call, answer: JsonObject, status: int = 200, retry_after: int = 1
    ) -> Response:
        call.answer, call.status = answer, status
        self.workspace.changed({"type": "call", "number": call.number})
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes))}
        if status == 429:
            headers["Retry-After"] = str(retry_after)
        return JSONResponse(answer, status, headers)


async def read_arguments(request: Request) -> dict[str, Any]:
    """Join the query and the body, a form or JSON; raise ValueError on broken JSON."""
    values: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        given = json.loads(body or b"{}")
        if not isinstance(given, dict):
            raise ValueError(given)
        return values | given
    if kind == "multipart/form-data":
        return values | {
            key: value for key, value in (await request.form()).items() if isinstance(value, str)
        }
    return values | dict(parse_qsl(body.decode(), keep_blank_values=True))


def bearer(request: Request) -> str | None:
    """Give the token of the Authorization header."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def silence(request: Request, fault: Fault) -> Response:
    """Say nothing until the caller gives up, or break the connection in the middle of the answer."""
    if fault.how in {Failing.HANG_BEFORE, Failing.HANG_AFTER}:
        while (await request.receive())["type"] != "http.disconnect":
            pass
    return BrokenResponse()


class BrokenResponse(Response):
    """An answer that promises more than it sends: the server then closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send half of an answer."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})
