"""Follow, mute and vote, by command and button, change the next digest and can be undone."""

from typing import Any

from bot.blocks.preferences import CLEAR_ACTOR, FOLLOW_ACTOR, MUTE_ACTOR, UNDO_PREFERENCE, VOTE
from bot.blocks.story import MORE
from bot.model import PreferenceKind
from bot.playground.slack_objects import TEAM_ID
from tests.builders import NOON
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER, unfold

OTHER = "Grain prices rose again, Minister Pia Holm said on Tuesday.\n\nTraders shrugged."


async def preferences_by_name(env: SlackEnv) -> dict[str, PreferenceKind]:
    """Return the channel's preferences by actor name."""
    return {
        wish.name: wish.kind for wish in await env.store.preferences.get_actors(TEAM_ID, CHANNEL)
    }


async def choose(env: SlackEnv, act: str) -> list[dict[str, Any]]:
    """Choose an entry of the newest digest's first menu; return what the person then sees."""
    post = env.slack.posted()[-1]
    row = next(block for block in unfold(post["blocks"]) if block["type"] == "actions")
    menu = next(element for element in row["elements"] if element["action_id"] == MORE)
    option = next(option for option in menu["options"] if option["value"].startswith(act))
    action = {
        "type": "overflow",
        "action_id": MORE,
        "block_id": row["block_id"],
        "selected_option": option,
    }
    reply = await env.slack.user_actions.use_element(USER, CHANNEL, post["ts"], action)
    assert reply.problem is None
    await env.tasks.settled()
    return env.slack.ephemerals()


async def test_follow_is_stored_and_undone(env: SlackEnv) -> None:
    """The answer explains following, the list names who did it, and Undo removes it."""
    await env.publish()
    (answer,) = await env.type("follow Mara Ilves")
    assert "Following *Mara Ilves*" in words(answer)
    assert "Nobody of that name" not in words(answer)
    (again,) = await env.type("mute mara ilves")
    assert "Muted *mara ilves*" in words(again)
    (listed,) = await env.type("follow")
    assert f"muted by <@{USER}>" in words(listed)
    shown = await env.press(UNDO_PREFERENCE, ts=again["ts"])
    assert "Following *Mara Ilves*" in words(shown[1])
    assert await preferences_by_name(env) == {"Mara Ilves": PreferenceKind.FOLLOW}


async def test_an_unknown_name_can_be_followed(env: SlackEnv) -> None:
    """An unknown name is followed, and the answer says that it has not spoken so far."""
    (answer,) = await env.type("follow Nobody Ever")
    assert "anything said by anyone with that name" in words(answer)
    (gone,) = await env.type("unfollow nobody ever")
    assert "no longer follows *Nobody Ever*" in words(gone)
    (neither,) = await env.type("unmute nobody ever")
    assert "doesn't follow or mute" in words(neither)
    (listed,) = await env.type("mute")
    assert "doesn't follow or mute anyone" in words(listed)


async def test_what_a_muted_actor_says_is_left_out(env: SlackEnv) -> None:
    """A story with other speakers stays, without the muted actor's statement."""
    await env.publish()
    await env.type("mute Olen Tarr")
    await env.type("now")
    (post,) = env.slack.posted()
    (reply,) = env.slack.thread(CHANNEL, post["ts"])
    for shown in (words(post), words(reply)):
        assert "Mara Ilves" in shown
        assert "The ferries sail tomorrow" not in shown


async def test_a_followed_actor_leads_the_digest(env: SlackEnv) -> None:
    """A story with a followed actor comes first in this channel, and in no other."""
    await env.publish(headline="Harbour", hours_ago=1)
    await env.publish(OTHER, headline="Grain", hours_ago=6)
    await env.type("follow Pia Holm")
    (here,) = await env.type("")
    assert words(here).index("Grain") < words(here).index("Harbour")
    (elsewhere,) = await env.type("", channel="general")
    assert words(elsewhere).index("Harbour") < words(elsewhere).index("Grain")


async def test_the_menu_opens_the_actors_of_a_story(env: SlackEnv) -> None:
    """Each named actor has buttons that show and change the preference; the window follows."""
    await env.publish()
    await env.type("now")
    await choose(env, "actors")
    modal = env.slack.modal()
    assert modal is not None
    assert "*Mara Ilves*" in words(modal)
    assert "*Olen Tarr*" in words(modal)
    for action, left in (
        (FOLLOW_ACTOR, {"Mara Ilves": PreferenceKind.FOLLOW}),
        (MUTE_ACTOR, {"Mara Ilves": PreferenceKind.MUTE}),
        (CLEAR_ACTOR, {}),
    ):
        await env.slack.press_in_view(action)
        await env.tasks.settled()
        assert await preferences_by_name(env) == left
    assert "muted" not in words(env.slack.modal() or {}).replace("muted ones", "")


async def test_votes_in_the_menu_and_below_the_thread(env: SlackEnv) -> None:
    """A person's last vote on a story counts, with the story's topics; Undo removes it."""
    await env.publish()
    await env.type("now")
    shown = await choose(env, "useless")
    assert "Rated *not useful*" in words(shown[-1])
    (reply,) = env.slack.thread(CHANNEL, env.slack.posted()[0]["ts"])
    assert reply["blocks"][-1]["type"] == "context_actions"
    buttons = reply["blocks"][-1]["elements"][0]
    action = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "block_id": "b",
        **buttons["positive_button"],
    }
    await env.slack.user_actions.use_element(USER, CHANNEL, reply["ts"], action)
    await env.tasks.settled()
    (vote,) = await env.store.preferences.get_votes(TEAM_ID, CHANNEL, NOON)
    assert vote.useful
    assert "Mara Ilves" in vote.actors
    assert vote.terms
    answer = env.slack.ephemerals()[-1]
    assert "Rated *useful*" in words(answer)
    assert answer["thread_ts"] == reply["thread_ts"]
    await env.press(VOTE, ts=answer["ts"])
    assert await env.store.preferences.get_votes(TEAM_ID, CHANNEL, NOON) == ()


async def test_a_story_voted_not_useful_stays_out(env: SlackEnv) -> None:
    """Later articles of the story stay out of this channel, until the vote is undone."""
    await env.publish()
    await env.type("now")
    await choose(env, "useless")
    await env.publish(guid="later", headline="Harbour again")
    (answer,) = await env.type("")
    assert "Harbour again" in words(answer)
    (listed,) = await env.type("follow")
    assert "0 stories useful and 1 not useful" in words(listed)
