"""The first tables: articles and stories, subscriptions and deliveries, feeds, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_articles()
    create_search()
    create_deliveries()
    create_the_rest()


def create_articles() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("begun", TIME, nullable=False),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("story", sa.Integer, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("seen", TIME, nullable=False),
        sa.Column("shown_from", TIME, nullable=False),
        sa.Column("dated", TIME, nullable=False),
        sa.Column("embargoed", TIME),
        sa.Column("published", TIME),
        sa.Column("updated", TIME),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("guid", sa.Text),
        sa.Column("version", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("byline", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("headline", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    held = sa.column("embargoed").is_not(None)
    op.create_index("articles_by_identity", "articles", ["identity", "team", "id"])
    op.create_index("articles_by_story", "articles", ["story"])
    op.create_index("articles_by_time", "articles", ["shown_from"])
    op.create_index(
        "articles_held", "articles", ["embargoed"], sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        "article_terms",
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("seen", TIME, primary_key=True),
        sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statements",
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("dated", TIME, primary_key=True),
        sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def create_search() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE searchable USING fts5(words, content='', detail=none, tokenize='ascii')"
        )
        return
    op.execute(
        "CREATE TABLE searchable (article INTEGER PRIMARY KEY REFERENCES articles (id),"
        " dated TIMESTAMP WITH TIME ZONE NOT NULL, words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX searchable_words ON searchable USING gin (words)")
    op.execute("CREATE INDEX searchable_by_date ON searchable (dated)")


def create_deliveries() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("cadence", sa.JSON, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("top", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("next_due", TIME),
        sa.Column("last_result", sa.Text),
    )
    op.create_index("subscriptions_by_due", "subscriptions", ["next_due"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("touched", TIME, nullable=False),
        sa.Column("posted", TIME),
        sa.Column("reason", sa.Text),
        sa.Column("digest", sa.JSON),
        sa.UniqueConstraint("team", "channel", "kind", "key", name="deliveries_once"),
    )
    op.create_index("deliveries_by_state", "deliveries", ["state", "touched"])
    op.create_table(
        "delivery_parts",
        sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ts", sa.Text, nullable=False),
    )
    op.create_table(
        "delivery_articles",
        sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_index("deliveries_by_article", "delivery_articles", ["article"])


def create_the_rest() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("next_check", TIME),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("added", TIME, nullable=False),
        sa.UniqueConstraint("team", "url", name="feeds_once"),
    )
    op.create_index("feeds_by_check", "feeds", ["next_check"])
    op.create_table(
        "events",
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("seen", TIME, nullable=False),
    )
    op.create_index("events_by_time", "events", ["seen"])
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )
