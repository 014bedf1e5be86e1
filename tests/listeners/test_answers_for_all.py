"""A mention in a channel is answered in its thread, for all; what all see, all may see."""

import json
from typing import Any

import pytest

from bot.blocks.lookup import WHO_TIMELINE
from bot.listeners.commands import COMMANDS
from bot.model import AnswerAudience
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from bot.playground.workspace import SlackUser
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

MENTION = f"<@{BOT_USER_ID}>"
OUTSIDER = "U0FARAWAY"
LONG = " ".join(
    f"Farland will not close pier {pier}, Prime Minister Mara Ilves said on Monday."
    for pier in ("one", "two", "three", "four", "five")
)


async def mention(env: SlackEnv, line: str, **where: Any) -> list[dict[str, Any]]:
    """Mention the bot; return what it answers, in the thread or to the person alone."""
    known = {message["ts"] for message in env.slack.messages()}
    await env.slack.say(f"{MENTION} {line}", **where)
    await env.settle()
    messages = env.slack.messages()
    return [each for each in messages if each.get("bot_id") and each["ts"] not in known]


def share_with(env: SlackEnv, person: str) -> None:
    """Let somebody of another organization into the channel."""
    elsewhere = SlackUser(person, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    env.slack.workspace.users[person] = elsewhere
    env.slack.channel(CHANNEL).members.add(person)


FOR_ALL = [
    "who Mara Ilves",
    "who Nobody Known",
    "what did Ilves say about the harbour?",
    "search harbour",
    "what happened today?",
    "subscribe daily at 7 in UTC",
    "pause",
    "follow Mara Ilves",
]


@pytest.mark.parametrize("line", FOR_ALL)
async def test_a_mention_is_answered_in_its_thread_for_all(env: SlackEnv, line: str) -> None:
    """The answer to a question, and what became of the channel's digest, stand below it."""
    await env.publish()
    await env.type("subscribe daily at 8 in UTC")
    asked = len(env.slack.messages())
    (answer,) = await mention(env, line)
    question = env.slack.messages()[asked]
    assert answer["thread_ts"] == question["ts"]
    assert not answer.get("is_ephemeral")


async def test_a_mention_in_a_thread_is_answered_in_that_thread(env: SlackEnv) -> None:
    """As people answer each other."""
    first = await env.slack.say("Look at this")
    (answer,) = await mention(env, "who Nobody Known", thread=first)
    assert answer["thread_ts"] == first


TO_THE_ASKER = [
    "list",
    "status",
    "feeds",
    "help",
    "who",
    "nwo",
    "subscribe me daily at 7",
    "thanks",
]


@pytest.mark.parametrize("line", TO_THE_ASKER)
async def test_what_concerns_the_asker_alone_is_shown_to_them_alone(
    env: SlackEnv, line: str
) -> None:
    """The workspace's settings, help, mistakes and the person's own digests are not for all."""
    (answer,) = await mention(env, line)
    assert answer["is_ephemeral"]


@pytest.mark.parametrize("by_admins", [True, False], ids=["admins", "operator"])
@pytest.mark.parametrize("line", FOR_ALL)
async def test_by_setting_the_asker_alone_sees_the_answer(
    env: SlackEnv, line: str, *, by_admins: bool
) -> None:
    """As the workspace's admins set it, else as the operator configures it."""
    if by_admins:
        await env.store.permissions.set_audience(TEAM_ID, AnswerAudience.ASKER)
    else:
        object.__setattr__(env.services, "audience", AnswerAudience.ASKER)
    await env.publish()
    await env.type("subscribe daily at 8 in UTC")
    (answer,) = await mention(env, line)
    assert answer["is_ephemeral"]


async def test_an_answer_for_all_is_short_and_has_its_sources(env: SlackEnv) -> None:
    """Three statements with their source, and a button to all of them."""
    await env.publish(LONG)
    (answer,) = await mention(env, "who Mara Ilves")
    assert words(answer).count("Farland Courier") == 3
    assert "newest 3 of 5" in words(answer)
    await env.slack.press(WHO_TIMELINE)
    await env.tasks.settled()
    assert words(env.slack.modal() or {}).count("Farland Courier") == 5


async def test_the_news_in_a_thread_have_no_button_and_count_as_unseen(env: SlackEnv) -> None:
    """Three stories at most; the digest that follows has them all."""
    for number in range(5):
        await env.publish(headline=f"Farland opens harbour {number}")
    (answer,) = await mention(env, "what's new here?")
    assert "3 stories" in words(answer)
    assert "2 more stories not shown" in words(answer)
    assert "post_preview" not in json.dumps(answer)
    await env.type("now")
    assert "5 stories" in words(env.slack.posted()[0])


async def test_where_threads_are_closed_the_asker_is_answered(env: SlackEnv) -> None:
    """The answer is not lost."""
    env.slack.fail("chat.postMessage", "restricted_action_non_threadable_channel")
    (answer,) = await mention(env, "who Nobody Known")
    assert answer["is_ephemeral"]


@pytest.mark.parametrize("user", [USER, OUTSIDER])
async def test_all_of_a_shared_channel_see_what_it_was_shown(env: SlackEnv, user: str) -> None:
    """Whoever asks: a member may read more, but the answer stands before the others, too."""
    share_with(env, OUTSIDER)
    shown, hidden = "Farland opens its harbour", "Farland closes its mine"
    await env.publish(headline=shown)
    await env.type("now")
    await env.publish(LONG, headline=hidden)
    for line in ("who Mara Ilves", "search Ilves", "search mine", "who Ilvse"):
        answers = await mention(env, line, user=user)
        assert [each.get("is_ephemeral") for each in answers] == [None], line
        assert hidden not in json.dumps(answers), line
    assert shown in json.dumps(await mention(env, "who Mara Ilves", user=user))


async def test_a_shared_channel_sees_no_settings_and_no_unposted_news(env: SlackEnv) -> None:
    """What only the workspace's own people may ask for is answered to the asker alone."""
    share_with(env, OUTSIDER)
    await env.publish()
    await env.type("subscribe daily at 8 in UTC")
    lines = {line: spec for spec in COMMANDS for line in spec.examples}
    for line, spec in lines.items():
        env.services.throttle._paid_at.clear()
        seen = len(env.slack.messages())
        await mention(env, line or "preview")
        public = env.slack.thread(CHANNEL, env.slack.messages()[seen]["ts"])
        assert spec.open_to_outsiders or not public, line


async def test_a_name_chosen_in_a_message_for_all_stays_short_and_narrow(env: SlackEnv) -> None:
    """Whoever presses the button: the page replaces the message before everyone."""
    share_with(env, OUTSIDER)
    await env.publish("Farland will build a pier, minister Mara Ilves said.")
    await env.publish("Farland will build a dam, judge Tarmo Ilves said.")
    await env.type("now")
    await env.publish(LONG, headline="Not shown here")
    (question,) = await mention(env, "who Ilves")
    buttons = [each for block in question["blocks"] for each in block.get("elements", ())]
    chosen = next(each for each in buttons if "Mara" in json.dumps(each.get("text", "")))
    await env.slack.user_actions.use_element(
        USER, env.slack.channel(CHANNEL).id, question["ts"], chosen
    )
    await env.tasks.settled()
    assert "build a pier" in words(question)
    assert "Not shown here" not in json.dumps(question)


async def test_a_chart_for_a_shared_channel_counts_what_it_was_shown(env: SlackEnv) -> None:
    """The picture or table stands in the channel."""
    share_with(env, OUTSIDER)
    await env.publish()
    assert "Mara Ilves" not in json.dumps(await mention(env, "chart"))
    await env.type("now")
    posted = len(env.slack.posted())
    await mention(env, "chart")
    assert "Mara Ilves" in json.dumps(env.slack.posted()[posted:])


@pytest.mark.parametrize("code", ["", "ratelimited"])
async def test_slack_is_asked_where_an_event_does_not_say_who_sees_it(
    env: SlackEnv, code: str
) -> None:
    """Where Slack does not tell either, the channel may be shared."""
    share_with(env, OUTSIDER)
    stored = await env.publish()
    if code:
        env.slack.fail("conversations.info", code, times=9)
    ts = await env.slack.say("Who knows?")
    place = {"channel": env.slack.channel(CHANNEL).id, "user": USER, "ts": ts}
    event = {"type": "app_mention", "text": f"{MENTION} search Farland", **place}
    envelope = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": event}
    env.slack.playground.sender.send_event(envelope)
    await env.settle()
    (answer,) = env.slack.thread(CHANNEL, ts)
    assert "haven't read anything" in words(answer)
    assert stored.article.headline not in words(answer)
