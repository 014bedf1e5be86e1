"""Make the turns of a transcript: its body where its source has none, its notes, its kinds.

speakers and paragraphs -> "Ida Berg: ..." paragraphs -> words without notes -> kinds
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model import Span, Turn, TurnKind
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import clean_line

_SECTIONS = ("titles", "nameless", "askers", "procedure", "notes")
WORDS = load_line_lists("bot.reading", "data/transcripts.txt", *_SECTIONS)
_ASKERS, _PROCEDURE = frozenset(WORDS["askers"]), frozenset(WORDS["procedure"])
_BRACKETED = re.compile(r"\(([^()\n]{1,300})\)|\[([^\[\]\n]{1,300})\]")
_NOTE = re.compile("|".join(f"(?:{line})" for line in WORDS["notes"]), re.IGNORECASE)
# A whole sentence in brackets, between sentences, tells what was done: (The bill is signed.)
_ACT = re.compile(r"[^\W\d_a-z].*[.!]$")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:;\"”’)\]—–-])\s*$")
_LEADING = re.compile(r"[\s—–-]+")
_LETTER = re.compile(r"\w")
_NUMBER = re.compile(r"\s*(?:#?\d{1,3}|\b(?:one|two|three|four|five|six))$", re.IGNORECASE)
# A turn that ends in a question mark asks, unless it is long: then it is a speech with a question.
_MAX_QUESTION_WORDS = 80
_ASKING_SHARE, _MIN_ASKED = 0.6, 2
_MAX_CHAIR_NAME_WORDS = 2


@dataclass(frozen=True, slots=True)
class SpokenParagraph:
    """A paragraph of somebody's words; `times` has places in its text and seconds."""

    text: str
    times: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn as a structured source gives it; `kind` is `SPEECH` where that does not say more."""

    speaker: str | None
    paragraphs: tuple[SpokenParagraph, ...]
    role: str | None = None
    kind: TurnKind = TurnKind.SPEECH

    @property
    def mark(self) -> str:
        """What stands before its words."""
        if not self.speaker:
            return "Q:"
        return f"{self.speaker} ({self.role}):" if self.role else f"{self.speaker}:"


def compose_transcript(
    head: Iterable[str], turns: Iterable[SpokenTurn]
) -> tuple[str, tuple[Turn, ...]]:
    """Return a body of these turns, below the paragraphs of its head, and where the turns stand.

    A speaker's mark is "Name:" or "Name (role):", and "Q:" for a question without a name.
    """
    pieces = [line for text in head if (line := clean_line(text))]
    size = sum(len(piece) + 2 for piece in pieces)
    starts: list[tuple[SpokenTurn, list[int]]] = []
    for turn in turns:
        places: list[int] = []
        for paragraph in turn.paragraphs:
            pieces.append(paragraph.text if places else f"{turn.mark} {paragraph.text}")
            places.append(size)
            size += len(pieces[-1]) + 2
        if places:
            starts.append((turn, places))
    body = "\n\n".join(pieces)
    return body, tuple(tell_kinds([_place_turn(body, *start) for start in starts]))


def _place_turn(body: str, turn: SpokenTurn, places: Sequence[int]) -> Turn:
    """Return the turn whose paragraphs begin at these places."""
    start, name, mark = places[0], turn.speaker, turn.mark
    words: list[Span] = []
    times: list[tuple[int, float]] = []
    for place, paragraph in zip(places, turn.paragraphs, strict=True):
        first = place if place != start else start + len(mark) + 1
        words += spoken_spans(body, first, first + len(paragraph.text))
        times += [(first + at, seconds) for at, seconds in paragraph.times]
    role = start + len(name or "") + 2
    return Turn(
        turn.kind,
        Span.of(body, start, start + len(mark)),
        Span.of(body, start, start + len(name)) if name else None,
        Span.of(body, role, role + len(turn.role)) if name and turn.role else None,
        tuple(words),
        tuple(times),
    )


def spoken_spans(body: str, start: int, end: int) -> Iterator[Span]:
    """Yield what was said between two places: without notes, and dashes that resume a sentence."""
    for note in _BRACKETED.finditer(body, start, end):
        if is_note(body, note, start):
            yield from _trimmed(body, start, note.start())
            start = note.end()
    yield from _trimmed(body, start, end)


def is_note(body: str, bracketed: re.Match[str], start: int) -> bool:
    """Return whether a bracket tells what was heard or done; words begin at `start`."""
    inner = (bracketed[1] or bracketed[2]).strip()
    if _NOTE.fullmatch(inner.rstrip(" .!")):
        return True
    is_apart = _SENTENCE_END.search(body[start : bracketed.start()][-3:]) is not None
    return is_apart and _ACT.match(inner) is not None


def _trimmed(body: str, start: int, end: int) -> Iterator[Span]:
    lead = _LEADING.match(body, start, end)
    start = lead.end() if lead else start
    text = body[start:end].rstrip()
    # A full stop behind a note is no speech.
    if _LETTER.search(text):
        yield Span.of(body, start, start + len(text))


def tell_kinds(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with their kinds, by who speaks and by what follows a question.

    Somebody most of whose turns end in a question mark asks; who speaks next answers. A kind other
    than `SPEECH` was told by the source, and stays.
    """
    asks = [_is_question(turn) for turn in turns]
    names = [_key(turn) for turn in turns]
    asked = Counter(name for name, ask in zip(names, asks, strict=True) if ask)
    counts = Counter(names)
    told: list[Turn] = []
    asker = answerer = None
    for turn, name, ask in zip(turns, names, asks, strict=True):
        is_asker = asked[name] >= _MIN_ASKED and asked[name] > _ASKING_SHARE * counts[name]
        is_question = name in _ASKERS or not name or (ask and (is_asker or not _is_long(turn)))
        if turn.kind is TurnKind.QUESTION or (turn.kind is TurnKind.SPEECH and is_question):
            kind, asker, answerer = TurnKind.QUESTION, name, None
        elif turn.kind is not TurnKind.SPEECH:
            kind = turn.kind
        elif _is_procedure(name):
            kind = TurnKind.PROCEDURE
        elif asker is not None and name != asker and answerer in {None, name}:
            kind, answerer = TurnKind.ANSWER, name
        else:
            kind = TurnKind.SPEECH
        told.append(replace(turn, kind=kind))
    return told


def speaker_key(name: str) -> str:
    """Return a mark's name in lower case, without "the", numbers and full stops."""
    key = " ".join(name.lower().replace(".", " ").split())
    return _NUMBER.sub("", key.removeprefix("the "))


def _key(turn: Turn) -> str:
    return speaker_key(turn.speaker.text) if turn.speaker else ""


def _is_question(turn: Turn) -> bool:
    return bool(turn.words) and turn.words[-1].text.rstrip('"”’ )').endswith("?")


def _is_long(turn: Turn) -> bool:
    return sum(span.text.count(" ") + 1 for span in turn.words) > _MAX_QUESTION_WORDS


def _is_procedure(name: str) -> bool:
    """Return whether a mark is a chair's, be it with a name behind: chairwoman lee."""
    first, _, rest = name.partition(" ")
    is_chair = first.startswith("chair") and rest.count(" ") < _MAX_CHAIR_NAME_WORDS
    return name in _PROCEDURE or is_chair or name.startswith(("speaker pro", "presiding officer"))
