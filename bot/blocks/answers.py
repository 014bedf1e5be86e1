"""What the commands about subscriptions, feeds and the state of things answer; each says what to do next."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.parts import answer, button, code, context, fallback, fill, section
from bot.blocks.preferences import wishes_summed
from bot.blocks.settings import OPEN_SETTINGS
from bot.blocks.statement import title_words
from bot.blocks.text import ago_token, clock, escape, shorten
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

_MOST_TOPICS = 6
_MOST_PREVIEWED = 3
_MOST_QUIET = 5


# --- when something went wrong ------------------------------------------------------------------


def misunderstood(error: UsageError) -> Message:
    """Answer a mistake with the nearest line that works."""
    hint = f"Did you mean {code(error.hint)}?" if error.hint else ""
    return answer(_typed(error.problem), hint, hint=f"{code('/digest help')} shows every command.")


def refusal(error: NotAllowed) -> Message:
    """Say that this person may not, who may, and what they can do; the problem is our own markup."""
    return answer(f":no_entry: {error.problem}", _typed(error.cure), hint="Nothing was changed.")


def failure(problem: str, to_do: str, reference: str) -> Message:
    """Say what failed, what to do, and the reference to look it up by in the log."""
    return answer(
        f":warning: {escape(problem)}", _typed(to_do), hint=f"Reference {code(reference)}"
    )


def stopped(channel: str, why: str) -> Message:
    """Tell who subscribed that a channel's digests stopped, and the cure; `why` names both."""
    return answer(f":warning: The digests of {place(channel)} have stopped.", _typed(why))


def _typed(text: str) -> str:
    """Escape a sentence, and show what it has in backticks as code."""
    return "".join(
        code(part) if odd % 2 else escape(part) for odd, part in enumerate(text.split("`"))
    )


# --- help ---------------------------------------------------------------------------------------


def help_all(commands: Sequence[tuple[str, str]]) -> Message:
    """List every command: how it is typed, and what it does."""
    lines = [
        f"{code(f'/digest {usage}'.strip())}  {_typed(meaning)}" for usage, meaning in commands
    ]
    opening = "*Dateline tells you who said what in the news, word for word.*"
    parts = ["\n".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
    return answer(
        opening, *parts, hint=f"{code('/digest help subscribe')} tells more about one command."
    )


def help_one(usage: str, meaning: str, examples: Sequence[str]) -> Message:
    """Explain one command with lines that work."""
    shown = "\n".join(code(f"/digest {line}".strip()) for line in examples)
    typed = code(f"/digest {usage}".strip())
    return answer(
        f"{typed}\n{_typed(meaning)}",
        f"For example:\n{shown}",
        hint=f"{code('/digest help')} shows the rest.",
    )


def welcome(channel: str) -> Message:
    """Say how to begin, in a channel that we were invited to."""
    return answer(
        "*Hello, I am Dateline.* I read the news that lands here and tell who said what, word for word.",
        f"{code('/digest subscribe')} gives this channel a digest each weekday at 08:30, {code('/digest')} shows "
        f"you one now, and {code('/digest who NAME')} what somebody said lately.",
        buttons=(button("Set up a digest here", OPEN_SETTINGS, channel, primary=True),),
        hint=f"{code('/digest help')} shows every command. This is <#{channel}>; its digest is its own.",
    )


def welcome_to_workspace() -> Message:
    """Say how to begin, to the person who added us."""
    return answer(
        "*Dateline is here.* It reads the news that it is given and tells who said what, word for word.",
        f"In the channel that wants a digest, type {code('/invite @Dateline')}, then {code('/digest subscribe')}: each "
        f"weekday at 08:30, or as you say. {code('/digest feeds add URL')} adds a source for this workspace alone.",
        hint=f"Here, in our direct messages, commands work without {code('/digest')}: try {code('help')}.",
    )


# --- subscriptions ------------------------------------------------------------------------------


def subscribed(
    subscription: Subscription, now: datetime, undo: str, *, notes: Sequence[str] = ()
) -> Message:
    """Say the schedule in words, the next two times, and how to take it back."""
    return answer(
        f"{_order(subscription)}.",
        _next_times(subscription, now),
        *notes,
        buttons=(button("Undo", UNDO_SUBSCRIBE, undo),),
        hint=f"{code('/digest')} shows one now. {code('/digest help subscribe')} tells what else can be set.",
    )


def preview_lines(wanted: Subscription, digest: Digest, now: datetime) -> list[str]:
    """Say what saving a form would bring: the schedule, the next times, what a digest would hold now."""
    shown = [
        f"• {escape(shorten(title_words(entry.headline), 120))}"
        for entry in digest.entries[:_MOST_PREVIEWED]
    ]
    more = len(digest.entries) - len(shown)
    held = "\n".join([*shown, *([f"… and {more} more"] if more > 0 else [])])
    return [
        f"{_order(wanted)}.\n{_next_times(wanted, now)}",
        f"*Now it would hold*\n{held}"
        if held
        else "*Now it would hold* nothing: no story of the last days fits.",
    ]


def preview_faults(wrong: Mapping[str, str]) -> str:
    """Say what stands in the way of saving a form."""
    return "\n".join(f":warning: {escape(problem)}" for problem in wrong.values())


def unsubscribed(subscription: Subscription, undo: str) -> Message:
    """Say what ended, and offer it back."""
    return answer(
        f"{_gets(subscription.channel)} no more digests. It was *{schedule(subscription)}*{_about(subscription)}.",
        buttons=(button("Undo", UNDO_UNSUBSCRIBE, undo),),
        hint=f"{code('/digest')} still shows one whenever you like.",
    )


def undone(subscription: Subscription | None, now: datetime) -> Message:
    """Say what stands after an Undo."""
    if subscription is None:
        return answer(
            "Undone: there is no subscription here.", hint=f"{code('/digest subscribe')} makes one."
        )
    standing = f"Undone: {_order(subscription)}."
    return answer(standing, "" if subscription.paused else _next_times(subscription, now))


def paused(subscription: Subscription) -> Message:
    """Say that nothing comes until it is resumed."""
    return answer(
        f"Paused: {_gets(subscription.channel)} nothing until you resume. The settings are kept.",
        hint=f"{code('/digest resume')} goes on.",
    )


def resumed(subscription: Subscription, now: datetime) -> Message:
    """Say when the next digests come."""
    return answer(
        f"Resumed: {_order(subscription)}.",
        _next_times(subscription, now),
        hint=f"{code('/digest pause')} stops it again.",
    )


def listed(subscriptions: Sequence[Subscription], *, more: bool = False) -> Message:
    """List subscriptions: where, when, about what, what became of the last."""
    if not subscriptions:
        return answer(
            "Nothing is subscribed here yet.",
            hint=f"{code('/digest subscribe')} begins, in any channel.",
        )
    told = [describe_subscription(subscription) for subscription in subscriptions]
    blocks, left = fill([section(paragraph)] for paragraph in told)
    if left or more:
        blocks.append(section("… and more: my App Home has all of them, page by page."))
    hint = f"In its channel: {code('/digest subscribe')} changes one, {code('/digest unsubscribe')} ends it."
    return Message(fallback(told), (*blocks, context(hint)))


def describe_subscription(subscription: Subscription, *, home: bool = False) -> str:
    """Say one subscription in a paragraph of markup; in App Home a button resumes it."""
    lines = [f"{place(subscription.channel)}: *{schedule(subscription)}*{_about(subscription)}"]
    if subscription.paused:
        lines.append(
            ":double_vertical_bar: Paused."
            if home
            else f"Paused; {code('/digest resume')} goes on."
        )
    elif subscription.next_due and not isinstance(subscription.cadence, AtOnce):
        lines.append(f"Next: {clock(subscription.next_due, subscription.zone)}")
    if subscription.last_result:
        lines.append(f"Last: {escape(shorten(subscription.last_result, 300))}")
    return "\n".join(lines)


def place(channel: str) -> str:
    """Name a channel, or somebody's direct messages."""
    return "Your direct messages" if channel.startswith("D") else f"<#{channel}>"


def schedule(subscription: Subscription) -> str:
    """Say when, and how many stories at the most."""
    return f"{escape(describe(subscription.cadence, subscription.zone))}, at most {_count(subscription.top, 'story')}"


def _order(subscription: Subscription) -> str:
    return (
        f"{_gets(subscription.channel)} a digest *{schedule(subscription)}*{_about(subscription)}"
    )


def _gets(channel: str) -> str:
    return f"{place(channel)} {'get' if channel.startswith('D') else 'gets'}"


def _about(subscription: Subscription) -> str:
    """Say what it is about, what is left out, and from whom: " about “a” or “b”, not “sport”, from “Reuters”"."""
    told = (
        ("about", subscription.topics),
        ("not", subscription.excluded),
        ("from", subscription.sources),
        ("not from", subscription.excluded_sources),
    )
    parts = [f"{word} {_either(_few(words))}" for word, words in told if words]
    return f" {', '.join(parts)}" if parts else ""


def _few(words: Sequence[str]) -> list[str]:
    shown = [f"“{escape(word)}”" for word in words[:_MOST_TOPICS]]
    more = len(words) - len(shown)
    return [*shown, f"{more} more"] if more > 0 else shown


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _next_times(subscription: Subscription, now: datetime) -> str:
    if isinstance(subscription.cadence, AtOnce):
        return "Next: as soon as a story comes."
    first, second = next_dues(subscription.cadence, subscription.zone, now, 2)
    return f"Next: {clock(first, subscription.zone)}, then {clock(second, subscription.zone)}."


# --- posting ------------------------------------------------------------------------------------


def begun(what: str, *, more: str = " The answer comes below.") -> Message:
    """Say that long work has begun; after a command this stays above the answer."""
    return answer(f":hourglass_flowing_sand: {escape(what)} …{more}")


def posted_here(channel: str) -> Message:
    """Say that what was asked for stands in the channel."""
    return answer(f"Posted in {place(channel)}.")


def delivered(delivery: Delivery) -> Message:
    """Say what became of a digest that was asked for."""
    reason = f" {escape(delivery.reason)}" if delivery.reason else ""
    match delivery.state:
        case DeliveryState.POSTED:
            return answer(f"Posted in {place(delivery.channel)}.")
        case DeliveryState.SKIPPED:
            return answer(
                "There is nothing new here, so nothing was posted.",
                hint=f"{code('/digest now TOPIC')} may repeat; {code('/digest search WORDS')} looks further back.",
            )
        case DeliveryState.FAILED:
            return answer(
                f":warning: The digest could not be posted.{reason}",
                hint="Mend that, then try again.",
            )
        case DeliveryState.UNSURE:
            return answer(
                "Slack did not say whether it took the digest. Look in the channel first.",
                buttons=(post_anyway(delivery),),
            )
        case DeliveryState.SENDING:
            return answer(
                "Slack has not said yet whether it took the digest; I am finding out.",
                hint=f"{code('/digest history')} tells what became of it.",
            )
        case _:
            return answer(
                "The digest is on its way.",
                hint=f"{code('/digest history')} tells what became of it.",
            )


def post_anyway(delivery: Delivery) -> Block:
    """Give the button for a delivery of which nobody knows whether it arrived."""
    return button("Post anyway", POST_ANYWAY, str(delivery.id))


_STATES = {
    DeliveryState.POSTED: "posted",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "nothing to post",
    DeliveryState.UNSURE: "not sure whether Slack took it",
}


def history(deliveries: Sequence[Delivery], now: datetime) -> Message:
    """List what was posted here, newest first; a button where nobody knows."""
    if not deliveries:
        return answer("No digest was posted here yet.", hint=f"{code('/digest now')} posts one.")
    unsure = DeliveryState.UNSURE
    blocks = [
        section(_delivery_line(one, now), post_anyway(one) if one.state is unsure else None)
        for one in deliveries
    ]
    text = fallback(_delivery_line(one, now) for one in deliveries)
    hint = context(f"{code('/digest list')} shows what comes next.")
    return Message(text, (*blocks, hint))


def _delivery_line(delivery: Delivery, now: datetime) -> str:
    state = _STATES.get(delivery.state, "on its way")
    digest = delivery.digest
    what = f"{_count(len(digest.entries), 'story')}" if digest else "a digest"
    when = ago_token(digest.made if digest else delivery.touched or delivery.since, now)
    reason = f" — {escape(shorten(delivery.reason, 300))}" if delivery.reason else ""
    return f"{when}: {what}, {state}{reason}"


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


# --- feeds --------------------------------------------------------------------------------------


def feeds_listed(feeds: Sequence[Feed], shared: int) -> Message:
    """List a workspace's own feeds by number, and how many of the operator's everybody reads."""
    told = [_feed_line(feed) for feed in feeds] or ["This workspace has added no feed of its own."]
    blocks, more = fill([section(paragraph)] for paragraph in told)
    rest = [
        f"… and {more} more." if more else "",
        f"Everybody here also reads {_count(shared, 'feed')} of the operator's.",
    ]
    blocks += [section(paragraph) for paragraph in (rest if shared else rest[:1]) if paragraph]
    hint = f"{code('/digest feeds add URL')} adds one, {code('/digest feeds remove N')} removes it."
    return Message(fallback(told), (*blocks, context(hint)))


def _feed_line(feed: Feed) -> str:
    name = f"{escape(shorten(feed.title, 100))} — " if feed.title else ""
    line = f"*{feed.id}* {name}{code(shorten(feed.url, 300))}"
    trouble = escape(shorten(feed.last_error or "", 300))
    if feed.next_check is None:
        return f"{line}\nStopped: {trouble or 'its address is gone'}"
    return f"{line}\nTrouble: {trouble}" if trouble else line


def feed_added(feed: Feed) -> Message:
    """Say that the feed is read from now on, and how to take it back."""
    return answer(
        f"Added feed *{feed.id}*: {escape(shorten(feed.title or '', 100))} {code(shorten(feed.url, 300))}",
        hint=f"Its articles reach this workspace only. {code(f'/digest feeds remove {feed.id}')} takes it back.",
    )


def feed_removed(number: int) -> Message:
    """Say that it is gone."""
    return answer(
        f"Removed feed {number}. Articles that it brought stay.",
        hint=f"{code('/digest feeds')} shows the rest.",
    )


# --- the state of things ------------------------------------------------------------------------


def status(
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
        f"*{escape(shorten(name, 100))}* (last {since})" for name, since in quiet[:_MOST_QUIET]
    ]
    rest = f" and {len(quiet) - _MOST_QUIET} more" if len(quiet) > _MOST_QUIET else ""
    waiting = f"{_count(held, 'article')} under embargo, held until their hour." if held else ""
    return answer(
        f"*{_count(subscriptions, 'subscription')}*{f', {paused} of them paused' if paused else ''} in this workspace.",
        f"*{_count(stories, 'story')}* with {_count(articles, 'article')} in the last 24 hours; {latest}.",
        waiting,
        f"Quiet for longer than is their habit: {', '.join(silent)}{rest}." if silent else "",
        wishes_summed(wishes),
        hint=f"{code('/digest list')} shows the subscriptions, {code('/digest feeds')} the feeds.",
    )
