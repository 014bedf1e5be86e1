"""Read what a person types after the word of a command: a name, a topic, an address, a number."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.model.errors import UsageError

MAX_NAME_CHARS = 200
CHART_DAYS = {"week": 7, "month": 30}
WEB_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/?]\S*)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A row of the table of commands: `parse` makes a `command` of what follows `word`.

    `usage` follows `/digest`, and each of `examples` is such a line. `hint` is its part of what
    Slack shows while `/digest` is typed. `question` asks for a name that was left out.
    """

    command: Callable[..., Any]
    word: str
    usage: str
    meaning: str
    parse: "Callable[[CommandSpec, str], Any]"
    examples: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    hint: str = ""
    question: str = ""

    def error(self, problem: str, line: str = "") -> UsageError:
        """Return an error that offers `line`, or the first example."""
        return UsageError(problem, f"/digest {line or self.examples[0]}")


def parse_nothing(spec: CommandSpec, arguments: str) -> Any:
    """Refuse arguments, but for a polite or superfluous word."""
    if arguments and arguments.lower() not in {"here", "this channel", "please"}:
        problem = f"`{spec.word}` takes nothing more: I don't understand “{arguments[:40]}”."
        raise spec.error(problem, spec.word)
    return spec.command()


def parse_me(spec: CommandSpec, arguments: str) -> Any:
    """Read `me`, or nothing."""
    if arguments.lower() in {"me", "for me", "my"}:
        return spec.command(me=True)
    return parse_nothing(spec, arguments)


def parse_name(spec: CommandSpec, arguments: str) -> Any:
    """Read a name; ask for one that was left out."""
    name = _words(arguments)
    if not name:
        raise spec.error(spec.question)
    _refuse_long(spec, name, spec.examples[0])
    return spec.command(name)


def parse_optional_name(spec: CommandSpec, arguments: str) -> Any:
    """Read a name, or nothing."""
    if _words(arguments).lower() in {"", "list"}:
        return spec.command()
    return parse_name(spec, arguments)


def parse_actor(spec: CommandSpec, arguments: str) -> Any:
    """Read `Kallas` or `is Kallas?`."""
    name = _words(arguments).strip(" ?@")
    name = re.sub(r"\A(?:is|did|said)\s+(?=\S)", "", name, flags=re.IGNORECASE).strip(" ?@")
    return parse_name(spec, name)


def parse_topic(spec: CommandSpec, arguments: str) -> Any:
    """Read `nato` or `about nato`, or nothing."""
    _refuse_long(spec, arguments, spec.examples[-1])
    topic = re.sub(r"\A(?:about|on)\s+(?=\S)", "", _words(arguments), flags=re.IGNORECASE)
    return spec.command(topic or None)


def parse_chart(spec: CommandSpec, arguments: str) -> Any:
    """Read `month`, `week about ferries` or `about ferries`, or nothing."""
    words = _words(arguments)
    period, _, topic = words.partition(" ")
    days = CHART_DAYS.get(period.lower())
    if days is None and period.lower() not in {"", "about", "on"}:
        near = get_close_matches(period.lower(), CHART_DAYS, n=1)
        line = f"chart {near[0]} {topic}".strip() if near else f"chart about {arguments}"
        problem = f"A chart is of a week or a month, not “{period[:40]}”."
        raise spec.error(problem, line[: MAX_NAME_CHARS - len("/digest ")])
    topic = re.sub(r"\A(?:about|on)(?:\s+|\Z)", "", topic if days else words, flags=re.IGNORECASE)
    _refuse_long(spec, topic, "chart week about nato")
    return spec.command(days or CHART_DAYS["week"], topic or None)


def parse_url(spec: CommandSpec, arguments: str) -> Any:
    """Read a web address."""
    return spec.command(_url(spec, arguments))


def parse_feeds(spec: CommandSpec, arguments: str) -> Any:
    """Read `add URL`, `remove N` or a bare address, or nothing."""
    word, _, rest = arguments.partition(" ")
    word = word.lower()
    if word in {"", "list"} and not rest:
        return spec.command()
    if word == "add":
        return spec.command(url=_url(spec, rest))
    if word in {"remove", "delete", "rm"}:
        if re.fullmatch(r"#?[0-9]{1,9}", rest):
            return spec.command(number=int(rest.lstrip("#")))
        raise spec.error("Which feed? `/digest feeds` shows their numbers.", "feeds remove 1")
    if WEB_ADDRESS.match(arguments):
        return spec.command(url=arguments)
    problem = f"I don't understand “{arguments[:40]}” after `feeds`."
    raise spec.error(problem, _nearest_feeds_line(spec, word, rest))


def _nearest_feeds_line(spec: CommandSpec, word: str, rest: str) -> str:
    near = get_close_matches(word, ("add", "remove", "list"), n=1)
    if not near or near[0] == "list":
        return "feeds"
    try:
        command = parse_feeds(spec, f"{near[0]} {rest}")
    except UsageError as e:
        return (e.hint or "").removeprefix("/digest ")
    return f"feeds {near[0]} {command.url or command.number}"


def _url(spec: CommandSpec, text: str) -> str:
    if WEB_ADDRESS.match(text):
        return text
    if _BARE_ADDRESS.match(text):
        return f"https://{text}"
    problem = f"“{text[:60]}” is no web address." if text else "Which address?"
    raise spec.error(problem, next(line for line in spec.examples if "https:" in line))


def _refuse_long(spec: CommandSpec, name: str, example: str) -> None:
    if len(name) > MAX_NAME_CHARS:
        raise spec.error(f"That is longer than {MAX_NAME_CHARS} characters.", example)


def _words(arguments: str) -> str:
    """Return the words without quote marks and with single blanks between them."""
    return " ".join(arguments.replace('"', " ").split())
