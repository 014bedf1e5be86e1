"""Provide a store, a fake Slack, a clock that tests set, and the digests' use case."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.digests import Digests
from bot.delivery.slack import SlackChat
from bot.model import AtIntervals, Cadence, NewArticle, Placement, StoredArticle, Subscription
from bot.playground.workspace import Workspace
from bot.store import Store, open_store
from tests.builders import NOON, StoryBuilder
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL, SlackServer, slack_server

TEAM = "T0FARLAND"
ZONE = "Europe/Tallinn"
HANGS = {FailureMode.HANG_BEFORE, FailureMode.HANG_AFTER}


class FakeClock:
    """A clock that tests move, and that `sleep` moves without waiting."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    def forward(self, **by: float) -> None:
        """Move the clock, as in `forward(hours=2)`."""
        self.time += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        """Move the clock without waiting."""
        self.time += timedelta(seconds=seconds)


class DeliveryEnv:
    """Everything that a delivery needs, real but for the clock."""

    def __init__(
        self, url: str, store: Store, slack: SlackServer, chat: SlackChat, clock: FakeClock
    ) -> None:
        self.url, self.store, self.slack, self.chat, self.clock = url, store, slack, chat, clock
        self.builder = StoryBuilder()
        self.digests = self.start()
        self._identities = count(1)

    def start(self, store: Any = None, chat: Any = None) -> Digests:
        """Create the use case anew, as after a restart."""
        return Digests(store or self.store, chat or self.chat, self.clock, sleep=self.clock.sleep)

    async def file(
        self,
        stored: StoredArticle,
        *,
        story: int | None = None,
        place: Placement | None = None,
        team: str | None = None,
    ) -> StoredArticle:
        """Store an article of the builder, seen now, at its place, in this story or a new one."""
        name = f"article-{next(self._identities)}"
        new = NewArticle(name, name, stored.article, stored.analysis, team, self.clock.now())
        chosen = place or (Placement(story) if story else None)
        return await self.store.articles.put(new, lambda _: chosen)

    async def news(self) -> None:
        """Store two stories."""
        await self.file(self.builder.harbour())
        await self.file(self.builder.ferry())

    async def subscribe(
        self, channel: str = CHANNEL, cadence: Cadence | None = None, **fields: Any
    ) -> Subscription:
        """Subscribe a channel whose slot is due now."""
        defaults = {"zone": ZONE, "next_due": self.clock.now(), **fields}
        subscription = Subscription(
            TEAM, channel, "U0WREN", cadence or AtIntervals(timedelta(hours=4)), **defaults
        )
        await self.store.subscriptions.save(subscription)
        return subscription

    async def subscription(self, channel: str = CHANNEL) -> Subscription:
        """Return a channel's subscription as it is now."""
        subscription = await self.store.subscriptions.get(TEAM, channel)
        assert subscription is not None
        return subscription

    def parts(self, channel: str = CHANNEL) -> list[tuple[int, int]]:
        """Return the (delivery, part) of each message in the channel and its threads, in order."""
        payloads = [
            message["metadata"]["event_payload"]
            for message in self.slack.messages(channel, user=None)
            if message.get("metadata")
        ]
        return [(payload["delivery"], payload["part"]) for payload in payloads]

    def texts(self, channel: str = CHANNEL) -> list[str]:
        """Return the text of the digests in the channel, without their threads."""
        return [message["text"] for message in self.slack.posted(channel)]


async def open_env(stack: AsyncExitStack, url: str) -> DeliveryEnv:
    """Open an environment that closes with the stack."""
    clock = FakeClock()
    slack = await stack.enter_async_context(
        slack_server(Workspace(clock=lambda: clock.now().timestamp()))
    )
    store = await open_store(url)
    stack.push_async_callback(store.close)
    patient, hurried = [await _client(stack, slack, seconds) for seconds in (30, 0.5)]

    async def client_for(_team: str) -> AsyncWebClient:
        # Only a call that Slack will leave without an answer is given up soon: a busy machine is no
        # silent Slack.
        return hurried if any(fault.how in HANGS for _, fault in slack.faults.pending) else patient

    return DeliveryEnv(url, store, slack, SlackChat(client_for), clock)


async def _client(stack: AsyncExitStack, slack: SlackServer, seconds: float) -> AsyncWebClient:
    """Return a client that gives up a call after so many seconds."""
    session = await stack.enter_async_context(
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds))
    )
    return AsyncWebClient(token=slack.token, base_url=slack.api_url, session=session)


@pytest.fixture
def env_url(request: pytest.FixtureRequest) -> str:
    """Return a SQLite address, or with `@on_postgresql` a PostgreSQL one."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


on_postgresql = pytest.mark.parametrize("env_url", ["postgresql"], indirect=True)


@pytest.fixture
async def env(env_url: str) -> AsyncIterator[DeliveryEnv]:
    """Return an environment without articles."""
    async with AsyncExitStack() as stack:
        yield await open_env(stack, env_url)
