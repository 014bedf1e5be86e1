"""App Home's buttons: pause, resume, post, remove, turn the page, undo, and who may change digests."""

from bot.blocks.answers import place
from bot.blocks.home import read_carried
from bot.listeners import subscription_commands as do
from bot.listeners.ask import SlackRequest
from bot.listeners.home import draw_home
from bot.listeners.permissions import require_admin, require_right
from bot.listeners.places import may_see
from bot.listeners.services import Services
from bot.listeners.undo import dump_undo, load_undo
from bot.model import Delivery, DeliveryState, EditPermission, Subscription
from bot.model.errors import NotFound


async def home_pause(ask: SlackRequest, services: Services) -> None:
    """Stop the schedule, keep the settings."""
    one, after = await _pressed(ask, services)
    await do.pause(ask, services, one)
    told = f"Paused: {place(one.channel)}. The settings are kept."
    await draw_home(ask, services, after=after, notice=told, undo=dump_undo(one.channel, one))


async def home_resume(ask: SlackRequest, services: Services) -> None:
    """Go on at the next slot from now."""
    one, after = await _pressed(ask, services)
    await do.resume(ask, services, one)
    await draw_home(ask, services, after=after, notice=f"Resumed: {place(one.channel)}.")


async def home_end(ask: SlackRequest, services: Services) -> None:
    """Forget the subscription; Undo brings it back."""
    one, after = await _pressed(ask, services)
    await do.end(ask, services, one.channel)
    told = f"Removed: {place(one.channel)} gets no more digests."
    await draw_home(ask, services, after=after, notice=told, undo=dump_undo(one.channel, one))


async def home_post(ask: SlackRequest, services: Services) -> None:
    """Post what the channel has not seen: say so at once, then what became of it."""
    one, after = await _pressed(ask, services)
    await require_right(ask, services, one.channel)
    await draw_home(
        ask,
        services,
        after=after,
        notice=f":hourglass_flowing_sand: Posting in {place(one.channel)} …",
    )
    done = await services.digests.post_now(
        ask.team, one.channel, key=f"home:{ask.key}", zone=one.zone
    )
    await draw_home(ask, services, after=after, notice=_became(done))


async def home_page(ask: SlackRequest, services: Services) -> None:
    """Turn to another page of digests."""
    _, after = _carried(ask)
    await draw_home(ask, services, after=after)


async def home_undo(ask: SlackRequest, services: Services) -> None:
    """Go back to what stood before."""
    channel, before = load_undo(ask.value, ask.team)
    await do.restore(ask, services, channel, before)
    await draw_home(ask, services, notice=f"Undone: {place(channel)} is as before.")


async def home_rule(ask: SlackRequest, services: Services) -> None:
    """Keep who may change digests; only an admin may say."""
    await require_admin(ask)
    try:
        rule = EditPermission(ask.value)
    except ValueError as e:
        raise NotFound("this menu is from another version") from e
    await services.store.permissions.set(ask.team, rule)
    await draw_home(ask, services, notice="Saved who may change digests.")


async def _pressed(ask: SlackRequest, services: Services) -> tuple[Subscription, str]:
    """Give the subscription of the pressed button, if the person may see it, and where the list begins."""
    channel, after = _carried(ask)
    one = await services.store.subscriptions.get(ask.team, channel)
    if one is None or not await may_see(one, ask):
        raise NotFound("That subscription was ended.")
    return one, after


def _carried(ask: SlackRequest) -> tuple[str, str]:
    try:
        return read_carried(ask.value)
    except ValueError as e:
        raise NotFound("this button is from another version") from e


def _became(done: Delivery) -> str:
    match done.state:
        case DeliveryState.POSTED:
            return f"Posted in {place(done.channel)}."
        case DeliveryState.SKIPPED:
            return f"There is nothing new for {place(done.channel)}, so nothing was posted."
        case DeliveryState.FAILED:
            return f":warning: Nothing was posted in {place(done.channel)}. {done.reason or ''}"
        case _:
            return f"The digest for {place(done.channel)} is on its way."
