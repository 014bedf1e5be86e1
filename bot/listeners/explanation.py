"""What to tell a person when something failed: what happened, and what they can do."""

from dataclasses import dataclass

from bot.model.errors import (
    AddressRefused,
    NotFound,
    PostFailed,
    SourceUnavailable,
    SourceUnreadable,
    SpanMismatch,
    StoreUnavailable,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain sentences, unescaped; `to_do` may hold a command in backticks."""

    problem: str
    to_do: str


_TELL_OPERATOR = "If it happens again, give the reference below to whoever runs Dateline."
_INVITE = "Type `/invite @Dateline` in the channel, then try again."
_ADMIN = "Ask an admin of this workspace to install Dateline again."
_OTHER_ADDRESS = "Try the address of one single article, or of a feed."
_WAIT = "Try again in a minute."

_SLACK_FAULTS = {
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
    "missing_scope": ("Slack has not given me the permission that this needs.", _ADMIN),
    "token_revoked": ("My access to this workspace was taken back.", _ADMIN),
    "account_inactive": ("My account in this workspace is switched off.", _ADMIN),
    "invalid_auth": ("Slack does not accept my token.", _ADMIN),
    "ratelimited": ("Slack asks me to slow down.", _WAIT),
}
_FIXED = {
    NotFound: Explanation(
        "I no longer have this: its source has withdrawn or replaced it, or it was long ago.",
        "Type `/digest` for what there is now.",
    ),
    StoreUnavailable: Explanation("I cannot reach my database.", f"{_WAIT} {_TELL_OPERATOR}"),
    SpanMismatch: Explanation(
        "Words I was about to show are not word for word in their article, so I did not show them.",
        _TELL_OPERATOR,
    ),
}
_UNFORESEEN = Explanation(
    "Something went wrong on my side that I did not expect.", f"Try again. {_TELL_OPERATOR}"
)


def explain(error: Exception) -> Explanation:
    """Say what happened; an error that nobody foresaw is owned up to, its own words withheld."""
    match error:
        case AddressRefused(where=where, reason=reason):
            return Explanation(f"I do not fetch {where}: {reason}.", "Use a public web address.")
        case SourceUnavailable(where=where, reason=reason):
            return Explanation(f"{where} gave me nothing: {reason}.", _when(error))
        case SourceUnreadable(reason=reason):
            return Explanation(f"I could read nothing there. {reason.rstrip('.')}.", _OTHER_ADDRESS)
        case PostFailed(code=code):
            return _slack_fault(code, unsure=error.unsure)
        case _:
            return _FIXED.get(type(error), _UNFORESEEN)


def _when(error: SourceUnavailable) -> str:
    if error.permanent:
        return "Check the address in a browser."
    minutes = max(1, round((error.retry_after or 60) / 60))
    return f"Try again in {minutes} minute{'' if minutes == 1 else 's'}."


def _slack_fault(code: str, *, unsure: bool) -> Explanation:
    if unsure:
        return Explanation(
            "Slack did not say whether it took the message.",
            "Look in the channel before you try again.",
        )
    problem, to_do = _SLACK_FAULTS.get(
        code,
        (f"Slack refused my message ({code or 'no reason given'}).", f"{_WAIT} {_TELL_OPERATOR}"),
    )
    return Explanation(problem, to_do)
