"""Every error Dateline raises, parted by what the caller can do about it.

Attributes carry the facts; the text is made from them and speaks to the person who can act. No text
holds a secret or the words of an article.
"""

from collections.abc import Sequence
from traceback import format_tb


class BotError(Exception):
    """The root: everything else Dateline raises on purpose."""


class SettingsError(BotError):
    """The operator must change settings; `faults` names each variable and its cure."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "\n".join(("Dateline cannot start:", *(f"  - {fault}" for fault in self.faults)))
        )


class UsageError(BotError):
    """The person typed something we do not understand; `hint` is the nearest right form."""

    def __init__(self, problem: str, hint: str | None = None) -> None:
        self.problem, self.hint = problem, hint
        super().__init__(problem if hint is None else f"{problem} {hint}")


class SourceUnreadable(BotError):
    """These bytes hold no article; the next try on the same bytes will fail too."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class FeedEmpty(SourceUnreadable):
    """A sound feed that holds no article now; later it may."""

    def __init__(self, reason: str = "This feed holds no articles.") -> None:
        super().__init__(reason)


class SourceUnavailable(BotError):
    """An address or file gave nothing this time; `permanent` says that trying again is no use.

    `retry_after` is in seconds, where the server named it. `status` is the HTTP status, if there was one.
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
    """The address is private, local or not http(s); nothing was sent to it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason, permanent=True)


class PostFailed(BotError):
    """Slack did not take a call. `code` is Slack's error name, or "timeout" or "http_503".

    `permanent`: the same call will fail again until a person acts. `unsure`: Slack may have taken it
    all the same (a time-out after sending). `retry_after` is in seconds.
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
        super().__init__(f"Slack refused {method}: {code}")


class NotAllowed(BotError):
    """This person may not do this; `problem` says who may, `cure` what they can do."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem, self.cure = problem, cure
        super().__init__(problem)


class SpanMismatch(BotError):
    """Words about to be shown are not where they claim to stand; nothing is sent."""

    def __init__(self, article: int, start: int, end: int) -> None:
        self.article, self.start, self.end = article, start, end
        super().__init__(
            f"article {article}: its characters {start} to {end} are not the words to be shown"
        )


class NotFound(BotError):
    """Nothing of that name or number is in the store."""


class StoreUnavailable(BotError):
    """The database cannot be reached or written to now."""


class LockTaken(StoreUnavailable):
    """Another process has this right: it posts to this channel, say; it, or the next tick, will see to it."""

    def __init__(self, right: str) -> None:
        self.right = right
        super().__init__(
            "Another process has been at this for a minute; the next tick tries again."
        )


def log_fields(error: BaseException) -> dict[str, str]:
    """Say what may stand in a log: no words of an article, no address (it may hold a key), of strangers no message."""
    kind = type(error).__name__
    if isinstance(error, SourceUnavailable):
        return {"error": kind, "reason": error.reason}
    if isinstance(error, BotError):
        return {"error": kind, "reason": str(error)}
    told = {"error": kind, "trace": "".join(format_tb(error.__traceback__))}
    if isinstance(error, BaseExceptionGroup):
        told["held"] = "; ".join(" ".join(log_fields(one).values()) for one in error.exceptions)
    return told


def our_fault(error: Exception) -> SourceUnreadable:
    """Own up that we stumbled over a source, so that it can be put aside and the others go on."""
    return SourceUnreadable(
        f"Dateline has a fault that this brought out ({type(error).__name__}); please report it."
    )
