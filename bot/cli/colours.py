"""A statement in its sentence, coloured by what each word is, with what found it: `dateline statements --explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from bot.model import Span, Statement

SPEAKER, CUE, CONTENT, OUTLET = "bold cyan", "bold yellow", "green", "magenta"
LEGEND = Text.assemble(
    ("speaker", SPEAKER),
    "  ",
    ("cue", CUE),
    "  ",
    ("content", CONTENT),
    "  ",
    ("outlet", OUTLET),
    "\n",
)


def heading(statement: Statement) -> Text:
    """Who speaks: the actor's name and role, else the speaker's own words."""
    actor = statement.actor
    name = actor.name if actor else statement.speaker
    line = Text.assemble((name.text, SPEAKER) if name else ("(no speaker)", "dim"))
    if actor and actor.role:
        line.append(f" ({actor.role.text})", style="cyan")
    return line


def explained(statement: Statement) -> Text:
    """Three lines: who, the sentence in colours, and what found and ranked it."""
    actor = statement.actor
    lines = heading(statement)
    lines.append(f" · {actor.kind.value}" if actor else "", style="dim")
    lines.append("\n  ").append_text(_in_its_sentence(statement)).append("\n")
    facts = [
        statement.found_by,
        f"{statement.form.value}, {statement.stance.value}",
        f"rank {statement.score:.2f}",
    ]
    if statement.via:
        facts.append(f"via {statement.via.text}")
    return lines.append("  " + " · ".join(facts) + "\n", style="dim")


def _in_its_sentence(statement: Statement) -> Text:
    """The sentence with each span in its colour; line breaks in it become spaces."""
    sentence = statement.sentence
    text = Text(sentence.text.replace("\r", " ").replace("\n", " "), style="dim")
    spans: list[tuple[Span | None, str]] = [(span, CONTENT) for span in statement.content]
    spans += [(statement.speaker, SPEAKER), (statement.cue, CUE), (statement.via, OUTLET)]
    for span, style in spans:
        if span and sentence.start <= span.start and span.end <= sentence.end:
            text.stylize(f"not dim {style}", span.start - sentence.start, span.end - sentence.start)
    return text
