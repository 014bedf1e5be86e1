"""The form that adds a feed: its address, then what it brings, and only then is it added."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import feeds as blocks
from bot.blocks.modals import message_modal
from bot.listeners import messages
from bot.listeners.app_home import draw_home
from bot.listeners.commands import find_address
from bot.listeners.permissions import require_feed_right
from bot.listeners.request import SlackRequest, parse_id
from bot.model import Message
from bot.model.errors import Gone


async def open_form(request: SlackRequest) -> None:
    """Ask for an address; the channel of the button is told where the feed breaks."""
    await request.open_modal(blocks.address_modal(request.channel))


def find_errors(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the address in the form."""
    text = _read_address(view)
    if find_address(text):
        return {}
    return {blocks.ADDRESS: messages.text("no_address", text=text[:60])}


def _read_address(view: Mapping[str, Any]) -> str:
    field = ((view.get("state") or {}).get("values") or {}).get(blocks.ADDRESS) or {}
    return str((field.get(blocks.ADDRESS_FIELD) or {}).get("value") or "").strip()


async def look(request: SlackRequest) -> None:
    """Show the feed at the address: its title, whether it works, its latest items."""
    view = request.body["view"]
    url, channel = find_address(_read_address(view)), str(view.get("private_metadata") or "")

    async def find() -> dict[str, Any]:
        await require_feed_right(request)
        found = await request.services.poller.look(url)
        known = await request.store.feeds.get_all(request.team)
        same = next((feed for feed in known if feed.url == found.url), None)
        return blocks.found_feed_modal(found, same, channel, request.now())

    await request.fill_modal("add_feed", find, messages.text("looking_at_feed"))


async def save(request: SlackRequest) -> None:
    """Add the feed that was shown, and say so in its window and in App Home."""
    value = str(request.body["view"].get("private_metadata") or "")
    url, channel = request.decode(blocks.parse_found_feed, value)

    async def add() -> dict[str, Any]:
        await require_feed_right(request)
        asked_by = channel or await request.get_direct_channel()
        feed = await request.services.poller.add(url, request.team, asked_by)
        return message_modal(blocks.feed_added_message(feed))

    await request.fill_modal("add_feed", add, messages.text("saving"))
    await draw_home(request)


async def list_feeds(request: SlackRequest) -> Message:
    """Return the list of the workspace's feeds."""
    own = await request.store.feeds.get_all(request.team)
    return blocks.feed_list(own, len(await request.store.feeds.get_all(None)))


async def remove(request: SlackRequest) -> None:
    """Remove the button's feed, and show those that are left in place of the list."""
    await require_feed_right(request)
    if not await request.store.feeds.remove(request.decode(parse_id), request.team):
        raise Gone(messages.text("feed_gone"))
    await request.answer(await list_feeds(request), replace=True)
