"""Deliveries found by what is still open of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INDEXES = {
    "deliveries_unfinished": (["touched"], "state IN ('claimed', 'composed', 'sending')"),
    "deliveries_on_the_way": (
        ["team", "channel", "state"],
        "state IN ('composed', 'sending', 'unsure')",
    ),
    "deliveries_posted": (["team", "channel", "posted"], None),
    "deliveries_by_time": (["touched"], None),
}


def upgrade() -> None:
    op.drop_index("deliveries_by_state", "deliveries")
    for name, (columns, of) in INDEXES.items():
        where = None if of is None else sa.text(of)
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
