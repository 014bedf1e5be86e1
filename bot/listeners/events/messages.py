"""Words addressed to us without a slash: a mention, a direct message."""

import re
from dataclasses import replace

from bot.listeners.ask import SlackRequest
from bot.listeners.commands.digest import digest
from bot.listeners.services import Services

_MENTION = re.compile(r"\A\s*<@\w+(?:\|[^>]*)?>[\s,:]*")


async def app_mention(ask: SlackRequest, services: Services) -> None:
    """`@Dateline who Kallas` works as `/digest who Kallas`; the name alone asks for help."""
    if not _is_machine(ask):
        words = _MENTION.sub("", ask.text).strip()
        await digest(replace(ask, text=words or "help"), services)


async def message(ask: SlackRequest, services: Services) -> None:
    """What a person writes to us directly is a command; edits and other channels are not."""
    if ask.body["event"].get("channel_type") == "im":
        await app_mention(ask, services)


def _is_machine(ask: SlackRequest) -> bool:
    """Whether a bot wrote it, or Slack tells of a change to a message."""
    event = ask.body["event"]
    return bool(event.get("bot_id") or event.get("subtype"))
