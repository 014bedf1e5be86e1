"""Processes that may die: a parser that can be killed, and an analyst that keeps the grammar loaded."""

import asyncio
import importlib
import math
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.model import Analysis, Article, ParsedFile
from bot.model.errors import SourceUnreadable, our_fault

log = structlog.get_logger(__name__)

_MOST_BYTES = 20 * 1024 * 1024
_NICE = 10
_MEMORY = 1024**3
# Renewed after so many tasks, so that a leak in a parser never grows.
_TASKS_A_WORKER = 2_000
_CHARACTERS_A_SECOND = 5_000
# On a busy machine a worker, which gives way to everyone, may take so many times its processor time.
_PATIENCE = 20
# Half the cores, for each worker holds a grammar of its own.
_ANALYSTS = min(max((os.cpu_count() or 2) // 2, 1), 4)
_Answer = TypeVar("_Answer")


class _Pool:
    """A process pool that starts when first used and is rebuilt when it broke."""

    def __init__(self, room: str, workers: int, memory: int) -> None:
        self._room, self._workers, self._memory = room, workers, memory
        self._pool: ProcessPool | None = None

    async def run(self, seconds: float, function: Callable[..., Any], *args: object) -> Any:
        """The function's answer within so many seconds of processor time.

        Raise TimeoutError, ProcessExpired or MemoryError as it ended.
        """
        timed, patience = (seconds, function, *args), _PATIENCE * seconds
        try:
            future = self._standing().schedule(_timed, args=timed, timeout=patience)
        except RuntimeError:  # it broke since it was last used
            self.close()
            future = self._standing().schedule(_timed, args=timed, timeout=patience)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Stop the workers, whatever they are doing; the next use starts new ones."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _standing(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self.close()
            # numpy's threads would take the address space that the limit leaves, and the other cores' time.
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            os.environ.setdefault("OMP_NUM_THREADS", "1")
            server = multiprocessing.get_context("forkserver")
            # A reader that was killed is replaced in a moment: its room is loaded before the fork.
            server.set_forkserver_preload(["__main__", "bot.reading"])
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=_TASKS_A_WORKER,
                initializer=_prepare,
                initargs=(self._room, self._memory),
                context=server,
            )
        return self._pool


class ReaderPool:
    """`ports.Reader`: parses in a worker that is killed when it takes too long or too much memory.

    `timeout` is in seconds of processor time.
    """

    def __init__(self, *, workers: int = 1, timeout: float = 8.0, memory: int = _MEMORY) -> None:
        self._timeout = timeout
        self._pool = _Pool("bot.reading", workers, memory)

    async def parse(
        self, data: bytes, *, zone: str = "UTC", encoding: str | None = None
    ) -> ParsedFile:
        """As `ports.Reader.parse`; the caps are asked before a worker sees the bytes."""
        if not data:
            raise SourceUnreadable("The file is empty.")
        if len(data) > _MOST_BYTES:
            raise SourceUnreadable("The file has more than 20 MB, which is the most.")
        return await _answer(self._pool, self._timeout, _read, data, zone, encoding)

    async def warm(self) -> None:
        """Start a worker before the first file comes."""
        await self._pool.run(60.0, _ready)

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()


class AnalystPool:
    """`ports.Analyst`: the language room in workers that load the grammar once."""

    def __init__(
        self, *, workers: int = _ANALYSTS, timeout: float = 30.0, memory: int = 2 * _MEMORY
    ) -> None:
        self._timeout = timeout
        self._pool = _Pool("bot.language.analysis", workers, memory)

    async def analyse(self, article: Article) -> Analysis:
        """As `ports.Analyst.analyse`; a long text is given longer."""
        timeout = self._timeout + len(article.body) / _CHARACTERS_A_SECOND
        return await _answer(self._pool, timeout, _analyse, article)

    async def warm(self) -> None:
        """Load the grammar before the first article comes."""
        await self.analyse(Article(body="The ferry sails at noon, the harbour master said."))

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()


async def _answer(
    pool: _Pool, seconds: float, function: Callable[..., _Answer], *args: object
) -> _Answer:
    """Run it, and say in a person's words why it could not be done."""
    try:
        answer: _Answer = await pool.run(seconds, function, *args)
    except TimeoutError as e:
        raise SourceUnreadable(
            f"Reading it took over {_PATIENCE * seconds:.0f} seconds and was given up."
        ) from e
    except (ProcessExpired, BrokenProcessPool, MemoryError) as e:
        if getattr(e, "exitcode", None) == -signal.SIGXCPU:
            used_up = (
                f"Reading it took over {seconds:.0f} seconds of processor time and was given up."
            )
            raise SourceUnreadable(used_up) from e
        log.warning("worker lost", work=function.__name__, error=type(e).__name__)
        raise SourceUnreadable(
            "Reading it took too much memory, or broke the reader, and was given up."
        ) from e
    except RecursionError as e:
        raise SourceUnreadable("It is nested too deeply to be an article.") from e
    except SourceUnreadable:
        raise
    except Exception as e:
        # A fault of our own must not keep the other files out.
        # Its message may hold words of the article: log its place alone.
        frames = [
            line.strip()
            for line in str(e.__cause__).splitlines()
            if line.lstrip().startswith("File ")
        ]
        log.exception(
            "fault in a worker", work=function.__name__, error=type(e).__name__, at=frames[-1:]
        )
        raise our_fault(e) from e
    return answer


# --- what runs in the workers: found by name, so that this process loads neither room ---------------


def _prepare(room: str, memory: int) -> None:
    # Whoever types a command waits three seconds at the most; an article can wait.
    os.nice(_NICE)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(
        resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard)
    )
    # An initializer that fails breaks the pool for good; a task that fails says what is missing.
    with suppress(ImportError, OSError, MemoryError):
        importlib.import_module(room)


def _timed(seconds: float, function: Callable[..., _Answer], *args: object) -> _Answer:
    """Do a task; the kernel kills this process (SIGXCPU) where it takes more processor time than that."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + seconds)
    resource.setrlimit(
        resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard)
    )
    try:
        return function(*args)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _ready() -> bool:
    return True


def _read(data: bytes, zone: str, encoding: str | None) -> ParsedFile:
    read: Callable[..., ParsedFile] = importlib.import_module("bot.reading").read
    return read(data, zone=zone, encoding=encoding)


def _analyse(article: Article) -> Analysis:
    analyse: Callable[[Article], Analysis] = importlib.import_module(
        "bot.language.analysis"
    ).analyse
    return analyse(article)
