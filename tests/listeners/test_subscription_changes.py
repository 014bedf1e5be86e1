"""A typed `subscribe` changes only the parts of a subscription that it names."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.listeners.command_line import parse_command
from bot.listeners.schedule_parser import SubscriptionChange
from bot.listeners.subscription_commands import apply_changes
from bot.model import (
    EVERY_DAY,
    WEEKDAYS,
    AtIntervals,
    AtOnce,
    AtTimes,
    Cadence,
    Hours,
    Subscription,
)
from bot.model.errors import UsageError

BEFORE = Subscription(
    "T1",
    "C1",
    "U1",
    AtTimes(frozenset({0, 3}), (time(9),)),
    "Europe/Tallinn",
    ("nato",),
    3,
    last_result="posted",
)
EVENING = (time(17),)
CHANGES: dict[str, Cadence] = {
    "subscribe": BEFORE.cadence,
    "subscribe top 4": BEFORE.cadence,
    "subscribe at 17:00": AtTimes(frozenset({0, 3}), EVENING),
    "subscribe daily": AtTimes(EVERY_DAY, (time(9),)),
    "subscribe hourly": AtIntervals(timedelta(hours=1), EVERY_DAY),
    "subscribe hourly on weekdays": AtIntervals(timedelta(hours=1), WEEKDAYS),
    "subscribe at once": AtOnce(),
}


def parse_change(line: str) -> SubscriptionChange:
    """Parse a line that is known to be a `subscribe`."""
    command = parse_command(line)
    assert command.word == "subscribe"
    return command.change


def apply_line(line: str, existing: Subscription | None) -> Subscription:
    """Apply a typed line."""
    new = Subscription("T1", "C1", "U2", AtTimes(), "Asia/Kolkata")
    return apply_changes(parse_change(line), existing or new)


@pytest.mark.parametrize(("line", "cadence"), CHANGES.items(), ids=CHANGES.keys())
def test_a_second_subscribe_changes_only_what_it_names(line: str, cadence: Cadence):
    """A new cadence replaces the old; owner, zone, topics and the last result stay."""
    after = apply_line(line, BEFORE)
    assert after.cadence == cadence
    assert (after.created_by, after.zone, after.topics, after.last_result) == (
        "U1",
        "Europe/Tallinn",
        ("nato",),
        "posted",
    )


def test_a_first_subscribe_has_defaults():
    """The default is weekdays 08:30 in the person's zone, five stories, any topic."""
    assert apply_line("subscribe", None) == Subscription(
        "T1", "C1", "U2", AtTimes(), "Asia/Kolkata"
    )


def test_everything_clears_the_topics():
    """`about everything` removes the topics."""
    assert apply_line("subscribe about everything", BEFORE).topics == ()


def test_to_subscribe_again_ends_a_pause():
    """`subscribe` resumes a paused subscription."""
    paused = Subscription("T1", "C1", "U1", AtTimes(), "UTC", paused=True)
    assert apply_line("subscribe top 2", paused).paused is False


def test_times_alone_keep_the_days():
    """Times alone change hourly on weekdays to nine o'clock on weekdays."""
    hourly = apply_line("subscribe hourly on weekdays", None)
    assert apply_line("subscribe at 9", hourly).cadence == AtTimes(WEEKDAYS, (time(9),))


def test_hours_change_what_comes_hourly_or_at_once():
    """Hours alone limit the current interval, and `around the clock` removes them."""
    at_once = apply_line("subscribe at once on weekdays", None)
    assert apply_line("subscribe quiet 22:00 to 7:00", at_once).cadence == AtOnce(
        days=WEEKDAYS, hours=Hours(time(7), time(22))
    )
    hourly = apply_line("subscribe hourly from 9 to 17", None)
    assert hourly.cadence == AtIntervals(timedelta(hours=1), EVERY_DAY, Hours(time(9), time(17)))
    assert apply_line("subscribe weekends every 2h", hourly).cadence == AtIntervals(
        timedelta(hours=2), frozenset({5, 6}), Hours(time(9), time(17))
    )
    assert apply_line("subscribe around the clock", hourly).cadence == AtIntervals(
        timedelta(hours=1)
    )


def test_hours_need_an_interval():
    """Hours with fixed times are answered with a question and a line that works."""
    with pytest.raises(UsageError) as caught:
        apply_line("subscribe from 9 to 17 about nato", None)
    assert caught.value.hint == "/digest subscribe hourly from 09:00 to 17:00 about nato"


CADENCE_LINES = st.sampled_from([line for line in CHANGES if line != "subscribe"])


@settings(deadline=None)
@given(CADENCE_LINES, CADENCE_LINES)
def test_a_change_applied_twice_changes_nothing_more(first: str, second: str):
    """Applying a change again gives the same subscription."""
    before = apply_line(first, None)
    once = apply_line(second, before)
    assert apply_line(second, once) == once
