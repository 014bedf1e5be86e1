"""Worker processes are killed when they hang and replaced when they die, within their limits."""

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pebble import ProcessPool

from bot.intake import workers
from bot.intake.workers import AnalystPool, ReaderPool, run_once
from bot.model import Article, Format
from bot.model.errors import SourceUnreadable

SENTENCE = b"The ferry sails at noon, the harbour master said."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ReaderPool]:
    """Return one pool for the module, since starting a worker takes a second."""
    opened = ReaderPool(timeout=30)
    yield opened
    opened.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_bytes_are_read_in_another_process(pool: ReaderPool) -> None:
    """The worker returns what `read` returns in this process."""
    parsed = await pool.parse(SENTENCE, zone="Europe/Tallinn")
    assert (parsed.format, parsed.articles[0].body) == (Format.TEXT, SENTENCE.decode())


@pytest.mark.asyncio(loop_scope="module")
async def test_a_refusal_keeps_its_reason(pool: ReaderPool) -> None:
    """SourceUnreadable crosses the process border with its reason."""
    with pytest.raises(SourceUnreadable, match="This PDF"):
        await pool.parse(b"%PDF-1.4 and so on")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("data", [b"", b"x" * (20 * 1024 * 1024 + 1)], ids=["empty", "large"])
async def test_size_limits_need_no_worker(data: bytes) -> None:
    """An empty or too large file is refused before a process is started for it."""
    idle = ReaderPool()
    with pytest.raises(SourceUnreadable):
        await idle.parse(data)
    assert idle._pool is None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("work", "argument", "seconds", "wall_factor", "reason"),
    [
        (sum, range(10**12), 1.0, 600, "over 1 seconds of processor time"),
        (time.sleep, 60, 0.2, 20, "over 4 seconds"),
        (os._exit, 3, 1.0, 600, "broke the reader"),
        (bytearray, 3 * 2**30, 1.0, 600, "too much memory"),
    ],
    ids=["computes for ever", "hangs", "dies", "eats memory"],
)
async def test_a_worker_that_fails_is_replaced(
    pool: ReaderPool,
    work: object,
    argument: object,
    seconds: float,
    wall_factor: float,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever ends a worker ends one task, with a reason; the next task has a new worker.

    Of what computes the processor time alone counts here, however busy the machine is.
    """
    monkeypatch.setattr("bot.intake.workers._WALL_TIME_FACTOR", wall_factor)
    with pytest.raises(SourceUnreadable, match=reason):
        await pool._run(seconds, work, argument)
    assert (await pool.parse(SENTENCE)).format is Format.TEXT


def sleep_instead(*_: object) -> None:
    """Stand in for a reader that hangs."""
    time.sleep(60)


def allocate_instead(*_: object) -> None:
    """Stand in for a reader that needs three GiB."""
    bytearray(3 * 2**30)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("reader", "reason"),
    [(sleep_instead, "over 2 seconds"), (allocate_instead, "too much memory")],
    ids=["hangs", "eats memory"],
)
async def test_a_reader_is_held_to_its_limits(
    reader: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a file does to its reader, it is given up with a reason; the next one is read."""
    pool = ReaderPool(timeout=0.1)
    began = time.monotonic()
    try:
        with monkeypatch.context() as patched:
            patched.setattr("bot.intake.workers._parse", reader)
            with pytest.raises(SourceUnreadable, match=reason):
                await pool.parse(SENTENCE)
        assert time.monotonic() - began < 30
        monkeypatch.setattr(pool, "_timeout", 30.0)
        assert (await pool.parse(SENTENCE)).format is Format.TEXT
    finally:
        pool.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_waiting_for_a_processor_is_no_fault_of_the_file(pool: ReaderPool) -> None:
    """A file is not given up for waiting: only its own processor time counts."""
    assert await pool._run(1.0, time.sleep, 2) is None


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_worker_did_before_counts_for_no_later_file(pool: ReaderPool) -> None:
    """A task has a timer of its own, and no limit that counts from the worker's start.

    Linux 6.18 compares RLIMIT_CPU with the ticks that it has seen, which run ahead of
    `time.process_time`: a worker whose limit was set by that was killed after some 800 articles,
    and with it an article that took .03 s.
    """
    limits = await pool._run(1.0, resource.getrlimit, resource.RLIMIT_CPU)
    assert limits == resource.getrlimit(resource.RLIMIT_CPU)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_closed_pool_starts_again() -> None:
    """After `close`, the next task starts new workers."""
    pool = ReaderPool()
    await pool.parse(SENTENCE)
    pool.close()
    assert (await pool.parse(SENTENCE)).format is Format.TEXT
    pool.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_idle_workers_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers without work end, for their memory; those that work do not; the next task has new."""
    stopped, loop, stop = asyncio.Event(), asyncio.get_running_loop(), workers._stop

    def stop_and_say(pool: ProcessPool | None) -> None:
        stop(pool)
        if pool is not None:
            loop.call_soon_threadsafe(stopped.set)

    monkeypatch.setattr(workers, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(workers, "_stop", stop_and_say)
    pool = ReaderPool()
    try:
        first, _ = await asyncio.gather(pool._run(9.0, os.getpid), pool._run(9.0, time.sleep, 0.1))
        await asyncio.wait_for(stopped.wait(), 60)
        assert await pool._run(9.0, os.getpid) != first
    finally:
        pool.close()


def test_a_worker_gives_freed_memory_back_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freed memory is returned after a task, but not after each of many in a row."""
    trims: list[float] = []
    monkeypatch.setattr(workers, "trim_malloc", lambda: trims.append(time.monotonic()))
    monkeypatch.setattr(workers, "_last_trim", {"at": -1e9})
    assert [workers._run_timed(1000.0, len, "ab") for _ in range(3)] == [2, 2, 2]
    assert len(trims) == 1
    monkeypatch.setattr(workers, "TRIM_SECONDS", 0.0)
    workers._run_timed(1000.0, len, "")
    assert len(trims) == 2


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
@pytest.mark.asyncio(loop_scope="module")
async def test_a_worker_shares_what_was_loaded_before_the_fork(pool: ReaderPool) -> None:
    """Of some 50 MiB of modules a reader has less than 16 to itself."""
    await pool.parse(SENTENCE)
    rollup = await pool._run(9.0, Path.read_text, Path("/proc/self/smaps_rollup"))
    own = next(line for line in rollup.splitlines() if line.startswith("Private_Dirty:"))
    assert int(own.split()[1]) < 16 * 1024


@pytest.mark.asyncio(loop_scope="module")
async def test_an_analysis_comes_back_whole() -> None:
    """An analysis crosses the process border with every span in place."""
    analyst = AnalystPool()
    article = Article(body=SENTENCE.decode())
    try:
        analysis = await analyst.analyse(article)
    finally:
        analyst.close()
    assert analysis.language == "en"
    assert all(span.holds_in(article.body) for span in (analysis.title, *analysis.sentences))


async def test_a_process_for_one_call_ends_with_it() -> None:
    """`run_once` answers from another process, which is gone once the answer is there."""
    pid = await run_once(20.0, os.getpid)
    assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_call_that_takes_too_long_ends_its_process() -> None:
    """`run_once` gives a function up that goes on."""
    with pytest.raises(SourceUnreadable, match="given up"):
        await run_once(0.1, time.sleep, 60)
