"""With one token the bot's own identity is requested once, and delays no command."""

import asyncio

import pytest

from bot.app import bolt
from tests.listeners.conftest import SlackEnv, words
from tests.slack_faults import FailureMode

AUTH = "auth.test"


async def test_commands_are_acknowledged_while_auth_test_hangs(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first commands are acknowledged in time while Slack's API does not answer."""
    monkeypatch.setattr(bolt, "AUTH_TEST_TIMEOUT_SECONDS", 0.05)
    env.slack.fail(AUTH, how=FailureMode.HANG_BEFORE, times=100)
    answers = await asyncio.gather(env.type("help"), env.type("status"))
    assert all(map(words, (answer for given in answers for answer in given)))
    assert len(env.slack.calls_of(AUTH)) == 1


async def test_auth_test_is_called_once(env: SlackEnv) -> None:
    """Many requests at once, and later ones, share one answer of auth.test."""
    await asyncio.gather(*(env.type("help") for _ in range(5)))
    await env.type("help")
    assert len(env.slack.calls_of(AUTH)) == 1


async def test_a_failed_auth_test_is_repeated(env: SlackEnv) -> None:
    """A refusal is not cached, and stops no command."""
    env.slack.fail(AUTH, "internal_error")
    assert words((await env.type("help"))[-1])
    assert words((await env.type("help"))[-1])
    assert len(env.slack.calls_of(AUTH)) == 2
