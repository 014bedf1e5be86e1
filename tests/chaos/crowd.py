"""A thousand channels are due at once, and one call in five to Slack fails.

Two clocks, three workers and two webs share the work.
"""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import aiohttp
from slack_sdk.signature import SignatureVerifier

from tests.chaos.chaos_env import ChaosEnv
from tests.slack_server import SIGNING_SECRET

ROLES = ("clock", "clock", "worker", "worker", "worker", "web", "web")
EVENTS = 20


async def post_to_crowd(env: ChaosEnv, channels: int, *, within: float) -> str:
    """Run it and describe the result; each channel must get its digest `within` seconds."""
    pids = [await env.start_process(role, level="info") for role in ROLES]
    addresses = [await env.ready(pid) for pid in pids]
    env.drop(8)
    assert await env.until(env.is_idle, within=60)
    once = await check_repeated_events(env, addresses[-2:])
    await env.set_faults(failing=20)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    began = time.monotonic()
    await env.subscribe(channels, due, timedelta(hours=12))
    assert await env.until(lambda: all_ended(env, channels), within=within, look=1.0), env.sql(
        "SELECT state, count(*) FROM deliveries GROUP BY state"
    )
    took = time.monotonic() - began
    report = await env.report()
    assert report.faults() == [], report.faults()
    assert report.states == {"posted": channels}, report.states
    late = await lateness(env, due)
    cut = quantiles(late, n=100)
    return (
        f"{channels} channels due at once, every digest once, {took:.0f} s in all: "
        f"late p50 {cut[49]:.0f} s, "
        f"p99 {cut[98]:.0f} s, the last {late[-1]:.0f} s; {once}; {report.summary()}"
    )


def all_ended(env: ChaosEnv, channels: int) -> bool:
    """Return whether every channel's delivery has ended."""
    return env.is_idle() and env.sql("SELECT count(*) FROM deliveries") == [(channels,)]


async def lateness(env: ChaosEnv, due: datetime) -> list[float]:
    """Return the lateness of each channel's digest in seconds, in ascending order."""
    seen = await env.seen()
    return sorted(float(ts) - due.timestamp() for _, _, part, ts in seen["marks"] if part == 0)


async def check_repeated_events(env: ChaosEnv, addresses: list[str]) -> str:
    """Check that an event sent to both webs, as a balancer may repeat it, is answered once."""
    async with aiohttp.ClientSession() as session:
        bodies = [app_home_opened(number) for number in range(EVENTS)]
        await asyncio.gather(
            *(send_event(session, address, body) for body in bodies for address in addresses * 2)
        )
    for _ in range(100):
        answered: int = (await env.seen())["methods"].get("views.publish", 0)
        if answered >= EVENTS:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    answered = (await env.seen())["methods"].get("views.publish", 0)
    assert answered == EVENTS, answered
    return f"{EVENTS} events, each sent to two webs twice, answered {answered} times"


def app_home_opened(number: int) -> bytes:
    """Return the event that somebody opened App Home."""
    event = {"type": "app_home_opened", "user": "U0WREN", "channel": "D0WREN", "tab": "home"}
    body = {
        "type": "event_callback",
        "team_id": "T0PLAYGRND",
        "api_app_id": "A0DATELINE",
        "event": event,
    }
    return json.dumps(body | {"event_id": f"Ev{number}", "event_time": int(time.time())}).encode()


async def send_event(session: aiohttp.ClientSession, address: str, body: bytes) -> None:
    """Send it as Slack would."""
    now = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
    headers = {
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature or "",
        "Content-Type": "application/json",
    }
    async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
