"""Articles, their versions and stories: what was taken in, and which team may see it when."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.articles import Article, DisplayLevel, Policy
from bot.model.batches import batched
from bot.model.errors import NotFound
from bot.model.stories import (
    ArticleSummary,
    Candidate,
    IntakeCounts,
    NewArticle,
    Placement,
    SourcedStatement,
    StatementRef,
    StoredArticle,
    StoredVersion,
    Story,
    StorySummary,
)
from bot.store import names, search
from bot.store.article_rows import (
    ArticleReader,
    article_row,
    columns,
    delete_summary,
    pack_analysis,
    summary_row,
)
from bot.store.candidates import find_candidates, save_terms
from bot.store.database import GROUPING_LOCK, Database, Repository, messages
from bot.store.regrouping import regroup
from bot.store.sources import record_arrival
from bot.store.tables import (
    article_summaries,
    articles,
    current_story,
    is_withdrawn,
    owned,
    stories,
    visible,
)
from bot.store.versions import (
    add_to_indexes,
    describe_at_address,
    find_version,
    read_at_address,
    read_newest_of_any,
    record_identities,
    remove_from_indexes,
    select_withdrawn,
    supersede,
)
from bot.store.withheld import WithheldStore

# Articles read at a time in an export, so that no transaction stays open while its reader is slow.
_EXPORT_BATCH = 100
# The `origin` of an article is the name of a source's folder, or "//" and the host of a feed.
_ORIGIN_PREFIXES = ("", "//")

_newest_first = (articles.c.dated.desc(), articles.c.id.desc())


class ArticleStore(Repository):
    """Articles, their analyses and stories. A `team` sees the operator's articles and its own.

    What is superseded, withdrawn or under embargo at `now` is in none of the lists.
    """

    def __init__(
        self, database: Database, policies: Mapping[str, Policy] = MappingProxyType({})
    ) -> None:
        super().__init__(database)
        self.reader = ArticleReader(policies)
        self.withheld = WithheldStore(database)
        # Statements of these origins are shown to nobody.
        self._link_only_origins = [
            f"{prefix}{source}"
            for source, policy in policies.items()
            if policy.show is DisplayLevel.LINK
            for prefix in _ORIGIN_PREFIXES
        ]

    async def find_version(
        self,
        team: str | None,
        identity: str,
        replaces: Sequence[str] = (),
        address: str | None = None,
    ) -> StoredVersion | None:
        """Return the newest version of an article, or of the first known one that it replaces.

        Else what may be the same article, as it stands at that address. Asked before an article is
        analysed, to tell new articles, duplicates and updates apart.
        """
        async with self._database.reading() as connection:
            return await find_version(connection, team, identity, replaces, address)

    async def put(
        self,
        new: NewArticle,
        choose: Callable[[Sequence[Candidate]], Placement | None],
        supersedes: Callable[[StoredVersion], bool | None] = lambda _: None,
    ) -> StoredArticle:
        """Store an article with its analysis and story, in one transaction.

        `choose` gets the articles of the last 120 hours that share terms with the new one and that
        its owner may see (best first, 120 at most), and returns its place among them, None
        for a new story; articles that this moves are moved in the same transaction. A newer version
        keeps its story. Where the newest version is equal and was not withdrawn, nothing is
        changed, and that version is returned. `supersedes` gets what stands at the same address,
        and returns whether the new one is its newer version, None where it is another article.
        """
        # What takes no look at the store is done before others have to wait for the lock.
        packed = pack_analysis(new.analysis, new.article.body)
        words = search.fold_article(new.article)
        async with self._database.writing(GROUPING_LOCK) as connection:
            previous = await read_newest_of_any(connection, new.team, (new.identity, *new.replaces))
            is_newer: bool | None = True
            if previous is None and new.address:
                other = await read_at_address(connection, new.team, new.identity, new.address)
                if other and (is_newer := supersedes(describe_at_address(other))) is not None:
                    previous = other
            identity = previous.identity if previous else new.identity
            identities = (new.identity, *new.replaces)
            await record_identities(connection, new.team, identities, new.address, identity)
            if previous is not None:
                stored = self.reader.decode(previous)
                is_equal = stored.article == new.article and not previous.withdrawn
                if is_equal or not is_newer:
                    return stored
                await supersede(connection, previous)
                story = stored.story
            else:
                placement = choose(await find_candidates(connection, new))
                story = await regroup(connection, placement, new.seen)
            row = article_row(new, identity, story, packed)
            return await self._insert(connection, new, row, words)

    async def join(self, identity: str, address: str, known: StoredVersion) -> None:
        """Let the identity of an article lead to `known`, which is the same in no older version."""
        async with self._database.writing(GROUPING_LOCK) as connection:
            query = sa.select(articles.c.identity).where(articles.c.id == known.id)
            leads_to: str = (await connection.execute(query)).scalar_one()
            await record_identities(connection, known.team, (identity,), address, leads_to)

    async def withdraw(self, team: str | None, identity: str) -> bool:
        """Mark an article and those that it replaced as withdrawn; return whether there was one.

        Where the article was itself replaced by another, that one stays.
        """
        async with self._database.writing(GROUPING_LOCK) as connection:
            rows = await select_withdrawn(connection, team, identity)
            if rows is None:
                return False
            change = sa.update(articles).where(rows).values(withdrawn=True, live=False)
            changed = await connection.execute(change.returning(articles.c.id, articles.c.story))
            withdrawn = changed.all()
            for row in withdrawn:
                await delete_summary(connection, row.story, row.id)
        return bool(withdrawn)

    async def get(self, article: int) -> StoredArticle:
        """Return an article, whatever its state, so that quotes can be checked; raise NotFound."""
        async with self._database.reading() as connection:
            by_id = await self.reader.read_by_id(connection, [article])
        if article not in by_id:
            raise NotFound(messages.text("no_article", number=article))
        return by_id[article]

    async def get_texts(self, ids: Collection[int]) -> dict[int, Article]:
        """Return only headline and body of these articles, whatever their state."""
        query = sa.select(articles.c.id, articles.c.headline, articles.c.body)
        rows = await self._fetch_all(query.where(articles.c.id.in_(ids)))
        return {row.id: Article(body=row.body, headline=row.headline) for row in rows}

    async def find_withdrawn(self, ids: Collection[int]) -> frozenset[int]:
        """Return those of these articles that their source has withdrawn."""
        return await self._find_ids(articles.c.id.in_(ids), is_withdrawn)

    async def find_visible(
        self, team: str | None, ids: Collection[int], now: datetime
    ) -> frozenset[int]:
        """Return those of these articles that the team may be shown now."""
        return await self._find_ids(articles.c.id.in_(ids), visible(team, now))

    async def _find_ids(self, *conditions: sa.ColumnElement[bool]) -> frozenset[int]:
        return frozenset(await self._fetch_values(sa.select(articles.c.id).where(*conditions)))

    async def get_newest_versions(
        self, team: str | None, ids: Collection[int], now: datetime
    ) -> dict[int, StoredArticle]:
        """Return, by id, the newest version of each article that may be shown now, if any."""
        older = articles.alias()
        same = sa.and_(articles.c.identity == older.c.identity, articles.c.team == older.c.team)
        query = (
            sa.select(older.c.id, articles.c.id)
            .select_from(older)
            .join(articles, same)
            .where(older.c.id.in_(ids), articles.c.id >= older.c.id, visible(team, now))
            .order_by(articles.c.id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            newest = {row[0]: row[1] for row in rows}  # the last of several
            by_id = await self.reader.read_by_id(connection, set(newest.values()))
        return {article: by_id[version] for article, version in newest.items()}

    async def get_stories(
        self, team: str | None, since: datetime, now: datetime
    ) -> tuple[Story, ...]:
        """Return the stories with an article first shown since then, whole, newest first.

        With team None only the operator's. The end of an embargo counts as first shown.
        """
        recent = sa.select(articles.c.story).where(
            articles.c.shown_from >= since, visible(team, now)
        )
        return await self._read_stories(articles.c.story.in_(recent), visible(team, now))

    async def get_story(self, team: str | None, story: int, now: datetime) -> Story:
        """Return one story as the team may see it, by any number it had; raise NotFound."""
        current = sa.select(current_story).where(stories.c.id == story).scalar_subquery()
        matches = await self._read_stories(articles.c.story == current, visible(team, now))
        if not matches:
            raise NotFound(messages.text("no_story", number=story))
        return matches[0]

    async def get_story_summaries(
        self, team: str | None, since: datetime, now: datetime
    ) -> tuple[StorySummary, ...]:
        """Return what `get_stories` would, unordered, with only what a choice needs of it."""
        summaries, since_seconds, seconds = article_summaries, since.timestamp(), now.timestamp()
        recent = summaries.alias()
        recent_stories = sa.select(recent.c.story).where(
            recent.c.team.in_(["", team or ""]),
            recent.c.shown_from.between(since_seconds, seconds),
        )
        query = sa.select(*(summaries.c[name] for name in ArticleSummary._fields)).where(
            summaries.c.story.in_(recent_stories),
            summaries.c.team.in_(["", team or ""]),
            summaries.c.shown_from <= seconds,
        )
        grouped: dict[int, list[ArticleSummary]] = defaultdict(list)
        for row in await self._fetch_all(query):
            grouped[row.story].append(ArticleSummary._make(row))
        return tuple([StorySummary(story, tuple(members)) for story, members in grouped.items()])

    async def load_stories(
        self,
        team: str | None,
        summarized: Collection[StorySummary],
        now: datetime,
        to_read: Collection[int] | None = None,
    ) -> tuple[Story, ...]:
        """Read these stories, as far as the team may see them, newest first.

        Only the articles in `to_read` are read whole, where it is given; of the others the summary
        stands for body and analysis.
        """
        summaries = {each.article: each for story in summarized for each in story.articles}
        whole = summaries.keys() if to_read is None else summaries.keys() & to_read
        rest = {article: summaries[article] for article in summaries.keys() - whole}
        query = sa.select(*columns).where(articles.c.id.in_(whole), visible(team, now))
        async with self._database.reading() as connection:
            members = await self.reader.read(connection, query)
            members += await self.reader.read_summarized(connection, rest, visible(team, now))
        members.sort(key=lambda stored: (summaries[stored.id].dated, stored.id), reverse=True)
        return _group(members)

    async def _read_stories(self, *conditions: sa.ColumnElement[bool]) -> tuple[Story, ...]:
        query = sa.select(*columns).where(*conditions).order_by(*_newest_first)
        async with self._database.reading() as connection:
            return _group(await self.reader.read(connection, query))

    async def find_mentioning(
        self, team: str | None, topics: Collection[str], since: datetime, now: datetime
    ) -> frozenset[int]:
        """Return the articles dated since then that hold all words of one of the topics."""
        async with self._database.reading() as connection:
            ids = [await search.find_since(connection, team, topic, since, now) for topic in topics]
        return frozenset().union(*ids)

    async def find_statements_by(
        self, team: str | None, name: str, now: datetime, limit: int = 20
    ) -> tuple[SourcedStatement, ...]:
        """Return statements of actors whose name has these words, case aside, newest first."""
        async with self._database.reading() as connection:
            words, quotable = search.fold(name), self._quotable(team, now)
            places = await names.find_places(connection, quotable, words, limit)
            by_id = await self.reader.read_by_id(connection, {article for article, _ in places})
        return tuple(
            SourcedStatement(by_id[article].analysis.statements[place], by_id[article])
            for article, place in places
        )

    async def find_earlier_statements(
        self,
        team: str | None,
        queries: Collection[tuple[str, datetime]],
        now: datetime,
        limit: int = 20,
    ) -> dict[tuple[str, datetime], tuple[StatementRef, ...]]:
        """For each name and time, find that very name's statements before it, newest first."""
        quotable = self._quotable(team, now)
        async with self._database.reading() as connection:
            found = await names.find_places_before(connection, quotable, queries, limit)
            ids = {article for places in found.values() for article, _ in places}
            terms = await self.reader.read_terms(connection, ids)
        return {
            query: tuple(
                StatementRef(article, place, terms[article])
                for article, place in places
                if article in terms
            )
            for query, places in found.items()
        }

    async def load_statements(
        self, team: str | None, refs: Collection[StatementRef], now: datetime
    ) -> dict[tuple[int, int], SourcedStatement]:
        """Read the statements referred to that the team may see, by article and place."""
        ids = {ref.article for ref in refs}
        async with self._database.reading() as connection:
            by_id = await self.reader.read_by_id(connection, ids, visible(team, now))
        return {
            (ref.article, ref.place): SourcedStatement(
                stored.analysis.statements[ref.place], stored
            )
            for ref in refs
            if (stored := by_id.get(ref.article))
        }

    async def find_similar_names(
        self, team: str | None, name: str, now: datetime
    ) -> tuple[str, ...]:
        """Return up to three words of names that resemble the last one of `name`, best first."""
        async with self._database.reading() as connection:
            quotable, words = self._quotable(team, now), search.fold(name)
            return await names.find_similar(connection, team, quotable, words)

    async def search(
        self, team: str | None, words: str, now: datetime, limit: int = 10
    ) -> tuple[StoredArticle, ...]:
        """Return the articles that hold all the words, newest first."""
        async with self._database.reading() as connection:
            ids = await search.find_newest(connection, team, words, now, limit)
            by_id = await self.reader.read_by_id(connection, ids)
        return tuple(by_id[article] for article in ids)

    async def iter_statements(
        self, team: str | None, since: datetime, now: datetime
    ) -> AsyncIterator[SourcedStatement]:
        """Yield every statement of articles first shown since then, newest first (for exports)."""
        query = sa.select(articles.c.id).where(articles.c.shown_from >= since, visible(team, now))
        ids = await self._fetch_values(query.order_by(*_newest_first))
        for batch in batched(ids, _EXPORT_BATCH):
            async with self._database.reading() as connection:
                by_id = await self.reader.read_by_id(connection, batch)
            for stored in (by_id[article] for article in batch if article in by_id):
                for statement in stored.analysis.statements:
                    yield SourcedStatement(statement, stored)

    async def drop_texts(
        self, source: str, before: datetime, now: datetime, limit: int = 200
    ) -> int:
        """Delete the texts of a source's articles first shown before then, at most `limit`.

        Return how many. The articles are shown no more; quotes of them can still be proved by their
        fingerprints, and their identities stay, so that a copy is no news.
        """
        origins = [f"{prefix}{source}" for prefix in _ORIGIN_PREFIXES]
        kept = articles.c.shown_from < before, articles.c.dropped.is_(None)
        query = sa.select(articles).where(articles.c.origin.in_(origins), *kept)
        query = query.order_by(articles.c.seen).limit(limit)
        async with self._database.writing(GROUPING_LOCK) as connection:
            rows = (await connection.execute(query)).all()
            for row in rows:
                await supersede(connection, row)
                await remove_from_indexes(connection, row)
                fingerprint = hashlib.sha256(row.body.encode()).hexdigest()
                values = {"body": "", "dropped": now, "fingerprint": fingerprint, "terms": []}
                change = sa.update(articles).where(articles.c.id == row.id)
                await connection.execute(change.values(values))
        return len(rows)

    async def count_intake(self, team: str | None, since: datetime, now: datetime) -> IntakeCounts:
        """Count the stories and articles that came in since then."""
        counted = (
            sa.func.count(articles.c.story.distinct()),
            sa.func.count(),
            sa.func.max(articles.c.seen),
        )
        query = sa.select(*counted).where(
            articles.c.seen.between(since, now),
            articles.c.shown_from.between(since, now),
            articles.c.live,
            owned(team),
        )
        counts: Sequence[Any] = (await self._fetch_all(query))[0]
        return IntakeCounts(*counts)

    async def count_embargoed(self, team: str | None, now: datetime) -> int:
        """Count the articles whose embargo has not ended."""
        embargoed = articles.c.embargoed > now, articles.c.live, owned(team)
        count: int = await self._fetch_value(sa.select(sa.func.count()).where(*embargoed))
        return count

    def _quotable(self, team: str | None, now: datetime) -> sa.ColumnElement[bool]:
        """Select articles whose statements the team may be shown."""
        links = self._link_only_origins
        return sa.and_(visible(team, now), articles.c.origin.not_in(links) if links else sa.true())

    async def _insert(
        self,
        connection: AsyncConnection,
        new: NewArticle,
        row: dict[str, Any],
        words: Sequence[str],
    ) -> StoredArticle:
        inserted = await connection.execute(sa.insert(articles).returning(articles.c.id), row)
        article: int = inserted.scalar_one()
        policy = self.reader.policy(new.origin)
        stored = StoredArticle(
            article, row["story"], new.team, new.seen, new.article, new.analysis, new.origin, policy
        )
        if row["live"]:
            await save_terms(connection, article, new)
            summary = summary_row(stored, row["shown_from"], row["dated"])
            await connection.execute(sa.insert(article_summaries), summary)
            if new.origin:
                await record_arrival(connection, new)
        await add_to_indexes(connection, stored, row["dated"], words)
        return stored


def _group(newest_first: Iterable[StoredArticle]) -> tuple[Story, ...]:
    grouped: dict[int, list[StoredArticle]] = defaultdict(list)
    for stored in newest_first:
        grouped[stored.story].append(stored)
    return tuple(Story(story, tuple(members)) for story, members in grouped.items())
