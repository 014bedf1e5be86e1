"""Connections that say nothing, or not all that they began, are let go; the others are served."""

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

from bot.app.server import TimeLimitedProtocol

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


async def _answer(reader: asyncio.StreamReader, body: bytes) -> None:
    """Read one answer, which gives this body back."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(len(body)) == body


async def _was_let_go(reader: asyncio.StreamReader) -> bool:
    """Wait for the end; whether it came without a word."""
    try:
        async with asyncio.timeout(30):
            return await reader.read() == b""
    except ConnectionResetError:
        return True


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", PATIENCE)


@pytest.mark.parametrize("sent", [b"", b"P", HEAD, HEAD + b"X-Padding: "])
async def test_who_does_not_say_what_they_want_is_let_go(sent: bytes) -> None:
    """Nothing, or a head without an end: the connection is closed, without an answer."""
    async with _connected() as (reader, writer):
        writer.write(sent)
        assert await _was_let_go(reader)


async def test_a_second_head_is_not_waited_for_longer_than_the_first() -> None:
    """Who was answered once is let go all the same."""
    async with _connected() as (reader, writer):
        writer.write(HEAD + b"\r\nfine")
        await _answer(reader, b"fine")
        writer.write(HEAD)
        assert await _was_let_go(reader)


async def test_who_drips_is_let_go_too() -> None:
    """A byte now and then keeps nobody: all of the head has to come in time."""
    async with _connected() as (reader, writer):
        ended = asyncio.create_task(_was_let_go(reader))
        for byte in HEAD:
            writer.write(bytes([byte]))
            await asyncio.wait([ended], timeout=PATIENCE / 4)
            if ended.done():
                break
        assert ended.done()
        assert await ended


async def test_a_head_that_comes_in_pieces_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte by itself, but all of them in time; twice over one connection."""
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 30.0)
    async with _connected() as (reader, writer):
        for body in (b"once", b"more"):
            for byte in HEAD + b"\r\n" + body:
                writer.write(bytes([byte]))
                await writer.drain()
            await _answer(reader, body)


async def test_an_answer_may_take_its_time() -> None:
    """Only for the head is anybody in a hurry: not for the body, nor for what is done with it."""
    async with _connected() as (reader, writer):
        writer.write(HEAD + b"\r\nsl")
        await asyncio.sleep(2 * PATIENCE)
        writer.write(b"ow")
        await _answer(reader, b"slow")


async def test_who_is_quiet_between_requests_stays() -> None:
    """A kept-alive connection is uvicorn's to end: Slack's next request may come over it."""
    async with _connected() as (reader, writer):
        for body in (b"once", b"more"):
            writer.write(HEAD + b"\r\n" + body)
            await _answer(reader, body)
            await asyncio.sleep(2 * PATIENCE)


async def _refuse(_: Request) -> PlainTextResponse:
    """Answer without a look at the body."""
    return PlainTextResponse("no", 401)


async def test_a_body_that_goes_on_after_its_answer_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who was refused before the body came cannot hold the connection by dripping the rest."""
    monkeypatch.setattr("bot.app.server.REST_TIMEOUT_SECONDS", PATIENCE)
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 60.0)
    async with _connected(_refuse) as (reader, writer):
        writer.write(HEAD.replace(b"Length: 4", b"Length: 4000") + b"\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401")
        assert await reader.readexactly(2) == b"no"
        ended = asyncio.create_task(_was_let_go(reader))
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
    """The rest of a refused body may come later; the next request is served after it."""
    monkeypatch.setattr("bot.app.server.REST_TIMEOUT_SECONDS", 30.0)
    monkeypatch.setattr("bot.app.server.HEAD_TIMEOUT_SECONDS", 30.0)
    async with _connected(_refuse) as (reader, writer):
        for _ in range(2):
            writer.write(HEAD + b"\r\nha")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401")
            assert await reader.readexactly(2) == b"no"
            writer.write(b"lf")
            await writer.drain()
