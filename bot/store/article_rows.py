"""Articles, their analyses and their summaries as rows of the database, and back.

An analysis is stored as JSON that says where words stand and leaves the words to the body: written
out, sentences, extract and statements would repeat the body three times. Each span stands once in
`places` and is referred to by its index; a statement or an actor is a list of its fields in order.
"""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.articles import (
    Actor,
    ActorKind,
    Analysis,
    Article,
    DisplayLevel,
    Policy,
    QuotationType,
    Span,
    Stance,
    Statement,
    Status,
    Terms,
    Turn,
    TurnKind,
)
from bot.model.stories import ArticleSummary, NewArticle, StoredArticle
from bot.store.tables import article_summaries, articles
from bot.stories.scoring import summarize

# The fields of a span of the body: its start and its end. Any other span has its text as well.
_BODY_SPAN_FIELDS = 2
# So many rows are decoded in some milliseconds; more would keep the event loop from its other
# tasks.
_MAX_ROWS_DECODED_IN_LOOP = 12
_DEFAULT_POLICY = Policy()
# An article's turns are stored with its analysis, where spans of the body are two numbers.
_NOT_COLUMNS = {"turns", "transcript"}
_ARTICLE_FIELDS = [name for name in Article.__dataclass_fields__ if name not in _NOT_COLUMNS]
# Ten times as fast as calling the enum.
_KINDS = {kind.value: kind for kind in ActorKind}
_FORMS = {form.value: form for form in QuotationType}
_STANCES = {stance.value: stance for stance in Stance}

# `terms` repeats what the analysis holds, for the grouping of new articles.
columns = [column for column in articles.c if column.name != "terms"]
_NO_TITLE = Span(0, 0, "")


def pack_analysis(analysis: Analysis, body: str) -> str:
    """Encode an analysis as JSON: a span of `body` is two numbers, any other keeps its text."""
    indexes: dict[Span, int] = {}
    places: list[tuple[int, int] | tuple[int, int, str]] = []

    def encode(part: Span | Statement | Actor | Turn) -> int | list[Any]:
        if not isinstance(part, Span):
            return [getattr(part, name) for name in part.__dataclass_fields__]
        if part not in indexes:
            indexes[part] = len(places)
            place = part.start, part.end
            places.append(place if part.holds_in(body) else (*place, part.text))
        return indexes[part]

    fields = {name: getattr(analysis, name) for name in Analysis.__dataclass_fields__}
    # `places` comes last: it fills up while what stands before it is encoded.
    return json.dumps({**fields, "places": places}, default=encode, separators=(",", ":"))


def unpack_analysis(data: str, body: str) -> Analysis:
    """Decode what `pack_analysis` wrote; spans of one place are one object."""
    fields = json.loads(data)
    spans: dict[int | None, Any] = {None: None}
    for index, place in enumerate(fields["places"]):
        start, end = place[:2]
        text = body[start:end] if len(place) == _BODY_SPAN_FIELDS else place[2]
        spans[index] = Span(start, end, text)
    return Analysis(
        fields["language"],
        spans[fields["title"]],
        tuple([spans[index] for index in fields["sentences"]]),
        tuple([spans[index] for index in fields["extract"]]),
        tuple([_unpack_statement(statement, spans) for statement in fields["statements"]]),
        tuple([(term, weight) for term, weight in fields["terms"]]),
        tuple([_unpack_turn(turn, spans) for turn in fields.get("turns", ())]),
    )


def _unpack_turn(fields: Sequence[Any], spans: Mapping[int | None, Any]) -> Turn:
    kind, mark, speaker, role, words, times = fields
    return Turn(
        TurnKind(kind),
        spans[mark],
        spans[speaker],
        spans[role],
        tuple([spans[index] for index in words]),
        tuple([(place, seconds) for place, seconds in times]),
    )


def _unpack_statement(fields: Sequence[Any], spans: Mapping[int | None, Any]) -> Statement:
    content, form, stance, sentence, speaker, actor, cue, via, score, found_by, *shown = fields
    # Statements stored before there were lines are shown in their sentences.
    line, introduction, seconds = (*shown, None, None)[:3] if shown else ((), None, None)
    if actor:
        name, role, kind = actor
        actor = Actor(spans[name], spans[role], _KINDS[kind])
    return Statement(
        tuple([spans[index] for index in content]),
        _FORMS[form],
        _STANCES[stance],
        spans[sentence],
        spans[speaker],
        actor,
        spans[cue],
        spans[via],
        score,
        found_by,
        tuple([spans[index] for index in line]),
        spans[introduction],
        seconds,
    )


class ArticleReader:
    """Reads stored articles, with what each source's policy permits to show of them."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = policies

    async def read(self, connection: AsyncConnection, query: sa.Select[Any]) -> list[StoredArticle]:
        """Run a query for `columns` and decode its rows, in their order."""
        rows = (await connection.execute(query)).all()
        if len(rows) <= _MAX_ROWS_DECODED_IN_LOOP:
            return [self.decode(row) for row in rows]
        return await asyncio.to_thread(lambda: [self.decode(row) for row in rows])

    async def read_by_id(
        self, connection: AsyncConnection, ids: Iterable[int], *conditions: sa.ColumnElement[bool]
    ) -> dict[int, StoredArticle]:
        """Read the articles with these ids that meet the conditions, whatever their state."""
        query = sa.select(*columns).where(articles.c.id.in_(list(ids)), *conditions)
        return {stored.id: stored for stored in await self.read(connection, query)}

    async def read_summarized(
        self,
        connection: AsyncConnection,
        summaries: Mapping[int, ArticleSummary],
        *conditions: sa.ColumnElement[bool],
    ) -> list[StoredArticle]:
        """Read the articles with these ids that meet the conditions, without what is long of them.

        Their summary stands for it; a story may have hundreds that no digest shows.
        """
        if not summaries:
            return []
        short = [column for column in columns if column.name not in {"body", "analysis"}]
        query = sa.select(*short, articles.c.terms).where(articles.c.id.in_(summaries), *conditions)
        rows = (await connection.execute(query)).all()
        return [
            self._decode(
                row,
                Analysis("", _NO_TITLE, (), (), (), tuple(row.terms.items())),
                body="",
                summary=summaries[row.id],
            )
            for row in rows
        ]

    async def read_terms(
        self, connection: AsyncConnection, ids: Collection[int]
    ) -> dict[int, Terms]:
        """Read the terms of the articles with these ids."""
        query = sa.select(articles.c.id, articles.c.terms).where(articles.c.id.in_(ids))
        rows = await connection.execute(query)
        return {article: tuple(terms.items()) for article, terms in rows}

    def decode(self, row: sa.Row[Any]) -> StoredArticle:
        """Turn a row of `columns` into an article."""
        return self._decode(row, unpack_analysis(row.analysis, row.body), body=row.body)

    def _decode(
        self,
        row: sa.Row[Any, *tuple[Any, ...]],
        analysis: Analysis,
        *,
        body: str,
        summary: ArticleSummary | None = None,
    ) -> StoredArticle:
        fields = {name: getattr(row, name) for name in _ARTICLE_FIELDS if name != "body"}
        fields |= {"status": Status(row.status), "replaces": tuple(row.replaces)}
        article, policy = Article(body, **fields, turns=analysis.turns), self.policy(row.origin)
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
            summary,
        )

    def policy(self, origin: str) -> Policy:
        """Return the operator's policy for the folder or feed host that an article came from."""
        return self._policies.get(origin.removeprefix("//"), _DEFAULT_POLICY)


def article_row(new: NewArticle, identity: str, story: int, packed_analysis: str) -> dict[str, Any]:
    """Build the row of a new article."""
    article = new.article
    shown_from = max(new.seen, article.embargoed or new.seen)
    believable = article.published is not None and article.published <= shown_from
    return {
        **{name: getattr(article, name) for name in _ARTICLE_FIELDS},
        "story": story,
        "team": new.team,
        "identity": identity,
        "own": new.identity,
        "origin": new.origin,
        "content_hash": new.content_hash,
        "live": article.status is Status.USABLE,
        "withdrawn": False,
        "seen": new.seen,
        "shown_from": shown_from,
        "dated": article.published if believable else shown_from,
        "title": article.headline or new.analysis.title.text,
        "terms": new.analysis.terms,
        "analysis": packed_analysis,
    }


def summary_row(stored: StoredArticle, shown_from: datetime, dated: datetime) -> dict[str, Any]:
    """Build the row of an article that may be shown from `shown_from` on."""
    return summarize(stored, dated)._asdict() | {
        "team": stored.team,
        "shown_from": shown_from.timestamp(),
    }


async def delete_summary(connection: AsyncConnection, story: int, article: int) -> None:
    """Delete the summary of an article that is shown no more."""
    key = article_summaries.c.story == story, article_summaries.c.article == article
    await connection.execute(sa.delete(article_summaries).where(*key))
