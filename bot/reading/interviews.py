"""Find the questions of an interview by its bold type: who answers is told by its words later.

<p><b>Will the pier hold?</b></p>        a question, and so is each paragraph all in bold
<p>It will, for ten years.</p>           its answer
<p><b>Who pays?</b> The town.</p>        both in one paragraph
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from html import unescape

from bot.model import Article, Span, Turn, TurnKind
from bot.reading.cleaning import clean_line
from bot.reading.turns import spoken_spans

_SOFT_END = re.compile(r"</(?:b|strong)>(\s*)<(?:b|strong)\b[^<>]{0,200}>", re.IGNORECASE)
_BOLD = re.compile(r"<(b|strong|h[2-5])\b[^<>]{0,500}>(.{2,1000}?)</\1>", re.IGNORECASE | re.DOTALL)
_MARKDOWN = re.compile(r"^(?:\*\*|__)([^*\n]{2,1000}?)(?:\*\*|__)|^#{2,5} (.+)$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{0,500}>")
_QUESTION_END = re.compile(r"[?？][\"'”’)\]]*$")
_PARAGRAPH = re.compile(r"[^\n]+")
_MIN_QUESTIONS = 2
_MIN_ASKING_SHARE = 0.5  # of what is in bold; else it is headings


def mark_interview(article: Article, bold: Collection[str]) -> Article:
    """Return the article with turns that nobody is named for, if bold type marks its questions.

    `bold` are the words in bold type in its file. The marks of these turns are empty.
    """
    if article.turns or not any(map(_QUESTION_END.search, bold)):
        return article
    ends = sorted(_question_ends(article.body, bold))
    asking = sum(_QUESTION_END.search(article.body[start:end]) is not None for start, end in ends)
    if asking < max(_MIN_QUESTIONS, _MIN_ASKING_SHARE * len(ends)):
        return article
    return replace(article, turns=tuple(alternate(article.body, ends)))


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
    longest = sorted((text for text in bold if _QUESTION_END.search(text)), key=len, reverse=True)
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
        answer = [
            (max(end, each.start()), each.end())
            for each in _PARAGRAPH.finditer(body, end, len(body) if stop is None else stop)
            if body[max(end, each.start()) : each.end()].strip()
        ]
        if answer:
            kept = answer if stop is not None else answer[:1]
            yield _turn(TurnKind.ANSWER, body, kept[0][0], kept)


def _turn(kind: TurnKind, body: str, start: int, lines: list[tuple[int, int]]) -> Turn:
    words = [span for line in lines for span in spoken_spans(body, *line)]
    start = words[0].start if words else start
    return Turn(kind, Span.of(body, start, start), None, None, tuple(words))
