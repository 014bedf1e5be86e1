"""A digest on its way to a channel, and the messages that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from bot.model.digests import Digest
from bot.model.subscriptions import Subscription

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: Block Kit blocks, and the `text` that notifications and screen readers take."""

    text: str
    blocks: tuple[Block, ...] = ()


class DeliveryKind(StrEnum):
    """What asked for a digest; with team, channel and key it names a delivery for good."""

    SCHEDULED = "scheduled"
    COMMAND = "command"


class DeliveryState(StrEnum):
    """due -> claimed -> composed -> sending -> posted | failed | skipped | unsure."""

    CLAIMED = "claimed"
    COMPOSED = "composed"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest on its way to one channel; a row of the ledger.

    `key` is the slot (ISO 8601, UTC) or the command's id. `posted` has one Slack `ts` a message part,
    in order; the part at index `len(posted)` is the next one to send. `reason` says why it failed or
    was skipped, in a person's words. `touched` is when its state last changed. `edited` is what its messages
    say since sources changed what it cites; `digest` stays what was posted.
    """

    id: int
    team: str
    channel: str
    kind: DeliveryKind
    key: str
    state: DeliveryState
    since: datetime
    digest: Digest | None = None
    posted: tuple[str, ...] = ()
    reason: str | None = None
    touched: datetime | None = None
    edited: Digest | None = None

    @property
    def shown(self) -> Digest | None:
        """What the channel sees now."""
        return self.edited or self.digest


class ChannelHistory(NamedTuple):
    """What a channel ordered and had: its last digest's time, the articles it was shown of late or is being shown now.

    A newer version of an article that it was shown is no news, so all versions of one are among them. `leans`:
    it follows or mutes somebody, or has voted; of any other channel no `PreferenceStore` need be asked.
    """

    subscription: Subscription | None
    last: datetime | None
    articles: frozenset[int]
    leans: bool
