"""Unchanged, Bolt takes the stand-in for Slack, in one process on one port, as in `make run`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.playground.server import create_playground
from bot.playground.workspace import Workspace
from tests.playground.kit import actions, button, modal, plain, question, typing
from tests.slack_server import SIGNING_SECRET, TOKEN, SlackServer, address, free_socket, serve


@dataclass(frozen=True)
class House:
    """The bot and its Slack under one roof."""

    slack: SlackServer
    bolt: AsyncApp


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Bolt at /slack/events, the stand-in at everything else."""
    bound = free_socket()
    base_url = address(bound)
    playground = create_playground(
        Workspace(),
        bot_url=f"{base_url}/slack/events",
        base_url=base_url,
        signing_secret=SIGNING_SECRET,
        bot_token=TOKEN,
    )
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=TOKEN, base_url=f"{base_url}/api/", session=session)
        bolt = AsyncApp(name="echo", signing_secret=SIGNING_SECRET, client=client)
        handler = AsyncSlackRequestHandler(bolt)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        app = Starlette(
            routes=[Route("/slack/events", events, methods=["POST"]), Mount("/", playground.app)]
        )
        async with serve(app, bound):
            yield House(SlackServer(playground, base_url), bolt)
            await playground.sender.close()


async def test_a_command_opens_a_modal_and_its_submission_posts(house: House) -> None:
    """Ack, respond, views.open, view_submission with errors, and say go round through Bolt."""
    slack, bolt = house.slack, house.bolt

    @bolt.command("/digest")
    async def digest(
        ack: Any, respond: Any, command: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        await respond(f"You asked for {command['text']}")
        view = modal(question(typing(), block_id="name"), callback_id="settings")
        await client.views_open(trigger_id=command["trigger_id"], view=view)

    @bolt.view("settings")
    async def settings(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        value = view["state"]["values"]["name"]["type"]["value"]
        if value != "Wren":
            await ack(response_action="errors", errors={"name": "Who?"})
            return
        await ack()
        await client.chat_postMessage(
            channel="C0NEWSDESK", text=f"Saved for {value}", blocks=[actions(button(1))]
        )

    @bolt.action("press1")
    async def press(ack: Any, respond: Any) -> None:
        await ack()
        await respond(
            "Pressed", replace_original=True, blocks=[{"type": "header", "text": plain("Pressed")}]
        )

    reply = await slack.command("/digest settings")
    assert reply.problem is None
    await slack.wait_for(slack.modal)
    assert slack.ephemerals()[0]["text"] == "You asked for settings"
    reply = await slack.submit({"name": {"type": {"type": "plain_text_input", "value": "Nobody"}}})
    assert reply.json["errors"] == {"name": "Who?"}
    await slack.submit({"name": {"type": {"type": "plain_text_input", "value": "Wren"}}})
    await slack.wait_for(lambda: slack.posted("news-desk"))
    assert slack.modal() is None
    await slack.press("press1")
    await slack.wait_for(lambda: slack.posted("news-desk")[0]["text"] == "Pressed")


async def test_events_and_wrong_signatures(house: House) -> None:
    """Bolt hears events, and refuses requests that are signed with another secret."""
    slack, bolt = house.slack, house.bolt

    @bolt.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]}
        )

    slack.user_actions.open_home("U0MINA")
    await slack.wait_for(lambda: slack.home("U0MINA"))
    slack.playground.sender._secret = "another"
    assert (await slack.command("/digest")).request.status == 401
