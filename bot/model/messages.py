"""Load the sentences that people read: one TOML file a room, so that another language is a file.

A message is a string; or a table of a `text` and the `hint` that follows it (what to do next, the
cure of an error); or a list of two strings, for one thing and for several, in which `{count}` is
their number. Other names in braces are filled in by the code that asks for the message.
"""

from collections.abc import Sequence
from string import Formatter
from typing import NamedTuple

from bot.model.wordlists import load_tables


class _Entry(NamedTuple):
    """The templates of a message; `plural` is the text for any number but one."""

    text: str
    hint: str = ""
    plural: str = ""


class Messages:
    """The messages of a package, by key."""

    def __init__(self, package: str, path: str = "data/messages.toml") -> None:
        """Load the file at `path`, relative to the package's directory; raise ValueError."""
        entries = load_tables(package, path)
        self._entries = {key: _parse(f"{path}: {key}", entry) for key, entry in entries.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, **fields: object) -> str:
        """Return the text of a message."""
        return self._entries[key].text.format(**fields)

    def pair(self, key: str, **fields: object) -> tuple[str, str]:
        """Return the text of a message and its hint."""
        entry = self._entries[key]
        return entry.text.format(**fields), entry.hint.format(**fields)

    def paragraphs(self, key: str, **fields: object) -> tuple[list[str], str]:
        """Return the paragraphs of a message, which blank lines set apart, and its hint."""
        entry = self._entries[key]
        paragraphs = [part.format(**fields) for part in entry.text.split("\n\n")]
        return paragraphs, entry.hint.format(**fields)

    def count(self, key: str, number: int) -> str:
        """Return how many there are: "1 story" or "2 stories"."""
        entry = self._entries[key]
        return (entry.text if number == 1 else entry.plural).format(count=number)

    def join(self, key: str, words: Sequence[str]) -> str:
        """Return words with commas between them, and a message before the last: "a, b and c"."""
        return self.text(key).join(filter(None, (", ".join(words[:-1]), *words[-1:])))

    def list_first(self, key: str, names: Sequence[str], most: int) -> str:
        """Return `most` names, and by a message how many more there are: "A, B and 3 more"."""
        more = self.text(key, count=len(names) - most) if len(names) > most else ""
        return ", ".join(names[:most]) + more

    def templates(self) -> dict[str, str | list[str]]:
        """Return the texts by key, not filled in; of a counting message both forms."""
        return {
            key: [entry.text, entry.plural] if entry.plural else entry.text
            for key, entry in self._entries.items()
        }

    def placeholders(self) -> dict[str, set[str]]:
        """Return by key the names that are filled in."""
        return {key: _find_names("".join(entry)) for key, entry in self._entries.items()}


def _parse(where: str, entry: object) -> _Entry:
    match entry:
        case str(text):
            parsed = _Entry(text)
        case {"text": str(text), "hint": str(hint), **rest} if not rest:
            parsed = _Entry(text, hint)
        case [str(text), str(plural)]:
            parsed = _Entry(text, plural=plural)
        case _:
            raise ValueError(f"{where} is no text, no text with a hint, and no singular and plural")
    if not all(name.isidentifier() for name in _find_names("".join(parsed))):
        raise ValueError(f"{where} has a placeholder that is no name")
    return parsed


def _find_names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


messages = Messages("bot.model")
