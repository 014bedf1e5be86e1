"""Say in a person's words what failed, and what they can do about it."""

from bot.listeners import messages
from bot.model import errors
from bot.model.wordlists import load_tables

_SLACK_ERRORS = {
    code: (fields["problem"], fields["to_do"])
    for code, fields in load_tables("bot.listeners", "data/slack_errors.toml").items()
}
_BY_TYPE = {
    errors.NotFound: "not_found",
    errors.StoreUnavailable: "store_unavailable",
    errors.SpanMismatch: "span_mismatch",
}


def describe_error(error: Exception) -> tuple[str, str]:
    """Return what failed and what the person can do, unescaped, with commands in backticks.

    The text of an unexpected error is never shown.
    """
    match error:
        case errors.AddressRefused(where=where, reason=reason):
            return messages.pair("address_refused", where=where, reason=reason)
        case errors.SourceUnavailable(where=where, reason=reason):
            problem = messages.text("source_unavailable", where=where, reason=reason)
            return problem, _when_to_retry(error)
        case errors.SourceUnreadable(reason=reason):
            return messages.pair("source_unreadable", reason=reason.rstrip("."))
        case errors.Gone():
            return str(error), messages.pair("not_found")[1]
        case errors.PostFailed(code=code, unsure=unsure):
            refused = messages.pair("slack_refused", code=code or messages.text("no_reason_given"))
            known = _SLACK_ERRORS.get(code, refused)
            return messages.pair("slack_unsure") if unsure else known
    return messages.pair(_BY_TYPE.get(type(error), "unexpected"))


def _when_to_retry(error: errors.SourceUnavailable) -> str:
    if error.permanent:
        return messages.text("check_address")
    return messages.count("retry_in_minutes", max(1, round((error.retry_after or 60) / 60)))
