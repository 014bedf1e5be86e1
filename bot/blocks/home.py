"""App Home: a workspace's digests and what can be done with them, its actors, feeds, faults and rules."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.blocks.answers import channel_label, subscription_markup
from bot.blocks.block_kit import (
    actions,
    age_markup,
    button,
    code,
    context,
    divider,
    escape,
    header,
    plain_text,
    section,
    shorten,
)
from bot.blocks.settings_form import ANYWHERE, OPEN_SETTINGS
from bot.model import ActorPreference, Block, EditPermission, Feed, PreferenceKind, Subscription

# What its buttons do; each carries the channel, and where the list begins (`carried`).
HOME_PAUSE, HOME_RESUME, HOME_POST, HOME_END = "home_pause", "home_resume", "home_post", "home_end"
HOME_FIRST, HOME_NEXT, HOME_UNDO, HOME_RULE = "home_first", "home_next", "home_undo", "home_rule"

PAGE_SIZE = 10
_MAX_FEEDS = 10
_MAX_SILENT_SOURCES = 8
_MAX_NAMES = 12
_PERMISSION_LABELS = {
    EditPermission.ANYONE: "Anyone in this workspace, in public channels",
    EditPermission.MEMBERS: "Members of the channel",
    EditPermission.MANAGERS: "Whoever made the channel, and admins",
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """What is drawn: a page of subscriptions and the state of things, as one person may see them.

    `after` is the channel that the page begins behind ("" at the beginning), `following` the one that the next page
    does, None on the last. `notice` says in markup what was just done, `undo` how to take it back.
    """

    subscriptions: Sequence[Subscription]
    total: int
    rule: EditPermission
    now: datetime
    admin: bool = False
    after: str = ""
    following: str | None = None
    wishes: Mapping[str, Sequence[ActorPreference]] = field(default_factory=dict)
    feeds: Sequence[Feed] = ()
    shared_feeds: int = 0
    silent: Sequence[tuple[str, datetime]] = ()
    notice: str = ""
    undo: str = ""


def home_view(page: HomePage, commands: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Give the view; within a hundred blocks whatever there is. `commands` are lines to type, and what they do."""
    blocks: list[Block] = [
        header("Who said what in the news, word for word"),
        section(
            "Dateline shows only words that stand in an article, and says in which. Nothing is paraphrased."
        ),
        *_notice(page),
        actions(button("New digest", OPEN_SETTINGS, ANYWHERE, primary=not page.subscriptions)),
        divider(),
        header("Digests"),
        *_subscriptions(page),
        *_actors(page),
        divider(),
        *_sources(page),
        divider(),
        header("Who may change digests"),
        _permission_section(page),
        divider(),
        header("Commands"),
        section(
            "\n".join(f"{code(f'/digest {line}'.strip())}  {meaning}" for line, meaning in commands)
        ),
        context(
            f"{code('/digest help')} shows every command. Under *Messages* above leave out {code('/digest')}."
        ),
    ]
    return {"type": "home", "blocks": blocks}


def dump_position(channel: str, after: str) -> str:
    """Write what a button of a subscription carries."""
    return json.dumps([channel, after], separators=(",", ":"))


def parse_position(value: str) -> tuple[str, str]:
    """Read the channel, and where the list begins; raise ValueError for anything else."""
    channel, after = json.loads(value)
    return str(channel), str(after)


# --- digests ------------------------------------------------------------------------------------


def _notice(page: HomePage) -> list[Block]:
    if not page.notice:
        return []
    undo = button("Undo", HOME_UNDO, page.undo) if page.undo else None
    return [section(page.notice, undo), divider()]


def _subscriptions(page: HomePage) -> list[Block]:
    if not page.subscriptions:
        return [section(_BEGIN)]
    blocks: list[Block] = []
    for one in page.subscriptions:
        blocks += [section(subscription_markup(one, home=True)), _buttons(one, page.after)]
    return [*blocks, *_paging(page)]


def _buttons(one: Subscription, after: str) -> Block:
    value = dump_position(one.channel, after)
    pause = (
        button("Resume", HOME_RESUME, value, primary=True)
        if one.paused
        else button("Pause", HOME_PAUSE, value)
    )
    ending = button("Remove", HOME_END, value) | {"confirm": _confirm(one)}
    change = button("Edit", OPEN_SETTINGS, one.channel)
    return actions(change, pause, button("Post now", HOME_POST, value), ending)


def _confirm(one: Subscription) -> dict[str, Any]:
    where = "your direct messages" if one.channel.startswith("D") else "this channel"
    return {
        "title": plain_text("Remove this digest?", 100),
        "text": plain_text(
            f"No more digests will come to {where}. You can undo it right after.", 300
        ),
        "confirm": plain_text("Remove", 30),
        "deny": plain_text("Keep", 30),
        "style": "danger",
    }


def _paging(page: HomePage) -> list[Block]:
    turning = []
    if page.after:
        turning.append(button("To the first", HOME_FIRST, dump_position("", "")))
    if page.following is not None:
        turning.append(button("Next", HOME_NEXT, dump_position("", page.following)))
    if not turning:
        return []
    shown = f"{len(page.subscriptions)} of {page.total:,} digests in this workspace; first those of your own channels."
    return [context(shown), actions(*turning)]


_BEGIN = (
    f"No channel has one yet. Press *New digest*, or type {code('/digest subscribe')} in a channel for a digest each "
    f"weekday at 08:30, {code('/digest subscribe me')} to have it sent to you alone."
)


# --- actors, feeds, sources ------------------------------------------------------------------------


def _actors(page: HomePage) -> list[Block]:
    lines = [
        line
        for channel, wishes in page.wishes.items()
        if wishes
        for line in [_preferences_line(channel, wishes)]
    ]
    return [divider(), header("Actors"), section("\n".join(lines))] if lines else []


def _preferences_line(channel: str, wishes: Sequence[ActorPreference]) -> str:
    told = []
    for leaning, word in ((PreferenceKind.FOLLOW, "follows"), (PreferenceKind.MUTE, "mutes")):
        names = [escape(wish.name) for wish in wishes if wish.leaning is leaning]
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        if names:
            told.append(f"{word} {', '.join(names[:_MAX_NAMES])}{more}")
    return f"{channel_label(channel)}: {'; '.join(told)}"


def _sources(page: HomePage) -> list[Block]:
    ordered = sorted(page.feeds, key=lambda feed: (not feed.last_error, feed.id))
    blocks: list[Block] = [section(_feed_line(feed)) for feed in ordered[:_MAX_FEEDS]]
    left = len(ordered) - _MAX_FEEDS
    told = [
        f"… and {left} more, all well or in `/digest feeds`." if left > 0 else "",
        ""
        if page.feeds
        else f"This workspace has added no feed of its own; {code('/digest feeds add URL')} adds one.",
        f"Everybody here also reads {page.shared_feeds} of the operator's."
        if page.shared_feeds
        else "",
    ]
    blocks += [context(line) for line in told if line]
    if page.silent:
        lines = [
            _silent_source_line(name, since, page.now)
            for name, since in page.silent[:_MAX_SILENT_SOURCES]
        ]
        blocks.append(section("\n".join(["*Gone quiet*", *lines])))
        blocks.append(context("Look whether the source still delivers: its feed, or its folder."))
    return [header("Feeds"), *blocks]


def _feed_line(feed: Feed) -> str:
    name = escape(shorten(feed.title or feed.url, 100))
    trouble = escape(shorten(feed.last_error or "", 300))
    if feed.next_check is None:
        cure = f"{code(f'/digest feeds remove {feed.id}')} clears it away."
        return f":no_entry: *{name}* has ended: {trouble or 'its address is gone'}. {cure}"
    if trouble:
        remove = code(f"/digest feeds remove {feed.id}")
        cure = f"Dateline tries again by itself; look at the address in a browser, or {remove}."
        return f":warning: *{name}* cannot be read: {trouble}. {cure}"
    return f":white_check_mark: *{name}* is read"


def _silent_source_line(name: str, since: datetime, now: datetime) -> str:
    return f":zzz: {escape(shorten(name, 100))}: last heard {age_markup(since, now)}"


# --- the rule --------------------------------------------------------------------------------------


def _permission_section(page: HomePage) -> Block:
    if not page.admin:
        return section(
            f"{_PERMISSION_LABELS[page.rule]}. Admins always may, and can change this here."
        )
    options = {
        rule: {"text": plain_text(words, 75), "value": str(rule)}
        for rule, words in _PERMISSION_LABELS.items()
    }
    chooser = {
        "type": "static_select",
        "action_id": HOME_RULE,
        "options": list(options.values()),
        "initial_option": options[page.rule],
    }
    return section(
        "You are an admin here: who else may subscribe channels, and change or end their digests?",
        chooser,
    )
