"""When an article's text was dropped, and what proves it then."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("articles", sa.Column("dropped", sa.DateTime(timezone=True)))
    op.add_column("articles", sa.Column("fingerprint", sa.Text))
