"""Find the turns of a transcript in plain paragraphs: press briefings, remarks, interviews.

"MS. BERG:  No."  "THE MINISTER:"  "SENIOR ADMINISTRATION OFFICIAL:"    a mark in capitals
"Mr. McALLEN."  "Ms. ORR of Skarn."  "The CHAIR."                       a mark in a record
"Q    Is she resigning?"  "QUESTION:"                                   a question without a name
a paragraph without a mark                                              the last speaker goes on
"END  2:31 P.M. EST", "###"                                             nobody speaks any more
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import dropwhile

from bot.model import Article, Span, Turn, TurnKind
from bot.reading.times import first_time
from bot.reading.turns import DIALOGUE, LABELS, WORDS, assign_kinds, speaker_key, spoken_spans

Range = tuple[int, int]

_TITLES, _NAMELESS = frozenset(WORDS["titles"]), frozenset(WORDS["nameless"])
_ALONE = frozenset(WORDS["askers"]) | frozenset(WORDS["procedure"])
_LINE = re.compile(r"[^\n]+")
_UPPER = "".join(chr(c) for c in range(0x250) if chr(c).isupper())
_NOTE_BEFORE = r"(?:[(\[][^()\[\]\n]{1,60}[)\]] ?)?"
_BRACKETS = r"(?: ?[(\[][^()\[\]\n]{1,60}[)\]]){0,2}"
_LABEL_WORD = r"#?[^\W_][\w.'’&#-]*"
_LABEL = rf"{_LABEL_WORD}(?:,? {_LABEL_WORD}){{0,7}}"
_MARK = re.compile(rf"{_NOTE_BEFORE}(?P<mark>(?P<label>{_LABEL}){_BRACKETS} ?:)(?=\s|$|[\"“(\[])")
_SURNAME = rf"[{_UPPER}][\w'’-]+"
_PERSON = (
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sen|Rep|Messrs|Prof)\.|Senator|Representative|Delegate|Secretary"
    r"|(?:Vice )?Chair(?:man|woman|person)?|Congress(?:man|woman)|General|Admiral|Ambassador|Judge"
    rf"|Director|Governor|Mayor) {_SURNAME}(?: {_SURNAME}){{0,2}}"
    rf"(?: of (?:the )?{_SURNAME}(?: {_SURNAME})*)?"
)
_OFFICE = (
    r"(?i:The (?:(?:Acting|Deputy|Vice|Presiding) )*"
    r"(?:Speaker|President|Officer|Chair(?:man|woman)?|Clerk|Witness|Court)(?: pro tempore)?)"
)
# A record of a parliament or hearing ends its marks with a full stop.
STOP_MARK = re.compile(
    rf"(?P<mark>(?P<label>{_PERSON}|{_OFFICE})(?: \([^()\n]{{1,60}}\)){{0,2}}\.)\s+"
    r"(?=[\"“`'(\[]*[^\W_a-z])"
)
_QUESTION = re.compile(
    r"(?P<mark>Q(?:UESTION)?(?: ?#?\d{1,2})?(?: ?\([^()\n]{1,60}\))?[:.]?)\s+"
    r"(?=[\"“'‘(\[—–-]|[^\W_a-z])"
)
_CAPITALS = rf"(?:Ma?c|D[ei]|L[ae]|Van|[OD]['’])?[{_UPPER}][{_UPPER}.'’&-]*"
_ANSWER = re.compile(r"(?:A(?:NSWER)?|RESPONDENT|INTERVIEWEE|GUEST)(?: ?\d{1,3})?[:.]\s")
_MARK_INSIDE = re.compile(
    rf"(?<=\s)(?P<mark>(?P<label>{_CAPITALS}(?: {_CAPITALS}){{0,5}}) ?:)(?=\s)"
)
_SENTENCE_END = re.compile(r"[.?!)\]\"”…—–-]\s$")
_QUESTION_INSIDE = re.compile(r"(?<=[.?!)\]\"”…—–-] )(?P<mark>Q[:.]?)\s(?=[\"“‘—–-]?[^\W\d_a-z])")
_PARTICLES = frozenset(["de", "la", "le", "van", "von", "der", "den", "of", "and", "the", "bin"])
_PREFIXES = ("Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Von", "O'", "O’", "D'", "D’", "al-")
_END = re.compile(
    r"(?:[(\[-]*\s*(?:END|FIN|ENDS)\b(?!:)(?: OF (?:TRANSCRIPT|BRIEFING|REMARKS))?|# ?# ?#"
    r"|\* ?\* ?\*|-30-|_{4,}|\[(?:The )?(?:prepared|written|opening) statement).{0,40}$"
    r"|[(\[]The (?:[\w-]+ ){1,3}(?:ends|ended|concluded|adjourned|was (?:concluded|adjourned))\b"
    r"|(?:Watch|Read|See|Listen to) the (?:full|entire|whole|complete) "
    r"|For (?:more|further) information\b|(?:Media|Press) [Cc]ontacts?\b"
)
_CLOCK = re.compile(r"\(?\d{1,2}(?:[:.]\d{2})? ?[AaPp]\.?[Mm]\.?(?: [(A-Z][\w. ()]{0,30})?$")
_ENDED = re.compile(r"[.?!…:;,—–-][\"'”’)\]]*$|[)\]♩-♬]$")
_MAX_HEADING_CHARS, _MAX_DATE_CHARS = 80, 60
_SCENE = re.compile(r"^(?:INT|EXT)\. |^FADE (?:IN|OUT)\b|^CUT TO\b", re.MULTILINE)
# Behind a speaker's name, an article goes on: "Roe said later that".
_REPORTS = r"(?:\w+ ){0,2}(?:said|says|told|added|sagte|sagt|erklärte)\b"
_MIN_TURNS = 2
_MIN_FINISHED = 2 / 3  # of the turns of a dialogue; lists of labels have no full stops
_MIN_PROSE_WORDS = 12
_MIN_SHARE = 0.4  # of the words below the first mark: an article may quote a dialogue
_MAX_NAME_WORDS = 3
_MIN_LONG_WORD = 4  # shorter ones have no capital in a heading


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """A mark in a line: where it and its name stand, and how sure it is one.

    `is_sure`: a title, "Q" or a nameless office tells; a bare name in capitals needs company.
    """

    start: int
    end: int
    name: Range | None
    is_sure: bool


def mark_turns(article: Article, zone: str) -> Article:
    """Return the article with its turns where its text is a transcript, its headline above it.

    Where nothing else says when it was held, a date above the first mark does.
    """
    if article.turns:
        return article
    if not (turns := find_turns(article.body)):
        return _mark_with_headline(article)
    head_lines = article.body[: turns[0].mark.start].split("\n")
    article = replace(article, published=article.published or _event_time(head_lines, zone))
    head = article.headline or ""
    if not head or head in article.body[: turns[0].mark.start]:
        return replace(article, turns=turns)
    body = f"{head}\n\n{article.body}"
    if not (with_head := find_turns(body)):
        return replace(article, turns=turns)
    # The first mark and its words may have looked like a headline.
    headline = head if with_head[0].mark.start else None
    return replace(article, headline=headline, body=body, turns=with_head)


def _mark_with_headline(article: Article) -> Article:
    """Return the article with its turns where the first of them was taken for its headline."""
    body = f"{article.headline}\n\n{article.body}"
    turns = find_turns(body) if ":" in (article.headline or "") else ()
    is_first = turns and turns[0].mark.start == 0
    return replace(article, headline=None, body=body, turns=turns) if is_first else article


def _event_time(head: Sequence[str], zone: str) -> datetime | None:
    """Return the time of a date and a clock time that stand on lines of their own."""
    lines = [line.strip("() ") for line in head if len(line) <= _MAX_DATE_CHARS]
    clock = next((line for line in lines if _CLOCK.match(line)), "")
    dates = (line for line in lines if line != clock)
    return first_time((text for date in dates for text in (f"{date} {clock}", date)), zone)


def find_turns(body: str, unspoken: Collection[int] | None = None) -> tuple[Turn, ...]:
    """Return the turns of a text in order, () if it is no transcript by its marks.

    `unspoken` has the places where lines begin that nobody speaks: what is printed in a record. It
    is None for other texts, where one mark proves nothing.
    """
    lines = [line.span() for line in _LINE.finditer(body)]
    if any(_ANSWER.match(body, *line) for line in lines) or _SCENE.search(body):
        return ()  # an interview, whose text tells who answers; or a play
    marks_of_lines = [mark for line in lines if (mark := _opening_mark(body, *line))]
    opening = list(dropwhile(partial(_is_listed, body), marks_of_lines))
    asked = [_question_mark(match) for line in lines if (match := _QUESTION.match(body, *line))]
    matches = _MARK_INSIDE.finditer(body) if ":" in body else ()
    first = opening[0].start if opening else len(body)
    inside = [mark for match in matches if (mark := _read_mark(match)) and mark.start > first]
    if unspoken:
        starts = [start for start, _ in lines]
        inside = [m for m in inside if starts[bisect_right(starts, m.start) - 1] not in unspoken]
    is_record = unspoken is not None and any(mark.is_sure for mark in opening)
    is_speech = _is_speech(body, lines, opening)
    is_proven = is_record or is_speech or _is_transcript(body, sorted({*opening, *inside}), asked)
    if not is_proven:
        return ()
    counts = Counter(_label(body, mark) for mark in {*opening, *inside})
    known = {_label(body, mark) for mark in opening} | {n for n in counts if counts[n] > 1}
    inside = [m for m in inside if _label(body, m) in known or _is_apart(body, m)]
    marks = {mark.start: mark for mark in (*opening, *inside)}
    questions = map(_question_mark, _QUESTION_INSIDE.finditer(body)) if asked else ()
    marks |= {mark.start: mark for mark in (*asked, *questions) if mark.start not in marks}
    ordered = sorted(marks.values(), key=lambda mark: mark.start)
    unspoken = frozenset(unspoken or ()).union(_narrated(body, lines, ordered))
    turns = list(_split(body, lines, ordered, unspoken))
    said = sum(len(span.text) for turn in turns for span in turn.words)
    is_mostly = said > _MIN_SHARE * (len(body) - turns[0].mark.start)
    return tuple(assign_kinds(turns)) if is_mostly or is_record else ()


def _is_transcript(body: str, opening: Sequence[_Mark], asked: Sequence[_Mark]) -> bool:
    """Return whether marks prove a transcript: two sure ones, or bare names that take turns."""
    sure = sum(mark.is_sure for mark in opening)
    if not opening:
        return False
    if sure + bool(asked) >= _MIN_TURNS:
        return True
    finished = sum(_ENDED.search(_line_of(body, mark)) is not None for mark in opening)
    if finished < _MIN_FINISHED * len(opening):
        return False
    count = len(asked) + len(opening)
    return bool(sure and len(opening) > 1) or (
        count > _MIN_TURNS and (bool(asked) or _is_dialogue(body, opening))
    )


def _is_speech(body: str, lines: Sequence[Range], marks: Sequence[_Mark]) -> bool:
    """Return whether a text is one speaker's: a sure mark, no prose above it, and furniture."""
    if len(marks) != 1 or not marks[0].is_sure:
        return False
    is_framed = any(_CLOCK.match(body, *line) or _END.match(body, *line) for line in lines)
    return is_framed and not _has_prose(body, lines, marks[0].start)


def _has_prose(body: str, lines: Sequence[Range], end: int) -> bool:
    """Return whether a line above a place is sentences, not a heading."""
    above = (body[start:stop] for start, stop in lines if stop <= end)
    return any(_ENDED.search(line) and line.count(" ") >= _MIN_PROSE_WORDS for line in above)


def _is_dialogue(body: str, marks: Sequence[_Mark]) -> bool:
    """Return whether bare names of persons talk: most speak again, or of themselves."""
    names = Counter(_label(body, mark) for mark in marks)
    again = sum(count for count in names.values() if count > 1)
    talks = sum(DIALOGUE.search(_line_of(body, mark)) is not None for mark in marks)
    is_talk = min(again, talks) > 0 and len(names) > 1 and 2 * max(again, talks) >= len(marks)
    return is_talk and _names_persons(body, set(names))


def _names_persons(body: str, labels: Collection[str]) -> bool:
    """Return whether labels are names: most are full, or one is the end of a name in full.

    VELM: and PRICE: are none where nobody is called so; ROE: is behind IDA ROE: or "Ida Roe".
    """
    full = [label for label in labels if " " in label]
    if 2 * len(full) >= len(labels) or any(label.split()[-1] in labels for label in full):
        return True
    last = "|".join(map(re.escape, labels))
    named = re.finditer(rf"\b[{_UPPER}][\w'’-]+ ((?i:{last}))\b", body)
    return any(not name[1].isupper() and name[1][0].isupper() for name in named)


def _line_of(body: str, mark: _Mark) -> str:
    """Return the words behind a mark in its line."""
    line = _LINE.match(body, mark.end)
    return line[0].strip() if line else ""


def _is_listed(body: str, mark: _Mark) -> bool:
    """Return whether a mark without a title heads a list above the turns: SPEAKERS: Ida Berg."""
    label = _label(body, mark)
    is_weak = not mark.is_sure or speaker_key(label) in _ALONE
    return is_weak and _ENDED.search(_line_of(body, mark)) is None and body.count(f"{label}:") == 1


def _label(body: str, mark: _Mark) -> str:
    """Return the name in a mark, without the office behind its comma."""
    return body[slice(*mark.name)].partition(", ")[0] if mark.name else ""


def _narrated(body: str, lines: Sequence[Range], marks: Sequence[_Mark]) -> list[int]:
    """Return where the lines begin with which an article goes on below a dialogue in it."""
    below = [line for line in lines if line[0] > marks[-1].start]
    if not _has_prose(body, lines, marks[0].start):
        return []
    names = {re.escape(label.split()[-1]) for mark in marks if (label := _label(body, mark))}
    report = re.compile(rf"\b(?:{'|'.join(names)}) {_REPORTS}", re.IGNORECASE)
    told = dropwhile(lambda line: not report.search(body, *line), below if names else ())
    return [start for start, _ in told]


def _is_apart(body: str, mark: _Mark) -> bool:
    """Return whether a sure mark inside a line stands behind a sentence."""
    return mark.is_sure and _SENTENCE_END.search(body[: mark.start][-2:]) is not None


def _opening_mark(body: str, start: int, end: int) -> _Mark | None:
    if stop := STOP_MARK.match(body, start, end):
        return _Mark(*stop.span("mark"), stop.span("label"), is_sure=True)
    has_colon = body.find(":", start, end) != -1
    return _read_mark(_MARK.match(body, start, end)) if has_colon else None


def _question_mark(match: re.Match[str]) -> _Mark:
    return _Mark(*match.span("mark"), None, is_sure=True)


def _read_mark(match: re.Match[str] | None) -> _Mark | None:
    """Return the mark that a label and colon are, None where they are a heading or a sentence."""
    if match is None:
        return None
    name, _, office = match["label"].partition(", ")
    is_named = " " in name.strip() and office
    words = (name if is_named else match["label"]).replace(",", "").split()
    letters = [word for word in words if any(map(str.isalpha, word))]
    if not letters or not all(map(_is_capital, letters)) or letters[0] in _PARTICLES:
        return None
    key, first = speaker_key(match["label"]), letters[0].lower().strip(".")
    if _is_label(match["label"]) or (
        words[-1].isdecimal() and letters[-1].lower() not in _NAMELESS
    ):
        return None
    # "SENIOR OFFICIAL TWO" is one of several.
    last = key.rpartition(" ")[2]
    is_office = first == "the" and len(letters) > 1
    is_sure = (
        (first in _TITLES and len(letters) > 1)
        or (last in _NAMELESS and (len(letters) > 1 or key in _ALONE))
        or key in _ALONE
        or (is_office and letters[-1].lower() in _TITLES | _NAMELESS)
    )
    if not is_sure and len(letters) > _MAX_NAME_WORDS and "," not in match["label"]:
        return None
    name = None if key in {"q", "question", "questioner"} else match.span("label")
    return _Mark(match.start(), match.end("mark"), name, is_sure)


def _is_label(text: str) -> bool:
    return speaker_key(text) in LABELS


def _is_capital(word: str) -> bool:
    """Return whether a word is in capitals, as McCONNELL and O'NEILL are."""
    if word in _PARTICLES:
        return True
    prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix)), "")
    rest = word[len(prefix) :]
    return rest.isupper() or word.isupper()


def _split(
    body: str, lines: Sequence[Range], marks: Sequence[_Mark], unspoken: Collection[int]
) -> Iterator[Turn]:
    """Yield a turn for each mark, with the words up to the next one or the transcript's end."""
    starts = [start for start, _ in lines]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        until = following.start if following else len(body)
        first = bisect_right(starts, mark.start) - 1
        own_end = min(lines[first][1], until)
        words = list(spoken_spans(body, mark.end, own_end))
        for start, end in lines[first + 1 : bisect_left(starts, until)]:
            if _END.match(body, start, end):
                break
            if start not in unspoken and not _is_furniture(body[start:end]):
                words += spoken_spans(body, start, min(end, until))
        label = Span.of(body, mark.start, mark.end)
        yield Turn(TurnKind.SPEECH, label, *_name_and_role(body, mark), tuple(words))


def _name_and_role(body: str, mark: _Mark) -> tuple[Span | None, Span | None]:
    """Return the name in a mark and the office behind its comma: IDA BERG, PORT ANALYST."""
    if mark.name is None:
        return None, None
    start, end = mark.name
    comma = body.find(", ", start, end)
    if comma < 0:
        return Span.of(body, start, end), None
    return Span.of(body, start, comma), Span.of(body, comma + 2, end)


def _is_furniture(line: str) -> bool:
    """Return whether a line is a clock time, a heading between turns, or a note on the text."""
    label = _MARK.match(line)
    if _CLOCK.match(line) or (label and label["label"].isupper() and _is_label(label["label"])):
        return True
    words = [word for word in line.split() if word[0].isalpha()]
    is_heading = len(line) < _MAX_HEADING_CHARS and not _ENDED.search(line)
    are_capitalized = all(word[0].isupper() or len(word) < _MIN_LONG_WORD for word in words)
    return is_heading and bool(words) and are_capitalized
