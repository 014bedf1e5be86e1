"""All at once for ten minutes: kills, a restart, a clock that is set, refusals, a large story.

Two webs, two workers and two clocks on PostgreSQL; forty channels that are due every minute; a
Slack that fails one call in five; every ten seconds a process of any kind dies by kill -9; the
database restarts once; one worker's clock is set three hours forward and back; now and then
somebody asks for a chart.
"""

import asyncio
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from urllib.parse import urlencode

import aiohttp

from bot.playground.request_sender import FORM, sign_body
from tests.chaos.chaos_env import TEAM, ChaosEnv
from tests.postgres_server import PostgresServer
from tests.slack_server import SIGNING_SECRET

CHANNELS, LARGE_STORY, KILL_SECONDS, MAX_LATE_SECONDS = 40, 120, 10.0, 100.0
ROLES = ("clock", "clock", "worker", "stepped worker", "web", "web")
# What came in so long before the end has stood in every channel.
_LAST_NEWS_SECONDS = 150.0


async def storm(env: ChaosEnv, server: PostgresServer, minutes: float) -> str:
    """Run it for so many minutes, then let it settle; return the figures."""
    dice = random.Random(1)
    alive = {await _start(env, role): role for role in ROLES}
    env.drop(4)
    assert await env.until(env.is_idle, within=90)
    await env.set_faults(failing=20)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    await env.subscribe(CHANNELS, start, timedelta(minutes=1), top=5)
    until, deaths, charts = time.monotonic() + minutes * 60, 0, 0
    restart_at = time.monotonic() + minutes * 30
    env.drop_story(LARGE_STORY)
    news_at = time.monotonic()
    while time.monotonic() < until:
        await asyncio.sleep(KILL_SECONDS)
        if time.monotonic() > news_at and until - time.monotonic() > _LAST_NEWS_SECONDS:
            env.drop(1)
            news_at += 30
        if restart_at and time.monotonic() > restart_at:
            restart_at = 0.0
            server.stop(signal.SIGQUIT)
            await asyncio.sleep(3)
            await asyncio.to_thread(server.start)
        pid = dice.choice(list(alive))
        role = alive.pop(pid)
        await env.kill(pid)
        deaths += 1
        alive[await _start(env, role)] = role
        charts += await _ask_for_chart(env, [p for p, name in alive.items() if name == "web"])
    env.sql("UPDATE subscriptions SET paused = true")
    assert await env.until(env.is_idle, within=240, look=1.0), env.sql(
        "SELECT id, channel, key, state, touched FROM deliveries"
        " WHERE state NOT IN ('posted', 'skipped')"
    )
    report = await env.report()
    faults = report.faults()
    faults += _find_repeated_or_missing(env)
    late = await _lateness(env)
    cut = quantiles(late, n=100)
    figures = (
        f"{minutes:g} minutes, {deaths} processes killed, {charts} charts answered; "
        f"late p50 {cut[49]:.0f} s, p99 {cut[98]:.0f} s, most {late[-1]:.0f} s; {report.summary()}"
    )
    assert not faults, f"{faults}; {figures}"
    assert cut[98] < MAX_LATE_SECONDS, figures
    return figures


async def _start(env: ChaosEnv, role: str) -> int:
    name = role.rpartition(" ")[2]
    return await env.start_process(name, level="info", steps_clock=name != role)


async def _ask_for_chart(env: ChaosEnv, webs: list[int]) -> bool:
    """Ask a web for a chart; return whether it acknowledged: it may be starting."""
    address = env.ready_address(webs[0])
    if address is None:
        return False
    form = {
        "command": "/digest",
        "text": "chart week",
        "team_id": TEAM,
        "channel_id": "C00000",
        "channel_name": "room-0",
        "user_id": "U0WREN",
        "user_name": "wren",
        "trigger_id": f"{os.urandom(4).hex()}",
        "response_url": f"{env.address}/response",
    }
    body, now = urlencode(form).encode(), str(int(time.time()))
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": sign_body(SIGNING_SECRET, now, body),
    }
    timeout = aiohttp.ClientTimeout(total=3)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{address}/slack/events", data=body, headers=headers) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _find_repeated_or_missing(env: ChaosEnv) -> list[str]:
    """Return what a channel was shown twice, or never, as the ledger has it."""
    shown = (
        "SELECT channel, article, count(*) FROM delivery_articles"
        " JOIN deliveries ON deliveries.id = delivery WHERE state = 'posted'"
        " GROUP BY channel, article"
    )
    twice = env.sql(f"SELECT count(*) FROM ({shown} HAVING count(*) > 1) AS twice")  # noqa: S608 - ours
    pairs = env.sql(f"SELECT count(*) FROM ({shown}) AS pairs")  # noqa: S608 - ours
    [(articles,)] = env.sql("SELECT count(*) FROM articles")
    faults = {
        f"articles shown twice in a channel: {twice}": twice != [(0,)],
        f"{pairs} of {CHANNELS} times {articles} articles shown": pairs != [(CHANNELS * articles,)],
    }
    return [fault for fault, is_so in faults.items() if is_so]


async def _lateness(env: ChaosEnv) -> list[float]:
    """Return how late the first part of each digest stood in its channel, in seconds, ascending."""
    slots = {number: datetime.fromisoformat(key) for number, key in env.sql(
        "SELECT id, key FROM deliveries WHERE kind = 'scheduled'"
    )}  # fmt: skip
    seen = await env.seen()
    return sorted(
        float(ts) - slots[delivery].timestamp()
        for _, delivery, part, ts in seen["marks"]
        if part == 0 and delivery in slots
    )
