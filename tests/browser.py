"""Drive the system's Chromium with Playwright; tests that need it are skipped without it."""

import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A busy machine analyses, and draws, slowly: Playwright's own five seconds are no proof of a fault.
TIMEOUT_MS = 60_000
expect.set_options(timeout=TIMEOUT_MS)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"
)


@contextlib.asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def open_page(
    browser: Browser, url: str, *, width: int = 1200, height: int = 800, scheme: str = "light"
) -> AsyncIterator[Page]:
    """Open an address in a fresh profile; check at the end for errors and outside requests."""
    async with (
        fresh_page(browser) as page,
        visit(page, url, width=width, height=height, scheme=scheme),
    ):
        yield page


@contextlib.asynccontextmanager
async def fresh_page(browser: Browser) -> AsyncIterator[Page]:
    """Open an empty page in its own profile."""
    context = await browser.new_context()
    context.set_default_timeout(TIMEOUT_MS)
    yield await context.new_page()
    await context.close()


@contextlib.asynccontextmanager
async def visit(
    page: Page, url: str, *, width: int = 1200, height: int = 800, scheme: str = "light"
) -> AsyncIterator[None]:
    """Show an address; check at the end for errors and for requests to elsewhere.

    A page that has shown another before takes a quarter of a fresh one's processor time; no origin
    sees another's data.
    """
    problems: list[str] = []
    handlers = {
        "console": lambda message: (
            problems.append(message.text) if message.type == "error" else None
        ),
        "pageerror": lambda error: problems.append(str(error)),
        "request": lambda request: (
            None if request.url.startswith(url) else problems.append(request.url)
        ),
    }
    for event, handler in handlers.items():
        page.on(event, handler)
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(url + "/")
    yield
    for event, handler in handlers.items():
        page.remove_listener(event, handler)
    await page.goto("about:blank")
    assert problems == []
