"""Brings a database's tables to what this version of Dateline expects: one process at a time, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from bot.model.errors import SettingsError
from bot.store.database import MIGRATION_LOCK

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from bot.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"
# Alembic's own, where it keeps the last migration that a database had.
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String))


async def migrate(database: Database) -> None:
    """Apply the migrations that this database has not had; raise SettingsError where it is newer than we are."""
    async with database.reading() as connection:
        revision = await connection.run_sync(_revision)
    if revision == newest():
        return
    async with database.writing(MIGRATION_LOCK) as connection:
        await connection.run_sync(_upgrade)


def newest() -> str:
    """Give the last migration that we have, by the numbers of their files."""
    return max(_known())


def _known() -> set[str]:
    return {path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py")}


def _revision(connection: Connection) -> str | None:
    """Give the last migration that this database had."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def _upgrade(connection: Connection) -> None:
    revision = _revision(connection)
    if revision is not None and revision not in _known():
        fault = (
            f"DATABASE_URL leads to a database of a newer Dateline (its tables are at {revision})"
        )
        raise SettingsError([f"{fault}: update Dateline, or name another database."])
    from alembic import command  # noqa: PLC0415 - a tenth of a second of a start, and hardly ever needed

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> Config:
    """Tell Alembic where our migrations lie."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    # Alembic reads its options as an INI file, where % begins a reference.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
