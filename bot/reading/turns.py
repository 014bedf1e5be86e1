"""Make the turns of a transcript: its body where its source has none, its notes, its kinds.

speakers and paragraphs -> "Ida Berg: ..." paragraphs -> words without notes -> kinds
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model import Span, Turn, TurnKind
from bot.model.transcripts import ends_asking
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import clean_line

_SECTIONS = (
    "titles",
    "nameless",
    "askers",
    "procedure",
    "chairs",
    "labels",
    "dialogue",
    "notes",
    "reactions",
    "narrative",
)
WORDS = load_line_lists("bot.reading", "data/transcripts.txt", *_SECTIONS)
# What stands before a colon and names nobody: "Place: Velm".
LABELS = frozenset(WORDS["labels"])
# What people say of themselves or to each other, and articles do not.
DIALOGUE = re.compile("|".join(f"(?:{line})" for line in WORDS["dialogue"]), re.IGNORECASE)
_ASKERS, _PROCEDURE = frozenset(WORDS["askers"]), frozenset(WORDS["procedure"])
# Between notes of music stands what is sung or played.
_BRACKETED = re.compile(
    r"\(([^()\n]{1,300})\)|\[([^\[\]\n]{1,300})\]|[♩-♬](?:[^♩-♬\n]{0,300}[♩-♬])?"
)
_NOTE = re.compile("|".join(f"(?:{line})" for line in WORDS["notes"]), re.IGNORECASE)
# A paragraph of its own: "(Aplausos).", "-Aplausos.", "Prolonged applause."
_REACTION = re.compile(
    r"(?!(?:any|der|kein|keine|keinen|mehr|more|no|pas|sin|that|the|your) )"
    rf"(?:[^\W\d_]+ ){{0,2}}(?:{'|'.join(WORDS['reactions'])})",
    re.IGNORECASE,
)
_REACTION_TAIL = re.compile(
    r"(?: (?:and|auf|aux?|bei|beim|by|da|dei|des?|e|en|et|from|i|im|in|na|nos?|on|sur|und|von|y)"
    r" .{1,80})?[.!]?$"
)
_ALL_BRACKETED = re.compile(r"[(\[][^()\[\]\n]{1,300}[)\]][.:;!]?$")
# A whole sentence in brackets, between sentences, tells what was done: (The bill is signed.)
_ACT = re.compile(r"[^\W\d_a-z].*[.!][\"'”’]*$")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:;\"”’)\]—–-])\s*$")
_LEADING = re.compile(r"[\s—–-]+")
_LETTER = re.compile(r"\w")
_NUMBER = re.compile(r"\s*(?:#?\d{1,3}|\b(?:one|two|three|four|five|six))$", re.IGNORECASE)
_STATED = re.compile(r"[^\W\d]{2}[.!](?=\s|$)")
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
        """What stands before its words; captions mark a new voice without a name by ">>"."""
        if not self.speaker:
            return ">>"
        return f"{self.speaker} ({self.role}):" if self.role else f"{self.speaker}:"


def merge_turns(turns: Iterable[SpokenTurn]) -> list[SpokenTurn]:
    """Join the turns of one speaker that follow each other; two without a name may be two."""
    merged: list[SpokenTurn] = []
    for turn in turns:
        last = merged[-1] if merged else None
        if last and turn.speaker and last.speaker == turn.speaker and last.kind is turn.kind:
            paragraphs = last.paragraphs + turn.paragraphs
            merged[-1] = replace(last, paragraphs=paragraphs, role=last.role or turn.role)
        else:
            merged.append(turn)
    return merged


def compose_transcript(
    head: Iterable[str], turns: Iterable[SpokenTurn]
) -> tuple[str, tuple[Turn, ...]]:
    """Return a body of these turns, below the paragraphs of its head, and where the turns stand.

    A speaker's mark is "Name:" or "Name (role):", and ">>" for one without a name.
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
    return body, tuple(assign_kinds([_place_turn(body, *start) for start in starts]))


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
    if is_aside(body[start:end]):
        return
    for note in _BRACKETED.finditer(body, start, end):
        if is_note(body, note, start):
            yield from _trimmed(body, start, note.start())
            start = note.end()
    yield from _trimmed(body, start, end)


def is_aside(paragraph: str) -> bool:
    """Return whether a paragraph tells what was heard or done: "-Aplausos.", "(Applause)."."""
    text = paragraph.strip()
    plain = text.strip("-–—―* ")
    if _ALL_BRACKETED.match(plain):
        return True
    reaction = _REACTION.match(plain)
    if reaction is None:
        return False
    # "Applause from the gallery" may be said; behind a dash nobody says it.
    rest = plain[reaction.end() :]
    return not rest.strip(".") or (plain != text and _REACTION_TAIL.match(rest) is not None)


def is_note(body: str, bracketed: re.Match[str], start: int) -> bool:
    """Return whether a bracket tells what was heard or done; words begin at `start`."""
    inner = (bracketed[1] or bracketed[2] or "").strip()
    if not inner or _NOTE.fullmatch(inner.rstrip(" .!")):
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


def assign_kinds(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with their kinds, by who speaks and by what follows a question.

    Who speaks next after a turn that ends in a question mark answers. Such a turn is a question
    where it says little else, or where its speaker asks most of the time. A kind other than
    `SPEECH` was told by the source, and stays.
    """
    asks = [ends_asking(turn) for turn in turns]
    names = [speaker_key(turn.speaker.text) if turn.speaker else "" for turn in turns]
    asked = Counter(name for name, ask in zip(names, asks, strict=True) if ask)
    counts = Counter(names)
    askers = {n for n in asked if asked[n] >= max(_MIN_ASKED, _ASKING_SHARE * counts[n])}
    assigned: list[Turn] = []
    asker = answerer = None
    mark_before = ""
    for turn, name, asks_back in zip(turns, names, asks, strict=True):
        is_answer = asker is not None and name != asker and answerer in {None, name}
        # Whoever has a name and follows a "Q" answers, be it by a question.
        ask = asks_back and not (is_answer and name and mark_before.startswith("Q"))
        mark_before = turn.mark.text
        kind = turn.kind
        if kind is TurnKind.SPEECH:
            kind = _kind_of(turn, name, asks=ask, is_asker=name in askers, is_answer=is_answer)
        if ask or kind is TurnKind.QUESTION:
            asker, answerer = name, None
        elif kind is TurnKind.ANSWER:
            answerer = name
        elif kind is TurnKind.SPEECH and name != asker:
            asker = None
        assigned.append(replace(turn, kind=kind))
    return assigned


def _kind_of(turn: Turn, name: str, *, asks: bool, is_asker: bool, is_answer: bool) -> TurnKind:
    is_nameless = not name and turn.mark.text.startswith("Q")
    is_question = asks and (is_asker or _says_little_else(turn))
    if _is_procedure(name):
        return TurnKind.PROCEDURE
    if name in _ASKERS or is_nameless or is_question:
        return TurnKind.QUESTION
    return TurnKind.ANSWER if is_answer else TurnKind.SPEECH


def speaker_key(name: str) -> str:
    """Return a mark's name in lower case, without "the", numbers and full stops."""
    key = " ".join(name.lower().replace(".", " ").split())
    return _NUMBER.sub("", key.removeprefix("the "))


def _says_little_else(turn: Turn) -> bool:
    """Return whether most of a turn's sentences, if they are few words, are questions."""
    text = " ".join(span.text for span in turn.words)
    questions = text.count("?")
    return questions > len(_STATED.findall(text)) and text.count(" ") < _MAX_QUESTION_WORDS


def _is_procedure(name: str) -> bool:
    """Return whether a mark is a chair's, be it with a name behind: chairwoman lee."""
    first, _, rest = name.partition(" ")
    is_chair = first.startswith("chair") and rest.count(" ") < _MAX_CHAIR_NAME_WORDS
    return name in _PROCEDURE or is_chair or name.startswith(("speaker pro", "presiding officer"))
