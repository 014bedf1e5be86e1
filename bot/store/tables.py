"""Every table of the database, for SQLite and PostgreSQL alike, and conditions on them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override


class Utc(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC. A naive one raises ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC for the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value and value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Owner(TypeDecorator[str]):
    """A team, or None for all teams: stored as '', so that unique keys and IN work."""

    impl = sa.Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str:
        """Store '' for all teams."""
        return value or ""

    @override
    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return None for all teams."""
        return value or None


class PackedTerms(TypeDecorator[Mapping[str, float]]):
    """Words with their weights (0 to 1), in order: given as pairs, returned as a dict.

    Stored as their words and their weights in ten-thousandths, two strings of a JSON list: read
    four times as fast as a list of pairs, which rows from before hold.
    """

    impl = sa.JSON
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> list[str]:
        """Pack pairs of a word and its weight."""
        weights = (str(round(weight * _WEIGHT_UNITS)) for _, weight in value)
        return [" ".join(term for term, _ in value), " ".join(weights)]

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Mapping[str, float]:
        """Unpack, whichever way they were stored."""
        return _unpack_terms(*value) if value and isinstance(value[0], str) else dict(value)


# Each new article is grouped among the same recent ones: a sixth of what storing one takes, for
# 3 MB.
@lru_cache(maxsize=512)
def _unpack_terms(terms: str, weights: str) -> Mapping[str, float]:
    values = map(_WEIGHTS.__getitem__, map(int, weights.split()))
    return MappingProxyType(dict(zip(map(intern, terms.split()), values, strict=True)))


_WEIGHT_UNITS = 10_000
_WEIGHTS = [weight / _WEIGHT_UNITS for weight in range(_WEIGHT_UNITS + 1)]

metadata = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any] | sa.UniqueConstraint, **options: Any) -> sa.Table:
    return sa.Table(name, metadata, *columns, **options)


def _columns(type_: type[TypeEngine[Any]], *names: str, **options: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, type_, **options) for name in names]


def _partial_index(name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool]) -> None:
    sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


# BIGINT keys would lose SQLite's rowid alias; four bytes suffice for two billion articles.
# `joined`: the story that took the last article of this one; messages still name the old number.
stories = _table(
    "stories",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("begun", Utc, nullable=False),
    sa.Column("joined", sa.Integer),
)
_partial_index("stories_joined", stories.c.joined, where=stories.c.joined.is_not(None))
current_story = sa.func.coalesce(stories.c.joined, stories.c.id)

# One row a version. `live`: the newest version, usable and not withdrawn. `shown_from`: when it was
# first seen, or when its embargo ends. `dated`: when it says it was published, if that may be true.
# `own` is the article's own identity, `identity` that of the first of a line of articles that
# replace each other. The long columns come last: SQLite reads a row from its front.
articles = _table(
    "articles",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("story", sa.ForeignKey("stories.id"), nullable=False),
    sa.Column("team", Owner, nullable=False),
    *_columns(sa.Boolean, "live", "withdrawn", nullable=False),
    *_columns(Utc, "seen", "shown_from", "dated", nullable=False),
    *_columns(Utc, "embargoed", "published", "updated"),
    *_columns(sa.Text, "status", "origin", "own", nullable=False),
    sa.Column("correction", sa.Boolean, nullable=False),
    sa.Column("replaces", sa.JSON, nullable=False),
    sa.Column("dropped", Utc),
    sa.Column("fingerprint", sa.Text),
    *_columns(sa.Text, "identity", "content_hash", nullable=False),
    *_columns(sa.Text, "guid", "version", "language", "source", "byline", "url", "headline"),
    *_columns(sa.Text, "digital_source_type", "picture"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("terms", PackedTerms, nullable=False),
    *_columns(sa.Text, "body", "analysis", nullable=False),
    # A deleted article's id is never given to another.
    sqlite_autoincrement=True,
)
# Identity first: SQLite would prefer an index that begins with the team to every better one.
sa.Index("articles_by_identity", articles.c.identity, articles.c.team, articles.c.id)
sa.Index("articles_by_story", articles.c.story)
sa.Index("articles_by_time", articles.c.shown_from)
# What was superseded or withdrawn: few rows of all, and looked up every half minute.
_partial_index("articles_not_live", articles.c.id, where=~articles.c.live)
# For dropping the texts of a source after its time.
sa.Index("articles_by_origin", articles.c.origin, articles.c.seen)
_partial_index("articles_embargoed", articles.c.embargoed, where=articles.c.embargoed.is_not(None))

# Literals, not parameters: SQLite uses a partial index only where the query has its very condition.
is_withdrawn = sa.or_(articles.c.withdrawn, articles.c.status == sa.literal_column("'canceled'"))
_partial_index("articles_withdrawn", articles.c.id, where=is_withdrawn)

# What the choice of a digest's stories needs of each article that may be shown: read by the
# thousand, where the articles themselves have a page or two each. Deleted when its article is
# superseded or withdrawn. Times are seconds since 1970; `names` and `speakers` are separated by
# line feeds.
article_summaries = _table(
    "article_summaries",
    *_columns(sa.Integer, "story", "article", primary_key=True, autoincrement=False),
    sa.Column("team", Owner, nullable=False),
    *_columns(sa.Double, "shown_from", "dated", "seen", nullable=False),
    sa.Column("published", sa.Double),
    sa.Column("best", sa.Double, nullable=False),
    *_columns(sa.Text, "outlet", "opening", "names", "speakers", nullable=False),
    sqlite_with_rowid=False,
)
_by_team = [article_summaries.c[name] for name in ("team", "shown_from", "story")]
sa.Index("article_summaries_by_team", *_by_team)

# Leads from an article's `own` identity to the `identity` of its line, also before the article
# itself came. "item at " and the identity of a page lead to that of its only item, to "" where it
# has several.
article_aliases = _table(
    "article_aliases",
    sa.Column("own", sa.Text, primary_key=True),
    sa.Column("team", Owner, primary_key=True),
    sa.Column("identity", sa.Text, nullable=False),
)

# Which recent articles share a term with a new one. This and the next two are indexes that we
# maintain ourselves; a foreign key would need another index for nothing.
article_terms = _table(
    "article_terms",
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("seen", Utc, primary_key=True),
    sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A speaker's folded name (after a '=') and each word of it lead to the statement: `place` is its
# index in the analysis.
statement_index = _table(
    "statement_index",
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("dated", Utc, primary_key=True),
    *_columns(sa.Integer, "article", "place", primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Each word of a speaker's name that was ever read, for suggestions where a name was misspelled.
name_words = _table(
    "name_words",
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("team", Owner, primary_key=True),
    sqlite_with_rowid=False,
)

subscriptions = _table(
    "subscriptions",
    *_columns(sa.Text, "team", "channel", primary_key=True),
    *_columns(sa.Text, "created_by", "zone", nullable=False),
    sa.Column("top", sa.Integer, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("next_due", Utc),
    sa.Column("last_result", sa.Text),
    *_columns(sa.JSON, "cadence", "topics", "excluded", "sources", nullable=False),
    sa.Column("excluded_sources", sa.JSON, nullable=False),
)
sa.Index("subscriptions_by_due", subscriptions.c.next_due)

deliveries = _table(
    "deliveries",
    sa.Column("id", sa.Integer, primary_key=True),
    *_columns(sa.Text, "team", "channel", "kind", "key", "state", nullable=False),
    *_columns(Utc, "since", "touched", nullable=False),
    *_columns(Utc, "posted", "edited_at"),
    sa.Column("reason", sa.Text),
    sa.Column("digest", sa.JSON(none_as_null=True)),
    sa.Column("edited", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("team", "channel", "kind", "key", name="deliveries_once"),
)
# Nearly all deliveries have ended, so the others have indexes of their own. Literals, as in
# `is_withdrawn`.
unfinished, pending_or_unsure = (
    deliveries.c.state.in_([sa.literal_column(f"'{state}'") for state in states])
    for states in (("claimed", "composed", "sending"), ("composed", "sending", "unsure"))
)
_partial_index("deliveries_unfinished", deliveries.c.touched, where=unfinished)
_in_channel = deliveries.c.team, deliveries.c.channel
_partial_index("deliveries_pending", *_in_channel, deliveries.c.state, where=pending_or_unsure)
sa.Index("deliveries_posted", *_in_channel, deliveries.c.posted)
sa.Index("deliveries_by_time", deliveries.c.touched)

delivery_parts = _table(
    "delivery_parts",
    sa.Column("delivery", sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ts", sa.Text, nullable=False),
)

# No foreign key to articles: what a channel was shown is kept longer than the articles.
delivery_articles = _table(
    "delivery_articles",
    sa.Column("delivery", sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
)
sa.Index("deliveries_by_article", delivery_articles.c.article)

# Articles of other stories that a posted digest quotes ("said before"): not shown as news, but
# edited when they are withdrawn.
delivery_citations = _table(
    "delivery_citations",
    sa.Column("delivery", sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
)
sa.Index("deliveries_by_citation", delivery_citations.c.article)

edit_permissions = _table(
    "edit_permissions",
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("who_may_change", sa.Text, nullable=False),
)

answer_audiences = _table(
    "answer_audiences",
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("who_sees_answers", sa.Text, nullable=False),
)

# The domains whose links are previewed, separated by line feeds.
link_previews = _table(
    "link_previews",
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("domains", sa.Text, nullable=False),
)

feeds = _table(
    "feeds",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("team", Owner, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    *_columns(sa.Text, "title", "etag", "last_modified", "last_error", "asked_by"),
    *_columns(Utc, "next_check", "failure_reported_at"),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("added", Utc, nullable=False),
    sa.Column("left_out", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("team", "url", name="feeds_once"),
)
sa.Index("feeds_by_check", feeds.c.next_check)

# `actor` is the name's folded words.
actor_preferences = _table(
    "actor_preferences",
    *_columns(sa.Text, "team", "channel", "actor", primary_key=True),
    *_columns(sa.Text, "name", "kind", "person", nullable=False),
    sa.Column("at", Utc, nullable=False),
)

story_votes = _table(
    "story_votes",
    *_columns(sa.Text, "team", "channel", primary_key=True),
    sa.Column("story", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("useful", sa.Boolean, nullable=False),
    sa.Column("at", Utc, nullable=False),
    *_columns(sa.JSON, "terms", "actors", nullable=False),
)
sa.Index("story_votes_by_time", story_votes.c.team, story_votes.c.channel, story_votes.c.at)

# When each source last published, and when it was reported as quiet.
sources = _table(
    "sources",
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("team", Owner, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("last", Utc, nullable=False),
    sa.Column("reported", Utc),
)

# How many articles a source published in each recent hour: its habit.
arrivals = _table(
    "arrivals",
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("team", Owner, primary_key=True),
    sa.Column("hour", Utc, primary_key=True),
    sa.Column("articles", sa.Integer, nullable=False),
)

# Files that stay in the feed folder, as they were when they were read; `reason` where they could
# not be.
files = _table(
    "files",
    sa.Column("path", sa.Text, primary_key=True),
    *_columns(sa.BigInteger, "size", "modified", nullable=False),
    sa.Column("reason", sa.Text),
)

# Texts that were withheld, which are not kept themselves: `name` is that of their file or feed.
withheld_texts = _table(
    "withheld_texts",
    sa.Column("team", Owner, primary_key=True),
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("seen", Utc, nullable=False),
)

# `sealed` holds the tokens, as encrypted JSON.
installations = _table(
    "installations",
    sa.Column("team", sa.Text, primary_key=True),
    *_columns(sa.Text, "name", "app", "bot", "bot_user", "installer", nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("installed", Utc, nullable=False),
    sa.Column("expires", Utc),
    sa.Column("enterprise", sa.Text),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
sa.Index("installations_by_expiry", installations.c.expires)

events = _table(
    "events",
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("seen", Utc, nullable=False),
)
sa.Index("events_by_time", events.c.seen)

# Slack's rate limits, shared by all processes: when a channel may get its next message, or a method
# may be called again. Milliseconds since 1970, so that both databases can add to them.
slack_limits = _table(
    "slack_limits",
    *_columns(sa.Text, "team", "method_or_channel", primary_key=True),
    sa.Column("free_at", sa.BigInteger, nullable=False),
)

# The running processes: for doctor, and for a clock that must know whether another one is active.
processes = _table(
    "processes",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("seen", Utc, nullable=False),
    sa.Column("ticked", Utc),
)

# One row, which /readyz increments to see whether the database accepts writes.
write_probes = _table(
    "write_probes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("probes", sa.BigInteger, nullable=False),
)


def owned(team: str | None) -> sa.ColumnElement[bool]:
    """Select articles of the operator and of `team`."""
    return articles.c.team.in_(["", team or ""])


def visible(team: str | None, now: datetime) -> sa.ColumnElement[bool]:
    """Select articles that `team` may be shown: owned, live, not under embargo at `now`."""
    released = sa.or_(articles.c.embargoed.is_(None), articles.c.embargoed <= now)
    return sa.and_(articles.c.live, owned(team), released)
