"""Remote feeds are polled for new items, back off after failures, move and end."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.intake.feeds import FAILURES_BEFORE_REST, FeedPoller, PollResult
from bot.model import Feed
from bot.model.errors import SourceUnavailable, SourceUnreadable
from bot.model.ports import FetchedPage, NotModified
from bot.store import Store
from tests.builders import BODY, NOON
from tests.delivery_env import FakeClock
from tests.intake_fakes import FakeWeb
from tests.office_files import docx, paragraph

URL = "https://orm.example/feed"


def item(number: int, when: datetime | None = None) -> str:
    """Return an item of a feed."""
    date = f"<pubDate>{format_datetime(when)}</pubDate>" if when else ""
    text = f"<description>{number}. {BODY}</description>"
    return f"<item><title>Item {number}</title><guid>urn:x:{number}</guid>{text}{date}</item>"


def rss(*items: str, ttl: int | None = None) -> str:
    """Return a feed of these items."""
    life = f"<ttl>{ttl}</ttl>" if ttl else ""
    head = f"<rss version='2.0'><channel><title>Orm Weekly</title>{life}"
    return f"{head}{''.join(items)}</channel></rss>"


async def the_feed(archive: Store, team: str | None = "T1") -> Feed:
    """Return the team's only feed."""
    (feed,) = await archive.feeds.get_all(team)
    return feed


async def headlines(archive: Store, team: str | None = "T1") -> set[str | None]:
    """Return the headlines that the team may see."""
    stories = await archive.articles.get_stories(
        team, NOON - timedelta(days=9), NOON + timedelta(days=9)
    )
    return {article.article.headline for story in stories for article in story.articles}


async def test_an_added_feed_gives_its_newest_few(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """Of an added feed's thirty items the ten newest are stored, for the team that added it."""
    web.set_page(URL, rss(*(item(n, NOON - timedelta(hours=n)) for n in range(30))), etag='"1"')
    feed = await poller.add(URL, "T1")
    assert (feed.title, feed.etag, feed.team, feed.failures) == ("Orm Weekly", '"1"', "T1", 0)
    assert await headlines(archive) == {f"Item {n}" for n in range(10)}
    assert await headlines(archive, "T2") == set()


async def test_later_polls_store_only_new_items(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """Later polls store new and edited items, not those left out at first."""
    old = [item(n, NOON - timedelta(days=n)) for n in range(30)]
    web.set_page(URL, rss(*old))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    edited = item(9, NOON - timedelta(days=9)).replace("Nobody", "No one")
    web.set_page(URL, rss(item(99, clock.now()), *old[:9], edited, *old[10:]))
    result = await poller.poll()
    assert result == PollResult(checked=1, articles=2)
    assert await headlines(archive) == {"Item 99", *(f"Item {n}" for n in range(10))}


async def test_an_unexpected_error_stops_no_other_feed(
    poller: FeedPoller, archive: Store, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed with an unexpected error backs off with a message; others of its host are read."""
    for name in ("bad", "good"):
        web.set_page(f"{URL}/{name}", rss(item(1, NOON)))
        await archive.feeds.add(f"{URL}/{name}", "T1", NOON)
    fetch = web.fetch

    async def stumbling(url: str, **options: object) -> object:
        if url.endswith("bad"):
            raise KeyError(url)
        return await fetch(url, **options)

    monkeypatch.setattr(web, "fetch", stumbling)
    assert await poller.poll() == PollResult(checked=2, articles=1, failed=1)
    bad, _ = await archive.feeds.get_all("T1")
    assert "KeyError" in (bad.last_error or "")
    assert bad.next_check is not None
    assert bad.next_check > NOON


async def test_items_without_times_are_new_above_the_first_known(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """In a feed without times, the items above the first known one are new."""
    web.set_page(URL, rss(*(item(n) for n in range(20))))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    web.set_page(URL, rss(item(98), item(99), *(item(n) for n in range(20))))
    assert (await poller.poll()).articles == 2
    assert await headlines(archive) == {"Item 98", "Item 99", *(f"Item {n}" for n in range(10))}


async def test_unchanged_feeds_are_not_read(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """ETag and date of the last answer are sent; an unchanged feed is not read."""
    web.set_page(URL, rss(item(1)), etag='"1"', last_modified="yesterday")
    await poller.add(URL, "T1")
    web.pages[URL] = NotModified(timedelta(hours=2))
    clock.forward(hours=1)
    assert await poller.poll() == PollResult(checked=1)
    assert web.asked[-1] == (URL, '"1"', "yesterday")
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=2)


@pytest.mark.parametrize(
    ("ttl", "fresh", "wait"),
    [
        (None, None, timedelta(minutes=15)),
        (45, None, timedelta(minutes=45)),
        (45, timedelta(hours=2), timedelta(hours=2)),
        (1, timedelta(seconds=5), timedelta(minutes=15)),
        (99_999, None, timedelta(hours=24)),
    ],
)
async def test_the_interval_between_polls(
    poller: FeedPoller,
    archive: Store,
    web: FakeWeb,
    ttl: int | None,
    fresh: timedelta | None,
    wait: timedelta,
) -> None:
    """The longer of TTL and max-age applies, at least 15 minutes and at most a day."""
    web.set_page(URL, rss(item(1), ttl=ttl), fresh_for=fresh)
    await poller.add(URL, "T1")
    assert (await the_feed(archive)).next_check == NOON + wait
    assert await poller.poll() == PollResult()


async def test_a_failing_feed_backs_off(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """The pauses grow up to a day, and from the third failure its channel is notified.

    A success resets them.
    """
    web.set_page(URL, rss(item(1)))
    await poller.add(URL, "T1", "C1")
    web.pages[URL] = SourceUnavailable(URL, "the server has a fault (HTTP 500)", status=500)
    pauses, told = [], []
    for _ in range(10):
        clock.time = (await the_feed(archive)).next_check or clock.time
        result = await poller.poll()
        assert result.failed == 1
        told.append(len(await archive.feeds.find_broken(FAILURES_BEFORE_REST)))
        pauses.append(((await the_feed(archive)).next_check or clock.time) - clock.time)
    assert told == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    hours = [pause.total_seconds() / 3600 for pause in pauses]
    assert hours == [0.25, 0.25, 1, 2, 4, 8, 16, 24, 24, 24]
    assert (await the_feed(archive)).last_error == "the server has a fault (HTTP 500)"
    web.set_page(URL, rss(item(2)))
    clock.time = (await the_feed(archive)).next_check or clock.time
    await poller.poll()
    feed = await the_feed(archive)
    assert (feed.failures, feed.last_error) == (0, None)


async def test_retry_after_is_honoured(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """A server that names a time in Retry-After is not called before it."""
    web.set_page(URL, rss(item(1)))
    await poller.add(URL, "T1")
    clock.forward(hours=1)
    web.pages[URL] = SourceUnavailable(URL, "asks for fewer visits", status=429, retry_after=7200)
    await poller.poll()
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=2)


async def test_gone_ends_a_feed(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """410 ends a feed: its channel is notified, and it is never polled again."""
    web.set_page(URL, rss(item(1)))
    await poller.add(URL, "T1", "C1")
    clock.forward(hours=1)
    web.pages[URL] = SourceUnavailable(URL, "gone for good (HTTP 410)", status=410, permanent=True)
    await poller.poll()
    assert [feed.url for feed in await archive.feeds.find_broken(FAILURES_BEFORE_REST)] == [URL]
    assert (await the_feed(archive)).next_check is None
    clock.forward(days=30)
    assert await poller.poll() == PollResult()


async def test_a_permanent_redirect_moves_a_feed(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """The new address of a permanent redirect is stored and used."""
    web.set_page(URL, rss(item(1)))
    await poller.add(URL, "T1")
    new = "https://new.example/feed"
    web.set_page(URL, rss(item(1)), url=new, moved_to=new)
    clock.forward(hours=1)
    await poller.poll()
    assert (await the_feed(archive)).url == new


async def test_one_bad_feed_stops_no_other(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """A feed that cannot be read fails alone; others of its host and elsewhere are read."""
    for number, text in enumerate(
        ("<html><body><h1>Sign in</h1></body></html>", rss(item(1)), rss(item(2)))
    ):
        address = f"https://orm.example/{number}" if number < 2 else "https://tarn.example/"
        await archive.feeds.add(address, "T1", clock.now())
        web.set_page(address, text)
    result = await poller.poll()
    assert (result.checked, result.articles, result.failed) == (3, 2, 1)
    failed = [feed for feed in await archive.feeds.get_all("T1") if feed.failures]
    assert [feed.last_error for feed in failed] == ["There's no article text on this page."]


async def test_a_sites_address_leads_to_its_feed(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """With the address of a site, the feed that its page names is added."""
    link = "<link rel='alternate' type='application/rss+xml' href='/feed'>"
    web.set_page(
        "https://orm.example/", f"<html><head>{link}</head><body><h1>Orm Weekly</h1></body></html>"
    )
    web.set_page(URL, rss(item(1)))
    feed = await poller.add("https://orm.example/", "T1")
    assert (feed.url, feed.title) == (URL, "Orm Weekly")


async def test_a_site_without_links_in_its_head_leads_to_its_feed(
    poller: FeedPoller, web: FakeWeb
) -> None:
    """A plain link to a feed is followed, against the page's base; what is no feed is not added."""
    links = '<a href="rss-help.xml">What is RSS?</a> <a href="feed">RSS</a>'
    web.set_page("https://orm.example/rss-help.xml", "<html><body>Help</body></html>")
    web.set_page("https://orm.example/home/", f'<base href="/">{links}<p>Orm Weekly</p>')
    web.set_page(URL, rss(item(1)))
    assert (await poller.add("https://orm.example/home/", "T1")).url == URL


async def test_addresses_without_a_feed_are_refused(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """A page without a feed, an article and a dead address are refused, and nothing is stored."""
    web.set_page(URL, "<html><body><h1>Nothing here</h1></body></html>")
    with pytest.raises(SourceUnreadable, match="no feed at this address"):
        await poller.add(URL, "T1")
    web.set_page(URL, f"Some headline\n\n{BODY}")
    with pytest.raises(SourceUnreadable, match="no feed at this address"):
        await poller.add(URL, "T1")
    with pytest.raises(SourceUnavailable):
        await poller.add("https://dead.example/", "T1")
    assert await archive.feeds.get_all("T1") == ()


async def test_an_empty_feed_is_valid(poller: FeedPoller, archive: Store, web: FakeWeb) -> None:
    """A feed without items can be added, and is not a failure."""
    web.set_page(URL, rss())
    feed = await poller.add(URL, "T1")
    assert feed.failures == 0
    assert await headlines(archive) == set()


SUMMARY = "<item><title>Harbour</title><link>https://orm.example/harbour</link><description>Short.</description></item>"
PARTS = "".join(f"<p>Part {n}. {BODY}</p>" for n in range(5))
PAGE = f"<html><body><article><h1>Harbour</h1>{PARTS}</article></body></html>"


async def bodies(archive: Store) -> list[str]:
    """Return the texts that the team may see."""
    stories = await archive.articles.get_stories(
        "T1", NOON - timedelta(days=9), NOON + timedelta(days=9)
    )
    return [article.article.body for story in stories for article in story.articles]


async def test_a_summary_is_completed_from_its_page_once(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """An item with only a summary gets its page's text, which later polls keep."""
    web.set_page(URL, rss(SUMMARY))
    web.set_page("https://orm.example/harbour", PAGE)
    await poller.add(URL, "T1")
    assert [body.startswith("Part 0.") for body in await bodies(archive)] == [True]
    clock.forward(hours=1)
    assert (await poller.poll()).articles == 0
    assert [url for url, *_ in web.asked].count("https://orm.example/harbour") == 1
    assert [body.startswith("Part 0.") for body in await bodies(archive)] == [True]


async def test_a_podcast_episode_is_its_transcript(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """The transcript that the feed names is fetched once, as it is robots.txt's to allow."""
    named = (
        '<podcast:transcript xmlns:podcast="https://podcastindex.org/namespace/1.0" '
        'url="https://orm.example/harbour.vtt" type="text/vtt"/></item>'
    )
    captions = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ida Roe>The harbour is open.\n"
    web.set_page(URL, rss(SUMMARY.replace("</item>", named)))
    web.set_page("https://orm.example/harbour.vtt", captions)
    await poller.add(URL, "T1")
    assert await bodies(archive) == ["Ida Roe: The harbour is open."]
    assert [url for url, *_ in web.asked].count("https://orm.example/harbour") == 0
    web.pages.pop("https://orm.example/harbour.vtt")
    web.set_page(f"{URL}/2", rss(SUMMARY.replace("</item>", named).replace("Harbour", "Two")))
    await poller.add(f"{URL}/2", "T1")
    assert "Short." in await bodies(archive)


async def test_a_relative_link_leads_to_the_items_page(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """In a feed that names no site, links are relative to the feed's own address."""
    web.set_page(URL, rss(SUMMARY.replace("https://orm.example", "")))
    web.set_page("https://orm.example/harbour", PAGE)
    await poller.add(URL, "T1")
    assert [body.startswith("Part 0.") for body in await bodies(archive)] == [True]


@pytest.mark.parametrize(
    "rules", ["User-agent: *\nDisallow: /harbour", "User-agent: dateline\nDisallow: /"]
)
async def test_robots_txt_is_respected(
    poller: FeedPoller, archive: Store, web: FakeWeb, rules: str
) -> None:
    """Where robots.txt forbids the page, the summary is stored; robots.txt is fetched once."""
    other = SUMMARY.replace("harbour", "harbour2").replace("Short", "Other")
    web.set_page(URL, rss(SUMMARY, other))
    web.set_page("https://orm.example/robots.txt", rules)
    web.set_page("https://orm.example/harbour", PAGE)
    web.set_page("https://orm.example/harbour2", PAGE)
    await poller.add(URL, "T1")
    assert sorted(await bodies(archive)) == ["Other.", "Short."]
    assert [url for url, *_ in web.asked].count("https://orm.example/robots.txt") == 1


async def test_a_page_that_fails_leaves_the_summary(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """A dead or empty page is not a failure of the feed."""
    web.set_page(URL, rss(SUMMARY))
    assert (await poller.add(URL, "T1")).failures == 0
    assert await bodies(archive) == ["Short."]


async def test_adding_twice_is_adding_once(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """Adding a feed again returns the existing one, without its articles again."""
    web.set_page(URL, rss(item(1)))
    first = await poller.add(URL, "T1")
    again = await poller.add(URL, "T1")
    assert again == replace(first, next_check=again.next_check)
    assert len(await archive.feeds.get_all("T1")) == 1


async def test_a_news_sitemap_is_followed_page_by_page(
    poller: FeedPoller, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """Each new entry's page is fetched once, where robots.txt allows it; none is a story alone."""

    def entry(name: str) -> str:
        return (
            f"<url><loc>https://orm.example/{name}</loc><news:news><news:publication><news:name>"
            f"Orm</news:name></news:publication><news:title>{name}</news:title></news:news></url>"
        )

    def sitemap(*names: str) -> str:
        return f'<urlset xmlns:news="urn:n">{"".join(map(entry, names))}</urlset>'

    page = f"<html><body><article><p>{BODY}</p></article></body></html>"
    for name in ("first", "closed", "second"):
        web.set_page(f"https://orm.example/{name}", page.replace("Nobody", name))
    web.set_page("https://orm.example/robots.txt", "User-agent: *\nDisallow: /closed\n")
    web.set_page(URL, sitemap("first", "closed", "gone"))
    feed = await poller.add(URL, "T1")
    assert (feed.title, await headlines(archive)) == ("Orm", {"first"})
    clock.forward(hours=1)
    web.set_page(URL, sitemap("second", "first", "closed"))
    assert (await poller.poll()).articles == 1
    asked = [url.rpartition("/")[2] for url, *_ in web.asked]
    assert (asked.count("first"), asked.count("second"), asked.count("closed")) == (1, 1, 0)


async def test_a_release_that_an_item_links_to_is_read(
    poller: FeedPoller, archive: Store, web: FakeWeb
) -> None:
    """A press office's feed may link to documents: their text is the item's."""
    address = "https://orm.example/release.docx"
    release = docx(*map(paragraph, ("Council shuts north quay", *BODY.split("\n\n") * 3)))
    web.pages[address] = FetchedPage(address, release)
    linked = f"<item><title>Quay</title><guid>urn:q</guid><link>{address}</link></item>"
    web.set_page(URL, rss(linked))
    await poller.add(URL, "T1")
    assert await headlines(archive) == {"Quay"}
