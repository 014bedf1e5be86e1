"""What channels want, as the store keeps it."""

from datetime import datetime
from typing import Protocol

from bot.model import ActorPreference, EditPermission, StoryVote, Subscription


class Subscriptions(Protocol):
    """Standing orders, one a channel."""

    async def save(self, subscription: Subscription) -> None:
        """Insert, or replace the channel's."""
        ...

    async def get(self, team: str, channel: str) -> Subscription | None:
        """A channel's subscription."""
        ...

    async def of_team(self, team: str) -> tuple[Subscription, ...]:
        """A workspace's subscriptions, in order of channel."""
        ...

    async def remove(self, team: str, channel: str) -> Subscription | None:
        """Forget a channel's subscription; it is given back for Undo."""
        ...

    async def due(self, now: datetime, limit: int = 100) -> tuple[Subscription, ...]:
        """Those with `next_due` at or before now, not paused, longest due first."""
        ...

    async def note(self, team: str, channel: str, result: str, *, pause: bool = False) -> None:
        """Keep what became of the last delivery, and pause the subscription where only a person can help."""
        ...


class PermissionStore(Protocol):
    """Who may change what, workspace by workspace."""

    async def of(self, team: str) -> EditPermission | None:
        """What the workspace's admins have set; None where they have set nothing."""
        ...

    async def set(self, team: str, rule: EditPermission) -> None:
        """Keep what they have set."""
        ...


class PreferenceStore(Protocol):
    """What channels want more and less of. A name is known by its words, without case and accents."""

    async def wish(self, wish: ActorPreference) -> ActorPreference | None:
        """Keep a wish; give the one that it replaces.

        Raise UsageError where the channel has as many as may be (`MOST_WISHES`), and where the name has no word.
        """
        ...

    async def unwish(self, team: str, channel: str, name: str) -> ActorPreference | None:
        """Forget a wish; give it back for Undo."""
        ...

    async def wishes(self, team: str, channel: str) -> tuple[ActorPreference, ...]:
        """A channel's wishes, in order of name."""
        ...

    async def vote(self, vote: StoryVote) -> None:
        """Keep a person's opinion of a story in place of their earlier one."""
        ...

    async def unvote(self, team: str, channel: str, story: int, person: str) -> bool:
        """Forget a person's opinion of a story; whether there was one."""
        ...

    async def votes(
        self, team: str, channel: str, since: datetime, limit: int = 200
    ) -> tuple[StoryVote, ...]:
        """A channel's votes since then, newest first."""
        ...
