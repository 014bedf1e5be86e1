"""Share the worker processes between sources: by turns, short texts first."""

import asyncio
import heapq
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from itertools import count

# What a text costs beside its length, in characters.
_BASE_SIZE = 1_000
_Waiting = tuple[tuple[int, int], int, asyncio.Future[None]]  # rank in its owner's, size, its turn


class FairQueue:
    """So many places, for which texts queue: each owner in its turn, the short before the long.

    The owner goes first that will have had least with its next text (fair queuing by size). A text
    is not overtaken for ever: what overtakes it counts against their owner, and of one owner's
    texts the first is that with the least of size and of what the owner had had when it came.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: defaultdict[Hashable, list[_Waiting]] = defaultdict(list)
        self._served: dict[Hashable, int] = {}  # characters, by owner
        self._least = 0  # what the owner that went last had had before: newcomers begin with it
        self._arrivals = count()

    @asynccontextmanager
    async def take(self, owner: Hashable, size: int) -> AsyncIterator[None]:
        """Hold a place for a block, once it is the turn of a text of so many characters."""
        turn = asyncio.get_running_loop().create_future()
        size += _BASE_SIZE
        rank = self._served_of(owner) + size, next(self._arrivals)
        heapq.heappush(self._waiting[owner], (rank, size, turn))
        self._give_places()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._give_places()

    def _served_of(self, owner: Hashable) -> int:
        return max(self._least, self._served.get(owner, 0))

    def _give_places(self) -> None:
        while self._free and self._waiting:
            owner = min(self._waiting, key=self._served_with_next)
            _, size, turn = heapq.heappop(self._waiting[owner])
            if not self._waiting[owner]:
                del self._waiting[owner]
            if turn.done():  # given up while it waited
                continue
            self._free -= 1
            self._least = self._served_of(owner)
            self._served[owner] = self._least + size
            turn.set_result(None)
        if not self._waiting:
            self._served = {o: n for o, n in self._served.items() if n > self._least}

    def _served_with_next(self, owner: Hashable) -> int:
        _, size, _ = self._waiting[owner][0]
        return self._served_of(owner) + size
