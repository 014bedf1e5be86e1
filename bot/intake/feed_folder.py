"""The feed folder: take in each file that has settled, whatever it is called, and move it away.

scan -> scan again -> read -> Intake -> _PROCESSED/YYYY-MM-DD/, or _ERROR/ with the reason;
a source whose files stay is remembered instead
"""

import asyncio
import os
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import structlog

from bot.intake import messages
from bot.intake.folder_files import (
    SETTLE_SECONDS,
    FileState,
    is_unchanged,
    list_states,
    move_file,
    read_file,
)
from bot.intake.intake import Intake, PreparedFile, our_faults_logged
from bot.model import KeptFile
from bot.model.errors import LockTaken, SettingsError, SourceUnreadable, printable_name
from bot.model.ports import Clock
from bot.store.locks import Locks
from bot.store.sources import SourceStore

log = structlog.get_logger(__name__)

_PROCESSED, _ERROR = "_PROCESSED", "_ERROR"
# So many files are read and analyzed side by side, so many of one source, and one large one.
_MAX_FILES_IN_HAND, _MAX_FILES_OF_SOURCE = 8, 6
_LARGE_BYTES = 64 * 1024
# No file waits any longer for the one before it of its source.
_ORDER_SECONDS = 2.0
# After so long the folder is looked at again, or so many times as long as the look takes. A file is
# begun at the second look that finds it as it was.
_LOOK_SECONDS, _LOOK_FACTOR = 0.5, 10
_PROGRESS_EVERY_FILES = 1_000
# A file that another process has in hand is left to it for so long: it may take that long, and each
# question costs the database as much as a file of one's own.
_ELSEWHERE_SECONDS = 10.0
# After a scan that took longer than this and found nothing, rest so many times as long.
_LONG_SCAN_SECONDS, _REST_FACTOR = 0.25, 10


@dataclass(frozen=True, slots=True)
class ScanResult:
    """How many files one scan took in, put into _ERROR, and left for the next scan."""

    taken: int = 0
    failed: int = 0
    waiting: int = 0


class _Lane(NamedTuple):
    """The small or the large files of a source: of each lane only the first can have its turn."""

    source: str | None
    is_large: bool


@dataclass(frozen=True, slots=True)
class _FileInHand:
    """A file that is being taken in."""

    lane: _Lane
    task: asyncio.Task[bool | None]


class _WaitingFile(NamedTuple):
    """A file that waits to be taken in; the lesser goes first. `number` is its place in its source.

    Sources take turns, each with its oldest first, and large files come last.
    """

    is_large: bool
    number: int
    modified: int
    path: Path


_Queues = dict[_Lane, deque[_WaitingFile]]


class FeedFolder:
    """One folder of dropped files; `scan` is called again and again, one call at a time."""

    def __init__(
        self,
        path: Path,
        intake: Intake,
        clock: Clock,
        sources: SourceStore,
        locks: Locks,
        keeps_files: Callable[[str | None], bool] = lambda _: False,
    ) -> None:
        """`keeps_files` answers whether a source's files stay; None stands for the folder itself.

        `locks` keep processes that scan the same folder apart.
        """
        self._path, self._intake, self._clock = Path(path), intake, clock
        self._keeps_files, self._locks = keeps_files, locks
        self._held_locks: dict[Path, AsyncExitStack] = {}
        self._kept_files = _KeptFiles(self._path, sources)
        self._rest_until = 0.0
        self._last_states: dict[Path, FileState] = {}
        self._complained: set[Path] = set()
        # Files that another process has in hand, and when to ask again.
        self._elsewhere: dict[Path, float] = {}
        self._scan_lock = asyncio.Lock()
        self._in_hand: dict[Path, _FileInHand] = {}
        self._done = 0

    async def scan(self) -> ScanResult:
        """Take in each file that has not changed since the last scan.

        Sources take turns, each with its oldest first, and large files come last. Files that take
        long are left in hand, so that others need not wait for them: a later scan counts them.
        """
        async with self._scan_lock:
            if asyncio.get_running_loop().time() < self._rest_until:
                return ScanResult()
            taken = failed = 0
            is_done = False
            while not is_done:
                began = asyncio.get_running_loop().time()
                states = await self._new_states()
                settled = [path for path in states if self._has_settled(path, states[path])]
                self._last_states = states
                self._complained &= states.keys()
                is_done, outcomes = await self._take_for_a_while(settled, states, began)
                taken += sum(outcome is True for outcome in outcomes.values())
                failed += sum(outcome is False for outcome in outcomes.values())
                waiting = sum(outcomes.get(path) is None for path in states)
        if taken or failed:
            log.info("folder scanned", taken=taken, failed=failed, waiting=waiting)
        return ScanResult(taken, failed, waiting)

    async def close(self) -> None:
        """Stop taking in the files that are in hand: they stay in the folder."""
        tasks = [file.task for file in self._in_hand.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._in_hand.clear()

    async def _new_states(self) -> dict[Path, FileState]:
        """Return the state of every file that is not remembered as it is."""
        time = asyncio.get_running_loop().time
        began = time()
        states = await asyncio.to_thread(list_states, self._path)
        await self._kept_files.refresh(states.keys())
        new = {
            path: state
            for path, state in states.items()
            if not (self._is_kept(path) and self._kept_files.has(path, state))
        }
        seconds = time() - began
        if seconds > _LONG_SCAN_SECONDS and not new:
            self._rest_until = time() + _REST_FACTOR * seconds
        return new

    def _source(self, path: Path) -> str | None:
        """Return the first sub-folder on the way to a file."""
        if path.parent == self._path:
            return None
        return printable_name(path.relative_to(self._path).parts[0])

    def _is_kept(self, path: Path) -> bool:
        return self._keeps_files(self._source(path))

    def _has_settled(self, path: Path, state: FileState) -> bool:
        age = self._clock.now().timestamp() - state.modified / 1e9
        # A time in the future is another machine's clock.
        is_old = age >= SETTLE_SECONDS or age < -SETTLE_SECONDS
        return self._last_states.get(path) == state and is_old

    async def _take_for_a_while(
        self, settled: Collection[Path], states: dict[Path, FileState], began: float
    ) -> tuple[bool, dict[Path, bool | None]]:
        """Return whether every file was begun, and what became of those that are done.

        After a while the folder is looked at again: what came meanwhile has its turn, too. `began`
        is the loop's time when the look began that found these.
        """
        queues = self._queue(settled, states)
        outcomes: dict[Path, bool | None] = {}
        time = asyncio.get_running_loop().time
        until = time() + max(_LOOK_SECONDS, _LOOK_FACTOR * (time() - began))
        try:
            while self._in_hand or queues:
                self._begin_files(queues, states)
                tasks = [file.task for file in self._in_hand.values()]
                await asyncio.wait(
                    tasks, timeout=until - time(), return_when=asyncio.FIRST_COMPLETED
                )
                outcomes |= self._collect()
                if time() >= until:
                    break
        except asyncio.CancelledError:
            await self.close()
            raise
        return not queues, outcomes

    def _queue(self, settled: Collection[Path], states: dict[Path, FileState]) -> _Queues:
        """Return the files that are not in hand, by lane, in their order."""
        now = asyncio.get_running_loop().time()
        self._elsewhere = {path: time for path, time in self._elsewhere.items() if time > now}
        numbers: dict[str | None, int] = defaultdict(int)
        queues: _Queues = defaultdict(deque)
        for path in sorted(settled, key=lambda path: states[path].modified):
            state, source = states[path], self._source(path)
            lane = _Lane(source, state.size > _LARGE_BYTES)
            if path not in self._in_hand and path not in self._elsewhere:
                file = _WaitingFile(lane.is_large, numbers[source], state.modified, path)
                queues[lane].append(file)
            numbers[source] += 1
        return queues

    def _begin_files(self, queues: _Queues, states: dict[Path, FileState]) -> None:
        """Take files in hand as long as one may be; drop the queues that are empty then."""
        while free := [lane for lane in queues if self._may_begin(lane)]:
            lane = min(free, key=lambda lane: queues[lane][0])
            path = queues[lane].popleft().path
            if not queues[lane]:
                del queues[lane]
            self._begin(path, states[path], lane)

    def _may_begin(self, lane: _Lane) -> bool:
        """Return whether not too many files are in hand, nor of this source, nor a large one."""
        lanes = [file.lane for file in self._in_hand.values()]
        if len(lanes) >= _MAX_FILES_IN_HAND or (lane.is_large and any(x.is_large for x in lanes)):
            return False
        return [each.source for each in lanes].count(lane.source) < _MAX_FILES_OF_SOURCE

    def _begin(self, path: Path, state: FileState, lane: _Lane) -> None:
        tasks = [file.task for file in self._in_hand.values() if file.lane.source == lane.source]
        task = asyncio.create_task(self._take(path, state, tasks[-1] if tasks else None))
        self._in_hand[path] = _FileInHand(lane, task)

    def _collect(self) -> dict[Path, bool | None]:
        """Return what became of the files that are done; raise the first error of one."""
        done = {path: file.task for path, file in self._in_hand.items() if file.task.done()}
        for path in done:
            del self._in_hand[path]
        errors = [error for task in done.values() if (error := task.exception())]
        if errors:
            raise errors[0]
        self._done += len(done)
        if self._done // _PROGRESS_EVERY_FILES > (self._done - len(done)) // _PROGRESS_EVERY_FILES:
            log.info("folder progress", done=self._done)
        return {path: task.result() for path, task in done.items()}

    async def _prepare(self, path: Path, state: FileState) -> PreparedFile | None:
        """Read and analyze a file; return None where it changed, or another machine has it."""
        if not is_unchanged(path, state) or not await self._lock(path, state):
            return None
        data = await asyncio.to_thread(read_file, path, state)
        if data is None:
            return None
        return await self._intake.prepare(
            data, name=printable_name(path.name), source=self._source(path)
        )

    async def _take(
        self, path: Path, state: FileState, before: asyncio.Task[bool | None] | None
    ) -> bool | None:
        """Return True where taken in, False where put into _ERROR, None where left as it is.

        `before` is the file of the same source that is stored first, unless that takes too long.
        """
        name, reason = printable_name(path.name), None
        try:
            try:
                with our_faults_logged("file put aside", OSError, file=name):
                    prepared = await self._prepare(path, state)
                    if before:
                        await asyncio.wait([before], timeout=_ORDER_SECONDS)
                    if prepared is None:
                        return None
                    await self._intake.store(prepared)
            except SourceUnreadable as e:
                reason = e.reason
            await self._put_away(path, state, reason)
        except OSError as e:
            self._complain(path, e)
            return None
        finally:
            await self._unlock(path)
        if reason:
            log.warning("file not readable", file=name, reason=reason)
        return reason is None

    async def _put_away(self, path: Path, state: FileState, reason: str | None) -> None:
        """Remember a file that stays, or move it, with the reason where it could not be read."""
        if self._is_kept(path):
            await self._kept_files.add(path, state, reason)
            return
        day = self._clock.now().strftime("%Y-%m-%d")
        folder = self._path / _ERROR if reason else self._path / _PROCESSED / day
        await asyncio.to_thread(move_file, path, folder, state, reason)

    async def _lock(self, path: Path, state: FileState) -> bool:
        """Return whether the file is ours to take in, under a name that is the same everywhere.

        Locks only save work: what is taken in twice is found to be known.
        """
        lock = AsyncExitStack()
        name = f"file/{printable_name(path.relative_to(self._path))}/{state}"
        try:
            await lock.enter_async_context(self._locks.hold(name, wait=False))
        except LockTaken:
            self._elsewhere[path] = asyncio.get_running_loop().time() + _ELSEWHERE_SECONDS
            return False
        self._held_locks[path] = lock
        return True

    async def _unlock(self, path: Path) -> None:
        if lock := self._held_locks.pop(path, None):
            await lock.aclose()

    def _complain(self, path: Path, error: OSError) -> None:
        """Log once that a file stays, so that one without permission does not fill the log."""
        if path not in self._complained and not isinstance(error, FileNotFoundError):
            self._complained.add(path)
            name = printable_name(path.name)
            log.warning("file left where it is", file=name, error=error.strerror)


class _KeptFiles:
    """The files that stay and were taken in, also in memory: a scan asks no database for them."""

    def __init__(self, folder: Path, sources: SourceStore) -> None:
        self._folder, self._sources = folder, sources
        self._files: dict[str, tuple[int, int]] = {}
        self._is_loaded = False

    def has(self, path: Path, state: FileState) -> bool:
        """Return whether the file was taken in as it is now."""
        return self._files.get(self._name(path)) == (state.size, state.modified)

    async def add(self, path: Path, state: FileState, reason: str | None) -> None:
        """Remember a file as it was seen, with the reason where it could not be read."""
        name = self._name(path)
        await self._sources.save_file(KeptFile(name, state.size, state.modified, reason))
        self._files[name] = state.size, state.modified

    async def refresh(self, seen: Collection[Path]) -> None:
        """Load the store's rows, once; forget what is gone from folders that still hold a file.

        An empty folder may be a network share that is not mounted.
        """
        if not self._is_loaded:
            files = await self._sources.get_files()
            self._files = {file.path: (file.size, file.modified) for file in files}
            self._is_loaded = True
        if not self._files:
            return
        names = {self._name(path) for path in seen}
        # Not by Path: there may be a hundred thousand of them.
        folders = {os.path.dirname(name) for name in names}  # noqa: PTH120
        missing = self._files.keys() - names
        gone = [name for name in missing if os.path.dirname(name) in folders]  # noqa: PTH120
        if gone:
            await self._sources.remove_files(gone)
            for name in gone:
                del self._files[name]

    def _name(self, path: Path) -> str:
        return printable_name(path.relative_to(self._folder))


def check(path: Path, *, keeps_files: bool = False) -> None:
    """Make a missing folder, and raise SettingsError where files cannot be moved in it.

    With `keeps_files` its files stay, so that reading is enough, and a missing folder is a fault.
    """
    try:
        if not keeps_files:
            path.mkdir(parents=True, exist_ok=True)
            # A name of its own: other processes may check the same folder now.
            NamedTemporaryFile(prefix=".dateline-", dir=path).close()
        next(path.iterdir(), None)
    except OSError as e:
        key = "folder_unreadable" if keeps_files else "folder_unwritable"
        raise SettingsError([messages.text(key, folder=path, reason=e.strerror)]) from e
