"""The running program: opens what its role needs, ticks, answers, and ends in order.

settings -> bootstrap's adapters -> deliveries, listeners, ticks -> the app that uvicorn serves
"""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import settings as settings_module
from bot.app import heap
from bot.app.archive import open_database
from bot.app.components import AdapterWrapper, Components, check_folder, itself, open_components
from bot.app.connections import HeadTimeoutProtocol
from bot.app.jobs import LocalJobs
from bot.app.queue import ProcrastinateQueue, open_queue
from bot.app.roles import HEARTBEAT_SECONDS, Dispatcher, Heartbeat, Role, job_handlers
from bot.app.schedule import PeriodicTasks
from bot.app.slack import (
    Speaker,
    address_of,
    open_playground,
    open_slack,
    open_socket_mode,
    open_speaker,
)
from bot.app.slack_checks import Api, get_bot_identity
from bot.app.web import FINE, create_app
from bot.delivery.digests import AT_A_TIME, Digests
from bot.delivery.notices import FeedNotices
from bot.delivery.slack import SlackChat
from bot.intake.feed_folder import SETTLED_AFTER
from bot.intake.folder_files import watch_folder
from bot.intake.source_health import SourceHealthMonitor
from bot.listeners.registration import register
from bot.listeners.services import Services
from bot.model.errors import PostFailed, SettingsError, StoreUnavailable
from bot.playground.news_day import prime
from bot.playground.server import Playground
from bot.playground.workspace import TEAM
from bot.settings import Mode, Settings
from bot.store import Store
from bot.store.sole import sole_service
from bot.stories.people import Directory

log = structlog.get_logger(__name__)

# Procfile platforms send SIGKILL 30 s after SIGTERM: requests, then deliveries, then jobs end within 25.
REQUEST_SECONDS = 3
SHUTDOWN_SECONDS = 22.0
DELIVERY_SECONDS = 2.0
COUNT_SECONDS = 15.0
RECOVERY_SECONDS = 30.0
SILENCE_SECONDS = 600.0
TIDY_SECONDS = 3600.0
RENEWAL_SECONDS = 600.0
# A clock's look at what was left unfinished is one query; what it finds is done elsewhere.
LOOK_SECONDS = 5.0
REVIVAL_SECONDS = 15.0
GIVING_BACK_SECONDS = 10.0
LATEST_TICK_SECONDS = 60.0
SEEDS = Path(__file__).parents[2] / "seeds"
FIRST_CHANNEL = "C0NEWSDESK"


async def serve(
    settings: Settings, role: Role = Role.ALL, adapted: AdapterWrapper = itself
) -> None:
    """Run until a signal says stop."""
    if faults := settings.run_faults() if role is Role.ALL else settings.role_faults(role.value):
        raise SettingsError(faults)
    settings_module.leave_environment()
    heap.share()
    if role in {Role.ALL, Role.WORKER}:
        check_folder(settings)
    listener = _listen(settings.host, _port(settings, role))
    address = address_of(settings.host, listener.getsockname()[1])
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        stand_in = None
        if settings.mode is Mode.PLAYGROUND:
            stack.enter_context(
                sole_service(f"sqlite:///{settings.data / 'playground' / 'dateline.sqlite3'}")
            )
            settings, stand_in = open_playground(settings, address)
        else:
            stack.enter_context(sole_service(settings.database_url))
        client = await stack.enter_async_context(open_slack(settings))
        if settings.mode is not Mode.OAUTH and stand_in is None and role is not Role.CLOCK:
            await _check_token(client)
        # Before uvicorn serves: it would tell a database out of reach by a trace. After all that may end the start: the
        # app closes it.
        store = await open_database(settings)
        jobs = LocalJobs()
        speaker = open_speaker(settings, client, store, jobs)
        app = _app(settings, adapted(store), speaker, jobs, address, stand_in, role, adapted)
        config = uvicorn.Config(
            app,
            http=HeadTimeoutProtocol,
            log_config=None,
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=REQUEST_SECONDS,
        )
        await Server(config, stand_in).serve(sockets=[listener])


class Server(uvicorn.Server):
    """Uvicorn that first lets go of pages that watch the playground: they would hold up the stop and end in a trace."""

    def __init__(self, config: uvicorn.Config, stand_in: Playground | None) -> None:
        super().__init__(config)
        self._stand_in = stand_in

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what watches, then as ever."""
        if self._stand_in:
            self._stand_in.workspace.end()
        await super().shutdown(sockets)


def _port(settings: Settings, role: Role) -> int:
    """Only `web` has an address that others must know; for the health of a worker or clock any free port will do."""
    return (
        settings.port if role in {Role.ALL, Role.WEB} or "port" in settings.model_fields_set else 0
    )


@dataclass(frozen=True, slots=True)
class Program:
    """What one process runs with, whatever its role."""

    settings: Settings
    role: Role
    rooms: Components
    chat: SlackChat
    digests: Digests
    presence: Heartbeat
    ticks: PeriodicTasks
    jobs: LocalJobs
    actors: Directory


def _program(
    settings: Settings, role: Role, rooms: Components, chat: SlackChat, jobs: LocalJobs
) -> Program:
    wanted = settings.config.digest
    actors = Directory(settings.actors.actors)
    digests = Digests(
        rooms.store,
        chat,
        rooms.clock,
        lookback=timedelta(hours=wanted.lookback_hours),
        top=wanted.top,
        actors=actors,
        catch_up=timedelta(hours=wanted.catch_up_hours),
    )
    presence = Heartbeat(rooms.store, rooms.clock, role)
    return Program(
        settings,
        role,
        rooms,
        chat,
        digests,
        presence,
        PeriodicTasks(jobs, rooms.clock),
        jobs,
        actors,
    )


def _app(
    settings: Settings,
    store: Store,
    speaker: Speaker,
    jobs: LocalJobs,
    address: str,
    stand_in: Playground | None,
    role: Role,
    adapted: AdapterWrapper,
) -> Starlette:
    """Wire the service; what it opens lives as long as the app: uvicorn runs nothing of ours after it."""
    checks: dict[str, Callable[[], Awaitable[str]]] = {}
    answers = role in {Role.ALL, Role.WEB}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(store.close)
            rooms = await stack.enter_async_context(open_components(settings, store, adapted))
            program = _program(settings, role, rooms, adapted(speaker.chat), jobs)
            checks.update(_checks(program))
            if answers:
                await _listen_to_slack(program, speaker, stack)
            endless = await _take_up(program, speaker, stack)
            program.ticks.start()
            if stand_in:
                jobs.start("prime the playground", _prime(program))
            heap.settle()
            log.info(
                "ready",
                address=address,
                role=role,
                mode=Mode.PLAYGROUND if stand_in else settings.mode,
            )
            yield
            program.ticks.stop()
            await _end(endless, program.digests, jobs)
            await program.presence.stop()

    async def ready() -> dict[str, str]:
        return {name: await check() for name, check in checks.items()}

    serves_http = answers and settings.mode is not Mode.SOCKET
    extra = [Mount("/", stand_in.app)] if stand_in else []
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
    return create_app(
        speaker.bolt if serves_http else None,
        signing_secret=secret,
        ready=ready,
        lifespan=lifespan,
        extra_routes=extra,
    )


async def _listen_to_slack(program: Program, speaker: Speaker, stack: AsyncExitStack) -> None:
    settings, rooms = program.settings, program.rooms
    services = Services(
        rooms.store,
        program.chat,
        program.digests,
        rooms.intake,
        rooms.poller,
        rooms.clock,
        program.jobs,
        settings.config.digest.top,
        settings.config.permissions.who_may_change,
        program.actors,
    )
    register(speaker.bolt, services)
    if settings.mode is Mode.SOCKET and settings.app_token:
        await stack.enter_async_context(
            open_socket_mode(speaker.bolt, settings.app_token.get_secret_value())
        )


async def _take_up(
    program: Program, speaker: Speaker, stack: AsyncExitStack
) -> list[asyncio.Task[None]]:
    """Begin what this role is for; the tasks that end only when they are cancelled."""
    role, rooms, digests = program.role, program.rooms, program.digests
    program.ticks.every(HEARTBEAT_SECONDS, "say that it runs", program.presence.beat)
    program.ticks.every(GIVING_BACK_SECONDS, "give memory back", heap.give_back)
    if speaker.workspaces and role in {Role.ALL, Role.CLOCK}:
        program.ticks.every(
            RENEWAL_SECONDS, "renew the workspaces' tokens", speaker.workspaces.renew_tokens
        )
    if role in {Role.ALL, Role.WORKER}:
        _take_in(program, stack)
    if role is Role.ALL:
        _do_all_here(program)
    if role in {Role.ALL, Role.WEB}:
        return []
    queue = await stack.enter_async_context(open_queue(program.settings))
    if role is Role.WORKER:
        work = queue.work(
            job_handlers(digests, rooms.poller, AT_A_TIME), grace=SHUTDOWN_SECONDS - 2
        )
        return [asyncio.create_task(work)]
    offers = Dispatcher(rooms.store, digests, rooms.poller, queue, program.presence, rooms.clock)
    _offer_all(program, offers, queue)
    return [asyncio.create_task(offers.take_part_in_election())]


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


def _take_in(program: Program, stack: AsyncExitStack) -> None:
    """What each machine that takes articles in looks after."""
    ticks, rooms, chat, settings = program.ticks, program.rooms, program.chat, program.settings
    scan = settings.config.folder.scan_seconds
    ticks.every(scan, "scan the feed folder", rooms.folder.scan)
    ticks.every(
        RECOVERY_SECONDS,
        "tell of broken feeds",
        FeedNotices(rooms.store.feeds, chat, rooms.clock).tell,
    )
    ticks.every(
        SILENCE_SECONDS,
        "listen for quiet sources",
        SourceHealthMonitor(rooms.store.sources, rooms.clock).look,
    )
    if scan > SETTLED_AFTER:
        waking = asyncio.create_task(watch_folder(settings.feed_folder, rooms.folder.scan))
        stack.callback(waking.cancel)


def _do_all_here(program: Program) -> None:
    """What is due, in this process."""
    ticks, digests = program.ticks, program.digests
    ticks.every(
        program.settings.config.feeds.poll_seconds, "poll the feeds", program.rooms.poller.poll
    )
    ticks.every(DELIVERY_SECONDS, "deliver what is due", digests.deliver_due)
    ticks.every(RECOVERY_SECONDS, "recover deliveries", digests.recover)
    ticks.every(RECOVERY_SECONDS, "take back what was withdrawn", digests.correct)
    _keep_house(program)


def _offer_all(program: Program, offers: Dispatcher, queue: ProcrastinateQueue) -> None:
    """The same, for workers to do."""
    ticks = program.ticks
    ticks.every(
        program.settings.config.feeds.poll_seconds, "offer the feeds", offers.dispatch_feeds
    )
    ticks.every(DELIVERY_SECONDS, "offer what is due", offers.dispatch_due)
    ticks.every(LOOK_SECONDS, "offer what was left", offers.dispatch_unfinished)
    ticks.every(RECOVERY_SECONDS, "offer what was withdrawn", offers.dispatch_corrections)
    ticks.every(REVIVAL_SECONDS, "revive jobs", queue.requeue_stalled)
    ticks.every(REVIVAL_SECONDS, "bury jobs", offers.delete_settled_jobs)
    ticks.every(COUNT_SECONDS, "count jobs", queue.update_metrics)
    _keep_house(program)


def _keep_house(program: Program) -> None:
    program.ticks.every(COUNT_SECONDS, "count what waits", program.digests.count_waiting)
    program.ticks.every(TIDY_SECONDS, "forget what is kept no longer", Housekeeping(program).tidy)


class Housekeeping:
    """Forgets what is kept no longer: texts after their source's days, deliveries of long ago."""

    def __init__(self, program: Program) -> None:
        self._kept, self._rooms = program.settings.config.retention, program.rooms

    async def tidy(self) -> None:
        """Forget, and give the disk back what is free."""
        await self._rooms.retention.prune()
        retention = self._rooms.store.retention
        before = self._rooms.clock.now() - timedelta(days=self._kept.deliveries_days)
        if pruned := await retention.prune_deliveries(before):
            log.info("deliveries forgotten", deliveries=pruned)
        await retention.reclaim_space()


def _checks(program: Program) -> dict[str, Callable[[], Awaitable[str]]]:
    """What /readyz asks: the database, the ticking, the folder."""
    rooms, ticks = program.rooms, program.ticks

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
            await asyncio.to_thread(check_folder, program.settings)
        except SettingsError as e:
            return "; ".join(e.faults)
        return FINE

    checks: dict[str, Callable[[], Awaitable[str]]] = {"database": database, "scheduler": scheduler}
    return checks | {"folder": folder} if program.role in {Role.ALL, Role.WORKER} else checks


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as e:
        fault = f"HOST {host}, PORT {port} cannot be listened on: {e.strerror}."
        if e.errno == errno.EADDRINUSE:
            fault = f"PORT {port} is in use, perhaps by another Dateline. Stop that, or set PORT to another number."
        raise SettingsError([fault]) from e
    # What it accepts inherits this. asyncio sets it only on sockets that name TCP as their protocol, and
    # Nagle's delay then costs each answer on a kept connection 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _check_token(client: Api) -> None:
    """Refuse to start on a bad token; go on where Slack cannot be reached just now."""
    try:
        log.info("slack knows us", team=(await get_bot_identity(client)).name)
    except PostFailed as e:
        if e.permanent:
            cure = "Copy the Bot User OAuth Token again from your app's page, OAuth & Permissions."
            raise SettingsError([f"Slack refuses SLACK_BOT_TOKEN ({e.code}). {cure}"]) from e
        log.warning("slack cannot be reached yet", code=e.code)


async def _prime(program: Program) -> None:
    """Take the seeds in and post the first digest; once a day, however often it is started."""
    now = program.rooms.clock.now()
    await prime(SEEDS, program.rooms.reader, program.rooms.intake, now)
    await program.digests.post_now(
        TEAM, FIRST_CHANNEL, key=f"playground {now:%Y-%m-%d}", zone="UTC"
    )
