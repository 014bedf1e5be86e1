"""Slack as a process uses it: the Web API's client, Bolt, Socket Mode; and the playground."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import messages
from bot.app.bolt import Authorize, SingleBot, WorkspaceClients, create_bolt, with_token
from bot.app.mcp_endpoint import SCOPE
from bot.app.oauth import create_oauth_flow
from bot.delivery.slack import SlackChat
from bot.listeners.commands import usage_hint
from bot.listeners.shortcuts import MANIFEST
from bot.model.errors import SettingsError
from bot.model.ports import BackgroundTasks
from bot.playground.seeds import reset_each_day
from bot.playground.server import Playground, create_playground
from bot.playground.workspace import Workspace
from bot.settings import Mode, Settings
from bot.store import Store

CALL_TIMEOUT_SECONDS = 30  # slack_sdk's own default
HANDSHAKE_SECONDS = 15
PING_SECONDS = 5.0  # and from one try to connect to the next


@asynccontextmanager
async def open_web_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """Return the Web API's client; slack_sdk by itself would open a session for each call."""
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    # slack_sdk's `timeout` has no effect on a given session; aiohttp's default is five minutes.
    timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield AsyncWebClient(token=token, base_url=settings.api_url, session=session)


@dataclass(frozen=True, slots=True)
class SlackConnection:
    """Bolt receives, `chat` sends; `workspaces` is set where each workspace has its own token.

    `client_for` returns a workspace's client, and raises PostFailed where we are not installed.
    """

    bolt: AsyncApp
    chat: SlackChat
    client_for: Callable[[str], Awaitable[AsyncWebClient]]
    workspaces: WorkspaceClients | None = None


def create_slack_connection(
    settings: Settings, client: AsyncWebClient, store: Store, tasks: BackgroundTasks
) -> SlackConnection:
    """Return Slack with one workspace's token, or with each workspace's own."""
    if settings.mode is Mode.OAUTH and settings.client_id and settings.client_secret:
        app = settings.client_id.get_secret_value(), settings.client_secret.get_secret_value()
        clock = store.clock
        workspaces = WorkspaceClients(store.workspaces, client, clock, app=app)
        chat = SlackChat(workspaces.client_for)
        url, kept = settings.redirect_url, store.workspaces
        flow = create_oauth_flow(
            *(kept, client, chat, clock, tasks),
            app=app,
            redirect_url=url,
            more_scopes=[SCOPE] if settings.mcp else (),
        )
        bolt = create_bolt(client, Authorize(workspaces.get_bot), oauth_flow=flow)
        return SlackConnection(bolt, chat, workspaces.client_for, workspaces)

    async def client_for(_team: str) -> AsyncWebClient:
        return client

    # Bolt warns where its client has a token and `authorize` returns one too.
    single = SingleBot(client)
    bolt = create_bolt(with_token(client, None), Authorize(single.get_bot))
    return SlackConnection(bolt, SlackChat(client_for), single.client_for)


@asynccontextmanager
async def open_socket_mode(
    bolt: AsyncApp, app_token: str
) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Receive Slack's requests over a WebSocket of ours, bound to the event loop that runs now.

    It is opened in the background, and again whenever it breaks; what is yielded tells whether it
    stands.
    """
    handler = AsyncSocketModeHandler(bolt, app_token, ping_interval=PING_SECONDS)
    client = handler.client
    # A handshake that nobody answers would be waited for five minutes, aiohttp's default.
    await client.aiohttp_client_session.close()
    timeout = aiohttp.ClientTimeout(total=HANDSHAKE_SECONDS)
    client.aiohttp_client_session = aiohttp.ClientSession(timeout=timeout)
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
    try:
        yield client.is_connected
    finally:
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]


def open_playground(settings: Settings, address: str) -> tuple[Settings, Playground]:
    """Return the playground, and settings that make the bot talk to it.

    The credentials are new for each run. Raise SettingsError where its folder cannot be written.
    """
    data = settings.data / "playground"
    try:
        reset_each_day(data, datetime.now(UTC))
    except OSError as e:
        fault = messages.text("data_folder", path=data, reason=e.strerror)
        raise SettingsError([fault]) from e
    token, secret = f"xoxb-{token_hex(16)}", token_hex(16)
    playground = create_playground(
        Workspace(data / "slack.json", has_agents=True),
        bot_url=f"{address}/slack/events",
        base_url=address,
        signing_secret=secret,
        bot_token=token,
        commands=[("/digest", usage_hint(), messages.text("command_description"))],
        shortcuts=[(shortcut.kind, shortcut.callback, shortcut.name) for shortcut in MANIFEST],
    )
    changes = {
        "bot_token": SecretStr(token),
        "signing_secret": SecretStr(secret),
        "api_url": f"{address}/api/",
        "data": data,
        "database": None,
    }
    return settings.model_copy(update=changes), playground
