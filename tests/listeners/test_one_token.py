"""Who we are is asked of Slack once, and nobody's command runs out over it."""

import asyncio

import pytest

from bot.app import bolt
from bot.playground.api import FailureMode
from tests.listeners.conftest import SlackEnv, words

AUTH = "auth.test"


async def test_a_command_is_answered_though_slack_does_not_say_who_we_are(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first commands of a service are acked in time while Slack's API is silent."""
    monkeypatch.setattr(bolt, "AUTH_TEST_TIMEOUT_SECONDS", 0.05)
    env.slack.fail(AUTH, how=FailureMode.HANG_BEFORE, times=100)
    answers = await asyncio.gather(env.type("help"), env.type("status"))
    assert all(map(words, (answer for given in answers for answer in given)))
    assert len(env.slack.calls_of(AUTH)) == 1


async def test_slack_is_asked_once(env: SlackEnv) -> None:
    """Many requests at once, and those after them, go by one answer."""
    await asyncio.gather(*(env.type("help") for _ in range(5)))
    await env.type("help")
    assert len(env.slack.calls_of(AUTH)) == 1


async def test_slack_is_asked_again_where_it_did_not_say(env: SlackEnv) -> None:
    """A refusal is no answer for ever, and stops no command."""
    env.slack.fail(AUTH, "internal_error")
    assert words((await env.type("help"))[-1])
    assert words((await env.type("help"))[-1])
    assert len(env.slack.calls_of(AUTH)) == 2
