"""A source is missed by its own pace: a daily one after days, a weekly one after weeks."""

from datetime import timedelta

from bot.model import Outlet
from bot.stories.silence import silent
from tests.newsroom import NOON


def outlet(name: str, articles: int, hours: float) -> Outlet:
    """A source with so many articles in two weeks, last heard so many hours ago."""
    return Outlet(name, articles, NOON - timedelta(hours=hours))


def test_who_is_missed():
    """Silent for four times its pause, and a day at least; what came only now and then is never missed."""
    outlets = [
        outlet("busy, of today", 500, 20),
        outlet("busy, of the day before", 500, 26),
        outlet("daily, two days ago", 14, 48),
        outlet("daily, five days ago", 14, 120),
        outlet("twice in two weeks", 2, 300),
    ]
    assert [one.name for one in silent(outlets, NOON)] == ["daily, five days ago", "busy, of the day before"]
