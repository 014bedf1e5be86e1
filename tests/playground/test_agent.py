"""The agent pane's calls and events, as Slack takes and sends them.

https://docs.slack.dev/ai/migrating-to-agent-messaging, https://docs.slack.dev/ai/agent-sessions
"""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack_objects import TEAM_ID
from tests.playground.test_api import refusal
from tests.slack_server import USER, SlackServer

PROMPTS, STATUS = "assistant.threads.setSuggestedPrompts", "agents.sessions.setStatus"
QUESTION = {"title": "Who?", "message": "Who said what?"}
THREAD = "1795000000.000100"


@pytest.fixture
def direct(slack: SlackServer) -> str:
    """Give the workspace an agent pane; return a person's direct messages."""
    slack.workspace.has_agents = True
    channel = slack.workspace.find_direct_channel(USER)
    assert channel
    return channel.id


@pytest.mark.parametrize(
    ("method", "fields", "error"),
    [
        (PROMPTS, {}, "invalid_arguments"),
        (PROMPTS, {"prompts": []}, "invalid_arguments"),
        (PROMPTS, {"prompts": [QUESTION] * 5}, "invalid_arguments"),
        (PROMPTS, {"prompts": [{"title": "Who?"}]}, "invalid_arguments"),
        (PROMPTS, {"channel_id": "D0NOBODY", "prompts": [QUESTION]}, "channel_not_found"),
        (STATUS, {"status": "thinking", "thread_ts": THREAD}, "invalid_status"),
        (STATUS, {"status": "active"}, "thread_ts_required"),
        (
            STATUS,
            {"status": "active", "thread_ts": THREAD, "title": "x" * 201},
            "invalid_arguments",
        ),
        (
            STATUS,
            {"status": "active", "thread_ts": THREAD, "channel_id": "C0LOUNGE"},
            "not_authorized",
        ),
    ],
)
async def test_what_slack_refuses(
    client: AsyncWebClient, direct: str, method: str, fields: dict[str, Any], error: str
) -> None:
    """Each with Slack's own name for the reason."""
    assert await refusal(client, method, **{"channel_id": direct, **fields}) == error


async def test_without_the_feature_nothing_works(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    """As in a workspace without a paid plan, or without the scope."""
    channel = slack.workspace.find_direct_channel(USER)
    assert channel
    place = {"channel_id": channel.id}
    opening = place | {"status": "active", "thread_ts": THREAD}
    assert await refusal(client, STATUS, **opening) == "feature_disabled"
    assert await refusal(client, PROMPTS, **place, prompts=[QUESTION]) == "access_denied"
    slack.workspace.scopes.discard("assistant:write")
    assert await refusal(client, PROMPTS, **place, prompts=[QUESTION]) == "missing_scope"


async def test_prompts_for_a_thread_are_taken_and_not_shown(
    slack: SlackServer, client: AsyncWebClient, direct: str
) -> None:
    """Slack says nothing of it, either."""
    prompts = [QUESTION]
    await client.assistant_threads_setSuggestedPrompts(
        channel_id=direct, thread_ts=THREAD, prompts=prompts
    )
    assert slack.workspace.prompts == {}
    await client.assistant_threads_setSuggestedPrompts(channel_id=direct, prompts=prompts)
    assert slack.workspace.prompts[direct]["prompts"] == prompts


async def test_a_session_keeps_its_title(
    slack: SlackServer, client: AsyncWebClient, direct: str
) -> None:
    """It is given once, as the session is opened."""
    place = {"channel_id": direct, "thread_ts": THREAD}
    await client.agents_sessions_setStatus(status="processing", title="Piers", **place)
    answer = await client.agents_sessions_setStatus(status="active", title="Other", **place)
    assert (answer["status"], answer["title"]) == ("active", "Piers")
    assert slack.workspace.sessions[direct][THREAD] == {"title": "Piers", "status": "active"}


async def test_events_say_what_the_person_looks_at(slack: SlackServer, direct: str) -> None:
    """Where they open the pane, go to another channel, and write."""
    slack.user_actions.open_home(USER, "messages", "C0GENERAL")
    slack.user_actions.look_at(USER, "C0LOUNGE")
    await slack.user_actions.send_message(USER, direct, "status", in_view="C0LOUNGE")
    await slack.wait_for(lambda: len(slack.requests) == 3)
    seen = {request.kind: request.payload["event"] for request in slack.requests}
    entity = {"type": "slack#/types/channel_id", "value": "C0LOUNGE", "team_id": TEAM_ID}
    lounge = {"entities": [entity]}
    assert seen["app_home_opened"]["context"] == {"entities": [entity | {"value": "C0GENERAL"}]}
    assert seen["app_context_changed"]["context"] == lounge
    assert seen["message"]["app_context"] == lounge
