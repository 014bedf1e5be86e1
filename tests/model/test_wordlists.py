"""Word lists are read from a package's text files, and errors name file and line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model.wordlists import load_line_lists, load_word_lists

PACKAGE = "package_with_lists"
Writer = Callable[[str], int]
Loader = Callable[..., object]


@pytest.fixture
def write_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """Write data/list.txt of an otherwise empty package."""
    folder = tmp_path / PACKAGE / "data"
    folder.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    return (folder / "list.txt").write_text


def test_words_are_separated_by_any_whitespace(write_list: Writer):
    """Comments and blank lines are ignored; sections come in the requested order."""
    write_list("# Colors.\n\n[warm]\nred  orange\n# between\nyellow\n[cold colors]\nblue red\n")
    lists = load_word_lists(PACKAGE, "data/list.txt", "warm", "cold colors")
    assert lists == {"warm": {"red", "orange", "yellow"}, "cold colors": {"blue", "red"}}


def test_entries_with_spaces_are_one_a_line(write_list: Writer):
    """Entries with spaces keep the file's order and their letter case."""
    write_list("[outlets]\nThe Hindu\n  Süddeutsche Zeitung\nAP\n")
    lists = load_line_lists(PACKAGE, "data/list.txt", "outlets")
    assert lists == {"outlets": ("The Hindu", "Süddeutsche Zeitung", "AP")}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[warm]\nred\n\n[hot]\nred", "data/list.txt:4: section [hot] is unknown"),
        ("[warm]\nred\n[warm]\nblue", "data/list.txt:3: section [warm] is unknown or stands twice"),
        ("[warm]\nred\nred", "data/list.txt:3: 'red' stands twice in section [warm]"),
        ("[warm]\n# nothing", "data/list.txt:1: section [warm] has no entries"),
        ("# nothing", "data/list.txt:1: section [warm] has no entries"),
        ("red\n[warm]\nblue", "data/list.txt:1: an entry stands before the first section"),
    ],
)
@pytest.mark.parametrize("load", [load_word_lists, load_line_lists])
def test_an_error_names_file_and_line(write_list: Writer, load: Loader, text: str, fault: str):
    """Unknown, repeated and empty sections and repeated entries raise an error."""
    write_list(text)
    with pytest.raises(ValueError, match=r"^data/list\.txt") as raised:
        load(PACKAGE, "data/list.txt", "warm")
    assert str(raised.value).startswith(fault)
