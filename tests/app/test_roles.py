"""Web, worker and clock run as three processes on one PostgreSQL database."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from bot.app.doctor import examine
from bot.app.roles import Role
from bot.settings import Settings
from bot.store import open_store
from bot.store.clock import SystemClock
from tests.builders import StoryBuilder, new_article
from tests.service import KEY, Service, credentials, running
from tests.slack_server import SlackServer, slack

__all__ = ["slack"]


async def test_three_roles_do_the_main_job(
    slack: SlackServer, tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web takes a subscription, the clock queues its slot, and a worker posts it.

    Each ends in order, and none shows a secret.
    """
    await file_news(postgresql_url)
    told_to_none = {
        "DATABASE_URL": postgresql_url.replace("@", ":pass-of-the-base@"),
        "DATELINE_TOKEN_KEY": KEY,
    }
    settings = told_to_none | credentials(slack)
    async with AsyncExitStack() as stack:
        starting = [
            stack.enter_async_context(running(tmp_path, role, **settings))
            for role in ("web", "worker", "clock")
        ]
        web, worker, clock = await asyncio.gather(*starting)
        slack.connect(f"{web.address}/slack/events")
        await slack.command("/digest subscribe every 1m")
        await slack.wait_for(slack.ephemerals)
        make_due(postgresql_url)
        await slack.wait_for(slack.posted)
        assert await processes(monkeypatch, **settings) == "1 web, 1 worker, 1 clock"
        for process in (clock, web, worker):
            assert (
                await process.find_leaks(KEY, "pass-of-the-base", slack.token, slack.signing_secret)
                == []
            )
            assert await stop_in_order(process) <= 25
    assert await processes(monkeypatch, **settings) == "none is running"


async def file_news(url: str) -> None:
    """Put a story into the store."""
    store = await open_store(url)
    filed = StoryBuilder().harbour()
    await store.articles.put(new_article(filed.article, seen=SystemClock().now()), lambda _: None)
    await store.close()


def make_due(url: str) -> None:
    """Make the slot of every subscription due now."""
    with psycopg.connect(url) as database:
        database.execute("UPDATE subscriptions SET next_due = now()")


async def processes(monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """Return what `doctor` says of the running processes."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    [finding] = [
        finding for finding in await examine(online=False) if finding.subject == "processes"
    ]
    return finding.result


async def stop_in_order(process: Service) -> float:
    """Stop a process that logged no error; return how long the stop took, in seconds."""
    begun = asyncio.get_running_loop().time()
    assert not [line for line in process.lines if line.get("level") in {"error", "critical"}]
    await process.stop()
    return asyncio.get_running_loop().time() - begun


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER, Role.CLOCK])
def test_a_role_needs_postgresql_and_slack(role: Role) -> None:
    """Without them a role ends with the settings to add and the command to run instead."""
    faults = " ".join(Settings().role_faults(role.value))
    assert f"dateline {role.value}" in faults
    assert "SLACK_BOT_TOKEN" in faults
    assert "postgresql://" in faults
    assert "dateline run" in faults
