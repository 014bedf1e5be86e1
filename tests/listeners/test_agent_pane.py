"""The agent pane: questions from the news, a status, the channel in view; and life without it.

https://docs.slack.dev/ai/migrating-to-agent-messaging
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.prompts import MAX_PROMPTS, suggest_prompts
from bot.model import AtTimes, Subscription
from bot.playground.slack_objects import TEAM_ID
from bot.playground.workspace import SlackUser
from tests.builders import article, digest_of, later, story
from tests.listeners.conftest import SlackEnv, words
from tests.slack_faults import FailureMode
from tests.slack_server import CHANNEL, USER

PROMPTS, STATUS = "assistant.threads.setSuggestedPrompts", "agents.sessions.setStatus"
PRIVATE = "G0EDITORS"
MINE = "A mine in Farland will close, judge Tarmo Oll said."


@pytest.fixture
def pane(env: SlackEnv) -> SlackEnv:
    """Give the workspace an agent pane."""
    env.slack.workspace.has_agents = True
    return env


async def ask(env: SlackEnv, text: str, **where: Any) -> list[dict[str, Any]]:
    """Write a direct message; return the answers."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    known = {message["ts"] for message in env.slack.messages(direct)}
    await env.slack.user_actions.send_message(USER, direct, text, **where)
    await env.settle()
    seen = env.slack.messages(direct)
    return [each for each in seen if each.get("bot_id") and each["ts"] not in known]


async def open_pane(env: SlackEnv, user: str = USER, in_view: str = "") -> list[str]:
    """Open the pane; return the questions that it suggests."""
    env.slack.user_actions.open_home(user, "messages", in_view)
    await env.settle()
    direct = env.slack.workspace.find_direct_channel(user)
    shown = env.slack.workspace.prompts.get(direct.id if direct else "") or {"prompts": []}
    return [prompt["message"] for prompt in shown["prompts"]]


async def subscribe(env: SlackEnv, channel: str, *topics: str) -> None:
    """Give a channel a digest on these topics."""
    digest = Subscription(TEAM_ID, channel, USER, AtTimes(), "UTC", topics, next_due=later(hours=9))
    await env.store.subscriptions.save(digest)


def statuses(env: SlackEnv) -> list[tuple[str, str]]:
    """Return each status that was set, with its thread."""
    calls = env.slack.calls_of(STATUS)
    return [(call.args["thread_ts"], call.args["status"]) for call in calls]


async def test_the_pane_suggests_four_questions_from_the_news(pane: SlackEnv) -> None:
    """Who was quoted in different stories comes first; each question has an answer."""
    await pane.publish("Farland will build a pier, minister Mara Ilves said.")
    await pane.publish(MINE)
    questions = await open_pane(pane)
    assert len(questions) == MAX_PROMPTS
    assert set(questions[:2]) == {
        "What did Mara Ilves say this week?",
        "What did Tarmo Oll say this week?",
    }
    assert questions[2] == "What happened today?"
    (call,) = pane.slack.calls_of(PROMPTS)
    assert "thread_ts" not in call.args
    for question in questions:
        (answer,) = await ask(pane, question)
        assert "haven't read" not in words(answer)
        assert "don't know" not in words(answer)


async def test_without_news_the_pane_says_what_it_can_do(pane: SlackEnv) -> None:
    """No question is suggested that has no answer."""
    assert await open_pane(pane) == ["What can you do?"]


async def test_each_conversation_has_its_thread_a_title_and_a_status(pane: SlackEnv) -> None:
    """Dateline works until the answer stands below the question."""
    await pane.publish()
    first, second = [(await ask(pane, f"who {name}"))[0] for name in ("Mara Ilves", "Nobody Else")]
    direct = await pane.services.chat.direct(TEAM_ID, USER)
    questions = [each["ts"] for each in pane.slack.messages(direct) if each.get("user") == USER]
    assert [first["thread_ts"], second["thread_ts"]] == questions
    assert "Farland Courier" in words(first)
    assert statuses(pane) == [
        (thread, status) for thread in questions for status in ("processing", "active")
    ]
    sessions = pane.slack.workspace.sessions[direct]
    assert [session["title"] for session in sessions.values()] == [
        "who Mara Ilves",
        "who Nobody Else",
    ]


async def test_a_conversation_goes_on_in_its_thread(pane: SlackEnv) -> None:
    """A mistake is answered there, too, and ends the status."""
    await ask(pane, "status")
    direct = await pane.services.chat.direct(TEAM_ID, USER)
    first = pane.slack.messages(direct)[0]["ts"]
    (answer,) = await ask(pane, "who", thread=first)
    assert answer["thread_ts"] == first
    assert "Whose statements" in words(answer)
    assert statuses(pane)[-1] == (first, "active")


async def test_where_there_is_no_pane_direct_messages_stay_as_they_are(env: SlackEnv) -> None:
    """Slack refuses sessions and prompts: the answer stands below the question, as ever."""
    await env.publish()
    assert await open_pane(env) == []
    (answer,) = await ask(env, "who Mara Ilves")
    assert "Farland Courier" in words(answer)
    assert "thread_ts" not in answer
    (preview,) = await ask(env, "what's new?")
    assert "Post it here" in json.dumps(preview)
    direct = await env.services.chat.direct(TEAM_ID, USER)
    assert len(env.slack.posted(direct)) == 3  # with how to begin


@pytest.mark.parametrize("how", [FailureMode.ERROR, FailureMode.RATE_LIMITED, FailureMode.STATUS])
async def test_a_pane_without_status_answers_in_the_thread(
    pane: SlackEnv, how: FailureMode
) -> None:
    """A message from the pane says so itself; what fails there is told to nobody."""
    pane.slack.fail(STATUS, how=how, times=9)
    pane.slack.fail(PROMPTS, how=how, times=9)
    await open_pane(pane)
    (answer,) = await ask(pane, "status", in_view=CHANNEL)
    assert answer["thread_ts"]
    assert "subscription" in words(answer)


async def test_a_missing_scope_is_no_fault(pane: SlackEnv) -> None:
    """An installation from before the pane works as before, and says nothing of it."""
    pane.slack.workspace.scopes.discard("assistant:write")
    assert await open_pane(pane) == []
    direct = await pane.services.chat.direct(TEAM_ID, USER)
    [welcome] = pane.slack.messages(direct)
    assert "Three steps" in words(welcome)


async def test_the_channel_in_view_decides_what_is_new(pane: SlackEnv) -> None:
    """Its digest's topics, posted or not; the answer says whose news it is."""
    channel = pane.slack.channel(CHANNEL).id
    await subscribe(pane, channel, "mine")
    await pane.publish("Farland will build a pier, minister Mara Ilves said.")
    await pane.publish(MINE)
    await pane.type("now")
    questions = await open_pane(pane, in_view=channel)
    assert questions[:2] == ["What did Tarmo Oll say this week?", "What's new here?"]
    (answer,) = await ask(pane, "What's new here?", in_view=channel)
    assert "Tarmo Oll" in words(answer)
    assert "Mara Ilves" not in words(answer)
    assert f"<#{channel}>" in words(answer)
    assert "post_preview" not in json.dumps(answer)
    (elsewhere,) = await ask(pane, "What happened today?")
    assert "Mara Ilves" in words(elsewhere)


async def test_the_questions_follow_the_person_to_another_channel(pane: SlackEnv) -> None:
    """An event tells where the person goes; one without a person or a channel is taken, too."""
    channel = pane.slack.channel(CHANNEL).id
    await subscribe(pane, channel, "mine")
    await pane.publish("Farland will build a pier, minister Mara Ilves said.")
    await pane.publish(MINE)
    assert "Mara Ilves" in str(await open_pane(pane))
    pane.slack.user_actions.look_at(USER, channel)
    await pane.settle()
    direct = await pane.services.chat.direct(TEAM_ID, USER)
    assert "Mara Ilves" not in json.dumps(pane.slack.workspace.prompts[direct])
    events: list[dict[str, Any]] = [{"context": {"entities": ["x", {}, {"value": 1}]}}]
    for event in (*events, {"context": {}}, {"context": None}, {}):
        pane.slack.user_actions._send_event({"type": "app_context_changed", **event})
        pane.slack.user_actions._send_event({"type": "app_context_changed", "user": USER, **event})
    await pane.settle()
    assert "Mara Ilves" in json.dumps(pane.slack.workspace.prompts[direct])
    assert {request.status for request in pane.slack.requests} == {200}


async def test_a_channel_that_the_person_may_not_read_is_no_context(pane: SlackEnv) -> None:
    """Whatever an event says: what a private channel's digest is about stays in it."""
    await subscribe(pane, PRIVATE, "mine")
    await pane.publish(MINE)
    await pane.publish("Farland will build a pier, minister Mara Ilves said.")
    pane.slack.channel(PRIVATE).members.discard(USER)
    assert "What's new here?" not in await open_pane(pane, in_view=PRIVATE)
    (answer,) = await ask(pane, "What's new here?", in_view=PRIVATE)
    assert "Mara Ilves" in words(answer)
    assert PRIVATE not in json.dumps(answer)
    (history,) = await ask(pane, "history", in_view=PRIVATE)
    assert PRIVATE not in json.dumps(history)


async def test_commands_in_the_pane_change_the_persons_own_digest(pane: SlackEnv) -> None:
    """Never that of the channel in view, whose members would have to be asked."""
    channel = pane.slack.channel(CHANNEL).id
    await subscribe(pane, channel, "mine")
    await ask(pane, "pause", in_view=channel)
    await ask(pane, "subscribe daily at 7 in UTC", in_view=channel)
    kept = {each.channel: each.paused for each in await pane.store.subscriptions.get_all(TEAM_ID)}
    assert kept == {channel: False, await pane.services.chat.direct(TEAM_ID, USER): False}


async def test_people_of_another_organization_are_suggested_no_story(pane: SlackEnv) -> None:
    """They may read what shared channels were shown, and direct messages show nothing."""
    users = pane.slack.workspace.users
    users[USER] = SlackUser(USER, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    await pane.publish()
    assert await open_pane(pane) == ["What can you do?"]
    assert await open_pane(pane, in_view=pane.slack.channel(CHANNEL).id) == ["What can you do?"]


async def test_a_person_who_changes_channels_fast_is_not_told_to_wait(pane: SlackEnv) -> None:
    """Nobody asked for questions: those of before stay."""
    await pane.publish()
    before = await open_pane(pane)
    pane.services.throttle.charge(TEAM_ID, USER, 59.0)
    assert await open_pane(pane) == before
    direct = await pane.services.chat.direct(TEAM_ID, USER)
    [welcome] = pane.slack.messages(direct)
    assert "Three steps" in words(welcome)


def test_who_was_quoted_before_this_week_is_asked_for_without_it() -> None:
    """Full names come first; a group in lower case is nobody to ask for."""
    digest = digest_of(story(article(MINE)), story(article("Officials said the pier will close.")))
    monday = datetime(2100, 1, 4, tzinfo=UTC)
    questions = [
        prompt.message for prompt in suggest_prompts(digest.entries, monday, in_channel=False)
    ]
    assert questions[0] == "What did Tarmo Oll say recently?"
    assert "officials" not in str(questions)
