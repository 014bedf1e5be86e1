"""App Home, mentions, direct messages, invitations and shortcuts are answered."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.home import (
    HOME_END,
    HOME_NEXT,
    HOME_PAUSE,
    HOME_POST,
    HOME_RESUME,
    HOME_UNDO,
    HomePage,
    home_view,
)
from bot.blocks.modals import READ_MESSAGE
from bot.model import AtTimes, EditPermission, Message, Subscription
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from tests.builders import NOON, later
from tests.listeners.conftest import SlackEnv, words
from tests.listeners.test_commands import PAGE
from tests.slack_server import CHANNEL, USER


async def test_app_home_shows_subscriptions_and_how_to_begin(env: SlackEnv):
    """Home says how to subscribe; then the next digest's time and the last one's result."""
    env.slack.user_actions.open_home(USER)
    first = await env.slack.wait_for(env.slack.home)
    assert "/digest subscribe" in words(first)
    await env.type("subscribe daily at 7 in UTC about harbour")
    await env.store.subscriptions.set_last_result(TEAM_ID, CHANNEL, "Posted 3 stories.")
    env.slack.user_actions.open_home(USER)
    again = await env.slack.wait_for(
        lambda: "harbour" in words(env.slack.home() or {}) and env.slack.home()
    )
    assert "Next: Mon 23 Nov 07:00" in words(again)
    assert "Posted 3 stories." in words(again)


async def test_the_messages_tab_draws_no_home(env: SlackEnv):
    """Opening the Messages tab publishes no Home view."""
    env.slack.user_actions.open_home(USER, tab="messages")
    await env.slack.wait_for(lambda: env.slack.requests)
    await env.type("status")
    assert env.slack.home() is None


async def test_a_mention_works_as_a_command(env: SlackEnv):
    """`@dateline status` is answered like `/digest status`, to the person alone."""
    await env.slack.say(f"<@{BOT_USER_ID}> status")
    await env.slack.wait_for(
        lambda: any("subscription" in words(m) for m in env.slack.ephemerals())
    )
    assert env.slack.posted() == []


BOT = f"<@{BOT_USER_ID}>"
ANYWHERE = [
    f"hey {BOT} status",
    f"status {BOT}",
    f"<@U0MINA> {BOT} status",
    f"{BOT}: *status*",
    f"please, {BOT}, status!",
]


@pytest.mark.parametrize("text", ANYWHERE)
async def test_a_mention_is_understood_wherever_it_stands(env: SlackEnv, text: str):
    """What follows the name is meant, else what stands before it."""
    await env.slack.say(text)
    await env.settle()
    (answer,) = env.slack.ephemerals()
    assert "subscription" in words(answer)


def answers_for_all(env: SlackEnv) -> list[dict[str, Any]]:
    """Return what the bot posted in threads of the channel."""
    return [m for m in env.slack.messages(user=None) if m.get("bot_id") and "thread_ts" in m]


async def send(env: SlackEnv, **fields: object) -> None:
    """Send an event that the playground's people cannot make."""
    channel = env.slack.channel(CHANNEL).id
    event = {"channel": channel, "user": USER, "ts": "1795000000.000100", **fields}
    env.slack.user_actions._send_event(event)
    await env.settle()


@pytest.mark.parametrize("edited_first", [False, True], ids=["after", "added"])
async def test_an_edited_mention_is_no_new_one(env: SlackEnv, *, edited_first: bool):
    """Slack tells of a mention again once it is edited; a name that is added later is heard."""
    await env.publish()
    mention = {"type": "app_mention", "text": f"{BOT} now"}
    edited = mention | {"edited": {"user": USER, "ts": "1795000060.000000"}}
    ts = f"{NOON.timestamp():.6f}"
    for event in (edited, edited) if edited_first else (mention, edited):
        await send(env, **event, ts=ts)
    assert len(env.slack.posted()) == 1


async def test_an_old_mention_that_is_edited_stays_answered(env: SlackEnv):
    """What was answered is remembered for a day; an edit after that asks nothing."""
    await send(env, type="app_mention", text=f"{BOT} status", edited={"ts": "1"}, ts="1700000000.1")
    assert env.slack.ephemerals() == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_what_people_write_in_other_ways_is_answered(env: SlackEnv, subtype: str):
    """With a file, to the channel too, or with /me."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    event = {"type": "message", "channel_type": "im", "channel": direct, "subtype": subtype}
    await send(env, **event, text="status", files=[{"id": "F1"}])
    (answer,) = env.slack.posted(direct)
    assert "subscription" in words(answer)


async def test_a_mention_with_a_file_is_answered(env: SlackEnv):
    """The file is left alone, and the words are taken as without it."""
    for number, subtype in enumerate(({}, {"subtype": "file_share"})):
        mention = {"type": "app_mention", "text": f"{BOT} status", "files": [{"id": "F1"}]}
        await send(env, **mention, **subtype, ts=f"{NOON.timestamp() + number:.6f}")
    assert ["subscription" in words(each) for each in env.slack.ephemerals()] == [True, True]


async def test_a_file_alone_is_answered(env: SlackEnv):
    """The person is told what to send instead."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    event = {"type": "message", "channel_type": "im", "channel": direct, "text": ""}
    await send(env, **event, subtype="file_share", files=[{"id": "F1"}])
    (answer,) = env.slack.posted(direct)
    assert "can't read files" in words(answer)


async def test_a_thread_of_direct_messages_is_answered_in_it(env: SlackEnv):
    """The answer stands in the thread in which it was asked."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    first = await env.slack.say("status", channel=direct)
    await env.settle()
    await env.slack.say("status", channel=direct, thread=first)
    await env.settle()
    answers = [each for each in env.slack.messages(direct) if each.get("bot_id")]
    assert [each.get("thread_ts") for each in answers] == [None, first]


async def test_an_event_that_nobody_knows_is_taken(env: SlackEnv):
    """Slack counts any other answer than 200 as a failed delivery."""
    await send(env, type="emoji_changed")
    assert [request.status for request in env.slack.requests] == [200]


CLOSED = ["restricted_action", "user_not_found", "channel_not_found"]
CLOSED += ["no_permission", "cannot_reply_to_message", "user_not_in_channel", "is_archived"]


@pytest.mark.parametrize("code", CLOSED)
async def test_an_answer_that_the_channel_refuses_comes_directly(env: SlackEnv, code: str):
    """Whatever the reason, the person gets the answer in direct messages."""
    env.slack.fail("chat.postEphemeral", code)
    await env.slack.say(f"{BOT} status")
    await env.settle()
    direct = await env.services.chat.direct(TEAM_ID, USER)
    (answer,) = env.slack.posted(direct)
    assert "subscription" in words(answer)


@pytest.mark.parametrize("has_own", [False, True])
async def test_a_channel_that_gets_another_id_keeps_its_digests(env: SlackEnv, *, has_own: bool):
    """Its subscription, its history and its preferences follow, unless the new id has its own."""
    store, old, new = env.store, env.slack.channel(CHANNEL).id, "C0MIGRATED"
    await env.publish()
    await env.type("subscribe daily at 7 in UTC about harbour")
    await env.type("follow Mara Ilves")
    await env.type("now")
    before = await store.subscriptions.get(TEAM_ID, old)
    assert before
    own = replace(before, channel=new, topics=("own",))
    if has_own:
        await store.subscriptions.save(own)
    await send(env, type="channel_id_changed", old_channel_id=old, new_channel_id=new)
    moved = own if has_own else replace(before, channel=new)
    (left,) = await store.subscriptions.get_all(TEAM_ID)
    assert replace(left, last_result=None) == replace(moved, last_result=None)
    assert [actor.name for actor in await store.preferences.get_actors(TEAM_ID, new)] == [
        "Mara Ilves"
    ]
    assert len(await store.deliveries.get_history(TEAM_ID, new)) == 1
    assert await store.deliveries.get_history(TEAM_ID, old) == ()


async def test_a_button_of_another_version_is_answered(env: SlackEnv):
    """The press is acknowledged and told to be of another version; so are shortcuts."""
    ts = await env.services.chat.post(TEAM_ID, env.slack.channel(CHANNEL).id, Message("Older"))
    element = {"type": "button", "action_id": "from_before", "block_id": "b", "value": "1"}
    place = env.slack.channel(CHANNEL).id
    reply = await env.slack.user_actions.use_element(USER, place, ts, element)
    await env.settle()
    assert reply.problem is None
    (answer,) = env.slack.ephemerals()
    assert "another version" in words(answer)
    reply = await env.slack.user_actions.use_shortcut(USER, "from_before")
    await env.settle()
    assert reply.problem is None
    assert "another version" in words(env.slack.modal() or {})


async def test_the_name_alone_asks_for_help(env: SlackEnv):
    """A bare mention is answered with the list of commands."""
    await env.slack.say(f"<@{BOT_USER_ID}>")
    await env.slack.wait_for(
        lambda: any("/digest who NAME" in words(m) for m in env.slack.ephemerals())
    )


async def test_a_direct_message_is_a_command(env: SlackEnv):
    """A direct message is answered once, and our own answer is not a command."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    await env.slack.say("who Mara Ilves", channel=direct)
    await env.slack.wait_for(
        lambda: any("Mara Ilves" in words(m) for m in env.slack.messages(direct))
    )
    await env.tasks.settled()
    assert len(env.slack.posted(direct)) == 1


async def test_an_invitation_is_answered_with_how_to_begin(env: SlackEnv):
    """Invited to a channel, the bot says there what to type."""
    place = next(
        c
        for c in env.slack.workspace.channels.values()
        if BOT_USER_ID not in c.members and c.kind != "im"
    )
    env.slack.user_actions.invite(USER, place.id)
    await env.slack.wait_for(lambda: env.slack.posted(place.id))
    welcome = words(env.slack.posted(place.id)[0])
    assert "Three steps" in welcome
    assert "Set up a digest here" in welcome


async def test_empty_direct_messages_say_how_to_begin_once(env: SlackEnv):
    """Three steps stand there when a person first opens the tab, and no second time."""
    direct = await env.services.chat.direct(TEAM_ID, USER)
    for _ in range(2):
        env.slack.user_actions.open_home(USER, "messages")
    await env.slack.wait_for(lambda: env.slack.posted(direct))
    await env.tasks.settled()
    [welcome] = env.slack.posted(direct)
    assert "Three steps" in words(welcome)


QUESTIONS = [
    "what did Mara Ilves say?",
    "What has Ilves said lately?",
    "what did Ilves say about the harbour",
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_is_answered(env: SlackEnv, question: str):
    """A question in words is answered with what somebody said."""
    await env.publish()
    await env.slack.say(f"<@{BOT_USER_ID}> {question}")
    await env.settle()
    (answer,) = answers_for_all(env)
    assert "Farland Courier" in words(answer)


async def test_an_answer_in_a_thread_stays_there(env: SlackEnv):
    """A mention in a thread is answered in the thread, to the person alone."""
    first = await env.slack.say("Look at this")
    await env.slack.say(f"<@{BOT_USER_ID}> status", thread=first)
    answer = await env.slack.wait_for(lambda: next(iter(env.slack.ephemerals()), None))
    assert answer["thread_ts"] == first


LONG = " ".join(
    ["Farland will not close its harbour, Prime Minister Mara Ilves said on Monday."] * 2
)


async def test_a_message_with_a_link_is_read(env: SlackEnv):
    """The shortcut opens a window at once, and fills it with the linked article's statements."""
    env.web.set_page("https://courier.example/harbour", PAGE)
    ts = await env.slack.say("Seen this? <https://courier.example/harbour>")
    await env.slack.user_actions.use_shortcut(USER, READ_MESSAGE, CHANNEL, ts)
    await env.tasks.settled()
    shown = env.slack.modal()
    assert shown
    assert "Farland keeps its harbour open" in words(shown)


async def test_a_messages_own_words_are_read_and_kept_nowhere(env: SlackEnv):
    """A message without a link is read itself, and not stored."""
    ts = await env.slack.say(LONG)
    await env.slack.user_actions.use_shortcut(USER, READ_MESSAGE, CHANNEL, ts)
    await env.tasks.settled()
    shown = env.slack.modal()
    assert shown
    assert "Farland will not close its harbour" in words(shown)
    assert await env.store.articles.get_stories(TEAM_ID, later(hours=-48), later(hours=48)) == ()


@pytest.mark.parametrize(
    ("text", "shown_text"),
    [("Good morning", "no link"), ("<https://courier.example/gone>", "couldn't get anything")],
)
async def test_a_message_that_cannot_be_read_says_why(env: SlackEnv, text: str, shown_text: str):
    """The window says what is wrong and what to do."""
    ts = await env.slack.say(text)
    await env.slack.user_actions.use_shortcut(USER, READ_MESSAGE, CHANNEL, ts)
    await env.tasks.settled()
    shown = env.slack.modal()
    assert shown
    assert shown_text in words(shown)
    assert "/digest" in words(shown) or "Check the address" in words(shown)


async def test_home_for_five_hundred_digests_turns_pages(env: SlackEnv):
    """Home shows ten subscriptions on each page, the person's own channels first."""
    for number in range(500):
        subscription = Subscription(TEAM_ID, f"C{number:08}", "U0IDRIS", AtTimes(), "UTC")
        await env.store.subscriptions.save(
            replace(subscription, created_by=USER) if number % 2 else subscription
        )
    env.slack.user_actions.open_home(USER)
    home = await env.slack.wait_for(env.slack.home)
    assert "10 of 500 digests" in words(home)
    assert "C00000001" in words(home)
    await env.slack.press_in_view(HOME_NEXT, view=home)
    await env.tasks.settled()
    second = env.slack.home()
    assert second
    assert "C00000021" in words(second)
    assert "C00000019" not in words(second)


async def test_home_shows_faults_with_their_cure(env: SlackEnv):
    """A failing feed is named with what to do."""
    feed = await env.store.feeds.add("https://courier.example/rss", TEAM_ID, NOON)
    await env.store.feeds.save(
        replace(feed, title="Farland Courier", failures=3, last_error="it answered 500")
    )
    env.slack.user_actions.open_home(USER)
    shown = words(await env.slack.wait_for(env.slack.home))
    assert "*Farland Courier* can't be read: it answered 500" in shown
    assert f"/digest feeds remove {feed.id}" in shown


def test_home_names_quiet_sources():
    """A quiet source is named with the time of its last article."""
    page = HomePage(
        [], 0, EditPermission.MEMBERS, NOON, quiet_sources=[("Old Wire", later(hours=-50))]
    )
    assert "Old Wire: last article" in words(home_view(page, []))


async def test_home_pauses_resumes_posts_removes_and_undoes(env: SlackEnv):
    """Each button works, and the page shows its result."""
    await env.publish()
    await env.type("subscribe daily at 7 in UTC")
    before = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    env.slack.user_actions.open_home(USER)
    home = await env.slack.wait_for(env.slack.home)
    for action, shown_text in (
        (HOME_PAUSE, "Paused"),
        (HOME_RESUME, "Resumed"),
        (HOME_POST, "Posted in"),
        (HOME_END, "Removed"),
        (HOME_UNDO, "Undone"),
    ):
        await env.slack.press_in_view(action, view=home)
        await env.tasks.settled()
        home = env.slack.home()
        assert shown_text in words(home)
    assert len(env.slack.posted()) == 1
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) == before
