"""Which language is a text in? By its script, then by its commonest small words.

A trained model was rejected: a hundred small words a language settle any news paragraph, load at once and
can be read by a person. Lists: sumy's for its languages, ours for its neighbours that it lacks.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

from bot.language.methods import stop_words

_CLEAR = 0.5  # the votes of two small words of its own
_A_LETTER = 0.15  # what a letter of its own adds
_LOOKED_AT = 3_000  # characters: three paragraphs tell as well as thirty
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("fa", re.compile(r"[پچژگ]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[ыэёъЫЭЁ]")),
    ("bg", re.compile(r"[\u0400-\u04ff]")),
)
_OURS = {
    "nl": "de het een en van dat niet ook zijn voor met aan op werd heeft naar maar door bij uit wordt volgens om te",
    "da": "og det at en den til er som på de med han af for ikke der var et har blev siger efter fra kan ved også mod",
    "no": "og det at en den til er som på de med han av for ikke der var et har ble sier etter fra kan ved også mot",
    "fi": "ja on ei että se hän oli mutta ovat myös kun joka sekä mukaan ole vain jo tai kanssa sanoo hänen mitä",
    "et": "ja on ei et see ta oli aga ka kui mis kes oma või ning pärast enne ütles tema nad seda meie veel üle",
    "lv": "un ir ka no uz ar par bet kas arī pēc tika bija vai šo to viņš viņa tas lai gan teica gada",
    "lt": "ir yra kad iš su bet kaip buvo ar jis ji tai po dėl už apie sakė taip pat metų nuo prie",
    "ro": "și în de la cu nu este un o pe care din că mai a fost sunt pentru dar după potrivit declarat ar lui",
    "hu": "és a az hogy nem is egy van volt de meg csak mint már még szerint ezt azt vagy után között pedig",
    "tr": "ve bir bu da de için ile olarak olan çok daha ise kadar sonra ancak gibi oldu dedi göre var ne",
    "ca": "i el la els les de que en un una per amb no es del al són va ser més com però també segons ha",
    "hr": "i je u na se da za su od s kao što ne bi koji će iz ali nije bio kako nakon prema rekao još",
}
_LATIN = ("en", "de", "fr", "es", "it", "pt", "pl", "cs", "sk", "sv")
_LETTERS = {
    "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łąężźś", "hu": "őű", "tr": "ğış", "cs": "řěů", "sk": "ľĺŕ", "ro": "șțăţ",
    "sv": "åä", "da": "æø", "no": "æø", "fr": "œèê", "lv": "āēīūķļņ", "lt": "ėųūį", "hr": "đ", "et": "õ", "it": "òì",
}  # fmt: skip
_LATIN_LETTER = re.compile(r"[A-Za-zÀ-ɏ]")
_WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str, hint: str | None = None) -> str:
    """Give the ISO 639-1 code; `hint` (what the source says) decides where the text leaves it open.

    A text that speaks clearly overrules its source's hint: feeds declare "en" out of habit. Without any
    evidence the answer is the hint, else "en".
    """
    declared = hint.replace("_", "-").split("-")[0].strip().lower() if hint else ""
    sample = text[:_LOOKED_AT]
    fallback = declared if len(declared) == 2 and declared.isalpha() else "en"
    if not sample.isascii() and (script := _by_script(sample)):
        return declared if declared in _same_script(script) else script
    return _by_small_words(sample, fallback)


def _by_script(sample: str) -> str | None:
    letters = sum(map(str.isalpha, sample))
    if not letters or 2 * len(_LATIN_LETTER.findall(sample)) > letters:
        return None
    counts = {language: len(pattern.findall(sample)) for language, pattern in _SCRIPTS}
    if counts["ja"] * 10 > counts["zh"]:
        return "ja" if counts["ja"] else _most(counts)
    if max(counts["uk"], counts["ru"]) * 100 > counts["bg"] > 0:
        return "uk" if counts["uk"] > counts["ru"] else "ru"
    if counts["fa"] * 50 > counts["ar"] > 0:
        return "fa"
    return _most(counts)


def _most(counts: dict[str, int]) -> str | None:
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None


def _same_script(language: str) -> tuple[str, ...]:
    """Give the languages that this script alone does not tell apart."""
    families = (
        ("ar", "fa", "ur"),
        ("ru", "bg", "mk", "sr", "kk"),
        ("bg", "mk", "sr"),
        ("hi", "mr", "ne"),
        ("he", "yi"),
    )
    return next((family for family in families if family[0] == language), ())


@cache
def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """Give each small word's languages; a word that many share weighs less."""
    lists = {language: set(stop_words(language)) for language in _LATIN}
    lists |= {language: set(words.split()) for language, words in _OURS.items()}
    holders: dict[str, list[str]] = {}
    for language, words in lists.items():
        for word in words:
            holders.setdefault(word.lower(), []).append(language)
    # A list of 600 words would win by its length: weigh by how many a list has.
    size = {language: len(words) ** 0.2 for language, words in lists.items()}
    return {
        word: tuple((language, 1 / len(languages) / size[language]) for language in languages)
        for word, languages in holders.items()
    }


def _by_small_words(sample: str, fallback: str) -> str:
    weights = _weights()
    votes: dict[str, float] = defaultdict(float)
    for word, count in Counter(_WORD.findall(sample.lower())).items():
        for language, weight in weights.get(word, ()):
            votes[language] += count * weight
    for language, letters in () if sample.isascii() else _LETTERS.items():
        votes[language] += _A_LETTER * sum(map(sample.count, letters))
    if not votes:
        return fallback
    best, most = max(votes.items(), key=lambda vote: vote[1])
    clear = most >= _CLEAR and most > 1.5 * votes[fallback]
    return best if clear else fallback
