"""Remember which story took the articles of another."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    op.add_column("stories", sa.Column("joined", sa.Integer))
    where = sa.text("joined IS NOT NULL")
    op.create_index(
        "stories_joined", "stories", ["joined"], sqlite_where=where, postgresql_where=where
    )
