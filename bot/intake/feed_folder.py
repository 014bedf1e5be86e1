"""The feed folder: a file that stands still is taken in and put away, whatever it is called.

look -> look again -> read -> Intake -> _PROCESSED/YYYY-MM-DD/ or _ERROR/ with the reason beside it;
a source whose files stay is remembered instead
"""

import asyncio
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

import structlog

from bot.intake.claims import FileLocks
from bot.intake.intake import Intake, PreparedFile
from bot.intake.remembered import KeptFiles
from bot.model.errors import BotError, SettingsError, SourceUnreadable, log_fields, our_fault
from bot.model.ports import Clock
from bot.store import Locks, SourceStore

log = structlog.get_logger(__name__)

MOST_BYTES = 20 * 1024 * 1024
_IN_THE_MAKING = (".*", "~*", "*.tmp", "*.part", "*.partial", "*.filepart", "*.crdownload")
_PROCESSED, _ERROR = "_PROCESSED", "_ERROR"
# A file younger than this may still be written to, even if two looks saw the same.
SETTLED_AFTER = 2.0
# File systems take 255 bytes; a number or ".error.txt" must fit behind.
_LONGEST_NAME = 230
# So many files are read and analysed ahead of the one that is stored.
_AHEAD = 6
# So often a long scan says how far it is.
_PROGRESS_EVERY = 1_000
# A look that took longer than this, in seconds, is followed by a rest of so many times as long.
_LONG_LOOK, _RESTS = 0.25, 10
_LET_WRITE = """Give this user write permission there, let them stay (files = "keep" in config/dateline.toml, [folder])"""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one scan did: files taken in, files put into _ERROR, files left for the next look."""

    taken: int = 0
    failed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of a file; two equal looks mean that nobody wrote in between."""

    size: int
    modified: int
    inode: int


class FeedFolder:
    """One folder of dropped files; `scan` is called again and again, one call at a time."""

    def __init__(
        self,
        path: Path,
        intake: Intake,
        clock: Clock,
        sources: SourceStore,
        locks: Locks | None = None,
        stays: Callable[[str | None], bool] = lambda _: False,
    ) -> None:
        """`stays` says of a source whether its files stay where they are; None stands for the folder itself.

        `rights` part this process from others that look into the same folder.
        """
        self._claims = FileLocks(locks)
        self._path, self._intake, self._clock, self._stays = Path(path), intake, clock, stays
        self._remembered = KeptFiles(self._path, sources)
        self._rested = 0.0
        self._seen: dict[Path, _Look] = {}
        self._complained: set[Path] = set()
        self._scanning = asyncio.Lock()

    async def scan(self) -> ScanResult:
        """Look at every file; take in, oldest first, each that stood still since the last look."""
        async with self._scanning:
            if asyncio.get_running_loop().time() < self._rested:
                return ScanResult()
            looks = await self._new_looks()
            ready = sorted(
                (path for path in looks if self._stood_still(path, looks[path])),
                key=lambda p: looks[p].modified,
            )
            self._seen = looks
            self._complained &= looks.keys()
            taken, failed = await self._take_all(ready, looks)
        result = ScanResult(taken, failed, len(looks) - taken - failed)
        if taken or failed:
            log.info("folder scanned", taken=taken, failed=failed, waiting=result.waiting)
        return result

    async def _new_looks(self) -> dict[Path, _Look]:
        """Look at every file that is not remembered as it is; after a look that took long, rest for longer."""
        time = asyncio.get_running_loop().time
        began = time()
        looks = await asyncio.to_thread(self._look)
        await self._remembered.load()
        await self._remembered.forget_gone(looks.keys())
        new = {
            path: look
            for path, look in looks.items()
            if not (self._stays(self._source(path)) and self._remembered.has(path, look))
        }
        took = time() - began
        if took > _LONG_LOOK and not new:
            self._rested = time() + _RESTS * took
        return new

    def _source(self, path: Path) -> str | None:
        """The first sub-folder on the way to it."""
        return path.relative_to(self._path).parts[0] if path.parent != self._path else None

    def _stood_still(self, path: Path, look: _Look) -> bool:
        age = self._clock.now().timestamp() - look.modified / 1e9
        return self._seen.get(path) == look and (age >= SETTLED_AFTER or age < -SETTLED_AFTER)

    def _look(self) -> dict[Path, _Look]:
        looks = {}
        for path in files_in(self._path):
            try:
                found = path.lstat()
            except OSError:  # gone since it was listed
                continue
            if stat.S_ISREG(found.st_mode):
                looks[path] = _look_at(found)
        return looks

    async def _take_all(self, ready: Sequence[Path], looks: dict[Path, _Look]) -> tuple[int, int]:
        """How many were taken and how many failed. The next few are read and analysed while one is stored."""
        taken = failed = 0
        ahead: deque[tuple[Path, asyncio.Task[PreparedFile | None]]] = deque()
        rest = iter(ready)
        try:
            for count in range(1, len(ready) + 1):
                ahead += [
                    (p, asyncio.create_task(self._prepare(p, looks[p])))
                    for p in islice(rest, _AHEAD - len(ahead))
                ]
                path, preparing = ahead.popleft()
                outcome = await self._take(path, preparing, looks[path])
                taken += outcome is True
                failed += outcome is False
                if count % _PROGRESS_EVERY == 0:
                    log.info("folder progress", done=count, of=len(ready))
        finally:
            for _, task in ahead:
                task.cancel()
            await asyncio.gather(*(task for _, task in ahead), return_exceptions=True)
            await self._claims.close()
        return taken, failed

    async def _prepare(self, path: Path, look: _Look) -> PreparedFile | None:
        """The file, read and analysed; None where it is no longer what was looked at, or another machine has it."""
        if not await self._claims.take(path, f"file/{path.relative_to(self._path)}/{look}"):
            return None
        data = await asyncio.to_thread(_read, path, look)
        if data is None:
            return None
        return await self._intake.prepare(data, name=path.name, source=self._source(path))

    async def _take(
        self, path: Path, preparing: asyncio.Task[PreparedFile | None], look: _Look
    ) -> bool | None:
        """True when taken in, False when put into _ERROR, None when left for the next scan."""
        try:
            prepared = await preparing
            if prepared is None:
                return None
            await self._intake.store(prepared)
            if self._stays(self._source(path)):
                await self._remembered.keep(path, look)
            else:
                await asyncio.to_thread(self._put_away, path, _PROCESSED, look)
        except SourceUnreadable as e:
            return False if await self._put_into_error(path, e.reason, look) else None
        except OSError as e:
            self._complain(path, e)
            return None
        except BotError:
            raise
        except Exception as e:  # noqa: BLE001 - one file never stops the others
            log.error("file put aside", file=path.name, **log_fields(e))  # noqa: TRY400 - no message: it may hold its words
            return False if await self._put_into_error(path, our_fault(e).reason, look) else None
        finally:
            await self._claims.let_go(path)
        return True

    async def _put_into_error(self, path: Path, reason: str, look: _Look) -> bool:
        """Or remember why, where it stays; False where the disk would not have it."""
        if self._stays(self._source(path)):
            await self._remembered.keep(path, look, reason)
        else:
            try:
                await asyncio.to_thread(self._move_to_error, path, reason, look)
            except OSError as e:
                self._complain(path, e)
                return False
        log.warning("file not readable", file=path.name, reason=reason)
        return True

    def _move_to_error(self, path: Path, reason: str, look: _Look) -> None:
        put = self._put_away(path, _ERROR, look)
        if put is not None:
            beside = put.with_name(f"{_shortened(put.name)}.error.txt")
            try:
                beside.write_text(f"{path.name}\n\n{reason}\n", "utf-8")
            except OSError as e:  # the log will say why
                log.warning("no reason beside a file in _ERROR", file=path.name, error=e.strerror)

    def _put_away(self, path: Path, below: str, look: _Look) -> Path | None:
        """Rename, never over another file; None where the file is gone meanwhile, or another stands in its place."""
        with suppress(FileNotFoundError):
            if _look_at(path.lstat()) != look:
                return None
        folder = self._path / below
        if below == _PROCESSED:
            folder = folder / self._clock.now().strftime("%Y-%m-%d")
        folder.mkdir(parents=True, exist_ok=True)
        for name in _names(path):
            try:
                os.link(path, folder / name, follow_symlinks=False)
            except FileExistsError:
                if not _is_same_file(path, folder / name):
                    continue
            except FileNotFoundError:
                return None
            except OSError:  # a file system without hard links
                if (folder / name).exists():
                    continue
                path.rename(folder / name)
                return folder / name
            path.unlink(missing_ok=True)
            return folder / name
        return None

    def _complain(self, path: Path, error: OSError) -> None:
        """Once a file, so that a file without permission does not fill the log."""
        if path not in self._complained and not isinstance(error, FileNotFoundError):
            self._complained.add(path)
            log.warning("file left where it is", file=path.name, error=error.strerror)


def check(path: Path, *, stays: bool = False) -> None:
    """Raise SettingsError where files cannot be put away in the folder; make it where it is missing.

    `stays`: its files stay where they are, so that reading is enough, and a missing folder is a fault.
    """
    probe = path / ".dateline-check"
    try:
        if not stays:
            path.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        next(path.iterdir(), None)
    except OSError as e:
        able, cure = (
            ("read", "See that it is there and this user may read it")
            if stays
            else ("put away", _LET_WRITE)
        )
        fault = f"DATELINE_FEED_FOLDER: files in {path} cannot be {able} ({e.strerror})."
        raise SettingsError([f"{fault} {cure}, or name another folder."]) from e


def files_in(folder: Path) -> Iterator[Path]:
    """Every file that is not in the making, in folders that are not ours; links are not followed."""
    try:
        with os.scandir(folder) as entries:
            listed = list(entries)
    except OSError as e:
        log.warning("folder not readable", folder=folder.name, error=e.strerror)
        return
    for entry in listed:
        if (
            any(fnmatchcase(entry.name.lower(), pattern) for pattern in _IN_THE_MAKING)
            or entry.is_symlink()
        ):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)
        elif not entry.name.startswith("_"):
            yield from files_in(Path(entry.path))


def _read(path: Path, look: _Look) -> bytes | None:
    """The bytes, if it is still the file that was looked at; a link put in its place is not followed."""
    if look.size > MOST_BYTES:
        raise SourceUnreadable(f"The file has {look.size / 2**20:.0f} MB; 20 MB is the most.")
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        data = file.read(MOST_BYTES + 1)
        now = os.fstat(file.fileno())
    return data if _look_at(now) == look else None


def _is_same_file(path: Path, other: Path) -> bool:
    """Whether a name in the folder of taken files leads to this very file: its taker died before the last step."""
    try:
        return path.samefile(other) and not other.is_symlink()
    except OSError:
        return False


def _look_at(found: os.stat_result) -> _Look:
    return _Look(found.st_size, found.st_mtime_ns, found.st_ino)


def _names(path: Path) -> Iterator[str]:
    """The file's own name, then the name with a number before its ending."""
    yield path.name
    for number in range(2, 100_000):
        yield f"{_shortened(path.stem, len(os.fsencode(path.suffix)))}-{number}{path.suffix}"


def _shortened(name: str, taken: int = 0) -> str:
    return os.fsencode(name)[: max(_LONGEST_NAME - taken, 1)].decode("utf-8", "ignore")
