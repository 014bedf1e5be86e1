"""The pictures in docs/images, taken on a walk through the playground: `make screenshots`."""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser import open_browser, open_page
from tests.service import ROOT, running
from tests.walk import PlaygroundWalk

IMAGES = ROOT / "docs" / "images"
# Few colours are enough for a page of text, and keep each picture small.
COLOURS = 96
WIDTH, HEIGHT = 1100, 760
PHONE = {"width": 390, "height": 780}
# What stands side by side in the one picture of a phone.
ON_A_PHONE = ("in-text", "home", "link", "pane")
GAP = 12


def shrink(picture: bytes) -> bytes:
    """Give the same picture in few colours."""
    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


def keep(name: str, picture: bytes) -> None:
    """Write a picture of `docs/images`."""
    path = IMAGES / f"{name}.png"
    path.write_bytes(shrink(picture))
    print(path.relative_to(ROOT), path.stat().st_size)  # noqa: T201 -- tells what was made


def join(pictures: Sequence[bytes]) -> bytes:
    """Set pictures of one height side by side."""
    parts = [Image.open(io.BytesIO(picture)) for picture in pictures]
    width = sum(part.width + GAP for part in parts) - GAP
    whole, joined = Image.new("RGB", (width, parts[0].height), "gray"), io.BytesIO()
    for index, part in enumerate(parts):
        whole.paste(part, (index * (part.width + GAP), 0))
    whole.save(joined, "PNG")
    return joined.getvalue()


@asynccontextmanager
async def fresh_playground(browser: Browser, scheme: str, **size: int) -> AsyncIterator[Page]:
    """Open the page of a playground that has posted its first digest."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        async with running(
            Path(folder), DATELINE_CONFIG=str(ROOT / "config" / "dateline.toml")
        ) as service:
            await service.wait_for_line(lambda line: line["event"] == "delivery ended")
            async with open_page(browser, service.address, scheme=scheme, **size) as page:
                yield page


async def take_all(browser: Browser, scheme: str) -> None:
    """Walk through a fresh playground, and keep each picture."""
    suffix = "-dark" if scheme == "dark" else ""
    async with fresh_playground(browser, scheme, width=WIDTH, height=HEIGHT) as page:

        async def take(name: str) -> None:
            keep(f"{name}{suffix}", await page.screenshot(animations="disabled"))

        await PlaygroundWalk(page, take).walk_all()
    seen: dict[str, bytes] = {}
    async with fresh_playground(browser, scheme, **PHONE) as page:

        async def see(name: str) -> None:
            seen[name] = await page.screenshot(animations="disabled")

        await PlaygroundWalk(page, see).walk_on_a_phone()
    keep(f"phone{suffix}", join([seen[name] for name in ON_A_PHONE]))


async def main() -> None:
    """Light, then dark."""
    async with open_browser() as browser:
        for scheme in ("light", "dark"):
            await take_all(browser, scheme)


if __name__ == "__main__":
    asyncio.run(main())
