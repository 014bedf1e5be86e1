"""The questions that the agent pane suggests, made from the names in today's stories."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from bot.blocks import messages
from bot.blocks.statement import single_line
from bot.model import DigestEntry

# https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts takes four.
MAX_PROMPTS = 4
_MAX_PEOPLE = 3
_MAX_NAME_CHARS = 40


class Prompt(NamedTuple):
    """What the pane shows, and what is sent once it is clicked."""

    title: str
    message: str


def suggest_prompts(
    stories: Sequence[DigestEntry], week_start: datetime, *, in_channel: bool
) -> tuple[Prompt, ...]:
    """Return questions about who was quoted, in the order of the stories, and general ones.

    Each has an answer: who was quoted before `week_start` is asked for without "this week".
    `in_channel`: the stories are those of the channel that the person looks at.
    """
    people = _find_people(stories)
    keys = {
        name: "prompt_this_week" if entry.published >= week_start else "prompt_recently"
        for name, entry in people.items()
    }
    asked = [messages.text(key, name=name) for name, key in keys.items()][:_MAX_PEOPLE]
    general = ["prompt_here" if in_channel else "prompt_today"] if stories else []
    general += ["prompt_most", "prompt_help"] if stories else ["prompt_help"]
    texts = [*asked, *map(messages.text, general)][:MAX_PROMPTS]
    return tuple(Prompt(text, text) for text in texts)


def _find_people(entries: Sequence[DigestEntry]) -> dict[str, DigestEntry]:
    """Return who is quoted, with the story; of each story the first, then of each the second.

    Full names come before single words, which may mean several people.
    """
    people: dict[str, DigestEntry] = {}
    for row in zip_longest(*([(entry, name) for name in _find_names(entry)] for entry in entries)):
        for entry, name in filter(None, row):
            people.setdefault(name, entry)
    return dict(sorted(people.items(), key=lambda item: " " not in item[0]))


def _find_names(entry: DigestEntry) -> Iterator[str]:
    for quote in entry.statements:
        name = single_line(quote.name.span.text) if quote.name else ""
        # A name in lower case is an office or a group, which nobody is asked for by.
        if name[:1].isupper() and len(name) <= _MAX_NAME_CHARS:
            yield name
