"""Sixteen kills at named points, eight on each database; `make chaos` has three hundred."""

from pathlib import Path

import pytest

from tests.chaos.chaos_env import open_env
from tests.chaos.kills import CHANNELS, POINTS, kill_repeatedly


@pytest.mark.parametrize(
    ("database_url", "first"), [("sqlite", 0), ("postgresql", 8)], indirect=["database_url"]
)
async def test_eight_kills_lose_and_double_nothing(
    tmp_path: Path, database_url: str, first: int
) -> None:
    """Each article is stored once, and each part of each delivery is in Slack once.

    On the two databases together, a process dies at every named point.
    """
    async with open_env(tmp_path, database_url, CHANNELS) as env:
        report, deaths = await kill_repeatedly(env, 8, seed=7, first=first, at_random=False)
    assert report.faults() == []
    assert report.posted > 4
    assert deaths.total() >= 8
    assert deaths.keys() >= set(POINTS[first : first + 8])
