"""The tables of languages in which quoted words are told: `data/LANGUAGE.toml`, all by hand."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.language.statements.coverage import QUOTED_LANGUAGES
from bot.model.wordlists import load_tables

_WORD = r"\w+(?:[-'’ʼ]\w+)*"
_PLAIN = re.compile(rf"(?:[A-ZÀ-ÞА-ЯІЇЄҐ]\.)+(?=[ \u00a0])|{_WORD}|\.{{3}}|[^\w\s]")
_ELIDING = re.compile(r"(?:[A-ZÀ-Þ]\.)+(?=[ \u00a0])|\w{1,4}['’](?=\w)|\w+(?:-\w+)*|\.{3}|[^\w\s]")
_FLAGS = frozenset(["elides", "place_ending", "declines"])


@dataclass(frozen=True, slots=True)
class Table:
    """A language's words, in lower case but for titles.

    `verbs` report, in the third person, with `auxiliaries` before participles. `tags` are pronouns
    beside them, `conditions` say that nothing was said yet, `hearsay` that somebody else tells it;
    `joins` name a second speaker, `stops` what no speaker begins with, `fillers` what may stand
    before one. `elides`: an article or preposition may be cut to a letter and an apostrophe.
    `addressee_endings` mark to whom something is said, `place_ending` where. `offices` stand before
    their holder's name, `declines` says that a name behind any other role may be in the genitive.
    """

    verbs: frozenset[str]
    auxiliaries: frozenset[str]
    tags: frozenset[str]
    negations: frozenset[str]
    conditions: frozenset[str]
    hearsay: frozenset[str]
    joins: frozenset[str]
    titles: frozenset[str]
    articles: frozenset[str]
    particles: frozenset[str]
    stops: frozenset[str]
    fillers: frozenset[str]
    bodies: frozenset[str]
    offices: frozenset[str]
    elides: bool = False
    addressee_endings: tuple[str, ...] = ()
    place_ending: str = ""
    declines: bool = False


@cache
def load_table(language: str) -> Table:
    """Return the table of one of `QUOTED_LANGUAGES`; raise KeyError for another language."""
    if language not in QUOTED_LANGUAGES:
        raise KeyError(language)
    raw = load_tables("bot.language.statements.quoted", f"data/{language}.toml")
    fields: dict[str, Any] = {
        key: value if key in _FLAGS else frozenset(value.split()) for key, value in raw.items()
    }
    fields["addressee_endings"] = tuple(fields.get("addressee_endings", ()))
    fields["stops"] |= fields.get("hearsay", frozenset())
    return Table(**fields)


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
