"""Remember below links of which domains a workspace's people are shown who said what."""

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    op.create_table(
        "link_previews",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("domains", sa.Text, nullable=False),
    )
