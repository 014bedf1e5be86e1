"""Would Slack take these blocks? Every fault is named, with the place where it stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.playground.blockspec import MODAL_KEYS, MOST_BLOCKS, SURFACES, VIEW_KEYS, plain
from bot.playground.rules import choice, error, items, kinds, shape

LONGEST_MARKDOWN = 12_000  # over all markdown blocks of a message
LONGEST_TABLE = 10_000


def check_blocks(blocks: Any, surface: str, path: str = "/blocks") -> list[str]:
    """Give what is wrong with the blocks of a message, a modal or App Home; empty means taken."""
    least = 0 if surface == "message" else 1
    problems = list(items(kinds(SURFACES[surface]), least, MOST_BLOCKS[surface])(blocks, path))
    return problems or list(cross_check(blocks, path))


def check_view(view: Any, kind: str) -> list[str]:
    """Give what is wrong with a view; `kind` is "modal" or "home", or empty for either."""
    asked = view.get("type") if isinstance(view, dict) else None
    if not isinstance(asked, str) or asked not in {"modal", "home"} or (kind and asked != kind):
        return [error(f"must be {kind or 'modal or home'}", "/view/type")]
    rules = {"type": choice(asked), "blocks": blocks_apart}
    needed = rules | ({"title": plain(24)} if asked == "modal" else {})
    problems = list(shape(needed, MODAL_KEYS if asked == "modal" else VIEW_KEYS)(view, "/view"))
    if "blocks" in view:
        problems += check_blocks(view["blocks"], asked, "/view/blocks")
    if not problems and asked == "modal" and has_input(view["blocks"]) and not view.get("submit"):
        problems.append(error("missing required field: submit", "/view"))
    return problems


def blocks_apart(_value: Any, _path: str) -> Iterator[str]:
    """Leave a view's blocks to check_blocks, which knows the surface."""
    yield from ()


def has_input(blocks: list[dict[str, Any]]) -> bool:
    """Whether a person can fill something in."""
    return any(block["type"] == "input" for block in blocks)


def cross_check(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    """Check what holds between blocks, once each is well-formed by itself."""
    yield from repeated_names(blocks, path)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield error("only_one_table_allowed", path)
    for index, block in enumerate(blocks):
        if block["type"] == "table" and text_total(block["rows"]) > LONGEST_TABLE:
            yield error(f"table text is over {LONGEST_TABLE} characters", f"{path}/{index}/rows")
        yield from wrong_choices(block, f"{path}/{index}")
    if (
        sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
        > LONGEST_MARKDOWN
    ):
        yield error(f"markdown text is over {LONGEST_MARKDOWN} characters", path)
    if sum(node.get("focus_on_load") is True for node, _ in walk(blocks, path)) > 1:
        yield error("only one element may have focus_on_load", path)


def repeated_names(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    """Refuse a block_id that stands twice, and an action_id that stands twice in one block."""
    names = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (
        error(f"block_id `{name}` already exists", path)
        for name, times in names.items()
        if times > 1
    )
    for index, block in enumerate(blocks):
        where = f"{path}/{index}"
        actions = Counter(
            node["action_id"] for node, _ in walk(block, where) if "action_id" in node
        )
        yield from (
            error(f"`action_id` {name} already exists", where)
            for name, times in actions.items()
            if times > 1
        )


def wrong_choices(block: dict[str, Any], path: str) -> Iterator[str]:
    """Refuse a first choice that is none of the options."""
    for node, where in walk(block, path):
        options = [
            *node.get("options", ()),
            *(o for g in node.get("option_groups", ()) for o in g["options"]),
        ]
        if not options or "type" not in node:
            continue
        chosen = (
            [node["initial_option"]]
            if "initial_option" in node
            else node.get("initial_options", [])
        )
        if any(choice not in options for choice in chosen):
            yield error("initial option must exactly match an option", where)


def walk(node: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Give every object within, with its place."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from walk(item, f"{path}/{index}")
    elif isinstance(node, dict):
        yield node, path
        for key, item in node.items():
            yield from walk(item, f"{path}/{key}")


def text_total(blocks: Any) -> int:
    """Count the characters of all texts within."""
    return sum(
        len(node["text"]) for node, _ in walk(blocks, "") if isinstance(node.get("text"), str)
    )
