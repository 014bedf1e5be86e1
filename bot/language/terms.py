"""Which words tell an article's event? Names, numbers and its frequent words, for finding its story again."""

import math
import re
from collections import defaultdict

from bot.language.summaries.methods import stemmer, stop_words
from bot.language.texts.tokens import words_of

_MOST = 30
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
    """Give about thirty stems with weights, best first, squares summing to 1; a headline alone serves too."""
    weights = telling_words(body, headline, language)
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:_MOST]
    length = math.sqrt(sum(weight * weight for _, weight in best))
    return tuple((term, round(weight / length, 4)) for term, weight in best)


def telling_words(body: str, headline: str | None, language: str) -> dict[str, float]:
    """Weigh every stem of headline and body that is neither small nor of the reporter's trade."""
    text = body[:_LOOKED_AT]
    stop, stem = stop_words(language), stemmer(language)
    counts: dict[str, float] = defaultdict(float)
    for part, weight in ((headline or "", _TITLE), (text[:_LEAD], 1.0), (text, 1.0)):
        for word in words_of(part):
            counts[word] += weight
    names = {_plain(word) for word in _CAPITAL.findall(text)}
    weights: dict[str, float] = defaultdict(float)
    for word, count in counts.items():
        plain = _plain(word)
        if len(plain) > 2 and plain not in stop and plain not in _NO_EVENT:
            weights[stem(plain)] += count * (_NAME if plain in names else 1.0)
    return {
        term: 1 + math.log(weight) if weight > 1 else weight for term, weight in weights.items()
    }


def _plain(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()
