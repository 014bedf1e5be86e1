"""Answers to commands about subscriptions, feeds and the service; each one says what to do next."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks import block_kit as kit
from bot.blocks.preferences import preference_summary
from bot.blocks.settings_form import OPEN_SETTINGS
from bot.blocks.statement import headline_text
from bot.model import ActorPreference, AtOnce, Digest, Feed, Message, Subscription
from bot.model.cadence import describe, next_dues
from bot.model.errors import NotAllowed, UsageError

UNDO_SUBSCRIBE = "undo_subscribe"
UNDO_UNSUBSCRIBE = "undo_unsubscribe"

_MAX_FILTER_WORDS = 6
_MAX_PREVIEW_STORIES = 3
_MAX_QUIET_SOURCES = 5
_MAX_TITLE_CHARS = 100
_MAX_DETAIL_CHARS = 300
_HELP_LINES_PER_SECTION = 10


# --- errors -------------------------------------------------------------------------------------


def usage_error_message(error: UsageError) -> Message:
    """Answer a mistyped command with the nearest line that works."""
    suggestion = f"Did you mean {kit.code(error.hint)}?" if error.hint else ""
    hint = "`/digest help` shows every command."
    return kit.compose_message(_escape_with_code(error.problem), suggestion, hint=hint)


def not_allowed_message(error: NotAllowed) -> Message:
    """Say who may do this, and what the person can do; `error.problem` is markup already."""
    cure = _escape_with_code(error.cure)
    return kit.compose_message(f":no_entry: {error.problem}", cure, hint="Nothing was changed.")


def failure_message(problem: str, cure: str, reference: str) -> Message:
    """Say what failed, what to do, and the reference to look it up by in the log."""
    hint = f"Reference {kit.code(reference)}"
    return kit.compose_message(
        f":warning: {kit.escape(problem)}", _escape_with_code(cure), hint=hint
    )


def digests_stopped_message(channel: str, reason: str) -> Message:
    """Tell the subscriber that a channel's digests stopped; `reason` also says what to do."""
    problem = f":warning: The digests of {channel_label(channel)} have stopped."
    return kit.compose_message(problem, _escape_with_code(reason))


def _escape_with_code(text: str) -> str:
    """Escape a sentence, and show what it has in backticks as code."""
    parts = enumerate(text.split("`"))
    return "".join(kit.code(part) if odd % 2 else kit.escape(part) for odd, part in parts)


# --- help ---------------------------------------------------------------------------------------


def command_list(commands: Sequence[tuple[str, str]]) -> Message:
    """List every command: how it is typed, and what it does."""
    lines = [f"{kit.command(usage)}  {_escape_with_code(meaning)}" for usage, meaning in commands]
    size = _HELP_LINES_PER_SECTION
    paragraphs = ["\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    return kit.compose_message(
        "*Dateline tells you who said what in the news, word for word.*",
        *paragraphs,
        hint="`/digest help subscribe` tells more about one command.",
    )


def command_help(usage: str, meaning: str, examples: Sequence[str]) -> Message:
    """Explain one command with lines that work."""
    lines = "\n".join(map(kit.command, examples))
    return kit.compose_message(
        f"{kit.command(usage)}\n{_escape_with_code(meaning)}",
        f"For example:\n{lines}",
        hint="`/digest help` shows the rest.",
    )


def channel_welcome(channel: str) -> Message:
    """Say how to begin, in a channel that the bot was invited to."""
    return kit.compose_message(
        "*Hello, I am Dateline.* I read the news that lands here and tell who said what, "
        "word for word.",
        "`/digest subscribe` gives this channel a digest each weekday at 08:30, "
        "`/digest` shows you one now, and `/digest who NAME` what somebody said lately.",
        buttons=(kit.button("Set up a digest here", OPEN_SETTINGS, channel, primary=True),),
        hint=f"`/digest help` shows every command. This is <#{channel}>; its digest is its own.",
    )


def workspace_welcome() -> Message:
    """Say how to begin, to the person who installed the app."""
    return kit.compose_message(
        "*Dateline is here.* It reads the news that it is given and tells who said what, "
        "word for word.",
        "In the channel that wants a digest, type `/invite @Dateline`, then "
        "`/digest subscribe`: each weekday at 08:30, or as you say. "
        "`/digest feeds add URL` adds a source for this workspace alone.",
        hint="Here, in our direct messages, commands work without `/digest`: try `help`.",
    )


# --- subscriptions ------------------------------------------------------------------------------


def subscribed_message(
    subscription: Subscription, now: datetime, undo: str, *, notes: Sequence[str] = ()
) -> Message:
    """Say the schedule and the next two times; `undo` is the value of the button that undoes it."""
    return kit.compose_message(
        f"{_digest_terms(subscription)}.",
        _next_times(subscription, now),
        *notes,
        buttons=(kit.button("Undo", UNDO_SUBSCRIBE, undo),),
        hint="`/digest` shows one now. `/digest help subscribe` tells what else can be set.",
    )


def preview_lines(subscription: Subscription, digest: Digest, now: datetime) -> list[str]:
    """Say what saving a form would bring: the schedule, the next times, a digest's stories now."""
    lines = [
        f"• {kit.escape(kit.shorten(headline_text(entry.headline), 120))}"
        for entry in digest.entries[:_MAX_PREVIEW_STORIES]
    ]
    if (more := len(digest.entries) - len(lines)) > 0:
        lines.append(f"… and {more} more")
    stories = "\n".join(["*Now it would hold*", *lines])
    nothing = "*Now it would hold* nothing: no story of the last days fits."
    return [
        f"{_digest_terms(subscription)}.\n{_next_times(subscription, now)}",
        stories if lines else nothing,
    ]


def preview_errors(errors: Mapping[str, str]) -> str:
    """Say what is wrong in a form, by field."""
    return "\n".join(f":warning: {kit.escape(problem)}" for problem in errors.values())


def unsubscribed_message(subscription: Subscription, undo: str) -> Message:
    """Say what ended, and offer it back; `undo` is the button's value."""
    ended = _terms(subscription)
    return kit.compose_message(
        f"{_channel_gets(subscription.channel)} no more digests. It was {ended}.",
        buttons=(kit.button("Undo", UNDO_UNSUBSCRIBE, undo),),
        hint="`/digest` still shows one whenever you like.",
    )


def undone_message(subscription: Subscription | None, now: datetime) -> Message:
    """Say what a channel gets after an Undo."""
    if subscription is None:
        hint = "`/digest subscribe` makes one."
        return kit.compose_message("Undone: there is no subscription here.", hint=hint)
    next_times = "" if subscription.paused else _next_times(subscription, now)
    return kit.compose_message(f"Undone: {_digest_terms(subscription)}.", next_times)


def paused_message(subscription: Subscription) -> Message:
    """Say that nothing comes until the subscription is resumed."""
    gets = _channel_gets(subscription.channel)
    return kit.compose_message(
        f"Paused: {gets} nothing until you resume. The settings are kept.",
        hint="`/digest resume` goes on.",
    )


def resumed_message(subscription: Subscription, now: datetime) -> Message:
    """Say when the next digests come."""
    return kit.compose_message(
        f"Resumed: {_digest_terms(subscription)}.",
        _next_times(subscription, now),
        hint="`/digest pause` stops it again.",
    )


def subscription_list(subscriptions: Sequence[Subscription], *, more: bool = False) -> Message:
    """List subscriptions: where, when, about what, the outcome of the last digest."""
    if not subscriptions:
        hint = "`/digest subscribe` begins, in any channel."
        return kit.compose_message("Nothing is subscribed here yet.", hint=hint)
    paragraphs = [subscription_markup(subscription) for subscription in subscriptions]
    blocks, left_out = kit.fit_groups([kit.section(paragraph)] for paragraph in paragraphs)
    if left_out or more:
        blocks.append(kit.section("… and more: my App Home has all of them, page by page."))
    hint = "In its channel: `/digest subscribe` changes one, `/digest unsubscribe` ends it."
    return Message(kit.fallback_text(paragraphs), (*blocks, kit.context(hint)))


def subscription_markup(subscription: Subscription, *, home: bool = False) -> str:
    """Describe a subscription in a paragraph of markup; in App Home a button resumes it."""
    lines = [f"{channel_label(subscription.channel)}: {_terms(subscription)}"]
    if subscription.paused and home:
        lines.append(":double_vertical_bar: Paused.")
    elif subscription.paused:
        lines.append("Paused; `/digest resume` goes on.")
    elif subscription.next_due and not isinstance(subscription.cadence, AtOnce):
        lines.append(f"Next: {kit.format_time(subscription.next_due, subscription.zone)}")
    if subscription.last_result:
        lines.append(f"Last: {_detail(subscription.last_result)}")
    return "\n".join(lines)


def channel_label(channel: str) -> str:
    """Name a channel, or somebody's direct messages."""
    return "Your direct messages" if channel.startswith("D") else f"<#{channel}>"


def schedule_markup(subscription: Subscription) -> str:
    """Say when digests come, and how many stories they hold at most."""
    schedule = kit.escape(describe(subscription.cadence, subscription.zone))
    return f"{schedule}, at most {kit.count_noun(subscription.top, 'story')}"


def _digest_terms(subscription: Subscription) -> str:
    return f"{_channel_gets(subscription.channel)} a digest {_terms(subscription)}"


def _channel_gets(channel: str) -> str:
    return f"{channel_label(channel)} {'get' if channel.startswith('D') else 'gets'}"


def _terms(subscription: Subscription) -> str:
    """Say when, about what and from where: "*…* about “a” or “b”, not “sport”, from “Reuters”"."""
    filters = {
        "about": subscription.topics,
        "not": subscription.excluded,
        "from": subscription.sources,
        "not from": subscription.excluded_sources,
    }
    parts = [f"{label} {_join_with_or(words)}" for label, words in filters.items() if words]
    return " ".join(filter(None, (f"*{schedule_markup(subscription)}*", ", ".join(parts))))


def _join_with_or(words: Sequence[str]) -> str:
    quoted = [f"“{kit.escape(word)}”" for word in words[:_MAX_FILTER_WORDS]]
    if (more := len(words) - len(quoted)) > 0:
        quoted.append(f"{more} more")
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _next_times(subscription: Subscription, now: datetime) -> str:
    if isinstance(subscription.cadence, AtOnce):
        return "Next: as soon as a story comes."
    dues = next_dues(subscription.cadence, subscription.zone, now, 2)
    first, second = (kit.format_time(due, subscription.zone) for due in dues)
    return f"Next: {first}, then {second}."


# --- progress ---------------------------------------------------------------------------------


def in_progress_message(work: str, *, note: str = " The answer comes below.") -> Message:
    """Say that long work has begun; after a command this stays above the answer."""
    return kit.compose_message(f":hourglass_flowing_sand: {kit.escape(work)} …{note}")


def posted_message(channel: str) -> Message:
    """Say that what was asked for was posted in the channel."""
    return kit.compose_message(f"Posted in {channel_label(channel)}.")


# --- feeds --------------------------------------------------------------------------------------


def feed_list(feeds: Sequence[Feed], shared: int) -> Message:
    """List a workspace's own feeds by number, and count those of the operator."""
    lines = [_feed_line(feed) for feed in feeds] or ["This workspace has added no feed of its own."]
    blocks, left_out = kit.fit_groups([kit.section(line)] for line in lines)
    if left_out:
        blocks.append(kit.section(f"… and {left_out} more."))
    if shared:
        feeds_shared = kit.count_noun(shared, "feed")
        blocks.append(kit.section(f"Everybody here also reads {feeds_shared} of the operator's."))
    hint = "`/digest feeds add URL` adds one, `/digest feeds remove N` removes it."
    return Message(kit.fallback_text(lines), (*blocks, kit.context(hint)))


def _feed_line(feed: Feed) -> str:
    name = f"{_title(feed.title)} — " if feed.title else ""
    line = f"*{feed.id}* {name}{_feed_url(feed)}"
    trouble = _detail(feed.last_error or "")
    if feed.next_check is None:
        return f"{line}\nStopped: {trouble or 'its address is gone'}"
    return f"{line}\nTrouble: {trouble}" if trouble else line


def feed_added_message(feed: Feed) -> Message:
    """Say that the feed is read from now on, and how to take it back."""
    hint = (
        f"Its articles reach this workspace only. `/digest feeds remove {feed.id}` takes it back."
    )
    text = f"Added feed *{feed.id}*: {_title(feed.title or '')} {_feed_url(feed)}"
    return kit.compose_message(text, hint=hint)


def feed_removed_message(number: int) -> Message:
    """Say that a feed is gone."""
    hint = "`/digest feeds` shows the rest."
    return kit.compose_message(f"Removed feed {number}. Articles that it brought stay.", hint=hint)


def feed_broken_message(feed: Feed) -> Message:
    """Tell a channel once that a feed it added has broken, why, and what can be done."""
    name = f"*{_title(feed.title)}*" if feed.title else f"Feed *{feed.id}*"
    reason = _detail(feed.last_error or "no reason was given")
    remove = f"`/digest feeds remove {feed.id}`"
    if feed.next_check is None:
        problem = f"{name} has ended: {reason}. Dateline asks it no more; its articles stay."
        cure = f"{remove} takes it off the list."
    else:
        problem = f"{name} could not be read {feed.failures} times in a row: {reason}."
        cure = (
            "Dateline goes on trying, ever more seldom, and takes up again when it can. "
            f"{remove} ends that."
        )
    return kit.compose_message(
        f":warning: {problem}\n{_feed_url(feed)}",
        f"If it has moved, add the new address: `/digest feeds add URL`. {cure}",
        hint="This is said once.",
    )


# --- the state of the service -------------------------------------------------------------------


def status_message(
    *,
    subscriptions: int,
    paused: int,
    stories: int,
    articles: int,
    latest: str,
    embargoed: int,
    quiet_sources: Sequence[tuple[str, str]] = (),
    preferences: Sequence[ActorPreference] = (),
) -> Message:
    """Say how the service does, in a few lines.

    `embargoed` counts articles under embargo; `quiet_sources` should have brought something, each
    with the time of its last; `preferences` are the channel's.
    """
    paused_part = f", {paused} of them paused" if paused else ""
    embargo = f"{kit.count_noun(embargoed, 'article')} under embargo, held until their hour."
    names = [
        f"*{_title(name)}* (last {since})" for name, since in quiet_sources[:_MAX_QUIET_SOURCES]
    ]
    more = len(quiet_sources) - len(names)
    silent = ", ".join(names) + (f" and {more} more" if more else "")
    return kit.compose_message(
        f"*{kit.count_noun(subscriptions, 'subscription')}*{paused_part} in this workspace.",
        f"*{kit.count_noun(stories, 'story')}* with {kit.count_noun(articles, 'article')} "
        f"in the last 24 hours; {latest}.",
        embargo if embargoed else "",
        f"Quiet for longer than is their habit: {silent}." if silent else "",
        preference_summary(preferences),
        hint="`/digest list` shows the subscriptions, `/digest feeds` the feeds.",
    )


# --- parts --------------------------------------------------------------------------------------


def _title(title: str) -> str:
    return kit.escape(kit.shorten(title, _MAX_TITLE_CHARS))


def _detail(text: str) -> str:
    return kit.escape(kit.shorten(text, _MAX_DETAIL_CHARS))


def _feed_url(feed: Feed) -> str:
    return kit.code(kit.shorten(feed.url, _MAX_DETAIL_CHARS))
