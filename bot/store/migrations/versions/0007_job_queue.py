"""Nothing: the tables of the job queue are Procrastinate's own, see bot/app/queue.py."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change nothing."""
