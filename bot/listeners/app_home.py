"""App Home: what a person sees there, and what its buttons do."""

from dataclasses import replace
from typing import Any

from bot.blocks.answers import channel_label, direct_welcome
from bot.blocks.home import (
    PAGE_SIZE,
    HomePage,
    home_view,
    outsider_home_view,
    parse_position,
)
from bot.intake.source_health import find_quiet_sources
from bot.listeners import messages, permissions, subscription_commands
from bot.listeners.agent_pane import show_prompts
from bot.listeners.commands import ESSENTIALS
from bot.listeners.request import SlackRequest
from bot.model import AnswerAudience, EditPermission, Subscription
from bot.model.errors import Gone, PostFailed


async def app_home_opened(request: SlackRequest) -> None:
    """Show App Home whenever a person opens it; beside messages, how to begin and what to ask."""
    tab = request.body["event"].get("tab")
    if tab == "home":
        await draw_home(request)
    elif tab == "messages":
        await _greet(request)
        await show_prompts(request)


async def _greet(request: SlackRequest) -> None:
    """Say how to begin, to a person of the workspace who never exchanged a message with us."""
    channel = str(request.body["event"].get("channel") or "")
    if not channel or await permissions.is_outsider(request):
        return
    is_first = await request.store.is_new_event(f"welcome:{channel}", request.now())
    if is_first and await request.is_empty(channel):
        await request.services.chat.post(request.team, channel, direct_welcome())


async def draw_home(
    request: SlackRequest, *, after: str = "", notice: str = "", undo: str = ""
) -> None:
    """Show App Home as this person may see it; `notice` says in markup what was just done.

    A drawing that took longer than one begun after it shows what was before: it is dropped.
    """
    newest, person, this = request.services.newest_home, (request.team, request.user), object()
    newest[person] = this
    try:
        view = await _compose_home(request, after=after, notice=notice, undo=undo)
        if newest.get(person) is this:
            await request.publish_home(view)
    finally:
        if newest.get(person) is this:
            del newest[person]


async def _compose_home(
    request: SlackRequest, *, after: str, notice: str, undo: str
) -> dict[str, Any]:
    store, now, team = request.store, request.now(), request.team
    affiliation = await permissions.get_affiliation(request)
    is_member = affiliation is permissions.Affiliation.MEMBER
    if affiliation is permissions.Affiliation.OUTSIDER:
        return outsider_home_view()
    all_subscriptions = await store.subscriptions.get_all(team)
    visible, next_after = await permissions.find_visible_subscriptions(
        all_subscriptions, request, after=after, limit=PAGE_SIZE
    )
    page = HomePage(
        visible,
        len(all_subscriptions) if is_member else len(visible),
        await permissions.get_edit_permission(request),
        now,
        audience=await permissions.get_audience(request),
        admin=await _is_admin(request),
        after=after,
        next_after=next_after,
        preferences={
            subscription.channel: await store.preferences.get_actors(team, subscription.channel)
            for subscription in visible
        },
        feeds=await store.feeds.get_all(team) if is_member else None,
        shared_feeds=len(await store.feeds.get_all(None)),
        quiet_sources=[
            (silence.habit.name or silence.habit.origin, silence.since)
            for silence in await find_quiet_sources(store.sources, now, team)
            if is_member
        ],
        link_domains=await store.link_previews.get_domains(team),
        notice=notice,
        undo=undo,
    )
    return home_view(page, ESSENTIALS)


async def _is_admin(request: SlackRequest) -> bool:
    try:
        return await request.is_admin()
    except PostFailed:
        return False


async def home_pause(request: SlackRequest) -> None:
    """Stop the schedule and keep the settings."""
    before, after = await _get_pressed(request)
    await subscription_commands.save(request, replace(before, paused=True))
    notice = messages.text("home_paused", channel=channel_label(before.channel))
    undo = subscription_commands.dump_undo(before.channel, before)
    await draw_home(request, after=after, notice=notice, undo=undo)


async def home_resume(request: SlackRequest) -> None:
    """Go on at the next due time from now."""
    before, after = await _get_pressed(request)
    await subscription_commands.save(request, replace(before, paused=False))
    notice = messages.text("home_resumed", channel=channel_label(before.channel))
    await draw_home(request, after=after, notice=notice)


async def home_remove(request: SlackRequest) -> None:
    """Remove the subscription; Undo brings it back."""
    before, after = await _get_pressed(request)
    await subscription_commands.remove(request, before.channel)
    notice = messages.text("home_removed", channel=channel_label(before.channel))
    undo = subscription_commands.dump_undo(before.channel, before)
    await draw_home(request, after=after, notice=notice, undo=undo)


async def home_post(request: SlackRequest) -> None:
    """Post what the channel has not seen: say so at once, then what became of it."""
    subscription, after = await _get_pressed(request)
    channel = subscription.channel
    await permissions.require_edit_right(request, channel)
    notice = messages.text("home_posting", channel=channel_label(channel))
    await draw_home(request, after=after, notice=notice)
    delivery = await request.services.digests.post_now(
        request.team, channel, key=f"home:{request.request_id}", zone=subscription.zone
    )
    outcome = f"home_{delivery.state}"
    notice = messages.text(outcome, channel=channel_label(channel), reason=delivery.reason or "")
    await draw_home(request, after=after, notice=notice)


async def home_page(request: SlackRequest) -> None:
    """Turn to another page of subscriptions."""
    _, after = _read_button(request)
    await draw_home(request, after=after)


async def home_undo(request: SlackRequest) -> None:
    """Go back to the subscription of before."""
    channel, before = subscription_commands.read_undo(request)
    await subscription_commands.restore(request, channel, before)
    notice = messages.text("home_undone", channel=channel_label(channel))
    await draw_home(request, notice=notice)


async def home_permission(request: SlackRequest) -> None:
    """Save who may change digests; only an admin may choose."""
    await permissions.require_admin(request)
    permission = request.decode(EditPermission)
    await request.store.permissions.set(request.team, permission)
    await draw_home(request, notice=messages.text("permission_saved"))


async def home_audience(request: SlackRequest) -> None:
    """Save who sees the answers to mentions; only an admin may choose."""
    await permissions.require_admin(request)
    audience = request.decode(AnswerAudience)
    await request.store.permissions.set_audience(request.team, audience)
    await draw_home(request, notice=messages.text("audience_saved"))


async def _get_pressed(request: SlackRequest) -> tuple[Subscription, str]:
    """Return the subscription of the pressed button, and the channel that its page begins after.

    Raise Gone if it is ended or the person may not see it.
    """
    channel, after = _read_button(request)
    subscription = await request.store.subscriptions.get(request.team, channel)
    if subscription is None or not await permissions.may_see(subscription, request):
        raise Gone(messages.text("subscription_ended"))
    return subscription, after


def _read_button(request: SlackRequest) -> tuple[str, str]:
    return request.decode(parse_position)
