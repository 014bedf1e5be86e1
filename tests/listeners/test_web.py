import asyncio
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import httpx
import pytest

from bot.app import web
from bot.app.web import MAX_BODY_BYTES, create_app
from bot.playground.request_sender import sign_body
from tests.listeners.conftest import SlackEnv
from tests.slack_server import SIGNING_SECRET

PATH = "/slack/events"


async def ready() -> dict[str, str]:
    """One check that is fine, one that is not."""
    return {"database": "ok", "scheduler": "no tick for 90 s"}


def signed(body: bytes, secret: str = SIGNING_SECRET, *, age: int = 0) -> dict[str, str]:
    """Headers as Slack sends them."""
    stamp = str(int(time.time()) - age)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign_body(secret, stamp, body),
        "Content-Type": "application/x-www-form-urlencoded",
    }


COMMAND = (
    b"command=%2Fdigest&text=status&team_id=T0PLAYGRND&user_id=U0WREN"
    b"&channel_id=C0NEWSDESK&trigger_id=1.2.3"
)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (lambda: signed(COMMAND), 200),
        (lambda: signed(COMMAND, "another secret"), 401),
        (lambda: signed(COMMAND, age=600), 401),
        (lambda: signed(b"another body"), 401),
        (dict, 401),
    ],
    ids=["right", "wrong secret", "ten minutes old", "another body", "unsigned"],
)
async def test_only_signed_requests_are_taken(
    env: SlackEnv, headers: Callable[[], dict[str, str]], status: int
):
    """A request without Slack's own fresh signature over these very bytes is refused."""
    async with httpx.AsyncClient(base_url=env.url) as client:
        response = await client.post(PATH, content=COMMAND, headers=headers())
    assert response.status_code == status
    await env.tasks.settled()
    env.tasks.faults.clear()


@pytest.mark.parametrize("stamp", ["abc", "nan", "1e9", "9" * 400, "-5", "\u0663"], ids=len)
async def test_a_time_that_slack_never_writes_is_refused(
    env: SlackEnv, stamp: str, caplog: pytest.LogCaptureFixture
):
    """Whoever is not Slack gets 401, and leaves no trace of a fault in our log."""
    headers = [
        ("X-Slack-Request-Timestamp", stamp.encode()),
        ("X-Slack-Signature", b"v0=\xe9" + b"a" * 64),
    ]
    async with httpx.AsyncClient(base_url=env.url) as client:
        assert (await client.post(PATH, content=COMMAND, headers=headers)).status_code == 401
        assert (await client.post(PATH, content=COMMAND, headers=headers[:1])).status_code == 401
        assert (await client.post(PATH, content=COMMAND, headers=headers[1:])).status_code == 401
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_body_that_does_not_come_is_not_waited_for(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """A client that sends half a request is let go: idle connections would use up all."""
    monkeypatch.setattr(web, "BODY_TIMEOUT_SECONDS", 0.05)

    host, port = env.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(b"half of it").items())
    writer.write(
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n{head}\r\nhalf".encode()
    )
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_who_leaves_in_the_middle_leaves_no_trace(env: SlackEnv):
    """A connection that ends before its body does raises nothing that would be logged."""
    came = iter(
        [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(came)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [
        (name.lower().encode(), value.encode()) for name, value in signed(b"half of it").items()
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "headers": headers,
        "query_string": b"",
    }
    await create_app(env.bolt, signing_secret=SIGNING_SECRET, ready=ready, lifespan=None)(
        scope, receive, send
    )
    assert sent[0]["status"] == 400


async def test_an_address_with_a_slash_too_many_leads_nowhere(env: SlackEnv):
    """No answer sends anybody on to what a Host header names."""
    async with httpx.AsyncClient(base_url=env.url) as client:
        answer = await client.post(f"{PATH}/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"x" * (MAX_BODY_BYTES + 1), 413), (b"\xff\xfe", 400)],
    ids=["too long", "not UTF-8"],
)
async def test_bodies_that_slack_never_sends_are_refused(env: SlackEnv, body: bytes, status: int):
    """Too many bytes, or bytes that are no text, are refused before anything reads them."""
    async with httpx.AsyncClient(base_url=env.url) as client:
        assert (await client.post(PATH, content=body, headers=signed(body))).status_code == status


async def test_a_body_without_length_is_bounded_too(env: SlackEnv):
    """Chunked bodies are counted as they come."""

    async def endless():
        for _ in range(40):
            yield b"x" * (MAX_BODY_BYTES // 16)

    async with httpx.AsyncClient(base_url=env.url) as client:
        assert (await client.post(PATH, content=endless(), headers=signed(b""))).status_code == 413


async def test_health_readiness_and_metrics():
    """Alive always, ready when every check is; metrics for Prometheus; no /slack without Bolt."""
    transport = httpx.ASGITransport(create_app(None, ready=ready, lifespan=None))
    async with httpx.AsyncClient(transport=transport, base_url="http://dateline") as client:
        assert (await client.get("/healthz")).status_code == 200
        readiness = await client.get("/readyz")
        assert readiness.status_code == 503
        assert readiness.json() == {"ready": False, "checks": await ready()}
        assert "# TYPE" in (await client.get("/metrics")).text
        assert (await client.post(PATH)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", PATH, "/nowhere", "/slack/nowhere", "/"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "MADEUP"])
async def test_no_body_is_read_that_nobody_signed(env: SlackEnv, method: str, path: str):
    """Health, metrics, unknown paths and methods answer without reading a body."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    app = create_app(env.bolt, signing_secret=SIGNING_SECRET, ready=ready, lifespan=None)
    headers = [
        (b"content-length", b"9"),
        (b"content-type", b"application/json"),
        (b"cookie", b"a=\xff"),
    ]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": headers,
        "query_string": b"%ff=%zz&a",
    }
    await app(scope, receive, send)
    healthy = {"/healthz": 200, "/readyz": 503, "/metrics": 200}.get(path)
    if method in {"GET", "HEAD"} and healthy:
        expected = healthy
    elif healthy or (path == PATH and method != "POST"):
        expected = 405
    else:
        expected = 401 if path == PATH else 404
    assert sent[0]["status"] == expected
