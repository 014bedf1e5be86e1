"""Every way to change a channel's digest checks the person's permission."""

import ast
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.blocks.home import (
    HOME_AUDIENCE,
    HOME_END,
    HOME_PAUSE,
    HOME_POST,
    HOME_RESUME,
    HOME_RULE,
    HOME_UNDO,
    dump_position,
)
from bot.blocks.settings_form import ANYWHERE, OPEN_SETTINGS, WHERE
from bot.listeners.subscription_commands import dump_undo
from bot.model import AnswerAudience, AtTimes, EditPermission, Subscription
from bot.playground.slack_objects import TEAM_ID
from tests.builders import later
from tests.listeners.conftest import SlackEnv, words
from tests.listeners.test_settings_form import unchanged_state

ADMIN, MAKER, OTHER = "U0WREN", "U0IDRIS", "U0MINA"
GENERAL = "C0GENERAL"  # made by Idris; everybody is in it
STANDING = Subscription(TEAM_ID, GENERAL, ADMIN, AtTimes(), "UTC", next_due=later(hours=20))


async def save_subscription(
    env: SlackEnv, rule: EditPermission, channel: str = GENERAL
) -> Subscription:
    """Save a subscription for the channel, under this rule."""
    subscription = Subscription(TEAM_ID, channel, ADMIN, AtTimes(), "UTC", next_due=later(hours=20))
    await env.store.subscriptions.save(subscription)
    await env.store.permissions.set(TEAM_ID, rule)
    return subscription


@pytest.mark.parametrize("line", ["subscribe hourly", "pause", "resume", "unsubscribe"])
async def test_a_command_without_the_right_is_refused(env: SlackEnv, line: str):
    """Where only managers may, a member is told who may, and nothing changes."""
    before = await save_subscription(env, EditPermission.MANAGERS)
    (answer,) = await env.type(line, channel=GENERAL, user=OTHER)
    assert f"Only the person who created <#{GENERAL}> and" in words(answer)
    assert "Nothing was changed" in words(answer)
    assert await env.store.subscriptions.get(TEAM_ID, GENERAL) == before


@pytest.mark.parametrize("person", [ADMIN, MAKER])
async def test_managers_are_the_channels_creator_and_admins(env: SlackEnv, person: str):
    """The channel's creator and the workspace's admins may change its digest."""
    await save_subscription(env, EditPermission.MANAGERS)
    await env.type("unsubscribe", channel=GENERAL, user=person)
    assert await env.store.subscriptions.get(TEAM_ID, GENERAL) is None


@pytest.mark.parametrize("action", [HOME_PAUSE, HOME_RESUME, HOME_END, HOME_POST])
async def test_app_home_buttons_need_the_right(env: SlackEnv, action: str):
    """A person outside the channel is refused in a window, and nothing changes."""
    before = await save_subscription(env, EditPermission.MEMBERS)
    await env.publish()
    env.slack.channel(GENERAL).members.discard(OTHER)
    await press_home(env, action, dump_position(GENERAL, ""))
    shown = env.slack.modal(OTHER)
    assert shown
    assert f"Only members of <#{GENERAL}>" in words(shown)
    assert await env.store.subscriptions.get(TEAM_ID, GENERAL) == before
    assert env.slack.posted(GENERAL) == []


async def test_undo_needs_the_right(env: SlackEnv):
    """Undo pressed after the rule was narrowed changes nothing."""
    before = await save_subscription(env, EditPermission.MANAGERS)
    await press_home(env, HOME_UNDO, dump_undo(GENERAL, None))
    assert await env.store.subscriptions.get(TEAM_ID, GENERAL) == before


async def test_saving_a_form_needs_the_right(env: SlackEnv):
    """The permission for the chosen channel is checked when the form is saved."""
    await save_subscription(env, EditPermission.MEMBERS, channel="C0LOUNGE")
    env.slack.channel("C0LOUNGE").members.discard(OTHER)
    await press_home(env, OPEN_SETTINGS, ANYWHERE)
    modal = env.slack.modal(OTHER)
    assert modal
    state = unchanged_state(modal)
    (chosen,) = state[WHERE].values()
    chosen["selected_conversation"] = GENERAL
    env.slack.channel(GENERAL).members.discard(OTHER)
    await env.slack.submit(state, user=OTHER)
    await env.tasks.settled()
    assert await env.store.subscriptions.get(TEAM_ID, GENERAL) is None


async def test_only_an_admin_sets_the_rule(env: SlackEnv):
    """Only an admin's choice of the rule is stored, and shown in Home."""
    await press_home(env, HOME_RULE, "anyone")
    assert await env.store.permissions.get(TEAM_ID) is None
    home = await open_home(env, ADMIN)
    option = next(
        option
        for block in home["blocks"]
        if block.get("accessory", {}).get("action_id") == HOME_RULE
        for option in block["accessory"]["options"]
        if option["value"] == "managers"
    )
    await env.slack.press_in_view(HOME_RULE, view=home, user=ADMIN, selected_option=option)
    await env.tasks.settled()
    assert await env.store.permissions.get(TEAM_ID) is EditPermission.MANAGERS


async def test_only_an_admin_sets_who_sees_answers(env: SlackEnv):
    """An admin's choice is stored and shown in Home; a member sees it, and can't make it."""
    await press_home(env, HOME_AUDIENCE, "asker")
    assert await env.store.permissions.get_audience(TEAM_ID) is None
    home = await open_home(env, ADMIN)
    option = {"value": "asker", "text": {"type": "plain_text", "text": "Only the person who asked"}}
    await env.slack.press_in_view(HOME_AUDIENCE, view=home, user=ADMIN, selected_option=option)
    await env.tasks.settled()
    assert await env.store.permissions.get_audience(TEAM_ID) is AnswerAudience.ASKER
    env.slack.user_actions.open_home(OTHER)
    await env.slack.playground.sender.settle()
    await env.tasks.settled()
    assert "Only the person who asked. Admins choose" in words(env.slack.home(OTHER))


async def test_only_admins_change_feeds_under_the_managers_rule(env: SlackEnv):
    """Where only managers may, feeds are for admins, since the whole workspace reads them."""
    await env.store.permissions.set(TEAM_ID, EditPermission.MANAGERS)
    (answer,) = await env.type("feeds remove 1", user=OTHER)
    assert "Only admins" in words(answer)


async def test_anyone_may_where_the_rule_says_so_but_not_in_a_private_channel(env: SlackEnv):
    """Under the rule "anyone", public channels are open to outsiders, private ones never."""
    await save_subscription(env, EditPermission.ANYONE)
    env.slack.channel(GENERAL).members.discard(OTHER)
    await press_home(env, HOME_PAUSE, dump_position(GENERAL, ""))
    paused = await env.store.subscriptions.get(TEAM_ID, GENERAL)
    assert paused
    assert paused.paused
    private = await save_subscription(env, EditPermission.ANYONE, channel="G0EDITORS")
    await press_home(env, HOME_END, dump_position("G0EDITORS", ""))
    assert await env.store.subscriptions.get(TEAM_ID, "G0EDITORS") == private


async def test_every_page_of_a_persons_channels_is_read(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """A member may change the digest of a channel that Slack names on a later page."""
    call = AsyncWebClient.users_conversations

    async def one_per_page(client: AsyncWebClient, **fields: Any) -> AsyncSlackResponse:
        return await call(client, **fields | {"limit": 1})

    monkeypatch.setattr(AsyncWebClient, "users_conversations", one_per_page)
    channels = env.slack.workspace.channels.values()
    public = [channel.id for channel in channels if channel.kind == "public"]
    for channel in public:
        env.slack.channel(channel).members.add(OTHER)
    await save_subscription(env, EditPermission.MEMBERS, channel=public[-1])
    await press_home(env, HOME_END, dump_position(public[-1], ""))
    assert await env.store.subscriptions.get(TEAM_ID, public[-1]) is None
    first, *later_pages = env.slack.calls_of("users.conversations")
    assert public[-1] not in [channel["id"] for channel in first.answer["channels"]]
    assert public[-1] in [c["id"] for page in later_pages for c in page.answer["channels"]]


async def test_nobody_changes_anothers_direct_messages(env: SlackEnv):
    """Nobody changes another person's digest in direct messages, not even an admin."""
    await env.type("subscribe me daily", user=OTHER)
    (mine,) = await env.store.subscriptions.get_all(TEAM_ID)
    home = await open_home(env, ADMIN)
    await env.slack.user_actions.use_view_element(
        ADMIN,
        home["id"],
        {"type": "button", "action_id": HOME_UNDO, "value": dump_undo(mine.channel, None)},
    )
    await env.tasks.settled()
    assert await env.store.subscriptions.get_all(TEAM_ID) == (mine,)


def test_only_one_module_writes_subscriptions():
    """No listener but `subscription_commands` writes subscriptions."""
    folder = Path(__file__).parents[2] / "bot" / "listeners"
    writers = {
        path.name
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"save", "remove"}
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "subscriptions"
    }
    assert writers == {"subscription_commands.py"}


async def open_home(env: SlackEnv, user: str) -> dict[str, object]:
    """Open App Home; return its view."""
    env.slack.user_actions.open_home(user)
    home: dict[str, object] = await env.slack.wait_for(lambda: env.slack.home(user))
    return home


async def press_home(env: SlackEnv, action: str, value: str, user: str = OTHER) -> None:
    """Press a button in App Home, even if it is from an older view."""
    home = await open_home(env, user)
    kind = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    await env.slack.user_actions.use_view_element(user, str(home["id"]), kind)
    await env.tasks.settled()
