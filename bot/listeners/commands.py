"""The commands of `/digest`: the table that explains them, and how what follows each is read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.listeners import messages
from bot.listeners.periods import split_period
from bot.listeners.schedule_parser import SubscriptionChange, parse_subscribe, render_subscribe
from bot.model.errors import UsageError
from bot.model.wordlists import load_tables

MAX_NAME_CHARS = 200
CHART_DAYS = {"week": 7, "month": 30}
WEB_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
# "feed://host/path" and "feed:https://host/path", as feed readers write a feed's address.
FEED_ADDRESS = re.compile(r"\Afeed:(?://)?(?:https?://)?(?=\S+\Z)", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/?]\S*)?\Z", re.IGNORECASE)
_NO_CHANGE = SubscriptionChange()


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed, understood: the `word` of a row of COMMANDS, and what follows it.

    `argument` is a name, topic, address, some words or another command's word; "" where none was
    named. `topic` and `period` (bot/listeners/periods.py) narrow what is looked up. `number` is a
    feed's; with `remove` the feed of that number or address goes. `days` is the length of a chart.
    `me` is about the person's direct messages, not the channel. `change` is what `subscribe`
    changes.
    """

    word: str
    argument: str = ""
    topic: str = ""
    period: str = ""
    number: int | None = None
    remove: bool = False
    days: int = CHART_DAYS["week"]
    me: bool = False
    change: SubscriptionChange = _NO_CHANGE


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A row of data/commands.toml, which explains the fields."""

    word: str
    usage: str
    takes: str
    meaning: str
    examples: Sequence[str]
    aliases: Sequence[str] = ()
    hint: str = ""
    question: str = ""
    essential: Sequence[str] = ()
    open_to_outsiders: bool = False

    def parse(self, arguments: str) -> Command:
        """Read what follows the word; raise UsageError."""
        return _PARSERS[self.takes](self, arguments)

    def error(self, problem: str, line: str = "") -> UsageError:
        """Return an error that offers `line`, or the first example."""
        return UsageError(problem, f"/digest {line or self.examples[0]}")


_ROWS = load_tables("bot.listeners", "data/commands.toml")["commands"]
COMMANDS = tuple(CommandSpec(**row) for row in _ROWS)
# What help shows first: a line to type, and what it does.
ESSENTIALS = tuple((spec.essential[0], spec.essential[1]) for spec in COMMANDS if spec.essential)
# What follows `help` to see every command.
ALL_COMMANDS = "more"
SPECS_BY_WORD = {word: spec for spec in COMMANDS for word in (spec.word, *spec.aliases)}


def find_command(word: str) -> CommandSpec | None:
    """Return the row of a command's word or alias."""
    return SPECS_BY_WORD.get(word.lower().strip(".,:;!"))


def usage_hint() -> str:
    """Return what Slack shows beside `/digest` while it is typed, at most 100 characters."""
    return f"[{' | '.join(spec.hint for spec in COMMANDS if spec.hint)}]"


def render_command(command: Command) -> str:
    """Write a command as a person would type it; `parse_command` reads it back."""
    return f"/digest {_render_words(command)}".strip()


def _render_words(command: Command) -> str:
    argument = command.argument
    match command.word:
        case "preview":
            return ""
        case "subscribe":
            return render_subscribe(command.change)
        case "chart":
            month = "month " if command.days == CHART_DAYS["month"] else ""
            return f"chart {month}{f'about {argument}' if argument else ''}"
        case "feeds" if command.remove:
            return f"feeds remove {argument or command.number}"
        case "feeds" if argument:
            return f"feeds add {argument}"
    about = f" about {command.topic}" if command.topic else ""
    period = f" {command.period}" if command.period else ""
    return f"{command.word} {'me' if command.me else argument}{about}{period}"


def _parse_nothing(spec: CommandSpec, arguments: str) -> Command:
    """Refuse arguments, but for a polite or superfluous word."""
    if arguments and arguments.lower() not in {"here", "this channel", "please"}:
        problem = messages.text("nothing_more", command=spec.word, words=arguments[:40])
        raise spec.error(problem, spec.word)
    return Command(spec.word)


# What people call the digest that they want to stop, resume or end.
_THIS = frozenset(
    ("this", "it", "that", "posting", "all", "the digest", "the digests", "digests", "sending")
)


def _parse_me(spec: CommandSpec, arguments: str) -> Command:
    """Read `me`, or nothing."""
    words = arguments.lower().removesuffix(" please")
    if words in {"me", "for me", "my"}:
        return Command(spec.word, me=True)
    return _parse_nothing(spec, "" if words in _THIS else arguments)


def _parse_name(spec: CommandSpec, arguments: str) -> Command:
    """Read a name; ask for one that was left out."""
    name = _words(arguments)
    if not name:
        raise spec.error(spec.question)
    _refuse_long(spec, name, spec.examples[0])
    return Command(spec.word, name)


def _parse_optional_name(spec: CommandSpec, arguments: str) -> Command:
    """Read a name, or nothing."""
    if _words(arguments).lower() in {"", "list"}:
        return Command(spec.word)
    return _parse_name(spec, arguments)


def _parse_actor(spec: CommandSpec, arguments: str) -> Command:
    """Read `Kallas`, `is Kallas?` or `Kallas about troops this week`."""
    name, period = split_period(_words(arguments))
    name, _, topic = name.strip(" ?@").partition(" about ")
    name = re.sub(r"\A(?:is|did|said)\s+(?=\S)", "", name, flags=re.IGNORECASE).strip(" ?@")
    return replace(_parse_name(spec, name), topic=topic.strip(), period=period)


def _parse_search(spec: CommandSpec, arguments: str) -> Command:
    """Read `grain exports` or `grain exports since Monday`; days alone are words."""
    words, period = split_period(_words(arguments))
    return replace(_parse_name(spec, words or arguments), period=period if words else "")


def _parse_topic(spec: CommandSpec, arguments: str) -> Command:
    """Read `nato` or `about nato`, or nothing."""
    _refuse_long(spec, arguments, spec.examples[-1])
    about = r"\A(?:about|on)\s+(?:the\s+)?(?=\S)"
    return Command(spec.word, re.sub(about, "", _words(arguments), flags=re.IGNORECASE))


def _parse_chart(spec: CommandSpec, arguments: str) -> Command:
    """Read `month`, `week about ferries` or `about ferries`, or nothing."""
    words = _words(arguments)
    period, _, topic = words.partition(" ")
    days = CHART_DAYS.get(period.lower())
    if days is None and period.lower() not in {"", "about", "on"}:
        near = get_close_matches(period.lower(), CHART_DAYS, n=1)
        line = f"chart {near[0]} {topic}".strip() if near else f"chart about {arguments}"
        problem = messages.text("unknown_period", words=period[:40])
        raise spec.error(problem, line[: MAX_NAME_CHARS - len("/digest ")])
    topic = re.sub(r"\A(?:about|on)(?:\s+|\Z)", "", topic if days else words, flags=re.IGNORECASE)
    _refuse_long(spec, topic, "chart week about nato")
    return Command(spec.word, topic, days=days or CHART_DAYS["week"])


def _parse_feeds(spec: CommandSpec, arguments: str) -> Command:
    """Read `add URL`, `remove N`, `remove URL` or a bare address, or nothing."""
    word, _, rest = arguments.partition(" ")
    word = word.lower()
    if word in {"", "list"} and not rest:
        return Command(spec.word)
    if word == "add":
        return Command(spec.word, _url(spec, rest))
    if word in {"remove", "delete", "rm"}:
        if re.fullmatch(r"#?[0-9]{1,9}", rest):
            return Command(spec.word, number=int(rest.lstrip("#")), remove=True)
        if address := find_address(rest):
            return Command(spec.word, address, remove=True)
        raise spec.error(*messages.pair("which_feed"))
    if address := find_address(arguments):
        return Command(spec.word, address)
    problem = messages.text("unclear_after_feeds", words=arguments[:40])
    raise spec.error(problem, _nearest_feeds_line(spec, word, rest))


def _nearest_feeds_line(spec: CommandSpec, word: str, rest: str) -> str:
    near = get_close_matches(word, ("add", "remove", "list"), n=1)
    if not near or near[0] == "list":
        return "feeds"
    try:
        return render_command(_parse_feeds(spec, f"{near[0]} {rest}")).removeprefix("/digest ")
    except UsageError as e:
        return (e.hint or "").removeprefix("/digest ")


def find_address(text: str) -> str:
    """Return the web address that a text is, with its scheme; "" for any other text."""
    if is_http := WEB_ADDRESS.match(text):
        return is_http[0]
    bare = FEED_ADDRESS.sub("", text)
    scheme = "http://" if "http://" in text[: len(text) - len(bare)].lower() else "https://"
    return f"{scheme}{bare}" if bare != text or _BARE_ADDRESS.match(text) else ""


def _url(spec: CommandSpec, text: str) -> str:
    if address := find_address(text):
        return address
    problem = messages.text("which_address")
    if text:
        problem = messages.text("no_address", text=text[:60])
    raise spec.error(problem, next(line for line in spec.examples if "https:" in line))


def _refuse_long(spec: CommandSpec, name: str, example: str) -> None:
    if len(name) > MAX_NAME_CHARS:
        raise spec.error(messages.text("name_too_long", most=MAX_NAME_CHARS), example)


def _words(arguments: str) -> str:
    """Return the words without quote marks and with single blanks between them."""
    return " ".join(arguments.replace('"', " ").split())


def _parse_help(spec: CommandSpec, arguments: str) -> Command:
    word = arguments.lower().strip("/")
    if word in {"", "me", "please"}:
        return Command(spec.word)
    if word in {ALL_COMMANDS, "all", "commands"}:
        return Command(spec.word, ALL_COMMANDS)
    if other := find_command(word):
        return Command(spec.word, other.word)
    near = get_close_matches(word[:40], SPECS_BY_WORD, n=1)
    problem = messages.text("no_such_command", words=arguments[:40])
    raise spec.error(problem, f"help {near[0]}" if near else "help")


# By what a command takes, in data/commands.toml.
_PARSERS: dict[str, Callable[[CommandSpec, str], Command]] = {
    "nothing": _parse_nothing,
    "me": _parse_me,
    "schedule": lambda spec, text: Command(spec.word, change=parse_subscribe(text)),
    "topic": _parse_topic,
    "name": _parse_name,
    "name or nothing": _parse_optional_name,
    "actor": _parse_actor,
    "words": _parse_search,
    "address": lambda spec, text: Command(spec.word, _url(spec, text)),
    "feed": _parse_feeds,
    "period and topic": _parse_chart,
    "command": _parse_help,
}
