"""Send signed and unsigned requests to the service's web app, as Slack or a stranger would."""

import time
from collections.abc import Callable, MutableMapping
from typing import Any

import httpx
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.bolt import create_bolt
from bot.app.web import create_app
from bot.playground.request_sender import sign_body

SECRET = "signing-made-up"
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
Headers = dict[str, str]


class AuthorizeAnyone(AsyncAuthorize):
    """Authorize every request without asking Slack."""

    async def __call__(self, **_: Any) -> AuthorizeResult:
        """Return the same made-up workspace and token each time."""
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U1", bot_token="xoxb-1"
        )


def new_bolt() -> AsyncApp:
    """Return a Bolt app as the service creates it."""
    return create_bolt(AsyncWebClient(), AuthorizeAnyone())


async def all_ready() -> dict[str, str]:
    """Answer /readyz without a failed check."""
    return {}


def app_for(bolt: AsyncApp, ready: Callable[[], Any] = all_ready) -> Any:
    """Return the service's web app over this Bolt app."""
    return create_app(bolt, signing_secret=SECRET, ready=ready, lifespan=None)


def sign(body: bytes, *, secret: str = SECRET, age: float = 0, kind: str = FORM) -> Headers:
    """Return the headers that Slack sends with a body signed `age` seconds ago."""
    timestamp = str(int(time.time() - age))
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": sign_body(secret, timestamp, body),
        "content-type": kind,
    }


def client_of(app: Any) -> httpx.AsyncClient:
    """Return a client that calls the app in this process; exceptions of the app reach the test."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://dateline.example")


async def post(bolt: AsyncApp, body: bytes, headers: Any) -> httpx.Response:
    """Post one request to the service's web app over this Bolt app."""
    async with client_of(app_for(bolt)) as client:
        return await client.post(PATH, content=body, headers=headers)


async def call_app(
    app: Any,
    headers: list[tuple[bytes, bytes]],
    *,
    method: str = "POST",
    path: str = PATH,
    query: bytes = b"",
    messages: tuple[MutableMapping[str, Any], ...] = (),
) -> int:
    """Call the app with exactly these ASGI messages as the body; return the status.

    Fail where the app reads more than these messages.
    """
    incoming, sent = iter(messages), []

    async def receive() -> MutableMapping[str, Any]:
        message = next(incoming, None)
        assert message is not None, "the body was read"
        return message

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await app(scope | {"query_string": query}, receive, send)
    status: int = sent[0]["status"]
    return status
