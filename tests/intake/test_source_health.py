"""A source silent for longer than usual is reported once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.intake.intake import Intake
from bot.intake.source_health import check_quiet, find_quiet_sources, report_quiet_sources
from bot.model import Habit
from bot.store import Store
from tests.builders import NOON, article, later
from tests.delivery_env import FakeClock


def source_with_history(*hours: float) -> Habit:
    """Store articles of a source at so many hours before noon."""
    times = tuple(later(hours=-ago) for ago in hours)
    return Habit("wire", None, "Wire", times, len(times), times[-1])


# On weekdays at ten, for four weeks; noon is a Sunday's.
OFFICE = source_with_history(
    *(2 + 24 * day for day in range(27, -1, -1) if later(days=-day).weekday() < 5)
)
MONDAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("source", "after", "quiet"),
    [
        pytest.param(OFFICE, MONDAY, False, id="a weekend is its habit"),
        pytest.param(OFFICE, MONDAY + timedelta(days=1), False, id="a holiday on top of it may be"),
        pytest.param(OFFICE, MONDAY + timedelta(days=3), True, id="a week is not"),
        pytest.param(
            source_with_history(*range(200, 0, -1)),
            timedelta(hours=5),
            False,
            id="hourly: six hours' grace",
        ),
        pytest.param(
            source_with_history(*range(200, 0, -1)),
            timedelta(hours=8),
            True,
            id="hourly: then it is quiet",
        ),
        pytest.param(
            source_with_history(*range(20, 0, -1)),
            timedelta(days=9),
            False,
            id="known for a day: no habit yet",
        ),
        pytest.param(
            source_with_history(240, 120, 1),
            timedelta(days=20),
            False,
            id="three times in all: no habit yet",
        ),
    ],
)
def test_when_a_source_counts_as_quiet(source: Habit, after: timedelta, *, quiet: bool) -> None:
    """A source is quiet after 1.5 times its longest pause of four weeks.

    The margin is at least six hours.
    """
    assert (check_quiet(source, NOON + after) is not None) is quiet


@given(st.lists(st.integers(1, 600), min_size=1, max_size=60, unique=True), st.integers(0, 700))
def test_a_usual_pause_is_not_reported(ago: list[int], since: int) -> None:
    """A silence up to one of its earlier pauses is not reported; a longer one stays reported."""
    source = source_with_history(*sorted((hours + since for hours in ago), reverse=True))
    silence = check_quiet(source, NOON)
    if silence is not None:
        assert NOON - source.last > silence.longest_pause
        assert check_quiet(source, NOON + timedelta(hours=1)) is not None


async def test_each_silence_is_logged_once(
    intake: Intake, archive: Store, clock: FakeClock
) -> None:
    """Each silence is logged once, also over a restart; the next one is logged again."""

    async def gives(number: int) -> None:
        one = article(
            f"Number {number}. The ferries sail at noon, as they did yesterday.",
            guid=f"urn:x:{number}",
        )
        await intake.ingest_articles([one], team=None, source="Wire", origin="wire")

    for number in range(10):
        await gives(number)
        clock.forward(days=1)
    assert await report_quiet_sources(archive.sources, clock) == 0
    clock.forward(days=2)
    with capture_logs() as logs:
        assert [await report_quiet_sources(archive.sources, clock) for _ in range(2)] == [
            1,
            0,
        ]
    assert [
        (line["source"], line["quiet_hours"], line["longest_pause_hours"]) for line in logs
    ] == [("wire", 72, 24)]
    assert REGISTRY.get_sample_value("dateline_quiet_sources") == 1
    (quiet,) = await find_quiet_sources(archive.sources, clock.now())
    assert (quiet.habit.name, quiet.habit.articles, quiet.since) == (
        "Farland Courier",
        10,
        later(days=9),
    )
    await gives(10)
    assert await find_quiet_sources(archive.sources, clock.now()) == ()
    clock.forward(days=20)
    assert await report_quiet_sources(archive.sources, clock) == 1


async def test_the_newest_article_shows_in_the_metrics(
    intake: Intake, archive: Store, clock: FakeClock
) -> None:
    """The metric counts articles outside of source folders too, and is 0 before the first."""
    await report_quiet_sources(archive.sources, clock)
    assert REGISTRY.get_sample_value("dateline_newest_article_timestamp_seconds") == 0
    clock.forward(days=3)
    await intake.ingest_articles(
        [article("The ferries sail at noon.", guid="urn:x:1")], team=None, source=None
    )
    clock.forward(days=1)
    await report_quiet_sources(archive.sources, clock)
    assert (
        REGISTRY.get_sample_value("dateline_newest_article_timestamp_seconds")
        == later(days=3).timestamp()
    )


async def test_a_team_s_source_is_its_own(intake: Intake, archive: Store, clock: FakeClock) -> None:
    """A team's quiet source is reported to that team alone."""
    for number in range(10):
        one = article(f"Number {number}. The ferries sail at noon.", guid=f"urn:x:{number}")
        await intake.ingest_articles([one], team="T1", source="Wire", origin="//wire.example")
        clock.forward(days=1)
    clock.forward(days=5)
    assert [
        len(await find_quiet_sources(archive.sources, clock.now(), team))
        for team in ("T1", "T2", None)
    ] == [1, 0, 0]
