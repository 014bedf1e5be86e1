"""Parse a source's time, in any of the ways sources write one, to aware UTC.

Every piece of the text must be understood: what cannot be read is no time, and nothing is taken
from today.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model.wordlists import load_line_lists

_ISO = re.compile(
    r"(\d{4}-?\d\d-?\d\d(?:[T ]\d\d:?\d\d[\d:.,]*)?) ?(Z|[+-]\d\d[:\d]*)?", re.IGNORECASE
)
_PIECE = re.compile(
    r"(?P<date>(\d{1,4})([-/.])(\d{1,2})\3(\d{1,4})(?!\d))"
    r"|(?P<clock>(?:"
    r"(?P<hour>\d{1,2})(?:(?::|\s?h\s?)(?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"|\.(?P<minute_after_dot>\d\d)(?!\.?\d)|(?=\s?(?:[ap]\.?m\b|uhr|h\b)))"
    r"|(?P<four_digits>\d{4})(?=\s?h(?:ou)?rs\b))"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?)"
    r"|(?P<offset>(?:gmt|utc|ut)?\s?([+-])(\d\d?):?(\d\d)?(?!\d))"
    r"|(?P<number>(\d{1,4})(?:st|nd|rd|th|er|º|ª)?(?!\w))"
    r"|(?P<word>[^\W\d_]+(?:-feira)?)"
    r"|(?P<filler>\([^()]{0,60}\)|[\s,.;|'’–—·•@-]+)",
    re.IGNORECASE,
)
_EAST_ASIAN_DATE = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2}) ?[時时시] ?(\d\d) ?[分분]")
# "12.05.", as German writes a day without its year.
_DAY_AND_MONTH = re.compile(r"\b\d{1,2}\. ?\d{1,2}\.(?!\d)(?= |,|$)")
_LEADING_WORD = re.compile(r"([^\W\d_]+)[.,]* ")
# What Go's clock and Java's zoned times append to a time.
_APPENDIX = re.compile(r" m=[+-][\d.]+$|\[[\w/+-]{1,40}\]$")
_LISTS = load_line_lists("bot.reading", "data/times.txt", "zones", "months", "weekdays", "fillers")
_ZONE_LINES = [line.split() for line in _LISTS["zones"]]
_ZONE_HOURS = {name: int(hours) for hours, *names in _ZONE_LINES for name in names}
_FILLERS = {word for line in _LISTS["fillers"] for word in line.split()}
_MIN_MONTH_CHARS, _MIN_WEEKDAY_CHARS, _WEEK_DAYS = 3, 2, 7
_MIN_TIME_CHARS, _MAX_TIME_CHARS = 6, 80
_MAX_ZONE_CHARS, _MAX_OFFSET_HOURS = 5, 14
# Two digits from here on are a year of the century before (RFC 5322, section 4.3).
_FIRST_YEAR_OF_1900S, _YEAR_CHARS = 50, 4
_MAX_OVERDUE, _MAX_AHEAD = timedelta(days=2), timedelta(days=300)
_HALF_DAY_HOURS, _MONTHS_A_YEAR = 12, 12
# A later year is a slip, and the article would head every list for good.
_MIN_YEAR, _MAX_YEAR, _MAX_EMBARGO_YEAR = 1900, 2100, 9000
# What databases and clocks give where no time was set, wherever they stand.
_NULL_DAYS = {(1900, 1, 1), (1969, 12, 31), (1970, 1, 1)}


def _load_months() -> dict[str, int]:
    """Return the number of each month by its names and their unambiguous beginnings."""
    beginnings = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    for number, *month_names in map(str.split, _LISTS["months"]):
        for name in month_names:
            names[name].add(int(number))
            for end in range(_MIN_MONTH_CHARS, len(name)):
                beginnings[name[:end]].add(int(number))
    numbers = beginnings | names
    return {word: min(months) for word, months in numbers.items() if len(months) == 1}


def _load_weekdays() -> dict[str, set[int]]:
    """Return the beginnings of weekdays' names, with their days (Monday is 0) in full weeks."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for names in map(str.split, _LISTS["weekdays"]):
        is_week = len(names) == _WEEK_DAYS
        for number, name in enumerate(names):
            for end in range(_MIN_WEEKDAY_CHARS, len(name) + 1):
                numbers[name[:end]] |= {number} if is_week else set()
    return dict(numbers)


_MONTHS, _WEEKDAYS = _load_months(), _load_weekdays()


def parse_time(text: object, zone: str, *, max_year: int = _MAX_YEAR) -> datetime | None:
    """Return the time in UTC, or None where `text` holds none.

    A time without an offset is in `zone`, an IANA name; a date alone is its first moment there.
    """
    if not isinstance(text, str) or not _MIN_TIME_CHARS <= len(text.strip()) <= _MAX_TIME_CHARS:
        return None
    text = " ".join(text.split())
    time = _parse_iso(text) or _parse_written(text)
    return _to_utc(time, zone, max_year) if time else None


def parse_embargo(text: object, zone: str) -> datetime | None:
    """Return the time as `parse_time` does, also one in a later century: until then all waits."""
    return parse_time(text, zone, max_year=_MAX_EMBARGO_YEAR)


def parse_next_day(text: str, zone: str, after: datetime) -> datetime | None:
    """Return the time on a day without a year that comes next after `after`, or None.

    It may be up to two days before, for what came late; a day that is almost a year away was
    likely meant to be over. The weekday, where there is one, must be right.
    """
    for year in (after.year - 1, after.year, after.year + 1):
        dated = _DAY_AND_MONTH.sub(rf"\g<0>{year} ", text)
        time = parse_embargo(f"{text}, {year}" if dated == text else dated, zone)
        is_near = time is not None and -_MAX_OVERDUE <= time - after <= _MAX_AHEAD
        if time and is_near and _has_weekday(text, time.astimezone(_load_zone(zone)).weekday()):
            return time
    return None


def _has_weekday(text: str, number: int) -> bool:
    """Return whether every name of a weekday in a text is of this one, Monday being 0."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]+(?:-feira)?", text)]
    names = [
        word for word in words if word in _WEEKDAYS and word not in _MONTHS and word not in _FILLERS
    ]
    return all(number in _WEEKDAYS[name] for name in names)


def first_time(texts: Iterable[object], zone: str) -> datetime | None:
    """Return the first of `texts` that `parse_time` can read, or None."""
    return next((time for text in texts if (time := parse_time(text, zone))), None)


def has_clock(text: str) -> bool:
    """Return whether `text` names an hour."""
    return any(piece.lastgroup == "clock" for piece in _PIECE.finditer(text))


def is_time_word(word: str) -> bool:
    """Return whether a word, in lower case, is a month, a weekday, a zone, or stands in times."""
    is_name = word in _MONTHS or word in _WEEKDAYS or word.upper() in _ZONE_HOURS
    return is_name or word in _FILLERS or word.replace(".", "") in {"am", "pm"}


def _load_zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name, or UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _to_utc(time: datetime, zone: str, max_year: int) -> datetime | None:
    """Return the time in UTC, or None where it is a placeholder for one that nobody set."""
    try:
        aware = time if time.tzinfo else time.replace(tzinfo=_load_zone(zone))
        utc = aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return None
    is_null = not _NULL_DAYS.isdisjoint((day.year, day.month, day.day) for day in (aware, utc))
    return utc if _MIN_YEAR <= utc.year <= max_year and not is_null else None


def _parse_iso(text: str) -> datetime | None:
    """Parse ISO 8601, also without its colons and dashes, as NITF and NewsML 1 write."""
    match = _ISO.fullmatch(text)
    try:
        return datetime.fromisoformat("".join(match.groups("")).upper()) if match else None
    except ValueError:
        return None


def _parse_written(text: str) -> datetime | None:
    """Parse a time as people and machines write it, day first where only the order tells."""
    text = _EAST_ASIAN_DATE.sub(r"\1-\2-\3 ", _APPENDIX.sub("", text))
    text = _EAST_ASIAN_CLOCK.sub(r"\1:\2", text)
    fields = _read_pieces(text)
    leading = _LEADING_WORD.match(text)
    if fields is None and leading and leading.group(1).lower() in _WEEKDAYS:
        # Its name may be short for a month as well: "mar" is also French for Tuesday.
        fields = _read_pieces(text[leading.end() :])
    if fields is None or not fields.keys() >= {"year", "month", "day"}:
        return None
    offset = fields.pop("offset", None)
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    try:
        return datetime(**fields, tzinfo=zone)
    except ValueError:
        return None


def _read_pieces(text: str) -> dict[str, int] | None:
    """Return the fields of a time, or None where a piece is not understood or stands twice."""
    fields: dict[str, int] = {}
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        values = _read_piece(piece, fields) if piece else None
        if piece is None or values is None or fields.keys() & values.keys():
            return None
        fields |= values
        at = piece.end()
    return fields


def _read_piece(piece: re.Match[str], fields: dict[str, int]) -> dict[str, int] | None:
    """Return what a piece adds to the fields before it, or None where it is not understood."""
    match piece.lastgroup:
        case "date":
            return _read_date(piece.group())
        case "clock":
            return _read_clock(piece)
        case "offset" if "hour" in fields:
            return _read_offset(piece.group())
        case "offset" | "number":
            return _read_number(re.sub(r"\D", "", piece.group()), fields)
        case "word":
            return _read_word(piece.group(), fields)
    return {}


def _read_date(text: str) -> dict[str, int] | None:
    first, month, last = re.split(r"\D", text)
    if len(first) == _YEAR_CHARS:
        return {"year": int(first), "month": int(month), "day": int(last)}
    if len(last) != _YEAR_CHARS:
        return None
    day_month = int(first), int(month)
    day, month_number = day_month if day_month[1] <= _MONTHS_A_YEAR else day_month[::-1]
    return {"year": int(last), "month": month_number, "day": day}


def _read_clock(piece: re.Match[str]) -> dict[str, int] | None:
    """Return the time of day; of a 12-hour clock 12 is the first hour."""
    four = piece["four_digits"] or ""
    hour = int(piece["hour"] or four[:2])
    minute = int(piece["minute"] or piece["minute_after_dot"] or four[2:] or 0)
    half = (piece["half"] or "").lower()
    if (half == "a" and hour > _HALF_DAY_HOURS) or (half == "p" and hour == 0):
        return None
    if half and hour <= _HALF_DAY_HOURS:
        hour = hour % _HALF_DAY_HOURS + (_HALF_DAY_HOURS if half == "p" else 0)
    return {"hour": hour, "minute": minute, "second": int(piece["second"] or 0)}


def _read_offset(text: str) -> dict[str, int] | None:
    """Return the offset in minutes; one behind a zone's name counts from UTC ("GMT+2")."""
    sign, digits = ("-" if "-" in text else "+"), re.sub(r"\D", "", text)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(hours) > _MAX_OFFSET_HOURS:
        return None
    return {"offset": int(f"{sign}1") * (int(hours) * 60 + int(minutes))}


def _read_number(digits: str, fields: dict[str, int]) -> dict[str, int] | None:
    if len(digits) == _YEAR_CHARS:
        return {"year": int(digits)}
    if "day" not in fields:
        return {"day": int(digits)}
    if "month" not in fields or len(digits) != 2:
        return None
    year = int(digits)
    return {"year": year + (1900 if year >= _FIRST_YEAR_OF_1900S else 2000)}


def _read_word(word: str, fields: dict[str, int]) -> dict[str, int] | None:
    """Return what a name adds; one of a zone that is not known leaves the time in the source's."""
    name = word.lower()
    if fields.keys() & {"hour", "year"} and word.upper() in _ZONE_HOURS and name not in _FILLERS:
        # Go writes both offset and name.
        return {} if "offset" in fields else {"offset": _ZONE_HOURS[word.upper()] * 60}
    if month := _MONTHS.get(name):
        return {"month": month}
    is_zone = "hour" in fields and word.isupper() and len(word) <= _MAX_ZONE_CHARS
    return {} if is_zone or name in _WEEKDAYS or name in _FILLERS else None
