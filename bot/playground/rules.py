"""Small rules over JSON values, joined into the table of what Slack takes (blockspec).

A rule is given a value and its JSON pointer and yields what is wrong, in the words of Slack's
`response_metadata.messages`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|slack://)\S+")


def error(message: str, path: str) -> str:
    """Say what is wrong, and where."""
    return f"[ERROR] {message} [json-pointer:{path}]"


def words(most: int, least: int = 1) -> Rule:
    """Take a string of so many characters."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield error("must provide a string", path)
        elif len(value) > most:
            yield error(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield error(f"must be more than {least - 1} characters", path)

    return check


def flag(value: Any, path: str) -> Iterator[str]:
    """Take true or false."""
    if not isinstance(value, bool):
        yield error("must provide a boolean", path)


def number(least: float, most: float) -> Rule:
    """Take a number within bounds."""

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield error("must provide a number", path)
        elif not least <= value <= most:
            yield error(f"must be between {least} and {most}", path)

    return check


def choice(*values: str | int) -> Rule:
    """Take one of these values."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in values or isinstance(value, bool):
            yield error(f"must be one of {', '.join(map(str, values))}", path)

    return check


def pattern(expression: str, name: str) -> Rule:
    """Take a string of this form."""
    form = re.compile(expression)

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str) or not form.fullmatch(value):
            yield error(f"must be {name}", path)

    return check


def address(value: Any, path: str) -> Iterator[str]:
    """Take an absolute address of at most 3,000 characters."""
    problems = list(words(3000)(value, path))
    yield from problems
    if not problems and not ADDRESS.fullmatch(value):
        yield error("invalid url", path)


def items(rule: Rule, least: int, most: int) -> Rule:
    """Take a list of so many items, each by the rule."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield error("must provide an array", path)
            return
        if len(value) > most:
            yield error(f"no more than {most} items allowed", path)
        if len(value) < least:
            yield error(f"no less than {least} items allowed", path)
        for index, item in enumerate(value):
            yield from rule(item, f"{path}/{index}")

    return check


def shape(
    needed: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *laws: Rule
) -> Rule:
    """Take an object with these keys and no others; `laws` look at it whole."""
    known = {**needed, **(optional or {})}

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield error("must provide an object", path)
            return
        for key in needed:
            if key not in value:
                yield error(f"missing required field: {key}", path)
        for key, inner in value.items():
            if key not in known:
                yield error(f"invalid additional property: {key}", path)
            else:
                yield from known[key](inner, f"{path}/{key}")
        for law in laws:
            yield from law(value, path)

    return check


def kinds(rules: Mapping[str, Rule]) -> Rule:
    """Take an object by the rule that its `type` names."""

    def check(value: Any, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield error("must provide an object", path)
        elif not isinstance(kind, str):
            yield error("missing required field: type", path)
        elif kind not in rules:
            yield error(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from rules[kind](value, path)

    return check


def one_of(*keys: str, at_least: int = 1, at_most: int = 1) -> Rule:
    """Take an object that has so many of these keys."""

    def check(value: Any, path: str) -> Iterator[str]:
        given = sum(value.get(key) is not None for key in keys)
        if not at_least <= given <= at_most:
            yield error(
                f"must provide {'one of' if at_most == 1 else 'at least one of'} {', '.join(keys)}",
                path,
            )

    return check
