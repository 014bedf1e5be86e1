"""Explain an error of Slack: what it means, its cure, and what becomes of the delivery."""

from dataclasses import dataclass
from enum import StrEnum

# Slack's names: https://docs.slack.dev/reference/methods/chat.postMessage#errors


class FailureAction(StrEnum):
    """What to do after a failure."""

    RETRY = "retry"  # the same call may well succeed in a while
    PLAIN = "plain"  # our blocks are at fault: the same message as text
    STOP = "stop"  # this delivery fails; the next may do better
    PAUSE = "pause"  # this channel is closed to us until a person acts
    END = "end"  # this workspace is closed to us until a person acts


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure in words: what happened, and what a person can do."""

    action: FailureAction
    meaning: str
    cure: str

    @property
    def text(self) -> str:
        """Both, as the subscription shows them."""
        return f"{self.meaning} {self.cure}"


_RESUME = "then `/digest resume`."
_LATER = "Nothing to do: Dateline tries again, and the next digest brings what this one could not."
_REINSTALL = "Someone who may install apps must add Dateline to this workspace again, "
_OUR_FAULT = "Please report it: this is a fault of Dateline's."


def _pause(meaning: str, act: str) -> Failure:
    return Failure(FailureAction.PAUSE, meaning, f"{act} {_RESUME}")


def _end(meaning: str) -> Failure:
    return Failure(FailureAction.END, meaning, f"{_REINSTALL}{_RESUME}")


def _retry(meaning: str) -> Failure:
    return Failure(FailureAction.RETRY, meaning, _LATER)


def _stop(meaning: str) -> Failure:
    return Failure(FailureAction.STOP, meaning, _OUR_FAULT)


_SLOWER = _retry("Slack asked us to slow down.")
_ILL = _retry("Slack had trouble of its own.")
_SILENT = _retry("Slack did not answer in time.")
_UNREACHABLE = _retry("Slack could not be reached.")
_NOT_THERE = _pause(
    "Slack knows no such channel, or Dateline cannot see it.", "Invite Dateline to the channel,"
)
_NOT_IN = _pause("Dateline is not in the channel.", "Invite it with `/invite @Dateline`,")
_MAY_NOT = _pause(
    "The workspace does not let apps post here.", "Ask an admin of the workspace to allow it,"
)
_MAY_NOT_AT_ALL = _pause("A rule of the workspace forbids this.", "Ask an admin of the workspace,")
_NO_DIRECT = _pause(
    "Slack does not take messages to this person.", "Subscribe a channel instead, or"
)
_GONE = _end("Dateline was removed from this workspace.")
_NO_TOKEN = _end("Slack does not accept Dateline's token.")
_BLOCKS = Failure(FailureAction.PLAIN, "Slack did not take the layout of the message.", _OUR_FAULT)

FAILURES: dict[str, Failure] = {
    # waiting helps
    "ratelimited": _SLOWER,
    "rate_limited": _SLOWER,
    "message_limit_exceeded": _SLOWER,
    "service_unavailable": _ILL,
    "fatal_error": _ILL,
    "internal_error": _ILL,
    "team_added_to_org": _ILL,
    "request_timeout": _SILENT,
    "timeout": _SILENT,
    "connection": _UNREACHABLE,
    "unreadable": _ILL,
    "invalid_cursor": _ILL,
    # a person in the channel can help
    "channel_not_found": _NOT_THERE,
    "not_in_channel": _NOT_IN,
    "is_archived": _pause("The channel is archived.", "Unarchive it,"),
    "restricted_action": _MAY_NOT,
    "restricted_action_read_only_channel": _MAY_NOT,
    "restricted_action_thread_only_channel": _MAY_NOT,
    "restricted_action_thread_locked": _MAY_NOT,
    "restricted_action_non_threadable_channel": _MAY_NOT,
    "messages_tab_disabled": _NO_DIRECT,
    "cannot_dm_bot": _NO_DIRECT,
    "user_disabled": _NO_DIRECT,
    "user_not_found": _NO_DIRECT,
    "user_not_visible": _NO_DIRECT,
    "ekm_access_denied": _MAY_NOT_AT_ALL,
    "access_denied": _MAY_NOT_AT_ALL,
    "no_permission": _MAY_NOT_AT_ALL,
    "method_not_supported_for_channel_type": _pause(
        "Slack takes no posts of this kind here.", "Choose another channel, or"
    ),
    # a person of the workspace can help
    "missing_scope": _end("Dateline lacks a permission that it needs."),
    "not_allowed_token_type": _NO_TOKEN,
    "invalid_auth": _NO_TOKEN,
    "not_authed": _NO_TOKEN,
    "token_expired": _NO_TOKEN,
    "token_rotation": _NO_TOKEN,
    "token_revoked": _GONE,
    "account_inactive": _GONE,
    "no_installation": _GONE,
    "org_login_required": _MAY_NOT_AT_ALL,
    "team_access_not_granted": _GONE,
    # our own fault
    "invalid_blocks": _BLOCKS,
    "invalid_blocks_format": _BLOCKS,
    "msg_blocks_too_long": _BLOCKS,
    "invalid_attachments": _BLOCKS,
    "msg_too_long": _stop("The message is too long for Slack."),
    "no_text": _stop("The message is empty."),
    "thread_not_found": Failure(
        FailureAction.STOP,
        "The digest's first message was deleted.",
        "Nothing to do: its thread is not continued.",
    ),
    "message_not_found": Failure(FailureAction.STOP, "The message was deleted.", "Nothing to do."),
    "cant_update_message": _stop("The message is not ours to change."),
    "edit_window_closed": Failure(
        FailureAction.STOP, "The message is too old to change.", "Nothing to do."
    ),
    "metadata_too_large": _stop("The message's mark is too large for Slack."),
    "invalid_metadata_format": _stop("Slack did not take the message's mark."),
    "too_much_history": Failure(
        FailureAction.STOP,
        "Dateline cannot tell whether Slack took the digest: "
        "more than 1,000 messages were written here since.",
        "Look in the channel; if it is not there, “Post anyway” posts it.",
    ),
}


def explain_failure(code: str) -> Failure:
    """Return what is known of a code; an unknown one ends this delivery only."""
    if code in FAILURES:
        return FAILURES[code]
    if code.startswith("http_"):
        status = code.removeprefix("http_")
        if status.startswith("5"):
            return _ILL
        return _SLOWER if status == "429" else _stop(f"Slack answered with HTTP status {status}.")
    return _stop(f"Slack refused the message ({code}).")


def is_permanent(code: str) -> bool:
    """Whether the same call will fail again until a person acts."""
    return explain_failure(code).action is not FailureAction.RETRY
