"""Read the days that a question is about: "today", "last week", "since Monday", "in March"."""

import re
from datetime import date, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY, _MONTH = "|".join(_DAYS), "|".join(_MONTHS)
_AT_END = re.compile(
    rf"(?:\A|[\s,]+)(today|yesterday|(?:this|last|past) (?:week|month)|since yesterday"
    rf"|(?:in |over |for )?(?:the )?(?:last|past) \d{{1,3}} (?:days|weeks)"
    rf"|(?:since|on) (?:{_DAY})|(?:since|in) (?:{_MONTH}))[\s?!.]*\Z",
    re.IGNORECASE,
)


def split_period(text: str) -> tuple[str, str]:
    """Return the text without the days at its end, and those in lower case; "" for none."""
    match = _AT_END.search(text)
    if match is None:
        return text, ""
    return text[: match.start()], " ".join(match[1].lower().split())


def resolve_period(period: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of what `split_period` found; ValueError for other words.

    A weekday or a month is the last one that has begun, today's included.
    """
    if match := re.search(r"(\d+) (day|week)", period):
        days = int(match[1]) * (7 if match[2] == "week" else 1)
        return today - timedelta(days=days), today
    words = period.split()
    name, is_open = words[-1], words[0] == "since"
    if name in _DAYS:
        first = today - timedelta(days=(today.weekday() - _DAYS.index(name)) % 7)
        return first, today if is_open else first
    if name in _MONTHS:
        month = _MONTHS.index(name) + 1
        first = date(today.year - (month > today.month), month, 1)
        return first, today if is_open else min(today, _next_month(first) - timedelta(days=1))
    yesterday = today - timedelta(days=1)
    monday, month_start = today - timedelta(days=today.weekday()), today.replace(day=1)
    spans = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "since yesterday": (yesterday, today),
        "this week": (monday, today),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "past week": (today - timedelta(days=7), today),
        "this month": (month_start, today),
        "last month": (_last_month(month_start), month_start - timedelta(days=1)),
        "past month": (today - timedelta(days=30), today),
    }
    if period not in spans:
        raise ValueError(f"no days: {period[:40]}")
    return spans[period]


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _last_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
