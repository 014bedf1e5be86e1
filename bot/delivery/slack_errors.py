"""Explain an error of Slack: what it means, its cure, and what becomes of the delivery."""

from dataclasses import dataclass
from enum import StrEnum

from bot.delivery import messages
from bot.model.wordlists import load_tables


class FailureAction(StrEnum):
    """What to do after a failure."""

    RETRY = "retry"  # the same call may well succeed in a while
    RESEND_AS_TEXT = "resend_as_text"  # our blocks are at fault: the same message as text
    FAIL_DELIVERY = "fail_delivery"  # this delivery fails; the next may do better
    PAUSE_CHANNEL = "pause_channel"  # this channel is closed to us until a person acts
    PAUSE_WORKSPACE = "pause_workspace"  # this workspace is closed to us until a person acts


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure in words: what happened, and what a person can do."""

    meaning: str
    cure: str
    action: FailureAction = FailureAction.FAIL_DELIVERY

    @property
    def text(self) -> str:
        """Both, as the subscription shows them."""
        return f"{self.meaning} {self.cure}"


# By Slack's codes.
FAILURES = {
    code: Failure(row["meaning"], row["cure"], FailureAction(row["action"]))
    for row in load_tables("bot.delivery", "data/failures.toml")["failures"]
    for code in row["codes"]
}


def explain_failure(code: str) -> Failure:
    """Return what is known of a code; an unknown one ends this delivery only."""
    if code in FAILURES:
        return FAILURES[code]
    if code.startswith("http_"):
        status = code.removeprefix("http_")
        if status.startswith("5"):
            return FAILURES["internal_error"]
        if status == "429":
            return FAILURES["ratelimited"]
        return Failure(*messages.pair("http_status", status=status))
    return Failure(*messages.pair("refused", code=code))


def is_permanent(code: str) -> bool:
    """Return whether the same call will fail again until a person acts."""
    return explain_failure(code).action is not FailureAction.RETRY
