"""Explain a digest: each story's points and what for, and why the others are left out."""

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
    from bot.stories.scoring import Reason

_MAX_HEADLINE_CHARS = 110
_MAX_PASSED = 30  # those that found no room stand first


def tables(choice: Choice, digest: Digest) -> Iterator[Table]:
    """Yield a table of the stories taken, and one of those left out if there are any."""
    count = len(choice.picked) + len(choice.passed)
    since = f"since {digest.since:%Y-%m-%d %H:%M} UTC"
    picked = _table(f"{len(choice.picked)} of {count} stories {since}", "why it stands here")
    for place, one in enumerate(choice.picked, start=1):
        points, name = f"{one.score:.2f}", _name(one.story, " (update)" if one.update else "")
        picked.add_row(str(place), name, points, _lines(one.reasons))
    if choice.picked:
        yield picked
    passed = _table("Left out", "why")
    for left in choice.passed[:_MAX_PASSED]:
        points = f"{sum(reason.points for reason in left.reasons):.2f}" if left.reasons else ""
        passed.add_row("", _name(left.story), points, left.why)
    if len(choice.passed) > _MAX_PASSED:
        passed.caption = f"and {len(choice.passed) - _MAX_PASSED} more"
    if choice.passed:
        yield passed


def as_data(choice: Choice, digest: Digest) -> dict[str, Any]:
    """Return the same as JSON-ready data."""
    picked = [
        _story_data(one.story)
        | {"update": one.update, "points": round(one.score, 3), "reasons": _reasons(one.reasons)}
        for one in choice.picked
    ]
    passed = [
        _story_data(one.story)
        | {"why": one.why, "fits": one.fits, "reasons": _reasons(one.reasons)}
        for one in choice.passed
    ]
    return {"since": digest.since.isoformat(), "picked": picked, "passed": passed}


def _table(title: str, why: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True
    )
    table.add_column("", justify="right", style="bold")
    table.add_column("story", ratio=3)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column(why, ratio=4)
    return table


def _name(story: Story, addition: str = "") -> Text:
    headline, count = _headline(story), len(story.articles)
    if len(headline) > _MAX_HEADLINE_CHARS:
        headline = f"{headline[:_MAX_HEADLINE_CHARS].rsplit(' ', 1)[0]} …"
    articles = "one article" if count == 1 else f"{count} articles"
    return Text.assemble(headline, (f"{addition}\nstory {story.id}, {articles}", "dim"))


def _headline(story: Story) -> str:
    return " ".join(cite_headline(story.articles[0]).span.text.split())


def _lines(reasons: Sequence[Reason]) -> Text:
    """Write each reason on a line, its points first, negative ones in red."""
    return Text("\n").join(
        Text.assemble((f"{one.points:+.2f}", "red" if one.points < 0 else "green"), f" {one.words}")
        for one in reasons
    )


def _story_data(story: Story) -> dict[str, Any]:
    return {"story": story.id, "headline": _headline(story), "articles": len(story.articles)}


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [{"points": round(reason.points, 3), "words": reason.words} for reason in reasons]
