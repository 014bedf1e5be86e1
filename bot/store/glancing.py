"""Articles at a glance: the narrow table that a digest's choice reads in place of the articles themselves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from itertools import takewhile
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import and_, bindparam, delete, func, insert, select

from bot.ports import Glance, StoryGlance
from bot.store.tables import glances, story_changes
from bot.stories.shortlist import glance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import StoredArticle

# Some days' news, at half a kilobyte each.
_KEPT = 20_000
# Changes that are kept for those who have not read them; who is further behind reads all anew.
_CHANGES = 10_000
_BATCH = 1_000


def row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Give the row of an article that may be shown from then on."""
    found = glance(stored, dated)
    own = {"team": stored.team, "shown_from": shown_from.timestamp(), "speakers": "\n".join(found.speakers)}
    return found._asdict() | own


async def remember(connection: AsyncConnection, stored: StoredArticle, shown_from: datetime, dated: datetime) -> None:
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

    Every digest asks for the same thousands, of which few have changed since the last one asked.
    """

    def __init__(self) -> None:
        self._stories: dict[int, _Held] = {}
        self._newest_first: list[_Held] = []
        self._since, self._read_to = inf, 0
        # What was asked for earlier must not be written over what was asked for later.
        self._turn = asyncio.Lock()

    async def read(
        self, connection: AsyncConnection, team: str | None, since: datetime, now: datetime
    ) -> tuple[StoryGlance, ...]:
        """Every story with an article first seen since then, as the team may see it."""
        start, moment = since.timestamp(), now.timestamp()
        async with self._turn:
            await self._renew(connection, start)
            if start < self._since:
                await self._reach_back(connection, start)
        fresh = takewhile(lambda held: held.latest >= start, self._newest_first)
        views = [held.seen_by(team, moment) for held in fresh]
        return tuple([view.story for view in views if view is not None and view.latest >= start])

    async def _renew(self, connection: AsyncConnection, asked: float) -> None:
        """Read anew what has changed; keep nothing where that cannot be told, of too many only what is asked for."""
        changes = (await connection.execute(_CHANGED, {"read_to": self._read_to})).all()
        # The change that was read last comes again: where it does not, others after it may be gone too.
        if (changes[0].id if changes else 0) != self._read_to:
            read_to = (await connection.execute(_READ_TO)).scalar_one()
            self._stories.clear()
            self._settle(inf, read_to)
        elif changed := {change.story for change in changes[1:]}:
            read = await self._whole(connection, changed)
            for story in changed:
                self._stories.pop(story, None)
            self._stories |= {story: held for story, held in read.items() if held.latest >= self._since}
            self._settle(self._since, changes[-1].id)
            if sum([len(held.rows) for held in self._newest_first]) > _KEPT and asked > self._since:
                self._stories = {story: held for story, held in self._stories.items() if held.latest >= asked}
                self._settle(asked, self._read_to)

    async def _reach_back(self, connection: AsyncConnection, since: float) -> None:
        numbers = (await connection.execute(_FRESH, {"since": since, "until": self._since})).scalars()
        self._stories |= await self._whole(connection, [story for story in numbers if story not in self._stories])
        self._settle(since, self._read_to)

    def _settle(self, since: float, read_to: int) -> None:
        """All that was shown since then is held, as it was after that change; put it in order."""
        self._since, self._read_to = since, read_to
        self._newest_first = sorted(self._stories.values(), key=attrgetter("latest"), reverse=True)

    async def _whole(self, connection: AsyncConnection, stories: Iterable[int]) -> dict[int, _Held]:
        found: dict[int, list[_Row]] = defaultdict(list)
        numbers = list(stories)
        for start in range(0, len(numbers), _BATCH):
            asked = {"numbers": numbers[start : start + _BATCH]}
            for row in (await connection.execute(_OF_STORIES, asked)).all():
                one = _row(row)
                found[one.glance.story].append(one)
        return {story: _Held(_as_known(rows, self._stories.get(story))) for story, rows in found.items()}


class _Row(NamedTuple):
    glance: Glance
    team: str | None
    shown_from: float


class _View(NamedTuple):
    latest: float
    story: StoryGlance


class _Held:
    """All glances of a story; what each team may see of them is worked out once."""

    __slots__ = "_views", "latest", "rows"

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows = rows
        self.latest = max([row.shown_from for row in rows])
        owners = {None, *(row.team for row in rows)}
        self._views: Mapping[str | None, _View | None] = {team: self._view(team, inf) for team in owners}

    def seen_by(self, team: str | None, now: float) -> _View | None:
        """Give what the team may see then."""
        if self.latest > now:
            return self._view(team, now)
        return self._views.get(team, self._views[None])

    def _view(self, team: str | None, now: float) -> _View | None:
        seen = [row for row in self.rows if row.team in {None, team} and row.shown_from <= now]
        if not seen:
            return None
        return _View(max([row.shown_from for row in seen]), StoryGlance.of([row.glance for row in seen]))


def _as_known(rows: Sequence[_Row], held: _Held | None) -> list[_Row]:
    """Keep the very rows that were known: what is remembered of a story's earlier state would hold another copy."""
    known = {row: row for row in held.rows} if held else {}
    return [known.get(row, row) for row in rows]


def _row(row: Row[Any]) -> _Row:
    team, shown_from, *told, speakers = cast("Sequence[Any]", row)
    return _Row(Glance._make((*told, tuple(speakers.split("\n")) if speakers else ())), team, shown_from)


# Built once: that takes longer than to ask them.
_READ_TO = select(func.coalesce(func.max(story_changes.c.id), 0))
_LAST = _READ_TO.scalar_subquery()
_CHANGED = select(story_changes).where(story_changes.c.id >= bindparam("read_to")).order_by(story_changes.c.id)
_fresh = and_(glances.c.shown_from >= bindparam("since"), glances.c.shown_from < bindparam("until"))
_FRESH = select(glances.c.story).distinct().where(_fresh)
_numbers: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_COLUMNS = [glances.c[name] for name in ("team", "shown_from", *Glance._fields)]
_OF_STORIES = select(*_COLUMNS).where(glances.c.story.in_(_numbers))
