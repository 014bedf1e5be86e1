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
from sqlalchemy.types import TypeDecorator
from typing_extensions import override


class Utc(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC. A naive one raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

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


def _partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> None:
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


# BIGINT keys would lose SQLite's rowid alias; four bytes suffice for two billion articles.
stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("begun", Utc, nullable=False),
)

# One row a version. `live`: the newest version, usable and not withdrawn. `shown_from`: when it was
# first seen, or when its embargo ends. `dated`: when it says it was published, if that may be true.
# `own` is the article's own identity, `identity` that of the first of a line of articles that
# replace each other. The long columns come last: SQLite reads a row from its front.
articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("team", Owner, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("shown_from", Utc, nullable=False),
    Column("dated", Utc, nullable=False),
    Column("embargoed", Utc),
    Column("published", Utc),
    Column("updated", Utc),
    Column("status", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("own", Text, nullable=False),
    Column("correction", Boolean, nullable=False),
    Column("replaces", JSON, nullable=False),
    Column("dropped", Utc),
    Column("fingerprint", Text),
    Column("identity", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("guid", Text),
    Column("version", Text),
    Column("language", Text),
    Column("source", Text),
    Column("byline", Text),
    Column("url", Text),
    Column("headline", Text),
    Column("title", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("body", Text, nullable=False),
    Column("analysis", Text, nullable=False),
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
article_summaries = Table(
    "article_summaries",
    metadata,
    Column("story", Integer, primary_key=True, autoincrement=False),
    Column("article", Integer, primary_key=True, autoincrement=False),
    Column("team", Owner, nullable=False),
    Column("shown_from", Double, nullable=False),
    Column("dated", Double, nullable=False),
    Column("seen", Double, nullable=False),
    Column("published", Double),
    Column("best", Double, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("opening", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("speakers", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "article_summaries_by_team",
    article_summaries.c.team,
    article_summaries.c.shown_from,
    article_summaries.c.story,
)

# Leads from an article's `own` identity to the `identity` of its line, also before the article
# itself came.
article_aliases = Table(
    "article_aliases",
    metadata,
    Column("own", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("identity", Text, nullable=False),
)

# Which recent articles share a term with a new one. This and the next two are indexes that we
# maintain ourselves; a foreign key would need another index for nothing.
article_terms = Table(
    "article_terms",
    metadata,
    Column("term", Text, primary_key=True),
    Column("seen", Utc, primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A speaker's folded name (after a '=') and each word of it lead to the statement: `place` is its
# index in the analysis.
statement_index = Table(
    "statement_index",
    metadata,
    Column("word", Text, primary_key=True),
    Column("dated", Utc, primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Each word of a speaker's name that was ever read, for suggestions where a name was misspelled.
name_words = Table(
    "name_words",
    metadata,
    Column("word", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("created_by", Text, nullable=False),
    Column("cadence", JSON, nullable=False),
    Column("zone", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("top", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_due", Utc),
    Column("last_result", Text),
    Column("excluded", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("excluded_sources", JSON, nullable=False),
)
Index("subscriptions_by_due", subscriptions.c.next_due)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("touched", Utc, nullable=False),
    Column("posted", Utc),
    Column("reason", Text),
    Column("digest", JSON(none_as_null=True)),
    Column("edited", JSON(none_as_null=True)),
    Column("edited_at", Utc),
    UniqueConstraint("team", "channel", "kind", "key", name="deliveries_once"),
)
# Nearly all deliveries have ended, so the others have indexes of their own. Literals, as in
# `is_withdrawn`.
unfinished = deliveries.c.state.in_(
    [literal_column(f"'{state}'") for state in ("claimed", "composed", "sending")]
)
pending_or_unsure = deliveries.c.state.in_(
    [literal_column(f"'{state}'") for state in ("composed", "sending", "unsure")]
)
_partial_index(
    "deliveries_unfinished",
    deliveries.c.touched,
    where=unfinished,
)
_partial_index(
    "deliveries_pending",
    deliveries.c.team,
    deliveries.c.channel,
    deliveries.c.state,
    where=pending_or_unsure,
)
Index("deliveries_posted", deliveries.c.team, deliveries.c.channel, deliveries.c.posted)
Index("deliveries_by_time", deliveries.c.touched)

delivery_parts = Table(
    "delivery_parts",
    metadata,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("ts", Text, nullable=False),
)

# No foreign key to articles: what a channel was shown is kept longer than the articles.
delivery_articles = Table(
    "delivery_articles",
    metadata,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_article", delivery_articles.c.article)

# Articles of other stories that a posted digest quotes ("said before"): not shown as news, but
# edited when they are withdrawn.
delivery_citations = Table(
    "delivery_citations",
    metadata,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_citation", delivery_citations.c.article)

edit_permissions = Table(
    "edit_permissions",
    metadata,
    Column("team", Text, primary_key=True),
    Column("who_may_change", Text, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Owner, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("etag", Text),
    Column("last_modified", Text),
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
actor_preferences = Table(
    "actor_preferences",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

story_votes = Table(
    "story_votes",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("story", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("actors", JSON, nullable=False),
)
Index("story_votes_by_time", story_votes.c.team, story_votes.c.channel, story_votes.c.at)

# When each source last published, and when it was reported as quiet.
sources = Table(
    "sources",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("name", Text),
    Column("last", Utc, nullable=False),
    Column("reported", Utc),
)

# How many articles a source published in each recent hour: its habit.
arrivals = Table(
    "arrivals",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("hour", Utc, primary_key=True),
    Column("articles", Integer, nullable=False),
)

# Files that stay in the feed folder, as they were when they were read; `reason` where they could
# not be.
files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("reason", Text),
)

# `sealed` holds the tokens, as encrypted JSON.
installations = Table(
    "installations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("bot_user", Text, nullable=False),
    Column("installer", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("installed", Utc, nullable=False),
    Column("expires", Utc),
    Column("enterprise", Text),
    Column("sealed", LargeBinary, nullable=False),
)
Index("installations_by_expiry", installations.c.expires)

events = Table(
    "events",
    metadata,
    Column("event", Text, primary_key=True),
    Column("seen", Utc, nullable=False),
)
Index("events_by_time", events.c.seen)

# Slack's rate limits, shared by all processes: when a channel may get its next message, or a method
# may be called again. Milliseconds since 1970, so that both databases can add to them.
slack_limits = Table(
    "slack_limits",
    metadata,
    Column("team", Text, primary_key=True),
    Column("method_or_channel", Text, primary_key=True),
    Column("free_at", BigInteger, nullable=False),
)

# The running processes: for doctor, and for a clock that must know whether another one is active.
processes = Table(
    "processes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("ticked", Utc),
)

# One row, which /readyz increments to see whether the database accepts writes.
write_probes = Table(
    "write_probes",
    metadata,
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
