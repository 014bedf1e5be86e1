from bot.playground.workspace import BOT_USER, TEAM
from tests.listeners.conftest import Desk, words
from tests.slack_server import CHANNEL, USER


async def test_app_home_shows_subscriptions_and_how_to_begin(desk: Desk):
    """Before the first subscription Home says how; after it, when the next digest comes and what became of the last."""
    desk.slack.people.open_home(USER)
    first = await desk.slack.wait_for(desk.slack.home)
    assert "/digest subscribe" in words(first)
    await desk.type("subscribe daily at 7 in UTC about harbour")
    await desk.store.subscriptions.note(TEAM, CHANNEL, "Posted 3 stories.")
    desk.slack.people.open_home(USER)
    again = await desk.slack.wait_for(lambda: "harbour" in words(desk.slack.home() or {}) and desk.slack.home())
    assert "Next: Tue 3 Mar 07:00" in words(again)
    assert "Posted 3 stories." in words(again)


async def test_the_messages_tab_draws_no_home(desk: Desk):
    """Only the Home tab is drawn."""
    desk.slack.people.open_home(USER, tab="messages")
    await desk.slack.wait_for(lambda: desk.slack.requests)
    await desk.type("status")
    assert desk.slack.home() is None


async def test_a_mention_works_as_a_command(desk: Desk):
    """`@dateline status` is answered as `/digest status`, to the person alone."""
    await desk.slack.say(f"<@{BOT_USER}> status")
    await desk.slack.wait_for(lambda: any("subscription" in words(m) for m in desk.slack.ephemerals()))
    assert desk.slack.posted() == []


async def test_the_name_alone_asks_for_help(desk: Desk):
    """A bare mention gets the list of commands."""
    await desk.slack.say(f"<@{BOT_USER}>")
    await desk.slack.wait_for(lambda: any("/digest who NAME" in words(m) for m in desk.slack.ephemerals()))


async def test_a_direct_message_is_a_command(desk: Desk):
    """What is written to us directly is answered there, once; our own answer is no command."""
    direct = await desk.services.chat.direct(TEAM, USER)
    await desk.slack.say("who Mara Ilves", channel=direct)
    await desk.slack.wait_for(lambda: any("Mara Ilves" in words(m) for m in desk.slack.messages(direct)))
    await desk.tasks.settled()
    assert len(desk.slack.posted(direct)) == 1


async def test_an_invitation_is_answered_with_how_to_begin(desk: Desk):
    """Invited to a channel, we say there what to type."""
    place = next(c for c in desk.slack.workspace.channels.values() if BOT_USER not in c.members and c.kind != "im")
    desk.slack.people.invite(USER, place.id)
    await desk.slack.wait_for(lambda: desk.slack.posted(place.id))
    assert "/digest subscribe" in words(desk.slack.posted(place.id)[0])
