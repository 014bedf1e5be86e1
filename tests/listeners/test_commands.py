"""Each command, typed in Slack, does what it says and answers the person."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks.answers import LIST_ACTIONS, UNDO_IN_LIST
from bot.blocks.feeds import ADD_FEED, ADDRESS, ADDRESS_FIELD, REMOVE_FEED
from bot.blocks.lookup import WHO_NEWER, WHO_OLDER, WHO_TIMELINE
from bot.blocks.story import MORE
from bot.listeners import request as listener_request
from bot.listeners.commands import COMMANDS, ESSENTIALS
from bot.model import AtIntervals, AtTimes
from bot.playground.slack_objects import TEAM_ID
from tests.builders import BODY, NOON, article, choose_new_story, later, new_article
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

RSS = """<rss version="2.0"><channel><title>Farland Courier</title><link>https://courier.example/</link>
<description>News</description><item><title>Farland keeps its harbour open</title><guid>h1</guid>
<link>https://courier.example/harbour</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
<description>Farland will not close its harbour, Prime Minister Mara Ilves said
on Monday.</description>
</item></channel></rss>"""


def _page(*paragraphs: str) -> str:
    title = "Farland keeps its harbour open"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = f"<body><article><h1>{title}</h1>{text}</article></body>"
    return f"<html><head><title>{title}</title></head>{body}</html>"


PAGE = _page(*BODY.split("\n\n"))


async def test_help_shows_five_commands_first(env: SlackEnv):
    """Help shows five lines that people need most, and a button that shows all commands."""
    (answer,) = await env.type("help")
    assert len(ESSENTIALS) == 5
    for line, meaning in ESSENTIALS:
        assert f"/digest {line}".strip() in words(answer)
        assert meaning.replace("`", "") in words(answer).replace("`", "").replace("\u2060", "")
    shown = await env.press("run_line")
    assert "/digest history" in words(shown[-1])


@pytest.mark.parametrize("line", ["help more", "help all", "help commands"])
async def test_help_shows_every_command(env: SlackEnv, line: str):
    """Asked for more, help shows every command with its usage; the preview is `/digest` alone."""
    (answer,) = await env.type(line)
    shown = words(answer)
    for spec in COMMANDS:
        assert (f"/digest {spec.word}" in shown) is (spec.word != "preview")


async def test_help_on_one_command_gives_lines_that_work(env: SlackEnv):
    """`help subscribe` shows its examples."""
    (answer,) = await env.type("help subscribe")
    assert "/digest subscribe weekdays at 08:30,17:00 in Europe/Tallinn" in words(answer)


async def test_a_mistake_is_answered_with_a_line_that_works(env: SlackEnv):
    """A misspelled command is answered with the nearest right line, as code."""
    (answer,) = await env.type("subscrbe weekdys")
    assert "`/digest subscribe weekdays`" in words(answer)


async def test_subscribe_saves_at_once_and_says_when(env: SlackEnv):
    """The answer has the schedule and the next two times; the store has the next one."""
    (answer,) = await env.type(
        "subscribe weekdays at 8:30 in Europe/Tallinn about harbour, ferries top 3"
    )
    shown = words(answer)
    assert "weekdays at 08:30, Europe/Tallinn" in shown
    assert "about “harbour” or “ferries”" in shown
    assert "at most 3 stories" in shown
    assert "Next: Mon 23 Nov 08:30, then Tue 24 Nov 08:30." in shown
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert saved.next_due == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert (saved.created_by, saved.topics, saved.top) == (USER, ("harbour", "ferries"), 3)


async def test_subscribe_without_a_word_takes_the_persons_zone(env: SlackEnv):
    """The default is weekdays 08:30 in the time zone of the person's Slack profile."""
    await env.type("subscribe")
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert saved.cadence == AtTimes()
    assert saved.zone == env.slack.workspace.users[USER].zone


async def test_a_second_subscribe_keeps_what_it_does_not_name(env: SlackEnv):
    """Topics and zone stay when only the interval changes."""
    await env.type("subscribe in Asia/Kolkata about harbour")
    await env.type("subscribe every 4h")
    saved = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert saved
    assert (saved.cadence, saved.zone, saved.topics) == (
        AtIntervals(timedelta(hours=4)),
        "Asia/Kolkata",
        ("harbour",),
    )


async def test_undo_of_a_first_subscribe_leaves_nothing(env: SlackEnv):
    """Undo removes the new subscription and replaces the answer."""
    await env.type("subscribe")
    shown = await env.press("undo_subscribe")
    assert "there's no subscription here" in words(shown[-1])
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) is None


async def test_undo_of_a_second_subscribe_brings_the_first_back(env: SlackEnv):
    """Undo restores the earlier subscription, due at its next slot."""
    await env.type("subscribe mon,thu at 9 in UTC about “salt & pepper”, harbour top 2")
    first = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    await env.type("subscribe hourly about everything")
    await env.press("undo_subscribe")
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) == first


async def test_unsubscribe_and_its_undo(env: SlackEnv):
    """`unsubscribe` removes the subscription, and Undo restores it."""
    await env.type("subscribe daily at 7 in UTC")
    before = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    await env.type("unsubscribe")
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) is None
    await env.press("undo_unsubscribe")
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) == before


async def test_subscribe_me_is_for_direct_messages(env: SlackEnv):
    """`subscribe me` sends digests to the person's direct messages; `unsubscribe me` ends that."""
    await env.type("subscribe me daily")
    (mine,) = await env.store.subscriptions.get_all(TEAM_ID)
    assert mine.channel.startswith("D")
    await env.type("unsubscribe me")
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


async def test_pause_and_resume(env: SlackEnv):
    """A paused subscription keeps its settings and is never due; resumed, it has a next time."""
    await env.type("subscribe daily at 7 in UTC")
    await env.type("pause")
    paused = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert paused
    assert (paused.paused, paused.next_due) == (True, None)
    (answer,) = await env.type("resume")
    assert "Next: Mon 23 Nov 07:00" in words(answer)
    resumed = await env.store.subscriptions.get(TEAM_ID, CHANNEL)
    assert resumed
    assert resumed.next_due == datetime(2026, 11, 23, 7, tzinfo=UTC)


async def test_a_button_of_what_was_ended_says_so(env: SlackEnv):
    """It tells what is gone, and blames no source."""
    await env.type("subscribe daily at 7 in UTC")
    (shown,) = await env.type("list")
    await env.store.subscriptions.remove(TEAM_ID, CHANNEL)
    answer = (await env.press("list_pause", ts=shown["ts"]))[-1]
    assert "subscription was ended" in words(answer)
    assert "source" not in words(answer)


async def test_pause_without_a_subscription_says_how_to_begin(env: SlackEnv):
    """Pausing without a subscription is answered with how to subscribe."""
    (answer,) = await env.type("pause")
    assert "`/digest subscribe`" in words(answer)


async def test_list_keeps_what_is_private_to_others_out(env: SlackEnv):
    """A person sees public channels and their own, not others' direct or private ones."""
    people = [p.id for p in env.slack.workspace.users.values() if p.id != USER and not p.bot]
    private = next(c.id for c in env.slack.workspace.channels.values() if c.kind == "private")
    public = next(c.id for c in env.slack.workspace.channels.values() if c.name == "general")
    for channel, topic in ((private, "mergers"), (public, "harbour")):
        order = f"subscribe daily about {topic}"
        await env.slack.command(f"/digest {order}", channel=channel, user=people[0])
    await env.type("subscribe me daily about ferries", user=people[0])
    (answer,) = await env.type("list", user=people[1])
    assert "harbour" in words(answer)
    assert "mergers" not in words(answer)
    assert "ferries" not in words(answer)
    (member,) = await env.type("list")
    assert "mergers" in words(member)


async def test_another_channel_is_not_subscribed_from_here(env: SlackEnv):
    """A channel named in a command must be the one it is typed in."""
    (answer,) = await env.type("subscribe <#C0ELSEWHERE|elsewhere> daily")
    assert "type this in that channel" in words(answer)
    assert await env.store.subscriptions.get_all(TEAM_ID) == ()


async def test_who_shows_words_with_speaker_and_source(env: SlackEnv):
    """`who` finds an actor by part of the name, and shows statements with their source."""
    await env.publish()
    (answer,) = await env.type("who ilves")
    shown = words(answer)
    assert "Mara Ilves" in shown
    assert "Farland will not close its harbour" in shown
    assert "Farland Courier" in shown


async def test_who_without_a_match_says_what_to_try(env: SlackEnv):
    """An empty answer says what to try."""
    (answer,) = await env.type("who Nobody Atall")
    assert "`/digest subscribe about Nobody Atall`" in words(answer)


async def test_who_suggests_names_for_a_misspelt_one(env: SlackEnv):
    """An unknown name is answered with the most similar names."""
    await env.publish()
    (answer,) = await env.type("who Mara Ilvse")
    assert "Did you mean `/digest who Ilves`?" in words(answer)


async def test_search_finds_articles_and_what_is_said_in_them(env: SlackEnv):
    """`search` shows the headline and the statement with the words."""
    await env.publish()
    (answer,) = await env.type("search ferries")
    shown = words(answer)
    assert "Farland keeps its harbour open" in shown
    assert '"The ferries sail tomorrow,"' in shown


@pytest.mark.parametrize(
    ("line", "fewer"),
    [
        ("search the ferries that were late", "ferries"),
        ("Did anyone say the ferries are unsafe?", "ferries"),
        ("search zebras by ferries", "ferries"),
        ("search harbour zebras ferries", "harbour ferries"),
    ],
)
async def test_a_search_that_finds_nothing_goes_on_with_fewer_words(
    env: SlackEnv, line: str, fewer: str
):
    """Where no article has all the words those with most of them are shown, and it says so."""
    await env.publish()
    (answer,) = await env.type(line)
    shown = words(answer)
    assert "No article has all of these words" in shown
    assert f"Results for “{fewer}”" in shown
    assert "Farland keeps its harbour open" in shown


@pytest.mark.parametrize(
    "line",
    ["search zebras", "search harbour zebras lions tigers", "search zebras of"],
)
async def test_less_than_half_of_the_words_is_not_enough(env: SlackEnv, line: str):
    """What has only one of many words is no answer, nor is what has only small words."""
    await env.publish("The ferries sail tomorrow.")
    (answer,) = await env.type(line)
    assert "haven't read anything that has all of these words" in words(answer)


async def test_search_for_markup_shows_it_as_words(env: SlackEnv):
    """Typed markup is shown escaped, and mentions nobody."""
    (answer,) = await env.type("search <!channel> *bold*")
    assert "<!channel>" not in str(answer["blocks"])


async def test_long_work_is_shown_in_a_window_that_then_has_the_answer(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """`read` says at once what it does, and its result stands in the same place: none is left."""
    monkeypatch.setattr(listener_request, "NOTICE_AFTER_SECONDS", 0.0)
    env.web.set_page("https://courier.example/harbour", PAGE)
    env.web.gate.clear()
    await env.slack.command("/digest read https://courier.example/harbour")
    await env.slack.wait_for(lambda: "Reading courier.example" in words(env.slack.modal() or {}))
    env.web.gate.set()
    await env.tasks.settled()
    shown = words(env.slack.modal() or {})
    assert "Mara Ilves" in shown
    assert "Farland keeps its harbour open" in shown
    assert "Reading" not in shown
    assert env.slack.ephemerals() == []


async def test_an_address_that_is_none_is_refused_in_words(env: SlackEnv):
    """Brackets that hold no IPv6 address name no host, so the answer is about the address."""
    await env.slack.command("/digest read http://[harbour")
    await env.tasks.settled()
    assert "there is no such page" in words(env.slack.ephemerals()[-1])


async def test_a_notice_in_direct_messages_turns_into_the_answer(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """One message says that work began, and then has its result."""
    monkeypatch.setattr(listener_request, "NOTICE_AFTER_SECONDS", 0.0)
    env.web.set_page("https://courier.example/harbour", PAGE)
    env.web.gate.clear()
    await env.slack.say("read https://courier.example/harbour", channel="D0WREN")

    def shown() -> list[str]:
        return [words(message) for message in env.slack.posted("D0WREN")]

    await env.slack.wait_for(lambda: any("Reading courier.example" in each for each in shown()))
    env.web.gate.set()
    await env.tasks.settled()
    assert len([each for each in shown() if "Mara Ilves" in each]) == 1
    assert not [each for each in shown() if "Reading" in each]


async def test_buttons_of_the_list_change_it_in_place(env: SlackEnv):
    """Pause, Resume, Remove and Undo are done at once, and the same message shows the new list."""
    await env.type("subscribe daily at 7am")
    (listed,) = await env.type("list")
    assert "daily at 07:00" in words(listed)
    for action, expected in (
        (LIST_ACTIONS.pause, "Paused:"),
        (LIST_ACTIONS.resume, "Resumed:"),
        (LIST_ACTIONS.remove, "There are no subscriptions yet."),
        (UNDO_IN_LIST, "is back to how it was"),
    ):
        seen = await env.press(action)
        assert len(seen) == 2
        assert expected in words(seen[-1])
    assert "daily at 07:00" in words(seen[-1])
    assert await env.store.subscriptions.get(TEAM_ID, CHANNEL) is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "every story since"),
        ("now", "every story since"),
        ("now cheese", "matches “cheese”"),
    ],
)
async def test_the_reason_is_told_when_nothing_comes(env: SlackEnv, line: str, expected: str):
    """What was posted, and what no story matches, are two reasons."""
    await env.publish()
    await env.type("now")
    *_, answer = await env.type(line)
    assert expected in words(answer)


async def test_nothing_arrived_is_a_reason_of_its_own(env: SlackEnv):
    """An empty store says that no article came, and what a channel does not want says so."""
    (answer,) = await env.type("")
    assert "no article has arrived since" in words(answer)
    await env.publish()
    await env.type("subscribe from Coast Radio")
    (answer,) = await env.type("")
    assert "fits what this channel wants" in words(answer)


async def test_a_feed_is_shown_before_it_is_added(env: SlackEnv):
    """The form asks for an address; title, health and latest items stand there before Add."""
    env.web.set_page("https://courier.example/rss.xml", RSS)
    await env.type("feeds")
    await env.press(ADD_FEED)
    await env.slack.submit({ADDRESS: {ADDRESS_FIELD: {"value": "courier.example/rss.xml"}}})
    await env.tasks.settled()
    shown = words(env.slack.modal() or {})
    assert "Farland Courier" in shown
    assert "It works: 1 item, the newest" in shown
    assert "Farland keeps its harbour open" in shown
    assert await env.store.feeds.get_all(TEAM_ID) == ()
    await env.slack.submit({})
    await env.tasks.settled()
    assert "Added feed *1*: Farland Courier" in words(env.slack.modal() or {})
    (listed,) = await env.type("feeds")
    assert "Farland Courier" in words(listed)
    seen = await env.press(REMOVE_FEED)
    assert "hasn't added any feeds" in words(seen[-1])


async def test_an_address_that_is_none_is_refused_in_the_form(env: SlackEnv):
    """The form stays open and says what is wrong; a page without a feed says so in its window."""
    await env.type("feeds")
    await env.press(ADD_FEED)
    reply = await env.slack.submit({ADDRESS: {ADDRESS_FIELD: {"value": "nonsense"}}})
    assert "web address" in reply.body
    env.web.set_page("https://courier.example/harbour", PAGE)
    await env.slack.submit({ADDRESS: {ADDRESS_FIELD: {"value": "https://courier.example/harbour"}}})
    await env.tasks.settled()
    assert "no feed at this address" in words(env.slack.modal() or {})


async def test_an_address_that_gives_nothing_is_explained(env: SlackEnv):
    """A failed `read` says what happened, what to do, and a reference."""
    *_, answer = await env.type("read https://courier.example/gone")
    shown = words(answer)
    assert "there is no such page" in shown
    assert "Check the address" in shown
    assert "Reference `" in shown


async def test_feeds_are_added_listed_and_removed(env: SlackEnv):
    """A feed is listed with a number, by which it is removed."""
    env.web.set_page("https://courier.example/rss.xml", RSS)
    *_, added = await env.type("feeds add <https://courier.example/rss.xml>")
    assert "Farland Courier" in words(added)
    (feed,) = await env.store.feeds.get_all(TEAM_ID)
    (answer,) = await env.type("feeds")
    assert f"*{feed.id}*" in words(answer)
    assert "https://courier.example/rss.xml" in words(answer)
    await env.type(f"feeds remove {feed.id}")
    assert await env.store.feeds.get_all(TEAM_ID) == ()


async def test_a_feed_is_removed_by_its_address(env: SlackEnv):
    """However it is typed; an address that the workspace does not read is told."""
    store = env.store.feeds
    for url in ("https://courier.example/rss.xml", "https://herald.example/rss.xml"):
        await store.add(url, TEAM_ID, NOON)
    await env.type("feeds remove feed://courier.example/rss.xml/")
    (left,) = await store.get_all(TEAM_ID)
    assert left.url == "https://herald.example/rss.xml"
    (answer,) = await env.type("feeds remove https://elsewhere.example/rss.xml")
    assert "no feed https://elsewhere.example/rss.xml" in words(answer)
    assert len(await store.get_all(TEAM_ID)) == 1


async def test_another_workspaces_feed_is_not_removed(env: SlackEnv):
    """The number of another workspace's feed is a mistake, and nothing is removed."""
    feed = await env.store.feeds.add("https://courier.example/rss.xml", "T0OTHER", NOON)
    (answer,) = await env.type(f"feeds remove {feed.id}")
    assert "no feed" in words(answer)
    assert len(await env.store.feeds.get_all("T0OTHER")) == 1


async def test_status_shows_counts(env: SlackEnv):
    """`status` shows subscriptions, stories, the latest article and embargoed ones."""
    await env.publish()
    await env.publish(
        "Tomorrow's speech, Mara Ilves said.", embargoed=later(hours=5), headline="Speech"
    )
    await env.type("subscribe")
    (answer,) = await env.type("status")
    shown = words(answer)
    assert "1 subscription" in shown
    assert "1 story" in shown
    assert "1 article under embargo" in shown


async def test_status_names_files_with_withheld_texts(env: SlackEnv):
    """`status` tells how many texts are withheld and in which files, until they are settled."""
    withheld = env.store.articles.withheld
    await withheld.record(None, ["guid:a:1", "guid:a:2"], "wire/friday.txt", NOON)
    await withheld.record("T0OTHER", ["guid:a:3"], "other feed", NOON)
    (answer,) = await env.type("status")
    assert "2 texts held back in the last week" in words(answer)
    assert "*wire/friday.txt*. When one may be shown, add it again without" in words(answer)
    assert "other feed" not in words(answer)


OTHERS = (
    "Kai Lund said the nets are empty. Ferries were late.",
    "Ada Lund said the nets are full. Ferries were late.",
)


async def test_who_asks_which_of_several_was_meant(env: SlackEnv):
    """A surname of two people gives a button for each, which shows their statements."""
    for body in OTHERS:
        await env.publish(body, headline=body[:8])
    (question,) = await env.type("who Lund")
    assert "could be any of these" in words(question)
    [row] = [block for block in question["blocks"] if block["type"] == "actions"]
    assert sorted(button["text"]["text"] for button in row["elements"]) == [
        "Ada Lund (1)",
        "Kai Lund (1)",
    ]
    ada = next(button for button in row["elements"] if button["text"]["text"].startswith("Ada"))
    shown = await env.press(ada["action_id"])
    assert "the nets are full" in words(shown[-1]) or "Ada Lund" in words(shown[-1])
    assert "Kai Lund" not in words(shown[-1])


async def test_who_turns_pages_and_opens_a_window(env: SlackEnv):
    """Without tables a page has eight statements, with buttons for older, newer and all."""
    env.slack.workspace.refused_blocks = {"data_table"}
    for number in range(20):
        await env.publish(
            f"Kai Lund said net {number} is torn.", headline=f"Nets {number}", hours_ago=number
        )
    (first,) = await env.type("who Kai Lund")
    assert "20 statements, newest first, page 1 of 3" in words(first)
    assert words(first).count("Show in text") == 8
    shown = await env.press(WHO_OLDER)
    assert "page 2 of 3" in words(shown[-1])
    shown = await env.press(WHO_NEWER)
    assert "page 1 of 3" in words(shown[-1])
    await env.press(WHO_TIMELINE)
    modal = env.slack.modal()
    assert modal is not None
    assert "Sunday 22 November 2026" in words(modal)
    assert words(modal).count("Show in text") == 20
    await env.slack.press_in_view(MORE)
    await env.tasks.settled()
    over = env.slack.modal()
    assert over is not None
    assert over["title"]["text"] == "In the article"
    assert "Quiet" not in shown


async def test_who_is_a_table_with_a_menu_that_shows_words_in_their_text(env: SlackEnv):
    """Each row has when, what and where; the menu has an option for each of them."""
    for number in range(3):
        await env.publish(
            f"Kai Lund said net {number} is torn.",
            headline=f"Nets {number}",
            hours_ago=number,
        )
    (answer,) = await env.type("who Kai Lund")
    [table] = [block for block in answer["blocks"] if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][0]] == ["When", "Who said what", "Source", "How"]
    newest = words({"blocks": table["rows"][1]})
    assert "net 0 is torn" in newest
    assert "Nets 0" in newest
    assert table["rows"][1][3]["text"] == "says"
    [menu] = [
        element
        for block in answer["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "static_select"
    ]
    assert len(menu["options"]) == 3
    await env.press(MORE, selected_option=menu["options"][2])
    modal = env.slack.modal()
    assert modal is not None
    assert "net 2 is torn" in words(modal)


async def test_a_long_list_of_statements_turns_pages(env: SlackEnv):
    """What is too much for Slack's table goes to another page, and nothing is lost between them."""
    for number in range(40):
        wish = " ".join(f"wish{number}x{index}" for index in range(30))
        await env.publish(f"Kai Lund said {wish}.", headline=f"Nets {number}", hours_ago=number)
    (first,) = await env.type("who Kai Lund")
    seen = words(first)
    [pages] = re.findall(r"page 1 of (\d+)", seen)
    for _ in range(int(pages) - 1):
        seen += words((await env.press(WHO_OLDER))[-1])
    assert {number for number in range(40) if f"wish{number}x0 " in seen} == set(range(40))


async def test_status_names_sources_that_are_quiet(env: SlackEnv):
    """`status` names quiet sources with the time of their last article."""
    for day in range(10):
        new = new_article(
            article(f"Day {day}. Nothing new.", guid=f"urn:x:{day}"), seen=later(days=day - 30)
        )
        await env.store.articles.put(replace(new, origin="wire"), choose_new_story)
    (answer,) = await env.type("status")
    assert "Quiet for longer than usual: *Farland Courier* (last " in words(answer)


async def test_status_shows_followed_and_muted_actors(env: SlackEnv):
    """`status` names the first followed and muted actors, and how many more there are."""
    (answer,) = await env.type("status")
    assert "This channel" not in words(answer)
    for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo"):
        await env.type(f"follow {name} Lund")
    await env.type("mute Olen Tarr")
    (answer,) = await env.type("status")
    followed = "*Ada Lund*, *Bo Lund*, *Cy Lund*, *Di Lund*, *Ed Lund* and 1 more"
    assert f"follows {followed} and mutes *Olen Tarr*" in words(answer)


async def test_who_is_narrowed_to_a_topic_and_days(env: SlackEnv) -> None:
    """Only what was said on the topic, on those days, is shown; else all of it is offered."""
    await env.publish()
    (about,) = await env.type("what did Ilves say about harbour this week?")
    assert "on “harbour” this week" in words(about)
    for line in ("who Ilves about tunnels", "who Ilves in March"):
        (none,) = await env.type(line)
        assert "haven't read anything said by" in words(none)
        shown = await env.press("who_older", ts=none["ts"])
        assert "newest first" in words(shown[-1])


async def test_a_search_is_narrowed_to_days(env: SlackEnv) -> None:
    """An article of today is not found among those of March."""
    stored = await env.publish()
    (found,) = await env.type("search harbour today")
    assert stored.article.headline in words(found)
    (none,) = await env.type("search harbour in March")
    assert "haven't read anything" in words(none)


async def test_a_suggestion_is_a_button_that_runs(env: SlackEnv) -> None:
    """One press does what the suggested line says."""
    (answer,) = await env.type("stauts")
    shown = await env.press("run_line", ts=answer["ts"])
    assert "subscription" in words(shown[-1])
