"""App Home: this workspace's subscriptions, what became of the last digests, and how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.blocks.answers import describe_subscription
from bot.blocks.parts import actions, button, code, context, divider, header, section
from bot.blocks.settings import ANYWHERE, OPEN_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Block, Subscription

# A view holds 100 blocks, but nobody reads so far.
_MOST_LISTED = 40


def home_view(subscriptions: Sequence[Subscription], commands: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Give the view of a person who may see these subscriptions."""
    listed = [
        section(describe_subscription(one), button("Change", OPEN_SETTINGS, one.channel))
        for one in subscriptions[:_MOST_LISTED]
    ]
    more = len(subscriptions) - _MOST_LISTED
    blocks: list[Block] = [
        header("Who said what in the news, word for word"),
        section("Dateline shows only words that stand in an article, and says in which. Nothing is paraphrased."),
        divider(),
        header("Digests"),
        *(listed or [section(_BEGIN)]),
        *([context(f"… and {more} more.")] if more > 0 else []),
        actions(button("Set up a digest", OPEN_SETTINGS, ANYWHERE, primary=not listed)),
        divider(),
        header("Commands"),
        section("\n".join(f"{code(f'/digest {usage}'.strip())} {meaning}" for usage, meaning in commands)),
        context(f"{code('/digest help')} shows every command."),
    ]
    return {"type": "home", "blocks": blocks}


_BEGIN = (
    f"No channel has one yet. Type {code('/digest subscribe')} in a channel for a digest each weekday at 08:30, "
    f"or {code('/digest subscribe me')} to have it sent to you. Or press the button."
)
