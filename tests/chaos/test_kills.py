"""Thirty kills in the middle of work, fifteen on each database; `make chaos` has three hundred."""

from pathlib import Path

import pytest

from tests.chaos.stage import staged
from tests.chaos.storm import CHANNELS, POINTS, storm


@pytest.mark.parametrize(
    ("database_url", "first"), [("sqlite", 0), ("postgresql", 8)], indirect=["database_url"]
)
async def test_fifteen_kills_lose_and_double_nothing(
    tmp_path: Path, database_url: str, first: int
) -> None:
    """Each article is stored once, and each part of each delivery stands in Slack once.

    Between the two databases somebody dies at every named point.
    """
    async with staged(tmp_path, database_url, CHANNELS) as stage:
        account, deaths = await storm(stage, 15, seed=7, first=first)
    assert account.faults() == []
    assert account.posted > 4
    assert deaths.total() >= 15
    assert deaths.keys() >= set(POINTS[first : first + 8])
