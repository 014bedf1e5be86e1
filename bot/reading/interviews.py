"""Find the turns of an interview by its bold type: its questions, or the names of who speaks.

Who answers a question in bold is told by the words above it, later.

<p><b>Will the pier hold?</b></p>        a question, and so is each paragraph all in bold
<p>It will, for ten years.</p>           its answer
<p><b>Who pays?</b> The town.</p>        both in one paragraph
<p><b>Ida Berg</b> We all do.</p>        a name without a colon, as others have
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise

from bot.model import Article, Span, Turn, TurnKind
from bot.model.transcripts import is_question
from bot.reading.cleaning import clean_line
from bot.reading.turns import DIALOGUE, LABELS, assign_kinds, speaker_key, spoken_spans

_SOFT_END = re.compile(r"</(?:b|strong)>(\s*)<(?:b|strong)\b[^<>]{0,200}>", re.IGNORECASE)
_BOLD = re.compile(r"<(b|strong|h[2-5])\b[^<>]{0,500}>(.{2,1000}?)</\1>", re.IGNORECASE | re.DOTALL)
_NUMBER = r"(?:\d{1,2}[.)] +)?"
_MARKDOWN = re.compile(
    rf"^{_NUMBER}(?:\*\*|__)([^*\n]{{2,1000}}?)(?:\*\*|__)|^#{{2,5}} (.+)$", re.MULTILINE
)
_TAG = re.compile(r"<[^<>]{0,500}>")
_PARAGRAPH = re.compile(r"[^\n]+")
_UPPER = r"[^\W\d_a-z]"
_NAME = re.compile(rf"{_UPPER}[\w.'’-]+(?: (?:(?:de|van|von|al) )?{_UPPER}[\w.'’-]*){{0,3}}")
_WORDS_BEGIN = re.compile(r"\s+[\"“‘'(\[—–-]*[^\W_a-z]|$")
_ENDED = re.compile(r"[.?!…—–-][\"'”’)\]]*$")
_MIN_NAMED_TURNS, _MIN_NAMES = 3, 2
_MIN_TALKING_SHARE = 0.5  # of named turns: a list tells of its people, who do not speak
_MIN_QUESTIONS = 2
_MIN_ASKING_SHARE = 0.5  # of what is in bold; else it is headings


def mark_interview(article: Article, bold: Collection[str]) -> Article:
    """Return the article with turns, if bold type marks who speaks, or what is asked.

    `bold` are the words in bold type in its file. The marks of turns are empty for questions.
    """
    if article.turns:
        return article
    if named := _named_turns(article, bold):
        return replace(article, turns=named)
    if not any(map(is_question, bold)):
        return article
    ends = sorted(_question_ends(article.body, bold))
    asking = sum(is_question(article.body[start:end]) for start, end in ends)
    if asking < max(_MIN_QUESTIONS, _MIN_ASKING_SHARE * len(ends)):
        return article
    return replace(article, turns=tuple(alternate(article.body, ends)))


def _named_turns(article: Article, bold: Collection[str]) -> tuple[Turn, ...]:
    """Return the turns of two or more who are named in bold by turns, () if nobody talks."""
    body = article.body
    names = sorted((text for text in bold if _is_name(text)), key=len, reverse=True)
    if len(names) < _MIN_NAMES:
        return ()
    marks = list(_name_marks(body, names))
    labels = [body[start:end] for start, end in marks]
    changes = sum(label != after for label, after in pairwise(labels))
    if len(marks) < max(_MIN_NAMED_TURNS, len(set(labels)) + 1) or changes < _MIN_NAMES:
        return ()
    above = f"{article.headline or ''}\n{body[: marks[0][0]]}"
    if not any(_is_named_in_full(label, above) for label in set(labels)):
        return ()
    stops = [start for start, _ in marks[1:]]
    turns = [
        _named_turn(body, mark, stop) for mark, stop in zip(marks, [*stops, None], strict=True)
    ]
    texts = [" ".join(words.text for words in turn.words) for turn in turns]
    ended = sum(_ENDED.search(text) is not None for text in texts)
    talking = sum(DIALOGUE.search(text) is not None for text in texts)
    return (
        tuple(assign_kinds(turns)) if min(ended, talking) >= _MIN_TALKING_SHARE * len(turns) else ()
    )


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and speaker_key(text) not in LABELS


def _name_marks(body: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where the names stand that paragraphs begin with."""
    for paragraph in _PARAGRAPH.finditer(body):
        start, text = paragraph.start(), paragraph[0]
        name = next((each for each in names if text.startswith(each)), "")
        if name and _WORDS_BEGIN.match(text, len(name)):
            yield start, start + len(name)


def _is_named_in_full(label: str, above: str) -> bool:
    """Return whether a text has a name in full: all of it, or the name that it begins or ends."""
    name, word = rf"(?i:{re.escape(label)})", rf"{_UPPER}[\w.'’-]+"
    full = name if " " in label else rf"{word} {name}|{name} {word}"
    return re.search(rf"\b(?:{full})\b", above) is not None


def _named_turn(body: str, mark: tuple[int, int], stop: int | None) -> Turn:
    """Return the turn up to the next one; of the last, one paragraph: an article may go on."""
    lines = _lines_until(body, mark[1], stop)
    words = tuple(span for line in lines for span in spoken_spans(body, *line))
    name = Span.of(body, *mark)
    return Turn(TurnKind.SPEECH, name, name, None, words)


def _lines_until(body: str, start: int, stop: int | None) -> list[tuple[int, int]]:
    """Return the lines with words between two places, the first one alone where `stop` is None."""
    lines = [each.span() for each in _PARAGRAPH.finditer(body, start, stop or len(body))]
    lines = [line for line in lines if body[slice(*line)].strip()]
    return lines if stop is not None else lines[:1]


def bold_texts(source: str) -> frozenset[str]:
    """Return what is in bold type or a heading in a file of HTML, Markdown or a feed."""
    return frozenset(_bold_texts(source))


def _bold_texts(source: str) -> Iterator[str]:
    if "&lt;strong" in source or "&lt;b&gt;" in source:
        source = unescape(source)
    for match in _BOLD.finditer(_SOFT_END.sub(r"\1", source)):
        yield clean_line(unescape(_TAG.sub("", match[2])))
    for match in _MARKDOWN.finditer(source):
        yield clean_line(match[1] or match[2])


def _question_ends(body: str, bold: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where paragraphs are all in bold, or begin with a question that is."""
    longest = sorted(filter(is_question, bold), key=len, reverse=True)
    for paragraph in _PARAGRAPH.finditer(body):
        start, text = paragraph.start(), paragraph[0]
        lead = next((each for each in longest if text.startswith(each)), "")
        if text.strip() in bold or lead:
            yield start, start + (len(lead) or len(text))


def alternate(body: str, questions: list[tuple[int, int]]) -> Iterator[Turn]:
    """Yield a turn for each question and for what follows it: of the last, one paragraph."""
    following = [start for start, _ in questions[1:]]
    for (start, end), stop in zip(questions, [*following, None], strict=True):
        yield _turn(TurnKind.QUESTION, body, start, [(start, end)])
        if answer := _lines_until(body, end, stop):
            yield _turn(TurnKind.ANSWER, body, answer[0][0], answer)


def _turn(kind: TurnKind, body: str, start: int, lines: list[tuple[int, int]]) -> Turn:
    words = [span for line in lines for span in spoken_spans(body, *line)]
    start = words[0].start if words else start
    return Turn(kind, Span.of(body, start, start), None, None, tuple(words))
