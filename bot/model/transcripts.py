"""What the turns of a text tell: whether it is a transcript, and what an answer answers."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.model.articles import Span, Turn, TurnKind

_MIN_SHARE = 0.5  # of a body that turns take up in a transcript
_QUESTION_END = re.compile(r"[?？][\"'”’)\]]*\s*$")


def is_transcript(body: str, turns: Sequence[Turn]) -> bool:
    """Return whether a text is made of turns, not an article with an interview in it."""
    return bool(turns) and turns[-1].end - turns[0].mark.start > _MIN_SHARE * len(body)


def turn_before(turns: Sequence[Turn], place: int) -> int:
    """Return the number of the last turn that begins at or before a place, -1 if none does."""
    return bisect_right(turns, place, key=lambda turn: turn.mark.start) - 1


def is_question(text: str) -> bool:
    """Return whether a sentence or a heading ends in a question mark, quotation marks aside."""
    return _QUESTION_END.search(text) is not None


def ends_asking(turn: Turn) -> bool:
    """Return whether a turn ends in a question mark, as `is_question` reads it."""
    return bool(turn.words) and is_question(turn.words[-1].text)


def question_before(turns: Sequence[Turn], place: int) -> tuple[Span, ...]:
    """Return the words of the question that the turn at a place answers, () where it does not.

    Between them may stand what nobody could hear, what a chair said, and the answer's start.
    """
    k = turn_before(turns, place)
    if k < 0 or turns[k].kind is not TurnKind.ANSWER:
        return ()
    for turn in reversed(turns[:k]):
        if turn.words and (turn.kind is TurnKind.QUESTION or ends_asking(turn)):
            return turn.words
        is_own = _name(turn) == _name(turns[k])
        if turn.words and not is_own and turn.kind is not TurnKind.PROCEDURE:
            return ()
    return ()


def _name(turn: Turn) -> str:
    return turn.speaker.text if turn.speaker else ""
