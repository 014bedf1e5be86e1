"""Slack for tests: the playground's server on loopback, and hands to use it with.

In a room's conftest: `from tests.slack_server import slack` and `__all__ = ["slack"]`. Then

    async def test_it(slack):
        async with serve(my_asgi_app) as url:
            slack.connect(f"{url}/slack/events")
            await slack.command("/digest now")
            posted = await slack.wait_for(lambda: slack.messages("news-desk"))
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
import uvicorn

from bot.playground.request_sender import BotResponse
from bot.playground.server import Playground, create_playground
from bot.playground.workspace import USERS, ApiCall, Channel, SentRequest, Workspace
from tests.slack_faults import FailureMode, Fault, FaultInjector

TOKEN = "xoxb-playground-not-a-secret"
SIGNING_SECRET = "playground-signing-secret"
CHANNEL = "C0NEWSDESK"
USER = "U0WREN"


class _Server(uvicorn.Server):
    """Uvicorn that leaves signals alone and says when it has begun."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun, self.enough = asyncio.Event(), asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.begun.set()

    async def main_loop(self) -> None:
        await self.on_tick(
            0
        )  # gives every answer its Date header; uvicorn's own loop would look each 0.1 s
        await self.enough.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down without uvicorn's pause of 0.1 s; wait a second for what still runs."""
        for server in self.servers:
            server.close()
        for bound in sockets or ():
            bound.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, late = await asyncio.wait(self.server_state.tasks, timeout=1)
            for task in late:
                task.cancel()
        await self.lifespan.shutdown()


def free_socket() -> socket.socket:
    """A loopback socket on a port that nobody has; it is bound, so nobody else gets it."""
    # asyncio switches Nagle's delay off (40 ms a call) only on sockets that name their protocol.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return bound


def address(bound: socket.socket) -> str:
    """The address of what listens there."""
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextlib.asynccontextmanager
async def serve(app: Any, bound: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an ASGI app in this event loop, on a free port; the value is its address."""
    bound = bound or free_socket()
    config = uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    begun = asyncio.create_task(server.begun.wait())
    try:
        await asyncio.wait({running, begun}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            raise RuntimeError("the server did not start")
        yield address(bound)
    finally:
        begun.cancel()
        server.should_exit = True
        server.enough.set()
        await running
        bound.close()


class SlackServer:
    """The running stand-in as a test sees it. `channel` is an id or a name, with or without #."""

    def __init__(self, playground: Playground, base_url: str) -> None:
        self.playground = playground
        self.workspace, self.user_actions = playground.workspace, playground.user_actions
        self.faults = FaultInjector(playground.app, playground.workspace)
        self.base_url = base_url
        self.api_url = f"{base_url}/api/"
        self.token, self.signing_secret = TOKEN, SIGNING_SECRET

    def connect(self, bot_url: str) -> None:
        """Say where the bot takes its requests: `…/slack/events`."""
        self.playground.sender.bot_url = bot_url

    # --- what is there ---

    def channel(self, name: str) -> Channel:
        """Find a channel."""
        found = self.workspace.find_channel(name)
        assert found is not None, f"no channel {name}"
        return found

    def messages(self, channel: str = CHANNEL, *, user: str | None = USER) -> list[dict[str, Any]]:
        """Return all that a user sees in a channel, replies and ephemerals too, oldest first."""
        return [
            post.message for post in self.workspace.visible_messages(self.channel(channel).id, user)
        ]

    def ephemerals(self, channel: str = CHANNEL, *, user: str = USER) -> list[dict[str, Any]]:
        """What only this person sees, oldest first."""
        return [
            message for message in self.messages(channel, user=user) if message.get("is_ephemeral")
        ]

    def posted(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """What the bot posted for all to see, replies left out, oldest first."""
        found = self.messages(channel, user=None)
        return [m for m in found if m.get("bot_id") and m.get("thread_ts", m["ts"]) == m["ts"]]

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """The replies of a thread, oldest first."""
        return [post.message for post in self.workspace.replies(self.channel(channel).id, ts)]

    def home(self, user: str = USER) -> dict[str, Any] | None:
        """A person's App Home."""
        return self.workspace.homes.get(user)

    def modal(self, user: str = USER) -> dict[str, Any] | None:
        """The modal on top for a person."""
        stack = self.workspace.modals.get(user)
        return stack[-1] if stack else None

    @property
    def calls(self) -> list[ApiCall]:
        """Every call that the bot made, oldest first, but for the questions what Slack takes."""
        return [call for call in self.workspace.calls if call.method != "blocks.validate"]

    def calls_of(self, method: str) -> list[ApiCall]:
        """The calls of one method, oldest first; `response_url` is one too."""
        return [call for call in self.workspace.calls if call.method == method]

    @property
    def requests(self) -> list[SentRequest]:
        """Every request sent to the bot, with its answer and how long it took."""
        return list(self.workspace.requests)

    # --- what a person does ---

    def add_user(self, name: str, channel: str = CHANNEL) -> str:
        """Add a person to a channel, where many have to ask: each may ask for so much alone."""
        self.workspace.users.setdefault(name, replace(USERS[0], id=name))
        self.channel(channel).members.add(name)
        return name

    async def command(self, text: str, *, channel: str = CHANNEL, user: str = USER) -> BotResponse:
        """Type a slash command."""
        return await self.user_actions.send_command(user, self.channel(channel).id, text)

    async def say(
        self, text: str, *, channel: str = CHANNEL, user: str = USER, thread: str | None = None
    ) -> str:
        """Write a message; `<@U0DATELINE>` in it mentions the bot."""
        return await self.user_actions.send_message(
            user, self.channel(channel).id, text, thread=thread
        )

    async def press(
        self,
        action_id: str,
        *,
        channel: str = CHANNEL,
        ts: str | None = None,
        user: str = USER,
        **chosen: Any,
    ) -> BotResponse:
        """Use an element of a message, by default the newest that has it; `chosen` is as sent."""
        place = self.channel(channel).id
        for message in reversed(self.messages(place, user=user)):
            previews = (each["blocks"] for each in message.get("attachments", []))
            blocks = [*message.get("blocks", []), *chain.from_iterable(previews)]
            found = find_action(blocks, action_id)
            if found and ts in {None, message["ts"]}:
                return await self.user_actions.use_element(
                    user, place, message["ts"], found | chosen
                )
        raise AssertionError(f"no element {action_id} in {channel}")

    async def press_in_view(
        self, action_id: str, *, view: dict[str, Any] | None = None, user: str = USER, **chosen: Any
    ) -> BotResponse:
        """Use an element of the modal on top, or of the view given (`slack.home()`)."""
        shown = view or self.modal(user)
        assert shown is not None, "no view is open"
        found = find_action(shown["blocks"], action_id)
        assert found is not None, f"no element {action_id} in the view"
        return await self.user_actions.use_view_element(user, shown["id"], found | chosen)

    async def submit(self, state: dict[str, Any], *, user: str = USER) -> BotResponse:
        """Submit the modal on top; `state` is {block_id: {action_id: {"type": …, "value": …}}}."""
        view = self.modal(user)
        assert view is not None, "no modal is open"
        return await self.user_actions.submit(user, view["id"], state)

    # --- what goes wrong, and waiting ---

    def fail(
        self,
        method: str,
        code: str = "fatal_error",
        *,
        how: FailureMode = FailureMode.ERROR,
        times: int = 1,
        status: int = 500,
        retry_after: int = 1,
    ) -> None:
        """Let the next calls of a method fail; see FailureMode for the ways."""
        self.faults.order(method, Fault(how, code, status, retry_after), times)

    async def wait_for(self, predicate: Callable[[], Any], *, within: float = 150.0) -> Any:
        """Wait until the predicate, tried at each change, returns a true value; return it."""
        with self.workspace.watch() as changes:
            async with asyncio.timeout(within):
                while not (found := predicate()):
                    await changes.get()
        return found


def unfold(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks, with those of a container behind it."""
    return [each for block in blocks for each in (block, *block.get("child_blocks", ()))]


def texts(node: Any) -> list[str]:
    """Return each text in blocks or a part of one, but for the values of buttons and options."""
    if isinstance(node, list):
        return [text for child in node for text in texts(child)]
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [
            text for key, child in node.items() if key != "value" for text in texts(child)
        ]
    return []


def find_action(blocks: list[dict[str, Any]], action_id: str) -> dict[str, Any] | None:
    """Find an element by its action_id, as block_actions sends it."""
    for block in unfold(blocks):
        for element in (*block.get("elements", []), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and element.get("action_id") == action_id:
                kept = {
                    key: element[key]
                    for key in ("type", "action_id", "text", "value")
                    if key in element
                }
                return kept | {"block_id": block["block_id"]}
    return None


@contextlib.asynccontextmanager
async def slack_server(
    workspace: Workspace | None = None, **options: Any
) -> AsyncIterator[SlackServer]:
    """Run the stand-in; `options` are those of create_playground (timeout, retries).

    It waits longer than Slack's three seconds, since the machine may be busy.
    """
    options = {"timeout": 30.0} | options
    bound = free_socket()
    base_url = address(bound)
    playground = create_playground(
        workspace or Workspace(),
        bot_url="http://127.0.0.1:9/slack/events",
        base_url=base_url,
        signing_secret=SIGNING_SECRET,
        bot_token=TOKEN,
        **options,
    )
    server = SlackServer(playground, base_url)
    async with serve(server.faults, bound):
        yield server


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Slack on loopback, with a new workspace."""
    async with slack_server() as server:
        yield server
