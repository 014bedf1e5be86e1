"""Say in which languages statements are looked for: light, for all who only tell it to people."""

from enum import StrEnum


class Coverage(StrEnum):
    """How statements are looked for in a language.

    All of them; quoted words with a named speaker alone; or none.
    """

    FULL = "full"
    QUOTED = "quoted"
    NONE = "none"


FULL_LANGUAGES = frozenset(["en", "de"])
QUOTED_LANGUAGES = frozenset(["fr", "es", "it", "pt", "nl", "pl", "uk", "et", "sv", "da"])


def coverage_of(language: str) -> Coverage:
    """Return how statements are looked for in a language, an ISO 639-1 code."""
    if language in FULL_LANGUAGES:
        return Coverage.FULL
    return Coverage.QUOTED if language in QUOTED_LANGUAGES else Coverage.NONE
