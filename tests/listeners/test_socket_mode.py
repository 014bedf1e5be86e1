"""Commands arrive over Socket Mode's WebSocket as over HTTP."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from bot.app.slack import open_socket_mode
from bot.playground.slack_objects import TEAM_ID
from tests.listeners.conftest import SlackEnv, words
from tests.log_file import written
from tests.slack_server import CHANNEL, USER, address, free_socket

__all__ = ["written"]

MARK = "mallardnoise"


@asynccontextmanager
async def serve_socket(
    link: Callable[[web.Request], Awaitable[web.WebSocketResponse]],
) -> AsyncIterator[str]:
    """Play Slack in Socket Mode, with `link` behind the WebSocket; yield the API's address."""
    bound = free_socket()

    async def open_connection(_: web.Request) -> web.Response:
        url = address(bound).replace("http", "ws") + "/link"
        return web.json_response({"ok": True, "url": url})

    app = web.Application()
    app.add_routes(
        [web.post("/api/apps.connections.open", open_connection), web.get("/link", link)]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, bound).start()
    yield f"{address(bound)}/api/"
    await runner.cleanup()


@asynccontextmanager
async def slack_socket(
    envelope: dict[str, object],
    acks: asyncio.Queue[dict[str, object]],
    *,
    before: Sequence[str | bytes] = (),
) -> AsyncIterator[str]:
    """Send one envelope over a WebSocket, and keep the answers.

    `before` are frames to send first, as they are.
    """

    async def link(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello", "num_connections": 1})
        for frame in before:
            await (
                connection.send_str(frame)
                if isinstance(frame, str)
                else connection.send_bytes(frame)
            )
        await connection.send_json(envelope)
        async for message in connection:
            if message.data.startswith("{"):
                await acks.put(message.json())
        return connection

    async with serve_socket(link) as api:
        yield api


def command_envelope(env: SlackEnv, *, trigger_id: str) -> dict[str, object]:
    """Return the envelope "e1" in which Slack sends `/digest status`."""
    key = env.slack.workspace.new_response_url(CHANNEL, USER)
    payload = {
        "command": "/digest",
        "text": "status",
        "team_id": TEAM_ID,
        "user_id": USER,
        "channel_id": CHANNEL,
        "trigger_id": trigger_id,
        "response_url": f"{env.slack.base_url}/response/{key}",
    }
    return {
        "type": "slash_commands",
        "envelope_id": "e1",
        "payload": payload,
        "accepts_response_payload": True,
    }


async def test_a_command_over_a_socket_is_acknowledged_and_answered(env: SlackEnv):
    """Without a public address the same listeners take commands over a WebSocket."""
    envelope = command_envelope(env, trigger_id="1.2.3")
    acks: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    async with slack_socket(envelope, acks) as api:
        env.bolt.client.base_url, usual = api, env.bolt.client.base_url
        async with open_socket_mode(env.bolt, "xapp-not-a-secret"):
            assert (await asyncio.wait_for(acks.get(), 60))["envelope_id"] == "e1"
            env.bolt.client.base_url = usual
            await env.slack.wait_for(
                lambda: any("subscription" in words(m) for m in env.slack.ephemerals())
            )


async def test_a_handshake_that_nobody_answers_is_tried_again(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket counts as broken meanwhile, and stands once Slack answers."""
    monkeypatch.setattr("bot.app.slack.HANDSHAKE_SECONDS", 0.2)
    monkeypatch.setattr("bot.app.slack.PING_SECONDS", 0.2)
    tried, silent, pinged = (asyncio.Event() for _ in range(3))

    async def link(request: web.Request) -> web.WebSocketResponse:
        if not tried.is_set():
            tried.set()
            await silent.wait()
        connection = web.WebSocketResponse(autoping=False)
        await connection.prepare(request)
        async for message in connection:
            if message.type is WSMsgType.PING:
                pinged.set()
        return connection

    async with serve_socket(link) as api:
        env.bolt.client.base_url = api
        async with open_socket_mode(env.bolt, "xapp-not-a-secret") as is_connected:
            await asyncio.wait_for(tried.wait(), 60)
            assert not await is_connected()
            await asyncio.wait_for(pinged.wait(), 60)
            assert await is_connected()
        silent.set()


def envelope_of(**fields: object) -> str:
    """Return an envelope as it is sent, with the mark in it."""
    return json.dumps({"type": "events_api", "envelope_id": MARK, "token": MARK} | fields)


ODD = [
    MARK,
    "{" + MARK,
    f'["{MARK}"]',
    f"{MARK}\xff".encode("latin-1"),
    json.dumps({"type": MARK}),
    envelope_of(type=MARK, payload={"text": MARK}),
    envelope_of(payload=MARK),
    envelope_of(payload=None),
    envelope_of(payload=[MARK]),
    envelope_of(payload={"event": MARK}),
    envelope_of(payload={"user": 17, "text": MARK}),
    envelope_of(payload={"type": "event_callback", "event": {"type": "star_added", "text": MARK}}),
    envelope_of(payload={"command": "/unknown", "text": MARK}),
    '{"a": ' + "1" * 5000 + "}",
]


async def test_odd_envelopes_are_skipped(written: io.StringIO, env: SlackEnv):
    """Malformed and unknown envelopes are skipped and not logged; the next command is taken."""
    envelope = command_envelope(env, trigger_id="1.2.4")
    acks: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    async with slack_socket(envelope, acks, before=ODD) as api:
        env.bolt.client.base_url, usual = api, env.bolt.client.base_url
        async with open_socket_mode(env.bolt, "xapp-not-a-secret"):
            async with asyncio.timeout(60):
                while (await acks.get())["envelope_id"] != "e1":
                    pass
            env.bolt.client.base_url = usual
            await env.slack.wait_for(
                lambda: any("subscription" in words(m) for m in env.slack.ephemerals())
            )
    assert len(written.getvalue().splitlines()) >= 3
    assert MARK not in written.getvalue()
    assert "xapp-not-a-secret" not in written.getvalue()


@pytest.mark.parametrize("end", ["refresh_requested", "closed", "aborted"])
async def test_a_socket_that_ends_is_opened_again(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Slack renews each after some hours, says so or not, and the next takes commands."""
    monkeypatch.setattr("bot.app.slack.PING_SECONDS", 0.2)
    envelope = command_envelope(env, trigger_id=f"3.2.{end}")
    acks: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    links = 0

    async def link(request: web.Request) -> web.WebSocketResponse:
        nonlocal links
        links += 1
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        if links == 1 and end == "aborted":
            assert request.transport
            request.transport.abort()  # type: ignore[attr-defined]
        elif links == 1:
            frame = {"type": "disconnect", "reason": end}
            await (
                connection.send_json(frame) if end == "refresh_requested" else connection.close()
            )
        else:
            await connection.send_json(envelope)
        async for message in connection:
            if message.data.startswith("{"):
                await acks.put(message.json())
        return connection

    async with serve_socket(link) as api:
        env.bolt.client.base_url, usual = api, env.bolt.client.base_url
        async with open_socket_mode(env.bolt, "xapp-not-a-secret"):
            assert (await asyncio.wait_for(acks.get(), 60))["envelope_id"] == "e1"
            env.bolt.client.base_url = usual
            await env.slack.wait_for(env.slack.ephemerals)
