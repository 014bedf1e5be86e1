"""What a posted digest says since it was edited, and what it cites beyond its own stories."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("edited", sa.JSON))
    op.add_column("deliveries", sa.Column("edited_at", sa.DateTime(timezone=True)))
    op.create_table(
        "delivery_citations",
        sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("article", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_index("deliveries_by_citation", "delivery_citations", ["article"])
    past = ~sa.column("live", sa.Boolean)
    op.create_index("articles_past", "articles", ["id"], sqlite_where=past, postgresql_where=past)
