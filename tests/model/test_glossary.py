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
    "listeners/data/agent_tools.toml",
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
# All but that which speaks to no one.
ROOMS = sorted({path.parent.name for path in BOT.glob("*/__init__.py")} - {"language"})
# A sentence, or its beginning. Where no commands stand in the code, each pair of words counts.
SENTENCE = re.compile(r"^\W*[A-Z][a-z]+,? [a-z]{2,}")
PHRASE = re.compile(r"^(?!/digest )(?:.* )?[A-Za-z]{2,},? [a-z]{2,}|^[ ·(]+[a-z]{3,}")
# The words of `/digest subscribe` that are values of the form's menu.
MENU = {"at set times", "at once"}
WITHOUT_COMMANDS = (
    *("blocks/", "cli/", "intake/", "settings/", "stories/"),
    *("app/doctor.py", "model/cadence.py", "model/errors.py", "playground/user_actions.py"),
)
# Names, styles of the terminal, headers and keys, all of which read like words.
NAMES = {
    *("associated press", "agence france presse", "gzip, deflate"),
    *("bold cyan", "bold yellow", "not dim", "not dim ", "ambiguous sessions", "way values"),
}
SQL = re.compile(r"(?:SELECT|INSERT|CREATE) ")
# Strings that no person reads: patterns, logs, metrics, errors for programmers or programs.
UNREAD_CALLS = re.compile(
    r"^re\.|^log\.|(?:Counter|Gauge|Histogram|ValueError|TypeError|JobFailed"
    r"|our_faults_logged)$"
)
# There ValueErrors are faults of settings, which the operator reads.
UNREAD_IN_SETTINGS = re.compile(r"^re\.|^log\.")


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
    assert len(strings) > 2
    found = [
        f"{key}: say “{glossary[match[0].lower()]}” for “{match[0]}”"
        for key, text in strings
        for match in banned.finditer(CODE.sub("", text))
    ]
    assert found == []


def find_phrases(
    path: Path, pattern: re.Pattern[str], unread_calls: re.Pattern[str] = UNREAD_CALLS
) -> Iterator[str]:
    """Yield the strings of a module that match, but for docstrings and what no person reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unread: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            unread.add(node.value)
        elif isinstance(node, ast.Call) and unread_calls.search(ast.unparse(node.func)):
            unread.update(ast.walk(node))
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    for node in strings:
        if node in unread or not isinstance(node.value, str) or SQL.match(node.value):
            continue
        if pattern.search(node.value):
            yield node.value


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_stands_in_the_code(room: str) -> None:
    """What people read is in a catalog, so that another language is a catalog, too."""
    unread = UNREAD_IN_SETTINGS if room == "settings" else UNREAD_CALLS
    found = {}
    for path in sorted((BOT / room).rglob("*.py")):
        name = path.relative_to(BOT).as_posix()
        pattern = PHRASE if name.startswith(WITHOUT_COMMANDS) else SENTENCE
        found[name] = set(find_phrases(path, pattern, unread)) - MENU - NAMES
    assert {name: phrases for name, phrases in found.items() if phrases} == {}


def test_no_reason_of_a_reader_stands_in_the_code() -> None:
    """Why a file is not read is said by a message, however short the reason is."""
    reasons = [
        part.value
        for path in sorted((BOT / "reading").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"SourceUnreadable", "FeedEmpty"}
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    assert len(reasons) > 20
    assert [reason for reason in reasons if " " in reason] == []


def test_a_sentence_in_the_code_is_found(tmp_path: Path) -> None:
    """A string or a part of one is found; docstrings, logs and lines to type are not."""
    module = tmp_path / "module.py"
    module.write_text(
        '"""Say so."""\nlog.info("Not this one")\nline = "/digest help more"\n'
        'told = f"{n} outlets" + "Said before, on" + "in the article" + "Some statements"\n'
    )
    assert set(find_phrases(module, PHRASE)) == {
        " outlets",
        "Said before, on",
        "in the article",
        "Some statements",
    }
    assert set(find_phrases(module, SENTENCE)) == {"Said before, on", "Some statements"}
