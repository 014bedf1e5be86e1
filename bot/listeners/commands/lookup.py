"""`who`, `search`, `read`: what was said, found, and what stands at an address."""

from urllib.parse import urlsplit

from bot.blocks import lookup
from bot.listeners import orders
from bot.listeners.ask import SlackRequest
from bot.listeners.progress import told_of
from bot.listeners.services import Services
from bot.listeners.whom import whom


async def who(order: orders.Who, ask: SlackRequest, services: Services) -> None:
    """Show what an actor said lately; ask which where the name may mean several."""
    now = services.clock.now()
    found = await whom(order.name, ask, services)
    if not found:
        alike = await services.store.articles.find_similar_names(ask.team, order.name, now)
        await ask.answer(lookup.nobody(order.name, alike))
    elif len(found) > 1:
        await ask.answer(lookup.which(order.name, found))
    else:
        await ask.answer(lookup.timeline(found[0], now))


async def search(order: orders.Search, ask: SlackRequest, services: Services) -> None:
    """Show the articles that hold all the words."""
    now = services.clock.now()
    found = await services.store.articles.search(ask.team, order.words, now)
    await ask.answer(lookup.found(order.words, found, now))


async def read(order: orders.Read, ask: SlackRequest, services: Services) -> None:
    """Fetch an article, store it for this workspace, and show what is in it."""
    reading = services.intake.read_address(order.url, team=ask.team)
    articles = await told_of(ask, f"Reading {urlsplit(order.url).hostname or order.url}", reading)
    await ask.answer(lookup.article_read(articles, services.clock.now()))
