"""Remember who a workspace's admins let see the answers to mentions."""

import sqlalchemy as sa
from alembic import op

revision = "r0009"
down_revision = "r0008"


def upgrade() -> None:
    op.create_table(
        "answer_audiences",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("who_sees_answers", sa.Text, nullable=False),
    )
