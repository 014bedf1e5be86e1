"""`/digest`: dispatch a typed line to its answer; preview, now, history, feeds, status and help."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.blocks import answers
from bot.blocks import digest as digest_blocks
from bot.blocks.feeds import feed_added_message, feed_removed_message
from bot.intake.links import page_identity
from bot.intake.source_health import find_quiet_sources
from bot.listeners import (
    chart,
    lookup_commands,
    messages,
    preference_commands,
    settings_form,
    subscription_commands,
)
from bot.listeners.agent_pane import find_channel_in_view, preview_news
from bot.listeners.command_line import MAX_LINE_CHARS, parse_command
from bot.listeners.commands import (
    ALL_COMMANDS,
    COMMANDS,
    ESSENTIALS,
    SPECS_BY_WORD,
    Command,
    find_command,
)
from bot.listeners.feed_form import list_feeds
from bot.listeners.permissions import (
    Affiliation,
    address_all,
    find_visible_subscriptions,
    get_affiliation,
    require_edit_right,
    require_feed_right,
    require_inside,
    require_member,
)
from bot.listeners.request import SlackRequest, parse_id
from bot.listeners.subscription_commands import get_zone
from bot.listeners.throttle import ORDINARY_COST_SECONDS
from bot.model import Delivery, Message
from bot.model.errors import NotFound, UsageError

# What these commands cost their person besides.
_MORE_SECONDS = {"chart": 19.0, "now": 4.0, "read": 4.0}
_STATUS_PERIOD = timedelta(hours=24)
# Lines that show how a command is written, and are nobody's wish.
_EXAMPLES = frozenset(
    f"/digest {line}" for spec in COMMANDS for line in spec.examples if " " in line
)


async def digest(request: SlackRequest) -> None:
    """Answer a typed command."""
    request.charge(ORDINARY_COST_SECONDS)
    command = parse_command(request.text)
    request.charge(_MORE_SECONDS.get(command.word, 0.0))
    is_open = SPECS_BY_WORD[command.word].open_to_outsiders
    opens_window = command.word == "settings" and request.body.get("trigger_id")
    if not is_open and not opens_window:  # a window opens before Slack is asked, and then asks
        await require_inside(request)
    if not (command.me or command.change.me):
        request = await address_all(request, open_to_outsiders=is_open)
    await _HANDLERS[command.word](command, request)


def find_runnable(line: str | None) -> str:
    """Return a suggested line if it can be run as it is, and posts nothing; else ""."""
    if not line or not line.startswith("/digest") or len(line) > MAX_LINE_CHARS:
        return ""
    try:
        command = parse_command(line)
    except UsageError:
        return ""
    return "" if command.word == "now" or line in _EXAMPLES else line


async def run_suggestion(request: SlackRequest) -> None:
    """Do what the line on the pressed button says."""
    request.decode(parse_command)
    await digest(replace(request, text=request.value))


async def preview(_: Command, request: SlackRequest) -> None:
    """Show what would be posted here; nothing counts as seen.

    The person alone sees it, with a button to post it, or all see the first stories in a thread.
    In the agent pane it is the news, of the channel that the person looks at if it has a digest.
    """
    zone, in_view = await get_zone(request), await find_channel_in_view(request)
    if in_view or request.in_pane:
        news = await preview_news(request, in_view or request.channel, zone)
        await request.answer(digest_blocks.news_in_pane(news, in_view))
        return
    digest = await request.services.digests.preview(request.team, request.channel, zone=zone)
    if not digest.entries:
        await request.answer_all(digest_blocks.nothing_new_message(digest))
    elif request.for_all:
        await request.answer_all(digest_blocks.news_message(digest))
    else:
        key = f"preview:{request.request_id}"
        await request.answer(digest_blocks.preview_message(digest, key=key))


async def post_preview(request: SlackRequest) -> None:
    """Post what is new now; the button carries the delivery's key: two presses post once."""
    delivery = await _post_unseen(request, key=request.value)
    await request.answer(digest_blocks.delivery_message(delivery), replace=True)


async def post_now(command: Command, request: SlackRequest) -> None:
    """Post what the channel has not seen; the command's id keeps a repeat from posting twice."""
    posting = _post_unseen(request, key=request.request_id, topic=command.argument or None)
    delivery = await request.answer_after(posting, messages.text("composing"))
    await request.answer(digest_blocks.delivery_message(delivery))


async def _post_unseen(request: SlackRequest, *, key: str, topic: str | None = None) -> Delivery:
    zone, post_now = await get_zone(request), request.services.digests.post_now
    return await post_now(request.team, request.channel, key=key, topic=topic, zone=zone)


async def post_anyway(request: SlackRequest) -> None:
    """Post again a digest of which nobody knew whether it arrived: a person has looked."""
    delivery = await request.store.deliveries.get(request.decode(parse_id))
    if delivery.team != request.team:
        raise NotFound(messages.text("no_such_delivery", number=delivery.id))
    if delivery.channel != request.channel:
        await require_edit_right(request, delivery.channel)
    posted = await request.services.digests.post_anyway(delivery.id)
    await request.answer(digest_blocks.delivery_message(posted))


async def history(_: Command, request: SlackRequest) -> None:
    """List the last digests of this channel, or in the agent pane of the one in view."""
    channel = await find_channel_in_view(request) or request.channel
    deliveries = await request.store.deliveries.get_history(request.team, channel)
    await request.answer_all(digest_blocks.delivery_history(deliveries, request.now()))


async def feeds(command: Command, request: SlackRequest) -> None:
    """List, add or remove the feeds that the workspace reads."""
    if command.remove:
        await require_feed_right(request)
        message = await _remove_feed(command, request)
    elif command.argument:
        await require_feed_right(request)
        adding = request.services.poller.add(command.argument, request.team, request.channel)
        feed = await request.answer_after(adding, messages.text("looking_at_feed"))
        message = feed_added_message(feed)
    else:
        await require_member(request)
        message = await list_feeds(request)
    await request.answer(message)


async def _remove_feed(command: Command, request: SlackRequest) -> Message:
    """Remove the workspace's feed of this number or address; raise UsageError for another's."""
    number, store = command.number, request.store.feeds
    if command.argument:
        named = page_identity(command.argument)
        feeds = await store.get_all(request.team)
        number = next((feed.id for feed in feeds if page_identity(feed.url) == named), None)
    if number is None or not await store.remove(number, request.team):
        feed = command.argument or command.number
        raise UsageError(*messages.pair("no_such_feed", feed=feed))
    return feed_removed_message(number)


async def status(_command: Command, request: SlackRequest) -> None:
    """Count what came in lately, what the person sees of subscriptions, and what is held back."""
    now, store, team = request.now(), request.store, request.team
    silences = await find_quiet_sources(store.sources, now, team)
    subscriptions = await store.subscriptions.get_all(team)
    if await get_affiliation(request) is not Affiliation.MEMBER:
        subscriptions, _ = await find_visible_subscriptions(subscriptions, request)
    message = answers.status_message(
        subscriptions,
        await store.articles.count_intake(team, now - _STATUS_PERIOD, now),
        now,
        embargoed=await store.articles.count_embargoed(team, now),
        withheld=await store.articles.withheld.get_files(now, None, team),
        quiet_sources=[(each.habit.name or each.habit.origin, each.since) for each in silences],
        preferences=await store.preferences.get_actors(team, request.channel),
    )
    await request.answer(message)


async def show_help(command: Command, request: SlackRequest) -> None:
    """Show the essential commands, every one, or one with its examples."""
    if command.argument == ALL_COMMANDS:
        message = answers.command_list([(spec.usage, spec.meaning) for spec in COMMANDS])
    elif spec := find_command(command.argument):
        message = answers.command_help(spec.usage, spec.meaning, spec.examples)
    else:
        message = answers.essentials(ESSENTIALS)
    await request.answer(message)


# By the word of a row of COMMANDS.
_HANDLERS: dict[str, Callable[[Command, SlackRequest], Awaitable[None]]] = {
    "preview": preview,
    "now": post_now,
    "subscribe": subscription_commands.subscribe,
    "settings": settings_form.open_from_command,
    "list": subscription_commands.list_subscriptions,
    "pause": subscription_commands.pause,
    "resume": subscription_commands.resume,
    "unsubscribe": subscription_commands.unsubscribe,
    "who": lookup_commands.who,
    "search": lookup_commands.search,
    "read": lookup_commands.read,
    "feeds": feeds,
    "follow": preference_commands.follow_or_mute,
    "mute": preference_commands.follow_or_mute,
    "unfollow": preference_commands.unfollow,
    "chart": chart.show_chart,
    "history": history,
    "status": status,
    "help": show_help,
}
