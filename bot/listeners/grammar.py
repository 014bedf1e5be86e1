"""The one table of `/digest` commands: what parses them, helps, suggests and documents is made from it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.listeners.orders import (
    Chart,
    Command,
    FeedAction,
    Feeds,
    Follow,
    Help,
    History,
    List,
    Mute,
    Now,
    Pause,
    Preview,
    Read,
    Resume,
    Search,
    Settings,
    Status,
    Unfollow,
    Unsubscribe,
    Who,
)
from bot.listeners.rendering import SPANS, render
from bot.listeners.schedule_parser import read_subscribe
from bot.listeners.typed import asked, plain
from bot.model.errors import UsageError

LONGEST = 2_000
_LONGEST_NAME = 200
_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/?]\S*)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """A row of the table. `usage` follows `/digest`; each of `examples` is a line that works.

    `hint` is its part of what Slack shows while `/digest` is typed.
    """

    word: str
    usage: str
    meaning: str
    examples: tuple[str, ...]
    read: Callable[[str], Command]
    also: tuple[str, ...] = ()
    works: bool = True
    hint: str = ""


def parse(text: str) -> Command:
    """Understand what was typed after `/digest`; raise UsageError whose hint is the nearest line that works."""
    if len(text) > LONGEST:
        raise UsageError(f"That is longer than {LONGEST} characters.", "/digest help")
    words = re.sub(r"\A/?digest\b\s*", "", plain(text), flags=re.IGNORECASE)
    if not words:
        return Preview()
    if _ADDRESS.match(words):
        return Read(words)
    words = asked(words)
    word, _, rest = words.partition(" ")
    form = find_form(word)
    if form is None:
        raise _unknown(word, rest)
    return form.read(rest)


def find_form(word: str) -> Form | None:
    """Give the row of a command's word, or of another word for it."""
    return _BY_WORD.get(word.lower().strip(".,:;!"))


def works() -> tuple[Form, ...]:
    """Give the rows that help may show."""
    return tuple(form for form in FORMS if form.works)


def usage_hint() -> str:
    """Give what Slack shows beside `/digest` while it is typed; at most a hundred characters."""
    lines = [form.hint for form in works() if form.hint]
    return f"[{' | '.join(lines)}]"


def _unknown(word: str, rest: str) -> UsageError:
    problem = f"I don't know the command “{word[:40]}”."
    typed = word.lower()[:40]
    swapped = [known for known in _BY_WORD if sorted(known) == sorted(typed)]
    near = swapped or get_close_matches(typed, _BY_WORD, n=1, cutoff=0.7)
    if near:
        return UsageError(problem, _nearest(f"{_BY_WORD[near[0]].word} {rest}"))
    whole = f"{word} {rest}".strip()
    order = _nearest(f"subscribe {whole}") if _is_order(whole) else _nearest(f"search {whole}")
    return UsageError(problem, order)


def _is_order(words: str) -> bool:
    try:
        read_subscribe(words)
    except UsageError:
        return False
    return True


def _nearest(words: str) -> str:
    """Give the line itself where it works, else the one its own error suggests."""
    try:
        return render(parse(words))
    except UsageError as e:
        return e.hint or "/digest help"


# --- one reader a command -----------------------------------------------------------------------


def _nothing(word: str, made: Command) -> Callable[[str], Command]:
    def read(rest: str) -> Command:
        if rest and rest.lower() not in {"here", "this channel", "please"}:
            raise UsageError(
                f"`{word}` takes nothing more: I don't understand “{rest[:40]}”.", f"/digest {word}"
            )
        return made

    return read


def _mine(word: str, here: Command, mine: Command) -> Callable[[str], Command]:
    def read(rest: str) -> Command:
        return mine if rest.lower() in {"me", "for me", "my"} else _nothing(word, here)(rest)

    return read


def _named(
    word: str, question: str, example: str, make: Callable[[str], Command]
) -> Callable[[str], Command]:
    def read(rest: str) -> Command:
        name = " ".join(rest.replace('"', " ").split())
        if not name:
            raise UsageError(question, f"/digest {word} {example}")
        if len(name) > _LONGEST_NAME:
            raise UsageError(
                f"That is longer than {_LONGEST_NAME} characters.", f"/digest {word} {example}"
            )
        return make(name)

    return read


def _actor(word: str, make: Callable[[str | None], Command]) -> Callable[[str], Command]:
    named = _named(word, "", "Kallas", make)

    def read(rest: str) -> Command:
        return make(None) if rest.replace('"', " ").strip().lower() in {"", "list"} else named(rest)

    return read


def _chart(rest: str) -> Command:
    span, _, topic = rest.replace('"', " ").strip().partition(" ")
    days = SPANS.get(span.lower())
    if days is None and span.lower() not in {"", "about", "on"}:
        near = get_close_matches(span.lower(), SPANS, n=1)
        line = f"chart {near[0]} {topic}" if near else f"chart about {rest}"
        raise UsageError(
            f"A chart is of a week or a month, not “{span[:40]}”.",
            f"/digest {line}".rstrip()[:_LONGEST_NAME],
        )
    named = re.sub(
        r"\A(?:about|on)(?:\s+|\Z)",
        "",
        topic if days else rest.replace('"', " "),
        flags=re.IGNORECASE,
    )
    if len(named) > _LONGEST_NAME:
        raise UsageError(
            f"That is longer than {_LONGEST_NAME} characters.", "/digest chart week about nato"
        )
    return Chart(days or SPANS["week"], " ".join(named.split()) or None)


def _who(name: str) -> Command:
    bare = re.sub(r"\A(?:is|did|said)\s+(?=\S)", "", name.strip(" ?@"), flags=re.IGNORECASE).strip(
        " ?@"
    )
    if not bare:
        raise UsageError("Whose statements?", "/digest who Kallas")
    return Who(bare)


def _now(rest: str) -> Command:
    if len(rest) > _LONGEST_NAME:
        raise UsageError(f"That is longer than {_LONGEST_NAME} characters.", "/digest now nato")
    topic = re.sub(
        r"\A(?:about|on)\s+(?=\S)", "", rest.replace('"', " ").strip(), flags=re.IGNORECASE
    )
    return Now(" ".join(topic.split()) or None)


def _address(text: str, example: str) -> str:
    if _ADDRESS.match(text):
        return text
    if _BARE_ADDRESS.match(text):
        return f"https://{text}"
    problem = f"“{text[:60]}” is no web address." if text else "Which address?"
    raise UsageError(problem, f"/digest {example}")


def _read(rest: str) -> Command:
    return Read(_address(rest, "read https://example.org/article"))


def _feeds(rest: str) -> Command:
    word, _, more = rest.partition(" ")
    word = word.lower()
    if word in {"", "list"} and not more:
        return Feeds()
    if word == "add":
        return Feeds(FeedAction.ADD, url=_address(more, "feeds add https://example.org/feed.xml"))
    if word in {"remove", "delete", "rm"}:
        return _remove_feed(more)
    if _ADDRESS.match(rest):
        return Feeds(FeedAction.ADD, url=rest)
    near = get_close_matches(word, ("add", "remove", "list"), n=1)
    line = f"feeds {near[0]} {more}".strip() if near else "feeds"
    raise UsageError(f"I don't understand “{rest[:40]}” after `feeds`.", _nearest(line))


def _remove_feed(number: str) -> Command:
    if not re.fullmatch(r"#?[0-9]{1,9}", number):
        raise UsageError(
            "Which feed? `/digest feeds` shows their numbers.", "/digest feeds remove 1"
        )
    return Feeds(FeedAction.REMOVE, number=int(number.lstrip("#")))


def _help(rest: str) -> Command:
    word = rest.lower().strip("/")
    if not word:
        return Help()
    form = find_form(word)
    if form is None:
        near = get_close_matches(word[:40], _BY_WORD, n=1)
        raise UsageError(
            f"There is no command “{rest[:40]}”.",
            f"/digest help {near[0]}" if near else "/digest help",
        )
    return Help(form.word)


# --- the table ----------------------------------------------------------------------------------

FORMS: tuple[Form, ...] = (
    Form(
        "preview",
        "",
        "what a digest would hold here now, shown to you only, with a button to post it",
        ("",),
        _nothing("preview", Preview()),
    ),
    Form(
        "now",
        "now [TOPIC]",
        "post now what this channel has not seen; with a topic it may repeat",
        ("now", "now nato"),
        _now,
        also=("post",),
        hint="now",
    ),
    Form(
        "subscribe",
        "subscribe [me] [WHEN] [in PLACE] [about TOPICS] [not TOPICS] [from SOURCES] [top N]",
        "a digest here on your own schedule; `me` sends it to you alone; a second one changes only what it names",
        (
            "subscribe",
            "subscribe weekdays at 08:30,17:00 in Europe/Tallinn",
            "subscribe me daily at 7am about ukraine, nato top 3",
            "subscribe every monday at 9",
            "subscribe hourly from 9 to 17 about ferries, harbours not sport",
            "subscribe at once about NATO",
        ),
        read_subscribe,
        also=("sub",),
        hint="subscribe weekdays at 8:30",
    ),
    Form(
        "settings",
        "settings [me]",
        "all of the subscription in one form to fill in",
        ("settings", "settings me"),
        _mine("settings", Settings(), Settings(me=True)),
        also=("setup", "configure"),
        hint="settings",
    ),
    Form(
        "list",
        "list",
        "the subscriptions of this workspace",
        ("list",),
        _nothing("list", List()),
        also=("subscriptions",),
    ),
    Form(
        "pause",
        "pause [me]",
        "post nothing here until `resume`; settings are kept",
        ("pause", "pause me"),
        _mine("pause", Pause(), Pause(me=True)),
    ),
    Form(
        "resume",
        "resume [me]",
        "go on after a pause",
        ("resume", "resume me"),
        _mine("resume", Resume(), Resume(me=True)),
        also=("unpause",),
    ),
    Form(
        "unsubscribe",
        "unsubscribe [me]",
        "end the digest here",
        ("unsubscribe", "unsubscribe me"),
        _mine("unsubscribe", Unsubscribe(), Unsubscribe(me=True)),
        also=("unsub",),
    ),
    Form(
        "who",
        "who NAME",
        "what a person or organisation said lately, newest first, with sources",
        ("who Kallas",),
        _named("who", "Whose statements?", "Kallas", _who),
        hint="who NAME",
    ),
    Form(
        "search",
        "search WORDS",
        "articles and statements that hold all these words",
        ("search grain exports",),
        _named("search", "Search for what?", "grain exports", Search),
        also=("find",),
        hint="search WORDS",
    ),
    Form(
        "read",
        "read URL",
        "fetch one article: its summary and who said what in it",
        ("read https://example.org/article",),
        _read,
    ),
    Form(
        "feeds",
        "feeds [add URL | remove N]",
        "the feeds this workspace reads; add one, or remove it by its number",
        ("feeds", "feeds add https://example.org/feed.xml", "feeds remove 1"),
        _feeds,
        also=("feed",),
    ),
    Form(
        "follow",
        "follow [NAME]",
        "lift what this actor says in the digests here; without a name, see who is followed and muted",
        ("follow Kallas", "follow"),
        _actor("follow", Follow),
    ),
    Form(
        "mute",
        "mute [NAME]",
        "leave what this actor says out of the digests here; without a name, see who is followed and muted",
        ("mute Kallas",),
        _actor("mute", Mute),
    ),
    Form(
        "unfollow",
        "unfollow NAME",
        "neither lift nor hide this actor any more",
        ("unfollow Kallas",),
        _named("unfollow", "Whom no more?", "Kallas", Unfollow),
        also=("unmute",),
    ),
    Form(
        "chart",
        "chart [week|month] [about TOPIC]",
        "who was heard: who said most, on what, day by day; posted here as a picture",
        ("chart", "chart month about ferries"),
        _chart,
    ),
    Form(
        "history",
        "history",
        "the last digests posted here",
        ("history",),
        _nothing("history", History()),
    ),
    Form(
        "status",
        "status",
        "how Dateline fares: stories, subscriptions, what is held back, whom this channel follows and mutes",
        ("status",),
        _nothing("status", Status()),
    ),
    Form(
        "help",
        "help [COMMAND]",
        "this list, or more on one command",
        ("help", "help subscribe"),
        _help,
        also=("?", "usage"),
        hint="help",
    ),
)
_BY_WORD = {word: form for form in FORMS for word in (form.word, *form.also)}
