"""docs/commands.md, made from the table of commands: `python -m bot.listeners.manual > docs/commands.md`."""

from __future__ import annotations

import sys

from bot.listeners.grammar import Form, works

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
| `me` | to my direct messages instead of this channel |
| `weekdays`, `daily`, `weekends`, `mon,thu`, `mon-fri`, `every monday` | on these days; without any, weekdays |
| `hourly`, `every 4h`, `every 30m` | at each multiple since local midnight; `every 1m` is the shortest |
| `at once` | each story as it comes, at most one digest in three minutes |
| `at 08:30`, `at 8:30 and 17:00`, `8.30`, `8am`, `noon` | at these times; without any, 08:30 |
| `in Europe/Tallinn`, `in Tallinn` | on the clocks of this place; without it, your own in Slack |
| `about ukraine, nato` | stories on any of these; runs to the end, less `top N`, `at 08:30` or a full zone name |
| `about "the top 5", "bread, butter"` | quote marks keep a topic together |
| `about everything` | no topics any more |
| `top 5` | at most this many stories, ten being the most |

A second `subscribe` changes only what it names. The cadence words replace each other: `daily` ends `hourly`.
"""


def manual() -> str:
    """Write the page."""
    return "\n".join((_HEAD, *(_chapter(form) for form in works())))


def _chapter(form: Form) -> str:
    lines = [f"## `{f'/digest {form.usage}'.strip()}`", "", f"{form.meaning[0].upper()}{form.meaning[1:]}.", ""]
    if form.also:
        lines += ["Also: " + ", ".join(f"`{word}`" for word in form.also) + ".", ""]
    if form.word == "subscribe":
        lines += [_SUBSCRIBE]
    lines += ["```", *(f"/digest {line}".strip() for line in form.examples), "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(manual())
