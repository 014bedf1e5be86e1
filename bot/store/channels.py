"""What channels want: subscriptions, actors, votes, who may change them and who sees answers."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model import (
    FILTERS,
    ActorPreference,
    AnswerAudience,
    EditPermission,
    PreferenceKind,
    StoryVote,
    Subscription,
    codec,
)
from bot.model.errors import UsageError
from bot.store.database import Repository, messages, upsert
from bot.store.search import fold
from bot.store.tables import (
    actor_preferences,
    answer_audiences,
    deliveries,
    edit_permissions,
    feeds,
    link_previews,
    stories,
    story_votes,
    subscriptions,
)

MAX_ACTOR_PREFERENCES = 100


def of_channel(table: sa.FromClause, team: str, channel: str) -> sa.ColumnElement[bool]:
    """Select the rows of a channel."""
    return sa.and_(table.c.team == team, table.c.channel == channel)


class SubscriptionStore(Repository):
    """Subscriptions to digests, one a channel; the column `next_due` is the schedule."""

    async def save(self, subscription: Subscription) -> None:
        """Insert a subscription, or replace the channel's."""
        row = subscription_row(subscription)
        await self._execute(upsert(self._database.engine, subscriptions, row))

    async def get(self, team: str, channel: str) -> Subscription | None:
        """Return a channel's subscription."""
        query = sa.select(subscriptions).where(of_channel(subscriptions, team, channel))
        row = await self._fetch_first(query)
        return None if row is None else decode_subscription(row)

    async def get_all(self, team: str) -> tuple[Subscription, ...]:
        """Return a workspace's subscriptions, in order of channel."""
        query = sa.select(subscriptions).where(subscriptions.c.team == team)
        return await self._read(query.order_by(subscriptions.c.channel))

    async def move_channel(self, team: str, old: str, new: str) -> None:
        """Move what is kept of a channel whose id changed from the `old` to the `new` one.

        What `new` has of a kind already stays, and the old channel's subscription ends.
        """
        async with self._database.writing() as connection:
            for table in (subscriptions, actor_preferences, story_votes, deliveries):
                has_own = sa.exists().where(of_channel(table.alias(), team, new))
                is_free = sa.and_(of_channel(table, team, old), ~has_own)
                await connection.execute(sa.update(table).where(is_free).values(channel=new))
            ended = sa.delete(subscriptions).where(of_channel(subscriptions, team, old))
            await connection.execute(ended)
            asked = sa.and_(feeds.c.team == team, feeds.c.asked_by == old)
            await connection.execute(sa.update(feeds).where(asked).values(asked_by=new))

    async def get_due(self, now: datetime, limit: int = 100) -> tuple[Subscription, ...]:
        """Return those with `next_due` at or before now that are not paused, longest due first."""
        is_due = sa.and_(subscriptions.c.next_due <= now, ~subscriptions.c.paused)
        query = sa.select(subscriptions).where(is_due)
        order = subscriptions.c.next_due, subscriptions.c.team, subscriptions.c.channel
        return await self._read(query.order_by(*order).limit(limit))

    async def get_scheduled(
        self, now: datetime, after: tuple[str, str], limit: int = 200
    ) -> tuple[Subscription, ...]:
        """Return those due later than now, in order of (team, channel), from `after` on."""
        key = subscriptions.c.team, subscriptions.c.channel
        query = sa.select(subscriptions).where(
            subscriptions.c.next_due > now, sa.tuple_(*key) > after
        )
        return await self._read(query.order_by(*key).limit(limit))

    async def reschedule(self, scheduled: Subscription, next_due: datetime) -> bool:
        """Change when a subscription is due, unless that was changed since it was read."""
        in_channel = of_channel(subscriptions, scheduled.team, scheduled.channel)
        unchanged = subscriptions.c.next_due == scheduled.next_due
        change = sa.update(subscriptions).where(in_channel, unchanged).values(next_due=next_due)
        return await self._execute(change) == 1

    async def remove(self, team: str, channel: str) -> Subscription | None:
        """Delete a channel's subscription, and return it for Undo."""
        statement = sa.delete(subscriptions).where(of_channel(subscriptions, team, channel))
        async with self._database.writing() as connection:
            row = (await connection.execute(statement.returning(subscriptions))).first()
        return None if row is None else decode_subscription(row)

    async def set_last_result(
        self, team: str, channel: str, result: str, *, pause: bool = False
    ) -> None:
        """Store what became of the last delivery; `pause` where only a person can help."""
        values: dict[str, Any] = {"last_result": result}
        if pause:
            values |= {"paused": True, "next_due": None}
        change = sa.update(subscriptions).where(of_channel(subscriptions, team, channel))
        await self._execute(change.values(values))

    async def _read(self, query: sa.Select[Any]) -> tuple[Subscription, ...]:
        return tuple(map(decode_subscription, await self._fetch_all(query)))


def subscription_row(subscription: Subscription) -> dict[str, Any]:
    """Build the row of a subscription."""
    return asdict(subscription) | {"cadence": codec.dump(subscription.cadence)}


def decode_subscription(row: sa.Row[Any]) -> Subscription:
    """Turn a row of `subscriptions` into a subscription."""
    fields = row._asdict()
    lists = {name: tuple(fields[name]) for name in FILTERS}
    return Subscription(**fields | lists | {"cadence": codec.load_cadence(row.cadence)})


class PermissionStore(Repository):
    """Who may change subscriptions, and who sees the answers to mentions, by workspace."""

    async def get(self, team: str) -> EditPermission | None:
        """Return what the workspace's admins have set, if anything."""
        column = edit_permissions.c.who_may_change
        permission = await self._fetch_value(
            sa.select(column).where(edit_permissions.c.team == team)
        )
        return None if permission is None else EditPermission(permission)

    async def set(self, team: str, permission: EditPermission) -> None:
        """Store what the workspace's admins have set."""
        row = {"team": team, "who_may_change": permission}
        await self._execute(upsert(self._database.engine, edit_permissions, row))

    async def get_audience(self, team: str) -> AnswerAudience | None:
        """Return who the workspace's admins let see answers, if they have set it."""
        column = answer_audiences.c.who_sees_answers
        audience = await self._fetch_value(sa.select(column).where(answer_audiences.c.team == team))
        return None if audience is None else AnswerAudience(audience)

    async def set_audience(self, team: str, audience: AnswerAudience) -> None:
        """Store who the workspace's admins let see answers."""
        row = {"team": team, "who_sees_answers": audience}
        await self._execute(upsert(self._database.engine, answer_audiences, row))


class LinkPreviewStore(Repository):
    """The domains below whose links people are shown who said what, by workspace."""

    async def get_domains(self, team: str) -> tuple[str, ...]:
        """Return the domains that the workspace's admins have named; none where it is off."""
        column = link_previews.c.domains
        stored = await self._fetch_value(sa.select(column).where(link_previews.c.team == team))
        return tuple((stored or "").split())

    async def set_domains(self, team: str, domains: Sequence[str]) -> None:
        """Store the domains, none to turn it off."""
        row = {"team": team, "domains": "\n".join(domains)}
        await self._execute(upsert(self._database.engine, link_previews, row))


class PreferenceStore(Repository):
    """Followed and muted actors (by their folded names) and votes on stories, by channel."""

    async def save_actor(self, preference: ActorPreference) -> ActorPreference | None:
        """Store that a channel follows or mutes an actor, and return what this replaces.

        Raise UsageError for a name without a word, or beyond MAX_ACTOR_PREFERENCES.
        """
        team, channel = preference.team, preference.channel
        row = {"actor": _actor_key(preference.name), **asdict(preference)}
        if not row["actor"]:
            raise UsageError(*messages.pair("no_actor_name"))
        count = sa.select(sa.func.count()).where(of_channel(actor_preferences, team, channel))
        query = sa.select(actor_preferences).where(_is_actor(team, channel, preference.name))
        async with self._database.writing() as connection:
            before = (await connection.execute(query)).first()
            stored = (await connection.execute(count)).scalar_one()
            if before is None and stored >= MAX_ACTOR_PREFERENCES:
                raise UsageError(*messages.pair("too_many_actors", limit=MAX_ACTOR_PREFERENCES))
            await connection.execute(upsert(connection, actor_preferences, row))
        return None if before is None else _decode_preference(before)

    async def remove_actor(self, team: str, channel: str, name: str) -> ActorPreference | None:
        """Delete a preference, so that the actor is neither followed nor muted; return it."""
        statement = sa.delete(actor_preferences).where(_is_actor(team, channel, name))
        async with self._database.writing() as connection:
            before = (await connection.execute(statement.returning(actor_preferences))).first()
        return None if before is None else _decode_preference(before)

    async def get_actors(self, team: str, channel: str) -> tuple[ActorPreference, ...]:
        """Return the actors that a channel follows or mutes, in order of name."""
        query = sa.select(actor_preferences).where(of_channel(actor_preferences, team, channel))
        rows = await self._fetch_all(query.order_by(actor_preferences.c.actor))
        return tuple(map(_decode_preference, rows))

    async def save_vote(self, vote: StoryVote) -> None:
        """Store a person's vote on a story in place of their earlier one."""
        await self._execute(upsert(self._database.engine, story_votes, asdict(vote)))

    async def remove_vote(self, team: str, channel: str, story: int, person: str) -> bool:
        """Delete a person's vote on a story; return whether there was one."""
        in_channel = of_channel(story_votes, team, channel)
        vote = sa.and_(in_channel, story_votes.c.story == story, story_votes.c.person == person)
        return await self._execute(sa.delete(story_votes).where(vote)) == 1

    async def get_votes(
        self, team: str, channel: str, since: datetime, limit: int = 200
    ) -> tuple[StoryVote, ...]:
        """Return a channel's votes since then, newest first, on the stories as they are now."""
        recent = sa.and_(of_channel(story_votes, team, channel), story_votes.c.at >= since)
        newest_first = story_votes.c.at.desc(), story_votes.c.story.desc()
        others = (column for column in story_votes.c if column is not story_votes.c.story)
        story = sa.func.coalesce(stories.c.joined, story_votes.c.story).label("story")
        query = sa.select(*others, story).outerjoin(stories, stories.c.id == story_votes.c.story)
        rows = await self._fetch_all(query.where(recent).order_by(*newest_first).limit(limit))
        votes: dict[tuple[int, str], StoryVote] = {}
        for vote in map(_decode_vote, rows):
            votes.setdefault((vote.story, vote.person), vote)  # the newer one, where stories joined
        return tuple(votes.values())


def _actor_key(name: str) -> str:
    return " ".join(fold(name))


def _is_actor(team: str, channel: str, name: str) -> sa.ColumnElement[bool]:
    in_channel = of_channel(actor_preferences, team, channel)
    return sa.and_(in_channel, actor_preferences.c.actor == _actor_key(name))


def _decode_preference(row: sa.Row[Any]) -> ActorPreference:
    fields = row._asdict() | {"kind": PreferenceKind(row.kind)}
    del fields["actor"]
    return ActorPreference(**fields)


def _decode_vote(row: sa.Row[Any]) -> StoryVote:
    terms = tuple((term, weight) for term, weight in row.terms)
    return StoryVote(**row._asdict() | {"terms": terms, "actors": tuple(row.actors)})
