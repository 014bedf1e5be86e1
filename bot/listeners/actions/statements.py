"""What a story's button and menu open: all its statements, words in their paragraph, a citation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.blocks.modals import citation_modal, in_text_modal, statements_modal
from bot.blocks.story import COPY_CITATION, read_references
from bot.errors import NotFound
from bot.stories.choice import Choice, Picked
from bot.stories.composition import compose

if TYPE_CHECKING:
    from bot.blocks.story import Reference
    from bot.listeners.ask import Ask
    from bot.listeners.services import Services
    from bot.model import StoredArticle


async def all_statements(ask: Ask, services: Services) -> None:
    """Show the story as it stands now, with articles that came since the digest."""
    now = services.clock.now()
    story = await services.store.articles.story(ask.team, int(ask.value), now)
    choice = Choice((Picked(story, story.articles),))
    composed = compose(choice, now=now, zone="UTC", since=now - timedelta(days=1), topic=None)
    await ask.open_modal(statements_modal(composed.entries[0]))


async def more(ask: Ask, services: Services) -> None:
    """Show the key statements in their articles, or as citations."""
    act, _, places = ask.value.partition(":")
    found = [(await _placed(reference, ask, services), reference) for reference in read_references(places)]
    view = citation_modal(found) if act == COPY_CITATION else in_text_modal(found, services.clock.now())
    await ask.open_modal(view)


async def _placed(reference: Reference, ask: Ask, services: Services) -> StoredArticle:
    """Give the article if this team may still see it; raise NotFound where it was withdrawn or replaced."""
    stored = await services.store.articles.article(reference.article)
    story = await services.store.articles.story(ask.team, stored.story, services.clock.now())
    if all(shown.id != stored.id for shown in story.articles):
        raise NotFound("This article was withdrawn or replaced.")
    return stored
