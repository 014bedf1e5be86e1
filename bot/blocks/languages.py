"""Tell readers in which language an article is, and where its statements are not looked for."""

from collections.abc import Iterable

from bot.blocks import messages
from bot.language.statements.coverage import Coverage, coverage_of
from bot.model.languages import language_name

_UNSAID = frozenset(["en", None])  # what an article is in unless a reader is told


def language_names(languages: Iterable[str | None]) -> str:
    """Return the names of languages, each once, "" for English and what is not known."""
    codes = dict.fromkeys(code for code in languages if code not in _UNSAID)
    return ", ".join(language_name(code) for code in codes if code)


def coverage_note(languages: Iterable[str | None]) -> str:
    """Say of which languages' articles statements are not, or not all, looked for; "" if of none.

    It is for where a reader sees no statement, and may take it that nobody said anything.
    """
    codes = list(dict.fromkeys(code for code in languages if code))
    notes = []
    for coverage in (Coverage.NONE, Coverage.QUOTED):
        names = [language_name(code) for code in codes if coverage_of(code) is coverage]
        if names:
            told = messages.join("and_between", names)
            notes.append(messages.text(f"coverage_{coverage}", languages=told))
    return " ".join(notes)
