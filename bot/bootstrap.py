"""The one place that builds adapters and wires them; everybody else is handed what they need.

    settings -> store, worker pools, web -> intake, deliveries -> listeners -> the app that uvicorn serves
"""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import settings as settings_module
from bot.delivery.digests import Digests
from bot.delivery.slack import SlackChat, translated
from bot.errors import SettingsError
from bot.intake.feeds import FeedPoller
from bot.intake.folder import FeedFolder, check
from bot.intake.intake import Intake
from bot.intake.web import SafeWeb
from bot.intake.workers import AnalystPool, ReaderPool
from bot.jobs import LocalJobs
from bot.listeners.registration import register
from bot.listeners.services import Services
from bot.listeners.socket import open_socket
from bot.schedule import Ticks
from bot.settings import Mode, Settings
from bot.store import open_store
from bot.web import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ports import Store

log = structlog.get_logger(__name__)

# Slack gives a stopping process 25 s on most platforms (SIGTERM, then SIGKILL at 30 s).
SHUTDOWN_SECONDS = 25.0


class SystemClock:
    """ports.Clock by the machine's own."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)


@asynccontextmanager
async def open_archive(settings: Settings | None = None) -> AsyncIterator[Store]:
    """The store alone, for commands that look things up."""
    settings = settings or settings_module.load()
    store = await open_store(settings.database_url)
    try:
        yield store
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Rooms:
    """What reads and keeps the news, wired."""

    store: Store
    intake: Intake
    folder: FeedFolder
    poller: FeedPoller
    reader: ReaderPool
    analyst: AnalystPool
    clock: SystemClock


@asynccontextmanager
async def open_rooms(settings: Settings) -> AsyncIterator[Rooms]:
    """Store, worker processes, intake: everything below Slack."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_archive(settings))
        clock = SystemClock()
        reader, analyst = ReaderPool(), AnalystPool()
        stack.push_async_callback(reader.close)
        stack.push_async_callback(analyst.close)
        web = SafeWeb(allow_hosts=settings.allowed_hosts)
        stack.push_async_callback(web.close)
        intake = Intake(store.articles, reader, analyst, web, clock)
        folder = FeedFolder(settings.feed_folder, intake, clock)
        poller = FeedPoller(store.feeds, intake, web, clock)
        yield Rooms(store, intake, folder, poller, reader, analyst, clock)


@asynccontextmanager
async def open_intake() -> AsyncIterator[Intake]:
    """The intake, for `dateline ingest`."""
    async with open_rooms(settings_module.load()) as rooms:
        yield rooms.intake


@asynccontextmanager
async def open_poller() -> AsyncIterator[FeedPoller]:
    """The feed poller, for `dateline feeds add`."""
    async with open_rooms(settings_module.load()) as rooms:
        yield rooms.poller


def check_folder(settings: Settings) -> None:
    """Raise SettingsError unless the feed folder is there and can be written to; a missing one is made."""
    check(settings.feed_folder)


async def ask_slack(settings: Settings) -> tuple[str, frozenset[str]]:
    """Give the workspace's name and the scopes that the token has; raise PostFailed."""
    async with _slack_client(settings) as client:
        return await _whoami(client)


@asynccontextmanager
async def _slack_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """One HTTP session for all calls: without it slack_sdk opens one a call."""
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=token, base_url=settings.api_url, session=session)


async def _whoami(client: AsyncWebClient) -> tuple[str, frozenset[str]]:
    async with translated("auth.test"):
        answer = await client.auth_test()
    granted = answer.headers.get("x-oauth-scopes", "") if answer.headers else ""
    return str(answer.get("team", "")), frozenset(scope.strip() for scope in granted.split(",") if scope.strip())


# --- the service -----------------------------------------------------------------------------------


async def serve(settings: Settings) -> None:
    """Run until a signal says stop."""
    if faults := settings.run_faults():
        raise SettingsError(faults)
    check_folder(settings)
    listener = _listen(settings.host, settings.port)
    address = _address(settings.host, listener.getsockname()[1])
    stand_in: Playground | None = None
    if settings.mode is Mode.PLAYGROUND:
        stand_in = open_playground(settings.data / "playground", address)
        settings = _playground_settings(settings, stand_in, address)
    async with _slack_client(settings) as client:
        if stand_in is None:
            await _check_token(client)
        server = uvicorn.Server(
            uvicorn.Config(
                _app(settings, client, stand_in, address),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=int(SHUTDOWN_SECONDS),
            )
        )
        await server.serve(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as e:
        if e.errno == errno.EADDRINUSE:
            cure = f"Port {port} is in use, perhaps by another Dateline. Stop that, or set PORT to another number."
        else:
            cure = f"HOST {host}, PORT {port} cannot be listened on: {e.strerror}."
        raise SettingsError([cure]) from e


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _check_token(client: AsyncWebClient) -> None:
    """Refuse to start on a bad token; go on where Slack cannot be reached just now."""
    try:
        team, _ = await _whoami(client)
        log.info("slack knows us", team=team)
    except PostFailed as e:
        if e.permanent:
            raise SettingsError(
                [f"Slack refuses SLACK_BOT_TOKEN ({e.code}). Copy the Bot User OAuth Token again from your app's page."]
            ) from e
        log.warning("slack cannot be reached yet", code=e.code)
