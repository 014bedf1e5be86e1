"""The page in a real browser: a person reads, types, presses, and hostile text stays text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.new_blocks import chart, data_table, raw_number, raw_text
from tests.browser import fresh_page, needs_browser, open_browser, visit
from tests.playground.echo import Echo
from tests.playground.kit import (
    actions,
    bullets,
    button,
    confirm,
    context_actions,
    feedback,
    line,
    marked,
    modal,
    option,
    plain,
    question,
    rich,
    section,
    select,
    table,
    typing,
    words,
)
from tests.playground.test_files import PNG
from tests.slack_server import SlackServer, serve, slack_server

pytestmark = [needs_browser, pytest.mark.asyncio(loop_scope="module")]

DESK = "C0NEWSDESK"
HOSTILE = (
    '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
    "'\"><b>bold</b> \u202egnol \U0001f4f0"
)
SHORTCUTS = (("global", "new_digest", "New digest"), ("message", "read", "Read with Dateline"))


class Stage:
    """The stand-in, a bot that records, its client, and a browser's window."""

    def __init__(
        self, slack: SlackServer, echo: Echo, client: AsyncWebClient, window: Page
    ) -> None:
        self.slack, self.echo, self.client, self.window = slack, echo, client, window

    @asynccontextmanager
    async def page(self, **options: Any) -> AsyncIterator[Page]:
        """Open the page."""
        async with visit(self.window, self.slack.base_url, **options):
            yield self.window

    async def heard(self, kind: str) -> dict[str, Any]:
        """Wait for a request of this kind to the bot, and give it."""
        return await self.slack.wait_for(
            lambda: next((heard for heard in self.echo.heard if heard.get("type") == kind), None)
        )

    async def post(self, *blocks: Any, text: str = "x", **more: Any) -> str:
        """Post as the bot."""
        return (
            await self.client.chat_postMessage(channel=DESK, text=text, blocks=list(blocks), **more)
        )["ts"]

    async def open_modal(self, view: dict[str, Any]) -> None:
        """Open a modal for Wren."""
        await self.client.views_open(
            trigger_id=self.slack.workspace.new_trigger("U0WREN"), view=view
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window() -> AsyncIterator[Page]:
    """One window of one Chromium for the file; each test is served from an address of its own."""
    async with open_browser() as browser, fresh_page(browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def stage(window: Page) -> AsyncIterator[Stage]:
    """A new workspace for each test."""
    bot = Echo()
    async with (
        slack_server(shortcuts=SHORTCUTS) as slack,
        serve(bot.app) as url,
        aiohttp.ClientSession() as session,
    ):
        slack.connect(f"{url}/slack/events")
        client = AsyncWebClient(token=slack.token, base_url=slack.api_url, session=session)
        yield Stage(slack, bot, client, window)
        await slack.playground.sender.close()


async def test_a_command_and_its_answer(stage: Stage) -> None:
    """A typed command reaches the bot; its answer and a later message show without reload."""
    stage.echo.will_answer("One moment")
    async with stage.page() as page:
        await page.get_by_role("textbox", name="Message").fill("/digest now")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("One moment")).to_be_visible()
        await expect(page.get_by_text("Only visible to you")).to_be_visible()
        assert stage.echo.heard[0]["text"] == "now"
        await stage.post({"type": "header", "text": plain("The digest")})
        await expect(page.get_by_role("heading", name="The digest")).to_be_visible()
        await page.get_by_role("button", name="Dismiss message").click()
        await expect(page.get_by_text("One moment")).to_be_hidden()


async def test_answers_come_into_view(stage: Stage) -> None:
    """The answer to an action is scrolled to, even under a long message; others are announced."""
    long = [section(text=marked(f"Story {number}\n" * 20)) for number in range(8)]
    await stage.post(*long)
    stage.echo.will_answer("The answer")
    async with stage.page() as page:
        await expect(page.get_by_text("Story 0").first).to_be_in_viewport()
        await stage.post(section(text=marked("Something else")))
        await page.get_by_role("button", name="New messages").click()
        await expect(page.get_by_text("Something else")).to_be_in_viewport()
        await page.get_by_role("log", name="Messages").evaluate("node => { node.scrollTop = 0; }")
        await page.get_by_role("textbox", name="Message").fill("/digest help")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The answer")).to_be_in_viewport()
        await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_what_grows_at_the_end_stays_in_view(stage: Stage) -> None:
    """A reader at the end sees the end of a message that grows, as a link's preview makes it."""
    await stage.post(*(section(text=marked(f"Story {number}\n" * 20)) for number in range(4)))
    last = await stage.client.chat_postMessage(channel=DESK, text="A link")
    async with stage.page() as page:
        await expect(page.get_by_text("A link")).to_be_in_viewport()
        grown = "A link\n" * 12 + "What it leads to"
        await stage.client.chat_update(channel=DESK, ts=last["ts"], text=grown)
        await expect(page.get_by_text("What it leads to")).to_be_in_viewport()


async def test_a_chart_leaves_no_space_below_the_last_message(stage: Stage) -> None:
    """The figures for screen readers take no room, and the end is where the last message ends."""
    series = {f"A person of the {number}th long name": [1, 2] for number in range(6)}
    await stage.post(section(text=marked("Story\n" * 40)))
    await stage.post(chart("Who was quoted", ["Mon", "Tue"], series))
    await stage.post(section(text=marked("The last")))
    async with stage.page() as page:
        await expect(page.get_by_text("The last")).to_be_visible()
        log = page.get_by_role("log", name="Messages")
        below = """node => node.scrollHeight - node.lastElementChild.offsetTop + node.offsetTop
            - node.lastElementChild.offsetHeight"""
        assert await log.evaluate(below) < 80


async def test_suggestions(stage: Stage) -> None:
    """A suggestion is sent on a click; one that needs a name waits in the box."""
    async with stage.page() as page:
        await page.get_by_role("button", name="/digest who").click()
        await expect(page.get_by_role("textbox", name="Message")).to_have_value("/digest who ")
        await page.get_by_role("button", name="/digest help").click()
        await stage.slack.wait_for(lambda: stage.echo.heard)
    assert stage.echo.heard[0]["text"] == "help"


async def test_a_bot_that_fails_is_said_so(stage: Stage) -> None:
    """A failed command shows Slack's words in the channel."""
    stage.echo.will_answer("", 500)
    async with stage.page() as page:
        await page.get_by_role("textbox", name="Message").fill("/digest now")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("failed with the error “dispatch_failed”")).to_be_visible()


async def test_hostile_text_stays_text(stage: Stage) -> None:
    """Markup in any place of a payload is shown as it is written, and no link leads to a script."""
    short = HOSTILE[:74]
    await stage.post(
        {"type": "header", "text": plain(HOSTILE)},
        section(
            text=plain(HOSTILE), fields=[marked(HOSTILE)], accessory=button(9, text=plain(short))
        ),
        section(
            text=marked(
                f"{HOSTILE} <javascript:window.pwned=1|press> *{HOSTILE}* `{HOSTILE}` "
                f"```{HOSTILE}```"
            )
        ),
        {"type": "context", "elements": [marked(f"> {HOSTILE}"), plain(HOSTILE)]},
        rich(
            line(
                words(HOSTILE, bold=True),
                {
                    "type": "link",
                    "url": 'https://x.example/"><img src=x>'.replace(" ", ""),
                    "text": HOSTILE,
                },
            ),
            bullets(line(words(HOSTILE))),
            {"type": "rich_text_quote", "elements": [words(HOSTILE)]},
            {"type": "rich_text_preformatted", "elements": [words(HOSTILE)]},
        ),
        {
            "type": "image",
            "image_url": "https://pictures.example/a.png",
            "alt_text": HOSTILE,
            "title": plain(HOSTILE),
        },
        table(text=HOSTILE),
        {"type": "markdown", "text": HOSTILE},
        actions(
            button(1, text=plain(short), accessibility_label=short),
            select(options=[option(text=plain(short))], placeholder=plain(short)),
            {
                "type": "overflow",
                "action_id": "o",
                "options": [option(text=plain(short), description=plain(short))],
            },
        ),
    )
    await stage.client.chat_postMessage(channel=DESK, text=HOSTILE)
    await stage.slack.say(HOSTILE, user="U0IDRIS")
    await stage.client.views_publish(
        user_id="U0WREN", view={"type": "home", "blocks": [section(text=marked(HOSTILE))]}
    )
    async with stage.page() as page:
        await expect(page.locator("#messages .b-header")).to_have_text(HOSTILE)
        view = modal(question(label=plain(HOSTILE), hint=plain(HOSTILE)), title=plain("<b>x</b>"))
        await stage.open_modal(view)
        await expect(page.get_by_role("heading", name="<b>x</b>")).to_be_visible()
        assert (
            await page.locator(
                "main img, main script, main b, main iframe, dialog img, dialog b"
            ).count()
            == 0
        )
        assert await page.locator("a[href^=javascript]").count() == 0
        assert await page.evaluate("window.pwned") is None


async def test_the_longest_text(stage: Stage) -> None:
    """A text of 40,000 characters full of marks is shown, quickly and to its end."""
    await stage.client.chat_postMessage(channel=DESK, text="*a* `b` _c_ <x " * 2600 + "the end")
    async with stage.page() as page:
        await expect(page.locator("#messages .b-text strong")).to_have_count(2600)
        await expect(page.locator("#messages article")).to_contain_text("the end")


async def test_mrkdwn_and_rich_text(stage: Stage) -> None:
    """Marks become bold, italic, code, quotes, links, names and times in the reader's zone."""
    await stage.post(
        section(
            text=marked(
                "*bold* _italic_ ~gone~ `code` <https://news.example/1|a link> <@U0MINA> "
                "<#C0GENERAL> "
                "<!here> :newspaper: "
                "<!date^1700000000^{time}|fallback> snake_case_name 2*3*4\n> quoted\n"
                "```block\n*raw*```"
            )
        ),
        rich(
            line(words("*literal* :x: <b>", italic=True)),
            bullets(line(words("point"))),
            bullets(line(words("sub")), indent=1),
        ),
    )  # fmt: skip
    async with stage.page() as page:
        text = page.locator("#messages .b-section .b-text")
        await expect(text.locator("strong")).to_have_text("bold")
        await expect(text.locator("em")).to_have_text("italic")
        await expect(text.locator("s")).to_have_text("gone")
        await expect(text.locator("code")).to_have_text("code")
        await expect(text.locator("blockquote")).to_have_text("quoted")
        await expect(text.locator("pre")).to_have_text("block\n*raw*")
        link = text.get_by_role("link", name="a link")
        await expect(link).to_have_attribute("href", "https://news.example/1")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        assert await text.locator(".mention").all_inner_texts() == [
            "@Mina Castellane",
            "#general",
            "@here",
        ]
        await expect(text).to_contain_text("📰")
        await expect(text.locator("time")).to_have_text("00:13")  # 22:13 UTC in Tallinn
        await expect(text).to_contain_text("snake_case_name 2*3*4")
        rich_text = page.locator("#messages .b-rich")
        await expect(rich_text.locator("em")).to_have_text("*literal* :x: <b>")
        await expect(rich_text.locator("ul.indent-1 li")).to_have_text("sub")
        await page.get_by_role("combobox", name="The person you are").select_option("U0MINA")
        await expect(text.locator("time")).to_have_text("03:58")  # the same in Kathmandu


async def test_a_thread(stage: Stage) -> None:
    """Replies open at the side, come in live, and take an answer but no slash command."""
    first = await stage.post(section(text=marked("The first")))
    await stage.post(section(text=marked("A reply")), thread_ts=first)
    async with stage.page() as page:
        await expect(page.get_by_role("log", name="Messages").get_by_text("A reply")).to_be_hidden()
        await page.get_by_role("button", name="1 reply").click()
        thread = page.get_by_role("log", name="Thread")
        await expect(thread.get_by_text("A reply")).to_be_visible()
        await page.get_by_role("textbox", name="Reply").fill("/digest now")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("slash commands in threads")).to_be_visible()
        await page.get_by_role("textbox", name="Reply").fill("Thanks")
        await page.keyboard.press("Enter")
        await expect(thread.get_by_text("Thanks")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(thread).to_be_hidden()
    assert [message["text"] for message in stage.slack.thread(DESK, first)] == ["x", "Thanks"]


async def test_buttons_and_menus(stage: Stage) -> None:
    """A press, a choice in a menu, feedback and a confirmed press arrive as Slack sends them."""
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [option(1), option(2, text=plain("Copy citation"))],
    }
    await stage.post(
        actions(button(1, value="7"), menu, {**confirm(), "action_id": "sure"}),
        context_actions(feedback()),
    )
    async with stage.page() as page:
        await page.get_by_role("button", name="Press").first.click()
        await stage.slack.wait_for(lambda: len(stage.echo.heard) == 1)
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Copy citation").click()
        await stage.slack.wait_for(lambda: len(stage.echo.heard) == 2)
        await page.get_by_role("button", name="Press").nth(1).click()
        await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        await page.get_by_role("button", name="Press").nth(1).click()
        await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
        await stage.slack.wait_for(lambda: len(stage.echo.heard) == 3)
        await page.get_by_role("button", name="Good").click()
        await stage.slack.wait_for(lambda: len(stage.echo.heard) == 4)
    sent = [heard["actions"][0] for heard in stage.echo.heard]
    assert [action["action_id"] for action in sent] == ["press1", "more", "sure", "feedback"]
    assert (sent[0]["value"], sent[1]["selected_option"]["value"], sent[3]["value"]) == (
        "7",
        "v2",
        "good",
    )


def field(block_id: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block with this element."""
    return question(element, block_id=block_id, label=plain(label), **more)


FORM = (
    field("name", "Name", typing()),
    field("one", "One of", select(options=[option(1), option(2, text=plain("Two"))])),
    field(
        "ticks",
        "Ticks",
        {
            "type": "checkboxes",
            "action_id": "ticks",
            "options": [option(1), option(2, text=plain("Tick two"))],
        },
        optional=True,
    ),
    field(
        "radio",
        "Radio",
        {
            "type": "radio_buttons",
            "action_id": "radio",
            "options": [option(1, text=plain("Radio one"))],
        },
    ),
    field("people", "People", {"type": "multi_users_select", "action_id": "people"}),
    field("at", "At", {"type": "timepicker", "action_id": "at", "initial_time": "08:30"}),
    field(
        "actor",
        "Actor",
        {"type": "external_select", "action_id": "actor", "min_query_length": 2},
        optional=True,
    ),
    field(
        "channel",
        "Channel",
        {
            "type": "conversations_select",
            "action_id": "channel",
            "default_to_current_conversation": True,
        },
    ),
)


async def test_a_modal_is_filled_in(stage: Stage) -> None:
    """Required fields are asked for, errors are shown by their fields, and all values arrive."""
    async with stage.page() as page:
        await expect(page.get_by_role("link", name="news-desk")).to_be_visible()
        await stage.open_modal(modal(*FORM))
        dialog = page.get_by_role("dialog", name="Settings")
        await expect(dialog.get_by_label("Name")).to_be_focused()
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_text("Please complete this required field.")).to_have_count(4)
        await dialog.get_by_label("Name").fill("Wren")
        await dialog.get_by_label("One of").select_option(label="Two")
        await dialog.get_by_label("Tick two").check()
        await dialog.get_by_label("Radio one").check()
        await dialog.locator("summary").click()
        await dialog.get_by_label("Idris Okonvale").check()
        stage.echo.will_answer({"options": [option(5, text=plain("Marta Quillfeather"))]})
        await dialog.get_by_label("Actor").press_sequentially("Ma")
        await dialog.get_by_role("option", name="Marta Quillfeather").click()
        stage.echo.will_answer(
            {"response_action": "errors", "errors": {"name": "Nobody is called that"}}
        )
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_text("Nobody is called that")).to_be_visible()
        await expect(dialog.get_by_label("Name")).to_have_value("Wren")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_be_hidden()
    values = stage.echo.heard[-1]["view"]["state"]["values"]
    assert values["name"]["type"] == {"type": "plain_text_input", "value": "Wren"}
    assert values["one"]["choose"]["selected_option"]["value"] == "v2"
    assert [chosen["value"] for chosen in values["ticks"]["ticks"]["selected_options"]] == ["v2"]
    assert values["radio"]["radio"]["selected_option"]["value"] == "v1"
    assert values["people"]["people"]["selected_users"] == ["U0IDRIS"]
    assert values["at"]["at"]["selected_time"] == "08:30"
    assert values["actor"]["actor"]["selected_option"]["value"] == "v5"
    assert values["channel"]["channel"]["selected_conversation"] == DESK


async def test_what_is_typed_outlives_an_update(stage: Stage) -> None:
    """A modal that the bot changes keeps what was typed in inputs of the same name."""
    async with stage.page() as page:
        await expect(page.get_by_role("link", name="news-desk")).to_be_visible()
        await stage.open_modal(modal(FORM[0]))
        await page.get_by_role("dialog").get_by_label("Name").fill("Wren")
        view_id = stage.slack.modal()["id"]
        await stage.client.views_update(
            view_id=view_id, view=modal(section(text=marked("Preview")), FORM[0])
        )
        await expect(page.get_by_role("dialog").get_by_text("Preview")).to_be_visible()
        await expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Wren")
        await page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
        await expect(page.get_by_role("dialog")).to_be_hidden()
    assert stage.slack.modal() is None


async def test_app_home(stage: Stage) -> None:
    """Opening the app tells the bot, and shows what it publishes; its buttons work."""
    async with stage.page() as page:
        await page.get_by_role("link", name="Dateline").click()
        event = await stage.slack.wait_for(lambda: next(iter(stage.echo.heard), None))
        assert event["event"]["type"] == "app_home_opened"
        home = {
            "type": "home",
            "blocks": [section(text=marked("Your digests")), actions(button(1))],
        }
        await stage.client.views_publish(user_id="U0WREN", view=home)
        await expect(page.get_by_text("Your digests")).to_be_visible()
        await page.get_by_role("button", name="Press").click()
        await stage.heard("block_actions")
        await page.get_by_role("tab", name="Messages").click()
        await page.get_by_role("textbox", name="Message").fill("who said what?")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log").get_by_text("who said what?")).to_be_visible()


async def test_shortcuts_and_invitations(stage: Stage) -> None:
    """Both kinds of shortcut, and inviting the bot, work from the page."""
    await stage.slack.say("See https://news.example/1")
    async with stage.page() as page:
        await page.get_by_role("button", name="New digest").click()
        await stage.heard("shortcut")
        await page.get_by_role("article").hover()
        await page.get_by_role("button", name="Message shortcuts").click()
        await page.get_by_role("menuitem", name="Read with Dateline").click()
        await stage.heard("message_action")
        await page.get_by_role("link", name="lounge").click()
        await page.get_by_role("button", name="Invite Dateline").click()
        await expect(page.get_by_role("button", name="Invite Dateline")).to_be_hidden()


async def test_what_is_behind_a_message(stage: Stage) -> None:
    """The panel shows the call and payload behind a message, and every request."""
    await stage.post(section(text=marked("Shown")))
    await stage.slack.command("/digest help")
    async with stage.page() as page:
        await page.get_by_role("article").hover()
        await page.get_by_role("button", name="What's behind this message").click()
        panel = page.get_by_role("complementary", name="Call from Dateline")
        await expect(panel).to_contain_text("chat.postMessage")
        await expect(panel).to_contain_text('"text": "Shown"')
        await page.get_by_role("button", name="All requests and calls").click()
        await page.get_by_role("button", name="slash_command").click()
        await expect(page.get_by_role("complementary")).to_contain_text('"command": "/digest"')


NAMELESS = """() => [...document.querySelectorAll(
    "button, a, input, select, textarea, summary, [role=tab]")]
  .filter((node) => node.checkVisibility())
  .filter((node) =>
    !(node.getAttribute("aria-label") || node.innerText?.trim() || node.labels?.length))
  .map((node) => node.outerHTML)"""


async def test_everything_has_a_name(stage: Stage) -> None:
    """Whatever can be clicked or typed in has a name for those who cannot see it."""
    await stage.post(
        actions(
            button(1),
            select(options=[option()]),
            {"type": "overflow", "action_id": "o", "options": [option()]},
        )
    )
    async with stage.page() as page:
        await expect(page.get_by_role("button", name="Press")).to_be_visible()
        assert await page.evaluate(NAMELESS) == []
        await stage.open_modal(modal(*FORM))
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("width", [1200, 390])
async def test_the_agent_pane(stage: Stage, width: int) -> None:
    """It suggests questions, shows who works and the answer below, and goes along to a channel."""
    stage.slack.workspace.has_agents = True
    direct = stage.slack.workspace.find_direct_channel("U0WREN")
    assert direct
    prompts = [{"title": "Who?", "message": "Who said what?"}]
    async with stage.page(width=width, height=780) as page:
        await page.get_by_role("button", name="Ask Dateline").click()
        pane = page.get_by_role("complementary", name="Dateline")
        await expect(pane.get_by_text("Ask who said what in the news.")).to_be_visible()
        await stage.client.assistant_threads_setSuggestedPrompts(
            channel_id=direct.id, title="Ask away", prompts=prompts
        )
        await pane.get_by_role("button", name="Who?").click()
        question = pane.get_by_role("article").filter(has_text="Who said what?")
        await expect(question).to_be_visible()
        (asked,) = stage.slack.messages(direct.id)
        place = {"channel_id": direct.id, "thread_ts": asked["ts"]}
        await stage.client.agents_sessions_setStatus(status="processing", **place)
        await expect(pane.get_by_text("Dateline is working")).to_be_visible()
        await stage.client.chat_postMessage(
            channel=direct.id, thread_ts=asked["ts"], text="Nobody said anything"
        )
        await stage.client.agents_sessions_setStatus(status="active", **place)
        await expect(pane.get_by_text("Nobody said anything")).to_be_visible()
        await expect(pane.get_by_text("Dateline is working")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        if width > 1000:
            await page.get_by_role("link", name="general").click()
            await expect(page.get_by_role("heading", name="# general")).to_be_visible()
            await expect(pane.get_by_text("Nobody said anything")).to_be_visible()
            await pane.get_by_role("textbox").fill("And here?")
            await page.keyboard.press("Enter")
            await expect(pane.get_by_text("And here?")).to_be_visible()
        await pane.get_by_role("button", name="Close Dateline").click()
        await expect(pane).to_be_hidden()
    events = [heard["event"] for heard in stage.echo.heard if "event" in heard]
    views = [event["context"]["entities"][0]["value"] for event in events if event.get("context")]
    assert views == [DESK, "C0GENERAL"][: 2 if width > 1000 else 1]


async def test_the_messages_tab_shows_conversations(stage: Stage) -> None:
    """An answer in a question's thread stands below it; a digest's thread stays folded."""
    stage.slack.workspace.has_agents = True
    direct = stage.slack.workspace.find_direct_channel("U0WREN")
    assert direct
    digest = await stage.client.chat_postMessage(channel=direct.id, text="The digest")
    await stage.client.chat_postMessage(channel=direct.id, text="More", thread_ts=digest["ts"])
    ts = await stage.slack.say("who Ilves", channel=direct.id)
    await stage.client.chat_postMessage(channel=direct.id, text="Nobody", thread_ts=ts)
    async with stage.page() as page:
        await page.get_by_role("link", name="Dateline").click()
        await page.get_by_role("tab", name="Messages").click()
        log = page.get_by_role("log", name="Messages")
        await expect(log.get_by_text("Nobody")).to_be_visible()
        await expect(log.get_by_text("More", exact=True)).to_be_hidden()
        await log.get_by_role("button", name="1 reply").click()
        thread = page.get_by_role("log", name="Thread")
        await expect(thread.get_by_text("More", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone(stage: Stage, scheme: str) -> None:
    """At a phone's width nothing runs off the side, and the channels are behind a button."""
    await stage.post(
        section(text=marked("word " * 60 + "w" * 300)),
        table(columns=12),
        actions(*(button(n) for n in range(9))),
    )
    async with stage.page(width=390, height=780, scheme=scheme) as page:
        await expect(page.get_by_role("button", name="Press").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await expect(page.get_by_role("link", name="general")).to_be_hidden()
        await page.get_by_role("button", name="Channels").click()
        await page.get_by_role("link", name="general").click()
        await expect(page.get_by_role("heading", name="# general")).to_be_visible()
        await expect(page.get_by_role("link", name="general")).to_be_hidden()


async def test_a_table_of_data_fits_a_narrow_place(stage: Stage) -> None:
    """On a phone, no column runs out of sight; its head still sorts."""
    names = ("Who said what", "Independent sources", "Number of statements")
    text = "Extraordinarily long words of Ines Valcourt " * 3
    rows = [[raw_text(text), raw_text("Harbour Gazette"), raw_number(n)] for n in (1, 2)]
    await stage.post(data_table("What was said", names, rows, page_size=5))
    async with stage.page(width=390, height=780) as page:
        table = page.get_by_role("table", name="What was said")
        first = table.get_by_role("row").nth(1)
        await expect(first).to_be_visible()
        assert await table.evaluate("node => node.scrollWidth <= node.parentNode.clientWidth")
        for name in (text.strip(), "Harbour Gazette", "1"):
            await expect(first.get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)
        for _ in range(2):
            await table.get_by_role("button", name="Number of statements").click()
        await expect(first.get_by_text("2", exact=True)).to_be_visible()


async def test_an_uploaded_picture_is_shown(stage: Stage) -> None:
    """A picture that the bot uploads is loaded; one from elsewhere is named, not fetched."""
    await stage.client.files_upload_v2(
        channel=DESK, content=PNG, filename="week.png", title="Who was quoted most", alt_txt="Bars"
    )
    await stage.post(
        {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "A harbour"}
    )
    async with stage.page() as page:
        shown = page.get_by_role("img", name="Bars")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("node => node.naturalWidth") == 1
        await expect(page.get_by_text("Picture, not fetched here")).to_be_visible()
