"""Cut a text in any language with spaces into words and marks."""

import re
from dataclasses import dataclass

from bot.language.statements.quoted.tables import Table

_WORD = r"\w+(?:[-'’ʼ]\w+)*"
_PLAIN = re.compile(rf"(?:[A-ZÀ-ÞА-ЯІЇЄҐ]\.)+(?=[ \u00a0])|{_WORD}|\.{{3}}|[^\w\s]")
_ELIDING = re.compile(r"(?:[A-ZÀ-Þ]\.)+(?=[ \u00a0])|\w{1,4}['’](?=\w)|\w+(?:-\w+)*|\.{3}|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, where it begins and ends."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")

    @property
    def is_word(self) -> bool:
        """Whether it has a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capitalized(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


def read_tokens(body: str, end: int, table: Table) -> list[Token]:
    """Return the tokens of a text up to `end`; where the language elides, "d'Anna" is two."""
    pattern = _ELIDING if table.elides else _PLAIN
    return [Token(m.group(), *m.span()) for m in pattern.finditer(body, 0, end)]
