"""Every table of the database, for SQLite and PostgreSQL alike, and conditions on them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override


class Utc(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC. A naive one raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC for the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value and value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Owner(TypeDecorator[str]):
    """A team, or None for all teams: stored as '', so that unique keys and IN work."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        """Store '' for all teams."""
        return value or ""

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return None for all teams."""
        return value or None


metadata = MetaData()


def _table(name: str, *columns: Column[Any] | UniqueConstraint, **options: Any) -> Table:
    return Table(name, metadata, *columns, **options)


def _columns(type_: type[TypeEngine[Any]], *names: str, **options: Any) -> list[Column[Any]]:
    return [Column(name, type_, **options) for name in names]


def _partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> None:
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


# BIGINT keys would lose SQLite's rowid alias; four bytes suffice for two billion articles.
stories = _table(
    "stories",
    Column("id", Integer, primary_key=True),
    Column("begun", Utc, nullable=False),
)

# One row a version. `live`: the newest version, usable and not withdrawn. `shown_from`: when it was
# first seen, or when its embargo ends. `dated`: when it says it was published, if that may be true.
# `own` is the article's own identity, `identity` that of the first of a line of articles that
# replace each other. The long columns come last: SQLite reads a row from its front.
articles = _table(
    "articles",
    Column("id", Integer, primary_key=True),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("team", Owner, nullable=False),
    *_columns(Boolean, "live", "withdrawn", nullable=False),
    *_columns(Utc, "seen", "shown_from", "dated", nullable=False),
    *_columns(Utc, "embargoed", "published", "updated"),
    *_columns(Text, "status", "origin", "own", nullable=False),
    Column("correction", Boolean, nullable=False),
    Column("replaces", JSON, nullable=False),
    Column("dropped", Utc),
    Column("fingerprint", Text),
    *_columns(Text, "identity", "content_hash", nullable=False),
    *_columns(Text, "guid", "version", "language", "source", "byline", "url", "headline"),
    Column("title", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    *_columns(Text, "body", "analysis", nullable=False),
    # A deleted article's id is never given to another.
    sqlite_autoincrement=True,
)
# Identity first: SQLite would prefer an index that begins with the team to every better one.
Index("articles_by_identity", articles.c.identity, articles.c.team, articles.c.id)
Index("articles_by_story", articles.c.story)
Index("articles_by_time", articles.c.shown_from)
# What was superseded or withdrawn: few rows of all, and looked up every half minute.
_partial_index("articles_not_live", articles.c.id, where=~articles.c.live)
# For dropping the texts of a source after its time.
Index("articles_by_origin", articles.c.origin, articles.c.seen)
_partial_index("articles_embargoed", articles.c.embargoed, where=articles.c.embargoed.is_not(None))

# Literals, not parameters: SQLite uses a partial index only where the query has its very condition.
is_withdrawn = or_(articles.c.withdrawn, articles.c.status == literal_column("'canceled'"))
_partial_index("articles_withdrawn", articles.c.id, where=is_withdrawn)

# What the choice of a digest's stories needs of each article that may be shown: read by the
# thousand, where the articles themselves have a page or two each. Deleted when its article is
# superseded or withdrawn. Times are seconds since 1970; `names` and `speakers` are separated by
# line feeds.
article_summaries = _table(
    "article_summaries",
    *_columns(Integer, "story", "article", primary_key=True, autoincrement=False),
    Column("team", Owner, nullable=False),
    *_columns(Double, "shown_from", "dated", "seen", nullable=False),
    Column("published", Double),
    Column("best", Double, nullable=False),
    *_columns(Text, "outlet", "opening", "names", "speakers", nullable=False),
    sqlite_with_rowid=False,
)
_by_team = [article_summaries.c[name] for name in ("team", "shown_from", "story")]
Index("article_summaries_by_team", *_by_team)

# Leads from an article's `own` identity to the `identity` of its line, also before the article
# itself came.
article_aliases = _table(
    "article_aliases",
    Column("own", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("identity", Text, nullable=False),
)

# Which recent articles share a term with a new one. This and the next two are indexes that we
# maintain ourselves; a foreign key would need another index for nothing.
article_terms = _table(
    "article_terms",
    Column("term", Text, primary_key=True),
    Column("seen", Utc, primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A speaker's folded name (after a '=') and each word of it lead to the statement: `place` is its
# index in the analysis.
statement_index = _table(
    "statement_index",
    Column("word", Text, primary_key=True),
    Column("dated", Utc, primary_key=True),
    *_columns(Integer, "article", "place", primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Each word of a speaker's name that was ever read, for suggestions where a name was misspelled.
name_words = _table(
    "name_words",
    Column("word", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    sqlite_with_rowid=False,
)

subscriptions = _table(
    "subscriptions",
    *_columns(Text, "team", "channel", primary_key=True),
    Column("created_by", Text, nullable=False),
    Column("cadence", JSON, nullable=False),
    Column("zone", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("top", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_due", Utc),
    Column("last_result", Text),
    *_columns(JSON, "excluded", "sources", "excluded_sources", nullable=False),
)
Index("subscriptions_by_due", subscriptions.c.next_due)

deliveries = _table(
    "deliveries",
    Column("id", Integer, primary_key=True),
    *_columns(Text, "team", "channel", "kind", "key", "state", nullable=False),
    *_columns(Utc, "since", "touched", nullable=False),
    Column("posted", Utc),
    Column("reason", Text),
    Column("digest", JSON(none_as_null=True)),
    Column("edited", JSON(none_as_null=True)),
    Column("edited_at", Utc),
    UniqueConstraint("team", "channel", "kind", "key", name="deliveries_once"),
)
# Nearly all deliveries have ended, so the others have indexes of their own. Literals, as in
# `is_withdrawn`.
unfinished, pending_or_unsure = (
    deliveries.c.state.in_([literal_column(f"'{state}'") for state in states])
    for states in (("claimed", "composed", "sending"), ("composed", "sending", "unsure"))
)
_partial_index("deliveries_unfinished", deliveries.c.touched, where=unfinished)
_in_channel = deliveries.c.team, deliveries.c.channel
_partial_index("deliveries_pending", *_in_channel, deliveries.c.state, where=pending_or_unsure)
Index("deliveries_posted", *_in_channel, deliveries.c.posted)
Index("deliveries_by_time", deliveries.c.touched)

delivery_parts = _table(
    "delivery_parts",
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("ts", Text, nullable=False),
)

# No foreign key to articles: what a channel was shown is kept longer than the articles.
delivery_articles = _table(
    "delivery_articles",
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_article", delivery_articles.c.article)

# Articles of other stories that a posted digest quotes ("said before"): not shown as news, but
# edited when they are withdrawn.
delivery_citations = _table(
    "delivery_citations",
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_citation", delivery_citations.c.article)

edit_permissions = _table(
    "edit_permissions",
    Column("team", Text, primary_key=True),
    Column("who_may_change", Text, nullable=False),
)

feeds = _table(
    "feeds",
    Column("id", Integer, primary_key=True),
    Column("team", Owner, nullable=False),
    Column("url", Text, nullable=False),
    *_columns(Text, "title", "etag", "last_modified"),
    Column("next_check", Utc),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text),
    Column("added", Utc, nullable=False),
    Column("asked_by", Text),
    Column("failure_reported_at", Utc),
    UniqueConstraint("team", "url", name="feeds_once"),
)
Index("feeds_by_check", feeds.c.next_check)

# `actor` is the name's folded words.
actor_preferences = _table(
    "actor_preferences",
    *_columns(Text, "team", "channel", "actor", primary_key=True),
    *_columns(Text, "name", "kind", "person", nullable=False),
    Column("at", Utc, nullable=False),
)

story_votes = _table(
    "story_votes",
    *_columns(Text, "team", "channel", primary_key=True),
    Column("story", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    *_columns(JSON, "terms", "actors", nullable=False),
)
Index("story_votes_by_time", story_votes.c.team, story_votes.c.channel, story_votes.c.at)

# When each source last published, and when it was reported as quiet.
sources = _table(
    "sources",
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("name", Text),
    Column("last", Utc, nullable=False),
    Column("reported", Utc),
)

# How many articles a source published in each recent hour: its habit.
arrivals = _table(
    "arrivals",
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("hour", Utc, primary_key=True),
    Column("articles", Integer, nullable=False),
)

# Files that stay in the feed folder, as they were when they were read; `reason` where they could
# not be.
files = _table(
    "files",
    Column("path", Text, primary_key=True),
    *_columns(BigInteger, "size", "modified", nullable=False),
    Column("reason", Text),
)

# `sealed` holds the tokens, as encrypted JSON.
installations = _table(
    "installations",
    Column("team", Text, primary_key=True),
    *_columns(Text, "name", "app", "bot", "bot_user", "installer", nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("installed", Utc, nullable=False),
    Column("expires", Utc),
    Column("enterprise", Text),
    Column("sealed", LargeBinary, nullable=False),
)
Index("installations_by_expiry", installations.c.expires)

events = _table(
    "events",
    Column("event", Text, primary_key=True),
    Column("seen", Utc, nullable=False),
)
Index("events_by_time", events.c.seen)

# Slack's rate limits, shared by all processes: when a channel may get its next message, or a method
# may be called again. Milliseconds since 1970, so that both databases can add to them.
slack_limits = _table(
    "slack_limits",
    *_columns(Text, "team", "method_or_channel", primary_key=True),
    Column("free_at", BigInteger, nullable=False),
)

# The running processes: for doctor, and for a clock that must know whether another one is active.
processes = _table(
    "processes",
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("ticked", Utc),
)

# One row, which /readyz increments to see whether the database accepts writes.
write_probes = _table(
    "write_probes",
    Column("id", Integer, primary_key=True),
    Column("probes", BigInteger, nullable=False),
)


def owned(team: str | None) -> ColumnElement[bool]:
    """Select articles of the operator and of `team`."""
    return articles.c.team.in_(["", team or ""])


def visible(team: str | None, now: datetime) -> ColumnElement[bool]:
    """Select articles that `team` may be shown: owned, live, not under embargo at `now`."""
    released = or_(articles.c.embargoed.is_(None), articles.c.embargoed <= now)
    return and_(articles.c.live, owned(team), released)
