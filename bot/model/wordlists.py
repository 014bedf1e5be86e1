"""Load lists of words and tables that lie as files in a package.

A list's file holds `[section]` headers and below each one its entries; blank lines and lines that
begin with `#` are skipped. Loaders raise ValueError, naming file and line, for a section that was
not asked for or stands twice, an entry that stands twice in its section, and a section without
entries.
"""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any


def load_word_lists(package: str, path: str, *sections: str) -> dict[str, frozenset[str]]:
    """Return the words of each section of a file whose entries are separated by whitespace.

    `path` is relative to the directory of `package`; `sections` are the headers that the file has.
    """
    lists = _parse_lists(load_text(package, path), path, sections, entry_per_line=False)
    return {section: frozenset(entries) for section, entries in lists.items()}


def load_line_lists(package: str, path: str, *sections: str) -> dict[str, tuple[str, ...]]:
    """Return each section's entries, one a line, in the file's order; see `load_word_lists`."""
    lists = _parse_lists(load_text(package, path), path, sections, entry_per_line=True)
    return {section: tuple(entries) for section, entries in lists.items()}


def load_tables(package: str, path: str) -> dict[str, Any]:
    """Return what a TOML file holds; `path` is relative to the directory of `package`."""
    return tomllib.loads(load_text(package, path))


def load_text(package: str, path: str) -> str:
    """Return what a text file holds; `path` is relative to the directory of `package`."""
    return files(package).joinpath(path).read_text(encoding="utf-8")


def _parse_lists(
    text: str, path: str, sections: tuple[str, ...], *, entry_per_line: bool
) -> dict[str, dict[str, None]]:
    """Return the entries of each section as the keys of a dict, which keeps their order."""
    lists: dict[str, dict[str, None]] = {}
    header_lines: dict[str, int] = {}
    for number, line in _content_lines(text):
        if line.startswith("["):
            section = line[1:-1]
            if section in lists or section not in sections:
                raise ValueError(f"{path}:{number}: section {line} is unknown or stands twice")
            lists[section], header_lines[section] = {}, number
            continue
        if not lists:
            raise ValueError(f"{path}:{number}: an entry stands before the first section")
        for entry in [line] if entry_per_line else line.split():
            if entry in lists[section]:
                raise ValueError(f"{path}:{number}: {entry!r} stands twice in section [{section}]")
            lists[section][entry] = None
    for section in sections:
        if not lists.get(section):
            place = f"{path}:{header_lines.get(section, 1)}"
            raise ValueError(f"{place}: section [{section}] has no entries")
    return lists


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()
