"""What headlines, key words and notes to editors say: that a text corrects one that went out before, or kills it."""

import re

from bot.model import Status

# How desks mark a correction at the start of a headline or take key, in the languages that wires are sent in:
# "CORRECTED-Mayor …", "Correction: …", "(Berichtigung: …)", "RECTIFICATIF - …", "2ND LEAD CORRECTION".
_WORDS = (
    r"corrected|correction|corrects|corrective|clarification|berichtigung|berichtigt|korrektur|korrigiert|rectificatif|"
    r"rectification|correctif|corrigé|correcci[oó]n|corrige|rettifica|correzione|corre[cç][aã]o|rectificatie|correctie|"
    r"rättelse|rettelse|retting|korrigering|korjaus|korjattu|korekta|sprostowanie|oprava"
)
_CORRECTS = re.compile(
    rf"[\W\d_]{{0,6}}(?:(?:\d+(?:st|nd|rd|th)[ -]?)?(?:update(?:[ -]\d)?|lead|ld|urgent|refile|extra)\W+){{0,2}}"
    rf"(?:{_WORDS})\b(?=\W*$|\s*[-–—:;,.)\]*+(/]|\s+(?:et|and|und|to)\b)",
    re.IGNORECASE,
)
# "(In Jan. 3 story, corrects last paragraph …)", "Eds: CORRECTS spelling of …", "Correcting name in 3rd paragraph".
_NOTES = re.compile(
    r"\(?(?:eds?(?:itors)?\W+)?(?:\([^()]{0,80}\)\W*)?(?:in [^()]{1,60}?, )?(?:(?:removes|adds|updates)[^.]{0,60}, )?"
    r"(?:corrects|correcting|corrected|korjattu|korrigiert|berichtigt|corrige)\b",
    re.IGNORECASE,
)
# "BULLETIN KILL", "MANDATORY KILL", "KILL NOTICE", "BC-Harbour, Kill", "KILL:". Never "Kill Bill opens today".
_KILLS = re.compile(
    r"(?i:(?:bulletin|mandatory|advisory|story)[ -]kill)\b.*|KILL(?:\s+NOTICE)?(?:\s*[:,-].*)?"
    r"|.{1,120},\s*(?:KILL|Kill)\b[\s,\d]*|(?i:editors|eds?)\W+(?i:please\s+)?(?:KILL|kill)\s+.*",
    re.DOTALL,
)
_WITHHOLDS = re.compile(r"(?:BULLETIN |MANDATORY |ADVISORY )?WITHH(?:OLD|ELD)(?:\W.*)?", re.DOTALL)


def is_correction(*lines: str | None) -> bool:
    """Whether a headline or a take key begins with the mark of a correction."""
    return any(line and _CORRECTS.match(line) for line in lines)


def tells_correction(*notes: str | None) -> bool:
    """Whether a note to editors, or one in brackets above the text, says what was corrected."""
    return any(note and _NOTES.match(note.strip()) for note in notes)


def status_in(*lines: str | None) -> Status:
    """What the key words and notes of a wire without a field for it say of its status."""
    told = [line.strip() for line in lines if line]
    if any(_KILLS.fullmatch(line) for line in told):
        return Status.CANCELED
    return Status.WITHHELD if any(_WITHHOLDS.fullmatch(line) for line in told) else Status.USABLE
