"""What tells no news: by-lines, captions, promos, credits; and the dateline before a sentence that does."""

import re

from bot.language.texts.sentences import BULLET
from bot.model import Span

# TALLINN, Nov 22 (Reuters) — | (CNN) -- | WASHINGTON (AP) - | PARIS — | BERLIN, 3. März (dpa) -
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,40}(?:,\s?[A-Z][\w.]{1,14}){0,2}"
_TOWN = r"[A-ZÀ-Þ][\w .’'-]{2,40}(?:,\s[A-Z][\w .]{2,20})?"
_DAY = r"(?:,\s?(?:\d{1,2}\.?\s)?[A-Z][a-zà-ÿ]{2,9}\.?(?:\s\d{1,2})?(?:,?\s\d{4})?)"
_AGENCY = r"\([^()\n]{2,40}\)"
_WIRE = rf"(?:\s?[/,]?\s?{_AGENCY}|/[A-Z][\w ]{{1,20}}/)"
_DATELINE = re.compile(
    rf"(?:{_PLACE}{_DAY}?{_WIRE}?|{_TOWN}{_DAY}?\s{_AGENCY}|{_AGENCY})\s?(?:--|[–—-])\s+(?![a-zß-ÿ])",
)

# How promos, captions, credits and notes begin, in the languages of the wires we know.
_OPENINGS = (
    "read (?:more|also|next|related|the full|our|full|this)",
    "see also",
    "related(?: (?:stories|articles|coverage|links?))?:",
    "(?:watch|listen|photos?|video|gallery|pictured|graphic|interactive):",
    "watch (?:the video|now|live|more|this)",
    "click (?:here|to)",
    "(?:sign up|subscribe|advertisement)",
    r"follow (?:us|@|\w+ on (?:twitter|facebook|x))",
    "join (?:us|the conversation)",
    "like us on",
    "share (?:this|your)",
    r"(?:copyright|©|\(c\)|all rights reserved)",
    "this (?:article|story|report) (?:was|has been|first|originally|is part)",
    "the (?:opinions|views) expressed",
    "(?:editor|publisher)(?:['’]?s)? note",
    "(?:photo|picture|image|file photo)s? (?:by|credit|courtesy|source|caption)",
    "(?:additional )?(?:reporting|writing|editing|compiled|written|story|text)(?: and (?:writing|editing))? by",
    "for more (?:information|on|stories|news)",
    "lesen sie (?:auch|mehr)",
    "mehr zum thema",
    "lire (?:aussi|la suite)",
    "à lire",
    "abonnez-vous",
    "le[ae]r? (?:también|más)",
    "ver también",
    "suscríbase",
    "foto:",
)
_PROMO = rf"(?i:\W*(?:{'|'.join(_OPENINGS)})(?!\w))"
_HELPED = " contributed to this "  # "report", "story"
_MORE = r"(?i:(?:more (?:on|from|about)|contact (?:us|the))\b.{0,60}$)"
_NAME = r"[A-ZÀ-Þ][\w.’'-]*+"
_BYLINE = rf"(?:By|Von|Par|Por) {_NAME}(?:,? (?:(?:and|und|et|y|of) )?{_NAME}){{0,7}}$"
_BARE = r"[\W\d_]*$"
_CREDIT = r"\([^()\n]{1,60}\)\.?$"
_TELLS_NOTHING = re.compile(f"{_BARE}|{_CREDIT}|{_BYLINE}|{_PROMO}|{_MORE}")
_ENDED = re.compile(r"[.!?…。！？؟।۔:;,]['\"”’»)\]]*$")
_DASH = re.compile(r"[–—-]\s")  # no dateline is without one, few sentences have one so early
_OPENING = 160  # characters
_HEADING = 80  # characters that a line without a closing mark has at most, to be one


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence tells no news: by-line, caption, promo, credit, heading, bare mark or number."""
    return is_heading(sentence) or _HELPED in sentence or _TELLS_NOTHING.match(sentence) is not None


def is_heading(sentence: str) -> bool:
    """Whether it is a short line that nobody closed with a mark."""
    return len(sentence) < _HEADING and not _ENDED.search(sentence)


def opens_with_dateline(sentence: str) -> bool:
    """Whether it begins with the place, and perhaps the day and the agency, that wires put before their reports."""
    return _DATELINE.match(sentence) is not None


def without_dateline(text: str, sentence: Span) -> Span:
    """Give the sentence less its dateline or list mark, still a slice of `text`."""
    start, end = sentence.start, sentence.end
    dashed = _DASH.search(text, start, min(start + _OPENING, end)) is not None
    mark = (_DATELINE.match(text, start, end) if dashed else None) or BULLET.match(text, start, end)
    if mark is None or mark.end() >= sentence.end:
        return sentence
    rest = text[mark.end() : sentence.end]
    return Span.of(text, sentence.end - len(rest.lstrip()), sentence.end)
