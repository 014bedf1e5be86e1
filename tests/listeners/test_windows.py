"""Every window opens before Slack is asked anything else, which may take longer than it waits.

https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
"""

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.feeds import ADD_FEED, ADDRESS, ADDRESS_FIELD
from bot.blocks.link_previews import EDIT_LINK_DOMAINS
from bot.blocks.lookup import WHO_TIMELINE
from bot.blocks.modals import READ_MESSAGE
from bot.blocks.settings_form import NEW_DIGEST, OPEN_SETTINGS
from bot.blocks.story import ALL_STATEMENTS, MORE
from bot.listeners import registration
from bot.playground.workspace import SlackUser
from tests.listeners.conftest import SlackEnv, words
from tests.listeners.test_posting import menu_option
from tests.listeners.test_settings_form import unchanged_state
from tests.slack_server import CHANNEL, USER

OUTSIDER = "U0FARAWAY"


async def home(env: SlackEnv) -> None:
    """Open App Home."""
    env.slack.user_actions.open_home(USER)
    await env.slack.wait_for(env.slack.home)


async def press_home(env: SlackEnv, action: str) -> None:
    """Press a button in App Home."""
    value = {"value": env.slack.channel(CHANNEL).id} if action == OPEN_SETTINGS else {}
    await env.slack.press_in_view(action, view=env.slack.home(), **value)


async def ask_who(env: SlackEnv) -> None:
    """Show what a person said."""
    await env.type("who Ilves")


async def open_settings(env: SlackEnv) -> None:
    """Open the form of the channel."""
    await env.type("settings")


async def use_shortcut(env: SlackEnv, shortcut: str) -> None:
    """Use a shortcut, on the newest message where it is for messages."""
    where: dict[str, Any] = {}
    if shortcut == READ_MESSAGE:
        where = {"channel": CHANNEL, "ts": env.slack.posted()[-1]["ts"]}
    await env.slack.user_actions.use_shortcut(USER, shortcut, **where)


async def add_feed(env: SlackEnv) -> None:
    """Open the form that adds a feed."""
    await home(env)
    await press_home(env, ADD_FEED)
    await env.settle()


async def send_address(env: SlackEnv) -> None:
    """Send the address of a feed."""
    field = {"type": "plain_text_input", "value": "https://news.example/feed"}
    await env.slack.submit({ADDRESS: {ADDRESS_FIELD: field}})


async def save_settings(env: SlackEnv) -> None:
    """Send the form as it stands."""
    view = env.slack.modal()
    assert view
    await env.slack.submit(unchanged_state(view))


async def nothing(_env: SlackEnv) -> None:
    """Prepare nothing."""


def menu(act: str) -> Callable[[SlackEnv], Awaitable[Any]]:
    """Choose an entry of a story's menu."""
    return lambda env: env.press(MORE, selected_option=menu_option(env, act))


# By window: what comes before, and what opens it.
WINDOWS: dict[str, tuple[Callable[[SlackEnv], Awaitable[Any]], ...]] = {
    "typed settings": (nothing, open_settings),
    "typed settings me": (nothing, lambda env: env.type("settings me")),
    "new digest": (nothing, lambda env: use_shortcut(env, NEW_DIGEST)),
    "read message": (nothing, lambda env: use_shortcut(env, READ_MESSAGE)),
    "all statements": (nothing, lambda env: env.press(ALL_STATEMENTS)),
    "show in text": (nothing, menu("show")),
    "citation": (nothing, menu("cite")),
    "follow or mute": (nothing, menu("actors")),
    "timeline": (ask_who, lambda env: env.press(WHO_TIMELINE)),
    "edit in home": (home, lambda env: press_home(env, OPEN_SETTINGS)),
    "link domains": (home, lambda env: press_home(env, EDIT_LINK_DOMAINS)),
    "add feed": (home, lambda env: press_home(env, ADD_FEED)),
    "feed found": (add_feed, send_address),
    "settings saved": (open_settings, save_settings),
}


@pytest.mark.parametrize("name", WINDOWS)
async def test_a_window_opens_before_slack_is_asked(env: SlackEnv, name: str) -> None:
    """In a channel shared with another organization, where Slack must tell who a person is."""
    users = env.slack.workspace.users
    users[OUTSIDER] = SlackUser(OUTSIDER, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    await env.publish()
    await env.type("now")
    await env.type("subscribe daily at 7 in UTC")
    env.slack.channel(CHANNEL).members.add(OUTSIDER)
    prepare, act = WINDOWS[name]
    await prepare(env)
    await env.settle()
    known = len(env.slack.calls)
    await act(env)
    await env.settle()
    methods = [call.method for call in list(env.slack.calls)[known:]]
    first, *_ = [method for method in methods if method != "auth.test"]
    assert first in {"views.open", "views.push"}
    shown = words(env.slack.modal() or {})
    assert shown
    assert "hourglass" not in shown
    assert "went wrong" not in shown


def test_no_listener_opens_a_window_that_it_first_looks_up() -> None:
    """All but the form for an address, which needs nothing, open a window and fill it in later."""
    callers = {
        (path.stem, function.name)
        for path in Path(registration.__file__).parent.glob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "open_modal" and path.stem != "request"
    }
    assert callers == {("feed_form", "open_form")}
