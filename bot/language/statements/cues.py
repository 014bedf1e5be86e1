"""Which words may report what somebody said."""

from bot.language.lexicon import ADJECTIVE_CLASS, NOUN_CLASS
from bot.language.statements.signs import Signs

_MARK_CUES = frozenset([":", "according", "-", "—", "–", "--", "―"])


def candidates(signs: Signs) -> list[int]:
    """The words that may be a cue: every verb, our nouns and adjectives, colons and dashes."""
    parsed = signs.parsed
    found = []
    for i, tag in enumerate(parsed.tag):
        low = parsed.low[i]
        listed = (tag[:1] == "N" and low in NOUN_CLASS) or (
            tag[:1] == "J" and low in ADJECTIVE_CLASS
        )
        if tag and (tag[0] == "V" or listed or low in _MARK_CUES):
            found.append(i)
    return found
