"""docs/commands.md, made from the commands: `python -m tests.commands_page > docs/commands.md`."""

import sys

from bot.listeners.commands import COMMANDS, CommandSpec
from bot.listeners.schedule_parser import PHRASE_HELP

_HEAD = """\
# Commands

This page is made from the tables in `bot/listeners/data/`: `python -m tests.commands_page > \
docs/commands.md`.

After `/digest`, every answer is shown to you alone, except the digests that you post. A mention \
of Dateline in a channel is answered in its thread, for all who see it there; what is about the \
workspace, or a mistake, is shown to you alone. A mistake is answered with the nearest line that
works. In a direct message to Dateline, and after a mention of it, leave out `/digest`.
"""

_SUBSCRIBE = """\
What a subscription is told, in any order, all of it optional:

| words | meaning |
| --- | --- |
{rows}

A second `subscribe` changes only what it names. The cadence words replace each other: `daily` \
ends `hourly`.
"""


def manual() -> str:
    """Return the page as Markdown."""
    return "\n".join((_HEAD, *map(_section, COMMANDS)))


def _section(spec: CommandSpec) -> str:
    usage = f"/digest {spec.usage}".strip()
    lines = [f"## `{usage}`", "", f"{spec.meaning[0].upper()}{spec.meaning[1:]}.", ""]
    if spec.aliases:
        lines += ["Also: " + ", ".join(f"`{word}`" for word in spec.aliases) + ".", ""]
    if spec.word == "subscribe":
        rows = "\n".join(
            f"| {', '.join(f'`{line}`' for line in examples)} | {meaning} |"
            for examples, meaning in PHRASE_HELP
        )
        lines.append(_SUBSCRIBE.format(rows=rows))
    lines += ["```", *(f"/digest {line}".strip() for line in spec.examples), "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(manual())
