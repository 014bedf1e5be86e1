"""A page that is read and its feed item are one article; each fact on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.intake.dedup import IntakeDecision
from bot.intake.intake import Intake
from bot.model import Article, Status, StoredArticle
from bot.model.errors import SourceUnreadable
from bot.store import Store, open_store
from tests.builders import FERRY, HARBOUR, NOON
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader

PAGE = "https://sund.example/2026/harbour-wall"
SITE = "//sund.example"
HEADLINE = "Harbour wall before winter"
TEASER = "The mayor of Lower Sund answers the fishermen."
ITEM = Article(TEASER, HEADLINE, guid="tag:sund.example,2026:12", url=PAGE, published=NOON)
FULL = replace(ITEM, body=HARBOUR)
GUIDS = {
    "tag:sund.example,2026:1": f"{PAGE}-1",
    "https://sund.example/?p=12": f"{PAGE}-2?utm_source=rss#xtor=RSS-1",
    "12": f"{PAGE}-3/",
    "urn:uuid:0f-12": f"{PAGE}-4",
}


@dataclass
class Desk:
    """An intake, what it stores in, and the web whose pages are read."""

    intake: Intake
    store: Store
    web: FakeWeb

    async def take(
        self, item: Article, team: str | None = None, origin: str = SITE
    ) -> IntakeDecision:
        """Take in an item; return what became of it."""
        result = await self.intake.ingest_articles([item], team=team, source="Sund", origin=origin)
        return result.outcomes[0].decision

    async def read(
        self,
        body: str,
        headline: str = HEADLINE,
        url: str = PAGE,
        team: str | None = None,
        published: str = "2026-11-22T12:00:00Z",
    ) -> str:
        """Read a page by command; return the text that its reader is shown."""
        meta = f'<meta property="article:published_time" content="{published}">'
        self.web.set_page(
            url,
            f"<html lang='en'><head><title>{headline}</title>{meta}</head><body><article>"
            f"<h1>{headline}</h1><p>{body}</p></article></body></html>",
        )
        (article,) = await self.intake.read_address(url, team=team)
        return article.article.body

    async def shown(self, team: str | None = None) -> list[str]:
        """Return the texts of all articles that a team may be shown."""
        since, now = NOON - timedelta(days=30), NOON + timedelta(days=1)
        stories = await self.store.articles.get_stories(team, since, now)
        return sorted(each.article.body for story in stories for each in story.articles)


@pytest_asyncio.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """Return a desk on a store of either kind."""
    web = FakeWeb()
    reader, analyst = InProcessReader(), CountingAnalyst()
    yield Desk(Intake(store.articles, reader, analyst, web, FakeClock()), store, web)


async def test_a_page_takes_the_place_of_its_teaser(desk: Desk) -> None:
    """Whatever its guid, an item and its page are one article, and stay it."""
    for guid, url in GUIDS.items():
        teaser = replace(ITEM, guid=guid, url=url)
        assert await desk.take(teaser) is IntakeDecision.NEW
        assert await desk.read(HARBOUR, url=url) == HARBOUR
        for again in (teaser, replace(teaser, body="The mayor answers.")):
            assert await desk.take(again) is IntakeDecision.SAME
        assert await desk.read(HARBOUR, url=url) == HARBOUR
    assert await desk.shown() == [HARBOUR] * len(GUIDS)


@pytest.mark.parametrize("body", [TEASER, HARBOUR], ids=["teaser", "copy"])
async def test_an_item_after_its_page_is_nothing_new(desk: Desk, body: str) -> None:
    """A page that was read first has its item already, and the next poll knows the item."""
    for guid, url in GUIDS.items():
        await desk.read(HARBOUR, url=url)
        item = replace(ITEM, guid=guid, body=body, url=url)
        assert await desk.take(item) is IntakeDecision.SAME
        assert await desk.intake.are_known([item], team=None, source="Sund") == [True]
        assert await desk.take(item) is IntakeDecision.SAME
    assert await desk.shown() == [HARBOUR] * len(GUIDS)


async def test_an_item_with_more_text_takes_the_place_of_its_page(desk: Desk) -> None:
    """Where a page shows only the beginning, the feed's whole text is the newer version."""
    await desk.read(HARBOUR)
    whole = replace(FULL, body=f"{HARBOUR} {FERRY}")
    assert await desk.take(whole) is IntakeDecision.NEWER
    assert await desk.read(HARBOUR) == whole.body
    assert await desk.shown() == [whole.body]


async def test_corrections_come_by_either_way(desk: Desk) -> None:
    """What changed in the feed, or on the page, since it came that way last is the newest."""
    await desk.take(FULL)
    await desk.read(f"{HARBOUR} {FERRY}")
    corrected = f"{HARBOUR} {FERRY}".replace("nine million", "eight million")
    assert await desk.take(replace(FULL, body=corrected)) is IntakeDecision.NEWER
    assert await desk.shown() == [corrected]
    last = corrected.replace("six cranes", "five cranes")
    assert await desk.read(last) == last
    assert await desk.shown() == [last]


@pytest.mark.parametrize("first", ["item", "page"])
async def test_a_kill_of_the_item_takes_its_page_along(desk: Desk, first: str) -> None:
    """What its source withdraws is gone, however it came in, and stays away."""
    if first == "item":
        await desk.take(ITEM)
    await desk.read(HARBOUR)
    await desk.take(ITEM)
    assert await desk.take(replace(ITEM, status=Status.CANCELED)) is IntakeDecision.WITHDRAW
    assert await desk.shown() == []
    with pytest.raises(SourceUnreadable, match="withdrew"):
        await desk.read(HARBOUR)
    assert await desk.shown() == []


async def test_another_host_s_feed_neither_changes_nor_kills_a_page(desk: Desk) -> None:
    """A feed withdraws what it brought itself, not the page that a site has under its address."""
    other = "//copies.example"
    assert await desk.take(ITEM, origin=other) is IntakeDecision.NEW
    assert await desk.read(HARBOUR) == HARBOUR
    await desk.take(replace(ITEM, status=Status.CANCELED), origin=other)
    assert await desk.shown() == [HARBOUR]
    assert await desk.store.articles.find_withdrawn({1, 2}) == {1}
    await desk.read(FERRY, "The ferry stops", f"{PAGE}-2")
    copied = replace(FULL, guid="tag:copies.example:2", body=f"{FERRY} {HARBOUR}", url=f"{PAGE}-2")
    assert await desk.take(copied, origin=other) is IntakeDecision.SAME
    kill = replace(copied, status=Status.CANCELED)
    assert await desk.take(kill, origin=other) is IntakeDecision.SAME
    assert await desk.shown() == sorted([HARBOUR, FERRY])


@pytest.mark.parametrize(
    ("item", "url", "body", "headline"),
    [
        (replace(ITEM, url="https://sund.example/"), "https://sund.example/", FERRY, HEADLINE),
        (replace(FULL, url=f"{PAGE}#post-7"), PAGE, f"{HARBOUR} {FERRY}", "Storm: live"),
        (FULL, PAGE, FERRY, "The ferry stops"),
        (replace(ITEM, published=NOON - timedelta(days=1)), PAGE, FERRY, HEADLINE),
        (replace(ITEM, headline=None), PAGE, FERRY, ""),
        (ITEM, f"{PAGE}?page=2", HARBOUR, HEADLINE),
        (ITEM, "https://other.example/2026/harbour-wall", HARBOUR, HEADLINE),
    ],
    ids=["home page", "post", "reused", "every day", "no headline", "next page", "other host"],
)
@pytest.mark.parametrize("first", ["item", "page"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_article_at_an_address_stays_apart(
    desk: Desk, first: str, item: Article, url: str, body: str, headline: str
) -> None:
    """An address alone makes no two articles one: neither a home page's nor a live blog's."""
    if first == "item":
        await desk.take(item)
    assert await desk.read(body, headline, url) == body
    if first == "page":
        assert await desk.take(item) is IntakeDecision.NEW
    assert await desk.shown() == sorted([item.body, body])


async def test_items_that_share_an_address_stay_apart(desk: Desk) -> None:
    """Two guids at one link are two articles, also beside a page that holds the words of both."""
    other = replace(FULL, guid="tag:sund.example,2026:13", body=FERRY)
    assert await desk.take(FULL) is IntakeDecision.NEW
    assert await desk.take(other) is IntakeDecision.NEW
    whole = f"{HARBOUR} {FERRY}"
    assert await desk.read(whole) == whole
    assert await desk.shown() == sorted([HARBOUR, FERRY, whole])
    assert await desk.take(replace(FULL, guid="tag:sund.example,2026:14")) is IntakeDecision.NEW


async def test_a_page_with_one_item_takes_no_other(desk: Desk) -> None:
    """A later guid at the same link is told apart by its source, whatever its headline."""
    await desk.read(HARBOUR)
    assert await desk.take(FULL) is IntakeDecision.SAME
    later = replace(FULL, guid="tag:sund.example,2026:13", body=FERRY)
    assert await desk.take(later) is IntakeDecision.NEW
    assert await desk.read(HARBOUR) == HARBOUR
    assert await desk.shown() == sorted([HARBOUR, FERRY])


async def test_what_was_replaced_stays_out_beside_a_page(desk: Desk) -> None:
    """A page that joins a second lead brings back no first one; a kill of that leaves the rest."""
    lead = replace(ITEM, guid="urn:x:lead-2", replaces=("urn:x:lead-1",))
    first = replace(ITEM, guid="urn:x:lead-1", url=None, body=FERRY)
    await desk.take(first, origin="wire")
    await desk.take(lead, origin="wire")
    assert await desk.read(HARBOUR) == HARBOUR
    assert await desk.take(replace(first, body=f"{FERRY} {FERRY}")) is IntakeDecision.SAME
    await desk.take(replace(first, status=Status.CANCELED), origin="wire")
    assert await desk.shown() == [HARBOUR]
    await desk.take(replace(lead, status=Status.CANCELED), origin="wire")
    assert await desk.shown() == []


async def test_a_workspace_s_page_is_its_own(desk: Desk) -> None:
    """A team's reading changes nothing for others; a copy of what all have is not stored again."""
    await desk.take(FULL)
    assert await desk.read(HARBOUR, team="T1") == HARBOUR
    assert await desk.shown("T1") == await desk.shown("T2") == [HARBOUR]
    await desk.read(FERRY, url=f"{PAGE}-4")
    for team, guid in (("T1", "tag:a.example:1"), (None, "tag:b.example:1")):
        copy = replace(FULL, guid=guid, url=f"{PAGE}-4", body=FERRY)
        assert await desk.take(copy, team) is IntakeDecision.SAME
    await desk.store.articles.withdraw(None, "url:sund.example/2026/harbour-wall-4")
    await desk.take(replace(ITEM, guid="tag:sund.example,2026:20", url=f"{PAGE}-2"))
    longer = f"{HARBOUR} {FERRY}"
    assert await desk.read(longer, url=f"{PAGE}-2", team="T1") == longer
    assert await desk.shown("T2") == await desk.shown() == sorted([HARBOUR, TEASER])
    own = replace(ITEM, guid="tag:sund.example,2026:21", url=f"{PAGE}-3")
    await desk.take(own, team="T1")
    await desk.read(HARBOUR, url=f"{PAGE}-3", team="T2")
    assert await desk.shown("T1") == sorted([HARBOUR, TEASER, longer, TEASER])
    assert await desk.read(FERRY, url=f"{PAGE}-3", team="T1") == FERRY
    assert await desk.shown("T1") == sorted([HARBOUR, TEASER, longer, FERRY])
    assert await desk.shown("T2") == sorted([HARBOUR, TEASER, HARBOUR])


@pytest.mark.parametrize("last", ["item", "page"])
async def test_two_workers_store_a_page_and_its_item_once(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Where both found nothing before either stored, the second still finds the first."""
    other = await open_store(database_url)
    analyst = CountingAnalyst()
    slow = Desk(
        Intake(other.articles, InProcessReader(), analyst, desk.web, FakeClock()), other, desk.web
    )
    decided, stored, put = asyncio.Event(), asyncio.Event(), other.articles.put

    async def put_last(*args: Any) -> StoredArticle:
        decided.set()
        await stored.wait()
        return await put(*args)

    monkeypatch.setattr(other.articles, "put", put_last)
    coming = slow.take(ITEM) if last == "item" else slow.read(HARBOUR)
    late = asyncio.create_task(coming)
    await decided.wait()
    await (desk.read(HARBOUR) if last == "item" else desk.take(ITEM))
    stored.set()
    await late
    assert await desk.shown() == [HARBOUR]
    assert await desk.take(ITEM) is IntakeDecision.SAME
    await other.close()


async def test_a_dropped_text_does_not_come_back_by_its_page(desk: Desk) -> None:
    """What was dropped after its source's days is no news when its item is polled again."""
    await desk.take(ITEM)
    await desk.read(HARBOUR)
    late = NOON + timedelta(days=3)
    assert await desk.store.articles.drop_texts("sund.example", late, late) > 0
    assert await desk.take(replace(FULL, body=FERRY)) is IntakeDecision.SAME
    assert await desk.shown() == []


@pytest.mark.parametrize(
    "start",
    [
        "<html lang='en'><head><link rel='canonical' href='{0}'>",
        "<html lang='en'><head><meta property='og:url' content='{0}'>",
        "MIME-Version: 1.0\nContent-Type: text/html\nContent-Location: {0}\n\n<html><head>",
    ],
    ids=["canonical", "og:url", "saved page"],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_page_takes_no_other_sites_place(desk: Desk, start: str) -> None:
    """A page that claims another's address stands at its own, after redirects, and the other too.

    `PAGE` leads by a redirect to a page that claims to be it.
    """
    fake = "https://copies.example/wall"
    body = f"<title>{HEADLINE}</title></head><body><article><p>{FERRY}</p></article></body></html>"
    desk.web.set_page(f"{PAGE}?out=1", start.format(PAGE) + body, url=fake)
    (copy,) = await desk.intake.read_address(f"{PAGE}?out=1", team=None)
    assert copy.article.url == fake
    assert await desk.intake.find_known(PAGE, team="T1") == ()
    assert await desk.read(HARBOUR) == HARBOUR
    (known,) = await desk.intake.find_known(PAGE, team="T1")
    assert known.article.body == HARBOUR
    assert await desk.shown() == sorted([HARBOUR, FERRY])
