"""Parse a source's time, in any of the ways sources write one, to aware UTC."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil_parser

from bot.model.wordlists import load_line_lists

_ISO = re.compile(
    r"(\d{4}-?\d\d-?\d\d(?:[T ]\d\d:?\d\d[\d:.,]*)?) ?(Z|[+-]\d\d[:\d]*)?", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTH_OR_NUMERIC_DATE = re.compile(
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}[./]\d\d[./]\d\d",
    re.IGNORECASE,
)
_MAIL_YEAR = re.compile(r"[A-Za-z]{3,9}\.?[ -]\d{2,4}\b|(?<!\d)(?:19|20)\d\d(?!\d)")
_ZONE_AT_END = re.compile(r"(?<=[\d ])(?:(?:GMT|UTC|UT)?([+-]\d\d):(\d\d)|([A-Za-z]{2,5}))$")
_ZONE_LINES = load_line_lists("bot.reading", "data/time_zones.txt", "zones")["zones"]
_ZONE_HOURS = {name: int(hours) for hours, *names in map(str.split, _ZONE_LINES) for name in names}
_MIN_TIME_CHARS, _MAX_TIME_CHARS = 6, 80
# A later year is a slip, and the article would head every list for good.
_MAX_YEAR = 2100


def parse_time(text: object, zone: str) -> datetime | None:
    """Return the time in UTC, or None where `text` holds none.

    A time without an offset is in `zone`, an IANA name; a date alone is its first moment there.
    """
    if isinstance(text, datetime):
        return _to_utc(text, zone)
    if not isinstance(text, str) or not _MIN_TIME_CHARS <= len(text.strip()) <= _MAX_TIME_CHARS:
        return None
    text = " ".join(text.split())
    time = _parse_iso(text) or _parse_mail_date(text) or _parse_written(text, zone)
    return _to_utc(time, zone) if time else None


def first_time(texts: Iterable[object], zone: str) -> datetime | None:
    """Return the first of `texts` that `parse_time` can read, or None."""
    return next((time for text in texts if (time := parse_time(text, zone))), None)


def _load_zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name, or UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _to_utc(time: datetime, zone: str) -> datetime | None:
    try:
        aware = time if time.tzinfo else time.replace(tzinfo=_load_zone(zone))
        utc = aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return None
    return utc if utc.year <= _MAX_YEAR else None


def _parse_iso(text: str) -> datetime | None:
    """Parse ISO 8601, also without its colons and dashes, as NITF and NewsML 1 write."""
    match = _ISO.fullmatch(text)
    try:
        return datetime.fromisoformat("".join(match.groups("")).upper()) if match else None
    except ValueError:
        return None


def _parse_mail_date(text: str) -> datetime | None:
    """Parse RFC 5322, as mail and RSS write it, also with zones that the RFC does not know."""
    if "," not in text[:12] or not _MAIL_YEAR.search(text):
        return None
    try:
        return parsedate_to_datetime(_ZONE_AT_END.sub(_numeric_offset, text))
    except (ValueError, IndexError, OverflowError):
        return None


def _numeric_offset(zone: re.Match[str]) -> str:
    """Return the zone as RFC 5322 writes it: "-0130" for "GMT-01:30", "+0200" for "MEST"."""
    if zone.group(1):
        return f"{zone.group(1)}{zone.group(2)}"
    hours = _ZONE_HOURS.get(zone.group(3).upper())
    return zone.group() if hours is None else f"{'-' if hours < 0 else '+'}{abs(hours):02d}00"


def _zone_seconds(name: str | None, seconds: int | None) -> int | None:
    """Answer dateutil's `tzinfos`; None leaves it to the source's zone."""
    hours = None if name is None else _ZONE_HOURS.get(name.upper())
    return seconds if hours is None else hours * 3600


def _parse_written(text: str, zone: str) -> datetime | None:
    """Parse a date as people write it, with year and month: nothing is taken from today."""
    if not _YEAR.search(text) or not _MONTH_OR_NUMERIC_DATE.search(text):
        return None
    try:
        first_moment = datetime.min.replace(tzinfo=_load_zone(zone))
        time: datetime = dateutil_parser.parse(
            text, dayfirst=True, default=first_moment, tzinfos=_zone_seconds
        )
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return time
