"""Which words tell an article's event? Names, numbers and its frequent words, for finding its story again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from bot.language.methods import stemmer, stop_words
from bot.language.tokens import words_of

_MOST = 20
_LOOKED_AT = 6_000  # characters; later ones are background
_TITLE = 3.0  # a word of the headline counts as if it stood three times more in the text
_NAME = 1.6
_LEAD = 600  # characters that count double
_CAPITAL = re.compile(r"(?<=[\w,;:’'] )[A-ZÀ-ÞА-Я][\w’'-]+")
_POSSESSIVE = re.compile(r"['’]s?$")
# Words of reporting that sumy's lists lack: they are in every article.
_REPORTING = """
said says say told added according reported reports report news monday tuesday wednesday thursday friday saturday
sunday january february march april may june july august september october november december today yesterday
reuters ap afp year years week day time people percent new
"""
_NO_EVENT = frozenset(_REPORTING.split())


def event_terms(body: str, headline: str | None, language: str) -> tuple[tuple[str, float], ...]:
    """Give about twenty stems with weights, best first, squares summing to 1; a headline alone serves too."""
    text = body[:_LOOKED_AT]
    stop, stem = stop_words(language), stemmer(language)
    weights: dict[str, float] = defaultdict(float)
    names = {_plain(word) for word in _CAPITAL.findall(text)}
    for part, weight in ((headline or "", _TITLE), (text[:_LEAD], 1.0), (text, 1.0)):
        for word, count in Counter(map(_plain, words_of(part))).items():
            if len(word) > 2 and word not in stop and word not in _NO_EVENT:
                weights[stem(word)] += weight * min(count, 5) * (_NAME if word in names else 1.0)
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:_MOST]
    length = sum(weight * weight for _, weight in best) ** 0.5
    return tuple((term, round(weight / length, 4)) for term, weight in best)


def _plain(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()
