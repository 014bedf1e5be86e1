"""What channels want more and less of: whom they follow and mute, which stories they found useful."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ActorPreference, PreferenceKind, StoryVote
from bot.model.errors import UsageError
from bot.store.database import Database, upsert
from bot.store.search import fold
from bot.store.tables import votes, wishes

MOST_WISHES = 100

# Built once: that takes longer than to ask them.
_team: BindParameter[str] = bindparam("team")
_channel: BindParameter[str] = bindparam("channel")
_WISHES = (
    select(wishes)
    .where(wishes.c.team == _team, wishes.c.channel == _channel)
    .order_by(wishes.c.actor)
)
_VOTES = (
    select(votes)
    .where(votes.c.team == _team, votes.c.channel == _channel, votes.c.at >= bindparam("since"))
    .order_by(votes.c.at.desc(), votes.c.story.desc())
    .limit(bindparam("most"))
)


class PreferenceStore:
    """Followed and muted actors and story votes, by channel. A name is known by its folded words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_actor(self, wish: ActorPreference) -> ActorPreference | None:
        """Keep a wish; give the one that it replaces; raise UsageError where there is no room or no word."""
        row = {
            "actor": _actor(wish.name),
            **{name: getattr(wish, name) for name in ActorPreference.__dataclass_fields__},
        }
        if not row["actor"]:
            raise UsageError("That is no name.", "/digest follow Kallas")
        async with self._database.writing() as connection:
            before = await _wish(connection, wish.team, wish.channel, wish.name)
            if before is None and await _wished(connection, wish.team, wish.channel) >= MOST_WISHES:
                raise UsageError(
                    f"This channel follows and mutes {MOST_WISHES} actors already. Let one go first.",
                    "/digest follow",
                )
            await connection.execute(upsert(connection, wishes, row))
        return before

    async def remove_actor(self, team: str, channel: str, name: str) -> ActorPreference | None:
        """Forget a wish; give it back for Undo."""
        async with self._database.writing() as connection:
            before = await _wish(connection, team, channel, name)
            await connection.execute(
                delete(wishes).where(_its(team, channel), wishes.c.actor == _actor(name))
            )
        return before

    async def get_actors(self, team: str, channel: str) -> tuple[ActorPreference, ...]:
        """A channel's wishes, in order of name."""
        async with self._database.reading() as connection:
            return tuple(
                map(_as_wish, await connection.execute(_WISHES, {"team": team, "channel": channel}))
            )

    async def save_vote(self, vote: StoryVote) -> None:
        """Keep a person's opinion of a story in place of their earlier one."""
        row = {name: getattr(vote, name) for name in StoryVote.__dataclass_fields__}
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, votes, row))

    async def remove_vote(self, team: str, channel: str, story: int, person: str) -> bool:
        """Forget a person's opinion of a story; whether there was one."""
        its = and_(votes.c.team == team, votes.c.channel == channel, votes.c.story == story)
        async with self._database.writing() as connection:
            return (
                await connection.execute(delete(votes).where(its, votes.c.person == person))
            ).rowcount == 1

    async def get_votes(
        self, team: str, channel: str, since: datetime, limit: int = 200
    ) -> tuple[StoryVote, ...]:
        """A channel's votes since then, newest first."""
        asked = {"team": team, "channel": channel, "since": since, "most": limit}
        async with self._database.reading() as connection:
            return tuple(map(_as_vote, await connection.execute(_VOTES, asked)))


def _actor(name: str) -> str:
    return " ".join(fold(name))


def _its(team: str, channel: str) -> ColumnElement[bool]:
    return and_(wishes.c.team == team, wishes.c.channel == channel)


async def _wish(
    connection: AsyncConnection, team: str, channel: str, name: str
) -> ActorPreference | None:
    query = select(wishes).where(_its(team, channel), wishes.c.actor == _actor(name))
    row = (await connection.execute(query)).first()
    return None if row is None else _as_wish(row)


async def _wished(connection: AsyncConnection, team: str, channel: str) -> int:
    return (await connection.execute(select(func.count()).where(_its(team, channel)))).scalar_one()


def _as_wish(row: Row[Any]) -> ActorPreference:
    fields = row._asdict()
    return ActorPreference(
        **{
            name: fields[name] for name in ActorPreference.__dataclass_fields__ if name != "leaning"
        },
        leaning=PreferenceKind(row.leaning),
    )


def _as_vote(row: Row[Any]) -> StoryVote:
    terms = tuple((term, weight) for term, weight in row.terms)
    return StoryVote(**{**row._asdict(), "terms": terms, "actors": tuple(row.actors)})
