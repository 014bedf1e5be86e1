"""Every error that Dateline raises, by what the caller can do about it.

Attributes carry the facts; the text is for the person who can act on it, and holds neither a secret
nor the words of an article.
"""

import os
from collections.abc import Sequence
from traceback import format_tb

from bot.model.messages import messages


class BotError(Exception):
    """The base class of all errors that Dateline raises on purpose."""


class SettingsError(BotError):
    """The settings must be changed; each of `faults` names a variable and its cure."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(map(printable_name, faults))
        super().__init__(
            "\n".join((messages.text("cannot_start"), *(f"  - {fault}" for fault in self.faults)))
        )


class UsageError(BotError):
    """A person typed something that is not understood; `hint` is the nearest right form."""

    def __init__(self, problem: str, hint: str | None = None) -> None:
        self.problem, self.hint = problem, hint
        super().__init__(problem if hint is None else f"{problem} {hint}")


class SourceUnreadable(BotError):
    """The content holds no article; another try on the same bytes will fail too."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class FeedEmpty(SourceUnreadable):
    """A valid feed that holds no article now; later it may."""

    def __init__(self, reason: str = messages.text("empty_feed")) -> None:
        super().__init__(reason)


class SourceUnavailable(BotError):
    """An address or file could not be read; `permanent`: another try will fail too.

    `retry_after` is in seconds, if the server named it; `status` the HTTP status, if any.
    """

    def __init__(
        self,
        where: str,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        self.where, self.reason, self.permanent = where, reason, permanent
        self.retry_after, self.status = retry_after, status
        super().__init__(f"{where}: {reason}")


class AddressRefused(SourceUnavailable):
    """The address is private, local or not HTTP(S); nothing was sent to it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason, permanent=True)


class PostFailed(BotError):
    """A call to Slack failed. `code` is Slack's error name, or one such as "timeout", "http_503".

    `permanent`: the same call will fail until a person acts. `unsure`: Slack may have done it all
    the same (a timeout after sending). `retry_after` is in seconds.
    """

    def __init__(
        self,
        method: str,
        code: str,
        *,
        permanent: bool,
        unsure: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.method, self.code, self.permanent = method, code, permanent
        self.unsure, self.retry_after = unsure, retry_after
        super().__init__(messages.text("slack_refused", method=method, code=code))


class NotAllowed(BotError):
    """The person lacks the permission; `problem` says who has it, `cure` what they can do."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem, self.cure = problem, cure
        super().__init__(problem)


class SpanMismatch(BotError):
    """Words about to be shown are not at their place in the article; nothing is sent."""

    def __init__(self, article: int, start: int, end: int) -> None:
        self.article, self.start, self.end = article, start, end
        super().__init__(messages.text("span_mismatch", article=article, start=start, end=end))


class NotFound(BotError):
    """Nothing of that name or number is stored."""


class Gone(NotFound):
    """It was stored and was ended since; the message tells people what."""


class StoreUnavailable(BotError):
    """The database cannot be reached or written to now."""


class LockTaken(StoreUnavailable):
    """Another process holds the lock, that of a channel for example; a later try may get it."""

    def __init__(self, lock: str) -> None:
        self.lock = lock
        super().__init__(messages.text("lock_taken"))


def printable_name(path: str | os.PathLike[str]) -> str:
    r"""Return a name from the file system as text, which Python's own form of it need not be.

    What is not UTF-8 in it stands as \\xNN, so that it can be stored, logged, printed and sent.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def log_fields(error: BaseException) -> dict[str, str]:
    """Return what may be logged of an error, as fields.

    That is no words of an article, no address (it may hold a key), and no message of errors that
    are not ours: their place in the code stands for it.
    """
    kind = type(error).__name__
    if isinstance(error, SourceUnavailable):
        return {"error": kind, "reason": error.reason}
    if isinstance(error, BotError):
        return {"error": kind, "reason": str(error)}
    fields = {"error": kind, "trace": "".join(format_tb(error.__traceback__))}
    if isinstance(error, BaseExceptionGroup):
        inner = (" ".join(log_fields(each).values()) for each in error.exceptions)
        fields["held"] = "; ".join(inner)
    return fields


def our_fault(error: Exception) -> SourceUnreadable:
    """Return an error for a fault of ours in reading a source, so that other sources go on."""
    return SourceUnreadable(messages.text("our_fault", kind=type(error).__name__))
