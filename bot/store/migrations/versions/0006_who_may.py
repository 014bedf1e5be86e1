"""Who may subscribe and change channels, workspace by workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("who_may_change", sa.Text, nullable=False),
    )
