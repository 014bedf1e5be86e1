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


class ErrorMessage(NamedTuple):
    """Plain sentences, unescaped; `to_do` may hold a command in backticks."""

    problem: str
    to_do: str


_TELL_OPERATOR = "If it happens again, give the reference below to whoever runs Dateline."
_INVITE = "Type `/invite @Dateline` in the channel, then try again."
_REINSTALL = "Ask an admin of this workspace to install Dateline again."
_WAIT = "Try again in a minute."

# By Slack's error code.
_SLACK_ERRORS = {
    "not_in_channel": ("I am not a member of that channel.", _INVITE),
    "channel_not_found": ("I cannot see that channel.", _INVITE),
    "is_archived": ("That channel is archived.", "Use another channel, or unarchive it first."),
    "restricted_action": (
        "This workspace does not let me post there.",
        "Ask an admin to allow it, or use another channel.",
    ),
    "user_not_found": ("Slack does not know that person.", "Check that their account is active."),
    "expired_trigger_id": (
        "Slack gave me three seconds to answer and I took longer.",
        "Press the button again.",
    ),
    "missing_scope": ("Slack has not given me the permission that this needs.", _REINSTALL),
    "token_revoked": ("My access to this workspace was taken back.", _REINSTALL),
    "account_inactive": ("My account in this workspace is switched off.", _REINSTALL),
    "invalid_auth": ("Slack does not accept my token.", _REINSTALL),
    "ratelimited": ("Slack asks me to slow down.", _WAIT),
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
            return ErrorMessage(
                f"I could read nothing there. {reason.rstrip('.')}.",
                "Try the address of one single article, or of a feed.",
            )
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
        return ErrorMessage(
            "Slack did not say whether it took the message.",
            "Look in the channel before you try again.",
        )
    unknown = (
        f"Slack refused my message ({error.code or 'no reason given'}).",
        f"{_WAIT} {_TELL_OPERATOR}",
    )
    return ErrorMessage(*_SLACK_ERRORS.get(error.code, unknown))
