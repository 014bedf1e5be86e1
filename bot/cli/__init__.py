"""The `dateline` command: arguments and printing only. Data go to standard output, the rest to standard error.

Exit codes: 0 done, 1 some input failed, 2 wrong usage or settings.
"""

from __future__ import annotations

import gc
import sys

import typer

from bot.app import logs
from bot.cli import digests, exports, jobs, service, sources, texts, upkeep
from bot.cli.printing import tell
from bot.model.errors import BotError, SettingsError, UsageError

app = typer.Typer(
    name="dateline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for part in (service, texts, digests, exports, sources, jobs, upkeep):
    part.register(app)


@app.callback()
def quietly() -> None:
    """Who said what in the news, word for word, in Slack."""
    logs.configure("warning")


def main() -> None:
    """Run the command line; our own errors become one clear message and an exit code."""
    # What is imported stays: to look through it for garbage again and again takes a sixth of a start.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
    except (SettingsError, UsageError) as e:
        tell(str(e))
        sys.exit(2)
    except BotError as e:
        tell(str(e))
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is left to say.
        sys.stderr.close()
        sys.exit(1)
