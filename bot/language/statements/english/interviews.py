"""Tell who answers in an interview whose answers are not marked by name; nobody where not certain.

"Q: … A: …", "Interviewer: … Respondent: …", questions in bold type, "1. Why now?"
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.language.mentions import Mention, find_mentions
from bot.model import ActorKind, Span, Turn, TurnKind
from bot.reading.interviews import alternate

_NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+[^\n]{3,400}\?[\"'”’)]*$", re.MULTILINE)
_INTERVIEW = re.compile(
    r"\binterview|\b(?:spoke|talk(?:s|ed)?|sat down|speak(?:s|ing)?|chat(?:s|ted)?) (?:to|with)\b"
    r"|\banswer(?:s|ed) (?:our|questions|\w+ questions)\b|\bQ ?& ?A\b"
    r"|\bin conversation\b|\b\w+ questions (?:for|to|with)\b",
    re.IGNORECASE,
)
_NO_INTERVIEW = re.compile(
    r"\bFAQs?\b|\bfrequently asked\b|\brecipes?\b|\bquiz\b|\bneed to know\b|\bexplainer\b"
    r"|\byour questions\b|\breaders'? questions\b|\bhow to\b",
    re.IGNORECASE,
)
_OF_SELF = re.compile(r"\b(?:I|my|me|mine|myself)\b|\b(?:I|my|me)['’]")
_OF_US = re.compile(r"\b(?:I|my|me|mine|we|our|ours|us)\b", re.IGNORECASE)
_BY = re.compile(r"\b[Bb]y(?: \w+)? $")
# What others are quoted with does not count: an explainer has questions as headings.
_QUOTED = re.compile(r"[\"“„][^\"“”]{1,1000}[\"”“]")
_MIN_OF_US, _MIN_OF_SELF, _MAX_ASKING_OF_SELF = 0.4, 0.6, 0.5
_MIN_NUMBERED = 2


def numbered_turns(text: str) -> tuple[Turn, ...]:
    """Return the questions that a text counts from 1 on, each in a paragraph, and their answers."""
    questions = list(_NUMBERED.finditer(text))
    are_counted = [int(match[1]) for match in questions] == list(range(1, len(questions) + 1))
    if len(questions) < _MIN_NUMBERED or not are_counted:
        return ()
    return tuple(alternate(text, [match.span() for match in questions]))


def name_answers(
    text: str, sentences: Sequence[Span], turns: Sequence[Turn], headline: str | None
) -> tuple[Turn, ...]:
    """Return the turns with the interviewee as who answers, () where that is not certain.

    It is where one person is named in full above the first question, or one of several in the
    headline too, and where the answers are somebody's who speaks for himself.
    """
    start = turns[0].mark.start
    head = f"{headline or ''}\n{text[:start]}"
    person = find_interviewee(text, sentences, start, headline)
    is_told = _INTERVIEW.search(head) is not None or _is_named_in(person, headline, text)
    if person is None or not is_interview(head, turns, is_told=is_told):
        return ()
    last = text[slice(*person)].rsplit(" ", 1)[-1]
    return tuple(_name_answer(turn, Span.of(text, *person), last) for turn in turns)


def _is_named_in(person: tuple[int, int] | None, headline: str | None, text: str) -> bool:
    last = text[slice(*person)].rsplit(" ", 1)[-1] if person else ""
    return bool(last) and re.search(rf"\b{re.escape(last)}\b", headline or "") is not None


def _name_answer(turn: Turn, person: Span, last: str) -> Turn:
    """Return a turn with its speaker; paragraphs that tell of the speaker are not said."""
    if turn.kind is not TurnKind.ANSWER:
        return turn
    told_of = re.compile(rf"\b{re.escape(last)}(?:['’]s)?\b")
    words = [w for w in turn.words if not told_of.search(w.text) or _OF_SELF.search(w.text)]
    return replace(turn, speaker=person, words=tuple(words))


def says_interview(head: str) -> bool:
    """Return whether what stands above the first question says that it is an interview."""
    return _INTERVIEW.search(head) is not None and _NO_INTERVIEW.search(head) is None


def is_interview(head: str, turns: Sequence[Turn], *, is_told: bool) -> bool:
    """Return whether somebody answers for himself: no list of questions that readers have.

    `is_told`: the text says that it is an interview, or its marks do.
    """
    asked = [_words(turn) for turn in turns if turn.kind is TurnKind.QUESTION]
    answered = [_words(turn) for turn in turns if turn.kind is TurnKind.ANSWER]
    if _NO_INTERVIEW.search(head) or not asked or not answered:
        return False
    if _share(_OF_SELF, asked) >= _MAX_ASKING_OF_SELF:
        return False
    is_of_us = is_told and _share(_OF_US, answered) >= _MIN_OF_US
    return is_of_us or _share(_OF_SELF, answered) >= _MIN_OF_SELF


def _words(turn: Turn) -> str:
    return _QUOTED.sub("", " ".join(span.text for span in turn.words))


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(pattern.search(text) is not None for text in texts) / len(texts)


def find_interviewee(
    text: str, sentences: Sequence[Span], end: int, headline: str | None = None
) -> tuple[int, int] | None:
    """Return where the person is named who answers: the only one named in full before a place.

    Of several the one in the headline, else the one who is named most; not who wrote it.
    """
    before = [sentence for sentence in sentences if sentence.start < end]
    mentions = [
        mention
        for mention in find_mentions(text[:end], before)
        if mention.kind is ActorKind.PERSON and not _BY.search(text[: mention.start][-20:])
    ]
    full = {mention.last for mention in mentions if len(mention.words) > 1}
    in_headline = {
        last for last in full if re.search(rf"\b{re.escape(last)}\b", headline or "", re.IGNORECASE)
    }
    if len(in_headline) > 1:
        return None
    candidates = in_headline or full
    counts = Counter(mention.last for mention in mentions if mention.last in candidates)
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return _fullest([mention for mention in mentions if mention.last == ranked[0][0]])


def _fullest(mentions: Sequence[Mention]) -> tuple[int, int]:
    person = max(mentions, key=lambda mention: len(mention.words))
    return person.start, person.end
