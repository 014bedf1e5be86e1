"""Ordered failures reach the real client as Slack's own would."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack_faults import FailureMode
from tests.slack_server import SlackServer

DESK = "C0NEWSDESK"


@pytest.fixture
async def client(slack: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """A client that tries once."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.token, base_url=slack.api_url, session=session, retry_handlers=[]
        )


@pytest.fixture
async def hurried(slack: SlackServer) -> AsyncIterator[AsyncWebClient]:
    """One with little patience; its own `timeout` is nothing to a session it is given."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as session:
        yield AsyncWebClient(
            token=slack.token, base_url=slack.api_url, session=session, retry_handlers=[]
        )


async def test_an_error_and_then_none(slack: SlackServer, client: AsyncWebClient) -> None:
    """As many calls fail as were ordered, and the next is done."""
    slack.fail("chat.postMessage", "service_unavailable", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="service_unavailable"):
            await client.chat_postMessage(channel=DESK, text="x")
    await client.auth_test()
    await client.chat_postMessage(channel=DESK, text="x")
    assert len(slack.messages(DESK)) == 1


async def test_rate_limits_say_when(slack: SlackServer, client: AsyncWebClient) -> None:
    """A rate limit is HTTP 429 with Retry-After."""
    slack.fail("chat.postMessage", how=FailureMode.RATE_LIMITED, retry_after=30)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=DESK, text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (
        429,
        "30",
    )


async def test_a_server_error_is_no_json(slack: SlackServer, client: AsyncWebClient) -> None:
    """A broken Slack answers with a status and words."""
    slack.fail("auth.test", how=FailureMode.STATUS, status=503)
    with pytest.raises(SlackApiError) as refused:
        await client.auth_test()
    assert refused.value.response.status_code == 503


@pytest.mark.parametrize(
    ("how", "done"), [(FailureMode.HANG_BEFORE, 0), (FailureMode.HANG_AFTER, 1)]
)
async def test_silence(
    slack: SlackServer, hurried: AsyncWebClient, how: FailureMode, done: int
) -> None:
    """No answer comes; whether the message was posted is what the caller cannot know."""
    slack.fail("chat.postMessage", how=how)
    with pytest.raises(asyncio.TimeoutError):
        await hurried.chat_postMessage(channel=DESK, text="x")
    await slack.wait_for(lambda: slack.calls_of("chat.postMessage"))
    assert len(slack.messages(DESK)) == done


@pytest.mark.parametrize(
    ("how", "done"), [(FailureMode.DROP_BEFORE, 0), (FailureMode.DROP_AFTER, 1)]
)
async def test_a_broken_connection(
    slack: SlackServer, client: AsyncWebClient, how: FailureMode, done: int
) -> None:
    """The connection breaks in the answer, before or after the message was posted."""
    slack.fail("chat.postMessage", how=how)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=DESK, text="x")
    assert len(slack.messages(DESK)) == done


async def test_any_method(slack: SlackServer, client: AsyncWebClient) -> None:
    """The method "*" is whatever comes next."""
    slack.fail("*", "token_revoked")
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()
