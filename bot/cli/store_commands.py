"""Commands on the database and the job queue: export, jobs, forget, db."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.cli import console
from bot.cli.console import argument, messages, option
from bot.model.errors import UsageError
from bot.model.ids import TEAM_ID

if TYPE_CHECKING:
    from bot.model import SourcedStatement

export = typer.Typer(help=messages.text("export"), no_args_is_help=True)
jobs = typer.Typer(help=messages.text("jobs"), invoke_without_command=True)
db = typer.Typer(help=messages.text("db"), no_args_is_help=True)

_KNOWN_STATES = ("todo", "doing", "failed", "aborted")

JobId = Annotated[int, argument("job_id")]

# What begins a formula, and the full-width forms.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_COLUMNS = (
    "actor", "role", "kind", "verb", "stance", "form",
    "words", "via", "outlet", "headline", "url", "published",
)  # fmt: skip


class ExportFormat(StrEnum):
    """How statements are exported."""

    CSV = "csv"
    JSONL = "jsonl"


@export.command("statements")
@console.run_async
async def export_statements(
    *,
    since: console.Since = "7d",
    actor: Annotated[str | None, option("export_actor")] = None,
    form: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
) -> None:
    """Every statement with its article, newest first.

    In CSV a cell that a spreadsheet would take for a formula (it begins with = + - or @) has an
    apostrophe in front, which is not the article's; JSON lines have every word as it stands.
    """
    now, names = console.utc_now(), set((actor or "").casefold().split())
    table = csv.DictWriter(sys.stdout, _COLUMNS)
    if form is ExportFormat.CSV:
        table.writeheader()
    async with console.opened_store() as store:
        async for sourced in store.articles.iter_statements(
            None, now - console.parse_age(since), now
        ):
            row = _row(sourced)
            if not names <= set((row["actor"] or "").casefold().split()):
                continue
            if form is ExportFormat.CSV:
                table.writerow({column: _escape_formula(words) for column, words in row.items()})
            else:
                console.write_json_line(dict(row))


def _escape_formula(words: str | None) -> str | None:
    """Put an apostrophe before words that a spreadsheet would take for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection. Tabs and line ends begin a new cell.
    """
    if not words or not (words[0] in "\t\r\n" or words.lstrip()[:1] in _FORMULA):
        return words
    return f"'{words}"


def _row(sourced: SourcedStatement) -> dict[str, str | None]:
    statement, article = sourced.statement, sourced.article.article
    actor = statement.actor
    return {
        "actor": actor.name.text if actor else None,
        "role": actor.role.text if actor and actor.role else None,
        "kind": actor.kind if actor else None,
        "verb": statement.verb.text if statement.verb else None,
        "stance": statement.stance,
        "form": statement.form,
        "words": " … ".join(span.text for span in statement.content),
        "via": statement.via.text if statement.via else None,
        "outlet": article.source,
        "headline": article.headline,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
    }


@jobs.callback()
def jobs_main(context: typer.Context) -> None:
    """List the jobs; with `retry` or `drop`, see to a dead one."""
    if context.invoked_subcommand is None:
        list_jobs()


@jobs.command("list")
@console.run_async
async def list_jobs() -> None:
    """Every job that waits, is being done or is dead; those done are gone."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        queued = await queue.list_jobs()
    if not queued:
        console.out.print(messages.text("no_jobs"))
        return
    table = Table(*messages.text("job_columns").split(", "), box=None)
    for job in queued:
        state = job.state
        if state in _KNOWN_STATES:
            state = messages.text(f"state_{state}")
        table.add_row(str(job.id), job.job, str(job.subject_id), state, str(job.tries))
    console.out.print(table)


@jobs.command()
@console.run_async
async def retry(number: JobId) -> None:
    """Offer a dead job to the workers once more."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.retry_dead(number)
    console.out.print(messages.text("job_retried", number=number))


@jobs.command()
@console.run_async
async def drop(number: JobId) -> None:
    """Forget a dead job; a delivery that it left unfinished is offered again from the ledger."""
    from bot.app.queue import open_queue

    async with open_queue() as queue:
        await queue.delete_dead(number)
    console.out.print(messages.text("job_dropped", number=number))


@console.run_async
async def forget(
    team: Annotated[str, argument("forget_team")],
    *,
    yes: Annotated[bool, option("forget_yes", "--yes")] = False,
) -> None:
    """Delete all of a workspace: sources, articles, subscriptions, deliveries, tastes, token."""
    if not TEAM_ID.fullmatch(team):
        raise UsageError(*messages.pair("no_team", team=team))
    if not yes:
        typer.confirm(messages.text("forget_confirm", team=team), abort=True, err=True)
    async with console.opened_store() as store:
        counts = await store.retention.delete_team(team)
    parts = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    console.out.print(messages.text("forgotten", team=team, counts=parts))


@db.command("upgrade")
@console.run_async
async def db_upgrade() -> None:
    """Bring the database to this version's schema; `run` does it by itself."""
    from bot.settings import load

    settings = load()
    async with console.opened_store(settings):
        pass
    if settings.has_postgresql:
        from bot.app.queue import open_queue

        async with open_queue(settings):
            pass
    console.print_error(messages.text("upgraded"))
