"""The next digest is due when the clocks of the place say so, across every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import EVERY_DAY, AtIntervals, AtOnce, AtTimes, Cadence, Hours
from bot.model.cadence import describe, next_due, next_dues

ZONES = [
    "UTC",
    "Europe/Tallinn",
    "America/New_York",
    "America/Havana",  # clocks change at midnight
    "Africa/Cairo",  # so do these, and back in a year when it had stopped
    "Asia/Kathmandu",  # +05:45
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/St_Johns",  # -03:30
    "Pacific/Chatham",  # +12:45
    "Africa/Casablanca",  # changes around Ramadan
]
zones = st.sampled_from(ZONES)
moments = st.integers(946_684_800, 2_051_222_400).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
days = st.frozensets(st.integers(0, 6), min_size=1)
hours = st.builds(Hours, st.times(), st.times()).map(
    lambda h: Hours(h.first.replace(second=0), h.last)
)
cadences: st.SearchStrategy[Cadence] = st.one_of(
    st.builds(AtTimes, days, st.lists(st.times(), min_size=1, max_size=4).map(tuple)),
    st.builds(
        AtIntervals,
        st.integers(1, 2000).map(lambda minutes: timedelta(minutes=minutes)),
        days,
        st.none() | hours,
    ),
    st.builds(
        AtOnce,
        st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes)),
        days,
        st.none() | hours,
    ),
)


def daily(*times: str) -> AtTimes:
    """Every day at these times."""
    return AtTimes(EVERY_DAY, tuple(time.fromisoformat(at) for at in times))


def due(cadence: Cadence, zone: str, after: str, count: int = 1) -> list[str]:
    """The next slots after a UTC time, as the place's clocks show them."""
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    return [
        f"{slot.astimezone(ZoneInfo(zone)):%m-%d %H:%M%z}"
        for slot in next_dues(cadence, zone, moment, count)
    ]


@given(cadences, zones, moments)
def test_next_is_later_than_now(cadence: Cadence, zone: str, after: datetime) -> None:
    """Whatever the schedule, place and moment, the next slot is strictly later, and in UTC."""
    slot = next_due(cadence, zone, after)
    assert slot > after
    assert slot.tzinfo is UTC


@given(cadences, zones, moments, st.integers(1, 86_400))
def test_no_slot_lies_between(cadence: Cadence, zone: str, after: datetime, seconds: int) -> None:
    """Asking from any moment before the next slot gives that slot: none is passed over."""
    if isinstance(cadence, AtOnce):
        return
    slot = next_due(cadence, zone, after)
    between = max(after, slot - timedelta(seconds=seconds))
    assert next_due(cadence, zone, between) == slot


@given(hours, zones, moments)
def test_at_once_comes_within_its_hours(within: Hours, zone: str, after: datetime) -> None:
    """A digest that comes at once comes within its hours, or as a jump of the clocks ends."""
    slot = next_due(AtOnce(hours=within), zone, after).astimezone(ZoneInfo(zone))
    before = (slot.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    jumped = slot.utcoffset() != before.utcoffset()
    inside = within.first <= slot.time() <= within.last
    over_midnight = within.last < within.first and (
        slot.time() >= within.first or slot.time() <= within.last
    )
    assert inside or over_midnight or jumped


@settings(max_examples=10, deadline=None)
@given(zones, st.integers(1, 1439), st.integers(2005, 2030))
def test_every_day_has_its_slot_once(zone: str, minute: int, year: int) -> None:
    """A year of a daily slot.

    One for each local day, at its time or right after a jump of the clocks.
    """
    at = time(minute // 60, minute % 60)
    place = ZoneInfo(zone)
    start = datetime(year, 1, 1, tzinfo=place)
    slots = next_dues(AtTimes(EVERY_DAY, (at,)), zone, start.astimezone(UTC), 365)
    local = [slot.astimezone(place) for slot in slots]
    assert [slot.date() for slot in local] == [start.date() + timedelta(days=n) for n in range(365)]
    shifted = [slot for slot in local if slot.time() != at]
    assert len(shifted) <= 3
    for slot in shifted:
        assert (
            slot.utcoffset()
            != (slot.astimezone(UTC) - timedelta(seconds=1)).astimezone(place).utcoffset()
        )


@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_shows_each_time_once_a_day(zone: str) -> None:
    """Around every change of the clocks no wall time of a half-hourly schedule comes twice.

    Only skipped ones miss.
    """
    place = ZoneInfo(zone)
    cadence = AtIntervals(timedelta(minutes=30))
    for begin in _changes(place, 2023):
        slot = next_due(
            cadence, zone, begin.replace(tzinfo=place).astimezone(UTC) - timedelta(seconds=1)
        )
        seen: set[datetime] = set()
        while (wall := slot.astimezone(place).replace(tzinfo=None, fold=0)) < begin + timedelta(
            days=3
        ):
            assert wall not in seen
            seen.add(wall)
            slot = next_due(cadence, zone, slot)
        missing = {begin + timedelta(minutes=30 * n) for n in range(48 * 3)} - seen
        assert all(not _exists(wall, place) for wall in missing)


WINDOWS = [("22:00", "00:30"), ("00:30", "00:45"), ("23:30", "00:15"), ("01:15", "01:20")]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("window", WINDOWS)
def test_at_once_misses_no_open_minute(window: tuple[str, str], zone: str) -> None:
    """Around each change of the clocks a digest comes in the first open minute, also a repeated."""
    first, last = (time.fromisoformat(at) for at in window)
    place, minute = ZoneInfo(zone), timedelta(minutes=1)
    cadence = AtOnce(minute, hours=Hours(first, last))
    for begin in _changes(place, 2023):
        start = begin.replace(tzinfo=place).astimezone(UTC)
        walls = [(start + minute * n, (start + minute * n).astimezone(place)) for n in range(5760)]
        is_open = [
            first <= wall.time() <= last
            if first < last
            else wall.time() >= first or wall.time() <= last
            for _, wall in walls
        ]
        following = len(walls)
        for n in range(len(walls) - 1, 0, -1):
            following = n if is_open[n] else following
            if following < len(walls) and n % 7 == 0:
                slot = next_due(cadence, zone, walls[n - 1][0])
                # What a gap swallows comes as it ends.
                assert slot == walls[following][0] or ends_gap(slot, place)


def ends_gap(slot: datetime, place: ZoneInfo) -> bool:
    """Whether the clocks go forward at this moment."""
    before = slot - timedelta(seconds=1)
    return slot.astimezone(place).utcoffset() > before.astimezone(place).utcoffset()


def test_the_last_minute_of_a_window_is_whole() -> None:
    """A window until 22:00 is open up to 22:01, microseconds included."""
    cadence = AtOnce(timedelta(seconds=1), hours=Hours(time(21), time(22)))
    last = datetime(2026, 3, 2, 22, 0, 59, 999_999, UTC)
    assert next_due(cadence, "UTC", last - timedelta(seconds=1)) == last


def _changes(place: ZoneInfo, year: int) -> list[datetime]:
    """The midnight of the day before each change of the clocks in a year, and of a day in summer.

    Without a zone.
    """
    days = [datetime(year, 1, 1) + timedelta(days=n) for n in range(365)]  # noqa: DTZ001 - what the wall shows
    offsets = [day.replace(tzinfo=place).utcoffset() for day in days]
    return [days[180], *(days[n - 2] for n in range(2, 365) if offsets[n] != offsets[n - 1])]


def _exists(wall: datetime, place: ZoneInfo) -> bool:
    there = wall.replace(tzinfo=place)
    return there.astimezone(UTC).astimezone(place).replace(tzinfo=None, fold=0) == wall


@pytest.mark.parametrize(
    ("cadence", "zone", "after", "slots"),
    [
        pytest.param(
            AtTimes(),
            "Europe/Tallinn",
            "2026-11-20T06:30",
            ["11-23 08:30+0200"],
            id="weekend passed over",
        ),
        pytest.param(
            AtTimes(),
            "Europe/Tallinn",
            "2026-11-20T06:29",
            ["11-20 08:30+0200"],
            id="a minute before",
        ),
        pytest.param(
            daily("03:30"),
            "Europe/Tallinn",
            "2026-03-28T12:00",
            ["03-29 04:00+0300", "03-30 03:30+0300"],
            id="gap",
        ),
        pytest.param(
            daily("03:15", "03:45", "04:00"),
            "Europe/Tallinn",
            "2026-03-29T00:00",
            ["03-29 04:00+0300", "03-30 03:15+0300"],
            id="three slots that fall together",
        ),
        pytest.param(
            daily("03:30"),
            "Europe/Tallinn",
            "2026-10-24T12:00",
            ["10-25 03:30+0300", "10-26 03:30+0200"],
            id="fold",
        ),
        pytest.param(
            daily("02:10"),
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["10-04 02:30+1100", "10-05 02:10+1100"],
            id="half-hour gap",
        ),
        pytest.param(
            daily("00:10"),
            "Africa/Cairo",
            "2026-04-23T12:00",
            ["04-24 01:00+0300", "04-25 00:10+0300"],
            id="no midnight",
        ),
        pytest.param(
            daily("08:30"),
            "Pacific/Apia",
            "2011-12-29T20:00",
            ["12-31 00:00+1400", "12-31 08:30+1400"],
            id="a day that never was",
        ),
        pytest.param(
            AtIntervals(timedelta(hours=4)),
            "Asia/Kathmandu",
            "2026-11-20T14:00",
            ["11-20 20:00+0545", "11-21 00:00+0545", "11-21 04:00+0545"],
            id="from local midnight",
        ),
        pytest.param(
            AtIntervals(timedelta(hours=5)),
            "UTC",
            "2026-11-20T14:00",
            ["11-20 15:00+0000", "11-20 20:00+0000", "11-21 00:00+0000"],
            id="a step that does not fill the day",
        ),
        pytest.param(
            AtIntervals(timedelta(minutes=1)),
            "UTC",
            "2026-11-20T23:59:59",
            ["11-21 00:00+0000"],
            id="the shortest step",
        ),
        pytest.param(
            AtIntervals(timedelta(hours=4), frozenset({0})),
            "UTC",
            "2026-11-23T20:00",
            ["11-30 00:00+0000"],
            id="on Mondays",
        ),
        pytest.param(
            AtOnce(), "Europe/Tallinn", "2026-11-20T06:30", ["11-20 08:33+0200"], id="at once"
        ),
        pytest.param(
            AtIntervals(timedelta(hours=1), frozenset(range(5)), Hours(time(9), time(11))),
            "Asia/Kathmandu",
            "2026-11-20T04:00",  # a Friday, 09:45
            ["11-20 10:00+0545", "11-20 11:00+0545", "11-23 09:00+0545"],
            id="hourly within hours",
        ),
        pytest.param(
            AtIntervals(timedelta(minutes=90), hours=Hours(time(9, 15), time(13))),
            "UTC",
            "2026-11-20T08:00",
            ["11-20 09:15+0000", "11-20 10:45+0000", "11-20 12:15+0000", "11-21 09:15+0000"],
            id="counted from where the hours begin",
        ),
        pytest.param(
            AtIntervals(timedelta(hours=4), hours=Hours(time(22), time(6))),
            "UTC",
            "2026-11-20T12:00",
            ["11-20 22:00+0000", "11-21 02:00+0000", "11-21 06:00+0000", "11-21 22:00+0000"],
            id="hours over midnight",
        ),
        pytest.param(
            AtIntervals(timedelta(minutes=30), hours=Hours(time(1), time(3))),
            "Australia/Lord_Howe",
            "2026-10-03T14:20",  # the clocks go from 02:00 to 02:30
            ["10-04 01:00+1030", "10-04 01:30+1030", "10-04 02:30+1100", "10-04 03:00+1100"],
            id="hours over a gap of half an hour",
        ),
        pytest.param(
            AtIntervals(timedelta(hours=1), hours=Hours(time(2), time(4))),
            "Pacific/Chatham",
            "2026-04-04T12:00",  # the clocks go from 03:45 back to 02:45
            ["04-05 02:00+1345", "04-05 03:00+1345", "04-05 04:00+1245", "04-06 02:00+1245"],
            id="hours over a fold at three quarters",
        ),
        pytest.param(
            AtOnce(hours=Hours(time(7), time(22))),
            "Asia/Kathmandu",
            "2026-11-20T16:20",  # 22:05
            ["11-21 07:00+0545", "11-21 07:03+0545"],
            id="at once, quiet at night",
        ),
        pytest.param(
            AtOnce(days=frozenset(range(5))),
            "Europe/Tallinn",
            "2026-11-20T22:30",  # Saturday, half past midnight
            ["11-23 00:00+0200", "11-23 00:03+0200"],
            id="at once, quiet at weekends",
        ),
        pytest.param(
            AtOnce(hours=Hours(time(2, 30), time(22))),
            "Europe/Berlin",
            "2026-03-28T21:30",
            ["03-29 03:00+0200", "03-29 03:03+0200"],
            id="quiet hours that end in the gap",
        ),
    ],
)
def test_slots(cadence: Cadence, zone: str, after: str, slots: list[str]) -> None:
    """Slots of known days, as the place's clocks show them."""
    assert due(cadence, zone, after, len(slots)) == slots


def test_never_due_is_refused() -> None:
    """A schedule without days says so instead of searching for ever."""
    with pytest.raises(ValueError, match="never due"):
        next_due(AtTimes(frozenset(), (time(8),)), "UTC", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (AtTimes(times=(time(17), time(8, 30))), "weekdays at 08:30 and 17:00, Europe/Tallinn"),
        (daily("06:00", "12:00", "18:00"), "daily at 06:00, 12:00 and 18:00, Europe/Tallinn"),
        (AtTimes(frozenset({0, 3})), "Mon and Thu at 08:30, Europe/Tallinn"),
        (AtIntervals(timedelta(hours=1)), "hourly, Europe/Tallinn"),
        (AtIntervals(timedelta(hours=4)), "every 4 hours, Europe/Tallinn"),
        (
            AtIntervals(timedelta(minutes=90), frozenset(range(5))),
            "every 90 minutes on weekdays, Europe/Tallinn",
        ),
        (AtIntervals(timedelta(minutes=1)), "every minute, Europe/Tallinn"),
        (AtOnce(), "as stories arrive, at most every 3 minutes"),
        (
            AtIntervals(timedelta(hours=1), hours=Hours(time(9), time(17))),
            "hourly from 09:00 to 17:00, Europe/Tallinn",
        ),
        (
            AtOnce(days=frozenset(range(5)), hours=Hours(time(7), time(22))),
            (
                "as stories arrive from 07:00 to 22:00 on weekdays, at most every 3 minutes, "
                "Europe/Tallinn"
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_described_in_words(cadence: Cadence, words: str) -> None:
    """A schedule is told as a person would."""
    assert describe(cadence, "Europe/Tallinn") == words


def test_a_leap_day_is_a_day() -> None:
    """29 February has its slot."""
    slots = next_dues(daily("08:30"), "Europe/Tallinn", datetime(2028, 2, 28, 12, tzinfo=UTC), 2)
    assert [slot.date() for slot in slots] == [date(2028, 2, 29), date(2028, 3, 1)]
