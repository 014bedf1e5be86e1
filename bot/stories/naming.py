"""Whether two names may stand for one actor or outlet: whole words, whatever their case, accents or marks."""

import re
from functools import lru_cache
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+")
# Combining marks: what is left of an accent once its letter stands apart.
_ACCENT = re.compile("[\u0300-\u036f]")


def plain(text: str) -> str:
    """Give a text without case and accents."""
    return text.lower() if text.isascii() else _ACCENT.sub("", normalize("NFKD", text).casefold())


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """Give the words that two spellings of a name are compared by."""
    return tuple(_WORD.findall(plain(name)))


def is_same_actor(one: str, other: str) -> bool:
    """Whether one name holds all of the other: "Kallas" is Kaja Kallas, and so is "Kaja" as somebody types it.

    The shorter must be the longer's beginning or its end: "the Ministry of Finance" is no "Finance Ministry".
    """
    shorter, longer = name_words(one), name_words(other)
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    return bool(shorter) and shorter in (longer[: len(shorter)], longer[-len(shorter) :])
