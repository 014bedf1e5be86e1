"""What an order is written in: patterns of times and days, the words before a list, how long each may be."""

import re
from datetime import timedelta

MOST_STORIES = 10

# An Undo button carries all of these, in at most 2,000 characters.
MOST_TOPICS, LONGEST_TOPIC = 12, 60
MOST_NAMES, LONGEST_NAME = 6, 40
SHORTEST_STEP = timedelta(minutes=1)
LONGEST_STEP = timedelta(hours=24)
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
HALF = r"\s*[ap]\.?m\b\.?"
TIME = rf"(?:noon|midnight|\d{{4}}|\d{{1,2}}(?:[:.h]\d{{2}})?(?:{HALF}|\s*o'clock\b)?)(?![\w:])"
CLOCK = (
    rf"(?:noon|midnight|\d{{1,2}}[:.]\d{{2}}(?:{HALF})?|\d{{1,2}}(?:{HALF}|\s*o'clock\b))(?![\w:])"
)
AND = r"(?:\s*(?:,|;|&|\+|\band\b)\s*|\s+)"
_TO = r"\s*(?:-|\bto\b|\btill\b|\buntil\b|\band\b)\s*"
_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_EVERYTHING = {"everything", "anything", "all", "any topic", "all topics"}
_UNITS = r"(m|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|d|days?|w|weeks?)"
STEP = rf"(?:every|each)\s+(?:(\d{{1,9}}|{'|'.join(_NUMBERS)})\s*)?{_UNITS}\b"
HALF_HOUR = r"(?:every|each)\s+half(?:\s+an?)?[\s-]+hour\b|half-?hourly\b"
ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_PLAIN_TOPIC = re.compile(r"[\w.'-]+(?: [\w.'-]+)*")

# Words that end an `about` or begin another phrase: a topic with one of them is written in quote marks.
_TELLING = {
    "top",
    "in",
    "at",
    "from",
    "between",
    "quiet",
    "not",
    "except",
    "without",
    "but",
    "about",
    "up",
}

# What takes a list away again.
NO_LIST = {
    "topics": _EVERYTHING,
    "excluded": {"nothing"},
    "sources": {"anywhere", "everywhere", "any source", "all sources"},
    "excluded_sources": {"nowhere"},
}

LIST_WORDS = {
    "topics": "about",
    "excluded": "not",
    "sources": "from",
    "excluded_sources": "not from",
}

EVERY = r"(?:(?:on|every|each)\s+)?"
MORNING = r"(?:\s+mornings?)?"
FROM_TO = rf"(?:only\s+)?(?:from|between)\s+({TIME}){_TO}({TIME})"
NOT = r"(?:but\s+)?(?:not|except|without|excluding)"
QUIET = rf"(?:quiet|silent|not)(?:\s+hours)?(?:\s+(?:from|between))?\s+({TIME}){_TO}({TIME})"
NIGHT = r"(?:quiet|silent|not)\s+(?:at|by|during\s+the)\s+nights?\b"
WEEKEND = r"(?:quiet|silent|not)\s+(?:(?:at|on|over)\s+)?(?:the\s+)?weekends?\b"


def quoted(topic: str) -> str:
    """Put quote marks round a topic that would be read as something else without them."""
    words = topic.casefold()
    plain = (
        _PLAIN_TOPIC.fullmatch(topic)
        and words not in set().union(*NO_LIST.values())
        and not _TELLING & set(words.split())
    )
    return topic if plain else f'"{topic}"'


def read_number(word: str) -> int | None:
    """`12`, `twelve`; None where it is no number."""
    if word.lower() in _NUMBERS:
        return _NUMBERS.index(word.lower())
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None
