"""Actions reach the bot as Slack sends them, and its answers are carried out as by Slack."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.workspace import Workspace
from tests.playground.echo import Echo
from tests.playground.kit import (
    actions,
    button,
    marked,
    modal,
    option,
    question,
    section,
    typing,
)
from tests.slack_server import SlackServer, serve, slack_server

DESK = "C0NEWSDESK"
ANSWER = {"name": {"type": {"type": "plain_text_input", "value": "Wren"}}}


async def answer_at(url: str, **body: Any) -> int:
    """Post to a response_url, and give the status."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status


# --- slash commands ---


async def test_slacks_own_verifier_takes_the_signature(slack: SlackServer) -> None:
    """Every request is signed as slack_sdk verifies it."""
    verdicts: list[bool] = []

    async def hear(request: Request) -> Response:
        body = await request.body()
        verdicts.append(
            SignatureVerifier(slack.signing_secret).is_valid_request(body, dict(request.headers))
        )
        return Response()

    async with serve(Starlette(routes=[Route("/", hear, methods=["POST"])])) as url:
        slack.connect(url + "/")
        await slack.command("/digest help — “ümlaut” &c")
        await slack.say("Hello", channel="U0WREN")
        await slack.playground.sender.settle()
    assert verdicts == [True, True]


async def test_a_command_says_where_it_comes_from(slack: SlackServer, echo: Echo) -> None:
    """The form has team, channel, person, words, and both ways to answer."""
    await slack.command("/digest who  Quill", channel="editors")
    heard = echo.heard[0]
    assert (heard["channel_id"], heard["channel_name"], heard["user_id"]) == (
        "G0EDITORS",
        "editors",
        "U0WREN",
    )
    assert (heard["command"], heard["text"], heard["team_id"]) == (
        "/digest",
        "who  Quill",
        "T0PLAYGRND",
    )
    assert heard["response_url"].startswith(slack.base_url)
    assert heard["trigger_id"] in slack.workspace.triggers


async def test_an_answer_in_the_channel(slack: SlackServer, echo: Echo) -> None:
    """A JSON body with response_type in_channel is shown to all."""
    echo.will_answer(
        {"response_type": "in_channel", "text": "For all", "blocks": [{"type": "divider"}]}
    )
    await slack.command("/digest now")
    assert [message["text"] for message in slack.messages(user="U0MINA")] == ["For all"]


async def test_an_answer_with_bad_blocks_is_not_hidden(slack: SlackServer, echo: Echo) -> None:
    """What Slack would not show is said so to the person."""
    echo.will_answer({"text": "x", "blocks": [{"type": "header"}]})
    await slack.command("/digest")
    assert "invalid_blocks" in slack.ephemerals()[0]["text"]


async def test_a_late_bot_times_out() -> None:
    """A bot that does not answer in time gets Slack's own words; here the patience is short."""
    bot = Echo()
    bot.pause.clear()
    async with slack_server(timeout=0.1) as slack, serve(bot.app) as url:
        slack.connect(f"{url}/slack/events")
        reply = await slack.command("/digest now")
        bot.pause.set()
        assert reply.problem == "operation_timeout"
        assert slack.ephemerals()[0]["text"] == "/digest failed with the error “operation_timeout”"


async def test_a_bot_that_is_away(slack: SlackServer, echo: Echo) -> None:
    """A refused connection, and a status that is not 200, are dispatch_failed."""
    echo.will_answer("no such command", 404)
    assert (await slack.command("/digest")).problem == "dispatch_failed"
    slack.connect("http://127.0.0.1:9/slack/events")
    assert (await slack.command("/digest")).problem == "dispatch_failed"
    assert slack.requests[-1].status is None


# --- response_url ---


async def test_a_response_url_of_a_command_only_adds(slack: SlackServer, echo: Echo) -> None:
    """After a command there is no message to replace or delete, and the URL ends."""
    await slack.command("/digest read https://news.example/1")
    url = echo.heard[0]["response_url"]
    await answer_at(url, text="Reading …", blocks=[{"type": "divider"}])
    await answer_at(url, text="Read", replace_original=True)
    assert [message["text"] for message in slack.ephemerals()] == ["Reading …", "Read"]
    assert await answer_at(url, text="x", blocks=[{"type": "header"}]) == 400
    for address in slack.workspace.response_urls.values():
        address.expires = 0
    assert await answer_at(url, text="too late") == 404


async def test_a_response_url_of_a_button_replaces_and_removes(
    slack: SlackServer, echo: Echo
) -> None:
    """What was pressed stands in a message, which the answer can replace and then remove."""
    await slack.command("/digest")
    pressed = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
    await answer_at(
        echo.heard[0]["response_url"], text="x", blocks=[{"type": "actions", "elements": [pressed]}]
    )
    await slack.press("go")
    url = echo.heard[-1]["response_url"]
    await answer_at(url, text="Done", replace_original=True)
    (message,) = slack.ephemerals()
    assert (message["text"], message.get("blocks")) == ("Done", None)
    await answer_at(url, delete_original=True)
    assert slack.ephemerals() == []


# --- messages and events ---


async def test_direct_messages_and_mentions(slack: SlackServer, echo: Echo) -> None:
    """The bot hears its direct messages and its mentions, and nothing else that is said."""
    await slack.say("who said what?", channel="U0WREN")
    await slack.say("<@U0DATELINE> hello")
    await slack.say("among ourselves")
    await slack.say("<@U0DATELINE> you are not here", channel="lounge")
    await slack.playground.sender.settle()
    events = sorted((heard["event"]["type"], heard["event"]["text"]) for heard in echo.heard)
    assert events == [("app_mention", "<@U0DATELINE> hello"), ("message", "who said what?")]
    direct = next(heard for heard in echo.heard if heard["event"]["type"] == "message")
    assert direct["event"]["channel_type"] == "im"
    assert direct["authorizations"][0]["user_id"] == "U0DATELINE"


async def test_an_invitation(slack: SlackServer, echo: Echo) -> None:
    """Inviting the bot makes it a member and tells it so; once."""
    slack.user_actions.invite("U0WREN", "C0LOUNGE")
    slack.user_actions.invite("U0WREN", "C0LOUNGE")
    await slack.playground.sender.settle()
    assert [heard["event"]["type"] for heard in echo.heard] == ["member_joined_channel"]
    assert echo.heard[0]["event"]["inviter"] == "U0WREN"


async def test_events_are_offered_again() -> None:
    """What the bot does not take comes again with its number and reason; the same event_id."""
    bot = Echo()
    bot.will_answer("broken", 500)
    bot.will_answer("still broken", 500)
    async with slack_server(retries=(0.0, 0.0, 0.0)) as slack, serve(bot.app) as url:
        slack.connect(f"{url}/slack/events")
        slack.user_actions.open_home("U0WREN")
        await slack.playground.sender.settle()
    assert [headers.get("x-slack-retry-num") for headers in bot.headers] == [None, "1", "2"]
    assert bot.headers[1]["x-slack-retry-reason"] == "http_error"
    assert len({heard["event_id"] for heard in bot.heard}) == 1


# --- buttons and menus ---


async def test_a_button(slack: SlackServer, echo: Echo, client: AsyncWebClient) -> None:
    """A press carries the message, what was pressed, and ways to answer."""
    posted = await client.chat_postMessage(
        channel=DESK, text="x", blocks=[actions(button(1, value="7"))]
    )
    await slack.press("press1", user="U0MINA")
    heard = echo.heard[0]
    assert (heard["type"], heard["user"]["id"], heard["channel"]["id"]) == (
        "block_actions",
        "U0MINA",
        DESK,
    )
    assert heard["container"] == {
        "type": "message", "message_ts": posted["ts"], "channel_id": DESK, "is_ephemeral": False
    }  # fmt: skip
    assert heard["actions"][0]["value"] == "7"
    assert heard["message"]["blocks"][0]["block_id"] == heard["actions"][0]["block_id"]
    await answer_at(heard["response_url"], text="Pressed", replace_original=True)
    assert slack.messages()[0]["text"] == "Pressed"
    await client.views_open(trigger_id=heard["trigger_id"], view=modal())
    assert slack.modal("U0MINA") is not None


async def test_a_menu_in_an_ephemeral_message(
    slack: SlackServer, echo: Echo, client: AsyncWebClient
) -> None:
    """A choice is in the action; an ephemeral message is not in the payload."""
    menu = {"type": "overflow", "action_id": "more", "options": [option(1), option(2)]}
    await client.chat_postEphemeral(
        channel=DESK, user="U0WREN", text="x", blocks=[section(text=marked("x"), accessory=menu)]
    )
    await slack.press("more", selected_option=option(2))
    assert echo.heard[0]["actions"][0]["selected_option"]["value"] == "v2"
    assert echo.heard[0]["container"]["is_ephemeral"]
    assert "message" not in echo.heard[0]


async def test_home_buttons(slack: SlackServer, echo: Echo, client: AsyncWebClient) -> None:
    """A button in App Home carries the view."""
    await client.views_publish(
        user_id="U0WREN", view={"type": "home", "blocks": [actions(button(1))]}
    )
    await slack.press_in_view("press1", view=slack.home())
    assert echo.heard[0]["container"]["type"] == "view"
    assert echo.heard[0]["view"]["type"] == "home"
    slack.user_actions.open_home("U0WREN")
    await slack.playground.sender.settle()
    assert echo.heard[1]["event"]["view"]["id"] == slack.home()["id"]


async def test_options_from_the_bot(slack: SlackServer, echo: Echo) -> None:
    """A select that the bot fills asks it as the person types."""
    echo.will_answer({"options": [option(3)]})
    found = await slack.user_actions.get_options(
        "U0WREN", {"block_id": "b", "action_id": "a"}, "Qui"
    )
    assert found == [option(3)]
    assert (echo.heard[0]["type"], echo.heard[0]["value"]) == ("block_suggestion", "Qui")


# --- modals ---


async def opened(slack: SlackServer, client: AsyncWebClient, **more: Any) -> dict[str, Any]:
    """Open a modal with one question."""
    view = modal(
        question(typing(), block_id="name"), callback_id="settings", private_metadata="C1", **more
    )
    trigger = slack.workspace.new_trigger("U0WREN")
    made: dict[str, Any] = (await client.views_open(trigger_id=trigger, view=view))["view"]
    return made


async def test_a_submission_closes_the_modal(
    slack: SlackServer, echo: Echo, client: AsyncWebClient
) -> None:
    """The bot gets what was filled in; an empty answer closes."""
    await opened(slack, client)
    await slack.submit(ANSWER)
    view = echo.heard[0]["view"]
    assert (view["callback_id"], view["private_metadata"]) == ("settings", "C1")
    assert view["state"]["values"] == ANSWER
    assert slack.modal() is None


async def test_errors_keep_the_modal_open(
    slack: SlackServer, echo: Echo, client: AsyncWebClient
) -> None:
    """response_action errors leaves the modal as it is."""
    view = await opened(slack, client)
    echo.will_answer({"response_action": "errors", "errors": {"name": "Nobody is called that"}})
    reply = await slack.submit(ANSWER)
    assert reply.json["errors"] == {"name": "Nobody is called that"}
    assert slack.modal()["id"] == view["id"]


async def test_a_modal_that_does_not_answer_stays() -> None:
    """A submission without an answer in time leaves the modal open."""
    bot = Echo()
    async with (
        slack_server(timeout=0.1) as slack,
        serve(bot.app) as url,
        aiohttp.ClientSession() as session,
    ):
        slack.connect(f"{url}/slack/events")
        await opened(
            slack, AsyncWebClient(token=slack.token, base_url=slack.api_url, session=session)
        )
        bot.pause.clear()
        reply = await slack.submit(ANSWER)
        bot.pause.set()
        assert reply.problem == "operation_timeout"
        assert slack.modal() is not None


async def test_closing_closes_what_is_above(
    slack: SlackServer, echo: Echo, client: AsyncWebClient
) -> None:
    """A closed modal takes those above it along, or all; the bot is not told."""
    first = await opened(slack, client)
    trigger = slack.workspace.new_trigger("U0WREN")
    second = (await client.views_push(trigger_id=trigger, view=modal()))["view"]
    slack.user_actions.close("U0WREN", second["id"])
    assert slack.modal()["id"] == first["id"]
    slack.user_actions.close("U0WREN", first["id"])
    assert slack.modal() is None
    assert echo.heard == []


# --- shortcuts ---


async def test_shortcuts(slack: SlackServer, echo: Echo) -> None:
    """A global shortcut brings a trigger, a message shortcut the message too."""
    ts = await slack.say("Look at https://news.example/1")
    await slack.user_actions.use_shortcut("U0WREN", "new_digest")
    await slack.user_actions.use_shortcut("U0WREN", "read", DESK, ts)
    assert [heard["type"] for heard in echo.heard] == ["shortcut", "message_action"]
    assert echo.heard[1]["message"]["text"] == "Look at https://news.example/1"


# --- waiting ---


async def test_waiting_ends_with_the_change(slack: SlackServer) -> None:
    """wait_for returns as soon as what it waits for is there, and times out if it never is."""

    async def later() -> None:
        await slack.say("there")

    task = asyncio.create_task(later())
    assert await slack.wait_for(lambda: slack.messages(DESK))
    await task
    with pytest.raises(TimeoutError):
        await slack.wait_for(lambda: None, within=0.01)


async def test_the_clock_may_be_turned() -> None:
    """Times come from the workspace's clock, and never repeat."""
    workspace = Workspace(clock=lambda: 1_800_000_000.0)
    stamps = [workspace.new_ts() for _ in range(3)]
    assert stamps == ["1800000000.000000", "1800000000.000001", "1800000000.000002"]
