"""Remember the address of an article's own picture."""

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    op.add_column("articles", sa.Column("picture", sa.Text))
