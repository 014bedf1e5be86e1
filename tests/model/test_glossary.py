"""What people read keeps to the glossary of docs/rooms/blocks.md, and stands in the catalogs."""

import ast
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
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
    "playground/data/page_messages.toml",
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

STATIC = BOT / "playground/static"
PAGES = (STATIC / "page.html", BOT / "app/oauth_page.html", BOT / "blocks/data/digest.html")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "content", "lang", "placeholder", "title"}
# What the browser reads: the name of a setting of its window, the language of a page in English.
FOR_BROWSERS = re.compile(r"width=device-width.*|light dark|en")
# A comment, a string with its quotes, or a pattern, in JavaScript.
TOKEN = re.compile(
    r"(?P<comment>//[^\n]*)|(?P<string>\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`)"
    r"|(?<=[(,=:])\s?/(?![/* ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/|(?<=\n)  /.+/,(?=\n)"
)
# Names that are the same in every language, and what browsers call keys and kinds of content.
NAMES_IN_SCRIPTS = {
    *("Dateline", "Enter", "Escape", "Content-Type"),
    *("ArrowUp", "ArrowDown", "noopener", "noreferrer"),
}


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
        and ast.unparse(node.func) in {"unreadable", "SourceUnreadable", "FeedEmpty"}
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


def find_script_phrases(script: str) -> Iterator[str]:
    """Yield the strings of a script that read like words, but for names of its styles."""
    styles = set(re.findall(r"[\w-]+", (STATIC / "style.css").read_text(encoding="utf-8")))
    strings = (match["string"] for match in TOKEN.finditer(script) if match["string"])
    for string in strings:
        text = re.sub(r"[\w-]*\$\{(?:[^}]*\}|.*)", "", string[1:-1])
        words = re.findall(r"[A-Za-z][\w-]*", text)
        is_spoken = re.search(r"(?:^|\s|\W)[A-Z][a-z]", text) or (
            re.search(r"(?:^|\s)\(?[a-z]{2,}", text) and " " in text
        )
        if is_spoken and not set(words) <= styles | NAMES_IN_SCRIPTS:
            yield text


class TextFinder(HTMLParser):
    """Gather what a page shows or a screen reader reads, but for what a catalog fills in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that a person meets."""
        self.inside = tag
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        """Take a text with words of its own."""
        text = re.sub(r"\$\w+|\{\w+\}|Dateline", "", data).strip()
        is_read = self.inside != "style" and not FOR_BROWSERS.fullmatch(text)
        if is_read and re.search(r"\w", text):
            self.found.append(text)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_phrase_stands_in_a_script(path: Path) -> None:
    """What the playground's page says is in its catalog."""
    assert list(find_script_phrases(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_phrase_stands_in_a_page(path: Path) -> None:
    """Pages are filled in from a catalog; there is no other page."""
    finder = TextFinder()
    finder.feed(path.read_text(encoding="utf-8"))
    assert finder.found == []
    assert sorted(BOT.rglob("*.html")) == sorted(PAGES)


def test_a_phrase_in_a_script_or_page_is_found() -> None:
    """Words, a part of a sentence and a label are found; styles, keys and patterns are not."""
    script = (
        'h("p", { class: "button icon-only" }, "Close", " (private)", `${count} new`, say("home"));'
        '// "Not this"\nif (event.key === "Enter") text.replace(/"Nor this/, "quiet");'
    )
    assert list(find_script_phrases(script)) == ["Close", " (private)", " new"]
    finder = TextFinder()
    finder.feed('<p title="Who">$empty <b>New</b></p><style>Not this</style>')
    assert finder.found == ["Who", "New"]


def test_the_page_uses_each_of_its_messages() -> None:
    """The page and its scripts ask for what the catalog has, and for nothing else."""
    catalog = tomllib.loads((BOT / "playground/data/page_messages.toml").read_text("utf-8"))
    asked = set(re.findall(r"\$(\w+)", (STATIC / "page.html").read_text("utf-8"))) - {"catalog"}
    for path in STATIC.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\bsay\("(\w+)"', script))
        for line in re.findall(r"\bsay\((?!\")(.+)", script):
            asked |= set(re.findall(r'[?:] "(\w+)"', line)) & catalog.keys()
    assert asked == catalog.keys()
