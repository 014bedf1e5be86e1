"""Remember which texts were withheld, for the operator to see."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import Owner, Utc

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    op.create_table(
        "withheld_texts",
        sa.Column("team", Owner, primary_key=True),
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seen", Utc, nullable=False),
    )
