"""Subscribe, pause, resume, unsubscribe, undo: the one place that changes subscriptions.

Commands, App Home and the settings form all come here, where each change asks for the right first.
"""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.blocks import answers
from bot.listeners import messages
from bot.listeners.commands import Command
from bot.listeners.permissions import (
    find_visible_subscriptions,
    may_see,
    require_edit_right,
    require_reachable,
)
from bot.listeners.request import SlackRequest
from bot.listeners.schedule_parser import SubscriptionChange, render_subscribe
from bot.listeners.schedule_phrases import MAX_STORIES
from bot.model import FILTERS, AtIntervals, AtOnce, AtTimes, Cadence, Message, Subscription, codec
from bot.model.cadence import next_due
from bot.model.errors import Gone, UsageError
from bot.model.ids import CONVERSATION_ID


async def subscribe(command: Command, request: SlackRequest) -> None:
    """Save at once; answer with the schedule, the next two times and Undo."""
    if command.change.channel not in {None, request.channel}:
        here = render_subscribe(replace(command.change, channel=None))
        raise UsageError(*messages.pair("subscribe_from_inside", line=here))
    channel = await get_target_channel(request, me=command.change.me)
    after, before = await save_changes(command.change, request, channel)
    notes = [messages.text("runs_again")] if before and before.paused else []
    if before is None and after.zone == "UTC" and command.change.zone is None:
        notes.append(messages.text("in_utc"))
    undo_value = dump_undo(channel, before)
    await request.answer_all(
        answers.subscribed_message(after, request.now(), undo_value, notes=notes)
    )


async def list_subscriptions(_: Command, request: SlackRequest) -> None:
    """List what the person may see of the workspace's subscriptions."""
    await request.answer(await _list_visible(request))


async def _list_visible(
    request: SlackRequest, *, notice: str = "", undo_value: str = ""
) -> Message:
    subscriptions = await request.store.subscriptions.get_all(request.team)
    visible, more = await find_visible_subscriptions(subscriptions, request)
    return answers.subscription_list(visible, more=more is not None, notice=notice, undo=undo_value)


async def list_pause(request: SlackRequest) -> None:
    """Stop the schedule of the button's subscription, and show the list anew in its place."""
    before = await _find_pressed(request)
    await save(request, replace(before, paused=True))
    await _show_list(request, "home_paused", before)


async def list_resume(request: SlackRequest) -> None:
    """Go on with the button's subscription, and show the list anew in its place."""
    before = await _find_pressed(request)
    await save(request, replace(before, paused=False))
    await _show_list(request, "home_resumed", before)


async def list_remove(request: SlackRequest) -> None:
    """Remove the button's subscription, and show the list anew in its place."""
    before = await _find_pressed(request)
    await remove(request, before.channel)
    await _show_list(request, "home_removed", before)


async def undo_in_list(request: SlackRequest) -> None:
    """Go back to the subscription that the button carries, and show the list anew in its place."""
    channel, before = read_undo(request)
    await restore(request, channel, before)
    notice = messages.text("home_undone", channel=answers.channel_label(channel))
    await request.answer(await _list_visible(request, notice=notice), replace=True)


async def _show_list(request: SlackRequest, key: str, before: Subscription) -> None:
    notice = messages.text(key, channel=answers.channel_label(before.channel))
    undo_value = dump_undo(before.channel, before)
    message = await _list_visible(request, notice=notice, undo_value=undo_value)
    await request.answer(message, replace=True)


async def _find_pressed(request: SlackRequest) -> Subscription:
    """Return the button's subscription; raise Gone if it is ended or not theirs to see."""
    subscription = await request.store.subscriptions.get(request.team, request.value)
    if subscription is None or not await may_see(subscription, request):
        raise Gone(messages.text("subscription_ended"))
    return subscription


async def pause(command: Command, request: SlackRequest) -> None:
    """Stop the schedule and keep the settings."""
    subscription = await _get_subscription(request, me=command.me)
    paused = await save(request, replace(subscription, paused=True))
    await request.answer_all(answers.paused_message(paused))


async def resume(command: Command, request: SlackRequest) -> None:
    """Go on at the next due time from now."""
    subscription = await _get_subscription(request, me=command.me)
    resumed = await save(request, replace(subscription, paused=False))
    await request.answer_all(answers.resumed_message(resumed, request.now()))


async def unsubscribe(command: Command, request: SlackRequest) -> None:
    """Remove the subscription; Undo brings it back."""
    subscription = await _get_subscription(request, me=command.me)
    await remove(request, subscription.channel)
    undo_value = dump_undo(subscription.channel, subscription)
    await request.answer_all(answers.unsubscribed_message(subscription, undo_value))


async def undo(request: SlackRequest) -> None:
    """Go back to the subscription that the button carries, due from now on."""
    channel, before = read_undo(request)
    await restore(request, channel, before)
    await request.answer(answers.undone_message(before, request.now()), replace=True)


async def get_target_channel(request: SlackRequest, *, me: bool) -> str:
    """Return the channel of the request, or with `me` our direct messages with the person."""
    return await request.get_direct_channel() if me else request.channel


async def get_zone(request: SlackRequest) -> str:
    """Return the time zone of the channel's subscription, else of the person."""
    subscription = await request.store.subscriptions.get(request.team, request.channel)
    if subscription:
        return subscription.zone
    return await request.services.chat.zone(request.team, request.user) or "UTC"


async def _get_subscription(request: SlackRequest, *, me: bool) -> Subscription:
    channel = await get_target_channel(request, me=me)
    subscription = await request.store.subscriptions.get(request.team, channel)
    if subscription is None:
        mine = " me" if channel != request.channel else ""
        raise UsageError(*messages.pair("no_subscription", me=mine))
    return subscription


async def save_changes(
    change: SubscriptionChange, request: SlackRequest, channel: str
) -> tuple[Subscription, Subscription | None]:
    """Change the channel's subscription; return it, and what it was before (None: there was none).

    Raise NotAllowed, or UsageError for hours round set times.
    """
    await require_edit_right(request, channel)
    await require_reachable(request, channel)
    before = await request.store.subscriptions.get(request.team, channel)
    old = before or await new_subscription(request, channel, change.zone)
    return await _save(request, apply_changes(change, old)), before


async def save(request: SlackRequest, subscription: Subscription) -> Subscription:
    """Save the subscription, due from now on unless it is paused; raise NotAllowed."""
    await require_edit_right(request, subscription.channel)
    return await _save(request, subscription)


async def _save(request: SlackRequest, subscription: Subscription) -> Subscription:
    before = await request.store.subscriptions.get(request.team, subscription.channel)
    if before and before.paused and not subscription.paused:
        # What it was paused for is over.
        subscription = replace(subscription, last_result=None)
    cadence, zone = subscription.cadence, subscription.zone
    due = None if subscription.paused else next_due(cadence, zone, request.now())
    saved = replace(subscription, next_due=due)
    await request.store.subscriptions.save(saved)
    return saved


async def remove(request: SlackRequest, channel: str) -> None:
    """Remove the channel's subscription; raise NotAllowed."""
    await require_edit_right(request, channel)
    await request.store.subscriptions.remove(request.team, channel)


async def restore(request: SlackRequest, channel: str, before: Subscription | None) -> None:
    """Go back to the subscription of before, or to none; raise NotAllowed."""
    if before is None:
        await remove(request, channel)
    else:
        await save(request, before)


async def new_subscription(
    request: SlackRequest, channel: str, zone: str | None = None
) -> Subscription:
    """Return what a bare `subscribe` makes in the channel, in `zone` or else the person's own."""
    zone = zone or await request.services.chat.zone(request.team, request.user) or "UTC"
    top = request.services.top
    return Subscription(request.team, channel, request.user, AtTimes(), zone, top=top)


def apply_changes(change: SubscriptionChange, old: Subscription) -> Subscription:
    """Return the subscription with what the change names, running, and without `next_due`."""
    filters = {name: getattr(change, name) for name in FILTERS}
    return replace(
        old,
        cadence=_change_cadence(change, old.cadence),
        zone=change.zone or old.zone,
        top=change.top or old.top,
        paused=False,
        next_due=None,
        **{name: words for name, words in filters.items() if words is not None},
    )


def _change_cadence(change: SubscriptionChange, old: Cadence) -> Cadence:
    """Return the new cadence; days alone ask for times of day, unless hours come with them."""
    base: AtIntervals | AtOnce
    if change.at_once or change.min_interval:
        base = old if isinstance(old, AtOnce) else AtOnce()
        base = replace(base, min_interval=change.min_interval or base.min_interval)
    elif change.interval:
        base = old if isinstance(old, AtIntervals) else AtIntervals(change.interval)
        base = replace(base, interval=change.interval)
    elif not (change.hours or change.all_day):
        return _change_times(change, old)
    elif isinstance(old, AtTimes):
        hourly = render_subscribe(replace(change, interval=timedelta(hours=1), all_day=False))
        raise UsageError(*messages.pair("no_hours_for_times", line=hourly))
    else:
        base = old
    hours = None if change.all_day else change.hours or base.hours
    return replace(base, days=change.days or base.days, hours=hours)


def _change_times(change: SubscriptionChange, old: Cadence) -> Cadence:
    if change.days is None and change.times is None:
        return old
    default = AtTimes()
    days = change.days or (default.days if isinstance(old, AtOnce) else old.days)
    return AtTimes(days, change.times or (old.times if isinstance(old, AtTimes) else default.times))


# Shows that a schedule and its time zone can be computed with.
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_UNDO_FIELDS = ("created_by", "zone", "top", "paused", *FILTERS)


def dump_undo(channel: str, before: Subscription | None) -> str:
    """Write the subscription to go back to as JSON, within a button's 2,000 characters."""
    fields: dict[str, Any] | None = None
    if before:
        known = asdict(before)
        fields = {name: known[name] for name in _UNDO_FIELDS if known[name]}
        fields["cadence"] = codec.dump(before.cadence)
    return json.dumps([channel, fields], ensure_ascii=False, separators=(",", ":"))


def load_undo(value: str, team: str) -> tuple[str, Subscription | None]:
    """Read the channel and its subscription (None: there was none), without its `next_due`.

    Raise ValueError, KeyError or SourceUnreadable for what no such button carries.
    """
    channel, fields = json.loads(value)
    if not CONVERSATION_ID.fullmatch(channel):
        raise ValueError("no channel")
    if fields is None:
        return channel, None
    cadence = codec.load_cadence(fields["cadence"])
    before = codec.load(
        Subscription, fields | {"team": team, "channel": channel, "cadence": cadence}
    )
    next_due(before.cadence, before.zone, _ANY_MOMENT)
    if not 1 <= before.top <= MAX_STORIES:
        raise ValueError("too many stories")
    return before.channel, before


def read_undo(request: SlackRequest) -> tuple[str, Subscription | None]:
    """Read what `dump_undo` wrote into the pressed button; raise NotFound for anything else."""
    return request.decode(partial(load_undo, team=request.team))
