"""What a channel wants more and less of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Verdict:
    """A channel's word on a story, with what the story was about: the terms and named actors that tell its like.

    `bot.stories.verdicts.verdict_on` makes one.
    """

    story: int
    useful: bool
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """What a channel wants to read; nothing in it asks for everything.

    `topics` and `excluded` are words, phrases and actors' names alike: a story must be about one of the first (if
    there are any) and about none of the second. `sources` and `excluded_sources` name outlets, their hosts or the
    agency whose text it is. `followed` and `muted` are actors' names. `verdicts` are recent ones, newest first.
    """

    topics: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    excluded_sources: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


class PreferenceKind(StrEnum):
    """What a channel wants of an actor: more of what they say, or none of it."""

    FOLLOW = "follow"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class ActorPreference:
    """A channel follows or mutes an actor; whoever asked for it last is named."""

    team: str
    channel: str
    name: str
    leaning: PreferenceKind
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoryVote:
    """What one person in a channel thought of a story there, and what it was about then: its terms and actors."""

    team: str
    channel: str
    story: int
    useful: bool
    person: str
    at: datetime
    terms: tuple[tuple[str, float], ...] = ()
    actors: tuple[str, ...] = ()
