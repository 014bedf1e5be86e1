"""Who may call, and with how much: this machine's own names in Host, no other site's page in Origin.

A page from elsewhere can make a browser send requests to 127.0.0.1; a name that resolves to it
(DNS rebinding) even lets that page read the answers. Both end here.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 1024 * 1024
# A file of 20 MiB, in a form.
MAX_UPLOAD_BYTES = 20 * 1024 * 1024 + 10_000
OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def is_own_host(host: str) -> bool:
    """Whether a Host header names this machine."""
    try:
        return urlsplit(f"//{host}").hostname in OWN_NAMES
    except ValueError:
        return False


def is_own_origin(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page at all."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    return origin == f"http://{headers.get('host', '')}"


class Guard:
    """Refuses what was not meant for this machine, before anything is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not is_own_host(headers.get("host", "")):
            refusal = PlainTextResponse(
                "The playground answers at http://127.0.0.1 and http://localhost only.", 421
            )
            await refusal(scope, receive, send)
        elif scope["method"] not in {"GET", "HEAD"} and not is_own_origin(headers):
            await PlainTextResponse("This request came from another site.", 403)(
                scope, receive, send
            )
        else:
            most = MAX_UPLOAD_BYTES if "/upload/" in scope["path"] else MAX_BODY_BYTES
            body = await read_bounded(receive, most)
            if body is None:
                await PlainTextResponse(f"More than {most} bytes.", 413)(scope, receive, send)
            else:
                await self.app(scope, _again(body, receive), send)


async def read_bounded(receive: Receive, most: int) -> bytes | None:
    """Read a body; None where it has more bytes than that, or nobody is there any more."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to the app, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
