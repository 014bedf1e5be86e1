"""When was it published? A source's time, in any of the ways sources write one, to aware UTC."""

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil_parser

# NITF and NewsML 1 write 20160908T132446+0100; the colons and dashes are then put in for `fromisoformat`.
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTH = re.compile(
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}[./]\d\d[./]\d\d",
    re.IGNORECASE,
)
_ZONES = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
}
_ZONES |= {"PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_ZONES |= {
    "AT": -4,
    "ET": -5,
    "CT": -6,
    "MT": -7,
    "PT": -8,
    "WET": 0,
    "WEST": 1,
    "MET": 1,
    "MEST": 2,
    "SAST": 2,
}
_ZONES |= {
    "MESZ": 2,
    "MEZ": 1,
    "HKT": 8,
    "SGT": 8,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}
_YEAR_OF_MAIL = re.compile(r"[A-Za-z]{3,9}\.?[ -]\d{2,4}\b|(?<!\d)(?:19|20)\d\d(?!\d)")
# A later year is a slip, and would head every list for good.
_LATEST = 2100
_ZONE_END = re.compile(r"(?<=[\d ])(?:(?:GMT|UTC|UT)?([+-]\d\d):(\d\d)|([A-Za-z]{2,5}))$")
_OFFSETS = {name: hours * 3600 for name, hours in _ZONES.items()}


def parse_time(text: object, zone: str) -> datetime | None:
    """The time in UTC, or None where `text` holds none; without an offset it is in `zone`.

    A date alone is its first moment there.
    """
    if isinstance(text, datetime):
        return _in_utc(text, zone)
    if not isinstance(text, str) or not 6 <= len(text.strip()) <= 80:
        return None
    text = " ".join(text.split())
    found = _iso(text) or _mail(text) or _written(text, zone)
    return _in_utc(found, zone) if found else None


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC where there is none (settings check names at start)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _in_utc(time: datetime, zone: str) -> datetime | None:
    try:
        aware = time if time.tzinfo else time.replace(tzinfo=zone_of(zone))
        utc = aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return None
    return utc if utc.year <= _LATEST else None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    offset = "" if offset is None else "+00:00" if offset in "Zz" else _with_colon(offset)
    try:
        return datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}"
        )
    except ValueError:
        return None


def _with_colon(offset: str) -> str:
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return f"{offset[0]}{digits[:2]}:{digits[2:]}"


def _mail(text: str) -> datetime | None:
    """RFC 5322, as mail and RSS write it, also with an offset or a zone's name that the RFC does not know."""
    if "," not in text[:12] or not _YEAR_OF_MAIL.search(text):
        return None
    try:
        return parsedate_to_datetime(_ZONE_END.sub(_numeric, text))
    except (ValueError, IndexError, OverflowError):
        return None


def _numeric(end: re.Match[str]) -> str:
    """An offset as the RFC writes it: "-0130" for "GMT-01:30", "+0200" for "MEST"."""
    if end.group(1):
        return f"{end.group(1)}{end.group(2)}"
    hours = _ZONES.get(end.group(3).upper())
    return end.group() if hours is None else f"{'-' if hours < 0 else '+'}{abs(hours):02d}00"


def _offset(name: str | None, seconds: int | None) -> int | None:
    """What dateutil asks for each zone it meets; None for a name we do not know: then it is the source's zone."""
    return seconds if name is None else _OFFSETS.get(name.upper(), seconds)


def _written(text: str, zone: str) -> datetime | None:
    """As people write it; only with a year and a month, so that nothing is filled in from today."""
    if not _YEAR.search(text) or not _MONTH.search(text):
        return None
    try:
        found: datetime = dateutil_parser.parse(
            text,
            dayfirst=True,
            default=datetime.min.replace(tzinfo=zone_of(zone)),
            tzinfos=_offset,
        )
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return found
