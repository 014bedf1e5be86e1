"""Commands that keep the database: forget, db."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import out, tell
from bot.model.errors import UsageError

if TYPE_CHECKING:
    from bot.model import DeletedCounts

db = typer.Typer(help="The database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(forget)
    app.add_typer(db, name="db")


def forget(
    team: Annotated[str, typer.Argument(help="the workspace's id, T0…")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete all that is a workspace's: its sources and their articles, subscriptions, deliveries, tastes, token."""
    if not re.fullmatch(r"[TE][A-Z0-9]{2,30}", team):
        raise UsageError(
            f"{team!r} is no workspace's id.",
            "It begins with T (or E), as in Slack's own addresses.",
        )
    if not yes:
        typer.confirm(f"Delete everything of {team}? There is no way back.", abort=True, err=True)
    told = asyncio.run(_forget(team))
    parts = (f"{count} {what}" for what, count in asdict(told).items())
    out.print(f"Forgotten of {team}: {', '.join(parts)}.")


async def _forget(team: str) -> DeletedCounts:
    from bot.app.storage import opened_store

    async with opened_store() as store:
        return await store.retention.delete_team(team)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema; `run` does it by itself."""
    asyncio.run(_upgrade())


async def _upgrade() -> None:
    from bot.app.storage import opened_store
    from bot.settings import load

    settings = load()
    async with opened_store(settings):
        if settings.has_postgresql:
            from bot.app.queue import open_queue

            async with open_queue(settings):
                pass
        tell("The database stands at this version's schema.")
