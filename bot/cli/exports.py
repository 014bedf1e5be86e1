"""Commands that export what is in the store."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Since, opened_store, parse_age, run_async, utc_now, write_json_line

if TYPE_CHECKING:
    from bot.model import SourcedStatement

export = typer.Typer(help="Take what is in the store out.", no_args_is_help=True)


class Table(StrEnum):
    """How statements are exported."""

    CSV = "csv"
    JSONL = "jsonl"


# What begins a formula, and the full-width forms.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_COLUMNS = (
    "actor", "role", "kind", "verb", "stance", "form",
    "words", "via", "outlet", "headline", "url", "published",
)  # fmt: skip


@export.command("statements")
@run_async
async def export_statements(
    *,
    since: Since = "7d",
    actor: Annotated[str | None, typer.Option(help="only what this actor said")] = None,
    form: Annotated[Table, typer.Option("--format")] = Table.CSV,
) -> None:
    """Every statement with its article, newest first.

    In CSV a cell that a spreadsheet would take for a formula (it begins with = + - or @) has an
    apostrophe in front, which is not the article's; JSON lines have every word as it stands.
    """
    now, names = utc_now(), set((actor or "").casefold().split())
    table = csv.DictWriter(sys.stdout, _COLUMNS)
    if form is Table.CSV:
        table.writeheader()
    async with opened_store() as store:
        async for sourced in store.articles.iter_statements(None, now - parse_age(since), now):
            row = _row(sourced)
            if not names <= set((row["actor"] or "").casefold().split()):
                continue
            if form is Table.CSV:
                table.writerow({column: _escape_formula(words) for column, words in row.items()})
            else:
                write_json_line(dict(row))


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
