"""A Slack that fails when it is told to: ASGI middleware around the playground's app."""

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.playground.api import parse_arguments
from bot.playground.workspace import ApiCall, Workspace


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
    """Let ordered calls fail; the first failure ordered is the first to happen.

    `pace`, in seconds, rate limits a second message in the same channel within it.
    """

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self.app, self.workspace = app, workspace
        self.pending: list[tuple[str, Fault]] = []
        self.pace: float | None = None
        self._last_post: dict[str, float] = {}

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or let it fail."""
        method = _method_of(scope)
        if method is None:
            await self.app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        fault = self.take(method)
        if fault is None and method == "chat.postMessage" and self.pace:
            fault = await self._limit_rate(Request(scope, _replay(body, receive)))
        if fault is None:
            await self.app(scope, _replay(body, receive), send)
        elif fault.how in {FailureMode.HANG_AFTER, FailureMode.DROP_AFTER}:
            await self.app(scope, _replay(body, receive), _discard)
            await _fail_silently(fault, receive, send)
        else:
            await self._record(method, Request(scope, _replay(body, receive)), fault)
            if fault.how in {FailureMode.HANG_BEFORE, FailureMode.DROP_BEFORE}:
                await _fail_silently(fault, receive, send)
            else:
                await _refusal(fault)(scope, receive, send)

    async def _limit_rate(self, request: Request) -> Fault | None:
        channel, now = (await parse_arguments(request))["channel"], self.workspace.clock()
        if self.pace and now - self._last_post.get(channel, 0.0) < self.pace:
            return Fault(FailureMode.RATE_LIMITED)
        self._last_post[channel] = now
        return None

    async def _record(self, method: str, request: Request, fault: Fault) -> None:
        """Record a call that the app does not get, as the app records the others."""
        call = ApiCall(
            self.workspace.next_number(),
            self.workspace.clock(),
            method,
            await parse_arguments(request),
            {"ok": False, "error": str(fault.how)},
        )
        call.args.pop("token", None)
        self.workspace.calls.append(call)
        self.workspace.notify({"type": "call", "number": call.number})


def _method_of(scope: Scope) -> str | None:
    """Return the method that a request calls, or None for what is no call of the bot."""
    path = scope.get("path", "")
    if path.startswith("/response/"):
        return "response_url"
    return path.removeprefix("/api/") if path.startswith("/api/") else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that first gives a body that was read already."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _discard(_message: Message) -> None:
    """Send nothing."""


async def _fail_silently(fault: Fault, receive: Receive, send: Send) -> None:
    """Send nothing until the caller gives up, or an answer that is shorter than it says."""
    if fault.how in {FailureMode.HANG_BEFORE, FailureMode.HANG_AFTER}:
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


def _refusal(fault: Fault) -> Response:
    if fault.how is FailureMode.RATE_LIMITED:
        answer = {"ok": False, "error": "ratelimited"}
        return JSONResponse(answer, 429, {"Retry-After": str(fault.retry_after)})
    if fault.how is FailureMode.ERROR:
        return JSONResponse({"ok": False, "error": fault.code})
    return PlainTextResponse("Something went wrong here.", fault.status)
