"""The Web API, asked by Slack's own client: what it does, and how it refuses."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.kit import modal, plain, question, typing
from tests.slack_server import SlackServer

DESK = "C0NEWSDESK"
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
STAMP = {"event_type": "dateline_digest", "event_payload": {"delivery": 7, "slot": "s", "part": 0}}


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> str:
    """The name by which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=args)
    return str(refused.value.response["error"])


REFUSED = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0OLDWIRE", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": DESK}, "no_text"),
    ("chat.postMessage", {"channel": DESK, "text": "  "}, "no_text"),
    ("chat.postMessage", {"channel": DESK, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": DESK, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    (
        "chat.postMessage",
        {"channel": DESK, "text": "x", "blocks": [{"type": "header"}]},
        "invalid_blocks",
    ),
    (
        "chat.postMessage",
        {
            "channel": DESK,
            "text": "x",
            "blocks": [{"type": "section", "text": plain("x" * 2700)}] * 5,
        },
        "msg_blocks_too_long",
    ),
    (
        "chat.postMessage",
        {"channel": DESK, "text": "x", "metadata": {"event_type": "e"}},
        "invalid_metadata_schema",
    ),
    (
        "chat.postMessage",
        {"channel": DESK, "text": "x", "metadata": "x"},
        "invalid_metadata_format",
    ),
    (
        "chat.postMessage",
        {"channel": DESK, "text": "x", "thread_ts": "1234567890.123456"},
        "thread_not_found",
    ),
    ("chat.update", {"channel": DESK, "ts": "1234567890.123456", "text": "x"}, "message_not_found"),
    (
        "chat.postEphemeral",
        {"channel": "C0LOUNGE", "user": "U0WREN", "text": "x"},
        "not_in_channel",
    ),
    (
        "chat.postEphemeral",
        {"channel": "G0EDITORS", "user": "U0MINA", "text": "x"},
        "user_not_in_channel",
    ),
    ("chat.postEphemeral", {"channel": DESK, "text": "x"}, "invalid_arguments"),
    ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.history", {"channel": "C0LOUNGE"}, "not_in_channel"),
    ("conversations.history", {"channel": DESK, "limit": 0}, "invalid_limit"),
    ("conversations.history", {"channel": DESK, "cursor": "rubbish"}, "invalid_cursor"),
    ("conversations.replies", {"channel": DESK, "ts": "1234567890.123456"}, "thread_not_found"),
    ("users.conversations", {"types": "secret"}, "invalid_types"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("views.open", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id"),
    ("views.open", {"view": modal()}, "invalid_arguments"),
    ("views.update", {"view_id": "V0NONE", "view": modal()}, "not_found"),
    ("views.publish", {"user_id": "U0WREN", "view": modal()}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0NOBODY", "view": HOME}, "invalid_arguments"),
    ("blocks.validate", {"blocks": [{"type": "nope"}]}, "invalid_blocks"),
    ("apps.connections.open", {}, "unknown_method"),
]


@pytest.mark.parametrize(
    ("method", "args", "error"), REFUSED, ids=[f"{row[0]}-{row[2]}" for row in REFUSED]
)
async def test_refusals(
    client: AsyncWebClient, method: str, args: dict[str, Any], error: str
) -> None:
    """What Slack refuses is refused by Slack's own name."""
    assert await refusal(client, method, **args) == error


async def test_tokens(slack: SlackServer, client: AsyncWebClient) -> None:
    """No token and a wrong one are told apart; a form may carry it too."""
    client.token = "xoxb-wrong"
    assert await refusal(client, "auth.test") == "invalid_auth"
    async with aiohttp.ClientSession() as session:
        async with session.post(slack.api_url + "auth.test") as response:
            assert (await response.json())["error"] == "not_authed"
        async with session.post(
            slack.api_url + "auth.test", data={"token": slack.token}
        ) as response:
            assert (await response.json())["ok"]
        async with session.post(
            slack.api_url + "auth.test", data="{", headers={"Content-Type": "application/json"}
        ) as r:
            assert (await r.json())["error"] == "invalid_json"


async def test_the_token_is_not_recorded(slack: SlackServer, client: AsyncWebClient) -> None:
    """The record of a call holds its arguments, never its token."""
    async with aiohttp.ClientSession() as session:
        await session.post(slack.api_url + "auth.test", data={"token": slack.token})
    await client.auth_test()
    assert slack.token not in json.dumps([call.args for call in slack.calls])


async def test_forms_and_json_are_the_same(slack: SlackServer) -> None:
    """Blocks as a JSON string in a form are taken as blocks in JSON are."""
    form = {
        "token": slack.token,
        "channel": "#news-desk",
        "text": "x",
        "blocks": '[{"type": "divider"}]',
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "chat.postMessage", data=form) as reply,
    ):
        assert (await reply.json())["ok"]
    assert slack.messages(DESK)[0]["blocks"][0]["type"] == "divider"


async def test_posting_where_the_bot_is_not(slack: SlackServer, client: AsyncWebClient) -> None:
    """chat:write.public opens public channels; without it the bot must be a member."""
    await client.chat_postMessage(channel="C0LOUNGE", text="x")
    slack.workspace.scopes.discard("chat:write.public")
    assert (
        await refusal(client, "chat.postMessage", channel="C0LOUNGE", text="x") == "not_in_channel"
    )
    slack.user_actions.invite("U0WREN", "C0LOUNGE")
    await client.chat_postMessage(channel="C0LOUNGE", text="x")


async def test_posting_to_a_person(slack: SlackServer, client: AsyncWebClient) -> None:
    """A person's id leads to the direct messages with them, as conversations.open does."""
    opened = await client.conversations_open(users="U0MINA")
    answer = await client.chat_postMessage(channel="U0MINA", text="Hello")
    assert answer["channel"] == opened["channel"]["id"] == slack.channel("U0MINA").id


async def test_update_keeps_what_is_not_given(slack: SlackServer, client: AsyncWebClient) -> None:
    """chat.update changes the text, not blocks and metadata; an empty list removes the blocks."""
    posted = await client.chat_postMessage(
        channel=DESK, text="one", blocks=[{"type": "divider"}], metadata=STAMP, unfurl_links=False
    )
    await client.chat_update(channel=DESK, ts=posted["ts"], text="two")
    (message,) = slack.messages(DESK)
    assert (message["text"], message["metadata"], len(message["blocks"])) == ("two", STAMP, 1)
    assert "edited" in message
    await client.chat_update(channel=DESK, ts=posted["ts"], text="three", blocks=[])
    assert slack.messages(DESK)[0]["blocks"] == []
    assert (
        await refusal(client, "chat.update", channel=DESK, ts=posted["ts"], text="x" * 4001)
        == "msg_too_long"
    )
    assert await refusal(client, "chat.update", channel=DESK, ts=posted["ts"]) == "no_text"


async def test_others_messages_are_not_ours(slack: SlackServer, client: AsyncWebClient) -> None:
    """The bot cannot change what a person wrote."""
    ts = await slack.say("Good morning")
    assert (
        await refusal(client, "chat.update", channel=DESK, ts=ts, text="x") == "cant_update_message"
    )


async def test_threads(slack: SlackServer, client: AsyncWebClient) -> None:
    """Replies are in the thread, are counted on its first message, and are not in the history."""
    first = await client.chat_postMessage(channel=DESK, text="first")
    reply = await client.chat_postMessage(channel=DESK, text="reply", thread_ts=first["ts"])
    await client.chat_postMessage(channel=DESK, text="to the reply", thread_ts=reply["ts"])
    answer = await client.conversations_replies(channel=DESK, ts=first["ts"])
    assert [message["text"] for message in answer["messages"]] == ["first", "reply", "to the reply"]
    (top,) = (await client.conversations_history(channel=DESK))["messages"]
    assert top["reply_count"] == 2
    assert [message["text"] for message in slack.thread(DESK, first["ts"])] == [
        "reply",
        "to the reply",
    ]


async def test_history_pages(client: AsyncWebClient) -> None:
    """History is newest first, in pages; from `oldest` alone it begins at the oldest."""
    stamps = [
        (await client.chat_postMessage(channel=DESK, text=str(number)))["ts"] for number in range(5)
    ]
    assert stamps == sorted(set(stamps))
    page = await client.conversations_history(channel=DESK, limit=2)
    assert [message["text"] for message in page["messages"]] == ["4", "3"]
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    following = await client.conversations_history(channel=DESK, limit=2, cursor=cursor)
    assert [message["text"] for message in following["messages"]] == ["2", "1"]
    after = await client.conversations_history(channel=DESK, oldest=stamps[1], limit=2)
    assert [message["text"] for message in after["messages"]] == ["3", "2"]
    with_ends = await client.conversations_history(
        channel=DESK, oldest=stamps[1], latest=stamps[2], inclusive=True
    )
    assert [message["text"] for message in with_ends["messages"]] == ["2", "1"]


async def test_metadata_is_shown_when_asked_for(client: AsyncWebClient) -> None:
    """Recovery finds a delivery's stamp only with include_all_metadata."""
    await client.chat_postMessage(channel=DESK, text="x", metadata=STAMP)
    plain_answer = await client.conversations_history(channel=DESK)
    assert "metadata" not in plain_answer["messages"][0]
    asked = await client.conversations_history(channel=DESK, include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == STAMP


async def test_missing_scopes(slack: SlackServer, client: AsyncWebClient) -> None:
    """Without a scope the method is refused, naming what is needed."""
    slack.workspace.scopes -= {"channels:history", "users:read"}
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel=DESK)
    assert refused.value.response["needed"] == "channels:history"
    assert await refusal(client, "users.info", user="U0WREN") == "missing_scope"
    answer = await client.auth_test()
    assert "channels:history" not in answer.headers["x-oauth-scopes"]


async def test_previews_below_links(slack: SlackServer, client: AsyncWebClient) -> None:
    """They stand below links of the message, one each; a second call replaces the first's."""
    url = "https://amar-post.example/a"
    ts = await slack.say(f"Look: {url}")
    place = {"channel": DESK, "ts": ts}
    blocks = [{"type": "divider"}]
    for shown in (blocks, [*blocks, *blocks]):
        await client.api_call("chat.unfurl", json={**place, "unfurls": {url: {"blocks": shown}}})
    (preview,) = slack.messages(DESK)[-1]["attachments"]
    assert [block["type"] for block in preview["blocks"]] == ["divider", "divider"]
    good = {url: {"blocks": blocks}}
    for arguments, code in (
        ({**place, "unfurls": {}}, "missing_unfurls"),
        ({**place, "unfurls": {f"{url}/b": {"blocks": blocks}}}, "cannot_unfurl_url"),
        ({**place, "unfurls": {url: {"blocks": [{"type": "header"}]}}}, "invalid_blocks"),
        ({**place, "ts": "1.000000", "unfurls": good}, "cannot_find_message"),
        ({"unfurl_id": f"{DESK}:{ts}", "unfurls": good}, "invalid_source"),
    ):
        assert await refusal(client, "chat.unfurl", **arguments) == code
    slack.workspace.scopes -= {"links:write"}
    assert await refusal(client, "chat.unfurl", **place, unfurls=good) == "missing_scope"


async def test_ephemeral_messages(slack: SlackServer, client: AsyncWebClient) -> None:
    """One person sees it; it is in no history and cannot be changed."""
    answer = await client.chat_postEphemeral(channel=DESK, user="U0IDRIS", text="psst")
    assert [message["text"] for message in slack.ephemerals(user="U0IDRIS")] == ["psst"]
    assert slack.messages(DESK, user="U0WREN") == []
    assert (await client.conversations_history(channel=DESK))["messages"] == []
    ts = answer["message_ts"]
    assert (
        await refusal(client, "chat.update", channel=DESK, ts=ts, text="x") == "message_not_found"
    )


async def test_lists(client: AsyncWebClient) -> None:
    """A person's channels come in pages; private channels only where the bot is in."""
    arguments = {"user": "U0WREN", "types": "public_channel,private_channel"}
    answer = await client.users_conversations(**arguments, exclude_archived=True, limit=2)
    names = [channel["name"] for channel in answer["channels"]]
    cursor = answer["response_metadata"]["next_cursor"]
    rest = await client.users_conversations(**arguments, exclude_archived=True, cursor=cursor)
    assert names + [channel["name"] for channel in rest["channels"]] == [
        "news-desk",
        "general",
        "lounge",
        "editors",
    ]
    assert (await client.users_info(user="U0MINA"))["user"]["tz"] == "Asia/Kathmandu"


async def test_a_trigger_is_good_once_and_not_for_long(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    """A second use is refused, and so is one after three seconds."""
    trigger = slack.workspace.new_trigger("U0WREN")
    assert await refusal(
        client, "views.open", trigger_id=trigger, view=modal(title=plain("x" * 25))
    ) == ("invalid_arguments")
    await client.views_open(trigger_id=trigger, view=modal())
    assert (
        await refusal(client, "views.open", trigger_id=trigger, view=modal())
        == "exchanged_trigger_id"
    )
    late = slack.workspace.new_trigger("U0WREN")
    slack.workspace.triggers[late].expires = slack.workspace.clock() - 0.1
    assert (
        await refusal(client, "views.open", trigger_id=late, view=modal()) == "expired_trigger_id"
    )


async def test_modals_stack_three_deep(slack: SlackServer, client: AsyncWebClient) -> None:
    """views.push goes over what is open, three deep at most; views.update changes one in place."""
    trigger = slack.workspace.new_trigger
    first = (await client.views_open(trigger_id=trigger("U0WREN"), view=modal()))["view"]
    second = (
        await client.views_push(trigger_id=trigger("U0WREN"), view=modal(question(typing())))
    )["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    await client.views_push(trigger_id=trigger("U0WREN"), view=modal())
    assert (
        await refusal(client, "views.push", trigger_id=trigger("U0WREN"), view=modal())
        == "push_limit_reached"
    )
    changed = (
        await client.views_update(
            view_id=first["id"], hash=first["hash"], view=modal(title=plain("Two"))
        )
    )["view"]
    assert (changed["id"], changed["title"]["text"]) == (first["id"], "Two")
    assert await refusal(
        client, "views.update", view_id=first["id"], hash=first["hash"], view=modal()
    ) == "hash_conflict"  # fmt: skip


async def test_home(slack: SlackServer, client: AsyncWebClient) -> None:
    """views.publish sets one person's App Home."""
    view = (await client.views_publish(user_id="U0WREN", view=HOME))["view"]
    assert slack.home()["id"] == view["id"]
    assert slack.home("U0MINA") is None
    assert (
        await refusal(client, "views.publish", user_id="U0WREN", view=HOME, hash="0.stale")
        == "hash_conflict"
    )


async def test_the_pace_may_be_kept(slack: SlackServer, client: AsyncWebClient) -> None:
    """With a pace set, a second message in the same channel within it is rate limited."""
    slack.faults.pace = 60.0
    await client.chat_postMessage(channel=DESK, text="one")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=DESK, text="two")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="C0GENERAL", text="elsewhere")
