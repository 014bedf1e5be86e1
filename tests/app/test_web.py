"""The web app bounds what it reads, and answers health checks without reading a body."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.app import web
from bot.app.web import MAX_BODY_BYTES, create_app
from tests.signed_requests import PATH, app_for, call_app, client_of, new_bolt, sign
from tests.slack_server import serve


async def one_check_failed() -> dict[str, str]:
    """Answer /readyz with one check that is fine and one that is not."""
    return {"database": "ok", "scheduler": "no tick for 90 s"}


async def test_half_a_request_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends half a request gets 408, so that idle connections do not pile up."""
    monkeypatch.setattr(web, "BODY_TIMEOUT_SECONDS", 0.05)

    headers = "".join(f"{name}: {value}\r\n" for name, value in sign(b"half of it").items())
    async with serve(app_for(new_bolt())) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
        writer.write(f"{head}{headers}\r\nhalf".encode())
        async with asyncio.timeout(30):
            answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_client_that_disconnects_raises_nothing() -> None:
    """A connection that ends before its body raises nothing that would be logged."""
    messages = (
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    )
    headers = [(name.encode(), value.encode()) for name, value in sign(b"half of it").items()]
    assert await call_app(app_for(new_bolt()), headers, messages=messages) == 400


async def test_a_trailing_slash_does_not_redirect() -> None:
    """A path with an extra slash gets 404, not a redirect to what the Host header names."""
    async with client_of(app_for(new_bolt())) as client:
        answer = await client.post(f"{PATH}/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


async def test_a_chunked_body_is_bounded() -> None:
    """Chunked bodies are counted as they arrive."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * (MAX_BODY_BYTES // 16)

    async with client_of(app_for(new_bolt())) as client:
        assert (await client.post(PATH, content=endless(), headers=sign(b""))).status_code == 413


async def test_health_readiness_and_metrics() -> None:
    """/healthz answers 200, /readyz 503 while a check fails, and /metrics Prometheus' text.

    Without Bolt there is no /slack/events.
    """
    async with client_of(create_app(None, ready=one_check_failed, lifespan=None)) as client:
        assert (await client.get("/healthz")).status_code == 200
        readiness = await client.get("/readyz")
        assert readiness.status_code == 503
        assert readiness.json() == {"ready": False, "checks": await one_check_failed()}
        assert "# TYPE" in (await client.get("/metrics")).text
        assert (await client.post(PATH)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", PATH, "/nowhere", "/slack/nowhere", "/"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "MADEUP"])
async def test_no_unsigned_body_is_read(method: str, path: str) -> None:
    """Health, metrics, unknown paths and methods answer without reading a body."""
    headers = [
        (b"content-length", b"9"),
        (b"content-type", b"application/json"),
        (b"cookie", b"a=\xff"),
    ]
    app = app_for(new_bolt(), one_check_failed)
    status = await call_app(app, headers, method=method, path=path, query=b"%ff=%zz&a")
    healthy = {"/healthz": 200, "/readyz": 503, "/metrics": 200}.get(path)
    if method in {"GET", "HEAD"} and healthy:
        expected = healthy
    elif healthy or (path == PATH and method != "POST"):
        expected = 405
    else:
        expected = 401 if path == PATH else 404
    assert status == expected
