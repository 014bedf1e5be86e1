"""Where each article came in, what replaces what; how sources fare; files that stay; who hears of a feed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("origin", sa.Text, nullable=False, server_default=""),
        sa.Column("own", sa.Text, nullable=False, server_default=""),
        sa.Column("correction", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("replaces", sa.JSON, nullable=False, server_default="[]"),
    ):
        op.add_column("articles", column)
    op.execute("UPDATE articles SET own = identity")
    op.create_index("articles_by_origin", "articles", ["origin", "seen"])
    op.create_table(
        "article_aliases",
        sa.Column("own", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("identity", sa.Text, nullable=False),
    )
    op.add_column("feeds", sa.Column("asked_by", sa.Text))
    op.add_column("feeds", sa.Column("told", TIME))
    create_sources()


def create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("last", TIME, nullable=False),
        sa.Column("reported", TIME),
    )
    op.create_table(
        "arrivals",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("hour", TIME, primary_key=True),
        sa.Column("articles", sa.Integer, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
    )
