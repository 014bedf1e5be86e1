"""The tables of the first release.

A new database gets its tables from bot/store/tables.py and is then marked with the newest revision,
as Alembic's cookbook advises ("Building an Up to Date Database from Scratch",
https://alembic.sqlalchemy.org/en/latest/cookbook.html).
So this revision, where every database begins, has nothing to do.
"""

revision = "r0001"
down_revision = None


def upgrade() -> None:
    pass
