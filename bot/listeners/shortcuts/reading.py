"""Read with Dateline: the article that a message links to, else the message's own words."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.blocks import lookup, modals
from bot.blocks.answers import begun, failure, misunderstood
from bot.listeners.ask import SlackRequest
from bot.listeners.explanation import explain
from bot.listeners.services import Services
from bot.listeners.typed import LINK
from bot.model import Block
from bot.model.errors import BotError, UsageError

_MARK = re.compile(r"<[^>]*>")
_LEAST_WORDS = 12


async def read_message(ask: SlackRequest, services: Services) -> None:
    """Open a window at once, and fill it once the article is read: Slack waits only three seconds for a window."""
    message = ask.body.get("message") or {}
    url = next(_links(message), None)
    what = f"Reading {urlsplit(url).hostname}" if url else "Reading the message"
    view = await ask.open_modal(modals.article_modal(begun(what, more="").blocks))
    try:
        blocks = await _read(url, message, ask, services)
    except UsageError as e:
        blocks = misunderstood(e).blocks
    except BotError as e:
        told = explain(e)
        blocks = failure(told.problem, told.to_do, ask.key[-6:]).blocks
    await ask.update_modal(modals.article_modal(blocks), opened=view)


async def _read(
    url: str | None, message: Mapping[str, Any], ask: SlackRequest, services: Services
) -> tuple[Block, ...]:
    now = services.clock.now()
    if url:
        return lookup.article_read(
            await services.intake.read_address(url, team=ask.team), now
        ).blocks
    text = _words(message)
    if len(text.split()) < _LEAST_WORDS:
        raise UsageError(
            "This message has no link, and too few words to find statements in.", "/digest read URL"
        )
    return lookup.message_read(await services.intake.read_text(text), now).blocks


def _links(message: Mapping[str, Any]) -> Iterator[str]:
    """Give the addresses in a message: in its text, in its blocks, in what is attached."""
    for found in LINK.finditer(str(message.get("text") or "")):
        yield html.unescape(found[1])
    yield from _linked(message.get("blocks") or [])
    for attached in message.get("attachments") or []:
        if address := attached.get("title_link") or attached.get("from_url"):
            yield str(address)


def _linked(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _linked(each)
    elif isinstance(node, dict):
        if node.get("type") == "link" and str(node.get("url", "")).startswith(
            ("http://", "https://")
        ):
            yield str(node["url"]).partition("#:~:")[0]
        for each in node.values():
            yield from _linked(each)


def _words(message: Mapping[str, Any]) -> str:
    return html.unescape(_MARK.sub(" ", str(message.get("text") or ""))).strip()
