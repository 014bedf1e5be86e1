"""Follow and mute actors, and vote on stories: the commands, their Undo, and a story's window."""

from bot.blocks import preferences
from bot.blocks.story import SpanReference, parse_references
from bot.delivery.digest_builder import VOTES_COUNT_FOR
from bot.listeners import messages
from bot.listeners.commands import Command
from bot.listeners.permissions import get_visible_article, require_edit_right, require_inside
from bot.listeners.request import SlackRequest, parse_id
from bot.model import Actor, ActorKind, ActorPreference, PreferenceKind, StoredArticle, StoryVote
from bot.model.errors import Gone
from bot.stories.verdicts import make_verdict


async def follow_or_mute(command: Command, request: SlackRequest) -> None:
    """Lift or hide an actor here; without a name, list whom the channel follows and mutes."""
    if not command.argument:
        await _list_preferences(request)
        return
    await require_edit_right(request, request.channel)
    name, articles = command.argument, request.store.articles
    kind = PreferenceKind.FOLLOW if command.word == "follow" else PreferenceKind.MUTE
    preference = _preference(request.channel, name, kind, request)
    before = await request.store.preferences.save_actor(preference)
    heard = bool(await articles.find_statements_by(request.team, name, request.now(), limit=1))
    await request.answer_all(preferences.preference_saved(preference, before, heard=heard))


async def unfollow(command: Command, request: SlackRequest) -> None:
    """Remove the preference, so that an actor is neither followed nor muted."""
    await require_edit_right(request, request.channel)
    store, name = request.store.preferences, command.argument
    before = await store.remove_actor(request.team, request.channel, name)
    await request.answer_all(preferences.preference_removed(name, before))


async def undo_preference(request: SlackRequest) -> None:
    """Go back to what the channel wanted of an actor before."""
    name, before = request.decode(preferences.load_preference)
    await require_edit_right(request, request.channel)
    if before is None:
        undone = await request.store.preferences.remove_actor(request.team, request.channel, name)
        message = preferences.preference_removed(name, undone)
    else:
        preference = _preference(request.channel, name, before, request)
        undone = await request.store.preferences.save_actor(preference)
        message = preferences.preference_saved(preference, undone, heard=True)
    await request.answer(message, replace=True)


async def _list_preferences(request: SlackRequest) -> None:
    now, store = request.now(), request.store.preferences
    actors = await store.get_actors(request.team, request.channel)
    votes = await store.get_votes(request.team, request.channel, now - VOTES_COUNT_FOR)
    useful = sum(vote.useful for vote in votes)
    await request.answer_all(preferences.preference_list(actors, useful, len(votes) - useful, now))


def _preference(
    channel: str, name: str, kind: PreferenceKind, request: SlackRequest
) -> ActorPreference:
    return ActorPreference(request.team, channel, name, kind, request.user, request.now())


async def open_actors(request: SlackRequest, story: int) -> None:
    """Open the window in which the actors of a story are followed and muted."""

    async def show() -> dict[str, object]:
        await require_inside(request)
        return await _actors_modal(request, request.channel, story)

    await request.fill_modal("actors_title", show)


async def follow_actor(request: SlackRequest) -> None:
    """Follow the actor whose button was pressed in the window."""
    await _save_pressed(request, PreferenceKind.FOLLOW)


async def mute_actor(request: SlackRequest) -> None:
    """Mute the actor whose button was pressed in the window."""
    await _save_pressed(request, PreferenceKind.MUTE)


async def unfollow_actor(request: SlackRequest) -> None:
    """Remove the preference for the actor whose button was pressed in the window."""
    await _save_pressed(request, None)


async def _save_pressed(request: SlackRequest, kind: PreferenceKind | None) -> None:
    metadata = (request.body.get("view") or {}).get("private_metadata", "")
    channel, story = request.decode(preferences.parse_actors_metadata, metadata)
    await require_edit_right(request, channel)
    reference, *_ = request.decode(parse_references)
    stored = await get_visible_article(reference, request)
    name = stored.article.body[reference.start : reference.end]
    if kind:
        preference = _preference(channel, name, kind, request)
        await request.store.preferences.save_actor(preference)
    else:
        await request.store.preferences.remove_actor(request.team, channel, name)
    await request.update_modal(await _actors_modal(request, channel, story))


async def _actors_modal(request: SlackRequest, channel: str, number: int) -> dict[str, object]:
    story = await request.store.articles.get_story(request.team, number, request.now())
    saved = await request.store.preferences.get_actors(request.team, channel)
    kinds = {_name_key(preference.name): preference.kind for preference in saved}
    actors = _find_named_actors(story.articles)
    shown = {
        reference: kinds[key]
        for reference, actor in actors.items()
        if (key := _name_key(actor.name.text)) in kinds
    }
    return preferences.actors_modal(actors, shown, channel=channel, story=number)


def _find_named_actors(articles: tuple[StoredArticle, ...]) -> dict[str, Actor]:
    """Return each named actor once, if possible with a role, by a reference; most quoted first."""
    mentions: dict[str, list[tuple[str, Actor]]] = {}
    for stored in articles:
        for statement in stored.analysis.statements:
            actor = statement.actor
            if actor and actor.kind is not ActorKind.UNNAMED:
                reference = SpanReference(stored.id, actor.name.start, actor.name.end)
                key = _name_key(actor.name.text)
                mentions.setdefault(key, []).append((str(reference), actor))
    most_first = sorted(mentions.values(), key=len, reverse=True)
    return dict(next((pair for pair in pairs if pair[1].role), pairs[0]) for pairs in most_first)


def _name_key(name: str) -> str:
    return " ".join(name.casefold().split())


async def vote(request: SlackRequest) -> None:
    """Save what a person thought of a story, or take it back."""
    store = request.store.preferences
    action, _, number = request.value.partition(":")
    story_id = request.decode(parse_id, number)
    if action == preferences.NO_VOTE:
        if not await store.remove_vote(request.team, request.channel, story_id, request.user):
            raise Gone(messages.text("vote_taken_back"))
        await request.answer(preferences.vote_message(story_id, useful=None), replace=True)
        return
    now, useful = request.now(), action == preferences.USEFUL
    story = await request.store.articles.get_story(request.team, story_id, now)
    verdict = make_verdict(story, useful=useful)
    details = useful, request.user, now, verdict.terms, verdict.actors
    await store.save_vote(StoryVote(request.team, request.channel, story.id, *details))
    await request.answer(preferences.vote_message(story.id, useful=useful))
