"""Files that stay in the feed folder are remembered by name, size and time, so that none is taken twice."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from bot.model import KeptFile
from bot.store import SourceStore


class Look(Protocol):
    """What tells a file that was written to from one that was not."""

    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def modified(self) -> int: ...  # noqa: D102


class KeptFiles:
    """What the store remembers, held here too: a look at 100,000 files asks no database."""

    def __init__(self, folder: Path, sources: SourceStore) -> None:
        self._folder, self._sources = folder, sources
        self._files: dict[str, tuple[int, int]] | None = None

    async def load(self) -> None:
        """Ask the store, the first time."""
        if self._files is None:
            self._files = {
                file.path: (file.size, file.modified) for file in await self._sources.get_files()
            }

    def has(self, path: Path, look: Look) -> bool:
        """Whether the file was taken in as it is now."""
        return (self._files or {}).get(self._name(path)) == (look.size, look.modified)

    async def keep(self, path: Path, look: Look, reason: str | None = None) -> None:
        """From now on it is known as it was looked at."""
        name = self._name(path)
        await self._sources.save_file(KeptFile(name, look.size, look.modified, reason))
        if self._files is not None:
            self._files[name] = look.size, look.modified

    async def forget_gone(self, seen: Collection[Path]) -> None:
        """Forget what is gone from folders that still hold something: an empty one may be a share that is not there."""
        if not self._files:
            return
        names = {self._name(path) for path in seen}
        folders = {os.path.dirname(name) for name in names}  # noqa: PTH120 - a hundred thousand of them
        gone = [name for name in self._files.keys() - names if os.path.dirname(name) in folders]  # noqa: PTH120
        if gone:
            await self._sources.remove_files(gone)
            for name in gone:
                del self._files[name]

    def _name(self, path: Path) -> str:
        """The path in the folder; a name that is no UTF-8 in a spelling that databases take."""
        return os.fsencode(path.relative_to(self._folder)).decode("utf-8", "backslashreplace")
