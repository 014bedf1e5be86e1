"""A digest's topics are looked for in every spelling that the operator gives, in any language."""

from bot.delivery.digest_builder import spell_topics
from bot.stories.filters import find_best_topic
from bot.stories.people import Directory
from tests.builders import article, stored

DIRECTORY = Directory({"ferries": ("Fähre", "Fähren"), "NATO": ("OTAN",)})


def test_topics_are_spelled() -> None:
    """What stands in the table is added, the words typed first; the rest stays."""
    assert spell_topics(("OTAN", "harbour"), DIRECTORY) == ("OTAN", "NATO", "harbour")


def test_a_topic_finds_an_article_in_another_language() -> None:
    """`about ferries` finds German ferries."""
    german = stored(article("Zwei Fähren liegen seit Montag im Hafen von Nordhaven.", headline="X"))
    assert find_best_topic(("ferries",), [german]) is None
    assert find_best_topic(spell_topics(("ferries",), DIRECTORY), [german]) is not None
