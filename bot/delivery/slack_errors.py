"""Explain an error of Slack: what it means, its cure, and what becomes of the delivery."""

from dataclasses import dataclass
from enum import StrEnum


class FailureAction(StrEnum):
    """What to do after a failure."""

    RETRY = "retry"  # the same call may well succeed in a while
    RESEND_AS_TEXT = "resend_as_text"  # our blocks are at fault: the same message as text
    FAIL_DELIVERY = "fail_delivery"  # this delivery fails; the next may do better
    PAUSE_CHANNEL = "pause_channel"  # this channel is closed to us until a person acts
    PAUSE_WORKSPACE = "pause_workspace"  # this workspace is closed to us until a person acts


_RESUME = "then `/digest resume`."
_LATER = "Nothing to do: Dateline tries again, and the next digest brings what this one could not."
_REINSTALL = "Someone who may install apps must add Dateline to this workspace again, "
_OUR_FAULT = "Please report it: this is a fault of Dateline's."


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure in words: what happened, and what a person can do."""

    meaning: str
    cure: str = _OUR_FAULT
    action: FailureAction = FailureAction.FAIL_DELIVERY

    @property
    def text(self) -> str:
        """Both, as the subscription shows them."""
        return f"{self.meaning} {self.cure}"


def _pause_channel(meaning: str, act: str) -> Failure:
    return Failure(meaning, f"{act} {_RESUME}", FailureAction.PAUSE_CHANNEL)


def _pause_workspace(meaning: str) -> Failure:
    return Failure(meaning, f"{_REINSTALL}{_RESUME}", FailureAction.PAUSE_WORKSPACE)


def _retry(meaning: str) -> Failure:
    return Failure(meaning, _LATER, FailureAction.RETRY)


_SLOWER = _retry("Slack asked us to slow down.")
_ILL = _retry("Slack had trouble of its own.")
_MAY_NOT = _pause_channel(
    "The workspace does not let apps post here.", "Ask an admin of the workspace to allow it,"
)
_NO_DIRECT_MESSAGES = _pause_channel(
    "Slack does not take messages to this person.", "Subscribe a channel instead, or"
)

# By Slack's names: https://docs.slack.dev/reference/methods/chat.postMessage#errors
_FAILURES_OF_CODES = {
    # waiting helps
    "ratelimited rate_limited message_limit_exceeded": _SLOWER,
    "service_unavailable fatal_error internal_error team_added_to_org": _ILL,
    "unreadable invalid_cursor": _ILL,
    "timeout request_timeout": _retry("Slack did not answer in time."),
    "connection": _retry("Slack could not be reached."),
    # a person in the channel can help
    "channel_not_found": _pause_channel(
        "Slack knows no such channel, or Dateline cannot see it.", "Invite Dateline to the channel,"
    ),
    "not_in_channel": _pause_channel(
        "Dateline is not in the channel.", "Invite it with `/invite @Dateline`,"
    ),
    "is_archived": _pause_channel("The channel is archived.", "Unarchive it,"),
    "restricted_action restricted_action_read_only_channel": _MAY_NOT,
    "restricted_action_thread_only_channel restricted_action_thread_locked": _MAY_NOT,
    "restricted_action_non_threadable_channel": _MAY_NOT,
    "messages_tab_disabled cannot_dm_bot": _NO_DIRECT_MESSAGES,
    "user_disabled user_not_found user_not_visible": _NO_DIRECT_MESSAGES,
    "ekm_access_denied access_denied no_permission org_login_required": _pause_channel(
        "A rule of the workspace forbids this.", "Ask an admin of the workspace,"
    ),
    "method_not_supported_for_channel_type": _pause_channel(
        "Slack takes no posts of this kind here.", "Choose another channel, or"
    ),
    # a person of the workspace can help
    "missing_scope": _pause_workspace("Dateline lacks a permission that it needs."),
    "not_allowed_token_type invalid_auth not_authed token_expired token_rotation": _pause_workspace(
        "Slack does not accept Dateline's token."
    ),
    "token_revoked account_inactive no_installation team_access_not_granted": _pause_workspace(
        "Dateline was removed from this workspace."
    ),
    # our own fault
    "invalid_blocks invalid_blocks_format msg_blocks_too_long invalid_attachments": Failure(
        "Slack did not take the layout of the message.", action=FailureAction.RESEND_AS_TEXT
    ),
    "msg_too_long": Failure("The message is too long for Slack."),
    "no_text": Failure("The message is empty."),
    "thread_not_found": Failure(
        "The digest's first message was deleted.", "Nothing to do: its thread is not continued."
    ),
    "message_not_found": Failure("The message was deleted.", "Nothing to do."),
    "cant_update_message": Failure("The message is not ours to change."),
    "edit_window_closed": Failure("The message is too old to change.", "Nothing to do."),
    "metadata_too_large": Failure("The message's mark is too large for Slack."),
    "invalid_metadata_format": Failure("Slack did not take the message's mark."),
    "too_much_history": Failure(
        "Dateline cannot tell whether Slack took the digest: "
        "more than 1,000 messages were written here since.",
        "Look in the channel; if it is not there, “Post anyway” posts it.",
    ),
}
FAILURES = {code: known for codes, known in _FAILURES_OF_CODES.items() for code in codes.split()}


def explain_failure(code: str) -> Failure:
    """Return what is known of a code; an unknown one ends this delivery only."""
    if code in FAILURES:
        return FAILURES[code]
    if code.startswith("http_"):
        status = code.removeprefix("http_")
        if status.startswith("5"):
            return _ILL
        return _SLOWER if status == "429" else Failure(f"Slack answered with HTTP status {status}.")
    return Failure(f"Slack refused the message ({code}).")


def is_permanent(code: str) -> bool:
    """Whether the same call will fail again until a person acts."""
    return explain_failure(code).action is not FailureAction.RETRY
