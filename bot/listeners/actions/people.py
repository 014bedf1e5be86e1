"""Buttons below what an actor said: which of several was meant, older and newer, the whole timeline."""

from bot.blocks import lookup
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services
from bot.listeners.whom import whom
from bot.model.errors import NotFound
from bot.stories.people import Person


async def turn_page(ask: SlackRequest, services: Services) -> None:
    """Show the page of an actor's statements that the button carries, in place of the one shown."""
    person, page = await _of_button(ask, services)
    await ask.answer(lookup.timeline(person, services.clock.now(), page), replace=True)


async def open_timeline(ask: SlackRequest, services: Services) -> None:
    """Open the window with all of it."""
    person, _ = await _of_button(ask, services)
    await ask.open_modal(lookup.timeline_modal(person, services.clock.now()))


async def _of_button(ask: SlackRequest, services: Services) -> tuple[Person, int]:
    name, page = lookup.load_page(ask.value)
    found = await whom(name, ask, services)
    if not found:
        raise NotFound("What they said was withdrawn.")
    return found[0], page
