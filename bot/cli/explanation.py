"""Why a digest holds what it holds: each story's points and what for, and why the others are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from bot.stories.citations import cite_headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.model import Digest, Story
    from bot.stories.choice import Choice
    from bot.stories.points import Reason

_LONGEST_HEADLINE = 110
_MOST_PASSED = 30  # those that found no room stand first


def tables(choice: Choice, digest: Digest) -> Iterator[Table]:
    """Give a table of the stories taken, and one of those left out if there are any."""
    count = len(choice.picked) + len(choice.passed)
    title = f"{len(choice.picked)} of {count} stories since {digest.since:%Y-%m-%d %H:%M} UTC"
    taken = _table(title, "points", "why it stands here")
    for place, picked in enumerate(choice.picked, start=1):
        update = " (update)" if picked.update else ""
        taken.add_row(
            str(place), _name(picked.story, update), f"{picked.score:.2f}", _sum(picked.reasons)
        )
    if choice.picked:
        yield taken
    left = _table("Left out", "points", "why")
    for passed in choice.passed[:_MOST_PASSED]:
        points = f"{sum(reason.points for reason in passed.reasons):.2f}" if passed.reasons else ""
        left.add_row("", _name(passed.story), points, passed.why)
    if more := len(choice.passed) - _MOST_PASSED:
        left.caption = f"and {more} more" if more > 0 else None
    if choice.passed:
        yield left


def as_data(choice: Choice, digest: Digest) -> dict[str, Any]:
    """Give the same as JSON-ready data."""
    return {
        "since": digest.since.isoformat(),
        "picked": [
            {
                **_told(one.story),
                "update": one.update,
                "points": round(one.score, 3),
                "reasons": _listed(one.reasons),
            }
            for one in choice.picked
        ],
        "passed": [
            {**_told(one.story), "why": one.why, "fits": one.fits, "reasons": _listed(one.reasons)}
            for one in choice.passed
        ],
    }


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True
    )
    points, why = columns
    table.add_column("", justify="right", style="bold")
    table.add_column("story", ratio=3)
    table.add_column(points, justify="right", no_wrap=True)
    table.add_column(why, ratio=4)
    return table


def _name(story: Story, addition: str = "") -> Text:
    words = _headline(story)
    cut = (
        words
        if len(words) <= _LONGEST_HEADLINE
        else f"{words[:_LONGEST_HEADLINE].rsplit(' ', 1)[0]} …"
    )
    return Text.assemble(cut, (f"{addition}\nstory {story.id}, {_count(story)}", "dim"))


def _count(story: Story) -> str:
    count = len(story.articles)
    return "one article" if count == 1 else f"{count} articles"


def _headline(story: Story) -> str:
    return " ".join(cite_headline(story.articles[0]).span.text.split())


def _sum(reasons: Sequence[Reason]) -> Text:
    """Give a line a reason, its points first, what takes some away in red."""
    lines = [
        Text.assemble(
            (f"{reason.points:+.2f}", "red" if reason.points < 0 else "green"), f" {reason.words}"
        )
        for reason in reasons
    ]
    return Text("\n").join(lines)


def _told(story: Story) -> dict[str, Any]:
    return {"story": story.id, "headline": _headline(story), "articles": len(story.articles)}


def _listed(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [{"points": round(reason.points, 3), "words": reason.words} for reason in reasons]
