"""`/digest`: understand what was typed, and call what answers it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.blocks.answers import help_all, help_one
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.commands.chart import heard
from bot.listeners.commands.feeds import feeds
from bot.listeners.commands.lookup import read, search, who
from bot.listeners.commands.posting import history, now, preview
from bot.listeners.commands.preferences import follow, mute, unfollow
from bot.listeners.commands.state import status
from bot.listeners.commands.subscriptions import (
    list_all,
    pause,
    resume,
    settings,
    subscribe,
    unsubscribe,
)
from bot.listeners.grammar import find_form, parse, works
from bot.listeners.services import Services
from bot.model.errors import UsageError


async def digest(ask: SlackRequest, services: Services) -> None:
    """Answer a typed command."""
    command = parse(ask.text)
    await _ANSWERERS[type(command)](command, ask, services)


async def help_(command: orders.Help, ask: SlackRequest, _: Services) -> None:
    """Show every command that works, or one with its examples."""
    form = find_form(command.word or "")
    if form is None:
        await ask.answer(help_all([(one.usage, one.meaning) for one in works()]))
    elif not form.works:
        raise UsageError(f"`{form.word}` does not work yet.", "/digest help")
    else:
        await ask.answer(help_one(form.usage, form.meaning, form.examples))


_ANSWERERS: dict[type[orders.Command], Callable[[Any, SlackRequest, Services], Awaitable[None]]] = {
    orders.Preview: preview,
    orders.Now: now,
    orders.Subscribe: subscribe,
    orders.Settings: settings,
    orders.List: list_all,
    orders.Pause: pause,
    orders.Resume: resume,
    orders.Unsubscribe: unsubscribe,
    orders.Who: who,
    orders.Search: search,
    orders.Read: read,
    orders.Feeds: feeds,
    orders.Follow: follow,
    orders.Mute: mute,
    orders.Unfollow: unfollow,
    orders.Chart: heard,
    orders.History: history,
    orders.Status: status,
    orders.Help: help_,
}
