"""Followed and muted actors and votes: stored, looked up, undone."""

import pytest

from bot.model import ActorPreference, PreferenceKind, StoryVote
from bot.model.errors import UsageError
from bot.store import Store
from bot.store.channels import MAX_ACTOR_PREFERENCES
from tests.builders import NOON, later

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"


def preference(
    name: str = "Mara Ilves",
    kind: PreferenceKind = PreferenceKind.FOLLOW,
    channel: str = CHANNEL,
    team: str = TEAM,
) -> ActorPreference:
    """Return a preference of one person."""
    return ActorPreference(team, channel, name, kind, "U0WREN", NOON)


def vote(
    story: int = 1, person: str = "U0WREN", *, useful: bool = True, minutes: int = 0
) -> StoryVote:
    """Somebody's vote."""
    return StoryVote(
        TEAM,
        CHANNEL,
        story,
        useful,
        person,
        later(minutes=minutes),
        (("harbour", 0.5),),
        ("Mara Ilves",),
    )


async def test_a_preference_is_stored_for_its_channel_alone(store: Store) -> None:
    """A channel has its own preferences, by name; no other channel and no other team has them."""
    assert await store.preferences.save_actor(preference("Olen Tarr")) is None
    await store.preferences.save_actor(preference())
    assert await store.preferences.get_actors(TEAM, CHANNEL) == (
        preference(),
        preference("Olen Tarr"),
    )
    assert await store.preferences.get_actors(TEAM, "C0OTHER") == ()
    assert await store.preferences.get_actors("T0OTHER", CHANNEL) == ()


async def test_a_name_is_one_name_however_it_is_written(store: Store) -> None:
    """Case and accents do not make another actor.

    The later preference replaces the earlier, which is returned.
    """
    await store.preferences.save_actor(preference("José  Ilves"))
    assert await store.preferences.save_actor(
        preference("jose ilves", PreferenceKind.MUTE)
    ) == preference("José  Ilves")
    assert await store.preferences.get_actors(TEAM, CHANNEL) == (
        preference("jose ilves", PreferenceKind.MUTE),
    )
    assert await store.preferences.remove_actor(TEAM, CHANNEL, "JOSÉ ILVES") == preference(
        "jose ilves", PreferenceKind.MUTE
    )
    assert await store.preferences.remove_actor(TEAM, CHANNEL, "José Ilves") is None


async def test_a_channel_has_so_many_preferences_and_no_more(store: Store) -> None:
    """The limit is told to the person; a stored preference can still be changed."""
    for number in range(MAX_ACTOR_PREFERENCES):
        await store.preferences.save_actor(preference(f"Actor {number}"))
    with pytest.raises(UsageError, match="already"):
        await store.preferences.save_actor(preference())
    await store.preferences.save_actor(preference("Actor 7", PreferenceKind.MUTE))
    with pytest.raises(UsageError, match="isn't a name"):
        await store.preferences.save_actor(preference("?!"))


async def test_a_person_has_one_vote_a_story(store: Store) -> None:
    """A second vote replaces the first; others keep theirs; newest first."""
    await store.preferences.save_vote(vote())
    await store.preferences.save_vote(vote(person="U0MARET", minutes=1))
    await store.preferences.save_vote(vote(useful=False, minutes=2))
    assert await store.preferences.get_votes(TEAM, CHANNEL, NOON) == (
        vote(useful=False, minutes=2),
        vote(person="U0MARET", minutes=1),
    )
    assert await store.preferences.get_votes(TEAM, CHANNEL, later(minutes=2)) == (
        vote(useful=False, minutes=2),
    )
    assert await store.preferences.remove_vote(TEAM, CHANNEL, 1, "U0WREN")
    assert not await store.preferences.remove_vote(TEAM, CHANNEL, 1, "U0WREN")
    assert len(await store.preferences.get_votes(TEAM, CHANNEL, NOON)) == 1
