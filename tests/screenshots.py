"""The pictures in docs/images, taken on a walk through the playground: `make screenshots`."""

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from tests.browser import open_browser, open_page
from tests.service import ROOT, running
from tests.walk import PlaygroundWalk

IMAGES = ROOT / "docs" / "images"
# Few colours are enough for a page of text, and keep each picture small.
COLOURS = 96
WIDTH, HEIGHT = 1100, 760


def shrink(picture: bytes) -> bytes:
    """Give the same picture in few colours."""
    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


async def take_all(browser: Browser, scheme: str) -> None:
    """Walk through a fresh playground, and keep each picture."""
    suffix = "-dark" if scheme == "dark" else ""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        async with running(
            Path(folder), DATELINE_CONFIG=str(ROOT / "config" / "dateline.toml")
        ) as service:
            await service.wait_for_line(lambda line: line["event"] == "delivery ended")
            size = {"width": WIDTH, "height": HEIGHT}
            async with open_page(browser, service.address, scheme=scheme, **size) as page:

                async def take(name: str) -> None:
                    path = IMAGES / f"{name}{suffix}.png"
                    path.write_bytes(shrink(await page.screenshot(animations="disabled")))
                    print(path.relative_to(ROOT), path.stat().st_size)  # noqa: T201 -- tells what was made

                await PlaygroundWalk(page, take).walk_all()


async def main() -> None:
    """Light, then dark."""
    async with open_browser() as browser:
        for scheme in ("light", "dark"):
            await take_all(browser, scheme)


if __name__ == "__main__":
    asyncio.run(main())
