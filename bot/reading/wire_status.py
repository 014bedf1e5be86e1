"""What desks say of an article: killed or withheld, a correction, under embargo."""

import re
from datetime import datetime

from bot.model import Status
from bot.reading.wire_text import DESK_PHRASES, WIRE_WORDS, last_of_code

_STATUSES = dict.fromkeys(
    ("canceled", "cancelled", "killed", "deleted", "withdrawn", "retracted"), Status.CANCELED
)
_STATUSES["withheld"] = Status.WITHHELD
# How desks mark a correction at the start of a headline or take key, in the languages of wires:
# "CORRECTED-Mayor …", "(Berichtigung: …)", "RECTIFICATIF - …", "2ND LEAD CORRECTION".
_CORRECTION_MARK = re.compile(
    r"[\W\d_]{0,6}(?:(?:\d+(?:st|nd|rd|th)[ -]?)?"
    r"(?:update(?:[ -]\d)?|lead|ld|urgent|refile|extra)\W+){0,2}"
    rf"(?:{'|'.join(WIRE_WORDS['corrections'])})\b"
    r"(?=\W*$|\s*[-–—:;,.)\]*+(/]|\s+(?:et|and|und|to)\b)",
    re.IGNORECASE,
)
# "(In Jan. 3 story, corrects last paragraph …)", "Eds: CORRECTS spelling of …", "Correcting name".
_CORRECTION_NOTE = re.compile(
    r"\(?(?:eds?(?:itors)?\W+)?(?:\([^()]{0,80}\)\W*)?(?:in [^()]{1,60}?, )?"
    r"(?:(?:removes|adds|updates)[^.]{0,60}, )?"
    r"(?:corrects|correcting|corrected|korjattu|korrigiert|berichtigt|corrige)\b",
    re.IGNORECASE,
)


def parse_status(word: str | None) -> Status:
    """Parse IPTC's publishing status, a code or an address too; any other, or none, is usable."""
    return _STATUSES.get(last_of_code(word or "").lower(), Status.USABLE)


def status_in(*lines: str | None, slug: str | None = None) -> Status:
    """Return the status that headlines, notes or a wire's slug name, where no field does."""
    stripped = [line.strip() for line in lines if line]
    is_killed = slug and DESK_PHRASES["kill key word"].fullmatch(slug.strip())
    if is_killed or any(map(DESK_PHRASES["kill"].fullmatch, stripped)):
        return Status.CANCELED
    is_withheld = any(map(DESK_PHRASES["withhold"].fullmatch, stripped))
    return Status.WITHHELD if is_withheld else Status.USABLE


def is_correction(*lines: str | None) -> bool:
    """Return whether a headline or take key begins with the mark of a correction."""
    return any(line and _CORRECTION_MARK.match(line) for line in lines)


def notes_correction(*notes: str | None) -> bool:
    """Return whether a note to editors, or one above the text, says what was corrected."""
    return any(note and _CORRECTION_NOTE.match(note.strip()) for note in notes)


def embargo_end(until: datetime | None, issued: datetime | None) -> datetime | None:
    """Return the end of an embargo where it is later than the time of sending, else None."""
    return until if until and (issued is None or until > issued) else None
