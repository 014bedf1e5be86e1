"""The feeds of a workspace: listed, added by a form that shows what they bring, in trouble."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.model import Block, Feed, FoundFeed, Message

# The button that opens the form, the callbacks of its two windows, and the field of the first.
ADD_FEED, LOOK_AT_FEED, SAVE_FEED = "add_feed", "look_at_feed", "save_feed"
ADDRESS, ADDRESS_FIELD = "address", "address"
REMOVE_FEED = "remove_feed"

_MAX_TITLE_CHARS, _MAX_DETAIL_CHARS, _MAX_HEADLINE_CHARS = 100, 300, 150
_MAX_ITEMS = 4
_MAX_ADDRESS_CHARS = 2000


def feed_list(feeds: Sequence[Feed], shared: int) -> Message:
    """List a workspace's own feeds by number, with buttons, and count those of the operator."""
    lines = [_feed_line(feed) for feed in feeds]
    question = {"title": "remove_feed_title", "text": "remove_feed_text"}
    blocks, left_out = kit.fit_groups(
        [kit.section(line, kit.remove_button(REMOVE_FEED, str(feed.id), **question))]
        for line, feed in zip(lines, feeds, strict=True)
    )
    more, hint = messages.pair("feed_list", count=left_out)
    if not feeds:
        blocks.append(kit.section(messages.text("no_feeds")))
    if left_out:
        blocks.append(kit.section(more))
    if shared:
        feeds_shared = messages.count("feed", shared)
        blocks.append(kit.section(messages.text("shared_feeds", feeds=feeds_shared)))
    text = kit.fallback_text(lines or [messages.text("no_feeds")])
    return Message(text, (*blocks, kit.actions(add_button()), kit.context(hint)))


def add_button() -> Block:
    """Return the button that opens the form to add a feed."""
    return kit.button("add_feed", ADD_FEED, ADD_FEED)


def address_modal(channel: str) -> dict[str, Any]:
    """Return the form that asks for an address; `channel` is told where the feed breaks."""
    field = {
        "type": "plain_text_input",
        "action_id": ADDRESS_FIELD,
        "max_length": _MAX_ADDRESS_CHARS,
        "placeholder": kit.plain_text("https://example.org/feed.xml"),
        "focus_on_load": True,
    }
    submit = kit.plain_text(messages.text("look_at_feed"))
    return kit.modal(
        "add_feed",
        [kit.input_field("feed_address", ADDRESS, field)],
        close="cancel",
        submit=submit,
        callback_id=LOOK_AT_FEED,
        private_metadata=channel,
    )


def found_feed_modal(
    feed: FoundFeed, known: Feed | None, channel: str, now: datetime
) -> dict[str, Any]:
    """Show a feed before it is added: its title, whether it works, and its last items."""
    dates = [item.published for item in feed.articles if item.published]
    newest = messages.text("newest_item", age=kit.age_markup(max(dates), now)) if dates else ""
    items = messages.count("item", len(feed.articles))
    health = messages.text("feed_works", items=items, newest=newest)
    title = kit.name_markup(feed.title, _MAX_TITLE_CHARS)
    blocks: list[Block] = [
        kit.section(f"*{title}*\n{kit.code(kit.shorten(feed.url, _MAX_DETAIL_CHARS))}"),
        kit.section(health if feed.articles else messages.text("feed_empty")),
    ]
    if latest := [item for item in feed.articles if item.headline][:_MAX_ITEMS]:
        heading = kit.rich_section(kit.rich_text(messages.text("last_items"), bold=True))
        lines = (
            [kit.rich_link(words, item.url), *([kit.rich_text(kit.CUT_MARK)] if is_cut else [])]
            for item in latest
            for words, is_cut in [kit.cut_text(item.headline or "", _MAX_HEADLINE_CHARS)]
        )
        blocks.append(kit.rich_block(heading, kit.rich_list(lines)))
    if known:
        blocks.append(kit.context(messages.text("feed_known", number=known.id)))
        return kit.modal("add_feed", blocks)
    submit = kit.plain_text(messages.text("add_this_feed"))
    values = json.dumps([feed.url, channel])
    fields = {"submit": submit, "callback_id": SAVE_FEED, "private_metadata": values}
    blocks.append(kit.context(messages.text("feed_only_here")))
    return kit.modal("add_feed", blocks, close="cancel", **fields)


def parse_found_feed(value: str) -> tuple[str, str]:
    """Return the address and the channel that a window carries; raise ValueError for others."""
    url, channel = json.loads(value)
    return str(url), str(channel)


def _feed_line(feed: Feed) -> str:
    name = f"{kit.name_markup(feed.title, _MAX_TITLE_CHARS)} — " if feed.title else ""
    line = f"*{feed.id}* {name}{_feed_url(feed)}"
    trouble = _detail(feed.last_error or "")
    if feed.next_check is None:
        reason = trouble or messages.text("address_gone")
        return messages.text("feed_stopped", feed=line, reason=reason)
    return messages.text("feed_in_trouble", feed=line, trouble=trouble) if trouble else line


def feed_added_message(feed: Feed) -> Message:
    """Say that the feed is read from now on, and how to take it back."""
    title, url = kit.name_markup(feed.title or "", _MAX_TITLE_CHARS), _feed_url(feed)
    return kit.compose("feed_added", number=feed.id, title=title, url=url)


def feed_removed_message(number: int) -> Message:
    """Say that a feed is gone."""
    return kit.compose("feed_removed", number=number)


def feed_broken_message(feed: Feed) -> Message:
    """Tell a channel once that a feed it added has broken, why, and what can be done."""
    key = "feed_ended" if feed.next_check is None else "feed_broken"
    unnamed = messages.text("unnamed_feed", number=feed.id)
    return kit.compose(
        key,
        feed=f"*{kit.name_markup(feed.title, _MAX_TITLE_CHARS)}*" if feed.title else unnamed,
        failures=feed.failures,
        reason=_detail(feed.last_error or messages.text("no_reason")),
        number=feed.id,
        url=_feed_url(feed),
    )


def _detail(text: str) -> str:
    return kit.escape(kit.shorten(text, _MAX_DETAIL_CHARS))


def _feed_url(feed: Feed) -> str:
    return kit.code(kit.shorten(feed.url, _MAX_DETAIL_CHARS))
