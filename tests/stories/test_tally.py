"""Who was heard: each statement counts once, on its local day, for the one who made it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import DisplayLevel, Policy, SourcedStatement, StoredArticle
from bot.stories.tally import count_statements, to_countable
from tests.builders import NOON, StoryBuilder, statement


def spoken(
    builder: StoryBuilder, name: str, words: str, *, hours: float = 1, **fields: object
) -> SourcedStatement:
    """Somebody said something, so long before noon."""
    body = f"{name} said {words}."
    held = builder.article(body, statement(body, name, words), hours=hours, **fields)  # type: ignore[arg-type]
    return SourcedStatement(held.analysis.statements[0], held)


def test_days_are_the_readers_own() -> None:
    """Late in the evening in one zone is the next day in another."""
    builder = StoryBuilder()
    late = [spoken(builder, "Kai Lund", "nets are torn", hours=13.5)]  # 22:30 UTC the day before
    utc = count_statements(late, now=NOON, zone="UTC", days=7)
    tallinn = count_statements(late, now=NOON, zone="Europe/Tallinn", days=7)
    assert utc.days == tuple(date(2026, 11, day) for day in range(16, 23))
    assert utc.rows[0].days == (0, 0, 0, 0, 0, 1, 0)
    assert tallinn.rows[0].days == (0, 0, 0, 0, 0, 0, 1)


def test_copies_count_once_and_people_are_joined() -> None:
    """The same words in another paper are no second statement.

    A surname in the same story is the same person.
    """
    builder = StoryBuilder()
    found = [
        spoken(builder, "Kai Lund", "nets are torn", hours=30, headline="Nets"),
        spoken(builder, "Kai Lund", "nets are torn", hours=2, headline="Nets"),
        spoken(builder, "Lund", "boats are late", hours=2, headline="Nets"),
        spoken(builder, "Ada Berg", "all is well", hours=2, headline="Quay", story=2),
    ]
    made = count_statements(
        [light for one in found if (light := to_countable(one, ()))], now=NOON, zone="UTC", days=7
    )
    assert [(row.name, row.total, row.mostly) for row in made.rows] == [
        ("Kai Lund", 2, "Nets"),
        ("Ada Berg", 1, "Quay"),
    ]
    assert made.rows[0].days[-2:] == (1, 1)
    assert (made.people, made.statements) == (2, 3)


def test_off_topic_and_link_only_are_not_counted() -> None:
    """A chart about a topic has that topic's statements.

    What may not be shown is not spoken of either.
    """
    builder = StoryBuilder()
    one = spoken(builder, "Kai Lund", "nets are torn", headline="Ferries stop")
    assert to_countable(one, ("ferries",)) is not None
    assert to_countable(one, ("grain",)) is None
    hidden: StoredArticle = replace(one.article, policy=Policy(show=DisplayLevel.LINK))
    assert to_countable(replace(one, article=hidden), ()) is None
    light = to_countable(one, ())
    assert light is not None
    assert light.article.article.body == ""
    assert light.article.analysis.title.text == "Ferries stop"


@given(
    st.lists(st.tuples(st.sampled_from(["Kai Lund", "Ada Berg"]), st.integers(0, 400)), max_size=20)
)
def test_the_rows_hold_what_was_counted(heard: list[tuple[str, int]]) -> None:
    """However spread.

    The days of a row add up, most first, and nothing from outside the days is in.
    """
    builder = StoryBuilder()
    found = [
        spoken(builder, name, f"word {place}", hours=hours)
        for place, (name, hours) in enumerate(heard)
    ]
    made = count_statements(found, now=NOON, zone="UTC", days=7)
    assert made.statements == sum(row.total for row in made.rows)
    assert [row.total for row in made.rows] == sorted(
        (row.total for row in made.rows), reverse=True
    )
    begun = NOON.replace(hour=0) - timedelta(days=6)
    assert made.statements == sum(NOON - timedelta(hours=hours) >= begun for _, hours in heard)
