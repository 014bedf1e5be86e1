"""Commands that take out what is in the store."""

from __future__ import annotations

import asyncio
import csv
import sys
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import write_line
from bot.cli.spans import Since, age, this_moment

if TYPE_CHECKING:
    from bot.model import SourcedStatement

export = typer.Typer(help="Take what is in the store out.", no_args_is_help=True)


class Table(StrEnum):
    """How statements are exported."""

    CSV = "csv"
    JSONL = "jsonl"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(export, name="export")


@export.command("statements")
def export_statements(
    *,
    since: Since = "7d",
    actor: Annotated[str | None, typer.Option(help="only what this actor said")] = None,
    form: Annotated[Table, typer.Option("--format")] = Table.CSV,
) -> None:
    """Every statement with its article, newest first.

    In CSV a cell that a spreadsheet would take for a formula (it begins with = + - or @) has an apostrophe in front,
    which is not the article's; JSON lines have every word as it stands.
    """
    asyncio.run(_export(age(since), actor, form))


_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
_COLUMNS = (
    "actor",
    "role",
    "kind",
    "verb",
    "stance",
    "form",
    "words",
    "via",
    "outlet",
    "headline",
    "url",
    "published",
)


async def _export(since: timedelta, actor: str | None, form: Table) -> None:
    from bot.app.storage import opened_store

    now = this_moment()
    wanted = set((actor or "").casefold().split())
    table = csv.DictWriter(sys.stdout, _COLUMNS)
    if form is Table.CSV:
        table.writeheader()
    async with opened_store() as store:
        async for said in store.articles.iter_statements(None, now - since, now):
            row = _row(said)
            if not wanted <= set((row["actor"] or "").casefold().split()):
                continue
            if form is Table.CSV:
                table.writerow({column: _unformulated(words) for column, words in row.items()})
            else:
                write_line(dict(row))


def _unformulated(words: str | None) -> str | None:
    """Keep a spreadsheet from reading words as a formula: an apostrophe in front shows them as text.

    https://owasp.org/www-community/attacks/CSV_Injection; tab and line ends too begin a cell anew.
    """
    if not words or not (words[0] in "\t\r\n" or words.lstrip()[:1] in _FORMULA):
        return words
    return f"'{words}"


def _row(said: SourcedStatement) -> dict[str, str | None]:
    statement, article = said.statement, said.article.article
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
