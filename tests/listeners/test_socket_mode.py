import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.app.slack import open_socket_mode
from bot.playground.workspace import TEAM
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER, address, free_socket


@asynccontextmanager
async def slack_socket(
    envelope: dict[str, object], acks: asyncio.Queue[dict[str, object]]
) -> AsyncIterator[str]:
    """Slack's side of Socket Mode: hands out a WebSocket, sends one envelope over it, keeps what comes back."""
    bound = free_socket()

    async def open_connection(_: web.Request) -> web.Response:
        return web.json_response(
            {"ok": True, "url": address(bound).replace("http", "ws") + "/link"}
        )

    async def link(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello", "num_connections": 1})
        await connection.send_json(envelope)
        async for message in connection:
            if message.data.startswith("{"):
                await acks.put(message.json())
        return connection

    app = web.Application()
    app.add_routes(
        [web.post("/api/apps.connections.open", open_connection), web.get("/link", link)]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, bound).start()
    yield f"{address(bound)}/api/"
    await runner.cleanup()


async def test_a_command_over_a_socket_is_acknowledged_and_answered(desk: SlackEnv):
    """Without a public address the same listeners take commands over a WebSocket that we open."""
    key = desk.slack.workspace.new_response_url(CHANNEL, USER)
    payload = {
        "command": "/digest",
        "text": "status",
        "team_id": TEAM,
        "user_id": USER,
        "channel_id": CHANNEL,
    }
    payload |= {"trigger_id": "1.2.3", "response_url": f"{desk.slack.base_url}/response/{key}"}
    envelope = {
        "type": "slash_commands",
        "envelope_id": "e1",
        "payload": payload,
        "accepts_response_payload": True,
    }
    acks: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    async with slack_socket(envelope, acks) as api:
        desk.bolt.client.base_url, usual = api, desk.bolt.client.base_url
        async with open_socket_mode(desk.bolt, "xapp-not-a-secret"):
            desk.bolt.client.base_url = usual
            assert (await asyncio.wait_for(acks.get(), 60))["envelope_id"] == "e1"
            await desk.slack.wait_for(
                lambda: any("subscription" in words(m) for m in desk.slack.ephemerals())
            )
