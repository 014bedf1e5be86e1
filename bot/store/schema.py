"""Creates or migrates the tables of a database: one process at a time, all or nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.model.errors import SettingsError
from bot.store.database import MIGRATION_LOCK, Database, messages
from bot.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

# Its revisions are files such as versions/r0002_what_it_changes.py.
_FOLDER = Path(__file__).parent / "migrations"
# Alembic keeps the revision of a database here.
_VERSION = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String))
# Revisions of databases from before the first release; r0001 took the place of all of them.
_PRE_RELEASE_REVISIONS = {f"{number:04}" for number in range(1, 17)}


async def migrate(database: Database) -> None:
    """Bring a database to the newest revision; raise SettingsError where we cannot migrate it."""
    async with database.reading() as connection:
        revision = await connection.run_sync(_get_revision)
    if revision == newest_revision():
        return
    async with database.writing(MIGRATION_LOCK) as connection:
        await connection.run_sync(_migrate)


def newest_revision() -> str:
    """Return our newest revision, by file name: importing Alembic takes 0.1 s."""
    return max(_known_revisions())


def _known_revisions() -> set[str]:
    return {path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("r[0-9]*.py")}


def _get_revision(connection: sa.Connection) -> str | None:
    """Return the database's revision, None for a new database."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar()


def _migrate(connection: sa.Connection) -> None:
    revision = _get_revision(connection)
    _check(revision)
    from alembic import command  # noqa: PLC0415 - slow to import, and hardly ever needed

    config = alembic_config()
    config.attributes["connection"] = connection
    if revision is None:
        metadata.create_all(connection, checkfirst=False)
        command.stamp(config, "head")
    else:
        command.upgrade(config, "head")


def _check(revision: str | None) -> None:
    """Raise SettingsError for a database that this version cannot migrate."""
    if revision is None or revision in _known_revisions():
        return
    is_older = revision in _PRE_RELEASE_REVISIONS
    fault = messages.text("older_commit" if is_older else "newer_dateline", revision=revision)
    raise SettingsError([fault])


def alembic_config() -> "Config":
    """Return Alembic's configuration with the path of our migrations."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    # Alembic reads its options as an INI file, where % begins a reference.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
