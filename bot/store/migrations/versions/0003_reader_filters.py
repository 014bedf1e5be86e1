"""Standing orders say what a channel does not want, and from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("excluded", "sources", "excluded_sources"):
        op.add_column(
            "subscriptions", sa.Column(name, sa.JSON, nullable=False, server_default="[]")
        )
