"""Ten years of clocks: whatever they do, each slot comes once, and at what the wall shows."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.model import EVERY_DAY, WEEKDAYS, AtIntervals, AtTimes, Cadence
from bot.model.cadence import next_due

# Clocks that change by an hour, by half of one, at midnight, backwards, twice a year more for a
# fast, and never.
ZONES = (
    "Europe/Tallinn",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Pacific/Apia",
    "Europe/Dublin",
    "UTC",
)
BEGIN, YEARS = date(2020, 1, 1), 10  # three leap years
MORNING = AtTimes(WEEKDAYS, (time(8, 30),))
AT_NIGHT = AtTimes(EVERY_DAY, (time(0, 15), time(2, 30), time(23, 59)))

CADENCES = (MORNING, AT_NIGHT, AtIntervals(timedelta(hours=1)), AtIntervals(timedelta(minutes=30)))


def walls(cadence: Cadence, day: date) -> list[datetime]:
    """What the wall shows at each slot of a day."""
    midnight = datetime.combine(day, time())
    if isinstance(cadence, AtIntervals):
        return [
            midnight + cadence.interval * n for n in range(timedelta(days=1) // cadence.interval)
        ]
    assert isinstance(cadence, AtTimes)
    return (
        [datetime.combine(day, at) for at in cadence.times] if day.weekday() in cadence.days else []
    )


def simulate(cadence: Cadence, zone: str, begin: date, years: int) -> list[datetime]:
    """Tick through the years, from slot to slot."""
    place = ZoneInfo(zone)
    moment = datetime.combine(begin, time(), place).astimezone(UTC) - timedelta(seconds=1)
    end = datetime.combine(begin.replace(year=begin.year + years), time(), place).astimezone(UTC)
    slots = []
    while (moment := next_due(cadence, zone, moment)) < end:
        slots.append(moment)
    return slots


def check(cadence: Cadence, zone: str, begin: date, years: int) -> int:
    """Hold every slot to the wall; how many there were."""
    place = ZoneInfo(zone)
    slots = simulate(cadence, zone, begin, years)
    assert all(later > one for one, later in pairwise(slots))
    shown = Counter(slot.astimezone(place).replace(tzinfo=None) for slot in slots)
    assert max(shown.values()) == 1
    day, end = begin, begin.replace(year=begin.year + years)
    expected: set[datetime] = set()
    skipped = 0
    while day < end:
        for wall in walls(cadence, day):
            there = wall.replace(tzinfo=place)
            exists = there.astimezone(UTC).astimezone(place).replace(tzinfo=None) == wall
            skipped += not exists
            expected |= {wall} if exists else set()
        day += timedelta(days=1)
    assert expected <= shown.keys()
    # What the clocks skip comes when they jump; several that fall together, or on a slot, are one.
    assert len(shown.keys() - expected) <= skipped
    for wall in shown.keys() - expected:
        before = (wall.replace(tzinfo=place).astimezone(UTC) - timedelta(seconds=1)).astimezone(
            place
        )
        assert wall - before.replace(tzinfo=None) > timedelta(minutes=1)
    return len(slots)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_slots(zone: str) -> None:
    """Through a leap year every morning's digest comes once, in each of ten zones."""
    assert check(MORNING, zone, date(2024, 1, 1), 1) == 262
    check(AT_NIGHT, zone, date(2024, 1, 1), 1)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cadence", CADENCES, ids=str)
def test_ten_years_of_slots(zone: str, cadence: Cadence) -> None:
    """Through ten years every slot comes exactly once, whatever the clocks do."""
    assert check(cadence, zone, BEGIN, YEARS) > 2_600


@pytest.mark.parametrize(
    "jump", [timedelta(days=-2), timedelta(hours=-1), timedelta(hours=3), timedelta(days=40)]
)
def test_a_clock_that_jumps(jump: timedelta) -> None:
    """Wherever a clock jumps to, the next slot is later than that, and the earliest there is."""
    for zone in ZONES:
        now = datetime(2024, 3, 31, 0, 30, tzinfo=UTC) + jump
        due = next_due(AT_NIGHT, zone, now)
        assert due > now
        assert due - now <= timedelta(hours=26)
        assert next_due(AT_NIGHT, zone, due - timedelta(microseconds=1)) == due


def test_a_zone_may_change() -> None:
    """Who moves a channel to another zone misses no morning and gets none twice."""
    mornings = []
    moment = datetime(2024, 2, 27, tzinfo=UTC)
    for zone in (
        "Europe/Tallinn",
        "Europe/Tallinn",
        "America/New_York",
        "America/New_York",
        "Pacific/Apia",
    ):
        moment = next_due(MORNING, zone, moment)
        mornings.append(moment.astimezone(ZoneInfo(zone)))
    assert [(one.hour, one.minute) for one in mornings] == [(8, 30)] * 5
    assert [one.date().isoformat() for one in mornings][:4] == [
        "2024-02-27",
        "2024-02-28",
        "2024-02-28",
        "2024-02-29",
    ]
