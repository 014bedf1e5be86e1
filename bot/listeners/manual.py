"""docs/commands.md, made from the table of commands: `python -m bot.listeners.manual > docs/commands.md`."""

import sys

from bot.listeners.grammar import Form, works
from bot.listeners.schedule_parser import PHRASES, Phrase

_HEAD = """\
# Commands

This page is made from the table in `bot/listeners/grammar.py`: `python -m bot.listeners.manual > docs/commands.md`.

Every answer is shown to you alone, except the digests that you post. A mistake is answered with the nearest line that
works. In a direct message to Dateline, and after a mention of it, leave out `/digest`.
"""

_SUBSCRIBE = """\
What a subscription is told, in any order, all of it optional:

| words | meaning |
| --- | --- |
{rows}

A second `subscribe` changes only what it names. The cadence words replace each other: `daily` ends `hourly`.
"""


def manual() -> str:
    """Write the page."""
    return "\n".join((_HEAD, *(_chapter(form) for form in works())))


def _chapter(form: Form) -> str:
    lines = [
        f"## `{f'/digest {form.usage}'.strip()}`",
        "",
        f"{form.meaning[0].upper()}{form.meaning[1:]}.",
        "",
    ]
    if form.also:
        lines += ["Also: " + ", ".join(f"`{word}`" for word in form.also) + ".", ""]
    if form.word == "subscribe":
        lines += [
            _SUBSCRIBE.format(rows="\n".join(map(_row, filter(lambda one: one.shown, PHRASES))))
        ]
    lines += ["```", *(f"/digest {line}".strip() for line in form.examples), "```", ""]
    return "\n".join(lines)


def _row(phrase: Phrase) -> str:
    return f"| {', '.join(f'`{line}`' for line in phrase.shown)} | {phrase.meaning} |"


if __name__ == "__main__":
    sys.stdout.write(manual())
