"""The stand-in and the real client agree on the calls that a digest needs."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.echo import Echo
from tests.slack_server import SlackServer


async def test_the_client_knows_itself(client: AsyncWebClient) -> None:
    """auth.test names the bot, its workspace and its user."""
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
        "T0PLAYGRND",
        "U0DATELINE",
        "B0DATELINE",
    )


async def test_a_message_is_in_the_channel(slack: SlackServer, client: AsyncWebClient) -> None:
    """What chat.postMessage takes stands in the channel, with ids for blocks that had none."""
    answer = await client.chat_postMessage(
        channel="C0NEWSDESK", text="Hello", blocks=[{"type": "divider"}]
    )
    (message,) = slack.messages("news-desk")
    assert message["ts"] == answer["ts"]
    assert message["blocks"][0]["block_id"]
    assert slack.calls_of("chat.postMessage")[0].ok


async def test_a_bad_block_is_refused(client: AsyncWebClient) -> None:
    """A header without text is refused by Slack's name, with the place where it stands."""
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(
            channel="C0NEWSDESK", text="Hello", blocks=[{"type": "header"}]
        )
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/0]"
    ]


async def test_a_command_reaches_the_bot_signed(slack: SlackServer, echo: Echo) -> None:
    """A slash command is a signed form; words in the answer are shown to the person alone."""
    echo.will_answer("Working on it")
    reply = await slack.command("/digest now ukraine")
    assert reply.problem is None
    assert (echo.heard[0]["command"], echo.heard[0]["text"]) == ("/digest", "now ukraine")
    assert [message["text"] for message in slack.ephemerals()] == ["Working on it"]
    assert slack.messages(user="U0IDRIS") == []


async def test_the_response_url_answers(slack: SlackServer, echo: Echo) -> None:
    """A response_url shows its answer to the person, and is good for five."""
    await slack.command("/digest")
    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(
                echo.heard[0]["response_url"], json={"text": f"Answer {number}"}
            ) as response:
                assert response.status == (200 if number < 5 else 404)
    assert len(slack.ephemerals()) == 5
