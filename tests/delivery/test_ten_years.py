"""Ten years of the ledger in ten zones: whatever clocks do, each slot has one delivery."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.digests import Digests
from bot.model import WEEKDAYS, AtTimes, Subscription
from bot.store import Store
from tests.stories.test_ten_years import ZONES

if TYPE_CHECKING:
    from bot.model.ports import Chat

MORNING = AtTimes(WEEKDAYS, (time(8, 30),))
TEAM = "T0YEARS"


class Wall:
    """A clock that shows what it is set to."""

    moment = datetime(2020, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Give the time."""
        return self.moment


def moments(begin: date, end: date, dice: random.Random) -> Iterator[datetime]:
    """When a tick looks: hours apart.

    Now and then the clock is an hour or a day behind, and then right again.
    """
    moment = datetime.combine(begin, time(), UTC) - timedelta(days=1)
    last = datetime.combine(end, time(), UTC) + timedelta(days=1)
    while moment < last:
        if dice.random() < 0.05:
            yield moment - dice.choice([timedelta(hours=1), timedelta(hours=3), timedelta(days=1)])
        yield moment
        moment += timedelta(minutes=dice.randrange(1, 9 * 60))


def mornings(zone: str, begin: date, end: date) -> set[str]:
    """Every weekday's half past eight, as the ledger writes it down."""
    days = (begin + timedelta(days=n) for n in range((end - begin).days))
    place = ZoneInfo(zone)
    return {
        datetime.combine(day, time(8, 30), place).astimezone(UTC).isoformat()
        for day in days
        if day.weekday() < 5
    }


async def claimed(store: Store, begin: date, end: date) -> Counter[tuple[str, str]]:
    """Subscribe a channel in each zone, and tick through the years."""
    clock = Wall()
    digests = Digests(store, cast("Chat", None), clock)
    for number, zone in enumerate(ZONES):
        due = datetime.combine(begin, time(8, 30), ZoneInfo(zone)).astimezone(UTC)
        await store.subscriptions.save(
            Subscription(TEAM, f"C{number}", "U1", MORNING, zone, next_due=due)
        )
    found: Counter[tuple[str, str]] = Counter()
    for clock.moment in moments(begin, end, random.Random(8)):
        found.update((one.channel, one.key) for one in await digests.claim_due())
    return found


async def hold(store: Store, begin: date, end: date) -> None:
    """Each morning of each zone once, and nothing else."""
    found = await claimed(store, begin, end)
    assert set(found.values()) == {1}
    for number, zone in enumerate(ZONES):
        keys = {key for channel, key in found if channel == f"C{number}"}
        # The last tick is a day late: it may bring one morning more.
        assert mornings(zone, begin, end) <= keys
        assert keys <= mornings(zone, begin, end + timedelta(days=3))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_morning_has_one_delivery_through_a_change_of_clocks(store: Store) -> None:
    """Around a leap day and both hemispheres' clock changes, with a clock sometimes wrong."""
    await hold(store, date(2024, 2, 26), date(2024, 4, 9))


@pytest.mark.chaos
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_morning_of_ten_years_has_one_delivery(store: Store) -> None:
    """Every weekday of ten years in ten zones."""
    await hold(store, date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_clock_set_back_brings_no_morning_again(store: Store) -> None:
    """Set back by two days after a digest, it passes the slot once more.

    Ledger and column both know it.
    """
    clock = Wall()
    digests = Digests(store, cast("Chat", None), clock)
    due = datetime(2024, 3, 4, 8, 30, tzinfo=UTC)
    await store.subscriptions.save(Subscription(TEAM, "C1", "U1", MORNING, "UTC", next_due=due))
    clock.moment = due
    assert len(await digests.claim_due()) == 1
    # Whoever saves the subscription anew, by the wrong clock, makes the slot due again.
    for again in (None, due):
        if again:
            await store.subscriptions.save(
                Subscription(TEAM, "C1", "U1", MORNING, "UTC", next_due=again)
            )
        for hours in range(-48, 24):
            clock.moment = due + timedelta(hours=hours)
            assert await digests.claim_due() == ()
    clock.moment = due + timedelta(hours=24)
    assert len(await digests.claim_due()) == 1
