"""Looks in a channel for a part that may or may not have been posted, a page at a time, as far as it takes."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.model import Delivery
from bot.model.errors import PostFailed
from bot.model.ports import Chat

# Slack keeps the time of a message, we that of the sending. A clock that is further off than this takes no command
# either: Slack's signatures are good for as long.
_CLOCK_SKEW = timedelta(minutes=5)
# A thousand messages, fifteen a page: in a channel where more was said since, a person looks quicker.
_PAGES = 67
# Deliveries that something is kept of at one time.
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a search has come."""

    part: int
    pages: int = 0
    cursor: str | None = None


def method_of(delivery: Delivery) -> str:
    """What a search for the next part of a delivery calls."""
    return "conversations.replies" if delivery.posted else "conversations.history"


class PostedMessageFinder:
    """Finds parts; goes on where a limit of Slack's cut it short."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._places: dict[int, _Place] = {}

    async def find(self, delivery: Delivery) -> str | None:
        """Give the `ts` of the part that was being sent; None where it is not there.

        Raise PostFailed, with "too_much_history" where more was said since than is read.
        """
        part = len(delivery.posted)
        place = self._places.pop(delivery.id, _Place(part))
        if place.part != part:
            place = _Place(part)
        since = (delivery.touched or delivery.since) - _CLOCK_SKEW
        thread = delivery.posted[0] if delivery.posted else None
        while place.pages < _PAGES:
            try:
                found, cursor = await self._chat.find(
                    delivery.team,
                    delivery.channel,
                    delivery.id,
                    since,
                    thread=thread,
                    cursor=place.cursor,
                )
            except PostFailed as e:
                if not e.permanent and e.code != "invalid_cursor":
                    self._places[delivery.id] = place
                    forget_oldest(self._places)
                raise
            if part in found or cursor is None:
                return found.get(part)
            place = replace(place, pages=place.pages + 1, cursor=cursor)
        raise PostFailed(method_of(delivery), "too_much_history", permanent=True)


def forget_oldest(kept: dict[int, Any]) -> None:
    """Keep no more than so many: another process may have ended a delivery that we keep something of."""
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
