"""The tables of the first release.

A new database gets its tables from bot/store/tables.py and is then marked with the newest revision,
as https://alembic.sqlalchemy.org/en/latest/cookbook.html#building-an-up-to-date-database-from-scratch
advises. So this revision, where every database begins, has nothing to do.
"""

revision = "r0001"
down_revision = None


def upgrade() -> None:
    pass
