"""Every fault of Slack, its client and the network becomes a PostFailed that says what to do."""

from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import (
    SlackApiError,
    SlackClientNotConnectedError,
    SlackRequestError,
    SlackTokenRotationError,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.slack import SlackChat, slack_call, without_retries
from bot.delivery.slack_errors import FAILURES, FailureAction, explain_failure, is_permanent
from bot.model import Message, NewBlock
from bot.model.errors import PostFailed
from bot.model.ports import MessageMetadata
from tests.builders import NOON
from tests.delivery_env import TEAM, DeliveryEnv
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL

POST = "chat.postMessage"
HELLO = Message("hello", ({"type": "divider"},))


def answer(code: str | None, status: int = 200, **headers: str) -> SlackApiError:
    """What slack_sdk raises for an answer of Slack."""
    data = {"ok": False, "error": code} if code else {}
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="u",
        req_args={},
        data=data,
        headers=headers,
        status_code=status,
    )
    return SlackApiError("failed", response)


async def failure(error: Exception, method: str = POST) -> PostFailed:
    """What our adapter makes of it."""
    with pytest.raises(PostFailed) as caught:
        async with slack_call(method):
            raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "code", "permanent", "unsure"),
    [
        (answer("channel_not_found"), "channel_not_found", True, False),
        (answer("is_archived"), "is_archived", True, False),
        (answer("token_revoked"), "token_revoked", True, False),
        (answer("missing_scope"), "missing_scope", True, False),
        (answer("invalid_blocks"), "invalid_blocks", True, False),
        (answer("never_heard_of"), "never_heard_of", True, False),
        (answer("xoxb-1-2 *a page of a proxy*"), "unreadable", False, True),
        (answer("ratelimited", 429), "ratelimited", False, False),
        (answer(None, 429), "ratelimited", False, False),
        (answer("service_unavailable"), "service_unavailable", False, False),
        (answer("fatal_error"), "fatal_error", False, True),
        (answer("internal_error"), "internal_error", False, True),
        (answer(None, 503), "http_503", False, True),
        (answer(None, 404), "http_404", True, False),
        (answer(None, 200), "unreadable", False, True),
        (AttributeError("'str' object has no attribute 'get'"), "unreadable", False, True),
        (TimeoutError(), "timeout", False, True),
        (aiohttp.ServerTimeoutError(), "timeout", False, True),
        (aiohttp.SocketTimeoutError(), "timeout", False, True),
        (aiohttp.ConnectionTimeoutError(), "connection", False, False),
        (aiohttp.ClientConnectorError(None, OSError("refused")), "connection", False, False),  # type: ignore[arg-type]
        (aiohttp.ServerDisconnectedError(), "connection", False, True),
        (aiohttp.ClientOSError(104, "reset"), "connection", False, True),
        (aiohttp.ClientPayloadError(), "connection", False, True),
        (ConnectionResetError(), "connection", False, True),
        (SlackTokenRotationError(answer("invalid_refresh_token")), "token_rotation", True, False),
        (SlackRequestError("bad"), "SlackRequestError", True, False),
        (SlackClientNotConnectedError("closed"), "SlackClientNotConnectedError", True, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_every_fault_is_told_apart(
    error: Exception, code: str, *, permanent: bool, unsure: bool
) -> None:
    """It says whether trying again helps, and whether Slack may have taken the message."""
    failed = await failure(error)
    assert (failed.method, failed.code, failed.permanent, failed.unsure) == (
        POST,
        code,
        permanent,
        unsure,
    )
    assert failed.__cause__ is error


async def test_reading_is_never_unsure() -> None:
    """A call that changes nothing may simply be made again."""
    assert not (await failure(TimeoutError(), "conversations.history")).unsure
    assert not (await failure(answer("fatal_error"), "users.info")).unsure


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"retry-after": "1"}, 1.0),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
async def test_retry_after_is_kept(headers: dict[str, str], seconds: float | None) -> None:
    """How long Slack asks to wait reaches the caller, however the header is written."""
    assert (await failure(answer("ratelimited", 429, **headers))).retry_after == seconds


async def test_our_own_failures_pass() -> None:
    """A PostFailed of whoever gives the client is not changed."""
    ours = PostFailed("client", "no_installation", permanent=True)
    assert await failure(ours) is ours


async def test_no_secret_in_the_error(env: DeliveryEnv) -> None:
    """Neither the token nor the message's words are in what is raised."""
    env.slack.fail(POST, "is_archived")
    with pytest.raises(PostFailed) as caught:
        await env.chat.post(TEAM, CHANNEL, Message("secret words"))
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__cause__}"
    assert env.slack.token not in told
    assert "secret words" not in told


# --- the table ---


@pytest.mark.parametrize("code", FAILURES)
def test_every_failure_speaks_to_a_person(code: str) -> None:
    """Each says what happened and what to do, in sentences, without Slack's own name for it."""
    known = explain_failure(code)
    assert known.meaning.endswith(".")
    assert known.cure.endswith(".")
    assert code not in known.text


@pytest.mark.parametrize(
    ("action", "codes"),
    [
        (
            FailureAction.PAUSE_CHANNEL,
            ["channel_not_found", "not_in_channel", "is_archived", "restricted_action"],
        ),
        (
            FailureAction.PAUSE_WORKSPACE,
            ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"],
        ),
        (
            FailureAction.RETRY,
            [
                "ratelimited",
                "message_limit_exceeded",
                "service_unavailable",
                "fatal_error",
                "timeout",
                "http_500",
                "http_502",
                "http_503",
                "http_429",
            ],
        ),
        (FailureAction.RESEND_AS_TEXT, ["invalid_blocks", "msg_blocks_too_long"]),
        (FailureAction.FAIL_DELIVERY, ["msg_too_long", "no_text", "http_404", "a_new_error"]),
    ],
)
def test_courses(action: FailureAction, codes: list[str]) -> None:
    """Waiting helps where Slack is ill; a person must act where a door is closed.

    Our own faults are not repeated.
    """
    assert {explain_failure(code).action for code in codes} == {action}
    assert {is_permanent(code) for code in codes} == {action is not FailureAction.RETRY}


# --- over the wire ---


async def test_a_message_and_its_mark(env: DeliveryEnv) -> None:
    """Text, blocks and metadata arrive, nothing unfurls, and the part is found by its mark."""
    ts = await env.chat.post(
        TEAM, CHANNEL, HELLO, stamp=MessageMetadata(7, "2026-11-22T12:00:00+00:00", 0)
    )
    reply = await env.chat.post(
        TEAM, CHANNEL, HELLO, stamp=MessageMetadata(7, "2026-11-22T12:00:00+00:00", 1), thread=ts
    )
    [call, _] = env.slack.calls_of(POST)
    assert call.args["unfurl_links"] is False
    assert call.args["metadata"] == {
        "event_type": "dateline_digest",
        "event_payload": {"delivery": 7, "slot": "2026-11-22T12:00:00+00:00", "part": 0},
    }
    since = NOON - timedelta(minutes=1)
    assert await env.chat.find(TEAM, CHANNEL, 7, since) == ({0: ts}, None)
    assert await env.chat.find(TEAM, CHANNEL, 7, since, thread=ts) == ({0: ts, 1: reply}, None)
    assert await env.chat.find(TEAM, CHANNEL, 8, since) == ({}, None)


@pytest.mark.parametrize("part", [None, "0", {"a": 1}])
async def test_a_mark_of_another_hand_is_no_part(env: DeliveryEnv, part: object) -> None:
    """Any app may post our kind of metadata; what is no part of ours is passed over."""
    payload = {"delivery": 7, "slot": "slot"} | ({} if part is None else {"part": part})
    mark = {"event_type": "dateline_digest", "event_payload": payload}
    content = {"channel": CHANNEL, "text": "hello", "metadata": mark}
    client = AsyncWebClient(token=env.slack.token, base_url=env.slack.api_url)
    await client.api_call("chat.postMessage", json=content)
    assert await env.chat.find(TEAM, CHANNEL, 7, NOON - timedelta(minutes=1)) == ({}, None)


async def test_an_update_replaces_the_message(env: DeliveryEnv) -> None:
    """What was posted is changed in its place."""
    ts = await env.chat.post(TEAM, CHANNEL, HELLO)
    await env.chat.update(TEAM, CHANNEL, ts, Message("goodbye"))
    [message] = env.slack.posted()
    assert (message["ts"], message["text"]) == (ts, "goodbye")


async def test_people(env: DeliveryEnv) -> None:
    """A person's zone and direct messages."""
    assert await env.chat.zone(TEAM, "U0MINA") == "Asia/Kathmandu"
    assert await env.chat.direct(TEAM, "U0MINA") == "D0MINA"


async def test_looking_goes_page_by_page(env: DeliveryEnv) -> None:
    """Fifteen messages a page, as Slack gives any app: the newest, then all since then in order."""
    since, stamp = NOON - timedelta(minutes=1), MessageMetadata(7, "slot", 0)
    for _ in range(20):
        await env.chat.post(TEAM, CHANNEL, HELLO)
    ts = await env.chat.post(TEAM, CHANNEL, HELLO, stamp=stamp)
    for _ in range(15):
        await env.chat.post(TEAM, CHANNEL, HELLO)
    pages, cursor = [], None
    for _ in range(3):
        parts, cursor = await env.chat.find(TEAM, CHANNEL, 7, since, cursor=cursor)
        pages.append(parts)
    assert pages == [{}, {}, {0: ts}]
    assert all(
        int(call.args["limit"]) == 15 for call in env.slack.calls_of("conversations.history")
    )


async def test_a_wrong_clock_does_not_hide_what_was_posted(env: DeliveryEnv) -> None:
    """The newest page is read even where our clock says that nothing can have come since."""
    ts = await env.chat.post(TEAM, CHANNEL, HELLO, stamp=MessageMetadata(7, "slot", 0))
    ahead = NOON + timedelta(hours=3)
    assert await env.chat.find(TEAM, CHANNEL, 7, ahead) == ({0: ts}, None)


async def test_without_scope_there_is_no_looking(env: DeliveryEnv) -> None:
    """Where history may not be read the error says so."""
    env.slack.workspace.scopes -= {"channels:history"}
    with pytest.raises(PostFailed) as caught:
        await env.chat.find(TEAM, CHANNEL, 7, NOON)
    assert (caught.value.code, caught.value.permanent) == ("missing_scope", True)


async def test_the_client_does_not_post_twice(env: DeliveryEnv) -> None:
    """slack_sdk repeats a call whose connection broke, though Slack took it.

    Our adapter does not.
    """
    env.slack.fail(POST, how=FailureMode.DROP_AFTER)
    with pytest.raises(PostFailed) as caught:
        await env.chat.post(TEAM, CHANNEL, HELLO)
    assert caught.value.unsure
    assert len(env.slack.posted()) == 1


def test_taking_retries_away_keeps_the_rest() -> None:
    """A client without retries has the same token and address, and the first keeps its retries."""
    client = AsyncWebClient(token="xoxb-made-up", base_url="http://127.0.0.1:9/api/", timeout=7)
    bare = without_retries(client)
    assert (bare.token, bare.base_url, bare.timeout, bare.retry_handlers) == (
        client.token,
        client.base_url,
        7,
        [],
    )
    assert client.retry_handlers


async def test_nobody_listens(env: DeliveryEnv) -> None:
    """A Slack that cannot be reached has taken nothing."""
    client = AsyncWebClient(token="xoxb-made-up", base_url="http://127.0.0.1:9/api/", timeout=2)

    async def client_for(_team: str) -> AsyncWebClient:
        return client

    with pytest.raises(PostFailed) as caught:
        await SlackChat(client_for).post(TEAM, CHANNEL, HELLO)
    assert (caught.value.code, caught.value.unsure, caught.value.permanent) == (
        "connection",
        False,
        False,
    )


async def test_slack_is_asked_once_what_blocks_it_takes(env: DeliveryEnv) -> None:
    """One sample of each is validated; an answer is kept, and what is not taken stays away."""
    env.slack.workspace.refused_blocks = {"data_table"}
    taken = {NewBlock.CONTAINER, NewBlock.DATA_VISUALIZATION}
    for _ in range(2):
        assert await env.chat.supported_blocks(TEAM) == taken
    assert len(env.slack.calls_of("blocks.validate")) == 3


@pytest.mark.parametrize("code", ["ratelimited", "fatal_error", "account_inactive"])
async def test_a_slack_that_cannot_say_is_asked_again(env: DeliveryEnv, code: str) -> None:
    """Without a verdict nothing new is sent, this time."""
    env.slack.fail("blocks.validate", code)
    assert await env.chat.supported_blocks(TEAM) == frozenset()
    assert await env.chat.supported_blocks(TEAM) == set(NewBlock)


async def test_a_slack_without_that_method_is_asked_no_more(env: DeliveryEnv) -> None:
    """Another server than Slack's has no blocks.validate: today's layout goes there."""
    for _ in NewBlock:
        env.slack.fail("blocks.validate", "unknown_method")
    for _ in range(2):
        assert await env.chat.supported_blocks(TEAM) == frozenset()
