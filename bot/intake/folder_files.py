"""The files of the feed folder: list, read, move, and notice that one was dropped."""

import asyncio
import os
import re
import stat
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from bot.intake import messages
from bot.model.errors import SourceUnreadable, printable_name

log = structlog.get_logger(__name__)

MAX_FILE_BYTES = 20 * 1024 * 1024
# A file changed more recently may still be written to, even if two looks saw the same.
SETTLE_SECONDS = 2.0
_UNFINISHED_NAMES = (".*", "~*", "*.tmp", "*.part", "*.partial", "*.filepart", "*.crdownload")
_is_unfinished = re.compile("|".join(map(translate, _UNFINISHED_NAMES))).match
# File systems take 255 bytes; a number or ".error.txt" must fit behind.
_MAX_NAME_BYTES = 230
_WATCH_STEP_MILLISECONDS = 200


@dataclass(frozen=True, slots=True)
class FileState:
    """What was seen of a file; two equal states mean that nobody wrote in between."""

    size: int
    modified: int
    inode: int

    @classmethod
    def of(cls, info: os.stat_result) -> "FileState":
        """Return the state that a stat call shows."""
        return cls(info.st_size, info.st_mtime_ns, info.st_ino)


def entries_in(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Yield every finished file, also in sub-folders, without links and folders named "_…"."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if _is_unfinished(name) or entry.is_symlink():
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    yield entry
                elif not name.startswith("_"):
                    yield from entries_in(entry.path)
    except OSError as e:
        name = printable_name(Path(folder).name)
        log.warning("folder not readable", folder=name, error=e.strerror)


def list_states(folder: Path) -> dict[Path, FileState]:
    """Return the state of every regular file that `entries_in` yields."""
    states = {}
    for entry in entries_in(folder):
        with suppress(OSError):  # gone since it was listed
            info = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(info.st_mode):
                states[Path(entry.path)] = FileState.of(info)
    return states


def is_unchanged(path: Path, state: FileState) -> bool:
    """Return whether the file is still as it was seen: another process may have taken it."""
    try:
        return FileState.of(path.lstat()) == state
    except OSError:
        return False


def read_file(path: Path, state: FileState) -> bytes | None:
    """Return the bytes if the file is still as it was seen, else None; follow no link.

    Raise SourceUnreadable where it is too large.
    """
    if state.size > MAX_FILE_BYTES:
        raise file_too_large(state.size)
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        data = file.read(state.size + 1)  # what has grown is not taken
        now = os.fstat(file.fileno())
    return data if FileState.of(now) == state else None


def file_too_large(size: int) -> SourceUnreadable:
    """Return the error of a file of so many bytes."""
    megabytes, most = (f"{each / 2**20:.0f}" for each in (size, MAX_FILE_BYTES))
    return SourceUnreadable(messages.text("file_too_large", size=megabytes, most=most))


def move_file(path: Path, folder: Path, state: FileState, reason: str | None) -> None:
    """Move a file as it was seen into a folder, and write beside it why it could not be read."""
    moved = _move(path, folder, state)
    if moved is None or reason is None:
        return
    name = printable_name(path.name)
    try:
        note = moved.with_name(f"{_truncate(printable_name(moved.name))}.error.txt")
        note.write_text(f"{name}\n\n{reason}\n", "utf-8")
    except OSError as e:  # the log will say why
        log.warning("no reason beside a file in _ERROR", file=name, error=e.strerror)


def _move(path: Path, folder: Path, state: FileState) -> Path | None:
    """Move a file, over no other; return where it is, or None where it is gone."""
    with suppress(FileNotFoundError):
        if FileState.of(path.lstat()) != state:
            return None
    folder.mkdir(parents=True, exist_ok=True)
    for name in _free_names(path):
        target = folder / name
        try:
            os.link(path, target, follow_symlinks=False)
        except FileExistsError:
            if not _is_same_file(path, target):
                continue
        except FileNotFoundError:
            return None
        except OSError:  # a file system without hard links
            if target.exists():
                continue
            return path.rename(target)
        path.unlink(missing_ok=True)
        return target
    return None


def _is_same_file(path: Path, target: Path) -> bool:
    """Return whether both names lead to one file: a process died before it removed the first."""
    try:
        return path.samefile(target) and not target.is_symlink()
    except OSError:
        return False


def _free_names(path: Path) -> Iterator[str]:
    """Yield the file's own name, then names with a number before its ending."""
    yield path.name
    for number in range(2, 100_000):
        yield f"{_truncate(path.stem, len(os.fsencode(path.suffix)))}-{number}{path.suffix}"


def _truncate(name: str, reserved_bytes: int = 0) -> str:
    max_bytes = max(_MAX_NAME_BYTES - reserved_bytes, 1)
    return os.fsencode(name)[:max_bytes].decode("utf-8", "ignore")


async def watch_folder(path: Path, scan: Callable[[], Awaitable[object]]) -> None:
    """Scan when a file was dropped, and again once it can have settled; run until cancelled.

    A network share reports nothing, and a system may have no watches left: then only the regular
    scans see the file.
    """

    def is_dropped(change: Change, name: str) -> bool:
        top = Path(name).parts[len(path.parts)]
        return change is not Change.deleted and not top.startswith("_")

    try:
        async for _ in awatch(path, watch_filter=is_dropped, step=_WATCH_STEP_MILLISECONDS):
            await scan()
            await asyncio.sleep(SETTLE_SECONDS)
            await scan()
    except (OSError, RuntimeError, UnicodeError) as e:
        log.info("folder not watched", error=type(e).__name__)


# Words that a name writes small, but for its first.
_SMALL_WORDS = frozenset(
    ("and", "at", "de", "del", "der", "for", "in", "la", "of", "on", "the", "to", "und")
)


def name_source(folder: str | None) -> str | None:
    """Return a folder's name as readers write a source's: "harbor-gazette" is Harbor Gazette."""
    if folder is None or not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)+", folder):
        return folder
    words = re.split("[-_]", folder)
    titled = [word if word in _SMALL_WORDS else word.capitalize() for word in words]
    return " ".join([words[0].capitalize(), *titled[1:]])
