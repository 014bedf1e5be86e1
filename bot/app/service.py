"""The running program, in whichever role.

serve(): settings -> listener, Slack client (or playground), store, Bolt -> ASGI app -> uvicorn
lifespan of the app: open_components() -> Program -> listeners on Bolt
`run`: periodic tasks that take in, deliver, correct and clean up
`web`: Slack's requests only   `worker`: intake, and jobs from the queue
`clock`: periodic tasks that enqueue what is due, in the clock that leads
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot import settings as settings_module
from bot.app import messages
from bot.app.bolt import get_bot_identity
from bot.app.components import AdapterWrapper, Components, check_folder, open_components, unwrapped
from bot.app.mcp_endpoint import McpEndpoint, is_installed
from bot.app.memory import MemoryTrimmer, limit_malloc_arenas, tune_gc
from bot.app.roles import HEARTBEAT_SECONDS, Dispatcher, Heartbeat, Role, job_handlers
from bot.app.server import Server, bind_address, format_address
from bot.app.slack import (
    SlackConnection,
    create_slack_connection,
    open_playground,
    open_socket_mode,
    open_web_client,
)
from bot.app.storage import create_store
from bot.app.tasks import AsyncioTasks, PeriodicTasks
from bot.app.web import OK, SignatureVerifier, create_app
from bot.delivery.digests import Digests
from bot.delivery.notices import report_broken_feeds
from bot.delivery.slack import SlackChat
from bot.intake.folder_files import SETTLE_SECONDS, watch_folder
from bot.intake.retention import drop_expired_texts
from bot.intake.source_health import report_quiet_sources
from bot.listeners.registration import register
from bot.listeners.request import Services
from bot.model.errors import PostFailed, SettingsError, StoreUnavailable, log_fields
from bot.playground.seeds import ingest_seeds, read_seeds
from bot.playground.server import Playground
from bot.playground.slack_objects import TEAM_ID
from bot.settings import Mode, Settings
from bot.store import Store
from bot.store.locks import sole_service
from bot.stories.people import Directory

if TYPE_CHECKING:
    from bot.app.queue import ProcrastinateQueue

log = structlog.get_logger(__name__)

# Procfile platforms kill 30 s after SIGTERM: requests end within 3, then deliveries and tasks.
SHUTDOWN_SECONDS = 22.0
# The tasks that are finished last need some of that time.
DELIVERY_SHUTDOWN_SECONDS = SHUTDOWN_SECONDS - 2

DELIVERY_SECONDS = 2.0
# A clock's look at unfinished deliveries is one query; what it finds is done elsewhere.
UNFINISHED_SECONDS = 5.0
DATABASE_RETRY_SECONDS = 5.0
TOKEN_CHECK_SECONDS = 5.0
TRIM_SECONDS = 3.0
METRICS_SECONDS = 15.0
STALLED_JOBS_SECONDS = 15.0
RECOVERY_SECONDS = 30.0
SILENCE_SECONDS = 600.0
TOKEN_RENEWAL_SECONDS = 600.0
CLEANUP_SECONDS = 3600.0
# /readyz fails where no periodic task was started for so long.
MAX_TICK_AGE = timedelta(seconds=60)

SEEDS = Path(__file__).parents[2] / "seeds"
FIRST_CHANNEL = "C0NEWSDESK"


async def serve(
    settings: Settings, role: Role = Role.ALL, wrap: AdapterWrapper = unwrapped
) -> None:
    """Run until SIGTERM or SIGINT; raise SettingsError where the settings do not allow it."""
    if faults := settings.run_faults() if role is Role.ALL else settings.role_faults(role.value):
        raise SettingsError(faults)
    if settings.mcp and not is_installed():
        raise SettingsError([messages.text("mcp_not_there")])
    settings_module.remove_secrets()
    limit_malloc_arenas()
    if role.takes_articles_in:
        check_folder(settings)
    # Others must know the address of a `web` alone; for health checks any free port will do.
    has_port = role.answers_slack or "port" in settings.model_fields_set
    listener = bind_address(settings.host, settings.port if has_port else 0)
    address = format_address(settings.host, listener.getsockname()[1])
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        playground = None
        if settings.mode is Mode.PLAYGROUND:
            database = settings.data / "playground" / "dateline.sqlite3"
            stack.enter_context(sole_service(f"sqlite:///{database}"))
            settings, playground = open_playground(settings, address)
            listener.listen()  # the bot is its client
        else:
            stack.enter_context(sole_service(settings.database_url))
        client = await stack.enter_async_context(open_web_client(settings))
        if settings.mode is not Mode.OAUTH and playground is None and role is not Role.CLOCK:
            await _check_token(client)
        # Opened here, because uvicorn would show a traceback where the database cannot be reached.
        # Nothing after it can fail before the app runs, and the app closes it.
        store = await _open_store(settings)
        tasks = AsyncioTasks()
        slack = create_slack_connection(settings, client, store, tasks)
        app = _create_app(
            settings, role, wrap(store), slack, tasks, address, playground, wrap, listener.listen
        )
        await Server(app, playground).serve(sockets=[listener])


@dataclass(slots=True)
class Program:
    """What one process runs with, whatever its role.

    `is_connected` tells whether the socket of Socket Mode stands; None over HTTP.
    """

    settings: Settings
    role: Role
    components: Components
    services: Services
    heartbeat: Heartbeat
    periodic: PeriodicTasks
    is_connected: Callable[[], Awaitable[bool]] | None = None


def _create_program(
    settings: Settings, role: Role, components: Components, chat: SlackChat, tasks: AsyncioTasks
) -> Program:
    store, clock, config = components.store, components.store.clock, settings.config
    actors, intake, poller = Directory(settings.actors.actors), components.intake, components.poller
    top, permission = config.digest.top, config.permissions.who_may_change
    lookback = timedelta(hours=config.digest.lookback_hours)
    late = timedelta(hours=config.digest.catch_up_hours)
    digests = Digests(
        store,
        chat,
        clock,
        lookback=lookback,
        top=top,
        actors=actors,
        catch_up=late,
        pictures=config.digest.pictures,
    )
    services = Services(
        *(store, chat, digests, intake, poller, clock, tasks, top, permission, actors),
        audience=config.permissions.who_sees_answers,
    )
    heartbeat, periodic = Heartbeat(store, clock, role), PeriodicTasks(tasks, clock)
    return Program(settings, role, components, services, heartbeat, periodic)


def _create_app(
    settings: Settings,
    role: Role,
    store: Store,
    slack: SlackConnection,
    tasks: AsyncioTasks,
    address: str,
    playground: Playground | None,
    wrap: AdapterWrapper,
    listen: Callable[[], None],
) -> Starlette:
    """Return the ASGI app. Its lifespan closes all it opens, since uvicorn ends the process."""
    program: Program | None = None
    mcp = _create_mcp_endpoint(settings, role, slack)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        nonlocal program
        async with AsyncExitStack() as stack:
            stack.push_async_callback(store.close)
            components = await stack.enter_async_context(open_components(settings, store, wrap))
            program = _create_program(settings, role, components, wrap(slack.chat), tasks)
            if role.answers_slack:
                register(slack.bolt, program.services)
                if mcp:
                    await stack.enter_async_context(mcp.open(program.services))
                if settings.mode is Mode.SOCKET and settings.app_token:
                    token = settings.app_token.get_secret_value()
                    socket = open_socket_mode(slack.bolt, token)
                    program.is_connected = await stack.enter_async_context(socket)
            endless = await _start_work(program, slack, stack)
            program.periodic.start()
            if playground:
                tasks.start("prime the playground", _prime_playground(program))
            tune_gc()
            mode = Mode.PLAYGROUND if playground else settings.mode
            listen()
            log.info("ready", address=address, role=role, mode=mode)
            if playground:
                sys.stdout.write(messages.text("open_page", address=address) + "\n")
                sys.stdout.flush()
            yield
            program.periodic.stop()
            await _finish_work(endless, program.services.digests, tasks)
            await program.heartbeat.stop()

    async def ready() -> dict[str, str]:
        return await _check_readiness(program) if program else {}

    bolt = slack.bolt if role.answers_slack and settings.mode is not Mode.SOCKET else None
    extra: list[BaseRoute] = [mcp.route()] if mcp else []
    extra += [Mount("/", playground.app)] if playground else []
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
    return create_app(
        bolt, signing_secret=secret, ready=ready, lifespan=lifespan, extra_routes=extra
    )


def _create_mcp_endpoint(
    settings: Settings, role: Role, slack: SlackConnection
) -> McpEndpoint | None:
    if not (settings.mcp and settings.signing_secret and role.answers_slack):
        return None
    verifier = SignatureVerifier(settings.signing_secret.get_secret_value())
    return McpEndpoint(verifier, slack.client_for)


async def _start_work(
    program: Program, slack: SlackConnection, stack: AsyncExitStack
) -> list[asyncio.Task[None]]:
    """Start the role's work; return the tasks that end only when they are cancelled."""
    role, components, digests = program.role, program.components, program.services.digests
    every = program.periodic.every
    every(HEARTBEAT_SECONDS, "say that it runs", program.heartbeat.beat)
    every(TRIM_SECONDS, "give memory back", MemoryTrimmer().trim)
    if slack.workspaces and role in {Role.ALL, Role.CLOCK}:
        renew = slack.workspaces.renew_tokens
        every(TOKEN_RENEWAL_SECONDS, "renew the workspaces' tokens", renew)
    if role.takes_articles_in:
        _schedule_intake(program, stack)
    if role is Role.ALL:
        _schedule_deliveries(program)
    if role.answers_slack:
        return []
    # Only here, for `run` and `web` need neither Procrastinate nor psycopg: 6 MB.
    from bot.app.queue import open_queue

    queue = await stack.enter_async_context(open_queue(program.settings, components.store.clock))
    if role is Role.WORKER:
        handlers = job_handlers(digests, components.poller)
        return [asyncio.create_task(queue.work(handlers, grace=DELIVERY_SHUTDOWN_SECONDS))]
    store, poller, clock = components.store, components.poller, components.store.clock
    dispatcher = Dispatcher(store, digests, poller, queue, program.heartbeat, clock)
    _schedule_dispatch(program, dispatcher, queue)
    return [asyncio.create_task(dispatcher.take_part_in_election())]


async def _finish_work(
    endless: Sequence[asyncio.Task[None]], digests: Digests, tasks: AsyncioTasks
) -> None:
    """Start nothing new, and finish what is being sent, within the time that a platform gives."""
    loop = asyncio.get_running_loop()
    end = loop.time() + SHUTDOWN_SECONDS
    for task in endless:
        task.cancel()
    await digests.stop(DELIVERY_SHUTDOWN_SECONDS)
    if endless:
        await asyncio.wait(endless, timeout=max(end - loop.time(), 0.0))
    await tasks.finish(max(end - loop.time(), 0.0))


def _schedule_intake(program: Program, stack: AsyncExitStack) -> None:
    """Schedule what each machine that takes articles in does for itself."""
    every, components, settings = program.periodic.every, program.components, program.settings
    store, chat, clock = components.store, program.services.chat, components.store.clock
    report_feeds = partial(report_broken_feeds, store.feeds, chat, clock)
    report_sources = partial(report_quiet_sources, store.sources, clock)
    scan_seconds = settings.config.folder.scan_seconds
    every(scan_seconds, "scan the feed folder", components.folder.scan)
    every(RECOVERY_SECONDS, "tell of broken feeds", report_feeds)
    every(SILENCE_SECONDS, "listen for quiet sources", report_sources)
    if scan_seconds > SETTLE_SECONDS:
        waking = asyncio.create_task(watch_folder(settings.feed_folder, components.folder.scan))
        stack.callback(waking.cancel)


def _schedule_deliveries(program: Program) -> None:
    """Schedule what `run` does itself, where several machines would share it by the queue."""
    every, digests = program.periodic.every, program.services.digests
    poll_seconds = program.settings.config.feeds.poll_seconds
    every(poll_seconds, "poll the feeds", program.components.poller.poll)
    every(DELIVERY_SECONDS, "deliver what is due", digests.deliver_due)
    every(RECOVERY_SECONDS, "recover deliveries", digests.recover)
    every(RECOVERY_SECONDS, "take back what was withdrawn", digests.correct)
    _schedule_cleanup(program)


def _schedule_dispatch(
    program: Program, dispatcher: Dispatcher, queue: "ProcrastinateQueue"
) -> None:
    """Schedule what a clock enqueues for the workers."""
    every, feeds = program.periodic.every, program.settings.config.feeds
    every(feeds.poll_seconds, "offer the feeds", dispatcher.dispatch_feeds)
    every(DELIVERY_SECONDS, "offer what is due", dispatcher.dispatch_due)
    every(UNFINISHED_SECONDS, "offer what was left", dispatcher.dispatch_unfinished)
    every(RECOVERY_SECONDS, "offer what was withdrawn", dispatcher.dispatch_corrections)
    every(STALLED_JOBS_SECONDS, "revive jobs", queue.requeue_stalled)
    every(STALLED_JOBS_SECONDS, "bury jobs", dispatcher.delete_settled_jobs)
    every(METRICS_SECONDS, "count jobs", queue.update_metrics)
    _schedule_cleanup(program)


def _schedule_cleanup(program: Program) -> None:
    async def clean_up() -> None:
        """Drop texts and deliveries that are older than is kept, and free their space."""
        store, config = program.components.store, program.settings.config
        retention, now = store.retention, program.services.clock.now()
        await drop_expired_texts(store.articles, config.policies, now)
        before = now - timedelta(days=config.retention.deliveries_days)
        if deleted := await retention.prune_deliveries(before):
            log.info("deliveries forgotten", deliveries=deleted)
        await retention.reclaim_space()

    every = program.periodic.every
    every(RECOVERY_SECONDS, "correct the schedules", program.services.digests.reschedule)
    every(METRICS_SECONDS, "count what waits", program.services.digests.count_waiting)
    every(CLEANUP_SECONDS, "forget what is kept no longer", clean_up)


async def _check_readiness(program: Program) -> dict[str, str]:
    """Return what /readyz shows of the database, the tasks, the feed folder and Slack's socket."""
    checks = {"database": OK, "scheduler": OK}
    try:
        await program.components.store.ping()
    except StoreUnavailable as e:
        checks["database"] = str(e)
    last = program.periodic.last_tick
    if last is None or program.services.clock.now() - last >= MAX_TICK_AGE:
        checks["scheduler"] = "no tick for too long"
    if program.role.takes_articles_in:
        checks["folder"] = OK
        try:
            await asyncio.to_thread(check_folder, program.settings)
        except SettingsError as e:
            checks["folder"] = "; ".join(e.faults)
    if program.is_connected:
        checks["socket"] = OK if await program.is_connected() else "not connected to Slack"
    return checks


async def _open_store(settings: Settings) -> Store:
    """Open the store; wait for a PostgreSQL that cannot be reached, and say so each time."""
    while True:
        try:
            return await create_store(settings)
        except StoreUnavailable as e:
            if not settings.has_postgresql:
                raise
            log.warning("waiting for the database", **log_fields(e))
        await asyncio.sleep(DATABASE_RETRY_SECONDS)


async def _check_token(client: AsyncWebClient) -> None:
    """Raise SettingsError for a bad token; go on where Slack cannot be reached now."""
    try:
        async with asyncio.timeout(TOKEN_CHECK_SECONDS):
            log.info("slack knows us", team=(await get_bot_identity(client)).name)
    except TimeoutError:
        log.warning("slack cannot be reached yet", code="timeout")
    except PostFailed as e:
        if e.permanent:
            raise SettingsError([messages.text("refused_token", code=e.code)]) from e
        log.warning("slack cannot be reached yet", code=e.code)


async def _prime_playground(program: Program) -> None:
    """Post the first digest between the seeds' articles and transcripts; once a day alone."""
    components, now = program.components, program.services.clock.now()
    articles, transcripts = await read_seeds(SEEDS, components.reader, now)
    await ingest_seeds(articles, components.intake)
    key = f"playground {now:%Y-%m-%d}"
    await program.services.digests.post_now(TEAM_ID, FIRST_CHANNEL, key=key, zone="UTC")
    await ingest_seeds(transcripts, components.intake)
