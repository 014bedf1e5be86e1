"""The system's Chromium for tests, driven by Playwright; tests that need it are skipped where it is not."""

import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Milliseconds: a busy machine analyses, and draws, slowly. Playwright's own five seconds are no proof of a fault.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


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
    """Open an address in a fresh profile; at the end nothing may have failed, nor left this machine."""
    problems: list[str] = []
    dark = "dark" if scheme == "dark" else "light"
    context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=dark)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(url) else problems.append(request.url))
    await page.goto(url + "/")
    yield page
    await context.close()
    assert problems == []
