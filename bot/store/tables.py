"""What the database holds: every table, for SQLite and PostgreSQL alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
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
    bindparam,
    event,
    false,
    literal_column,
    or_,
    text,
)
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware time, stored and given back in UTC. SQLite keeps no zone, so a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database: in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Owner(TypeDecorator[str]):
    """A team, or None for every team: kept as '' so that unique keys hold and one IN finds both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:  # noqa: ARG002 - as above
        """To the database: '' for every team."""
        return value or ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as above
        """From the database: None for every team."""
        return value or None


metadata = MetaData()

# BIGINT keys would lose SQLite's rowid alias; four bytes last for two billion articles.
stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("begun", Utc, nullable=False),
)

# One row a version. `live`: the newest version, usable and not withdrawn. `shown_from`: when it was
# first seen, or when its embargo ends. `dated`: when it says it was published, if that may be true.
# The long columns stand last: SQLite reads a row from its front.
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
    # Since 0002, and so behind the long ones: a database adds a column at the end of its table.
    Column("origin", Text, nullable=False, server_default=""),
    Column("own", Text, nullable=False, server_default=""),
    Column("correction", Boolean, nullable=False, server_default=false()),
    Column("replaces", JSON, nullable=False, server_default="[]"),
    Column("dropped", Utc),
    Column("fingerprint", Text),
    # Who has just read a number must not be led to another's article, once its own is forgotten.
    sqlite_autoincrement=True,
)
# Identity first: an index that begins with the team would tempt SQLite away from every better one.
Index("articles_by_identity", articles.c.identity, articles.c.team, articles.c.id)
Index("articles_by_story", articles.c.story)
Index("articles_by_time", articles.c.shown_from)
# What was superseded or withdrawn: few of all, and asked for every half minute.
Index(
    "articles_past", articles.c.id, sqlite_where=~articles.c.live, postgresql_where=~articles.c.live
)
# What a source's time is up for.
Index("articles_by_origin", articles.c.origin, articles.c.seen)
Index(
    "articles_held",
    articles.c.embargoed,
    sqlite_where=articles.c.embargoed.is_not(None),
    postgresql_where=articles.c.embargoed.is_not(None),
)

# Written out, not bound: SQLite takes a partial index only where it can see that the condition is its own.
killed = or_(articles.c.withdrawn, articles.c.status == literal_column("'canceled'"))
Index("articles_killed", articles.c.id, sqlite_where=killed, postgresql_where=killed)

# What chooses a digest's stories of each article that may be shown: read by the thousand where the articles
# themselves, each a page or two, are not. A row goes when its article is superseded or withdrawn. Times are
# seconds since 1970; `names` and `speakers` are parted by line feeds.
glances = Table(
    "glances",
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
# All that is asked by owner stands in the index: thousands of its rows are read.
Index("glances_by_owner", glances.c.team, glances.c.shown_from, glances.c.story)

# Stories whose glances changed, in the order in which that was committed: written under one lock. Only the last
# of them are kept; a number never comes back.
story_changes = Table(
    "story_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("story", Integer, nullable=False),
    sqlite_autoincrement=True,
)

# `identity` is that of the first of a line of articles which replace each other, `own` each one's; this leads from
# the one to the other, also before the article of that name came.
article_aliases = Table(
    "article_aliases",
    metadata,
    Column("own", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("identity", Text, nullable=False),
)

# Which recent articles tell of the same event: asked for each new article. This and the next are
# indexes that we keep ourselves; a foreign key would need an index of its own for nothing.
article_terms = Table(
    "article_terms",
    metadata,
    Column("term", Text, primary_key=True),
    Column("seen", Utc, primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A speaker's name (behind a '=') and each word of it, folded, lead to the statement: `place` is its index in the
# analysis.
statements = Table(
    "statements",
    metadata,
    Column("word", Text, primary_key=True),
    Column("dated", Utc, primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Each word of a speaker's name that was ever read, for a hint where a name was typed with a slip.
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
    Column("excluded", JSON, nullable=False, server_default="[]"),
    Column("sources", JSON, nullable=False, server_default="[]"),
    Column("excluded_sources", JSON, nullable=False, server_default="[]"),
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
# Nearly all deliveries are over: what is not, or may still come to stand in its channel, is found by itself. Written
# out, as `killed`.
unfinished = deliveries.c.state.in_(
    [literal_column(f"'{state}'") for state in ("claimed", "composed", "sending")]
)
on_the_way = deliveries.c.state.in_(
    [literal_column(f"'{state}'") for state in ("composed", "sending", "unsure")]
)
Index(
    "deliveries_unfinished",
    deliveries.c.touched,
    sqlite_where=unfinished,
    postgresql_where=unfinished,
)
Index(
    "deliveries_on_the_way",
    deliveries.c.team,
    deliveries.c.channel,
    deliveries.c.state,
    sqlite_where=on_the_way,
    postgresql_where=on_the_way,
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

# No key to articles: what a channel was shown outlives what is kept of it.
delivery_articles = Table(
    "delivery_articles",
    metadata,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_article", delivery_articles.c.article)

# What a posted digest cites of other stories (said before): not shown as news, but taken back like any other words.
delivery_citations = Table(
    "delivery_citations",
    metadata,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("article", Integer, primary_key=True, autoincrement=False),
)
Index("deliveries_by_citation", delivery_citations.c.article)

rules = Table(
    "rules",
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
    Column("told", Utc),
    UniqueConstraint("team", "url", name="feeds_once"),
)
Index("feeds_by_check", feeds.c.next_check)

# `actor` is the name's folded words. Both are read by their key's first columns.
wishes = Table(
    "wishes",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("leaning", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

votes = Table(
    "votes",
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
Index("votes_by_time", votes.c.team, votes.c.channel, votes.c.at)

# When each source last gave something, and when it was reported as quiet.
sources = Table(
    "sources",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("name", Text),
    Column("last", Utc, nullable=False),
    Column("reported", Utc),
)

# In which hours of late a source gave articles, and how many: its habit.
arrivals = Table(
    "arrivals",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("team", Owner, primary_key=True),
    Column("hour", Utc, primary_key=True),
    Column("articles", Integer, nullable=False),
)

# Files that stay where they are (`keep`), as they were when they were taken in; `reason` where they could not be.
files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("reason", Text),
)

# `sealed`: the tokens, as JSON, encrypted.
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

# Slack's limits, which all processes keep: `what` is a channel (its next turn to get a message) or a method
# (when it may be called again). Milliseconds since 1970, so that both databases can add to them.
slack_limits = Table(
    "slack_limits",
    metadata,
    Column("team", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("free_at", BigInteger, nullable=False),
)

# Who runs: for doctor, and for a clock that must know whether another one ticks.
processes = Table(
    "processes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("ticked", Utc),
)

# One row, which /readyz counts up to see that the database takes a write.
pulse = Table(
    "pulse",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("beats", BigInteger, nullable=False),
)

# Full-text search differs too much for one table: search.py fills and asks both.
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE searchable USING fts5(words, content='', detail=none, tokenize='ascii')",
)
POSTGRESQL_SEARCH = (
    """
    CREATE TABLE searchable (
        article INTEGER PRIMARY KEY REFERENCES articles (id),
        dated TIMESTAMP WITH TIME ZONE NOT NULL,
        words TSVECTOR NOT NULL
    )
    """,
    "CREATE INDEX searchable_words ON searchable USING gin (words)",
    "CREATE INDEX searchable_by_date ON searchable (dated)",
)


def _create_search(_: MetaData, connection: Connection, **__: object) -> None:
    for statement in SQLITE_SEARCH if connection.dialect.name == "sqlite" else POSTGRESQL_SEARCH:
        connection.execute(text(statement))


event.listen(metadata, "after_create", _create_search)


def owned(team: str | None) -> ColumnElement[bool]:
    """Articles of the operator and of `team`."""
    return articles.c.team.in_(["", team or ""])


def visible(team: str | None, now: datetime) -> ColumnElement[bool]:
    """What `team` may be shown of articles: owned, live, not under embargo at `now`."""
    return _visible(owned(team), now)


def visible_when_asked() -> ColumnElement[bool]:
    """As `visible`, for a query that is built once: its parameters are `team` and `now`."""
    return _visible(owned_when_asked(articles.c.team), bindparam("now"))


def owned_when_asked(team: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Whether this is the operator or the parameter `team`; a list of both would be written out at each asking."""
    return team.in_([literal_column("''"), bindparam("team", type_=Owner())])


def _visible(
    its_team: ColumnElement[bool], now: datetime | BindParameter[Any]
) -> ColumnElement[bool]:
    free = or_(articles.c.embargoed.is_(None), articles.c.embargoed <= now)
    return and_(articles.c.live, its_team, free)
