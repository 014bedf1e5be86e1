"""Who we are is asked of Slack once, and nobody's command runs out over it."""

import asyncio

import pytest

from bot.app import bolt
from bot.playground.faults import Failing
from tests.listeners.conftest import SlackEnv, words

AUTH = "auth.test"


async def test_a_command_is_answered_though_slack_does_not_say_who_we_are(
    desk: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first commands of a service are acked in time while Slack's API is silent."""
    monkeypatch.setattr(bolt, "AUTH_TEST_TIMEOUT_SECONDS", 0.05)
    desk.slack.fail(AUTH, how=Failing.HANG_BEFORE, times=100)
    answers = await asyncio.gather(desk.type("help"), desk.type("status"))
    assert all(map(words, (answer for given in answers for answer in given)))
    assert len(desk.slack.calls_of(AUTH)) == 1


async def test_slack_is_asked_once(desk: SlackEnv) -> None:
    """Many requests at once, and those after them, go by one answer."""
    await asyncio.gather(*(desk.type("help") for _ in range(5)))
    await desk.type("help")
    assert len(desk.slack.calls_of(AUTH)) == 1


async def test_slack_is_asked_again_where_it_did_not_say(desk: SlackEnv) -> None:
    """A refusal is no answer for ever, and stops no command."""
    desk.slack.fail(AUTH, "internal_error")
    assert words((await desk.type("help"))[-1])
    assert words((await desk.type("help"))[-1])
    assert len(desk.slack.calls_of(AUTH)) == 2
