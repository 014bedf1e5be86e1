"""What does a channel want? Gathered from the store for those who choose its stories."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import ActorPreference, PreferenceKind, StoryFilter, Verdict
from bot.store import PreferenceStore
from bot.stories.people import NOBODY_ELSE, Directory

# A vote on a story weighs for so long.
REMEMBERED = timedelta(days=90)


async def taste_of(
    preferences: PreferenceStore,
    team: str,
    channel: str,
    asked: StoryFilter,
    now: datetime,
    actors: Directory = NOBODY_ELSE,
) -> StoryFilter:
    """Add to what was asked for whom the channel follows and mutes, in every spelling, and what it called useful."""
    wishes = await preferences.get_actors(team, channel)
    votes = await preferences.get_votes(team, channel, now - REMEMBERED)
    return replace(
        asked,
        followed=_names(wishes, PreferenceKind.FOLLOW, actors),
        muted=_names(wishes, PreferenceKind.MUTE, actors),
        verdicts=tuple(Verdict(vote.story, vote.useful, vote.terms, vote.actors) for vote in votes),
    )


def _names(
    wishes: Iterable[ActorPreference], leaning: PreferenceKind, actors: Directory
) -> tuple[str, ...]:
    return tuple(
        name
        for wish in wishes
        if wish.leaning is leaning
        for name in actors.spellings_of(wish.name)
    )
