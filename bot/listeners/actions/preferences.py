"""Buttons that tell what a channel wants more and less of: follow, mute, useful, not useful, and their undoing."""

from bot.blocks import preferences
from bot.blocks.story import Reference, read_references
from bot.listeners.ask import SlackRequest
from bot.listeners.permissions import require_right
from bot.listeners.places import get_visible_article
from bot.listeners.services import Services
from bot.model import Actor, ActorKind, ActorPreference, PreferenceKind, StoredArticle, StoryVote
from bot.model.errors import NotFound
from bot.stories.verdicts import verdict_on


async def undo_wish(ask: SlackRequest, services: Services) -> None:
    """Go back to what the channel wanted of an actor before."""
    name, before = preferences.load_wish(ask.value)
    await require_right(ask, services, ask.channel)
    if before is None:
        await ask.answer(
            preferences.let_go(
                name, await services.store.preferences.remove_actor(ask.team, ask.channel, name)
            ),
            replace=True,
        )
        return
    wish = ActorPreference(ask.team, ask.channel, name, before, ask.person, services.clock.now())
    await ask.answer(
        preferences.wished(wish, await services.store.preferences.save_actor(wish), heard=True),
        replace=True,
    )


async def choose_actors(ask: SlackRequest, services: Services, story: int) -> None:
    """Open the window in which the actors of a story are followed and muted."""
    await ask.open_modal(await _window(ask, services, ask.channel, story))


async def follow_actor(ask: SlackRequest, services: Services) -> None:
    """Follow the actor whose button was pressed in the window."""
    await _lean(ask, services, PreferenceKind.FOLLOW)


async def mute_actor(ask: SlackRequest, services: Services) -> None:
    """Mute them."""
    await _lean(ask, services, PreferenceKind.MUTE)


async def let_actor_go(ask: SlackRequest, services: Services) -> None:
    """Neither."""
    await _lean(ask, services, None)


async def _lean(ask: SlackRequest, services: Services, leaning: PreferenceKind | None) -> None:
    channel, story = preferences.read_place(ask.view_metadata)
    await require_right(ask, services, channel)
    [reference] = read_references(ask.value)
    name = (await get_visible_article(reference, ask, services)).article.body[
        reference.start : reference.end
    ]
    if leaning:
        await services.store.preferences.save_actor(
            ActorPreference(ask.team, channel, name, leaning, ask.person, services.clock.now())
        )
    else:
        await services.store.preferences.remove_actor(ask.team, channel, name)
    await ask.update_modal(await _window(ask, services, channel, story))


async def _window(
    ask: SlackRequest, services: Services, channel: str, number: int
) -> dict[str, object]:
    story = await services.store.articles.get_story(ask.team, number, services.clock.now())
    actors = _named(story.articles)
    wished = {
        _key(wish.name): wish.leaning
        for wish in await services.store.preferences.get_actors(ask.team, channel)
    }
    leanings = {
        place: wished[key]
        for place, actor in actors.items()
        if (key := _key(actor.name.text)) in wished
    }
    return preferences.actors_modal(actors, leanings, channel=channel, story=number)


def _named(articles: tuple[StoredArticle, ...]) -> dict[str, Actor]:
    """Give the named actors of a story once each, who says most first, by the place where the name stands."""
    heard: dict[str, list[tuple[str, Actor]]] = {}
    for stored in articles:
        for statement in stored.analysis.statements:
            actor = statement.actor
            if actor and actor.kind is not ActorKind.UNNAMED:
                place = Reference(stored.id, actor.name.start, actor.name.end)
                heard.setdefault(_key(actor.name.text), []).append((str(place), actor))
    most_first = sorted(heard.values(), key=len, reverse=True)
    return dict(next((one for one in spoken if one[1].role), spoken[0]) for spoken in most_first)


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


async def vote(ask: SlackRequest, services: Services) -> None:
    """Keep what a person thought of a story, or take it back."""
    act, _, place = ask.value.partition(":")
    number = int(place)
    if act == preferences.NO_VOTE:
        if not await services.store.preferences.remove_vote(
            ask.team, ask.channel, number, ask.person
        ):
            raise NotFound("That was taken back already.")
        await ask.answer(preferences.voted(None, number), replace=True)
        return
    now, useful = services.clock.now(), act == preferences.USEFUL
    story = await services.store.articles.get_story(ask.team, number, now)
    said = verdict_on(story, useful=useful)
    kept = StoryVote(
        ask.team, ask.channel, number, useful, ask.person, now, said.terms, said.actors
    )
    await services.store.preferences.save_vote(kept)
    await ask.answer(preferences.voted(useful, number))
