"""What is done from Slack's own menus: *New digest* anywhere, *Read with Dateline* on a message."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bot.blocks import lookup, modals
from bot.blocks.modals import READ_MESSAGE
from bot.blocks.settings_form import NEW_DIGEST
from bot.listeners import messages
from bot.listeners.command_line import LINK
from bot.listeners.permissions import require_inside
from bot.listeners.request import SlackRequest
from bot.listeners.settings_form import open_empty
from bot.model import Message
from bot.model.errors import UsageError
from bot.model.hosts import hostname_of

_MARKUP = re.compile(r"<[^>]*>")
_MIN_WORDS = 12


class Shortcut(NamedTuple):
    """A row of the manifest's shortcuts; `kind` is "global" or "message"."""

    kind: str
    callback: str
    name: str
    description: str


MANIFEST = (
    Shortcut("global", NEW_DIGEST, *messages.pair("new_digest")),
    Shortcut("message", READ_MESSAGE, *messages.pair("read_message")),
)


async def read_message(request: SlackRequest) -> None:
    """Read the article that a message links to, else the message's own words.

    A window opens at once, since Slack waits only three seconds, and is filled once all is read.
    """
    message = request.body.get("message") or {}
    url = next(_find_links(message), None)
    place = hostname_of(url) if url else messages.text("the_message")

    async def read() -> dict[str, Any]:
        await require_inside(request)
        contents = await _read(url, message, request)
        return modals.article_modal(contents.blocks)

    await request.fill_modal("read_with_dateline", read, messages.text("reading", place=place))


async def _read(url: str | None, message: Mapping[str, Any], request: SlackRequest) -> Message:
    now = request.now()
    if url:
        articles = await request.services.intake.read_address(url, team=request.team)
        return lookup.article_contents(articles, now)
    text = html.unescape(_MARKUP.sub(" ", str(message.get("text") or ""))).strip()
    if len(text.split()) < _MIN_WORDS:
        raise UsageError(*messages.pair("message_too_short"))
    return lookup.message_contents(await request.services.intake.read_text(text), now)


def _find_links(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses in a message: in its text, its blocks and its attachments."""
    for match in LINK.finditer(str(message.get("text") or "")):
        yield html.unescape(match[1])
    yield from _find_block_links(message.get("blocks") or [])
    for attachment in message.get("attachments") or []:
        if address := attachment.get("title_link") or attachment.get("from_url"):
            yield str(address)


def _find_block_links(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _find_block_links(child)
    elif isinstance(node, dict):
        url = str(node.get("url", ""))
        if node.get("type") == "link" and url.startswith(("http://", "https://")):
            yield url.partition("#:~:")[0]
        for child in node.values():
            yield from _find_block_links(child)


SHORTCUTS = {NEW_DIGEST: open_empty, READ_MESSAGE: read_message}
