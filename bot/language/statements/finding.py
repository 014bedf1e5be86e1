"""Find the statements of a text in its language: a folder each, all with one interface.

Each folder's `extraction.find_statements(body, sentences, headline, turns)` returns statements,
best first, whose spans slice the body.
"""

from collections.abc import Callable, Sequence
from functools import partial

from bot.language.statements.coverage import QUOTED_LANGUAGES
from bot.language.statements.english import extraction as english_extraction
from bot.language.statements.german import extraction as german_extraction
from bot.language.statements.quoted import extraction as quoted_extraction
from bot.language.statements.spans import searched_sentences
from bot.model import Span, Statement, Turn

Finder = Callable[[str, Sequence[Span], str | None, Sequence[Turn] | None], tuple[Statement, ...]]
_FINDERS: dict[str, Finder] = {
    "en": english_extraction.find_statements,
    "de": german_extraction.find_statements,
    **{
        language: partial(quoted_extraction.find_statements, language)
        for language in QUOTED_LANGUAGES
    },
}


def find_statements(
    body: str,
    sentences: Sequence[Span],
    headline: str | None,
    language: str,
    turns: Sequence[Turn] | None = None,
) -> tuple[Statement, ...]:
    """Return the statements of a text in a language, best first.

    There are none where none are looked for. `turns` are those of a transcript; None has them
    looked for, where that is done.
    """
    finder = _FINDERS.get(language)
    if finder is None:
        return ()
    return finder(body, searched_sentences(body, sentences), headline, turns)
