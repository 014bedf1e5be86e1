"""Every message that the code asks for stands in its room's catalog, and no other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model import AnswerAudience, DeliveryState, EditPermission, PreferenceKind, SourceChange
from bot.model.messages import Messages

BOT = Path(__file__).parent.parent.parent / "bot"
ROOMS = sorted(path.parent.parent.name for path in BOT.glob("*/data/messages.toml"))
# What takes a key as its first argument, and which of its keywords fill in nothing.
ASKING = {"text", "pair", "paragraphs", "count", "compose", "button", "modal"}
HELP = {"option", "argument"}
ERRORS = {"unreadable"}  # functions that make an error of a key
OWN_KEYWORDS = {"buttons", "primary", "close", "private_metadata", "submit", "callback_id"}
# Keys that are put together, by their room and what they begin with.
ENDINGS = {
    ("blocks", "delivery_"): [state for state in DeliveryState if state.value != "posted"],
    ("blocks", "state_"): [*DeliveryState],
    ("blocks", "lead_"): [*SourceChange, "correction", "update"],
    ("blocks", "note_"): [*SourceChange],
    ("blocks", "permission_"): [*EditPermission],
    ("blocks", "audience_"): [*AnswerAudience],
    **{("blocks", key): [*PreferenceKind] for key in ("saved_", "line_", "names_", "is_")},
    ("blocks", "removed_"): [*PreferenceKind, "none"],
    ("cli", "state_"): ["todo", "doing", "failed", "aborted"],
    ("listeners", "home_"): [*DeliveryState],
    ("listeners", "field_"): ["times", "interval", "at_once", "min_interval", "hours", "all_day"],
}


def parse_room(room: str) -> list[ast.AST]:
    """Return all nodes of the room's code."""
    return [
        node
        for path in sorted((BOT / room).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def find_calls(room: str) -> Iterator[tuple[str, set[str] | None]]:
    """Yield the keys that are asked for by name, and what fills them in; None if not by name."""
    for node in parse_room(room):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in HELP:
            yield ast.literal_eval(node.args[0]), set()
        if not _asks(node.func):
            continue
        names = {keyword.arg for keyword in node.keywords if keyword.arg}
        by_name = None not in {keyword.arg for keyword in node.keywords}
        first = node.args[0]
        branches = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for key in branches:
            if isinstance(key, ast.Constant):
                counted = {"count"} if ast.unparse(node.func).endswith(".count") else set()
                yield str(key.value), (names - OWN_KEYWORDS) | counted if by_name else None


def _asks(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in ERRORS
    if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
        return False
    return function.value.id in {"messages", "kit"} and function.attr in ASKING


def load(room: str) -> dict[str, set[str]]:
    """Return the placeholders of each message in a room's catalog."""
    return Messages(f"bot.{room}").placeholders()


@pytest.mark.parametrize("room", ROOMS)
def test_messages_asked_for_exist_and_are_filled_in(room: str):
    """Each key in a call stands in the catalog, and the call names its placeholders."""
    catalog, calls = load(room), list(find_calls(room))
    assert len(calls) > 2
    assert [key for key, _ in calls if key not in catalog] == []
    assert [(key, names) for key, names in calls if names not in (None, catalog[key])] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_is_used(room: str):
    """Each key of the catalog stands in the room's code, or begins like one put together there."""
    nodes = parse_room(room)
    words = {node.value for node in nodes if isinstance(node, ast.Constant)}
    begun = tuple(
        str(node.values[0].value)
        for node in nodes
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
        if str(node.values[0].value).endswith("_")
    )
    assert [
        key for key in load(room) if key not in words and not key.startswith(begun or "\n")
    ] == []


@pytest.mark.parametrize(("room", "start"), ENDINGS)
def test_each_state_has_its_message(room: str, start: str):
    """A key that ends with the value of an enumeration stands in the catalog for each of them."""
    keys = {f"{start}{ending}" for ending in ENDINGS[room, start]}
    assert keys <= load(room).keys()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("number", "a = 3", "a is no text"),
        ("hint alone", 'a.hint = "Type it."', "a is no text"),
        ("three forms", 'a = ["one", "few", "many"]', "a is no text"),
        ("no name", 'a = "{} stories"', "no name"),
        ("attribute", 'a = "{story.id}"', "no name"),
    ],
)
def test_a_faulty_catalog_is_refused(
    name: str, content: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A catalog with anything but messages is refused when it is loaded, with its key."""
    package = f"faulty_{name.replace(' ', '_')}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / package / "messages.toml").write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match=problem):
        Messages(package, "messages.toml")
