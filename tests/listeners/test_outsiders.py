"""People of another organization see what the channel was shown; guests see their own channels.

https://docs.slack.dev/apis/slack-connect
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks import home
from bot.blocks.story import ALL_STATEMENTS
from bot.listeners.commands import COMMANDS
from bot.listeners.registration import ACTIONS
from bot.listeners.shortcuts import SHORTCUTS
from bot.listeners.subscription_commands import dump_undo
from bot.model import AtTimes, EditPermission, Message, Subscription
from bot.playground import channel_methods
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from bot.playground.workspace import SlackUser
from tests.builders import later
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

OUTSIDER, GUEST = "U0FARAWAY", "U0VISITOR"
GENERAL = "C0GENERAL"
TOPIC, FEED = "narwhal", "https://news.example/feed?key=mallard"
MENTION = f"<@{BOT_USER_ID}>"


@pytest.fixture
async def shared(env: SlackEnv) -> SlackEnv:
    """Add an outsider and a guest to the news channel; another channel has a digest, too."""
    channel, users = env.slack.channel(CHANNEL), env.slack.workspace.users
    users[OUTSIDER] = SlackUser(OUTSIDER, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    users[GUEST] = SlackUser(GUEST, "visitor", "Vik Sitor", "UTC", guest=True)
    channel.members |= {OUTSIDER, GUEST}
    env.slack.channel(GENERAL).members -= {GUEST}
    for place in (channel.id, GENERAL):
        await env.store.subscriptions.save(
            Subscription(
                TEAM_ID, place, USER, AtTimes(), "UTC", topics=(TOPIC,), next_due=later(hours=20)
            )
        )
    await env.store.feeds.add(FEED, TEAM_ID, later(hours=0))
    await env.store.permissions.set(TEAM_ID, EditPermission.ANYONE)
    return env


async def state(env: SlackEnv) -> list[object]:
    """Return all that a person could change."""
    store = env.store
    return [
        await store.subscriptions.get_all(TEAM_ID),
        await store.feeds.get_all(TEAM_ID),
        await store.permissions.get(TEAM_ID),
        [await store.preferences.get_actors(TEAM_ID, place) for place in (CHANNEL, GENERAL)],
        env.slack.posted(GENERAL),
    ]


async def mention(env: SlackEnv, line: str, user: str = OUTSIDER) -> str:
    """Mention the bot in the shared channel; return what the person is answered."""
    return "\n".join(words(message) for message in await answers(env, line, user))


async def answers(env: SlackEnv, line: str, user: str) -> list[dict[str, Any]]:
    """Mention the bot in the shared channel; return its messages that the person then sees."""
    known = {message["ts"] for message in env.slack.messages(user=user)}
    await env.slack.say(f"{MENTION} {line}", user=user)
    await env.settle()
    seen = env.slack.messages(user=user)
    return [each for each in seen if each.get("bot_id") and each["ts"] not in known]


async def test_no_command_of_an_outsider_shows_or_changes_settings(shared: SlackEnv) -> None:
    """Each example of each command is tried; no topic, feed or other channel is told."""
    before = await state(shared)
    lines = {line or "preview": spec for spec in COMMANDS for line in spec.examples}
    for line, spec in lines.items():
        shown = await mention(shared, line)
        assert not any(word in shown for word in (TOPIC, "mallard", GENERAL)), (line, shown)
        assert ("Only people in the workspace" in shown) is not spec.open_to_outsiders, line
        shared.services.throttle._paid_at.clear()
    assert await state(shared) == before
    assert shared.slack.posted() == []


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_button_of_an_outsider_changes_anything(shared: SlackEnv, action: str) -> None:
    """Each button is pressed with a value that would change or show something."""
    before = await state(shared)
    ts = await shared.services.chat.post(TEAM_ID, shared.slack.channel(CHANNEL).id, Message("News"))
    position, undo = home.dump_position(GENERAL, ""), dump_undo(GENERAL, None)
    for value in (position, undo, GENERAL, "useful:1", "actors:1", "anyone", "1"):
        element = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        await shared.slack.user_actions.use_element(
            OUTSIDER, shared.slack.channel(CHANNEL).id, ts, element
        )
        await shared.tasks.settled()
    assert await state(shared) == before
    shown = json.dumps([shared.slack.modal(OUTSIDER), shared.slack.home(OUTSIDER)])
    assert not any(word in shown for word in (TOPIC, "mallard"))


@pytest.mark.parametrize("shortcut", SHORTCUTS)
async def test_no_window_opens_for_an_outsider(shared: SlackEnv, shortcut: str) -> None:
    """The form and the reader are for the workspace's own people."""
    before = await state(shared)
    await shared.slack.user_actions.use_shortcut(OUTSIDER, shortcut)
    await shared.tasks.settled()
    assert "Only people in the workspace" in words(shared.slack.modal(OUTSIDER) or {})
    assert await state(shared) == before


async def test_app_home_shows_an_outsider_nothing_of_the_workspace(shared: SlackEnv) -> None:
    """Neither digests nor feeds nor rights."""
    shared.slack.user_actions.open_home(OUTSIDER)
    await shared.settle()
    view = shared.slack.home(OUTSIDER)
    assert view
    assert "another organization" in words(view)
    assert not any(word in json.dumps(view) for word in (TOPIC, "mallard", GENERAL, "action_id"))


async def test_an_outsider_reads_what_the_channel_was_shown(shared: SlackEnv) -> None:
    """`who` and `search` find articles once they stood in the channel, and the digest's buttons."""
    await shared.store.permissions.set(TEAM_ID, EditPermission.MEMBERS)
    await shared.store.subscriptions.save(
        replace((await shared.store.subscriptions.get_all(TEAM_ID))[0], topics=(), channel=CHANNEL)
    )
    stored = await shared.publish()
    actor = next(one.actor for one in stored.analysis.statements if one.actor)
    for line in (f"who {actor.name.text}", f"search {actor.name.text}"):
        assert stored.article.headline not in await mention(shared, line)
    await shared.type("now")
    for line in (f"who {actor.name.text}", f"search {actor.name.text}"):
        assert stored.article.headline in await mention(shared, line), line
    await shared.slack.press(ALL_STATEMENTS, user=OUTSIDER)
    await shared.tasks.settled()
    assert actor.name.text in words(shared.slack.modal(OUTSIDER) or {})


@pytest.mark.parametrize("code", ["user_not_found", "ratelimited"])
async def test_where_slack_does_not_tell_an_outsider_stays_one(shared: SlackEnv, code: str) -> None:
    """The request itself names the person's workspace."""
    shared.slack.fail("users.info", code, times=9)
    assert "Only people in the workspace" in await mention(shared, "list")


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted"])
async def test_a_guest_sees_own_channels_only(
    shared: SlackEnv, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    """List, status and App Home leave out the rest, whether of many channels or of a single one."""
    user_json = channel_methods._user_json

    def with_flag(user: SlackUser) -> dict[str, Any]:
        return user_json(user) | {"is_restricted": False, flag: user.guest}

    monkeypatch.setattr(channel_methods, "_user_json", with_flag)
    shown = await mention(shared, "list", GUEST)
    assert TOPIC in shown
    assert GENERAL not in shown
    assert "1 subscription" in await mention(shared, "status", GUEST)
    assert "Guests" in await mention(shared, "feeds", GUEST)
    shared.slack.user_actions.open_home(GUEST)
    await shared.settle()
    view = shared.slack.home(GUEST)
    assert view
    assert GENERAL not in json.dumps(view)
    assert "mallard" not in json.dumps(view)


async def test_a_guest_changes_own_channels_only(shared: SlackEnv) -> None:
    """Where anyone may change public channels, that means members of the workspace."""
    (other,) = [
        each
        for each in await shared.store.subscriptions.get_all(TEAM_ID)
        if each.channel == GENERAL
    ]
    ts = await shared.services.chat.post(TEAM_ID, shared.slack.channel(CHANNEL).id, Message("News"))
    element = {"type": "button", "action_id": home.HOME_UNDO, "value": dump_undo(GENERAL, None)}
    await shared.slack.user_actions.use_element(
        GUEST, shared.slack.channel(CHANNEL).id, ts, element | {"block_id": "b"}
    )
    await shared.tasks.settled()
    assert await shared.store.subscriptions.get(TEAM_ID, GENERAL) == other
    await mention(shared, "pause", GUEST)
    mine = await shared.store.subscriptions.get(TEAM_ID, shared.slack.channel(CHANNEL).id)
    assert mine
    assert mine.paused
