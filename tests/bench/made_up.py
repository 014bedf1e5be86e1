"""Made-up news for measurements: the same from the same seed, as long as an agency's report.

Words are syllables, as often as in a language (Zipf's law); every event has rare words of its own
and is told by one to four articles, one after another.
"""

import random
from collections.abc import Iterator
from itertools import accumulate, product
from typing import NamedTuple

_SYLLABLES = [a + b for a, b in product("bdfgklmnprstvz", ("a", "e", "i", "o", "u", "ar", "en"))]
_VOCABULARY = 20_000
_SENTENCES, _WORDS_A_SENTENCE, _EVENT_WORDS = 14, 18, 8
_MAX_TELLINGS = 4


class MadeUp(NamedTuple):
    """An article: headline, body, and who says something in it."""

    event: int
    headline: str
    body: str
    speaker: str


def make_news(seed: int = 1) -> Iterator[MadeUp]:
    """Yield articles without end."""
    chance = random.Random(seed)
    words = [
        "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(_VOCABULARY)
    ]
    weights = list(accumulate(1 / (rank + 10) for rank in range(_VOCABULARY)))
    event = 0
    while True:
        event += 1
        own = ["".join(chance.choices(_SYLLABLES, k=4)).capitalize() for _ in range(_EVENT_WORDS)]
        speaker = " ".join(chance.sample(own, 2))
        for _ in range(chance.randint(1, _MAX_TELLINGS)):
            sentences = []
            for _ in range(_SENTENCES):
                parts = chance.choices(words, cum_weights=weights, k=_WORDS_A_SENTENCE)
                parts[chance.randrange(2, _WORDS_A_SENTENCE)] = chance.choice(own)
                sentences.append(" ".join(parts).capitalize() + ".")
            sentences.append(f"The {own[2]} is {parts[0]} {parts[1]}, {speaker} said.")
            headline = f"{own[0]} {parts[3]} {own[1]} {parts[4]}"
            yield MadeUp(event, headline, " ".join(sentences), speaker)
