"""Changing a channel's standing order, through whichever door: the one place that does, after a look at the right."""

from dataclasses import replace
from datetime import timedelta

from bot.listeners.ask import SlackRequest
from bot.listeners.orders import Subscribe
from bot.listeners.permissions import require_right
from bot.listeners.places import zone_of
from bot.listeners.schedule_parser import render_subscribe
from bot.listeners.services import Services
from bot.model import FILTERS, TOP, AtIntervals, AtOnce, AtTimes, Cadence, Hours, Subscription
from bot.model.cadence import next_due
from bot.model.errors import UsageError


async def change(
    order: Subscribe, ask: SlackRequest, services: Services, channel: str
) -> tuple[Subscription, Subscription | None]:
    """Save what the order makes of the channel's subscription; give what stands now, and what stood before."""
    await require_right(ask, services, channel)
    before = await services.store.subscriptions.get(ask.team, channel)
    after = await ordered(order, ask, services, channel, before)
    due = next_due(after.cadence, after.zone, services.clock.now())
    await services.store.subscriptions.save(replace(after, next_due=due))
    return after, before


async def pause(ask: SlackRequest, services: Services, subscription: Subscription) -> Subscription:
    """Stop the schedule, keep the settings."""
    await require_right(ask, services, subscription.channel)
    paused = replace(subscription, paused=True, next_due=None)
    await services.store.subscriptions.save(paused)
    return paused


async def resume(ask: SlackRequest, services: Services, subscription: Subscription) -> Subscription:
    """Go on at the next slot from now."""
    await require_right(ask, services, subscription.channel)
    due = next_due(subscription.cadence, subscription.zone, services.clock.now())
    resumed = replace(subscription, paused=False, next_due=due)
    await services.store.subscriptions.save(resumed)
    return resumed


async def end(ask: SlackRequest, services: Services, channel: str) -> Subscription | None:
    """Forget the channel's subscription; it is given back for Undo."""
    await require_right(ask, services, channel)
    return await services.store.subscriptions.remove(ask.team, channel)


async def restore(
    ask: SlackRequest, services: Services, channel: str, before: Subscription | None
) -> None:
    """Go back to what stood before, due from now on; to nothing where there was nothing."""
    if before is None:
        await end(ask, services, channel)
    elif before.paused:
        await pause(ask, services, before)
    else:
        await resume(ask, services, before)


async def ordered(
    order: Subscribe,
    ask: SlackRequest,
    services: Services,
    channel: str,
    before: Subscription | None,
) -> Subscription:
    """Give what the order would make of the channel's subscription."""
    zone = order.zone or await zone_of(ask, services, before)
    return apply(
        order,
        before,
        team=ask.team,
        channel=channel,
        person=ask.person,
        zone=zone,
        top=services.top,
    )


def apply(
    order: Subscribe,
    existing: Subscription | None,
    *,
    team: str,
    channel: str,
    person: str,
    zone: str,
    top: int = TOP,
) -> Subscription:
    """Make the subscription that the order asks for; of an existing one only what is named changes.

    `zone` is the person's own and `top` the operator's choice, for a first subscription. `next_due` is left
    for the caller to compute. To subscribe again ends a pause.
    """
    old = existing or Subscription(team, channel, person, AtTimes(), zone, top=top)
    return replace(
        old,
        cadence=_cadence(order, old.cadence),
        zone=order.zone or old.zone,
        **{name: getattr(old if getattr(order, name) is None else order, name) for name in FILTERS},
        top=order.top or old.top,
        paused=False,
        next_due=None,
    )


def _cadence(order: Subscribe, old: Cadence) -> Cadence:
    """Days alone ask for times of day: the cadence words replace each other."""
    if order.at_once or order.min_interval:
        known = old if isinstance(old, AtOnce) else AtOnce()
        return AtOnce(
            order.min_interval or known.min_interval, order.days or known.days, _hours(order, known)
        )
    if order.interval:
        known_step = old if isinstance(old, AtIntervals) else AtIntervals(order.interval)
        return AtIntervals(order.interval, order.days or known_step.days, _hours(order, known_step))
    if order.hours or order.all_day:
        return _within(order, old)
    if order.days is None and order.times is None:
        return old
    default = AtTimes()
    days = order.days or (default.days if isinstance(old, AtOnce) else old.days)
    times = order.times or (old.times if isinstance(old, AtTimes) else default.times)
    return AtTimes(days, times)


def _hours(order: Subscribe, known: AtIntervals | AtOnce) -> Hours | None:
    return None if order.all_day else order.hours or known.hours


def _within(order: Subscribe, old: Cadence) -> Cadence:
    """Change the hours of what comes hourly or at once; raise UsageError for digests that have their set times."""
    if not isinstance(old, AtTimes):
        return replace(old, days=order.days or old.days, hours=_hours(order, old))
    hourly = render_subscribe(replace(order, interval=timedelta(hours=1), all_day=False))
    raise UsageError(
        "Digests at set times need no hours. How often shall they come within them?",
        f"/digest {hourly}",
    )
