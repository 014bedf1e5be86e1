"""Below a link to a named site, people see who said what; nobody sees what is not theirs."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.blocks.link_previews import DOMAINS, EDIT_LINK_DOMAINS, FIELD, LINK_DOMAINS
from bot.blocks.story import ALL_STATEMENTS
from bot.listeners.link_previews import find_errors
from bot.model.hosts import is_below
from bot.playground.blockcheck import check_blocks
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID
from bot.playground.workspace import SlackUser
from tests.builders import article, later
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER

SITE = "harbour-gazette.example"
URL = f"https://{SITE}/pier"
BODY = (
    "The pier stays shut until May, Runa Solberg said on Monday. "
    "The planks are rotten, Odd Falk said on Monday. "
    "The ferries will not stop there, Runa Solberg said on Tuesday."
)
OUTSIDER, PLAIN = "U0FARAWAY", "U0IDRIS"


@pytest.fixture
async def on(env: SlackEnv) -> SlackEnv:
    """Turn previews on for one site."""
    await env.store.link_previews.set_domains(TEAM_ID, [SITE])
    return env


async def post(env: SlackEnv, text: str, **where: Any) -> list[dict[str, Any]]:
    """Post a message; return the previews below it once all is done."""
    ts = await env.slack.say(text, **where)
    await env.settle()
    shown = env.slack.workspace.find_message(
        env.slack.channel(where.get("channel", CHANNEL)).id, ts
    )
    assert shown
    previews: list[dict[str, Any]] = shown.message.get("attachments", [])
    return previews


async def take_in(env: SlackEnv, **fields: Any) -> None:
    """Take in the operator's article at the address, as from a feed."""
    new = article(BODY, url=URL, headline="Pier shut", source="Harbour Gazette", **fields)
    await env.services.intake.ingest_articles([new], team=None, source=SITE, origin=f"//{SITE}")


async def test_a_link_gets_two_statements_and_a_button(on: SlackEnv) -> None:
    """Verbatim words with speaker and source; the button opens all statements of the story."""
    await take_in(on)
    (preview,) = await post(on, f"Look: {URL}?utm_source=chat")
    assert preview["from_url"] == f"{URL}?utm_source=chat"
    assert check_blocks(preview["blocks"], "message") == []
    text = words(preview)
    assert "Pier shut" in text
    assert "Harbour Gazette" in text
    (listed,) = [
        part
        for block in preview["blocks"]
        for part in block.get("elements", ())
        if part["type"] == "rich_text_list"
    ]
    assert len(listed["elements"]) == 2
    await on.press(ALL_STATEMENTS)
    shown = words(on.slack.modal() or {})
    assert "The planks are rotten" in shown
    assert "The ferries will not stop there" in shown
    assert on.web.asked == []


async def test_an_unknown_page_is_read_once(on: SlackEnv) -> None:
    """It is fetched the first time; another message with its link is answered from the store."""
    on.web.set_page(URL, page_of())
    assert await post(on, f"{URL} and again {URL}")
    assert await post(on, URL, thread=await on.slack.say("News?"))
    assert len(on.web.asked) == 1


async def test_it_is_off_until_an_admin_names_sites(env: SlackEnv) -> None:
    """Nothing is looked up or fetched; other sites than those named stay as they are."""
    await take_in(env)
    assert await post(env, URL) == []
    await env.store.link_previews.set_domains(TEAM_ID, ["amar-post.example"])
    assert await post(env, URL) == []
    assert env.slack.calls_of("chat.unfurl") == []


async def test_a_shared_channel_sees_only_what_it_was_shown(on: SlackEnv) -> None:
    """Neither a stored article nor a page to fetch; after a digest has shown it, its preview."""
    channel, users = on.slack.channel(CHANNEL), on.slack.workspace.users
    users[OUTSIDER] = SlackUser(OUTSIDER, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    channel.members.add(OUTSIDER)
    await take_in(on)
    for user in (USER, OUTSIDER):
        assert await post(on, URL, user=user) == []
        assert await post(on, f"https://{SITE}/other", user=user) == []
    assert on.web.asked == []
    await on.services.digests.post_now(TEAM_ID, channel.id, key="k", zone="UTC")
    for user in (USER, OUTSIDER):
        assert await post(on, URL, user=user)


def page_of(*head: str) -> str:
    """Return a page with the article, and these lines in its head."""
    article_body = f"<article><h1>Pier shut</h1><p>{BODY}</p></article>"
    return f"<html><head>{''.join(head)}</head><body>{article_body}</body></html>"


async def test_no_other_site_speaks_below_a_sites_link(on: SlackEnv) -> None:
    """Neither a page that claims the address and was read before, nor one redirected to."""
    claim = f'<link rel="canonical" href="{URL}">'
    on.web.set_page("https://elsewhere.example/a", page_of(claim))
    await on.type("read https://elsewhere.example/a")
    assert await post(on, URL) == []
    moved = f"https://{SITE}/moved"
    on.web.set_page(moved, page_of().replace("Pier", "Quay"), url="https://elsewhere.example/b")
    assert await post(on, moved) == []


async def test_what_came_by_a_feed_of_ours_is_taken_for_its_sites(on: SlackEnv) -> None:
    """Feeds often have a host of their own."""
    await on.store.feeds.add("https://feeds.elsewhere.example/rss", TEAM_ID, later(hours=0))
    new = article(BODY, url=URL, headline="Pier shut", source="Harbour Gazette")
    await on.services.intake.ingest_articles(
        [new], team=TEAM_ID, source=None, origin="//feeds.elsewhere.example"
    )
    assert await post(on, URL)


@pytest.mark.parametrize("url", [f"https://{SITE}", f"https://{SITE}/", f"https://{SITE}//#top"])
async def test_a_home_page_is_no_article(on: SlackEnv, url: str) -> None:
    """It isn't fetched, and a page that lists several articles isn't stored."""
    assert await post(on, url) == []
    assert on.web.asked == []
    items = "".join(
        f"<item><title>{n}</title><link>https://{SITE}/{n}</link><guid>{n}</guid>"
        f"<description>{BODY}</description></item>"
        for n in "ab"
    )
    on.web.set_page(f"https://{SITE}/rss", f"<rss><channel>{items}</channel></rss>")
    assert await post(on, f"https://{SITE}/rss") == []
    assert len(on.web.asked) == 1
    assert not await on.store.articles.search(TEAM_ID, "planks", on.clock.now(), 9)


async def test_a_failure_is_told_to_nobody(on: SlackEnv) -> None:
    """A page that can't be read, or a Slack that refuses: the log has it, the channel is quiet."""
    with capture_logs() as logs:
        assert await post(on, f"https://{SITE}/gone?key=mallard") == []
        await take_in(on)
        on.slack.fail("chat.unfurl", "cannot_unfurl_url")
        assert await post(on, URL) == []
    assert on.slack.ephemerals() == []
    assert {entry["event"] for entry in logs} >= {"a link has no preview", "listener failed"}
    assert "mallard" not in str(logs)


async def test_a_link_that_is_sent_to_us_is_answered_once(on: SlackEnv) -> None:
    """In a direct message to Dateline it asks for all of the article."""
    on.web.set_page(URL, page_of())
    direct = on.slack.workspace.find_direct_channel(USER)
    assert direct
    assert await post(on, URL, channel=direct.id) == []
    answers = [words(each) for each in on.slack.messages(direct.id) if each.get("bot_id")]
    assert any("planks are rotten" in answer for answer in answers)


async def test_an_event_that_comes_again_or_is_our_own_does_nothing(on: SlackEnv) -> None:
    """So does one of a message that is still being written: its channel isn't known."""
    await take_in(on)
    ts = await on.slack.say(URL)
    await on.settle()
    event = {"type": "link_shared", "channel": CHANNEL, "message_ts": ts, "user": USER}
    event |= {"links": [{"url": URL, "domain": SITE}]}
    composer = {"channel": "COMPOSER", "source": "composer", "unfurl_id": "U1-a"}
    first = on.slack.requests[-1].payload
    for again in (
        first,
        first | {"event_id": "Ev1", "event": event | {"user": BOT_USER_ID}},
        first | {"event_id": "Ev2", "event": event | composer},
    ):
        on.slack.playground.sender.send_event(again)
        await on.settle()
    assert len(on.slack.calls_of("chat.unfurl")) == 1


async def test_an_admin_names_the_sites_in_app_home(env: SlackEnv) -> None:
    """Others see nothing of it while it is off, and cannot change it."""
    env.slack.user_actions.open_home(USER)
    await env.settle()
    await env.slack.press_in_view(EDIT_LINK_DOMAINS, view=env.slack.home())
    await env.settle()
    modal = env.slack.modal()
    assert modal
    assert modal["callback_id"] == LINK_DOMAINS
    value = {
        "type": "plain_text_input",
        "value": f"https://www.{SITE.upper()}/news\n amar-post.example",
    }
    await env.slack.submit({DOMAINS: {FIELD: value}})
    await env.settle()
    assert await env.store.link_previews.get_domains(TEAM_ID) == (SITE, "amar-post.example")
    assert SITE in words(env.slack.home() or {})
    env.slack.user_actions.open_home(PLAIN)
    await env.settle()
    assert EDIT_LINK_DOMAINS not in json.dumps(env.slack.home(PLAIN))
    await env.slack.user_actions.use_view_element(
        PLAIN,
        (env.slack.home(PLAIN) or {})["id"],
        {"type": "button", "action_id": EDIT_LINK_DOMAINS, "block_id": "b", "value": "x"},
    )
    await env.settle()
    assert "Only" in words(env.slack.modal(PLAIN) or {})


@pytest.mark.parametrize(
    "name", ["news", "ne ws.example", "user@news.example", "-a.example", "1.2.3.4"]
)
def test_what_is_no_sites_name_is_told_in_the_form(name: str) -> None:
    """An address of numbers, a bare word or a mail address is refused; nothing turns it off."""

    def view(text: str) -> dict[str, Any]:
        return {"state": {"values": {DOMAINS: {FIELD: {"value": text}}}}}

    assert bool(find_errors(view(name))) is True
    assert find_errors(view("")) == {}
    assert find_errors(view("news.example, münchen.example")) != {}
    assert find_errors(view("xn--mnchen-3ya.example")) == {}


def test_a_domain_has_its_subdomains_and_no_others() -> None:
    """notnews.example is no part of news.example."""
    assert is_below("www.news.example", ["news.example"])
    assert is_below("news.example", ["news.example"])
    assert not is_below("notnews.example", ["news.example"])
    assert not is_below("news.example.evil.example", ["news.example"])
    assert not is_below("", ["news.example"])
