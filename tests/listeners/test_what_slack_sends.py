"""What Slack sends twice is answered once, and what no person asked not at all.

https://docs.slack.dev/apis/events-api
"""

import asyncio
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.app.bolt import Authorize, SingleBot, create_bolt
from bot.app.web import create_app
from bot.blocks import home
from bot.listeners.registration import ACTIONS, WHO_MEANT_BUTTONS, register
from bot.model import AtTimes, Subscription
from bot.playground.request_sender import BotResponse, sign_body
from bot.playground.slack_objects import BOT_ID, BOT_USER_ID, TEAM_ID
from bot.playground.workspace import Channel
from tests.builders import NOON, later
from tests.listeners.conftest import SlackEnv, _ready, words
from tests.listeners.test_settings_form import unchanged_state
from tests.slack_server import CHANNEL, USER, serve

MENTION = f"<@{BOT_USER_ID}>"


def envelope(env: SlackEnv, **event: Any) -> dict[str, Any]:
    """Return an event as Slack sends it, from a person in the news channel."""
    place = {"channel": env.slack.channel(CHANNEL).id, "user": USER, "ts": f"{NOON:%s}.000100"}
    wrapped = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev0TWICE"}
    return wrapped | {"is_ext_shared_channel": False, "event": place | event}


async def post(env: SlackEnv, body: dict[str, Any]) -> int:
    """Send a signed body; return the status of the answer."""
    raw, timestamp = json.dumps(body).encode(), str(int(env.slack.workspace.clock()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign_body(env.slack.signing_secret, timestamp, raw),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{env.url}/slack/events", data=raw, headers=headers) as answer,
    ):
        await answer.read()
        return answer.status


async def test_an_event_that_comes_again_is_answered_once(env: SlackEnv) -> None:
    """At once, with a retry's number, and to a process that has started since."""
    mention = envelope(env, type="app_mention", text=f"{MENTION} status")
    for _ in range(2):
        env.slack.playground.sender.send_event(mention)
    await env.settle()
    client = env.bolt.client
    restarted = create_bolt(client, Authorize(SingleBot(client).get_bot))
    register(restarted, env.services)
    app = create_app(
        restarted, signing_secret=env.slack.signing_secret, ready=_ready, lifespan=None
    )
    async with serve(app) as url:
        env.slack.connect(f"{url}/slack/events")
        env.slack.playground.sender.send_event(mention)
        await env.settle()
    (answer,) = env.slack.ephemerals()
    assert "subscription" in words(answer)


OTHERS: dict[str, dict[str, Any]] = {
    "another bot": {"type": "app_mention", "bot_id": "B0OTHER"},
    "a workflow": {"type": "app_mention", "subtype": "bot_message", "user": None},
    "itself": {"type": "message", "bot_id": BOT_ID, "user": BOT_USER_ID, "channel_type": "im"},
    "a change": {
        "type": "message",
        "subtype": "message_changed",
        "channel_type": "im",
        "message": {"text": "status", "user": USER},
    },
    "a deletion": {"type": "message", "subtype": "message_deleted", "channel_type": "im"},
    "another member": {"type": "member_joined_channel", "user": "U0MINA"},
}


@pytest.mark.parametrize("event", OTHERS.values(), ids=OTHERS)
async def test_what_no_person_asked_is_not_answered(env: SlackEnv, event: dict[str, Any]) -> None:
    """Slack gets its 200, and nobody a message."""
    env.slack.workspace.has_agents = True
    direct = await env.services.chat.direct(TEAM_ID, USER)
    place = {"channel": direct} if event.get("channel_type") == "im" else {}
    body = envelope(env, **{"text": f"{MENTION} status"} | event | place)
    assert await post(env, body) == 200
    await env.tasks.settled()
    assert env.slack.messages() == env.slack.messages(direct) == []
    assert env.slack.calls_of("agents.sessions.setStatus") == []


async def test_what_slack_tells_of_itself_is_taken(env: SlackEnv) -> None:
    """A challenge, and that events were held back for an hour."""
    limited = {"type": "app_rate_limited", "team_id": TEAM_ID, "minute_rate_limited": 1795000000}
    assert await post(env, limited) == 200
    assert await post(env, {"type": "url_verification", "challenge": "c"}) == 200


async def test_an_invitation_is_greeted_each_time(env: SlackEnv) -> None:
    """Whoever was removed and invited again is told how to begin."""
    for number in range(2):
        joined = envelope(env, type="member_joined_channel", user=BOT_USER_ID)
        await post(env, joined | {"event_id": f"Ev{number}"})
        await env.tasks.settled()
    assert len(env.slack.posted()) == 2


async def test_a_form_sent_twice_saves_one_subscription(env: SlackEnv) -> None:
    """Both are acknowledged."""
    await env.type("settings")
    view = env.slack.modal()
    assert view
    state = unchanged_state(view)
    submit = env.slack.user_actions.submit
    replies = await asyncio.gather(*(submit(USER, view["id"], state) for _ in range(2)))
    await env.tasks.settled()
    assert [reply.problem for reply in replies] == [None, None]
    assert len(await env.store.subscriptions.get_all(TEAM_ID)) == 1


async def test_an_orders_zone_stays_when_the_person_moves(env: SlackEnv) -> None:
    """And is said; a new order has the new zone."""
    await env.type("subscribe me daily at 7am")
    users = env.slack.workspace.users
    users[USER] = replace(users[USER], zone="Asia/Tokyo")
    await env.type("subscribe me about ferries")
    (kept,) = await env.store.subscriptions.get_all(TEAM_ID)
    assert kept.zone == "Europe/Tallinn"
    (answer,) = await env.type("list")
    assert "Europe/Tallinn" in words(answer)


async def test_every_button_that_is_shown_has_a_listener(env: SlackEnv) -> None:
    """In all that commands show; Slack asks for an ack even where a button only opens a page."""
    env.slack.workspace.has_agents = True
    await env.publish()
    lines = ("", "now", "who Mara Ilves", "search harbour", "subscribe", "list", "history", "help")
    for line in (*lines, "follow Mara Ilves", "unsubscribe", "nwo", "status", "feeds"):
        await env.type(line)
    env.slack.user_actions.open_home(USER)
    await env.settle()
    shown = [*env.slack.messages(), env.slack.home() or {}]
    shown += [
        reply for each in env.slack.posted() for reply in env.slack.thread(CHANNEL, each["ts"])
    ]
    actions = set(_find_actions([message.get("blocks") for message in shown]))
    assert len(actions) > 5
    assert [
        each for each in actions - ACTIONS.keys() if not WHO_MEANT_BUTTONS.fullmatch(each)
    ] == []


def _find_actions(node: Any) -> list[str]:
    if isinstance(node, list):
        return [action for child in node for action in _find_actions(child)]
    if not isinstance(node, dict):
        return []
    own = [node["action_id"]] if node.get("action_id") else []
    return own + [action for child in node.values() for action in _find_actions(child)]


async def test_a_hundred_and_fifty_subscriptions_are_shown_in_pages(env: SlackEnv) -> None:
    """The list and App Home stay within Slack's limits, and ask Slack for few channels."""
    for number in range(150):
        channel = f"C{number:09d}"
        await env.store.subscriptions.save(
            Subscription(TEAM_ID, channel, USER, AtTimes(), "UTC", next_due=later(hours=9))
        )
    (answer,) = await env.type("list")
    env.slack.user_actions.open_home(USER)
    await env.settle()
    view = env.slack.home()
    assert view
    assert len(answer["blocks"]) <= 50
    assert len(view["blocks"]) <= 100
    assert home.HOME_NEXT in json.dumps(view)
    assert len(env.slack.calls_of("conversations.info")) == 0


async def test_the_list_asks_slack_once_for_all_public_channels_that_we_are_in(
    env: SlackEnv,
) -> None:
    """Only a channel that we are not in takes a call of its own; private ones stay hidden."""
    kinds = {"C0OURS1": "public", "C0OURS2": "public", "C0NOT": "public", "G0OURS": "private"}
    for name, kind in kinds.items():
        members = {"U0IDRIS"} | ({BOT_USER_ID} if "OURS" in name else set())
        env.slack.workspace.channels[name] = Channel(name, name.lower(), kind, members)
        await env.store.subscriptions.save(
            Subscription(TEAM_ID, name, "U0IDRIS", AtTimes(), "UTC", next_due=later(hours=9))
        )
    (answer,) = await env.type("list", user=USER)
    shown = {name for name in kinds if f"<#{name}>" in words(answer)}
    assert shown == kinds.keys() - {"G0OURS"}
    asked = [call.args["channel"] for call in env.slack.calls_of("conversations.info")]
    assert sorted(set(asked)) == ["C0NOT", "G0OURS"]
    assert len(env.slack.calls_of("users.conversations")) == 2


async def test_an_event_of_a_shared_channel_is_answered_with_our_own_data(env: SlackEnv) -> None:
    """Slack names the other organization outside, and who is installed in `authorizations`."""
    await env.publish()
    await env.type("now")
    body = envelope(env, type="app_mention", text=f"{MENTION} who Mara Ilves")
    installed = {"team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True}
    installed["is_enterprise_install"] = False
    body |= {"team_id": "T0ELSEWHERE", "authorizations": [installed]}
    body["event"]["ts"] = await env.slack.say("Who knows?")
    assert await post(env, body) == 200
    await env.tasks.settled()
    (answer,) = env.slack.thread(CHANNEL, body["event"]["ts"])
    assert "Farland Courier" in words(answer)


async def test_a_press_without_a_team_is_answered(env: SlackEnv) -> None:
    """In an app that an organization installed Slack names no team."""
    await env.publish()
    (preview,) = await env.type("who Mara Ilves")
    button = next(each for each in _find_buttons(preview["blocks"]) if "timeline" in str(each))
    send, bodies = env.slack.playground.sender.send_interaction, list[dict[str, Any]]()

    async def without_team(payload: dict[str, Any]) -> BotResponse:
        bodies.append(payload | {"team": None})
        return await send(bodies[-1])

    env.slack.playground.sender.send_interaction = without_team  # type: ignore[method-assign]
    place = env.slack.channel(CHANNEL).id
    reply = await env.slack.user_actions.use_element(USER, place, preview["ts"], button)
    await env.tasks.settled()
    assert reply.problem is None
    assert env.slack.modal()


def _find_buttons(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [button for child in node for button in _find_buttons(child)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "button" else []
    return own + [button for child in node.values() for button in _find_buttons(child)]


async def test_many_commands_at_once_are_all_answered(env: SlackEnv) -> None:
    """None waits for another."""
    sent = (env.send_command("help", trigger=f"{number}.1.a") for number in range(50))
    await asyncio.gather(*sent)
    await env.tasks.settled()
    assert len(env.slack.ephemerals()) == 50
    assert max(request.took for request in env.slack.requests) < 3


async def test_a_channel_whose_id_begins_with_g_is_posted_to(env: SlackEnv) -> None:
    """Private channels were groups once."""
    await env.publish()
    await env.type("now", channel="editors")
    assert len(env.slack.posted("editors")) == 1
