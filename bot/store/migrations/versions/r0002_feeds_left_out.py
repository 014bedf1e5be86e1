"""Remember which items of a feed were there when it was added, and were left out."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("left_out", sa.JSON))
