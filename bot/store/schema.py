"""Brings a database's tables to what this version of Dateline expects: one process at a time, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import SettingsError
from bot.store.database import MIGRATION_LOCK

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> None:
    """Apply the migrations that this database has not had; raise SettingsError where it is newer than we are."""
    async with database.reading() as connection:
        revisions = await connection.run_sync(_revisions)
    if revisions == _script().get_heads():
        return
    async with database.writing(MIGRATION_LOCK) as connection:
        await connection.run_sync(_upgrade)


def _revisions(connection: Connection) -> list[str]:
    return list(MigrationContext.configure(connection).get_current_heads())


def _upgrade(connection: Connection) -> None:
    config = _config()
    known = {revision.revision for revision in _script().walk_revisions()}
    if newer := [revision for revision in _revisions(connection) if revision not in known]:
        fault = f"DATABASE_URL leads to a database of a newer Dateline (its tables are at {', '.join(newer)})"
        raise SettingsError([f"{fault}: update Dateline, or name another database."])
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # Alembic reads its options as an INI file, where % begins a reference.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
