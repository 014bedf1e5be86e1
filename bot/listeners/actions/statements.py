"""What a story's button and menu open: all its statements, words in their paragraph, a citation."""

from datetime import timedelta

from bot.blocks.modals import citation_modal, in_text_modal, statements_modal
from bot.blocks.preferences import NOT_USEFUL, USEFUL
from bot.blocks.story import COPY_CITATION, FOLLOW_OR_MUTE, read_references
from bot.listeners.actions.preferences import choose_actors, vote
from bot.listeners.ask import SlackRequest
from bot.listeners.places import get_visible_article
from bot.listeners.services import Services
from bot.stories.choice import Choice, Picked
from bot.stories.composition import compose


async def all_statements(ask: SlackRequest, services: Services) -> None:
    """Show the story as it stands now, with articles that came since the digest."""
    now = services.clock.now()
    story = await services.store.articles.get_story(ask.team, int(ask.value), now)
    choice = Choice((Picked(story, story.articles),))
    composed = compose(choice, now=now, zone="UTC", since=now - timedelta(days=1), topic=None)
    await ask.open_modal(statements_modal(composed.entries[0]))


async def more(ask: SlackRequest, services: Services) -> None:
    """Do what was chosen in a story's menu: words in their article, a citation, follow or mute, useful or not."""
    act, _, places = ask.value.partition(":")
    if act == FOLLOW_OR_MUTE:
        await choose_actors(ask, services, int(places))
        return
    if act in {USEFUL, NOT_USEFUL}:
        await vote(ask, services)
        return
    found = [
        (await get_visible_article(reference, ask, services), reference)
        for reference in read_references(places)
    ]
    now = services.clock.now()
    view = citation_modal(found, now) if act == COPY_CITATION else in_text_modal(found, now)
    await ask.open_modal(view)
