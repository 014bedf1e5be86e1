"""Articles as they are read from their rows; those of late are kept, for one story is read for many channels."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Row, Text, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, DisplayLevel, Policy, Status, StoredArticle, Terms
from bot.store import analyses, names
from bot.store.lately import Lately
from bot.store.tables import articles, visible_when_asked

# Which article a row is: while one is live, nothing of what is read changes.
_MARKS = ("id", "live", "story", "team", "seen", "identity", "content_hash")
marks = [articles.c[name] for name in _MARKS]
columns = [*marks, *(column for column in articles.c if column.name not in {*_MARKS, "terms"})]
# Built once: that takes longer than to ask them.
_numbers: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_OF_NUMBERS = select(*marks).where(articles.c.id.in_(_numbers))
_WHOLE = select(*columns).where(articles.c.id.in_(_numbers))
_SHOWN = _WHOLE.where(visible_when_asked())
_TERMS = select(articles.c.id, cast(articles.c.terms, Text)).where(articles.c.id.in_(_numbers))
# What is told to several channels in one minute, and what its speakers said before; some 15 KB each.
_KEPT = 1_000
# Terms alone, of where many spoke: some 3 KB each.
_KEPT_TERMS = 6_000
# Articles that are decoded in a millisecond or two, which costs the loop less than a thread.
_FEW = 12
_ALL = Policy()


class ArticleCache:
    """Reads articles, and asks for none again that it has read of late."""

    def __init__(self, policies: Mapping[str, Policy] = MappingProxyType({})) -> None:
        self._policies = policies
        # By number, with the marks that it was read with.
        self._lately: Lately[int, tuple[Sequence[Any], StoredArticle]] = Lately(_KEPT)
        self._terms: Lately[int, Terms] = Lately(_KEPT_TERMS)

    async def of(
        self, connection: AsyncConnection, numbers: Iterable[int]
    ) -> dict[int, StoredArticle]:
        """Give the articles with these numbers, as they stand now."""
        known = (await connection.execute(_OF_NUMBERS, {"numbers": list(numbers)})).all()
        return {held.id: held for held in await self.with_marks(connection, known)}

    async def with_marks(
        self, connection: AsyncConnection, known: Sequence[Row[Any]]
    ) -> list[StoredArticle]:
        """Give the articles with these marks, in their order; only those not read of late are read and decoded."""
        kept = {row: self._lately.get(row.id) for row in known}
        held = {row.id: found[1] for row, found in kept.items() if found and found[0] == row}
        if missing := [row.id for row in known if row.id not in held]:
            held |= await self._decoded(
                (await connection.execute(_WHOLE, {"numbers": missing})).all()
            )
        return [found for row in known if (found := held.get(row.id))]

    async def shown(
        self, connection: AsyncConnection, numbers: Collection[int], team: str | None, now: datetime
    ) -> dict[int, StoredArticle]:
        """Give those of these that the team may be shown, which all were live a moment ago."""
        held = {number: found[1] for number in numbers if (found := self._lately.get(number))}
        if missing := [number for number in numbers if number not in held]:
            asked = {"numbers": missing, "team": team, "now": now}
            held |= await self._decoded((await connection.execute(_SHOWN, asked)).all())
        return {number: one for number, one in held.items() if _may_see(team, one, now)}

    async def terms(
        self, connection: AsyncConnection, numbers: Collection[int]
    ) -> dict[int, Terms]:
        """Give the terms of these articles, which stay what they are for as long as one may be shown."""
        held = {
            number: found for number in numbers if (found := self._terms.get(number)) is not None
        }
        if missing := [number for number in numbers if number not in held]:
            rows = await connection.execute(_TERMS, {"numbers": missing})
            read = {number: names.read_terms(terms) for number, terms in rows}
            self._terms.keep(read)
            held |= read
        return held

    def clear(self) -> None:
        """Know nothing by number any more: in an old SQLite database that of a forgotten article may come back."""
        self._lately.clear()
        self._terms.clear()

    def stored(self, row: Row[Any]) -> StoredArticle:
        """Decode a row with these columns."""
        fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        article = Article(
            **{name: fields[name] for name in Article.__dataclass_fields__} | _as_nouns(row)
        )
        analysis, policy = analyses.unpack(row.analysis, article.body), self.policy(row.origin)
        if policy.show is DisplayLevel.LINK:
            analysis = replace(analysis, extract=(), statements=())
        whence = row.origin, policy, row.dropped, row.fingerprint
        return StoredArticle(row.id, row.story, row.team, row.seen, article, analysis, *whence)

    def policy(self, origin: str) -> Policy:
        """Give what the operator set for the folder, or for the feed's host, that an article came from."""
        return self._policies.get(origin.removeprefix("//"), _ALL)

    async def _decoded(self, rows: Sequence[Row[Any]]) -> dict[int, StoredArticle]:
        """Decode rows, and keep what is live: only once it is not does an article change, or lose its number."""

        def decode() -> list[StoredArticle]:
            return [self.stored(row) for row in rows]

        found = decode() if len(rows) <= _FEW else await asyncio.to_thread(decode)
        return {row.id: self._kept(row, one) for row, one in zip(rows, found, strict=True)}

    def _kept(self, row: Row[Any], one: StoredArticle) -> StoredArticle:
        """Keep an article, unless another who asked at the same time was given it sooner: then that is the one."""
        if not row.live:
            return one
        its = row[: len(marks)]
        kept = self._lately.get(row.id)
        if kept is None or kept[0] != its:
            kept = its, one
            self._lately.keep({row.id: kept})
        return kept[1]


def _may_see(team: str | None, one: StoredArticle, now: datetime) -> bool:
    """As `visible` has it of what is live."""
    return one.team in {None, team} and (
        one.article.embargoed is None or one.article.embargoed <= now
    )


def _as_nouns(row: Row[Any]) -> dict[str, Any]:
    """Give the fields whose columns are plainer than they."""
    return {"status": Status(row.status), "replaces": tuple(row.replaces)}
