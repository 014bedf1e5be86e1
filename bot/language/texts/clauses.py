"""Where can a sentence be cut so that it still reads? At a clause, never before a word that needs the next."""

import re
from itertools import islice

from bot.model import Span

# A cut before one of these leaves a whole clause in front.
_BEFORE = re.compile(
    r"(?:\s*[,;:]|\s+[–—-]{1,2}|\s+\(|\s+)(?=\s*(?:"
    r"after|before|because|while|when|where|who|which|whose|although|though|since|unless|until|amid|despite|but|and|as|"
    r"according\s+to|following|saying|adding|including|"
    r"nachdem|weil|während|obwohl|wobei|aber|und|laut|que|qui|dont|mais|après|selon|tandis|pero|mientras|aunque|según|tras"
    r")\b)",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"\s*[,;:](?=\s)|\s+[–—]{1,2}(?=\s)|\s+-{1,2}(?=\s)|\s+(?=\()")
# English words that make a clause of what stands before them; other languages are cut without this test.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did|says?|said|told|tells?"
    r"|wants?|went|goes|came|comes|took|takes|made|makes|gave|gives|won|wins|lost|loses|met|meets|left|leaves|began"
    r"|begins|fell|falls|rose|rises|found|finds|held|holds|kept|keeps|set|sets|cut|cuts|hit|hits|sold|sells|bought"
    r"|buys|broke|breaks|brought|brings|spoke|speaks|stood|stands|saw|sees|got|gets|put|puts|ran|runs|sent|sends|paid"
    r"|pays|led|leads|\w{3,}(?<!e)ed)\b"
)
_SPACE = re.compile(r"\s+")
_RUN = re.compile(r"\S+")
_NEEDING_MORE = """
a an the of to in on at by for from with and or but as that which who whose is are was were has have had be been
will would could should may might must can not no its his her their our your my this these than into over under
about after before between during against through without said says le la les un une des du de et ou à au aux en
pour par avec sur el los las unos unas y o del al con por para der die das den dem des ein eine einen und oder von
zu im am mit für auf bei
"""
_OPEN_ENDS = frozenset(_NEEDING_MORE.split())
_STRIP = " \t\n\r\u00a0,;:–—-("


def cut_at_clause(text: str, span: Span, room: int, *, spare: int = 0) -> Span:
    """Give the longest start of `span` that fits `room` characters and ends with a clause.

    Where no clause ends early enough it is given whole if `spare` characters more let it, or ends with a word; one
    word longer than the room is cut through.
    The cut mark ("…") is the caller's: what comes back slices `text`.
    """
    if span.end - span.start <= room:
        return span
    head = text[span.start : span.start + room + 1]
    # "Karen Lee, the port's director, | said": a cut leaves the verb in front, where there is one.
    verb = _VERB.search(head)
    least = verb.end() if verb else 0
    at = _last_cut(head, _BEFORE, room, least) or _last_cut(head, _PAUSE, room, least)
    if not at and span.end - span.start <= room + spare:
        return span
    return Span.of(text, span.start, span.start + (at or _last_word(head, room)))


def _last_cut(head: str, marks: re.Pattern[str], room: int, least: int) -> int:
    """Find the last good cut in the latter half, and not before `least`; 0 where there is none."""
    best = 0
    for mark in marks.finditer(head):
        if max(room / 2, least) <= mark.start() <= room and _reads_whole(head[: mark.start()]):
            best = mark.start()
    return len(head[:best].rstrip(_STRIP))


def _reads_whole(head: str) -> bool:
    words = head.rsplit(maxsplit=1)
    return (
        bool(words)
        and words[-1].strip(_STRIP).lower() not in _OPEN_ENDS
        and head.count('"') % 2 == 0
        and head.count("“") == head.count("”")
        and head.count("(") == head.count(")")
    )


def _last_word(head: str, room: int) -> int:
    end = room
    for space in _SPACE.finditer(head):
        if space.start() and space.start() <= room and _reads_whole(head[: space.start()]):
            end = space.start()
    kept = head[:end].rstrip(_STRIP)
    return len(kept) or room


def cut_at_words(text: str, span: Span, words: int) -> Span:
    """Give the longest start of `span` that has at most so many words and ends with a clause."""
    runs = list(islice(_RUN.finditer(text, span.start, span.end), words))
    return (
        cut_at_clause(text, span, runs[-1].end() - span.start)
        if runs
        else Span.of(text, span.start, span.start)
    )
