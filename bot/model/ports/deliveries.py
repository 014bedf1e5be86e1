"""The store's ledger, the right to post, and Slack's pace."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot.model import Delivery, DeliveryKind, DeliveryState, Digest, Subscription


class ChannelHistory(NamedTuple):
    """What a channel ordered and had: its last digest's time, the articles it was shown of late or is being shown now.

    A newer version of an article that it was shown is no news, so all versions of one are among them. `leans`:
    it follows or mutes somebody, or has voted; of any other channel no `PreferenceStore` need be asked.
    """

    subscription: Subscription | None
    last: datetime | None
    articles: frozenset[int]
    leans: bool


class Deliveries(Protocol):
    """The ledger. Each step is one conditional UPDATE: it answers whether this caller made it."""

    async def claim_due(
        self, due: Subscription, next_due: datetime | None, since: datetime, now: datetime
    ) -> Delivery | None:
        """Move the subscription's schedule on and open the slot's delivery, in one transaction.

        None when the schedule has moved since `due` was read. None too when the slot has its delivery
        already; the schedule then moves on all the same, or the slot would be due for ever.
        """
        ...

    async def open(
        self, team: str, channel: str, kind: DeliveryKind, key: str, since: datetime, now: datetime
    ) -> Delivery | None:
        """Open a delivery that no schedule asked for; None when this key has one."""
        ...

    async def compose(self, delivery: int, digest: Digest) -> bool:
        """From claimed to composed: keep what will be posted, so that a retry posts the same."""
        ...

    async def start_sending(
        self, delivery: int, now: datetime, *, again: datetime | None = None
    ) -> bool:
        """From composed to sending: the next part goes out now.

        `again`: the same part goes out anew, from sending, if nobody has touched it since that moment.
        """
        ...

    async def record(self, delivery: int, part: int, ts: str) -> bool:
        """A part was posted: keep its ts; only as the next part in order. The state goes back to composed."""
        ...

    async def finish(
        self, delivery: int, state: DeliveryState, now: datetime, reason: str | None = None
    ) -> bool:
        """End in posted, failed, skipped or unsure. Posted marks the digest's articles as seen in the channel.

        Posted: from composed or sending, with a part recorded. Failed: from any open state. Skipped: from
        claimed or composed. Unsure: from sending.
        """
        ...

    async def get(self, delivery: int) -> Delivery:
        """Raise NotFound."""
        ...

    async def as_it_stands(self, delivery: Delivery) -> Delivery:
        """This delivery now; what was composed is not read again, for it never changes. Raise NotFound."""
        ...

    async def unfinished(self, before: datetime) -> tuple[Delivery, ...]:
        """Deliveries in claimed, composed or sending that nobody touched since `before`, oldest first."""
        ...

    async def waiting(self, before: datetime) -> tuple[datetime, ...]:
        """When each of these was last touched: to count them, without reading what they hold."""
        ...

    async def history(self, team: str, channel: str, limit: int = 10) -> tuple[Delivery, ...]:
        """A channel's deliveries, newest first."""
        ...

    async def of_key(
        self, team: str, channel: str, kind: DeliveryKind, key: str
    ) -> Delivery | None:
        """The delivery of this key, if it has one."""
        ...

    async def last_posted(self, team: str, channel: str) -> datetime | None:
        """When the channel last got a digest."""
        ...

    async def past(self, team: str, channel: str, since: datetime) -> ChannelHistory:
        """What the channel ordered, and was shown since then; what is composed, sending or unsure counts as shown."""
        ...

    async def outdated(
        self, now: datetime, *, posted: datetime, edited: datetime, limit: int = 20
    ) -> tuple[Delivery, ...]:
        """Posted deliveries that show what their source has changed since, oldest first.

        An article that was killed, always; one with a newer version that may be shown `now`, in deliveries
        posted since `posted` and not edited since `edited`.
        """
        ...

    async def edited(self, delivery: int, shown: Digest, now: datetime) -> None:
        """Its messages now say this; what was taken out of them, its channel has not seen any more."""
        ...

    def posting(
        self, team: str, channel: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[Callable[[], Coroutine[object, object, bool]]]:
        """Hold the right to post to a channel, as `Locks.hold` gives it."""
        ...


class Locks(Protocol):
    """What one holder has at a time, over all processes: to post to a channel, to take a file, to be the clock."""

    def hold(
        self, name: str, *, wait: bool = True
    ) -> AbstractAsyncContextManager[Callable[[], Coroutine[object, object, bool]]]:
        """Have the right for a block; it is lost when this process dies, and kept while it is frozen.

        The value answers whether it is still held: asked just before what cannot be undone. Raise RightTaken
        where another process has it: at once, or with `wait` after a minute.
        """
        ...


class Limits(Protocol):
    """Slack's limits, kept by all processes together."""

    async def turn(self, team: str, channel: str, now: datetime, apart: timedelta) -> datetime:
        """Take the channel's next turn, `apart` after the one before; give when it is: now or later."""
        ...

    async def rest(self, team: str, method: str, until: datetime) -> None:
        """Slack asked not to be called again before then."""
        ...

    async def rests_until(self, team: str, method: str) -> datetime | None:
        """When a method may be called again; None where Slack never asked for rest."""
        ...
