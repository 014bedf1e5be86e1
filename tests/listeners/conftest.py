"""Run the listeners behind signed requests, as if a person typed in Slack."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.bolt import Authorize, SingleBot, create_bolt
from bot.app.web import create_app
from bot.delivery.digests import Digests
from bot.delivery.slack import SlackChat
from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake
from bot.listeners import request
from bot.listeners.registration import register
from bot.listeners.request import Services
from bot.model import StoredArticle
from bot.playground.slack_objects import TEAM_ID
from bot.store import Store, open_store
from tests.builders import article, choose_new_story, later, new_article
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader
from tests.slack_server import CHANNEL, USER, SlackServer, serve, slack, texts

__all__ = ["slack"]


@dataclass
class WaitableTasks:
    """Start work as `AsyncioTasks` does, and let a test wait for all of it."""

    running: set[asyncio.Task[None]] = field(default_factory=set)
    faults: list[BaseException] = field(default_factory=list)

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            self.faults.append(fault)

    async def settled(self) -> None:
        while self.running:
            await asyncio.wait(set(self.running))


@dataclass
class SlackEnv:
    """A person in the fake Slack, with the bot behind it."""

    slack: SlackServer
    services: Services
    store: Store
    tasks: WaitableTasks
    clock: FakeClock
    web: FakeWeb
    url: str
    bolt: AsyncApp

    async def type(self, text: str, **where: Any) -> list[dict[str, Any]]:
        """Type a command; return the answers, oldest first."""
        return await self._answers(self.slack.command(f"/digest {text}".strip(), **where), **where)

    async def send_command(self, text: str, *, trigger: str, answer_at: str | None = None) -> None:
        """Send a command with this trigger id, as Slack does when it repeats one."""
        key = answer_at or self.slack.workspace.new_response_url(CHANNEL, USER)
        values = {
            "command": "/digest",
            "text": text,
            "team_id": TEAM_ID,
            "user_id": USER,
            "channel_id": CHANNEL,
        }
        values |= {"trigger_id": trigger, "response_url": f"{self.slack.base_url}/response/{key}"}
        reply = await self.slack.playground.sender.send_command(values)
        assert reply.problem is None

    async def settle(self) -> None:
        """Wait until all events are taken, and all that was asked is done."""
        await self.slack.playground.sender.settle()
        await self.tasks.settled()

    async def press(self, action: str, **where: Any) -> list[dict[str, Any]]:
        """Press a button; return what the person alone now sees."""
        reply = await self.slack.press(action, **where)
        assert reply.problem is None
        await self.tasks.settled()
        return self.slack.ephemerals()

    async def options(self, field: str, typed: str) -> list[str]:
        """Return what the picker of a field of the settings form offers for what is typed."""
        where = {"block_id": field, "action_id": "value", "container": {"type": "view"}}
        found = await self.slack.user_actions.get_options(USER, where, typed)
        return [option["value"] for option in found]

    async def _answers(self, act: Coroutine[Any, Any, Any], **where: Any) -> list[dict[str, Any]]:
        before = {message["ts"] for message in self.slack.ephemerals(**where)}
        reply = await act
        assert reply.problem is None
        await self.tasks.settled()
        return [
            message for message in self.slack.ephemerals(**where) if message["ts"] not in before
        ]

    async def publish(
        self, body: str | None = None, *, hours_ago: float = 1, **fields: Any
    ) -> StoredArticle:
        """Store an article."""
        texts = () if body is None else (body,)
        new = article(*texts, published=later(hours=-hours_ago), **fields)
        return await self.store.articles.put(
            new_article(new, seen=later(hours=-hours_ago)), choose_new_story
        )


def words(message: dict[str, Any]) -> str:
    """Return all the text of a message, view or block, one text on each line."""
    return "\n".join(texts(message.get("blocks", [])))


@pytest.fixture
async def env(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SlackEnv]:
    """Run Bolt, HTTP, signatures, the database and the fake Slack; only the web is in memory.

    However busy the machine, no work counts as long.
    """
    monkeypatch.setattr(request, "NOTICE_AFTER_SECONDS", 600.0)
    store = await open_store(sqlite_url)
    tasks, clock = WaitableTasks(), FakeClock()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.token, base_url=slack.api_url, session=session)

        async def client_for(team: str) -> AsyncWebClient:
            assert team == TEAM_ID
            return client

        chat = SlackChat(client_for)
        web = FakeWeb()
        intake = Intake(store.articles, InProcessReader(), CountingAnalyst(), web, clock)
        services = Services(
            store=store,
            chat=chat,
            digests=Digests(store, chat, clock, sleep=clock.sleep),
            intake=intake,
            poller=FeedPoller(store.feeds, intake, web, clock),
            clock=clock,
            tasks=tasks,
        )
        bolt = create_bolt(client, Authorize(SingleBot(client).get_bot))
        register(bolt, services)
        app = create_app(bolt, signing_secret=slack.signing_secret, ready=_ready, lifespan=None)
        async with serve(app) as url:
            slack.connect(f"{url}/slack/events")
            yield SlackEnv(slack, services, store, tasks, clock, web, url, bolt)
            await tasks.settled()
    await store.close()
    assert not tasks.faults


async def _ready() -> dict[str, str]:
    return {"database": "ok"}
