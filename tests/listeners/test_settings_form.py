"""The settings form shows a subscription, checks each field, previews and saves."""

import json
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.blocks.settings_form import (
    AT_ONCE,
    AT_TIMES,
    NEW_DIGEST,
    OPEN_SETTINGS,
    WHERE,
    settings_modal,
)
from bot.listeners.schedule_parser import SubscriptionChange
from bot.listeners.settings_form import find_errors, read_form
from bot.listeners.subscription_commands import apply_changes
from bot.model import EVERY_DAY, WEEKDAYS, AtIntervals, AtOnce, AtTimes, Hours, Subscription
from bot.playground.blockcheck import check_view
from bot.playground.slack_objects import TEAM_ID
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

STANDING = {
    "bare": AtTimes(),
    "many times": AtTimes(frozenset({0, 6}), (time(7), time(12, 30), time(23, 59))),
    "hourly on weekdays": AtIntervals(timedelta(hours=1), WEEKDAYS),
    "a step that no option has": AtIntervals(timedelta(minutes=7), EVERY_DAY),
    "at once": AtOnce(),
    "at once, quiet at night": AtOnce(days=WEEKDAYS, hours=Hours(time(7), time(22))),
    "hourly within hours": AtIntervals(timedelta(hours=1), EVERY_DAY, Hours(time(9), time(17))),
}


def subscription(cadence: Any, **fields: Any) -> Subscription:
    """Return a subscription with this cadence."""
    return Subscription("T1", "C1", "U1", cadence, "Europe/Tallinn", **fields)


def unchanged_state(view: dict[str, Any]) -> dict[str, Any]:
    """Return what Slack sends when the form is submitted unchanged."""
    values = {}
    for block in view["blocks"]:
        if element := block.get("element"):
            state = {"type": element["type"], "value": element.get("initial_value")}
            state |= {"selected_option": element.get("initial_option")}
            if element["type"].startswith("multi_"):
                chosen = element.get("initial_options", [])
                state = {"type": element["type"], "selected_options": chosen}
            values[block["block_id"]] = {element["action_id"]: state}
    return values


def changed_state(view: dict[str, Any], **fields: str | list[str]) -> dict[str, Any]:
    """Return the same with some fields changed: text, an option's value, or ticked boxes."""
    values = unchanged_state(view)
    for field, value in fields.items():
        (state,) = values[field].values()
        if isinstance(value, list):
            state["selected_options"] = [{"value": item} for item in value]
        elif state["type"] in {"static_select", "external_select"}:
            state["selected_option"] = {"value": value}
        else:
            state["value"] = value
    return values


@pytest.mark.parametrize("cadence", STANDING.values(), ids=STANDING.keys())
@pytest.mark.parametrize(
    "topics",
    [(), ("harbour", "bread, butter", "war at sea", "not now")],
    ids=["no topics", "topics"],
)
def test_a_form_saved_untouched_changes_nothing(cadence: Any, topics: tuple[str, ...]):
    """Submitting the form unchanged keeps the subscription as it is."""
    before = subscription(cadence, topics=topics, top=3)
    view = settings_modal(before, anywhere=False)
    assert check_view(view, "modal") == []
    sent = {"state": {"values": unchanged_state(view)}}
    assert find_errors(sent) == {}
    assert apply_changes(read_form(sent), before) == before


WRONG = {
    "time": ({"times": "25:00"}, "times", "isn't a valid time"),
    "a forged zone": ({"zone": "Talinn"}, "zone", "Europe/Tallinn"),
    "more than times": ({"times": "8:30 top 3"}, "times", "more in it"),
    "too many topics": (
        {"topics": [f"t{n}" for n in range(40)]},
        "topics",
        "You can list at most",
    ),
}


@pytest.mark.parametrize(("fields", "field", "problem"), WRONG.values(), ids=WRONG.keys())
def test_an_error_is_shown_beside_its_field(fields: dict[str, Any], field: str, problem: str):
    """Each field is parsed like the command, and its error names the nearest right words."""
    view = settings_modal(subscription(AtTimes()), anywhere=False)
    errors = find_errors({"state": {"values": changed_state(view, **fields)}})
    assert problem in errors.pop(field)
    assert errors == {}


async def test_the_command_opens_the_form_and_saving_it_shows_the_next_times(env: SlackEnv):
    """The saved form is in the store, and the next times are shown."""
    await env.type("subscribe in Europe/Tallinn about harbour")
    await env.type("settings")
    modal = env.slack.modal()
    assert modal
    state = changed_state(
        modal,
        cadence=AT_TIMES,
        days=["mon", "thu"],
        times="7am, 17.30",
        topics=["ferries"],
        top="2",
    )
    await env.slack.submit(state)
    await env.tasks.settled()
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert saved.cadence == AtTimes(frozenset({0, 3}), (time(7), time(17, 30)))
    assert (saved.zone, saved.topics, saved.top) == ("Europe/Tallinn", ("ferries",), 2)
    shown = env.slack.modal()
    assert shown
    assert "Next: Mon 23 Nov 07:00, then Mon 23 Nov 17:30." in words(shown)


async def test_a_form_with_errors_stays_open_and_saves_nothing(env: SlackEnv):
    """Slack gets the errors in place of the ack."""
    await env.type("settings")
    modal = env.slack.modal()
    assert modal
    reply = await env.slack.submit(changed_state(modal, zone="Talinn"))
    await env.tasks.settled()
    assert "Europe/Tallinn" in reply.json["errors"]["zone"]
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


async def test_a_digest_is_set_up_from_app_home(env: SlackEnv):
    """Without a chosen channel the digest goes to the person's direct messages."""
    env.slack.user_actions.open_home(USER)
    home = await env.slack.wait_for(env.slack.home)
    await env.slack.press_in_view(OPEN_SETTINGS, view=home)
    await env.tasks.settled()
    modal = env.slack.modal()
    assert modal
    await env.slack.submit(changed_state(modal, cadence=AT_ONCE))
    await env.tasks.settled()
    (saved,) = await env.store.subscriptions.get_all(TEAM_ID)
    assert saved.channel.startswith("D")
    assert saved.cadence == AtOnce(days=WEEKDAYS)


async def test_home_changes_only_what_the_person_may_see(env: SlackEnv):
    """A button for another person's direct messages opens nothing."""
    other = next(p.id for p in env.slack.workspace.users.values() if p.id != USER and not p.bot)
    await env.type("subscribe me daily about ferries", user=other)
    (theirs,) = await env.store.subscriptions.get_all(TEAM_ID)
    env.slack.user_actions.open_home(USER)
    home = await env.slack.wait_for(env.slack.home)
    await env.slack.press_in_view(OPEN_SETTINGS, view=home, value=theirs.channel)
    await env.tasks.settled()
    modal = env.slack.modal()
    assert modal
    assert "subscription was ended" in words(modal)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Tallinn", "America/New_York", "Etc/GMT+3", "EST"])
def test_the_zone_that_was_kept_stays_chosen(zone: str):
    """The picker shows the subscription's zone, whatever its kind, and saves it again."""
    view = settings_modal(replace(subscription(AtTimes()), zone=zone), anywhere=False)
    assert check_view(view, "modal") == []
    (picker,) = [b["element"] for b in view["blocks"] if b.get("block_id") == "zone"]
    assert picker["initial_option"]["value"] == zone
    assert find_errors({"state": {"values": unchanged_state(view)}}) == {}


def test_the_form_is_small():
    """Zones, sources and topics are asked for as they are typed, and do not come with the form."""
    view = settings_modal(subscription(AtTimes()), anywhere=True)
    assert len(json.dumps(view)) < 8_000


ZONES = {
    "": ["UTC", "Pacific/Honolulu", "America/Anchorage"],
    "tall": ["Europe/Tallinn"],
    "New York": ["America/New_York"],
    "arg ush": ["America/Argentina/Ushuaia"],
    "utc": ["UTC"],
    "CST": ["America/Chicago"],
    "Talinn": ["Europe/Tallinn"],
    "😀": [],
}


@pytest.mark.parametrize(("typed", "first"), ZONES.items(), ids=lambda value: repr(value)[:20])
async def test_zones_are_found_as_they_are_typed(env: SlackEnv, typed: str, first: list[str]):
    """By city, continent or abbreviation; before anything is typed some of each continent."""
    found = await env.options("zone", typed)
    assert found[: len(first)] == first
    assert bool(found) == bool(first)
    assert len(found) <= 100


async def test_topics_are_offered_from_the_stories_of_these_days(env: SlackEnv):
    """Who speaks, then words of headlines; what is typed is a topic, too, and commas part it."""
    await env.publish()
    speakers = await env.options("topics", "")
    assert speakers
    surname = speakers[0].split()[-1]
    assert (await env.options("topics", surname[:4]))[0] == speakers[0]
    assert await env.options("excluded", "harb") == ["harbour", "harb"]
    assert await env.options("topics", 'big ferry, "nato"') == ["big ferry", "nato"]
    assert await env.options("topics", "x" * 90) == ["x" * 40]


async def test_pickers_offer_nothing_to_other_organizations(env: SlackEnv):
    """The names of sources are the workspace's own; no more is a form for channels theirs."""
    await env.publish(source="Baltic Daily")
    env.slack.workspace.users[USER] = replace(env.slack.workspace.users[USER], team="T0OTHER")
    assert await env.options("sources", "Balt") == []
    assert await env.options("topics", "harb") == []


SOURCES = ("Baltic Daily", "Up North", "9 to 17", "Not Now", "News, Views", "weekdays", "tass")


@pytest.mark.parametrize("source", SOURCES)
def test_a_chosen_source_is_one_source_whatever_its_name(source: str):
    """No word in a source's name is read as a part of the schedule, and what is kept stays."""
    before = subscription(AtTimes(), sources=(source, "gone.example"), excluded_sources=(source,))
    view = settings_modal(before, anywhere=False)
    assert check_view(view, "modal") == []
    sent = {"state": {"values": unchanged_state(view)}}
    assert find_errors(sent) == {}
    assert apply_changes(read_form(sent), before) == before


async def test_sources_are_chosen_from_those_that_send_news(env: SlackEnv):
    """The pickers offer the sources of the last two weeks by name, and what is chosen is saved."""
    for source in ("Baltic Daily", "Coast Radio", "X" * 60, 'The "Late" News'):
        await env.publish(source=source, guid=source)
    await env.publish(source="Old Post", guid="old", hours_ago=24 * 20)
    assert await env.options("sources", "") == ["Baltic Daily", "Coast Radio"]
    assert await env.options("excluded_sources", "coast") == ["Coast Radio", "coast"]
    assert await env.options("sources", "baltic daily") == ["Baltic Daily"]
    await env.type("settings")
    modal = env.slack.modal()
    assert modal
    state = changed_state(modal, sources=["Baltic Daily"], excluded_sources=["Coast Radio"])
    await env.slack.submit(state)
    await env.tasks.settled()
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert (saved.sources, saved.excluded_sources) == (("Baltic Daily",), ("Coast Radio",))


def test_a_form_replaces_every_field():
    """A field that was emptied is removed from the subscription."""
    view = settings_modal(subscription(AtTimes(), topics=("harbour",)), anywhere=False)
    order = read_form({"state": {"values": changed_state(view, topics=[])}})
    assert order == SubscriptionChange(
        days=WEEKDAYS,
        times=(time(8, 30),),
        zone="Europe/Tallinn",
        topics=(),
        excluded=(),
        sources=(),
        excluded_sources=(),
        top=5,
    )


async def type_in(env: SlackEnv, state: dict[str, Any], field: str) -> dict[str, Any]:
    """Change a field of the form on top; return the form as it is then."""
    modal = env.slack.modal()
    assert modal
    (known,) = state[field].values()
    action = {"block_id": field, "action_id": "value", **known}
    await env.slack.user_actions.use_view_element(USER, modal["id"], action, state)
    await env.tasks.settled()
    shown = env.slack.modal()
    assert shown
    return shown


async def test_the_preview_follows_what_is_filled_in(env: SlackEnv):
    """The open form shows the next digests' times and content, or the errors."""
    await env.publish()
    await env.type("settings")
    modal = env.slack.modal()
    assert modal
    assert "Farland keeps its harbour open" in words(modal)
    shown = await type_in(env, changed_state(modal, times="7am", zone="UTC"), "times")
    assert "at 07:00, UTC" in words(shown)
    assert "Next: Mon 23 Nov 07:00" in words(shown)
    shown = await type_in(env, changed_state(modal, topics=["volcanoes"]), "topics")
    assert "it would be empty" in words(shown)
    shown = await type_in(env, changed_state(modal, times="25:00"), "times")
    assert "isn't a valid time" in words(shown)
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


async def test_filters_and_hours_are_set_in_the_form(env: SlackEnv):
    """Excluded topics, sources and hours are set in the form."""
    await env.type("settings")
    modal = env.slack.modal()
    assert modal
    fields = {
        "hours": "7:00 to 22:00",
        "excluded": ["sport"],
        "sources": ["Farland Courier"],
        "excluded_sources": ["tass"],
    }
    await env.slack.submit(changed_state(modal, cadence="hourly", **fields))
    await env.tasks.settled()
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert saved.cadence == AtIntervals(timedelta(hours=1), WEEKDAYS, Hours(time(7), time(22)))
    assert (saved.excluded, saved.sources, saved.excluded_sources) == (
        ("sport",),
        ("Farland Courier",),
        ("tass",),
    )


async def test_the_global_shortcut_opens_an_empty_form(env: SlackEnv):
    """“New digest” also has a field for the channel."""
    await env.slack.user_actions.use_shortcut(USER, NEW_DIGEST)
    await env.tasks.settled()
    modal = env.slack.modal()
    assert modal
    assert any(block["block_id"] == WHERE for block in modal["blocks"])
    assert "Your direct messages get a digest" in words(modal)
    assert modal["title"]["text"] == "New digest"


async def test_the_greetings_button_opens_the_channels_form(env: SlackEnv):
    """The button of the bot's greeting opens a form for that channel."""
    env.slack.user_actions.invite(USER, "C0LOUNGE")
    await env.slack.wait_for(lambda: env.slack.posted("C0LOUNGE"))
    await env.slack.press(OPEN_SETTINGS, channel="C0LOUNGE")
    await env.tasks.settled()
    modal = env.slack.modal()
    assert modal
    assert modal["private_metadata"] == "C0LOUNGE"
