"""Where articles come from: feeds, kept files, and how often each source speaks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Habit:
    """In which `hours` of the four weeks up to its `last` article a source gave some, oldest first; never empty.

    `reported` is when its present silence was told of, if it was.
    """

    origin: str
    team: str | None
    name: str | None
    hours: tuple[datetime, ...]
    articles: int
    last: datetime
    reported: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that stays in the feed folder, as it was when it was taken in; `reason` where it could not be read."""

    path: str
    size: int
    modified: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A remote feed and how it fares. `team` is None for the operator's; `next_check` None once ended.

    `asked_by` is the channel that hears when it breaks, `told` when it was told so.
    """

    id: int
    url: str
    team: str | None
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_check: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    added: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))
    asked_by: str | None = None
    told: datetime | None = None
