"""Choose what heads and sums up a transcript: its chief speaker's words and its key answers.

statements, best first -> those that a reader can tell whose they are: with the mark before them
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from bot.language.statements.statement_ranking import MIN_CHANCE
from bot.language.summaries import make_title
from bot.model import Span, Statement, Turn
from bot.model.transcripts import turn_before

_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MAX_CHARS = 400  # of a mark and the words behind it


def spoken_text(turns: Sequence[Turn]) -> str:
    """Return all that was said, a paragraph each, without marks and notes."""
    return "\n\n".join(words.text for turn in turns for words in turn.words)


def extract_answers(
    body: str, statements: Sequence[Statement], turns: Sequence[Turn], count: int
) -> tuple[Span, ...]:
    """Return the best statements that open a turn, each from its mark on, best first.

    Any other does not tell whose it is.
    """
    spans = (_with_mark(body, statement, turns) for statement in statements)
    return tuple(islice((span for span in spans if span), count))


def make_transcript_title(
    body: str, statements: Sequence[Statement], turns: Sequence[Turn], language: str
) -> Span | None:
    """Return the chief speaker's first words of substance, with their mark where that is beside.

    None where nobody says anything of substance.
    """
    said = Counter[str]()
    for turn in turns:
        if turn.speaker and turn.kind.is_telling:
            said[turn.speaker.text] += sum(len(words.text) for words in turn.words)
    ranked = [name for name, _ in said.most_common()]
    told = [s for s in statements if s.score >= MIN_CHANCE and s.speaker and s.speaker.text in said]
    if not told:
        return None
    first = min(told, key=lambda s: (ranked.index(s.speaker.text if s.speaker else ""), _start(s)))
    opening = _with_mark(body, first, turns) or Span.of(body, _start(first), first.content[-1].end)
    return make_title(body, [opening], language)


def _start(statement: Statement) -> int:
    return statement.content[0].start


def _with_mark(body: str, statement: Statement, turns: Sequence[Turn]) -> Span | None:
    """Return the words of a statement that opens a turn with the mark before them."""
    k = turn_before(turns, _start(statement))
    if (
        k < 0
        or not turns[k].mark.text
        or statement.speaker != turns[k].speaker
        or statement.score < MIN_CHANCE
    ):
        return None
    mark, end = turns[k].mark, statement.content[-1].end
    is_beside = not any(map(str.isalnum, _NOTE.sub("", body[mark.end : _start(statement)])))
    is_whole = k + 1 == len(turns) or end <= turns[k + 1].mark.start
    is_short = is_whole and end - mark.start <= _MAX_CHARS
    return Span.of(body, mark.start, end) if is_beside and is_short else None
