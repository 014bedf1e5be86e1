"""The files that a command is given, in the order in which they were written."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from bot.intake.folder_files import entries_in
from bot.model.errors import printable_name

_Row = tuple[str | None, bytes, int]  # source, path, when it was written


class FileList:
    """The files of some paths, oldest first, so that a correction follows what it corrects.

    They are kept in a temporary database on disk: a hundred thousand take no memory. A folder has
    the files that the feed folder would read, each with its source, the first sub-folder.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE files (source, path, modified)")
        self._database.execute("BEGIN")
        rows = (row for path in paths for row in _list(path))
        self._database.executemany("INSERT INTO files VALUES (?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def __len__(self) -> int:
        count: int = self._database.execute("SELECT count(*) FROM files").fetchone()[0]
        return count

    def __iter__(self) -> Iterator[tuple[str | None, Path]]:
        """Yield source and path of each."""
        query = "SELECT source, path FROM files ORDER BY modified, rowid"
        with closing(self._database.execute(query)) as rows:
            for source, path in rows:
                yield source, Path(os.fsdecode(path))

    def close(self) -> None:
        """Delete the list."""
        self._database.close()


def _list(path: Path) -> Iterator[_Row]:
    if not path.is_dir():
        modified = 0
        with suppress(OSError):
            modified = path.stat().st_mtime_ns
        yield None, os.fsencode(path), modified
        return
    top = len(path.parts)
    for entry in entries_in(path):
        with suppress(OSError):  # gone since it was listed
            parts = Path(entry.path).parts[top:]
            source = printable_name(parts[0]) if len(parts) > 1 else None
            modified = entry.stat(follow_symlinks=False).st_mtime_ns
            yield source, os.fsencode(entry.path), modified
