"""`dateline digest --explain` lists each story with its points, or why it is left out."""

import io
from datetime import timedelta

from rich.console import Console

from bot.cli.digests import explanation_data, explanation_tables
from bot.model import Digest, StoryFilter
from bot.stories.choice import Choice, choose
from bot.stories.composition import compose
from tests.builders import NOON, StoryBuilder


def explained(
    builder: StoryBuilder, story_filter: StoryFilter, *seen: int, top: int = 5
) -> tuple[Choice, Digest]:
    """Return the explanation of a channel's digest at noon, with these preferences."""
    choice = choose(
        builder.stories(), posted=frozenset(seen), now=NOON, story_filter=story_filter, top=top
    )
    return choice, compose(choice, now=NOON, zone="UTC", since=NOON - timedelta(days=1), topic=None)


def printed(choice: Choice, digest: Digest) -> str:
    """Return the tables as a wide terminal shows them."""
    console = Console(file=io.StringIO(), width=140)
    for table in explanation_tables(choice, digest):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_story_has_a_reason() -> None:
    """A chosen story has each rule's points and their sum; another has its reason."""
    builder = StoryBuilder()
    builder.harbour()
    builder.ferry()
    table = printed(*explained(builder, StoryFilter(excluded=("ferry",), followed=("Varga",))))
    for words in (
        "1 of 2 stories since 2026-11-21 12:00 UTC",
        "Sund's harbour wall to stand by winter",
        "+1.50 Varga speaks, who is followed",
        "+1.00 one source",
        "Grey Island loses its ferry",
        "about “ferry”, which is excluded",
    ):
        assert words in table


def test_a_long_list_is_cut_and_counted() -> None:
    """Thirty of the stories left out are listed and the rest counted; headlines are shortened."""
    builder = StoryBuilder()
    for story in range(1, 34):
        builder.ferry(story=story, headline="[bold]Ferry\n" + "news " * 60)
    table = printed(*explained(builder, StoryFilter(), top=1))
    assert table.count("no room: the digest has 1") == 30
    assert "and 2 more" in table
    assert "[bold]Ferry news" in table


def test_the_json_has_the_same_reasons() -> None:
    """As data each reason has its points, and their sum is the story's."""
    builder = StoryBuilder()
    builder.harbour(hours=5)
    builder.article("The wall fell.", headline="Wall falls", story=1, source="Sund Courier")
    data = explanation_data(*explained(builder, StoryFilter(), 1))
    [picked] = data["picked"]
    assert (picked["story"], picked["update"], picked["articles"], data["passed"]) == (
        1,
        True,
        2,
        [],
    )
    assert abs(sum(reason["points"] for reason in picked["reasons"]) - picked["points"]) < 0.01


def test_an_empty_store_has_no_table() -> None:
    """An empty store has nothing to explain."""
    assert printed(*explained(StoryBuilder(), StoryFilter())) == ""
