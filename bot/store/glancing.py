"""Articles at a glance: the narrow table that a digest's choice reads in place of the articles themselves."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, Row, and_, bindparam, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleSummary, StoredArticle, StorySummary
from bot.store.lately import Lately
from bot.store.tables import glances, story_changes
from bot.stories.shortlist import glance

Views = Mapping[str | None, "_View | None"]


# Some days' news, at a kilobyte each.
_KEPT = 20_000
# Of so many teams that which is their own; each is asked for by name when an older day is read.
_TEAMS = 1_000
# Changes that are kept for those who have not read them; who is further behind reads all anew.
_CHANGES = 10_000
# Teams, for whom all that they see is kept in order.
_SEEN = 32
_BATCH = 1_000


def row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Give the row of an article that may be shown from then on."""
    return glance(stored, dated)._asdict() | {
        "team": stored.team,
        "shown_from": shown_from.timestamp(),
    }


async def remember(
    connection: AsyncConnection, stored: StoredArticle, shown_from: datetime, dated: datetime
) -> None:
    """Keep an article's row; the caller holds the grouping lock."""
    await connection.execute(insert(glances), row(stored, shown_from, dated))
    await connection.execute(insert(story_changes), {"story": stored.story})


async def forget(connection: AsyncConnection, story: int, article: int) -> None:
    """The article is shown no more; the caller holds the grouping lock."""
    gone = delete(glances).where(glances.c.story == story, glances.c.article == article)
    if (await connection.execute(gone)).rowcount:
        await connection.execute(insert(story_changes), {"story": story})


async def tidy(connection: AsyncConnection) -> None:
    """Keep the last changes alone."""
    await connection.execute(delete(story_changes).where(story_changes.c.id <= _LAST - _CHANGES))


class Glances:
    """The stories of some time, held at a glance and brought up to date whenever they are asked for.

    Every digest asks for the same thousands, of which few have changed since the last one asked. Held is what belongs
    to all teams, and to those teams that asked of late.
    """

    def __init__(self) -> None:
        self._stories: dict[int, _Held] = {}
        self._seen: Lately[str | None, _Seen] = Lately(_SEEN)
        # Those who asked, who asked last at the end; None stands for what belongs to all teams.
        self._owners: dict[str | None, None] = {None: None}
        self._count, self._since, self._read_to = 0, inf, 0
        # What was asked for earlier must not be written over what was asked for later.
        self._turn = asyncio.Lock()

    async def read(
        self, connection: AsyncConnection, team: str | None, since: datetime, now: datetime
    ) -> tuple[StorySummary, ...]:
        """Every story with an article first seen since then, as the team may see it."""
        start, moment = since.timestamp(), now.timestamp()
        async with self._turn:
            await self._renew(connection)
            if start < self._since:
                await self._reach_back(connection, start)
            if team not in self._owners:
                await self._take_in(connection, team)
            self._let_go(team, start)
        seen = self._seen_by(team)
        fresh = seen.stories[: bisect_right(seen.views, -start, key=lambda view: -view.latest)]
        # What part of these may be shown already depends on the time.
        coming = {
            held.story: held for held in takewhile(lambda held: held.latest > moment, seen.held)
        }
        if not coming:
            return fresh
        views = [held.seen_by(team, moment) for held in coming.values()]
        part = [view.story for view in views if view is not None and view.latest >= start]
        return (*[one for one in fresh if one.story not in coming], *part)

    async def _renew(self, connection: AsyncConnection) -> None:
        """Read anew what has changed; keep nothing where that cannot be told."""
        changes = (await connection.execute(_CHANGED, {"read_to": self._read_to})).all()
        # The change that was read last comes again: where it does not, others after it may be gone too.
        if (changes[0].id if changes else 0) != self._read_to:
            read_to = (await connection.execute(_READ_TO)).scalar_one()
            self._replace(list(self._stories), {})
            self._since, self._read_to = inf, read_to
        elif changed := {change.story for change in changes[1:]}:
            self._replace(changed, await self._whole(connection, changed, self._owners))
            self._read_to = changes[-1].id

    async def _reach_back(self, connection: AsyncConnection, since: float) -> None:
        asked = {"owners": list(self._owners), "since": since, "until": self._since}
        numbers = (await connection.execute(_FRESH, asked)).scalars()
        unknown = [story for story in numbers if story not in self._stories]
        older = await self._whole(connection, unknown, self._owners)
        self._since = since
        self._replace((), older)

    async def _take_in(self, connection: AsyncConnection, team: str | None) -> None:
        """Hold what is a team's own too, however old it is where the rest of its story is not."""
        # Of stories that are held none has a lower number than this.
        asked = {"team": team, "since": self._since, "oldest": min(self._stories, default=0)}
        rows = (await connection.execute(_OWN, asked)).all()
        numbers = {
            row.story for row in rows if row.shown_from >= self._since or row.story in self._stories
        }
        read = await self._whole(connection, numbers, [*self._owners, team])
        self._owners[team] = None
        self._replace((), read)

    def _let_go(self, team: str | None, since: float) -> None:
        """Of too many, let go what is other teams' own, of who did not ask for longest; then what nobody asks for."""
        if team is not None:
            self._owners[team] = self._owners.pop(team)
        while self._count > _KEPT or len(self._owners) > _TEAMS:
            other = next((owner for owner in self._owners if owner not in {None, team}), None)
            if other is None:
                break
            del self._owners[other]
            self._replace(
                [story for story, held in self._stories.items() if held.owners == {other}], {}
            )
        if self._count > _KEPT and since > self._since:
            self._since = since
            self._replace(
                [story for story, held in self._stories.items() if held.latest < since], {}
            )

    def _replace(self, gone: Iterable[int], read: "Mapping[int, _Held]") -> None:
        """Hold those that were read, as far as they are not too old, in place of these."""
        out = [self._stories.pop(story) for story in {*gone, *read} if story in self._stories]
        fresh = {story: held for story, held in read.items() if held.latest >= self._since}
        self._stories |= fresh
        self._count += sum([len(held.rows) for held in fresh.values()]) - sum(
            [len(held.rows) for held in out]
        )
        changed = set[str | None]().union(*(held.owners for held in (*out, *fresh.values())))
        if None in changed:  # which every team looks through
            self._seen.clear()
        for owner in changed:
            self._seen.drop(owner)

    def _seen_by(self, team: str | None) -> "_Seen":
        """Give what a team sees of all that is held; kept for those who asked last, until something of it changes."""
        found = self._seen.get(team)
        if found is None:
            found = _Seen.by(team, self._stories.values())
            self._seen.keep({team: found})
        return found

    async def _whole(
        self, connection: AsyncConnection, stories: Iterable[int], owners: Collection[str | None]
    ) -> "dict[int, _Held]":
        found: dict[int, list[_Row]] = defaultdict(list)
        numbers = list(stories)
        for start in range(0, len(numbers), _BATCH):
            asked = {"numbers": numbers[start : start + _BATCH]}
            for row in (await connection.execute(_OF_STORIES, asked)).all():
                # Asked for by owner too, SQLite would read all that is theirs.
                if row.team in owners:
                    found[row.story].append(_row(row))
        return {
            story: _Held(_as_known(rows, self._stories.get(story))) for story, rows in found.items()
        }


_ALL: frozenset[str | None] = frozenset([None])


class _Row(NamedTuple):
    glance: ArticleSummary
    team: str | None
    shown_from: float


class _View(NamedTuple):
    latest: float
    story: StorySummary


_NOBODYS: Views = {}


class _Held:
    """All glances of a story; what each team may see of them is worked out once."""

    __slots__ = "_by_all", "_by_owner", "latest", "owners", "rows", "story"

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows, self.story = rows, rows[0].glance.story
        self.latest = max([row.shown_from for row in rows])
        owners = frozenset([row.team for row in rows])
        # Every team looks through what has an article of all teams in it.
        self.owners = _ALL if None in owners else owners
        self._by_all = self._view(None, inf)
        # Of thousands most belong to all: one empty dictionary will do for those.
        own: Views = {team: self._view(team, inf) for team in owners if team is not None}
        self._by_owner = own or _NOBODYS

    def seen_by(self, team: str | None, now: float) -> _View | None:
        """Give what the team may see then."""
        if self.latest > now:
            return self._view(team, now)
        return self._by_owner.get(team, self._by_all)

    def _view(self, team: str | None, now: float) -> _View | None:
        seen = [row for row in self.rows if row.team in {None, team} and row.shown_from <= now]
        if not seen:
            return None
        return _View(
            max([row.shown_from for row in seen]), StorySummary.of([row.glance for row in seen])
        )


class _Seen(NamedTuple):
    """What a team sees, once all of it may be shown, of the stories that are held; each list newest first."""

    views: Sequence[_View]
    stories: tuple[StorySummary, ...]
    held: Sequence[_Held]

    @classmethod
    def by(cls, team: str | None, stories: Iterable[_Held]) -> "_Seen":
        its = [held for held in stories if None in held.owners or team in held.owners]
        views = [view for held in its if (view := held.seen_by(team, inf)) is not None]
        views.sort(key=attrgetter("latest"), reverse=True)
        return cls(
            views,
            tuple([view.story for view in views]),
            sorted(its, key=attrgetter("latest"), reverse=True),
        )


def _as_known(rows: Sequence[_Row], held: _Held | None) -> list[_Row]:
    """Keep the very rows that were known: what is remembered of a story's earlier state would hold another copy."""
    known = {row: row for row in held.rows} if held else {}
    return [known.get(row, row) for row in rows]


def _row(row: Row[Any]) -> _Row:
    team, shown_from, *told = cast("Sequence[Any]", row)
    return _Row(ArticleSummary._make(told), team, shown_from)


# Built once: that takes longer than to ask them.
_READ_TO = select(func.coalesce(func.max(story_changes.c.id), 0))
_LAST = _READ_TO.scalar_subquery()
_CHANGED = (
    select(story_changes)
    .where(story_changes.c.id >= bindparam("read_to"))
    .order_by(story_changes.c.id)
)
_numbers: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_owners: BindParameter[Sequence[str | None]] = bindparam("owners", expanding=True)
_fresh = and_(glances.c.shown_from >= bindparam("since"), glances.c.shown_from < bindparam("until"))
_FRESH = select(glances.c.story).distinct().where(glances.c.team.in_(_owners), _fresh)
_recent = or_(glances.c.shown_from >= bindparam("since"), glances.c.story >= bindparam("oldest"))
_OWN = select(glances.c.story, glances.c.shown_from).where(
    glances.c.team == bindparam("team"), _recent
)
_COLUMNS = [glances.c[name] for name in ("team", "shown_from", *ArticleSummary._fields)]
_OF_STORIES = select(*_COLUMNS).where(glances.c.story.in_(_numbers))
