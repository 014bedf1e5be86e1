"""A workspace that installed Dateline, and what was deleted of one."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that added Dateline, and the token it gave us; the newest installation of the workspace counts.

    `expires` and `refresh_token` are set where the app's tokens rotate: https://docs.slack.dev/authentication/using-token-rotation
    """

    team: str
    name: str
    app: str
    bot: str
    bot_user: str
    installer: str
    scopes: tuple[str, ...]
    installed: datetime
    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    enterprise: str | None = None


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How much of a team was deleted."""

    articles: int
    deliveries: int
    subscriptions: int
    feeds: int
