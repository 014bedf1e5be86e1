"""App Home: a workspace's digests, actors, feeds and permissions, with buttons to change them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.blocks import block_kit as kit
from bot.blocks import messages
from bot.blocks.answers import (
    SubscriptionActions,
    channel_label,
    help_lines,
    subscription_buttons,
    subscription_markup,
)
from bot.blocks.feeds import add_button
from bot.blocks.link_previews import home_blocks as link_blocks
from bot.blocks.preferences import list_preferences
from bot.blocks.settings_form import ANYWHERE, OPEN_SETTINGS
from bot.model import ActorPreference, AnswerAudience, Block, EditPermission, Feed, Subscription

# The buttons; those of a subscription carry its channel and where the list begins.
HOME_PAUSE, HOME_RESUME, HOME_POST, HOME_END = "home_pause", "home_resume", "home_post", "home_end"
HOME_FIRST, HOME_NEXT, HOME_UNDO, HOME_RULE = "home_first", "home_next", "home_undo", "home_rule"
HOME_AUDIENCE = "home_audience"

PAGE_SIZE = 10
_ACTIONS = SubscriptionActions(HOME_PAUSE, HOME_RESUME, HOME_END)
_MAX_FEEDS = 10
_MAX_QUIET_SOURCES = 8
_MAX_NAMES = 12


@dataclass(frozen=True, slots=True)
class HomePage:
    """A page of subscriptions and the state of the service, as one person may see them.

    `after` is the channel after which the page begins, "" on the first; `next_after` is that of the
    next page, None on the last. `feeds` is None where the person may not see them. `link_domains`
    are those whose links get previews. `notice` says in markup what was just done, and `undo` is
    the value of the button that takes it back.
    """

    subscriptions: Sequence[Subscription]
    total: int
    permission: EditPermission
    now: datetime
    audience: AnswerAudience = AnswerAudience.EVERYONE
    admin: bool = False
    after: str = ""
    next_after: str | None = None
    preferences: Mapping[str, Sequence[ActorPreference]] = field(default_factory=dict)
    feeds: Sequence[Feed] | None = ()
    shared_feeds: int = 0
    quiet_sources: Sequence[tuple[str, datetime]] = ()
    link_domains: Sequence[str] = ()
    notice: str = ""
    undo: str = ""


def home_view(page: HomePage, commands: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the view, of at most a hundred blocks; `commands` are (line to type, meaning)."""
    new = kit.button("new_digest", OPEN_SETTINGS, ANYWHERE, primary=not page.subscriptions)
    blocks: list[Block] = [
        kit.header(messages.text("home_title")),
        kit.section(messages.text("home_promise")),
        *_notice(page),
        kit.actions(new),
        *_heading("home_digests"),
        *_subscriptions(page),
        *_actors(page),
        *_feeds(page),
        *_quiet_sources(page),
        *_heading("home_permission"),
        _permission_section(page),
        *_heading("home_audience"),
        _audience_section(page),
        *_links(page),
        *_heading("home_commands"),
        kit.section("\n".join(help_lines(commands))),
        kit.context(messages.text("home_hint")),
    ]
    return {"type": "home", "blocks": blocks}


def outsider_home_view() -> dict[str, Any]:
    """Return what people of another organization see: nothing of the workspace."""
    title, promise = messages.text("home_title"), messages.text("home_promise")
    blocks = [kit.header(title), kit.section(promise), kit.section(messages.text("home_outsider"))]
    return {"type": "home", "blocks": blocks}


def _heading(key: str) -> list[Block]:
    return [kit.divider(), kit.header(messages.text(key))]


def dump_position(channel: str, after: str) -> str:
    """Return the value of a subscription's button: its channel, and where the list begins."""
    return json.dumps([channel, after], separators=(",", ":"))


def parse_position(value: str) -> tuple[str, str]:
    """Return the fields of a button's value; raise ValueError for anything else."""
    channel, after = json.loads(value)
    return str(channel), str(after)


def _notice(page: HomePage) -> list[Block]:
    if not page.notice:
        return []
    undo = kit.button("undo", HOME_UNDO, page.undo) if page.undo else None
    return [kit.section(page.notice, undo), kit.divider()]


def _subscriptions(page: HomePage) -> list[Block]:
    if not page.subscriptions:
        return [kit.section(messages.text("home_no_subscriptions"))]
    blocks: list[Block] = []
    for subscription in page.subscriptions:
        text = kit.section(subscription_markup(subscription))
        blocks += [text, _subscription_buttons(subscription, page.after)]
    return [*blocks, *_paging(page)]


def _subscription_buttons(subscription: Subscription, after: str) -> Block:
    value = dump_position(subscription.channel, after)
    post = kit.button("post_now", HOME_POST, value)
    return subscription_buttons(subscription, value, _ACTIONS, post)


def _paging(page: HomePage) -> list[Block]:
    buttons = []
    if page.after:
        buttons.append(kit.button("to_the_first", HOME_FIRST, dump_position("", "")))
    if page.next_after is not None:
        buttons.append(kit.button("next", HOME_NEXT, dump_position("", page.next_after)))
    if not buttons:
        return []
    count = messages.text("home_count", shown=len(page.subscriptions), total=page.total)
    return [kit.context(count), kit.actions(*buttons)]


def _actors(page: HomePage) -> list[Block]:
    lines = [
        f"{channel_label(channel)}: {'; '.join(list_preferences(actors, _MAX_NAMES, kit.escape))}"
        for channel, actors in page.preferences.items()
        if actors
    ]
    return [*_heading("home_actors"), kit.section("\n".join(lines))] if lines else []


def _feeds(page: HomePage) -> list[Block]:
    """Show the workspace's own feeds, broken ones first, and count the operator's."""
    if page.feeds is None:
        return []
    ordered = sorted(page.feeds, key=lambda feed: (not feed.last_error, feed.id))
    blocks: list[Block] = [kit.section(_feed_line(feed)) for feed in ordered[:_MAX_FEEDS]]
    if (left_out := len(ordered) - _MAX_FEEDS) > 0:
        blocks.append(kit.context(messages.text("home_more_feeds", count=left_out)))
    if not ordered:
        blocks.append(kit.context(messages.text("home_no_feeds")))
    if page.shared_feeds:
        blocks.append(kit.context(messages.text("shared_feeds", feeds=page.shared_feeds)))
    return [*_heading("home_feeds"), *blocks, kit.actions(add_button())]


def _feed_line(feed: Feed) -> str:
    name = kit.name_markup(feed.title or feed.url, 100)
    trouble = kit.escape(kit.shorten(feed.last_error or "", 300))
    if feed.next_check is None:
        reason = trouble or messages.text("address_gone")
        return messages.text("home_feed_ended", name=name, reason=reason, number=feed.id)
    if trouble:
        return messages.text("home_feed_broken", name=name, trouble=trouble, number=feed.id)
    return messages.text("home_feed_well", name=name)


def _quiet_sources(page: HomePage) -> list[Block]:
    if not page.quiet_sources:
        return []
    title, hint = messages.pair("home_quiet_sources")
    lines = [title]
    for name, since in page.quiet_sources[:_MAX_QUIET_SOURCES]:
        source, age = kit.name_markup(name, 100), kit.age_markup(since, page.now)
        lines.append(messages.text("home_quiet_source", name=source, age=age))
    return [kit.section("\n".join(lines)), kit.context(hint)]


def _links(page: HomePage) -> list[Block]:
    blocks = link_blocks(page.link_domains, admin=page.admin)
    return [*_heading("links_title"), *blocks] if blocks else []


def _permission_section(page: HomePage) -> Block:
    labels = {kind: messages.text(f"permission_{kind}") for kind in EditPermission}
    chosen = labels[page.permission]
    if not page.admin:
        return kit.section(messages.text("home_permission_is", who=chosen))
    return _choice("home_who_else", HOME_RULE, labels, chosen)


def _audience_section(page: HomePage) -> Block:
    labels = {kind: messages.text(f"audience_{kind}") for kind in AnswerAudience}
    chosen = labels[page.audience]
    if not page.admin:
        return kit.section(messages.text("home_audience_is", who=chosen))
    return _choice("home_who_sees", HOME_AUDIENCE, labels, chosen)


def _choice(key: str, action: str, labels: Mapping[Any, str], chosen: str) -> Block:
    """Ask an admin with the message `key`; `labels` are those of the answers, by their values."""
    options = {label: kit.option(label, str(kind)) for kind, label in labels.items()}
    return kit.section(messages.text(key), kit.select(action, options.values(), options[chosen]))
