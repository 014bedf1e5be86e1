"""What people read keeps to the glossary of docs/rooms/blocks.md, and stands in the catalogs."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BOT = ROOT / "bot"
OTHER_CATALOGS = (
    "listeners/data/commands.toml",
    "listeners/data/schedule_help.toml",
    "listeners/data/slack_errors.toml",
    "delivery/data/failures.toml",
    "app/data/oauth_reasons.toml",
    "store/data/database_cures.toml",
)
CATALOGS = sorted([*BOT.glob("*/data/messages.toml"), *(BOT / path for path in OTHER_CATALOGS)])
# Fields that hold what is typed, or names that code reads.
TYPED = {"word", "aliases", "usage", "takes", "examples", "hint", "vocabulary", "codes", "action"}
# What is shown as it is typed, and the names that messages fill in.
CODE = re.compile(r"`[^`]*`|“[^”]*”|\{[^}]*\}")
ROOMS_OF_SLACK = ("blocks", "listeners", "delivery")
# Two words in a row, or a word with a blank beside it: an English phrase.
PHRASE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}|^[ ·(]*[A-Z]?[a-z]{2,}[): ]+$|^ [a-z]{3,}$")
# Calls whose strings no person in Slack reads: patterns, logs, metrics, errors of programmers.
UNREAD_CALLS = re.compile(r"^re\.|^_?log\b|^_?(?:open_)?row$|Error$|^(?:Counter|Gauge|Histogram)$")


def read_glossary() -> dict[str, str]:
    """Return what to say by each word or phrase that is not to be used."""
    page = (ROOT / "docs/rooms/blocks.md").read_text(encoding="utf-8")
    _, table = page.split("| say | not |\n| --- | --- |\n")
    rows = (line.strip("| ").split(" | ") for line in table.split("\n\n")[0].splitlines())
    return {banned: said for said, words in rows for banned in words.split(", ")}


def find_strings(entry: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the strings for people in a catalog, each with its key."""
    match entry:
        case str():
            yield key, entry
        case list():
            for each in entry:
                yield from find_strings(each, key)
        case dict():
            is_row = "word" in entry or "examples" in entry
            for name, each in entry.items():
                if name not in TYPED or (name == "hint" and not is_row):
                    yield from find_strings(each, f"{key}.{name}".strip("."))


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(BOT).as_posix())
def test_one_word_for_one_thing(path: Path) -> None:
    """No message has a word that the glossary replaces by another."""
    glossary = read_glossary()
    banned = re.compile(rf"\b(?:{'|'.join(map(re.escape, glossary))})\b", re.IGNORECASE)
    strings = list(find_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert len(strings) > 5
    found = [
        f"{key}: say “{glossary[match[0].lower()]}” for “{match[0]}”"
        for key, text in strings
        for match in banned.finditer(CODE.sub("", text))
    ]
    assert found == []


def find_phrases(path: Path) -> Iterator[str]:
    """Yield the English phrases in a module's code that a person may read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unread: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            unread.add(node.value)
        if isinstance(node, ast.Call) and UNREAD_CALLS.search(ast.unparse(node.func)):
            unread.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in unread:
            if PHRASE.search(node.value):
                yield f"{path.stem}: {node.value!r}"
