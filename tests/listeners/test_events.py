from dataclasses import replace

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
from bot.model import AtTimes, EditPermission, Subscription
from bot.playground.workspace import BOT_USER, TEAM
from tests.builders import NOON, later
from tests.listeners.conftest import SlackEnv, words
from tests.listeners.test_commands import PAGE
from tests.slack_server import CHANNEL, USER


async def test_app_home_shows_subscriptions_and_how_to_begin(desk: SlackEnv):
    """Home says how to subscribe; then when the next digest comes and how the last went."""
    desk.slack.people.open_home(USER)
    first = await desk.slack.wait_for(desk.slack.home)
    assert "/digest subscribe" in words(first)
    await desk.type("subscribe daily at 7 in UTC about harbour")
    await desk.store.subscriptions.set_last_result(TEAM, CHANNEL, "Posted 3 stories.")
    desk.slack.people.open_home(USER)
    again = await desk.slack.wait_for(
        lambda: "harbour" in words(desk.slack.home() or {}) and desk.slack.home()
    )
    assert "Next: Mon 23 Nov 07:00" in words(again)
    assert "Posted 3 stories." in words(again)


async def test_the_messages_tab_draws_no_home(desk: SlackEnv):
    """Only the Home tab is drawn."""
    desk.slack.people.open_home(USER, tab="messages")
    await desk.slack.wait_for(lambda: desk.slack.requests)
    await desk.type("status")
    assert desk.slack.home() is None


async def test_a_mention_works_as_a_command(desk: SlackEnv):
    """`@dateline status` is answered as `/digest status`, to the person alone."""
    await desk.slack.say(f"<@{BOT_USER}> status")
    await desk.slack.wait_for(
        lambda: any("subscription" in words(m) for m in desk.slack.ephemerals())
    )
    assert desk.slack.posted() == []


async def test_the_name_alone_asks_for_help(desk: SlackEnv):
    """A bare mention gets the list of commands."""
    await desk.slack.say(f"<@{BOT_USER}>")
    await desk.slack.wait_for(
        lambda: any("/digest who NAME" in words(m) for m in desk.slack.ephemerals())
    )


async def test_a_direct_message_is_a_command(desk: SlackEnv):
    """What is written to us directly is answered there, once; our own answer is no command."""
    direct = await desk.services.chat.direct(TEAM, USER)
    await desk.slack.say("who Mara Ilves", channel=direct)
    await desk.slack.wait_for(
        lambda: any("Mara Ilves" in words(m) for m in desk.slack.messages(direct))
    )
    await desk.tasks.settled()
    assert len(desk.slack.posted(direct)) == 1


async def test_an_invitation_is_answered_with_how_to_begin(desk: SlackEnv):
    """Invited to a channel, we say there what to type."""
    place = next(
        c
        for c in desk.slack.workspace.channels.values()
        if BOT_USER not in c.members and c.kind != "im"
    )
    desk.slack.people.invite(USER, place.id)
    await desk.slack.wait_for(lambda: desk.slack.posted(place.id))
    assert "/digest subscribe" in words(desk.slack.posted(place.id)[0])


QUESTIONS = [
    "what did Mara Ilves say?",
    "What has Ilves said lately?",
    "what did Ilves say about the harbour",
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_is_answered(desk: SlackEnv, question: str):
    """Asked in words, we say what somebody said."""
    await desk.publish()
    await desk.slack.say(f"<@{BOT_USER}> {question}")
    await desk.slack.wait_for(
        lambda: any("Farland Courier" in words(m) for m in desk.slack.ephemerals())
    )


async def test_an_answer_in_a_thread_stays_there(desk: SlackEnv):
    """Mentioned in a thread, we answer in it, to the person alone."""
    first = await desk.slack.say("Look at this")
    await desk.slack.say(f"<@{BOT_USER}> status", thread=first)
    answer = await desk.slack.wait_for(lambda: next(iter(desk.slack.ephemerals()), None))
    assert answer["thread_ts"] == first


LONG = " ".join(
    ["Farland will not close its harbour, Prime Minister Mara Ilves said on Monday."] * 2
)


async def test_a_message_with_a_link_is_read(desk: SlackEnv):
    """The shortcut opens a window at once and fills it with what the linked article says."""
    desk.web.pages["https://courier.example/harbour"] = PAGE
    ts = await desk.slack.say("Seen this? <https://courier.example/harbour>")
    await desk.slack.people.message_shortcut(USER, CHANNEL, ts, READ_MESSAGE)
    await desk.tasks.settled()
    shown = desk.slack.modal()
    assert shown
    assert "Farland keeps its harbour open" in words(shown)


async def test_a_messages_own_words_are_read_and_kept_nowhere(desk: SlackEnv):
    """Without a link its text is read; nothing of a private talk ends up in the news."""
    ts = await desk.slack.say(LONG)
    await desk.slack.people.message_shortcut(USER, CHANNEL, ts, READ_MESSAGE)
    await desk.tasks.settled()
    shown = desk.slack.modal()
    assert shown
    assert "Farland will not close its harbour" in words(shown)
    assert await desk.store.articles.get_stories(TEAM, later(hours=-48), later(hours=48)) == ()


@pytest.mark.parametrize(
    ("text", "told"), [("Good morning", "no link"), ("<https://courier.example/gone>", "gave me")]
)
async def test_a_message_that_cannot_be_read_says_why(desk: SlackEnv, text: str, told: str):
    """The window says what is wrong and what to do."""
    ts = await desk.slack.say(text)
    await desk.slack.people.message_shortcut(USER, CHANNEL, ts, READ_MESSAGE)
    await desk.tasks.settled()
    shown = desk.slack.modal()
    assert shown
    assert told in words(shown)
    assert "/digest" in words(shown) or "Check the address" in words(shown)


async def test_home_for_five_hundred_digests_turns_pages(desk: SlackEnv):
    """Ten a page, the person's own channels first; the next page goes on where the first ended."""
    for number in range(500):
        one = Subscription(TEAM, f"C{number:08}", "U0IDRIS", AtTimes(), "UTC")
        await desk.store.subscriptions.save(replace(one, created_by=USER) if number % 2 else one)
    desk.slack.people.open_home(USER)
    home = await desk.slack.wait_for(desk.slack.home)
    assert "10 of 500 digests" in words(home)
    assert "C00000001" in words(home)
    await desk.slack.press_in_view(HOME_NEXT, view=home)
    await desk.tasks.settled()
    second = desk.slack.home()
    assert second
    assert "C00000021" in words(second)
    assert "C00000019" not in words(second)


async def test_home_shows_faults_with_their_cure(desk: SlackEnv):
    """A feed that fails is named, with what to do."""
    feed = await desk.store.feeds.add("https://courier.example/rss", TEAM, NOON)
    await desk.store.feeds.save(
        replace(feed, title="Farland Courier", failures=3, last_error="it answered 500")
    )
    desk.slack.people.open_home(USER)
    shown = words(await desk.slack.wait_for(desk.slack.home))
    assert "*Farland Courier* cannot be read: it answered 500" in shown
    assert f"/digest feeds remove {feed.id}" in shown


def test_home_names_who_fell_silent():
    """A source that stopped stands there with the time it was last heard."""
    page = HomePage([], 0, EditPermission.MEMBERS, NOON, silent=[("Old Wire", later(hours=-50))])
    assert "Old Wire: last heard" in words(home_view(page, []))


async def test_home_pauses_resumes_posts_removes_and_undoes(desk: SlackEnv):
    """Each button does what it says, and the page says so."""
    await desk.publish()
    await desk.type("subscribe daily at 7 in UTC")
    before = await desk.store.subscriptions.get(TEAM, CHANNEL)
    desk.slack.people.open_home(USER)
    home = await desk.slack.wait_for(desk.slack.home)
    for action, told in (
        (HOME_PAUSE, "Paused"),
        (HOME_RESUME, "Resumed"),
        (HOME_POST, "Posted in"),
        (HOME_END, "Removed"),
        (HOME_UNDO, "Undone"),
    ):
        await desk.slack.press_in_view(action, view=home)
        await desk.tasks.settled()
        home = desk.slack.home()
        assert told in words(home)
    assert len(desk.slack.posted()) == 1
    assert await desk.store.subscriptions.get(TEAM, CHANNEL) == before
