"""Use each command, button and window of the playground once, with screenshots."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

Take = Callable[[str], Awaitable[None]]
POSTED = re.compile("Posted in|Nothing was posted")
MESSAGE = (
    "From the harbour meeting: pilot Olen Tarr said the buoys would be lit again by Friday. "
    '"Nobody sails in the dark on my watch," Tarr told the council.'
)
COMMANDS = {
    "/digest search ferry": "Results for “ferry”",
    "/digest list": "weekdays at 07:00 and 17:00",
    "/digest status": "in the last 24 hours",
    "/digest history": "posted",
    "/digest nwo": "Did you mean",
    "/digest subscribe every other monday": "can't count days or weeks",
}


async def no_screenshot(_name: str) -> None:
    """Take no screenshot."""


class PlaygroundWalk:
    """A person who uses the playground's page."""

    def __init__(self, page: Page, take: Take = no_screenshot, *, feed: str = "") -> None:
        self.page, self.take, self.feed = page, take, feed
        self.log = page.get_by_role("log", name="Messages")

    async def walk_all(self) -> None:
        """Take every step."""
        await self.read_the_digest()
        await self.read_the_second_digest()
        await self.set_preferences()
        # One person who asked for so much so fast would be told to wait.
        await self.become("Mina Castellane")
        await self.ask_questions()
        await self.become("Wren Halloway")
        await self.manage_feeds()
        await self.subscribe_and_undo()
        await self.fill_in_the_form()
        await self.use_home()
        await self.post_a_link()
        await self.use_shortcuts()
        await self.become("Mina Castellane")
        await self.ask_in_the_pane()
        await self.send_direct_message()
        await self.become("Wren Halloway")
        await self.invite()
        await self.be_denied()
        await self.inspect_requests()

    async def walk_on_a_phone(self) -> None:
        """Read, set up and ask at a phone's width."""
        await self.read_the_digest()
        await self.send("/digest subscribe weekdays at 7am", "weekdays at 07:00")
        await self.use_home()
        await self.post_a_link()
        await self.ask_in_the_pane()

    # --- steps ---

    async def read_the_digest(self) -> None:
        """Open the digest's thread, words in their article, all statements and a citation."""
        await expect(self.log.get_by_text("Tobias Rinvold").first).to_be_visible()
        replies = self.page.get_by_role("button", name="replies").first
        await expect(replies).to_be_visible()
        await self.take("folded")
        await self.unfold(0)
        await self.take("digest")
        await replies.click()
        await expect(
            self.page.get_by_role("log", name="Thread").get_by_text("Jon Aske Belloc").first
        ).to_be_visible()
        await self.take("thread")
        await self.page.get_by_role("button", name="Close thread").click()
        for choice, expected in (("Show in text", "In the article"), ("Copy citation", "Citation")):
            await self.choose(choice)
            await self.see_window(expected, picture="in-text" if choice == "Show in text" else "")
        # The third story has a debate, which its articles quote.
        await self.choose("Show in text", story=2)
        window = self.page.get_by_role("dialog", name="In the article")
        await expect(window.get_by_text("Quote found in the transcript").first).to_be_visible()
        await self.see_window("In the article", picture="transcript")
        opening = self.log.get_by_role("button", name="Open article").first
        await expect(opening).to_have_attribute("title", re.compile("^https://"))
        await self.log.get_by_role("button", name="All statements").first.click()
        await self.see_window("All statements", picture="statements")

    async def read_the_second_digest(self) -> None:
        """Post what came in since: a debate and a briefing, of stories that were told."""
        await self.send_slow("/digest now", POSTED)
        for headline in ("Warehouse 14: interim findings", "News Conference by Governor"):
            await expect(self.log.get_by_text(headline).last).to_be_visible()
        await self.log.get_by_text("News Conference by Governor").last.scroll_into_view_if_needed()
        await self.take("second")

    async def set_preferences(self) -> None:
        """Vote and undo it; follow an actor in a window, mute and unfollow another."""
        await self.choose("Useful")
        await expect(self.log.get_by_text("Rated useful")).to_be_visible()
        await self.log.get_by_role("button", name="Undo").last.click()
        await expect(self.log.get_by_text("Rating removed")).to_be_visible()
        await self.choose("Follow or mute …")
        window = self.page.get_by_role("dialog", name="Follow or mute")
        await window.get_by_role("button", name=re.compile("^Follow ")).first.click()
        await expect(window.get_by_text("— following")).to_be_visible()
        await self.see_window("Follow or mute", picture="follow", close="Done")
        await self.send("/digest mute Bruno Kaltschev", "Muted")
        await self.send("/digest follow", "muted by")
        await self.send("/digest status", "mutes Bruno Kaltschev")
        await self.send("/digest unfollow Bruno Kaltschev", "no longer mutes")

    async def ask_questions(self) -> None:
        """Ask for help, what somebody said, and every command that only shows something."""
        await self.send("/digest help", "/digest who NAME")
        await self.take("help")
        await self.send("/digest who Mirkovar", "newest first")
        table = self.log.get_by_role("table", name="Statements by").last
        await expect(table.get_by_role("row")).to_have_count(7)
        await self.log.get_by_role("button", name="Next").last.click()
        await table.get_by_role("button", name="How").click()
        await self.take("who")
        menu = self.log.get_by_label("Show in text …").last
        await menu.select_option(index=1)
        await self.see_window("In the article")
        await self.log.get_by_role("button", name="Timeline").last.click()
        await self.see_window("Timeline")
        await self.send_slow("/digest chart", "Posted in")
        drawing = self.log.get_by_role("img", name="Who was quoted most").last
        await expect(drawing).to_be_visible()
        await drawing.scroll_into_view_if_needed()
        await self.take("chart")
        await self.submit("@Dateline what did Kuleba say?")
        await self.log.get_by_role("button", name="1 reply").last.click()
        thread = self.page.get_by_role("log", name="Thread")
        await expect(thread.get_by_text("Dmitry Kuleba").first).to_be_visible()
        await self.take("mention")
        await self.page.get_by_role("button", name="Close thread").click()

    async def manage_feeds(self) -> None:
        """Try an invalid feed, then add and remove a valid one."""
        await self.send("/digest feeds add nonsense", "nonsense")
        if self.feed:
            await self.send_slow(f"/digest feeds add {self.feed}", "Added feed")
            await self.send("/digest feeds", self.feed)
            await self.log.get_by_role("button", name="Remove").last.click()
            sure = self.page.get_by_role("dialog", name="Remove this feed?")
            await sure.get_by_role("button", name="Remove").click()
            await expect(self.log.get_by_text("hasn't added any feeds").last).to_be_visible()
            await self.log.get_by_role("button", name="Add a feed").last.click()
            form = self.page.get_by_role("dialog", name="Add a feed")
            await form.get_by_label("Address").fill("nonsense")
            await form.get_by_role("button", name="Next").click()
            await expect(form.get_by_text("isn't a web address")).to_be_visible()
            await form.get_by_label("Address").fill(self.feed)
            await form.get_by_role("button", name="Next").click()
            await expect(form.get_by_text("has no items right now")).to_be_visible()
            await self.take("feed")
            await form.get_by_role("button", name="Add this feed").click()
            added = self.page.get_by_role("dialog", name="Dateline")
            await expect(added.get_by_text("Added feed")).to_be_visible()
            await self.see_window("Dateline")

    async def subscribe_and_undo(self) -> None:
        """Subscribe with a schedule in words and undo it; then subscribe for good."""
        await self.send(
            "/digest subscribe hourly from 9 to 17 about ferries", "hourly from 09:00 to 17:00"
        )
        await self.log.get_by_role("button", name="Undo").last.click()
        await expect(self.log.get_by_text("there's no subscription here").last).to_be_visible()
        await self.send(
            "/digest subscribe weekdays at 7am and 17:00 not sport", "weekdays at 07:00 and 17:00"
        )
        for line, expected in COMMANDS.items():
            await self.send(line, expected)
        await self.send("/digest list", "weekdays at 07:00 and 17:00")
        for press, expected in (("Pause", "Paused:"), ("Undo", "is back to how it was")):
            await self.log.get_by_role("button", name=press).last.click()
            await expect(self.log.get_by_text(expected).last).to_be_visible()
        await self.take("list")

    async def fill_in_the_form(self) -> None:
        """Fill in the form, see its preview, its errors and the next times."""
        await self.submit("/digest settings")
        form = self.page.get_by_role("dialog", name="Digest settings")
        await expect(form.get_by_text("If it were sent now")).to_be_visible()
        times = form.get_by_label("Times")
        await times.fill("25:00")
        await expect(form.get_by_text("“25:00” isn't a valid time")).to_be_visible()
        await form.get_by_role("button", name="Save").click()
        await expect(form.locator(".problem").get_by_text("Did you mean: at 08:30")).to_be_visible()
        await times.fill("7am, 17:00")
        await expect(form.get_by_text("weekdays at 07:00 and 17:00")).to_be_visible()
        await self.take("settings")
        for field, typed, offered in (
            ("Time zone", "tall", "Europe/Tallinn"),
            ("Topics", "ferr", "Skarholm Ferries"),
        ):
            await form.get_by_label(field, exact=True).fill(typed)
            await expect(form.get_by_role("option", name=offered)).to_be_visible()
        await form.get_by_role("button", name="Save").click()
        await self.see_window("Saved")

    async def use_home(self) -> None:
        """Use each button of App Home."""
        await self.open_app()
        home = self.page.locator("#home")
        await expect(home.get_by_role("button", name="Post now")).to_be_visible()
        await self.take("home")
        for press, expected in (("Pause", "Paused:"), ("Resume", "Resumed:"), ("Post now", POSTED)):
            await home.get_by_role("button", name=press).click()
            await expect(home.get_by_text(expected)).to_be_visible()
        await home.get_by_role("button", name="Remove").click()
        await (
            self.page.get_by_role("dialog", name="Remove this digest?")
            .get_by_role("button", name="Remove")
            .click()
        )
        await expect(home.get_by_text("gets no more digests")).to_be_visible()
        await home.get_by_role("button", name="Undo").click()
        await expect(home.get_by_text("is back to how it was")).to_be_visible()
        await home.get_by_role("button", name="Edit").click()
        await self.see_window("Digest settings", close="Cancel")

    async def post_a_link(self) -> None:
        """Name a site as an admin, then post a link to it and open what its preview leads to."""
        home = self.page.locator("#home")
        await home.get_by_role("button", name="Choose sites").click()
        form = self.page.get_by_role("dialog", name="Link previews")
        await form.get_by_label("Sites").fill("northern-wire.example")
        await form.get_by_role("button", name="Save").click()
        await expect(home.get_by_text("under links to northern-wire.example")).to_be_visible()
        await self.open_channel("news-desk")
        await self.submit("https://northern-wire.example/2026/03/17/tarnell-accord")
        preview = self.log.locator(".preview").last
        await expect(preview.get_by_text("said: “Water was a weapon")).to_be_visible()
        await preview.get_by_role("button", name="All statements").scroll_into_view_if_needed()
        await self.take("link")
        await preview.get_by_role("button", name="All statements").click()
        await self.see_window("All statements")
        await self.open_app()

    async def use_shortcuts(self) -> None:
        """Use the global shortcut and the message shortcut."""
        await self.open_channel("news-desk")
        await self.page.get_by_title("New digest").click()
        await self.see_window("New digest", close="Cancel")
        await self.submit(MESSAGE)
        message = self.log.get_by_role("article").filter(has_text="Nobody sails in the dark").last
        await message.hover()
        await message.get_by_role("button", name="Message shortcuts").click()
        await self.page.get_by_role("menuitem", name="Read with Dateline").click()
        window = self.page.get_by_role("dialog", name="Read with Dateline")
        await expect(window.get_by_text("Nothing from it was saved")).to_be_visible()
        await self.see_window("Read with Dateline")

    async def ask_in_the_pane(self) -> None:
        """Open the agent pane beside a channel, click a question and ask another."""
        await self.open_channel("news-desk")
        await self.page.get_by_role("button", name="Ask Dateline").click()
        pane = self.page.get_by_role("complementary", name="Dateline")
        log = pane.get_by_role("log")
        await pane.get_by_role(
            "button", name=re.compile("^What did .* say this week")
        ).first.click()
        await expect(log.get_by_text("this week, newest first")).to_be_visible()
        await self.take("pane")
        await pane.get_by_role("textbox").fill("what did people say about the ferries?")
        await self.page.keyboard.press("Enter")
        await expect(log.get_by_text("Results for “ferries”")).to_be_visible()
        await pane.get_by_role("button", name="Close Dateline").click()

    async def send_direct_message(self) -> None:
        """Send a command as a direct message."""
        await self.open_app()
        await self.page.get_by_role("tab", name="Messages").click()
        await self.send("who Rasmussen", "coalition of the willing")

    async def invite(self) -> None:
        """Invite the bot, and use the button of its greeting."""
        await self.open_channel("lounge")
        await self.page.get_by_role("button", name="Invite Dateline").click()
        await self.log.get_by_role("button", name="Set up a digest here").click()
        await self.see_window("Digest settings", close="Cancel")

    async def be_denied(self) -> None:
        """Let an admin restrict who may change digests, then be refused as another person."""
        await self.open_app()
        await self.page.get_by_role("tab", name="Home").click()
        home = self.page.locator("#home")
        choices = home.get_by_role("combobox")
        await choices.last.select_option(label="Only the person who asked")
        await expect(home.get_by_text("Saved who sees answers")).to_be_visible()
        await choices.first.select_option(label="The person who created the channel, and admins")
        await expect(home.get_by_text("Saved who can")).to_be_visible()
        await self.become("Mina Castellane")
        await self.open_channel("news-desk")
        await self.send("/digest unsubscribe", "workspace's admins can change its digest")

    async def become(self, name: str) -> None:
        """Go on as another person."""
        await self.page.get_by_label("The person you are").select_option(label=name)

    async def inspect_requests(self) -> None:
        """Open the list of requests and calls."""
        await self.page.get_by_role("button", name="Requests and calls").click()
        await self.page.locator(".traffic-row").first.click()
        await expect(self.page.get_by_text("All requests and calls")).to_be_visible()
        await self.take("requests")

    # --- hands ---

    async def open_channel(self, channel: str) -> None:
        """Open a channel."""
        await self.follow_link(channel)
        await expect(self.page.get_by_role("heading", name=channel)).to_be_visible()

    async def open_app(self) -> None:
        """Open the app's own place: App Home, or the messages with it."""
        await self.follow_link("Dateline")

    async def follow_link(self, name: str) -> None:
        """Follow a link of the list of places, which a phone keeps behind a button."""
        menu = self.page.get_by_role("button", name="Channels")
        if await menu.is_visible():
            await menu.click()
        await self.page.get_by_role("link", name=name).click()

    async def unfold(self, story: int) -> Locator:
        """Unfold a story, if it is folded."""
        container = self.log.locator("details.b-container").nth(story)
        if await container.get_attribute("open") is None:
            await container.locator("summary .quiet").click()
        return container

    async def choose(self, act: str, story: int = 0) -> None:
        """Choose an entry of a story's menu, by default the first one's."""
        container = await self.unfold(story)
        await container.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=act, exact=True).click()

    async def submit(self, text: str) -> None:
        """Send a message."""
        box = self.page.get_by_role("textbox", name="Message", exact=True)
        await box.fill(text)
        await box.press("Enter")

    async def send(self, text: str, expected: str) -> Locator:
        """Send a message and wait for the answer."""
        await self.submit(text)
        answer = self.log.get_by_text(expected).last
        await expect(answer).to_be_visible()
        return answer

    async def send_slow(self, text: str, expected: str | re.Pattern[str]) -> None:
        """Send a command whose answer stands in a window where it takes longer."""
        await self.submit(text)
        await expect(self.page.get_by_text(expected).last).to_be_visible()
        if await self.page.get_by_role("dialog", name="Dateline").is_visible():
            await self.see_window("Dateline")

    async def see_window(self, title: str, *, picture: str = "", close: str = "Close") -> None:
        """Wait for a window and what it is filled with, and close it."""
        window = self.page.get_by_role("dialog", name=title)
        await expect(window).to_be_visible()
        await expect(window.get_by_text("Opening …")).to_be_hidden()
        if picture:
            await self.take(picture)
        await window.locator("footer").get_by_role("button", name=close, exact=True).click()
        await expect(window).to_be_hidden()
