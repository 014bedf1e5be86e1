"""Check blocks and views as Slack does, by the table in data/block_rules.toml.

Each problem is a line as in Slack's `response_metadata.messages`, with the place as a JSON pointer.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from bot.model.wordlists import load_tables

MAX_MARKDOWN_CHARS = 12_000  # over all markdown blocks of a message
MAX_TABLE_CHARS = 10_000
MAX_CHARTS = 2  # of a message
MAX_URL_CHARS = 3000

_URL = re.compile(r"(?:https?://|mailto:|tel:|slack://)\S+")
_RULES: Mapping[str, Mapping[str, Any]] = load_tables("bot.playground", "data/block_rules.toml")
# The keys of a table of rules that are no fields of the object.
_TABLE_KEYS = {"required", "extends", "exactly_one", "at_least_one"}


def check_blocks(blocks: Any, surface: str, path: str = "/blocks") -> list[str]:
    """Return what is wrong with the blocks of a "message", "modal" or "home"; empty if nothing."""
    problems = list(_check(_RULES["surfaces"][surface], blocks, path))
    return problems or list(_check_together(blocks, path))


def check_view(view: Any, kind: str) -> list[str]:
    """Return what is wrong with a view; `kind` is "modal" or "home", or empty for either."""
    view_type = view.get("type") if isinstance(view, dict) else None
    if view_type not in ("modal", "home") or (kind and view_type != kind):
        return [_error(f"must be {kind or 'modal or home'}", "/view/type")]
    problems = list(_check(f"{view_type}_view", view, "/view"))
    if "blocks" in view:
        problems += check_blocks(view["blocks"], view_type, "/view/blocks")
    if not problems and view_type == "modal" and not view.get("submit"):
        has_input = any(block["type"] == "input" for block in view["blocks"])
        problems += [_error("missing required field: submit", "/view")] if has_input else []
    return problems


def count_text(blocks: Any) -> int:
    """Count the characters of all texts in blocks."""
    texts = [node["text"] for node, _ in _walk(blocks, "") if isinstance(node.get("text"), str)]
    return sum(map(len, texts))


def _error(message: str, path: str) -> str:
    return f"[ERROR] {message} [json-pointer:{path}]"


def _check(rule: Any, value: Any, path: str) -> Iterator[str]:
    """Check a value by a rule; the top of the data file says how rules are written."""
    if isinstance(rule, list):
        if value not in rule or isinstance(value, bool):
            yield _error(f"must be one of {', '.join(map(str, rule))}", path)
        return
    word, _, detail = rule.partition(" ")
    if word in _CHECKS:
        yield from _CHECKS[word](detail, value, path)
    elif word in _RULES["choices"]:
        yield from _check(_RULES["choices"][word], value, path)
    elif word in _RULES["patterns"]:
        yield from _check_pattern(_RULES["patterns"][word], value, path)
    elif "|" in rule or word in _RULES["groups"] or word == "text":
        yield from _check_union(_alternatives(rule), value, path)
    elif word in {"plain_text", "mrkdwn"}:
        yield from _check_text(word, detail, value, path)
    else:
        yield from _check_object(_table(word), value, path)


def _check_string(bounds: str, value: Any, path: str) -> Iterator[str]:
    least, most = _parse_bounds(bounds)
    if not isinstance(value, str):
        yield _error("must provide a string", path)
    elif len(value) > most:
        yield _error(f"must be less than {most + 1} characters", path)
    elif len(value) < least:
        yield _error(f"must be more than {least - 1} characters", path)


def _check_boolean(_detail: str, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _error("must provide a boolean", path)


def _check_number(bounds: str, value: Any, path: str) -> Iterator[str]:
    least, most = _parse_bounds(bounds)
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _error("must provide a number", path)
    elif not least <= value <= most:
        yield _error(f"must be between {least} and {most}", path)


def _check_url(_detail: str, value: Any, path: str) -> Iterator[str]:
    problems = list(_check_string(f"1..{MAX_URL_CHARS}", value, path))
    yield from problems
    if not problems and not _URL.fullmatch(value):
        yield _error("invalid url", path)


def _check_list(detail: str, value: Any, path: str) -> Iterator[str]:
    bounds, _, rule = detail.partition(" of ")
    least, most = _parse_bounds(bounds)
    if not isinstance(value, list):
        yield _error("must provide an array", path)
        return
    if len(value) > most:
        yield _error(f"no more than {most} items allowed", path)
    if len(value) < least:
        yield _error(f"no less than {least} items allowed", path)
    for index, item in enumerate(value):
        yield from _check(rule, item, f"{path}/{index}")


_CHECKS: Mapping[str, Callable[[str, Any, str], Iterator[str]]] = {
    "string": _check_string,
    "boolean": _check_boolean,
    "number": _check_number,
    "url": _check_url,
    "list": _check_list,
    "any": lambda _detail, _value, _path: iter(()),
}


def _check_pattern(pattern: list[str], value: Any, path: str) -> Iterator[str]:
    expression, name = pattern
    if not isinstance(value, str) or not re.fullmatch(expression, value):
        yield _error(f"must be {name}", path)


def _check_union(alternatives: Mapping[str, str], value: Any, path: str) -> Iterator[str]:
    """Check an object by the rule that its `type` names."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        yield _error("must provide an object", path)
    elif not isinstance(kind, str):
        yield _error("missing required field: type", path)
    elif kind not in alternatives:
        yield _error(f"unsupported type: {kind}", f"{path}/type")
    else:
        yield from _check(alternatives[kind], value, path)


def _check_text(kind: str, most: str, value: Any, path: str) -> Iterator[str]:
    """Check a text object of this kind; Slack takes no text of white space alone."""
    flag = "emoji" if kind == "plain_text" else "verbatim"
    fields = {"type": [kind], "text": f"string 1..{most}", flag: "boolean"}
    yield from _check_object({"required": "type text", **fields}, value, path)
    text = value.get("text") if isinstance(value, dict) else None
    if isinstance(text, str) and text.isspace():
        yield _error("must be more than 0 characters", f"{path}/text")


def _check_object(table: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _error("must provide an object", path)
        return
    for key in table.get("required", "").split():
        if key not in value:
            yield _error(f"missing required field: {key}", path)
    for key, inner in value.items():
        if key not in table or key in _TABLE_KEYS:
            yield _error(f"invalid additional property: {key}", path)
        else:
            yield from _check(table[key], inner, f"{path}/{key}")
    for law, words in (("exactly_one", "one of"), ("at_least_one", "at least one of")):
        keys = table.get(law, "").split()
        given = sum(value.get(key) is not None for key in keys)
        if keys and (given == 0 or (law == "exactly_one" and given > 1)):
            yield _error(f"must provide {words} {', '.join(keys)}", path)


@cache
def _parse_bounds(bounds: str) -> tuple[float, float]:
    """Read "1..255"; a side left empty has no bound."""
    least, most = bounds.split("..")
    return int(least) if least else -float("inf"), int(most) if most else float("inf")


@cache
def _alternatives(rule: str) -> Mapping[str, str]:
    """Return the rules of a union by the `type` of the objects that they are for."""
    rules: dict[str, str] = {}
    for name in map(str.strip, rule.split("|")):
        word, _, most = name.partition(" ")
        if word == "text":
            rules |= {kind: f"{kind} {most}" for kind in ("plain_text", "mrkdwn")}
        elif word in _RULES["groups"]:
            rules |= _alternatives(_RULES["groups"][word])
        else:
            rules[_RULES["typed"].get(word, {}).get("type", word)] = name
    return rules


@cache
def _table(name: str) -> Mapping[str, Any]:
    """Return an object's table with the fields of those that it extends."""
    typed = _RULES["typed"].get(name)
    table = _RULES["objects"][name] if typed is None else typed
    inherited = _table(table["extends"]) if "extends" in table else {}
    merged = {**inherited, **table}
    if typed is not None:
        kind, required = typed.get("type", name), table.get("required", "")
        merged |= {"type": [kind], "required": f"type {required}"}
    return merged


def _check_together(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    """Check what holds between blocks, once each is well-formed by itself."""
    yield from _find_repeated_ids(blocks, path)
    kinds = Counter(block["type"] for block in _with_children(blocks))
    if kinds["table"] > 1:
        yield _error("only_one_table_allowed", path)
    if kinds["data_visualization"] > MAX_CHARTS:
        yield _error(f"no more than {MAX_CHARTS} charts allowed", path)
    for block, place in _walk(blocks, path):
        if block.get("type") in _CHECKED_WHOLE:
            yield from _CHECKED_WHOLE[block["type"]](block, place)
    for index, block in enumerate(blocks):
        yield from _find_unknown_choices(block, f"{path}/{index}")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MAX_MARKDOWN_CHARS:
        yield _error(f"markdown text is over {MAX_MARKDOWN_CHARS} characters", path)
    if sum(node.get("focus_on_load") is True for node, _ in _walk(blocks, path)) > 1:
        yield _error("only one element may have focus_on_load", path)


def _with_children(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks, with those that stand in containers."""
    return [*blocks, *(child for block in blocks for child in block.get("child_blocks", ()))]


def _check_table(block: dict[str, Any], path: str) -> Iterator[str]:
    if count_text(block["rows"]) > MAX_TABLE_CHARS:
        yield _error(f"table text is over {MAX_TABLE_CHARS} characters", f"{path}/rows")


def _check_data_table(block: dict[str, Any], path: str) -> Iterator[str]:
    """Check what holds between its rows; the first is the header."""
    yield from _check_table(block, path)
    rows = block["rows"]
    if len(set(map(len, rows))) > 1:
        yield _error("all rows must have the same number of cells", f"{path}/rows")
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        yield _error("rich_text cannot be used for header cells", f"{path}/rows/0")
    if block.get("row_header_column_index", 0) >= len(rows[0]):
        yield _error("must be a column of the table", f"{path}/row_header_column_index")


def _check_chart(block: dict[str, Any], path: str) -> Iterator[str]:
    """Check that each series has a name of its own, and a point for each category."""
    series, axes = block["chart"]["series"], block["chart"]["axis_config"]
    if len({each["name"] for each in series}) < len(series):
        yield _error("series names must be unique", f"{path}/chart/series")
    if any([point["label"] for point in each["data"]] != axes["categories"] for each in series):
        yield _error("data labels must match the categories", f"{path}/chart/series")


def _check_container(block: dict[str, Any], path: str) -> Iterator[str]:
    """Check what its fields about folding ask of each other."""
    if block.get("is_collapsible") and block.get("has_header_divider"):
        yield _error("has_header_divider is for what cannot be collapsed", path)
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield _error("default_collapsed requires is_collapsible", path)


_CHECKED_WHOLE: Mapping[str, Callable[[dict[str, Any], str], Iterator[str]]] = {
    "container": _check_container,
    "data_table": _check_data_table,
    "data_visualization": _check_chart,
    "table": _check_table,
}


def _find_repeated_ids(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    """Refuse a block_id that stands twice, and an action_id that stands twice in one block."""
    for name in _repeated(_with_children(blocks), "block_id"):
        yield _error(f"block_id `{name}` already exists", path)
    for index, block in enumerate(blocks):
        for name in _repeated([node for node, _ in _walk(block, "")], "action_id"):
            yield _error(f"`action_id` {name} already exists", f"{path}/{index}")


def _repeated(nodes: list[dict[str, Any]], key: str) -> list[str]:
    counts = Counter(node[key] for node in nodes if key in node)
    return [name for name, times in counts.items() if times > 1]


def _find_unknown_choices(block: dict[str, Any], path: str) -> Iterator[str]:
    """Refuse a first choice that is none of the options."""
    for node, place in _walk(block, path):
        groups = [*node.get("option_groups", ()), node]
        options = [option for group in groups for option in group.get("options", ())]
        chosen = [node[key] for key in ("initial_option",) if key in node]
        chosen = chosen or node.get("initial_options", [])
        if options and "type" in node and any(option not in options for option in chosen):
            yield _error("initial option must exactly match an option", place)


def _walk(node: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every object within a JSON value, with its JSON pointer."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{path}/{index}")
    elif isinstance(node, dict):
        yield node, path
        for key, item in node.items():
            yield from _walk(item, f"{path}/{key}")
