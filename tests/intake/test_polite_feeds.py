"""Remote feeds over real HTTP, on loopback: what is sent, what is believed, and what is refused."""

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
from bot.model.errors import AddressRefused, SourceUnavailable
from bot.store import Store
from tests.builders import BODY
from tests.delivery_env import FakeClock
from tests.intake.conftest import CountingAnalyst, PlainReader


class Server:
    """An HTTP server whose answers tests lay out by path.

    A path can be held back until it is let go.
    """

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.held: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}
        self.port = 0

    def lay(
        self, path: str, body: str | bytes = b"", status: str = "200 OK", **headers: str
    ) -> str:
        """Answer a path so, and give its address; header names are written with underscores."""
        data = body if isinstance(body, bytes) else body.encode()
        self.answers[path] = (
            status,
            data,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        return self.at(path)

    def hold(self, path: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Hold a path back: the first is set when it is asked, the second lets it go."""
        self.held[path] = asyncio.Event(), asyncio.Event()
        return self.held[path]

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
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
async def server() -> AsyncIterator[Server]:
    """A server on a free port of loopback, by both of its names."""
    opened = Server()
    listening = await asyncio.start_server(opened.serve, ["127.0.0.1"], 0)
    opened.port = listening.sockets[0].getsockname()[1]
    yield opened
    listening.close()
    await listening.wait_closed()


@pytest_asyncio.fixture
async def web() -> AsyncIterator[SafeWeb]:
    """As with DATELINE_ALLOW_HOSTS=127.0.0.1,localhost."""
    opened = SafeWeb(frozenset({"127.0.0.1", "localhost"}))
    yield opened
    await opened.close()


@pytest.fixture
def poller(archive: Store, analyst: CountingAnalyst, web: SafeWeb, clock: FakeClock) -> FeedPoller:
    """A poller that fetches for real."""
    intake = Intake(archive.articles, PlainReader(), analyst, web, clock)
    return FeedPoller(archive.feeds, intake, web, clock)


def rss(*texts: str, link: str = "") -> str:
    """A feed of these texts."""
    items = "".join(
        f"<item><title>{text[:12]}</title><link>{link}</link>"
        f"<guid isPermaLink='false'>urn:x:{text[:12]}</guid>"
        f"<description>{text}</description></item>"
        for text in texts
    )
    return f"<rss version='2.0'><channel><title>Orm Weekly</title>{items}</channel></rss>"


LONG = f"The harbour. {BODY} {BODY} {BODY}"


async def the_feed(archive: Store) -> Feed:
    """The team's only feed."""
    (feed,) = await archive.feeds.get_all("T1")
    return feed


async def due_again(archive: Store, clock: FakeClock) -> None:
    """Let the time come at which the feed is asked next."""
    clock.time = (await the_feed(archive)).next_check or clock.time


async def test_a_feed_is_asked_politely(
    poller: FeedPoller, archive: Store, server: Server, clock: FakeClock
) -> None:
    """Its validators come back to it, an unchanged answer costs nothing, its max-age is kept."""
    when = "Mon, 02 Mar 2026 11:00:00 GMT"
    url = server.lay(
        "/feed", rss(LONG), ETag='"7"', Last_Modified=when, Cache_Control="max-age=7200"
    )
    await poller.add(url, "T1")
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=2)
    server.lay("/feed", status="304 Not Modified", Cache_Control="max-age=10800")
    await due_again(archive, clock)
    assert (await poller.poll()).checked == 1
    _, sent = server.asked[-1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"7"', when)
    assert sent["user-agent"].startswith("Dateline/")
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=3)


async def test_a_moved_feed_is_asked_at_its_new_address(
    poller: FeedPoller, archive: Store, server: Server, clock: FakeClock
) -> None:
    """After 301 and 308 the old address is asked no more; after 302 it is."""
    url = server.lay("/old", rss(LONG))
    await poller.add(url, "T1")
    server.lay("/old", status="301 Moved Permanently", Location="/between")
    server.lay("/between", status="308 Permanent Redirect", Location="/new")
    server.lay("/new", rss(LONG))
    await due_again(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).url == server.at("/new")
    server.lay("/new", status="302 Found", Location="/for-now")
    server.lay("/for-now", rss(LONG))
    await due_again(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).url == server.at("/new")
    assert server.paths() == ["/old", "/old", "/between", "/new", "/new", "/for-now"]


async def test_a_busy_server_names_its_hour_and_a_gone_one_is_left(
    poller: FeedPoller, archive: Store, server: Server, clock: FakeClock
) -> None:
    """429 with Retry-After is waited for; 410 ends the feed."""
    url = server.lay("/feed", rss(LONG))
    await poller.add(url, "T1")
    server.lay("/feed", status="429 Too Many Requests", Retry_After="18000")
    await due_again(archive, clock)
    await poller.poll()
    assert (await the_feed(archive)).next_check == clock.now() + timedelta(hours=5)
    server.lay("/feed", status="410 Gone")
    await due_again(archive, clock)
    await poller.poll()
    feed = await the_feed(archive)
    assert (feed.next_check, feed.last_error) == (None, "it is gone for good (HTTP 410)")


async def test_an_answer_that_unpacks_to_too_much_is_given_up(
    poller: FeedPoller,
    archive: Store,
    server: Server,
    clock: FakeClock,
    web: SafeWeb,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A packed feed over the cap is refused, in words, and the feed is tried again later."""
    url = server.lay("/feed", rss(LONG))
    await poller.add(url, "T1")
    server.lay("/feed", gzip.compress(rss(LONG, LONG).encode()), Content_Encoding="gzip")
    monkeypatch.setattr(web, "_max_bytes", len(rss(LONG)))
    await due_again(archive, clock)
    await poller.poll()
    feed = await the_feed(archive)
    assert (feed.failures, feed.last_error) == (1, "it is larger than 0 MB")


async def test_a_summary_s_page_is_asked_once_and_only_where_robots_may(
    poller: FeedPoller, archive: Store, server: Server, clock: FakeClock
) -> None:
    """robots.txt is read once a site, the page once.

    The article has the page's words, the other keeps its own.
    """
    paragraphs = "".join(f"<p>Paragraph {n}. {BODY}</p>" for n in range(3))
    body = f"<article><h1>Harbour</h1>{paragraphs}</article>"
    page = f"<html><head><title>Harbour</title></head><body>{body}</body></html>"
    server.lay("/robots.txt", "User-agent: *\nDisallow: /closed/\n")
    open_page, closed = server.lay("/open/1", page), server.lay("/closed/1", page)
    await poller.add(server.lay("/a", rss("Teaser one", link=open_page)), "T1")
    await poller.add(server.lay("/b", rss("Teaser two", link=closed)), "T1")
    for feed in await archive.feeds.get_all("T1"):
        clock.time = max(clock.time, feed.next_check or clock.time)
    await poller.poll()
    assert sorted(server.paths()) == ["/a", "/a", "/b", "/b", "/open/1", "/robots.txt"]
    stories = await archive.articles.get_stories("T1", clock.now() - timedelta(days=2), clock.now())
    bodies = [stored.article.body for story in stories for stored in story.articles]
    assert sorted("Paragraph 2." in body for body in bodies) == [False, True]


async def test_one_request_a_host_at_a_time(web: SafeWeb, server: Server) -> None:
    """While a host is answering nothing more is asked of it, whoever wants to.

    Another host is asked meanwhile.
    """
    arrived, may_go = server.hold("/slow")
    slow = asyncio.create_task(web.fetch(server.lay("/slow")))
    await arrived.wait()
    second = asyncio.create_task(web.fetch(server.lay("/second")))
    await web.fetch(server.at("/second", host="localhost"))
    await web.fetch(server.at("/second", host="localhost"))
    assert server.paths() == ["/slow", "/second", "/second"]
    assert not second.done()
    may_go.set()
    await asyncio.gather(slow, second)
    assert server.paths() == ["/slow", "/second", "/second", "/second"]


async def test_waiting_for_its_turn_costs_a_request_nothing(server: Server) -> None:
    """Behind a server that never answers the next request still has all of its own seconds."""
    arrived, may_go = server.hold("/never")
    web = SafeWeb(frozenset({"127.0.0.1"}), seconds=0.3)
    try:
        never = asyncio.create_task(web.fetch(server.lay("/never")))
        await arrived.wait()
        page = await web.fetch(server.lay("/next", b"here"))
        assert getattr(page, "data", None) == b"here"
        with pytest.raises(SourceUnavailable, match="no answer within"):
            await never
    finally:
        may_go.set()
        await web.close()


async def test_a_feed_leads_nobody_to_a_private_page(
    archive: Store, analyst: CountingAnalyst, server: Server, clock: FakeClock
) -> None:
    """A page that an item names, on a host that was not allowed, is never asked.

    The summary stays.
    """
    web = SafeWeb(frozenset({"127.0.0.1"}))
    intake = Intake(archive.articles, PlainReader(), analyst, web, clock)
    poller = FeedPoller(archive.feeds, intake, web, clock)
    secret = server.at("/secret", host="localhost")
    server.lay("/secret", "<html><body><p>TOPSECRET42</p></body></html>")
    await poller.add(server.lay("/feed", rss("A teaser of a few words.", link=secret)), "T1")
    moved = server.lay("/moved", status="301 Moved Permanently", Location=secret)
    with pytest.raises(AddressRefused):
        await poller.add(moved, "T1")
    await web.close()
    assert server.paths() == ["/feed", "/moved"]
    assert "TOPSECRET42" not in "".join(analyst.asked)
