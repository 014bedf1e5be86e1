"""Commands on the job queue of many machines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.cli.printing import out

if TYPE_CHECKING:
    from bot.app.queue import QueuedJob

app = typer.Typer(
    help="Jobs that wait, are being done, or are dead; on PostgreSQL.", invoke_without_command=True
)


def register(parent: typer.Typer) -> None:
    """Add these commands."""
    parent.add_typer(app, name="jobs")


@app.callback()
def jobs(context: typer.Context) -> None:
    """List the jobs; with `retry` or `drop`, see to a dead one."""
    if context.invoked_subcommand is None:
        list_jobs()


@app.command("list")
def list_jobs() -> None:
    """Every job that waits, is being done or is dead; those done are gone."""
    found = asyncio.run(_jobs())
    if not found:
        out.print("No job waits, and none is dead.")
        return
    table = Table("id", "job", "of number", "state", "failed tries", box=None)
    for one in found:
        table.add_row(
            str(one.id), one.job, str(one.number), _STATES.get(one.state, one.state), str(one.tries)
        )
    out.print(table)


@app.command()
def retry(number: Annotated[int, typer.Argument(help="the id that `dateline jobs` shows")]) -> None:
    """Offer a dead job to the workers once more."""
    asyncio.run(_retry(number))
    out.print(f"Job {number} is offered again.")


@app.command()
def drop(number: Annotated[int, typer.Argument(help="the id that `dateline jobs` shows")]) -> None:
    """Forget a dead job. What it was about stays in the ledger: a delivery left unfinished is offered again."""
    asyncio.run(_drop(number))
    out.print(f"Job {number} is forgotten.")


_STATES = {"todo": "waits", "doing": "in hand", "failed": "dead", "aborted": "dead (cut short)"}


async def _jobs() -> tuple[QueuedJob, ...]:
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        return await queue.list_jobs()


async def _retry(number: int) -> None:
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.retry_dead(number)


async def _drop(number: int) -> None:
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.delete_dead(number)
