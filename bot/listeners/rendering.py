"""A command as a person would type it."""

from bot.listeners.orders import (
    Chart,
    Command,
    FeedAction,
    Feeds,
    Follow,
    Help,
    Mute,
    Now,
    Pause,
    Preview,
    Read,
    Resume,
    Search,
    Settings,
    Subscribe,
    Unfollow,
    Unsubscribe,
    Who,
)
from bot.listeners.schedule_parser import render_subscribe

SPANS = {"week": 7, "month": 30}  # days of a chart


def render(command: Command) -> str:
    """Write a command as a person would type it; `grammar.parse` gives an equal command."""
    return f"/digest {_words(command)}".rstrip()


def _words(command: Command) -> str:
    word = type(command).__name__.lower()
    match command:
        case Subscribe():
            return render_subscribe(command)
        case Preview():
            return ""
        case Settings(me) | Pause(me) | Resume(me) | Unsubscribe(me):
            word += " me" if me else ""
        case (
            Now(rest)
            | Help(rest)
            | Who(rest)
            | Search(rest)
            | Read(rest)
            | Follow(rest)
            | Mute(rest)
        ):
            word += f" {rest or ''}"
        case Unfollow(rest):
            word += f" {rest}"
        case Chart(days, topic):
            word += " month" if days == SPANS["month"] else ""
            word += f" about {topic}" if topic else ""
        case Feeds(action, url, number) if action is not FeedAction.LIST:
            word += f" {action} {number if url is None else url}"
    return word
