"""App Home: a workspace's digests, actors, feeds and permissions, with buttons to change them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks.answers import channel_label, subscription_markup
from bot.blocks.preferences import list_names
from bot.blocks.settings_form import ANYWHERE, OPEN_SETTINGS
from bot.model import ActorPreference, Block, EditPermission, Feed, Subscription

# The buttons; those of a subscription carry its channel and where the list begins.
HOME_PAUSE, HOME_RESUME, HOME_POST, HOME_END = "home_pause", "home_resume", "home_post", "home_end"
HOME_FIRST, HOME_NEXT, HOME_UNDO, HOME_RULE = "home_first", "home_next", "home_undo", "home_rule"

PAGE_SIZE = 10
_HINT = "`/digest help` shows every command. Under *Messages* above leave out `/digest`."
_NO_SUBSCRIPTION = (
    "No channel has one yet. Press *New digest*, or type `/digest subscribe` in a channel for a "
    "digest each weekday at 08:30, `/digest subscribe me` to have it sent to you alone."
)
_NO_FEED = "This workspace has added no feed of its own; `/digest feeds add URL` adds one."
_WHO_ELSE = (
    "You are an admin here: who else may subscribe channels, and change or end their digests?"
)
_MAX_FEEDS = 10
_MAX_QUIET_SOURCES = 8
_MAX_NAMES = 12
_PERMISSION_LABELS = {
    EditPermission.ANYONE: "Anyone in this workspace, in public channels",
    EditPermission.MEMBERS: "Members of the channel",
    EditPermission.MANAGERS: "Whoever made the channel, and admins",
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """A page of subscriptions and the state of the service, as one person may see them.

    `after` is the channel after which the page begins, "" on the first; `next_after` is that of the
    next page, None on the last. `notice` says in markup what was just done, and `undo` is the value
    of the button that takes it back.
    """

    subscriptions: Sequence[Subscription]
    total: int
    permission: EditPermission
    now: datetime
    admin: bool = False
    after: str = ""
    next_after: str | None = None
    preferences: Mapping[str, Sequence[ActorPreference]] = field(default_factory=dict)
    feeds: Sequence[Feed] = ()
    shared_feeds: int = 0
    quiet_sources: Sequence[tuple[str, datetime]] = ()
    notice: str = ""
    undo: str = ""


def home_view(page: HomePage, commands: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the view, of at most a hundred blocks; `commands` are (line to type, meaning)."""
    lines = [f"{kit.command(line)}  {meaning}" for line, meaning in commands]
    new = kit.button("New digest", OPEN_SETTINGS, ANYWHERE, primary=not page.subscriptions)
    blocks: list[Block] = [
        kit.header("Who said what in the news, word for word"),
        kit.section(
            "Dateline shows only words that stand in an article, and says in which. "
            "Nothing is paraphrased."
        ),
        *_notice(page),
        kit.actions(new),
        *_heading("Digests"),
        *_subscriptions(page),
        *_actors(page),
        *_heading("Feeds"),
        *_feeds(page),
        *_quiet_sources(page),
        *_heading("Who may change digests"),
        _permission_section(page),
        *_heading("Commands"),
        kit.section("\n".join(lines)),
        kit.context(_HINT),
    ]
    return {"type": "home", "blocks": blocks}


def _heading(title: str) -> list[Block]:
    return [kit.divider(), kit.header(title)]


def dump_position(channel: str, after: str) -> str:
    """Return the value of a subscription's button: its channel, and where the list begins."""
    return json.dumps([channel, after], separators=(",", ":"))


def parse_position(value: str) -> tuple[str, str]:
    """Return the fields of a button's value; raise ValueError for anything else."""
    channel, after = json.loads(value)
    return str(channel), str(after)


# --- digests ------------------------------------------------------------------------------------


def _notice(page: HomePage) -> list[Block]:
    if not page.notice:
        return []
    undo = kit.button("Undo", HOME_UNDO, page.undo) if page.undo else None
    return [kit.section(page.notice, undo), kit.divider()]


def _subscriptions(page: HomePage) -> list[Block]:
    if not page.subscriptions:
        return [kit.section(_NO_SUBSCRIPTION)]
    blocks: list[Block] = []
    for subscription in page.subscriptions:
        text = kit.section(subscription_markup(subscription, home=True))
        blocks += [text, _subscription_buttons(subscription, page.after)]
    return [*blocks, *_paging(page)]


def _subscription_buttons(subscription: Subscription, after: str) -> Block:
    value = dump_position(subscription.channel, after)
    pause = kit.button("Pause", HOME_PAUSE, value)
    if subscription.paused:
        pause = kit.button("Resume", HOME_RESUME, value, primary=True)
    return kit.actions(
        kit.button("Edit", OPEN_SETTINGS, subscription.channel),
        pause,
        kit.button("Post now", HOME_POST, value),
        kit.button("Remove", HOME_END, value) | {"confirm": _confirm(subscription.channel)},
    )


def _confirm(channel: str) -> dict[str, Any]:
    target = "your direct messages" if channel.startswith("D") else "this channel"
    text = f"No more digests will come to {target}. You can undo it right after."
    return {
        "title": kit.plain_text("Remove this digest?", 100),
        "text": kit.plain_text(text, 300),
        "confirm": kit.plain_text("Remove", 30),
        "deny": kit.plain_text("Keep", 30),
        "style": "danger",
    }


def _paging(page: HomePage) -> list[Block]:
    buttons = []
    if page.after:
        buttons.append(kit.button("To the first", HOME_FIRST, dump_position("", "")))
    if page.next_after is not None:
        buttons.append(kit.button("Next", HOME_NEXT, dump_position("", page.next_after)))
    if not buttons:
        return []
    count = f"{len(page.subscriptions)} of {page.total:,} digests in this workspace"
    return [kit.context(f"{count}; first those of your own channels."), kit.actions(*buttons)]


# --- actors, feeds, sources -----------------------------------------------------------------------


def _actors(page: HomePage) -> list[Block]:
    lines = [
        f"{channel_label(channel)}: {'; '.join(list_names(actors, _MAX_NAMES, kit.escape))}"
        for channel, actors in page.preferences.items()
        if actors
    ]
    return [*_heading("Actors"), kit.section("\n".join(lines))] if lines else []


def _feeds(page: HomePage) -> list[Block]:
    """Show the workspace's own feeds, broken ones first, and count the operator's."""
    ordered = sorted(page.feeds, key=lambda feed: (not feed.last_error, feed.id))
    blocks: list[Block] = [kit.section(_feed_line(feed)) for feed in ordered[:_MAX_FEEDS]]
    if (left_out := len(ordered) - _MAX_FEEDS) > 0:
        blocks.append(kit.context(f"… and {left_out} more, all well or in `/digest feeds`."))
    if not ordered:
        blocks.append(kit.context(_NO_FEED))
    if page.shared_feeds:
        shared = f"Everybody here also reads {page.shared_feeds} of the operator's."
        blocks.append(kit.context(shared))
    return blocks


def _feed_line(feed: Feed) -> str:
    name = kit.escape(kit.shorten(feed.title or feed.url, 100))
    trouble = kit.escape(kit.shorten(feed.last_error or "", 300))
    remove = f"`/digest feeds remove {feed.id}`"
    if feed.next_check is None:
        reason = trouble or "its address is gone"
        return f":no_entry: *{name}* has ended: {reason}. {remove} clears it away."
    if trouble:
        cure = f"Dateline tries again by itself; look at the address in a browser, or {remove}."
        return f":warning: *{name}* cannot be read: {trouble}. {cure}"
    return f":white_check_mark: *{name}* is read"


def _quiet_sources(page: HomePage) -> list[Block]:
    if not page.quiet_sources:
        return []
    lines = [
        f":zzz: {kit.escape(kit.shorten(name, 100))}: last heard {kit.age_markup(since, page.now)}"
        for name, since in page.quiet_sources[:_MAX_QUIET_SOURCES]
    ]
    hint = "Look whether the source still delivers: its feed, or its folder."
    return [kit.section("\n".join(["*Gone quiet*", *lines])), kit.context(hint)]


# --- who may change digests -----------------------------------------------------------------------


def _permission_section(page: HomePage) -> Block:
    labels = _PERMISSION_LABELS
    if not page.admin:
        label = labels[page.permission]
        return kit.section(f"{label}. Admins always may, and can change this here.")
    options = {kind: kit.option(label, str(kind)) for kind, label in labels.items()}
    select = kit.select(HOME_RULE, options.values(), options[page.permission])
    return kit.section(_WHO_ELSE, select)
