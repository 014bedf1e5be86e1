"""Files go in as Slack's client sends them, and come out as nothing that could run."""

import struct
import zlib

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack_server import SlackServer

DESK = "C0NEWSDESK"


def chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


async def test_a_picture_is_shown(slack: SlackServer, client: AsyncWebClient) -> None:
    """files_upload_v2 posts a message with the picture, its title and its alternative text."""
    first = await client.chat_postMessage(channel=DESK, text="The week")
    await client.files_upload_v2(
        channel=DESK,
        thread_ts=first["ts"],
        content=PNG,
        filename="week.png",
        title="Who was quoted most",
        alt_txt="Bars by day",
        initial_comment="Here",
    )
    (reply,) = slack.thread(DESK, first["ts"])
    (file,) = reply["files"]
    assert (reply["text"], file["title"], file["alt_txt"], file["mimetype"]) == (
        "Here", "Who was quoted most", "Bars by day", "image/png"
    )  # fmt: skip
    async with (
        aiohttp.ClientSession() as session,
        session.get(slack.base_url + file["url_private"]) as response,
    ):
        assert await response.read() == PNG
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_could_run_is_only_handed_down(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    """A page or an SVG is given as a file to save, whatever its name says."""
    await client.files_upload_v2(channel=DESK, content="<svg onload='alert(1)'/>", filename="x.png")
    (file,) = slack.messages(DESK)[0]["files"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(slack.base_url + file["url_private"]) as response,
    ):
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


async def test_refusals(slack: SlackServer, client: AsyncWebClient) -> None:
    """A size that is not kept to, a file that was never sent and a missing scope are refused."""
    answer = await client.files_getUploadURLExternal(filename="a.png", length=5)
    async with aiohttp.ClientSession() as session:
        for body, status in (
            (b"123456", 400),
            (b"x" * 20_000, 400),
            (b"12345", 200),
            (b"12345", 404),
        ):
            async with session.post(answer["upload_url"], data=body) as response:
                assert response.status == status
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": "F0NONE"}])
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.files_getUploadURLExternal(filename="a.png", length=0)
    slack.workspace.scopes.discard("files:write")
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.files_getUploadURLExternal(filename="a.png", length=5)
