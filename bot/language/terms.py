"""Weigh the names and frequent words that tell an article's event, to find its story again."""

import math
import re
from collections import defaultdict

from bot.language.lexicon import IN_EVERY_ARTICLE
from bot.language.sentences import split_words
from bot.language.sumy_methods import load_stemmer, stop_words
from bot.language.trimming import strip_column_opening

_MAX_TERMS = 100
_MAX_CHARS = 6_000  # later ones are background
_HEADLINE_WEIGHT = 3.0  # a word of the headline counts as if it stood three times in the text
_NAME_WEIGHT = 1.6
# An article tells its event at its start: the weight of a word falls from the first to the last of
# these, to a share of 1/e within so many words.
_FIRST_WEIGHT, _LAST_WEIGHT, _FADING_WORDS = 2.3, 0.3, 350
_CAPITALIZED = re.compile(r"(?<=[\w,;:’'] )[A-ZÀ-ÞА-Я][\w’'-]+")
_POSSESSIVE = re.compile(r"['’]s?$")


def event_terms(body: str, headline: str | None, language: str) -> tuple[tuple[str, float], ...]:
    """Return up to a hundred stems with weights, best first, squares summing to 1.

    Body or headline may be empty.
    """
    weights = term_weights(body, headline, language)
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:_MAX_TERMS]
    length = math.sqrt(sum(weight * weight for _, weight in best))
    return tuple((term, round(weight / length, 4)) for term, weight in best)


def term_weights(body: str, headline: str | None, language: str) -> dict[str, float]:
    """Weigh every stem of headline and body that is no stop word and no word of reporting."""
    text = body[:_MAX_CHARS]
    stop, stem = stop_words(language) | IN_EVERY_ARTICLE, load_stemmer(language)
    counts: dict[str, float] = defaultdict(float)
    for place, word in enumerate(split_words(text)):
        faded = math.exp(-place / _FADING_WORDS)
        counts[word] += _LAST_WEIGHT + (_FIRST_WEIGHT - _LAST_WEIGHT) * faded
    used = set(counts)
    for word in split_words(strip_column_opening(headline or "")):
        counts[word] += _HEADLINE_WEIGHT if word in used or not text else 1.0
    names = {_normalize(word) for word in _CAPITALIZED.findall(text)}
    weights: dict[str, float] = defaultdict(float)
    for written, count in counts.items():
        word = _normalize(written)
        if len(word) > 2 and word not in stop:
            weights[stem(word)] += count * (_NAME_WEIGHT if word in names else 1.0)
    return {
        term: 1 + math.log(weight) if weight > 1 else weight for term, weight in weights.items()
    }


def _normalize(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()
