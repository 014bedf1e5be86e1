"""Previews, posts, history and the menus of a posted digest work."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.blocks.block_kit import age_markup
from bot.blocks.digest import POST_ANYWAY, POST_PREVIEW
from bot.blocks.story import ALL_STATEMENTS, MORE
from bot.model import DeliveryKind, DeliveryState
from bot.playground.slack_objects import TEAM_ID
from tests.builders import NOON, digest_of
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER, unfold


async def test_a_preview_is_for_one_person_and_marks_nothing_seen(env: SlackEnv):
    """`/digest` shows a digest to the person alone, and marks nothing as seen."""
    await env.publish()
    (answer,) = await env.type("")
    assert "Farland keeps its harbour open" in words(answer)
    assert env.slack.posted() == []
    assert (
        await env.store.deliveries.get_channel_history(TEAM_ID, CHANNEL, NOON)
    ).articles == frozenset()


async def test_a_preview_is_posted_by_its_button(env: SlackEnv):
    """The button posts to the channel and marks as seen; the preview then says so."""
    stored = await env.publish()
    await env.type("")
    shown = await env.press(POST_PREVIEW)
    assert "Posted in" in words(shown[-1])
    assert "Farland keeps its harbour open" in words(env.slack.posted()[0])
    assert (await env.store.deliveries.get_channel_history(TEAM_ID, CHANNEL, NOON)).articles == {
        stored.id
    }


async def test_many_presses_post_once(env: SlackEnv):
    """The button carries the delivery's key: three presses at once, and a later one, are one."""
    await env.publish()
    (answer,) = await env.type("")
    press = find_element(answer, POST_PREVIEW)
    action = {key: press[key] for key in ("type", "action_id", "value")} | {"block_id": "b"}
    use = env.slack.user_actions.use_element
    await asyncio.gather(*(use(USER, CHANNEL, answer["ts"], action) for _ in range(3)))
    await env.tasks.settled()
    await use(USER, CHANNEL, answer["ts"], action)
    await env.tasks.settled()
    assert len(env.slack.posted()) == 1


async def test_a_preview_of_nothing_says_where_to_look(env: SlackEnv):
    """An empty preview says what to try next."""
    (answer,) = await env.type("")
    assert "no article has arrived since" in words(answer)
    assert "/digest search WORDS" in words(answer)


async def test_now_posts_what_is_new_and_only_once(env: SlackEnv):
    """`now` posts new stories once; with a topic it may repeat."""
    await env.publish()
    *_, first = await env.type("now")
    assert "Posted in" in words(first)
    *_, second = await env.type("now")
    assert "nothing was posted" in words(second).lower()
    *_, third = await env.type("now harbour")
    assert "Posted in" in words(third)
    assert len(env.slack.posted()) == 2


async def test_now_where_we_may_not_post_says_why(env: SlackEnv):
    """The answer names the channel to which the bot cannot post."""
    await env.publish()
    env.slack.fail("chat.postMessage", "restricted_action")
    *_, answer = await env.type("now")
    assert "couldn't be posted" in words(answer)
    assert "admin" in words(answer)


async def test_history_shows_what_was_posted(env: SlackEnv):
    """Each digest of this channel is a line."""
    await env.publish()
    await env.type("now")
    (answer,) = await env.type("history")
    assert "1 story, posted" in words(answer)


async def test_history_tells_when_nothing_was_found_to_post(env: SlackEnv):
    """An empty digest is listed by the time it was requested."""
    await env.type("now")
    (answer,) = await env.type("history")
    assert "nothing to post" in words(answer)
    assert words(answer).startswith(age_markup(NOON, NOON)), words(answer)


async def test_an_unsure_delivery_can_be_posted_anyway(env: SlackEnv):
    """History has a button for an unsure delivery, and the button posts it."""
    stored = await env.publish()
    story = await env.store.articles.get_story(TEAM_ID, stored.story, NOON)
    ledger = env.store.deliveries
    unsure = await ledger.open(
        TEAM_ID, CHANNEL, DeliveryKind.COMMAND, "k1", NOON - timedelta(days=1), NOON
    )
    assert unsure
    await ledger.compose(unsure.id, digest_of(story))
    await ledger.start_sending(unsure.id, NOON)
    await ledger.finish(unsure.id, DeliveryState.UNSURE, NOON)
    await env.type("history")
    await env.press(POST_ANYWAY)
    assert "Farland keeps its harbour open" in words(env.slack.posted()[0])


async def test_post_anyway_is_only_for_ones_own_workspace(env: SlackEnv):
    """A delivery of another workspace is not posted from here."""
    other = await env.store.deliveries.open("T0OTHER", "C0X", DeliveryKind.COMMAND, "k", NOON, NOON)
    assert other
    await env.type("history")
    mine = env.slack.ephemerals()[-1]
    action = {"type": "button", "action_id": POST_ANYWAY, "value": str(other.id), "block_id": "b"}
    await env.slack.user_actions.use_element(USER, CHANNEL, mine["ts"], action)
    await env.tasks.settled()
    assert "Reference" in words(env.slack.ephemerals()[-1])


async def test_all_statements_opens_with_every_statement_and_source(env: SlackEnv):
    """The button below a story opens all its statements, each in its sentence."""
    await env.publish()
    await env.type("now")
    await env.press(ALL_STATEMENTS)
    modal = env.slack.modal()
    assert modal
    assert "Olen Tarr" in words(modal)
    assert "Mara Ilves" in words(modal)
    assert "Sources" in words(modal)


def menu_option(env: SlackEnv, act: str) -> dict[str, Any]:
    """Return an entry of the first story's menu."""
    menu = find_element(env.slack.posted()[0], MORE)
    return next(option for option in menu["options"] if option["value"].startswith(act))


def find_element(message: dict[str, Any], action: str) -> dict[str, Any]:
    """Return a button or menu of a message."""
    return next(
        e
        for block in unfold(message["blocks"])
        for e in block.get("elements", [])
        if e.get("action_id") == action
    )


async def choose_from_menu(env: SlackEnv, act: str) -> dict[str, Any]:
    """Choose an entry of the first story's menu; return the modal that opens."""
    await env.press(MORE, selected_option=menu_option(env, act))
    modal = env.slack.modal()
    assert modal
    return modal


def bold_words(node: object) -> list[str]:
    """Return all bold words of blocks."""
    if isinstance(node, list):
        return [text for child in node for text in bold_words(child)]
    if isinstance(node, dict):
        own = (
            [str(node["text"])]
            if isinstance(node.get("style"), dict) and node["style"].get("bold")
            else []
        )
        return own + [text for child in node.values() for text in bold_words(child)]
    return []


async def test_show_in_text_has_the_words_bold_in_their_paragraph(env: SlackEnv):
    """The statement is bold in its paragraph, with headline and source."""
    stored = await env.publish()
    await env.type("now")
    modal = await choose_from_menu(env, "show")
    said = [span.text for statement in stored.analysis.statements for span in statement.content]
    assert set(said) <= set(bold_words(modal))
    assert " Mara Ilves said on Monday." in words(modal)
    assert "Farland Courier" in words(modal)


async def test_copy_citation_names_speaker_article_day_and_address(env: SlackEnv):
    """A citation is complete without the message it came from."""
    await env.publish()
    await env.type("now")
    shown = words(await choose_from_menu(env, "cite"))
    assert "Mara Ilves said: Farland will not close its harbour, Prime Minister (reported)" in shown
    assert (
        "Farland Courier, “Farland keeps its harbour open”, 22 November 2026, https://courier.example/harbour"
        in shown
    )


async def test_words_of_a_withdrawn_article_are_shown_no_more(env: SlackEnv):
    """After a kill the window says that the article was withdrawn."""
    await env.publish(guid="harbour-1")
    await env.type("now")
    await env.store.articles.withdraw(None, "harbour-1")
    assert "withdrew" in words(await choose_from_menu(env, "show"))
