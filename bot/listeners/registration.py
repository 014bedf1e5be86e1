"""Which listener answers what, each in one wrapper: ack at once, work as a task, report failures.

Bolt cancels what still runs after an ack when it shuts down, and loses the ack of a listener that
raises within some ten milliseconds of it (its runner looks for the ack every ten). So what Bolt
calls does nothing but ack and hand the work over.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import Any

import structlog
from prometheus_client import Counter
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import answers, feeds, home, lookup, preferences, story
from bot.blocks.digest import POST_ANYWAY, POST_PREVIEW
from bot.blocks.link_previews import EDIT_LINK_DOMAINS, LINK_DOMAINS
from bot.blocks.settings_form import FIELD, OPEN_SETTINGS, SETTINGS, picker_options
from bot.listeners import (
    agent_pane,
    app_home,
    digest_command,
    events,
    feed_form,
    link_previews,
    lookup_commands,
    pickers,
    preference_commands,
    settings_form,
    subscription_commands,
)
from bot.listeners.error_messages import describe_error
from bot.listeners.permissions import require_inside
from bot.listeners.request import Services, SlackRequest, read_request
from bot.listeners.shortcuts import SHORTCUTS
from bot.listeners.throttle import ORDINARY_COST_SECONDS
from bot.model import Message
from bot.model.errors import BotError, NotAllowed, UsageError, log_fields

log = structlog.get_logger(__name__)

REQUESTS = Counter(
    "dateline_asked",
    "What people asked of Dateline, by what answered and how it ended.",
    ["listener", "outcome"],
)

# Answers a command, a pressed button or an event; raises whatever goes wrong.
Listener = Callable[[SlackRequest], Awaitable[None]]
# Returns what is wrong in a form, by field.
FormCheck = Callable[[Mapping[str, Any]], dict[str, str]]

# By action_id.
ACTIONS: dict[str, Listener] = {
    POST_ANYWAY: digest_command.post_anyway,
    answers.RUN_LINE: digest_command.run_suggestion,
    answers.UNDO_SUBSCRIBE: subscription_commands.undo,
    answers.UNDO_UNSUBSCRIBE: subscription_commands.undo,
    home.HOME_PAUSE: app_home.home_pause,
    home.HOME_RESUME: app_home.home_resume,
    home.HOME_POST: app_home.home_post,
    home.HOME_END: app_home.home_remove,
    home.HOME_FIRST: app_home.home_page,
    home.HOME_NEXT: app_home.home_page,
    home.HOME_UNDO: app_home.home_undo,
    home.HOME_RULE: app_home.home_permission,
    home.HOME_AUDIENCE: app_home.home_audience,
    lookup.WHO_NEWER: lookup_commands.turn_page,
    lookup.WHO_OLDER: lookup_commands.turn_page,
    lookup.WHO_TIMELINE: lookup_commands.open_timeline,
    preferences.UNDO_PREFERENCE: preference_commands.undo_preference,
    preferences.FOLLOW_ACTOR: preference_commands.follow_actor,
    preferences.MUTE_ACTOR: preference_commands.mute_actor,
    preferences.CLEAR_ACTOR: preference_commands.unfollow_actor,
    preferences.VOTE: preference_commands.vote,
    story.ALL_STATEMENTS: lookup_commands.open_statements,
    story.MORE: lookup_commands.choose_from_menu,
    EDIT_LINK_DOMAINS: link_previews.open_form,
    story.OPEN_ARTICLE: events.unknown_event,
    answers.LIST_ACTIONS.pause: subscription_commands.list_pause,
    answers.LIST_ACTIONS.resume: subscription_commands.list_resume,
    answers.LIST_ACTIONS.remove: subscription_commands.list_remove,
    answers.UNDO_IN_LIST: subscription_commands.undo_in_list,
    feeds.ADD_FEED: feed_form.open_form,
    feeds.REMOVE_FEED: feed_form.remove,
    POST_PREVIEW: digest_command.post_preview,
    OPEN_SETTINGS: settings_form.open_from_button,
    FIELD: settings_form.update_preview,
}
# Slack asks for a picker's options at each letter.
_OPTIONS_COST_SECONDS = 0.2
_ANYTHING = re.compile("")
# What people of another organization may do in a channel that is shared with them: read what it
# was shown. Typed commands say so for themselves, and so do windows, which open before Slack tells;
# of the others Slack tells, or they show nothing.
_OPEN_TO_OUTSIDERS = frozenset[Listener](
    (
        app_home.app_home_opened,
        events.app_mention,
        events.message,
        digest_command.digest,
        digest_command.run_suggestion,
        lookup_commands.turn_page,
        lookup_commands.open_timeline,
        lookup_commands.open_statements,
        lookup_commands.choose_from_menu,
        settings_form.open_from_button,
        feed_form.open_form,
        link_previews.open_form,
        *SHORTCUTS.values(),
        link_previews.link_shared,
        events.member_joined_channel,
        events.app_uninstalled,
        events.channel_id_changed,
        agent_pane.app_context_changed,
        events.tokens_revoked,
        events.unknown_event,
        events.outdated,
    )
)
# What nobody asked for: where it fails, nobody is told, and the log has it.
UNASKED = frozenset[Listener]((link_previews.link_shared,))
# Buttons of one row that do the same must differ in their ids: in what follows the colon.
WHO_MEANT_BUTTONS = re.compile(rf"{lookup.WHO_MEANT}:.+")
EVENTS: dict[str, Listener] = {
    "app_home_opened": app_home.app_home_opened,
    "app_context_changed": agent_pane.app_context_changed,
    "app_mention": events.app_mention,
    "link_shared": link_previews.link_shared,
    "message": events.message,
    "member_joined_channel": events.member_joined_channel,
    "app_uninstalled": events.app_uninstalled,
    "channel_id_changed": events.channel_id_changed,
    "tokens_revoked": events.tokens_revoked,
}


def register(app: AsyncApp, services: Services) -> None:
    """Register every listener with Bolt."""
    app.command("/digest")(wrap(digest_command.digest, services))
    for action, listener in ACTIONS.items():
        app.action(action)(wrap(listener, services))
    app.action(WHO_MEANT_BUTTONS)(wrap(lookup_commands.turn_page, services))
    app.options(FIELD)(offer_options(services))
    for event, listener in EVENTS.items():
        app.event(event)(wrap(listener, services))
    for shortcut, listener in SHORTCUTS.items():
        app.shortcut(shortcut)(wrap(listener, services))
    app.view(SETTINGS)(wrap(settings_form.save_form, services, settings_form.find_errors))
    app.view(feeds.LOOK_AT_FEED)(wrap(feed_form.look, services, feed_form.find_errors))
    app.view(feeds.SAVE_FEED)(wrap(feed_form.save, services))
    app.view(LINK_DOMAINS)(wrap(link_previews.save_form, services, link_previews.find_errors))
    # What none of these answers: of an earlier or later version.
    for catch_all in (app.action, app.shortcut, app.view):
        catch_all(_ANYTHING)(wrap(events.outdated, services))
    app.event(_ANYTHING)(wrap(events.unknown_event, services))


def wrap(
    listener: Listener, services: Services, check: FormCheck | None = None
) -> Callable[..., Awaitable[None]]:
    """Return what Bolt calls for a listener; what `check` finds is shown in the form instead."""
    name = getattr(listener, "__name__", "")

    async def run(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        if check and (errors := check(body.get("view") or {})):
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        request = read_request(body, context, services)
        services.tasks.start(name, _run(listener, request, name))

    return run


def offer_options(services: Services) -> Callable[..., Awaitable[None]]:
    """Return what Bolt calls for a picker's options, which are the acknowledgement themselves."""

    async def run(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        request, found = read_request(body, context, services), list[str]()

        async def work() -> None:
            request.charge(_OPTIONS_COST_SECONDS)
            found.extend(await pickers.find_options(request))

        failed, _ = await attempt(work(), request, "find_options")
        REQUESTS.labels("find_options", failed or "done").inc()
        await ack(options=picker_options(str(body.get("block_id") or ""), found))

    return run


async def _run(listener: Listener, request: SlackRequest, name: str) -> None:
    """Run it once, however often Slack delivers the request, and answer any failure."""
    outcome = "repeated"
    # The job is a task of its own: what it logs, down to the post, carries Slack's request id.
    structlog.contextvars.bind_contextvars(key=request.request_id)

    async def work() -> None:
        nonlocal outcome
        key = request.request_id
        if not key or await request.store.is_new_event(key, request.now()):
            if not request.is_typed:  # a typed line is charged for where it is read
                request.charge(ORDINARY_COST_SECONDS)
            if listener not in _OPEN_TO_OUTSIDERS:
                await require_inside(request)
            await listener(request)
            outcome = "done"

    failed, failure = await attempt(work(), request, name)
    REQUESTS.labels(name, failed or outcome).inc()
    if failure and listener not in UNASKED:
        await request.answer(failure)


async def attempt(
    work: Awaitable[None], request: SlackRequest, name: str
) -> tuple[str, Message | None]:
    """Do the work; return how it failed, and what to tell the person; "" and None if it did not."""
    try:
        await work
    except UsageError as error:
        run = digest_command.find_runnable(error.hint) if request.is_typed else ""
        return "misunderstood", answers.usage_error_message(error, run=run)
    except NotAllowed as error:
        return "refused", answers.not_allowed_message(error)
    except Exception as error:  # noqa: BLE001 -- here any failure turns into an answer
        return "failed", _report(error, request, name)
    return "", None


def _report(error: Exception, request: SlackRequest, name: str) -> Message:
    """Log the error; return a message of what happened and the log's reference."""
    reference = token_hex(3)
    write = log.warning if isinstance(error, BotError) else log.error
    place = {"team": request.team, "channel": request.channel}
    write("listener failed", listener=name, reference=reference, **place, **log_fields(error))
    problem, to_do = describe_error(error)
    return answers.failure_message(problem, to_do, reference)
