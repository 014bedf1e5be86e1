"""Remember who or what made an article, where its source says so."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    op.add_column("articles", sa.Column("digital_source_type", sa.Text))
