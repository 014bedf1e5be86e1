"""What the commands about subscriptions, feeds and the state of things answer; each says what to do next."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.block_kit import (
    age_markup,
    button,
    code,
    compose_message,
    context,
    escape,
    fallback_text,
    fit_groups,
    format_time,
    section,
    shorten,
)
from bot.blocks.preferences import preference_summary
from bot.blocks.settings_form import OPEN_SETTINGS
from bot.blocks.statement import headline_text
from bot.model import (
    ActorPreference,
    AtOnce,
    Block,
    Delivery,
    DeliveryState,
    Digest,
    Feed,
    Message,
    Subscription,
)
from bot.model.cadence import describe, next_dues
from bot.model.errors import NotAllowed, UsageError

UNDO_SUBSCRIBE = "undo_subscribe"
UNDO_UNSUBSCRIBE = "undo_unsubscribe"
POST_ANYWAY = "post_anyway"

_MAX_FILTER_WORDS = 6
_MAX_PREVIEW_STORIES = 3
_MAX_QUIET_SOURCES = 5


# --- when something went wrong ------------------------------------------------------------------


def usage_error_message(error: UsageError) -> Message:
    """Answer a mistake with the nearest line that works."""
    hint = f"Did you mean {code(error.hint)}?" if error.hint else ""
    return compose_message(
        _escape_with_code(error.problem), hint, hint=f"{code('/digest help')} shows every command."
    )


def not_allowed_message(error: NotAllowed) -> Message:
    """Say that this person may not, who may, and what they can do; the problem is our own markup."""
    return compose_message(
        f":no_entry: {error.problem}", _escape_with_code(error.cure), hint="Nothing was changed."
    )


def failure_message(problem: str, to_do: str, reference: str) -> Message:
    """Say what failed, what to do, and the reference to look it up by in the log."""
    return compose_message(
        f":warning: {escape(problem)}",
        _escape_with_code(to_do),
        hint=f"Reference {code(reference)}",
    )


def digests_stopped_message(channel: str, why: str) -> Message:
    """Tell who subscribed that a channel's digests stopped, and the cure; `why` names both."""
    return compose_message(
        f":warning: The digests of {channel_label(channel)} have stopped.", _escape_with_code(why)
    )


def _escape_with_code(text: str) -> str:
    """Escape a sentence, and show what it has in backticks as code."""
    return "".join(
        code(part) if odd % 2 else escape(part) for odd, part in enumerate(text.split("`"))
    )


# --- help ---------------------------------------------------------------------------------------


def command_list(commands: Sequence[tuple[str, str]]) -> Message:
    """List every command: how it is typed, and what it does."""
    lines = [
        f"{code(f'/digest {usage}'.strip())}  {_escape_with_code(meaning)}"
        for usage, meaning in commands
    ]
    opening = "*Dateline tells you who said what in the news, word for word.*"
    parts = ["\n".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
    return compose_message(
        opening, *parts, hint=f"{code('/digest help subscribe')} tells more about one command."
    )


def command_help(usage: str, meaning: str, examples: Sequence[str]) -> Message:
    """Explain one command with lines that work."""
    shown = "\n".join(code(f"/digest {line}".strip()) for line in examples)
    typed = code(f"/digest {usage}".strip())
    return compose_message(
        f"{typed}\n{_escape_with_code(meaning)}",
        f"For example:\n{shown}",
        hint=f"{code('/digest help')} shows the rest.",
    )


def channel_welcome(channel: str) -> Message:
    """Say how to begin, in a channel that we were invited to."""
    return compose_message(
        "*Hello, I am Dateline.* I read the news that lands here and tell who said what, word for word.",
        f"{code('/digest subscribe')} gives this channel a digest each weekday at 08:30, {code('/digest')} shows "
        f"you one now, and {code('/digest who NAME')} what somebody said lately.",
        buttons=(button("Set up a digest here", OPEN_SETTINGS, channel, primary=True),),
        hint=f"{code('/digest help')} shows every command. This is <#{channel}>; its digest is its own.",
    )


def workspace_welcome() -> Message:
    """Say how to begin, to the person who added us."""
    return compose_message(
        "*Dateline is here.* It reads the news that it is given and tells who said what, word for word.",
        f"In the channel that wants a digest, type {code('/invite @Dateline')}, then {code('/digest subscribe')}: each "
        f"weekday at 08:30, or as you say. {code('/digest feeds add URL')} adds a source for this workspace alone.",
        hint=f"Here, in our direct messages, commands work without {code('/digest')}: try {code('help')}.",
    )


# --- subscriptions ------------------------------------------------------------------------------


def subscribed_message(
    subscription: Subscription, now: datetime, undo: str, *, notes: Sequence[str] = ()
) -> Message:
    """Say the schedule in words, the next two times, and how to take it back."""
    return compose_message(
        f"{_digest_terms(subscription)}.",
        _next_times(subscription, now),
        *notes,
        buttons=(button("Undo", UNDO_SUBSCRIBE, undo),),
        hint=f"{code('/digest')} shows one now. {code('/digest help subscribe')} tells what else can be set.",
    )


def preview_lines(wanted: Subscription, digest: Digest, now: datetime) -> list[str]:
    """Say what saving a form would bring: the schedule, the next times, what a digest would hold now."""
    shown = [
        f"• {escape(shorten(headline_text(entry.headline), 120))}"
        for entry in digest.entries[:_MAX_PREVIEW_STORIES]
    ]
    more = len(digest.entries) - len(shown)
    held = "\n".join([*shown, *([f"… and {more} more"] if more > 0 else [])])
    return [
        f"{_digest_terms(wanted)}.\n{_next_times(wanted, now)}",
        f"*Now it would hold*\n{held}"
        if held
        else "*Now it would hold* nothing: no story of the last days fits.",
    ]


def preview_errors(wrong: Mapping[str, str]) -> str:
    """Say what stands in the way of saving a form."""
    return "\n".join(f":warning: {escape(problem)}" for problem in wrong.values())


def unsubscribed_message(subscription: Subscription, undo: str) -> Message:
    """Say what ended, and offer it back."""
    return compose_message(
        f"{_channel_gets(subscription.channel)} no more digests. It was *{schedule_markup(subscription)}*{_filters_markup(subscription)}.",
        buttons=(button("Undo", UNDO_UNSUBSCRIBE, undo),),
        hint=f"{code('/digest')} still shows one whenever you like.",
    )


def undone_message(subscription: Subscription | None, now: datetime) -> Message:
    """Say what stands after an Undo."""
    if subscription is None:
        return compose_message(
            "Undone: there is no subscription here.", hint=f"{code('/digest subscribe')} makes one."
        )
    standing = f"Undone: {_digest_terms(subscription)}."
    return compose_message(standing, "" if subscription.paused else _next_times(subscription, now))


def paused_message(subscription: Subscription) -> Message:
    """Say that nothing comes until it is resumed."""
    return compose_message(
        f"Paused: {_channel_gets(subscription.channel)} nothing until you resume. The settings are kept.",
        hint=f"{code('/digest resume')} goes on.",
    )


def resumed_message(subscription: Subscription, now: datetime) -> Message:
    """Say when the next digests come."""
    return compose_message(
        f"Resumed: {_digest_terms(subscription)}.",
        _next_times(subscription, now),
        hint=f"{code('/digest pause')} stops it again.",
    )


def subscription_list(subscriptions: Sequence[Subscription], *, more: bool = False) -> Message:
    """List subscriptions: where, when, about what, what became of the last."""
    if not subscriptions:
        return compose_message(
            "Nothing is subscribed here yet.",
            hint=f"{code('/digest subscribe')} begins, in any channel.",
        )
    told = [subscription_markup(subscription) for subscription in subscriptions]
    blocks, left = fit_groups([section(paragraph)] for paragraph in told)
    if left or more:
        blocks.append(section("… and more: my App Home has all of them, page by page."))
    hint = f"In its channel: {code('/digest subscribe')} changes one, {code('/digest unsubscribe')} ends it."
    return Message(fallback_text(told), (*blocks, context(hint)))


def subscription_markup(subscription: Subscription, *, home: bool = False) -> str:
    """Say one subscription in a paragraph of markup; in App Home a button resumes it."""
    lines = [
        f"{channel_label(subscription.channel)}: *{schedule_markup(subscription)}*{_filters_markup(subscription)}"
    ]
    if subscription.paused:
        lines.append(
            ":double_vertical_bar: Paused."
            if home
            else f"Paused; {code('/digest resume')} goes on."
        )
    elif subscription.next_due and not isinstance(subscription.cadence, AtOnce):
        lines.append(f"Next: {format_time(subscription.next_due, subscription.zone)}")
    if subscription.last_result:
        lines.append(f"Last: {escape(shorten(subscription.last_result, 300))}")
    return "\n".join(lines)


def channel_label(channel: str) -> str:
    """Name a channel, or somebody's direct messages."""
    return "Your direct messages" if channel.startswith("D") else f"<#{channel}>"


def schedule_markup(subscription: Subscription) -> str:
    """Say when, and how many stories at the most."""
    return f"{escape(describe(subscription.cadence, subscription.zone))}, at most {_count(subscription.top, 'story')}"


def _digest_terms(subscription: Subscription) -> str:
    return f"{_channel_gets(subscription.channel)} a digest *{schedule_markup(subscription)}*{_filters_markup(subscription)}"


def _channel_gets(channel: str) -> str:
    return f"{channel_label(channel)} {'get' if channel.startswith('D') else 'gets'}"


def _filters_markup(subscription: Subscription) -> str:
    """Say what it is about, what is left out, and from whom: " about “a” or “b”, not “sport”, from “Reuters”"."""
    told = (
        ("about", subscription.topics),
        ("not", subscription.excluded),
        ("from", subscription.sources),
        ("not from", subscription.excluded_sources),
    )
    parts = [f"{word} {_join_with_or(_quote_some(words))}" for word, words in told if words]
    return f" {', '.join(parts)}" if parts else ""


def _quote_some(words: Sequence[str]) -> list[str]:
    shown = [f"“{escape(word)}”" for word in words[:_MAX_FILTER_WORDS]]
    more = len(words) - len(shown)
    return [*shown, f"{more} more"] if more > 0 else shown


def _join_with_or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _next_times(subscription: Subscription, now: datetime) -> str:
    if isinstance(subscription.cadence, AtOnce):
        return "Next: as soon as a story comes."
    first, second = next_dues(subscription.cadence, subscription.zone, now, 2)
    return f"Next: {format_time(first, subscription.zone)}, then {format_time(second, subscription.zone)}."


# --- posting ------------------------------------------------------------------------------------


def in_progress_message(what: str, *, more: str = " The answer comes below.") -> Message:
    """Say that long work has begun; after a command this stays above the answer."""
    return compose_message(f":hourglass_flowing_sand: {escape(what)} …{more}")


def posted_message(channel: str) -> Message:
    """Say that what was asked for stands in the channel."""
    return compose_message(f"Posted in {channel_label(channel)}.")


def delivery_message(delivery: Delivery) -> Message:
    """Say what became of a digest that was asked for."""
    reason = f" {escape(delivery.reason)}" if delivery.reason else ""
    match delivery.state:
        case DeliveryState.POSTED:
            return compose_message(f"Posted in {channel_label(delivery.channel)}.")
        case DeliveryState.SKIPPED:
            return compose_message(
                "There is nothing new here, so nothing was posted.",
                hint=f"{code('/digest now TOPIC')} may repeat; {code('/digest search WORDS')} looks further back.",
            )
        case DeliveryState.FAILED:
            return compose_message(
                f":warning: The digest could not be posted.{reason}",
                hint="Mend that, then try again.",
            )
        case DeliveryState.UNSURE:
            return compose_message(
                "Slack did not say whether it took the digest. Look in the channel first.",
                buttons=(post_anyway_button(delivery),),
            )
        case DeliveryState.SENDING:
            return compose_message(
                "Slack has not said yet whether it took the digest; I am finding out.",
                hint=f"{code('/digest history')} tells what became of it.",
            )
        case _:
            return compose_message(
                "The digest is on its way.",
                hint=f"{code('/digest history')} tells what became of it.",
            )


def post_anyway_button(delivery: Delivery) -> Block:
    """Give the button for a delivery of which nobody knows whether it arrived."""
    return button("Post anyway", POST_ANYWAY, str(delivery.id))


_STATES = {
    DeliveryState.POSTED: "posted",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "nothing to post",
    DeliveryState.UNSURE: "not sure whether Slack took it",
}


def delivery_history(deliveries: Sequence[Delivery], now: datetime) -> Message:
    """List what was posted here, newest first; a button where nobody knows."""
    if not deliveries:
        return compose_message(
            "No digest was posted here yet.", hint=f"{code('/digest now')} posts one."
        )
    unsure = DeliveryState.UNSURE
    blocks = [
        section(_delivery_line(one, now), post_anyway_button(one) if one.state is unsure else None)
        for one in deliveries
    ]
    text = fallback_text(_delivery_line(one, now) for one in deliveries)
    hint = context(f"{code('/digest list')} shows what comes next.")
    return Message(text, (*blocks, hint))


def _delivery_line(delivery: Delivery, now: datetime) -> str:
    state = _STATES.get(delivery.state, "on its way")
    digest = delivery.digest
    what = f"{_count(len(digest.entries), 'story')}" if digest else "a digest"
    when = age_markup(digest.made if digest else delivery.touched or delivery.since, now)
    reason = f" — {escape(shorten(delivery.reason, 300))}" if delivery.reason else ""
    return f"{when}: {what}, {state}{reason}"


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


# --- feeds --------------------------------------------------------------------------------------


def feed_list(feeds: Sequence[Feed], shared: int) -> Message:
    """List a workspace's own feeds by number, and how many of the operator's everybody reads."""
    told = [_feed_line(feed) for feed in feeds] or ["This workspace has added no feed of its own."]
    blocks, more = fit_groups([section(paragraph)] for paragraph in told)
    rest = [
        f"… and {more} more." if more else "",
        f"Everybody here also reads {_count(shared, 'feed')} of the operator's.",
    ]
    blocks += [section(paragraph) for paragraph in (rest if shared else rest[:1]) if paragraph]
    hint = f"{code('/digest feeds add URL')} adds one, {code('/digest feeds remove N')} removes it."
    return Message(fallback_text(told), (*blocks, context(hint)))


def _feed_line(feed: Feed) -> str:
    name = f"{escape(shorten(feed.title, 100))} — " if feed.title else ""
    line = f"*{feed.id}* {name}{code(shorten(feed.url, 300))}"
    trouble = escape(shorten(feed.last_error or "", 300))
    if feed.next_check is None:
        return f"{line}\nStopped: {trouble or 'its address is gone'}"
    return f"{line}\nTrouble: {trouble}" if trouble else line


def feed_added_message(feed: Feed) -> Message:
    """Say that the feed is read from now on, and how to take it back."""
    return compose_message(
        f"Added feed *{feed.id}*: {escape(shorten(feed.title or '', 100))} {code(shorten(feed.url, 300))}",
        hint=f"Its articles reach this workspace only. {code(f'/digest feeds remove {feed.id}')} takes it back.",
    )


def feed_removed_message(number: int) -> Message:
    """Say that it is gone."""
    return compose_message(
        f"Removed feed {number}. Articles that it brought stay.",
        hint=f"{code('/digest feeds')} shows the rest.",
    )


# --- the state of things ------------------------------------------------------------------------


def status_message(
    *,
    subscriptions: int,
    paused: int,
    stories: int,
    articles: int,
    latest: str,
    held: int,
    quiet: Sequence[tuple[str, str]] = (),
    wishes: Sequence[ActorPreference] = (),
) -> Message:
    """Say how Dateline fares, in a few lines.

    `quiet` are sources that should have given something, and since when; `wishes` are the channel's.
    """
    silent = [
        f"*{escape(shorten(name, 100))}* (last {since})"
        for name, since in quiet[:_MAX_QUIET_SOURCES]
    ]
    rest = f" and {len(quiet) - _MAX_QUIET_SOURCES} more" if len(quiet) > _MAX_QUIET_SOURCES else ""
    waiting = f"{_count(held, 'article')} under embargo, held until their hour." if held else ""
    return compose_message(
        f"*{_count(subscriptions, 'subscription')}*{f', {paused} of them paused' if paused else ''} in this workspace.",
        f"*{_count(stories, 'story')}* with {_count(articles, 'article')} in the last 24 hours; {latest}.",
        waiting,
        f"Quiet for longer than is their habit: {', '.join(silent)}{rest}." if silent else "",
        preference_summary(wishes),
        hint=f"{code('/digest list')} shows the subscriptions, {code('/digest feeds')} the feeds.",
    )


def feed_broken_message(feed: Feed) -> Message:
    """Say once that a feed gives nothing more, why, and what a person can do."""
    name = f"*{escape(shorten(feed.title, 100))}*" if feed.title else f"Feed *{feed.id}*"
    reason = escape(shorten(feed.last_error or "no reason was given", 300))
    remove = code(f"/digest feeds remove {feed.id}")
    if feed.next_check is None:
        what = f":warning: {name} has ended: {reason}. Dateline asks it no more; its articles stay."
        cure = f"{remove} takes it off the list."
    else:
        what = f":warning: {name} could not be read {feed.failures} times in a row: {reason}."
        cure = f"Dateline goes on trying, ever more seldom, and takes up again when it can. {remove} ends that."
    moved = f"If it has moved, add the new address: {code('/digest feeds add URL')}. {cure}"
    return compose_message(
        f"{what}\n{code(shorten(feed.url, 300))}", moved, hint="This is said once."
    )
