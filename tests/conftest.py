"""Fixtures that every room's tests may ask for."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.databases import (
    database_url,
    empty_postgresql_url,
    migrated_postgresql_url,
    postgresql_server,
    postgresql_url,
    sqlite_template,
    sqlite_url,
    store,
)

# A laws' test proves what is computed, not how fast: a busy machine must not fail it.
settings.register_profile("dateline", deadline=None, max_examples=60)
settings.load_profile("dateline")


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """Undo what a command run in this process told the log: the next test may look for a line below its level."""
    yield
    structlog.reset_defaults()


__all__ = [
    "database_url",
    "empty_postgresql_url",
    "migrated_postgresql_url",
    "postgresql_server",
    "postgresql_url",
    "sqlite_template",
    "sqlite_url",
    "store",
]
