"""What a digest asks of glances by time stands whole in the index."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_index("glances_by_time", "glances")
    op.create_index("glances_by_time", "glances", ["shown_from", "team", "story"])
