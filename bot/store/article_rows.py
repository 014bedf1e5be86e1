"""Articles and their analyses as rows of the database, and back.

An analysis is stored as JSON that says where words stand and leaves the words to the body: written
out, sentences, extract and statements would repeat the body three times. Each span stands once in
`places` and is referred to by its index; a statement is a list of its fields in order. A digest
reads some fifty analyses, and this form takes half as long to read as objects with named fields.
"""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Actor,
    ActorKind,
    Analysis,
    Article,
    DisplayLevel,
    NewArticle,
    Policy,
    QuotationType,
    Span,
    Stance,
    Statement,
    Status,
    StoredArticle,
    Terms,
)
from bot.store.tables import articles, visible

# The fields of a span of the body: its start and its end. Any other span has its text as well.
_BODY_SPAN_FIELDS = 2
# So many rows are decoded in some milliseconds; more would keep the event loop from its other
# tasks.
_MAX_ROWS_DECODED_IN_LOOP = 12
_DEFAULT_POLICY = Policy()

# `terms` repeats what the analysis holds, for the grouping of new articles.
columns = [column for column in articles.c if column.name != "terms"]


def pack_analysis(analysis: Analysis, body: str) -> str:
    """Encode an analysis as JSON: a span of `body` is two numbers, any other keeps its text."""
    places = _Places(body)
    fields = {
        "language": analysis.language,
        "title": places.index(analysis.title),
        "sentences": places.indexes(analysis.sentences),
        "extract": places.indexes(analysis.extract),
        "statements": [_pack_statement(statement, places) for statement in analysis.statements],
        "terms": analysis.terms,
        "places": places.places,
    }
    return json.dumps(fields, separators=(",", ":"))


def unpack_analysis(data: str, body: str) -> Analysis:
    """Decode what `pack_analysis` wrote; spans of one place are one object."""
    fields = json.loads(data)
    spans = [
        Span(
            place[0],
            place[1],
            body[place[0] : place[1]] if len(place) == _BODY_SPAN_FIELDS else place[2],
        )
        for place in fields["places"]
    ]
    return Analysis(
        fields["language"],
        spans[fields["title"]],
        tuple([spans[index] for index in fields["sentences"]]),
        tuple([spans[index] for index in fields["extract"]]),
        tuple([_unpack_statement(statement, spans) for statement in fields["statements"]]),
        tuple([(term, weight) for term, weight in fields["terms"]]),
    )


def read_terms(data: str) -> Terms:
    """Decode the `terms` column, read as text."""
    return tuple([(term, weight) for term, weight in json.loads(data)])


class ArticleReader:
    """Reads stored articles, with what each source's policy permits to show of them."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = policies

    async def read(self, connection: AsyncConnection, query: Select[Any]) -> list[StoredArticle]:
        """Run a query for `columns` and decode its rows, in their order."""
        rows = (await connection.execute(query)).all()
        if len(rows) <= _MAX_ROWS_DECODED_IN_LOOP:
            return [self.decode(row) for row in rows]
        return await asyncio.to_thread(lambda: [self.decode(row) for row in rows])

    async def read_by_id(
        self, connection: AsyncConnection, ids: Iterable[int]
    ) -> dict[int, StoredArticle]:
        """Read the articles with these ids, whatever their state."""
        query = select(*columns).where(articles.c.id.in_(list(ids)))
        return {stored.id: stored for stored in await self.read(connection, query)}

    async def read_visible(
        self, connection: AsyncConnection, ids: Collection[int], team: str | None, now: datetime
    ) -> dict[int, StoredArticle]:
        """Read those of the articles with these ids that the team may be shown."""
        query = select(*columns).where(articles.c.id.in_(list(ids)), visible(team, now))
        return {stored.id: stored for stored in await self.read(connection, query)}

    async def read_terms(
        self, connection: AsyncConnection, ids: Collection[int]
    ) -> dict[int, Terms]:
        """Read the terms of the articles with these ids."""
        query = select(articles.c.id, cast(articles.c.terms, Text)).where(articles.c.id.in_(ids))
        return {article: read_terms(terms) for article, terms in await connection.execute(query)}

    def decode(self, row: Row[Any]) -> StoredArticle:
        """Turn a row of `columns` into an article."""
        fields = row._asdict()
        fields_of_article = {name: fields[name] for name in Article.__dataclass_fields__}
        article = Article(
            **fields_of_article | {"status": Status(row.status), "replaces": tuple(row.replaces)}
        )
        analysis, policy = unpack_analysis(row.analysis, article.body), self.policy(row.origin)
        if policy.show is DisplayLevel.LINK:
            analysis = replace(analysis, extract=(), statements=())
        return StoredArticle(
            row.id,
            row.story,
            row.team,
            row.seen,
            article,
            analysis,
            row.origin,
            policy,
            row.dropped,
            row.fingerprint,
        )

    def policy(self, origin: str) -> Policy:
        """Return the operator's policy for the folder or feed host that an article came from."""
        return self._policies.get(origin.removeprefix("//"), _DEFAULT_POLICY)


class _Places:
    """Gives each distinct span an index."""

    def __init__(self, body: str) -> None:
        self.places: list[tuple[int, int] | tuple[int, int, str]] = []
        self._body = body
        self._indexes: dict[Span, int] = {}

    def index(self, span: Span) -> int:
        if span not in self._indexes:
            place = span.start, span.end
            self._indexes[span] = len(self.places)
            self.places.append(place if span.holds_in(self._body) else (*place, span.text))
        return self._indexes[span]

    def indexes(self, spans: Iterable[Span]) -> list[int]:
        return [self.index(span) for span in spans]

    def optional(self, span: Span | None) -> int | None:
        return None if span is None else self.index(span)


def _pack_statement(statement: Statement, places: _Places) -> list[Any]:
    actor = statement.actor
    return [
        places.indexes(statement.content),
        statement.form.value,
        statement.stance.value,
        places.index(statement.sentence),
        places.optional(statement.speaker),
        actor and [places.index(actor.name), places.optional(actor.role), actor.kind.value],
        places.optional(statement.cue),
        places.optional(statement.via),
        statement.score,
        statement.found_by,
    ]


def _unpack_statement(fields: Sequence[Any], spans: Sequence[Span]) -> Statement:
    content, form, stance, sentence, speaker, actor, cue, via, score, found_by = fields
    return Statement(
        tuple([spans[index] for index in content]),
        _FORMS[form],
        _STANCES[stance],
        spans[sentence],
        None if speaker is None else spans[speaker],
        actor and _unpack_actor(actor, spans),
        None if cue is None else spans[cue],
        None if via is None else spans[via],
        score,
        found_by,
    )


def _unpack_actor(fields: Sequence[Any], spans: Sequence[Span]) -> Actor:
    name, role, kind = fields
    return Actor(spans[name], None if role is None else spans[role], _KINDS[kind])


# Ten times as fast as calling the enum.
_KINDS = {kind.value: kind for kind in ActorKind}
_FORMS = {form.value: form for form in QuotationType}
_STANCES = {stance.value: stance for stance in Stance}


def article_row(
    new: NewArticle, identity: str, story: int, packed_analysis: str | None = None
) -> dict[str, Any]:
    """Build the row of a new article; `packed_analysis` where it was packed before."""
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
        "analysis": packed_analysis or pack_analysis(new.analysis, article.body),
    }
