"""The seeds as today's news: all moved by one span, none into the future."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.service import SEEDS
from bot.intake.intake import Intake, SourceFacts
from bot.model import Article
from bot.playground.seeds import NEWEST_ARTICLE_AGE, ingest_seeds, read_seeds, shift_times
from bot.store import Store
from tests.builders import BODY
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(TIMES | st.none(), min_size=1))
def test_the_day_keeps_its_shape(times: list[datetime | None]) -> None:
    """Spans between articles stay, the newest is minutes old, and what has no time gets none."""
    moved = [
        article.published
        for article in shift_times([Article("x", published=time) for time in times], NOW)
    ]
    assert [time is None for time in moved] == [time is None for time in times]
    known = [time for time in moved if time]
    if known:
        assert max(known) == NOW - NEWEST_ARTICLE_AGE
        spans = {new - old for new, old in zip(moved, times, strict=True) if new and old}
        assert len(spans) == 1


def test_nothing_dated_is_left_as_it_is() -> None:
    """Articles without any time are not given one."""
    assert shift_times([Article("x")], NOW) == [Article("x")]
    assert timedelta() < NEWEST_ARTICLE_AGE < timedelta(hours=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_outlets_have_the_names_that_the_operator_gave_them(
    store: Store, tmp_path: Path
) -> None:
    """A seed's folder is its source, and what the settings know of that source holds for it."""
    (tmp_path / "harbour-gazette").mkdir()
    (tmp_path / "harbour-gazette" / "one.txt").write_text(BODY, encoding="utf-8")
    facts = {"harbour-gazette": SourceFacts(name="Harbour Gazette")}
    intake = Intake(
        store.articles, InProcessReader(), CountingAnalyst(), FakeWeb(), FakeClock(NOW), facts
    )
    articles, transcripts = await read_seeds(tmp_path, InProcessReader(), NOW)
    assert (len(articles), transcripts) == (1, [])
    await ingest_seeds(articles, intake)
    (story,) = await store.articles.get_stories(None, NOW - timedelta(days=1), NOW)
    assert [stored.article.source for stored in story.articles] == ["Harbour Gazette"]


async def test_transcripts_come_in_after_the_first_digest() -> None:
    """The second one shows them: they came out minutes ago."""
    articles, transcripts = await read_seeds(SEEDS, InProcessReader(), NOW)
    assert {source for source, _ in transcripts} == {"national-bank", "orsland-parliament"}
    assert not {source for source, _ in articles} & {source for source, _ in transcripts}
    assert max(a.published for _, a in transcripts if a.published) == NOW - NEWEST_ARTICLE_AGE
