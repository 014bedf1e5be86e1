"""The `dateline` command. Data go to standard output, everything else to standard error.

Exit codes: 0 done, 1 some input failed, 2 wrong usage or settings.
"""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

import bot
from bot.app import logs
from bot.cli import digests, language_commands, service, sources, store_commands
from bot.cli.console import option, print_error
from bot.model.errors import BotError, SettingsError, UsageError

# What shells give for a process that Ctrl-C ended: 128 and the number of SIGINT.
INTERRUPTED_EXIT_CODE = 130

app = typer.Typer(
    name="dateline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (
    *(service.run, service.web, service.worker, service.clock, service.doctor, service.manifest),
    *(language_commands.parse, language_commands.statements, language_commands.summarize),
    *(language_commands.stories, digests.digest, digests.verify),
    *(sources.ingest, sources.sources, store_commands.forget),
):
    app.command()(command)
app.add_typer(store_commands.export, name="export")
app.add_typer(sources.feeds, name="feeds")
app.add_typer(store_commands.jobs, name="jobs")
app.add_typer(store_commands.db, name="db")


def _print_version(*, value: bool) -> None:
    if value:
        sys.stdout.write(f"dateline {bot.__version__}\n")
        raise typer.Exit


@app.callback()
def set_up(
    *,
    _: Annotated[
        bool, option("version", "--version", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Who said what in the news, word for word, in Slack."""
    logs.configure("warning")


def main() -> None:
    """Run the command line; an error of ours becomes one message and an exit code."""
    # Modules stay: to look through them for garbage takes a sixth of a start.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
    except (SettingsError, UsageError) as e:
        print_error(str(e))
        sys.exit(2)
    except BotError as e:
        print_error(str(e))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED_EXIT_CODE)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is left to say.
        sys.stderr.close()
        sys.exit(1)
