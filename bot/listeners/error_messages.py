"""Say in a person's words what failed, and what they can do about it."""

from typing import NamedTuple

from bot.listeners import messages
from bot.model import errors
from bot.model.wordlists import load_tables


class ErrorMessage(NamedTuple):
    """Plain sentences, unescaped; `to_do` may hold a command in backticks."""

    problem: str
    to_do: str


_SLACK_ERRORS = {
    code: ErrorMessage(**fields)
    for code, fields in load_tables("bot.listeners", "data/slack_errors.toml").items()
}
_BY_TYPE = {
    errors.NotFound: "not_found",
    errors.StoreUnavailable: "store_unavailable",
    errors.SpanMismatch: "span_mismatch",
}


def describe_error(error: Exception) -> ErrorMessage:
    """Return what to tell a person; the text of an unexpected error is never shown."""
    match error:
        case errors.AddressRefused(where=where, reason=reason):
            pair = messages.pair("address_refused", where=where, reason=reason)
        case errors.SourceUnavailable(where=where, reason=reason):
            problem = messages.text("source_unavailable", where=where, reason=reason)
            pair = problem, _when_to_retry(error)
        case errors.SourceUnreadable(reason=reason):
            pair = messages.pair("source_unreadable", reason=reason.rstrip("."))
        case errors.PostFailed(unsure=True):
            pair = messages.pair("slack_unsure")
        case errors.PostFailed(code=code) if code in _SLACK_ERRORS:
            pair = _SLACK_ERRORS[code]
        case errors.PostFailed(code=code):
            pair = messages.pair("slack_refused", code=code or messages.text("no_reason_given"))
        case _:
            pair = messages.pair(_BY_TYPE.get(type(error), "unexpected"))
    return ErrorMessage(*pair)


def _when_to_retry(error: errors.SourceUnavailable) -> str:
    if error.permanent:
        return messages.text("check_address")
    return messages.count("retry_in_minutes", max(1, round((error.retry_after or 60) / 60)))
