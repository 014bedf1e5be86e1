"""Fixtures that every room's tests may ask for."""

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
