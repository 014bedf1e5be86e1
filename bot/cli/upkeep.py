"""Commands that keep the database and the job queue: jobs, forget, db."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.console import opened_store, out, print_error, run_async
from bot.model.errors import UsageError

jobs = typer.Typer(
    help="Jobs that wait, are being done, or are dead; on PostgreSQL.", invoke_without_command=True
)
db = typer.Typer(help="The database.", no_args_is_help=True)

_STATES = {"todo": "waits", "doing": "in hand", "failed": "dead", "aborted": "dead (cut short)"}

JobId = Annotated[int, typer.Argument(help="the id that `dateline jobs` shows")]


@jobs.callback()
def jobs_main(context: typer.Context) -> None:
    """List the jobs; with `retry` or `drop`, see to a dead one."""
    if context.invoked_subcommand is None:
        list_jobs()


@jobs.command("list")
@run_async
async def list_jobs() -> None:
    """Every job that waits, is being done or is dead; those done are gone."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        queued = await queue.list_jobs()
    if not queued:
        out.print("No job waits, and none is dead.")
        return
    table = Table("id", "job", "of number", "state", "failed tries", box=None)
    for job in queued:
        state = _STATES.get(job.state, job.state)
        table.add_row(str(job.id), job.job, str(job.number), state, str(job.tries))
    out.print(table)


@jobs.command()
@run_async
async def retry(number: JobId) -> None:
    """Offer a dead job to the workers once more."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.retry_dead(number)
    out.print(f"Job {number} is offered again.")


@jobs.command()
@run_async
async def drop(number: JobId) -> None:
    """Forget a dead job; a delivery that it left unfinished is offered again from the ledger."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.delete_dead(number)
    out.print(f"Job {number} is forgotten.")


@run_async
async def forget(
    team: Annotated[str, typer.Argument(help="the workspace's id, T0…")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete all of a workspace: sources, articles, subscriptions, deliveries, tastes, token."""
    if not re.fullmatch(r"[TE][A-Z0-9]{2,30}", team):
        raise UsageError(
            f"{team!r} is no workspace's id.",
            "It begins with T (or E), as in Slack's own addresses.",
        )
    if not yes:
        typer.confirm(f"Delete everything of {team}? There is no way back.", abort=True, err=True)
    async with opened_store() as store:
        counts = asdict(await store.retention.delete_team(team))
    parts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    out.print(f"Forgotten of {team}: {parts}.")


@db.command("upgrade")
@run_async
async def db_upgrade() -> None:
    """Bring the database to this version's schema; `run` does it by itself."""
    from bot.settings import load

    settings = load()
    async with opened_store(settings):
        pass
    if settings.has_postgresql:
        from bot.app.queue import open_queue

        async with open_queue(settings):
            pass
    print_error("The database stands at this version's schema.")
