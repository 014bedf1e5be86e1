"""The job queue of many machines: Procrastinate's tables, on PostgreSQL alone.

The SQL beside this file is the schema of Procrastinate 3.10 (MIT licence) as it stood, so that a database
made today and one made next year are the same. A later release of it comes with migrations of its own:
each becomes a step here.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"

_SCHEMA = Path(__file__).with_name("0007_procrastinate_schema.sql")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Through the driver's own cursor: the text is full of % and : that SQLAlchemy would read as parameters.
        connection.connection.cursor().execute(_SCHEMA.read_text(encoding="utf-8"))
