"""The server closes connections that do not send a whole request in time, and serves the others."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.app.server import TimeLimitedProtocol, bind_address

HEAD = b"POST / HTTP/1.1\r\nHost: dateline.example\r\nContent-Length: 4\r\n"
PATIENCE = 0.3


async def _echo(request: Request) -> PlainTextResponse:
    body = await request.body()
    if body == b"slow":
        await asyncio.sleep(2 * PATIENCE)
    return PlainTextResponse(body.decode())


@asynccontextmanager
async def _connected(
    endpoint: Callable[[Request], Awaitable[PlainTextResponse]] = _echo,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a server of ours."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])])
    config = uvicorn.Config(
        app, http=TimeLimitedProtocol, log_config=None, lifespan="off", timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await serving


async def _read_answer(reader: asyncio.StreamReader, body: bytes) -> None:
    """Read one response, which must repeat this body."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(len(body)) == body


async def _was_closed(reader: asyncio.StreamReader) -> bool:
    """Wait for the connection's end; return whether it came without a byte."""
    try:
        async with asyncio.timeout(30):
            return await reader.read() == b""
    except ConnectionResetError:
        return True


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", PATIENCE)


@pytest.mark.parametrize("sent", [b"", b"P", HEAD, HEAD + b"X-Padding: "])
async def test_a_missing_head_closes_the_connection(sent: bytes) -> None:
    """Nothing, or a request head without an end, closes the connection without an answer."""
    async with _connected() as (reader, writer):
        writer.write(sent)
        assert await _was_closed(reader)


async def test_a_second_head_has_the_same_time_limit() -> None:
    """A connection that was answered once is closed as soon when its second head does not come."""
    async with _connected() as (reader, writer):
        writer.write(HEAD + b"\r\nfine")
        await _read_answer(reader, b"fine")
        writer.write(HEAD)
        assert await _was_closed(reader)


async def test_a_slow_head_closes_the_connection() -> None:
    """A byte now and then does not extend the limit, which is for the whole head."""
    async with _connected() as (reader, writer):
        ended = asyncio.create_task(_was_closed(reader))
        for byte in HEAD:
            writer.write(bytes([byte]))
            await asyncio.wait([ended], timeout=PATIENCE / 4)
            if ended.done():
                break
        assert ended.done()
        assert await ended


async def test_a_head_in_pieces_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request sent byte by byte in time is served, twice over one connection."""
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 30.0)
    async with _connected() as (reader, writer):
        for body in (b"once", b"more"):
            for byte in HEAD + b"\r\n" + body:
                writer.write(bytes([byte]))
                await writer.drain()
            await _read_answer(reader, body)


async def test_body_and_answer_have_no_head_limit() -> None:
    """The time limit is for the head alone, not for the body or the answer."""
    async with _connected() as (reader, writer):
        writer.write(HEAD + b"\r\nsl")
        await asyncio.sleep(2 * PATIENCE)
        writer.write(b"ow")
        await _read_answer(reader, b"slow")


async def test_an_idle_connection_is_kept() -> None:
    """A kept-alive connection is uvicorn's to close, because Slack's next request may use it."""
    async with _connected() as (reader, writer):
        for body in (b"once", b"more"):
            writer.write(HEAD + b"\r\n" + body)
            await _read_answer(reader, body)
            await asyncio.sleep(2 * PATIENCE)


async def _refuse(_: Request) -> PlainTextResponse:
    """Answer without reading the body."""
    return PlainTextResponse("no", 401)


async def test_an_endless_body_after_the_answer_closes_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A client refused before its body came cannot hold the connection by sending it slowly."""
    monkeypatch.setattr("bot.app.server.REST_TIMEOUT_SECONDS", PATIENCE)
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 60.0)
    async with _connected(_refuse) as (reader, writer):
        writer.write(HEAD.replace(b"Length: 4", b"Length: 4000") + b"\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401")
        assert await reader.readexactly(2) == b"no"
        ended = asyncio.create_task(_was_closed(reader))
        for _ in range(40):
            writer.write(b"x")
            await asyncio.wait([ended], timeout=PATIENCE / 4)
            if ended.done():
                break
        assert ended.done()
        assert await ended


async def test_a_body_that_ends_after_its_answer_keeps_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rest of a refused body may still come, and the next request uses the same connection."""
    monkeypatch.setattr("bot.app.server.REST_TIMEOUT_SECONDS", 30.0)
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 30.0)
    async with _connected(_refuse) as (reader, writer):
        for _ in range(2):
            writer.write(HEAD + b"\r\nha")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401")
            assert await reader.readexactly(2) == b"no"
            writer.write(b"lf")
            await writer.drain()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_service_that_starts_refuses_connections(host: str) -> None:
    """Its port is taken, and nobody waits in a queue for an ack that comes too late."""
    with bind_address(host, 0) as bound:
        address = bound.getsockname()[:2]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        bound.listen()
        socket.create_connection(address).close()
