"""Machines that share a feed folder part its files among them: each file in hand is somebody's right."""

from contextlib import AsyncExitStack
from pathlib import Path

from bot.model.errors import LockTaken
from bot.store import Locks


class FileLocks:
    """The rights to the files that this process is taking in.

    What they save is work done twice: whoever takes a file that was taken all the same finds its articles known.
    """

    def __init__(self, locks: Locks | None) -> None:
        """None where nobody else looks into the folder."""
        self._rights = locks
        self._held: dict[Path, AsyncExitStack] = {}

    async def take(self, path: Path, name: str) -> bool:
        """Whether the file, which all machines give this name, is ours to take in now."""
        if self._rights is None:
            return True
        claim = AsyncExitStack()
        try:
            await claim.enter_async_context(self._rights.hold(name, wait=False))
        except LockTaken:
            return False
        self._held[path] = claim
        return True

    async def let_go(self, path: Path) -> None:
        """It is put away, or left for the next look."""
        if claim := self._held.pop(path, None):
            await claim.aclose()

    async def close(self) -> None:
        """Let go of all."""
        for path in list(self._held):
            await self.let_go(path)
