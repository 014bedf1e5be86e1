"""A log of the stories whose glances changed: a process that has read them all reads only those anew."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "story_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("story", sa.Integer, nullable=False),
        # A number that came back would pass for one that was read.
        sqlite_autoincrement=True,
    )
    op.drop_index("glances_by_time", "glances")
    op.create_index("glances_by_owner", "glances", ["team", "shown_from", "story"])
