"""Articles, their versions and stories: what was taken in, and who may see it when."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Article,
    Candidate,
    DisplayLevel,
    IntakeCounts,
    NewArticle,
    Policy,
    SourcedStatement,
    StatementRef,
    Status,
    StoredArticle,
    StoredVersion,
    Story,
    StorySummary,
)
from bot.model.errors import NotFound
from bot.store import analyses, glancing, names, search
from bot.store.candidates import candidates
from bot.store.database import GROUPING_LOCK, Database, upsert
from bot.store.glancing import Glances
from bot.store.shelf import ArticleCache, columns, marks
from bot.store.sources import note_arrival
from bot.store.tables import (
    Owner,
    article_aliases,
    article_terms,
    articles,
    killed,
    owned,
    stories,
    visible,
    visible_when_asked,
)

# Articles read at a time in an export, so that no transaction stays open while a reader is slow.
_BATCH = 100

_newest_first = (articles.c.dated.desc(), articles.c.id.desc())
# Built once: that takes longer than to ask them.
_numbers: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_WORDS = select(articles.c.id, articles.c.headline, articles.c.body).where(
    articles.c.id.in_(_numbers)
)
_OF_STORY = (
    select(*marks)
    .where(articles.c.story == bindparam("story"), visible_when_asked())
    .order_by(*_newest_first)
)
_PUT = insert(articles).returning(articles.c.id)
# An origin is a folder's name, or a feed's host behind two strokes.
_STROKES = ("", "//")


class ArticleStore:
    """Articles, their analyses and stories. A `team` sees the operator's articles and its own.

    What is superseded, withdrawn or under embargo at `now` is in none of the lists.
    """

    def __init__(
        self, database: Database, policies: Mapping[str, Policy] = MappingProxyType({})
    ) -> None:
        self._database, self.shelf = database, ArticleCache(policies)
        self._glances, self._common = Glances(), names.Common()
        # Of these sources nobody is shown who said what.
        self._links = [
            f"{mark}{name}"
            for name, policy in policies.items()
            if policy.show is DisplayLevel.LINK
            for mark in _STROKES
        ]
        self._seen = and_(visible_when_asked(), self._told())

    async def find_version(
        self, team: str | None, identity: str, replaces: Sequence[str] = ()
    ) -> StoredVersion | None:
        """Ask before an article is analysed: new, a duplicate or an update; of itself, or of one it replaces."""
        async with self._database.reading() as connection:
            row = itself = await _newest_version(connection, team, identity)
            if row is None:
                row = await _newest_of(connection, team, replaces)
        if row is None:
            return None
        return StoredVersion(
            id=row.id,
            version=row.version,
            content_hash=row.content_hash,
            withdrawn=row.withdrawn or row.status == Status.CANCELED,
            origin=row.origin,
            replaced=itself is not None and row.own != identity,
            succeeded=itself is None,
        )

    async def put(
        self, new: NewArticle, choose: Callable[[Sequence[Candidate]], int | None]
    ) -> StoredArticle:
        """Store with analysis and story, in one transaction; the very same article again changes nothing."""
        async with self._database.writing(GROUPING_LOCK) as connection:
            previous = await _newest_of(connection, new.team, (new.identity, *new.replaces))
            identity = previous.identity if previous else new.identity
            if new.replaces or identity != new.identity:
                await _take_places(connection, new, identity)
            if previous is not None:
                stored = self.shelf.stored(previous)
                if stored.article == new.article and not previous.withdrawn:
                    return stored
                await _supersede(connection, previous)
                story = stored.story
            else:
                chosen = choose(await candidates(connection, new))
                story = await _begin_story(connection, new.seen) if chosen is None else chosen
            return await self._insert(connection, new, identity, story)

    async def withdraw(self, team: str | None, identity: str) -> bool:
        """Mark an article, with those it replaced, as killed; of one replaced itself, what took its place stays."""
        async with self._database.writing(GROUPING_LOCK) as connection:
            newest = await _newest_version(connection, team, identity)
            if newest is None:
                return False
            its = _LINE if newest.own == identity else and_(_LINE, articles.c.own == identity)
            gone = update(articles).where(its).values(withdrawn=True, live=False)
            told = gone.returning(articles.c.id, articles.c.story)
            rows = (await connection.execute(told, {"line": identity, "of": team})).all()
            for row in rows:
                await glancing.forget(connection, row.story, row.id)
        return bool(rows)

    async def get(self, article: int) -> StoredArticle:
        """One article, whatever its state (for proof); raise NotFound."""
        async with self._database.reading() as connection:
            row = (
                await connection.execute(select(*columns).where(articles.c.id == article))
            ).first()
        if row is None:
            raise NotFound(f"There is no article {article}.")
        return self.shelf.stored(row)

    async def get_texts(self, numbers: Collection[int]) -> dict[int, Article]:
        """Headline and body alone of these articles, as they are stored, whatever their state (for proof)."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_WORDS, {"numbers": list(numbers)})).all()
        return {row.id: Article(body=row.body, headline=row.headline) for row in rows}

    async def find_withdrawn(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these that their source has killed."""
        query = select(articles.c.id).where(articles.c.id.in_(numbers), killed)
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def find_visible(
        self, team: str | None, numbers: Collection[int], now: datetime
    ) -> frozenset[int]:
        """Those of these that the team may be shown now."""
        query = select(articles.c.id).where(articles.c.id.in_(numbers), visible(team, now))
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def get_newest_versions(
        self, team: str | None, numbers: Collection[int], now: datetime
    ) -> dict[int, StoredArticle]:
        """The version of each of these articles that may be shown now: itself or a later one; absent where none may."""
        asked = articles.alias()
        same = and_(articles.c.identity == asked.c.identity, articles.c.team == asked.c.team)
        query = select(asked.c.id, articles.c.id).select_from(asked).join(articles, same)
        query = query.where(
            asked.c.id.in_(numbers), articles.c.id >= asked.c.id, visible(team, now)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(articles.c.id))).all()
            found = {row[0]: row[1] for row in rows}  # of several the last
            held = await self.shelf.of(connection, set(found.values()))
        return {asked: held[newest] for asked, newest in found.items()}

    async def get_stories(
        self, team: str | None, since: datetime, now: datetime
    ) -> tuple[Story, ...]:
        """Stories with an article first seen since then, whole, newest first; an embargo's end counts as seen."""
        fresh = select(articles.c.story).where(articles.c.shown_from >= since, visible(team, now))
        its = articles.c.story.in_(fresh), visible(team, now)
        return await self._stories(select(*marks).where(*its).order_by(*_newest_first), {})

    async def get_story_summaries(
        self, team: str | None, since: datetime, now: datetime
    ) -> tuple[StorySummary, ...]:
        """What `stories` would give, in no order, with no more of each article than a choice needs."""
        async with self._database.reading() as connection:
            return await self._glances.read(connection, team, since, now)

    async def load_stories(
        self, team: str | None, glanced: Collection[StorySummary], now: datetime
    ) -> tuple[Story, ...]:
        """The stories that the team was shown at a glance a moment ago, newest first."""
        newest_first = sorted(
            [(one.dated, one.article) for story in glanced for one in story.articles], reverse=True
        )
        async with self._database.reading() as connection:
            held = await self.shelf.shown(
                connection, [article for _, article in newest_first], team, now
            )
        return _as_stories(held[article] for _, article in newest_first if article in held)

    async def find_mentioning(
        self, team: str | None, topics: Collection[str], since: datetime, now: datetime
    ) -> frozenset[int]:
        """Articles dated since then that hold all the words of one of the topics, in whatever order."""
        async with self._database.reading() as connection:
            found = [await search.since(connection, team, topic, since, now) for topic in topics]
        return frozenset().union(*found)

    async def get_story(self, team: str | None, story: int, now: datetime) -> Story:
        """One story as the team may see it; raise NotFound."""
        found = await self._stories(_OF_STORY, {"story": story, "team": team, "now": now})
        if not found:
            raise NotFound(f"There is no story {story}, or all of it was withdrawn.")
        return found[0]

    async def find_statements_by(
        self, team: str | None, name: str, now: datetime, limit: int = 20
    ) -> tuple[SourcedStatement, ...]:
        """Statements of actors whose name holds all words of `name` (case and accents aside), newest first."""
        async with self._database.reading() as connection:
            places = await names.places(
                connection, self._common, self._heard(team, now), search.fold(name), limit
            )
            held = await self.shelf.of(connection, {article for article, _ in places})
        return tuple(
            SourcedStatement(held[article].analysis.statements[place], held[article])
            for article, place in places
        )

    async def find_earlier_statements(
        self,
        team: str | None,
        wanted: Collection[tuple[str, datetime]],
        now: datetime,
        limit: int = 20,
    ) -> dict[tuple[str, datetime], tuple[StatementRef, ...]]:
        """For each name and time, where actors of this very name speak in articles dated before then; newest first."""
        asked = list(wanted)
        seen = {"team": team, "now": now}
        async with self._database.reading() as connection:
            found = await names.places_before(connection, self._seen, seen, asked, limit)
            terms = await self.shelf.terms(
                connection, {article for places in found for article, _ in places}
            )
        traces = [
            tuple(
                [
                    StatementRef(article, place, terms[article])
                    for article, place in places
                    if article in terms
                ]
            )
            for places in found
        ]
        return dict(zip(wanted, traces, strict=True))

    async def load_statements(
        self, team: str | None, traces: Collection[StatementRef], now: datetime
    ) -> dict[tuple[int, int], SourcedStatement]:
        """Read the statements that the team was led to a moment ago, by article and place."""
        async with self._database.reading() as connection:
            held = await self.shelf.shown(connection, {one.article for one in traces}, team, now)
        return {
            (one.article, one.place): SourcedStatement(
                held[one.article].analysis.statements[one.place], held[one.article]
            )
            for one in traces
            if one.article in held
        }

    async def find_similar_names(
        self, team: str | None, name: str, now: datetime
    ) -> tuple[str, ...]:
        """Words of speaking actors' names that look like the last one of `name`, likeliest first, three at most."""
        async with self._database.reading() as connection:
            return await names.like(
                connection, self._common, team, self._heard(team, now), search.fold(name)
            )

    async def search(
        self, team: str | None, words: str, now: datetime, limit: int = 10
    ) -> tuple[StoredArticle, ...]:
        """Articles that hold all the words, newest first."""
        async with self._database.reading() as connection:
            ids = await search.find(connection, team, words, now, limit)
            held = await self.shelf.of(connection, ids)
        return tuple(held[i] for i in ids)

    async def iter_statements(
        self, team: str | None, since: datetime, now: datetime
    ) -> AsyncIterator[SourcedStatement]:
        """Every statement of articles first seen since then, newest first (export)."""
        query = select(articles.c.id).where(articles.c.shown_from >= since, visible(team, now))
        async with self._database.reading() as connection:
            ids = (await connection.execute(query.order_by(*_newest_first))).scalars().all()
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            async with self._database.reading() as connection:
                held = await self.shelf.of(connection, batch)
            for article in (held[i] for i in batch if i in held):
                for statement in article.analysis.statements:
                    yield SourcedStatement(statement, article)

    async def drop_texts(
        self, source: str, before: datetime, now: datetime, limit: int = 200
    ) -> int:
        """Drop the texts of a source's articles first shown before then; how many, `limit` at the most."""
        its = articles.c.origin.in_([f"{mark}{source}" for mark in _STROKES])
        old = select(articles).where(
            its, articles.c.shown_from < before, articles.c.dropped.is_(None)
        )
        async with self._database.writing(GROUPING_LOCK) as connection:
            rows = (await connection.execute(old.order_by(articles.c.seen).limit(limit))).all()
            for row in rows:
                await self._drop(connection, row, now)
        return len(rows)

    async def _drop(self, connection: AsyncConnection, row: Row[Any], now: datetime) -> None:
        """What leads to an article goes with its text; its places stay, and its name, so that no copy is news."""
        held = self.shelf.stored(row)
        await _supersede(connection, row)
        await search.forget(connection, row.id, row.dated, held.article)
        await names.forget(
            connection, replace(held, analysis=analyses.unpack(row.analysis, row.body)), row.dated
        )
        fingerprint = hashlib.sha256(row.body.encode()).hexdigest()
        without = {"body": "", "dropped": now, "fingerprint": fingerprint, "terms": []}
        await connection.execute(update(articles).where(articles.c.id == row.id).values(without))

    async def count_intake(self, team: str | None, since: datetime, now: datetime) -> IntakeCounts:
        """How much came in since then, without reading any of it."""
        query = select(
            func.count(articles.c.story.distinct()), func.count(), func.max(articles.c.seen)
        )
        query = query.where(
            articles.c.seen.between(since, now), articles.c.shown_from.between(since, now)
        )
        query = query.where(articles.c.live, owned(team))
        async with self._database.reading() as connection:
            return IntakeCounts(*(await connection.execute(query)).one())

    async def count_embargoed(self, team: str | None, now: datetime) -> int:
        """How many articles wait for their embargo to end."""
        query = select(func.count()).select_from(articles)
        query = query.where(articles.c.embargoed > now, articles.c.live, owned(team))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    def _heard(self, team: str | None, now: datetime) -> ColumnElement[bool]:
        """Articles of which the team may be told who said what."""
        return and_(visible(team, now), self._told())

    def _told(self) -> ColumnElement[bool]:
        """Articles of whose source more than the link may be shown; where that is all, no row is read for it."""
        return articles.c.origin.not_in(self._links) if self._links else true()

    async def _stories(
        self, newest_first: Select[Any], asked: Mapping[str, Any]
    ) -> tuple[Story, ...]:
        async with self._database.reading() as connection:
            known = (await connection.execute(newest_first, asked)).all()
            return _as_stories(await self.shelf.with_marks(connection, known))

    async def _insert(
        self, connection: AsyncConnection, new: NewArticle, identity: str, story: int
    ) -> StoredArticle:
        row = _row(new, identity, story)
        article = (await connection.execute(_PUT, row)).scalar_one()
        policy = self.shelf.policy(new.origin)
        stored = StoredArticle(
            article, story, new.team, new.seen, new.article, new.analysis, new.origin, policy
        )
        terms = {term for term, _ in new.analysis.terms}
        if terms and row["live"]:
            rows = [{"term": term, "seen": new.seen, "article": article} for term in terms]
            await connection.execute(insert(article_terms), rows)
        if row["live"]:
            await glancing.remember(connection, stored, row["shown_from"], row["dated"])
        await names.remember(connection, stored, row["dated"])
        await search.remember(connection, article, row["dated"], new.article)
        if new.origin and row["live"]:
            await note_arrival(connection, new)
        return stored


def _as_stories(newest_first: Iterable[StoredArticle]) -> tuple[Story, ...]:
    """Group articles: stories by their newest article, and the articles in each, newest first."""
    grouped: dict[int, list[StoredArticle]] = defaultdict(list)
    for stored in newest_first:
        grouped[stored.story].append(stored)
    return tuple(Story(story, tuple(held)) for story, held in grouped.items())


def _line() -> ColumnElement[bool]:
    """All versions of an article, and of those that it replaced or that replaced it; asked for by `line` and `of`."""
    own: BindParameter[str] = bindparam("line")
    team: BindParameter[str] = bindparam("of", type_=Owner())
    its = and_(article_aliases.c.own == own, article_aliases.c.team == team)
    first = select(article_aliases.c.identity).where(its).scalar_subquery()
    return and_(articles.c.team == team, articles.c.identity == func.coalesce(first, own))


_LINE = _line()
_NEWEST = select(articles).where(_LINE).order_by(articles.c.id.desc()).limit(1)


async def _newest_version(
    connection: AsyncConnection, team: str | None, own: str
) -> Row[Any] | None:
    return (await connection.execute(_NEWEST, {"line": own, "of": team})).first()


async def _newest_of(
    connection: AsyncConnection, team: str | None, names: Iterable[str]
) -> Row[Any] | None:
    """The newest version of the first of these that the store has."""
    for name in names:
        if row := await _newest_version(connection, team, name):
            return row
    return None


async def _take_places(connection: AsyncConnection, new: NewArticle, identity: str) -> None:
    """From now on each name that the article goes by leads to its line; what stood under another is shown no more."""
    for own in (new.identity, *new.replaces):
        other = await _newest_version(connection, new.team, own)
        if other is not None and other.identity != identity:
            await _supersede(connection, other)
        if own != identity:
            alias = {"own": own, "team": new.team, "identity": identity}
            await connection.execute(upsert(connection, article_aliases, alias))


async def _begin_story(connection: AsyncConnection, begun: datetime) -> int:
    story: int = (
        await connection.execute(insert(stories).values(begun=begun).returning(stories.c.id))
    ).scalar_one()
    return story


async def _supersede(connection: AsyncConnection, previous: Row[Any]) -> None:
    await connection.execute(
        update(articles).where(articles.c.id == previous.id).values(live=False)
    )
    its_terms = and_(
        article_terms.c.term.in_([term for term, _ in previous.terms]),
        article_terms.c.seen == previous.seen,
        article_terms.c.article == previous.id,
    )
    await connection.execute(delete(article_terms).where(its_terms))
    await glancing.forget(connection, previous.story, previous.id)


def _row(new: NewArticle, identity: str, story: int, packed: str | None = None) -> dict[str, Any]:
    article = new.article
    shown_from = max(new.seen, article.embargoed or new.seen)
    believable = article.published is not None and article.published <= shown_from
    return {
        **{name: getattr(article, name) for name in Article.__dataclass_fields__},
        "status": article.status.value,
        "story": story,
        "team": new.team,
        "identity": identity,
        "own": new.identity,
        "origin": new.origin,
        "replaces": list(article.replaces),
        "content_hash": new.content_hash,
        "live": article.status is Status.USABLE,
        "withdrawn": False,
        "seen": new.seen,
        "shown_from": shown_from,
        "dated": article.published if believable else shown_from,
        "title": article.headline or new.analysis.title.text,
        "terms": new.analysis.terms,
        "analysis": packed or analyses.pack(new.analysis, article.body),
    }
