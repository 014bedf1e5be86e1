"""Feeds are polled over real HTTP on loopback: requests sent, answers trusted, limits kept."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake
from bot.intake.web import SafeWeb
from bot.model import Feed
from bot.model.errors import SourceUnavailable
from bot.store import Store
from tests.builders import BODY
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, InProcessReader


class FeedServer:
    """An HTTP server whose answers tests set by path, and whose paths they can hold back."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.held: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}
        self.port = 0

    def answer(
        self, path: str, body: str | bytes = b"", status: str = "200 OK", **headers: str
    ) -> str:
        """Set the answer of a path; return its address.

        Header names are written with underscores.
        """
        data = body if isinstance(body, bytes) else body.encode()
        self.answers[path] = (
            status,
            data,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        return self.url_of(path)

    def hold(self, path: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Hold a path back; return an event set by its request, and one that releases it."""
        self.held[path] = asyncio.Event(), asyncio.Event()
        return self.held[path]

    def url_of(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the requested paths, in order."""
        return [path for path, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request on each connection."""
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        path = first.split()[1]
        self.asked.append(
            (
                path,
                {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)},
            )
        )
        if path in self.held:
            arrived, may_go = self.held[path]
            arrived.set()
            await may_go.wait()
        status, body, headers = self.answers.get(path, ("404 Not Found", b"", {}))
        told = headers | {"Content-Length": str(len(body)), "Connection": "close"}
        lines = [
            f"HTTP/1.1 {status}",
            *(f"{name}: {value}" for name, value in told.items()),
            "",
            "",
        ]
        writer.write("\r\n".join(lines).encode() + body)
        writer.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FeedServer]:
    """Run a server on a free port of loopback, under both names."""
    opened = FeedServer()
    listening = await asyncio.start_server(opened.serve, ["127.0.0.1"], 0)
    opened.port = listening.sockets[0].getsockname()[1]
    yield opened
    listening.close()
    await listening.wait_closed()


@pytest_asyncio.fixture
async def web() -> AsyncIterator[SafeWeb]:
    """Return a web that may reach 127.0.0.1 and localhost."""
    opened = SafeWeb(frozenset({"127.0.0.1", "localhost"}))
    yield opened
    await opened.close()


@pytest.fixture
def poller(archive: Store, analyst: CountingAnalyst, web: SafeWeb, clock: FakeClock) -> FeedPoller:
    """Return a poller that fetches over HTTP."""
    intake = Intake(archive.articles, InProcessReader(), analyst, web, clock)
    return FeedPoller(archive.feeds, intake, web, clock)


def rss(*texts: str, link: str = "") -> str:
    """Return a feed of these texts."""
    items = "".join(
        f"<item><title>{text[:12]}</title><link>{link}</link>"
        f"<guid isPermaLink='false'>urn:x:{text[:12]}</guid>"
        f"<description>{text}</description></item>"
        for text in texts
    )
    return f"<rss version='2.0'><channel><title>Orm Weekly</title>{items}</channel></rss>"


LONG = f"The harbour. {BODY} {BODY} {BODY}"


async def the_feed(archive: Store) -> Feed:
    """Return the team's only feed."""
    (feed,) = await archive.feeds.get_all("T1")
    return feed


async def make_due(archive: Store, clock: FakeClock) -> None:
    """Move the clock to the feed's next poll."""
    clock.time = (await the_feed(archive)).next_check or clock.time


async def test_validators_and_max_age_are_used(
    poller: FeedPoller, archive: Store, server: FeedServer, clock: FakeClock
) -> None:
    """Validators are sent back, an unchanged answer is not read, and max-age is respected."""
    when = "Mon, 02 Mar 2026 11:00:00 GMT"
    url = server.answer(
        "/feed", rss(LONG), ETag='"7"', Last_Modified=when, Cache_Control="max-age=7200"
    )
    await poller.add(url, "T1")
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=2)
    server.answer("/feed", status="304 Not Modified", Cache_Control="max-age=10800")
    await make_due(archive, clock)
    assert (await poller.poll()).checked == 1
    _, sent = server.asked[-1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"7"', when)
    assert sent["user-agent"].startswith("Dateline/")
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=3)


async def test_a_moved_feed_is_asked_at_its_new_address(
    poller: FeedPoller, archive: Store, server: FeedServer, clock: FakeClock
) -> None:
    """After 301 and 308 only the new address is called; after 302 the old one."""
    url = server.answer("/old", rss(LONG))
    await poller.add(url, "T1")
    server.answer("/old", status="301 Moved Permanently", Location="/between")
    server.answer("/between", status="308 Permanent Redirect", Location="/new")
    server.answer("/new", rss(LONG))
    await make_due(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).url == server.url_of("/new")
    server.answer("/new", status="302 Found", Location="/for-now")
    server.answer("/for-now", rss(LONG))
    await make_due(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).url == server.url_of("/new")
    assert server.paths() == ["/old", "/old", "/between", "/new", "/new", "/for-now"]


async def test_retry_after_and_gone_are_respected(
    poller: FeedPoller, archive: Store, server: FeedServer, clock: FakeClock
) -> None:
    """429 with Retry-After is waited for, and 410 ends the feed."""
    url = server.answer("/feed", rss(LONG))
    await poller.add(url, "T1")
    server.answer("/feed", status="429 Too Many Requests", Retry_After="18000")
    await make_due(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=5)
    server.answer("/feed", status="410 Gone")
    await make_due(archive, clock)
    await poller.poll()
    feed = await the_feed(archive)
    assert (feed.next_check, feed.last_error) == (None, "it is gone for good (HTTP 410)")


async def test_an_answer_that_unpacks_to_too_much_is_given_up(
    poller: FeedPoller,
    archive: Store,
    server: FeedServer,
    clock: FakeClock,
    web: SafeWeb,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A compressed feed over the limit is refused with a message, and retried later."""
    url = server.answer("/feed", rss(LONG))
    await poller.add(url, "T1")
    server.answer("/feed", gzip.compress(rss(LONG, LONG).encode()), Content_Encoding="gzip")
    monkeypatch.setattr(web, "_max_bytes", len(rss(LONG)))
    await make_due(archive, clock)
    await poller.poll()
    feed = await the_feed(archive)
    assert (feed.failures, feed.last_error) == (1, "it's larger than 0 MB")


async def test_a_summary_s_page_is_asked_once_and_only_where_robots_may(
    poller: FeedPoller, archive: Store, server: FeedServer, clock: FakeClock
) -> None:
    """robots.txt is fetched once for a site, and an allowed page once.

    A forbidden item keeps its summary.
    """
    paragraphs = "".join(f"<p>Paragraph {n}. {BODY}</p>" for n in range(3))
    body = f"<article><h1>Harbour</h1>{paragraphs}</article>"
    page = f"<html><head><title>Harbour</title></head><body>{body}</body></html>"
    server.answer("/robots.txt", "User-agent: *\nDisallow: /closed/\n")
    open_page, closed = server.answer("/open/1", page), server.answer("/closed/1", page)
    await poller.add(server.answer("/a", rss("Teaser one of the harbour", link=open_page)), "T1")
    await poller.add(server.answer("/b", rss("Teaser two of the harbour", link=closed)), "T1")
    for feed in await archive.feeds.get_all("T1"):
        clock.time = max(clock.time, feed.next_check or clock.time)
    await poller.poll()
    assert sorted(server.paths()) == ["/a", "/a", "/b", "/b", "/open/1", "/robots.txt"]
    stories = await archive.articles.get_stories("T1", clock.now() - timedelta(days=2), clock.now())
    bodies = [stored.article.body for story in stories for stored in story.articles]
    assert sorted("Paragraph 2." in body for body in bodies) == [False, True]


async def test_one_request_a_host_at_a_time(web: SafeWeb, server: FeedServer) -> None:
    """While a host is answering it gets no other request; another host does."""
    arrived, may_go = server.hold("/slow")
    slow = asyncio.create_task(web.fetch(server.answer("/slow")))
    await arrived.wait()
    second = asyncio.create_task(web.fetch(server.answer("/second")))
    await web.fetch(server.url_of("/second", host="localhost"))
    await web.fetch(server.url_of("/second", host="localhost"))
    assert server.paths() == ["/slow", "/second", "/second"]
    assert not second.done()
    may_go.set()
    await asyncio.gather(slow, second)
    assert server.paths() == ["/slow", "/second", "/second", "/second"]


async def test_waiting_for_a_turn_does_not_use_the_timeout(server: FeedServer) -> None:
    """A request behind one that never ends still has its whole timeout."""
    arrived, may_go = server.hold("/never")
    web = SafeWeb(frozenset({"127.0.0.1"}), seconds=0.3)
    try:
        never = asyncio.create_task(web.fetch(server.answer("/never")))
        await arrived.wait()
        page = await web.fetch(server.answer("/next", b"here"))
        assert getattr(page, "data", None) == b"here"
        with pytest.raises(SourceUnavailable, match="no answer within"):
            await never
    finally:
        may_go.set()
        await web.close()


async def test_a_feed_leads_nobody_to_a_private_page(
    archive: Store, analyst: CountingAnalyst, server: FeedServer, clock: FakeClock
) -> None:
    """A page on a host that was not allowed is never requested, and the summary stays."""
    web = SafeWeb(frozenset({"127.0.0.1"}))
    intake = Intake(archive.articles, InProcessReader(), analyst, web, clock)
    poller = FeedPoller(archive.feeds, intake, web, clock)
    secret = server.url_of("/secret", host="localhost")
    server.answer("/secret", "<html><body><p>TOPSECRET42</p></body></html>")
    await poller.add(server.answer("/feed", rss("A teaser of a few words.", link=secret)), "T1")
    moved = server.answer("/moved", status="301 Moved Permanently", Location=secret)
    with pytest.raises(SourceUnavailable, match="no public server of that name"):
        await poller.add(moved, "T1")
    await web.close()
    assert server.paths() == ["/feed", "/moved"]
    assert "TOPSECRET42" not in "".join(analyst.asked)
