"""The commands of `/digest`, and the one table that reads, explains and documents them."""

from dataclasses import dataclass
from difflib import get_close_matches

from bot.listeners.command_arguments import (
    CHART_DAYS,
    CommandSpec,
    parse_actor,
    parse_chart,
    parse_feeds,
    parse_me,
    parse_name,
    parse_nothing,
    parse_optional_name,
    parse_topic,
    parse_url,
)
from bot.listeners.schedule_parser import Subscribe, parse_subscribe, render_subscribe


@dataclass(frozen=True, slots=True)
class PreviewDigest:
    """Show a digest for this channel to this person only."""


@dataclass(frozen=True, slots=True)
class PostNow:
    """Post what this channel has not seen, or what there is on a topic."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Show all of a subscription in a form to fill in."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """List this workspace's subscriptions."""


@dataclass(frozen=True, slots=True)
class PauseDigest:
    """Keep the subscription, but post nothing."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class ResumeDigest:
    """Go on after a pause."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Remove the subscription."""

    me: bool = False


@dataclass(frozen=True, slots=True)
class ShowActor:
    """Show what an actor said lately."""

    name: str


@dataclass(frozen=True, slots=True)
class SearchArticles:
    """Find articles and statements that hold all these words."""

    words: str


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """Fetch one article and show what is in it."""

    url: str


@dataclass(frozen=True, slots=True)
class ManageFeeds:
    """Add a feed (`url`), remove one (`number`), or list them."""

    url: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class FollowActor:
    """Lift an actor in this channel's digests; without a name, list the followed and muted."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class MuteActor:
    """Hide an actor in this channel's digests; without a name, list the followed and muted."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class UnfollowActor:
    """Neither lift nor hide an actor any more."""

    name: str


@dataclass(frozen=True, slots=True)
class ShowChart:
    """Chart who was heard over the last `days`, on a topic or on all."""

    days: int = CHART_DAYS["week"]
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """List the last digests posted here."""


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Show how Dateline fares."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Explain all commands, or the one of this word."""

    word: str | None = None


Command = (
    PreviewDigest
    | PostNow
    | Subscribe
    | OpenSettings
    | ListSubscriptions
    | PauseDigest
    | ResumeDigest
    | Unsubscribe
    | ShowActor
    | SearchArticles
    | ReadArticle
    | ManageFeeds
    | FollowActor
    | MuteActor
    | UnfollowActor
    | ShowChart
    | ShowHistory
    | ShowStatus
    | ShowHelp
)


def _parse_subscribe(_: CommandSpec, arguments: str) -> Subscribe:
    return parse_subscribe(arguments)


def _parse_help(spec: CommandSpec, arguments: str) -> ShowHelp:
    word = arguments.lower().strip("/")
    if not word:
        return ShowHelp()
    if found := find_command(word):
        return ShowHelp(found.word)
    near = get_close_matches(word[:40], SPECS_BY_WORD, n=1)
    problem = f"There is no command “{arguments[:40]}”."
    raise spec.error(problem, f"help {near[0]}" if near else "help")


COMMANDS = (
    CommandSpec(
        PreviewDigest,
        "preview",
        "",
        "what a digest would hold here now, shown to you only, with a button to post it",
        parse_nothing,
        ("",),
    ),
    CommandSpec(
        PostNow,
        "now",
        "now [TOPIC]",
        "post now what this channel has not seen; with a topic it may repeat",
        parse_topic,
        ("now", "now nato"),
        aliases=("post",),
        hint="now",
    ),
    CommandSpec(
        Subscribe,
        "subscribe",
        "subscribe [me] [WHEN] [in PLACE] [about TOPICS] [not TOPICS] [from SOURCES] [top N]",
        "a digest here on your own schedule; `me` sends it to you alone; a second one changes "
        "only what it names",
        _parse_subscribe,
        (
            "subscribe",
            "subscribe weekdays at 08:30,17:00 in Europe/Tallinn",
            "subscribe me daily at 7am about ukraine, nato top 3",
            "subscribe every monday at 9",
            "subscribe hourly from 9 to 17 about ferries, harbours not sport",
            "subscribe at once about NATO",
        ),
        aliases=("sub",),
        hint="subscribe weekdays at 8:30",
    ),
    CommandSpec(
        OpenSettings,
        "settings",
        "settings [me]",
        "all of the subscription in one form to fill in",
        parse_me,
        ("settings", "settings me"),
        aliases=("setup", "configure"),
        hint="settings",
    ),
    CommandSpec(
        ListSubscriptions,
        "list",
        "list",
        "the subscriptions of this workspace",
        parse_nothing,
        ("list",),
        aliases=("subscriptions",),
    ),
    CommandSpec(
        PauseDigest,
        "pause",
        "pause [me]",
        "post nothing here until `resume`; settings are kept",
        parse_me,
        ("pause", "pause me"),
    ),
    CommandSpec(
        ResumeDigest,
        "resume",
        "resume [me]",
        "go on after a pause",
        parse_me,
        ("resume", "resume me"),
        aliases=("unpause",),
    ),
    CommandSpec(
        Unsubscribe,
        "unsubscribe",
        "unsubscribe [me]",
        "end the digest here",
        parse_me,
        ("unsubscribe", "unsubscribe me"),
        aliases=("unsub",),
    ),
    CommandSpec(
        ShowActor,
        "who",
        "who NAME",
        "what a person or organisation said lately, newest first, with sources",
        parse_actor,
        ("who Kallas",),
        hint="who NAME",
        question="Whose statements?",
    ),
    CommandSpec(
        SearchArticles,
        "search",
        "search WORDS",
        "articles and statements that hold all these words",
        parse_name,
        ("search grain exports",),
        aliases=("find",),
        hint="search WORDS",
        question="Search for what?",
    ),
    CommandSpec(
        ReadArticle,
        "read",
        "read URL",
        "fetch one article: its summary and who said what in it",
        parse_url,
        ("read https://example.org/article",),
    ),
    CommandSpec(
        ManageFeeds,
        "feeds",
        "feeds [add URL | remove N]",
        "the feeds this workspace reads; add one, or remove it by its number",
        parse_feeds,
        ("feeds", "feeds add https://example.org/feed.xml", "feeds remove 1"),
        aliases=("feed",),
    ),
    CommandSpec(
        FollowActor,
        "follow",
        "follow [NAME]",
        "lift what this actor says in the digests here; without a name, see who is followed and "
        "muted",
        parse_optional_name,
        ("follow Kallas", "follow"),
    ),
    CommandSpec(
        MuteActor,
        "mute",
        "mute [NAME]",
        "leave what this actor says out of the digests here; without a name, see who is followed "
        "and muted",
        parse_optional_name,
        ("mute Kallas",),
    ),
    CommandSpec(
        UnfollowActor,
        "unfollow",
        "unfollow NAME",
        "neither lift nor hide this actor any more",
        parse_name,
        ("unfollow Kallas",),
        aliases=("unmute",),
        question="Whom no more?",
    ),
    CommandSpec(
        ShowChart,
        "chart",
        "chart [week|month] [about TOPIC]",
        "who was heard: who said most, on what, day by day; posted here as a picture",
        parse_chart,
        ("chart", "chart month about ferries"),
    ),
    CommandSpec(
        ShowHistory,
        "history",
        "history",
        "the last digests posted here",
        parse_nothing,
        ("history",),
    ),
    CommandSpec(
        ShowStatus,
        "status",
        "status",
        "how Dateline fares: stories, subscriptions, what is held back, whom this channel follows "
        "and mutes",
        parse_nothing,
        ("status",),
    ),
    CommandSpec(
        ShowHelp,
        "help",
        "help [COMMAND]",
        "this list, or more on one command",
        _parse_help,
        ("help", "help subscribe"),
        aliases=("?", "usage"),
        hint="help",
    ),
)
SPECS_BY_WORD = {word: spec for spec in COMMANDS for word in (spec.word, *spec.aliases)}
_WORDS_BY_COMMAND = {spec.command: spec.word for spec in COMMANDS}


def find_command(word: str) -> CommandSpec | None:
    """Return the row of a command's word or alias."""
    return SPECS_BY_WORD.get(word.lower().strip(".,:;!"))


def usage_hint() -> str:
    """Return what Slack shows beside `/digest` while it is typed, at most 100 characters."""
    return f"[{' | '.join(spec.hint for spec in COMMANDS if spec.hint)}]"


def render_command(command: Command) -> str:
    """Write a command as a person would type it; `parse_command` reads it back."""
    if isinstance(command, Subscribe):
        return f"/digest {render_subscribe(command)}"
    if isinstance(command, PreviewDigest):
        return "/digest"
    return f"/digest {_WORDS_BY_COMMAND[type(command)]} {_render_arguments(command)}".strip()


def _render_arguments(command: Command) -> str:
    match command:
        case OpenSettings(me) | PauseDigest(me) | ResumeDigest(me) | Unsubscribe(me):
            return "me" if me else ""
        case PostNow(text) | ShowHelp(text) | FollowActor(text) | MuteActor(text):
            return text or ""
        case ShowActor(text) | SearchArticles(text) | ReadArticle(text) | UnfollowActor(text):
            return text
        case ShowChart(days, topic):
            month = "month " if days == CHART_DAYS["month"] else ""
            return month + (f"about {topic}" if topic else "")
        case ManageFeeds(url, number) if url or number is not None:
            return f"add {url}" if url else f"remove {number}"
    return ""
