"""What was read of late: one story is read for many channels, and its rows change only when they die."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    Key = TypeVar("Key", bound=Hashable)
else:
    Key = TypeVar("Key")
Value = TypeVar("Value")


class Lately(Generic[Key, Value]):
    """Keeps so many, by what tells their rows apart; what was not asked for longest goes first.

    A row is never changed, but it may give its number to another once it is gone: the key must tell the two apart.
    """

    def __init__(self, kept: int) -> None:
        self._held: OrderedDict[Key, Value] = OrderedDict()
        self._kept = kept

    def get(self, key: Key) -> Value | None:
        """Give what is kept by this key."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def keep(self, read: Mapping[Key, Value]) -> None:
        """Keep these, the newest read."""
        self._held.update(read)
        while len(self._held) > self._kept:
            self._held.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Keep nothing by this key."""
        self._held.pop(key, None)

    def clear(self) -> None:
        """Keep nothing."""
        self._held.clear()
