"""A button may carry any value: whoever has a client of their own can send what they like."""

import json

import pytest
from structlog.testing import capture_logs

from bot.blocks import answers, home, lookup, preferences, story
from bot.blocks.digest import POST_ANYWAY
from bot.blocks.settings_form import OPEN_SETTINGS
from bot.model import Message
from bot.playground.workspace import TEAM_ID
from tests.listeners.conftest import SlackEnv
from tests.slack_server import CHANNEL, USER

UNDO = {"cadence": {"days": [0], "times": ["08:30"]}, "created_by": USER, "zone": "UTC"}
FORGED = [
    *("", "x", "-1", "0", "1.5", "9" * 30, "９", "null", "true", "[]", "{}", '"a"', "[" * 1900),
    *("a:b", "useful:x", "useful:" + "9" * 30, "actors:-1", "text:1", "text:1-2-3,x", "cite:"),
    *("[1]", "[1,2]", "[1,2,3]", "[null,null]", '["a",{}]', '["a","b"]', "[{},{}]"),
    *('["Ilves",-5]', '["Ilves",1e99]', '["Ilves",99999999999999999999]', '["\\ud800",0]'),
    *('["C0NEWSDESK",{}]', '["C0NEWSDESK",[]]', '["C0NEWSDESK",{"cadence":1}]'),
]
FORGED_DIGESTS = [
    *(
        json.dumps([CHANNEL, UNDO | changes])
        for changes in (
            {"zone": 5},
            {"zone": "Mars/Olympus"},
            {"zone": "../../etc/passwd"},
            {"top": "many"},
            {"top": 10**30},
            {"top": -1},
            {"topics": 7},
            {"topics": [7]},
            {"cadence": {"days": [9], "times": []}},
            {"cadence": {"days": [], "times": ["08:30"]}},
            {"cadence": {"interval": "PT0S", "days": [0]}},
            {"cadence": {"interval": "-P1D", "days": [0]}},
            {"cadence": {"min_interval": "P99999999D", "days": [0]}},
            {"paused": "perhaps"},
            {"created_by": None},
            {"unknown": 1},
        )
    ),
]
ACTIONS = [
    *(POST_ANYWAY, answers.UNDO_SUBSCRIBE, home.HOME_UNDO, home.HOME_PAUSE, home.HOME_NEXT),
    *(lookup.WHO_OLDER, lookup.WHO_TIMELINE, preferences.UNDO_PREFERENCE, preferences.VOTE),
    *(preferences.FOLLOW_ACTOR, story.ALL_STATEMENTS, story.MORE, OPEN_SETTINGS, home.HOME_RULE),
    home.HOME_AUDIENCE,
]


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_forged_value_is_answered(env: SlackEnv, action: str):
    """Each is answered, without an error in the log or a false name, and changes nothing."""
    env.services.throttle._monotonic = lambda: 0.0
    await env.publish()
    channel = env.slack.channel(CHANNEL).id
    ts = await env.services.chat.post(TEAM_ID, channel, Message("A message"))
    undoes = action in {answers.UNDO_SUBSCRIBE, home.HOME_UNDO}
    for value in FORGED + FORGED_DIGESTS if undoes else FORGED:
        env.services.throttle._paid_at.clear()
        element = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        with capture_logs() as logs:
            await env.slack.user_actions.use_element(
                USER, env.slack.channel(CHANNEL).id, ts, element
            )
            await env.tasks.settled()
        bad = [line for line in logs if line["log_level"] == "error"]
        assert not bad, (value, bad)
        assert "<#None>" not in str(env.slack.playground.workspace.calls[-1].args), value
    for subscription in await env.store.subscriptions.get_all(TEAM_ID):
        assert subscription.zone == "UTC"
