"""Text to words, in the shape that sumy asks of a tokenizer, without NLTK's data.

sumy's own `Tokenizer("english")` raises LookupError on a machine that never downloaded them.
"""

import re

from bot.language.texts.sentences import split_sentences

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ASCII_WORD = re.compile(
    r"[A-Za-z]+(?:['-][A-Za-z]+)*"
)  # the same for plain text, a quarter faster
# Scripts that part no words by spaces; there two characters stand in for a word.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}"
)

MOST_WORDS = 120  # of a sentence that are looked at: some of sumy's methods pair them all


def words_of(text: str) -> list[str]:
    """Give the words as they are written, numbers left out."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    found: list[str] = _WORD.findall(text)
    if not _UNSPACED.search(text):
        return found
    return [part for word in found for part in _parts(word)]


def _parts(word: str) -> list[str]:
    run = _UNSPACED.search(word)
    return [run[0][i : i + 2] for i in range(len(run[0]) - 1)] if run else [word]


class Tokenizer:
    """What sumy needs of a tokenizer."""

    def to_sentences(self, text: str) -> tuple[str, ...]:
        """Cut text as everything else here does."""
        return tuple(span.text for span in split_sentences(text))

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Give a sentence's first words."""
        return tuple(words_of(sentence)[:MOST_WORDS])
