"""The code keeps the layers of docs/design.md, and module library stays in its home."""

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))

# A room may import itself and any room above it.
ROOMS = [
    "model",
    "settings",
    "reading",
    "language",
    "stories",
    "blocks",
    "store",
    "intake",
    "delivery",
    "listeners",
    "playground",
    "app",
    "cli",
    "__main__",
]

# Within the language room too: what a file imports stands above it or its folder.
LANGUAGE = [
    "lexicon",
    "sentences",
    "quotations",
    "roles",
    "name_words",
    "trimming",
    "language_detection",
    "sentence_ranking",
    "sumy_methods",
    "terms",
    "mentions",
    "readability",
    "concept_coverage",
    "summaries",
    "entities",
    "actor_kinds",
    "descriptions",
    "coreference",
    "statements",
    "analysis",
]

MAX_LINES = 450  # of a file: what is longer has a second subject

# Settings are seen by the wiring alone; everyone else is given values.
SEES_SETTINGS = {"settings", "app", "cli"}

# Pure rooms reach no database, network, clock or file.
PURE = {"model", "reading", "language", "stories", "blocks"}
IMPURE = {
    "httpx",
    "sqlalchemy",
    "slack_bolt",
    "slack_sdk",
    "apscheduler",
    "pebble",
    "socket",
    "sqlite3",
    "asyncio",
    "pathlib",
}

# Where a library may be imported: the rooms or files that are its only home.
HOMES = {
    "httpx": {"bot/intake/web.py"},
    "sqlalchemy": {"bot/store/"},
    "alembic": {"bot/store/"},
    "cryptography": {"bot/store/workspaces.py"},
    "slack_bolt": {"bot/listeners/", "bot/app/"},
    "slack_sdk": {"bot/delivery/slack.py", "bot/listeners/", "bot/app/"},
    "apscheduler": {"bot/app/tasks.py"},
    "procrastinate": {"bot/app/queue.py"},
    "sumy": {"bot/language/sumy_methods.py"},
    "spacy": {"bot/language/statements/english/parsing.py"},
    "py3langid": {"bot/language/language_detection.py"},
    "feedparser": {"bot/reading/"},
    "trafilatura": {"bot/reading/"},
    # Named so that only a worker that meets such a file loads it.
    "mammoth": {"bot/reading/docx.py"},
    "pypdfium2": {"bot/reading/pdf.py"},
    "pebble": {"bot/intake/workers.py"},
    "mcp": {"bot/app/mcp_endpoint.py"},
    "matplotlib": {"bot/listeners/chart_picture.py"},
    "watchfiles": {"bot/intake/folder_files.py"},
    # Data files beside the code, read once at import or at first use: all that pure rooms read.
    "importlib.resources": {"bot/model/wordlists.py", "bot/language/statements/english/models.py"},
}


@cache
def imports(path: Path) -> set[str]:
    """Return every module that a file imports, at any level."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules


def file_name(path: Path) -> str:
    """Return the path as the rules above write it."""
    return path.relative_to(ROOT).as_posix()


def package_of(path: Path, level: int) -> str:
    """Return a file's package below bot (level 1), or the part within that (level 2)."""
    return path.relative_to(ROOT).with_suffix("").parts[level]


def forbidden_imports(
    allowed: dict[Path, list[str]], start: str, level: int
) -> dict[str, set[str]]:
    """Return what module file imports below `start` from packages that it may not import."""
    violations = {
        file_name(path): {
            module
            for module in imports(path)
            if module.startswith(start) and module.split(".")[level] not in seen
        }
        for path, seen in allowed.items()
    }
    return {file: wrong for file, wrong in violations.items() if wrong}


def misplaced_libraries(path: Path) -> set[str]:
    """Return the libraries that a file imports outside of their homes."""
    package = package_of(path, 1)
    packages = {imported.split(".")[0] for imported in imports(path)}
    homeless = {
        library
        for library, homes in HOMES.items()
        if library in packages | imports(path)
        and not any(file_name(path).startswith(home) for home in homes)
    }
    settings = (
        {"bot.settings.config", "bot.settings"} & imports(path)
        if package not in SEES_SETTINGS
        else set()
    )
    return homeless | settings | (packages & IMPURE if package in PURE else set())


def test_imports_point_up_the_list() -> None:
    """No module imports a package listed below its package."""
    owners = {path: package_of(path, 1) for path in MODULES if package_of(path, 1) != "__init__"}
    assert set(owners.values()) <= set(ROOMS), "a room has no place in the list of rooms"
    assert (
        forbidden_imports(
            {path: ROOMS[: ROOMS.index(package) + 1] for path, package in owners.items()}, "bot.", 1
        )
        == {}
    )


def test_imports_point_up_within_language() -> None:
    """Within bot/language, no module imports one listed below its package."""
    owners = {
        path: package_of(path, 2)
        for path in MODULES
        if package_of(path, 1) == "language" and path.parent.name != "bot"
    }
    allowed = {
        path: LANGUAGE[: LANGUAGE.index(package) + 1]
        for path, package in owners.items()
        if package != "__init__"
    }
    assert len(allowed) > 20
    assert forbidden_imports(allowed, "bot.language.", 2) == {}


def test_libraries_stay_in_their_homes() -> None:
    """Each library is imported only in its home, and pure packages import nothing impure.

    Only the wiring imports settings.
    """
    assert {
        file_name(path): misplaced for path in MODULES if (misplaced := misplaced_libraries(path))
    } == {}


def described_functions(path: Path) -> set[str]:
    """Return a file's functions whose docstrings describe them, where an imperative is due."""
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any(ast.unparse(each).endswith("property") for each in node.decorator_list)
    )
    docstrings = {node.name: ast.get_docstring(node) or "" for node in functions}
    return {
        name
        for name, text in docstrings.items()
        if text.startswith(("Whether ", "Neither ", "Either ", "How ", "If "))
    }


def test_no_file_is_too_long() -> None:
    """A file has one subject, and at most `MAX_LINES` lines."""
    lengths = {str(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {path: lines for path, lines in lengths.items() if lines > MAX_LINES}


def test_docstrings_of_functions_are_imperative() -> None:
    """A function's docstring says "Return whether", as PEP 257 asks; a property's names a value."""
    assert {
        file_name(path): described for path in MODULES if (described := described_functions(path))
    } == {}


IMPORTABLE = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in MODULES
    if path.stem not in {"__main__", "env"} and "migrations" not in path.parts
]
IMPORTING = f"""
import importlib, socket, sys
def refuse(*a, **k): raise AssertionError("a socket was opened at import")
socket.socket.connect = refuse
finder = "bot.language.statements.finding"
for names in ["bot.cli", "bot.app.storage"], ["bot.app.service"], [finder], {IMPORTABLE!r}:
    for name in names: importlib.import_module(name)
    print(*sys.modules)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """Return the modules loaded for a look-up, the service, finding statements, all of ours."""
    folder = tmp_path_factory.mktemp("empty")
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    return [set(line.split()) for line in done.stdout.splitlines()]


def test_importing_opens_nothing(loaded: list[set[str]]) -> None:
    """Every module imports in an empty environment, and opens no file or socket."""
    look_up, service, finder, everything = loaded
    assert look_up < service < finder < everything
    assert {"bot.language.analysis", "bot.playground.server"} <= everything


def test_the_service_leaves_reading_and_analysis_to_its_workers(loaded: list[set[str]]) -> None:
    """The service process loads no grammar, summarizer, migrations or file parser.

    So it starts in a second, and hostile bytes are parsed only in workers. `run` has no queue, and
    loads numpy with the first article that it groups.
    """
    heavy = {
        "sumy",
        "nltk",
        "numpy",
        "trafilatura",
        "lxml",
        "feedparser",
        "bot.reading",
        "spacy",
        "alembic",
        "psycopg",
        "procrastinate",
    }
    _, service, *_ = loaded
    assert "bot.intake.workers" in service
    assert not service & heavy


def test_finding_statements_loads_no_file_reader(loaded: list[set[str]]) -> None:
    """Finding statements loads no file parser or summarizer, and no grammar before it parses.

    This halves the start of `dateline statements`, and spares the analyst memory.
    """
    _, _, finder, _ = loaded
    assert not finder & {"trafilatura", "lxml", "feedparser", "sumy", "nltk", "spacy", "thinc"}


def test_a_look_up_loads_no_slack(loaded: list[set[str]]) -> None:
    """A command that only reads the store loads no Slack, queue, workers or migrations.

    This halves its start time.
    """
    slack = {"slack_bolt", "slack_sdk", "aiohttp"}
    heavy = slack | {"procrastinate", "apscheduler", "uvicorn", "pebble", "httpx", "alembic"}
    look_up, *_ = loaded
    assert "bot.store" in look_up
    assert not look_up & heavy
