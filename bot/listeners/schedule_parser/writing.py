"""From an order back to the text that a person would type."""

from datetime import timedelta

from bot.listeners.orders import Subscribe
from bot.listeners.schedule_parser.words import DAY_NAMES, LIST_WORDS, NO_LIST, quoted
from bot.model import EVERY_DAY, WEEKDAYS


def render_subscribe(order: Subscribe) -> str:
    """Write the order as a person would type it; reading it gives an equal order."""
    phrases = [
        "subscribe",
        "me" if order.me else "",
        f"<#{order.channel}>" if order.channel else "",
        _days_phrase(order.days) if order.days is not None else "",
        _step_phrase(order.interval) if order.interval else "",
        "at once" if order.at_once else "",
        f"at most one {_step_phrase(order.min_interval, 'every 1h')}" if order.min_interval else "",
        f"from {order.hours.first:%H:%M} to {order.hours.last:%H:%M}" if order.hours else "",
        "around the clock" if order.all_day else "",
        "at " + ",".join(f"{at:%H:%M}" for at in order.times) if order.times else "",
        f"in {order.zone}" if order.zone else "",
        *(_list_phrase(field, getattr(order, field)) for field in LIST_WORDS),
        f"top {order.top}" if order.top else "",
    ]
    return " ".join(phrase for phrase in phrases if phrase)


def _days_phrase(days: frozenset[int]) -> str:
    names = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
    return names.get(days) or ",".join(DAY_NAMES[day] for day in sorted(days))


def _step_phrase(step: timedelta, hourly: str = "hourly") -> str:
    minutes = step // timedelta(minutes=1)
    if minutes == 60:
        return hourly
    return f"every {minutes // 60}h" if minutes % 60 == 0 else f"every {minutes}m"


def _list_phrase(field: str, items: tuple[str, ...] | None) -> str:
    if items is None:
        return ""
    return f"{LIST_WORDS[field]} " + (", ".join(map(quoted, items)) or min(NO_LIST[field], key=len))
