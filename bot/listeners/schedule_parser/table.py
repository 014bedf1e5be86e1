"""Each phrase of a standing order: what is looked for, who reads it, and what help says of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.listeners.schedule_parser.hours import (
    PARTS,
    read_all_day,
    read_at_once,
    read_day_range,
    read_day_set,
    read_days,
    read_every_other,
    read_gap,
    read_half_hour,
    read_hourly,
    read_hours,
    read_part_of_day,
    read_quiet,
    read_quiet_night,
    read_quiet_weekend,
    read_so_often,
    read_step,
    read_times,
    read_weekly,
    refuse_time,
)
from bot.listeners.schedule_parser.joining import Match
from bot.listeners.schedule_parser.lists import read_list
from bot.listeners.schedule_parser.places import (
    read_bare_zone,
    read_channel,
    read_channel_name,
    read_me,
    read_nothing,
    read_top,
    read_zone,
)
from bot.listeners.schedule_parser.words import (
    AND,
    CLOCK,
    DAY,
    EVERY,
    FROM_TO,
    HALF_HOUR,
    MORNING,
    NIGHT,
    NOT,
    ORDINAL,
    QUIET,
    STEP,
    TIME,
    WEEKEND,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the table: what is looked for, who reads it; `shown` are forms to type, `meaning` what help says."""

    form: re.Pattern[str]
    read: Callable[[re.Match[str]], Match]
    shown: tuple[str, ...] = ()
    meaning: str = ""


def _phrase(
    form: str, read: Callable[[re.Match[str]], Match], *shown: str, meaning: str = ""
) -> Phrase:
    return Phrase(re.compile(form, re.IGNORECASE | re.DOTALL), read, shown, meaning)


# Read from the first row on; what stands further down may look like the beginning of another.
PHRASES: tuple[Phrase, ...] = (
    _phrase(
        r"(about)\b(.*)",
        read_list,
        *("about ukraine, nato", 'about "the top 5", "bread, butter"', "about everything"),
        meaning="stories on any of these; quote marks keep a topic together; `everything` takes the topics away again. "
        "This list and those of `not` and `from` run to the next of them or to the end, less `top N`, times, hours or "
        "a full zone name",
    ),
    _phrase(
        r"(?:to\s+)?me\b", read_me, "me", meaning="to my direct messages instead of this channel"
    ),
    _phrase(r"<#(\w+)(?:\|[^>]*)?>", read_channel),
    _phrase(r"#[\w-]+", read_channel_name),
    _phrase(
        r"at\s+once\b|immediately\b|instantly\b",
        read_at_once,
        "at once",
        meaning="each story as it comes, at most one digest in three minutes",
    ),
    _phrase(
        rf"at\s+most\s+(?:one|1)(?:\s+digest)?\s+(?:hourly\b|({STEP}))",
        read_gap,
        "at most one every 10m",
        meaning="for what comes at once: the least time between two digests",
    ),
    _phrase(r"(?:at\s+most|up\s+to)\s+(\w+)\s+stor(?:y|ies)\b", read_top),
    _phrase(
        FROM_TO,
        read_hours,
        *("from 9 to 17", "between 9am and 5pm"),
        meaning="for what comes hourly, every so often or at once: within these hours only, counted from the first",
    ),
    _phrase(
        QUIET,
        read_quiet,
        *("quiet 22:00 to 7:00", "quiet from 10pm to 7am"),
        meaning="the same, told by the hours in which nothing comes",
    ),
    _phrase(NIGHT, read_quiet_night, "quiet at night", meaning="from 7 to 22"),
    _phrase(WEEKEND, read_quiet_weekend, "quiet at weekends", meaning="on weekdays"),
    _phrase(rf"({TIME})\s*(?:-|\bto\b|\btill\b|\buntil\b)\s*({TIME})", read_hours),
    _phrase(
        r"around\s+the\s+clock\b|all\s+day\b|24/7\b",
        read_all_day,
        "around the clock",
        meaning="at all hours again",
    ),
    _phrase(
        rf"at\s+({TIME}(?:{AND}{TIME})*)",
        read_times,
        *("at 08:30", "at 8:30 and 17:00", "8am", "8.30", "noon"),
        meaning="at these times; without any, 08:30",
    ),
    _phrase(rf"({CLOCK}(?:{AND}{CLOCK})*)", read_times),
    _phrase(r"at\s+([^\s,;]+)", refuse_time),
    _phrase(
        r"hourly\b",
        read_hourly,
        *("hourly", "every 4h", "every 30m", "every two hours"),
        meaning="at each multiple since local midnight; `every 1m` is the shortest, for trying things out",
    ),
    _phrase(r"(?:weekly|(?:bi|fort)\w*ly|monthly|quarterly|yearly)\b", read_weekly),
    _phrase(r"(?:every|each)\s+(?:month|quarter|year)\b", read_weekly),
    _phrase(HALF_HOUR, read_half_hour),
    _phrase(r"(?:every|each)\s+(other|second|third|fourth|2nd|3rd|4th)\s+(\w+)", read_every_other),
    _phrase(
        rf"(?:on\s+)?(?:the\s+)?({ORDINAL})\s+({DAY}|day|week)\b(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+\w+)?",
        read_every_other,
    ),
    _phrase(
        r"(once|twice|thrice|\w+\s+times)\s+(?:an?|per|each|every)\s+(hour|day|week|month)\b",
        read_so_often,
    ),
    _phrase(STEP, read_step),
    _phrase(
        rf"(?:(?:on|every|each)\s+)?(daily|every\s?day|every\s+morning|(?:week|work)days?|weekends?)\b{MORNING}",
        read_day_set,
        *(
            "weekdays",
            "daily",
            "weekends",
            "mondays and thursdays",
            "mon,thu",
            "mon-fri",
            "every monday",
        ),
        meaning="on these days; without any, weekdays",
    ),
    _phrase(
        rf"(?:(?:on|every|each|from)\s+)?({DAY})\s*(?:-|to|till|until|through)\s*({DAY})\b{MORNING}",
        read_day_range,
    ),
    _phrase(rf"{EVERY}({DAY})\b{MORNING}", read_days),
    _phrase(rf"in\s+the\s+({'|'.join(PARTS)})s?\b", read_part_of_day),
    _phrase(
        r"in\s+([^\s,;].*)",
        read_zone,
        *("in Europe/Tallinn", "in Tallinn"),
        meaning="on the clocks of this place; without it, your own in Slack",
    ),
    _phrase(r"([a-z]+/[a-z_+/-]+)", read_zone),
    _phrase(r"(?:utc|gmt)\b", read_bare_zone),
    _phrase(
        r"top\s+([^\s,;]+)",
        read_top,
        "top 5",
        meaning="at most this many stories, ten being the most",
    ),
    _phrase(
        rf"({NOT}\s+from)\s(.*)",
        read_list,
        *("not from tass, example.org",),
        meaning="nothing of these outlets, sites or agencies; `not from nowhere` ends it",
    ),
    _phrase(
        r"(from)\b(.*)",
        read_list,
        *("from reuters", "from anywhere"),
        meaning="only of these outlets, sites or agencies; `from anywhere` ends it",
    ),
    _phrase(
        rf"({NOT})\s(.*)",
        read_list,
        *("not sport", 'not "royal family", weather', "not nothing"),
        meaning="no stories about these; `not nothing` ends it",
    ),
    _phrase(r"(?:and|please|here|this\s+channel)\b", read_nothing),
)
