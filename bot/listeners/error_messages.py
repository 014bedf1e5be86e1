"""Say in a person's words what failed, and what they can do about it."""

from typing import NamedTuple

from bot.model.errors import (
    AddressRefused,
    NotFound,
    PostFailed,
    SourceUnavailable,
    SourceUnreadable,
    SpanMismatch,
    StoreUnavailable,
)
from bot.model.wordlists import load_tables


class ErrorMessage(NamedTuple):
    """Plain sentences, unescaped; `to_do` may hold a command in backticks."""

    problem: str
    to_do: str


_TELL_OPERATOR = "If it happens again, give the reference below to whoever runs Dateline."
_WAIT = "Try again in a minute."

_SLACK_ERRORS = {
    code: ErrorMessage(**fields)
    for code, fields in load_tables("bot.listeners", "data/slack_errors.toml").items()
}
_BY_TYPE = {
    NotFound: ErrorMessage(
        "I no longer have this: its source has withdrawn or replaced it, or it was long ago.",
        "Type `/digest` for what there is now.",
    ),
    StoreUnavailable: ErrorMessage("I cannot reach my database.", f"{_WAIT} {_TELL_OPERATOR}"),
    SpanMismatch: ErrorMessage(
        "Words I was about to show are not word for word in their article, so I did not show them.",
        _TELL_OPERATOR,
    ),
}
_UNEXPECTED = ErrorMessage(
    "Something went wrong on my side that I did not expect.", f"Try again. {_TELL_OPERATOR}"
)


def describe_error(error: Exception) -> ErrorMessage:
    """Return what to tell a person; the text of an unexpected error is never shown."""
    match error:
        case AddressRefused(where=where, reason=reason):
            return ErrorMessage(f"I do not fetch {where}: {reason}.", "Use a public web address.")
        case SourceUnavailable(where=where, reason=reason):
            return ErrorMessage(f"{where} gave me nothing: {reason}.", _when_to_retry(error))
        case SourceUnreadable(reason=reason):
            problem = f"I could read nothing there. {reason.rstrip('.')}."
            return ErrorMessage(problem, "Try the address of one single article, or of a feed.")
        case PostFailed():
            return _describe_slack_error(error)
    return _BY_TYPE.get(type(error), _UNEXPECTED)


def _when_to_retry(error: SourceUnavailable) -> str:
    if error.permanent:
        return "Check the address in a browser."
    minutes = max(1, round((error.retry_after or 60) / 60))
    return f"Try again in {minutes} minute{'' if minutes == 1 else 's'}."


def _describe_slack_error(error: PostFailed) -> ErrorMessage:
    if error.unsure:
        problem = "Slack did not say whether it took the message."
        return ErrorMessage(problem, "Look in the channel before you try again.")
    problem = f"Slack refused my message ({error.code or 'no reason given'})."
    unknown = ErrorMessage(problem, f"{_WAIT} {_TELL_OPERATOR}")
    return _SLACK_ERRORS.get(error.code, unknown)
