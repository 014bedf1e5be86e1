"""Tell what a headline says that another does not: the words that tell, and one form filled twice.

"Two hurt in crash on A9" and "Two hurt in crash on A40" share nearly all words and tell two events.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bot.language.lexicon import FUNCTION_WORDS, TIMES
from bot.language.trimming import strip_column_opening

_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_LETTER_AND_DIGIT = re.compile(r"(?=.*\d).*[A-Z]")  # "A9", "7B"
_ORDINAL = re.compile(r"(?:first|second|third|fourth|fifth|sixth|\d+(?:st|nd|rd|th))(?:-|$)")
_MIN_WORD_CHARS = 4
_MIN_SHARED_WORDS = 2
_CAPITALS_IN_TITLE_CASE = 0.7  # of the words that are long: "Man Held After Fire in Velm"
_BEFORE_NAMES = frozenset(["in", "at", "near", "off", "outside", "from", "for", "of", "about"])


@lru_cache(maxsize=512)
def telling_words(headline: str | None) -> frozenset[str]:
    """Return the words that tell one headline from another: the longer ones, names, numbers.

    What heads a column, whatever it is about, tells nothing.
    """
    return frozenset(
        word.lower()
        for word in _WORD.findall(strip_column_opening(headline or ""))
        if len(word) >= _MIN_WORD_CHARS or not (word.isalpha() and word.lower() in FUNCTION_WORDS)
    )


def fill_one_form(first: str, second: str) -> bool:
    """Return whether two headlines are the same but for places that one fills with another name.

    Another count, or a common word for another, is none: "three dead" becomes "five dead". In a
    column's headline any word is.
    """
    bare = strip_column_opening(first)
    is_column = bare != first
    ours, theirs = _WORD.findall(bare), _WORD.findall(strip_column_opening(second))
    matcher = SequenceMatcher(a=[*map(_fold, ours)], b=[*map(_fold, theirs)], autojunk=False)
    shared, is_filled = 0, False
    for change, i, i_end, j, j_end in matcher.get_opcodes():
        if change == "equal":
            shared += sum(word.lower() not in FUNCTION_WORDS for word in ours[i:i_end])
        elif change == "replace":
            is_filled |= is_column or (
                _holds_name(ours, i, i_end) and _holds_name(theirs, j, j_end)
            )
        else:  # one says more than the other
            return False
    return is_filled and shared >= (1 if is_column else _MIN_SHARED_WORDS)


def _fold(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()


def _holds_name(words: Sequence[str], start: int, end: int) -> bool:
    return any(_is_name(words, place) for place in range(start, end))


def _is_name(words: Sequence[str], place: int) -> bool:
    """Return whether a word of a headline names somebody, a place, a day or a road."""
    word, before = words[place], words[place - 1] if place else ""
    if _fold(word) in TIMES or _LETTER_AND_DIGIT.match(word) or _ORDINAL.match(word.lower()):
        return True
    if _is_title_case(words):
        return before.lower() in _BEFORE_NAMES
    if not before:  # a capital tells nothing there; where no other word is a name it may be one
        return not any(other[0].isupper() for other in words[1:])
    if word.isdigit():  # "May 3", not "3 hurt"
        return before[0].isupper() or any(other[0].isupper() for other in words[place + 1 :][:1])
    return word[0].isupper()


def _is_title_case(words: Sequence[str]) -> bool:
    long = [word[0].isupper() for word in words[1:] if len(word) >= _MIN_WORD_CHARS]
    return len(long) > 1 and sum(long) >= _CAPITALS_IN_TITLE_CASE * len(long)
