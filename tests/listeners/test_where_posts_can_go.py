"""A subscription is made only where digests can be posted, in a zone that is told."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.delivery.slack_errors import explain_failure
from bot.listeners import app_home
from bot.model import AtTimes, Subscription
from bot.model.errors import StoreUnavailable
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from bot.playground.workspace import Channel
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

PRIVATE, BETWEEN_TWO = "G0EDITORS", "D0BETWEEN2"


@pytest.mark.parametrize("line", ["subscribe", "subscribe hourly about ferries"])
async def test_a_private_channel_without_us_is_told_to_invite_us(env: SlackEnv, line: str) -> None:
    """Nothing is promised where Slack would refuse the first digest."""
    env.slack.channel(PRIVATE).members.discard(BOT_USER_ID)
    (answer,) = await env.type(line, channel=PRIVATE)
    assert "/invite @Dateline" in words(answer)
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


async def test_direct_messages_of_two_people_get_no_digest(env: SlackEnv) -> None:
    """They are not ours: the person is offered digests in their own."""
    env.slack.workspace.channels[BETWEEN_TWO] = Channel(BETWEEN_TWO, "", "im", {USER, "U0MINA"})
    env.slack.workspace.messages[BETWEEN_TWO] = []
    (answer,) = await env.type("subscribe", channel=BETWEEN_TWO)
    assert "/digest subscribe me" in words(answer)
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


@pytest.mark.parametrize("code", ["user_not_found", "ratelimited", "missing_scope"])
@pytest.mark.parametrize("line", ["", "now", "subscribe", "settings"])
async def test_a_zone_that_slack_does_not_tell_is_utc(env: SlackEnv, line: str, code: str) -> None:
    """Everything works without it, and a new subscription says that its times are in UTC."""
    await env.publish()
    env.slack.fail("users.info", code, times=5)
    answers = await env.type(line)
    shown = "\n".join(map(words, answers)) or words(env.slack.modal() or {})
    assert "went wrong" not in shown
    assert "does not know" not in shown
    if line == "subscribe":
        assert "Times are in UTC" in shown
        (subscription,) = await env.store.subscriptions.get_all(TEAM_ID)
        assert subscription.zone == "UTC"


async def test_a_zone_that_this_machine_does_not_know_is_none(env: SlackEnv) -> None:
    """Slack may name zones that are newer than the machine's list."""
    users = env.slack.workspace.users
    users[USER] = replace(users[USER], zone="Mars/Olympus")
    assert await env.services.chat.zone(TEAM_ID, USER) is None


async def test_what_goes_wrong_after_a_form_opened_stands_in_its_window(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged under the reference that the person sees, and nothing is left waiting."""

    async def fail(*_: object) -> None:
        raise StoreUnavailable("no space")

    monkeypatch.setattr(env.store.subscriptions, "get", fail)
    with capture_logs() as logs:
        answers = await env.type("settings")
    (logged,) = [line for line in logs if line["event"] == "listener failed"]
    assert logged["reference"] in words(env.slack.modal() or {})
    assert answers == []


async def test_a_person_is_looked_up_once_for_a_home(env: SlackEnv) -> None:
    """What the person may see, and whether they are an admin, come from one answer of Slack's."""
    env.slack.user_actions.open_home(USER)
    await env.slack.wait_for(env.slack.home)
    await env.tasks.settled()
    assert [call.method for call in env.slack.calls].count("users.info") == 1


async def test_status_asks_nothing_of_each_channel(env: SlackEnv) -> None:
    """A member sees how many subscriptions there are, in whatever channels."""
    for number in range(3):
        other = Subscription(TEAM_ID, f"C0OTHER{number}", "U0MINA", AtTimes(), "UTC")
        await env.store.subscriptions.save(other)
    (answer,) = await env.type("status")
    assert "3 subscriptions" in words(answer)
    assert "conversations.info" not in {call.method for call in env.slack.calls}


async def test_an_older_drawing_of_home_is_not_shown_over_a_newer(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that waited for Slack is dropped where one begun after it is shown already."""
    compose, waiting, go_on = app_home._compose_home, asyncio.Event(), asyncio.Event()
    drawn = 0

    async def slow_at_first(*args: Any, **fields: Any) -> dict[str, Any]:
        nonlocal drawn
        drawn += 1
        view = await compose(*args, **fields)
        if drawn == 1:
            waiting.set()
            await go_on.wait()
        return view

    monkeypatch.setattr(app_home, "_compose_home", slow_at_first)
    await env.type("subscribe daily at 7 in UTC about harbour")
    env.slack.user_actions.open_home(USER)
    await waiting.wait()
    await env.store.subscriptions.remove(TEAM_ID, env.slack.channel(CHANNEL).id)
    env.slack.user_actions.open_home(USER)
    await env.slack.wait_for(env.slack.home)
    go_on.set()
    await env.settle()
    assert "harbour" not in words(env.slack.home() or {})
    assert env.services.newest_home == {}


async def test_what_it_was_paused_for_is_over_once_it_runs(env: SlackEnv) -> None:
    """The reason says what to type, shown as code, and is gone from the list after `resume`."""
    await env.type("subscribe daily at 7 in UTC")
    channel = env.slack.channel(CHANNEL).id
    reason = explain_failure("user_disabled").text
    await env.store.subscriptions.set_last_result(TEAM_ID, channel, reason, pause=True)
    (paused,) = await env.type("list")
    assert "doesn't deliver messages to this person" in words(paused)
    assert "`/digest resume`" in words(paused)
    await env.type("resume")
    (running,) = await env.type("list")
    assert "daily at 07:00" in words(running)
    assert "doesn't deliver" not in words(running)
