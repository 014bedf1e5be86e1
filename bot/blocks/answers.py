"""Answers to commands about subscriptions, feeds and the service; each one says what to do next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.preferences import preference_summary
from bot.blocks.settings_form import ANYWHERE, OPEN_SETTINGS
from bot.blocks.statement import headline_text
from bot.model import ActorPreference, AtOnce, Block, Digest, IntakeCounts, Message, Subscription
from bot.model.batches import batched
from bot.model.cadence import describe, next_dues
from bot.model.errors import NotAllowed, UsageError
from bot.model.stories import WithheldFile

# The button of a suggested line; its value is the line.
RUN_LINE = "run_line"
_MAX_BUTTON_CHARS = 70
UNDO_SUBSCRIBE = "undo_subscribe"
UNDO_UNSUBSCRIBE = "undo_unsubscribe"
UNDO_IN_LIST = "undo_in_list"


class SubscriptionActions(NamedTuple):
    """The action_ids of the buttons below a subscription, where they stand."""

    pause: str
    resume: str
    remove: str


LIST_ACTIONS = SubscriptionActions("list_pause", "list_resume", "list_remove")

_MAX_FILTER_WORDS = 6
_MAX_PREVIEW_STORIES = 3
_MAX_NAMES = 5
_MAX_TITLE_CHARS = 100
_MAX_DETAIL_CHARS = 300
_HELP_LINES_PER_SECTION = 10


def usage_error_message(error: UsageError, *, run: str = "") -> Message:
    """Answer a mistyped command with the nearest line that works; a button runs `run`."""
    suggestion = messages.text("did_you_mean", line=kit.code(error.hint)) if error.hint else ""
    label = kit.shorten(run, _MAX_BUTTON_CHARS)
    buttons = (kit.button("run_line", RUN_LINE, run, line=label),) if run else ()
    problem = escape_with_code(error.problem)
    return kit.compose("usage_error", suggestion, buttons=buttons, problem=problem)


def not_allowed_message(error: NotAllowed) -> Message:
    """Say who may do this, and what the person can do; `error.problem` is markup already."""
    return kit.compose("not_allowed", problem=error.problem, cure=escape_with_code(error.cure))


def failure_message(problem: str, cure: str, reference: str) -> Message:
    """Say what failed, what to do, and the reference to look it up by in the log."""
    problem, cure = kit.escape(problem), escape_with_code(cure)
    return kit.compose("failure", problem=problem, cure=cure, reference=kit.code(reference))


def digests_stopped_message(channel: str, reason: str) -> Message:
    """Tell the subscriber that a channel's digests stopped; `reason` also says what to do."""
    label, reason = channel_label(channel), escape_with_code(reason)
    return kit.compose("digests_stopped", channel=label, reason=reason)


def escape_with_code(text: str) -> str:
    """Escape a sentence, and show what it has in backticks as code."""
    parts = enumerate(text.split("`"))
    return "".join(kit.code(part) if odd % 2 else kit.escape(part) for odd, part in parts)


def essentials(commands: Sequence[tuple[str, str]]) -> Message:
    """List what most people need: lines to type, and what each does; a button runs `help more`."""
    more = kit.button("all_commands", RUN_LINE, "/digest help more")
    return kit.compose("essentials", "\n".join(help_lines(commands)), buttons=(more,))


def command_list(commands: Sequence[tuple[str, str]]) -> Message:
    """List every command: how it is typed, and what it does."""
    sections = batched(help_lines(commands), _HELP_LINES_PER_SECTION)
    return kit.compose("command_list", *map("\n".join, sections))


def help_lines(commands: Sequence[tuple[str, str]]) -> list[str]:
    """Return a line of markup for each command: what to type, and what it does."""
    return [f"{kit.command(line)}  {escape_with_code(meaning)}" for line, meaning in commands]


def command_help(usage: str, meaning: str, examples: Sequence[str]) -> Message:
    """Explain one command with lines that work."""
    usage, meaning = kit.command(usage), escape_with_code(meaning)
    lines = "\n".join(map(kit.command, examples))
    return kit.compose("command_help", usage=usage, meaning=meaning, examples=lines)


def channel_welcome(channel: str) -> Message:
    """Say in three steps how to begin, in a channel that the bot was invited to."""
    see = kit.button("see_news", RUN_LINE, "/digest")
    set_up = kit.button("set_up_here", OPEN_SETTINGS, channel, primary=True)
    return kit.compose("channel_welcome", buttons=(set_up, see), channel=channel)


def direct_welcome() -> Message:
    """Say in three steps how to begin, to a person who opens our direct messages first."""
    see = kit.button("see_news", RUN_LINE, "/digest")
    new = kit.button("new_digest", OPEN_SETTINGS, ANYWHERE, primary=True)
    return kit.compose("direct_welcome", buttons=(see, new))


def workspace_welcome() -> Message:
    """Say how to begin, to the person who installed the app."""
    return kit.compose("workspace_welcome")


def subscribed_message(
    subscription: Subscription, now: datetime, undo: str, *, notes: Sequence[str] = ()
) -> Message:
    """Say the schedule and the next two times; `undo` is the value of the button that undoes it."""
    button = kit.button("undo", UNDO_SUBSCRIBE, undo)
    terms, times = _digest_terms(subscription), _next_times(subscription, now)
    return kit.compose("subscribed", *notes, buttons=(button,), terms=terms, times=times)


def preview_lines(subscription: Subscription, digest: Digest, now: datetime) -> list[str]:
    """Say what saving a form would bring: the schedule, the next times, a digest's stories now."""
    headlines = (headline_text(entry.headline) for entry in digest.entries[:_MAX_PREVIEW_STORIES])
    lines = [f"• {kit.escape(kit.shorten(headline, 120))}" for headline in headlines]
    if (more := len(digest.entries) - len(lines)) > 0:
        lines.append(messages.text("and_more", count=more))
    title = messages.text("would_hold" if lines else "would_hold_nothing")
    terms, times = _digest_terms(subscription), _next_times(subscription, now)
    schedule = messages.text("form_preview", terms=terms, times=times)
    return [schedule, "\n".join([title, *lines])]


def preview_errors(errors: Mapping[str, str]) -> str:
    """Say what is wrong in a form, by field."""
    return "\n".join(f":warning: {kit.escape(problem)}" for problem in errors.values())


def unsubscribed_message(subscription: Subscription, undo: str) -> Message:
    """Say what ended, and offer it back; `undo` is the button's value."""
    button = kit.button("undo", UNDO_UNSUBSCRIBE, undo)
    gets, terms = _channel_gets(subscription.channel), _terms(subscription)
    return kit.compose("unsubscribed", buttons=(button,), channel_gets=gets, terms=terms)


def undone_message(subscription: Subscription | None, now: datetime) -> Message:
    """Say what a channel gets after an Undo."""
    if subscription is None:
        return kit.compose("undone_to_none")
    times = "" if subscription.paused else _next_times(subscription, now)
    return kit.compose("undone", terms=_digest_terms(subscription), times=times)


def paused_message(subscription: Subscription) -> Message:
    """Say that nothing comes until the subscription is resumed."""
    return kit.compose("paused", channel_gets=_channel_gets(subscription.channel))


def resumed_message(subscription: Subscription, now: datetime) -> Message:
    """Say when the next digests come."""
    terms, times = _digest_terms(subscription), _next_times(subscription, now)
    return kit.compose("resumed", terms=terms, times=times)


def subscription_list(
    subscriptions: Sequence[Subscription], *, more: bool = False, notice: str = "", undo: str = ""
) -> Message:
    """List subscriptions: where, when, about what, the outcome of the last digest, with buttons.

    `notice` says in markup what was just done; `undo` is the value of the button that undoes it.
    """
    button = kit.button("undo", UNDO_IN_LIST, undo) if undo else None
    head: list[Block] = [kit.section(notice, button), kit.divider()] if notice else []
    new = kit.actions(kit.button("new_digest", OPEN_SETTINGS, ANYWHERE))
    if not subscriptions:
        message = kit.compose("no_subscriptions")
        return Message(message.text, (*head, *message.blocks, new))
    paragraphs = [subscription_markup(subscription) for subscription in subscriptions]
    blocks, left_out = kit.fit_groups(
        [kit.section(paragraph), subscription_buttons(each, each.channel, LIST_ACTIONS)]
        for paragraph, each in zip(paragraphs, subscriptions, strict=True)
    )
    see_home, hint = messages.pair("subscription_list")
    if left_out or more:
        blocks.append(kit.section(see_home))
    text = kit.fallback_text(filter(None, (notice, *paragraphs)))
    return Message(text, (*head, *blocks, new, kit.context(hint)))


def subscription_buttons(
    subscription: Subscription, value: str, actions: SubscriptionActions, *more: Block
) -> Block:
    """Return the row of buttons below a subscription: Edit, Pause or Resume, `more`, Remove."""
    pause = kit.button("pause", actions.pause, value)
    if subscription.paused:
        pause = kit.button("resume", actions.resume, value, primary=True)
    is_direct = subscription.channel.startswith("D")
    text = "remove_direct" if is_direct else "remove_channel"
    return kit.actions(
        kit.button("edit", OPEN_SETTINGS, subscription.channel),
        pause,
        *more,
        kit.remove_button(actions.remove, value, title="remove_title", text=text),
    )


def subscription_markup(subscription: Subscription) -> str:
    """Describe a subscription in a paragraph of markup."""
    lines = [f"{channel_label(subscription.channel)}: {_terms(subscription)}"]
    if subscription.paused:
        lines.append(messages.text("is_paused"))
    elif subscription.next_due and not isinstance(subscription.cadence, AtOnce):
        time = kit.format_time(subscription.next_due, subscription.zone)
        lines.append(messages.text("next_time", time=time))
    if subscription.last_result:
        result = escape_with_code(kit.shorten(subscription.last_result, _MAX_DETAIL_CHARS))
        lines.append(messages.text("last_result", result=result))
    return "\n".join(lines)


def channel_label(channel: str) -> str:
    """Name a channel, or somebody's direct messages."""
    return messages.text("direct_messages") if channel.startswith("D") else f"<#{channel}>"


def schedule_markup(subscription: Subscription) -> str:
    """Say when digests come, and how many stories they hold at most."""
    schedule = kit.escape(describe(subscription.cadence, subscription.zone))
    stories = messages.count("story", subscription.top)
    return messages.text("schedule", schedule=schedule, stories=stories)


def _digest_terms(subscription: Subscription) -> str:
    gets, terms = _channel_gets(subscription.channel), _terms(subscription)
    return messages.text("digest_terms", channel_gets=gets, terms=terms)


def _channel_gets(channel: str) -> str:
    key = "direct_messages_get" if channel.startswith("D") else "channel_gets"
    return messages.text(key, channel=channel_label(channel))


def _terms(subscription: Subscription) -> str:
    """Say when, about what and from where: "*…* about “a” or “b”, not “sport”, from “Reuters”"."""
    filters = {
        "about": subscription.topics,
        "not_about": subscription.excluded,
        "only_from": subscription.sources,
        "not_from": subscription.excluded_sources,
    }
    parts = [messages.text(key, words=_join_with_or(ws)) for key, ws in filters.items() if ws]
    return " ".join(filter(None, (f"*{schedule_markup(subscription)}*", ", ".join(parts))))


def _join_with_or(words: Sequence[str]) -> str:
    quoted = [f"“{kit.escape(word)}”" for word in words[:_MAX_FILTER_WORDS]]
    if (more := len(words) - len(quoted)) > 0:
        quoted.append(messages.text("more", count=more))
    return messages.join("or_between", quoted)


def _next_times(subscription: Subscription, now: datetime) -> str:
    if isinstance(subscription.cadence, AtOnce):
        return messages.text("next_at_once")
    dues = next_dues(subscription.cadence, subscription.zone, now, 2)
    first, second = (kit.format_time(due, subscription.zone) for due in dues)
    return messages.text("next_times", first=first, second=second)


def in_progress_message(work: str) -> Message:
    """Say that long work has begun, where its result will stand."""
    return kit.compose("in_progress", work=kit.escape(work))


def posted_message(channel: str) -> Message:
    """Say that what was asked for was posted in the channel."""
    return kit.compose("posted", channel=channel_label(channel))


def status_message(
    subscriptions: Sequence[Subscription],
    intake: IntakeCounts,
    now: datetime,
    *,
    embargoed: int,
    withheld: Sequence[WithheldFile] = (),
    quiet_sources: Sequence[tuple[str, datetime]] = (),
    preferences: Sequence[ActorPreference] = (),
) -> Message:
    """Say how the service does, in a few lines.

    `embargoed` counts articles under embargo; `withheld` are files and feeds with texts that wait
    for somebody; `quiet_sources` should have brought something, each with the time of its last;
    `preferences` are the channel's.
    """
    quiet = [
        messages.text("quiet_source", name=_title(name), since=kit.age_markup(since, now))
        for name, since in quiet_sources
    ]
    silent = messages.list_first("and_more_names", quiet, _MAX_NAMES)
    held_back = messages.list_first(
        "and_more_names", [f"*{_title(file.name)}*" for file in withheld], _MAX_NAMES
    )
    texts = messages.count("withheld_text", sum(file.texts for file in withheld))
    latest = messages.text("nothing_came")
    if intake.latest:
        latest = messages.text("last_came", age=kit.age_markup(intake.latest, now))
    held = messages.count("article", embargoed)
    paused = sum(subscription.paused for subscription in subscriptions)
    return kit.compose(
        "status",
        messages.text("embargoed", articles=held) if embargoed else "",
        messages.text("withheld", texts=texts, names=held_back) if withheld else "",
        messages.text("quiet_sources", names=silent) if silent else "",
        preference_summary(preferences),
        subscriptions=messages.count("subscription", len(subscriptions)),
        paused=messages.text("paused_part", count=paused) if paused else "",
        stories=messages.count("story", intake.stories),
        articles=messages.count("article", intake.articles),
        latest=latest,
    )


def _title(title: str) -> str:
    return kit.name_markup(title, _MAX_TITLE_CHARS)
