"""Detect the language of a text with py3langid (naive Bayes over byte n-grams)."""

import re
from array import array
from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.language.lexicon import FUNCTION_WORDS

_MAX_CHARS = 1_000  # a paragraph or two tell as well as thirty
# Of the model's 139, those that papers and agencies write in; the rest are only found in names.
_LANGUAGES = (
    "ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko lt lv mk"
    " ms nl no pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh"
)
_MIN_PROBABILITY = 0.4  # of 1,000 English headlines the 15 mistaken for others stayed below 0.47
_PIECE_ENTRIES = 16  # entries
_HASH_FACTOR = np.uint64(0x9E37_79B9_7F4A_7C15)  # Knuth's: 2^64 by the golden ratio
# Of the words of English news four in ten are function words; of other languages, one in three may
# look like one where a writer tries.
_ENGLISH_SHARE, _MIN_FUNCTION_WORDS = 0.35, 5
_WORD = re.compile(r"[^\W\d_]+")
# What sources call languages that py3langid knows by another code.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_HINT_SHARE = 0.25  # of the best probability: a hint that reaches this is taken instead


def detect_language(text: str, hint: str | None = None) -> str:
    """Return the ISO 639-1 code; `hint`, the source's word, decides where the text leaves it open.

    A text that is clear overrules its source's hint: feeds declare "en" out of habit. Without any
    evidence the answer is the hint, else "en".
    """
    if _is_plain_english(text[:_MAX_CHARS]):
        return "en"
    hinted = hint.replace("_", "-").split("-")[0].strip().lower() if hint else ""
    hinted = _SAME.get(hinted, hinted)
    is_code = len(hinted) == 2 and hinted.isascii() and hinted.isalpha()
    ranked = _load_identifier().rank(text[:_MAX_CHARS])
    best, probability = ranked[0]
    hint_is_likely = dict(ranked).get(hinted, 0.0) >= _HINT_SHARE * probability
    if probability < _MIN_PROBABILITY or hint_is_likely:
        return hinted if is_code else "en"
    return str(best)


class Transitions:
    """The table of the model's automaton, its equal pieces kept once: 6 MB for 39.

    Indexed as py3langid does, which makes a detection a third of a millisecond longer.
    """

    def __init__(self, table: "array[int]") -> None:
        pieces = np.asarray(table).reshape(-1, _PIECE_ENTRIES)
        hashes = np.zeros(len(pieces), dtype=np.uint64)
        for column in pieces.T:
            hashes = hashes * _HASH_FACTOR + column
        _, first, number = np.unique(hashes, return_index=True, return_inverse=True)
        self._pieces = array("I", pieces[first].tobytes())
        self._starts = array("I", (number * _PIECE_ENTRIES).astype(np.uint32).tobytes())

    def __getitem__(self, index: int) -> int:
        """Return the state that follows, by the index into the whole table."""
        return self._pieces[self._starts[index // _PIECE_ENTRIES] + index % _PIECE_ENTRIES]


def _is_plain_english(text: str) -> bool:
    """Return whether the small words of a text leave no doubt: then no model has to be loaded."""
    words = _WORD.findall(text.lower())
    known = sum(1 for word in words if word in FUNCTION_WORDS)
    return "the" in words and known >= max(_MIN_FUNCTION_WORDS, _ENGLISH_SHARE * len(words))


@cache
def _load_identifier() -> LanguageIdentifier:
    all_languages = LanguageIdentifier.from_model_file(MODEL_FILE)
    all_languages.set_languages(_LANGUAGES.split())
    # A new one, since the first keeps 28 MB of all its languages.
    return LanguageIdentifier(
        all_languages.nb_ptc,
        all_languages.nb_pc,
        all_languages.nb_classes,
        Transitions(all_languages.tk_nextmove),
        array("i", all_languages.tk_output),
        norm_probs=True,
        tk_row=all_languages.tk_row,
    )
