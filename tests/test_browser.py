"""A person with a browser and no Slack account can use everything after `make run`."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.browser import needs_browser, open_browser, open_page
from tests.service import HARBOUR, PATIENCE, running
from tests.walk import PlaygroundWalk

FEED = """<rss version="2.0"><channel><title>Quay bulletin</title><link>http://127.0.0.1/</link>
<description>Of the quay</description></channel></rss>"""
pytestmark = pytest.mark.asyncio(loop_scope="module")


@contextlib.asynccontextmanager
async def feed() -> AsyncIterator[str]:
    """Serve a feed; yield its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=FEED, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/rss.xml", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/rss.xml"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stopped_playground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Run a playground and stop it while a browser watches; return its folder and the events."""
    folder = tmp_path_factory.mktemp("playground")
    async with (
        running(folder) as service,
        httpx.AsyncClient(timeout=PATIENCE) as watcher,
        watcher.stream("GET", f"{service.address}/page/events") as page,
    ):
        lines = page.aiter_lines()
        first = await anext(lines)
        await service.wait_for_line(lambda line: line["event"] == "delivery ended")
        await service.stop()
        return folder, [first, *[line async for line in lines if line]]


async def test_an_open_page_does_not_delay_the_stop(
    stopped_playground: tuple[Path, list[str]],
) -> None:
    """A page that watches the playground gets the end of its stream, and nothing is cancelled."""
    _, (first, *events) = stopped_playground
    assert first.startswith("retry")
    assert [line for line in events if not line.startswith("data")] == []


@needs_browser
async def test_a_person_can_use_every_part_of_the_page(
    stopped_playground: tuple[Path, list[str]],
) -> None:
    """The digest of the seeds is posted once over a restart, and `now` posts a dropped article.

    Then a person uses every command, button and window.
    """
    folder, _ = stopped_playground
    async with (
        feed() as address,
        running(folder, DATELINE_ALLOW_HOSTS="127.0.0.1") as service,
        open_browser() as browser,
        open_page(browser, service.address) as page,
    ):
        log = page.get_by_role("log")
        await expect(log.get_by_text("Tobias Rinvold").first).to_be_visible()
        await expect(log.get_by_text("independent").first).to_be_visible()
        assert await log.get_by_text("Who said what ·").count() == 1

        service.drop_file("harbour.txt", HARBOUR)
        await service.wait_until_taken("harbour.txt")
        walk = PlaygroundWalk(page, feed=address)
        await walk.send_slow("/digest now", "Posted in")
        await walk.send_slow("/digest now", "Posted in")
        await expect(log.get_by_text("Harbour lights to go out for a week").first).to_be_visible()
        await log.get_by_text("Ines Valcourt").first.click()
        await expect(log.get_by_text("We cannot mend them while they burn").first).to_be_visible()

        await walk.walk_all()
