"""The stand-in for Slack as one ASGI app: the Web API for the bot, the page for a person.

It serves this machine alone. A page from elsewhere can make a browser send requests to 127.0.0.1,
and under a name that resolves to it (DNS rebinding) that page could even read the answers.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.playground import messages
from bot.playground.api import WebApi
from bot.playground.files import MAX_FILE_BYTES, FileUploads
from bot.playground.page import PlaygroundPage
from bot.playground.request_sender import RETRY_DELAYS_SECONDS, TIMEOUT_SECONDS, RequestSender
from bot.playground.user_actions import UserActions
from bot.playground.workspace import Workspace

MAX_BODY_BYTES = 1024 * 1024
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Playground:
    """The parts of a running stand-in; `app` serves them."""

    app: Starlette
    workspace: Workspace
    user_actions: UserActions
    sender: RequestSender


def create_playground(
    workspace: Workspace,
    *,
    bot_url: str,
    base_url: str,
    signing_secret: str,
    bot_token: str,
    timeout: float = TIMEOUT_SECONDS,
    retries: tuple[float, ...] = RETRY_DELAYS_SECONDS,
    shortcuts: Sequence[tuple[str, str, str]] = (),
    commands: Sequence[tuple[str, str, str]] = (),
) -> Playground:
    """Build the stand-in for a bot that takes requests at `bot_url`.

    `base_url` is where this app is reached, without a slash at its end: the bot's SLACK_API_URL is
    `{base_url}/api/`. `shortcuts` are the app's: ("global" or "message", callback_id, name);
    `commands` are shown while one is typed: (command, usage hint, description).

    Whoever mounts the app calls `sender.close()` at its end, and `workspace.end_watches()` before
    its server waits for open connections: each open page holds one.
    """
    sender = RequestSender(workspace, bot_url, signing_secret, timeout=timeout, retries=retries)
    user_actions = UserActions(workspace, sender, base_url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await sender.close()

    api = WebApi(workspace, bot_token, FileUploads(base_url))
    page = PlaygroundPage(user_actions, shortcuts, commands)
    app = Starlette(
        routes=[*api.routes(), *page.routes()],
        middleware=[Middleware(LoopbackGuard)],
        lifespan=lifespan,
    )
    return Playground(app, workspace, user_actions, sender)


class LoopbackGuard:
    """Middleware: refuse what was not meant for this machine, before anything of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := _refuse_by_headers(scope):
            await refusal(scope, receive, send)
            return
        max_bytes = MAX_FILE_BYTES if "/upload/" in scope["path"] else MAX_BODY_BYTES
        body = await _read_bounded(receive, max_bytes)
        if body is None:
            refusal = PlainTextResponse(messages.text("too_long", most=max_bytes), 413)
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replay_body(body, receive), send)


def _refuse_by_headers(scope: Scope) -> PlainTextResponse | None:
    headers = Headers(scope=scope)
    if not _is_loopback_host(headers.get("host", "")):
        return PlainTextResponse(messages.text("loopback_only"), 421)
    if scope["method"] not in {"GET", "HEAD"} and not _is_same_origin(headers):
        return PlainTextResponse(messages.text("other_site"), 403)
    return None


def _is_loopback_host(host: str) -> bool:
    """Return whether a Host header names this machine."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def _is_same_origin(headers: Headers) -> bool:
    """Return whether a request comes from our own page, or from no page at all."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    return origin == f"http://{headers.get('host', '')}"


async def _read_bounded(receive: Receive, max_bytes: int) -> bytes | None:
    """Read a body; return None if it has more bytes, or if the client is gone."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > max_bytes:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _replay_body(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that first gives a body that was read already."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
