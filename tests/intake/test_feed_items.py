"""Which items of a feed are new: what was there before tells, neither their dates nor place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.intake.feeds import FeedPoller
from bot.store import Store
from tests.builders import BODY, NOON
from tests.delivery_env import FakeClock
from tests.intake.test_feeds import URL, headlines, item, rss, the_feed
from tests.intake_fakes import FakeWeb

OLD_DAY = NOON - timedelta(days=900)
NULL_DATE = "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"


def null_item(number: int) -> str:
    """Return an item dated at the beginning of time."""
    return item(number).replace("</item>", f"{NULL_DATE}</item>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([null_item(1), null_item(2)], [null_item(3), null_item(1), null_item(2)]),
        ([item(1, OLD_DAY), item(2, OLD_DAY)], [item(1, OLD_DAY), item(3, OLD_DAY)]),
        ([item(1), item(2)], [item(1), item(2), item(3)]),
        ([item(1), item(2)], [item(1), item(3), item(2)]),
        ([item(1, NOON), item(2, NOON)], [item(1, NOON), item(3, NOON - timedelta(days=7))]),
    ],
    ids=["null dates", "one old day", "newest last", "pinned first", "older than the feed"],
)
async def test_a_new_item_is_taken_in(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    clock: FakeClock,
    before: list[str],
    after: list[str],
) -> None:
    """An item that was not there before is new, whatever its date says and wherever it stands."""
    web.set_page(URL, rss(*before))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    web.set_page(URL, rss(*after))
    assert (await poller.poll()).articles == 1
    assert await headlines(archive) == {"Item 1", "Item 2", "Item 3"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<link>http://orm.example/a</link>", "<link>https://www.orm.example/a/</link>"),
        ("<guid>http://orm.example/?p=1</guid>", "<guid>https://orm.example/?p=1</guid>"),
        (
            "<link>https://orm.example/a;jsessionid=0A1B2C</link>",
            "<link>https://orm.example/a;jsessionid=9F8E7D</link>",
        ),
        (
            "<link>https://orm.example/a?sid=q1w2e3r4t5</link>",
            "<link>https://orm.example/a?sid=z9x8c7v6b5&amp;maca=en-rss</link>",
        ),
        (
            "<guid>urn:1</guid><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate>",
            "<guid>urn:1</guid><pubDate>Mon, 23 Nov 2026 11:30:00 GMT</pubDate>",
        ),
    ],
    ids=[
        *("https", "https in a guid", "session in the path", "session and tracking"),
        "another date",
    ],
)
async def test_an_item_whose_link_only_looks_different_is_not_new(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock, before: str, after: str
) -> None:
    """Where a site moves to https, or tells links or dates anew, nothing comes in again."""
    text = f"<item><title>Dam</title><description>{BODY}</description>%s</item>"
    web.set_page(URL, rss(text % before))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    web.set_page(URL, rss(text % after))
    assert (await poller.poll()).articles == 0
    assert await headlines(archive) == {"Dam"}


async def test_an_edited_headline_is_the_same_item(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """What its guid names came in already: there is no second article."""
    text = f"<item><guid>urn:1</guid><title>%s</title><description>{BODY}</description></item>"
    web.set_page(URL, rss(text % "Dam leaks"))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    web.set_page(URL, rss(text % "Dam leaks again"))
    assert (await poller.poll()).articles == 0
    assert len(await headlines(archive)) == 1


async def test_odd_dates_keep_no_item_out(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """Twice the same, out of order, none, or ten years ahead: every new item is taken in."""
    web.set_page(URL, rss(item(0, NOON)))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    ahead, ago = timedelta(days=3650), timedelta(days=5)
    dates = (NOON, NOON, NOON - ago, None, NOON + ahead)
    web.set_page(URL, rss(item(0, NOON), *(item(n, day) for n, day in enumerate(dates, 1))))
    assert (await poller.poll()).articles == len(dates)
    assert await headlines(archive) == {f"Item {n}" for n in range(6)}


async def test_what_an_added_feed_left_out_stays_out(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    clock: FakeClock,
) -> None:
    """Of a long feed without dates the items left out at first are never new, new ones always."""
    items = [item(n) for n in range(30)]
    web.set_page(URL, rss(*items))
    await poller.add(URL, "T1")
    for extra in (98, 99):
        clock.forward(hours=1)
        items.append(item(extra))
        web.set_page(URL, rss(*items))
        assert (await poller.poll()).articles == 1
    assert await headlines(archive) == {*(f"Item {n}" for n in range(10)), "Item 98", "Item 99"}


async def test_a_feed_of_an_earlier_version_is_not_taken_in_anew(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    clock: FakeClock,
) -> None:
    """A feed without marks takes in what is dated since it was added, or stands above the known."""
    dated = [item(n, NOON - timedelta(days=n + 1)) for n in range(20)]
    web.set_page(URL, rss(*dated))
    await poller.add(URL, "T1")
    await archive.feeds.save(replace(await the_feed(archive), left_out=None))
    clock.forward(hours=1)
    web.set_page(URL, rss(item(97), item(98, clock.now()), *dated, item(99)))
    assert (await poller.poll()).articles == 2
    assert await headlines(archive) == {*(f"Item {n}" for n in range(10)), "Item 97", "Item 98"}


async def test_an_item_that_stands_twice_is_one_article(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    clock: FakeClock,
) -> None:
    """Of two items with one guid the later counts, and the feed gives no update while unchanged."""
    older = item(1, NOON - timedelta(days=3)).replace("1. ", "Before. ")
    web.set_page(URL, rss(item(1, NOON), older))
    await poller.add(URL, "T1")
    for _ in range(2):
        clock.forward(hours=1)
        assert (await poller.poll()).articles == 0
    (story,) = await archive.articles.get_stories("T1", NOON - timedelta(days=9), clock.now())
    assert [each.article.body[:2] for each in story.articles] == ["1."]


async def test_an_older_copy_is_no_update(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    clock: FakeClock,
) -> None:
    """A server that gives an older state of the feed again does not bring back its words."""
    older = rss(item(1, NOON - timedelta(hours=3)))
    newer = rss(item(1, NOON - timedelta(hours=1)).replace("1. ", "Later. "))
    web.set_page(URL, older)
    await poller.add(URL, "T1")
    for page, updates in ((newer, 1), (older, 0), (newer, 0)):
        clock.forward(hours=1)
        web.set_page(URL, page)
        assert (await poller.poll()).articles == updates
    (story,) = await archive.articles.get_stories("T1", NOON - timedelta(days=9), clock.now())
    assert story.articles[0].article.body.startswith("Later. ")


async def test_a_page_that_is_held_holds_its_item(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """Where a summary's page says that it must wait, so does the item, and the log says it once."""
    parts = "".join(f"<p>Part {n}. {BODY}</p>" for n in range(4))
    page = f"<html><body><article><h1>Dam</h1><b>EMBARGO!</b>{parts}</article></body></html>"
    summary = "<item><title>Dam</title><link>https://orm.example/dam</link></item>"
    web.set_page(URL, rss(summary))
    web.set_page("https://orm.example/dam", page)
    with capture_logs() as lines:
        await poller.add(URL, "T1")
        clock.forward(hours=1)
        await poller.poll()
    assert await headlines(archive) == set()
    assert [line["event"] for line in lines].count("articles withheld") == 1
