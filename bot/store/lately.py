"""Articles that were read of late: one story is read for many channels, and its row changes only when it dies."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from bot.model import StoredArticle

# A day's news that several channels are told of in one minute, and what its speakers said before; some 20 KB each.
_KEPT = 1_000


class Lately:
    """Keeps live articles by what tells their rows apart.

    An article loses its text, or gives its number to another, only once it is not live any more: those that are not
    are read each time.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[Row[object], StoredArticle] = OrderedDict()

    def get(self, marks: Row[object]) -> StoredArticle | None:
        """Give the article of these marks, if it is kept."""
        found = self._held.get(marks)
        if found is not None:
            self._held.move_to_end(marks)
        return found

    def keep(self, read: Mapping[Row[object], StoredArticle]) -> None:
        """Keep those that are live, the newest read."""
        self._held.update({marks: found for marks, found in read.items() if marks.live})
        while len(self._held) > _KEPT:
            self._held.popitem(last=False)
