"""Trim text for display: tell boilerplate, strip datelines, cut at clauses, make a title."""

import re
from collections.abc import Sequence
from itertools import islice, product, takewhile

from bot.language.lexicon import (
    CLAUSE_STARTS,
    CLAUSES_FIRST,
    FINITE_VERBS,
    NEED_NEXT_WORD,
    PLACES,
    SENTENCE_OPENERS,
    STATES,
    TAKE_BACK,
    TIMES,
)
from bot.language.name_words import FIRST_NAMES
from bot.language.sentences import BULLET
from bot.model import Span
from bot.model.wordlists import load_line_lists

_MAX_HEADING_CHARS = 80  # of a line without a closing mark
_LOOKAHEAD_CHARS = 30  # behind the room for a cut, by which it is judged
_MAX_DATELINE_CHARS = 160  # within which a dateline's dash must stand
# TALLINN, Nov 22 (Reuters) — | (CNN) -- | WASHINGTON (AP) - | PARIS — | BERLIN, 3. März (dpa) -
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,40}(?:,\s?[A-Z][\w.]{1,14}){0,2}"
_TOWN = r"[A-ZÀ-Þ][\w .’'-]{2,40}(?:,\s[A-Z][\w .]{2,20})?"
_DAY = r"(?:,\s?(?:\d{1,2}\.?\s)?[A-Z][a-zà-ÿ]{2,9}\.?(?:\s\d{1,2})?(?:,?\s\d{4})?)"
_AGENCY = r"\([^()\n]{2,40}\)"
_WIRE = rf"(?:\s?[/,]?\s?{_AGENCY}|/[A-Z][\w ]{{1,20}}/)"
_DATELINE = re.compile(
    rf"(?:{_PLACE}{_DAY}?{_WIRE}?|{_TOWN}{_DAY}?\s{_AGENCY}|{_AGENCY})"
    r"\s?(?:--|[–—_-])\s+(?![a-zß-ÿ])"
)
# What a page leaves of one: "(CNN)The ferry", "London The ferry", "Oslo Ida Berg said".
# The hour of an entry in a live blog: "14:20 Minister Ida Berg said", "9.15am: Ida Berg said".
_CLOCK = re.compile(
    r"\d{1,2}(?:[:h]\d\d|[.:]\d\d(?= ?[ap]\.?m))(?: ?[ap]\.?m\b\.?)?(?: [A-Z]{2,4}\b)?:?"
    r"(?: [—–-])? (?=[A-Z“\"‘'])(?!Uhr)"
)
_BARE_AGENCY = re.compile(r"\([A-Z][\w.&'’ -]{1,30}\)\s?(?=[\"“]?[A-ZÀ-Þ])")
_BARE_PLACE = re.compile(
    rf"([A-Z][a-z]+(?: [A-Z][a-z]+)?)\s(?=(?:{'|'.join(sorted(SENTENCE_OPENERS))})\s)"
    r"|([A-Z][a-z]+(?: [A-Z][a-z]+)?)\s(?=([A-Z][a-z]+) [A-ZÀ-Þ][a-zà-ÿ])"
)

_NAME = r"[A-ZÀ-Þ][\w.’'-]*+"
_NAMES = r"(?-i:[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*){0,4})"
_DATE = (
    r"(?-i:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?(?:, )?"
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?)(?<=[\dy])"
)
_SECTIONS = (
    *("corrections", "openings", "whole", "captions", "endings"),
    *("columns", "column labels"),
)
_NOTES = load_line_lists("bot.language", "data/boilerplate.txt", *_SECTIONS)


def _any_of(section: str) -> str:
    return "|".join(_NOTES[section]).replace("NAME", _NAMES).replace("DAY", _DATE)


# No quote mark before it: what somebody says is no note.
_NOTE_START = r"[^\w\"“‘'’]*+"
_CORRECTION = re.compile(rf"{_NOTE_START}(?:{_any_of('corrections')})", re.IGNORECASE)
_OPENING = re.compile(rf"{_NOTE_START}(?:{_any_of('openings')})(?!\w)", re.IGNORECASE)
_WHOLE = re.compile(rf"{_NOTE_START}(?:{_any_of('whole')})$", re.IGNORECASE)
_CAPTION = re.compile(rf"{_NOTE_START}(?:{_any_of('captions')})$", re.IGNORECASE)
_MAY_END_CAPTION = re.compile(r"(?:day|\d)\.$|\d{4},? (?:in|at|near|outside) [^;]{2,50}\.$")
_PHOTO_CREDIT = re.compile(rf"(?:^|[\s(])(?:{_any_of('endings')})[.)]?$", re.IGNORECASE)
_MAX_CREDIT_CHARS = 100
_MAX_CAPTION_END_CHARS = 60
_MAX_CAPTION_SENTENCES = 3
_CONTRIBUTED = " contributed to this "  # "report", "story"
_MORE = r"(?i:(?:more (?:on|from|about)|contact (?:us|the))\b.{0,60}$)"
_BYLINE = (
    rf"(?:By|BY|Von|Par|Por|(?i:byline|author):) {_NAME}"
    rf"(?:,? (?:(?:and|und|et|y|of) )?{_NAME}){{0,7}}$"
)
_PLACE_IN_PICTURE = (
    r"(?:(?:far|front|back|second from|third from) )?(?:top |bottom )?"
    r"(?:left|right|cent(?:er|re)|above|below|top|bottom|middle)"
)
# "Coach Ann Lee (left) waves": a caption. "Lee (pictured)" is one where no mark ends it.
_POINTS_AT_PICTURE = re.compile(
    rf"\({_PLACE_IN_PICTURE}\)|[A-ZÀ-Þ][\w’'-]+, (?:at )?{_PLACE_IN_PICTURE},"
)
_PICTURED = "(pictured"
_BARE = r"[\W\d_]*$"
_CREDIT = r"\([^()\n]{1,60}\)\.?$"
_QUESTION_AND_ANSWER = r"(?:[QA]|Question|Answer): "  # neither tells anything without the other
_BOILERPLATE = re.compile(f"{_BARE}|{_CREDIT}|{_BYLINE}|{_MORE}|{_QUESTION_AND_ANSWER}")
_ENDED = re.compile(r"[.!?…。！？؟।۔:;,]['\"”’»)\]]*$")
_DASH = re.compile(r"[–—_-]\s")  # no dateline is without one, few sentences have one so early

# What heads a column or a list, whatever it is about: "5 things to know about", "Live updates:".
_ABOUT = r"(?: (?:so far|so|that|why|how|about|from|for|on|of|as|in|to|you|we|know|watch|see|do))"
_COLUMNS = _any_of("columns").replace("TIMES", "|".join(sorted(TIMES)))
_COLUMN_OPENING = re.compile(
    rf"\W*(?:(?:{_COLUMNS})(?:{_ABOUT}+(?!\w)|\s?[:|–—-]|(?=\W*$))"
    rf"|(?:{_any_of('column labels')}):)\s*",
    re.IGNORECASE,
)

# A cut before one of these leaves a whole clause in front.
_CLAUSE_START = re.compile(
    r"(?!\s+(?:who|whose|which|where)\b)"  # without a comma they tell which one is meant
    r"(?:\s*[,;:]|\s+[–—-]{1,2}|\s+\(|\s+)"
    rf"(?=\s*(?:{'|'.join(sorted(CLAUSE_STARTS))})\b)",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"\s*[,;:](?=\s)(?!\s\w+-\w)|\s+[–—]{1,2}(?=\s)|\s+-{1,2}(?=\s)|\s+(?=\()")
# English verbs only; other languages are not tested.
_VERB = re.compile(rf"\b(?:{'|'.join(sorted(FINITE_VERBS))}|\w{{3,}}(?<!e)ed)\b")
# Clauses whose verb is not the sentence's: "Although it rained, |", "the mayor, who fled, |".
_SUBORDINATE = re.compile(
    rf"^(?:[\w-]+ )?(?:[\w-]+ )?(?:{'|'.join(sorted(CLAUSES_FIRST))})\b[^,]*,?"
    r"|\b(?:who|whom|whose|which|that|where|because|although|though|while|when|after|before)\b"
    r"[^,]*,?",
    re.IGNORECASE,
)
# Before these nothing is cut: they take back what stands before them.
_TAKES_BACK = re.compile(rf"\W*(?:{'|'.join(sorted(TAKE_BACK))})\b", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:said|says|told|tells|according|reported|claimed|alleged)\b")
_PHRASE_START = re.compile(
    r"\s+(?=(?:from|in|on|for|with|at|by|into|over|during|against|between|near|amid|under)\b)"
)
_SPACE = re.compile(r"\s+")
_BETWEEN_WORDS = re.compile(r"\s+(?![A-ZÀ-Þ])")  # no name is cut
_NOT_SPACE = re.compile(r"\S+")
_STRIPPED = " \t\n\r\u00a0,;:–—-("


def _is_heading_or_credit(sentence: str) -> bool:
    """Return whether it is a by-line, credit, heading, bare mark or number."""
    is_heading = not _ENDED.search(sentence) and (
        len(sentence) < _MAX_HEADING_CHARS or _PICTURED in sentence
    )
    return (
        is_heading
        or _BOILERPLATE.match(sentence) is not None
        or _POINTS_AT_PICTURE.search(sentence) is not None
    )


def is_note(sentence: str) -> bool:
    """Return whether it is a note to readers: a correction, promo, greeting, caption and so on."""
    return (
        _CONTRIBUTED in sentence
        or any(pattern.match(sentence) for pattern in (_CORRECTION, _OPENING, _WHOLE))
        or _is_photo_credit(sentence)
        or _is_caption(sentence)
    )


def _is_caption(sentence: str) -> bool:
    # How it ends is asked first: that takes a third of the time.
    ending = _MAY_END_CAPTION.search(sentence, max(0, len(sentence) - _MAX_CAPTION_END_CHARS))
    return ending is not None and _CAPTION.match(sentence) is not None


def _is_photo_credit(sentence: str) -> bool:
    return _PHOTO_CREDIT.search(sentence, max(0, len(sentence) - _MAX_CREDIT_CHARS)) is not None


def without_notes(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences that are no note to readers, nor follow a correction they belong to."""
    kept: list[Span] = []
    for paragraph in split_paragraphs(text, sentences):
        told = takewhile(lambda sentence: not _CORRECTION.match(sentence.text), paragraph)
        kept += (sentence for sentence in told if not is_note(sentence.text))
    return kept


def news_sentences(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences that are news: no boilerplate, no caption before its credit."""
    captions = {
        sentence
        for paragraph in split_paragraphs(text, sentences)
        if len(paragraph) <= _MAX_CAPTION_SENTENCES and _is_photo_credit(paragraph[-1].text)
        for sentence in paragraph
    }
    told = without_notes(text, sentences)
    return [s for s in told if s not in captions and not _is_heading_or_credit(s.text)]


def split_paragraphs(text: str, sentences: Sequence[Span]) -> list[list[Span]]:
    """Return the sentences between line breaks."""
    paragraphs: list[list[Span]] = []
    for sentence in sentences:
        if paragraphs and "\n" not in text[paragraphs[-1][-1].end : sentence.start]:
            paragraphs[-1].append(sentence)
        else:
            paragraphs.append([sentence])
    return paragraphs


def opens_with_dateline(sentence: str) -> bool:
    """Return whether it begins as wires do, with place, day, agency: "PARIS, May 2 (AP) -"."""
    return _DATELINE.match(sentence) is not None


def strip_dateline(text: str, sentence: Span) -> Span:
    """Return the sentence without its dateline, list mark or hour, still a slice of `text`."""
    start, end = sentence.start, sentence.end
    has_dash = _DASH.search(text, start, min(start + _MAX_DATELINE_CHARS, end))
    dateline = _DATELINE.match(text, start, end) if has_dash else None
    marks = (pattern.match(text, start, end) for pattern in (BULLET, _CLOCK, _BARE_AGENCY))
    mark = dateline or next(filter(None, marks), None)
    place = None if mark else _BARE_PLACE.match(text, start, end)
    mark = place if place and _is_bare_dateline(place) else mark
    if mark is None or mark.end() >= end:
        return sentence
    return Span.of(text, end - len(text[mark.end() : end].lstrip()), end)


def strip_column_opening(headline: str) -> str:
    """Return a headline without what heads a column or a list, whatever it is about."""
    opening = _COLUMN_OPENING.match(headline)
    return headline[opening.end() :] if opening else headline


def _is_bare_dateline(opening: re.Match[str]) -> bool:
    """Return whether the capitalized words that open a sentence are a place, none of its words."""
    opens, before_name, first_name = opening.groups()
    place, name = (opens or before_name).lower(), (first_name or "").lower()
    is_name = name in FIRST_NAMES and name not in PLACES and place not in FIRST_NAMES
    return place in PLACES | STATES and (is_name or bool(opens))


def cut_at_clause(text: str, span: Span, max_chars: int, *, extra_chars: int = 0) -> Span:
    """Return the longest start of `span` that has at most `max_chars` characters and ends a clause.

    The main verb stands in it, and what follows takes nothing of it back. Where no clause ends in
    time, or a word of saying would be lost, the span is returned whole if it has at most
    `extra_chars` more; else it is cut before a phrase, or after a word; a word longer than
    `max_chars` is cut through. The result slices `text`: a mark for the cut ("…") is the caller's.
    """
    if span.end - span.start <= max_chars:
        return span
    head = text[span.start : span.start + max_chars]
    # What the marks match stands before the cut's room ends, what follows them may stand behind.
    ahead = text[span.start : min(span.end, span.start + max_chars + _LOOKAHEAD_CHARS)]
    # "Karen Lee, the port's director, | said": a cut leaves the verb in front, where there is one.
    verb = _VERB.search(_SUBORDINATE.sub(lambda clause: " " * len(clause[0]), head))
    first = verb.end() if verb else max_chars if _VERB.search(head) else 0
    end = max_chars + 1
    half, third = range(max(end // 2, first), end), range(max(end // 3, first), end)
    clauses = product((half, third), (_CLAUSE_START, _PAUSE))
    cut = next(filter(None, (_last_cut(ahead, mark, room) for room, mark in clauses)), 0)
    is_little_longer = span.end - span.start <= max_chars + extra_chars
    if is_little_longer and not (cut and not _SAYS.search(text, span.start + cut, span.end)):
        return span
    words = product((half, range(1, end)), (_PHRASE_START, _BETWEEN_WORDS, _SPACE))
    cut = cut or next(filter(None, (_last_cut(ahead, mark, room) for room, mark in words)), 0)
    cut = cut or len(head.rstrip(_STRIPPED)) or max_chars
    return Span.of(text, span.start, span.start + cut)


def _last_cut(head: str, marks: re.Pattern[str], room: range) -> int:
    """Return the last place in a room where a mark leaves whole words before it, or 0."""
    cuts = [
        mark.start() for mark in marks.finditer(head) if not _TAKES_BACK.match(head, mark.start())
    ]
    last = max((cut for cut in cuts if cut in room and _reads_whole(head[:cut])), default=0)
    return len(head[:last].rstrip(_STRIPPED))


def _reads_whole(head: str) -> bool:
    words = head.rsplit(maxsplit=1)
    return (
        bool(words)
        and words[-1].strip(_STRIPPED).lower() not in NEED_NEXT_WORD
        and not words[-1].endswith(("'s", "’s"))
        and head.count('"') % 2 == 0
        and head.count("“") == head.count("”")
        and head.count("(") == head.count(")")
    )


def cut_at_words(text: str, span: Span, max_words: int) -> Span:
    """Return the longest start of `span` that has at most `max_words` words and ends a clause."""
    words = list(islice(_NOT_SPACE.finditer(text, span.start, span.end), max_words))
    if not words:
        return Span.of(text, span.start, span.start)
    return cut_at_clause(text, span, words[-1].end() - span.start)
