"""The one place that builds adapters and wires them; everybody else is handed what they need.

settings -> store, worker pools, web -> intake, deliveries -> listeners -> the app that uvicorn serves
"""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol, TypeVar

import aiohttp
import structlog
import uvicorn
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Mount

from bot import settings as settings_module
from bot.delivery.digests import AT_A_TIME, Digests
from bot.delivery.notices import FeedNotices
from bot.delivery.slack import SlackChat, translated
from bot.errors import PostFailed, SettingsError, StoreUnavailable
from bot.intake.feeds import FeedPoller
from bot.intake.folder import SETTLED_AFTER, FeedFolder, check
from bot.intake.habits import SourceWatch
from bot.intake.intake import Intake, SourceFacts
from bot.intake.retention import Retention
from bot.intake.waking import wake
from bot.intake.web import SafeWeb
from bot.intake.workers import AnalystPool, ReaderPool
from bot.jobs import LocalJobs
from bot.listeners.grammar import usage_hint
from bot.listeners.installing import oauth_flow
from bot.listeners.registration import register
from bot.listeners.services import Services
from bot.listeners.shortcuts import MANIFEST
from bot.listeners.socket_mode import socket_mode
from bot.listeners.workspaces import NOT_INSTALLED, Authorize, Workspaces
from bot.playground.news_day import prime
from bot.playground.server import create_playground
from bot.playground.workspace import TEAM, Workspace
from bot.queue import Queue
from bot.roles import BEAT, Offers, Presence, Role, duties
from bot.schedule import Ticks
from bot.settings import Mode, Settings
from bot.store import SqlStore, open_store
from bot.store.database import plain_address
from bot.store.sole import sole_service
from bot.stories.people import Directory
from bot.web import FINE, create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from starlette.applications import Starlette

    from bot.delivery.probe import Api
    from bot.playground.server import Playground
    from bot.ports import Store
    from bot.settings import SourceConfig

log = structlog.get_logger(__name__)

CHALLENGE_SECONDS = 3  # as Slack waits
SLACK_SECONDS = 30  # for one call, as slack_sdk's own default
# Procfile platforms send SIGKILL 30 s after SIGTERM: requests, then deliveries, then jobs end within 25.
REQUEST_SECONDS = 3
SHUTDOWN_SECONDS = 22.0
DELIVERY_SECONDS = 2.0
COUNT_SECONDS = 15.0
TIDY_SECONDS = 6 * 60 * 60.0
RECOVERY_SECONDS = 30.0
SILENCE_SECONDS = 600.0
RETENTION_SECONDS = 3600.0
RENEWAL_SECONDS = 600.0
# A clock's look at what was left unfinished is one query; what it finds is done elsewhere.
LOOK_SECONDS = 5.0
REVIVAL_SECONDS = 15.0
LATEST_TICK_SECONDS = 60.0
SEEDS = Path(__file__).parent.parent / "seeds"
FIRST_CHANNEL = "C0NEWSDESK"


A = TypeVar("A")


def itself(adapter: A) -> A:
    """What an adapter passes through as it is wired; a chaos test puts something in its place."""
    return adapter


class Adapt(Protocol):
    """Gives an adapter, or something around it."""

    def __call__(self, adapter: A, /) -> A: ...  # noqa: D102


class SystemClock:
    """ports.Clock by the machine's own."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)


async def _open(settings: Settings) -> SqlStore:
    return await open_store(settings.database_url, settings.config.policies, settings.token_keys)


@asynccontextmanager
async def open_archive(settings: Settings | None = None) -> AsyncIterator[Store]:
    """The store alone, for commands that look things up."""
    settings = settings or settings_module.load()
    store = await _open(settings)
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
    retention: Retention
    reader: ReaderPool
    analyst: AnalystPool
    clock: SystemClock


@asynccontextmanager
async def open_rooms(settings: Settings, store: Store | None = None, adapted: Adapt = itself) -> AsyncIterator[Rooms]:
    """Store (unless it is given), worker processes, intake: everything below Slack."""
    async with AsyncExitStack() as stack:
        if store is None:
            store = await stack.enter_async_context(open_archive(settings))
        clock = SystemClock()
        reader, analyst = ReaderPool(), AnalystPool()
        stack.callback(reader.close)
        stack.callback(analyst.close)
        reader, analyst = adapted(reader), adapted(analyst)
        web = SafeWeb(allow_hosts=settings.allowed_hosts)
        stack.push_async_callback(web.close)
        known = {name: _facts(source) for name, source in settings.config.sources.items()}
        intake = Intake(store.articles, reader, analyst, web, clock, known)
        folder = FeedFolder(settings.feed_folder, intake, clock, store.sources, store.rights, settings.config.stays)
        poller = FeedPoller(store.feeds, intake, web, clock)
        retention = Retention(store.articles, settings.config.policies, clock)
        yield Rooms(store, intake, folder, poller, retention, reader, analyst, clock)


def _facts(source: SourceConfig) -> SourceFacts:
    return SourceFacts(source.name, source.zone, source.encoding, source.language, source.owner)


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


@asynccontextmanager
async def open_queue() -> AsyncIterator[Queue]:
    """The job queue, for `dateline jobs`; raise SettingsError where there is none."""
    settings = settings_module.load()
    if not settings.database_url.startswith("postgres"):
        fault = "There is no job queue on SQLite: `dateline run` does its work at once, in its own process."
        raise SettingsError([f"{fault} Set DATABASE_URL to the postgresql:// address that the workers use."])
    async with open_archive(settings), Queue(plain_address(settings.database_url)).opened() as queue:
        yield queue


def check_folder(settings: Settings) -> None:
    """Raise SettingsError unless files can be put away in the feed folder, or read where they stay there."""
    check(settings.feed_folder, stays=settings.config.stays(None))


@asynccontextmanager
async def open_slack(settings: Settings) -> AsyncIterator[Api]:
    """Slack's client with our token, for `dateline doctor`."""
    async with _slack_client(settings) as client:
        yield client


async def challenge(settings: Settings, url: str | None) -> str | None:
    """Ask an address as Slack does before it sends requests there; give what is wrong, None where it answers.

    https://docs.slack.dev/reference/events/url_verification; `url` is None for the service on this machine.
    """
    address = f"{(url or _address(settings.host, settings.port)).rstrip('/')}/slack/events"
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
    word, now = token_hex(8), str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": word, "token": ""})
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body) or ""
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature,
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CHALLENGE_SECONDS)) as session,
            session.post(address, data=body, headers=headers) as answer,
        ):
            said = await answer.text()
            return None if answer.status == 200 and word in said else f"HTTP status {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as e:
        return type(e).__name__


@asynccontextmanager
async def _slack_client(settings: Settings) -> AsyncIterator[AsyncWebClient]:
    """One HTTP session for all calls: without it slack_sdk opens one a call."""
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    # slack_sdk's own `timeout` is nothing to a session that it is given; aiohttp would wait five minutes.
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS)) as session:
        yield AsyncWebClient(token=token, base_url=settings.api_url, session=session)


async def _whoami(client: AsyncWebClient) -> tuple[str, frozenset[str]]:
    async with translated("auth.test"):
        answer = await client.auth_test()
    granted = answer.headers.get("x-oauth-scopes", "") if answer.headers else ""
    return str(answer.get("team", "")), frozenset(scope.strip() for scope in granted.split(",") if scope.strip())


# --- the service -----------------------------------------------------------------------------------


async def serve(settings: Settings, role: Role = Role.ALL, adapted: Adapt = itself) -> None:
    """Run until a signal says stop."""
    if faults := settings.run_faults() if role is Role.ALL else settings.role_faults(role.value):
        raise SettingsError(faults)
    settings_module.leave_environment()
    if role in {Role.ALL, Role.WORKER}:
        check_folder(settings)
    listener = _listen(settings.host, _port(settings, role))
    address = _address(settings.host, listener.getsockname()[1])
    async with AsyncExitStack() as stack:
        stand_in = None
        if settings.mode is Mode.PLAYGROUND:
            stack.enter_context(sole_service(f"sqlite:///{settings.data / 'playground' / 'dateline.sqlite3'}"))
            settings, stand_in = _open_playground(settings, address)
        else:
            stack.enter_context(sole_service(settings.database_url))
        # Before uvicorn serves: it would tell a database out of reach by a trace.
        store = await _open(settings)
        client = await stack.enter_async_context(_slack_client(settings))
        if settings.mode is not Mode.OAUTH and stand_in is None and role is not Role.CLOCK:
            await _check_token(client)
        app = _app(settings, client, adapted(store), address, stand_in, role, adapted)
        # A browser that watches the playground would hold up the stop for as long as it watches.
        grace = 1 if stand_in else REQUEST_SECONDS
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=grace)
        await uvicorn.Server(config).serve(sockets=[listener])


def _port(settings: Settings, role: Role) -> int:
    """Only `web` has an address that others must know; for the health of a worker or clock any free port will do."""
    return settings.port if role in {Role.ALL, Role.WEB} or "port" in settings.model_fields_set else 0


@dataclass(frozen=True, slots=True)
class Speaker:
    """How we talk with Slack: Bolt hears, `chat` speaks; `workspaces` where each has a token of its own."""

    bolt: AsyncApp
    chat: SlackChat
    workspaces: Workspaces | None = None


def _speaker(settings: Settings, client: AsyncWebClient, store: Store, jobs: LocalJobs) -> Speaker:
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else None
    if settings.mode is Mode.OAUTH and settings.client_id and settings.client_secret:
        app = settings.client_id.get_secret_value(), settings.client_secret.get_secret_value()
        clock = SystemClock()
        workspaces = Workspaces(store.installations, client, clock, app=app)
        chat = SlackChat(workspaces.client_for)
        bolt = AsyncApp(
            client=client,
            signing_secret=secret,
            authorize=Authorize(workspaces),  # type: ignore[arg-type]  # its signature forgets that it takes these
            oauth_flow=oauth_flow(store.installations, client, chat, clock, jobs, app=app),
            user_facing_authorize_error_message=NOT_INSTALLED,
        )
        return Speaker(bolt, chat, workspaces)

    async def client_for(_team: str) -> AsyncWebClient:
        return client

    return Speaker(AsyncApp(client=client, signing_secret=secret), SlackChat(client_for))


def _app(
    settings: Settings,
    client: AsyncWebClient,
    store: SqlStore,
    address: str,
    stand_in: Playground | None,
    role: Role,
    adapted: Adapt,
) -> Starlette:
    """Wire the service; what it opens lives as long as the app: uvicorn runs nothing of ours after it."""
    jobs = LocalJobs()
    speaker = _speaker(settings, client, store, jobs)
    bolt, chat = speaker.bolt, adapted(speaker.chat)
    checks: dict[str, Callable[[], Awaitable[str]]] = {}
    answers = role in {Role.ALL, Role.WEB}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(store.close)
            rooms = await stack.enter_async_context(open_rooms(settings, store, adapted))
            wanted = settings.config.digest
            lookback = timedelta(hours=wanted.lookback_hours)
            late, actors = timedelta(hours=wanted.catch_up_hours), Directory(settings.actors.actors)
            digests = Digests(
                rooms.store, chat, rooms.clock, lookback=lookback, top=wanted.top, catch_up=late, actors=actors
            )
            who = settings.config.permissions.who_may_change
            services = Services(
                rooms.store, chat, digests, rooms.intake, rooms.poller, rooms.clock, jobs, wanted.top, who, actors
            )
            presence = Presence(rooms.store, rooms.clock, role)
            ticks = Ticks(jobs, rooms.clock)
            ticks.every(BEAT, "say that it runs", presence.beat)
            if speaker.workspaces and role in {Role.ALL, Role.CLOCK}:
                ticks.every(RENEWAL_SECONDS, "renew the workspaces' tokens", speaker.workspaces.renew)
            checks.update(_checks(settings, rooms, ticks, role))
            if answers:
                register(bolt, services)
                if settings.mode is Mode.SOCKET and settings.app_token:
                    await stack.enter_async_context(socket_mode(bolt, settings.app_token.get_secret_value()))
            endless = await _take_up(role, stack, settings, rooms, digests, chat, presence, ticks)
            ticks.start()
            if role in {Role.ALL, Role.WORKER} and settings.config.folder.scan_seconds > SETTLED_AFTER:
                waking = asyncio.create_task(wake(settings.feed_folder, rooms.folder.scan))
                stack.callback(waking.cancel)
            if stand_in:
                jobs.start("prime the playground", _prime(rooms, digests))
            log.info("ready", address=address, role=role, mode=Mode.PLAYGROUND if stand_in else settings.mode)
            yield
            ticks.stop()
            await _end(endless, digests, jobs)
            await presence.leave()

    async def ready() -> dict[str, str]:
        return {name: await check() for name, check in checks.items()}

    serves_http = answers and settings.mode is not Mode.SOCKET
    extra = [Mount("/", stand_in.app)] if stand_in else []
    return create_app(bolt if serves_http else None, ready=ready, lifespan=lifespan, extra_routes=extra)


async def _take_up(
    role: Role,
    stack: AsyncExitStack,
    settings: Settings,
    rooms: Rooms,
    digests: Digests,
    chat: SlackChat,
    presence: Presence,
    ticks: Ticks,
) -> list[asyncio.Task[None]]:
    """Begin what this role is for; the tasks that end only when they are cancelled."""
    if role is Role.ALL:
        _add_ticks(ticks, settings, rooms, digests, chat)
    if role in {Role.ALL, Role.WEB}:
        return []
    queue = await stack.enter_async_context(Queue(plain_address(settings.database_url)).opened())
    if role is Role.WORKER:
        _add_intake(ticks, settings, rooms, chat)
        work = queue.work(duties(digests, rooms.poller, AT_A_TIME), grace=SHUTDOWN_SECONDS - 2)
        return [asyncio.create_task(work)]
    offers = Offers(rooms.store, digests, rooms.poller, queue, presence, rooms.clock)
    _add_offers(ticks, settings, rooms, digests, offers, queue)
    return [asyncio.create_task(offers.lead())]


async def _end(endless: Sequence[asyncio.Task[None]], digests: Digests, jobs: LocalJobs) -> None:
    """Claim nothing new, and finish what is being sent, within the time that a platform gives."""
    loop = asyncio.get_running_loop()
    until = loop.time() + SHUTDOWN_SECONDS
    for task in endless:
        task.cancel()
    await digests.stop(SHUTDOWN_SECONDS - 2)
    if endless:
        await asyncio.wait(endless, timeout=max(until - loop.time(), 0.0))
    await jobs.finish(max(until - loop.time(), 0.0))


def _add_ticks(ticks: Ticks, settings: Settings, rooms: Rooms, digests: Digests, chat: SlackChat) -> None:
    """Everything in this process."""
    _add_intake(ticks, settings, rooms, chat)
    ticks.every(settings.config.feeds.poll_seconds, "poll the feeds", rooms.poller.poll)
    ticks.every(DELIVERY_SECONDS, "deliver what is due", digests.deliver_due)
    ticks.every(RETENTION_SECONDS, "drop what may be kept no longer", rooms.retention.prune)
    ticks.every(RECOVERY_SECONDS, "recover deliveries", digests.recover)
    ticks.every(RECOVERY_SECONDS, "take back what was withdrawn", digests.correct)
    ticks.every(COUNT_SECONDS, "count what waits", digests.count_waiting)
    ticks.every(TIDY_SECONDS, "forget old deliveries", Housekeeping(settings, rooms).tidy)


class Housekeeping:
    """Forgets deliveries of long ago, once in a while."""

    def __init__(self, settings: Settings, rooms: Rooms) -> None:
        self._kept, self._rooms = settings.config.retention, rooms

    async def tidy(self) -> None:
        """Prune, and give the disk back what is free."""
        retention = self._rooms.store.retention
        before = self._rooms.clock.now() - timedelta(days=self._kept.deliveries_days)
        pruned = await retention.prune_deliveries(before)
        await retention.tidy()
        if pruned:
            log.info("deliveries forgotten", deliveries=pruned)


def _add_intake(ticks: Ticks, settings: Settings, rooms: Rooms, chat: SlackChat) -> None:
    """What each machine that takes articles in looks after."""
    ticks.every(settings.config.folder.scan_seconds, "scan the feed folder", rooms.folder.scan)
    ticks.every(RECOVERY_SECONDS, "tell of broken feeds", FeedNotices(rooms.store.feeds, chat, rooms.clock).tell)
    ticks.every(SILENCE_SECONDS, "listen for quiet sources", SourceWatch(rooms.store.sources, rooms.clock).look)


def _add_offers(ticks: Ticks, settings: Settings, rooms: Rooms, digests: Digests, offers: Offers, queue: Queue) -> None:
    """The same, for workers to do."""
    ticks.every(settings.config.feeds.poll_seconds, "offer the feeds", offers.feeds)
    ticks.every(DELIVERY_SECONDS, "offer what is due", offers.due)
    ticks.every(LOOK_SECONDS, "offer what was left", offers.left)
    ticks.every(RECOVERY_SECONDS, "offer what was withdrawn", offers.outdated)
    ticks.every(REVIVAL_SECONDS, "revive jobs", queue.revive)
    ticks.every(COUNT_SECONDS, "count what waits", digests.count_waiting)
    ticks.every(TIDY_SECONDS, "forget old deliveries", Housekeeping(settings, rooms).tidy)


def _checks(settings: Settings, rooms: Rooms, ticks: Ticks, role: Role) -> dict[str, Callable[[], Awaitable[str]]]:
    """What /readyz asks: the database, the ticking, the folder."""

    async def database() -> str:
        try:
            await rooms.store.ping()
        except StoreUnavailable as e:
            return str(e)
        return FINE

    async def scheduler() -> str:
        late = rooms.clock.now() - (ticks.last or datetime.min.replace(tzinfo=UTC))
        return FINE if late < timedelta(seconds=LATEST_TICK_SECONDS) else "no tick for too long"

    async def folder() -> str:
        try:
            await asyncio.to_thread(check_folder, settings)
        except SettingsError as e:
            return "; ".join(e.faults)
        return FINE

    checks: dict[str, Callable[[], Awaitable[str]]] = {"database": database, "scheduler": scheduler}
    return checks | {"folder": folder} if role in {Role.ALL, Role.WORKER} else checks


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as e:
        fault = f"HOST {host}, PORT {port} cannot be listened on: {e.strerror}."
        if e.errno == errno.EADDRINUSE:
            fault = f"PORT {port} is in use, perhaps by another Dateline. Stop that, or set PORT to another number."
        raise SettingsError([fault]) from e
    # What it accepts inherits this. asyncio sets it only on sockets that name TCP as their protocol, and
    # Nagle's delay then costs each answer on a kept connection 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _check_token(client: AsyncWebClient) -> None:
    """Refuse to start on a bad token; go on where Slack cannot be reached just now."""
    try:
        team, _ = await _whoami(client)
        log.info("slack knows us", team=team)
    except PostFailed as e:
        if e.permanent:
            cure = "Copy the Bot User OAuth Token again from your app's page, OAuth & Permissions."
            raise SettingsError([f"Slack refuses SLACK_BOT_TOKEN ({e.code}). {cure}"]) from e
        log.warning("slack cannot be reached yet", code=e.code)


# --- the playground --------------------------------------------------------------------------------


def _open_playground(settings: Settings, address: str) -> tuple[Settings, Playground]:
    """Build the stand-in and the settings that make the bot talk to it, with credentials of this run alone."""
    data = settings.data / "playground"
    try:
        _begin_day(data, datetime.now(UTC))
    except OSError as e:
        fault = f"DATELINE_DATA: {data} cannot be written to ({e.strerror}). Name a folder that can."
        raise SettingsError([fault]) from e
    token, secret = f"xoxb-{token_hex(16)}", token_hex(16)
    stand_in = create_playground(
        Workspace(data / "slack.json"),
        bot_url=f"{address}/slack/events",
        base_url=address,
        signing_secret=secret,
        bot_token=token,
        commands=[("/digest", usage_hint(), "Who said what in the news")],
        shortcuts=[(one.kind, one.callback, one.name) for one in MANIFEST],
    )
    own = {
        "bot_token": SecretStr(token),
        "signing_secret": SecretStr(secret),
        "api_url": f"{address}/api/",
        "data": data,
        "database": None,
    }
    return settings.model_copy(update=own), stand_in


def _begin_day(data: Path, now: datetime) -> None:
    """Let each day begin afresh: yesterday's seeds would stand beside today's as the same stories."""
    data.mkdir(parents=True, exist_ok=True)
    mark = data / "day"
    today = now.date().isoformat()
    if mark.exists() and mark.read_text(encoding="utf-8") == today:
        return
    for name in ("slack.json", "dateline.sqlite3", "dateline.sqlite3-wal", "dateline.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    mark.write_text(today, encoding="utf-8")


async def _prime(rooms: Rooms, digests: Digests) -> None:
    """Take the seeds in and post the first digest; once a day, however often it is started."""
    now = rooms.clock.now()
    await prime(SEEDS, rooms.reader, rooms.intake, now)
    await digests.post_now(TEAM, FIRST_CHANNEL, key=f"playground {now:%Y-%m-%d}", zone="UTC")
