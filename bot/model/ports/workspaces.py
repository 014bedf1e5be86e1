"""The store's workspaces and their tokens."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.model import Installation


class Installations(Protocol):
    """The workspaces that added Dateline; their tokens are sealed at rest."""

    async def save(self, installation: Installation) -> None:
        """Insert, or replace the workspace's."""
        ...

    async def of_team(self, team: str) -> Installation | None:
        """None too where its token was sealed with a key that we no longer have."""
        ...

    async def all(self) -> tuple[tuple[str, str], ...]:
        """Every workspace's id and name, in order of name, whether or not its token can be read."""
        ...

    async def expiring(self, before: datetime) -> tuple[str, ...]:
        """The workspaces whose token ends before then, soonest first."""
        ...

    async def reseal(self) -> int:
        """Seal with the first key what an older one sealed, so that the older can be given up; how many."""
        ...

    async def remove(self, team: str, before: datetime) -> bool:
        """Forget a workspace's token; not one of an installation begun after `before`. Whether there was one."""
        ...

    def renewing(self, team: str) -> AbstractAsyncContextManager[None]:
        """Hold the right to renew a workspace's token: a refresh token can be used once."""
        ...

    def issue_state(self, now: datetime) -> str:
        """Give a mark that only we can make, for the way to Slack's consent page and back."""
        ...

    async def take_state(self, state: str, now: datetime) -> bool:
        """Whether we issued it in the last ten minutes and never saw it come back before."""
        ...
