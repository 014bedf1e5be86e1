"""Run parsers and the language analysis in worker processes, which may be killed."""

import asyncio
import ctypes
import gc
import importlib
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.intake import messages
from bot.intake.folder_files import MAX_FILE_BYTES, file_too_large
from bot.model import Analysis, Article, ParsedFile
from bot.model.errors import SourceUnreadable, our_fault

log = structlog.get_logger(__name__)

# Beyond what a worker has when it begins.
READER_MEMORY_BYTES = 1024**3
ANALYST_MEMORY_BYTES = 320 * 1024**2
_NICENESS = 10
# A worker is renewed after so many tasks, so that a leak in a parser never grows.
_MAX_TASKS_PER_WORKER = 2_000
# Of processor time: four seconds for 200,000 characters, one of which news takes.
_ANALYST_SECONDS, _ANALYZED_CHARS_PER_SECOND = 2.0, 100_000
# A worker gives way to everyone: on a busy machine it may take so many times its processor time.
_WALL_TIME_FACTOR = 20
# Of a service: half the cores, for each worker holds a grammar of its own.
MAX_ANALYSTS = min(max((os.cpu_count() or 2) // 2, 1), 4)
MAX_READERS = 1
# The workers that nobody needs for so long are stopped: an analyst takes 150 MB, and 3 s to start.
IDLE_SECONDS = 300.0
# A worker gives back what its tasks freed: some 30 MB an analyst, in 1 ms.
TRIM_SECONDS = 2.0
_last_trim = {"at": 0.0}
_Result = TypeVar("_Result")


class _WorkerPool:
    """A process pool that starts when first used and is rebuilt when it broke.

    `timeout` is in seconds of processor time, `memory` in bytes; `module` is what workers load.
    """

    def __init__(self, module: str, workers: int, timeout: float, memory: int) -> None:
        self._module, self._workers = module, workers
        self._timeout, self._memory = timeout, memory
        self._pool: ProcessPool | None = None
        self._submitting = threading.Lock()
        self._tasks = 0
        self._idle_timer: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Stop the workers, whatever they are doing; the next use starts new ones."""
        pool, self._pool = self._pool, None
        _stop(pool)

    async def _run(
        self, seconds: float, function: Callable[..., _Result], *args: object
    ) -> _Result:
        """Return the result within so many seconds of processor time, or raise SourceUnreadable."""
        wall_seconds = _WALL_TIME_FACTOR * seconds
        try:
            result: _Result = await self._schedule(wall_seconds, seconds, function, *args)
        except TimeoutError as e:
            reason = messages.text("took_too_long", seconds=f"{wall_seconds:.0f}")
            raise SourceUnreadable(reason) from e
        except (ProcessExpired, BrokenProcessPool, MemoryError) as e:
            if getattr(e, "exitcode", None) == -signal.SIGPROF:
                reason = messages.text("took_too_much_time", seconds=f"{seconds:.0f}")
                raise SourceUnreadable(reason) from e
            log.warning("worker lost", work=function.__name__, error=type(e).__name__)
            raise SourceUnreadable(messages.text("took_too_much_memory")) from e
        except RecursionError as e:
            raise SourceUnreadable(messages.text("nested_too_deeply")) from e
        except SourceUnreadable:
            raise
        except Exception as e:
            # A fault of our own must not keep the other files out.
            # Its message may hold words of the article: log its place alone.
            lines = (line.strip() for line in str(e.__cause__).splitlines())
            frames = [line for line in lines if line.startswith("File ")]
            fields = {"work": function.__name__, "error": type(e).__name__, "at": frames[-1:]}
            log.exception("fault in a worker", **fields)
            raise our_fault(e) from e
        return result

    async def _schedule(self, wall_seconds: float, *timed_args: object) -> Any:
        self._tasks += 1
        try:
            # In a thread: the first process waits until its modules are loaded.
            future = await asyncio.to_thread(self._submit, wall_seconds, *timed_args)
            return await asyncio.wrap_future(future)
        finally:
            self._tasks -= 1
            self._stop_when_idle()

    def _submit(self, wall_seconds: float, *timed_args: object) -> Future[Any]:
        options: dict[str, Any] = {"args": timed_args, "timeout": wall_seconds}
        with self._submitting:
            try:
                return self._running_pool().schedule(_run_timed, **options)
            except RuntimeError:  # it broke since it was last used
                self.close()
                return self._running_pool().schedule(_run_timed, **options)

    def _stop_when_idle(self) -> None:
        """Stop the workers, for their memory, unless there is work within some minutes."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        loop = asyncio.get_running_loop()
        self._idle_timer = loop.call_later(IDLE_SECONDS, self._stop_if_idle, loop)

    def _stop_if_idle(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._tasks:
            pool, self._pool = self._pool, None
            loop.run_in_executor(None, _stop, pool)

    def _running_pool(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self.close()
            self._pool = self._new_pool()
        return self._pool

    def _new_pool(self) -> ProcessPool:
        # numpy's threads would use up the memory limit, and the other cores' time.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        context = multiprocessing.get_context("forkserver")
        # What is loaded before the fork is shared, and a killed reader is replaced quickly.
        context.set_forkserver_preload(["__main__", "bot.reading.sniffing", __name__])
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_MAX_TASKS_PER_WORKER,
            initializer=_prepare_worker,
            initargs=(self._module, self._memory),
            context=context,
        )


class ReaderPool(_WorkerPool):
    """`ports.Reader` that parses in a worker with limits on time and memory."""

    def __init__(self, timeout: float = 8.0) -> None:
        super().__init__("bot.reading.sniffing", MAX_READERS, timeout, READER_MEMORY_BYTES)

    async def parse(
        self,
        data: bytes,
        *,
        zone: str = "UTC",
        encoding: str | None = None,
        address: str | None = None,
        arrived: datetime | None = None,
    ) -> ParsedFile:
        """Parse as `ports.Reader.parse` says; no worker sees what is empty or too large."""
        if not data:
            raise SourceUnreadable(messages.text("file_empty"))
        if len(data) > MAX_FILE_BYTES:
            raise file_too_large(len(data))
        facts = {"zone": zone, "encoding": encoding, "address": address, "arrived": arrived}
        return await self._run(self._timeout, _parse, data, facts)


class AnalystPool(_WorkerPool):
    """`ports.Analyst` in workers that load the grammar once."""

    def __init__(self, workers: int = MAX_ANALYSTS) -> None:
        module = "bot.language.analysis"
        super().__init__(module, workers, _ANALYST_SECONDS, ANALYST_MEMORY_BYTES)

    async def analyse(self, article: Article) -> Analysis:
        """Analyze as `ports.Analyst.analyse` says; a long text is given more time."""
        timeout = self._timeout + len(article.body) / _ANALYZED_CHARS_PER_SECOND
        return await self._run(timeout, _analyze, article)


def _stop(pool: ProcessPool | None) -> None:
    if pool is not None:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def trim_malloc() -> None:
    """Return free memory between used blocks to the system, which glibc never does by itself."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


async def run_once(seconds: float, function: Callable[..., _Result], *args: object) -> _Result:
    """Run a function of a module in a process that ends with it, and its memory too.

    `seconds` are of processor time. Raise SourceUnreadable where it could not be done.
    """
    pool = _WorkerPool(function.__module__, 1, seconds, READER_MEMORY_BYTES)
    try:
        return await pool._run(seconds, function, *args)  # noqa: SLF001 - of this module
    finally:
        await asyncio.to_thread(pool.close)


# --- what runs in the workers, and imports there what the serving process does not load ---


def _prepare_worker(module: str, memory: int) -> None:
    # Whoever types a command waits three seconds at the most; an article can wait.
    os.nice(_NICENESS)
    # What was loaded before the fork is shared as long as no collection writes to it.
    gc.freeze()
    # An initializer that fails breaks the pool for good; a task that fails says what is missing.
    with suppress(ImportError, OSError, MemoryError):
        load = getattr(importlib.import_module(module), "load_models", None)
        if load:
            load()
    gc.collect()
    gc.freeze()
    trim_malloc()
    _limit(resource.RLIMIT_AS, _address_space_bytes() + memory)


def _address_space_bytes() -> int:
    """Return what RLIMIT_AS counts, 0 where only Linux tells."""
    with suppress(OSError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    return 0


def _run_timed(seconds: float, function: Callable[..., _Result], *args: object) -> _Result:
    """Run a task; the kernel kills this process (SIGPROF) if it takes more processor time.

    Not by RLIMIT_CPU, which is absolute: Linux compares it with the ticks it has seen, which run
    ahead of `time.process_time`, by three seconds after some thousand tasks.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        if time.monotonic() - _last_trim["at"] > TRIM_SECONDS:
            trim_malloc()
            _last_trim["at"] = time.monotonic()


def _limit(kind: int, value: int) -> None:
    """Set a resource's soft limit, to its hard limit at most."""
    _, hard = resource.getrlimit(kind)
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (soft, hard))


def _parse(data: bytes, facts: dict[str, Any]) -> ParsedFile:
    parsed: ParsedFile = importlib.import_module("bot.reading.sniffing").read(data, **facts)
    return parsed


def _analyze(article: Article) -> Analysis:
    analysis: Analysis = importlib.import_module("bot.language.analysis").analyse(article)
    return analysis
