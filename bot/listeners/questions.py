"""Questions and wishes as people put them, and the command line that answers each."""

import re
from collections.abc import Iterator
from itertools import combinations

from bot.language.lexicon import FUNCTION_WORDS
from bot.listeners.periods import split_period
from bot.model.wordlists import load_tables

# What is asked, and not what it is about.
_ASKING_WORD = re.compile(
    r"(?:any|some|every)(?:body|one|thing)|people|claim(?:ed|ing)?|mention(?:ed)?|say(?:s|ing)?"
    r"|speak(?:ing)?|talk(?:ing)?|tells?|told|think(?:s|ing)?"
)
# With fewer words than asked for an article is looked for at most 16 times.
_MAX_SEARCHED_WORDS = 5

_DATA = load_tables("bot.listeners", "data/questions.toml")
_SPELLINGS = {rf"\b{word}\b": meant for word, meant in _DATA["spellings"].items()}


def _compile(pattern: str, end: str) -> re.Pattern[str]:
    """Return the pattern of a whole text, with the parts that it names."""
    text = f"(?:{pattern}){end}[\\s?!.]*"
    while (parts := re.sub("%([A-Z_]+)", lambda part: _DATA["parts"][part[1]], text)) != text:
        text = parts
    return re.compile(text, re.IGNORECASE)


# Each with the line that answers it; "" is a preview.
_QUESTIONS = tuple(
    (_compile(pattern, row.get("end", "")), row["line"])
    for row in _DATA["questions"]
    for pattern in row["as"]
)


def question_to_command(text: str) -> str:
    """Return the command line that answers a question, "" for a preview; other text as it is."""
    spelled = text
    for word, meant in _SPELLINGS.items():
        spelled = re.sub(word, meant, spelled, flags=re.IGNORECASE)
    for pattern, line in _QUESTIONS:
        if match := pattern.fullmatch(spelled):
            fields = match.groupdict(default="")
            if line.startswith("search "):
                fields["words"] = key_words(fields["words"])
            return str(line.format(**fields))
    return text


def iter_fewer_words(text: str) -> Iterator[str]:
    """Yield fewer of the words of a search: without the small ones, then without more, to half."""
    words = key_words(text).split()[:_MAX_SEARCHED_WORDS]
    for count in range(len(words), (len(words) - 1) // 2, -1):
        for chosen in combinations(words, count):
            if (line := " ".join(chosen)) != text:
                yield line


def key_words(text: str) -> str:
    """Return what a question is about, and its days: all of it where it has only small words."""
    asked, period = split_period(text)
    kept = [word for word in asked.split() if not _is_small(word)]
    return " ".join([*kept, period]).strip() if kept else text


def _is_small(word: str) -> bool:
    """Return whether a word says nothing of the subject; "US" and "WHO" are names."""
    plain = word.strip(",.;:?!\"'()").lower()
    is_name = word.isupper() and len(word) > 1
    return not is_name and (plain in FUNCTION_WORDS or bool(_ASKING_WORD.fullmatch(plain)))
